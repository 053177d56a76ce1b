"""Settings, read once from AID_* variables of the environment and never changed afterwards."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from aid.text import Locale


class Settings(BaseSettings):
    """What an operator may set. Everything has a default under which the system runs."""

    model_config = SettingsConfigDict(env_prefix="AID_", frozen=True)

    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL as the application's login aid_app, never a superuser. "
        "Unset: an embedded PostgreSQL under AID_DATA_DIR.",
    )
    admin_database_url: SecretStr | None = Field(
        default=None,
        description="The same database as a login that may create roles and tables: used by "
        "`aid migrate` and by nothing else. Not needed with the embedded PostgreSQL.",
    )
    @field_validator("database_url", "admin_database_url")
    @classmethod
    def _is_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith("postgresql://"):
            raise ValueError("expected postgresql://login:password@host/database")
        return value

    data_dir: Path = Field(
        default=Path(".aid"), description="Where the embedded PostgreSQL lives.")
    locale: Locale = Field(
        default="zh", description="Language of messages where nobody chose one.")
    log_format: Literal["console", "json"] = Field(
        default="console", description="Form of log lines."
    )
    log_requests: bool = Field(default=False, description="Log a line for each request.")
    pool_size: int = Field(
        default=8, ge=1, le=100, description="Connections of one process for reads.")
    statement_timeout_ms: int = Field(
        default=15_000, ge=100, description="A statement that runs longer is ended (milliseconds)."
    )

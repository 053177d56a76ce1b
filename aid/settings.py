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
        description="The same database as a login that may create roles and tables: for `aid "
        "migrate`, `backup` and `restore`. Not needed with the embedded PostgreSQL.",
    )
    @field_validator("database_url", "admin_database_url")
    @classmethod
    def _is_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith("postgresql://"):
            raise ValueError("expected postgresql://login:password@host/database")
        return value

    data_dir: Path = Field(
        default=Path(".aid"), description="Where the embedded PostgreSQL lives, and where signed "
        "checkpoints of the ledger are written, outside the database.")
    secret_key: SecretStr | None = Field(
        default=None,
        description="Encrypts second factors and signs what browsers bring back; 32 characters or "
        "more, several with commas between while one is changed. Unset with the embedded "
        "PostgreSQL: one is made and kept in AID_DATA_DIR. Needed with a database of your own.",
    )
    public_url: str | None = Field(
        default=None, pattern=r"^https://[^/]+$",
        description="The address people type, https://aid.example.gov.cn. Without it the server "
        "listens on this machine only.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Addresses (with commas) of reverse proxies whose X-Forwarded-For is believed.",
    )
    graphiql: bool = Field(
        default=False, description="Serve GraphiQL to who is signed in; `aid demo` always does.")
    totp_roles: str = Field(
        default="", description="Roles (with commas) that need a second factor: system_admin, …")
    oidc_issuer: str | None = Field(
        default=None, description="The city's identity provider; its discovery document is below.")
    oidc_client_id: str | None = Field(
        default=None, description="What the provider calls this system.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="The password of this system at the provider.")
    demo_password: SecretStr | None = Field(
        default=None, description="One password for all demo accounts instead of random ones.")
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

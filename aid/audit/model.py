"""The table of the audit log. It only grows: no privilege and no trigger lets a row change."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from aid.database.base import Base, Id, one_of


class AuditKind(StrEnum):
    """What happened."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    REFUSAL = "refusal"
    PASSWORD = "password"  # noqa: S105  the kind of an entry
    SECOND_FACTOR = "second_factor"
    TOKEN = "token"  # noqa: S105
    ACCOUNT = "account"
    RIGHTS = "rights"
    EXPORT = "export"
    OPERATION = "operation"


class Outcome(StrEnum):
    """Whether it was done."""

    DONE = "done"
    REFUSED = "refused"


class AuditEntry(Base):
    """One event. `actor` is the name of who acted, or tried to, as they gave it; `subject` what it
    was done to; `address` where from. `detail` holds no secret and nobody's password, ever.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        one_of("kind", AuditKind),
        one_of("outcome", Outcome),
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_actor", "actor", "at"),
    )

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    kind: Mapped[str]
    outcome: Mapped[str]
    actor: Mapped[str]
    role: Mapped[str | None]
    subject: Mapped[str | None]
    address: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)

"""Tables of accounts. Only the gate reads secrets; nothing here is a password, only its hash."""

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aid.access.roles import Role
from aid.accounts.terms import Stage
from aid.database.base import Base, Id, one_of
from aid.history import Tracked
from aid.regions.model import Division


class Account(Tracked, Base):
    """A person, or a program, that may come in (账户). Never deleted, only disabled.

    `role` is null until one is granted, and never changes afterwards: who changes office gets a
    new account. `issuer` and `subject` name the person at the city's identity provider.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("name"),
        UniqueConstraint("id", "role"),
        UniqueConstraint("issuer", "subject"),
        one_of("role", Role),
        CheckConstraint("name ~ '^[a-z0-9][a-z0-9._-]{1,62}$'", name="name"),
        CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="identity"),
    )

    id: Mapped[Id]
    name: Mapped[str]
    display_name: Mapped[str]
    role: Mapped[str | None]
    issuer: Mapped[str | None]
    subject: Mapped[str | None]
    demo: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    regions: Mapped[list[Division]] = relationship(
        secondary="account_region", order_by="Division.code", lazy="raise", viewonly=True
    )


class AccountRegion(Base):
    """A region whose data a recipient's account may see, with all below it."""

    __tablename__ = "account_region"
    __table_args__ = (
        CheckConstraint("role = 'recipient'", name="role"),
        ForeignKeyConstraint(["account_id", "role"], ["account.id", "account.role"]),
        Index("ix_account_region_division_id", "division_id"),
    )

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), primary_key=True)
    role: Mapped[str] = mapped_column(default=Role.RECIPIENT, server_default="recipient")


class Credential(Base):
    """How an account proves who it is. `totp_secret` is encrypted with AID_SECRET_KEY.

    `totp_step` is the last time step whose code was used: a code is good once.
    """

    __tablename__ = "credential"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    password_hash: Mapped[str | None]
    password_set_at: Mapped[datetime | None]
    must_change: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str | None]
    totp_confirmed_at: Mapped[datetime | None]
    totp_step: Mapped[int | None]


class SignInSession(Base):
    """Somebody signed in with a browser. The id in the cookie is kept as its SHA-256 only.

    `stage` says what is still to do before anything but that is served.
    """

    __tablename__ = "sign_in_session"
    __table_args__ = (
        UniqueConstraint("id_hash"),
        one_of("stage", Stage),
        Index("ix_sign_in_session_account_id", "account_id"),
    )

    id: Mapped[Id]
    id_hash: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    stage: Mapped[str]
    method: Mapped[str]
    address: Mapped[str | None]
    agent: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ApiToken(Base):
    """A program's key (API 令牌): shown once, kept as its SHA-256. `scopes` null: all of the role.

    `prefix` is its beginning, by which people tell tokens apart.
    """

    __tablename__ = "api_token"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        UniqueConstraint("prefix"),
        Index("ix_api_token_account_id", "account_id"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str | None]
    prefix: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[list[str] | None] = mapped_column(ARRAY(Text()))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class FailedSignIn(Base):
    """A sign-in that failed, for throttling. Kept an hour; the audit log keeps the record.

    `name_hash` is the SHA-256 of the name as it was typed: people type passwords into it.
    """

    __tablename__ = "failed_sign_in"
    __table_args__ = (
        Index("ix_failed_sign_in_name_hash_address", "name_hash", "address", "at"),
        Index("ix_failed_sign_in_address", "address", "at"),
    )

    id: Mapped[Id]
    name_hash: Mapped[bytes] = mapped_column(LargeBinary)
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())

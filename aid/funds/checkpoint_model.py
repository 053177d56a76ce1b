"""Tables of checkpoints: what was signed of the ledger, and when. Only the gate adds; none changes.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from aid.database.base import Base


class Incarnation(Base):
    """A life of the database: the installation's, and one more after each restore."""

    __tablename__ = "incarnation"
    __table_args__ = (
        UniqueConstraint("id"),
        CheckConstraint("cause IN ('installation', 'restore')", name="cause"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    cause: Mapped[str]
    began_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CheckpointKey(Base):
    """A public key that signs checkpoints, by its fingerprint, the SHA-256 of it.

    `signature` is its own, and vouches for the key `previous` that it took over from.
    """

    __tablename__ = "checkpoint_key"
    __table_args__ = (CheckConstraint("id = encode(sha256(public_key), 'hex')", name="id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    previous: Mapped[str | None] = mapped_column(ForeignKey("checkpoint_key.id"))
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    since: Mapped[datetime] = mapped_column(server_default=func.now())


class Checkpoint(Base):
    """The heads of all chains at one moment, signed.

    `body` is the text that was signed; the other columns say the same. `root` is the root over
    `roots`, the recipients' roots by code, which are over their chains' heads; `previous` is the
    SHA-256 of the body before.
    """

    __tablename__ = "checkpoint"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    incarnation: Mapped[int] = mapped_column(ForeignKey("incarnation.number"))
    made_at: Mapped[datetime]
    chains: Mapped[int]
    movements: Mapped[int]
    root: Mapped[bytes] = mapped_column(LargeBinary)
    roots: Mapped[dict[str, str]] = mapped_column(JSONB)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[str]
    key: Mapped[str] = mapped_column(ForeignKey("checkpoint_key.id"))
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class CheckpointHead(Base):
    """A chain's head at a checkpoint, where it had moved since the one before.

    Codes stand here as they were, so that what is dropped can still be named.
    """

    __tablename__ = "checkpoint_head"
    __table_args__ = (
        Index("ix_checkpoint_head_project", "project", "number"),
        Index("ix_checkpoint_head_recipient_id", "recipient_id", "project", "number"),
    )

    number: Mapped[int] = mapped_column(
        ForeignKey("checkpoint.number"), primary_key=True, autoincrement=False)
    project: Mapped[str] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    recipient_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    seq: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary)

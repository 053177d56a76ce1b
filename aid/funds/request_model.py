"""Tables of disbursements that take two persons: from which amount, asked for, decided."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aid.database.base import Base, Id, one_of
from aid.funds.model import Tranche, of_tranche
from aid.funds.terms import Decision
from aid.projects.model import of_project


class TwoPersons(Base):
    """From which amount on a disbursement takes two persons; the newest row counts. Append-only."""

    __tablename__ = "two_persons"
    __table_args__ = (CheckConstraint("above_fen >= 0", name="above"),)

    id: Mapped[Id]
    above_fen: Mapped[int]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DisbursementRequest(Base):
    """A disbursement that waits for a second person. Append-only; so is what is decided of it."""

    __tablename__ = "disbursement_request"
    __table_args__ = (
        of_project("disbursement_request"),
        of_tranche("disbursement_request"),
        UniqueConstraint("id", "recipient_id"),
        UniqueConstraint("actor", "idempotency_key"),
        CheckConstraint("amount_fen > 0", name="amount"),
        Index("ix_disbursement_request_tranche_id", "tranche_id"),
        Index("ix_disbursement_request_recipient_id", "recipient_id", "id"),
    )

    id: Mapped[Id]
    project_id: Mapped[int]
    recipient_id: Mapped[int]
    tranche_id: Mapped[int]
    amount_fen: Mapped[int]
    occurred_on: Mapped[date]
    voucher_no: Mapped[str]
    document_no: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    reason: Mapped[str | None]
    idempotency_key: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    tranche: Mapped[Tranche] = relationship(
        foreign_keys="DisbursementRequest.tranche_id",
        primaryjoin="Tranche.id == DisbursementRequest.tranche_id", lazy="raise", viewonly=True)
    decision: Mapped["DisbursementDecision | None"] = relationship(lazy="raise", viewonly=True)


class DisbursementDecision(Base):
    """What a second person, who is not the first, decided. Append-only."""

    __tablename__ = "disbursement_decision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["request_id", "recipient_id"],
            ["disbursement_request.id", "disbursement_request.recipient_id"],
            name="fk_disbursement_decision_request", onupdate="CASCADE"),
        one_of("decision", Decision),
        CheckConstraint("decision <> 'rejected' OR reason IS NOT NULL", name="reason"),
    )

    request_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recipient_id: Mapped[int]
    decision: Mapped[str]
    reason: Mapped[str | None]
    actor: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

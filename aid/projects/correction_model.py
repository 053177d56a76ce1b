"""Tables of what had been recorded wrongly, and was put right."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from aid.database.base import Base, Id


class MilestoneCorrection(Base):
    """What had been logged of a milestone was wrong: it stays, with the reason. Append-only.

    `old_on` and what showed it is what had been logged; `new_on` is null where the log was
    withdrawn. What was logged changes together with such a row alone (aid_log_stays).
    """

    __tablename__ = "milestone_correction"
    __table_args__ = (
        ForeignKeyConstraint(["milestone_id", "recipient_id"],
                             ["milestone.id", "milestone.recipient_id"],
                             name="fk_milestone_correction_milestone", onupdate="CASCADE"),
        CheckConstraint("length(btrim(reason)) > 0", name="reason"),
        Index("ix_milestone_correction_milestone_id", "milestone_id", "id", postgresql_include=[
            "recipient_id", "recorded_at", "old_on"]),
    )

    id: Mapped[Id]
    milestone_id: Mapped[int]
    recipient_id: Mapped[int]
    old_on: Mapped[date]
    new_on: Mapped[date | None]
    old_evidence_no: Mapped[str | None]
    old_note: Mapped[str | None]
    old_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

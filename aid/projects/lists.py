"""What is kept of projects beside them: for lists, and for counting milestones."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from aid.database.base import Base

LISTED = (
    "region_id", "supporter_id", "district_id", "pairing_id", "target_id",
    "sector_id", "kind", "delivery_mode", "stage", "held_stage", "simulated", "planned_start",
    "planned_end", "proposed_fen", "approved_fen", "completed_on",
)
"""What lists of projects are narrowed by, beside the recipient: each index that they are ordered by
holds it, so that a row is fetched only if it is shown."""
ORDERED = {
    "code": "code",
    "planned_start": "planned_start",
    "planned_end": "planned_end",
    "investment": "(\nCASE\n    WHEN approved_fen IS NULL THEN proposed_fen\n"
                  "    ELSE approved_fen\nEND)",
    "progress": "progress_hundredths",
}
"""What lists of projects are ordered by, as PostgreSQL spells it when it is asked: of each an index
by recipient, as a list looks for its page among each recipient's projects."""


class ProjectPlace(Base):
    """That a recipient has, or had, projects in a place. Kept by a trigger, for lists."""

    __tablename__ = "project_place"

    recipient_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class MilestoneTotal(Base):
    """How many milestones are planned in a month, of projects that are not cancelled, and how many
    of them were met in time. Kept by triggers.

    `month` is its first day; district 0 is none.
    """

    __tablename__ = "milestone_total"

    recipient_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[date] = mapped_column(primary_key=True)
    sector_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    supporter_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    district_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due: Mapped[int]
    in_time: Mapped[int]

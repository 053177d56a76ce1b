"""What lists of projects look at before they look at projects."""

from sqlalchemy.orm import Mapped, mapped_column

from aid.database.base import Base

LISTED = (
    "recipient_id", "region_id", "supporter_id", "district_id", "pairing_id", "target_id",
    "sector_id", "kind", "delivery_mode", "stage", "held_stage", "simulated", "planned_start",
    "planned_end", "proposed_fen", "approved_fen", "completed_on",
)
"""What lists of projects are narrowed by: each index that they are ordered by holds it, so that a
row is fetched only if it is shown."""
SIZE = "(\nCASE\n    WHEN approved_fen IS NULL THEN proposed_fen\n    ELSE approved_fen\nEND)"
"""What lists of projects are ordered by, spelled as PostgreSQL spells it when it is asked."""


class ProjectPlace(Base):
    """That a recipient has, or had, projects in a place. Kept by a trigger, for lists."""

    __tablename__ = "project_place"

    recipient_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

"""What a simulated project is before it begins, and what is to become of it. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from seeds.demo.works import Undertaking
from seeds.demo.world import Place, Recipient, Spell


class Era(StrEnum):
    """When a project is planned: in the years a plan reviews, in those it plans, or just now."""

    REVIEWED = "reviewed"
    PLANNED = "planned"
    CURRENT = "current"


class Fate(StrEnum):
    """What becomes of a project. The last four leave it where it is."""

    ORDINARY = "ordinary"
    LATE = "late"
    ADJUSTED = "adjusted"
    REAPPROVED = "reapproved"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"
    AWAITING = "awaiting"
    STALLED = "stalled"


FATES = {
    Era.REVIEWED: ((Fate.ORDINARY, 80.0), (Fate.LATE, 8.0), (Fate.ADJUSTED, 7.0),
                   (Fate.REAPPROVED, 1.5), (Fate.PAUSED, 1.5)),
    Era.PLANNED: ((Fate.ORDINARY, 66.0), (Fate.LATE, 12.0), (Fate.ADJUSTED, 9.0),
                  (Fate.REAPPROVED, 3.0), (Fate.PAUSED, 3.0), (Fate.CANCELLED, 4.0)),
}
"""How often which fate comes. What was published as done is neither cancelled nor given up."""

CURRENT_FATES = (
    Fate.LATE, Fate.ORDINARY, Fate.SUSPENDED, Fate.ORDINARY, Fate.AWAITING, Fate.STALLED,
    Fate.LATE, Fate.ADJUSTED, Fate.ORDINARY, Fate.CANCELLED, Fate.ORDINARY, Fate.LATE,
    Fate.REAPPROVED, Fate.ORDINARY, Fate.ADJUSTED, Fate.ORDINARY,
)
"""In turn, so that of a dozen projects under way each recipient has one of nearly every kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """When a project is proposed, approved and planned. Works end by `finish_by`, where given."""

    proposed_on: date
    approved_on: date
    planned_start: date
    planned_end: date
    finish_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A project before it begins. `village` is the key village that it is for, if it is."""

    code: str
    era: Era
    fate: Fate
    recipient: Recipient
    place: Place
    spell: Spell
    township: str
    village: str | None
    district_id: int | None
    sector: str
    undertaking: Undertaking
    fen: int
    days: Days

    @property
    def open(self) -> bool:
        """Whether it belongs to what is going on just now."""
        return self.era is Era.CURRENT

"""What a report says, before it is laid out: frozen, exact, named as the rooms name it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aid.cadres.listing import Sums as CadreSums
from aid.cadres.queries import FillRow, TermRow, VacancyRow
from aid.funds.commitments import Figures
from aid.funds.matters import Matter
from aid.funds.queue import Item
from aid.metrics.attainment import Attained
from aid.metrics.terms import Measured
from aid.plans.queries import DiscrepancyRow, FigureRow, PlanRow, TargetRow
from aid.projects.listing import ListedRow
from aid.projects.listing import Sums as ProjectSums
from aid.projects.queries import DueRow
from aid.text import Text
from aid.villages.listing import VillageSums
from aid.villages.queries import VillageRow


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands on the title page.

    `place` is None of the whole; `own` names the places of who sees only those. `as_of` is the day
    whose state is shown, `known_on` the day up to which records were known, `made_on` the day the
    report was made: late milestones and matters of money are those of that day.
    """

    year: int
    place: Text | None
    own: tuple[Text, ...]
    supporter: Text | None
    as_of: date
    known_on: date
    made_on: date


@dataclass(frozen=True, slots=True)
class Summary:
    """A metric in the year and from the beginning up to its end; None: not measured so."""

    code: str
    year: Measured | None
    in_all: Measured | None


@dataclass(frozen=True, slots=True)
class Moved:
    """Money that moved, in fen, reversals taken off."""

    committed: int = 0
    disbursed: int = 0
    received: int = 0
    paid: int = 0


@dataclass(frozen=True, slots=True)
class MovedPart:
    """What moved of a recipient, sector or year: in the year, and up to its end."""

    name: Text
    year: Moved
    in_all: Moved


@dataclass(frozen=True, slots=True)
class StandingPart:
    """Where the money of a place stands."""

    name: Text
    figures: Figures


@dataclass(frozen=True, slots=True)
class ProjectPart:
    """A project and the figures of its instalments."""

    project: ListedRow
    figures: Figures


@dataclass(frozen=True, slots=True)
class Money:
    """`recipients`, `sectors` and `years` as the metrics say, `places` as the commitments do:
    recipients of the whole, what lies below a region. `sources` are fen neither cancelled nor
    returned. `projects` are the largest.
    """

    recipients: tuple[MovedPart, ...]
    sectors: tuple[MovedPart, ...]
    years: tuple[tuple[int, Moved], ...]
    standing: Figures
    places: tuple[StandingPart, ...]
    sources: tuple[tuple[Text, int], ...]
    counted: ProjectSums
    projects: tuple[ProjectPart, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A target of the plan, and how far it is where it has a number."""

    row: TargetRow
    attained: Attained | None


@dataclass(frozen=True, slots=True)
class Work:
    """What is late and what has to be looked into, the longest first; `more` that are not shown."""

    late: tuple[DueRow, ...]
    more_late: bool
    matters: Mapping[Matter, int]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Villages:
    """Key villages as they stand; `progress` is by recipient in percent."""

    sums: VillageSums
    progress: tuple[tuple[Text, Decimal, Decimal | None], ...]
    late: tuple[VillageRow, ...]
    stalled: tuple[VillageRow, ...]


@dataclass(frozen=True, slots=True)
class Cadres:
    """Posts and people on the as-of day."""

    sums: CadreSums
    fills: tuple[FillRow, ...]
    vacancies: tuple[VacancyRow, ...]
    ending: tuple[TermRow, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything a report says. `discrepancies` is None where whoever asks may not read them."""

    heading: Heading
    summary: tuple[Summary, ...]
    money: Money
    plan: PlanRow | None
    targets: tuple[Target, ...]
    figures: tuple[FigureRow, ...]
    discrepancies: tuple[DiscrepancyRow, ...] | None
    work: Work
    villages: Villages
    cadres: Cadres

    @property
    def simulated(self) -> bool:
        """Whether anything of it is simulated."""
        return bool(self.money.counted.simulated or self.villages.sums.simulated
                    or self.cadres.sums.simulated)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to report."""
        return not (self.money.counted.projects or self.villages.sums.villages or self.targets
                    or self.cadres.sums.agreed or self.cadres.sums.in_post or self.figures
                    or self.money.standing.tranche_count)

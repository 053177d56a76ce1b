"""What the pages of projects need to know, each read in one snapshot."""

from dataclasses import dataclass, replace

from aid.access.actor import Actor
from aid.access.policy import Permission
from aid.cadres.queries import answering
from aid.clock import today
from aid.database.engine import Database
from aid.database.paging import Turned
from aid.funds.commitments import Part
from aid.metrics.queries import measured
from aid.metrics.terms import Measured, Scope
from aid.projects.listing import ORDERS, Asked, ListedRow, Sums, listed, sums
from aid.projects.narrowing import Choices, read_choices
from aid.projects.terms import Delay, ProjectKind, Stage
from dashboards.forms import offered
from dashboards.turning import order_of, place_of
from dashboards.view import View

DEFAULT = "-planned_end"
"""The order of the list before somebody chooses one."""
AT_ONCE = 50
"""Projects on one page of the list."""
FIGURES = ("start_rate", "completion_rate", "on_time_rate", "investment_completion")
"""The metrics at the head of the list."""


@dataclass(frozen=True, slots=True)
class ProjectList:
    """A page of the list. `metrics` are of the shared filters, and only given by those alone.

    `answering` is whoever answers for all of them, where only somebody's are asked for.
    `forms` of the log are those that the actor may fill in.
    """

    choices: Choices
    page: Turned[ListedRow]
    sums: Sums
    metrics: tuple[Measured, ...]
    forms: tuple[str, ...] = ()
    answering: str | None = None


async def read_projects(database: Database, actor: Actor, view: View) -> ProjectList:
    """The projects that a view asks for."""
    order, descending = order_of(view, ORDERS, DEFAULT)
    at = place_of(view, ORDERS[order])
    async with database.reading(actor) as session:
        choices = await read_choices(
            session, actor, regions=view.region, supporter=view.supporter, sector=view.sector,
            today=today())
        who = await answering(session, view.cadre) if view.cadre else None
        asked = asked_for(view, choices)
        if view.cadre:
            asked = replace(asked, ids=who.project_ids if who else ())
        found = await listed(session, asked, order=order, descending=descending, at=at,
                             first=AT_ONCE)
        counted = await sums(session, asked)
        figures = [] if narrowed(view) or not actor.may(Permission.METRIC_READ) else await measured(
            session, FIGURES, scope_of(view, choices), as_of=choices.today)
    return ProjectList(choices, found, counted, tuple(figures), offered(actor, "projects"),
                       who.cadre if who else None)


def asked_for(view: View, choices: Choices) -> Asked:
    """Which projects a view asks for. What is unknown narrows nothing."""
    return Asked(
        today=choices.today, region_ids=choices.region_ids, city_id=choices.city_id,
        district_id=choices.district_id, sector_id=choices.sector_id, since=view.start,
        until=view.end, stage=Stage(view.stage) if view.stage in list(Stage) else None,
        kind=ProjectKind(view.kind) if view.kind in list(ProjectKind) else None,
        late=view.state == Delay.LATE, behind=view.state == Delay.BEHIND, text=view.text)


def narrowed(view: View) -> bool:
    """Whether the list is narrowed by more than the shared filters."""
    return bool(view.stage or view.kind or view.state or view.text or view.cadre)


def scope_of(view: View, choices: Choices) -> Scope:
    """What metrics are measured of, by the shared filters.

    Where no recipient is among the places chosen, they are where projects are.
    """
    above = choices.above
    return Scope(
        recipients=choices.region_ids if above else None,
        places=None if above else choices.region_ids, supporter=choices.city_id,
        district=choices.district_id,
        sector=choices.sector_id, since=view.start, until=view.end)


def part_of(choices: Choices) -> Part:
    """What of the money is asked about, by the shared filters."""
    above = choices.above
    return Part(
        recipients=choices.region_ids if above else None,
        places=None if above else choices.region_ids, supporter=choices.city_id,
        district=choices.district_id, sector=choices.sector_id)

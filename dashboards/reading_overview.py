"""What the overview needs to know; what is off track takes longer and comes later."""

from asyncio import gather
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from aid.access.actor import Actor
from aid.access.policy import Permission
from aid.clock import today
from aid.database.engine import Database
from aid.funds.matters import Matter
from aid.funds.queue import Tally, tallied
from aid.metrics.comparing import Compared, Goal, compared, fitting, goals
from aid.metrics.queries import measured, money_divided
from aid.metrics.registry import METRICS
from aid.metrics.terms import By, Measured, Scope, Source
from aid.projects.lateness import LateMilestone, LateSums, late_sums, longest_late
from aid.projects.listing import Sums, sums
from aid.projects.narrowing import Choices, read_choices
from aid.villages import listing as villages
from aid.villages.listing import VillageSums
from dashboards.parted import Parted
from dashboards.reading_projects import asked_for, part_of, scope_of
from dashboards.view import View

AMOUNTS = ("investment_committed", "investment_disbursed", "investment_received",
           "investment_paid")
MONEY = (*AMOUNTS, "arrival_rate")
WORK = ("start_rate", "completion_rate", "investment_completion", "on_time_rate",
        "village_progress", "cadre_fill")
"""The metrics of the overview, in the order shown."""
ATTAINMENT = "target_attainment"
CODES = (*MONEY, *WORK, ATTAINMENT)
OF_PROJECTS = tuple(code for code in WORK if METRICS[code].source is Source.PROJECTS)
OTHERS = tuple(code for code in (*WORK, ATTAINMENT) if code not in OF_PROJECTS)
WORST = 8
"""So many late milestones are named."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The metrics by code, those that know the filters, at the close of the day `on`.

    `years` are amounts by code and year. `goals` are None where the filters do not fit targets.
    """

    choices: Choices
    on: date
    metrics: Mapping[str, Measured]
    years: Mapping[str, Mapping[int, Measured]]
    goals: tuple[Goal, ...] | None


@dataclass(frozen=True, slots=True)
class OffTrack:
    """What is off track today. None: the filters do not fit, or it is not the actor's to read.

    `all` are all projects of the filters, `late` those that are late. `metrics` are those of the
    overview, of the day looked at, each with what it was a year before.
    """

    choices: Choices
    all: Sums
    late: Sums
    milestones: LateSums
    worst: tuple[LateMilestone, ...]
    villages: VillageSums | None
    matters: Mapping[Matter, Tally] | None
    metrics: Mapping[str, Compared] = field(default_factory=dict)


async def read_overview(database: Database, actor: Actor, view: View) -> Overview:
    """The figures of a view, each kind of them on a connection of its own: they take their time."""
    day = today()
    on = min(view.known_on or day, day)
    async with database.reading(actor) as session:
        choices = await read_choices(
            session, actor, regions=view.region, supporter=view.supporter, sector=view.sector,
            today=day)
        scope = replace(scope_of(view, choices), known=view.known_on)
        found = await goals(session, scope, as_of=on, today=day)

    async def money() -> list[Measured]:
        async with database.reading(actor) as session:
            found = await money_divided(
                session, MONEY, scope, bys=(None, By.YEAR), as_of=on, today=day)
        return [*found[None], *found[By.YEAR]]

    async def work(codes: Sequence[str], narrowed: Scope) -> list[Measured]:
        async with database.reading(actor) as session:
            return await measured(session, codes, narrowed, as_of=on, today=day)

    paid, *done = await gather(money(), *(
        work(codes, narrowed) for some in (OF_PROJECTS, OTHERS)
        for codes, narrowed in fitting(some, scope) if codes))
    metrics = {one.code: one for some in done for one in some}
    years: dict[str, dict[int, Measured]] = {}
    for one in paid:
        if one.key is None:
            metrics[one.code] = one
        else:
            years.setdefault(one.code, {})[one.key] = one
    return Overview(choices, on, metrics, years, None if found is None else tuple(found))


async def read_compared(database: Database, actor: Actor, view: View) -> Mapping[str, Compared]:
    """The metrics of a view's filters, and what they were a year before."""
    day = today()
    async with database.reading(actor) as session:
        choices = await read_choices(
            session, actor, regions=view.region, supporter=view.supporter, sector=view.sector,
            today=day)
        return await compared(
            session, CODES, replace(scope_of(view, choices), known=view.known_on),
            as_of=min(view.known_on or day, day), today=day)


async def read_off_track_today(database: Database, actor: Actor, view: View) -> OffTrack:
    """What of a view's filters is off track today, but for the metrics."""
    day = today()
    async with database.reading(actor) as session:
        choices = await read_choices(
            session, actor, regions=view.region, supporter=view.supporter, sector=view.sector,
            today=day)
        projects = asked_for(view.to("projects"), choices)
        found = None
        if choices.sector_id is None and actor.may(Permission.VILLAGE_READ):
            found = await villages.sums(session, villages.Asked(
                on=day, region_ids=choices.region_ids, city_id=choices.city_id,
                district_id=choices.district_id, since=view.start, until=view.end))
        return OffTrack(
            choices, await sums(session, projects),
            await sums(session, replace(projects, late=True)),
            await late_sums(session, projects),
            tuple(await longest_late(session, projects, first=WORST)), found,
            await tallied(session, part_of(choices), today=day)
            if actor.may(Permission.FUND_READ) else None)


def _joined(metrics: Mapping[str, Compared], found: OffTrack) -> OffTrack:
    return replace(found, metrics=metrics)


read_off_track = Parted(read_compared, read_off_track_today, _joined)
"""What is off track: OffTrack."""

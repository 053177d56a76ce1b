"""Gathering what a report says: the rooms' own queries, in one snapshot, as the actor sees it."""

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.access.policy import Permission
from aid.cadres import listing as cadres
from aid.cadres.queries import ending_rows
from aid.funds import queue
from aid.funds.commitments import Part
from aid.metrics.attaining import attained
from aid.metrics.queries import broken_down, measured
from aid.metrics.registry import METRICS
from aid.metrics.terms import By, Measured, Scope, Source
from aid.plans import queries as plans
from aid.plans.queries import DiscrepancyRow, FigureRow, PlanRow
from aid.projects.queries import DueRow, late_milestones
from aid.regions.queries import supporter_rows
from aid.report.gathered import Cadres, Gathered, Heading, Summary, Target, Villages, Work
from aid.report.gathering_money import ELSEWHERE, gather_money
from aid.report.scope import About, read_scope
from aid.report.terms import Order
from aid.text import Text
from aid.villages import listing as villages
from aid.villages.queries import VillageRow

SHOWN = 30
"""So many rows of what is late, stalled, vacant or waiting are shown, the longest first."""
STATES = frozenset({Source.VILLAGES, Source.POSTS, Source.TARGETS})
"""What is the state of a day rather than what happened in a year."""

Tell = Callable[[int], None]


async def gather(session: AsyncSession, actor: Actor, order: Order, tell: Tell) -> Gathered:
    """All of it, in the steps of STEPS. Raises as `read_scope` does."""
    about = await read_scope(session, actor, order)
    tell(0)
    summary = await _summary(session, about)
    tell(1)
    money = await gather_money(session, about)
    tell(2)
    plan = await _plan(session, about)
    targets = await _targets(session, about, plan)
    figures, discrepancies = await _published(session, actor, about, plan)
    tell(3)
    work = await _work(session, about)
    tell(4)
    kept = await _villages(session, about)
    tell(5)
    posted = await _cadres(session, about)
    heading = Heading(
        order.year, about.place.name if about.place else None, about.own,
        await _supporter(session, plan), about.as_of, about.known or order.today, order.today)
    return Gathered(heading, summary, money, plan, targets, figures, discrepancies, work, kept,
                    posted)


async def _summary(session: AsyncSession, about: About) -> tuple[Summary, ...]:
    """Every metric of the registry, in its order."""
    year = await _all_measured(session, about, year=True)
    in_all = await _all_measured(session, about, year=False)
    return tuple(Summary(code, None if metric.source in STATES else year[code], in_all[code])
                 for code, metric in METRICS.items())


async def _all_measured(
    session: AsyncSession, about: About, *, year: bool
) -> dict[str, Measured]:
    found: dict[str, Measured] = {}
    for money in (False, True):
        codes = [code for code, metric in METRICS.items()
                 if (metric.source is Source.MONEY) is money]
        for one in await measured(session, codes, about.scope(year=year, money=money),
                                  as_of=about.as_of, today=about.order.today):
            found[one.code] = one
    return found


async def _supporter(session: AsyncSession, plan: PlanRow | None) -> Text | None:
    """The plan's supporter; without a plan the supporting city, if there is one only."""
    if plan is not None:
        return plan.supporter
    cities = [row.name for row in await supporter_rows(session) if row.district_id is None]
    return cities[0] if len(cities) == 1 else None


async def _plan(session: AsyncSession, about: About) -> PlanRow | None:
    """The newest plan whose period, or whose review, holds a day of the year."""
    found = await plans.plan_rows(session)
    in_force = [one for one in found
                if one.period_start <= about.until and one.period_end >= about.since]
    reviewed = [one for one in found if one.review_start and one.review_end
                and one.review_start <= about.until and one.review_end >= about.since]
    return next(iter([*in_force, *reviewed]), None)


async def _targets(
    session: AsyncSession, about: About, plan: PlanRow | None
) -> tuple[Target, ...]:
    """The plan's targets; of a region those that speak of it."""
    if plan is None:
        return ()
    rows = await plans.target_rows(session, plan.code)
    reached = {one.code: one for one in await attained(
        session, Scope(), as_of=about.as_of, kept=about.as_of >= about.order.today)
        if one.plan == plan.code}
    return tuple(Target(row, reached.get(row.code)) for row in rows
                 if _speaks_of(about, row.region_codes))


def _speaks_of(about: About, codes: tuple[str, ...]) -> bool:
    return about.place is None or not {one.code for one in about.recipients}.isdisjoint(codes)


async def _published(
    session: AsyncSession, actor: Actor, about: About, plan: PlanRow | None
) -> tuple[tuple[FigureRow, ...], tuple[DiscrepancyRow, ...] | None]:
    """Published figures of the place alone, and what of the plan's figures does not add up: these
    are of several places, and part of no report of a single one.
    """
    may = actor.may(Permission.DISCREPANCY_READ) and about.place is None
    if plan is None:
        return (), () if may else None
    figures = await plans.figure_rows(session, plan.code)
    own = {one.code for one in about.recipients}
    single = tuple(one for one in figures if one.region_codes and own.issuperset(one.region_codes)
                   and (about.place is not None or not actor.sees_all))
    found = tuple(await plans.discrepancy_rows(session, plan.code)) if may else None
    return single, found


async def _work(session: AsyncSession, about: About) -> Work:
    today, part = about.order.today, Part(recipients=about.ids)
    late: list[DueRow] = []
    for recipient_id in [one.id for one in about.recipients] if about.place else [None]:
        late += await late_milestones(
            session, today=today, recipient_id=recipient_id, limit=SHOWN + 1)
    late.sort(key=lambda one: (one.planned_on, one.id))
    return Work(tuple(late[:SHOWN]), len(late) > SHOWN,
                await queue.counted(session, part, today=today),
                tuple(await queue.items(session, part, today=today, first=SHOWN)))


async def _villages(session: AsyncSession, about: About) -> Villages:
    sums = await villages.sums(
        session, villages.Asked(on=about.as_of, region_ids=about.ids))
    names = {one.id: one.name for one in about.recipients}
    progress = await broken_down(
        session, ["village_progress"], about.scope(year=False), by=By.RECIPIENT,
        as_of=about.as_of, today=about.order.today)
    return Villages(
        sums,
        tuple((names.get(one.key or 0, ELSEWHERE), one.denominator, one.value)
              for one in progress),
        await _of_state(session, about, "late"), await _of_state(session, about, "stalled"))


async def _of_state(
    session: AsyncSession, about: About, state: str
) -> tuple[VillageRow, ...]:
    found = await villages.listed(
        session, villages.Asked(on=about.as_of, region_ids=about.ids, state=state),
        order="progress", descending=False, at=None, first=SHOWN)
    return tuple(row.village for row in found.rows)


async def _cadres(session: AsyncSession, about: About) -> Cadres:
    asked = cadres.Asked(on=about.as_of, recipient_ids=about.ids)
    return Cadres(
        await cadres.sums(session, asked), tuple(await cadres.filled_by(session, asked)),
        tuple(await cadres.vacancies(session, asked))[:SHOWN],
        tuple(await ending_rows(session, on=about.as_of, recipient_ids=about.ids))[:SHOWN])

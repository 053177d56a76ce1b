"""Metrics measured: what the registry defines, counted in the database, one statement a source."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid import clock
from aid.database.engine import planned_anew
from aid.metrics.attaining import of_targets
from aid.metrics.counting import Counted, Question, of_projects
from aid.metrics.keeping import of_posts, of_villages
from aid.metrics.milestones import of_milestones
from aid.metrics.paying import divided, of_money
from aid.metrics.registry import METRICS, Metric, chosen
from aid.metrics.terms import By, Measured, Scope, Source
from aid.regions.model import Division


async def measured(
    session: AsyncSession, codes: Sequence[str] | None, scope: Scope, *, as_of: date,
    today: date | None = None,
) -> list[Measured]:
    """The metrics of these codes (None: all that know the scope), in the order asked for.

    `today` is the day in China unless given: a day before it is measured from the records. Raises
    UnknownMetric, or NotMeasuredSo.
    """
    metrics = chosen(codes, scope)
    counted = await _counted(session, metrics, _question(scope, None, as_of, today))
    return [_of(metric, one, as_of) for metric in metrics for one in _shown(None, metric, counted)]


async def broken_down(
    session: AsyncSession, codes: Sequence[str] | None, scope: Scope, *, by: By, as_of: date,
    today: date | None = None,
) -> list[Measured]:
    """The metrics by recipient, year …, by their key; what has nothing is left out.

    Numerators and denominators add up to the whole, except for posts by year, which are states.
    Raises as `measured` does.
    """
    metrics = chosen(codes, scope, by)
    counted = await _counted(session, metrics, _question(scope, by, as_of, today))
    return [_of(metric, one, as_of) for metric in metrics for one in _shown(by, metric, counted)]


async def money_divided(
    session: AsyncSession, codes: Sequence[str], scope: Scope, *, bys: Sequence[By | None],
    as_of: date, today: date | None = None,
) -> dict[By | None, list[Measured]]:
    """Metrics of money, of the whole (None) and by recipient, year …: in one statement.

    Each division is as `broken_down` gives it. Raises as `measured` does.
    """
    metrics = chosen(codes, scope)
    for by in bys:
        chosen(codes, scope, by)
    await planned_anew(session)
    found = await divided(session, metrics, _question(scope, None, as_of, today), bys)
    return {by: [_of(metric, one, as_of) for metric in metrics
                 for one in _shown(by, metric, counted)] for by, counted in found.items()}


def _shown(
    by: By | None, metric: Metric, counted: Mapping[str, Sequence[Counted]]
) -> Sequence[Counted]:
    """The whole, or what has something of a division, in order."""
    found = counted[metric.code]
    if by is None:
        return found or [_NOTHING]
    return [one for one in sorted(found, key=_by_key) if one.denominator]


async def by_place(
    session: AsyncSession, codes: Sequence[str] | None, scope: Scope, *, as_of: date,
    today: date | None = None,
) -> list[Measured]:
    """The metrics of every place: what is its own, and what is that of places below it.

    What has nothing is left out, and so is what is of several places at once. It is one statement a
    source, however many places. Raises as `measured` does.
    """
    found = await broken_down(
        session, codes, scope, by=By.RECIPIENT, as_of=as_of, today=today)
    above = {row[0]: row[1] for row in await session.execute(
        select(Division.id, Division.parent_id))}
    sums: dict[tuple[str, int], Measured] = {}
    for one in found:
        place = one.key
        while place is not None:
            sums[one.code, place] = _sum(one, place, sums.get((one.code, place)))
            place = above.get(place)
    return list(sums.values())


def _sum(one: Measured, place: int, so_far: Measured | None) -> Measured:
    numerator = one.numerator + (so_far.numerator if so_far else 0)
    denominator = one.denominator + (so_far.denominator if so_far else 0)
    return replace(one, key=place, numerator=numerator, denominator=denominator,
                   value=METRICS[one.code].value(numerator, denominator))


_NOTHING = Counted(None, Decimal(0), Decimal(0))


def _by_key(one: Counted) -> tuple[bool, int]:
    return one.key is None, one.key or 0


def _question(scope: Scope, by: By | None, as_of: date, today: date | None) -> Question:
    return Question(scope, by, as_of, kept=as_of >= (today or clock.today()))


async def _counted(
    session: AsyncSession, metrics: Sequence[Metric], asked: Question
) -> dict[str, list[Counted]]:
    """What is counted, by the metrics' codes."""
    await planned_anew(session)
    staged = [metric for metric in metrics if metric.source is Source.PROJECTS]
    moved = [metric for metric in metrics if metric.source is Source.MONEY]
    found = await of_projects(session, staged, asked) if staged else {}
    found |= await of_money(session, moved, asked) if moved else {}
    for metric in metrics:
        count = _SOURCES.get(metric.source)
        if count is not None:
            found[metric.code] = await count(session, asked)
    return found


_Counting = Callable[[AsyncSession, Question], Awaitable[list[Counted]]]
_SOURCES: Mapping[Source, _Counting] = MappingProxyType({
    Source.MILESTONES: of_milestones,
    Source.VILLAGES: of_villages,
    Source.POSTS: of_posts,
    Source.TARGETS: of_targets,
})


def _of(metric: Metric, one: Counted, as_of: date) -> Measured:
    return Measured(metric.code, one.key, one.numerator, one.denominator,
                    metric.value(one.numerator, one.denominator), metric.unit, as_of)

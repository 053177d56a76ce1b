"""Numerators and denominators of money: from the sums that are kept, or from the movements.

Kept sums are by year; so they answer for whole years as they are known today. Any other period, a
day in the past and what was known on one are added up from the movements. Both say the same.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from aid.clock import close_of
from aid.funds.model import FundTotal, Movement
from aid.funds.terms import MovementKind
from aid.metrics.counting import Counted, Query, Question, within, year_of
from aid.metrics.registry import Metric
from aid.metrics.terms import By, Narrowing
from aid.projects.model import Project

_OF_PROJECTS = frozenset({
    Narrowing.PLACES, Narrowing.SUPPORTER, Narrowing.DISTRICT, Narrowing.SECTOR})
_BY_PROJECTS = frozenset({By.PLACE, By.SECTOR, By.SUPPORTER, By.DISTRICT})
"""What only the project of a movement knows; otherwise the projects are not read."""
_LAST = date(9990, 12, 31)
"""Whatever is known later than this is known by then."""


async def of_money(
    session: AsyncSession, metrics: Sequence[Metric], asked: Question
) -> dict[str, list[Counted]]:
    """Metrics of money by code, in one statement."""
    query = _kept(asked) if _of_whole_years(asked) else _moved(asked)
    sums: defaultdict[int | None, dict[str, tuple[int, int]]] = defaultdict(dict)
    for key, kind, fen, movements in await session.execute(query):
        sums[key][kind] = fen, movements
    return {metric.code: [_counted(metric, key, of) for key, of in sums.items()]
            for metric in metrics}


def _counted(metric: Metric, key: int | None, of: dict[str, tuple[int, int]]) -> Counted:
    assert metric.moving is not None  # noqa: S101  it is of money
    fen, movements = of.get(metric.moving.above, (0, 0))
    if metric.moving.below is None:
        return Counted(key, _yuan(fen), Decimal(movements))
    return Counted(key, _yuan(fen), _yuan(of.get(metric.moving.below, (0, 0))[0]))


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def _of_whole_years(asked: Question) -> bool:
    """Whether the period begins and ends with a year, and all that is known counts.

    Nothing is kept by the places that projects are in.
    """
    scope = asked.scope
    if asked.by is By.PLACE or scope.places is not None:
        return False
    begins = scope.since is None or (scope.since.month, scope.since.day) == (1, 1)
    ends = scope.until is None or scope.until >= asked.as_of or (
        scope.until.month, scope.until.day) == (12, 31)
    return asked.kept and begins and ends and (
        scope.known is None or scope.known >= asked.as_of)


def _kept(asked: Question) -> Query:
    """Key, kind, fen, movements from what is kept by year."""
    scope, at = asked.scope, FundTotal
    keys: dict[By, Any] = {
        By.RECIPIENT: at.recipient_id, By.YEAR: at.year, By.SECTOR: at.sector_id,
        By.SUPPORTER: at.supporter_id, By.DISTRICT: func.nullif(at.district_id, 0)}
    query: Query = select(
        null() if asked.by is None else keys[asked.by], at.kind,
        cast(func.sum(at.fen), BigInteger), cast(func.sum(at.movements), BigInteger))
    if scope.recipients is not None:
        query = query.where(at.recipient_id.in_(scope.recipients))
    for column, wanted in ((at.supporter_id, scope.supporter), (at.district_id, scope.district),
                           (at.sector_id, scope.sector)):
        if wanted is not None:
            query = query.where(column == wanted)
    if scope.since is not None:
        query = query.where(at.year >= scope.since.year)
    if scope.until is not None:
        query = query.where(at.year <= scope.until.year)
    return query.group_by(at.kind, *([] if asked.by is None else [keys[asked.by]]))


def _moved(asked: Question) -> Query:
    """The same from the movements that happened by the day and were known, less what was undone.

    What was undone is little: it is taken off, as looking at each movement for it takes longer.
    """
    moved = union_all(_all_moved(asked), _undone(asked)).subquery()
    return select(
        moved.c.key, moved.c.kind, cast(func.sum(moved.c.fen), BigInteger),
        cast(func.sum(moved.c.movements), BigInteger),
    ).group_by(moved.c.key, moved.c.kind).having(func.sum(moved.c.movements) > 0)


def _all_moved(asked: Question) -> Query:
    """Key, kind, fen, movements, whether undone later or not."""
    scope, at, key = asked.scope, Movement, _key(asked)
    query: Query = select(
        key.label("key"), at.kind,
        cast(func.sum(at.amount_fen), BigInteger).label("fen"), func.count().label("movements"))
    if scope.known is not None:
        query = query.where(at.recorded_at < close_of(min(scope.known, _LAST)))
    query = query.where(at.kind != MovementKind.REVERSE, *_asked_for(asked))
    return _with_projects(query, asked).group_by(
        at.kind, *([] if asked.by is None else [key]))


def _undone(asked: Question) -> Query:
    """The same of what had been undone by the day, below zero."""
    scope, at, undone = asked.scope, Movement, aliased(Movement)
    query: Query = select(
        _key(asked).label("key"), at.kind, (-at.amount_fen).label("fen"),
        literal_column("-1").label("movements")
    ).join(undone, undone.reverses_id == at.id)
    if scope.known is not None:
        query = query.where(undone.recorded_at < close_of(min(scope.known, _LAST)))
    return _with_projects(query.where(
        undone.kind == MovementKind.REVERSE, undone.occurred_on <= asked.as_of,
        *_asked_for(asked)), asked)


def _key(asked: Question) -> Any:
    """What movements are divided by."""
    keys: dict[By, Any] = {
        By.RECIPIENT: Movement.recipient_id, By.PLACE: Project.region_id,
        By.YEAR: year_of(Movement.occurred_on), By.SECTOR: Project.sector_id,
        By.SUPPORTER: Project.supporter_id, By.DISTRICT: Project.district_id}
    return cast(null(), BigInteger) if asked.by is None else keys[asked.by]


def _with_projects(query: Query, asked: Question) -> Query:
    """The query with the projects of its movements, where they are asked about."""
    if not (asked.by in _BY_PROJECTS or asked.scope.narrowings & _OF_PROJECTS):
        return query
    if asked.scope.recipients is not None:  # of a project and its movements it is the same
        query = query.where(Project.recipient_id.in_(asked.scope.recipients))
    return query.join(Project, Project.id == Movement.project_id)


def _asked_for(asked: Question) -> list[ColumnElement[bool]]:
    """Which movements are asked about."""
    scope = asked.scope
    found = [Movement.occurred_on <= asked.as_of,
             *within(Movement.occurred_on, scope.since, scope.until)]
    for place, places in (
        (Movement.recipient_id, scope.recipients), (Project.region_id, scope.places),
    ):
        if places is not None:
            found.append(place.in_(places))
    for column, wanted in (
        (Project.supporter_id, scope.supporter), (Project.district_id, scope.district),
        (Project.sector_id, scope.sector),
    ):
        if wanted is not None:
            found.append(column == wanted)
    return found

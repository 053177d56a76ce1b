"""Numerators and denominators of money: from the sums that are kept, or from the movements.

Kept sums are by year; so they answer for whole years as they are known today. Any other period, a
day in the past and what was known on one are added up from the movements. Both say the same.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, cast, exists, func, null, select
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
    """The same from the movements that happened by the day and were known."""
    scope, at, undone = asked.scope, Movement, aliased(Movement)
    keys: dict[By, Any] = {
        By.RECIPIENT: at.recipient_id, By.PLACE: Project.region_id,
        By.YEAR: year_of(at.occurred_on), By.SECTOR: Project.sector_id,
        By.SUPPORTER: Project.supporter_id,
        By.DISTRICT: Project.district_id}
    reversed_ = exists().where(undone.reverses_id == at.id, undone.occurred_on <= asked.as_of)
    query: Query = select(
        null() if asked.by is None else keys[asked.by], at.kind,
        cast(func.sum(at.amount_fen), BigInteger), func.count())
    if scope.known is not None:
        close = close_of(min(scope.known, _LAST))
        query = query.where(at.recorded_at < close)
        reversed_ = reversed_.where(undone.recorded_at < close)
    if asked.by in _BY_PROJECTS or scope.narrowings & _OF_PROJECTS:
        query = query.join(Project, Project.id == at.project_id)
    for place, places in (
        (at.recipient_id, scope.recipients), (Project.region_id, scope.places),
    ):
        if places is not None:
            query = query.where(place.in_(places))
    for column, wanted in (
        (Project.supporter_id, scope.supporter), (Project.district_id, scope.district),
        (Project.sector_id, scope.sector),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    query = query.where(
        at.kind != MovementKind.REVERSE, at.occurred_on <= asked.as_of, ~reversed_,
        *within(at.occurred_on, scope.since, scope.until))
    return query.group_by(at.kind, *([] if asked.by is None else [keys[asked.by]]))

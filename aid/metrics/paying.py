"""Numerators and denominators of money: from the sums that are kept, and from what is not in them.

Kept sums are by the year in which money moved, as they are known today. Days beside whole years are
added up from the movements. As was known on a past day, what was recorded later is taken off, and
what was undone later is added again: both are few where the day is near.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    and_,
    cast,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from aid.clock import close_of
from aid.funds.model import FundTotal, Movement
from aid.funds.terms import MovementKind
from aid.metrics.counting import Column, Counted, Query, Question, within, year_of
from aid.metrics.registry import Metric
from aid.metrics.standing import narrowed
from aid.metrics.terms import By, Narrowing
from aid.projects.model import Project

_OF_PROJECTS = frozenset({
    Narrowing.PLACES, Narrowing.SUPPORTER, Narrowing.DISTRICT, Narrowing.SECTOR})
_BY_PROJECTS = frozenset({By.PLACE, By.SECTOR, By.SUPPORTER, By.DISTRICT})
"""What only the project of a movement knows; otherwise the projects are not read."""
_LAST = date(9990, 12, 31)
"""Whatever is known later than this is known by then."""
Span = tuple[date | None, date]
"""From a day on, or from the first; to a day. Both are inclusive."""


Bys = Sequence[By | None]
"""What sums are divided by, each by itself; None: the whole."""


async def of_money(
    session: AsyncSession, metrics: Sequence[Metric], asked: Question
) -> dict[str, list[Counted]]:
    """Metrics of money by code."""
    return (await divided(session, metrics, asked, [asked.by]))[asked.by]


async def divided(
    session: AsyncSession, metrics: Sequence[Metric], asked: Question, bys: Bys
) -> dict[By | None, dict[str, list[Counted]]]:
    """Metrics of money by what they are divided by, then by code, in one statement."""
    keys = [by for by in bys if by is not None]
    parts = union_all(*_parts(asked, keys)).subquery()
    columns = [parts.c[by.value] for by in keys]
    query = select(
        func.grouping(*columns) if columns else literal_column("0", Integer()), *columns,
        parts.c.kind, cast(func.sum(parts.c.fen), BigInteger),
        cast(func.sum(parts.c.movements), BigInteger),
    ).group_by(func.grouping_sets(*(
        tuple_(parts.c.kind, *([] if by is None else [parts.c[by.value]])) for by in bys))
    ).having(func.sum(parts.c.movements) > 0)
    left_out = {_left_out(by, keys): by for by in bys}
    sums: dict[By | None, defaultdict[int | None, dict[str, tuple[int, int]]]] = {
        by: defaultdict(dict) for by in bys}
    for mask, *values, kind, fen, movements in await session.execute(query):
        by = left_out[mask]
        sums[by][None if by is None else values[keys.index(by)]][kind] = fen, movements
    return {by: {metric.code: [_counted(metric, key, of) for key, of in found.items()]
                 for metric in metrics} for by, found in sums.items()}


def _left_out(by: By | None, keys: Sequence[By]) -> int:
    """What GROUPING says of sums by one of the keys: a bit for each key that is not it."""
    return sum(1 << at for at, key in enumerate(reversed(keys)) if key is not by)


def _counted(metric: Metric, key: int | None, of: dict[str, tuple[int, int]]) -> Counted:
    assert metric.moving is not None  # noqa: S101  it is of money
    fen, movements = of.get(metric.moving.above, (0, 0))
    if metric.moving.below is None:
        return Counted(key, _yuan(fen), Decimal(movements))
    return Counted(key, _yuan(fen), _yuan(of.get(metric.moving.below, (0, 0))[0]))


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


class Years(NamedTuple):
    """The first year and the last."""

    first: int
    last: int

    def holds(self, day: Column) -> list[ColumnElement[bool]]:
        """That a day lies in these years."""
        return within(day, date(self.first, 1, 1), date(self.last, 12, 31))


def _parts(asked: Question, keys: Sequence[By]) -> list[Query]:
    """What adds up to the money that moved: the keys, kind, fen, movements."""
    since, until = asked.scope.since, min(asked.scope.until or asked.as_of, asked.as_of)
    past = not asked.kept or _known(asked) is not None
    now = not past and until == asked.as_of
    years = _whole_years(since, _end_of(until) if now else until)
    if By.PLACE in keys or asked.scope.places is not None or years.last < years.first:
        return _moved(asked, keys, [(since, until)])
    spans: list[Span] = []
    if years.last < until.year:
        spans.append((date(until.year, 1, 1), until))
    if since is not None and since.year < years.first:
        spans.append((since, _end_of(since)))
    return [_kept(asked, keys, years), *(_as_it_was(asked, keys, years) if past else []),
            *(_moved(asked, keys, spans) if spans else [])]


def _whole_years(since: date | None, until: date) -> Years:
    """The years that lie in a period whole: none where the last is before the first."""
    since = since or date.min
    return Years(since.year + ((since.month, since.day) != (1, 1)),
                 until.year - (until != _end_of(until)))


def _end_of(day: date) -> date:
    return day.replace(month=12, day=31)


def _known(asked: Question) -> datetime | None:
    """The moment by which it had to be recorded; None: all counts that is known today."""
    known = asked.scope.known
    if known is None or (asked.kept and known >= asked.as_of):
        return None
    return close_of(min(known, _LAST))


def _kept(asked: Question, keys: Sequence[By], years: Years) -> Query:
    """Whole years, from what is kept."""
    scope, at = asked.scope, FundTotal
    of: dict[By, Any] = {
        By.RECIPIENT: at.recipient_id, By.YEAR: at.year, By.SECTOR: at.sector_id,
        By.SUPPORTER: at.supporter_id, By.DISTRICT: func.nullif(at.district_id, 0)}
    query: Query = select(
        *(of[by].label(by.value) for by in keys), at.kind,
        cast(func.sum(at.fen), BigInteger).label("fen"),
        cast(func.sum(at.movements), BigInteger).label("movements")
    ).where(at.year.between(*years))
    if scope.recipients is not None:
        query = query.where(at.recipient_id.in_(scope.recipients))
    for column, wanted in ((at.supporter_id, scope.supporter), (at.sector_id, scope.sector),
                           (func.nullif(at.district_id, 0), scope.district)):
        if wanted is not None:
            query = query.where(column == wanted)
    return query.group_by(at.kind, *(of[by] for by in keys))


def _as_it_was(asked: Question, keys: Sequence[By], years: Years) -> list[Query]:
    """What is kept of these years and was not known yet, below zero; what was undone since then."""
    at, undone, known = Movement, aliased(Movement), _known(asked)
    held = years.holds(at.occurred_on)
    since_then = undone.occurred_on > asked.as_of
    found = []
    if known is not None:
        since_then = or_(since_then, undone.recorded_at >= known)
        found.append(_summed(asked, keys, at.recorded_at >= known, *held, sign=-1))
    return [*found, _each(asked, keys, undone, since_then, *held)]


def _moved(asked: Question, keys: Sequence[By], spans: Iterable[Span]) -> list[Query]:
    """What moved in these spans and was known, less what had been undone.

    What was undone is little: it is taken off, as looking at each movement for it takes longer.
    """
    at, undone, known = Movement, aliased(Movement), _known(asked)
    moved = or_(*(and_(*within(at.occurred_on, first, last)) for first, last in spans))
    by_then = [] if known is None else [undone.recorded_at < known]
    return [
        _summed(asked, keys, moved, *([] if known is None else [at.recorded_at < known])),
        _each(asked, keys, undone, moved, undone.occurred_on <= asked.as_of, *by_then, sign=-1)]


def _summed(
    asked: Question, keys: Sequence[By], *where: ColumnElement[bool], sign: int = 1
) -> Query:
    """Movements added up, whether undone or not: the keys, kind, fen, movements."""
    at, one, by = Movement, literal_column(str(sign), Integer()), [_KEYS[key] for key in keys]
    query: Query = select(
        *(column.label(key.value) for key, column in zip(keys, by, strict=True)), at.kind,
        (cast(func.sum(at.amount_fen), BigInteger) * one).label("fen"),
        (func.count() * one).label("movements")).where(at.kind != MovementKind.REVERSE, *where)
    return _asked_for(query, asked, keys).group_by(at.kind, *by)


def _each(
    asked: Question, keys: Sequence[By], undone: Any, *where: ColumnElement[bool], sign: int = 1
) -> Query:
    """The same, of movements that were undone by `undone`, each by itself."""
    at, one = Movement, literal_column(str(sign), Integer())
    query: Query = select(
        *(_KEYS[key].label(key.value) for key in keys), at.kind,
        (at.amount_fen * one).label("fen"), one.label("movements"),
    ).join(undone, undone.reverses_id == at.id)
    return _asked_for(query.where(undone.reverses_id.is_not(None), *where), asked, keys)


_KEYS: Mapping[By, Any] = MappingProxyType({
    By.RECIPIENT: Movement.recipient_id, By.PLACE: Project.region_id,
    By.YEAR: year_of(Movement.occurred_on), By.SECTOR: Project.sector_id,
    By.SUPPORTER: Project.supporter_id, By.DISTRICT: Project.district_id})
"""What movements are divided by."""


def _asked_for(query: Query, asked: Question, keys: Sequence[By]) -> Query:
    """The query with what the scope says, but for its days; with projects where it is of them."""
    scope = asked.scope
    if scope.recipients is not None:
        query = query.where(Movement.recipient_id.in_(scope.recipients))
    if not (_BY_PROJECTS.intersection(keys) or scope.narrowings & _OF_PROJECTS):
        return query
    return narrowed(query.join(Project, Project.id == Movement.project_id), scope)

"""Numerators and denominators of milestones: from what is kept by month, and what is not.

Whole months are kept as they stand now. Days beside them are counted one by one. Of a day in the
past, milestones that were planned otherwise then, or logged otherwise before they were corrected,
are taken off and added, and those of projects that were cancelled later are added.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Subquery,
    and_,
    cast,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from aid.metrics.counting import Column, Counted, Query, Question, within, year_of
from aid.metrics.standing import cancelled, narrowed
from aid.metrics.terms import By, Narrowing
from aid.projects.correction_model import MilestoneCorrection
from aid.projects.lists import MilestoneTotal
from aid.projects.model import Milestone, Project, Rescheduling
from aid.projects.terms import Stage

_CHINA = ZoneInfo("Asia/Shanghai")
_OF_PROJECTS = frozenset({
    Narrowing.PLACES, Narrowing.SUPPORTER, Narrowing.DISTRICT, Narrowing.SECTOR})
"""What only the project of a milestone knows; otherwise the projects are not read."""
_ASKED = ("recipient_id", "project_id", "planned_on", "met_on")
MILESTONE, PROJECT = Milestone.__table__, Project.__table__
Span = tuple[date | None, date]
"""From a day on, or from the first; to a day. Both are inclusive."""


async def of_milestones(session: AsyncSession, asked: Question) -> list[Counted]:
    """Milestones due, and those of them met in time."""
    parts = union_all(*_parts(asked)).subquery()
    figures = [cast(func.coalesce(func.sum(parts.c[name]), 0), BigInteger)
               for name in ("in_time", "due")]
    if asked.by is None:
        query: Query = select(null(), *figures).select_from(parts)
    else:
        query = select(parts.c.key, *figures).group_by(parts.c.key).having(
            func.sum(parts.c.due) > 0)
    return [Counted(key, Decimal(in_time), Decimal(due))
            for key, in_time, due in await session.execute(query)]


def _parts(asked: Question) -> list[Query]:
    """What adds up to the milestones due: key, in_time, due."""
    until = min(asked.scope.until or asked.as_of, asked.as_of)
    since = asked.scope.since
    first, after = _whole_months(since, until)
    rest: list[Span] = [(since, until)]
    parts = []
    if asked.scope.places is None and (first is None or first < after):
        parts.append(_kept(asked, first, after))
        rest = [(after, until)] if after <= until else []
        if since is not None and first is not None and since < first:
            rest.append((since, first - timedelta(1)))
    if rest:
        parts.append(_counted(asked, rest))
    if not asked.kept:
        parts += _as_it_was(asked, (since, until))
    return parts


def _whole_months(since: date | None, until: date) -> tuple[date | None, date]:
    """The first day of the first month that lies in the period, and the day after the last.

    Where no month lies in it whole, the second is not after the first.
    """
    after = (until + timedelta(1)).replace(day=1)
    if since is None or since.day == 1 or since >= after:
        return since, after
    return (since.replace(day=1) + timedelta(31)).replace(day=1), after


def _kept(asked: Question, first: date | None, after: date) -> Query:
    """Whole months, from what is kept."""
    at, scope = MilestoneTotal, asked.scope
    query: Query = select(
        _key(asked, at.__table__.c, at.month).label("key"), at.in_time, at.due,
    ).where(at.month < after)
    if first is not None:
        query = query.where(at.month >= first)
    for column, wanted in ((at.supporter_id, scope.supporter), (at.sector_id, scope.sector),
                           (func.nullif(at.district_id, 0), scope.district)):
        if wanted is not None:
            query = query.where(column == wanted)
    if scope.recipients is not None:
        query = query.where(at.recipient_id.in_(scope.recipients))
    return query


def _counted(asked: Question, spans: Iterable[Span]) -> Query:
    """Milestones planned in these spans, one by one, of projects that are not cancelled now."""
    return _each(asked, MILESTONE, MILESTONE.c.planned_on, spans)


def _as_it_was(asked: Question, period: Span) -> list[Query]:
    """What was otherwise at the close of the day: less as it is, and more as it was."""
    otherwise = _otherwise_then(asked.as_of)
    again = _cancelled_later(asked.as_of)
    return [
        _each(asked, otherwise, otherwise.c.planned_on, [period], -1),
        _each(asked, otherwise, otherwise.c.then_planned, [period], met=otherwise.c.then_met),
        _each(asked, again, again.c.then_planned, [period], met=again.c.then_met,
              cancelled_now=True),
    ]


def _each(
    asked: Question, at: FromClause, planned: Column, spans: Iterable[Span], sign: int = 1, *,
    met: Column | None = None, cancelled_now: bool = False,
) -> Query:
    """Milestones of the scope planned in these spans, each counted by itself, as they are met now.

    Those of projects that are cancelled now are left out, unless there are no others.
    """
    one = literal_column(str(sign), Integer())
    in_time = func.coalesce(
        cast((at.c.met_on if met is None else met) <= planned, Integer), 0) * one
    of_project = asked.by is By.SECTOR or bool(asked.scope.narrowings & _OF_PROJECTS)
    query: Query = select(
        _key(asked, PROJECT.c if of_project else at.c, planned).label("key"),
        in_time.label("in_time"), one.label("due"),
    ).select_from(at).where(or_(*(and_(*within(planned, since, until)) for since, until in spans)))
    if not cancelled_now:
        query = query.where(at.c.project_id.not_in(
            select(PROJECT.c.id).where(PROJECT.c.stage == Stage.CANCELLED)))
    if of_project:
        return narrowed(query.join(Project, Project.id == at.c.project_id), asked.scope)
    if asked.scope.recipients is not None:
        query = query.where(at.c.recipient_id.in_(asked.scope.recipients))
    return query


def _key(asked: Question, of: Any, planned: Column) -> ColumnElement[Any]:
    """What milestones are divided by, of the columns `of`."""
    if asked.by is None:
        return cast(null(), BigInteger)
    if asked.by is By.YEAR:
        return year_of(planned)
    key: ColumnElement[Any] = of.recipient_id if asked.by is By.RECIPIENT else of.sector_id
    return key


def _otherwise_then(as_of: date) -> CTE:
    """The milestones that were planned for another day after `as_of`, or whose log was corrected;
    and the days then.

    Each is looked up by itself, by a plain column: row security lets no coalesce find in an index.
    """
    moved = _first(Rescheduling, as_of, Rescheduling.milestone_id).subquery()
    logged = _first(MilestoneCorrection, as_of, MilestoneCorrection.milestone_id).subquery()
    day = cast(null(), Date)
    each = union_all(
        select(moved.c.milestone_id, moved.c.old_on.label("planned"), day.label("met")),
        select(logged.c.milestone_id, day, logged.c.old_on)).subquery()
    first = select(each.c.milestone_id, func.max(each.c.planned).label("planned"),
                   func.max(each.c.met).label("met")).group_by(each.c.milestone_id).subquery()
    at = select(MILESTONE).where(
        MILESTONE.c.id == first.c.milestone_id).offset(literal_column("0")).lateral()
    return select(
        *(at.c[name] for name in _ASKED),
        func.coalesce(first.c.planned, at.c.planned_on).label("then_planned"),
        func.coalesce(first.c.met, at.c.met_on).label("then_met"),
    ).select_from(first.join(at, true())).cte("otherwise_then").prefix_with("MATERIALIZED")


def _cancelled_later(as_of: date) -> Subquery:
    """The milestones of projects that were cancelled after `as_of`, and the days then."""
    then = select(Project.id).where(
        Project.stage == Stage.CANCELLED, not_(cancelled(as_of, kept=False)))
    moved, logged = (
        _first(table, as_of).where(table.milestone_id == MILESTONE.c.id)
        .correlate(MILESTONE).scalar_subquery() for table in (Rescheduling, MilestoneCorrection))
    return select(
        *(MILESTONE.c[name] for name in _ASKED),
        func.coalesce(moved, MILESTONE.c.planned_on).label("then_planned"),
        func.coalesce(logged, MILESTONE.c.met_on).label("then_met"),
    ).where(MILESTONE.c.project_id.in_(then)).subquery()


def _first(
    table: type[Rescheduling | MilestoneCorrection], as_of: date, *columns: Column
) -> Query:
    """What was recorded after a day: of each milestone the first, with what had been until then."""
    closed = datetime.combine(as_of + timedelta(1), time(), _CHINA)
    return select(*columns, table.old_on).ext(distinct_on(table.milestone_id)).where(
        table.recorded_at >= closed).order_by(table.milestone_id, table.id)

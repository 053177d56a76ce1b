"""The progress and standing of key villages in SQL: as `rules` says, as of any day.

Three steps, each a select over the one before (as a CTE or a subquery, as the caller likes), so
that one statement answers for many villages and many days. Quotients have forty decimals, so that
rounding to ten gives what `rules.percent` gives of exact fractions.

What comes out for a village is kept in VillageProgress for all of its days, by triggers that say
the same (0003): where only that is asked for, `holds_on` finds it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Numeric,
    Select,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from aid.villages.model import VillageAcceptance, VillageProgress, VillageReport, VillageWork
from aid.villages.rules import PLACES
from aid.villages.terms import STALLED_AFTER_DAYS, Component

Column = ColumnElement[Any]
_DIGITS = 40


def each_of(days: Sequence[date]) -> Column:
    """These days, as `works_on` wants them."""
    return literal(list(days), ARRAY(Date()))


def holds_on(day: date) -> ColumnElement[bool]:
    """The row of VillageProgress that says how far its village is on a day."""
    return and_(VillageProgress.since <= day, VillageProgress.until > day)


def percent(share: Column) -> Column:
    """Percent 0–100 of a share, without trailing zeros; null of null."""
    return func.trim_scale(func.round(share * 100, _constant(PLACES)), type_=Numeric())


def works_on(days: Column, *where: ColumnElement[bool]) -> Select[Any]:
    """Each work on each day: what was done by then and what should have been, as shares 0–1.

    `where` chooses among rows of VillageWork. What counts is the last report by that day, by
    (reported_on, id).
    """
    asked = func.unnest(days).table_valued(column("day", Date())).render_derived(name="asked")
    day = asked.c.day
    last = (
        select(VillageReport.done, VillageReport.reported_on)
        .where(VillageReport.work_id == VillageWork.id, VillageReport.reported_on <= day)
        .order_by(VillageReport.reported_on.desc(), VillageReport.id.desc())
        .limit(1)
        .lateral("last_report")
    )
    done = func.coalesce(last.c.done, 0, type_=Numeric())
    capped = func.least(done, VillageWork.planned)
    return (
        select(
            VillageWork.id.label("work_id"),
            VillageWork.village_id.label("village_id"),
            day.label("day"),
            VillageWork.component.label("component"),
            cast(VillageWork.cost_fen, Numeric).label("cost"),
            VillageWork.planned_start.label("planned_start"),
            VillageWork.planned_end.label("planned_end"),
            last.c.reported_on.label("reported_on"),
            done.label("done"),
            (done < VillageWork.planned).label("unfinished"),
            (_exactly(capped) / VillageWork.planned).label("actual"),
            _planned_share(day).label("planned"),
        )
        .select_from(asked)
        .join(VillageWork, true())
        .outerjoin(last, true())
        .where(*where)
    )


def components_of(works: FromClause) -> Select[Any]:
    """Each component of each village on each day, over `works_on`."""
    w = works.c
    late = and_(w.unfinished, w.planned_end < w.day)
    return select(
        w.village_id, w.day, w.component,
        _mean(w.actual, w.cost).label("actual"),
        _mean(w.planned, w.cost).label("planned"),
        case((func.count(w.cost) == func.count(), func.sum(w.cost))).label("cost"),
        func.count().label("works"),
        func.count().filter(w.unfinished).label("unfinished"),
        func.count().filter(late).label("late_works"),
        func.max(w.planned_end).label("planned_end"),
        func.min(w.planned_start).filter(w.unfinished).label("begun"),
        func.max(w.reported_on).label("reported_on"),
    ).group_by(w.village_id, w.day, w.component)


def villages_of(components: FromClause, *, stalled_after: int) -> Select[Any]:
    """Each village on each day, over `components_of`: progress, and how it stands."""
    c = components.c
    judged = (
        select(VillageAcceptance.passed)
        .where(VillageAcceptance.village_id == c.village_id, VillageAcceptance.accepted_on <= c.day)
        .order_by(VillageAcceptance.accepted_on.desc(), VillageAcceptance.id.desc())
        .limit(1)
        .correlate(components)
        .scalar_subquery()
    )
    open_ = and_(func.sum(c.unfinished) > 0, func.coalesce(judged, False).is_(False))
    quiet_since = func.greatest(func.min(c.begun), func.max(c.reported_on), type_=Date())
    return select(
        c.village_id, c.day,
        _mean(c.actual, c.cost).label("actual"),
        _mean(c.planned, c.cost).label("planned"),
        cast(func.sum(c.works), Integer).label("works"),
        cast(func.sum(c.unfinished), Integer).label("unfinished"),
        cast(func.sum(c.late_works), Integer).label("late_works"),
        func.max(c.planned_end).label("planned_end"),
        func.max(c.reported_on).label("reported_on"),
        case((func.sum(c.unfinished) > 0, quiet_since)).label("quiet_since"),
        func.coalesce(judged, False).label("accepted"),
        and_(open_, func.max(c.planned_end) < c.day).label("late"),
        and_(open_, c.day - quiet_since >= stalled_after).label("stalled"),
    ).group_by(c.village_id, c.day)


def work_on(day: Column, *where: ColumnElement[bool], of: FromClause) -> Select[Any]:
    """How a work stands on a day, in percent 0–100 and its own unit. `of` as in `standing_on`."""
    w = _works(day, where, of).subquery().c
    return select(
        w.work_id, w.done, percent(w.actual).label("progress"), percent(w.planned).label("planned"),
        w.reported_on, (~w.unfinished).label("finished"),
        and_(w.unfinished, w.planned_end < w.day).label("late"))


def components_on(day: Column, *where: ColumnElement[bool], of: FromClause) -> Select[Any]:
    """How each component of a village stands on a day, in percent. `of` as in `standing_on`."""
    c = components_of(_works(day, where, of).subquery()).subquery().c
    return select(
        c.village_id, c.component, percent(c.actual).label("progress"),
        percent(c.planned).label("planned"), c.works, (c.works - c.unfinished).label("done"),
        c.cost, case({name.value: at for at, name in enumerate(Component)},
             value=c.component).label("ordinal"))


def standing_on(
    day: Column, *where: ColumnElement[bool], of: FromClause | None = None,
    stalled_after: int = STALLED_AFTER_DAYS,
) -> Select[Any]:
    """How villages with works stand on a day, progress in percent 0–100: a row each.

    `where` chooses among the works; `of` is a row of an enclosing select that it speaks of.
    """
    components = components_of(_works(day, where, of).subquery()).subquery()
    v = villages_of(components, stalled_after=stalled_after).subquery().c
    return select(
        v.village_id, percent(v.actual).label("progress"), percent(v.planned).label("planned"),
        v.works, (v.works - v.unfinished).label("done"), v.late_works, v.planned_end, v.reported_on,
        v.quiet_since, v.accepted, v.late, v.stalled)


def _works(
    day: Column, where: Sequence[ColumnElement[bool]], of: FromClause | None
) -> Select[Any]:
    works = works_on(array([day]), *where)
    return works if of is None else works.correlate(of)


def _constant(number: int) -> Column:
    return literal_column(str(number))


def _exactly(number: Column) -> Column:
    """The number with so many decimals that a quotient has as many."""
    return func.round(cast(number, Numeric), _constant(_DIGITS), type_=Numeric())


def _planned_share(day: Column) -> Column:
    length = VillageWork.planned_end - VillageWork.planned_start
    passed = func.greatest(0, func.least(day - VillageWork.planned_start, length))
    at_once = cast(cast(day >= VillageWork.planned_end, Boolean), Integer)
    return case((length == 0, cast(at_once, Numeric)),
                else_=_exactly(passed) / cast(length, Numeric))


def _mean(share: Column, cost: Column) -> Column:
    """As `rules.mean`: weighted by cost where all have one, equally where one has none."""
    return case((func.count(cost) == func.count(), func.sum(share * cost) / func.sum(cost)),
                else_=func.sum(share) / func.count())

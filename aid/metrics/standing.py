"""Projects as they stood at the close of a day: what they had reached, their investment, progress.

The day a stage was first entered is kept on the project beside its change of stage, and never moves
again; so a stage was reached by a day if that day is not later. Cancellations come from the changes
of stage, investment from the adjustments, progress from the reports. Of a day after which nothing
happened all this is what the project says of itself.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal_column,
    not_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from aid.metrics.terms import Scope
from aid.projects.model import ProgressReport, Project, ProjectAdjustment, StageChange
from aid.projects.terms import Stage

REACHED = ("approved_on", "started_on", "completed_on", "accepted_on", "audited_on")
"""The days that metrics ask about, on which a project first entered a stage."""

_SAME = (Project.id, Project.recipient_id, Project.sector_id, Project.target_id,
         Project.planned_end)


def standing(scope: Scope, as_of: date, *, kept: bool) -> Subquery:
    """The approved, uncancelled projects of the scope; `kept`: nothing happened after `as_of`.

    Columns: those of _SAME, the days of REACHED (null: not reached), approved_fen, progress.
    """
    if kept:
        days = [getattr(Project, name) for name in REACHED]
        query = select(*_SAME, *days, Project.approved_fen, Project.progress)
    else:
        then = _investments(as_of)
        query = select(
            *_SAME,
            *(_reached(getattr(Project, name), as_of).label(name) for name in REACHED),
            func.coalesce(then.c.old_fen, Project.approved_fen).label("approved_fen"),
            case((Project.progress_on > as_of, func.coalesce(_last_report(as_of), 0)),
                 else_=Project.progress).label("progress"),
        ).outerjoin(then, then.c.project_id == Project.id)
    query = query.where(Project.approved_on <= as_of, not_(cancelled(as_of, kept=kept)))
    return narrowed(query, scope).subquery("standing")


def _reached(day: SQLColumnExpression[date | None], as_of: date) -> ColumnElement[date]:
    return case((day <= as_of, day))


def narrowed(query: Select[*tuple[Any, ...]], scope: Scope) -> Select[*tuple[Any, ...]]:
    """The query with what the scope says of projects."""
    for column, wanted in (
        (Project.supporter_id, scope.supporter),
        (Project.district_id, scope.district),
        (Project.sector_id, scope.sector),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    for column, places in ((Project.recipient_id, scope.recipients),
                           (Project.region_id, scope.places)):
        if places is not None:
            query = query.where(column.in_(places))
    return query


def cancelled(as_of: date, *, kept: bool) -> ColumnElement[bool]:
    """Whether a project was cancelled (which is for good) by a day."""
    now = Project.stage == Stage.CANCELLED
    if kept:
        return now
    return and_(now, exists().where(
        StageChange.project_id == Project.id, StageChange.to_stage == literal_column("'cancelled'"),
        StageChange.occurred_on <= as_of))


def _investments(as_of: date) -> Subquery:
    """What the first adjustment in force after the day started from, by project; others have none.

    An adjustment is in force from its day; one that had to be approved anew from that approval on.
    """
    earlier = aliased(ProjectAdjustment)
    awaited = (
        select(func.count())
        .where(earlier.project_id == ProjectAdjustment.project_id, earlier.reapproval,
               earlier.id <= ProjectAdjustment.id)
        .scalar_subquery()
    )
    return (
        select(ProjectAdjustment.project_id, ProjectAdjustment.old_fen)
        .ext(distinct_on(ProjectAdjustment.project_id))
        .where(case((ProjectAdjustment.reapproval, _approvals(as_of) <= awaited),
                    else_=ProjectAdjustment.adjusted_on > as_of))
        .order_by(ProjectAdjustment.project_id, ProjectAdjustment.id)
        .subquery("adjusted_later")
    )


def _approvals(as_of: date) -> ColumnElement[int]:
    """How often the project had been approved by the day: the first time, and anew."""
    return (
        select(func.count())
        .where(StageChange.project_id == ProjectAdjustment.project_id,
               StageChange.from_stage == Stage.RESERVE,
               StageChange.to_stage.not_in([Stage.SUSPENDED, Stage.CANCELLED]),
               StageChange.occurred_on <= as_of)
        .scalar_subquery()
    )


def _last_report(as_of: date) -> ColumnElement[Any]:
    """How far the last report of a project said it was by the day; null: there was none."""
    return (
        select(ProgressReport.percent)
        .where(ProgressReport.project_id == Project.id, ProgressReport.reported_on <= as_of)
        .order_by(ProgressReport.reported_on.desc(), ProgressReport.id.desc())
        .limit(literal_column("1"))
        .scalar_subquery()
    )

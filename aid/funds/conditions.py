"""What instalments wait for, in SQL: the same as `rules.Condition` says of one of them.

Each expression is of a table or an alias of Tranche, `on` a day or a column of days.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    and_,
    case,
    cast,
    false,
    func,
    literal_column,
    select,
)

from aid.funds.model import Tranche
from aid.projects.correction_model import MilestoneCorrection
from aid.projects.model import Milestone, ProgressReport, StageChange
from aid.projects.rules import DATED

TRANCHE: FromClause = Tranche.__table__


def day_reached(of: FromClause = TRANCHE) -> ColumnElement[date | None]:
    """The first day on which what an instalment waits for was there; null: not yet.

    Of one that waits for nothing else it is the day it is due, past or to come.
    """
    return _reached(of, _entered(of))


def reached_now(
    of: FromClause, project: FromClause, close: ColumnElement[Any] | None = None
) -> ColumnElement[date | None]:
    """The same, read from the days that its project keeps of its stages.

    With `close`, of a milestone as it was logged at that moment, if it was corrected later.
    """
    kept = [(of.c.at_stage == literal_column(f"'{stage.value}'"), project.c[name])
            for stage, name in DATED.items()]
    return _reached(of, case(*kept, else_=_entered(of)), close)


def _entered(of: FromClause) -> ColumnElement[Any]:
    return select(func.min(StageChange.occurred_on)).where(
        StageChange.project_id == of.c.project_id,
        StageChange.to_stage == of.c.at_stage).correlate_except(StageChange).scalar_subquery()


def _met(of: FromClause, close: ColumnElement[Any] | None) -> ColumnElement[Any]:
    """The day its milestone was met: as logged now, or at a moment before it was corrected."""
    now = select(Milestone.met_on).where(
        Milestone.id == of.c.milestone_id).correlate_except(Milestone).scalar_subquery()
    if close is None:
        return now
    then = (
        select(MilestoneCorrection.old_on)
        .where(MilestoneCorrection.milestone_id == of.c.milestone_id,
               MilestoneCorrection.recorded_at >= close)
        .order_by(MilestoneCorrection.id).limit(1)
        .correlate_except(MilestoneCorrection).scalar_subquery())
    return func.coalesce(then, now)


def _reached(
    of: FromClause, entered: ColumnElement[Any], close: ColumnElement[Any] | None = None
) -> ColumnElement[date | None]:
    reported = select(func.min(ProgressReport.reported_on)).where(
        ProgressReport.project_id == of.c.project_id,
        ProgressReport.percent >= of.c.at_progress,
    ).correlate_except(ProgressReport).scalar_subquery()
    return case(
        (of.c.at_progress.is_not(None), reported),
        (of.c.milestone_id.is_not(None), _met(of, close)),
        (of.c.at_stage.is_not(None), entered + cast(of.c.after_days, Integer)),
        else_=of.c.due_on)


def condition_met(
    on: date | ColumnElement[date], of: FromClause = TRANCHE
) -> ColumnElement[bool]:
    """Whether an instalment may be disbursed on a day, as far as what it waits for goes.

    Of progress the last report by that day counts, so that it may be met and later be not.
    """
    percent: Any = (
        select(ProgressReport.percent)
        .where(ProgressReport.project_id == of.c.project_id, ProgressReport.reported_on <= on)
        .order_by(ProgressReport.reported_on.desc(), ProgressReport.id.desc())
        .limit(1).correlate_except(ProgressReport).scalar_subquery())
    return func.coalesce(case(
        (of.c.at_progress.is_not(None), percent >= of.c.at_progress),
        else_=day_reached(of) <= on), false())


def met_now(
    today: date | ColumnElement[date], of: FromClause, project: FromClause
) -> ColumnElement[bool]:
    """As `condition_met` says of today, read from what its project keeps."""
    return func.coalesce(case(
        (of.c.at_progress.is_not(None), and_(project.c.progress_on.is_not(None),
                                             project.c.progress >= of.c.at_progress)),
        else_=reached_now(of, project) <= today), false())

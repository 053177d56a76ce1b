"""Plan targets and what happened, joined by the declared rules, in one statement.

A recipient does not see what happened elsewhere. A target that speaks of more than the asker sees
is therefore counted by no rule for them, rather than counted in part.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Numeric,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from aid.cadres.model import Cadre, Post, Secondment
from aid.cadres.terms import Direction
from aid.metrics.attainment import RULES, Attained, Happened, together
from aid.metrics.counting import Column, Counted, Query, Question, within, year_of
from aid.metrics.standing import cancelled
from aid.metrics.terms import By, Scope
from aid.plans.model import Indicator, Plan, PlanTarget, PlanTargetAdjustment, RegionGroupMember
from aid.projects.model import Project
from aid.regions.model import Division
from aid.villages.model import KeyVillage, VillageAcceptance, VillageReport, VillageWork


async def of_targets(session: AsyncSession, asked: Question) -> list[Counted]:
    """The attainment of quantitative targets: of each at most 1, summed, and their number."""
    parts: defaultdict[int | None, list[Attained]] = defaultdict(list)
    for one in await attained(session, asked.scope, as_of=asked.as_of, kept=asked.kept):
        keys = {None: None, By.RECIPIENT: one.region_id, By.YEAR: one.year}
        parts[keys[asked.by]].append(one)
    return [Counted(key, *together(targets)) for key, targets in parts.items()]


async def attained(
    session: AsyncSession, scope: Scope, *, as_of: date, kept: bool = False
) -> list[Attained]:
    """Every quantitative target of the scope with its actual, in the plans' reading order.

    `kept`: nothing happened after `as_of`. Recipients narrow to targets of these places and what
    lies below them; a group's target belongs to a scope that holds the whole group.
    """
    rows = await session.execute(targets_attained(scope, as_of, kept))
    return [Attained(**row) for row in rows.mappings()]


def targets_attained(scope: Scope, as_of: date, kept: bool) -> Query:
    """What `attained` reads, a row a target."""
    root = _roots()
    below = _below(select(root.c.target_id, root.c.division_id), "below")
    due = func.coalesce(PlanTarget.due_on, Plan.period_end)
    goal = PlanTarget.target if kept else _goal_then(as_of)
    ruled = and_(_seen_whole(root), or_(*(
        and_(Indicator.code == rule.indicator, PlanTarget.unit.in_(sorted(rule.units)))
        for rule in RULES.values())))
    counted = case(*(
        (and_(ruled, Indicator.code == rule.indicator),
         cast(_COUNTED[rule.counts](below, as_of, kept), Numeric))
        for rule in RULES.values()))
    query = (
        select(
            PlanTarget.id.label("target_id"), Plan.code.label("plan"), PlanTarget.code,
            PlanTarget.region_id, year_of(due).label("year"), goal.label("target"),
            func.coalesce(PlanTarget.actual, counted).label("actual"),
            case((and_(PlanTarget.actual.is_(None), ruled), Indicator.code)).label("rule"),
        )
        .join(Plan, Plan.id == PlanTarget.plan_id)
        .join(Indicator, Indicator.id == PlanTarget.indicator_id)
        .where(goal.is_not(None), *within(due, scope.since, scope.until))
        .order_by(PlanTarget.plan_id, PlanTarget.ordinal, PlanTarget.id)
    )
    if scope.supporter is not None:
        query = query.where(Plan.supporter_id == scope.supporter)
    if scope.recipients is not None:
        query = query.where(_inside(root, scope.recipients))
    return query


def _goal_then(as_of: date) -> ColumnElement[Any]:
    """The target as it was at the close of a day: adjustments dated later are taken back."""
    later = (
        select(cast(PlanTargetAdjustment.old_value, Numeric))
        .where(PlanTargetAdjustment.target_id == PlanTarget.id,
               PlanTargetAdjustment.field == "target", PlanTargetAdjustment.adjusted_on > as_of)
        .order_by(PlanTargetAdjustment.id)
        .limit(1)
    )
    return case((exists(later), later.scalar_subquery()), else_=PlanTarget.target)


def _roots() -> CTE:
    """The places a target speaks of: its region, or each member of its group."""
    own = select(PlanTarget.id.label("target_id"), PlanTarget.region_id.label("division_id")).where(
        PlanTarget.region_id.is_not(None))
    members = select(PlanTarget.id, RegionGroupMember.division_id).join(
        RegionGroupMember, RegionGroupMember.group_id == PlanTarget.group_id)
    return union(own, members).cte("root")


def _below(start: Query, name: str) -> CTE:
    """Rows of (what, division_id), and all that lies below those divisions."""
    found = start.cte(name, recursive=True)
    return found.union(
        select(found.c[0], Division.id).join(Division, Division.parent_id == found.c.division_id))


def _seen_whole(root: CTE) -> ColumnElement[bool]:
    """Whether the asker sees every place that the target speaks of."""
    mine = cast(select(func.aid_recipients()).scalar_subquery(), ARRAY(BigInteger))
    foreign = exists().where(root.c.target_id == PlanTarget.id,
                             root.c.division_id != func.all(mine))
    return or_(select(func.aid_sees_all()).scalar_subquery(),
               and_(_somewhere(), not_(foreign)))


def _somewhere() -> ColumnElement[bool]:
    return or_(PlanTarget.region_id.is_not(None), PlanTarget.group_id.is_not(None))


def _inside(root: CTE, recipients: Sequence[int]) -> ColumnElement[bool]:
    """Whether the target speaks of these places, or of ones below them, only."""
    start = select(literal(0), Division.id.label("division_id")).where(Division.id.in_(recipients))
    asked = _below(start, "asked")
    outside = exists().where(root.c.target_id == PlanTarget.id,
                             root.c.division_id.not_in(select(asked.c.division_id)))
    return and_(_somewhere(), not_(outside))


def _here(place: Column, below: CTE) -> ColumnElement[bool]:
    """Whether a place lies where the target speaks of; one of no place speaks of all."""
    lies = exists().where(below.c.target_id == PlanTarget.id, below.c.division_id == place)
    lies = lies.correlate_except(below)
    return or_(not_(_somewhere()), lies)


def _in_plan(day: Column, as_of: date) -> ColumnElement[bool]:
    """Whether a day lies in the plan's period, up to the as-of day."""
    return and_(day >= Plan.period_start, day <= Plan.period_end, day <= as_of)


def _villages_accepted(below: CTE, as_of: date, kept: bool) -> ColumnElement[Any]:
    first = (
        select(func.min(VillageAcceptance.accepted_on))
        .where(VillageAcceptance.village_id == KeyVillage.id, VillageAcceptance.passed)
        .scalar_subquery()
    )
    return (
        select(func.count())
        .select_from(KeyVillage)
        .where(KeyVillage.supporter_id == Plan.supporter_id, _here(KeyVillage.region_id, below),
               _in_plan(first, as_of))
        .scalar_subquery()
    )


def _projects_completed(below: CTE, as_of: date, kept: bool) -> ColumnElement[Any]:
    return (
        select(func.count())
        .select_from(Project)
        .where(Project.target_id == PlanTarget.id, _in_plan(Project.completed_on, as_of),
               not_(cancelled(as_of, kept=kept)))
        .scalar_subquery()
    )


def _people_sent(below: CTE, as_of: date, kept: bool) -> ColumnElement[Any]:
    return _postings(func.count(Secondment.cadre_id.distinct()), Direction.OUT, below, as_of)


def _people_trained(below: CTE, as_of: date, kept: bool) -> ColumnElement[Any]:
    last = (
        select(VillageReport.done)
        .where(VillageReport.work_id == VillageWork.id, _in_plan(VillageReport.reported_on, as_of))
        .order_by(VillageReport.reported_on.desc(), VillageReport.id.desc())
        .limit(1)
        .correlate_except(VillageReport)
        .scalar_subquery()
    )
    taught = (
        select(func.coalesce(func.sum(last), 0))
        .select_from(VillageWork)
        .join(KeyVillage, KeyVillage.id == VillageWork.village_id)
        .where(VillageWork.unit == "人次", KeyVillage.supporter_id == Plan.supporter_id,
               _here(KeyVillage.region_id, below))
        .scalar_subquery()
    )
    return taught + _postings(func.count(), Direction.IN, below, as_of)


def _postings(
    figure: ColumnElement[Any], direction: Direction, below: CTE, as_of: date
) -> ColumnElement[Any]:
    """A figure of the plan's supporter's secondments in one direction that began in the plan."""
    return (
        select(figure)
        .select_from(Secondment)
        .join(Post, Post.id == Secondment.post_id)
        .join(Cadre, Cadre.id == Secondment.cadre_id)
        .where(Post.direction == direction, Cadre.supporter_id == Plan.supporter_id,
               _here(Secondment.recipient_id, below), _in_plan(Secondment.starts_on, as_of))
        .scalar_subquery()
    )


_COUNTED: Mapping[Happened, Callable[[CTE, date, bool], ColumnElement[Any]]] = MappingProxyType({
    Happened.VILLAGES_ACCEPTED: _villages_accepted,
    Happened.PROJECTS_COMPLETED: _projects_completed,
    Happened.PEOPLE_SENT: _people_sent,
    Happened.PEOPLE_TRAINED: _people_trained,
})

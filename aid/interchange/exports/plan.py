"""Plan targets, a row each, with their years and how far they are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from aid.interchange.exports.selecting import Query, keyed, named, of_model, overlapping
from aid.interchange.exports.terms import Wanted
from aid.metrics.attaining import targets_attained
from aid.metrics.attainment import RULES
from aid.metrics.terms import Scope
from aid.plans.model import (
    Indicator,
    Plan,
    PlanSection,
    PlanTarget,
    PlanTargetAdjustment,
    PlanTargetYear,
    RegionGroup,
    RegionGroupMember,
)
from aid.plans.terms import TARGET_KIND_NAMES, THEME_NAMES
from aid.regions.model import Division, SupportingCity
from aid.sheets.columns import Column, Shape
from aid.text import Text

_COUNTED = {"entered": Text("填报", "entered"),
            **{code: Text("按规则统计", "counted by rule") for code in RULES}}

PLAN_COLUMNS = (
    Column(key="plan", title=Text("五年规划", "Plan"), shape=Shape.CODE),
    Column(key="code", title=Text("目标编号", "Target code"), shape=Shape.CODE),
    Column(key="section", title=Text("章节", "Section"), shape=Shape.CODE),
    Column(key="parent", title=Text("上级目标", "Parent target"), shape=Shape.CODE),
    Column(key="theme", title=Text("主题", "Theme"), shape=Shape.CHOICE, choices=THEME_NAMES),
    Column(key="kind", title=Text("类型", "Kind"), shape=Shape.CHOICE, choices=TARGET_KIND_NAMES),
    Column(key="statement", title=Text("目标内容", "Target")),
    Column(key="region", title=Text("区划代码", "Region code"), shape=Shape.CODE),
    Column(key="group", title=Text("地区组", "Group"), shape=Shape.CODE),
    Column(key="place", title=Text("地区", "Place"), derived=True),
    Column(key="supporter", title=Text("支援城市代码", "Supporter code"), shape=Shape.CODE),
    Column(key="indicator", title=Text("指标", "Indicator"), shape=Shape.CODE),
    Column(key="unit", title=Text("单位", "Unit")),
    Column(key="baseline", title=Text("基期值", "Baseline"), shape=Shape.QUANTITY),
    Column(key="target", title=Text("目标值", "Target value"), shape=Shape.QUANTITY),
    Column(key="due_on", title=Text("到期日", "Due on"), shape=Shape.DAY),
    Column(key="years", title=Text("年度分解", "By year"), derived=True),
    Column(key="actual", title=Text("实际值", "Actual"), shape=Shape.QUANTITY, derived=True),
    Column(key="counted", title=Text("实际值来源", "Source of the actual"), shape=Shape.CHOICE,
           choices=_COUNTED, derived=True),
    Column(key="attainment", title=Text("目标完成率", "Attainment"), shape=Shape.PERCENT,
           derived=True),
    Column(key="adjustments", title=Text("调整次数", "Adjustments"), shape=Shape.INTEGER,
           derived=True, total=True),
    Column(key="note", title=Text("备注", "Note")),
)
_REGION, _CITY, _PARENT = aliased(Division), aliased(Division), aliased(PlanTarget)


def plan_rows(wanted: Wanted) -> Query:
    """Targets in the reading order of their plans."""
    attained = targets_attained(Scope(), wanted.today, kept=True).subquery("attained")
    actual = func.coalesce(attained.c.actual, PlanTarget.actual)
    due = func.coalesce(PlanTarget.due_on, Plan.period_end)
    values: dict[str, Any] = {
        **of_model(PLAN_COLUMNS, PlanTarget),
        "plan": Plan.code, "section": PlanSection.number, "parent": _PARENT.code,
        "statement": named(PlanTarget.statement, PlanTarget.statement_en, wanted.locale),
        "region": _REGION.code, "group": RegionGroup.code,
        "place": func.coalesce(
            named(_REGION.name, _REGION.name_en, wanted.locale),
            named(RegionGroup.name, RegionGroup.name_en, wanted.locale)),
        "supporter": _CITY.code, "indicator": Indicator.code, "due_on": due,
        "years": _years(), "actual": actual,
        "counted": case((actual.is_not(None), func.coalesce(attained.c.rule, "entered"))),
        "attainment": case((PlanTarget.target > 0,
                            func.round(100 * actual / PlanTarget.target, 2))),
        "adjustments": _adjustments(),
    }
    query: Query = (
        select(*keyed(PLAN_COLUMNS, values))
        .select_from(PlanTarget)
        .join(Plan, Plan.id == PlanTarget.plan_id)
        .join(SupportingCity, SupportingCity.id == Plan.supporter_id)
        .join(_CITY, _CITY.id == SupportingCity.division_id)
        .join(PlanSection, PlanSection.id == PlanTarget.section_id)
        .outerjoin(_PARENT, _PARENT.id == PlanTarget.parent_id)
        .outerjoin(_REGION, _REGION.id == PlanTarget.region_id)
        .outerjoin(RegionGroup, RegionGroup.id == PlanTarget.group_id)
        .outerjoin(Indicator, Indicator.id == PlanTarget.indicator_id)
        .outerjoin(attained, attained.c.target_id == PlanTarget.id)
        .where(*overlapping(due, due, wanted))
        .order_by(Plan.code.collate("C"), PlanTarget.ordinal, PlanTarget.id)
    )
    if wanted.city_id is not None:
        query = query.where(Plan.supporter_id == wanted.city_id)
    if wanted.region_ids is not None:
        query = query.where(_speaks_of(wanted.region_ids))
    return query


def _speaks_of(region_ids: Sequence[int]) -> ColumnElement[bool]:
    """Whether a target is of one of these places, or of a group with such a member."""
    return or_(PlanTarget.region_id.in_(region_ids), exists().where(
        RegionGroupMember.group_id == PlanTarget.group_id,
        RegionGroupMember.division_id.in_(region_ids)))


def _years() -> ColumnElement[Any]:
    """The shares of the years in one text, such as 2006: 10; 2007: 20."""
    year = PlanTargetYear.year
    said = func.concat(year, ": ", func.trim_scale(PlanTargetYear.value))
    return (select(func.string_agg(said, aggregate_order_by(literal("; "), year)))
            .where(PlanTargetYear.target_id == PlanTarget.id).scalar_subquery())


def _adjustments() -> ColumnElement[Any]:
    return (select(func.count()).select_from(PlanTargetAdjustment)
            .where(PlanTargetAdjustment.target_id == PlanTarget.id).scalar_subquery())

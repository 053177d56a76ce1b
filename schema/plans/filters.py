"""Filters and orders of targets and figures, and the SQL they mean."""

from enum import StrEnum
from typing import Any

import strawberry
from sqlalchemy import FromClause, any_, func, or_, select

from aid.plans import model
from aid.plans.terms import TargetKind, Theme
from schema.connection import OrderDirection
from schema.read.arguments import Arguments
from schema.read.fields import Page
from schema.read.json import text
from schema.read.tables import rows_of
from schema.regions.filters import bore_code

# Named here, where they are used first: an enumeration first met unnamed would get a second name.
strawberry.enum(TargetKind, name="PlanTargetKind", description="In words, or with a number.")
strawberry.enum(Theme, name="PlanTheme", description="What a target is about.")


@strawberry.input(description="Which targets.")
class PlanTargetFilter:
    plan_code: str | None = None
    section: str | None = strawberry.field(
        default=None, description="A section and all below it: 三(二)1.")
    themes: list[Theme] | None = None
    kind: TargetKind | None = None
    region_code: str | None = strawberry.field(
        default=None,
        description="Present or former code of a region: targets for it or for a group it is in.")
    group_code: str | None = None
    search: str | None = strawberry.field(
        default=None, description="Words of the statement, in either language.")
    adjusted: bool | None = strawberry.field(
        default=None, description="Only targets that were, or were never, adjusted.")


@strawberry.enum(description="What targets are ordered by.")
class PlanTargetOrderField(StrEnum):
    READING = "reading"
    CODE = "code"
    THEME = "theme"


@strawberry.input(description="Order of targets.")
class PlanTargetOrder:
    field: PlanTargetOrderField = PlanTargetOrderField.READING
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input(description="Which published figures.")
class PublishedFigureFilter:
    plan_code: str | None = None
    indicator_code: str | None = None
    region_code: str | None = strawberry.field(
        default=None,
        description="Present or former code of a region: figures of it or of a group it is in.")
    group_code: str | None = None
    money: bool | None = None


@strawberry.enum(description="What published figures are ordered by. VALUE compares the printed "
                             "numbers: filter by one indicator for it to mean something.")
class PublishedFigureOrderField(StrEnum):
    READING = "reading"
    VALUE = "value"
    PERIOD = "period"


@strawberry.input(description="Order of published figures.")
class PublishedFigureOrder:
    field: PublishedFigureOrderField = PublishedFigureOrderField.READING
    direction: OrderDirection = OrderDirection.ASC


def of_plan(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
    """Rows of the plan whose field it is."""
    assert parent is not None  # noqa: S101  a field of an object
    return [own.c.plan_id == parent.c.id]


def plan_id(given: Arguments, name: str) -> Any:
    """The id of the plan whose code is given as argument `name`."""
    plan = rows_of(model.Plan)
    return select(plan.c.id).where(plan.c.code == given.bind(name)).scalar_subquery()


def _scope(own: FromClause, given: Arguments) -> list[Any]:
    """The conditions that targets and figures share: plan, region, group."""
    conditions: list[Any] = []
    if given.given("planCode"):
        conditions.append(own.c.plan_id == plan_id(given, "planCode"))
    if given.given("regionCode"):
        member = rows_of(model.RegionGroupMember)
        groups = select(member.c.group_id).where(
            bore_code(member.c.division_id, given, "regionCode"))
        own_region = bore_code(own.c.region_id, given, "regionCode")
        conditions.append(or_(own_region, own.c.group_id.in_(groups)))
    if given.given("groupCode"):
        group = rows_of(model.RegionGroup)
        codes = select(group.c.id).where(group.c.code == given.bind("groupCode"))
        conditions.append(own.c.group_id.in_(codes))
    return conditions


def _section_and_below(given: Arguments) -> Any:
    """Ids by the tree: 三(二)10 begins with 三(二)1 but is not below it."""
    section, child = rows_of(model.PlanSection), rows_of(model.PlanSection)
    top = select(section.c.id).where(section.c.number == given.bind("section"))
    found = top.cte(recursive=True, nesting=True)
    found = found.union_all(select(child.c.id).where(child.c.parent_id == found.c.id))
    return select(found.c.id)


def _target_filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions = _scope(own, given)
    if given.given("section"):
        conditions.append(own.c.section_id.in_(_section_and_below(given)))
    if given.given("themes"):
        conditions.append(own.c.theme == any_(given.enums("themes")))
    if given.plain("kind") is not None:
        conditions.append(own.c.kind == text(given.plain("kind").value))
    if given.given("search"):
        words = func.lower(given.bind("search"))
        conditions.append(or_(
            func.strpos(func.lower(own.c.statement), words) > 0,
            func.strpos(func.lower(func.coalesce(own.c.statement_en, text(""))), words) > 0,
        ))
    if given.plain("adjusted") is not None:
        change = rows_of(model.PlanTargetAdjustment)
        found = select(change.c.id).where(change.c.target_id == own.c.id).exists()
        conditions.append(found if given.plain("adjusted") else ~found)
    return conditions


def _figure_filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions = _scope(own, given)
    if given.given("indicatorCode"):
        indicator = rows_of(model.Indicator)
        codes = select(indicator.c.id).where(indicator.c.code == given.bind("indicatorCode"))
        conditions.append(own.c.indicator_id.in_(codes))
    if given.plain("money") is not None:
        is_money = own.c.amount_fen.is_not(None)
        conditions.append(is_money if given.plain("money") else ~is_money)
    return conditions


TARGET_PAGE = Page(
    orders={
        "reading": ("plan_id", "ordinal"),
        "code": ("code",),
        "theme": ("theme", "plan_id", "ordinal"),
    },
    default_order="reading",
    filters=_target_filters,
)
FIGURE_PAGE = Page(
    orders={
        "reading": ("plan_id", "ordinal"),
        "value": ("value",),
        "period": ("period_start", "plan_id", "ordinal"),
    },
    default_order="reading",
    filters=_figure_filters,
)

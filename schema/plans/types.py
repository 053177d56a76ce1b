"""Types of plans: plan, section, target, published figure, discrepancy."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, Numeric, func, or_, select

from aid.access.policy import Permission
from aid.plans import model
from aid.plans.terms import DiscrepancyKind, Qualifier, TargetKind, Theme
from schema.connection import Connection, page
from schema.node import Change, Node, history_of
from schema.plans.filters import (
    FIGURE_PAGE,
    TARGET_PAGE,
    PlanTargetFilter,
    PlanTargetOrder,
    PublishedFigureFilter,
    PublishedFigureOrder,
    of_plan,
)
from schema.projects.filters import projects_of
from schema.read.arguments import Arguments
from schema.read.fields import Many, expression, read, reads, within
from schema.read.tables import rows_of
from schema.regions.types import RecipientRegion, SupportingCity
from schema.scalars import Percent, Yuan

if TYPE_CHECKING:
    from schema.projects.types import AidProject

strawberry.enum(DiscrepancyKind, description="How parts and a stated total disagree.")
strawberry.enum(Qualifier, name="FigureQualifier",
                description="EXACT as printed, NEARLY 近 (at most), OVER 余 (at least).")


def _attainment(table: FromClause, _: Arguments) -> ColumnElement[Any]:
    c = table.c
    return c.actual * 100 / func.nullif(c.target, 0, type_=Numeric())


@reads(model.Indicator, needs=Permission.PLAN_READ)
@strawberry.type(description="A kind of quantity in one unit (指标).")
class Indicator(Node):
    code: str
    name: str
    name_en: str | None
    unit: str
    money: bool = strawberry.field(description="Whether it is an amount of money.")
    note: str | None
    note_en: str | None


@reads(model.RegionGroup, needs=Permission.PLAN_READ)
@strawberry.type(description="Places a plan speaks of as one, such as 云南四州市.")
class RegionGroup(Node):
    code: str
    name: str
    name_en: str | None
    note: str | None
    members: list[RecipientRegion]


@reads(model.PlanSection, needs=Permission.PLAN_READ)
@strawberry.type(description="A section of a plan's document.")
class PlanSection(Node):
    number: str = strawberry.field(description="As in the document: 三(二)1(2).")
    title: str
    title_en: str | None
    parent: "PlanSection | None"
    children: list["PlanSection"]


@reads(model.PlanTargetYear, needs=Permission.TARGET_READ)
@strawberry.type(description="What of a target is planned for one year (年度分解).")
class PlanTargetYear:
    year: int
    value: Decimal


@reads(model.PlanTargetAdjustment, needs=Permission.TARGET_READ)
@strawberry.type(description="One field of a target, adjusted (规划调整). Never changed later.")
class PlanTargetAdjustment:
    field: str
    old_value: str | None
    new_value: str | None
    reason: str
    document_no: str | None
    adjusted_on: date = strawberry.field(description="The day the decision holds from.")
    recorded_at: datetime = strawberry.field(description="When it was recorded (UTC).")
    actor: str


@reads(model.PlanTarget, needs=Permission.TARGET_READ)
@strawberry.type(description="A target or commitment of a plan (规划目标).")
class PlanTarget(Node):
    code: str = strawberry.field(description="Unique in its plan.")
    plan: "Plan"
    section: PlanSection
    parent: "PlanTarget | None"
    children: list["PlanTarget"]
    theme: Theme
    kind: TargetKind
    statement: str
    statement_en: str | None
    region: RecipientRegion | None = strawberry.field(description="Where, if at one place.")
    group: RegionGroup | None = strawberry.field(description="Where, if at a group of places.")
    indicator: Indicator | None
    unit: str | None
    baseline: Decimal | None = strawberry.field(description="Value before the plan, in `unit`.")
    target: Decimal | None = strawberry.field(description="Value aimed at, in `unit`.")
    actual: Decimal | None = strawberry.field(
        description="Value reached, in `unit`, as an office entered it; null: none was, and the "
                    "metric target_attainment counts it by the rule for its indicator.")
    attainment: Percent | None = expression(
        _attainment, description="目标完成率: actual ÷ target, percent; null without both. Of what "
                                 "is counted by a rule the metric target_attainment has it, too.")
    annual: list[PlanTargetYear]
    due_on: date | None
    note: str | None
    adjustments: list[PlanTargetAdjustment] = strawberry.field(
        description="What was adjusted, the oldest first.")
    projects: Connection[
        Annotated["AidProject", strawberry.lazy("schema.projects.types")]
    ] = projects_of("target_id", "Projects that serve it.")
    version: int = strawberry.field(description="Give it back as expectedVersion to change it.")
    history: list[Change] = history_of("plan_target")


@reads(model.PublishedFigure, needs=Permission.FIGURE_READ)
@strawberry.type(description="A number a report states (已公布数据), as printed.")
class PublishedFigure(Node):
    code: str = strawberry.field(description="Unique in its plan.")
    plan: "Plan"
    section: PlanSection = strawberry.field(description="Where it stands in the document.")
    indicator: Indicator
    region: RecipientRegion | None
    group: RegionGroup | None
    value: Decimal = strawberry.field(description="With its digits as printed.")
    unit: str
    amount: Yuan | None = expression(
        lambda table, _: table.c.amount_fen, description="The same in yuan; null: not money.")
    qualifier: Qualifier
    period_start: date
    period_end: date
    as_of: date | None = strawberry.field(description="For a state at a day rather than a sum.")
    note: str | None
    note_en: str | None


def _breakdown(column: str, description: str) -> Any:
    def sql(table: FromClause, _: Arguments) -> ColumnElement[Any]:
        breakdown = rows_of(model.FigureBreakdown)
        wanted = select(breakdown.c[column]).where(breakdown.c.id == table.c.breakdown_id)
        return wanted.scalar_subquery()

    return expression(sql, description=description)


def _figures(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
    assert parent is not None  # noqa: S101  a field of an object
    breakdown = rows_of(model.FigureBreakdown)
    part = rows_of(model.FigureBreakdownPart)
    total = select(breakdown.c.total_id).where(breakdown.c.id == parent.c.breakdown_id)
    parts = select(part.c.figure_id).where(part.c.breakdown_id == parent.c.breakdown_id)
    return [or_(own.c.id == total.correlate(parent).scalar_subquery(),
                own.c.id.in_(parts.correlate(parent)))]


@reads(model.Discrepancy, needs=Permission.DISCREPANCY_READ)
@strawberry.type(description="A stated total and its stated parts that cannot both be right. Both "
                             "stand as published; nothing is corrected.")
class Discrepancy(Node):
    kind: DiscrepancyKind
    name: str = _breakdown("name", "What is broken down.")
    name_en: str | None = _breakdown("name_en", "The same in English.")
    exhaustive: bool = _breakdown("exhaustive", "Whether the parts claim to be all.")
    stated_total: Decimal
    sum_of_parts: Decimal
    difference: Decimal = strawberry.field(description="sumOfParts less statedTotal.")
    unit: str
    figures: list[PublishedFigure] = read(
        Many(where=_figures, order_by=("ordinal",)), description="The total and its parts.")
    explanation: str
    explanation_en: str


@reads(model.Plan, needs=Permission.PLAN_READ)
@strawberry.type(description="A five-year plan (五年规划).")
class Plan(Node):
    code: str
    title: str
    title_en: str | None
    supporter: SupportingCity
    period_start: date
    period_end: date
    review_start: date | None = strawberry.field(
        description="Start of the period it looks back on.")
    review_end: date | None
    document: str | None
    source: str | None
    sections: list[PlanSection] = strawberry.field(description="All sections in reading order.")
    groups: list[RegionGroup]
    targets: Connection[PlanTarget] = page(
        within(TARGET_PAGE, of_plan), filter=PlanTargetFilter | None, order=PlanTargetOrder | None,
        description="Its targets, in reading order unless asked otherwise.")
    published_figures: Connection[PublishedFigure] = page(
        within(FIGURE_PAGE, of_plan), filter=PublishedFigureFilter | None,
        order=PublishedFigureOrder | None, description="The figures it publishes.")
    discrepancies: list[Discrepancy]
    version: int
    history: list[Change] = history_of("plan")

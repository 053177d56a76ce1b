"""Reads of plans for pages and exports. Rows come back frozen, never as live objects."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from aid.plans.model import (
    Discrepancy,
    FigureBreakdown,
    Indicator,
    Plan,
    PlanSection,
    PlanTarget,
    PlanTargetAdjustment,
    PublishedFigure,
    RegionGroup,
    RegionGroupMember,
)
from aid.regions.model import Division, SupportingCity
from aid.text import Text


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan to choose from."""

    code: str
    title: Text
    supporter: str
    period_start: date
    period_end: date
    review_start: date | None
    review_end: date | None
    document: str | None


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target in reading order. `scope` is the name of its region or group, if it has one."""

    code: str
    parent: str | None
    section: str
    section_title: Text
    theme: str
    kind: str
    statement: Text
    region_code: str | None
    group_code: str | None
    scope: Text | None
    indicator: Text | None
    unit: str | None
    baseline: Decimal | None
    target: Decimal | None
    actual: Decimal | None
    due_on: date | None
    adjustments: int
    version: int


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A published figure. `region_codes` are all places it speaks of, by today's code."""

    code: str
    section: str
    indicator_code: str
    indicator: Text
    money: bool
    scope: Text | None
    region_codes: tuple[str, ...]
    value: Decimal
    unit: str
    amount_fen: int | None
    qualifier: str
    period_start: date
    period_end: date
    as_of: date | None
    note: Text


@dataclass(frozen=True, slots=True)
class DiscrepancyRow:
    """Parts and a stated total that do not fit."""

    name: Text
    kind: str
    stated_total: Decimal
    sum_of_parts: Decimal
    difference: Decimal
    unit: str
    explanation: Text


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A place by its code and name of today."""

    code: str
    name: Text


def _text(zh: str | None, en: str | None) -> Text:
    return Text(zh or "", en or zh or "")


async def plan_rows(session: AsyncSession) -> list[PlanRow]:
    """All plans, the newest first."""
    rows = await session.execute(
        select(Plan, Division.name)
        .join(SupportingCity, SupportingCity.id == Plan.supporter_id)
        .join(Division, Division.id == SupportingCity.division_id)
        .order_by(Plan.period_start.desc(), Plan.code)
    )
    return [
        PlanRow(
            plan.code, _text(plan.title, plan.title_en), supporter, plan.period_start,
            plan.period_end, plan.review_start, plan.review_end, plan.document,
        )
        for plan, supporter in rows
    ]


async def target_rows(session: AsyncSession, plan_code: str) -> list[TargetRow]:
    """The targets of a plan in reading order, parents before children."""
    parent = aliased(PlanTarget)
    adjusted = (
        select(func.count())
        .where(PlanTargetAdjustment.target_id == PlanTarget.id)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(PlanTarget, parent.code, PlanSection, Division, RegionGroup, Indicator, adjusted)
        .join(Plan, Plan.id == PlanTarget.plan_id)
        .join(PlanSection, PlanSection.id == PlanTarget.section_id)
        .outerjoin(parent, parent.id == PlanTarget.parent_id)
        .outerjoin(Division, Division.id == PlanTarget.region_id)
        .outerjoin(RegionGroup, RegionGroup.id == PlanTarget.group_id)
        .outerjoin(Indicator, Indicator.id == PlanTarget.indicator_id)
        .where(Plan.code == plan_code)
        .order_by(PlanTarget.ordinal, PlanTarget.id)
    )
    return [
        TargetRow(
            target.code, parent_code, section.number, _text(section.title, section.title_en),
            target.theme, target.kind, _text(target.statement, target.statement_en),
            region.code if region else None, group.code if group else None,
            _scope(region, group),
            _text(indicator.name, indicator.name_en) if indicator else None,
            target.unit, target.baseline, target.target, target.actual, target.due_on,
            adjustments, target.version,
        )
        for target, parent_code, section, region, group, indicator, adjustments in rows.all()
    ]


def _scope(region: Division | None, group: RegionGroup | None) -> Text | None:
    place = region or group
    return _text(place.name, place.name_en) if place else None


async def figure_rows(session: AsyncSession, plan_code: str) -> list[FigureRow]:
    """The published figures of a plan in reading order."""
    member = aliased(Division)
    places = (
        select(func.array_agg(member.code))
        .select_from(RegionGroupMember)
        .join(member, member.id == RegionGroupMember.division_id)
        .where(RegionGroupMember.group_id == PublishedFigure.group_id)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(PublishedFigure, PlanSection.number, Indicator, Division, RegionGroup, places)
        .join(Plan, Plan.id == PublishedFigure.plan_id)
        .join(PlanSection, PlanSection.id == PublishedFigure.section_id)
        .join(Indicator, Indicator.id == PublishedFigure.indicator_id)
        .outerjoin(Division, Division.id == PublishedFigure.region_id)
        .outerjoin(RegionGroup, RegionGroup.id == PublishedFigure.group_id)
        .where(Plan.code == plan_code)
        .order_by(PublishedFigure.ordinal, PublishedFigure.id)
    )
    return [
        FigureRow(
            figure.code, section, indicator.code, _text(indicator.name, indicator.name_en),
            indicator.money, _scope(region, group),
            (region.code,) if region else tuple(sorted(codes or ())),
            figure.value, figure.unit, figure.amount_fen, figure.qualifier,
            figure.period_start, figure.period_end, figure.as_of,
            _text(figure.note, figure.note_en),
        )
        for figure, section, indicator, region, group, codes in rows.all()
    ]


async def discrepancy_rows(session: AsyncSession, plan_code: str) -> list[DiscrepancyRow]:
    """What does not add up in a plan's published figures."""
    rows = await session.execute(
        select(Discrepancy, FigureBreakdown)
        .join(FigureBreakdown, FigureBreakdown.id == Discrepancy.breakdown_id)
        .join(Plan, Plan.id == Discrepancy.plan_id)
        .where(Plan.code == plan_code)
        .order_by(Discrepancy.id)
    )
    return [
        DiscrepancyRow(
            _text(breakdown.name, breakdown.name_en), found.kind, found.stated_total,
            found.sum_of_parts, found.difference, found.unit,
            _text(found.explanation, found.explanation_en),
        )
        for found, breakdown in rows
    ]


async def plan_regions(session: AsyncSession, plan_code: str) -> list[RegionRow]:
    """Every recipient that a plan's groups and figures name, by code."""
    named = (
        select(RegionGroupMember.division_id)
        .join(RegionGroup, RegionGroup.id == RegionGroupMember.group_id)
        .join(Plan, Plan.id == RegionGroup.plan_id)
        .where(Plan.code == plan_code)
    ).union(
        select(PublishedFigure.region_id)
        .join(Plan, Plan.id == PublishedFigure.plan_id)
        .where(Plan.code == plan_code, PublishedFigure.region_id.is_not(None))
    )
    rows = await session.scalars(
        select(Division).where(Division.id.in_(named)).order_by(Division.code)
    )
    return [RegionRow(row.code, _text(row.name, row.name_en)) for row in rows]

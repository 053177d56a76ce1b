"""Reads of plans for pages and exports. Rows come back frozen, never as live objects."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, selectinload

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
    supporter: Text
    period_start: date
    period_end: date
    review_start: date | None
    review_end: date | None
    document: str | None


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target in reading order.

    `scope` is the name of its region or group, if it has one; `region_codes` are all places it
    speaks of, by today's code.
    """

    code: str
    parent: str | None
    section: str
    section_title: Text
    theme: str
    kind: str
    statement: Text
    scope: Text | None
    region_codes: tuple[str, ...]
    indicator: Text | None
    unit: str | None
    baseline: Decimal | None
    target: Decimal | None
    actual: Decimal | None
    due_on: date | None
    adjustments: int
    version: int


@dataclass(frozen=True, slots=True)
class ServedRow:
    """A target that a project may serve, by its plan's code and its own."""

    plan: str
    code: str
    statement: Text


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
    """Parts and a stated total that do not fit. `total_code` is the figure of the total."""

    name: Text
    total_code: str
    kind: str
    stated_total: Decimal
    sum_of_parts: Decimal
    difference: Decimal
    unit: str
    explanation: Text


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A place by its code and name of today. `id` is that of its division."""

    code: str
    name: Text
    id: int


_Scope = tuple[Text | None, tuple[str, ...]]
"""What a row speaks of: its name, and the codes of today."""


def _text(zh: str | None, en: str | None) -> Text:
    return Text(zh or "", en or zh or "")


async def plan_rows(session: AsyncSession) -> list[PlanRow]:
    """All plans, the newest first."""
    rows = await session.execute(
        select(Plan, Division)
        .join(SupportingCity, SupportingCity.id == Plan.supporter_id)
        .join(Division, Division.id == SupportingCity.division_id)
        .order_by(Plan.period_start.desc(), Plan.code)
    )
    return [
        PlanRow(
            plan.code, _text(plan.title, plan.title_en),
            _text(supporter.name, supporter.name_en), plan.period_start,
            plan.period_end, plan.review_start, plan.review_end, plan.document,
        )
        for plan, supporter in rows
    ]


async def target_rows(session: AsyncSession, plan_code: str) -> list[TargetRow]:
    """The targets of a plan in reading order, parents before children."""
    parent, target = aliased(PlanTarget), PlanTarget
    adjusted = (
        select(func.count()).where(PlanTargetAdjustment.target_id == target.id).scalar_subquery()
    )
    groups = await _groups(session, plan_code)
    rows = await session.execute(
        select(
            target.code, parent.code, PlanSection.number, PlanSection.title, PlanSection.title_en,
            target.theme, target.kind, target.statement, target.statement_en,
            Division.code, Division.name, Division.name_en, target.group_id,
            Indicator.name, Indicator.name_en, target.unit, target.baseline, target.target,
            target.actual, target.due_on, adjusted, target.version,
        )
        .select_from(target)
        .join(Plan, Plan.id == target.plan_id)
        .join(PlanSection, PlanSection.id == target.section_id)
        .outerjoin(parent, parent.id == target.parent_id)
        .outerjoin(Division, Division.id == target.region_id)
        .outerjoin(Indicator, Indicator.id == target.indicator_id)
        .where(Plan.code == plan_code)
        .order_by(target.ordinal, target.id)
    )
    return [_target_row(tuple(row), groups) for row in rows]


def concerns(places: Collection[int]) -> ColumnElement[bool]:
    """The targets that speak of one of these places, or of none at all."""
    groups = select(RegionGroupMember.group_id).where(RegionGroupMember.division_id.in_(places))
    return or_(PlanTarget.region_id.in_(places), PlanTarget.group_id.in_(groups),
               and_(PlanTarget.region_id.is_(None), PlanTarget.group_id.is_(None)))


async def served_rows(
    session: AsyncSession, supporter_id: int, places: Collection[int]
) -> list[ServedRow]:
    """Targets of a supporter's plans that concern these places, the newest plan's first."""
    rows = await session.execute(
        select(Plan.code, PlanTarget.code, PlanTarget.statement, PlanTarget.statement_en)
        .join(Plan, Plan.id == PlanTarget.plan_id)
        .where(Plan.supporter_id == supporter_id, concerns(places))
        .order_by(Plan.period_start.desc(), Plan.code, PlanTarget.ordinal, PlanTarget.id))
    return [ServedRow(plan, code, _text(statement, statement_en))
            for plan, code, statement, statement_en in rows]


def _target_row(
    row: tuple[Any, ...], groups: dict[int, _Scope]
) -> TargetRow:
    (code, parent, section, title, title_en, theme, kind, statement, statement_en, region,
     name, name_en, group_id, indicator, indicator_en, *rest) = row
    scope, codes = (_text(name, name_en), (region,)) if region else groups.get(group_id, (None, ()))
    measured = _text(indicator, indicator_en) if indicator else None
    return TargetRow(code, parent, section, _text(title, title_en), theme, kind,
                     _text(statement, statement_en), scope, codes, measured, *rest)


async def _groups(session: AsyncSession, plan_code: str) -> dict[int, _Scope]:
    """The groups of a plan by id."""
    rows = await session.scalars(
        select(RegionGroup)
        .join(Plan, Plan.id == RegionGroup.plan_id)
        .where(Plan.code == plan_code)
        .options(selectinload(RegionGroup.members))
    )
    return {
        group.id: (_text(group.name, group.name_en), tuple(place.code for place in group.members))
        for group in rows
    }


async def figure_rows(session: AsyncSession, plan_code: str) -> list[FigureRow]:
    """The published figures of a plan in reading order."""
    groups = await _groups(session, plan_code)
    rows = await session.execute(
        select(PublishedFigure, PlanSection.number, Indicator, Division)
        .join(Plan, Plan.id == PublishedFigure.plan_id)
        .join(PlanSection, PlanSection.id == PublishedFigure.section_id)
        .join(Indicator, Indicator.id == PublishedFigure.indicator_id)
        .outerjoin(Division, Division.id == PublishedFigure.region_id)
        .where(Plan.code == plan_code)
        .order_by(PublishedFigure.ordinal, PublishedFigure.id)
    )
    def scope(figure: PublishedFigure, region: Division | None) -> _Scope:
        if region is not None:
            return _text(region.name, region.name_en), (region.code,)
        return groups.get(figure.group_id or 0, (None, ()))

    return [
        FigureRow(
            figure.code, section, indicator.code, _text(indicator.name, indicator.name_en),
            indicator.money, scope(figure, region)[0], scope(figure, region)[1], figure.value,
            figure.unit, figure.amount_fen, figure.qualifier, figure.period_start,
            figure.period_end, figure.as_of, _text(figure.note, figure.note_en),
        )
        for figure, section, indicator, region in rows.all()
    ]


async def discrepancy_rows(session: AsyncSession, plan_code: str) -> list[DiscrepancyRow]:
    """What does not add up in a plan's published figures."""
    rows = await session.execute(
        select(Discrepancy, FigureBreakdown, PublishedFigure.code)
        .join(FigureBreakdown, FigureBreakdown.id == Discrepancy.breakdown_id)
        .join(PublishedFigure, PublishedFigure.id == FigureBreakdown.total_id)
        .join(Plan, Plan.id == Discrepancy.plan_id)
        .where(Plan.code == plan_code)
        .order_by(Discrepancy.id)
    )
    return [
        DiscrepancyRow(
            _text(breakdown.name, breakdown.name_en), total, found.kind, found.stated_total,
            found.sum_of_parts, found.difference, found.unit,
            _text(found.explanation, found.explanation_en),
        )
        for found, breakdown, total in rows
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
    return [RegionRow(row.code, _text(row.name, row.name_en), row.id) for row in rows]

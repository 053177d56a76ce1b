"""Bringing in a plan, repeatably: everything is checked first, then written, or nothing is.

What an office adjusted through the system is never overwritten by the file it once came from.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import any_, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.base import Base
from aid.database.merge import Progress, Tally, merge, silent
from aid.drafts import Draft, duplicates
from aid.errors import Complaint, InputRefused
from aid.plans.drafts import FigureDraft, PlanDraft, TargetDraft
from aid.plans.model import (
    FigureBreakdown,
    FigureBreakdownPart,
    Indicator,
    Plan,
    PlanSection,
    PlanTarget,
    PlanTargetAdjustment,
    PlanTargetYear,
    PublishedFigure,
    RegionGroup,
    RegionGroupMember,
)
from aid.plans.reconciling import refresh_discrepancies
from aid.plans.rules import same_measure
from aid.plans.terms import TargetKind
from aid.regions import queries as regions
from aid.text import Text
from aid.units import UNITS, money_fen

Row = TypeVar("Row", bound=Base)
BATCH = 1000


@dataclass(slots=True)
class Known:
    """What the rows of a plan may refer to, by the code they use."""

    supporters: dict[str, int]
    divisions: dict[str, int]
    indicators: dict[str, Indicator]
    sections: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)


async def import_plan(
    session: AsyncSession, draft: PlanDraft, progress: Progress = silent
) -> dict[str, Tally]:
    """Import a plan and reconcile its figures. Counts rows added, changed and unchanged by table.

    Division codes are those in force when the plan's period starts. Raises InputRefused with every
    mistake of the whole plan; nothing is written then.
    """
    codes = {row.region for row in draft.scoped() if row.region}
    codes |= {code for group in draft.groups for code in group.members}
    known = Known(
        supporters=await regions.supporting_cities(session),
        divisions=await regions.divisions_on(session, codes, draft.head.period_start),
        indicators={row.code: row for row in await session.scalars(select(Indicator))},
    )
    if complaints := list(_complaints(draft, known)):
        raise InputRefused(complaints)
    tallies: dict[str, Tally] = defaultdict(Tally)
    await _import_indicators(session, draft, known, tallies["indicators"])
    plan = await _import_head(session, draft, known, tallies["plan"])
    await _import_sections(session, draft, plan, known, tallies["sections"])
    await _import_groups(session, draft, plan, known, tallies["groups"])
    await _import_targets(session, draft, plan, known, tallies["targets"], progress)
    figures = await _import_figures(session, draft, plan, known, tallies["figures"], progress)
    await _import_breakdowns(session, draft, plan, figures, tallies["breakdowns"])
    await refresh_discrepancies(session, plan.id)
    return dict(tallies)


def _complaints(draft: PlanDraft, known: Known) -> Iterator[Complaint]:
    """Everything wrong with the references and the sense of a plan's rows."""
    head = draft.head
    if head.supporter not in known.supporters:
        yield head.complain("supporter", head.supporter, Text(
            "不是已登记的支援城市（见 supporters.csv）",
            "a registered supporting city (see supporters.csv)"))
    if head.period_end <= head.period_start:
        yield head.complain("period_end", head.period_end,
                            Text("应晚于 period_start", "after period_start"))
    for rows, key in (
        (draft.sections, "number"), (draft.indicators, "code"), (draft.groups, "code"),
        (draft.targets, "code"), (draft.figures, "code"), (draft.breakdowns, "code"),
    ):
        yield from duplicates(rows, key)
    yield from _unordered_parents(draft.sections, "number")
    yield from _unordered_parents(draft.targets, "code")
    yield from _unknown_references(draft, known)
    yield from _wrong_quantities(draft, known)
    yield from _wrong_breakdowns(draft)


def _unordered_parents(rows: Sequence[Any], key: str) -> Iterator[Complaint]:
    seen: set[str] = set()
    for row in rows:
        if row.parent is not None and row.parent not in seen:
            yield row.complain("parent", row.parent, Text(
                f"应为本文件中更靠前的一行的 {key}", f"the {key} of an earlier row of this file"))
        seen.add(getattr(row, key))


def _unknown_references(draft: PlanDraft, known: Known) -> Iterator[Complaint]:
    on = draft.head.period_start
    sections = {row.number for row in draft.sections}
    groups = {row.code for row in draft.groups}
    indicators = known.indicators.keys() | {row.code for row in draft.indicators}
    unknown_division = Text(
        f"{on}（规划期初）没有这个区划代码", f"a division code in force on {on}, the plan's first day"
    )
    for group in draft.groups:
        for code in group.members:
            if code not in known.divisions:
                yield group.complain("members", code, unknown_division)
    for row in draft.scoped():
        if row.section not in sections:
            yield row.complain("section", row.section, Text(
                "sections.csv 中没有这个编号", "a number of sections.csv"))
        if row.region is not None and row.region not in known.divisions:
            yield row.complain("region", row.region, unknown_division)
        if row.group is not None and row.group not in groups:
            yield row.complain("group", row.group, Text(
                "groups.csv 中没有这个代码", "a code of groups.csv"))
        if row.region is not None and row.group is not None:
            yield row.complain("group", row.group, Text(
                "region 与 group 只能填一个", "either a region or a group, not both"))
        if row.indicator is not None and row.indicator not in indicators:
            yield row.complain("indicator", row.indicator, Text(
                "indicators.csv 中没有这个代码", "a code of indicators.csv"))


def _wrong_quantities(draft: PlanDraft, known: Known) -> Iterator[Complaint]:
    allowed = Text("应为其中之一：" + "、".join(UNITS), "one of: " + ", ".join(UNITS))
    units: dict[str, str] = {code: row.unit for code, row in known.indicators.items()}
    for indicator in draft.indicators:
        units[indicator.code] = indicator.unit
        if indicator.unit not in UNITS:
            yield indicator.complain("unit", indicator.unit, allowed)
    for row in draft.scoped():
        own = units.get(row.indicator or "")
        if row.unit is not None and row.unit not in UNITS:
            yield row.complain("unit", row.unit, allowed)
        elif row.unit and own in UNITS and not same_measure(row.unit, own or ""):
            yield row.complain("unit", row.unit, Text(
                f"指标 {row.indicator} 的单位是 {own}，两者不能换算",
                f"a unit that converts to {own}, in which {row.indicator} is measured"))
        elif isinstance(row, FigureDraft) and not _whole_fen(row):
            yield row.complain("value", row.value, Text("金额应为整分", "a whole number of fen"))
    years = range(draft.head.period_start.year, draft.head.period_end.year + 1)
    for target in draft.targets:
        yield from _wrong_target(target)
        if outside := [year for year in target.annual if year not in years]:
            yield target.complain("annual", outside[0], Text(
                f"应为规划期内的年份（{years[0]}—{years[-1]}）",
                f"years of the plan's period, {years[0]} to {years[-1]}"))


def _wrong_target(row: TargetDraft) -> Iterator[Complaint]:
    if row.kind is TargetKind.QUANTITATIVE:
        for name in ("target", "indicator", "unit"):
            if getattr(row, name) is None:
                yield row.complain(name, "", Text("定量目标必填", "given for a quantitative target"))
    elif row.target is not None:
        yield row.complain("kind", row.kind, Text(
            "有目标值时应为 quantitative", "quantitative, as a target value is given"))


def _whole_fen(row: FigureDraft) -> bool:
    try:
        money_fen(row.value, row.unit)
    except ValueError:
        return False
    return True


def _wrong_breakdowns(draft: PlanDraft) -> Iterator[Complaint]:
    figures = {row.code: row for row in draft.figures}
    for row in draft.breakdowns:
        for name, codes in (("total", [row.total]), ("parts", row.parts)):
            for code in codes:
                if code not in figures:
                    yield row.complain(name, code, Text(
                        "figures.csv 中没有这个代码", "a code of figures.csv"))
                elif row.total in figures and not _addable(figures[row.total], figures[code]):
                    yield row.complain(name, code, Text(
                        "单位与总数不同，不能相加", "a figure in a unit that adds up to the total's"))


def _addable(one: FigureDraft, other: FigureDraft) -> bool:
    known = one.unit in UNITS and other.unit in UNITS
    return not known or same_measure(one.unit, other.unit)  # unknown units are complained of above


async def _import_indicators(
    session: AsyncSession, draft: PlanDraft, known: Known, tally: Tally
) -> None:
    for row in draft.indicators:
        values = row.model_dump(exclude={"place"})
        found = known.indicators.get(row.code)
        known.indicators[row.code] = merge(session, tally, Indicator, found, values)
    await session.flush()


async def _import_head(
    session: AsyncSession, draft: PlanDraft, known: Known, tally: Tally
) -> Plan:
    values = draft.head.model_dump(exclude={"place", "supporter"}) | {
        "supporter_id": known.supporters[draft.head.supporter]
    }
    found = await session.scalar(select(Plan).where(Plan.code == draft.head.code))
    plan = merge(session, tally, Plan, found, values)
    await session.flush()
    return plan


async def _import_sections(
    session: AsyncSession, draft: PlanDraft, plan: Plan, known: Known, tally: Tally
) -> None:
    existing = {
        row.number: row
        for row in await session.scalars(
            select(PlanSection).where(PlanSection.plan_id == plan.id)
        )
    }
    ordinals = {row.number: at for at, row in enumerate(draft.sections)}
    for level in _levels(draft.sections, "number"):
        rows = [
            merge(session, tally, PlanSection, existing.get(row.number), {
                "plan_id": plan.id,
                "number": row.number,
                "parent_id": known.sections[row.parent] if row.parent else None,
                "ordinal": ordinals[row.number],
                "title": row.title,
                "title_en": row.title_en,
            })
            for row in level
        ]
        await session.flush()
        known.sections |= {row.number: row.id for row in rows}


async def _import_groups(
    session: AsyncSession, draft: PlanDraft, plan: Plan, known: Known, tally: Tally
) -> None:
    existing = {
        row.code: row
        for row in await session.scalars(select(RegionGroup).where(RegionGroup.plan_id == plan.id))
    }
    for row in draft.groups:
        values = row.model_dump(exclude={"place", "members"}) | {"plan_id": plan.id}
        existing[row.code] = merge(session, tally, RegionGroup, existing.get(row.code), values)
    await session.flush()
    known.groups = {code: row.id for code, row in existing.items()}
    await _rewrite(session, RegionGroupMember, "group_id", {
        known.groups[row.code]: [
            {"group_id": known.groups[row.code], "division_id": known.divisions[code]}
            for code in dict.fromkeys(row.members)
        ]
        for row in draft.groups
    })


async def _import_targets(
    session: AsyncSession,
    draft: PlanDraft,
    plan: Plan,
    known: Known,
    tally: Tally,
    progress: Progress,
) -> None:
    existing = {
        row.code: row
        for row in await session.scalars(select(PlanTarget).where(PlanTarget.plan_id == plan.id))
    }
    adjusted = await _adjusted_fields(session, plan)
    ordinals = {row.code: at for at, row in enumerate(draft.targets)}
    ids: dict[str, int] = {}
    for batch in _batches(_levels(draft.targets, "code")):
        rows = []
        for row in batch:
            values = _target_values(row, plan, known, ordinals[row.code])
            values["parent_id"] = ids[row.parent] if row.parent else None
            found = existing.get(row.code)
            for name in adjusted.get(found.id, ()) if found else ():
                tally.kept += getattr(found, name) != values.pop(name)
            rows.append(merge(session, tally, PlanTarget, found, values))
        await session.flush()
        ids |= {row.code: row.id for row in rows}
        progress("targets", len(ids), len(draft.targets))
    await _rewrite(session, PlanTargetYear, "target_id", {
        ids[row.code]: [
            {"target_id": ids[row.code], "year": year, "value": value}
            for year, value in row.annual.items()
        ]
        for row in draft.targets
    })


def _target_values(row: TargetDraft, plan: Plan, known: Known, ordinal: int) -> dict[str, Any]:
    return row.model_dump(
        exclude={"place", "section", "parent", "region", "group", "indicator", "annual"}
    ) | {
        "plan_id": plan.id,
        "section_id": known.sections[row.section],
        "ordinal": ordinal,
        "region_id": known.divisions[row.region] if row.region else None,
        "group_id": known.groups[row.group] if row.group else None,
        "indicator_id": known.indicators[row.indicator].id if row.indicator else None,
    }


async def _adjusted_fields(session: AsyncSession, plan: Plan) -> dict[int, set[str]]:
    """Which fields of which targets an office has adjusted."""
    found = await session.execute(
        select(PlanTargetAdjustment.target_id, PlanTargetAdjustment.field)
        .join(PlanTarget, PlanTarget.id == PlanTargetAdjustment.target_id)
        .where(PlanTarget.plan_id == plan.id)
        .distinct()
    )
    fields: dict[int, set[str]] = defaultdict(set)
    for target_id, name in found:
        fields[target_id].add(name)
        if name == "target":
            fields[target_id].add("kind")  # it follows the number
    return fields


async def _import_figures(
    session: AsyncSession,
    draft: PlanDraft,
    plan: Plan,
    known: Known,
    tally: Tally,
    progress: Progress,
) -> dict[str, int]:
    existing = {
        row.code: row
        for row in await session.scalars(
            select(PublishedFigure).where(PublishedFigure.plan_id == plan.id)
        )
    }
    for ordinal, row in enumerate(draft.figures):
        values = row.model_dump(exclude={"place", "section", "region", "group", "indicator"}) | {
            "plan_id": plan.id,
            "section_id": known.sections[row.section],
            "indicator_id": known.indicators[row.indicator].id,
            "ordinal": ordinal,
            "region_id": known.divisions[row.region] if row.region else None,
            "group_id": known.groups[row.group] if row.group else None,
            "amount_fen": money_fen(row.value, row.unit),
        }
        existing[row.code] = merge(session, tally, PublishedFigure, existing.get(row.code), values)
        progress("figures", ordinal + 1, len(draft.figures))
    await session.flush()
    return {code: row.id for code, row in existing.items()}


async def _import_breakdowns(
    session: AsyncSession, draft: PlanDraft, plan: Plan, figures: dict[str, int], tally: Tally
) -> None:
    existing = {
        row.code: row
        for row in await session.scalars(
            select(FigureBreakdown).where(FigureBreakdown.plan_id == plan.id)
        )
    }
    for row in draft.breakdowns:
        values = row.model_dump(exclude={"place", "total", "parts"}) | {
            "plan_id": plan.id,
            "total_id": figures[row.total],
        }
        existing[row.code] = merge(session, tally, FigureBreakdown, existing.get(row.code), values)
    await session.flush()
    await _rewrite(session, FigureBreakdownPart, "breakdown_id", {
        existing[row.code].id: [
            {"breakdown_id": existing[row.code].id, "figure_id": figures[code]}
            for code in dict.fromkeys(row.parts)
        ]
        for row in draft.breakdowns
    })


async def _rewrite(
    session: AsyncSession, model: type[Base], owner: str, wished: dict[int, list[dict[str, Any]]]
) -> None:
    """Make the rows of each owner the wished ones, touching only owners whose rows differ."""
    table = model.__table__
    present: dict[int, list[dict[str, Any]]] = defaultdict(list)
    found = await session.execute(select(table).where(table.c[owner] == any_(list(wished))))
    for row in found.mappings():
        present[row[owner]].append({key: row[key] for key in row if key != "id"})
    differing = [
        key for key, rows in wished.items() if _comparable(rows) != _comparable(present[key])
    ]
    if differing:
        await session.execute(delete(model).where(table.c[owner] == any_(differing)))
    fresh = [row for key in differing for row in wished[key]]
    if fresh:
        await session.execute(insert(model), fresh)


def _comparable(rows: Iterable[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted(tuple(row[key] for key in sorted(row)) for row in rows)


Nested = TypeVar("Nested", bound=Draft)


def _levels(rows: Sequence[Nested], key: str) -> list[list[Nested]]:
    """The rows of a tree by depth, so that each level can be written at once."""
    depth: dict[str, int] = {}
    levels: list[list[Nested]] = []
    for row in rows:
        parent = getattr(row, "parent", None)
        at = depth[parent] + 1 if parent else 0
        depth[getattr(row, key)] = at
        if at == len(levels):
            levels.append([])
        levels[at].append(row)
    return levels


def _batches(levels: list[list[Nested]]) -> Iterator[list[Nested]]:
    for level in levels:
        for start in range(0, len(level), BATCH):
            yield level[start : start + BATCH]

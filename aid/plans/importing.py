"""Bringing in a plan, repeatably: everything is checked first, then written, or nothing is.

What an office adjusted through the system is never overwritten by the file it once came from.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import BigInteger, BindParameter, any_, bindparam, delete, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.base import Base
from aid.database.merge import Progress, Tally, merge, silent
from aid.drafts import Draft
from aid.errors import Complaint, InputRefused
from aid.plans.checks import Known, complaints
from aid.plans.drafts import PlanDraft, TargetDraft
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
from aid.regions import queries as regions
from aid.units import money_fen

Row = TypeVar("Row", bound=Base)
BATCH = 1000
QUANTITY = {"kind", "indicator_id", "unit", "baseline", "target"}
QUANTITY_INPUTS = {"indicator_code", "unit", "baseline", "target", "actual"}
"""What of a target is one quantity: by column, and by the names under which it is adjusted."""


@dataclass(slots=True)
class _Ids:
    """The rows that others refer to, by their codes, as they come to be known."""

    divisions: Mapping[str, int]
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
    known = await _known(session, draft)
    if found := list(complaints(draft, known)):
        raise InputRefused(found)
    ids = _Ids(
        known.divisions, {row.code: row for row in await session.scalars(select(Indicator))}
    )
    tallies: dict[str, Tally] = defaultdict(Tally)
    await _import_indicators(session, draft, ids, tallies["indicators"])
    supporter_id = known.supporters[draft.head.supporter]
    plan = await _import_head(session, draft, supporter_id, tallies["plan"])
    await _import_sections(session, draft, plan, ids, tallies["sections"])
    await _import_groups(session, draft, plan, ids, tallies["groups"])
    await _import_targets(session, draft, plan, ids, tallies["targets"], progress)
    figures = await _import_figures(session, draft, plan, ids, tallies["figures"], progress)
    await _import_breakdowns(session, draft, plan, figures, tallies["breakdowns"])
    await refresh_discrepancies(session, plan.id)
    return dict(tallies)


async def plan_complaints(session: AsyncSession, draft: PlanDraft) -> list[Complaint]:
    """Everything that `import_plan` would refuse a plan for."""
    return list(complaints(draft, await _known(session, draft)))


async def _known(session: AsyncSession, draft: PlanDraft) -> Known:
    codes = {row.region for row in draft.scoped() if row.region}
    codes |= {code for group in draft.groups for code in group.members}
    units = await session.execute(select(Indicator.code, Indicator.unit))
    return Known(
        supporters=await regions.supporting_cities(session),
        divisions=await regions.divisions_on(session, codes, draft.head.period_start),
        indicator_units={row[0]: row[1] for row in units},
    )


async def _import_indicators(
    session: AsyncSession, draft: PlanDraft, ids: _Ids, tally: Tally
) -> None:
    for row in draft.indicators:
        values = row.model_dump(exclude={"place"})
        found = ids.indicators.get(row.code)
        ids.indicators[row.code] = merge(session, tally, Indicator, found, values)
    await session.flush()


async def _import_head(
    session: AsyncSession, draft: PlanDraft, supporter_id: int, tally: Tally
) -> Plan:
    values = draft.head.model_dump(exclude={"place", "supporter"})
    values["supporter_id"] = supporter_id
    found = await session.scalar(select(Plan).where(Plan.code == draft.head.code))
    plan = merge(session, tally, Plan, found, values)
    await session.flush()
    return plan


async def _import_sections(
    session: AsyncSession, draft: PlanDraft, plan: Plan, ids: _Ids, tally: Tally
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
                "parent_id": ids.sections[row.parent] if row.parent else None,
                "ordinal": ordinals[row.number],
                "title": row.title,
                "title_en": row.title_en,
            })
            for row in level
        ]
        await session.flush()
        ids.sections |= {row.number: row.id for row in rows}


async def _import_groups(
    session: AsyncSession, draft: PlanDraft, plan: Plan, ids: _Ids, tally: Tally
) -> None:
    existing = {
        row.code: row
        for row in await session.scalars(select(RegionGroup).where(RegionGroup.plan_id == plan.id))
    }
    for row in draft.groups:
        values = row.model_dump(exclude={"place", "members"}) | {"plan_id": plan.id}
        existing[row.code] = merge(session, tally, RegionGroup, existing.get(row.code), values)
    await session.flush()
    ids.groups = {code: row.id for code, row in existing.items()}
    tally.absent += len(existing) - len(draft.groups)
    await _rewrite(session, tally, RegionGroupMember, "group_id", {
        ids.groups[row.code]: [
            {"group_id": ids.groups[row.code], "division_id": ids.divisions[code]}
            for code in dict.fromkeys(row.members)
        ]
        for row in draft.groups
    })


async def _import_targets(
    session: AsyncSession,
    draft: PlanDraft,
    plan: Plan,
    ids: _Ids,
    tally: Tally,
    progress: Progress,
) -> None:
    existing = {
        row.code: row
        for row in await session.scalars(
            select(PlanTarget).where(PlanTarget.plan_id == plan.id).with_for_update()
        )
    }
    adjusted = await _adjusted_fields(session, plan)
    ordinals = {row.code: at for at, row in enumerate(draft.targets)}
    written: dict[str, int] = {}
    for batch in _batches(_levels(draft.targets, "code")):
        rows = []
        for row in batch:
            values = _target_values(row, plan, ids, ordinals[row.code])
            values["parent_id"] = written[row.parent] if row.parent else None
            found = existing.get(row.code)
            for name in adjusted.get(found.id, ()) if found else ():
                tally.kept += getattr(found, name) != values.pop(name)
            rows.append(merge(session, tally, PlanTarget, found, values))
        await session.flush()
        written |= {row.code: row.id for row in rows}
        progress("targets", len(written), len(draft.targets))
    tally.absent += len(existing.keys() - ordinals.keys())
    await _rewrite(session, tally, PlanTargetYear, "target_id", {
        written[row.code]: [
            {"target_id": written[row.code], "year": year, "value": value}
            for year, value in row.annual.items()
        ]
        for row in draft.targets
    })


def _target_values(row: TargetDraft, plan: Plan, ids: _Ids, ordinal: int) -> dict[str, Any]:
    return row.model_dump(
        exclude={"place", "section", "parent", "region", "group", "indicator", "annual"}
    ) | {
        "plan_id": plan.id,
        "section_id": ids.sections[row.section],
        "ordinal": ordinal,
        "region_id": ids.divisions[row.region] if row.region else None,
        "group_id": ids.groups[row.group] if row.group else None,
        "indicator_id": ids.indicators[row.indicator].id if row.indicator else None,
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
        # A number means nothing apart from its indicator and unit: they are kept together.
        fields[target_id] |= QUANTITY if name in QUANTITY_INPUTS else {name}
        if name == "actual":
            fields[target_id].add(name)
    return fields


async def _import_figures(
    session: AsyncSession,
    draft: PlanDraft,
    plan: Plan,
    ids: _Ids,
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
            "section_id": ids.sections[row.section],
            "indicator_id": ids.indicators[row.indicator].id,
            "ordinal": ordinal,
            "region_id": ids.divisions[row.region] if row.region else None,
            "group_id": ids.groups[row.group] if row.group else None,
            "amount_fen": money_fen(row.value, row.unit),
        }
        existing[row.code] = merge(session, tally, PublishedFigure, existing.get(row.code), values)
        progress("figures", ordinal + 1, len(draft.figures))
    tally.absent += len(existing) - len(draft.figures)
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
    tally.absent += len(existing) - len(draft.breakdowns)
    await _rewrite(session, tally, FigureBreakdownPart, "breakdown_id", {
        existing[row.code].id: [
            {"breakdown_id": existing[row.code].id, "figure_id": figures[code]}
            for code in dict.fromkeys(row.parts)
        ]
        for row in draft.breakdowns
    })


async def _rewrite(
    session: AsyncSession,
    tally: Tally,
    model: type[Base],
    owner: str,
    wished: dict[int, list[dict[str, Any]]],
) -> None:
    """Make the rows of each owner the wished ones, touching only owners whose rows differ.

    An owner that was there and did not change itself counts as changed by this.
    """
    table = model.__table__
    present: dict[int, list[dict[str, Any]]] = defaultdict(list)
    found = await session.execute(select(table).where(table.c[owner] == any_(_ids(wished))))
    for row in found.mappings():
        present[row[owner]].append({key: row[key] for key in row if key != "id"})
    differing = [
        key for key, rows in wished.items() if _comparable(rows) != _comparable(present[key])
    ]
    if differing:
        await session.execute(delete(model).where(table.c[owner] == any_(_ids(differing))))
    alone = len(tally.unchanged_ids.intersection(differing))
    tally.changed, tally.unchanged = tally.changed + alone, tally.unchanged - alone
    fresh = [row for key in differing for row in wished[key]]
    if fresh:
        await session.execute(insert(model), fresh)


def _ids(keys: Iterable[int]) -> BindParameter[Any]:
    """Ids as one array parameter, so that a statement's text does not grow with them."""
    return bindparam(None, list(keys), ARRAY(BigInteger()))


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

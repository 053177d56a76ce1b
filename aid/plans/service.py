"""Verbs on plans: adjust a target."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.errors import Complaint, InputRefused, NotFound, StaleVersion
from aid.history import plain
from aid.plans.model import Indicator, PlanTarget, PlanTargetAdjustment
from aid.plans.rules import Adjustment, check_adjustment
from aid.plans.terms import TargetKind
from aid.text import Text
from aid.units import UNITS

ADJUSTABLE = ("statement", "statement_en", "indicator_code", "unit", "baseline", "target", "due_on")
"""What may be adjusted, by the name of the input field. The rest of a target is its identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Why a target is adjusted, when, by which document, and who did it."""

    reason: str
    adjusted_on: date
    document_no: str | None
    actor: str


async def adjust_target(
    session: AsyncSession,
    target_id: int,
    *,
    expected_version: int,
    changes: Mapping[str, Any],
    grounds: Grounds,
    today: date,
) -> PlanTarget:
    """Adjust a plan target (规划调整), keeping each old value with the reason.

    `changes` maps names of ADJUSTABLE to new values (None takes a value away). A target that gets a
    number becomes quantitative, one that loses it qualitative; a missing unit is the indicator's.
    Raises NotFound, StaleVersion, or InputRefused with every mistake.
    """
    target = await session.scalar(
        select(PlanTarget).where(PlanTarget.id == target_id).with_for_update()
    )
    if target is None:
        raise NotFound(Text("没有这个规划目标。", "There is no such plan target."))
    if target.version != expected_version:
        raise StaleVersion(expected=expected_version, current=target.version)
    wished = await _wished(session, changes)
    differing = {name: value for name, value in wished.items() if getattr(target, name) != value}
    notes = [
        Adjustment(name, _said(getattr(target, name)), _said(value))
        for name, value in differing.items()
    ]
    after = {name: differing.get(name, getattr(target, name)) for name in _QUANTITY}
    complaints = check_adjustment(
        changes=notes,
        reason=grounds.reason,
        adjusted_on=grounds.adjusted_on,
        today=today,
        has_quantity=after["target"] is not None,
        has_unit=after["indicator_id"] is not None and after["unit"] is not None,
    )
    if complaints:
        raise InputRefused(complaints)
    for name, value in differing.items():
        setattr(target, name, value)
    target.kind = _kind(target)
    for note in notes:
        session.add(PlanTargetAdjustment(
            target_id=target.id,
            field=note.field,
            old_value=note.old,
            new_value=note.new,
            reason=grounds.reason.strip(),
            document_no=grounds.document_no,
            adjusted_on=grounds.adjusted_on,
            actor=grounds.actor,
        ))
    await session.flush()
    return target


_QUANTITY = ("target", "indicator_id", "unit")


async def _wished(session: AsyncSession, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes by column, the indicator looked up, its unit taken where none is given."""
    wished = dict(changes)
    complaints = []
    if "indicator_code" in wished:
        code = wished.pop("indicator_code")
        found = await session.scalar(select(Indicator).where(Indicator.code == code))
        if code is not None and found is None:
            complaints.append(Complaint("", "indicatorCode", code, Text(
                "没有这个指标", "the code of a known indicator")))
        wished["indicator_id"] = found.id if found else None
        if found and wished.get("unit") is None:
            wished["unit"] = found.unit
    unit = wished.get("unit")
    if unit is not None and unit not in UNITS:
        complaints.append(Complaint("", "unit", unit, Text(
            "应为其中之一：" + "、".join(UNITS), "one of: " + ", ".join(UNITS))))
    if "statement" in wished and not (wished["statement"] or "").strip():
        complaints.append(Complaint("", "statement", "", Text("不能为空", "not empty")))
    if complaints:
        raise InputRefused(complaints)
    return wished


def _kind(target: PlanTarget) -> TargetKind:
    return TargetKind.QUALITATIVE if target.target is None else TargetKind.QUANTITATIVE


def _said(value: Any) -> str | None:
    return None if value is None else str(plain(value))

"""Verbs on plans: adjust a target."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.merge import same
from aid.errors import InputRefused, NotFound, StaleVersion
from aid.history import plain
from aid.plans.model import Indicator, PlanTarget, PlanTargetAdjustment
from aid.plans.rules import Adjustment, check_adjustment
from aid.plans.terms import TargetKind
from aid.text import Text

ADJUSTABLE = ("statement", "statement_en", "indicator_code", "unit", "baseline", "target", "actual",
              "due_on")
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
    before = await _present(session, target)
    differing = {name: value for name, value in changes.items() if not same(before[name], value)}
    indicator = await _indicator(session, differing.get("indicator_code"))
    if indicator is not None and indicator.unit != before["unit"]:
        differing.setdefault("unit", indicator.unit)
    after = before | differing
    notes = [Adjustment(name, _said(before[name]), _said(value))
             for name, value in differing.items()]
    measured = indicator or await _indicator(session, after["indicator_code"])
    complaints = check_adjustment(
        notes, after, reason=grounds.reason, adjusted_on=grounds.adjusted_on, today=today,
        indicator_unit=measured.unit if measured else None,
    )
    if complaints:
        raise InputRefused(complaints)
    if "indicator_code" in differing:
        del differing["indicator_code"]
        differing["indicator_id"] = indicator.id if indicator else None
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


async def _present(session: AsyncSession, target: PlanTarget) -> dict[str, Any]:
    """What may be adjusted, as it is now, by the names of ADJUSTABLE."""
    code = await session.scalar(select(Indicator.code).where(Indicator.id == target.indicator_id))
    columns = {name: getattr(target, name) for name in ADJUSTABLE if name != "indicator_code"}
    return {**columns, "indicator_code": code}


async def _indicator(session: AsyncSession, code: str | None) -> Indicator | None:
    if code is None:
        return None
    return await session.scalar(select(Indicator).where(Indicator.code == code))


def _kind(target: PlanTarget) -> TargetKind:
    return TargetKind.QUALITATIVE if target.target is None else TargetKind.QUANTITATIVE


def _said(value: Any) -> str | None:
    return None if value is None else str(plain(value))

"""The verb that changes a planned work: how much of what, at which cost, when."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.database.merge import same
from aid.database.turns import take_turn
from aid.errors import InputRefused, NotFound, StaleVersion
from aid.history import plain
from aid.text import Text
from aid.villages.checks import check_change
from aid.villages.drafts import WorkChangeDraft, WorkDraft
from aid.villages.model import VillageReport, VillageWork, WorkAdjustment

CHANGEABLE = ("planned", "unit", "cost_fen", "planned_start", "planned_end")
"""What of a planned work may change. The rest is what makes it the work it is."""


async def change_work(
    session: AsyncSession,
    work_id: int,
    draft: WorkChangeDraft,
    *,
    expected_version: int,
    actor: Actor,
) -> VillageWork:
    """Change a planned work (调整建设内容), keeping each old value with the reason.

    Progress is measured by what is planned now, whatever the day. Raises NotFound, StaleVersion, or
    InputRefused with every mistake.
    """
    await take_turn(session, f"village work {work_id}")
    work = await session.scalar(
        select(VillageWork).where(VillageWork.id == work_id).with_for_update())
    if work is None:
        raise NotFound(Text("没有这项建设内容。", "There is no such work."))
    if work.version != expected_version:
        raise StaleVersion(expected=expected_version, current=work.version)
    differing = {name: value for name, value in draft.given.items()
                 if not same(getattr(work, name), value)}
    reported = await session.scalar(
        select(VillageReport.id).where(VillageReport.work_id == work.id).limit(1))
    complaints = check_change(
        draft, _as_it_would_be(work, differing), differing, reported=reported is not None)
    if complaints:
        raise InputRefused(complaints)
    session.add_all(adjustments(work, differing, reason=draft.reason, actor=actor))
    for name, value in differing.items():
        setattr(work, name, value)
    await session.flush()
    return work


def adjustments(
    work: VillageWork, after: Mapping[str, Any], *, reason: str, actor: Actor
) -> list[WorkAdjustment]:
    """What is kept of a work's values, by field, when they become those of `after`."""
    return [WorkAdjustment(
        work_id=work.id, recipient_id=work.recipient_id, field=name,
        old_value=_said(getattr(work, name)), new_value=_said(value), reason=reason,
        actor=actor.name) for name, value in after.items()]


def _as_it_would_be(work: VillageWork, differing: dict[str, Any]) -> WorkDraft:
    now = {name: getattr(work, name) for name in (*CHANGEABLE, "component", "name")}
    return WorkDraft.model_construct(**now | differing)


def _said(value: Any) -> str | None:
    return None if value is None else str(plain(value))

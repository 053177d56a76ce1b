"""Adjusting what was approved (概算调整)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.errors import InputRefused
from aid.projects.holding import WrongStage, flush_approved, held
from aid.projects.model import Project, ProjectAdjustment, StageChange
from aid.projects.rules import (
    check_adjusted,
    check_day,
    check_investment,
    check_lengths,
    check_reason,
    is_open,
    last_approved,
    needs_reapproval,
    stripped,
)
from aid.projects.terms import Stage
from aid.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestmentChange:
    """A new approved investment in fen: from which day, why, by which document."""

    new_fen: int
    adjusted_on: date
    reason: str
    document_no: str | None = None


async def adjust_investment(
    session: AsyncSession,
    project_id: int,
    *,
    expected_version: int,
    change: InvestmentChange,
    actor: Actor,
    today: date,
) -> Project:
    """Change the approved investment, keeping the old amount with the reason.

    A change of 10 % or more sends the project back to be approved anew: it stands in reserve, the
    new amount as proposed, the approved one unchanged, and goes on from its stage once approved.
    All changes since the last approval count together. Raises NotFound, StaleVersion, WrongStage,
    or InputRefused with every mistake.
    """
    at = await held(session, project_id, expected_version=expected_version)
    project, old_fen = at.project, at.project.approved_fen
    if not is_open(at.stage) or at.stage is Stage.RESERVE or old_fen is None:
        raise WrongStage(at.stage, Text(
            "没有可调整的批复投资", "there is no approved investment to adjust"))
    complaints = [
        *check_investment(change.new_fen, old_fen),
        *check_reason(change.reason),
        *check_lengths({"reason": change.reason, "document_no": change.document_no}),
        *check_day(change.adjusted_on, after=at.last_day, today=today, field="adjusted_on"),
        *check_adjusted(change.adjusted_on, await session.scalar(
            select(func.max(ProjectAdjustment.adjusted_on))
            .where(ProjectAdjustment.project_id == project.id))),
    ]
    if complaints:
        raise InputRefused(complaints)
    anew = needs_reapproval(await last_approved_fen(session, project), change.new_fen)
    session.add(ProjectAdjustment(
        project_id=project.id,
        recipient_id=project.recipient_id,
        old_fen=old_fen,
        new_fen=change.new_fen,
        reapproval=anew,
        reason=change.reason.strip(),
        document_no=stripped(change.document_no),
        adjusted_on=change.adjusted_on,
        actor=actor.name,
    ))
    if anew:
        session.add(StageChange(
            project_id=project.id, recipient_id=project.recipient_id, from_stage=at.stage,
            to_stage=Stage.RESERVE, occurred_on=change.adjusted_on, reason=change.reason.strip(),
            actor=actor.name))
        project.stage, project.held_stage = Stage.RESERVE, at.stage
        project.proposed_fen = change.new_fen
    else:
        project.approved_fen = change.new_fen
    await flush_approved(session, change.new_fen)
    return project


async def last_approved_fen(session: AsyncSession, project: Project) -> int:
    """The amount that the project's last approval gave, before smaller adjustments."""
    rows = await session.execute(
        select(ProjectAdjustment.old_fen, ProjectAdjustment.reapproval)
        .where(ProjectAdjustment.project_id == project.id)
        .order_by(ProjectAdjustment.id.desc()))
    return last_approved(project.approved_fen or 0, [(old, anew) for old, anew in rows])

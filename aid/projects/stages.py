"""Verbs that move a project from stage to stage, aside, and back."""

from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.access.policy import Permission
from aid.errors import Complaint, InputRefused
from aid.money import yuan
from aid.projects.documents import Attachment, shown_by
from aid.projects.drafts import Judgement, Step
from aid.projects.holding import Held, WrongStage, flush_approved, held
from aid.projects.model import Assessment, Project, StageChange
from aid.projects.rules import (
    DATED,
    GATES,
    JUDGED,
    Move,
    check_day,
    check_gate,
    check_judgement,
    check_lengths,
    check_passed,
    check_reason,
    is_open,
    missing_evidence,
    missing_judgement,
    next_stages,
    replayed,
    stripped,
)
from aid.projects.terms import STAGE_NAMES, AssessmentKind, Evidence, ProjectKind, Stage
from aid.text import Text


async def approve(
    session: AsyncSession,
    project_id: int,
    *,
    expected_version: int,
    step: Step,
    approved_fen: int,
    actor: Actor,
    today: date,
    file: Attachment | None = None,
) -> Project:
    """Approve a project in reserve (立项): the number of the approval, the amount in fen, the day.

    A project that is approved anew goes back to the stage it had reached; the day of its first
    approval stays. Raises NotFound, StaleVersion, WrongStage, or InputRefused with every mistake.
    """
    at = await held(session, project_id, expected_version=expected_version)
    if at.stage is not Stage.RESERVE:
        raise WrongStage(at.stage, Text("只有储备项目可以立项", "only one in reserve is approved"))
    step, complaints = await _shown(session, at, step, file)
    complaints += _complaints(at, Stage.APPROVED, step, actor, today=today)
    if approved_fen <= 0:
        complaints.append(Complaint("", "approved_investment", yuan(approved_fen), Text(
            "应大于零", "more than zero")))
    if complaints:
        raise InputRefused(complaints)
    at.project.approved_fen = approved_fen
    await flush_approved(session, approved_fen)
    return await _entered(session, at, at.held_stage or Stage.APPROVED, step, Stage.APPROVED, actor)


async def advance(
    session: AsyncSession,
    project_id: int,
    to: Stage,
    *,
    expected_version: int,
    step: Step,
    judgement: Judgement | None = None,
    actor: Actor,
    today: date,
    file: Attachment | None = None,
) -> Project:
    """Move an approved project to the next stage of its kind's path.

    Acceptance, final audit and evaluation (JUDGED) come with the judgement; a `file` that shows
    the step is kept with it. Raises NotFound,
    StaleVersion, WrongStage, or InputRefused with every mistake.
    """
    at = await held(session, project_id, expected_version=expected_version)
    following = next_stages(ProjectKind(at.project.kind), at.stage, at.held_stage)
    if not is_open(at.stage) or at.stage is Stage.RESERVE or to is not following[0]:
        raise WrongStage(at.stage, _instead(at.stage, STAGE_NAMES[to], following))
    step, complaints = await _shown(session, at, step, file)
    complaints += _complaints(at, to, step, actor, judgement, today=today)
    if judgement is not None:
        complaints += check_judgement(to, judgement) + check_passed(to, judgement)
    if complaints:
        raise InputRefused(complaints)
    if judgement is not None:
        session.add(assessment(at.project, JUDGED[to], judgement, step.on, step.document_id, actor))
    return await _entered(session, at, to, step, to, actor, judgement)


def _instead(stage: Stage, name: Text, following: tuple[Stage, ...]) -> Text:
    if not following:
        return Text(f"已经结束，不能转入「{name.zh}」", f"it is over and cannot become {name.en}")
    if stage is Stage.SUSPENDED:
        return Text(f"恢复以后才能转入「{name.zh}」", f"it is resumed before it becomes {name.en}")
    if stage is Stage.RESERVE:
        return Text(f"立项以后才能转入「{name.zh}」", f"it is approved before it becomes {name.en}")
    then = "、".join(STAGE_NAMES[stage].zh for stage in following)
    else_ = ", ".join(STAGE_NAMES[stage].en for stage in following)
    return Text(f"不能转入「{name.zh}」，此后可为：{then}",
                f"it cannot become {name.en} next, but only: {else_}")


async def suspend(
    session: AsyncSession, project_id: int, *, expected_version: int, step: Step, actor: Actor,
    today: date, file: Attachment | None = None,
) -> Project:
    """Suspend an open project (暂停), with a reason. It goes on from the stage it stands at."""
    at = await held(session, project_id, expected_version=expected_version)
    if not is_open(at.stage):
        raise WrongStage(at.stage, Text("不能暂停", "it cannot be suspended"))
    step = await _set_aside(session, at, step, file, today=today)
    return await _noted(session, at, Stage.SUSPENDED, step, actor)


async def resume(
    session: AsyncSession, project_id: int, *, expected_version: int, step: Step, actor: Actor,
    today: date, file: Attachment | None = None,
) -> Project:
    """Go on with a suspended project (恢复) from the stage it had, with a reason."""
    at = await held(session, project_id, expected_version=expected_version)
    if at.stage is not Stage.SUSPENDED or at.held_stage is None:
        raise WrongStage(at.stage, Text("没有暂停，无须恢复", "it is not suspended"))
    step = await _set_aside(session, at, step, file, today=today)
    return await _noted(session, at, at.held_stage, step, actor)


async def cancel(
    session: AsyncSession, project_id: int, *, expected_version: int, step: Step, actor: Actor,
    today: date, file: Attachment | None = None,
) -> Project:
    """Cancel a project that is open or suspended (终止), with a reason. Its history stays."""
    at = await held(session, project_id, expected_version=expected_version)
    if not is_open(at.stage) and at.stage is not Stage.SUSPENDED:
        raise WrongStage(at.stage, Text("不能终止", "it cannot be cancelled"))
    step = await _set_aside(session, at, step, file, today=today)
    return await _noted(session, at, Stage.CANCELLED, step, actor)


async def _set_aside(
    session: AsyncSession, at: Held, step: Step, file: Attachment | None, *, today: date
) -> Step:
    """The decision with the document that shows it. Raises InputRefused with every mistake."""
    step, complaints = await _shown(session, at, step, file)
    complaints += check_day(step.on, after=at.last_day, today=today)
    complaints += check_reason(step.reason) + check_lengths(_texts(step))
    if complaints:
        raise InputRefused(complaints)
    return step


async def _shown(
    session: AsyncSession, at: Held, step: Step, file: Attachment | None
) -> tuple[Step, list[Complaint]]:
    """The step with the document that shows it, a file kept now among them, or what is wrong."""
    document_id, unfit = await shown_by(session, at.project, step.document_id, file)
    return replace(step, document_id=document_id), unfit


def _complaints(
    at: Held, to: Stage, step: Step, actor: Actor, judgement: Judgement | None = None, *,
    today: date,
) -> list[Complaint]:
    """What is wrong with going on to a stage: its day, its evidence."""
    return [
        *check_day(step.on, after=at.last_day, today=today),
        *check_lengths(_texts(step)),
        *check_gate(_missing(to, step, judgement), override=step.override, reason=step.reason,
                    may_override=actor.may(Permission.PROJECT_DECIDE)),
    ]


def _texts(step: Step) -> dict[str, object]:
    return {"evidence_no": step.evidence_no, "reason": step.reason}


def _missing(to: Stage, step: Step, judgement: Judgement | None) -> list[Complaint]:
    return _missing_evidence(to, step) + missing_judgement(to, judgement)


def _missing_evidence(to: Stage, step: Step) -> list[Complaint]:
    return missing_evidence(
        to, evidence_no=step.evidence_no, has_document=step.document_id is not None)


async def _entered(
    session: AsyncSession, at: Held, to: Stage, step: Step, gate: Stage, actor: Actor,
    judgement: Judgement | None = None,
) -> Project:
    """Note the day of the stage whose gate was passed, the first time, and the move."""
    column = DATED.get(gate)
    if column is not None and getattr(at.project, column) is None:
        setattr(at.project, column, step.on)
    shown = not _missing_evidence(gate, step)
    return await _noted(
        session, at, to, step, actor, evidence=GATES.get(gate) if shown else None,
        override=bool(_missing(gate, step, judgement)))


async def _noted(
    session: AsyncSession, at: Held, to: Stage, step: Step, actor: Actor,
    *, evidence: Evidence | None = None, override: bool = False,
) -> Project:
    """Write the move down, and stand where the history then leads."""
    session.add(StageChange(
        project_id=at.project.id,
        recipient_id=at.project.recipient_id,
        from_stage=at.stage,
        to_stage=to,
        occurred_on=step.on,
        evidence=evidence,
        evidence_no=stripped(step.evidence_no),
        document_id=step.document_id,
        reason=stripped(step.reason),
        override=override,
        actor=actor.name,
    ))
    standing = replayed([*at.moves, Move(at.stage, to, step.on)])
    at.project.stage, at.project.held_stage = standing.stage, standing.held
    await session.flush()
    return at.project


def assessment(
    project: Project, kind: AssessmentKind, judgement: Judgement, on: date,
    document_id: int | None, actor: Actor,
) -> Assessment:
    """The row of a judgement."""
    return Assessment(
        project_id=project.id,
        recipient_id=project.recipient_id,
        kind=kind,
        assessed_on=on,
        assessor=judgement.assessor.strip(),
        passed=judgement.passed,
        score=judgement.score,
        settled_fen=judgement.settled_fen,
        findings=stripped(judgement.findings),
        document_id=document_id,
        actor=actor.name,
    )

"""Verbs on milestones: plan them, log that one was met, plan one for another day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.database.turns import take_turn
from aid.errors import Complaint, Conflict, InputRefused, NotFound, StaleVersion
from aid.projects.documents import Attachment, shown_by
from aid.projects.drafts import MilestoneDraft
from aid.projects.holding import NOT_FOUND, WrongStage, held
from aid.projects.model import Milestone, Project, Rescheduling, StageChange
from aid.projects.rules import (
    ENDED,
    check_lengths,
    check_milestone,
    check_milestones,
    check_reason,
    check_rescheduling,
    stripped,
)
from aid.projects.templates import TEMPLATES, planned_day
from aid.projects.terms import ProjectKind, Stage
from aid.text import Text

NO_MILESTONE = Text("没有这个里程碑。", "There is no such milestone.")


class AlreadyLogged(Conflict):
    """The milestone was logged otherwise than now: what stands there stays."""

    code = "ALREADY_LOGGED"

    def __init__(self, milestone: Milestone) -> None:
        number = milestone.evidence_no
        super().__init__(Text(
            f"「{milestone.name}」已登记于 {milestone.met_on} 完成"
            + (f"（凭证 {number}）" if number else "") + "，未作更改。",
            f"{milestone.name_en or milestone.name} is logged already as met on "
            f"{milestone.met_on}" + (f" (evidence {number})" if number else "")
            + "; nothing was changed."))


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneLog:
    """That a milestone was met (节点登记): the day, and what shows it."""

    met_on: date
    evidence_no: str | None = None
    document_id: int | None = None
    note: str | None = None

    @property
    def said(self) -> dict[str, object]:
        """What is to be written down, by column; what was not given is left out."""
        values = {"met_on": self.met_on, "evidence_no": stripped(self.evidence_no),
                  "document_id": self.document_id, "note": stripped(self.note)}
        return {name: value for name, value in values.items() if value is not None}


async def plan_milestones(
    session: AsyncSession, project_id: int, given: Sequence[MilestoneDraft] | None = None
) -> list[Milestone]:
    """Add milestones to a project: those given, or those of its kind's template.

    A name that the project has already is refused, so that nothing is planned twice. Raises
    NotFound, WrongStage, or InputRefused with every mistake.
    """
    at = await held(session, project_id)
    if at.stage in ENDED:
        raise WrongStage(at.stage, Text("不能再安排里程碑", "no more milestones are planned"))
    drafts = from_template(at.project) if given is None else given
    known = set(await session.scalars(
        select(Milestone.name).where(Milestone.project_id == project_id)))
    if complaints := check_milestones(drafts, ProjectKind(at.project.kind), known=known):
        raise InputRefused(complaints)
    last = await session.scalar(
        select(func.max(Milestone.ordinal)).where(Milestone.project_id == project_id))
    rows = [
        Milestone(
            project_id=project_id,
            recipient_id=at.project.recipient_id,
            ordinal=(last or 0) + number,
            stage=draft.stage,
            name=draft.name,
            name_en=draft.name_en,
            planned_on=draft.planned_on,
        )
        for number, draft in enumerate(drafts, 1)
    ]
    session.add_all(rows)
    await session.flush()
    return rows


def from_template(project: Project) -> list[MilestoneDraft]:
    """The milestones that a project of this kind has as a rule, within its planned period."""
    return [
        MilestoneDraft(
            stage=template.stage, name=template.name.zh, name_en=template.name.en,
            planned_on=planned_day(template.share, project.planned_start, project.planned_end))
        for template in TEMPLATES[ProjectKind(project.kind)]
    ]


async def milestone_named(session: AsyncSession, project_id: int, name: str) -> int:
    """The id of a project's milestone of this name. Raises NotFound, or InputRefused."""
    if await session.scalar(select(Project.id).where(Project.id == project_id)) is None:
        raise NotFound(NOT_FOUND)
    rows = await session.execute(
        select(Milestone.name, Milestone.id).where(Milestone.project_id == project_id)
        .order_by(Milestone.ordinal))
    ids: dict[str, int] = dict(rows.tuples().all())
    if name.strip() in ids:
        return ids[name.strip()]
    raise InputRefused([Complaint("", "name", name[:80], Text(
        f"应为本项目的里程碑：{'、'.join(ids) or '尚无'}",
        f"a milestone of this project: {', '.join(ids) or 'none yet'}"))])


async def log_milestone(
    session: AsyncSession, milestone_id: int, *, log: MilestoneLog, today: date,
    file: Attachment | None = None,
) -> Milestone:
    """Log that a milestone was met, with what shows it: a document, or a file kept with it.

    To log the same again changes nothing and answers the same; to log it otherwise is refused and
    says what stands there. Raises NotFound, AlreadyLogged, WrongStage, or InputRefused.
    """
    milestone = await _held_milestone(session, milestone_id)
    project, began_on = await _project(session, milestone.project_id)
    if Stage(project.stage) in ENDED and milestone.met_on is None:
        raise WrongStage(Stage(project.stage), Text(
            "不能再登记里程碑", "no more milestones are logged"))
    document_id, complaints = await shown_by(session, project, log.document_id, file)
    said = log.said | ({"document_id": document_id} if file is not None else {})
    if milestone.met_on is None:
        complaints += check_milestone(said, met_on=log.met_on, began_on=began_on, today=today)
    elif any(getattr(milestone, name) != value for name, value in said.items()):
        raise AlreadyLogged(milestone)
    if complaints:
        raise InputRefused(complaints)
    if milestone.met_on is not None:
        return milestone
    for name, value in said.items():
        setattr(milestone, name, value)
    await session.flush()
    return milestone


async def reschedule_milestone(
    session: AsyncSession,
    milestone_id: int,
    *,
    expected_version: int,
    planned_on: date,
    reason: str,
    actor: Actor,
) -> Milestone:
    """Plan a milestone for another day, keeping the old day with the reason.

    Raises NotFound, StaleVersion, AlreadyLogged, WrongStage, or InputRefused with every mistake.
    """
    milestone = await _held_milestone(session, milestone_id)
    if milestone.version != expected_version:
        raise StaleVersion(expected=expected_version, current=milestone.version)
    if milestone.met_on is not None:
        raise AlreadyLogged(milestone)
    project, _ = await _project(session, milestone.project_id)
    if Stage(project.stage) in ENDED:
        raise WrongStage(Stage(project.stage), Text(
            "不能再调整里程碑", "its milestones are not planned anew"))
    complaints = check_rescheduling(planned_on, milestone.planned_on)
    complaints += check_reason(reason) + check_lengths({"reason": reason})
    if complaints:
        raise InputRefused(complaints)
    session.add(Rescheduling(
        milestone_id=milestone.id, recipient_id=milestone.recipient_id,
        old_on=milestone.planned_on, new_on=planned_on, reason=reason.strip(), actor=actor.name))
    milestone.planned_on = planned_on
    await session.flush()
    return milestone


async def _held_milestone(session: AsyncSession, milestone_id: int) -> Milestone:
    """The milestone, locked, its project's turn taken first as every verb does."""
    project_id = await session.scalar(
        select(Milestone.project_id).where(Milestone.id == milestone_id))
    if project_id is None:
        raise NotFound(NO_MILESTONE)
    await take_turn(session, f"project {project_id}")
    milestone = await session.scalar(
        select(Milestone).where(Milestone.id == milestone_id).with_for_update()
        .execution_options(populate_existing=True))
    if milestone is None:
        raise NotFound(NO_MILESTONE)
    return milestone


async def _project(session: AsyncSession, project_id: int) -> tuple[Project, date]:
    """A milestone's project, and the day it was proposed."""
    found = (await session.execute(
        select(Project, StageChange.occurred_on)
        .join(StageChange, StageChange.project_id == Project.id)
        .where(Project.id == project_id).order_by(StageChange.id).limit(1)
    )).one_or_none()
    if found is None:
        raise NotFound(NOT_FOUND)
    return found[0], found[1]

"""Verbs on milestones: plan them, log that one was met, put that right, plan another day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.database.turns import take_turn
from aid.errors import Complaint, Conflict, InputRefused, NotFound, StaleVersion
from aid.projects.correction_model import MilestoneCorrection
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


class NotLogged(Conflict):
    """There is nothing to correct: the milestone was not logged as met."""

    code = "NOT_LOGGED"

    def __init__(self, milestone: Milestone) -> None:
        super().__init__(Text(
            f"「{milestone.name}」没有登记为完成，无可更正。",
            f"{milestone.name_en or milestone.name} is not logged as met: there is nothing to "
            "correct."))


class MoneySent(Conflict):
    """Money was sent that waited for the milestone: its day may be corrected, no more."""

    code = "MONEY_SENT"

    def __init__(self, milestone: Text, instalment: str) -> None:
        super().__init__(Text(
            f"「{instalment}」以「{milestone.zh}」为拨付条件，已有拨付：登记不能撤回，"
            "只能更正日期和凭证；确未完成的，请先冲正拨付。",
            f"Money of the instalment {instalment} was sent, which waits for {milestone.en}: "
            "correct its day or evidence, or reverse the disbursement before the log is "
            "withdrawn."))


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
        return {name: value for name, value in self.whole.items() if value is not None}

    @property
    def whole(self) -> dict[str, object]:
        """The same with all columns: None for what was not given."""
        return {"met_on": self.met_on, "evidence_no": stripped(self.evidence_no),
                "document_id": self.document_id, "note": stripped(self.note)}


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


async def correct_milestone(
    session: AsyncSession, milestone_id: int, *, expected_version: int, log: MilestoneLog,
    reason: str, actor: Actor, today: date, file: Attachment | None = None,
) -> Milestone:
    """Put right what was logged wrongly of a milestone: its day, and all that shows it, anew.

    What had been logged stays, with the reason. Raises NotFound, StaleVersion, NotLogged,
    WrongStage, or InputRefused with every mistake.
    """
    milestone, project, began_on = await _logged(session, milestone_id, expected_version)
    document_id, complaints = await shown_by(session, project, log.document_id, file)
    log = replace(log, document_id=document_id)
    complaints += check_milestone(log.said, met_on=log.met_on, began_on=began_on, today=today)
    complaints += check_reason(reason) + check_lengths({"reason": reason})
    if all(getattr(milestone, name) == value for name, value in log.whole.items()):
        complaints.append(Complaint("", "met_on", str(log.met_on), Text(
            "与已登记的相同：请更正日期或凭证", "another day, or other evidence, than is logged")))
    if complaints:
        raise InputRefused(complaints)
    return await _corrected(session, milestone, log.whole, reason, actor)


async def unlog_milestone(
    session: AsyncSession, milestone_id: int, *, expected_version: int, reason: str, actor: Actor
) -> Milestone:
    """Withdraw what was logged of a milestone that was not met; it stays, with the reason.

    Raises NotFound, StaleVersion, NotLogged, WrongStage, InputRefused, or MoneySent where money
    was sent that waited for it; the transaction is over then.
    """
    milestone, _, _ = await _logged(session, milestone_id, expected_version)
    if complaints := check_reason(reason) + check_lengths({"reason": reason}):
        raise InputRefused(complaints)
    name = Text(milestone.name, milestone.name_en or milestone.name)
    nothing: dict[str, object] = dict.fromkeys(("met_on", "evidence_no", "document_id", "note"))
    try:
        return await _corrected(session, milestone, nothing, reason, actor)
    except DBAPIError as failure:
        if getattr(failure.orig, "sqlstate", None) != "AD016":
            raise
        instalment = getattr(getattr(failure.orig, "__cause__", None), "detail", "")
        raise MoneySent(name, instalment) from None


async def _logged(
    session: AsyncSession, milestone_id: int, expected_version: int
) -> tuple[Milestone, Project, date]:
    """A milestone that was logged, locked, its project, and the day that was proposed."""
    milestone = await _held_milestone(session, milestone_id)
    if milestone.version != expected_version:
        raise StaleVersion(expected=expected_version, current=milestone.version)
    project, began_on = await _project(session, milestone.project_id)
    if Stage(project.stage) in ENDED:
        raise WrongStage(Stage(project.stage), Text(
            "不能再更正里程碑", "what was logged of its milestones stays"))
    if milestone.met_on is None:
        raise NotLogged(milestone)
    return milestone, project, began_on


async def _corrected(
    session: AsyncSession, milestone: Milestone, log: Mapping[str, object], reason: str,
    actor: Actor,
) -> Milestone:
    """The milestone as it should have been logged; first what had been, which the database asks."""
    session.add(MilestoneCorrection(
        milestone_id=milestone.id, recipient_id=milestone.recipient_id, old_on=milestone.met_on,
        new_on=log["met_on"], old_evidence_no=milestone.evidence_no, old_note=milestone.note,
        old_document_id=milestone.document_id, reason=reason.strip(), actor=actor.name))
    await session.flush()
    for name, value in log.items():
        setattr(milestone, name, value)
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

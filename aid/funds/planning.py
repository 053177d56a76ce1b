"""Planning how a project's money comes: instalments by a schedule or one by one, and changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from aid.access.actor import Actor
from aid.errors import Complaint, InputRefused, NotFound, StaleVersion
from aid.funds.checks import Known, check_change, check_tranches
from aid.funds.drafts import TrancheDraft
from aid.funds.model import FundSource, Schedule, Tranche, TrancheBalance
from aid.funds.refusals import NO_TRANCHE, Withdrawn, was_withdrawn
from aid.funds.rules import divided
from aid.money import yuan
from aid.projects.holding import Held, WrongStage, held
from aid.projects.model import Milestone, Project
from aid.projects.rules import ENDED, check_reason
from aid.projects.terms import ProjectKind, Stage
from aid.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """An amount in fen of one source, divided by a schedule.

    `label` tells its instalments from those of the same schedule and source planned before.
    """

    schedule: str
    fen: int
    source: str
    label: str | None = None


async def plan_tranches(
    session: AsyncSession, project_id: int, given: Scheduled | Sequence[TrancheDraft]
) -> list[Tranche]:
    """Add instalments to a project: those given, or those of a schedule; each of one source.

    Several plans of several sources stand side by side. They need not add up to the approved
    investment: what is committed must not exceed it. The same instalment twice is refused. Raises
    NotFound, WrongStage, or InputRefused with every mistake.
    """
    at = await _open(session, project_id)
    known = await _known(session, at.project)
    drafts = await _by_schedule(session, given) if isinstance(given, Scheduled) else given
    if complaints := check_tranches(drafts, known):
        raise InputRefused(complaints)
    last = await session.scalar(
        select(func.max(Tranche.seq)).where(Tranche.project_id == project_id))
    rows = [
        Tranche(project_id=project_id, recipient_id=at.project.recipient_id,
                seq=(last or 0) + number, **_values(draft, known))
        for number, draft in enumerate(drafts, 1)
    ]
    session.add_all(rows)
    await session.flush()
    return rows


async def change_tranche(
    session: AsyncSession,
    tranche_id: int,
    draft: TrancheDraft,
    *,
    expected_version: int,
    reason: str,
) -> Tranche:
    """Plan an instalment otherwise, as the draft says, for a reason; its history keeps both.

    Money that has moved keeps its source and is not planned below what is committed. Raises
    NotFound, StaleVersion, WrongStage, or InputRefused with every mistake.
    """
    at, tranche = await _held_tranche(session, tranche_id, expected_version)
    known = await _known(session, at.project, other_than=tranche_id)
    complaints = check_tranches([draft], known) + check_reason(reason)
    complaints += check_change(
        draft, source=tranche.source.code, taken_fen=await _taken(session, tranche_id))
    if complaints:
        raise InputRefused(complaints)
    for name, value in _values(draft, known).items():
        if getattr(tranche, name) != value:
            setattr(tranche, name, value)
    tranche.reason = reason.strip()
    await session.flush()
    await session.refresh(tranche, ["source"])
    return tranche


async def withdraw_tranche(
    session: AsyncSession,
    tranche_id: int,
    *,
    expected_version: int,
    reason: str,
    actor: Actor,
    today: date,
) -> Tranche:
    """Withdraw an instalment that was planned by mistake (撤销批次), for a reason.

    It stays on record, counts nowhere, and its name is free. Raises NotFound, StaleVersion,
    WrongStage, Withdrawn where money of it ever moved, or InputRefused.
    """
    _, tranche = await _held_tranche(session, tranche_id, expected_version)
    if complaints := check_reason(reason):
        raise InputRefused(complaints)
    if await _taken(session, tranche_id) is not None:
        raise Withdrawn(Text(
            "本批次已有流水，不能撤销：请撤销下达或调整金额。",
            "Money of this instalment has moved: it is not withdrawn. Cancel what was committed,"
            " or change its amount."))
    tranche.withdrawn_on, tranche.withdrawn_by = today, actor.name
    tranche.reason = reason.strip()
    await session.flush()
    return tranche


async def _held_tranche(
    session: AsyncSession, tranche_id: int, expected_version: int
) -> tuple[Held, Tranche]:
    """An instalment that is to be planned otherwise, and its project, locked."""
    project_id = await session.scalar(select(Tranche.project_id).where(Tranche.id == tranche_id))
    if project_id is None:
        raise NotFound(NO_TRANCHE)
    at = await _open(session, project_id)
    tranche = (await session.scalars(
        select(Tranche).where(Tranche.id == tranche_id).options(selectinload(Tranche.source))
        .execution_options(populate_existing=True))).one()
    if tranche.version != expected_version:
        raise StaleVersion(expected=expected_version, current=tranche.version)
    if tranche.withdrawn_on is not None:
        raise was_withdrawn()
    return at, tranche


async def _open(session: AsyncSession, project_id: int) -> Held:
    at = await held(session, project_id)
    if at.stage in ENDED:
        raise WrongStage(at.stage, Text(
            "不能再安排资金批次", "no instalments are planned any more"))
    return at


async def _known(
    session: AsyncSession, project: Project, *, other_than: int | None = None
) -> Known:
    sources = await session.scalars(
        select(FundSource).where(FundSource.supporter_id == project.supporter_id))
    names = await session.execute(
        select(FundSource.code, Tranche.name).join(Tranche, Tranche.source_id == FundSource.id)
        .where(Tranche.project_id == project.id, Tranche.id != (other_than or 0),
               Tranche.withdrawn_on.is_(None)))
    milestones = await session.scalars(
        select(Milestone.id).where(Milestone.project_id == project.id))
    return Known(ProjectKind(project.kind), {row.code: row.id for row in sources},
                 frozenset(milestones), {(code, name) for code, name in names})


async def _by_schedule(session: AsyncSession, given: Scheduled) -> list[TrancheDraft]:
    schedule = await session.scalar(
        select(Schedule).where(Schedule.code == given.schedule)
        .options(selectinload(Schedule.parts)))
    wrong = []
    if schedule is None:
        wrong.append(Complaint("", "schedule", given.schedule, Text(
            "没有这个拨付计划模板", "the code of a schedule")))
    fen = divided(given.fen, [part.share for part in schedule.parts]) if schedule else []
    if given.fen <= 0 or min(fen, default=1) <= 0:
        wrong.append(Complaint("", "amount", yuan(given.fen), Text(
            "应大于零，每期至少一分", "more than zero, and a fen at least in each instalment")))
    if wrong or schedule is None:
        raise InputRefused(wrong)
    label = f"{given.label.strip()}·" if given.label and given.label.strip() else ""
    return [
        TrancheDraft(
            name=label + part.name, name_en=label + part.name_en, source=given.source,
            amount_yuan=Decimal(amount).scaleb(-2),
            at_stage=Stage(part.at_stage) if part.at_stage else None,
            at_progress=part.at_progress, after_days=part.after_days, retention=part.retention)
        for part, amount in zip(schedule.parts, fen, strict=True)
    ]


def _values(draft: TrancheDraft, known: Known) -> dict[str, object]:
    return draft.model_dump(exclude={"place", "source", "amount_yuan"}) | {
        "source_id": known.sources[draft.source], "amount_fen": draft.amount_fen}


async def _taken(session: AsyncSession, tranche_id: int) -> int | None:
    """What is committed of an instalment, in fen; None where nothing ever moved."""
    at = TrancheBalance
    return await session.scalar(
        select(at.committed + at.in_transit + at.held + at.spent)
        .where(at.tranche_id == tranche_id))

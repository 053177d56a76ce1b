"""Money of the furnished database: planned, moved, undone and asked for as both sides do."""

from datetime import date, timedelta
from itertools import cycle
from typing import Any

from sqlalchemy import or_, select

from aid.access.actor import Actor, Role
from aid.clock import today
from aid.database.engine import Database
from aid.funds import service
from aid.funds.model import Tranche
from aid.funds.terms import Decision, MovementKind
from aid.projects.model import Document, Milestone, Project
from tests.actors import LOCAL
from tests.conftest import TODAY
from tests.integration.funding import SECOND, a_slip, a_tranche, move

OPEN = ("approved", "tendered", "started", "completed", "accepted")
VOUCHER, DOCUMENT = "沪财拨〔2008〕7号", "沪合〔2008〕12号"
"""Of many movements."""


async def furnish_money(database: Database, odd: tuple[str, ...]) -> None:
    """Instalments of every project that goes on, and money of most. `odd` are hostile texts."""
    said = cycle(odd)
    async with database.reading(LOCAL) as session:
        projects = list(await session.scalars(
            select(Project).where(or_(Project.stage.in_(OPEN), Project.held_stage.in_(OPEN)))
            .order_by(Project.id)))
    for at, project in enumerate(projects):
        tranches = await _planned(database, project, at, next(said))
        if project.held_stage is not None:
            continue
        await _moved(database, project, tranches, at, next(said))
        await _asked_for(database, tranches[0], at, next(said))


async def _planned(database: Database, project: Project, at: int, said: str) -> list[int]:
    """Waiting for days past and to come, a stage, milestones, a progress; one withdrawn."""
    async with database.reading(LOCAL) as session:
        milestones = list(await session.scalars(
            select(Milestone.id).where(Milestone.project_id == project.id).order_by(Milestone.id)))
    waits: list[dict[str, Any]] = [
        {"due_on": date(2007, 2, 20 + at % 3), "milestone_id": next(iter(milestones), None)},
        {"at_stage": "started", "after_days": 40 * at},
        {"at_progress": "40", "due_on": date(2009, 1, 1)},
        {"due_on": today() + timedelta(at % 3 - 1), "retention": True},
        {"at_stage": "accepted", "after_days": 365, "retention": True},
        *({"milestone_id": one} for one in milestones[-1:]),
        {"due_on": date(2010, 1, 1)}]
    async with database.writing(LOCAL) as session:
        rows = await service.plan_tranches(session, project.id, [
            a_tranche(1000 + 10 * number, name=f"{said[:20]}{number}",
                      name_en=[None, "Instalment"][number % 2],
                      source=("310000-city", "310115-district")[number % 2], **wait)
            for number, wait in enumerate(waits)])
        numbers = [row.id for row in rows]
    await _planned_otherwise(database, numbers[-1], numbers[3], said)
    return numbers


async def _planned_otherwise(database: Database, changed: int, gone: int, said: str) -> None:
    async with database.writing(LOCAL) as session:
        await service.change_tranche(
            session, changed, a_tranche("0.05", name=said[:40]), expected_version=1, reason=said)
    async with database.writing(LOCAL) as session:
        await service.withdraw_tranche(
            session, gone, expected_version=1, reason=said, actor=LOCAL, today=TODAY)


async def _moved(
    database: Database, project: Project, tranches: list[int], at: int, said: str
) -> None:
    """As far as a project's turn goes: committed, sent, received in parts, paid, returned, undone.
    """
    prefecture = Actor("prefecture", Role.RECIPIENT, recipients=(project.recipient_id,))
    async with database.reading(LOCAL) as session:
        document = await session.scalar(
            select(Document.id).where(Document.project_id == project.id).limit(1))
    first, second, *_ = tranches
    commit, disburse, receive, pay = (
        MovementKind.COMMIT, MovementKind.DISBURSE, MovementKind.RECEIVE, MovementKind.PAY)
    done = []
    for actor, tranche, kind, fen, given in ((
        (LOCAL, first, commit, 90_000, {"document_no": DOCUMENT}),
        (LOCAL, second, commit, 10**5, {"document_no": said}),
        (LOCAL, first, disburse, 60_000 + at, {"voucher_no": VOUCHER}),
        (LOCAL, first, MovementKind.CANCEL, 20_000, {}),
        (prefecture, first, receive, 60_000, {"document_id": document}),
        (prefecture, first, pay, 50_000, {"voucher_no": said[:40]}),
        (prefecture, first, MovementKind.RETURN, 9_999, {"occurred_on": date(2008, 6, 1)}),
        (prefecture, first, pay, 1, {}),
        (LOCAL, second, disburse, 10**5, {}),
        (prefecture, second, receive, 10**5, {}),
        (prefecture, second, pay, 10**5, {}),
    )[: 5 + at % 7]):
        done.append(await move(database, actor, tranche, kind, fen, reason=said, **given))
    for undone, actor in ((3, LOCAL), *(((4, prefecture),) if len(done) == 5 else ())):
        async with database.writing(actor) as session:
            await service.reverse(session, done[undone].id, service.Reversal(
                occurred_on=done[undone].occurred_on, key=f"undone {at} {undone}", reason=said),
                today=TODAY)


async def _asked_for(database: Database, tranche: int, at: int, said: str) -> None:
    """A request that waits, one that was rejected, one that was approved."""
    for decision in (None, (Decision.APPROVED, Decision.REJECTED)[at % 2]):
        async with database.writing(LOCAL) as session:
            document = await session.scalar(
                select(Document.id).join(Tranche, Tranche.project_id == Document.project_id)
                .where(Tranche.id == tranche).limit(1))
            request = await service.request_disbursement(
                session, tranche, a_slip(7, reason=said, document_id=document), actor=LOCAL,
                today=TODAY)
            number = request.id
        if decision is not None:
            async with database.writing(SECOND) as session:
                await service.decide_disbursement(
                    session, number, decision, reason=said, actor=SECOND, today=TODAY)

"""What was logged wrongly of a milestone is put right: by whom, with what kept, as known when."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import gate
from aid.audit.service import Asker
from aid.clock import today
from aid.database.engine import Database
from aid.errors import InputRefused, NotFound, StaleVersion
from aid.funds import service as funds
from aid.funds.commitments import Part, by_tranche, commitments
from aid.funds.model import Movement
from aid.funds.terms import Decision, MovementKind
from aid.history import Change
from aid.interchange.imports.terms import ImportKind
from aid.projects import queries, service
from aid.projects.correction_model import MilestoneCorrection
from aid.projects.drafts import Step
from aid.projects.model import Milestone
from tests.actors import LEADER, LOCAL
from tests.conftest import TODAY, as_admin, told
from tests.integration.bringing import brought_in
from tests.integration.funding import DAY, SECOND, Funded, a_slip, a_tranche, funded, move
from tests.integration.furnishing import collide
from tests.integration.paper import PNG, attached

MET = date(2008, 2, 1)
NO = "竣工2008-1"


@dataclass
class At:
    """A started project, an instalment that waits for its last milestone, which was logged."""

    database: Database
    money: Funded
    tranche: int
    milestone: Milestone

    async def correct(self, on: date = MET, **given: Any) -> Milestone:
        """The milestone as corrected."""
        log = {"evidence_no": NO, **given}
        version = log.pop("version", self.milestone.version)
        reason, file = log.pop("reason", "看错日期"), log.pop("file", None)
        async with self.database.writing(LOCAL) as session:
            self.milestone = await service.correct_milestone(
                session, self.milestone.id, expected_version=version, reason=reason, actor=LOCAL,
                today=TODAY, file=file, log=service.MilestoneLog(met_on=on, **log))
        return self.milestone

    async def unlog(self, reason: str = "尚未完成", version: int | None = None) -> Milestone:
        """The milestone as it is open again."""
        async with self.database.writing(LOCAL) as session:
            self.milestone = await service.unlog_milestone(
                session, self.milestone.id, expected_version=version or self.milestone.version,
                reason=reason, actor=LOCAL)
        return self.milestone

    async def corrections(self) -> list[tuple[Any, ...]]:
        """What is kept: the days, what had shown it, why, by whom."""
        async with self.database.reading(LOCAL) as session:
            return [(one.old_on, one.new_on, one.old_evidence_no, one.reason, one.actor)
                    for one in await session.scalars(
                        select(MilestoneCorrection).order_by(MilestoneCorrection.id))]


@pytest.fixture
async def at(seeded_database: Database) -> At:
    """Logged on a day, by a number."""
    money = await funded(seeded_database)
    async with seeded_database.writing(LOCAL) as session:
        *_, last = await service.plan_milestones(session, money.project)
        [tranche] = await funds.plan_tranches(session, money.project, [
            a_tranche(name="竣工款", milestone_id=last.id)])
        logged = await service.log_milestone(
            session, last.id, today=TODAY,
            log=service.MilestoneLog(met_on=MET, evidence_no=NO))
    return At(seeded_database, money, tranche.id, logged)


async def test_a_corrected_milestone_keeps_what_had_been_logged(at: At) -> None:
    """The day, what showed it, who put it right and why; the history has each field."""
    await at.correct(MET + timedelta(19), evidence_no="竣工2008-9", reason=" 看错日期 ")
    found = await at.correct(MET + timedelta(19), evidence_no=None, note="补记",
                             file=attached("现场.png", PNG))
    assert (found.met_on, found.evidence_no, found.note, found.version) == (
        MET + timedelta(19), None, "补记", 4)
    assert await at.corrections() == [
        (MET, MET + timedelta(19), NO, "看错日期", "local"),
        (MET + timedelta(19), MET + timedelta(19), "竣工2008-9", "看错日期", "local")]
    async with at.database.reading(LOCAL) as session:
        changed = [(one.field, one.old, one.new) for one in await session.scalars(
            select(Change).where(Change.entity == "milestone", Change.entity_id == found.id,
                                 Change.field == "met_on").order_by(Change.id))]
        row = await queries.project_by_code(session, await _code(session, at), today=TODAY)
    assert changed[-1] == ("met_on", MET.isoformat(), (MET + timedelta(19)).isoformat())
    assert row is not None
    assert [one.old_evidence_no for one in row.milestones[-1].corrections] == [NO, "竣工2008-9"]


async def _code(session: Any, at: At) -> str:
    return str(await session.scalar(
        text("SELECT code FROM project WHERE id = :id"), {"id": at.money.project}))


@pytest.mark.parametrize(("given", "fields"), [
    ({}, {"met_on"}),
    ({"reason": " "}, {"met_on", "reason"}),
    ({"on": TODAY + timedelta(1), "reason": "x" * 4001}, {"met_on", "reason"}),
    ({"on": date(2007, 1, 9), "evidence_no": " "}, {"met_on", "evidence_no"}),
    ({"document_id": 10**9, "evidence_no": "x" * 201}, {"document_id", "evidence_no"}),
], ids=told)
async def test_what_cannot_be_right_is_refused_with_every_mistake(
    at: At, given: dict[str, Any], fields: set[str]
) -> None:
    """The same again, no reason, a day that cannot be, nothing or a wrong thing that shows it."""
    with pytest.raises(InputRefused) as refused:
        await at.correct(**given)
    assert {one.field for one in refused.value.complaints} == fields
    assert await at.corrections() == []


async def test_of_two_who_correct_at_once_one_is_told(at: At) -> None:
    """Nothing is overwritten; a second click changes nothing either."""
    found = await asyncio.gather(
        *(at.correct(MET + timedelta(days), version=2) for days in (1, 2, 1)),
        at.unlog(version=2), return_exceptions=True)
    assert sum(isinstance(one, Milestone) for one in found) == 1
    assert sum(isinstance(one, StaleVersion) for one in found) == 3
    assert len(await at.corrections()) == 1


async def test_a_withdrawn_log_leaves_the_milestone_open(at: At) -> None:
    """Late again, to be logged again; and not withdrawn twice."""
    with pytest.raises(InputRefused):
        await at.unlog(" ")
    found = await at.unlog()
    assert (found.met_on, found.evidence_no, found.version) == (None, None, 3)
    assert await at.corrections() == [(MET, None, NO, "尚未完成", "local")]
    async with at.database.reading(LOCAL) as session:
        late = await queries.late_milestones(session, today=TODAY)
    assert found.id in {one.id for one in late}
    for again in (at.unlog, at.correct):
        with pytest.raises(service.NotLogged):
            await again()
    async with at.database.writing(LOCAL) as session:
        logged = await service.log_milestone(
            session, found.id, today=TODAY, log=service.MilestoneLog(met_on=TODAY, note="完成"))
    assert logged.version == 4


async def test_of_an_ended_project_what_was_logged_stays(at: At) -> None:
    """And of no milestone there is nothing to correct."""
    async with at.database.writing(LOCAL) as session:
        version = await session.scalar(
            text("SELECT version FROM project WHERE id = :id"), {"id": at.money.project})
        await service.cancel(session, at.money.project, expected_version=int(version or 0),
                             actor=LOCAL, today=TODAY, step=Step(on=TODAY, reason="规划调整"))
    for refused in (at.unlog, at.correct):
        with pytest.raises(service.WrongStage):
            await refused()
    at.milestone = Milestone(id=10**9, version=1)
    with pytest.raises(NotFound):
        await at.unlog()


async def test_a_milestone_that_money_was_sent_on_is_not_withdrawn(at: At) -> None:
    """Its day is put right; once the money is back it may be withdrawn."""
    await move(at.database, LOCAL, at.tranche, MovementKind.COMMIT, 1000)
    sent = await move(at.database, LOCAL, at.tranche, MovementKind.DISBURSE, 600)
    with pytest.raises(service.MoneySent, match="竣工款"):
        await at.unlog()
    assert await at.corrections() == []
    await at.correct(MET + timedelta(5))
    await move(at.database, LOCAL, at.tranche, MovementKind.REVERSE, 600, reverses_id=sent.id)
    assert (await at.unlog()).met_on is None


async def send(at: At, session: AsyncSession) -> Movement:
    """100 fen of its instalment, for no reason but that it is due."""
    return await funds.disburse(session, at.tranche, a_slip(100, reason=None), today=TODAY)


async def withdraw(at: At, session: AsyncSession) -> Milestone:
    """What was logged of its milestone."""
    return await service.unlog_milestone(
        session, at.milestone.id, expected_version=at.milestone.version, reason="尚未完成",
        actor=LOCAL)


async def test_money_that_comes_while_its_condition_is_withdrawn_waits_and_is_refused(
    at: At, tmp_path: Path
) -> None:
    """By a form or by a sheet; and a withdrawal that comes while it is sent."""
    await move(at.database, LOCAL, at.tranche, MovementKind.COMMIT, 1000)
    sent = await collide(at.database, partial(send, at), partial(withdraw, at))
    assert isinstance(sent, service.MoneySent)
    async with at.database.reading(LOCAL) as session:
        code = await _code(session, at)
        [movement] = await session.scalars(
            select(Movement).where(Movement.kind == MovementKind.DISBURSE))
    await move(at.database, LOCAL, at.tranche, MovementKind.REVERSE, 100, reverses_id=movement.id)
    voucher = {"project": code, "tranche_name": "竣工款", "kind": "拨付", "amount_yuan": "1",
               "occurred_on": DAY, "voucher_no": "V-1", "reason": None}

    async def bring(_: AsyncSession) -> object:
        return await brought_in(at.database, ImportKind.MOVEMENTS, tmp_path, [voucher])

    for way in (partial(send, at), bring):
        refused = await collide(at.database, partial(withdraw, at), way)
        assert isinstance(refused, InputRefused)
        assert [one.expected.zh[-7:] for one in refused.complaints] == ["请说明为何拨付"]
        async with at.database.writing(LOCAL) as session:
            at.milestone = await service.log_milestone(
                session, at.milestone.id, today=TODAY,
                log=service.MilestoneLog(met_on=MET, evidence_no=NO))


async def test_what_was_asked_for_is_looked_at_again_when_it_is_approved(at: At) -> None:
    """Withdrawn since, or meanwhile: rejected, or approved for the reason that was given."""
    async with at.database.writing(gate("shell:root")) as session:
        await funds.set_two_persons(session, 0, reason="试行", asker=Asker("shell:root"))
    await move(at.database, LOCAL, at.tranche, MovementKind.COMMIT, 1000)
    slips = a_slip(100, reason=None), a_slip(100, reason="抢险")
    asked = []
    for slip in slips:
        async with at.database.writing(LOCAL) as session:
            asked.append((await funds.request_disbursement(
                session, at.tranche, slip, actor=LOCAL, today=TODAY)).id)

    async def approve(_: AsyncSession) -> object:
        return await decide(at, asked[0], Decision.APPROVED)

    refused = await collide(at.database, partial(withdraw, at), approve)
    assert isinstance(refused, funds.ConditionUnmet)
    assert "no longer met" in str(refused)
    assert await decide(at, asked[0], Decision.REJECTED) is None
    sent = await decide(at, asked[1], Decision.APPROVED)
    assert sent is not None and sent.amount_fen == 100
    assert await decide(at, asked[1], Decision.APPROVED) is not None


async def decide(at: At, number: int, decision: Decision) -> Movement | None:
    """Another person's decision."""
    async with at.database.writing(SECOND) as session:
        return await funds.decide_disbursement(
            session, number, decision, reason="再报", actor=SECOND, today=TODAY)


async def test_the_database_itself_keeps_what_was_logged(at: At) -> None:
    """Without a correction that says the same nothing of it changes, whoever asks."""
    number = {"id": at.milestone.id}
    to_another_day = text("UPDATE milestone SET met_on = met_on + 1 WHERE id = :id")
    for change in ("met_on = met_on + 1", "met_on = NULL", "evidence_no = 'x'", "note = 'x'"):
        with pytest.raises(DBAPIError, match="corrected with a reason"):
            async with at.database.writing(LOCAL) as session:
                await session.execute(
                    text(f"UPDATE milestone SET {change} WHERE id = :id"), number)
    add, untrue, unshown = (text(
        "INSERT INTO milestone_correction (milestone_id, recipient_id, old_on, new_on,"
        " old_evidence_no, reason, actor) SELECT id, recipient_id,"
        f" {old}, met_on + 2, {shown}, :reason, 'x' FROM milestone WHERE id = :id")
        for old, shown in (("met_on", "evidence_no"), ("met_on - 1", "evidence_no"),
                           ("met_on", "NULL")))
    for wrong in (untrue, unshown):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with at.database.writing(LOCAL) as session:
                await session.execute(wrong, number | {"reason": "x"})
    with pytest.raises(DBAPIError, match="corrected with a reason"):
        async with at.database.writing(LOCAL) as session:
            await session.execute(add, number | {"reason": "x"})
            await session.execute(to_another_day, number)
    with pytest.raises(DBAPIError, match="ck_milestone_correction_reason"):
        async with at.database.writing(LOCAL) as session:
            await session.execute(add, number | {"reason": " "})
    for actor in (at.money.recipient, LEADER):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with at.database.writing(actor) as session:
                await session.execute(add, number | {"reason": "x"})
    await at.correct(MET + timedelta(1))
    for change in ("UPDATE milestone_correction SET reason = 'y'",
                   "DELETE FROM milestone_correction"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with at.database.writing(LOCAL) as session:
                await session.execute(text(change))


Put = Callable[[At], Awaitable[object]]


@pytest.mark.parametrize(("put_right", "overdue"), [
    (lambda at: at.unlog(), 0),
    (lambda at: at.correct(date(2008, 3, 1)), 100_000),
], ids=["withdrawn", "another day"])
async def test_money_of_a_day_before_waits_for_what_was_known_then(
    at: At, admin_url: URL, seeded_name: str, put_right: Put, overdue: int
) -> None:
    """What is overdue today follows the correction; as known yesterday, it does not."""
    await put_right(at)
    admin = await asyncpg.connect(as_admin(admin_url, seeded_name))
    await admin.execute("ALTER TABLE change DISABLE TRIGGER USER;"
                        " UPDATE change SET at = '2007-01-01';"
                        " ALTER TABLE change ENABLE TRIGGER USER")
    await admin.close()
    part, now = Part(project=at.money.project), today()
    yesterday = now - timedelta(1)
    async with at.database.reading(LOCAL) as session:
        of_today = await commitments(session, part, today=now)
        then = await commitments(session, part, today=now, as_known_on=yesterday)
        days = {one.tranche_id: one for one in await by_tranche(
            session, part, today=now, as_known_on=yesterday)}
    other = 100_000
    assert (of_today.overdue, then.overdue) == (other + overdue, other + 100_000)
    assert days[at.tranche].due_since == MET

"""Many writers at once: nothing is sent twice, lost or counted twice, and nobody waits for ever."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from random import Random

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import URL

from aid.access.actor import Actor, Role
from aid.database.engine import Database
from aid.errors import AidError
from aid.funds import service
from aid.funds.entries import entered
from aid.funds.model import Tranche
from aid.funds.moving import hold, record
from aid.funds.terms import Decision, MovementKind
from tests.actors import LOCAL
from tests.conftest import TODAY, as_app, patient
from tests.integration.funding import (
    a_slip,
    a_tranche,
    balances,
    check_books,
    funded,
    move,
)

WRITERS = 16


@pytest.fixture
async def crowded(admin_url: URL, seeded_name: str) -> AsyncIterator[Database]:
    """A seeded database with a connection for each writer."""
    database = patient(as_app(admin_url, seeded_name), pool_size=WRITERS)
    await database.open()
    yield database
    await database.close()


async def _together(work: Callable[[int], Awaitable[str]]) -> Counter[str]:
    """What all writers were answered: "" or the code of a refusal."""
    async def one(number: int) -> list[str]:
        answers = []
        for _ in range(8):
            try:
                answers.append(await work(number))
            except AidError as refused:
                answers.append(refused.code)
        return answers

    found = await asyncio.gather(*(one(number) for number in range(WRITERS)))
    return Counter(answer for answers in found for answer in answers)


async def test_writers_on_one_instalment_never_send_more_than_is_committed(
    crowded: Database
) -> None:
    """Each of 128 wants 30 of 1,000: 33 are sent, 95 are refused, 10 are left."""
    at = await funded(crowded)
    [tranche] = at.tranches
    await move(crowded, LOCAL, tranche, MovementKind.COMMIT, 1000)

    async def send(_: int) -> str:
        await move(crowded, LOCAL, tranche, MovementKind.DISBURSE, 30)
        return ""

    assert await _together(send) == {"": 33, "OVERDRAWN": 95}
    async with crowded.reading(LOCAL) as session:
        assert await balances(session, tranche) == {
            "committed": 10, "in_transit": 990, "held": 0, "spent": 0}
    assert await check_books(crowded) == 34


async def test_writers_on_several_instalments_never_commit_more_than_is_approved(
    crowded: Database
) -> None:
    """Four instalments of the whole investment each, of which one is to be had."""
    at = await funded(crowded, *(a_tranche("1000000.00") for _ in range(4)))

    async def commit(number: int) -> str:
        await move(crowded, LOCAL, at.tranches[number % 4], MovementKind.COMMIT, 3_000_000)
        return ""

    assert await _together(commit) == {"": 33, "OVERDRAWN": 95}
    assert await check_books(crowded) == 33


async def test_one_key_from_everywhere_at_once_is_one_movement(crowded: Database) -> None:
    """All are answered the same; a key of another project's movement is refused."""
    at, other = [await funded(crowded) for _ in range(2)]
    slip = a_slip(500)

    async def ask(number: int) -> str:
        tranche = (at if number % 4 else other).tranches[0]
        async with crowded.writing(LOCAL) as session:
            return str((await service.commit(session, tranche, slip, today=TODAY)).id)

    answers = await _together(ask)
    assert answers.keys() - {"KEY_REUSED"} and len(answers.keys()) == 2
    assert await check_books(crowded) == 1


async def test_a_retry_is_answered_whatever_has_changed_since(crowded: Database) -> None:
    """The money has moved on, the project was suspended: what was recorded was recorded."""
    at = await funded(crowded)
    [tranche] = at.tranches
    slips = {MovementKind.COMMIT: a_slip(1000), MovementKind.DISBURSE: a_slip(1000)}
    before = {}
    for kind, slip in slips.items():
        async with crowded.writing(LOCAL) as session:
            before[kind] = (await record(
                session, entered(tranche, kind, slip), today=TODAY)).id
    async with crowded.writing(LOCAL) as session:
        await session.execute(text(
            "UPDATE project SET stage = 'suspended', held_stage = 'started'"))
    for kind, verb in ((MovementKind.COMMIT, service.commit),
                       (MovementKind.DISBURSE, service.disburse)):
        async with crowded.writing(LOCAL) as session:
            again = await verb(session, tranche, slips[kind], today=TODAY)
        assert again.id == before[kind]
    assert await check_books(crowded) == 2


async def test_the_plan_and_the_investment_are_not_lowered_under_a_commitment(
    crowded: Database
) -> None:
    """Whoever is first, the other is refused: never more committed than planned or approved."""
    for seed in range(6):
        at = await funded(crowded)
        [tranche] = at.tranches

        async def lower(statement: str, number: int) -> str:
            async with crowded.writing(LOCAL) as session:
                await session.execute(text(statement), {"id": number})
            return ""

        await asyncio.gather(
            move(crowded, LOCAL, tranche, MovementKind.COMMIT, 100_000),
            lower("UPDATE tranche SET amount_fen = 99999 WHERE id = :id", tranche),
            lower("UPDATE project SET approved_fen = 99999 WHERE id = :id", at.project),
            return_exceptions=True)
        async with crowded.reading(LOCAL) as session:
            planned, approved, taken = (await session.execute(text(
                "SELECT t.amount_fen, p.approved_fen, coalesce(b.committed, 0) FROM tranche t"
                " JOIN project p ON p.id = t.project_id"
                " LEFT JOIN tranche_balance b ON b.tranche_id = t.id WHERE t.id = :id"),
                {"id": tranche})).one()
        assert taken <= min(planned, approved), seed
        assert taken or min(planned, approved) == 99_999
    await check_books(crowded)


async def test_many_at_once_of_many_projects_wait_for_nobody_for_ever(crowded: Database) -> None:
    """Imports that hold their projects, single movements, changes of sector: all get through."""
    projects = [await funded(crowded) for _ in range(6)]
    tranches = [at.tranches[0] for at in projects]
    async with crowded.reading(LOCAL) as session:
        sectors = list(await session.scalars(text("SELECT id FROM sector ORDER BY id LIMIT 5")))
    importing = asyncio.Lock()  # one import at a time, as the program has it

    async def work(number: int) -> str:
        random = Random(number * 31 + len(asyncio.all_tasks()))  # noqa: S311
        if number < 2:
            chosen = random.sample(tranches, 4)
            async with importing, crowded.writing(LOCAL) as session:
                await hold(session, chosen)
                for tranche in chosen:
                    await record(session, entered(
                        tranche, MovementKind.COMMIT, a_slip(1)), today=TODAY)
        elif number < 3:
            async with crowded.writing(LOCAL) as session:
                await session.execute(
                    text("UPDATE project SET sector_id = :sector WHERE id = :id"),
                    {"sector": random.choice(sectors), "id": random.choice(projects).project})
        else:
            await move(crowded, LOCAL, random.choice(tranches), MovementKind.COMMIT, 1)
        return ""

    assert await _together(work) == {"": WRITERS * 8}
    assert await check_books(crowded) == 2 * 8 * 4 + (WRITERS - 3) * 8


async def test_instalments_are_numbered_without_gaps(crowded: Database) -> None:
    """Whoever plans at once, and whoever is refused."""
    at = await funded(crowded)

    async def plan(number: int) -> str:
        async with crowded.writing(LOCAL) as session:
            await service.plan_tranches(session, at.project, [
                a_tranche(), a_tranche(source="nobody" if number % 4 == 0 else "310000-city")])
        return ""

    answers = await _together(plan)
    assert answers == {"": 96, "INPUT_REFUSED": 32}
    async with crowded.reading(LOCAL) as session:
        numbers = list(await session.scalars(
            select(Tranche.seq).where(Tranche.project_id == at.project).order_by(Tranche.seq)))
    assert numbers == list(range(1, 194))


async def test_one_request_is_decided_once(crowded: Database) -> None:
    """By several at once: one decides, one movement is recorded, the others are told."""
    at = await funded(crowded)
    [tranche] = at.tranches
    await move(crowded, LOCAL, tranche, MovementKind.COMMIT, 1000)
    async with crowded.writing(LOCAL) as session:
        request = await service.request_disbursement(
            session, tranche, a_slip(400), actor=LOCAL, today=TODAY)

    async def decide(number: int) -> str:
        actor = Actor(f"office-{number}", Role.OFFICE)
        async with crowded.writing(actor) as session:
            row = await service.decide_disbursement(
                session, request.id, Decision.APPROVED, actor=actor, today=TODAY)
        return f"movement {row.seq}" if row else "rejected"

    assert await _together(decide) == {"movement 2": 8, "ALREADY_DECIDED": 120}
    assert await check_books(crowded) == 2

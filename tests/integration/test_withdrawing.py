"""Instalments planned by mistake are withdrawn: on record, out of every sum, and for good."""

import asyncio

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from aid.access.actor import Actor
from aid.database.engine import Database
from aid.errors import AidError, InputRefused, NotFound, StaleVersion
from aid.funds import service
from aid.funds.balances import overdue, state
from aid.funds.model import Tranche, TrancheBalance
from aid.funds.terms import MovementKind
from aid.history import Change
from aid.projects import service as projects
from aid.projects.holding import WrongStage
from aid.projects.model import Project
from tests.actors import AUDITOR, LOCAL
from tests.conftest import TODAY
from tests.integration.funding import DAY, a_tranche, check_books, funded, move
from tests.integration.working import a_step


async def _withdraw(
    database: Database, tranche: int, *, actor: Actor = LOCAL, version: int = 1,
    reason: str = " 重复编制 ",
) -> Tranche:
    async with database.writing(actor) as session:
        return await service.withdraw_tranche(
            session, tranche, expected_version=version, reason=reason, actor=actor, today=TODAY)


async def test_what_was_withdrawn_stays_on_record_and_moves_nothing(
    seeded_database: Database
) -> None:
    """Who, when, why; its name is free again; neither the verbs nor the database let it move."""
    at = await funded(seeded_database, a_tranche(10, name="首期款"), a_tranche(5))
    gone, other = at.tranches
    row = await _withdraw(seeded_database, gone)
    assert (row.withdrawn_on, row.withdrawn_by, row.reason, row.version) == (
        TODAY, "local", "重复编制", 2)
    async with seeded_database.reading(at.recipient) as session:
        changed = set(await session.scalars(select(Change.field).where(
            Change.entity == "tranche", Change.field.is_not(None))))
        left = (await session.execute(
            select(Tranche.seq, overdue(TODAY), state()).order_by(Tranche.seq))).all()
    assert changed == {"withdrawn_on", "withdrawn_by", "reason"}
    assert left == [(1, 0, "planned"), (2, 500, "planned")]
    for kind in (MovementKind.COMMIT, MovementKind.CANCEL):
        with pytest.raises(service.Withdrawn):
            await move(seeded_database, LOCAL, gone, kind, 1)
    with pytest.raises(service.Withdrawn):
        await _withdraw(seeded_database, gone, version=2)
    with pytest.raises(service.Withdrawn):
        async with seeded_database.writing(LOCAL) as session:
            await service.change_tranche(
                session, gone, a_tranche(1), expected_version=2, reason="再改")
    for said in ("withdrawn_on = NULL, withdrawn_by = NULL", "amount_fen = 1"):
        with pytest.raises(DBAPIError) as failure:
            async with seeded_database.writing(LOCAL) as session:
                await session.execute(text(f"UPDATE tranche SET {said} WHERE id = {gone}"))
        assert getattr(failure.value.orig, "sqlstate", None) == "AD014"
    async with seeded_database.writing(LOCAL) as session:
        [again] = await service.plan_tranches(session, at.project, [a_tranche(9, name="首期款")])
    assert again.seq == 3
    await move(seeded_database, LOCAL, other, MovementKind.COMMIT, 500)
    await check_books(seeded_database)


async def test_what_moved_or_is_not_ones_own_is_not_withdrawn(seeded_database: Database) -> None:
    """Even if all of it was undone; nor without a reason, nor by an old version, nor when over."""
    at = await funded(seeded_database, a_tranche(10), a_tranche(10))
    moved, still = at.tranches
    committed = await move(seeded_database, LOCAL, moved, MovementKind.COMMIT, 1000)
    await move(seeded_database, LOCAL, moved, MovementKind.REVERSE, 1000,
               reverses_id=committed.id)
    with pytest.raises(service.Withdrawn):
        await _withdraw(seeded_database, moved)
    with pytest.raises(DBAPIError) as failure:
        async with seeded_database.writing(LOCAL) as session:
            await session.execute(text(
                "UPDATE tranche SET withdrawn_on = '2008-01-01', withdrawn_by = 'x', reason = 'x'"
                f" WHERE id = {moved}"))
    assert getattr(failure.value.orig, "sqlstate", None) == "AD014"
    refusals: list[tuple[type[AidError], dict[str, object]]] = [
        (InputRefused, {"reason": " "}), (StaleVersion, {"version": 2}),
        (NotFound, {"actor": AUDITOR}), (NotFound, {"actor": at.recipient})]
    for refused, given in refusals:
        with pytest.raises(refused):
            await _withdraw(seeded_database, still, **given)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        await _withdraw(seeded_database, 10**9)
    async with seeded_database.writing(LOCAL) as session:
        project = await session.get_one(Project, at.project)
        await projects.cancel(session, at.project, expected_version=project.version,
                              step=a_step(DAY, reason="撤项"), actor=LOCAL, today=TODAY)
    with pytest.raises(WrongStage):
        await _withdraw(seeded_database, still)


async def test_a_commitment_and_a_withdrawal_at_once(seeded_database: Database) -> None:
    """One of them is first, and the other is refused."""
    for _ in range(5):
        at = await funded(seeded_database)
        [tranche] = at.tranches
        done = await asyncio.gather(
            _withdraw(seeded_database, tranche),
            move(seeded_database, LOCAL, tranche, MovementKind.COMMIT, 1),
            return_exceptions=True)
        refused = [one for one in done if isinstance(one, BaseException)]
        assert [type(one) for one in refused] in ([service.Withdrawn], [service.Busy]), done
        async with seeded_database.reading(LOCAL) as session:
            found = (await session.execute(
                select(Tranche.withdrawn_on, func.coalesce(TrancheBalance.committed, 0))
                .outerjoin(TrancheBalance, TrancheBalance.tranche_id == Tranche.id)
                .where(Tranche.id == tranche))).one()
        assert found in ((TODAY, 0), (None, 1))

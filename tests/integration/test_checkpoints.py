"""Checkpoints: made while money moves, by one at a time, signed, kept outside the database too."""

import asyncio
import hashlib
import json
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from aid.access.actor import LEDGER
from aid.database.engine import Database
from aid.funds import checkpoints
from aid.funds.checkpoints import LedgerBroken, Witness, leaves_at, make_checkpoint
from aid.funds.proof import CHECKPOINT, leaf, merkle, root, signed
from aid.funds.terms import Balance
from aid.funds.verifying import verify_ledger
from aid.funds.witnesses import Known
from aid.secrets import Keys
from tests.conftest import SECRET_KEY, as_admin
from tests.integration.funding import Funded, funded, moved_to


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    """Who signs here, and an empty place outside the database."""
    return Witness(Keys(SECRET_KEY), tmp_path / "kept" / "checkpoints.jsonl")


async def test_a_checkpoint_signs_all_heads_and_is_kept_outside(
    seeded_database: Database, witness: Witness
) -> None:
    """The signature, the roots and the line in the file agree; nothing new, no new one."""
    one = await funded(seeded_database)
    other = await funded(seeded_database, recipient="540200", region="540200")
    await moved_to(seeded_database, one, Balance.HELD)
    await moved_to(seeded_database, Funded(other.project, other.tranches, other.recipient),
                   Balance.COMMITTED)
    made = await make_checkpoint(seeded_database, witness)
    assert made is not None
    assert (made.number, made.chains, made.movements) == (1, 2, 4)
    public_key = witness.keys.public_keys[0]
    assert made.key == hashlib.sha256(public_key).hexdigest()
    assert signed(public_key, CHECKPOINT + made.body.encode(), made.signature)
    assert root({code: bytes.fromhex(one) for code, one in made.roots.items()}) == made.root
    async with seeded_database.reading(LEDGER) as session:
        found = await leaves_at(session, made, sorted(made.roots))
    assert {code: merkle([leaf(head.project, head.seq, head.hash) for head in heads]).hex()
            for code, heads in found.items()} == made.roots
    line = json.loads(witness.file.read_text())
    assert line["body"] == made.body
    assert len(line["heads"]) == 2
    again = await make_checkpoint(seeded_database, witness)
    assert again is not None and again.number == 1
    report = await verify_ledger(seeded_database, Known(witness.keys, witness.file))
    assert (report.findings, report.remarks) == ([], [])
    assert (report.movements, report.chains, report.checkpoints) == (4, 2, 1)


async def test_only_heads_that_moved_are_kept_with_the_next(
    seeded_database: Database, witness: Witness
) -> None:
    """And each follows the one before."""
    one, other = [await funded(seeded_database) for _ in range(2)]
    for at in (one, other):
        await moved_to(seeded_database, at, Balance.COMMITTED)
    first = await make_checkpoint(seeded_database, witness)
    await moved_to(seeded_database, other, Balance.COMMITTED)
    second = await make_checkpoint(seeded_database, witness)
    assert first is not None and second is not None
    assert second.previous == hashlib.sha256(first.body.encode()).digest()
    async with seeded_database.reading(LEDGER) as session:
        rows = (await session.execute(text(
            "SELECT number, seq FROM checkpoint_head ORDER BY number"))).all()
    assert [tuple(row) for row in rows] == [(1, 1), (1, 1), (2, 2)]
    assert not (await verify_ledger(seeded_database, Known(witness.keys, witness.file))).findings


async def test_several_that_make_one_at_once_make_one(
    seeded_database: Database, witness: Witness
) -> None:
    """And those that nobody asked for lie apart."""
    at = await funded(seeded_database)
    await moved_to(seeded_database, at, Balance.SPENT)
    made = await asyncio.gather(*(make_checkpoint(seeded_database, witness) for _ in range(4)))
    assert [one.number for one in made if one] == [1, 1, 1, 1]
    await moved_to(seeded_database, at, Balance.COMMITTED, 500)
    assert await make_checkpoint(seeded_database, witness, apart=timedelta(seconds=30)) is None
    assert len(witness.file.read_text().splitlines()) == 1


async def test_several_processes_keep_making_them_while_money_moves(
    seeded_database: Database, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One for all that moved, none while nothing moves, the last one when they stop."""
    monkeypatch.setattr(checkpoints, "EVERY", timedelta(milliseconds=20))
    at = await funded(seeded_database)
    running = [asyncio.create_task(checkpoints.keep_making(seeded_database, witness))
               for _ in range(3)]

    async def signed_all() -> None:
        while await checkpoints._moved(seeded_database):  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    for kind in (Balance.COMMITTED, Balance.HELD):
        await moved_to(seeded_database, at, kind)
        await signed_all()
    monkeypatch.setattr(checkpoints, "EVERY", timedelta(hours=1))
    await asyncio.sleep(0.1)
    async with seeded_database.reading(LEDGER) as session:
        before = await checkpoints.newest(session)
    await moved_to(seeded_database, at, Balance.COMMITTED)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    async with seeded_database.reading(LEDGER) as session:
        after = await checkpoints.newest(session)
    assert before is not None and after is not None
    assert (after.number, after.movements) == (before.number + 1, 5)
    assert not (await verify_ledger(seeded_database, Known(witness.keys, witness.file))).findings


async def test_a_changed_key_vouches_for_the_one_before(
    seeded_database: Database, witness: Witness
) -> None:
    """So that its checkpoints stay good when it is gone; a key that nobody vouches for is not."""
    at = await funded(seeded_database)
    await moved_to(seeded_database, at, Balance.COMMITTED)
    await make_checkpoint(seeded_database, witness)
    newer = Witness(Keys("the-next-key-" * 3), witness.file)
    assert (await make_checkpoint(seeded_database, newer)).number == 2  # type: ignore[union-attr]
    assert not (await verify_ledger(seeded_database, Known(newer.keys, witness.file))).findings
    report = await verify_ledger(seeded_database, Known(witness.keys, witness.file))
    assert {one.what for one in report.findings} == {"key", "checkpoint", "file"}


async def test_nothing_is_signed_of_a_ledger_that_is_not_what_was_signed(
    seeded_database: Database, witness: Witness, admin_url: URL, seeded_name: str
) -> None:
    """It is refused, and the audit log has it."""
    at = await funded(seeded_database)
    await moved_to(seeded_database, at, Balance.SPENT)
    await make_checkpoint(seeded_database, witness)
    admin = await asyncpg.connect(as_admin(admin_url, seeded_name))
    try:
        await admin.execute("SET session_replication_role = replica; ALTER TABLE movement DISABLE"
                            " TRIGGER never; DELETE FROM movement WHERE seq > 2; UPDATE chain SET"
                            " seq = 2, hash = (SELECT hash FROM movement WHERE seq = 2)")
        with pytest.raises(LedgerBroken):
            await make_checkpoint(seeded_database, witness)
        assert await admin.fetchval(
            "SELECT detail->>'code' FROM audit_entry WHERE subject = 'checkpoint'"
        ) == "LEDGER_BROKEN"
    finally:
        await admin.close()

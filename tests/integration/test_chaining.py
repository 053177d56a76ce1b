"""Chains written at once are what aid_append would have written: byte for byte, sum for sum."""

import hashlib
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import URL

from aid.access.actor import SIMULATION
from aid.bulk import insert_many
from aid.database.engine import Database
from aid.database.owning import owning
from aid.funds.bodies import Line, body_of, chained
from aid.funds.chaining import linked, write_sums
from aid.funds.model import Movement
from aid.funds.proof import FIELDS
from aid.funds.terms import Balance, MovementKind
from aid.funds.verifying import verify_ledger
from aid.funds.witnesses import Known
from tests.actors import LOCAL
from tests.conftest import as_admin
from tests.integration.funding import a_tranche, check_books, funded, move, moved_to

TRICKY = "“引号”\"'\\/\t\n\r\b\f\x01\x1f\x7f\u2028 é\U0001f4b0 <&> %"
_MOVEMENTS = """
SELECT m.*, p.code AS project, t.seq AS tranche, s.code AS source, r.seq AS reverses,
  encode(d.sha256, 'hex') AS document_sha256, m.idempotency_key AS key
FROM movement m JOIN project p ON p.id = m.project_id JOIN tranche t ON t.id = m.tranche_id
JOIN fund_source s ON s.id = t.source_id LEFT JOIN movement r ON r.id = m.reverses_id
LEFT JOIN document d ON d.id = m.document_id ORDER BY m.project_id, m.seq
"""


async def _movements(database: Database) -> list[Any]:
    async with database.reading(LOCAL) as session:
        return list(await session.execute(text(_MOVEMENTS)))


def _said(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS} | {
        "occurred_on": row.occurred_on.isoformat(),
        "recorded_at": f"{row.recorded_at:%Y-%m-%dT%H:%M:%S.%f}Z"}


async def _filled(database: Database) -> None:
    """A ledger of two instalments with every kind of movement, recorded one by one."""
    at = await funded(database, a_tranche(1000), a_tranche(500))
    await moved_to(database, at, Balance.SPENT, 600)
    await moved_to(database, at, Balance.HELD, 300)
    await move(database, at.recipient, at.tranches[0], MovementKind.RETURN, 100, reason=TRICKY)
    made = await move(database, LOCAL, at.tranches[1], MovementKind.COMMIT, 9, document_no="〔1〕")
    await move(database, LOCAL, at.tranches[1], MovementKind.REVERSE, 9, reverses_id=made.id,
               voucher_no=None, document_no=None)
    await move(database, LOCAL, at.tranches[1], MovementKind.COMMIT, 7)
    await move(database, LOCAL, at.tranches[1], MovementKind.CANCEL, 7, voucher_no=TRICKY)


async def test_bodies_are_those_of_the_database(seeded_database: Database) -> None:
    """Every kind of movement, with whatever a text may hold."""
    await _filled(seeded_database)
    rows = await _movements(seeded_database)
    assert {row.kind for row in rows} == set(MovementKind)
    for row in rows:
        assert body_of(_said(row)) == row.body


async def test_a_chain_written_at_once_is_the_one_recorded_one_by_one(
    admin_url: URL, seeded_name: str, seeded_database: Database, owned_database: Database
) -> None:
    """The same movements give the same heads, balances and totals."""
    await _filled(seeded_database)
    rows = await _movements(seeded_database)
    kept = await _kept(seeded_database)
    ids = {row.project: row.project_id for row in rows}
    tranches = {(row.project_id, row.tranche): row.tranche_id for row in rows}
    lines = [Line(row.tranche, row.source, row.kind, row.amount_fen, row.occurred_on,
                  row.recorded_at, row.actor, row.voucher_no, row.document_no,
                  row.document_sha256, row.reason, row.reverses) for row in rows]
    async with owning(as_admin(admin_url, seeded_name)) as database:
        async with database.writing(SIMULATION) as session:
            for table in ("movement", "chain", "tranche_balance", "fund_total"):
                await session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER never"))
                await session.execute(text(f"DELETE FROM {table}"))
                await session.execute(text(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER never"))
            [project] = ids
            last = max(row.id for row in rows)
            chain = linked(chained(project, lines), range(last + 1, last + 1 + len(lines)),
                           projects=ids, tranches=tranches)
            await insert_many(session, Movement, chain,
                              same={"recipient_id": rows[0].recipient_id})
            await write_sums(session)
    again = await _movements(seeded_database)
    differing = {"id", "reverses_id", "idempotency_key", "key", "body", "prev_hash", "hash"}
    for one, other in zip(rows, again, strict=True):
        assert {name: value for name, value in one._mapping.items() if name not in differing} == \
            {name: value for name, value in other._mapping.items() if name not in differing}
        assert hashlib.sha256(other.prev_hash + other.body).digest() == other.hash
    assert await _kept(seeded_database) == kept
    assert await check_books(seeded_database) == len(rows)
    assert (await verify_ledger(seeded_database, Known())).findings == []


async def _kept(database: Database) -> list[Any]:
    """Balances and sums, and heads without their hashes."""
    async with database.reading(LOCAL) as session:
        return [tuple(row) for statement in (
            "SELECT project_id, recipient_id, seq, moved_at FROM chain ORDER BY 1",
            "SELECT * FROM tranche_balance ORDER BY 1",
            "SELECT * FROM fund_total WHERE (fen, movements) <> (0, 0) ORDER BY 1, 2, 3",
        ) for row in await session.execute(text(statement))]

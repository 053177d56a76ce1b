"""Whole chains at once, written by the owner of the tables before anybody works with them.

For simulated records and for measuring: what `aid_append` would have recorded, moment by moment, in
past years. Everybody else records through `aid_append` alone.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.bulk import insert_many
from aid.funds.model import Movement
from aid.funds.rebuilding import ANEW, KEPT


async def write_chains(
    session: AsyncSession, rows: Sequence[dict[str, Any]], *, recipient_id: int,
    projects: dict[str, int], tranches: dict[tuple[int, int], int],
    documents: dict[int, int] | None = None,
) -> None:
    """Insert the chains of a recipient's projects. A document is known by its project's id."""
    ids = list(await session.scalars(_IDS, {"count": len(rows)}))
    known = {(row["project_id"], row["seq"]): number
             for number, row in zip(ids, rows, strict=True)}
    for number, row in zip(ids, rows, strict=True):
        project = projects[row["project_id"]]
        row["id"], row["project_id"] = number, project
        row["tranche_id"] = tranches[project, row["tranche_id"][1]]
        row["document_id"] = row["document_id"] and (documents or {})[project]
        row["reverses_id"] = row["reverses_id"] and known[row["reverses_id"]]
    await insert_many(session, Movement, rows, same={"recipient_id": recipient_id})


_IDS = text("SELECT nextval(pg_get_serial_sequence('movement', 'id'))"
            " FROM generate_series(1, CAST(:count AS bigint))")
_HEADS = """
INSERT INTO chain (project_id, recipient_id, seq, hash, moved_at)
SELECT DISTINCT ON (project_id) project_id, recipient_id, seq, hash, recorded_at FROM movement
ORDER BY project_id, seq DESC
"""
_BALANCES = f"""
INSERT INTO tranche_balance (tranche_id, project_id, recipient_id, {KEPT}) {ANEW}
"""
_TOTALS = "INSERT INTO fund_total SELECT * FROM aid_rebuilt_totals()"


async def write_sums(session: AsyncSession) -> None:
    """Heads, balances and totals of a ledger that has none yet, added up from its movements."""
    for statement in (_HEADS, _BALANCES, _TOTALS):
        await session.execute(text(statement))

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
_BALANCES = """
INSERT INTO tranche_balance (tranche_id, project_id, recipient_id, committed, in_transit, held,
  spent, total_commit, total_disburse, total_receive, total_pay, total_return, total_cancel)
SELECT tranche_id, project_id, recipient_id, commits - disburses - cancels,
  disburses - receives, receives - pays - returns, pays, commits, disburses, receives, pays,
  returns, cancels
FROM (
  SELECT m.tranche_id, m.project_id, m.recipient_id,
    sum(s.fen) FILTER (WHERE s.kind = 'commit') AS commits,
    coalesce(sum(s.fen) FILTER (WHERE s.kind = 'disburse'), 0) AS disburses,
    coalesce(sum(s.fen) FILTER (WHERE s.kind = 'receive'), 0) AS receives,
    coalesce(sum(s.fen) FILTER (WHERE s.kind = 'pay'), 0) AS pays,
    coalesce(sum(s.fen) FILTER (WHERE s.kind = 'return'), 0) AS returns,
    coalesce(sum(s.fen) FILTER (WHERE s.kind = 'cancel'), 0) AS cancels
  FROM movement m LEFT JOIN movement u ON u.id = m.reverses_id,
  LATERAL (SELECT coalesce(u.kind, m.kind) AS kind,
    CASE WHEN u.id IS NULL THEN m.amount_fen ELSE -m.amount_fen END AS fen) s
  GROUP BY 1, 2, 3) moved
"""
_TOTALS = "INSERT INTO fund_total SELECT * FROM aid_rebuilt_totals()"


async def write_sums(session: AsyncSession) -> None:
    """Heads, balances and totals of a ledger that has none yet, added up from its movements."""
    for statement in (_HEADS, _BALANCES, _TOTALS):
        await session.execute(text(statement))

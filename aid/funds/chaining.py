"""Whole chains at once, written by the owner of the tables before anybody works with them.

For simulated records and for measuring: what `aid_append` would have recorded, moment by moment, in
past years. Everybody else records through `aid_append` alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.funds.rebuilding import ANEW, KEPT


def linked(
    rows: Sequence[dict[str, Any]], numbers: Sequence[int], *, projects: Mapping[str, int],
    tranches: Mapping[tuple[int, int], int], documents: Mapping[int, int] | None = None,
) -> Sequence[dict[str, Any]]:
    """The chains of a recipient's projects with ids, from `numbers`, in place of what stood there.

    A document is known by its project's id. Raises ValueError unless each row has its number.
    """
    known: dict[tuple[str, int], int] = {}
    for number, row in zip(numbers, rows, strict=True):
        known[row["project_id"], row["seq"]] = number
        project = projects[row["project_id"]]
        row["id"], row["project_id"] = number, project
        row["tranche_id"] = tranches[project, row["tranche_id"][1]]
        row["document_id"] = row["document_id"] and (documents or {})[project]
        row["reverses_id"] = row["reverses_id"] and known[row["reverses_id"]]
    return rows


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

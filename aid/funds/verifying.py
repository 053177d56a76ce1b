"""Verifying the ledger in the database: every chain anew, balances, totals, then checkpoints.

Everything is of one moment; a page of projects is in memory at a time, whatever their number.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import LEDGER
from aid.database.engine import Database
from aid.errors import NotFound
from aid.funds.findings import Report
from aid.funds.proof import BALANCES, FIELDS, FLOWS, ZERO, Chain, Finding
from aid.funds.witnessed import check_checkpoints
from aid.funds.witnesses import Known
from aid.text import Text

PAGE, AT_ONCE = 200, 2_000
"""Projects that are looked at together, and movements that are read at once."""

_TRANCHE, _MOMENT = (6 + FIELDS.index(name) for name in ("tranche", "recorded_at"))
"""Where a movement of _MOVEMENTS says it."""
Progress = Callable[[int, int], None]

_PROJECTS = """
SELECT project_id FROM chain UNION SELECT project_id FROM tranche_balance
UNION SELECT project_id FROM movement ORDER BY 1
"""
_HEADS = """
SELECT ids.id, coalesce(p.code, '?' || ids.id) AS code, c.seq, c.hash,
  coalesce(c.recipient_id = p.recipient_id, true) AS own
FROM unnest($1::bigint[]) ids (id) LEFT JOIN project p ON p.id = ids.id
LEFT JOIN chain c ON c.project_id = ids.id ORDER BY ids.id
"""
_BALANCES = """
SELECT b.project_id, coalesce(t.seq, -b.tranche_id) AS tranche, committed, in_transit, held, spent,
  total_commit, total_disburse, total_receive, total_pay, total_return, total_cancel,
  to_char(b.began_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS began_at,
  to_char(b.moved_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS moved_at,
  coalesce(b.source_id = t.source_id AND b.sector_id = p.sector_id, true) AS own
FROM tranche_balance b LEFT JOIN tranche t ON t.id = b.tranche_id
LEFT JOIN project p ON p.id = b.project_id WHERE b.project_id = ANY ($1)
"""
_MOVEMENTS = """
SELECT m.project_id, m.seq, m.body, m.prev_hash, m.hash,
  p.recipient_id IS NOT DISTINCT FROM m.recipient_id
    AND t.project_id IS NOT DISTINCT FROM m.project_id AS own,
  p.code, t.seq AS tranche, s.code AS source, m.seq, m.kind, m.debit, m.credit, m.amount_fen,
  to_char(m.occurred_on, 'YYYY-MM-DD'),
  to_char(m.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), m.actor,
  m.requested_by, m.voucher_no, m.document_no, encode(d.sha256, 'hex'), m.reason, r.seq,
  m.idempotency_key
FROM movement m LEFT JOIN project p ON p.id = m.project_id
LEFT JOIN tranche t ON t.id = m.tranche_id LEFT JOIN fund_source s ON s.id = t.source_id
LEFT JOIN document d ON d.id = m.document_id LEFT JOIN movement r ON r.id = m.reverses_id
WHERE m.project_id = ANY ($1) ORDER BY m.project_id, m.seq, m.id
"""
_TOTALS = """
WITH kept AS (SELECT * FROM fund_total), anew AS (SELECT * FROM aid_rebuilt_totals())
SELECT coalesce(d.key, '?') AS recipient, year, kind, k.fen AS kept, a.fen AS anew
FROM kept k FULL JOIN anew a USING (recipient_id, year, kind, sector_id, source_id, supporter_id,
  district_id, slot) LEFT JOIN division d ON d.id = recipient_id
WHERE (coalesce(k.fen, 0), coalesce(k.movements, 0))
  <> (coalesce(a.fen, 0), coalesce(a.movements, 0)) ORDER BY 1, 2, 3
"""


async def verify_ledger(
    database: Database, known: Known, *, project: str | None = None,
    progress: Progress = lambda *_: None,
) -> Report:
    """Recompute the ledger, or one project's part of it. Raises NotFound.

    Totals and what is kept outside are of the whole, and so left out for one project.
    """
    report, written = Report(), known.written()
    async with database.reading(LEDGER) as session:
        await session.execute(text("SELECT set_config('statement_timeout', '0', true)"))
        ids = await _ids(session, project)
        await _check_chains(session, ids, report, progress)
        if project is None:
            for row in await session.execute(text(_TOTALS)):
                report.add([_total(row)])
        await check_checkpoints(session, known, written, report, project=project)
    return report


async def verify_chain(session: AsyncSession, project_id: int) -> Report:
    """Recompute one project's chain and balances, as whoever reads sees them."""
    report = Report()
    await _check_chains(session, [project_id], report, lambda *_: None)
    return report


async def _ids(session: AsyncSession, project: str | None) -> list[int]:
    if project is None:
        return list(await session.scalars(text(_PROJECTS)))
    found = await session.scalar(text("SELECT id FROM project WHERE code = :code"),
                                 {"code": project})
    if found is None:
        raise NotFound(Text(f"没有项目 {project}。", f"There is no project {project}."))
    return [found]


async def _check_chains(
    session: AsyncSession, ids: Sequence[int], report: Report, progress: Progress
) -> None:
    raw = await (await session.connection()).get_raw_connection()
    connection: asyncpg.Connection = raw.driver_connection
    total = int(await connection.fetchval(
        "SELECT coalesce(sum(seq), 0)::bigint FROM chain WHERE project_id = ANY ($1)", ids))
    for start in range(0, len(ids), PAGE):
        page = ids[start:start + PAGE]
        balances: dict[int, list[asyncpg.Record]] = {}
        for row in await connection.fetch(_BALANCES, page):
            balances.setdefault(row["project_id"], []).append(row)
        chains = {row["id"]: _Followed(row, balances.get(row["id"], ()))
                  for row in await connection.fetch(_HEADS, page)}
        async for rows in _read(connection, page):
            for row in rows:
                if wrong := chains[row[0]].add(row):
                    report.add(wrong)
            report.movements += len(rows)
            progress(report.movements, max(total, report.movements))
        for followed in chains.values():
            report.add(followed.end())
        report.chains += len(chains)


async def _read(
    connection: asyncpg.Connection, page: Sequence[int]
) -> AsyncIterator[list[asyncpg.Record]]:
    cursor = await connection.cursor(_MOVEMENTS, page)
    while rows := await cursor.fetch(AT_ONCE):
        yield rows


class _Followed:
    """A chain that is recomputed, beside its head and the balances that are kept of it."""

    def __init__(self, head: asyncpg.Record, balances: Sequence[asyncpg.Record]) -> None:
        self.chain = Chain(head["code"])
        self._head, self._balances = head, balances
        self._moments: dict[Any, tuple[str, str]] = {}

    def add(self, row: asyncpg.Record) -> list[Finding]:
        """What is wrong with the next movement."""
        values = tuple(row)
        tranche, moment = values[_TRANCHE], values[_MOMENT]
        began, moved = self._moments.get(tranche, (moment, moment))
        self._moments[tranche] = min(began, moment), max(moved, moment)
        wrong = self.chain.add(dict(zip(FIELDS, values[6:], strict=True)), values[2], values[3],
                               values[4], values[1])
        if not values[5]:
            wrong.append(Finding(
                "column", self.chain.project, values[1], "受援地或批次不属于本项目",
                "its recipient or instalment is not the project's"))
        return wrong

    def end(self) -> list[Finding]:
        """What is wrong with the whole."""
        head, code = self._head, self.chain.project
        wrong = self.chain.end(head["seq"] or 0, head["hash"] or ZERO)
        if head["seq"] is None and self.chain.seq:
            wrong = [Finding("head", code, None, "链尾记录缺失", "the chain's head is gone")]
        if not head["own"]:
            wrong.append(Finding("head", code, None, "链尾的受援地不是本项目的",
                                 "the head's recipient is not the project's"))
        return wrong + self._balanced()

    def _balanced(self) -> list[Finding]:
        chain, wrong = self.chain, []
        kept = {row["tranche"]: row for row in self._balances}
        for tranche in sorted({*kept, *chain.balances}):
            row = kept.get(tranche)
            pairs = [(name, chain.balances.get(tranche, {}).get(name, 0),
                      row[name] if row else 0) for name in BALANCES]
            pairs += [(f"total_{kind}", chain.counted.get(tranche, {}).get(kind, 0),
                       row[f"total_{kind}"] if row else 0) for kind in FLOWS]
            wrong += [Finding(
                "balance", chain.project, None,
                f"批次 {tranche} 的 {name} 为 {shown} 分，按流水应为 {sums} 分",
                f"{name} of instalment {tranche} is {shown} fen; its movements make {sums}")
                for name, sums, shown in pairs if sums != shown]
            moments = self._moments.get(tranche)
            if row and moments and moments != (row["began_at"], row["moved_at"]):
                wrong.append(Finding(
                    "balance", chain.project, None, f"批次 {tranche} 首末笔流水的记录时刻不符",
                    f"instalment {tranche} is not kept as moving from its first movement to its"
                    " last"))
            if row and not row["own"]:
                wrong.append(Finding(
                    "balance", chain.project, None, f"批次 {tranche} 余额的来源或领域不符",
                    f"the balance of instalment {tranche} is kept under another source or sector"))
        return wrong


def _total(row: Any) -> Finding:
    said = f"{row.recipient} {row.year} {row.kind}"
    return Finding("total", "", None, f"汇总 {said} 为 {row.kept} 分，按流水应为 {row.anew} 分",
                   f"the total of {said} is {row.kept} fen; its movements make {row.anew}")

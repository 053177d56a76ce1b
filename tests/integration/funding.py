"""Money for tests: funded projects, slips, movements by either side, and what must always hold."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor, Role
from aid.database.engine import Database
from aid.funds import service
from aid.funds.drafts import TrancheDraft
from aid.funds.entries import Slip, entered
from aid.funds.model import Movement, TrancheBalance
from aid.funds.moving import record
from aid.funds.terms import Balance, MovementKind
from aid.projects.terms import Stage
from tests.actors import LOCAL
from tests.conftest import TODAY
from tests.integration.working import WENSHAN, division, led_to

SECOND = Actor("second", Role.OFFICE)
"""Another of the office, who approves what LOCAL asks for."""
DUE, DAY = date(2007, 2, 20), date(2008, 5, 6)
"""When instalments are due here, and when money moves."""
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Funded:
    """A project that goes on, its instalments, and its recipient as an actor."""

    project: int
    tranches: list[int]
    recipient: Actor


def a_tranche(yuan: str | int = "1000.00", **given: Any) -> TrancheDraft:
    """An instalment that is due, with what is given otherwise."""
    values = {"name": f"批次{next(_numbers)}", "source": "310000-city", "amount_yuan": str(yuan),
              **({} if given.keys() & {"milestone_id", "at_stage", "at_progress"}
                 else {"due_on": DUE}), **given}
    draft, complaints = TrancheDraft.check(**values)
    assert draft is not None, complaints
    return draft


async def funded(
    database: Database, *drafts: TrancheDraft, stage: Stage = Stage.STARTED, **given: Any
) -> Funded:
    """A project of one million yuan, with instalments (one of a thousand yuan, if none given)."""
    project = await led_to(database, stage, **given)
    async with database.writing(LOCAL) as session:
        rows = await service.plan_tranches(session, project.id, drafts or [a_tranche()])
    place = await division(database, given.get("recipient", WENSHAN))
    return Funded(project.id, [row.id for row in rows],
                  Actor("wenshan", Role.RECIPIENT, recipients=(place,)))


def a_slip(fen: int, **given: Any) -> Slip:
    """A slip with all a movement may need, numbers of its own."""
    number = next(_numbers)
    return Slip(**{
        "fen": fen, "occurred_on": DAY, "key": f"key-{number:06}", "voucher_no": f"V-{number}",
        "document_no": "沪合〔2008〕12号", "reason": "按约定", **given})


async def move(
    database: Database, actor: Actor, tranche: int, kind: MovementKind, fen: int,
    *, reverses_id: int | None = None, **given: Any,
) -> Movement:
    """One movement in a transaction of its own."""
    async with database.writing(actor) as session:
        return await record(session, entered(
            tranche, kind, a_slip(fen, **given), reverses_id=reverses_id), today=TODAY)


async def moved_to(database: Database, at: Funded, balance: Balance, fen: int = 1000) -> None:
    """Bring money of the first instalment as far as a balance."""
    way = [Balance.COMMITTED, Balance.IN_TRANSIT, Balance.HELD, Balance.SPENT]
    kinds = [MovementKind.COMMIT, MovementKind.DISBURSE, MovementKind.RECEIVE, MovementKind.PAY]
    for kind in kinds[: way.index(balance) + 1]:
        sender = kind in (MovementKind.COMMIT, MovementKind.DISBURSE)
        await move(database, LOCAL if sender else at.recipient, at.tranches[0], kind, fen)


async def balances(session: AsyncSession, tranche: int) -> dict[str, int]:
    """The four balances of an instalment, in fen, as stored."""
    row = await session.scalar(
        select(TrancheBalance).where(TrancheBalance.tranche_id == tranche)
        .execution_options(populate_existing=True))
    names = ("committed", "in_transit", "held", "spent")
    return dict.fromkeys(names, 0) if row is None else {name: getattr(row, name) for name in names}


_DIFFERING = """
WITH kept AS (SELECT * FROM fund_total WHERE (fen, movements) <> (0, 0)),
  anew AS (SELECT * FROM aid_rebuilt_totals() WHERE (fen, movements) <> (0, 0))
SELECT count(*) FROM ((SELECT * FROM kept EXCEPT ALL SELECT * FROM anew)
  UNION ALL (SELECT * FROM anew EXCEPT ALL SELECT * FROM kept)) differing
"""


async def check_books(database: Database) -> int:
    """What must hold of the whole ledger, whatever happened; how many movements it has.

    Numbers run without gaps, hashes are those of the bodies, the bodies say what the columns say,
    balances and sums are those of the movements.
    """
    async with database.reading(LOCAL) as session:
        assert await session.scalar(text(_DIFFERING)) == 0, "sums are not those of the movements"
        heads = {row.project_id: row.hash for row in await session.execute(
            text("SELECT project_id, hash FROM chain"))}
        chains: dict[int, list[Any]] = {}
        for row in await session.execute(text(
                "SELECT m.*, p.code, t.seq AS tranche_seq, s.code AS source, r.seq AS reverses,"
                " encode(d.sha256, 'hex') AS sha FROM movement m"
                " JOIN project p ON p.id = m.project_id JOIN tranche t ON t.id = m.tranche_id"
                " JOIN fund_source s ON s.id = t.source_id"
                " LEFT JOIN movement r ON r.id = m.reverses_id"
                " LEFT JOIN document d ON d.id = m.document_id ORDER BY m.project_id, m.seq")):
            chains.setdefault(row.project_id, []).append(row)
        for project, rows in chains.items():
            _check_chain(rows)
            assert rows[-1].hash == heads[project]
        assert heads.keys() == chains.keys()
        await _check_balances(session)
    return sum(map(len, chains.values()))


def _check_chain(rows: Sequence[Any]) -> None:
    before, moment = bytes(32), None
    for number, row in enumerate(rows, 1):
        assert (row.seq, row.prev_hash) == (number, before)
        assert hashlib.sha256(before + row.body).digest() == row.hash
        assert moment is None or moment <= row.recorded_at
        assert json.loads(row.body, parse_float=Decimal) == {
            "v": 1, "project": row.code, "tranche": row.tranche_seq, "source": row.source,
            "seq": row.seq, "kind": row.kind, "debit": row.debit, "credit": row.credit,
            "amount_fen": row.amount_fen, "occurred_on": row.occurred_on.isoformat(),
            "recorded_at": f"{row.recorded_at:%Y-%m-%dT%H:%M:%S.%f}Z", "actor": row.actor,
            "requested_by": row.requested_by, "voucher_no": row.voucher_no,
            "document_no": row.document_no, "document_sha256": row.sha, "reason": row.reason,
            "reverses": row.reverses, "key": row.idempotency_key}
        before, moment = row.hash, row.recorded_at


async def _check_balances(session: AsyncSession) -> None:
    assert not (await session.execute(text(
        "SELECT b.* FROM tranche_balance b WHERE (committed, in_transit, held, spent) <> ("
        + ", ".join(
            f"(SELECT coalesce(sum(amount_fen) FILTER (WHERE credit = '{name}'), 0)"
            f" - coalesce(sum(amount_fen) FILTER (WHERE debit = '{name}'), 0)"
            " FROM movement m WHERE m.tranche_id = b.tranche_id)"
            for name in ("committed", "in_transit", "held", "spent")) + ")"))).all()
    assert not (await session.execute(text(
        "SELECT b.* FROM tranche_balance b JOIN tranche t ON t.id = b.tranche_id"
        " JOIN project p ON p.id = b.project_id"
        " WHERE (b.source_id, b.sector_id) <> (t.source_id, p.sector_id)"))).all()

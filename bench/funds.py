"""The figures of money at 100,000 projects and more than 500,000 movements, in the database.

Promised: the investment of every region within 30 ms, a page of the work queue within 50 ms. What
was known on a day in the past is measured beside what is known today.
"""

import asyncio
import statistics
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor, Role
from aid.clock import today
from aid.database import embedded
from aid.database.embedded import EmbeddedServer
from aid.database.engine import Database
from aid.funds.commitments import Part, by_recipient, commitments
from aid.funds.flows import ageing, calendar, fund_flows
from aid.funds.model import FundTotal, Movement
from aid.funds.queue import counted, items, tallied_and_listed
from aid.funds.rebuilding import rebuild
from aid.metrics.queries import broken_down
from aid.metrics.terms import By, Scope
from bench.movements import COLUMNS, Step, chain
from bench.usage import statements
from bench.work import NAME, worked

OFFICE = Actor("bench", Role.OFFICE)
PAID: list[Step] = [("commit", 100), ("disburse", 100), ("receive", 100), ("pay", 60),
                    ("pay", 30), ("pay", 10)]
SENT, SHORT = PAID[:2], [*PAID[:2], ("receive", 70)]
PARTED: list[Step] = [("commit", 100), ("disburse", 50), ("disburse", 50), ("receive", 50),
                      ("receive", 50), ("pay", 30), ("pay", 30), ("pay", 30), ("pay", 5)]
FIRST, LATEST = date(2006, 1, 1), date(2011, 6, 1)
TRANCHES = """
INSERT INTO tranche (project_id, recipient_id, seq, name, source_id, amount_fen, due_on, at_stage,
    version)
  SELECT p.id, p.recipient_id, o, '批次', s.id, 100, CASE WHEN o = 1 THEN '2006-01-01'::date END,
    CASE WHEN o = 2 THEN CASE WHEN p.id % 50 = 0 THEN 'approved' ELSE 'closed' END END, 1
  FROM project p, generate_series(1, 2) o, (SELECT min(id) AS id FROM fund_source) s
"""
"""Of each project one that was paid, mostly, and one that waits; one in fifty is due."""
SHOWN = """
UPDATE movement SET document_id = 1 WHERE kind = 'pay' AND project_id % 40 <> 3
"""
"""All but a fortieth of the payments are shown by a document."""
Work = Callable[[AsyncSession], Awaitable[object]]


def bench_funds(data: Path, rounds: int) -> dict[str, float]:
    """Each figure as an office asks for it; milliseconds of its statements."""
    server = embedded.start(data, say=lambda _: None)
    try:
        return asyncio.run(_bench(server, rounds))
    finally:
        server.stop()


async def _bench(server: EmbeddedServer, rounds: int) -> dict[str, float]:
    async with worked(server) as (database, admin):
        if not await admin.fetchval("SELECT count(*) FROM movement"):
            async with admin.transaction():
                await _fill(admin)
            await rebuild(make_url(server.admin_url).set(database=NAME).render_as_string(
                hide_password=False))
            await admin.execute("VACUUM ANALYZE")
        async with database.reading(OFFICE) as session:
            number = await session.scalar(select(func.count(Movement.id)))
            own = await session.scalar(select(func.min(FundTotal.recipient_id)))
        print(f"\nfigures of {number:,} movements     ms in the database   promised")
        found = {}
        for name, (promised, work) in _figures(own or 0).items():
            took = [await _once(database, work) for _ in range(rounds + 1)][1:]
            found[name] = statistics.median(took)
            print(f"  {name:<34} {found[name]:>11.1f}   {f'≤ {promised}' if promised else '-'}")
        return found


def _figures(own: int) -> dict[str, tuple[int | None, Work]]:
    day, part = today(), Part(recipients=[own])
    codes = [f"investment_{name}" for name in ("committed", "disbursed", "received", "paid")]
    past_day = date(2009, 6, 30)
    past = {"today": day, "as_known_on": past_day}

    def investment(scope: Scope) -> Work:
        return lambda session: broken_down(session, codes, scope, by=By.RECIPIENT, as_of=day)

    return {
        "investment by region": (30, investment(Scope())),
        "investment by region, 5 years": (30, investment(
            Scope(since=date(2006, 1, 1), until=date(2010, 12, 31)))),
        "investment by region, odd days": (None, investment(
            Scope(since=date(2006, 2, 2), until=date(2010, 11, 11)))),
        "investment by region in 2009": (None, lambda s: broken_down(
            s, codes, Scope(known=past_day), by=By.RECIPIENT, as_of=past_day)),
        "commitments of a region": (None, lambda s: commitments(s, part, today=day)),
        "commitments of all": (None, lambda s: commitments(s, Part(), today=day)),
        "commitments by region": (None, lambda s: by_recipient(s, Part(), today=day)),
        "commitments of a region in 2009": (None, lambda s: commitments(s, part, **past)),
        "commitments of all in 2009": (None, lambda s: commitments(s, Part(), **past)),
        "commitments by region in 2009": (None, lambda s: by_recipient(s, Part(), **past)),
        "queue, a page of a region": (50, lambda s: items(s, part, today=day)),
        "queue, a page of all": (50, lambda s: items(s, Part(), today=day)),
        "queue, counted by kind": (None, lambda s: counted(s, Part(), today=day)),
        "queue, counted, and a page": (None, lambda s: tallied_and_listed(s, Part(), today=day)),
        "flows": (None, lambda s: fund_flows(s, Part(), today=day)),
        "flows in 2009": (None, lambda s: fund_flows(s, Part(), **past)),
        "ages of money in transit": (None, lambda s: ageing(s, Part(), today=day)),
        "ages in 2009": (None, lambda s: ageing(s, Part(), **past)),
        "months of what is due": (None, lambda s: calendar(s, Part(), today=day)),
    }


async def _once(database: Database, work: Work) -> float:
    async with database.reading(OFFICE) as session:
        took = await statements(session)
        assert await work(session) is not None
        return took()


async def _fill(admin: asyncpg.Connection) -> None:
    await admin.execute("SET session_replication_role = replica")
    await admin.execute(TRANCHES)
    source = await admin.fetchval("SELECT code FROM fund_source ORDER BY id LIMIT 1")
    rows = await admin.fetch(
        "SELECT t.id, t.project_id, t.recipient_id, p.code FROM tranche t"
        " JOIN project p ON p.id = t.project_id"
        " WHERE t.seq = 1 AND p.approved_fen IS NOT NULL ORDER BY 1")
    for start in range(0, len(rows), 5_000):
        await admin.copy_records_to_table("movement", columns=COLUMNS, records=[
            movement for row in rows[start:start + 5_000] for movement in _moved(row, source)])
    await admin.execute("ALTER TABLE movement DISABLE TRIGGER USER")
    await admin.execute(SHOWN)
    await admin.execute("ALTER TABLE movement ENABLE ALWAYS TRIGGER never")
    await admin.execute("RESET session_replication_role")


def _moved(row: Any, source: str) -> list[tuple[Any, ...]]:
    steps = {0: SENT, 1: SHORT, 2: PARTED}.get(row["project_id"] % 20, PAID)
    on = min(LATEST, FIRST + timedelta(row["project_id"] * 37 % 1_990))
    return list(chain(row, source, steps, on))

"""Metrics for all recipients over five years, at 100,000 projects: promised 100 ms each.

Measured over simulated records through row security, as an office and as a recipient: of today, and
of a day in the past.
"""

import asyncio
import statistics
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from aid.access.actor import Actor, Role
from aid.clock import today
from aid.database import embedded
from aid.database.embedded import EmbeddedServer
from aid.database.engine import Database
from aid.database.provision import APP
from aid.metrics.queries import broken_down
from aid.metrics.registry import METRICS
from aid.metrics.terms import By, Scope, Source
from aid.projects.model import Project
from bench.demo import demo_database
from bench.usage import statements

PROMISED_MS = 100
OFFICE = Actor("bench", Role.OFFICE)
PAST = date(2004, 6, 30)
PERIOD = Scope(since=date(2001, 1, 1), until=date(2005, 12, 31))
"""The years in which most of the simulated projects lie: 99,600 at scale 40."""


def bench_metrics(data: Path, rounds: int) -> dict[str, Any]:
    """Each source of metrics, all recipients, five years; milliseconds of its statement."""
    server = embedded.start(data, say=lambda _: None)
    try:
        return asyncio.run(_bench(server, rounds))
    finally:
        server.stop()


async def _bench(server: EmbeddedServer, rounds: int) -> dict[str, Any]:
    database = Database(server.url(APP, await demo_database(server)))
    await database.open()
    try:
        async with database.reading(OFFICE) as session:
            print(f"\nmetrics of {await session.scalar(select(func.count(Project.id))):,} projects")
            own = await session.scalar(select(func.min(Project.recipient_id)))
        return {
            f"{actor.role}, {said}": await _measure(database, actor, as_of, rounds, said)
            for said, as_of in (("today", today()), ("a day in 2004", PAST))
            for actor in (OFFICE, Actor("bench", Role.RECIPIENT, recipients=(own or 0,)))
        }
    finally:
        await database.close()


async def _measure(
    database: Database, actor: Actor, as_of: date, rounds: int, said: str
) -> dict[str, float]:
    print(f"\n  {actor.role}, as of {said}"
          f"\n                             ms in the database   promised")
    figures = {}
    for source in Source:
        codes = [code for code, metric in METRICS.items() if metric.source is source]
        took = [await _once(database, actor, codes, as_of) for _ in range(rounds + 1)][1:]
        figures[source.value] = statistics.median(took)
        print(f"  {source.value:<27} {figures[source.value]:>17.1f}   ≤ {PROMISED_MS}")
    return figures


async def _once(
    database: Database, actor: Actor, codes: Sequence[str], as_of: date
) -> float:
    """The milliseconds of the statements that measure these, by recipient."""
    async with database.reading(actor) as session:
        took = await statements(session)
        found = await broken_down(
            session, codes, PERIOD, by=By.RECIPIENT, as_of=as_of, today=today())
    assert found or METRICS[codes[0]].source in (Source.TARGETS, Source.MONEY)
    return took()

"""What pages read at scale 40: promised 500 ms each, in the database and in Python together.

No reading brings more than 2,000 rows into Python. Measured as an office and as a recipient, of
today and as known on a day in the past; of such a day what it reads while today's part is there.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select

from aid.access.actor import Actor, Role
from aid.database import embedded
from aid.database.embedded import EmbeddedServer
from aid.database.engine import Database
from aid.database.provision import APP
from aid.projects.model import Project
from bench.demo import demo_database
from dashboards.reading_funds import read_dues, read_funds, read_later, read_queue
from dashboards.reading_investment import read_investment
from dashboards.reading_overview import read_compared, read_off_track, read_overview
from dashboards.view import View

PROMISED_MS, PROMISED_ROWS = 500, 2_000
PAST = date(2009, 6, 30)
Read = Callable[[Database, Actor, View], Awaitable[object]]
READS: Mapping[str, tuple[Read, View]] = {
    "overview": (read_overview, View()),
    "overview, as known in 2009": (read_overview, View(known_on=PAST)),
    "overview, off track": (read_off_track, View()),
    "overview, compared in 2009": (read_compared, View(known_on=PAST)),
    "funds, flows": (read_funds, View()),
    "funds, flows known in 2009": (read_funds, View(known_on=PAST)),
    "funds, what is due": (read_later, View()),
    "funds, due as known in 2009": (read_dues, View(known_on=PAST)),
    "funds, the work queue": (read_queue, View(part="queue")),
    "investment": (read_investment, View()),
}


def bench_page_reads(data: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds of each page's reading, and its rows."""
    server = embedded.start(data, say=lambda _: None)
    try:
        return asyncio.run(_bench(server, rounds))
    finally:
        server.stop()


async def _bench(server: EmbeddedServer, rounds: int) -> dict[str, dict[str, float]]:
    database = Database(server.url(APP, await demo_database(server)))
    await database.open()
    office, found, rows = Actor("bench", Role.OFFICE), {}, 0

    def count(_connection: object, cursor: Any, *_: object) -> None:
        nonlocal rows
        rows += max(cursor.rowcount, 0)

    event.listen(database._engine.sync_engine, "after_cursor_execute", count)
    try:
        async with database.reading(office) as session:
            own = await session.scalar(select(func.min(Project.recipient_id)))
        print("\nwhat pages read                               ms   promised    rows   promised")
        for actor in (office, Actor("bench", Role.RECIPIENT, recipients=(own or 0,))):
            for name, (read, view) in READS.items():
                took = []
                for _ in range(rounds + 1):
                    rows = 0
                    began = time.perf_counter()
                    await read(database, actor, view)
                    took.append((time.perf_counter() - began) * 1000)
                said = f"{actor.role}: {name}"
                found[said] = {"ms": statistics.median(took[1:]), "rows": rows}
                print(f"  {said:<38} {found[said]['ms']:>7.0f}   ≤ {PROMISED_MS:>6} {rows:>7}"
                      f"   ≤ {PROMISED_ROWS:,}")
        return found
    finally:
        await database.close()

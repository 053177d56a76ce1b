"""Loading simulated records: promised 3 s at scale 1, 3 minutes at scale 40, memory flat.

What is made is kept for as long as the server is: other figures are measured over `demo_database`.
"""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from aid.clock import today
from aid.database import embedded
from aid.database.embedded import EmbeddedServer
from aid.database.engine import Database, asyncpg_dsn
from aid.database.owning import owning
from aid.database.provision import APP, create_database, provision
from bench.usage import megabytes
from seeds.demo import load_demo
from seeds.load import load, shipped

SCALE = 40
"""So many times what was published: some 130,000 projects."""
PROMISED_SECONDS = {1: 3, SCALE: 180}
PROMISED_MB = 250


def bench_demo(data: Path) -> dict[str, float]:
    """Seconds and peak memory of a process that loads the demonstration, at both scales."""
    server = embedded.start(data, say=lambda _: None)
    print("\nsimulated records                       projects   seconds   peak MB   promised")
    figures: dict[str, float] = {}
    try:
        for scale, promised in PROMISED_SECONDS.items():
            projects, seconds, peak = asyncio.run(_made(server, _name(scale), scale))
            figures |= {f"{scale}_seconds": seconds, f"{scale}_peak_mb": peak}
            print(f"  {f'scale {scale}':<36} {projects:>9,} {seconds:>9.1f} {peak:>9.0f}"
                  f"   ≤ {promised} s, ≤ {PROMISED_MB} MB")
    finally:
        server.stop()
    return figures


async def demo_database(server: EmbeddedServer, scale: int = SCALE) -> str:
    """The name of a database of the server with simulated records, made where it is not there."""
    name = _name(scale)
    admin = await asyncpg.connect(asyncpg_dsn(make_url(server.admin_url)))
    try:
        known = await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name)
    finally:
        await admin.close()
    if not known:
        await _made(server, name, scale)
    return name


def admin_url(server: EmbeddedServer, name: str) -> str:
    """The administrator's login on a database of the server."""
    return make_url(server.admin_url).set(database=name).render_as_string(hide_password=False)


def _name(scale: int) -> str:
    return f"bench_demo_{scale}"


async def _made(server: EmbeddedServer, name: str, scale: int) -> tuple[int, float, float]:
    """Make such a database: its projects, and the seconds and megabytes that filling it took."""
    await create_database(server.admin_url, name)
    await provision(admin_url(server, name), app_password=server.password(APP))
    url = server.url(APP, name)
    database = Database(url)
    await database.open()
    try:
        await load(database, shipped(), today=today())
    finally:
        await database.close()
    seconds, peak = await asyncio.to_thread(_filled, admin_url(server, name), scale)
    admin = await asyncpg.connect(asyncpg_dsn(make_url(admin_url(server, name))))
    try:
        await admin.execute("VACUUM ANALYZE")
        projects = await admin.fetchval("SELECT count(*) FROM project")
    finally:
        await admin.close()
    return projects, seconds, peak


def _filled(url: str, scale: int) -> tuple[float, float]:
    """The seconds and megabytes that a process took to load the demonstration."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "bench.demo", str(scale)],
                               env={**os.environ, "BENCH_URL": url})
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError("loading the demonstration failed")
    return time.perf_counter() - began, megabytes(usage)


async def _fill(url: str, scale: int) -> None:
    async with owning(url) as database:
        await load_demo(database, today=today(), scale=scale)


if __name__ == "__main__":
    asyncio.run(_fill(os.environ["BENCH_URL"], int(sys.argv[1])))

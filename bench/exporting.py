"""Export of 100,000 projects: promised 3 times `psql \\copy` of the same rows, memory flat.

Both run the same statement, through the same walls, into a file. Where there is no psql the other
side is PostgreSQL's own COPY of that statement into a file, which is faster than psql.
"""

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import asyncpg
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.engine import make_url

from aid.access.actor import Actor, Role
from aid.audit.service import Asker
from aid.clock import today
from aid.database import embedded
from aid.database.embedded import EmbeddedServer
from aid.database.engine import Database, asyncpg_dsn
from aid.database.provision import APP
from aid.interchange.exports.kinds import EXPORTED
from aid.interchange.exports.producing import produce
from aid.interchange.exports.terms import Kind, Order, Wanted
from aid.projects.model import Project
from aid.sheets.writing import Form
from bench.demo import demo_database

PROMISED_RATIO = 3
FLAT_MB = 30
"""So much more may the whole need at its peak than a part of it."""
OFFICE = Actor("bench", Role.OFFICE)
PART = ("--from", "2006-01-01", "--to", "2006-03-31")


def bench_exporting(data: Path, place: Path, rounds: int) -> dict[str, Any]:
    """CSV against psql, the other forms by themselves, and what the command needs of memory."""
    server = embedded.start(data, say=lambda _: None)
    try:
        url, rows = asyncio.run(_prepare(server))
        return asyncio.run(_bench(url, rows, rounds, place)) | _memory(url, place) | {"rows": rows}
    finally:
        server.stop()


async def _prepare(server: EmbeddedServer) -> tuple[str, int]:
    """The address of the database of the demonstration, and the projects in it."""
    url = server.url(APP, await demo_database(server))
    database = Database(url)
    await database.open()
    try:
        async with database.reading(OFFICE) as session:
            return url, await session.scalar(select(func.count(Project.id))) or 0
    finally:
        await database.close()


async def _bench(url: str, rows: int, rounds: int, place: Path) -> dict[str, Any]:
    database = Database(url)
    await database.open()
    psql = shutil.which("psql")
    other = "psql \\copy" if psql else "COPY (no psql here)"
    print(f"\nexport of {rows:,} projects           seconds   {other:>20}   ratio   promised")
    try:
        copied = partial(_psql if psql else _raw, url, place)
        figures = await _compared(partial(_made, database, Form.CSV), copied, rounds)
        for form in (Form.JSONL, Form.XLSX):
            figures[form.value] = await _timed(partial(_made, database, form))
            print(f"  {form.value:<32} {figures[form.value]:>9.2f}")
        return figures
    finally:
        await database.close()


async def _compared(
    ours: Callable[[], Awaitable[None]], theirs: Callable[[], Awaitable[None]], rounds: int
) -> dict[str, float]:
    """Both in turn, after one round that does not count."""
    pairs = [(await _timed(ours), await _timed(theirs)) for _ in range(rounds + 1)][1:]
    ratios = sorted(a / b for a, b in pairs)
    a, b = (statistics.median(pair[at] for pair in pairs) for at in (0, 1))
    ratio = statistics.median(ratios)
    print(f"  {'csv':<32} {a:>9.2f}   {b:>20.2f}   {ratio:.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
          f"   ≤ {PROMISED_RATIO}")
    return {"csv": a, "copy": b, "ratio": ratio}


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def _made(database: Database, form: Form) -> None:
    order = Order(kind=Kind.PROJECTS, form=form, locale="zh", today=today())
    with TemporaryFile() as file:
        made = await produce(database, order, file, actor=OFFICE, asker=Asker("bench"))
    assert made.rows


def _statement() -> str:
    """The statement of the export, with its values in it."""
    wanted = Wanted(None, None, None, None, None, None, today(), "zh")
    compiled = EXPORTED[Kind.PROJECTS].rows(wanted).compile(
        dialect=dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[no-untyped-call]
    return " ".join(str(compiled).split())


async def _psql(url: str, place: Path) -> None:
    claims = " ".join(f"-c {name}={value}" for name, value in OFFICE.claims.items())
    command = f"\\copy ({_statement()}) TO '{place / 'copied.csv'}' (FORMAT csv, HEADER)"
    process = await asyncio.create_subprocess_exec(
        "psql", asyncpg_dsn(make_url(url)), "-qXc", command,
        env={**os.environ, "PGOPTIONS": f"{claims} -c statement_timeout=0"})
    assert await process.wait() == 0


async def _raw(url: str, place: Path) -> None:
    connection = await asyncpg.connect(asyncpg_dsn(make_url(url)))
    try:
        for name, value in OFFICE.claims.items():
            await connection.execute("SELECT set_config($1, $2, false)", name, value)
        await connection.copy_from_query(_statement(), output=place / "copied.csv", format="csv")
    finally:
        await connection.close()


def _memory(url: str, place: Path) -> dict[str, float]:
    """The peak of `aid export` for a part of the projects and for all of them."""
    print("\n`aid export projects`, peak MB                part       all   promised")
    figures: dict[str, float] = {}
    for form in set(Form) - {Form.ZIP}:
        part, all_ = (_peak(url, place / f"peak.{form}", *more) for more in (PART, ()))
        figures |= {f"{form}_part_mb": part, f"{form}_all_mb": all_}
        print(f"  {form.value:<38} {part:>9.0f} {all_:>9.0f}   ≤ {FLAT_MB} more")
    return figures


def _peak(url: str, path: Path, *more: str) -> float:
    process = subprocess.Popen(
        [sys.executable, "-m", "aid.cli", "export", "projects", "-o", str(path), *more],
        env={**os.environ, "AID_DATABASE_URL": url, "AID_SECRET_KEY": "only-for-measuring-" * 2},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0
    return usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)

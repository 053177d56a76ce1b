"""`aid import` of 20,000 projects from XLSX, and of 5,000 vouchers from CSV, children included.

Promised: 30 s and 400 MB for the projects.
"""

import asyncio
import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import xlsxwriter
from sqlalchemy.engine import make_url

from aid.access.actor import Actor, Role
from aid.clock import today
from aid.database import embedded
from aid.database.embedded import EmbeddedServer
from aid.database.engine import Database, asyncpg_dsn
from aid.database.provision import APP, create_database, provision
from aid.interchange.imports.project_columns import STAGES
from aid.interchange.imports.terms import IMPORTS, ImportKind
from aid.projects.rules import PATHS
from aid.projects.terms import STAGE_NAMES, ProjectKind, Stage
from seeds.load import load, shipped

PROMISED_SECONDS, PROMISED_MB = 30, 400
PROJECTS, VOUCHERS = 20_000, 5_000
OFFICE = Actor("bench", Role.OFFICE)
RECIPIENTS = ("532600", "532500", "530800", "540200", "652900", "533400", "500101", "420506")
SECTORS = ("housing", "education", "health", "water")


def bench_importing(data: Path, place: Path) -> dict[str, float]:
    """The first import of a sheet, and the same again."""
    file = place / "projects.xlsx"
    write_projects(file, PROJECTS)
    server = embedded.start(data, say=lambda _: None)
    try:
        url = asyncio.run(_database(server))
        print(f"\n`aid import` of {PROJECTS:,} projects (XLSX)      seconds   peak MB   promised")
        figures: dict[str, float] = {}
        for name in ("first", "again"):
            took, peak = _run(url, "projects", file)
            figures |= {f"{name}_seconds": took, f"{name}_peak_mb": peak}
            print(f"  {name:<38} {took:>8.2f}  {peak:>8.0f}   ≤ {PROMISED_SECONDS} s, "
                  f"≤ {PROMISED_MB} MB")
        instalments, vouchers = asyncio.run(_write_vouchers(url, place))
        _run(url, "tranches", instalments)
        for name in ("vouchers", "vouchers_again"):
            took, peak = _run(url, "movements", vouchers)
            figures |= {f"{name}_seconds": took, f"{name}_peak_mb": peak}
            print(f"  {VOUCHERS:,} {name.replace('_', ', '):<32} {took:>8.2f}  {peak:>8.0f}   -")
        return figures
    finally:
        server.stop()


def write_projects(path: Path, count: int) -> None:
    """A sheet of projects as an office keeps it, at all stages of their lives."""
    columns = IMPORTS[ImportKind.PROJECTS].columns
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet, day = book.add_worksheet("填报"), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, [column.title.zh for column in columns])
    for number in range(1, count + 1):
        row = a_project(number)
        for at, column in enumerate(columns):
            value = row.get(column.key)
            if isinstance(value, date):
                sheet.write_datetime(number, at, value, day)
            elif value is not None:
                sheet.write(number, at, value)
    book.close()


def a_project(number: int) -> dict[str, Any]:
    """The row of a project; a tenth of them are cancelled, the others somewhere on their path."""
    kind = ProjectKind.FIXED_ASSET if number % 3 else ProjectKind.NON_FIXED_ASSET
    path = PATHS[kind]
    reached = path[number * 7 % len(path)]
    start = date(2004, 5, 1) + timedelta(days=number * 13 % 1500)
    amount = 100_000 + number * 37 % 900_000 + number % 100 / 100
    row: dict[str, Any] = {
        "name": f"第{number}号整村推进与基础设施建设项目",
        "recipient": RECIPIENTS[number % len(RECIPIENTS)], "sector": SECTORS[number % 4],
        "kind": kind, "delivery_mode": "交支票" if number % 2 else "交钥匙",
        "locality": f"第{number % 60}乡", "description": "道路硬化、人畜饮水、村卫生室和活动室建设",
        "proposed_yuan": amount, "proposed_on": start - timedelta(days=90),
        "planned_start": start, "planned_end": start + timedelta(days=400),
        "stage": STAGE_NAMES[reached].zh,
    }
    for stage in path[1 : path.index(reached) + 1]:
        columns = STAGES[stage]
        row[columns.on] = start + timedelta(days=60 * path.index(stage) - 80)
        if columns.number and number % 5:
            row[columns.number] = f"沪合〔{start.year}〕{number}号"
        if columns.judge:
            row[columns.judge] = "州发展改革委"
    if reached is not Stage.RESERVE:
        row["approved_yuan"] = amount
        if number % 10 == 0 and reached is not Stage.CLOSED:
            row |= {"stage": "终止", "ended_on": date(2010, 6, 1), "ended_because": "规划调整"}
    return row


async def _write_vouchers(url: str, place: Path) -> tuple[Path, Path]:
    """Sheets of instalments, one a project, and of what is committed and sent of each."""
    connection = await asyncpg.connect(asyncpg_dsn(make_url(url)))
    try:
        for name, value in OFFICE.claims.items():
            await connection.execute("SELECT set_config($1, $2, false)", name, value)
        codes = [row["code"] for row in await connection.fetch(
            "SELECT code FROM project WHERE stage NOT IN ('reserve', 'suspended', 'cancelled',"
            " 'closed') ORDER BY id LIMIT $1", VOUCHERS // 4)]
    finally:
        await connection.close()
    tranches, movements = place / "tranches.csv", place / "movements.csv"
    steps = [("计划下达", 90, ""), *(("拨付", 30, f"V-{number}") for number in range(3))]
    tranches.write_text("".join(["项目编号,资金批次,资金来源代码,金额,到期日\n", *(
        f"{code},首期款,310000-city,100,2011-06-01\n" for code in codes)]), encoding="utf-8")
    movements.write_text("".join(["项目编号,批次序号,类型,金额,发生日期,凭证号,文号\n", *(
        f"{code},1,{kind},{yuan},2011-06-0{day},{voucher},沪合〔2011〕1号\n" for code in codes
        for day, (kind, yuan, voucher) in enumerate(steps, 1))]),
        encoding="utf-8")
    return tranches, movements


async def _database(server: EmbeddedServer) -> str:
    """A seeded database of its own; its address."""
    name = "bench_importing"
    await create_database(server.admin_url, name)
    admin_url = make_url(server.admin_url).set(database=name).render_as_string(hide_password=False)
    await provision(admin_url, app_password=server.password(APP))
    database = Database(server.url(APP, name))
    await database.open()
    try:
        await load(database, shipped(), today=today())
    finally:
        await database.close()
    return server.url(APP, name)


def _run(url: str, kind: str, file: Path) -> tuple[float, float]:
    """Seconds, and the most megabytes that the command and its children had at once."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AID_")}
    began, peak = time.perf_counter(), 0
    process = psutil.Popen(
        [sys.executable, "-m", "aid.cli", "import", kind, str(file), "--json"],
        env={**kept, "AID_DATABASE_URL": url}, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        peak = max(peak, _resident(process))
        time.sleep(0.25)  # to look costs time too
    took = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError("aid import failed")
    return took, peak / 1024**2


def _resident(process: psutil.Popen) -> int:
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total

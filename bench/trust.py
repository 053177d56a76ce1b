"""A ledger of 500,000 movements: verified inside and offline, exported, brought back from a backup.

Promised: 50,000 movements a second of one processor offline; CSV within twice PostgreSQL's COPY of
the same rows; 50 MB above what exporting nothing takes.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.engine import make_url

from aid.access.actor import Actor, Role
from aid.audit.service import Asker
from aid.clock import today
from aid.database import embedded
from aid.database.embedded import EmbeddedServer
from aid.database.engine import Database, asyncpg_dsn
from aid.database.provision import APP, create_database, provision
from aid.funds.checkpoints import FILE, Witness, make_checkpoint
from aid.funds.proof import FIELDS, Chain
from aid.funds.verifying import verify_ledger
from aid.funds.witnesses import Known
from aid.interchange.exports.movements import MOVEMENT_COLUMNS, movement_rows
from aid.interchange.exports.producing import produce
from aid.interchange.exports.terms import Kind, Order, Wanted
from aid.secrets import Keys
from aid.sheets.copying import csv_select
from aid.sheets.writing import Form
from bench.movements import COLUMNS, Step, chain
from seeds.load import load, shipped

PROJECTS, EACH = 1_000, 500
MOVEMENTS = PROJECTS * EACH
PROMISED_ROWS, PROMISED_RATIO, FLAT_MB = 50_000, 2, 50
KEY = "only-for-measuring-" * 2
OFFICE = Actor("bench", Role.OFFICE)
KINDS = ("commit", "disburse", "receive", "pay")
FILL = f"""
INSERT INTO project (code, name, recipient_id, region_id, supporter_id, sector_id, kind,
    delivery_mode, stage, proposed_fen, approved_fen, planned_start, planned_end, version)
  SELECT 'B' || lpad(n::text, 5, '0'), '项目', place.id, place.id,
    (SELECT min(id) FROM supporting_city), (SELECT min(id) FROM sector), 'fixed_asset', 'cheque',
    'started', 1000000000, 1000000000, '2006-01-01', '2007-01-01', 1
  FROM generate_series(0, {PROJECTS} - 1) n
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS at
        FROM (SELECT DISTINCT recipient_id AS id FROM pairing ORDER BY 1 LIMIT 8) p) place
  ON place.at = n % 8;
INSERT INTO tranche (project_id, recipient_id, seq, name, source_id, amount_fen, due_on, version)
  SELECT id, recipient_id, 1, '批次', (SELECT min(id) FROM fund_source), 1000000000, '2006-01-01', 1
  FROM project;
"""
KEPT = """
INSERT INTO chain (project_id, recipient_id, seq, hash)
  SELECT DISTINCT ON (project_id) project_id, recipient_id, seq, hash FROM movement
  ORDER BY project_id, seq DESC;
INSERT INTO tranche_balance (tranche_id, project_id, recipient_id, source_id, sector_id, spent,
    total_commit, total_disburse, total_receive, total_pay, began_at, moved_at)
  SELECT m.tranche_id, m.project_id, m.recipient_id, t.source_id, p.sector_id,
    sum(m.amount_fen) / 4, sum(m.amount_fen) / 4, sum(m.amount_fen) / 4, sum(m.amount_fen) / 4,
    sum(m.amount_fen) / 4, min(recorded_at), max(recorded_at)
  FROM movement m JOIN tranche t ON t.id = m.tranche_id JOIN project p ON p.id = m.project_id
  GROUP BY 1, 2, 3, 4, 5;
INSERT INTO fund_total SELECT * FROM aid_rebuilt_totals();
VACUUM ANALYZE
"""

def bench_trust(data: Path, place: Path, rounds: int) -> dict[str, Any]:
    """Verification, exports, memory, and the drill."""
    server = embedded.start(data, say=lambda _: None)
    try:
        url, admin_url = asyncio.run(_prepare(server))
        figures = asyncio.run(_bench(url, place, rounds))
        return figures | _offline(url, place) | _memory(url, place) | _drill(url, admin_url, place)
    finally:
        server.stop()


async def _prepare(server: EmbeddedServer) -> tuple[str, str]:
    name = "bench_trust"
    await create_database(server.admin_url, name)
    admin_url = make_url(server.admin_url).set(database=name).render_as_string(hide_password=False)
    await provision(admin_url, app_password=server.password(APP))
    url = server.url(APP, name)
    admin = await asyncpg.connect(asyncpg_dsn(make_url(admin_url)))
    try:
        if not await admin.fetchval("SELECT count(*) FROM project"):
            database = Database(url)
            await database.open()
            await load(database, shipped(), today=today())
            await database.close()
            await admin.execute(FILL)
            source = await admin.fetchval("SELECT code FROM fund_source ORDER BY id LIMIT 1")
            tranches = await admin.fetch(
                "SELECT t.id, t.project_id, t.recipient_id, p.code FROM tranche t"
                " JOIN project p ON p.id = t.project_id ORDER BY 1")
            for row in tranches:
                await admin.copy_records_to_table(
                    "movement", columns=COLUMNS, records=list(chain(row, source, _steps())))
            for statement in KEPT.split(";\n"):
                await admin.execute(statement)
    finally:
        await admin.close()
    return url, admin_url


def _steps() -> list[Step]:
    return [(KINDS[at % 4], 100 + at // 4) for at in range(EACH)]


async def _bench(url: str, place: Path, rounds: int) -> dict[str, Any]:
    witness = Witness(Keys(KEY), place / FILE)
    database = Database(url)
    await database.open()
    try:
        began = time.perf_counter()
        await make_checkpoint(database, witness)
        signed = time.perf_counter() - began
        print(f"\nledger of {MOVEMENTS:,} movements             a second   promised")
        pure = _pure()
        print(f"  {'chains alone':<38} {pure:>10,.0f}   ≥ {PROMISED_ROWS:,}")
        began = time.perf_counter()
        report = await verify_ledger(database, Known(witness.keys, witness.file))
        inside = MOVEMENTS / (time.perf_counter() - began)
        assert (report.movements, report.found) == (MOVEMENTS, 0), report.findings[:3]
        print(f"  {'`aid verify`, database and all':<38} {inside:>10,.0f}")
        print(f"  {'a checkpoint of 1,000 chains, seconds':<38} {signed:>10.2f}")
        return {"pure": pure, "inside": inside, "checkpoint": signed,
                "csv": await _compared(database, url, witness, place, rounds)}
    finally:
        await database.close()


def _pure() -> float:
    """Chains followed in memory, a second."""
    rows = list(chain(
        {"code": "B1", "project_id": 1, "recipient_id": 1, "id": 1}, "s", _steps()))
    said = [{name: json.loads(row[14])[name] for name in FIELDS} for row in rows]
    began = time.process_time()
    for _ in range(100):
        followed = Chain("B1")
        for columns, row in zip(said, rows, strict=True):
            assert not followed.add(columns, row[14], row[15], row[16], row[3])
    return 100 * EACH / (time.process_time() - began)


async def _compared(
    database: Database, url: str, witness: Witness, place: Path, rounds: int
) -> dict[str, float]:
    """The export as CSV against COPY of its statement on a bare connection, in turn."""
    pairs = [(await _ours(database, witness), await _copy(url, place))
             for _ in range(rounds + 1)][1:]
    ratio = statistics.median(a / b for a, b in pairs)
    a, b = (statistics.median(pair[at] for pair in pairs) for at in (0, 1))
    print(f"\nexport of movements                       seconds   COPY   ratio   promised\n"
          f"  {'csv':<38} {a:>8.2f} {b:>6.2f} {ratio:>7.2f}   ≤ {PROMISED_RATIO}")
    return {"seconds": a, "copy": b, "ratio": ratio}


async def _ours(database: Database, witness: Witness) -> float:
    order = Order(kind=Kind.MOVEMENTS, form=Form.CSV, locale="zh", today=today())
    began = time.perf_counter()
    with TemporaryFile() as file:
        made = await produce(database, order, file, actor=OFFICE, asker=Asker("bench"),
                             witness=witness)
    assert made.rows == MOVEMENTS
    return time.perf_counter() - began


async def _copy(url: str, place: Path) -> float:
    wanted = Wanted(None, None, None, None, None, None, today(), "zh")
    compiled = csv_select(movement_rows(wanted), MOVEMENT_COLUMNS, "zh").compile(
        dialect=dialect())  # type: ignore[no-untyped-call]
    given = compiled.construct_params()
    values = [given[name] for name in compiled.positiontup or ()]
    connection = await asyncpg.connect(asyncpg_dsn(make_url(url)))
    try:
        for name, value in OFFICE.claims.items():
            await connection.execute("SELECT set_config($1, $2, false)", name, value)
        await connection.execute("SET datestyle = 'ISO'")
        began = time.perf_counter()
        await connection.copy_from_query(str(compiled), *values, output=place / "copied.csv",
                                         format="csv")
        return time.perf_counter() - began
    finally:
        await connection.close()


def _run(url: str, *arguments: str, **more: str) -> tuple[float, float, float]:
    """Seconds that a command took, its peak in MB, and seconds of the processor."""
    began = time.perf_counter()
    process = subprocess.Popen(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "AID_DATABASE_URL": url, "AID_SECRET_KEY": KEY, **more})
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, arguments
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return (time.perf_counter() - began, usage.ru_maxrss / scale,
            usage.ru_utime + usage.ru_stime)


def _offline(url: str, place: Path) -> dict[str, float]:
    """The ZIP, and verify.py of it on its own."""
    file, out = place / "all.zip", place / "out"
    aid = (sys.executable, "-m", "aid.cli", "export", "movements", "-o", str(file))
    made, *_ = _run(url, *aid, AID_DATA_DIR=str(place))
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(file), str(out)], check=True)
    _, peak, took = _run(url, sys.executable, "-I", "-S", str(out / "verify.py"))
    print(f"  {'zip, seconds':<38} {made:>8.2f}\n  {'verify.py on it, movements a second':<38} "
          f"{MOVEMENTS / took:>8,.0f}   ≥ {PROMISED_ROWS:,} ({peak:.0f} MB)")
    return {"zip_seconds": made, "offline": MOVEMENTS / took, "offline_mb": peak}


def _memory(url: str, place: Path) -> dict[str, float]:
    """The peak of exporting everything, above that of exporting nothing."""
    print("\n`aid export movements`, peak MB               nothing       all   promised")
    figures: dict[str, float] = {}
    for form in (Form.CSV, Form.JSONL, Form.ZIP):
        aid = (sys.executable, "-m", "aid.cli", "export", "movements", "-o",
               str(place / f"peak.{form}"))
        none, all_ = (_run(url, *aid, *more, AID_DATA_DIR=str(place))[1]
                      for more in (("--from", "2099-01-01"), ()))
        figures |= {f"{form}_idle_mb": none, f"{form}_mb": all_}
        print(f"  {form.value:<38} {none:>12.0f} {all_:>9.0f}   ≤ {FLAT_MB} more")
    return figures


def _drill(url: str, admin_url: str, place: Path) -> dict[str, float]:
    """A backup, and a restore of it that is thrown away, verified."""
    file = place / "trust.aid-backup"
    file.unlink(missing_ok=True)
    more = {"AID_ADMIN_DATABASE_URL": admin_url, "AID_DATA_DIR": str(place)}
    aid = (sys.executable, "-m", "aid.cli")
    took = [_run(url, *aid, *command, str(file), **more)[0]
            for command in (("backup",), ("restore", "--drill"))]
    print(f"\nbackup {took[0]:.1f} s; drill, with all {MOVEMENTS:,} verified, {took[1]:.1f} s")
    return {"backup_seconds": took[0], "drill_seconds": took[1]}

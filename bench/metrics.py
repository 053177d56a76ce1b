"""Metrics for all recipients over five years, at 100,000 projects: promised 100 ms each.

The scratch database is filled by generate_series as the administrator and measured through row
security, as an office and as a recipient: of today, and of a day in the past.
"""

import asyncio
import statistics
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import make_url

from aid.access.actor import Actor, Role
from aid.clock import today
from aid.database import embedded
from aid.database.embedded import EmbeddedServer
from aid.database.engine import Database, asyncpg_dsn
from aid.database.provision import APP, create_database, provision
from aid.metrics.queries import broken_down
from aid.metrics.registry import METRICS
from aid.metrics.terms import By, Scope, Source
from seeds.load import load, shipped

PROMISED_MS = 100
PROJECTS, VILLAGES, POSTS = 100_000, 35_360, 40_000
"""What 40 times the demonstration holds: 884 villages and 1,800 people, each 40 times."""
TODAY, PAST = date(2011, 6, 30), date(2009, 6, 30)
PERIOD = Scope(since=date(2006, 1, 1), until=date(2010, 12, 31))

FILL = f"""
SET session_replication_role = replica;
CREATE TEMPORARY TABLE place AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS at
  FROM (SELECT DISTINCT recipient_id AS id FROM pairing ORDER BY 1 LIMIT 8) p;
INSERT INTO sector (code, name, name_en, ordinal)
  SELECT 'bench-' || n, '领域', 'Sector', n FROM generate_series(1, 8) n;
CREATE TEMPORARY TABLE life AS
  SELECT n, place.id AS recipient_id, city.id AS supporter_id, sector.id AS sector_id,
    n % 100 AS fate, '2006-01-01'::date + (n * 7919 % 1800)::int AS approved_on,
    60 + (n % 90)::int AS until_start, 200 + (n * 31 % 500)::int AS until_end
  FROM generate_series(0, {PROJECTS} - 1) n
  JOIN place ON place.at = n * 31 % (SELECT count(*) FROM place)
  JOIN sector ON sector.code = 'bench-' || n % 8 + 1
  JOIN (SELECT min(id) AS id FROM supporting_city) city ON true;
CREATE TEMPORARY TABLE entered AS
  SELECT l.*, s.stage, s.ordinal, s.occurred_on FROM life l, LATERAL (VALUES
    ('reserve', 0, approved_on - 30),
    ('approved', 1, approved_on),
    ('tendered', 2, approved_on + until_start / 2),
    ('started', 3, approved_on + until_start),
    ('completed', 4, approved_on + until_start + until_end),
    ('accepted', 5, approved_on + until_start + until_end + 60),
    ('audited', 6, approved_on + until_start + until_end + 150)
  ) s (stage, ordinal, occurred_on)
  WHERE s.occurred_on < '{TODAY}' AND (fate >= 5 OR ordinal = 0)
    AND (fate NOT BETWEEN 5 AND 9 OR ordinal < 4);
CREATE TEMPORARY TABLE day AS
  SELECT n, max(ordinal) AS reached,
    min(occurred_on) FILTER (WHERE ordinal = 1) AS approved_on,
    min(occurred_on) FILTER (WHERE ordinal = 3) AS started_on,
    min(occurred_on) FILTER (WHERE ordinal = 4) AS completed_on,
    min(occurred_on) FILTER (WHERE ordinal = 5) AS accepted_on,
    min(occurred_on) FILTER (WHERE ordinal = 6) AS audited_on
  FROM entered GROUP BY n;
INSERT INTO project (code, name, recipient_id, region_id, supporter_id, sector_id, kind,
    delivery_mode, stage, held_stage, proposed_fen, approved_fen, planned_start, planned_end,
    approved_on, started_on, completed_on, accepted_on, audited_on, progress, progress_on, version)
  SELECT 'B' || n, '第' || n || '号整村推进与基础设施建设项目', recipient_id, recipient_id,
    supporter_id, sector_id, 'fixed_asset', 'cheque',
    CASE WHEN fate BETWEEN 5 AND 7 THEN 'cancelled' WHEN fate BETWEEN 8 AND 9 THEN 'suspended'
      ELSE (ARRAY['reserve', 'approved', 'tendered', 'started', 'completed', 'accepted',
                  'audited'])[reached + 1] END,
    CASE WHEN fate BETWEEN 8 AND 9 THEN 'approved' END,
    50000000 + n * 1000, CASE WHEN d.approved_on IS NOT NULL THEN 50000000 + n * 1000 END,
    l.approved_on, l.approved_on + until_start + until_end - 30 + (n % 60)::int,
    d.approved_on, d.started_on, d.completed_on, d.accepted_on, d.audited_on,
    CASE WHEN completed_on IS NOT NULL THEN 100 WHEN started_on IS NOT NULL THEN 45.5 ELSE 0 END,
    coalesce(completed_on, started_on), 1
  FROM life l JOIN day d USING (n);
CREATE TEMPORARY TABLE numbered AS SELECT id, substr(code, 2)::bigint AS n FROM project;
INSERT INTO stage_change (project_id, recipient_id, from_stage, to_stage, occurred_on, actor,
    override)
  SELECT id, recipient_id, lag(stage) OVER (PARTITION BY n ORDER BY ordinal), stage, occurred_on,
    'bench', false FROM entered JOIN numbered USING (n) ORDER BY occurred_on, n, ordinal;
INSERT INTO stage_change (project_id, recipient_id, from_stage, to_stage, occurred_on, reason,
    actor, override)
  SELECT id, recipient_id, 'approved', stage, '2010-06-01', '因故', 'bench', false
  FROM project WHERE stage IN ('cancelled', 'suspended');
INSERT INTO progress_report (project_id, recipient_id, reported_on, percent, actor)
  SELECT p.id, p.recipient_id, s.on_day, s.percent, 'bench' FROM project p, LATERAL (VALUES
    (started_on, 45.5), ((started_on + (completed_on - started_on) / 2), 70.25), (completed_on, 100)
  ) s (on_day, percent) WHERE s.on_day IS NOT NULL ORDER BY s.on_day;
INSERT INTO milestone (project_id, recipient_id, ordinal, stage, name, planned_on, met_on, version)
  SELECT p.id, p.recipient_id, o, 'started', '节点' || o, p.planned_start + o * 120,
    CASE WHEN p.planned_start + o * 120 < '{TODAY}' AND (p.id + o) % 10 > 0
      THEN p.planned_start + o * 120 + ((p.id * 7 + o * 13) % 30)::int - 20 END, 1
  FROM project p, generate_series(1, 4) o;
"""
REST = f"""
SET session_replication_role = replica;
CREATE TEMPORARY TABLE place AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS at
  FROM (SELECT DISTINCT recipient_id AS id FROM pairing ORDER BY 1 LIMIT 8) p;
INSERT INTO key_village (code, name, recipient_id, region_id, supporter_id, designated_in, version)
  SELECT 'V' || n, '第' || n || '村', place.id, place.id, city.id, 2006 + n % 5, 1
  FROM generate_series(0, {VILLAGES} - 1) n
  JOIN place ON place.at = n * 31 % (SELECT count(*) FROM place)
  JOIN (SELECT min(id) AS id FROM supporting_city) city ON true;
INSERT INTO village_work (village_id, recipient_id, code, component, name, unit, planned, cost_fen,
    planned_start, planned_end, version)
  SELECT v.id, v.recipient_id, 'w' || o, (ARRAY['production', 'living', 'education', 'health',
    'income', 'organisation'])[o], '建设', '公里', 10 + o, 1000000 * o, '2006-01-01',
    '2010-12-31', 1
  FROM key_village v, generate_series(1, 6) o;
INSERT INTO village_report (work_id, recipient_id, reported_on, done, actor)
  SELECT w.id, w.recipient_id, '2007-01-01'::date + (w.id % 500)::int + o * 400, o * 5, 'bench'
  FROM village_work w, generate_series(1, 2) o ORDER BY 3;
INSERT INTO post (code, recipient_id, unit, title, category, direction, agreed_from, agreed_until)
  SELECT 'W' || n, place.id, '教育局', '副局长', 'official', 'out',
    '2006-01-01'::date + (n % 900)::int,
    CASE WHEN n % 3 = 0 THEN '2006-01-01'::date + (n % 900)::int + 1095 END
  FROM generate_series(0, {POSTS} - 1) n
  JOIN place ON place.at = n * 31 % (SELECT count(*) FROM place);
INSERT INTO cadre (code, name, category, supporter_id, version)
  SELECT 'C' || p.id || '-' || o, '某', 'official', city.id, 1 FROM post p, generate_series(0, 1) o
  JOIN (SELECT min(id) AS id FROM supporting_city) city ON true;
INSERT INTO secondment (recipient_id, cadre_id, post_id, starts_on, planned_end, version)
  SELECT p.recipient_id, c.id, p.id, p.agreed_from + 30 + o * 1095,
    p.agreed_from + 30 + o * 1095 + 900, 1
  FROM post p, generate_series(0, 1) o, cadre c WHERE c.code = 'C' || p.id || '-' || o;
"""


def bench_metrics(data: Path, rounds: int) -> dict[str, Any]:
    """Each source of metrics, all recipients, five years; milliseconds of its statement."""
    server = embedded.start(data, say=lambda _: None)
    try:
        return asyncio.run(_bench(server, rounds))
    finally:
        server.stop()


async def _bench(server: EmbeddedServer, rounds: int) -> dict[str, Any]:
    name = "bench_metrics"
    await create_database(server.admin_url, name)
    admin_url = make_url(server.admin_url).set(database=name).render_as_string(hide_password=False)
    await provision(admin_url, app_password=server.password(APP))
    database = Database(server.url(APP, name))
    await database.open()
    try:
        own = await fill(database, asyncpg_dsn(make_url(admin_url)))
        return {
            f"{actor.role}, {said}": await _measure(database, actor, as_of, rounds, said)
            for said, as_of in (("today", TODAY), ("two years ago", PAST))
            for actor in (Actor("bench", Role.OFFICE),
                          Actor("bench", Role.RECIPIENT, recipients=(own,)))
        }
    finally:
        await database.close()


async def fill(database: Database, admin_url: str) -> int:
    """Fill the database, once; the id of a recipient."""
    admin = await asyncpg.connect(admin_url)
    try:
        if not await admin.fetchval("SELECT count(*) FROM project"):
            await load(database, shipped(), today=today())
            for rows in (FILL, REST):
                await admin.execute(rows)
                await admin.execute("DROP TABLE place")
            await admin.execute("VACUUM ANALYZE")
        found: int = await admin.fetchval("SELECT min(recipient_id) FROM project")
        return found
    finally:
        await admin.close()


async def _measure(
    database: Database, actor: Actor, as_of: date, rounds: int, said: str
) -> dict[str, float]:
    print(f"\nmetrics of {PROJECTS:,} projects, {actor.role}, as of {said}"
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
        connection = (await session.connection()).sync_connection
        assert connection is not None
        marks: list[float] = []
        for moment in ("before_cursor_execute", "after_cursor_execute"):
            event.listen(connection, moment, lambda *_: marks.append(time.perf_counter()))
        found = await broken_down(session, codes, PERIOD, by=By.RECIPIENT, as_of=as_of, today=TODAY)
    assert found or codes == ["target_attainment"]
    return sum(b - a for a, b in zip(marks[::2], marks[1::2], strict=True)) * 1000

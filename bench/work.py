"""100,000 projects with all that happened to them, key villages, posts: a database to measure on.

It is filled by generate_series as the administrator, as fast as the disk takes it, and measured
through row security. The tables' own triggers run as they do for anybody.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import asyncpg
from sqlalchemy.engine import make_url

from aid.clock import today
from aid.database.embedded import EmbeddedServer
from aid.database.engine import Database, asyncpg_dsn
from aid.database.provision import APP, create_database, provision
from seeds.load import load, shipped

NAME = "bench_work"
PROJECTS, VILLAGES, POSTS = 100_000, 35_360, 40_000
"""What 40 times the demonstration holds: 884 villages and 1,800 people, each 40 times."""
TODAY = date(2011, 6, 30)
"""The day on which the work is looked at; nothing happened after it."""

TOWNSHIPS = ("河口", "岔河", "石门", "双龙", "三道沟", "甘泉", "马鞍山", "新民", "大坪", "桃园",
             "白塔", "青松", "柳林", "杨家湾", "红旗", "向阳", "东升", "长岭", "金沙", "凤凰")
WORKS = ("人畜饮水", "村道硬化", "中心小学教学楼", "卫生院门诊楼", "安居房", "沼气池", "农田水利",
         "茶叶种植示范", "温室大棚", "村级活动室", "劳动力转移培训", "广播电视", "输电线路",
         "中学宿舍楼", "养殖小区", "文化站", "防洪堤", "整村推进", "太阳能路灯", "远程教育")
ENDINGS = ("项目", "工程", "建设项目", "改造工程", "一期")
RARE = "德昂族古寨保护"
"""What seven projects in all are called."""

_PLACES = """
CREATE TEMPORARY TABLE place AS SELECT id, code, row_number() OVER (ORDER BY id) - 1 AS at
  FROM division WHERE id IN (SELECT recipient_id FROM pairing) ORDER BY id LIMIT 8;
CREATE TEMPORARY TABLE county AS SELECT p.id AS recipient_id, d.id, d.name,
    row_number() OVER (PARTITION BY p.id ORDER BY d.id) - 1 AS at,
    count(*) OVER (PARTITION BY p.id) AS of
  FROM place p JOIN division d ON d.parent_id = p.id OR d.id = p.id;
"""
PROJECT_ROWS = f"""
{_PLACES}
INSERT INTO sector (code, name, name_en, ordinal)
  SELECT 'bench-' || n, '领域', 'Sector', n FROM generate_series(1, 8) n;
CREATE TEMPORARY TABLE life AS
  SELECT n, place.id AS recipient_id, place.code AS place, city.id AS supporter_id,
    sector.id AS sector_id, county.id AS region_id, county.name AS county,
    (SELECT array_agg(id ORDER BY id) FROM supporting_district) AS districts,
    n % 100 AS fate, '2006-01-01'::date + (n * 7919 % 1800)::int AS approved_on,
    60 + (n % 90)::int AS until_start, 200 + (n * 31 % 500)::int AS until_end
  FROM generate_series(0, {PROJECTS} - 1) n
  JOIN place ON place.at = n * 31 % (SELECT count(*) FROM place)
  JOIN county ON county.recipient_id = place.id AND county.at = n / 8 * 7 % county.of
  JOIN sector ON sector.code = 'bench-' || n / 3 % 8 + 1
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
CREATE TEMPORARY TABLE numbered AS SELECT n, n + 1 AS id FROM life;
INSERT INTO project (id, code, name, recipient_id, region_id, supporter_id, district_id, sector_id,
    kind, delivery_mode, stage, held_stage, proposed_fen, approved_fen, planned_start, planned_end,
    approved_on, started_on, completed_on, accepted_on, audited_on, version)
  OVERRIDING SYSTEM VALUE
  SELECT id, '310000-' || place || '-' || date_part('year', l.approved_on) || '-' || lpad(
      row_number() OVER (PARTITION BY place, date_part('year', l.approved_on) ORDER BY n)::text,
      4, '0'),
    county || ('{{{",".join(TOWNSHIPS)}}}'::text[])[n / 16 % {len(TOWNSHIPS)} + 1]
      || CASE WHEN n % 14285 = 77 THEN '{RARE}'
        ELSE ('{{{",".join(WORKS)}}}'::text[])[n * 13 / 7 % {len(WORKS)} + 1] END
      || ('{{{",".join(ENDINGS)}}}'::text[])[n / 5 % {len(ENDINGS)} + 1],
    recipient_id, region_id, supporter_id, districts[n / 11 % cardinality(districts) + 1],
    sector_id, CASE WHEN n % 3 = 0 THEN 'non_fixed_asset' ELSE 'fixed_asset' END, 'cheque',
    CASE WHEN fate BETWEEN 5 AND 7 THEN 'cancelled' WHEN fate BETWEEN 8 AND 9 THEN 'suspended'
      ELSE (ARRAY['reserve', 'approved', 'tendered', 'started', 'completed', 'accepted',
                  'audited'])[reached + 1] END,
    CASE WHEN fate BETWEEN 8 AND 9 THEN 'approved' END,
    50000000 + n * 7919 % 90000000, CASE WHEN d.approved_on IS NOT NULL
      THEN 50000000 + n * 7919 % 90000000 END,
    l.approved_on, l.approved_on + until_start + until_end - 30 + (n % 60)::int,
    d.approved_on, d.started_on, d.completed_on, d.accepted_on, d.audited_on, 1
  FROM life l JOIN day d USING (n) JOIN numbered USING (n) ORDER BY n;
SELECT setval(pg_get_serial_sequence('project', 'id'), max(id)) FROM project;
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
INSERT INTO milestone_total SELECT * FROM aid_rebuilt_milestones();
"""
OTHER_ROWS = f"""
INSERT INTO key_village (code, name, recipient_id, region_id, supporter_id, designated_in, version)
  SELECT 'V-' || place.code || '-' || 2006 + n % 5 || '-' || n,
    ('{{{",".join(TOWNSHIPS)}}}'::text[])[n / 16 % {len(TOWNSHIPS)} + 1] || '第' || n || '村',
    place.id, county.id, city.id, 2006 + n % 5, 1
  FROM generate_series(0, {VILLAGES} - 1) n
  JOIN place ON place.at = n * 31 % (SELECT count(*) FROM place)
  JOIN county ON county.recipient_id = place.id AND county.at = n / 8 * 7 % county.of
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


@asynccontextmanager
async def worked(server: EmbeddedServer) -> AsyncIterator[tuple[Database, asyncpg.Connection]]:
    """The filled database, filled when it is not yet: as the application, as the administrator."""
    await create_database(server.admin_url, NAME)
    admin_url = make_url(server.admin_url).set(database=NAME)
    await provision(admin_url.render_as_string(hide_password=False),
                    app_password=server.password(APP))
    database = Database(server.url(APP, NAME), statement_timeout_ms=60_000)
    await database.open()
    admin = await asyncpg.connect(asyncpg_dsn(admin_url))
    try:
        if not await admin.fetchval("SELECT count(*) FROM project"):
            await load(database, shipped(), today=today())
            await _fill(admin)
        yield database, admin
    finally:
        await admin.close()
        await database.close()


async def _fill(admin: asyncpg.Connection) -> None:
    """Foreign keys are not asked, as the rows are right; what triggers keep is kept all the same.
    """
    await admin.execute("SET session_replication_role = replica")
    for rows in (PROJECT_ROWS, OTHER_ROWS):
        await admin.execute(rows)
    await admin.execute("RESET session_replication_role")
    await admin.execute("VACUUM ANALYZE")

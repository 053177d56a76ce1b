"""What instalments wait for: SQL says the same as the rule; sent before, with a reason."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from aid.database.engine import Database
from aid.errors import InputRefused
from aid.funds import service
from aid.funds.conditions import condition_met, day_reached
from aid.funds.model import Tranche
from aid.funds.rules import Condition
from aid.funds.terms import MovementKind
from aid.projects import service as projects
from tests.actors import LOCAL
from tests.conftest import TODAY, as_admin
from tests.integration.funding import DAY, a_slip, a_tranche, check_books, funded, move

FIRST, DAYS = date(2007, 1, 1), 60

WORLD = f"""
INSERT INTO project (code, name, recipient_id, region_id, supporter_id, sector_id, kind,
    delivery_mode, stage, proposed_fen, planned_start, planned_end, version)
  SELECT 'P-' || n, '项目', d.id, d.id, (SELECT min(id) FROM supporting_city),
    (SELECT min(id) FROM sector), 'fixed_asset', 'cheque', 'reserve', 100, '{FIRST}', '{FIRST}', 1
  FROM generate_series(1, 40) n, division d WHERE d.code = '532600' AND d.ended_on IS NULL;
INSERT INTO stage_change (project_id, recipient_id, to_stage, occurred_on, override, actor)
  SELECT p.id, p.recipient_id, (ARRAY['started', 'completed'])[1 + n % 2],
    '{FIRST}'::date + (random() * {DAYS})::int, false, 'x' FROM project p, generate_series(1, 3) n
  WHERE random() < 0.5;
INSERT INTO milestone (project_id, recipient_id, ordinal, stage, name, planned_on, met_on, version)
  SELECT id, recipient_id, 1, 'started', '开工', '{FIRST}',
    CASE WHEN random() < 0.7 THEN '{FIRST}'::date + (random() * {DAYS})::int END, 1 FROM project;
INSERT INTO progress_report (project_id, recipient_id, reported_on, percent, note, actor)
  SELECT p.id, p.recipient_id, '{FIRST}'::date + (random() * {DAYS})::int,
    (random() * 10)::int * 10, 'x', 'x' FROM project p, generate_series(1, 6) n
  WHERE random() < 0.6;
INSERT INTO tranche (project_id, recipient_id, seq, name, source_id, amount_fen, due_on,
    milestone_id, at_stage, at_progress, after_days, version)
  SELECT p.id, p.recipient_id, n, '批次', (SELECT min(id) FROM fund_source), 1,
    CASE WHEN n % 4 = 0 OR random() < 0.5 THEN '{FIRST}'::date + (random() * {DAYS})::int END,
    CASE WHEN n % 4 = 1 THEN m.id END,
    CASE WHEN n % 4 = 2 THEN (ARRAY['started', 'completed'])[1 + p.id % 2] END,
    CASE WHEN n % 4 = 3 THEN 10 + (random() * 9)::int * 10 END,
    CASE WHEN n % 4 = 2 THEN (random() * 20)::int ELSE 0 END, 1
  FROM project p JOIN milestone m ON m.project_id = p.id, generate_series(1, 8) n;
"""


@pytest.fixture
async def world(admin_url: URL, seeded_name: str) -> AsyncIterator[asyncpg.Connection]:
    """Projects with stages, milestones, progress at random, and instalments that wait for them."""
    connection = await asyncpg.connect(as_admin(admin_url, seeded_name))
    await connection.execute(f"SELECT setseed(0.42); {WORLD}")
    yield connection
    await connection.close()


def _condition(row: Any, world: dict[str, Sequence[Any]], on: date) -> Condition:
    """The condition of an instalment on a day, from plain rows."""
    reports = [one for one in world["progress_report"]
               if one["project_id"] == row["project_id"] and one["reported_on"] <= on]
    last = max(reports, key=lambda one: (one["reported_on"], one["id"]), default=None)
    reached = None
    if row["milestone_id"] is not None:
        reached = next(one["met_on"] for one in world["milestone"]
                       if one["id"] == row["milestone_id"])
    elif row["at_stage"] is not None:
        reached = min((one["occurred_on"] for one in world["stage_change"]
                       if one["project_id"] == row["project_id"]
                       and one["to_stage"] == row["at_stage"]), default=None)
    return Condition(
        due_on=row["due_on"], waits=row["milestone_id"] is not None or row["at_stage"] is not None,
        reached_on=reached, after_days=row["after_days"], at_progress=row["at_progress"],
        progress=last["percent"] if last else Decimal(0))


async def test_sql_and_the_rule_say_the_same_of_every_instalment_on_every_day(
    world: asyncpg.Connection, seeded_database: Database
) -> None:
    """Of a day, a milestone, a stage, a progress; before, on and after; and the day itself."""
    tables = {name: await world.fetch(f"SELECT * FROM {name}") for name in
              ("tranche", "milestone", "stage_change", "progress_report")}
    random = Random(11)  # noqa: S311
    days = [FIRST + timedelta(random.randint(-2, DAYS + 22)) for _ in range(25)]
    seen = set()
    for day in days:
        async with seeded_database.reading(LOCAL) as session:
            rows = {number: (met, reached) for number, met, reached in await session.execute(
                select(Tranche.id, condition_met(day), day_reached()))}
        for row in tables["tranche"]:
            met, reached = rows[row["id"]]
            condition = _condition(row, tables, day)
            assert met is condition.met_on(day), (row, condition)
            if row["at_progress"] is None:
                assert met is (reached is not None and reached <= day)
            elif met:
                assert reached is not None and reached <= day
            seen.add((row["seq"] % 4, met))
    assert len(seen) == 8, "each kind, met and not"


async def test_it_reads_of_an_alias_as_well(
    world: asyncpg.Connection, seeded_database: Database
) -> None:
    """Which is how lists and reads of the API ask."""
    own = Tranche.__table__.alias("own")
    async with seeded_database.reading(LOCAL) as session:
        rows = (await session.execute(
            select(Tranche.id, condition_met(DAY), own.c.id, condition_met(DAY, own))
            .join(own, own.c.id == Tranche.id))).all()
    assert len(rows) == 320
    assert all((row[0], row[1]) == (row[2], row[3]) for row in rows)


async def test_what_is_sent_before_its_condition_is_met_says_why(
    seeded_database: Database
) -> None:
    """Judged on the day it was sent; a retry is not judged again."""
    at = await funded(seeded_database, a_tranche(name="进度", at_progress="40"),
                      a_tranche(name="完工", at_stage="completed"))
    for tranche in at.tranches:
        await move(seeded_database, LOCAL, tranche, MovementKind.COMMIT, 1000)
        with pytest.raises(InputRefused) as refused:
            async with seeded_database.writing(LOCAL) as session:
                await service.disburse(
                    session, tranche, a_slip(100, reason=" ", voucher_no=None), today=TODAY)
        assert [one.field for one in refused.value.complaints] == ["voucher_no", "reason"]
        async with seeded_database.writing(LOCAL) as session:
            row = await service.disburse(
                session, tranche, a_slip(100, reason="抢在雨季前备料"), today=TODAY)
        assert row.reason == "抢在雨季前备料"
    met = a_slip(100, reason=None)
    for percent, on in (("45", DAY), ("35", DAY + timedelta(1))):
        async with seeded_database.writing(LOCAL) as session:
            await projects.report_progress(
                session, at.project, actor=LOCAL, today=TODAY, progress=projects.Progress(
                    percent=Decimal(percent), on=on, note="复核"))
    async with seeded_database.writing(LOCAL) as session:
        first = await service.disburse(session, at.tranches[0], met, today=TODAY)
    async with seeded_database.writing(LOCAL) as session:
        await projects.report_progress(
            session, at.project, actor=LOCAL, today=TODAY, progress=projects.Progress(
                percent=Decimal(20), on=DAY, note="误报"))
        again = await service.disburse(session, at.tranches[0], met, today=TODAY)
    assert first.id == again.id
    with pytest.raises(InputRefused):
        async with seeded_database.writing(LOCAL) as session:
            await service.disburse(session, at.tranches[0], a_slip(1, reason=None), today=TODAY)
    assert await check_books(seeded_database) == 5

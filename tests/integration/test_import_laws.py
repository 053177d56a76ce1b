"""Laws of imports: twice is once; what a sheet names is what a form of the same names."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import text

from aid.database.engine import Database
from aid.errors import InputRefused
from aid.interchange.imports.terms import ImportKind
from aid.projects.drafts import ProjectDraft
from aid.projects.resolving import resolve
from aid.projects.rules import PATHS
from aid.projects.terms import ProjectKind, Stage
from bench.importing import a_project
from tests.actors import LOCAL
from tests.integration.bringing import SCHOOL, brought_in, counts

TABLES = ("project", "stage_change", "assessment", "project_adjustment", "change")
PLACES = ("532600", "540200", "542300", "530800", "532700", "533400", "653100", "110000", "999999",
          "532621", "540202", "500101")


async def everything(database: Database) -> Mapping[str, list[Any]]:
    """All rows that an import of projects may write."""
    async with database.reading(LOCAL) as session:
        return {table: [tuple(row) for row in await session.execute(
            text(f"SELECT * FROM {table} ORDER BY id"))] for table in TABLES}


async def test_twice_is_once(seeded_database: Database, tmp_path: Path) -> None:
    """Of projects at all stages of both kinds, cancelled and suspended ones among them."""
    rows = [a_project(number) for number in range(1, 200)]
    rows += [a_project(number) | {
        "name": f"暂停{number}", "stage": "暂停", "ended_on": date(2010, 6, 1),
        "ended_because": "资金未到"} for number in range(200, 240)
        if a_project(number).get("approved_yuan") and not a_project(number).get("closed_on")]
    report = await brought_in(seeded_database, ImportKind.PROJECTS, tmp_path, rows)
    assert counts(report) == (len(rows), 0, 0)
    before = await everything(seeded_database)
    again = await brought_in(seeded_database, ImportKind.PROJECTS, tmp_path, rows)
    assert counts(again) == (0, 0, len(rows))
    assert await everything(seeded_database) == before
    stages = {(row.kind, row.stage) for row in await _standing(seeded_database)}
    assert {(kind.value, stage.value) for kind, path in PATHS.items() for stage in path} <= stages


async def _standing(database: Database) -> list[Any]:
    async with database.reading(LOCAL) as session:
        return list(await session.execute(text("SELECT kind, stage FROM project")))


async def test_what_a_sheet_says_stands_as_services_would_have_it(
    seeded_database: Database, tmp_path: Path
) -> None:
    """The stages of a project, and the first days of each, agree with its history."""
    rows = [a_project(number) for number in range(1, 60)]
    await brought_in(seeded_database, ImportKind.PROJECTS, tmp_path, rows)
    async with seeded_database.reading(LOCAL) as session:
        wrong = list(await session.execute(text(
            "SELECT p.code FROM project p JOIN LATERAL (SELECT"
            " (array_agg(to_stage ORDER BY id DESC))[1] AS stage,"
            " min(occurred_on) FILTER (WHERE to_stage = 'approved') AS approved_on,"
            " min(occurred_on) FILTER (WHERE to_stage = 'started') AS started_on,"
            " min(occurred_on) FILTER (WHERE to_stage = 'completed') AS completed_on,"
            " min(occurred_on) FILTER (WHERE to_stage = 'closed') AS closed_on"
            " FROM stage_change WHERE project_id = p.id) s ON true"
            " WHERE (p.stage, p.approved_on, p.started_on, p.completed_on, p.closed_on)"
            " IS DISTINCT FROM (s.stage, s.approved_on, s.started_on, s.completed_on,"
            " s.closed_on)")))
    assert wrong == []


async def test_a_sheet_names_what_a_form_names(seeded_database: Database, tmp_path: Path) -> None:
    """Codes of all times, places below, pairings, districts: found or refused alike."""
    random = Random(20)  # noqa: S311  to be repeated
    agreed = refused = 0
    for number in range(60):
        start = date(random.choice((1990, 1998, 2003, 2005, 2007, 2012)), 3, 1)
        said = {
            "name": f"项目{number}", "recipient": random.choice(PLACES),
            "region": random.choice((None, *PLACES)), "supporter": "310000",
            "district": random.choice((None, None, "310101", "310104", "999999")),
            "sector": random.choice(("education", "education", "none")), "kind": "fixed_asset",
            "delivery_mode": "cheque", "planned_start": start,
            "planned_end": start + timedelta(days=300), "proposed_on": start}
        draft, complaints = ProjectDraft.check(
            **{key: value for key, value in said.items() if value}, proposed_yuan="100")
        assert draft is not None, complaints
        async with seeded_database.reading(LOCAL) as session:
            resolved, _ = await resolve(session, draft, actor=LOCAL)
        try:
            await brought_in(seeded_database, ImportKind.PROJECTS, tmp_path,
                             [said | {"proposed_yuan": 100}])
        except InputRefused:
            assert resolved is None, said
            refused += 1
            continue
        assert resolved is not None, said
        async with seeded_database.reading(LOCAL) as session:
            row = (await session.execute(text(
                "SELECT recipient_id, region_id, supporter_id, district_id, pairing_id, target_id,"
                " sector_id FROM project WHERE name = :name"), {"name": said["name"]})).one()
        assert tuple(row) == (
            resolved.recipient_id, resolved.region_id, resolved.supporter_id, resolved.district_id,
            resolved.pairing_id, resolved.target_id, resolved.sector_id)
        agreed += 1
    assert agreed >= 5 and refused >= 5


async def test_a_row_takes_the_same_stages_as_the_services(
    seeded_database: Database, tmp_path: Path
) -> None:
    """A sheet's life of a project, and the life that the verbs give it, leave equal rows."""
    from tests.integration.working import led_to

    project = await led_to(seeded_database, Stage.COMPLETED, name="逐步办理")
    days = {f"{stage.value}_on": date(2007, 1 + number, 15)
            for number, stage in enumerate(PATHS[ProjectKind.FIXED_ASSET][1:5], 1)}
    numbers = {key: f"沪合〔2007〕{2 + at}号" for at, key in enumerate(
        ("approval_no", "award_no", "permit_no", "completion_no"))}
    await brought_in(seeded_database, ImportKind.PROJECTS, tmp_path, [
        SCHOOL | days | numbers | {"name": "台账导入", "name_en": project.name_en,
                                   "stage": "完工", "approved_yuan": 1000000}])
    async with seeded_database.reading(LOCAL) as session:
        lives = [tuple(row) for row in await session.execute(text(
            "SELECT p.name, from_stage, to_stage, occurred_on, evidence, evidence_no, reason,"
            " override FROM stage_change s JOIN project p ON p.id = s.project_id ORDER BY s.id"))]
        rows = [dict(row) for row in (await session.execute(text(
            "SELECT * FROM project ORDER BY id"))).mappings()]
    assert [row[1:] for row in lives if row[0] == "逐步办理"] == [
        row[1:] for row in lives if row[0] == "台账导入"]
    one, other = ({key: value for key, value in row.items()
                   if key not in ("id", "code", "name", "version")} for row in rows)
    assert one == other



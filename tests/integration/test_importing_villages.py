"""Bringing in key villages, their works, and progress of works and projects."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from aid.database.engine import Database
from aid.history import Change
from aid.interchange.imports.terms import ImportKind
from aid.projects.model import ProgressReport, Project
from aid.villages.model import (
    KeyVillage,
    NaturalVillage,
    ProjectVillage,
    VillageReport,
    VillageWork,
    WorkAdjustment,
)
from tests.actors import LOCAL, recipient
from tests.integration.bringing import BUILT, brought_in, counts, refused
from tests.integration.working import division

VILLAGES, WORKS, PROGRESS = ImportKind.VILLAGES, ImportKind.WORKS, ImportKind.PROGRESS
CODE = "V-532600-2006-001"
VILLAGE: dict[str, Any] = {
    "name": "小街村", "recipient": "532600 文山壮族苗族自治州", "township": "开化镇",
    "designated_in": 2006, "households": 112, "population": "４８６",
    "natural_villages": "上寨、下寨",
}
ROAD: dict[str, Any] = {
    "village": CODE, "component": "基本生产", "name": "机耕路", "unit": "公里", "planned": 3.5,
    "cost_yuan": "120,000.00", "planned_start": "2006/3/1", "planned_end": "2006年12月31日",
    "natural_village": "上寨",
}
REPORT: dict[str, Any] = {
    "village": CODE, "work": "W001", "reported_on": date(2006, 6, 30), "done": 1.2}


async def rows_of(database: Database, model: Any) -> list[Any]:
    """All rows of a table, by id."""
    async with database.reading(LOCAL) as session:
        return list(await session.scalars(select(model).order_by(model.id)))


async def test_villages_come_with_their_hamlets(seeded_database: Database, tmp_path: Path) -> None:
    """Again: nothing; with more hamlets and people: changed, and the history says it."""
    other = VILLAGE | {"name": "大街村", "natural_villages": None, "population": None}
    assert counts(await brought_in(
        seeded_database, VILLAGES, tmp_path, [VILLAGE, other])) == (2, 0, 0)
    assert counts(await brought_in(
        seeded_database, VILLAGES, tmp_path, [VILLAGE, other])) == (0, 0, 2)
    report = await brought_in(seeded_database, VILLAGES, tmp_path, [
        VILLAGE | {"code": CODE, "name": "小街子村", "natural_villages": "上寨；新寨"}])
    assert report.changes[0].fields == {
        "name": ("小街村", "小街子村"), "natural_villages": ("上寨、下寨", "上寨、下寨、新寨")}
    first, second = await rows_of(seeded_database, KeyVillage)
    assert (first.code, first.name, first.population) == (CODE, "小街子村", 486)
    assert second.code == "V-532600-2006-002"
    assert [row.name for row in await rows_of(seeded_database, NaturalVillage)] == [
        "上寨", "下寨", "新寨"]
    changed = [row for row in await rows_of(seeded_database, Change)
               if row.entity == "key_village" and row.field]
    assert [(row.field, row.old, row.new) for row in changed] == [("name", "小街村", "小街子村")]


async def test_villages_are_refused_whole(seeded_database: Database, tmp_path: Path) -> None:
    """Places, years, numbers; what a known village keeps."""
    await brought_in(seeded_database, VILLAGES, tmp_path, [VILLAGE])
    found = await refused(seeded_database, VILLAGES, tmp_path, [
        VILLAGE | {"name": "二", "recipient": "110000"},
        VILLAGE | {"name": "三", "designated_in": 1900, "households": 12.5},
        VILLAGE | {"code": CODE, "designated_in": 2007},
        VILLAGE | {"name": "四", "code": "甲"},
        VILLAGE | {"name": "五", "population": -1},
    ])
    assert {place.split("!")[1] for place in found} == {
        "B2 受援地代码", "E3 户数", "D4 确定年度", "H5 重点村编号", "F6 人口"}


async def test_works_are_planned_repeatably(seeded_database: Database, tmp_path: Path) -> None:
    """By component, hamlet and name, or by code; a project done in the village is linked."""
    await brought_in(seeded_database, ImportKind.PROJECTS, tmp_path, [BUILT])
    await brought_in(seeded_database, VILLAGES, tmp_path, [VILLAGE])
    [project] = await rows_of(seeded_database, Project)
    well = ROAD | {"name": "水窖", "unit": "户", "planned": 40, "natural_village": None,
                   "component": "living", "project": project.code}
    assert counts(await brought_in(seeded_database, WORKS, tmp_path, [ROAD, well])) == (2, 0, 0)
    assert counts(await brought_in(seeded_database, WORKS, tmp_path, [ROAD, well])) == (0, 0, 2)
    longer = ROAD | {"code": "W001", "planned": "4.0", "natural_village": "下寨"}
    assert list(await refused(seeded_database, WORKS, tmp_path, [longer])) == ["填报!2 变更原因"]
    report = await brought_in(seeded_database, WORKS, tmp_path, [longer | {"reason": "改线"}])
    assert report.changes[0].fields == {
        "planned": ("3.5", "4.0"), "natural_village": ("上寨", "下寨")}
    road, wells = await rows_of(seeded_database, VillageWork)
    assert (road.code, road.planned, road.cost_fen) == ("W001", Decimal("4.0"), 12_000_000)
    assert (wells.code, wells.project_id) == ("W002", project.id)
    [kept] = await rows_of(seeded_database, WorkAdjustment)
    assert (kept.work_id, kept.field, kept.old_value, kept.new_value, kept.reason, kept.actor) == (
        road.id, "planned", "3.5", "4.0", "改线", "local")
    async with seeded_database.reading(LOCAL) as session:
        assert await session.scalar(select(ProjectVillage.project_id)) == project.id


async def test_works_are_refused_whole(seeded_database: Database, tmp_path: Path) -> None:
    """Unknown villages, hamlets and projects, units that are none, halves of what is counted."""
    await brought_in(seeded_database, VILLAGES, tmp_path, [VILLAGE])
    await brought_in(seeded_database, WORKS, tmp_path, [ROAD])
    await brought_in(seeded_database, PROGRESS, tmp_path, [REPORT])
    found = await refused(seeded_database, WORKS, tmp_path, [
        ROAD | {"village": "V-1"},
        ROAD | {"name": "二", "natural_village": "远寨", "project": "P-1"},
        ROAD | {"name": "三", "unit": "户", "planned": 2.5},
        ROAD | {"name": "四", "unit": "万元", "planned_end": date(2005, 1, 1)},
        ROAD | {"unit": "米"},
    ])
    assert {place.split("!")[1] for place in found} == {
        "A2 重点村编号", "I3 自然村", "J3 项目编号", "E4 计划量", "D5 单位", "H5 计划完工",
        "D6 单位", "6 变更原因"}


async def test_progress_is_only_added_to(seeded_database: Database, tmp_path: Path) -> None:
    """The same again is nothing new, another value for the day only as a correction."""
    await brought_in(seeded_database, ImportKind.PROJECTS, tmp_path, [BUILT])
    await brought_in(seeded_database, VILLAGES, tmp_path, [VILLAGE])
    await brought_in(seeded_database, WORKS, tmp_path, [ROAD])
    [project] = await rows_of(seeded_database, Project)
    half = {"project": project.code, "reported_on": date(2007, 9, 1), "percent": "45.5%"}
    done = {"project": project.code, "reported_on": date(2008, 1, 20), "percent": 100}
    sheet = [REPORT, done, half]
    assert counts(await brought_in(seeded_database, PROGRESS, tmp_path, sheet)) == (3, 0, 0)
    assert counts(await brought_in(seeded_database, PROGRESS, tmp_path, sheet)) == (0, 0, 3)
    [project] = await rows_of(seeded_database, Project)
    assert (project.progress, project.progress_on) == (100, date(2008, 1, 20))
    otherwise = half | {"percent": 50}
    found = await refused(seeded_database, PROGRESS, tmp_path, [otherwise])
    assert "当天已报 45.5" in found["填报!C2 形象进度（%）"].expected.zh
    corrected = [otherwise | {"correction": "是"}]
    assert counts(await brought_in(seeded_database, PROGRESS, tmp_path, corrected)) == (1, 0, 0)
    assert counts(await brought_in(seeded_database, PROGRESS, tmp_path, corrected)) == (0, 0, 1)
    assert [row.percent for row in await rows_of(seeded_database, ProgressReport)] == [
        100, Decimal("45.5"), 50]
    assert [row.done for row in await rows_of(seeded_database, VillageReport)] == [Decimal("1.2")]


async def test_progress_is_refused_whole(seeded_database: Database, tmp_path: Path) -> None:
    """What is unknown, has not started, falls without a note, is of the future or of two things."""
    await brought_in(seeded_database, ImportKind.PROJECTS, tmp_path, [
        BUILT, {key: value for key, value in BUILT.items() if key in (
            "recipient", "sector", "kind", "delivery_mode", "proposed_yuan", "planned_start",
            "planned_end")} | {"name": "只申报"}])
    built, only = await rows_of(seeded_database, Project)
    row = {"project": built.code, "reported_on": date(2007, 9, 1), "percent": 60}
    found = await refused(seeded_database, PROGRESS, tmp_path, [
        row,
        row | {"reported_on": date(2007, 10, 1), "percent": 50},
        row | {"project": only.code},
        row | {"project": "P-1"},
        row | {"reported_on": date(2030, 1, 1), "percent": 101},
        row | {"work": "W001"},
        {"village": CODE, "work": "W009", "reported_on": date(2007, 9, 1), "done": 1},
    ])
    assert {place.split("!")[1] for place in found} == {
        "3 说明", "A4 项目编号", "A5 项目编号", "B6 报告日期", "C6 形象进度（%）", "A7 项目编号",
        "D8 建设内容编号"}


async def test_a_recipient_reports_its_own_progress(
    seeded_database: Database, tmp_path: Path
) -> None:
    """Another region's project is none to it, and villages it does not bring in."""
    await brought_in(seeded_database, ImportKind.PROJECTS, tmp_path, [
        BUILT, BUILT | {"name": "日喀则卫生院", "recipient": "540200"}])
    own, others = await rows_of(seeded_database, Project)
    actor = recipient(await division(seeded_database, "532600"))
    row = {"project": own.code, "reported_on": date(2007, 9, 1), "percent": 60}
    assert counts(await brought_in(
        seeded_database, PROGRESS, tmp_path, [row], actor=actor)) == (1, 0, 0)
    found = await refused(
        seeded_database, PROGRESS, tmp_path, [row | {"project": others.code}], actor=actor)
    assert list(found) == ["填报!A2 项目编号"]

"""What was exported is brought in again as it is, in every form that an import takes."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from aid.database.engine import Database
from aid.interchange.exports.terms import Kind
from aid.interchange.imports.service import import_sheet
from aid.interchange.imports.terms import ImportKind
from aid.sheets.writing import Form
from aid.text import Locale
from tests.actors import LOCAL
from tests.conftest import TODAY
from tests.integration.bringing import BUILT, SCHOOL, brought_in
from tests.integration.exported import export, rows

ODD = {"name": '+1+1, "二"', "description": "第一行\n@第二行", "locality": "-3 号地"}
VILLAGE = {
    "name": "马洒村", "recipient": "532600", "designated_in": 2006, "households": 120,
    "natural_villages": "上寨、下寨",
}
WORK = {
    "component": "基本生活", "name": "村道", "natural_village": "上寨", "unit": "公里",
    "planned": 3.5, "cost_yuan": 12345.67, "planned_start": date(2007, 1, 1),
    "planned_end": date(2008, 1, 1),
}
CADRE = {
    "name": "李娜", "category": "教师", "home_unit": "市三中", "recipient": "532600",
    "unit": "州一中", "title": "教师", "starts_on": date(2007, 1, 1),
    "planned_end": date(2008, 6, 30), "ended_on": date(2008, 3, 31), "end_reason": "家庭原因",
}


@pytest.fixture
async def filled(seeded_database: Database, tmp_path: Path) -> Database:
    """A database with something of every kind, brought in from sheets."""
    async def bring(kind: ImportKind, *given: dict[str, object]) -> None:
        await brought_in(seeded_database, kind, tmp_path, given)

    stopped = {"stage": "终止", "ended_on": date(2009, 1, 1), "ended_because": "选址不当"}
    await bring(ImportKind.PROJECTS, {**SCHOOL}, {**BUILT}, {**SCHOOL, **ODD},
                {**SCHOOL, "name": "停建的学校", **stopped})
    await bring(ImportKind.VILLAGES, VILLAGE)
    village = (await rows(seeded_database, Kind.VILLAGES))[0]["code"]
    await bring(ImportKind.WORKS, {"village": village, **WORK})
    work = (await rows(seeded_database, Kind.WORKS))[0]["code"]
    built = next(row["code"] for row in await rows(seeded_database, Kind.PROJECTS)
                 if row["name"] == BUILT["name"])
    await bring(ImportKind.PROGRESS,
                {"project": built, "reported_on": date(2007, 6, 1), "percent": 45.5},
                {"village": village, "work": work, "reported_on": date(2007, 6, 1), "done": 1.25})
    await bring(ImportKind.CADRES, CADRE, {"name": "王伟", "category": "医生",
                                           "home_unit": "市六院"})
    await bring(ImportKind.TRANCHES,
                {"project": built, "name": "首期款", "source": "310000-city",
                 "amount_yuan": 1000, "at_progress": 45.5, "due_on": date(2007, 6, 1)},
                {"project": built, "name": "质量保证金", "source": "310000-city",
                 "amount_yuan": 50.01, "at_stage": "竣工验收", "after_days": 365,
                 "retention": "是"})
    await bring(ImportKind.MOVEMENTS, *(
        {"project": built, "tranche": 1, "kind": kind, "amount_yuan": 900,
         "occurred_on": date(2007, 7, 1), "document_no": "沪合〔2007〕9号", "voucher_no": number}
        for kind, number in (("计划下达", None), ("拨付", "V-1"))))
    return seeded_database


@pytest.mark.parametrize("kind", ImportKind)
@pytest.mark.parametrize("form", [Form.CSV, Form.XLSX])
@pytest.mark.parametrize("locale", ["zh", "en"])
async def test_an_export_brought_in_again_changes_nothing(
    filled: Database, tmp_path: Path, kind: ImportKind, form: Form, locale: Locale
) -> None:
    """Codes, dates, amounts, text that looks like a formula: all of it is as it was."""
    made, data = await export(filled, Kind(kind.value), form, locale=locale)
    path = tmp_path / f"again.{form}"
    path.write_bytes(data)
    report = await import_sheet(filled, kind, path, actor=LOCAL, today=TODAY)
    assert (report.added, report.changed, report.unchanged) == (0, 0, made.rows)
    assert made.rows > 0


async def test_an_exported_sheet_is_edited_and_brought_in_again(
    filled: Database, tmp_path: Path
) -> None:
    """One cell changes one field; what is derived cannot be changed."""
    _, data = await export(filled, Kind.PROJECTS, Form.XLSX)
    path = tmp_path / "edited.xlsx"
    path.write_bytes(data)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    line = next(row[0].row for row in sheet.iter_rows(min_row=2)
                if row[heads["项目名称"] - 1].value == SCHOOL["name"])
    sheet.cell(line, heads["具体地点"]).value = "城关镇"
    sheet.cell(line, heads["逾期"]).value = "否"
    book.save(path)
    report = await import_sheet(filled, ImportKind.PROJECTS, path, actor=LOCAL, today=TODAY)
    assert (report.added, report.changed) == (0, 1)
    found = next(row for row in await rows(filled, Kind.PROJECTS)
                 if row["name"] == SCHOOL["name"])
    assert (found["locality"], found["late"]) == ("城关镇", True)

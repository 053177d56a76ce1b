"""Templates: what is in them, and that one which is filled in imports."""

from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from aid.database.engine import Database
from aid.interchange.imports.examples import EXAMPLES
from aid.interchange.imports.service import import_sheet
from aid.interchange.imports.templates import make_template
from aid.interchange.imports.terms import IMPORTS, ImportKind
from tests.actors import LOCAL
from tests.conftest import TODAY
from tests.integration.bringing import counts

NEEDED = {
    ImportKind.WORKS: (ImportKind.VILLAGES,),
    ImportKind.PROGRESS: (ImportKind.VILLAGES, ImportKind.WORKS),
    ImportKind.TRANCHES: (ImportKind.PROJECTS,),
    ImportKind.MOVEMENTS: (ImportKind.PROJECTS, ImportKind.TRANCHES),
}
"""What has to be there before the example of a kind is brought in."""


async def a_template(database: Database, kind: ImportKind, folder: Path) -> Path:
    """A template of a kind."""
    path = folder / f"{kind.value}.xlsx"
    async with database.reading(LOCAL) as session:
        with path.open("wb") as file:
            await make_template(session, kind, file)
    return path


def filled(path: Path, kind: ImportKind) -> Path:
    """The template with the example typed into it."""
    book = openpyxl.load_workbook(path)
    sheet: Worksheet = book["填报"]
    for at, column in enumerate(IMPORTS[kind].columns, 1):
        sheet.cell(2, at, EXAMPLES[kind].get(column.key))
    book.save(path)
    return path


@pytest.mark.parametrize("kind", ImportKind)
async def test_a_template_that_is_filled_in_imports(
    kind: ImportKind, seeded_database: Database, tmp_path: Path
) -> None:
    """With the example that it shows; and again, to no effect."""
    for before in NEEDED.get(kind, ()):
        file = filled(await a_template(seeded_database, before, tmp_path), before)
        await import_sheet(seeded_database, before, file, actor=LOCAL, today=TODAY)
    file = filled(await a_template(seeded_database, kind, tmp_path), kind)
    first = await import_sheet(seeded_database, kind, file, actor=LOCAL, today=TODAY)
    again = await import_sheet(seeded_database, kind, file, actor=LOCAL, today=TODAY)
    assert (counts(first), counts(again)) == ((1, 0, 0), (0, 0, 1))


async def test_a_template_helps_whoever_fills_it_in(
    seeded_database: Database, tmp_path: Path
) -> None:
    """Both languages, a frozen heading, notes, drop-downs of what there is, checks, explanations.
    """
    book = openpyxl.load_workbook(
        await a_template(seeded_database, ImportKind.PROJECTS, tmp_path))
    assert book.sheetnames == ["填报", "说明", "选项"]
    sheet = book["填报"]
    assert sheet.freeze_panes == "A2"
    columns = IMPORTS[ImportKind.PROJECTS].columns
    headings = {column.key: sheet.cell(1, at) for at, column in enumerate(columns, 1)}
    assert headings["name"].value == "项目名称*\nName"
    assert "六位区划代码或名称" in headings["recipient"].comment.text
    checks = {str(one.sqref).rstrip("0123456789").split(":")[0].rstrip("0123456789"): one
              for one in sheet.data_validations.dataValidation}
    by_key = {key: checks[cell.column_letter] for key, cell in headings.items()
              if cell.column_letter in checks}
    assert by_key["planned_start"].type == "date"
    assert by_key["proposed_yuan"].type == "decimal"
    assert "name" not in by_key
    chosen = {key: by_key[key].formula1 for key in ("stage", "sector", "recipient")}
    listed = {key: [row[0].value for row in book["选项"][formula.split("!")[1]]]
              for key, formula in chosen.items()}
    assert listed["stage"][:2] == ["储备", "立项"] and "教育" in listed["sector"]
    assert "532600 文山壮族苗族自治州" in listed["recipient"]
    explained = [row[0].value for row in book["说明"].iter_rows()]
    assert [column.title.zh for column in columns if column.title.zh not in explained] == []


@pytest.mark.parametrize("kind", ImportKind)
def test_examples_name_columns(kind: ImportKind) -> None:
    """And fill in all that is needed."""
    columns = {column.key: column for column in IMPORTS[kind].columns}
    assert EXAMPLES[kind].keys() <= columns.keys()
    assert all(key in EXAMPLES[kind] for key, column in columns.items() if column.required)

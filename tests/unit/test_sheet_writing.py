"""Sheets as they are written: what real readers find in them."""

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.sheets.columns import Column, Shape
from aid.sheets.copying import BOM, Lines, head_line
from aid.sheets.formulas import harmless, meant
from aid.sheets.workbooks import About, Workbook
from aid.sheets.writing import JsonLines
from aid.text import Locale, Text

COLUMNS = (
    Column(key="code", title=Text("编号", "Code"), shape=Shape.CODE),
    Column(key="name", title=Text("名称", "Name")),
    Column(key="households", title=Text("户数", "Households"), shape=Shape.INTEGER, total=True),
    Column(key="yuan", title=Text("投资（元）", "Yuan"), shape=Shape.YUAN, total=True),
    Column(key="done", title=Text("完成量", "Done"), shape=Shape.QUANTITY),
    Column(key="progress", title=Text("进度", "Progress"), shape=Shape.PERCENT),
    Column(key="on", title=Text("日期", "On"), shape=Shape.DAY),
    Column(key="late", title=Text("逾期", "Late"), shape=Shape.FLAG),
    Column(key="kind", title=Text("类别", "Kind"), shape=Shape.CHOICE,
           choices={"built": Text("固定资产", "fixed asset")}),
)
FORMULA = '=HYPERLINK("http://evil.example","点我")'
ROW = ("0540200", FORMULA, 12, 413_000_001, Decimal("3.50"), Decimal("45.5"), date(2007, 3, 1),
       True, "built")
BLANK = (None,) * len(COLUMNS)


def _workbook(
    tmp_path: Path, rows: list[tuple[Any, ...]], locale: Locale = "zh", **more: Any
) -> openpyxl.Workbook:
    path = tmp_path / "book.xlsx"
    about = About(title="项目", author="office", lines=[("导出人", FORMULA)])
    with path.open("w+b") as file:
        book = Workbook(file, COLUMNS, locale, about, aside=tmp_path, **more)
        book.add(rows)
        book.close()
    return openpyxl.load_workbook(path)


def test_cells_have_types_and_text_is_never_a_formula(tmp_path: Path) -> None:
    """Amounts, percentages and days are numbers with a format; a code keeps its zero."""
    sheet = _workbook(tmp_path, [ROW, BLANK])["项目"]
    cells = {str(sheet.cell(1, at).value): sheet.cell(2, at) for at in range(1, 10)}
    assert {name: cell.value for name, cell in cells.items()} == {
        "编号": "0540200", "名称": FORMULA, "户数": 12, "投资（元）": 4130000.01, "完成量": 3.5,
        "进度": 0.455, "日期": datetime(2007, 3, 1), "逾期": "是",  # noqa: DTZ001
        "类别": "固定资产"}
    assert cells["名称"].data_type == "s"
    assert cells["投资（元）"].number_format == "#,##0.00"
    assert cells["进度"].number_format == "0.00%"
    assert cells["编号"].number_format == "@"
    assert [cell.value for cell in sheet[3]] == [None] * 9


def test_a_workbook_has_a_frozen_heading_filters_and_sums(tmp_path: Path) -> None:
    """The sums stand below an empty line, as values; a second sheet says what it is."""
    book = _workbook(tmp_path, [ROW, ROW, ROW])
    sheet = book["项目"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:I4"
    assert all(cell.font.bold for cell in sheet[1])
    assert [cell.value for cell in sheet[5]] == [None] * 9
    assert [cell.value for cell in sheet[6]] == [
        "合计", None, 36, 12390000.03, None, None, None, None, None]
    assert [[cell.value for cell in row] for row in book["说明"]] == [
        ["导出人", FORMULA], ["记录数", "3"]]
    assert book["说明"]["B1"].data_type == "s"
    assert (book.properties.title, book.properties.creator) == ("项目", "office")
    assert book.active is sheet


def test_more_rows_than_a_sheet_holds_go_on_on_another(tmp_path: Path) -> None:
    """Each has its heading; the sums of all stand on the last."""
    book = _workbook(tmp_path, [ROW] * 7, largest=6)
    assert book.sheetnames == ["项目", "项目 2", "项目 3", "说明"]
    assert [book[name].max_row for name in book.sheetnames[:3]] == [4, 4, 4]
    assert [book[name]["A1"].value for name in book.sheetnames[:3]] == ["编号"] * 3
    assert book["项目 3"]["A4"].value == "合计"
    assert book["项目 3"]["C4"].value == 84


def test_a_workbook_without_rows_is_whole(tmp_path: Path) -> None:
    """Headings and sums of nothing, in English."""
    sheet = _workbook(tmp_path, [], "en").active
    assert [cell.value for cell in sheet[1]] == [column.title.en for column in COLUMNS]
    assert sheet["A3"].value == "Total"
    assert sheet["D3"].value == 0


def test_json_lines_are_exact() -> None:
    """Amounts as yuan in text, decimals as text, days as ISO 8601, choices as they are stored."""
    file = io.BytesIO()
    JsonLines(file, COLUMNS).add([ROW, BLANK])
    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    assert lines[0] == {
        "code": "0540200", "name": FORMULA, "households": 12, "yuan": "4130000.01", "done": "3.5",
        "progress": "45.5", "on": "2007-03-01", "late": True, "kind": "built"}
    assert lines[1] == {column.key: None for column in COLUMNS}


@pytest.mark.parametrize("text", [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "'=1",
    "''-"])
def test_what_opens_a_formula_is_made_harmless(text: str) -> None:
    """An apostrophe comes before it, and can be taken away again."""
    assert harmless(text) == f"'{text}"
    assert meant(harmless(text)) == text


@given(st.text())
def test_making_harmless_can_be_undone(text: str) -> None:
    """Of every text; and nothing but an apostrophe is ever added."""
    assert meant(harmless(text)) == text
    assert harmless(text).lstrip("'") == text.lstrip("'")


CELLS = st.lists(st.lists(st.text(st.characters(blacklist_categories=["Cs"],
                                                blacklist_characters="\r\0")), min_size=2,
                          max_size=2), min_size=1)


@given(CELLS, st.data())
def test_lines_end_as_rfc_4180_wants_and_cells_stay_as_they_are(
    rows: list[list[str]], data: st.DataObject
) -> None:
    """However the bytes are cut into pieces; the rows are counted."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    whole, lines, ended, at = written.getvalue().encode(), Lines(), b"", 0
    while at < len(whole):
        until = data.draw(st.integers(at + 1, len(whole)))
        ended += lines.ended(whole[at:until])
        at = until
    assert list(csv.reader(io.StringIO(ended.decode(), newline=""))) == rows
    assert lines.count == len(rows)
    assert ended.endswith(b"\r\n")


def test_the_head_of_csv_is_quoted_where_it_has_to_be() -> None:
    """After the mark by which Excel knows UTF-8."""
    columns = [Column(key="a", title=Text('a,"b"', "=x")), Column(key="b", title=Text("名", "n"))]
    assert head_line(columns, "zh") == BOM + '"a,""b""",名\r\n'.encode()
    assert head_line(columns, "en") == BOM + b"'=x,n\r\n"

"""Rows as a workbook (XLSX): typed cells, a frozen heading, sums, and a sheet that says what it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any
from unicodedata import east_asian_width

import xlsxwriter

from aid.sheets.columns import NO, TOTAL, YES, Column, Shape
from aid.sheets.writing import Row
from aid.text import Locale, Text

LARGEST = 1_048_576
"""Lines of a sheet, as Excel has them."""
_AROUND = 3
"""Lines of a sheet that are no records: the heading, and the sums below an empty line."""

_FORMATS: Mapping[Shape, str] = MappingProxyType({
    Shape.TEXT: "General",
    Shape.CODE: "@",
    Shape.INTEGER: "0",
    Shape.QUANTITY: "General",
    Shape.YUAN: "#,##0.00",
    Shape.PERCENT: "0.00%",
    Shape.DAY: "yyyy-mm-dd",
    Shape.FLAG: "General",
    Shape.CHOICE: "General",
})
_WIDTHS: Mapping[Shape, int] = MappingProxyType({
    Shape.TEXT: 24, Shape.CODE: 16, Shape.INTEGER: 10, Shape.QUANTITY: 12, Shape.YUAN: 18,
    Shape.PERCENT: 11, Shape.DAY: 12, Shape.FLAG: 8, Shape.CHOICE: 14,
})
_FILTER_BUTTON = 4
"""What the button of a filter takes of a heading's width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a workbook is: the name of its sheets, and what is said of it, line by line."""

    title: str
    author: str
    lines: Sequence[tuple[str, str]]


class Workbook:
    """A workbook of one table, over several sheets if it is longer than one may be.

    What is written waits in files in the folder `aside`, until the workbook is put together.
    """

    def __init__(
        self, file: IO[bytes], columns: Sequence[Column], locale: Locale, about: About, *,
        aside: Path, largest: int = LARGEST,
    ) -> None:
        self._columns, self._locale, self._about = columns, locale, about
        self._records_a_sheet = largest - _AROUND
        self._book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": str(aside)})
        self._book.use_zip64()
        self._book.set_properties({
            "title": about.title, "author": about.author,
            "comments": "\n".join(f"{name}: {value}" for name, value in about.lines)})
        self._formats = [self._book.add_format({"num_format": _FORMATS[column.shape]})
                         for column in columns]
        self._heading = self._book.add_format({
            "bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True, "valign": "top"})
        self._sums = [Decimal(0) for _ in columns]
        self._sheets = 0
        self._records = 0
        self._begin()

    def add(self, rows: Iterable[Row]) -> None:
        """Write these rows, and go on on another sheet when one is full."""
        for row in rows:
            if self._line > self._records_a_sheet:
                self._finish()
                self._begin()
            self._write(row)
            self._line += 1
            self._records += 1

    def close(self) -> None:
        """Write the sums and what the workbook is, and put the file together."""
        self._write_sums()
        self._finish()
        self._say()
        self._book.close()

    def _begin(self) -> None:
        self._sheets += 1
        name = self._about.title + (f" {self._sheets}" if self._sheets > 1 else "")
        self._sheet = self._book.add_worksheet(name)
        self._sheet.freeze_panes(1, 1)
        self._sheet.repeat_rows(0)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        for at, column in enumerate(self._columns):
            title = column.title.to(self._locale)
            width = max(_WIDTHS[column.shape], _wide(title) + _FILTER_BUTTON)
            self._sheet.set_column(at, at, width, self._formats[at])
            self._sheet.write_string(0, at, title, self._heading)
        self._line = 1

    def _finish(self) -> None:
        last = max(1, min(self._line - 1, self._records_a_sheet))
        self._sheet.autofilter(0, 0, last, len(self._columns) - 1)

    def _write(self, row: Row) -> None:
        for at, value in enumerate(row):
            if value is None:
                continue
            column, style = self._columns[at], self._formats[at]
            match column.shape:
                case Shape.TEXT | Shape.CODE:
                    self._sheet.write_string(self._line, at, value, style)
                case Shape.CHOICE:
                    said = column.choices.get(value)
                    self._sheet.write_string(
                        self._line, at, said.to(self._locale) if said else value, style)
                case Shape.FLAG:
                    self._sheet.write_string(
                        self._line, at, (YES if value else NO).to(self._locale), style)
                case Shape.DAY:
                    self._sheet.write_datetime(self._line, at, value, style)
                case shape:
                    self._sheet.write_number(self._line, at, _number(value, shape), style)
            if column.total:
                self._sums[at] += value

    def _write_sums(self) -> None:
        if not any(column.total for column in self._columns):
            return
        strong = {"bold": True, "top": 1}
        line = self._line + 1
        self._sheet.write_string(line, 0, TOTAL.to(self._locale), self._book.add_format(strong))
        for at, column in enumerate(self._columns):
            if column.total and at:
                style = self._book.add_format(strong | {"num_format": _FORMATS[column.shape]})
                self._sheet.write_number(line, at, _number(self._sums[at], column.shape), style)

    def _say(self) -> None:
        """A sheet of what this is, of which records, and what they come to."""
        sheet = self._book.add_worksheet(_ABOUT.to(self._locale))
        sheet.set_column(0, 0, 22, self._book.add_format({"bold": True}))
        sheet.set_column(1, 1, 60)
        records = (_RECORDS.to(self._locale), str(self._records))
        for line, (name, value) in enumerate((*self._about.lines, records)):
            sheet.write_string(line, 0, name)
            sheet.write_string(line, 1, value)


def _number(value: Any, shape: Shape) -> Any:
    """Fen as yuan, and percent as a share: a spreadsheet shows it as percent itself."""
    return Decimal(value).scaleb(-2) if shape in (Shape.YUAN, Shape.PERCENT) else value


def _wide(text: str) -> int:
    """How many digits wide a text is shown."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


_ABOUT = Text("说明", "About")
_RECORDS = Text("记录数", "Records")

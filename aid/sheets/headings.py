"""Which column of a sheet is which: by title in either language or by key, in any order. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aid.errors import Complaint
from aid.sheets.cells import Unfit, shown, simplified, value_of
from aid.sheets.columns import TOTAL, Column
from aid.sheets.reading import Line
from aid.text import Text

SEARCHED = 10
"""The headings stand within so many rows from the top; a title may stand above them."""
_BESIDES = re.compile(r"[(\[【].*?[)\]】]|[*＊:：]", re.DOTALL)
_IGNORED = frozenset({"序号", "no.", "no"})
_SUMS = frozenset(map(simplified, TOTAL))


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a kind as it stands in a sheet: where (0: A), and what is written above it."""

    column: Column
    at: int
    written: str


@dataclass(frozen=True, slots=True)
class Table:
    """What a sheet's columns are, by key and by where they stand; `number` is the headings' row.

    `titles` are those of all columns of the kind, `required` the keys that each row needs.
    """

    sheet: str
    number: int
    headings: Mapping[str, Heading]
    columns: Mapping[int, Column]
    titles: Mapping[str, str]
    required: Sequence[str]

    def is_sum(self, line: Line) -> bool:
        """Whether a row is the sum below the others, as exports have it, and no record."""
        first = next((cell for cell in line.cells if cell is not None), "")
        return simplified(first[1:]) in _SUMS

    def row(self, line: Line) -> tuple["Row", list[Complaint]]:
        """The values of a row by key, and everything wrong with its cells."""
        values: dict[str, Any] = {}
        wrong: dict[str, Complaint] = {}
        row = Row(self, line, values)
        for at, cell in enumerate(line.cells):
            if cell is None or (column := self.columns.get(at)) is None:
                continue
            try:
                values[column.key] = value_of(column, cell)
            except Unfit as unfit:
                wrong[column.key] = row.complaint(column.key, unfit.expected)
        for key in self.required:
            if values.get(key) is None and key not in wrong:
                wrong[key] = row.complaint(key, Text("此项必填", "a value is required"))
        return row, list(wrong.values())


@dataclass(frozen=True, slots=True)
class Row:
    """A row by the keys of its columns; what is blank, or has no column, is None."""

    table: Table
    line: Line
    values: Mapping[str, Any]

    @property
    def number(self) -> int:
        """The number of the row, as a spreadsheet shows it."""
        return self.line.number

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)

    def found(self, key: str) -> str:
        """What stands in a cell, as whoever filled it in would know it again."""
        heading = self.table.headings.get(key)
        if heading is None or heading.at >= len(self.line.cells):
            return ""
        return shown(self.line.cells[heading.at])

    def complaint(self, key: str, expected: Text, value: object = None) -> Complaint:
        """A complaint about a cell of this row, by default with what stands in it."""
        said = self.found(key) if value is None else str(value)[:80]
        heading = self.table.headings.get(key)
        if heading is None:
            return Complaint(f"{self.table.sheet}!{self.number}", self.table.titles[key], said,
                             expected)
        return Complaint(f"{self.table.sheet}!{letters(heading.at)}{self.number}",
                         heading.written, said, expected)


def find_table(
    sheet: str, columns: Sequence[Column], lines: Sequence[Line]
) -> tuple[Table | None, list[Complaint]]:
    """The headings among the first rows, or everything wrong with them.

    They are the row in which most titles are known. Every title is known once, and none is missing
    that a row needs.
    """
    known = _titles(columns)
    counted = [(sum(_named(cell, known) is not None for cell in line.cells), -line.number, line)
               for line in lines[:SEARCHED]]
    best = max(counted, key=lambda one: one[:2], default=(0, 0, None))
    if best[2] is None or best[0] == 0:
        titles = [column.title for column in columns if column.required]
        return None, [Complaint(f"{sheet}!1", "", "", Text(
            "找不到表头，应有：" + "、".join(title.zh for title in titles),
            "headings, among them: " + ", ".join(title.en for title in titles)))]
    return _table(sheet, columns, best[2], known)


def _table(
    sheet: str, columns: Sequence[Column], line: Line, known: Mapping[str, Column]
) -> tuple[Table | None, list[Complaint]]:
    headings: dict[str, Heading] = {}
    complaints = []
    for at, cell in enumerate(line.cells):
        written = _one_line(cell)
        if not written or simplified(written) in _IGNORED:
            continue
        place = f"{sheet}!{letters(at)}{line.number}"
        column = _named(cell, known)
        if column is None:
            complaints.append(Complaint(place, written[:80], written[:80], Text(
                "不认识这一列，请按模板改名或删去",
                "a column of the template: rename it or take it out")))
        elif column.key in headings:
            first = letters(headings[column.key].at)
            complaints.append(Complaint(place, written[:80], written[:80], Text(
                f"这一列重复，{first} 列已是", f"each column once; it is column {first} already")))
        elif not column.derived:
            headings[column.key] = Heading(column, at, written[:80])
    complaints += [
        Complaint(f"{sheet}!{line.number}", column.title.zh, "", Text(
            "缺少这一列", f"this column ({column.title.en}), which is missing"))
        for column in columns if column.required and column.key not in headings]
    if complaints:
        return None, complaints
    titles = {column.key: column.title.zh for column in columns}
    return Table(
        sheet, line.number, headings,
        {heading.at: heading.column for heading in headings.values()}, titles,
        [column.key for column in columns if column.required]), []


def letters(at: int) -> str:
    """What a spreadsheet calls a column: 0 is A, 26 is AA."""
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(65 + rest) + name
    return name


def heading_key(text: str) -> str:
    """A heading as it is compared: without its unit in brackets, an asterisk, blanks and case."""
    return simplified(_BESIDES.sub("", unicodedata.normalize("NFKC", text)))


def _titles(columns: Sequence[Column]) -> Mapping[str, Column]:
    return {heading_key(name): column for column in columns
            for name in (column.key, *column.title)}


def _named(cell: str | None, known: Mapping[str, Column]) -> Column | None:
    """The column that a heading names: all of it, or the first of its lines that names one."""
    if cell is None or cell[0] != "t":
        return None
    return next((known[key] for key in map(heading_key, _spellings(cell[1:])) if key in known),
                None)


def _spellings(text: str) -> Iterator[str]:
    yield text
    yield from text.splitlines()


def _one_line(cell: str | None) -> str:
    return "" if cell is None else " ".join(cell[1:].split())

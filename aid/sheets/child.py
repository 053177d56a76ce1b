"""The program that parses a sheet, in a process of its own: `python -I child.py`, file on stdin.

Whoever made the file may mean ill. So this process has little memory and processor time, and once
the file is read it can open nothing any more, neither files nor connections. It imports nothing of
aid and is told nothing: what it says on stdout, a line of JSON each, is judged by who reads it.

    {"sheet": "填报", "rows": 12}          which sheet, and how many rows it has at most
    [3, 0, ["tname", "n12.5", null]]       a row, the number of its first column, its cells
    {"end": true} or {"refused": "CODE", "detail": "…"}

The first letter of a cell says what it is: t text, n number, p percent (45 for 45 %), d day or
moment, b truth, e an error or a formula without a value, l a text that is too long (its beginning).
"""

import codecs
import csv
import datetime
import html
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import unquote

PREFERRED = "填报"
"""The sheet that is read where a workbook has one of this name; else its first."""
LARGEST = 50 * 1024 * 1024
UNPACKED = 600 * 1024 * 1024
MEMBERS = 2_000
ROWS, COLUMNS, LETTERS = 200_000, 100, 10_000
MEMORY, SECONDS = 1536 * 1024 * 1024, 90
_SHOWN = 60
_ENCODINGS = ("utf-8-sig", "gb18030", "utf-16", "cp437", "ascii", "latin-1")


class Limits(NamedTuple):
    """What a file may have and its parsing may take: bytes, and seconds of processor time."""

    largest: int = LARGEST
    unpacked: int = UNPACKED
    memory: int = MEMORY
    seconds: int = SECONDS


class Refused(Exception):
    """The file is not read. The code is known to who reads; the detail says where, if anything."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


class _Table(NamedTuple):
    """A sheet: its name, how many rows it has at most, and those that say something."""

    name: str
    rows: int
    lines: Iterator[tuple[int, int, list[str | None]]]


def main() -> None:
    """Read the file and say its rows."""
    limits = Limits(*json.loads(sys.argv[1])) if len(sys.argv) > 1 else Limits()
    _bound(limits)
    from python_calamine import CalamineError, CalamineWorkbook  # within the bounds

    for encoding in _ENCODINGS:  # found now: no file can be opened later
        codecs.lookup(encoding)
    data = sys.stdin.buffer.read(limits.largest + 1)
    _shut_in()
    try:
        if len(data) > limits.largest:
            raise Refused("TOO_LARGE")
        if data.startswith(b"PK\x03\x04"):
            table = _workbook(data, limits, CalamineWorkbook)
        elif data.startswith(b"\xd0\xcf\x11\xe0"):
            raise Refused("OLD_OR_ENCRYPTED")
        else:
            table = _text(data)
        _tell(table)
    except Refused as refused:
        _say({"refused": refused.code, "detail": refused.detail})
    except (CalamineError, zipfile.BadZipFile, ValueError, KeyError, IndexError, LookupError):
        _say({"refused": "UNREADABLE", "detail": ""})
    except MemoryError:
        _say({"refused": "TOO_MUCH", "detail": ""})


def _bound(limits: Limits) -> None:
    """Little memory and time, no files to write, no dump of what was read."""
    for what, most in ((resource.RLIMIT_CPU, limits.seconds), (resource.RLIMIT_FSIZE, 0),
                       (resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, limits.memory)):
        try:
            resource.setrlimit(what, (most, most))
        except (OSError, ValueError):
            if sys.platform == "linux":  # macOS has no limit of address space
                raise


def _shut_in() -> None:
    """From now on nothing can be opened, and no process started."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _say(what: object) -> None:
    line = json.dumps(what, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write(line.encode() + b"\n")


def _tell(table: _Table) -> None:
    _say({"sheet": table.name[:200], "rows": table.rows})
    for count, (number, first, cells) in enumerate(table.lines, 1):
        if count > ROWS + 20:
            raise Refused("TOO_MANY_ROWS", str(number))
        if first + len(cells) > COLUMNS:
            raise Refused("TOO_MANY_COLUMNS", str(number))
        _say([number, first, cells])
    _say({"end": True})


def _said(cells: list[str | None]) -> list[str | None]:
    """The cells up to the last that says something."""
    until = len(cells)
    while until and cells[until - 1] is None:
        until -= 1
    return cells[:until]


def _word(text: str) -> str | None:
    text = text.strip()
    if not text:
        return None
    return f"t{text}" if len(text) <= LETTERS else f"l{text[:_SHOWN]}"


# --- workbooks ---------------------------------------------------------------------------------


def _workbook(data: bytes, limits: Limits, kind: Any) -> _Table:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        members = packed.infolist()
        if len(members) > MEMBERS or sum(one.file_size for one in members) > limits.unpacked:
            raise Refused("TOO_MUCH")
        if any(one.flag_bits & 1 for one in members):
            raise Refused("OLD_OR_ENCRYPTED")
        if "xl/workbook.xml" not in packed.namelist():
            raise Refused("UNREADABLE")
        workbook = kind.from_filelike(io.BytesIO(data))
        names = workbook.sheet_names
        if not names:
            raise Refused("UNREADABLE")
        name = PREFERRED if PREFERRED in names else names[0]
        sheet = workbook.get_sheet_by_name(name)
        marks = _marks(packed, name)
    last = sheet.end[0] + 1 if sheet.end else 0
    return _Table(name, last, _lines(sheet, marks))


def _lines(
    sheet: Any, marks: Mapping[tuple[int, int], str]
) -> Iterator[tuple[int, int, list[str | None]]]:
    first = sheet.start[1] if sheet.start else 0
    for number, values in enumerate(sheet.iter_rows(), 1):
        cells = _said([_cell(value, marks.get((number, first + at)))
                       for at, value in enumerate(values)])
        if cells:
            yield number, first, cells


def _cell(value: object, mark: str | None) -> str | None:
    if mark == "e":
        return "e"
    if isinstance(value, str):
        return _word(value)
    if isinstance(value, bool):
        return f"b{int(value)}"
    if isinstance(value, int | float):
        return f"p{_number(value, 100)}" if mark == "p" else f"n{_number(value)}"
    if isinstance(value, datetime.datetime | datetime.date):
        return f"d{value.isoformat()}"
    return f"t{value}"


def _number(value: float, times: int = 1) -> str:
    """A number to the fifteen digits that a spreadsheet shows and keeps, in full."""
    return f"{(Decimal(f'{value:.15g}') * times).normalize():f}"


_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_FORMATS = re.compile(rb"<(?:\w+:)?numFmt\b[^>]*>")
_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_MARKED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>(\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>)?")
"""A cell, and what follows where it is a formula without a value."""
_INTERESTING = re.compile(rb"""\b(?:t\s*=\s*["']e["']|s\s*=)""")
_PART = 4 * 1024 * 1024


def _marks(packed: zipfile.ZipFile, name: str) -> dict[tuple[int, int], str]:
    """What calamine does not tell of cells: errors, formulas without a value, percentages."""
    percent = _percent_styles(packed)
    marks: dict[tuple[int, int], str] = {}
    rest = b""
    with packed.open(_path_of(packed, name)) as file:
        while part := file.read(_PART):
            text = rest + part
            until = text.rfind(b"</row>") if len(part) == _PART else len(text)
            if until < 0:
                until = text.rfind(b"<")
            for found in _MARKED.finditer(text, 0, until):
                if found[2] is not None or _INTERESTING.search(found[1]):
                    _mark(marks, _attributes(found[1]), percent, formula=found[2] is not None)
            rest = text[until:]
    return marks


def _mark(
    marks: dict[tuple[int, int], str], cell: Mapping[str, str], percent: set[str], *, formula: bool
) -> None:
    mark = "e" if formula or cell.get("t") == "e" else "p" if cell.get("s") in percent else None
    if mark is not None and (place := re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", cell.get("r", ""))):
        column = 0
        for letter in place[1]:
            column = column * 26 + ord(letter) - 64
        marks[int(place[2]), column - 1] = mark


def _attributes(text: bytes) -> dict[str, str]:
    return {found[1].decode(): (found[2] or found[3] or b"").decode()
            for found in _ATTRIBUTE.finditer(text)}


def _percent_styles(packed: zipfile.ZipFile) -> set[str]:
    """The numbers of the styles that show a number as a percentage."""
    if "xl/styles.xml" not in packed.namelist():
        return set()
    text = packed.read("xl/styles.xml")
    formats = {"9", "10"} | {
        one["numFmtId"] for one in map(_attributes, _FORMATS.findall(text))
        if "%" in re.sub(r'&quot;.*?&quot;|\\.', "", one.get("formatCode", ""))}
    styles = _STYLES.search(text)
    return {str(at) for at, one in enumerate(_STYLE.findall(styles[0]) if styles else ())
            if _attributes(one).get("numFmtId") in formats}


def _path_of(packed: zipfile.ZipFile, name: str) -> str:
    """Where the XML of a sheet is."""
    sheets = map(_attributes, _SHEET.findall(packed.read("xl/workbook.xml")))
    relations = map(_attributes, _RELATION.findall(packed.read("xl/_rels/workbook.xml.rels")))
    ids = {html.unescape(one.get("name", "")): value for one in sheets
           for attribute, value in one.items() if attribute.endswith(":id")}
    target = unquote({one["Id"]: one["Target"] for one in relations}[ids[name]])
    return target[1:] if target.startswith("/") else f"xl/{target}"


# --- text --------------------------------------------------------------------------------------


def _text(data: bytes) -> _Table:
    text = _decoded(data)
    if "\0" in text:
        raise Refused("UNREADABLE")
    csv.field_size_limit(1024 * 1024)
    return _Table("", text.count("\n") + 1, _records(text))


def _decoded(data: bytes) -> str:
    """UTF-8 or UTF-16 with a mark, UTF-8 without, or else GB 18030."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("ENCODING")


def _records(text: str) -> Iterator[tuple[int, int, list[str | None]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = 0
    try:
        for number, values in enumerate(reader, 1):
            cells = _said([_word(value) for value in values])
            if cells:
                yield number, 0, cells
    except csv.Error:
        raise Refused("QUOTES", str(number + 1)) from None


def _delimiter(text: str) -> str:
    """What separates cells: what the first line that says something has most of."""
    line = next((line for line in text[:100_000].splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", line)
    return max(",\t;", key=bare.count)


if __name__ == "__main__":
    main()

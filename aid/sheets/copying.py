"""Rows as CSV, written by PostgreSQL itself: nothing writes a hundred thousand faster."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
)

from aid.sheets.columns import NO, YES, Column, Shape
from aid.sheets.formulas import OPENS_FORMULA, harmless
from aid.text import Locale

BOM = b"\xef\xbb\xbf"
"""Without it Excel takes UTF-8 for the code page of the machine."""

_SUSPECT = (9, 10, 13, 39, 43, 45, 61, 64, 0xFF0B, 0xFF0D, 0xFF1D, 0xFF20)
"""Code points that text may begin with and be meant as a formula, or with an apostrophe before."""


def head_line(columns: Sequence[Column], locale: Locale) -> bytes:
    """The byte order mark and the titles of the columns."""
    titles = (_quoted(harmless(column.title.to(locale))) for column in columns)
    return BOM + ",".join(titles).encode() + b"\r\n"


def csv_select(
    rows: Select[*tuple[Any, ...]], columns: Sequence[Column], locale: Locale
) -> Select[*tuple[Any, ...]]:
    """The rows, whose columns bear the keys, as text for `COPY … (FORMAT csv)`, in their order."""
    found: Subquery = rows.subquery("found")
    return select(*(
        _WRITTEN.get(column.shape, _as_it_is)(found.c[column.key], column, locale)
        for column in columns))


class Lines:
    """Ends lines as RFC 4180 wants it, and counts them; a line feed inside quotes stays one."""

    def __init__(self) -> None:
        self.count = 0
        self._quoted = False

    def ended(self, piece: bytes) -> bytes:
        """A piece of what PostgreSQL wrote, whose lines end in a line feed, as it is sent on."""
        parts = piece.split(b'"')
        for at, part in enumerate(parts):
            if at:
                self._quoted = not self._quoted
            if not self._quoted:
                self.count += part.count(b"\n")
                parts[at] = part.replace(b"\n", b"\r\n")
        return b'"'.join(parts)


def _quoted(title: str) -> str:
    if not any(mark in title for mark in ',"\r\n'):
        return title
    return '"' + title.replace('"', '""') + '"'


def _as_it_is(value: ColumnElement[Any], _: Column, __: Locale) -> ColumnElement[Any]:
    return value


def _harmless(value: ColumnElement[Any], _: Column, __: Locale) -> ColumnElement[Any]:
    """As `formulas.harmless`; the first character alone clears nearly all text."""
    opens = and_(func.ascii(value).in_([literal_column(str(code)) for code in _SUSPECT]),
                 value.regexp_match(OPENS_FORMULA))
    return case((opens, literal("'").concat(value)), else_=value)


def _yuan(value: ColumnElement[Any], _: Column, __: Locale) -> ColumnElement[Any]:
    """Fen as yuan with two decimals, exactly."""
    return func.round(cast(value, Numeric) * literal_column("0.01"), literal_column("2"))


def _number(value: ColumnElement[Any], _: Column, __: Locale) -> ColumnElement[Any]:
    return func.trim_scale(value)


def _flag(value: ColumnElement[Any], _: Column, locale: Locale) -> ColumnElement[Any]:
    return case((value.is_(True), YES.to(locale)), (value.is_(False), NO.to(locale)))


def _choice(value: ColumnElement[Any], column: Column, locale: Locale) -> ColumnElement[Any]:
    if not column.choices:
        return value
    return case({stored: said.to(locale) for stored, said in column.choices.items()},
                value=value, else_=value)


_Written = Callable[[ColumnElement[Any], Column, Locale], ColumnElement[Any]]
_WRITTEN: Mapping[Shape, _Written] = MappingProxyType({
    Shape.TEXT: _harmless,
    Shape.CODE: _harmless,
    Shape.QUANTITY: _number,
    Shape.PERCENT: _number,
    Shape.YUAN: _yuan,
    Shape.FLAG: _flag,
    Shape.CHOICE: _choice,
})
"""What is not here PostgreSQL writes as it should be: whole numbers, and days as ISO 8601."""

"""Rows as JSON lines and as a workbook, written as they come: neither keeps them in memory.

A row is a sequence of values in the order of the columns, as the database has them: fen as whole
numbers, quantities and percent as decimals, days as dates, choices by their stored form.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import IO, Any, Protocol

import orjson

from aid.money import yuan
from aid.sheets.columns import Column, Shape

Row = Sequence[Any]


class Form(StrEnum):
    """The form of an export, by the ending of its file."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    ZIP = "zip"


MEDIA_TYPES: Mapping[Form, str] = MappingProxyType({
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.JSONL: "application/jsonl; charset=utf-8",
    Form.ZIP: "application/zip",
})


class Writer(Protocol):
    """Takes rows, some at a time. Nothing is complete before it was closed."""

    def add(self, rows: Iterable[Row]) -> None: ...

    def close(self) -> None: ...


class JsonLines:
    """An object a row, by the columns' keys. Amounts are yuan; no decimal becomes a float."""

    def __init__(self, file: IO[bytes], columns: Sequence[Column]) -> None:
        self._file = file
        self._keys = [column.key for column in columns]
        self._told = [(at, _TOLD[column.shape]) for at, column in enumerate(columns)
                      if column.shape in _TOLD]

    def add(self, rows: Iterable[Row]) -> None:
        """Write these rows."""
        for row in rows:
            values = list(row)
            for at, told in self._told:
                if values[at] is not None:
                    values[at] = told(values[at])
            self._file.write(orjson.dumps(dict(zip(self._keys, values, strict=True)),
                                          option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        """Nothing comes after the last line."""


def plain(number: Decimal) -> str:
    """The number without an exponent and without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_TOLD: Mapping[Shape, Callable[[Any], str]] = MappingProxyType({
    Shape.YUAN: lambda fen: yuan(int(fen)),
    Shape.QUANTITY: plain,
    Shape.PERCENT: plain,
})

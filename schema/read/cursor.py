"""Cursors: opaque to clients, the order and the sort keys of a row inside."""

import binascii
from base64 import b64decode
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Text, cast, func

from schema.read.arguments import ArgumentRefused, Convert
from schema.read.json import text


def cursor_sql(order: str, keys: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    """The cursor of a row, in SQL: base64 of ["ORDER", key, …, id], all as text, on one line."""
    array = func.json_build_array(text(order), *(cast(key, Text()) for key in keys))
    encoded = func.encode(func.convert_to(cast(array, Text()), text("UTF8")), text("base64"))
    return func.translate(encoded, text("\n"), text(""), type_=Text())


def key_from_cursor(order: str, at: int, of: int, kind: type[Any]) -> Convert:
    """What takes the key at a place out of a cursor. It refuses cursors of another order."""

    def convert(cursor: str) -> Any:
        try:
            found = orjson.loads(b64decode(cursor, validate=True))
        except (binascii.Error, ValueError):
            raise ArgumentRefused(f"{cursor[:80]!r} is not a cursor of this system") from None
        if not isinstance(found, list) or len(found) != of + 1 or found[0] != order:
            raise ArgumentRefused("the cursor belongs to another list or another order")
        return _typed(found[at + 1], kind)

    return convert


def _typed(key: Any, kind: type[Any]) -> Any:
    try:
        typed = kind.fromisoformat(key) if issubclass(kind, date) else kind(key)
    except (ArithmeticError, TypeError, ValueError):
        raise ArgumentRefused("the cursor is damaged") from None
    if not _storable(typed):
        raise ArgumentRefused("the cursor is damaged")
    return typed


def _storable(key: Any) -> bool:
    """Whether PostgreSQL has room for it."""
    if isinstance(key, Decimal):
        return key.is_finite() and abs(key.adjusted()) < 1000
    return not isinstance(key, int) or -(2**63) <= key < 2**63

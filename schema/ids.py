"""Global ids: opaque to clients, a type's name and a row's id inside."""

import binascii
from base64 import b64decode, b64encode

from sqlalchemy import ColumnElement, Text, cast, func, literal_column

from schema.read.arguments import ArgumentRefused


def encode_id(type_name: str, row_id: int) -> str:
    """The id a client holds for a row."""
    return b64encode(f"{type_name}:{row_id}".encode()).decode()


def decode_id(text: str) -> tuple[str, int]:
    """The type's name and the row's id. Raises ArgumentRefused for what we never gave out."""
    try:
        type_name, _, row_id = b64decode(text, validate=True).decode().partition(":")
        if not row_id.isascii() or not row_id.isdigit() or len(row_id) > 18:
            raise ValueError
    except (binascii.Error, ValueError):
        raise ArgumentRefused(f"{text[:80]!r} is not an id of this system") from None
    return type_name, int(row_id)


def decode_id_of(text: str, type_name: str) -> int:
    """The row's id, given that the id is one of `type_name`. Raises ArgumentRefused."""
    found, row_id = decode_id(text)
    if found != type_name:
        raise ArgumentRefused(f"expected the id of a {type_name}, not of a {found[:40]}")
    return row_id


def id_sql(type_name: str, row_id: ColumnElement[int]) -> ColumnElement[str]:
    """The same as `encode_id`, in SQL."""
    plain = literal_column(f"'{type_name}:'", Text()) + cast(row_id, Text())
    return func.encode(func.convert_to(plain, literal_column("'UTF8'", Text())),
                       literal_column("'base64'", Text()), type_=Text())

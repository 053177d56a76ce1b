"""Node: whatever has a global id."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, Text, literal_column

from aid.access.policy import Permission
from aid.history import Change as ChangeRow
from schema.read.arguments import Arguments
from schema.read.fields import Many, expression, read, reads
from schema.read.needs import STRUCTURE, needs


@needs(STRUCTURE)
@strawberry.interface(description="Anything with a global id.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque and global; `node(id:)` takes it.")


def _as_text(column: str) -> Any:
    def sql(table: FromClause, _: Arguments) -> ColumnElement[Any]:
        return table.c[column].op("#>>")(literal_column("'{}'::text[]")).cast(Text())

    return expression(sql, description=f"The {column} value as text; null where there was none.")


@reads(ChangeRow, needs=Permission.HISTORY_READ)
@strawberry.type(description="One field of a thing, before and after (history is never changed).")
class Change:
    field: str | None = strawberry.field(
        description="The changed field; null where the whole came (`new`) or went (`old`)."
    )
    old: str | None = _as_text("old")
    new: str | None = _as_text("new")
    actor: str = strawberry.field(description="Who changed it.")
    at: datetime = strawberry.field(description="When it was recorded (UTC).")


def history_of(entity: str) -> Any:
    """The field `history` of a type whose table the history follows."""

    def where(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
        assert parent is not None  # noqa: S101  a field of an object
        named = literal_column(f"'{entity}'", Text())
        return [own.c.entity == named, own.c.entity_id == parent.c.id]

    return read(Many(where=where), description="Every change, the oldest first.")


__all__ = ["Change", "Node", "history_of"]

"""Many new rows in one statement, through row security, each with its line in the history.

PostgreSQL does not COPY into a table whose row security holds the login, so each column travels as
one text, which costs half of what an array does. What the history's listener does for single rows
is done here for all of them at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Numeric, Table, TextClause, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.base import Base
from aid.history import Tracked

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Bulk:
    """New rows of one table, ready to be sent: each column as one text, or as a list.

    `same` are the columns of which all rows have one value; of what is `noted`, history gets lines.
    """

    model: type[Base]
    columns: tuple[str, ...]
    values: Mapping[str, Any]
    same: tuple[str, ...]
    noted: bool


def bulk(
    model: type[Base], rows: Sequence[Mapping[str, Any]], *, same: Mapping[str, Any],
    noted: bool = True,
) -> Bulk:
    """Rows that all have the same columns, one at least; of some, all have the `same`.

    What the history follows gets a line there, unless it is not to be `noted`, because it came with
    something that is.
    """
    columns = tuple(rows[0])
    values = {name: _joined([row[name] for row in rows]) for name in columns}
    return Bulk(model, columns, {**values, **same}, tuple(same),
                noted and issubclass(model, Tracked))


async def insert(session: AsyncSession, rows: Bulk, *, key: tuple[str, ...] = ()) -> dict[Any, int]:
    """Insert rows in their order. The ids of the new rows by `key`, if there is one."""
    values = dict(rows.values)
    if rows.noted:
        values["by_whom"] = session.info["actor"].name
    listed = frozenset(name for name in rows.columns if isinstance(values[name], list))
    found = await session.execute(
        _statement(rows.model, rows.columns, listed, rows.same, key, rows.noted), values)
    if not key:
        return {}
    if len(key) == 1:
        return {row[1]: row[0] for row in found}
    return {tuple(row[1:]): row[0] for row in found}


async def insert_many(
    session: AsyncSession,
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    same: Mapping[str, Any],
    key: tuple[str, ...] = (),
    noted: bool = True,
) -> dict[Any, int]:
    """Insert rows as `bulk` takes them, or none.

    The ids of the new rows by `key`: columns that tell them apart, one value or a tuple of several;
    without a key none are asked for.
    """
    return await insert(session, bulk(model, rows, same=same, noted=noted), key=key) if rows else {}


_BETWEEN, _NULL = "\x1f", "\x1e"
"""What stands between the values of a column, and in the place of none."""


def _joined(values: list[Any]) -> str | list[Any]:
    """A column as one text; as it is, if its texts hold what would stand between them."""
    if isinstance(next((value for value in values if value is not None), None), bytes):
        said = ["\\x" + value.hex() if value is not None else _NULL for value in values]
    else:
        said = [str(value) if value is not None else _NULL for value in values]
    whole = _BETWEEN.join(said)
    if not whole or whole.count(_BETWEEN) != len(values) - 1 or whole.count(_NULL) != said.count(
            _NULL):
        return values
    return whole


@lru_cache(maxsize=256)
def _statement(
    model: type[Base], columns: tuple[str, ...], listed: frozenset[str], same: tuple[str, ...],
    key: tuple[str, ...], noted: bool,
) -> TextClause:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101  a model of one table
    kinds = {name: table.c[name].type.compile(_DIALECT) for name in columns + same}
    arrays = ", ".join(
        f"CAST(:{name} AS {kinds[name]}[])" if name in listed else
        f"string_to_array(CAST(:{name} AS text), E'\\x1f', E'\\x1e')\\:\\:{kinds[name]}[]"
        for name in columns)
    scalars = "".join(f", CAST(:{name} AS {kinds[name]})" for name in same)
    insert = (f"INSERT INTO {table.name} ({', '.join(columns + same)})"  # noqa: S608  of the model
              f"{' OVERRIDING SYSTEM VALUE' if 'id' in columns else ''}"
              f" SELECT given.*{scalars} FROM unnest({arrays}) given")
    if not (noted and issubclass(model, Tracked)):
        return text(insert + (f" RETURNING id, {', '.join(key)}" if key else ""))
    return text(
        f"WITH added AS ({insert} RETURNING *), noted AS ("  # noqa: S608
        "INSERT INTO change (entity, entity_id, new, actor)"
        f" SELECT '{table.name}', id, {_whole(table, model.unfollowed)}, :by_whom FROM added)"
        f" SELECT {', '.join(('id', *key)) if key else 'count(*)'} FROM added")


def _whole(table: Table, unfollowed: frozenset[str]) -> str:
    """The row as history keeps it: what is followed and said, exact numbers as text."""
    said = ", ".join(
        f"'{column.name}', {column.name}" + ("::text" if isinstance(column.type, Numeric) else "")
        for column in table.c if column.name not in unfollowed)
    return f"jsonb_strip_nulls(jsonb_build_object({said}))"

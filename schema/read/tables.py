"""Tables as statements name them: names and columns only.

An alias of a mapped table takes a millisecond to make, as it copies all that the mapper knows of
each column; an alias of this takes a tenth of that.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ColumnElement, FromClause, Table, TableClause, column, select, table

from aid.database.base import Base


@lru_cache(maxsize=256)
def light(whole: Table) -> TableClause:
    """A table's name and its columns."""
    return table(whole.name, *(column(kept.name, kept.type) for kept in whole.columns))


def rows_of(model: type[Base], name: str | None = None) -> FromClause:
    """A new alias of a model's table."""
    return light(cast(Table, model.__table__)).alias(name)


def linked(
    link: type[Base], own_column: str, parent_column: str
) -> Callable[[FromClause, FromClause | None, Any], list[ColumnElement[bool]]]:
    """The condition of rows that a table of pairs links with the object whose field it is."""

    def where(own: FromClause, parent: FromClause | None, _: Any) -> list[ColumnElement[bool]]:
        assert parent is not None  # noqa: S101  a field of an object
        pair = rows_of(link)
        ids = select(pair.c[own_column]).where(pair.c[parent_column] == parent.c.id)
        return [own.c.id.in_(ids.correlate(parent))]

    return where

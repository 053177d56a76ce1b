"""Tables as statements name them: names and columns only.

An alias of a mapped table takes a millisecond to make, as it copies all that the mapper knows of
each column; an alias of this takes a tenth of that.
"""

from functools import lru_cache
from typing import cast

from sqlalchemy import FromClause, Table, TableClause, column, table

from aid.database.base import Base


@lru_cache(maxsize=256)
def light(whole: Table) -> TableClause:
    """A table's name and its columns."""
    return table(whole.name, *(column(kept.name, kept.type) for kept in whole.columns))


def rows_of(model: type[Base], name: str | None = None) -> FromClause:
    """A new alias of a model's table."""
    return light(cast(Table, model.__table__)).alias(name)

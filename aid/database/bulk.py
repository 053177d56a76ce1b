"""Adding many rows by one statement, whose text does not grow with them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Insert, Text, bindparam, column, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.expression import BindParameter

from aid.database.base import Base


async def add_rows(
    session: AsyncSession, model: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Add rows in order; all have the same columns. For models that no history follows."""
    if not rows:
        return
    columns = list(rows[0])
    await session.execute(
        _insert(model.__table__, columns),
        {f"all_{name}": [row[name] for row in rows] for name in columns})


def _insert(table: Any, columns: Sequence[str]) -> Insert:
    given = func.unnest(*(
        bindparam(f"all_{name}", type_=ARRAY(table.c[name].type)) for name in columns
    )).table_valued(*(column(name) for name in columns), with_ordinality="at").render_derived()
    return insert(table).from_select(
        columns, select(*(given.c[name] for name in columns)).order_by(given.c.at))


def ids(values: Iterable[int]) -> BindParameter[Any]:
    """Ids as one parameter, for `any_`."""
    return bindparam(None, sorted(values), ARRAY(BigInteger()))


def texts(values: Iterable[str]) -> BindParameter[Any]:
    """Texts as one parameter, for `any_`."""
    return bindparam(None, sorted(values), ARRAY(Text()))

"""Reading the rows of an export as they come, on the connection of the session's transaction."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.engine import TooSlow
from aid.interchange.exports.selecting import Query
from aid.sheets.columns import Column
from aid.sheets.copying import Lines, csv_select, head_line
from aid.sheets.writing import Writer
from aid.text import Locale

_AT_ONCE = 1_000
"""Rows that are in memory together."""

Tell = Callable[[int], None]
"""Told how many rows are written."""


def nobody(_: int) -> None:
    """Nobody watches."""


async def copied(
    session: AsyncSession, query: Query, columns: Sequence[Column], locale: Locale,
    file: IO[bytes], tell: Tell = nobody,
) -> int:
    """Write the rows as CSV, with a heading; how many there were. Raises TooSlow."""
    lines = Lines()

    async def take(piece: bytes) -> None:
        file.write(lines.ended(piece))
        tell(lines.count)

    file.write(head_line(columns, locale))
    connection, sql, values = await _ready(session, csv_select(query, columns, locale))
    try:
        await connection.copy_from_query(sql, *values, output=take, format="csv")
    except asyncpg.QueryCanceledError as failure:
        raise TooSlow from failure
    return lines.count


async def fetched(
    session: AsyncSession, query: Query, writer: Writer, tell: Tell = nobody
) -> int:
    """Write the rows some at a time, in a thread: a workbook takes its time over them.

    How many there were. Raises TooSlow.
    """
    connection, sql, values = await _ready(session, query)
    done = 0
    try:
        cursor = await connection.cursor(sql, *values)
        while rows := await cursor.fetch(_AT_ONCE):
            await asyncio.to_thread(_add, writer, rows)
            done += len(rows)
            tell(done)
    except asyncpg.QueryCanceledError as failure:
        raise TooSlow from failure
    return done


def _add(writer: Writer, rows: Iterable[asyncpg.Record]) -> None:
    writer.add(row.values() for row in rows)


async def _ready(
    session: AsyncSession, query: Query
) -> tuple[asyncpg.Connection, str, Sequence[Any]]:
    """The connection of the session's transaction, the statement's text, and its values."""
    bound = await session.connection()
    compiled = query.compile(dialect=bound.dialect, compile_kwargs={"render_postcompile": True})
    values = compiled.construct_params()
    raw = await bound.get_raw_connection()
    return (raw.driver_connection, str(compiled),
            [values[name] for name in compiled.positiontup or ()])

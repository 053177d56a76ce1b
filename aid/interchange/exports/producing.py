"""Making an export: one statement under the walls of whoever asks, written out as it comes.

It is whole, and in the audit log, before anybody holds any of it: what comes over a network is not
cut short unnoticed, nothing leaves unrecorded, and no slow reader holds a transaction open.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import asyncpg
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import Asker, note, storable
from aid.database.engine import Database, TooSlow
from aid.errors import AidError
from aid.interchange.exports.about import about
from aid.interchange.exports.kinds import EXPORTED
from aid.interchange.exports.narrowing import narrowed
from aid.interchange.exports.selecting import Exported, Query
from aid.interchange.exports.terms import KINDS, Order, Produced
from aid.sheets.copying import Lines, csv_select, head_line
from aid.sheets.workbooks import Workbook
from aid.sheets.writing import Form, JsonLines, Writer
from aid.text import Text

PATIENCE = "10min"
"""So long the statement of an export may run."""
_AT_ONCE = 1_000
"""Rows that are in memory together."""

Progress = Callable[[int, int], None]
"""Told how many rows are written, and of how many."""


class NotYours(AidError):
    """Whoever asks may not read what they want exported."""

    code = "NOT_ALLOWED"

    def __init__(self, title: Text) -> None:
        super().__init__(Text(f"您无权导出“{title.zh}”。",
                              f"You may not export {title.en.lower()}."))


async def produce(
    database: Database, order: Order, file: IO[bytes], *, actor: Actor, asker: Asker,
    progress: Progress | None = None,
) -> Produced:
    """Write an export to an empty file that can be read back, and note it in the audit log.

    Raises NotYours, InputRefused with all that is wrong with the filters, TooSlow.
    """
    said = {"form": order.form.value, "filters": {
        storable(name): storable(value) for name, value in order.filters.items()}}
    if not all(actor.may(need) for need in KINDS[order.kind].needs):
        await _note(database, order, actor, asker, Outcome.REFUSED, said)
        raise NotYours(KINDS[order.kind].title)
    rows = await _written(database, order, file, actor, asker, progress)
    made = await asyncio.to_thread(_measured, file, rows)
    await _note(database, order, actor, asker, Outcome.DONE, said | {
        "rows": made.rows, "bytes": made.size, "sha256": made.sha256})
    return made


async def _note(
    database: Database, order: Order, actor: Actor, asker: Asker, outcome: Outcome,
    said: Mapping[str, Any],
) -> None:
    on_behalf = {} if asker.name == actor.name else {"as": actor.name}
    await note(database, kind=AuditKind.EXPORT, outcome=outcome, actor=asker.name,
               role=actor.role.value, subject=order.kind.value, address=asker.address,
               detail={**said, **on_behalf})


def _measured(file: IO[bytes], rows: int) -> Produced:
    file.flush()
    size = file.tell()
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256")  # type: ignore[arg-type]  # any binary file
    return Produced(rows, size, digest.hexdigest())


async def _written(
    database: Database, order: Order, file: IO[bytes], actor: Actor, asker: Asker,
    progress: Progress | None,
) -> int:
    """Write the rows; how many there were."""
    exported = EXPORTED[order.kind]
    with TemporaryDirectory(prefix="aid-export-") as aside:
        async with database.reading(actor) as session:
            wanted = await narrowed(session, order.kind, order.filters, locale=order.locale,
                                    today=order.today)
            await session.execute(text("SELECT set_config('datestyle', 'ISO', true),"
                                       " set_config('statement_timeout', :so_long, true)"),
                                  {"so_long": PATIENCE})
            query = exported.rows(wanted)
            tell = await _counted(session, query, progress)
            if order.form is Form.CSV:
                return await _copied(session, query, exported, order, file, tell)
            writer: Writer = JsonLines(file, exported.columns)
            if order.form is Form.XLSX:
                writer = Workbook(file, exported.columns, order.locale,
                                  about(order.kind, order.filters, order.locale, asker.name),
                                  aside=Path(aside))
            rows = await _fetched(session, query, writer, tell)
        await asyncio.to_thread(writer.close)
    return rows


async def _counted(
    session: AsyncSession, query: Query, progress: Progress | None
) -> Callable[[int], None]:
    """Tells whoever watches how far it is. Unless somebody does, the rows are not counted."""
    if progress is None:
        return lambda _: None
    counted = select(func.count()).select_from(query.order_by(None).subquery())
    total = int(await session.scalar(counted) or 0)
    return lambda done: progress(done, total)


async def _copied(
    session: AsyncSession, query: Query, exported: Exported, order: Order, file: IO[bytes],
    tell: Callable[[int], None],
) -> int:
    lines = Lines()

    async def take(piece: bytes) -> None:
        file.write(lines.ended(piece))
        tell(lines.count)

    file.write(head_line(exported.columns, order.locale))
    connection, sql, values = await _ready(
        session, csv_select(query, exported.columns, order.locale))
    try:
        await connection.copy_from_query(sql, *values, output=take, format="csv")
    except asyncpg.QueryCanceledError as failure:
        raise TooSlow from failure
    return lines.count


async def _fetched(
    session: AsyncSession, query: Query, writer: Writer, tell: Callable[[int], None]
) -> int:
    """Write the rows some at a time, in a thread: a workbook takes its time over them."""
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

"""Making an export: one statement under the walls of whoever asks, written out as it comes.

It is whole, and in the audit log, before anybody holds any of it: what comes over a network is not
cut short unnoticed, nothing leaves unrecorded, and no slow reader holds a transaction open.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import Asker, note, storable
from aid.database.engine import Database
from aid.errors import AidError, Complaint, InputRefused
from aid.funds.checkpoints import Witness
from aid.interchange.exports.about import about
from aid.interchange.exports.bundling import bundle, pack, witnessed
from aid.interchange.exports.fetching import copied, fetched
from aid.interchange.exports.kinds import EXPORTED
from aid.interchange.exports.narrowing import narrowed
from aid.interchange.exports.selecting import Exported, Query
from aid.interchange.exports.terms import KINDS, Order, Produced
from aid.sheets.workbooks import Workbook
from aid.sheets.writing import Form, JsonLines, Writer
from aid.text import Text

PATIENCE = "10min"
"""So long the statement of an export may run."""

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
    progress: Progress | None = None, witness: Witness | None = None,
) -> Produced:
    """Write an export to an empty file that can be read back, and note it in the audit log.

    The `witness`, which a ZIP needs, signs a checkpoint first: for exports of the ledger. Raises
    NotYours, InputRefused with all that is wrong with the filters or the form, TooSlow.
    """
    _require_form(order)
    said = {"form": order.form.value, "filters": {
        storable(name): storable(value) for name, value in order.filters.items()}}
    if not all(actor.may(need) for need in KINDS[order.kind].needs):
        await _note(database, order, actor, asker, Outcome.REFUSED, said)
        raise NotYours(KINDS[order.kind].title)
    rows = await _written(database, order, file, actor, asker, progress, witness)
    made = await asyncio.to_thread(_measured, file, rows)
    await _note(database, order, actor, asker, Outcome.DONE, said | {
        "rows": made.rows, "bytes": made.size, "sha256": made.sha256})
    return made


def _require_form(order: Order) -> None:
    forms = [form.value for form in Form if form in KINDS[order.kind].forms]
    if order.form not in forms:
        raise InputRefused([Complaint("", "format", order.form.value, Text(
            f"应为 {'、'.join(forms)}", f"one of: {', '.join(forms)}"))])


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
    progress: Progress | None, witness: Witness | None,
) -> int:
    """Write the rows; how many there were."""
    exported, refused = EXPORTED[order.kind], ""
    if witness is not None:
        refused = await witnessed(database, witness)
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
                return await copied(session, query, exported.columns, order.locale, file, tell)
            finish: Callable[[], None] = partial(pack, Path(aside), file)
            if order.form is Form.ZIP:
                assert witness is not None  # noqa: S101
                rows = await bundle(session, order, wanted, witness, refused, Path(aside), tell)
            else:
                writer = _writer(file, order, exported, asker, Path(aside))
                rows = await fetched(session, query, writer, tell)
                finish = writer.close
        await asyncio.to_thread(finish)  # which takes its time, and no transaction waits for it
    return rows


def _writer(
    file: IO[bytes], order: Order, exported: Exported, asker: Asker, aside: Path
) -> Writer:
    if order.form is Form.JSONL:
        return JsonLines(file, exported.columns)
    return Workbook(file, exported.columns, order.locale,
                    about(order.kind, order.filters, order.locale, asker.name), aside=aside)


async def _counted(
    session: AsyncSession, query: Query, progress: Progress | None
) -> Callable[[int], None]:
    """Tells whoever watches how far it is. Unless somebody does, the rows are not counted."""
    if progress is None:
        return lambda _: None
    counted = select(func.count()).select_from(query.order_by(None).subquery())
    total = int(await session.scalar(counted) or 0)
    return lambda done: progress(done, total)

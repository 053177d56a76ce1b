"""Bringing in a sheet: all of it in one transaction, or nothing and everything that is wrong."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import Asker, note
from aid.database.engine import Database
from aid.database.merge import Progress, one_import_at_a_time, silent
from aid.errors import AidError, Complaint, Conflict, InputRefused
from aid.interchange.exports.kinds import EXPORTED
from aid.interchange.exports.terms import Kind
from aid.interchange.imports.cadres import Cadres
from aid.interchange.imports.movements import Movements
from aid.interchange.imports.progress import Reports
from aid.interchange.imports.projects import Projects
from aid.interchange.imports.references import references
from aid.interchange.imports.report import Recorder, Report, TooManyMistakes
from aid.interchange.imports.terms import IMPORTS, ImportKind
from aid.interchange.imports.tranches import Tranches
from aid.interchange.imports.villages import Villages
from aid.interchange.imports.work import Concluding, Importer, Work, besides
from aid.interchange.imports.works import Works
from aid.sheets.columns import Column
from aid.sheets.headings import SEARCHED, Table, find_table
from aid.sheets.reading import Line, Opened, opened_sheet
from aid.text import Text

BATCH = 500
"""So many rows are looked up and written together."""
_BUSY = frozenset({"55P03", "40P01", "23505", "23P01"})
"""What PostgreSQL says when a lock is not had in time, of a deadlock, and when somebody else has
just written what this import found not to be there."""
_CELL = re.compile(r"!([A-Z]*)([0-9]+)$")

_IMPORTERS: Mapping[ImportKind, Callable[[Work], Importer]] = MappingProxyType({
    ImportKind.PROJECTS: Projects,
    ImportKind.VILLAGES: Villages,
    ImportKind.WORKS: Works,
    ImportKind.PROGRESS: Reports,
    ImportKind.CADRES: Cadres,
    ImportKind.TRANCHES: Tranches,
    ImportKind.MOVEMENTS: Movements,
})


class NotForYou(AidError):
    """The actor may not bring in this kind of sheet."""

    code = "FORBIDDEN"

    def __init__(self, kind: ImportKind) -> None:
        title = IMPORTS[kind].title
        super().__init__(Text(f"您无权导入{title.zh}。", f"You may not bring in: {title.en}."))


class Busy(Conflict):
    """Somebody else imports, or changes what this import is to change."""

    code = "BUSY"

    def __init__(self) -> None:
        super().__init__(Text("有其他导入或更改正在进行，请稍后再试。",
                              "Another import or change is under way: try again shortly."))


class _Undo(Exception):
    """Ends a transaction without keeping it."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A sheet with its headings, and its rows, those above and beside the point left out."""

    opened: Opened
    table: Table
    lines: AsyncIterator[Line]


async def import_sheet(
    database: Database,
    kind: ImportKind,
    path: Path,
    *,
    actor: Actor,
    today: date,
    name: str | None = None,
    dry_run: bool = False,
    progress: Progress = silent,
    asker: Asker | None = None,
) -> Report:
    """Bring in an XLSX or CSV file; a dry run does all of it and keeps nothing.

    `name` is what the file is called to whoever sent it, `asker` who the audit log says did it:
    without, the actor. What was brought in, and who may not, stands there. Raises SheetRefused for
    a file that cannot be read, InputRefused with every mistake, NotForYou, Busy. Nothing has
    changed then.
    """
    told = partial(_note, database, kind, actor, asker or Asker(actor.name))
    if not any(actor.may(need) for need in IMPORTS[kind].needs):
        await told(Outcome.REFUSED, {})
        raise NotForYou(kind)
    recorder = Recorder()
    async with opened_sheet(path, name=name) as opened:
        found = await _found(kind, opened)
        try:
            async with database.writing(actor) as session:
                await _bring_in(session, kind, found, recorder, actor, today, progress)
                if recorder.complaints or dry_run:
                    raise _Undo
        except (_Undo, TooManyMistakes):
            pass
        except DBAPIError as failure:
            if getattr(failure.orig, "sqlstate", None) in _BUSY:
                raise Busy from failure
            raise
    if recorder.complaints:
        raise InputRefused(sorted(recorder.complaints, key=_cell))
    report = Report(kind.value, opened.name, dry_run, recorder.added, recorder.changed,
                    recorder.unchanged, tuple(recorder.changes), recorder.absent,
                    tuple(recorder.missing))
    if not dry_run:
        await told(Outcome.DONE, {
            "file": name or path.name, **await asyncio.to_thread(_measured, path),
            "added": report.added, "changed": report.changed, "unchanged": report.unchanged})
    return report


def _measured(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return {"bytes": file.tell(), "sha256": digest.hexdigest()}


async def _note(
    database: Database, kind: ImportKind, actor: Actor, asker: Asker, outcome: Outcome,
    said: Mapping[str, Any],
) -> None:
    on_behalf = {} if asker.name == actor.name else {"as": actor.name}
    await note(database, kind=AuditKind.OPERATION, outcome=outcome, actor=asker.name,
               role=actor.role.value, subject=f"import {kind.value}", address=asker.address,
               detail={**said, **on_behalf})


async def _found(kind: ImportKind, opened: Opened) -> _Found:
    """The sheet's headings and the rows below them. Raises InputRefused."""
    first: list[Line] = []
    async for line in opened.lines:
        first.append(line)
        if len(first) == SEARCHED:
            break
    table, complaints = find_table(opened.name, known_columns(kind), first)
    if table is None:
        raise InputRefused(complaints)
    return _Found(opened, table, _below(table, first, opened.lines))


def known_columns(kind: ImportKind) -> list[Column]:
    """The columns that a sheet of a kind may have: an export's derived ones are passed over."""
    own = IMPORTS[kind].columns
    keys = {column.key for column in own}
    return [*own, *(replace(column, derived=True)
                    for column in EXPORTED[Kind(kind.value)].columns if column.key not in keys)]


async def _below(
    table: Table, first: list[Line], rest: AsyncIterator[Line]
) -> AsyncIterator[Line]:
    for line in first:
        if line.number > table.number:
            yield line
    async for line in rest:
        yield line


async def _bring_in(
    session: AsyncSession, kind: ImportKind, found: _Found, recorder: Recorder, actor: Actor,
    today: date, progress: Progress,
) -> None:
    await one_import_at_a_time(session)
    importer = _IMPORTERS[kind](Work(session, actor, today, await references(session), recorder))
    total = max(found.opened.rows - found.table.number, 1)
    read = 0
    async for lines in _batches(found.lines):
        rows = []
        for line in lines:
            if found.table.is_sum(line):
                continue
            row, complaints = found.table.row(line)
            if complaints:
                recorder.complain(chain(complaints, besides(importer.glance(row), complaints)))
            else:
                rows.append(row)
        await importer.take(rows)
        read = lines[-1].number - found.table.number
        progress(kind.value, min(read, total), total)
    if isinstance(importer, Concluding):
        await importer.conclude()
    progress(kind.value, total, total)


async def _batches(lines: AsyncIterator[Line]) -> AsyncIterator[list[Line]]:
    batch: list[Line] = []
    async for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _cell(complaint: Complaint) -> tuple[int, int, str]:
    """Where a complaint stands among the others: by row, then by column."""
    found = _CELL.search(complaint.place)
    return (int(found[2]), len(found[1]), found[1]) if found else (0, 0, "")

"""POST /imports/KIND: a sheet as a file of a form, first looked at, then brought in, whole or not.

`dry_run=1` in the address does all of it and keeps nothing; the answer names the file by its
`digest`. Whoever then sends it for good says that digest, so that what was looked at is what comes.
"""

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from aid.access.asking import actor_of
from aid.clock import today
from aid.database.engine import Database
from aid.edge.limits import Gone
from aid.edge.refusals import locale_of, refuse
from aid.errors import AidError, Conflict, InputRefused
from aid.interchange.imports.report import Report
from aid.interchange.imports.service import import_sheet
from aid.interchange.imports.templates import make_template
from aid.interchange.imports.terms import IMPORTS, ImportKind
from aid.sheets.columns import Column
from aid.sheets.writing import MEDIA_TYPES, Form
from aid.text import Locale, Text

SHOWN = 200
"""So many changes, and so many mistakes, are told; the others are counted."""
FIELD = "file"
_PIECE = 256 * 1024
NO_FILE = Text("请选择一个文件（.xlsx 或 .csv）。", "Choose a file (.xlsx or .csv).")


class OtherFile(Conflict):
    """The file is not the one that was looked at."""

    code = "OTHER_FILE"

    def __init__(self) -> None:
        super().__init__(Text("文件与预览时的不同，请重新预览。",
                              "The file is not the one that was previewed: preview it again."))


class BadForm(AidError):
    """What came is no form with one file."""

    code = "NO_FILE"


class Imports:
    """The ASGI application of one kind of sheet."""

    def __init__(
        self, database: Database, turn: asyncio.Semaphore, kind: ImportKind, locale: Locale
    ) -> None:
        self._database, self._turn, self._kind, self._locale = database, turn, kind, locale

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the file, look at it or bring it in, and say what came of it."""
        locale = locale_of(scope, self._locale)
        answer: Response
        try:
            with tempfile.TemporaryDirectory(prefix="aid-import-") as folder:
                report, digest = await self._brought(scope, receive, Path(folder) / "sheet")
            answer = JSONResponse({"digest": digest, **_told(report, self._kind, locale)})
        except InputRefused as refused:
            looked = Request(scope).query_params.get("dry_run") == "1"
            answer = _complaints(refused, locale, status=200 if looked else 422)
        except AidError as refused:
            status = 409 if isinstance(refused, Conflict) else 400
            await refuse(scope, receive, send, status=status, code=refused.code,
                         said=refused.said, default=self._locale)
            return
        await answer(scope, receive, send)

    async def _brought(self, scope: Scope, receive: Receive, path: Path) -> tuple[Report, str]:
        given = Request(scope).query_params
        form = await _form(scope, receive)
        try:
            name, digest = await _kept(form, path)
        finally:
            await form.close()
        dry_run = given.get("dry_run") == "1"
        if not dry_run and given.get("digest", digest) != digest:
            raise OtherFile
        async with self._turn:
            report = await import_sheet(self._database, self._kind, path, actor=actor_of(scope),
                                        today=today(), name=name, dry_run=dry_run)
        return report, digest


class Templates:
    """The ASGI application that gives out the template of a kind: a workbook to fill in."""

    def __init__(self, database: Database, kind: ImportKind) -> None:
        self._database, self._kind = database, kind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make the workbook from what there is to name, and send it."""
        with tempfile.TemporaryFile() as file:
            async with self._database.reading(actor_of(scope)) as session:
                await make_template(session, self._kind, file)
            file.seek(0)
            content = file.read()
        name = f"{self._kind.value}-template.xlsx"
        await Response(content, headers={
            "content-type": MEDIA_TYPES[Form.XLSX],
            "content-disposition": f'attachment; filename="{name}"'})(scope, receive, send)


def import_routes(database: Database, *, locale: Locale) -> list[Route]:
    """Two routes a kind. One process brings in one sheet at a time."""
    turn = asyncio.Semaphore(1)
    return [route for kind in ImportKind for route in (
        Route(f"/imports/{kind.value}", Imports(database, turn, kind, locale), methods=["POST"]),
        Route(f"/imports/{kind.value}/template.xlsx", Templates(database, kind),
              methods=["GET"]))]


class _OnDisk(MultiPartParser):
    """Keeps what is larger than a piece on disk."""

    spool_max_size = _PIECE


async def _form(scope: Scope, receive: Receive) -> FormData:
    async def stream() -> AsyncGenerator[bytes, None]:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            yield message.get("body", b"")
            if not message.get("more_body", False):
                return

    headers = Headers(scope=scope)
    if not headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise BadForm(NO_FILE)
    try:
        return await _OnDisk(headers, stream(), max_files=1, max_fields=0).parse()
    except (MultiPartException, KeyError):
        raise BadForm(NO_FILE) from None


async def _kept(form: FormData, path: Path) -> tuple[str, str]:
    """Write the form's file to a path; its name and the SHA-256 of it. Raises BadForm."""
    sent = form.get(FIELD)
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise BadForm(NO_FILE)

    def copy() -> str:
        sent.file.seek(0)
        with path.open("wb") as kept:
            shutil.copyfileobj(sent.file, kept, _PIECE)
        with path.open("rb") as kept:
            return hashlib.file_digest(kept, "sha256").hexdigest()

    return sent.filename[:200], await asyncio.to_thread(copy)


def _told(report: Report, kind: ImportKind, locale: Locale) -> dict[str, Any]:
    known = {column.key: column for column in IMPORTS[kind].columns}
    return {
        "kind": report.kind, "sheet": report.sheet, "dryRun": report.dry_run,
        "added": report.added, "changed": report.changed, "unchanged": report.unchanged,
        "changes": [{
            "row": one.row, "name": one.name, "added": one.is_new,
            "fields": [{
                "title": known[key].title.to(locale) if key in known else key,
                "old": _said(known.get(key), old, locale),
                "new": _said(known.get(key), new, locale),
            } for key, (old, new) in one.fields.items()],
        } for one in report.changes[:SHOWN]],
    }


def _said(column: Column | None, value: Any, locale: Locale) -> str:
    if value is None:
        return "—"
    return column.choices[value].to(locale) if column and value in column.choices else str(value)


def _complaints(refused: InputRefused, locale: Locale, *, status: int) -> JSONResponse:
    """Each complaint, by the cell it is about: `Sheet!B12`. To look and find them is no failure."""
    return JSONResponse({
        "errors": [{"message": refused.to(locale), "extensions": {"code": refused.code}}],
        "count": len(refused.complaints),
        "complaints": [{"place": one.place, "field": one.field, "value": one.value,
                        "expected": one.expected.to(locale)}
                       for one in refused.complaints[:SHOWN]],
    }, status_code=status)

"""GET /figures/PAGE/CHART.FORM: the figures behind a chart, as whoever sees the chart sees them."""

import asyncio
import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from aid.audit.model import AuditKind, Outcome
from aid.audit.service import note
from aid.clock import on_clock
from aid.database.engine import Database
from aid.money import yuan
from aid.sheets.columns import NO, YES, Column, Shape
from aid.sheets.copying import head_line
from aid.sheets.formulas import harmless
from aid.sheets.workbooks import About, Workbook
from aid.sheets.writing import MEDIA_TYPES, Form, plain
from aid.text import Locale
from dashboards.asking import ASKING, Asking
from dashboards.figure_sheet import FORMS, FigureSheet
from dashboards.i18n import words
from dashboards.rooms import room_of
from dashboards.theme import BASE, FIGURES
from dashboards.view import View, read_path, read_view


class FigureFiles:
    """The ASGI application. The edge has let in only who may see the page."""

    def __init__(self, database: Database, *, locale: Locale) -> None:
        self._database, self._locale = database, locale

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the file, or 404."""
        asking = ASKING.get()
        page, _, file = scope["path"].removeprefix(FIGURES).rpartition("/")
        chart, _, form = file.rpartition(".")
        view = self._view(f"{BASE}{page}", scope)
        sheet = None
        room = room_of(view).behind(chart) if view is not None and form in FORMS else None
        if view is not None and room is not None:
            data = await room.read(self._database, asking.actor, view)
            sheet = room.sheets[chart](view, data) if data is not None else None
        answer: Response = JSONResponse({"error": "There are no such figures."}, status_code=404)
        if view is not None and sheet is not None:
            await self._note(asking, view, chart, form, len(sheet.rows))
            answer = await _file(sheet, Form(form), view.locale, asking.name)
        await answer(scope, receive, send)

    def _view(self, path: str, scope: Scope) -> View | None:
        if read_path(path) is None:
            return None
        search = scope.get("query_string", b"").decode("latin-1")
        return read_view(path, search, remembered=None, default=self._locale)

    async def _note(self, asking: Asking, view: View, chart: str, form: str, rows: int) -> None:
        subject = "/".join(part for part in (view.page, view.code, chart) if part)
        await note(
            self._database, kind=AuditKind.EXPORT, outcome=Outcome.DONE, actor=asking.actor.name,
            role=asking.actor.role.value, subject=subject, address=asking.address,
            detail={"form": form, "rows": rows})


async def _file(sheet: FigureSheet, form: Form, locale: Locale, who: str) -> Response:
    make = _csv if form is Form.CSV else _workbook
    content = await asyncio.to_thread(make, sheet, locale, who)
    name = quote(f"{sheet.title.to(locale)}.{form}", safe="")
    return Response(content, media_type=MEDIA_TYPES[form], headers={
        "content-disposition": f"attachment; filename=\"figures.{form}\"; "
                               f"filename*=UTF-8''{name}"})


def _csv(sheet: FigureSheet, locale: Locale, _: str) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text)
    for row in sheet.rows:
        writer.writerow([_written(column, value, locale)
                         for column, value in zip(sheet.columns, row, strict=True)])
    return head_line(sheet.columns, locale) + text.getvalue().encode()


def _written(column: Column, value: Any, locale: Locale) -> str:
    """A value as the exports have it: yuan for fen, ISO days, text that is no formula."""
    match value:
        case None:
            return ""
        case bool():
            return (YES if value else NO).to(locale)
        case int() if column.shape is Shape.YUAN:
            return yuan(value)
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
        case str() if column.choices:
            return column.choices[value].to(locale) if value in column.choices else value
        case _:
            return harmless(str(value))


def _workbook(sheet: FigureSheet, locale: Locale, who: str) -> bytes:
    w, title = words(locale), sheet.title.to(locale)
    said: Sequence[tuple[str, str]] = (
        (w("save.what"), title), (w("save.when"), on_clock(datetime.now(UTC))),
        (w("save.who"), who))
    with TemporaryDirectory(prefix="aid-figures-") as aside:
        file = BytesIO()
        book = Workbook(file, sheet.columns, locale,
                        About(title=title[:28], author=who, lines=said), aside=Path(aside))
        book.add(sheet.rows)
        book.close()
        return file.getvalue()

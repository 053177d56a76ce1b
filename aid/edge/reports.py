"""GET /reports/yearly.FORM: what `aid report` gives, over HTTP, to whoever may read it.

Who accepts `application/jsonl` is told each step as it begins, a line each, and gets the file in
the last line: so a page shows how far it is, whichever process of the server makes the report.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import quote

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from aid.access.asking import actor_of, address_of
from aid.audit.service import Asker
from aid.clock import today
from aid.database.engine import Database, TooSlow
from aid.edge.exports import complaints_of
from aid.edge.leaving import Gone, unless_gone
from aid.edge.refusals import locale_of, refuse
from aid.errors import AidError, Complaint, InputRefused, NotFound
from aid.report.producing import NotYours, Progress, produce
from aid.report.terms import MEDIA_TYPES, Form, Order
from aid.text import Locale, Text

AT_ONCE = 2
"""So many reports one process makes at a time; the next ones wait without a transaction."""
LINES = "application/jsonl"
_KNOWN = frozenset({"year", "region", "as_known_on", "lang"})
_STATUS: Mapping[type[AidError], int] = {NotYours: 403, NotFound: 404, TooSlow: 503}


class Reports:
    """The ASGI application of reports in one form."""

    def __init__(
        self, database: Database, turn: asyncio.Semaphore, form: Form, locale: Locale
    ) -> None:
        self._database, self._turn, self._form, self._locale = database, turn, form, locale

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make the report, then send it; or tell each step while it is made."""
        request, locale = Request(scope), locale_of(scope, self._locale)
        try:
            order = _order(request.query_params, self._form, locale)
        except InputRefused as refused:
            await complaints_of(refused, locale)(scope, receive, send)
            return
        if LINES in request.headers.get("accept", ""):
            answer: Response = StreamingResponse(self._lines(scope, order), media_type=LINES)
            await answer(scope, receive, send)
            return
        try:
            content = await unless_gone(receive, self._made(scope, order))
        except Gone:
            return
        except InputRefused as refused:
            answer = complaints_of(refused, locale)
        except (NotYours, NotFound, TooSlow) as refused:
            await refuse(scope, receive, send, status=_STATUS[type(refused)], code=refused.code,
                         said=refused.said, default=self._locale)
            return
        else:
            plain = f"report-{order.year}.{order.form}"
            answer = Response(content, media_type=MEDIA_TYPES[order.form], headers={
                "content-disposition": f"attachment; filename=\"{plain}\"; "
                                       f"filename*=UTF-8''{quote(order.file_name, safe='')}"})
        await answer(scope, receive, send)

    async def _made(
        self, scope: Scope, order: Order, progress: Progress | None = None
    ) -> bytes:
        actor, file = actor_of(scope), BytesIO()
        async with self._turn:
            await produce(self._database, order, file, actor=actor, progress=progress,
                          asker=Asker(actor.name, actor.role.value, address_of(scope)))
        return file.getvalue()

    async def _lines(self, scope: Scope, order: Order) -> AsyncIterator[bytes]:
        steps: asyncio.Queue[Mapping[str, Any] | None] = asyncio.Queue()

        def tell(step: Text, done: int, total: int) -> None:
            steps.put_nowait({"step": step.to(order.locale), "done": done, "of": total})

        making = asyncio.ensure_future(self._made(scope, order, tell))
        making.add_done_callback(lambda _: steps.put_nowait(None))
        try:
            while (step := await steps.get()) is not None:
                yield _line(step)
            yield _line(_last(making, order))
        finally:
            making.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await making


def _last(making: "asyncio.Future[bytes]", order: Order) -> Mapping[str, Any]:
    """The file, or why there is none. A fault of the program is raised."""
    try:
        content = making.result()
    except InputRefused as refused:
        said = " ".join(one.to(order.locale) for one in refused.complaints)
        return {"error": said, "code": refused.code}
    except (NotYours, NotFound, TooSlow) as refused:
        return {"error": refused.to(order.locale), "code": refused.code}
    return {"name": order.file_name, "type": MEDIA_TYPES[order.form],
            "content": base64.b64encode(content).decode()}


def _line(said: Mapping[str, Any]) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)


def _order(given: QueryParams, form: Form, locale: Locale) -> Order:
    """What an address asks for. Raises InputRefused with all that is wrong with it."""
    complaints = [Complaint("", name, given[name][:100], Text(
        f"应为 {'、'.join(sorted(_KNOWN))} 之一", f"one of: {', '.join(sorted(_KNOWN))}"))
        for name in given if name not in _KNOWN]
    year, known = given.get("year", ""), given.get("as_known_on") or None
    if not (year.isdecimal() and year.isascii() and len(year) == 4):
        complaints.append(Complaint("", "year", year[:100], Text("年份，如 2008",
                                                                  "a year, as 2008")))
    day = None
    try:
        day = None if known is None else date.fromisoformat(known)
    except ValueError:
        complaints.append(Complaint("", "as_known_on", (known or "")[:100], Text(
            "日期，如 2009-01-31", "a day, as 2009-01-31")))
    if complaints:
        raise InputRefused(complaints)
    return Order(year=int(year), form=form, locale=locale, today=today(),
                 region=given.get("region") or None, as_known_on=day)


def report_routes(database: Database, *, locale: Locale) -> list[Route]:
    """A route a form."""
    turn = asyncio.Semaphore(AT_ONCE)
    return [Route(f"/reports/yearly.{form}", Reports(database, turn, form, locale),
                  methods=["GET"]) for form in Form]

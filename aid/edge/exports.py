"""GET /exports/KIND.FORM: what `aid export` gives, over HTTP, to whoever may read it."""

import asyncio
from collections.abc import AsyncIterator
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import quote

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from aid.access.asking import actor_of, address_of
from aid.audit.service import Asker
from aid.clock import today
from aid.database.engine import Database, TooSlow
from aid.edge.leaving import Gone, unless_gone
from aid.edge.refusals import locale_of, refuse
from aid.errors import InputRefused
from aid.funds.checkpoints import Witness
from aid.interchange.exports.producing import NotYours, produce
from aid.interchange.exports.terms import KINDS, Kind, Order, Produced
from aid.sheets.writing import MEDIA_TYPES, Form
from aid.text import Locale

AT_ONCE = 2
"""So many exports one process makes at a time; the next ones wait without a transaction."""
_PIECE = 256 * 1024


class Exports:
    """The ASGI application of one kind in one form."""

    def __init__(
        self, database: Database, turn: asyncio.Semaphore, kind: Kind, form: Form, locale: Locale,
        witness: Witness | None = None,
    ) -> None:
        self._database, self._turn, self._witness = database, turn, witness
        self._kind, self._form, self._locale = kind, form, locale

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make the export, then send it. Nothing of one that fails is sent."""
        locale = locale_of(scope, self._locale)
        with TemporaryFile() as file:
            try:
                made = await unless_gone(receive, self._made(scope, file, locale))
            except Gone:
                return
            except InputRefused as refused:
                await complaints_of(refused, locale)(scope, receive, send)
                return
            except (NotYours, TooSlow) as refused:
                await refuse(scope, receive, send, status=403 if isinstance(refused, NotYours)
                             else 503, code=refused.code, said=refused.said, default=self._locale)
                return
            answer = StreamingResponse(pieces(file), headers=self._headers(made, locale))
            await answer(scope, receive, send)

    async def _made(self, scope: Scope, file: IO[bytes], locale: Locale) -> Produced:
        actor = actor_of(scope)
        order = Order(kind=self._kind, form=self._form, locale=locale, today=today(),
                      filters=_filters(Request(scope).query_params))
        async with self._turn:
            return await produce(self._database, order, file, actor=actor, witness=self._witness,
                                 asker=Asker(actor.name, actor.role.value, address_of(scope)))

    def _headers(self, made: Produced, locale: Locale) -> dict[str, str]:
        name = f"{KINDS[self._kind].title.to(locale)}-{today()}.{self._form}"
        plain = f"{self._kind}-{today()}.{self._form}"
        return {
            "content-type": MEDIA_TYPES[self._form], "content-length": str(made.size),
            "content-disposition": f"attachment; filename=\"{plain}\"; "
                                   f"filename*=UTF-8''{quote(name, safe='')}",
        }


def export_routes(database: Database, witness: Witness, *, locale: Locale) -> list[Route]:
    """A route a kind and form. The witness signs the ledger before it is exported."""
    turn = asyncio.Semaphore(AT_ONCE)
    return [Route(f"/exports/{kind}.{form}", Exports(
        database, turn, kind, form, locale, witness if kind is Kind.MOVEMENTS else None),
        methods=["GET"]) for kind in Kind for form in Form if form in KINDS[kind].forms]


def _filters(given: QueryParams) -> dict[str, str]:
    """The filters by name; `lang` is the language. What is given twice is nothing known."""
    return {name: " & ".join(given.getlist(name)) for name in given if name != "lang"}


def complaints_of(refused: InputRefused, locale: Locale) -> JSONResponse:
    """400 with each complaint."""
    return JSONResponse({"errors": [
        {"message": one.to(locale), "extensions": {"code": refused.code, "field": one.field}}
        for one in refused.complaints]}, status_code=400)


async def pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    """The file from its beginning, some at a time."""
    file.seek(0)
    while piece := await asyncio.to_thread(file.read, _PIECE):
        yield piece

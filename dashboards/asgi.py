"""What stands before Dash: who asks, a path for each page, and bodies that are what they should be.
"""

from collections.abc import Mapping

import orjson
from dash import Dash
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.access import first_page
from dashboards.asking import ASKING, asking_of
from dashboards.bodies import MOST, BadBody, canonical
from dashboards.callbacks import Declared
from dashboards.faults import raising
from dashboards.kept import keeping
from dashboards.theme import BASE, FIGURES
from dashboards.view import read_path

CALLBACKS = f"{BASE}_dash-update-component"
ROOTS = (BASE, BASE.rstrip("/"))
PACKED = 5
"""How hard answers are packed, of 9: more takes twice as long for a few percent."""


class Pages:
    """The pages as an ASGI application.

    Serves Dash's one document under each page's own path, which Dash does only at its root; the
    root leads to the first page that the actor may see. Only declared callbacks are run. `figures`
    answers below /figures/: the figures behind the charts, as files.
    """

    def __init__(self, app: Dash, declared: Mapping[str, Declared], figures: ASGIApp) -> None:
        self._app: ASGIApp = GZipMiddleware(app.server, compresslevel=PACKED)
        self._figures = figures
        self.dash, self.declared = app, declared
        self.script_hashes: tuple[str, ...] = tuple(app.csp_hashes())
        """What a Content-Security-Policy must let through beside script-src 'self'."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request of the browser."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        asking, send = asking_of(scope), raising(scope, send)
        ASKING.set(asking)
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] in ROOTS:
            query = scope.get("query_string", b"").decode("latin-1")
            there = f"{BASE}{first_page(asking.actor)}"
            answer = RedirectResponse(f"{there}?{query}" if query else there, status_code=307)
            await answer(scope, receive, send)
        elif scope["path"] == CALLBACKS and scope["method"] == "POST":
            await self._callback(scope, receive, send)
        elif scope["path"].startswith(FIGURES):
            await self._figures(scope, receive, send)
        elif scope["path"].startswith(BASE) and read_path(scope["path"]):
            await self._app({**scope, "path": BASE, "raw_path": BASE.encode()}, receive, send)
        else:
            await self._app(scope, receive, keeping(scope, send))

    async def _callback(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a callback if its body is one; 400 and a sentence otherwise."""
        try:
            body = canonical(await _read(receive), self.declared)
        except BadBody as refused:
            await _refuse(send, str(refused))
            return
        kept = [(name, value) for name, value in scope["headers"]
                if name not in (b"content-length", b"content-type", b"transfer-encoding")]
        headers = [*kept, (b"content-type", b"application/json"),
                   (b"content-length", str(len(body)).encode())]
        whole = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def again() -> Message:
            return next(whole, None) or await receive()

        await self._app({**scope, "headers": headers}, again, send)


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadBody("The request ended early.")
        body += message.get("body", b"")
        if len(body) > MOST:
            raise BadBody(f"The body is longer than {MOST // 1024} KB.")
        if not message.get("more_body", False):
            return bytes(body)


async def _refuse(send: Send, said: str) -> None:
    answer = orjson.dumps({"error": said})
    await send({"type": "http.response.start", "status": 400, "headers": [
        (b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode()),
    ]})
    await send({"type": "http.response.body", "body": answer})

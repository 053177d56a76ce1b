"""How much one may send: the address, the headers, the body, and how long it may take."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aid.edge.refusals import refuse
from aid.edge.routes import KB, route_of
from aid.edge.setup import Edge
from aid.text import Text

LONGEST_ADDRESS = 8 * KB
LARGEST_HEADERS = 32 * KB
LONGEST_LENGTH = 12
"""Digits of a Content-Length."""
SECONDS = 30
"""A body that takes longer is not waited for."""

TOO_LONG = Text("网址过长。", "The address is too long.")
TOO_MANY_HEADERS = Text("请求头过大。", "The headers are too large.")
TOO_SLOW = Text(f"请求内容未在{SECONDS}秒内传完。",
                f"The body did not arrive within {SECONDS} seconds.")
BAD_LENGTH = Text("Content-Length 无效。", "Content-Length is not a number.")


class Gone(Exception):
    """The visitor left before the body had come: there is nobody to answer."""


class Sizes:
    """ASGI middleware: refuses by what the first lines of a request say, before reading on."""

    def __init__(self, app: ASGIApp, edge: Edge) -> None:
        self._app, self._edge = app, edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is of a sane size."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        no = _complaint(scope)
        if no is None:
            await self._app(scope, receive, send)
            return
        status, code, said = no
        await refuse(scope, receive, send, status=status, code=code, said=said,
                     default=self._edge.locale, headers={"Connection": "close"})


class Bodies:
    """ASGI middleware: reads a body whole, up to what its route takes, and hands it on in one."""

    def __init__(self, app: ASGIApp, edge: Edge, *, seconds: float = SECONDS) -> None:
        self._app, self._edge, self._seconds = app, edge, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read first, then pass on."""
        route = route_of(scope)
        if scope["type"] != "http" or route is None or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await _read(receive, route.largest)
        except Gone:
            return
        except TimeoutError:
            await self._no(scope, receive, send, 408, "TOO_SLOW", TOO_SLOW)
            return
        if body is None:
            await self._no(scope, receive, send, 413, "TOO_LARGE", too_large(route.largest))
            return
        await self._app(scope, _replayed(body, receive), send)

    async def _no(
        self, scope: Scope, receive: Receive, send: Send, status: int, code: str, said: Text
    ) -> None:
        await refuse(scope, receive, send, status=status, code=code, said=said,
                     default=self._edge.locale, headers={"Connection": "close"})


def too_large(largest: int) -> Text:
    """What is said of a body above the limit of its route."""
    return Text(f"请求内容不得超过 {largest // KB} KB。",
                f"A request has at most {largest // KB} KB here.")


def _complaint(scope: Scope) -> tuple[int, str, Text] | None:
    address = len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])
    if address > LONGEST_ADDRESS:
        return 414, "ADDRESS_TOO_LONG", TOO_LONG
    length, size = b"", 0
    for name, value in scope["headers"]:
        size += len(name) + len(value)
        if name == b"content-length":
            length = value
    if size > LARGEST_HEADERS:
        return 431, "HEADERS_TOO_LARGE", TOO_MANY_HEADERS
    route = route_of(scope)
    if not length or route is None:
        return None
    if not length.isdigit():
        return 400, "BAD_LENGTH", BAD_LENGTH
    if len(length) > LONGEST_LENGTH or int(length) > route.largest:
        return 413, "TOO_LARGE", too_large(route.largest)
    return None


async def _read(receive: Receive, largest: int) -> bytes | None:
    """The body, or None once there is more of it than `largest` bytes."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body += message.get("body", b"")
        if len(body) > largest:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A receive that gives the body first and then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again

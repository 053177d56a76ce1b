"""How much one may send: the address, the headers, the body, and how long it may take."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aid.edge.refusals import refuse
from aid.edge.routes import KB, Route, route_of
from aid.edge.setup import Edge
from aid.text import Text

WITH_FILES = "multipart/form-data"
LONGEST_ADDRESS = 8 * KB
LARGEST_HEADERS = 32 * KB
LONGEST_LENGTH = 12
"""Digits of a Content-Length."""
SECONDS = 30
"""A body that takes longer is not waited for, nor, of one with files, the next piece of it."""
SECONDS_WITH_FILES = 15 * 60
"""For files to come over a slow line."""

TOO_LONG = Text("网址过长。", "The address is too long.")
TOO_MANY_HEADERS = Text("请求头过大。", "The headers are too large.")
TOO_SLOW = Text(f"请求内容未在{SECONDS}秒内传完。",
                f"The body did not arrive within {SECONDS} seconds.")
BAD_LENGTH = Text("Content-Length 无效。", "Content-Length is not a number.")


Came = TypeVar("Came")


class Gone(Exception):
    """The visitor left before the body had come: there is nobody to answer."""


class NotTaken(Exception):
    """A body that is not read on, as it is too large or too slow."""

    def __init__(self, status: int, code: str, said: Text) -> None:
        super().__init__(said.en)
        self.status, self.code, self.said = status, code, said


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
    """ASGI middleware: reads a body whole, up to what its route takes, and hands it on in one.

    A body with files is handed on as it comes, no more of it, and no slower, than may be.
    """

    def __init__(self, app: ASGIApp, edge: Edge, *, seconds: float = SECONDS) -> None:
        self._app, self._edge, self._seconds = app, edge, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read first, then pass on."""
        route = route_of(scope)
        if scope["type"] != "http" or route is None or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        try:
            given = await self._taken(scope, receive, route)
            await self._app(scope, given, send)
        except Gone:
            return
        except NotTaken as no:
            await refuse(scope, receive, send, status=no.status, code=no.code, said=no.said,
                         default=self._edge.locale, headers={"Connection": "close"})

    async def _taken(self, scope: Scope, receive: Receive, route: Route) -> Receive:
        largest = _largest(scope, route)
        if largest > route.largest:
            return _metered(receive, largest, self._seconds)
        return _replayed(await _within(self._seconds, _read(receive, largest)), receive)


def too_large(largest: int) -> Text:
    """What is said of a body above the limit of its route."""
    size = f"{largest // KB} KB" if largest < KB * KB else f"{largest // KB // KB} MB"
    return Text(f"请求内容不得超过 {size}。", f"A request has at most {size} here.")


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
    largest = _largest(scope, route)
    if len(length) > LONGEST_LENGTH or int(length) > largest:
        return 413, "TOO_LARGE", too_large(largest)
    return None


def _largest(scope: Scope, route: Route) -> int:
    """The most bytes that the body may have, as what it says to be."""
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    return max(route.largest, route.largest_with_files if kind == WITH_FILES else 0)


async def _within(seconds: float, coming: Awaitable[Came]) -> Came:
    """What comes, unless it takes too long. Raises NotTaken."""
    try:
        async with asyncio.timeout(seconds):
            return await coming
    except TimeoutError:
        raise NotTaken(408, "TOO_SLOW", TOO_SLOW) from None


async def _read(receive: Receive, largest: int) -> bytes:
    """The body. Raises NotTaken, Gone."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body += message.get("body", b"")
        if len(body) > largest:
            raise NotTaken(413, "TOO_LARGE", too_large(largest))
        if not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A receive that gives the body first and then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def _metered(receive: Receive, largest: int, seconds: float) -> Receive:
    """A receive that raises NotTaken once more came than `largest`, or nothing for `seconds`."""
    size, until, more = 0, asyncio.get_running_loop().time() + SECONDS_WITH_FILES, True

    async def metered() -> Message:
        nonlocal size, more
        if not more:
            return await receive()
        left = until - asyncio.get_running_loop().time()
        message = await _within(min(seconds, left), receive())
        size += len(message.get("body", b""))
        if size > largest:
            raise NotTaken(413, "TOO_LARGE", too_large(largest))
        more = message.get("more_body", False)
        return message

    return metered

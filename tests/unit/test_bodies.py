"""Bodies with files: handed on as they come, no more of them and no slower than may be."""

import asyncio
from collections.abc import Iterable

import pytest
from starlette.types import Message, Receive, Scope, Send

from aid.database.engine import Database
from aid.edge.declarations import Declared
from aid.edge.limits import Bodies
from aid.edge.routes import Kind, Need, Route, Table
from aid.edge.setup import Edge
from aid.secrets import Keys

ROUTE = Route(frozenset({"POST"}), "/x", Need.PUBLIC, Kind.API, largest=10, largest_with_files=20)
EDGE = Edge(Database("postgresql://x@127.0.0.1:1/x"), Keys("only-for-tests-" * 3), Table([ROUTE]))
FILES, JSON = b"multipart/form-data; boundary=x", b"application/json"


async def _sent(kind: bytes, pieces: Iterable[bytes], *, end: bool = True) -> tuple[int, list[int]]:
    """The status of the answer, and the sizes of what the application was handed."""
    coming = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    handed: list[int] = []
    status = 0

    async def receive() -> Message:
        if coming:
            return coming.pop(0)
        if not end:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    async def application(_: Scope, receive: Receive, send: Send) -> None:
        more = True
        while more:
            message = await receive()
            handed.append(len(message["body"]))
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})

    scope = {"type": "http", "method": "POST", "path": "/x", "query_string": b"",
             "headers": [(b"content-type", kind)]}
    await Declared(Bodies(application, EDGE, seconds=0.05), EDGE)(scope, receive, send)
    return status, handed


async def test_files_are_handed_on_as_they_come() -> None:
    """Anything else is read first, and handed on in one."""
    assert await _sent(FILES, [b"12345"] * 4) == (200, [5, 5, 5, 5, 0])
    assert await _sent(JSON, [b"12345"] * 2) == (200, [10])


@pytest.mark.parametrize(("kind", "handed"), [(FILES, [9, 9]), (JSON, [])])
async def test_too_much_is_not_read_on(kind: bytes, handed: list[int]) -> None:
    """413 as soon as it is more than the route takes of its kind."""
    assert await _sent(kind, [b"123456789"] * 9) == (413, handed)


@pytest.mark.parametrize(("kind", "handed"), [(FILES, [5]), (JSON, [])])
async def test_what_does_not_come_is_not_waited_for(kind: bytes, handed: list[int]) -> None:
    """408 once nothing came for a while."""
    assert await _sent(kind, [b"12345"], end=False) == (408, handed)

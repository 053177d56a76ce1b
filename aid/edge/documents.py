"""GET /documents: a document's bytes as they were sent, to be looked at or saved, never run."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from aid.access.actor import Actor
from aid.access.asking import actor_of
from aid.database.engine import Database
from aid.edge.refusals import refuse
from aid.errors import NotFound
from aid.projects.documents import document_of, part_of, parts_of
from aid.projects.model import Document
from aid.text import Locale, Text

INLINE = frozenset({"application/pdf", "image/png", "image/jpeg", "image/webp"})
"""What a browser may show by itself; all else it saves."""
NO_DOCUMENT = Text("没有这个附件。", "There is no such document.")
_DIGITS = 18
"""Of the largest number that a document can have."""


class Documents:
    """Serves documents to whoever may read them; what is another's is not there.

    A part at a time, each in a transaction of its own: a slow reader holds no connection.
    """

    def __init__(self, database: Database, *, locale: Locale) -> None:
        self._database, self._locale = database, locale

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for one document, by its number and its name."""
        actor = actor_of(scope)
        document = await self._find(actor, **scope["path_params"])
        if document is None:
            await refuse(scope, receive, send, status=404, code="NOT_FOUND", said=NO_DOCUMENT,
                         default=self._locale)
            return
        headers = _headers(document)
        answer: Response
        if _is_known(headers["etag"], Headers(scope=scope).get("if-none-match", "")):
            answer = Response(status_code=304, headers={"etag": headers["etag"]})
        elif scope["method"] == "HEAD":
            answer = Response(headers=headers)
        else:
            answer = StreamingResponse(self._bytes(actor, document), headers=headers)
        await answer(scope, receive, send)

    async def _find(self, actor: Actor, number: str, name: str) -> Document | None:
        if not (number.isascii() and number.isdecimal() and len(number) <= _DIGITS):
            return None
        try:
            async with self._database.reading(actor) as session:
                found = await document_of(session, int(number))
        except NotFound:
            return None
        return found if found.file_name == name else None

    async def _bytes(self, actor: Actor, document: Document) -> AsyncIterator[bytes]:
        for number in range(parts_of(document.size)):
            async with self._database.reading(actor) as session:
                part = await part_of(session, document, number)
            yield part


def document_routes(database: Database, *, locale: Locale) -> list[Route]:
    """The route that documents are served at."""
    return [Route("/documents/{number}/{name}", Documents(database, locale=locale),
                  methods=["GET"])]


def _headers(document: Document) -> dict[str, str]:
    how = "inline" if document.media_type in INLINE else "attachment"
    plain = "".join(char if char.isascii() and char not in '%"\\' else "_"
                    for char in document.file_name)
    exact = quote(document.file_name, safe="")
    return {
        "content-type": document.media_type,
        "content-length": str(document.size),
        "content-disposition": f"{how}; filename=\"{plain}\"; filename*=UTF-8''{exact}",
        "etag": f'"{document.sha256.hex()}"',
    }


def _is_known(tag: str, given: str) -> bool:
    """Whether If-None-Match names what would be sent."""
    known = {one.strip().removeprefix("W/") for one in given.split(",")}
    return bool(known & {tag, "*"})

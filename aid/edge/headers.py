"""What every answer tells a browser: what it may load, who may frame it, whether to keep it."""

from collections.abc import Mapping, Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aid.edge.refusals import asks_for_page
from aid.edge.routes import Content, Kind, Need, route_of
from aid.edge.setup import Edge

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
                          "display-capture=()",
}
_HSTS = "max-age=31536000"
_COMMON = "base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
_OURS = frozenset(
    name.encode() for name in
    (*_ALWAYS, "content-security-policy", "strict-transport-security", "cache-control"))
"""What the edge says alone, whatever the application says."""
KEPT, ASKED, NEVER = "private, max-age=31536000, immutable", "private, no-cache", "no-store"


class SafeHeaders:
    """ASGI middleware: adds the headers to every answer, whoever gives it.

    `scripts` are the hashes of the inline scripts of the dashboards' document.
    """

    def __init__(self, app: ASGIApp, edge: Edge, scripts: Sequence[str] = ()) -> None:
        self._app = app
        always = _ALWAYS | ({"strict-transport-security": _HSTS} if edge.public_url else {})
        self._added = {
            content: _raw(always | {"content-security-policy": policy})
            for content, policy in policies(scripts).items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the answer."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return

        async def completing(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                self._complete(scope, message)
            await send(message)

        await self._app(scope, receive, completing)

    def _complete(self, scope: Scope, message: Message) -> None:
        route = route_of(scope)
        content = route.content if route is not None else Content.NOTHING
        if message["status"] >= 400 and asks_for_page(scope):
            content = Content.FORM  # a refusal is drawn by the edge, whatever the page is
        said, headers = b"", list(self._added[content])
        for header in message.get("headers", ()):
            if header[0] == b"cache-control":
                said = header[1]
            elif header[0] not in _OURS:
                headers.append(header)
        kept = _kept(scope, message["status"], said.decode("latin-1"))
        message["headers"] = [*headers, (b"cache-control", kept.encode())]


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def policies(scripts: Sequence[str]) -> Mapping[Content, str]:
    """The Content-Security-Policy of each kind of answer. No script is inline but by its hash."""
    allowed = " ".join(("'self'", *scripts))
    return {
        Content.NOTHING: f"default-src 'none'; form-action 'none'; {_COMMON}",
        Content.FORM: "default-src 'none'; style-src 'self'; img-src data:; "
                      f"form-action 'self'; {_COMMON}",
        Content.DASHBOARD: f"default-src 'self'; script-src {allowed}; "
                           "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
                           f"form-action 'self'; {_COMMON}",
        Content.FILE: f"sandbox; default-src 'none'; form-action 'none'; {_COMMON}",
        Content.GRAPHIQL: "default-src 'self'; style-src 'self' 'unsafe-inline'; "
                          "img-src 'self' data:; font-src 'self' data:; form-action 'none'; "
                          f"{_COMMON}",
    }


def _kept(scope: Scope, status: int, said: str) -> str:
    """How long a browser may keep an answer: files with a fingerprint for good, data never."""
    route = route_of(scope)
    if route is None or route.kind is not Kind.ASSET or status not in (200, 304):
        return NEVER
    if route.need is Need.PUBLIC:
        return "public, no-cache"
    return KEPT if "max-age=31536000" in said else ASKED

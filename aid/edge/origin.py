"""Where a request that changes something comes from: one of our own pages, or nobody's.

A browser sends its cookies whoever made it ask. So with a cookie three things must agree: what the
browser says of the page that asks (Sec-Fetch-Site, Origin), and a token only our pages can read.
Requests with an API token carry nothing by themselves and need none of it.
"""

from collections.abc import MutableMapping
from typing import Any, cast
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aid.edge.authentication import note_refusal, session_of
from aid.edge.cookies import CSRF, cookies_of, csrf_cookie, is_csrf_token, is_visit_token
from aid.edge.refusals import refuse
from aid.edge.routes import Kind, Route, route_of
from aid.edge.setup import Edge
from aid.text import Text

HEADER = "x-csrf-token"
FIELD = "csrf"
FORM = "application/x-www-form-urlencoded"
SAFE = frozenset({"GET", "HEAD"})
FOREIGN = Text("请求来自其他网站的页面，已拒绝。",
               "The request comes from a page of another site and was refused.")
NO_TOKEN = Text("页面已过期，请重新打开后再试。", "The page is too old: open it again and retry.")
NOT_A_FORM = Text("表单须以 application/x-www-form-urlencoded 提交。",
                  "A form is sent as application/x-www-form-urlencoded.")


class SameOrigin:
    """ASGI middleware: refuses what another site's page makes a browser send."""

    def __init__(self, app: ASGIApp, edge: Edge) -> None:
        self._app, self._edge = app, edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is safe or ours; hand out the token with pages."""
        route = route_of(scope)
        if scope["type"] == "lifespan" or route is None:
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http" and scope["method"] in SAFE:
            await self._app(scope, receive, self._with_token(scope, route, send))
            return
        if "aid.visitor" in scope and session_of(scope) is None:
            await self._app(scope, receive, send)
            return
        if not is_same_origin(Headers(scope=scope), own_origin(self._edge, scope)):
            await self._refuse(scope, receive, send, "FOREIGN_ORIGIN", FOREIGN)
            return
        if route.form:
            fields = await _form(scope, receive)
            if fields is None:
                await self._refuse(scope, receive, send, "NOT_A_FORM", NOT_A_FORM, status=415)
                return
            scope["aid.form"], token = fields, fields.get(FIELD, "")
        else:
            token = Headers(scope=scope).get(HEADER, "")
        if not self._holds(scope, token):
            await self._refuse(scope, receive, send, "CSRF", NO_TOKEN)
            return
        await self._app(scope, receive, send)

    def _holds(self, scope: Scope, token: str) -> bool:
        secret = session_of(scope)
        if secret is None:
            return is_visit_token(self._edge, scope, token)
        return is_csrf_token(self._edge.keys, secret, token)

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, code: str, said: Text,
        *, status: int = 403,
    ) -> None:
        if "aid.visitor" in scope:
            await note_refusal(self._edge, scope, scope["aid.visitor"], why=code)
        await refuse(scope, receive, send, status=status, code=code, said=said,
                     default=self._edge.locale)

    def _with_token(self, scope: Scope, route: Route, send: Send) -> Send:
        """A page of a session brings the token's cookie, should the browser not have it."""
        secret = session_of(scope)
        if secret is None or route.kind is not Kind.PAGE or is_csrf_token(
            self._edge.keys, secret, cookies_of(scope).get(CSRF, "")
        ):
            return send

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()),
                                      (b"set-cookie", csrf_cookie(self._edge, secret).encode())]
            await send(message)

        return adding


def own_origin(edge: Edge, scope: MutableMapping[str, Any]) -> str:
    """Our own origin as a browser writes it: of AID_PUBLIC_URL, else as the request named us."""
    if edge.public_url:
        return edge.public_url.lower().removesuffix(":443")  # as browsers leave it out
    scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
    return f"{scheme}://{Headers(scope=scope).get('host', '')}".lower()


def is_same_origin(headers: Headers, own: str) -> bool:
    """Whether what the browser says of the asking page, if it says anything, is that it is ours."""
    site, origin = headers.getlist("sec-fetch-site"), headers.getlist("origin")
    return set(site) <= {"same-origin", "none"} and {one.lower() for one in origin} <= {own}


def form_of(scope: MutableMapping[str, Any]) -> dict[str, str]:
    """The fields of a form that was sent, the token checked."""
    return cast(dict[str, str], scope["aid.form"])


async def _form(scope: Scope, receive: Receive) -> dict[str, str] | None:
    """The fields of a form, or None when the body is none. The application does not read it."""
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        return None
    try:
        text = (await receive())["body"].decode()  # whole, as the limits hand it on
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=20, errors="strict"))
    except ValueError:
        return None

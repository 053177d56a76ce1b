"""Who comes: nobody passes this without being somebody, unless the route is declared public.

A token in the Authorization header, else the session whose cookie the browser brings. A token that
does not hold is refused, it never falls back to the cookie.
"""

from collections.abc import MutableMapping
from typing import Any, cast
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from aid.access.asking import let_in
from aid.accounts.sessions import visitor_of_session
from aid.accounts.terms import Stage
from aid.accounts.tokens import visitor_of_token
from aid.accounts.visitor import Visitor
from aid.audit import service as audit
from aid.audit.model import AuditKind, Outcome
from aid.edge.cookies import cookies_of, session_name
from aid.edge.refusals import refuse, send_on
from aid.edge.routes import CHANGES, STAGE_PAGE, Kind, Need, Route, route_of
from aid.edge.setup import Edge
from aid.text import Text

NOBODY = Text("请先登录，或使用有效的 API 令牌。", "Sign in first, or send a valid API token.")
NOT_YET = Text("登录尚未完成。", "Signing in is not finished yet.")
BROWSER_ONLY = Text("此处只能用浏览器登录后使用，不接受 API 令牌。",
                    "This is for who is signed in with a browser, not for API tokens.")
BY_ITSELF = "x-by-itself"
"""A header of what a page asks while nobody does anything at it."""
NOT_ALLOWED = Text("您的账户无权查看此页。", "Your account may not see this.")


class Authentication:
    """ASGI middleware: finds out who asks, and whether they may ask this route at all."""

    def __init__(self, app: ASGIApp, edge: Edge) -> None:
        self._app, self._edge = app, edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in on behalf of somebody, or answer it here."""
        route = route_of(scope)
        if scope["type"] == "lifespan" or (route is not None and route.need is Need.PUBLIC):
            await self._app(scope, receive, send)
            return
        visitor = await self._visitor(scope)
        if visitor is None:
            await self._nobody(scope, receive, send, route)
            return
        scope["aid.visitor"] = visitor
        if route is not None and await self._may_pass(scope, receive, send, route, visitor):
            let_in(scope, visitor.actor, client_address(scope))
            await self._app(scope, receive, send)

    async def _visitor(self, scope: Scope) -> Visitor | None:
        given = Headers(scope=scope).getlist("authorization")
        if given:
            scheme, _, token = given[0].partition(" ")
            if len(given) > 1 or scheme.lower() != "bearer":
                return None
            return await visitor_of_token(
                self._edge.database, token.strip(), demo=self._edge.demo)
        secret = cookies_of(scope).get(session_name(self._edge))
        if not secret:
            return None
        scope["aid.session"] = secret
        return await visitor_of_session(
            self._edge.database, secret, demo=self._edge.demo,
            by_itself=BY_ITSELF in Headers(scope=scope) or scope["path"] == CHANGES)

    async def _nobody(
        self, scope: Scope, receive: Receive, send: Send, route: Route | None
    ) -> None:
        bearer = "authorization" in Headers(scope=scope)
        page = route is not None and route.kind is Kind.PAGE
        if scope["type"] == "http" and page and not bearer:
            await send_on(scope, receive, send, _sign_in_page(scope))
            return
        challenge = 'Bearer error="invalid_token"' if bearer else "Bearer"
        await refuse(scope, receive, send, status=401, code="UNAUTHENTICATED", said=NOBODY,
                     default=self._edge.locale, headers={"WWW-Authenticate": challenge})

    async def _may_pass(
        self, scope: Scope, receive: Receive, send: Send, route: Route, visitor: Visitor
    ) -> bool:
        """Whether the visitor may ask this route; if not, they have been answered."""
        if visitor.stage not in route.stages:
            if route.kind is Kind.PAGE and visitor.stage is not Stage.FULL:
                await send_on(scope, receive, send, STAGE_PAGE[visitor.stage])
                return False
            code, said = "SIGN_IN_UNFINISHED", NOT_YET
        elif route.browser_only and session_of(scope) is None:
            code, said = "BROWSER_ONLY", BROWSER_ONLY
        elif not route.admits(visitor.actor):
            code, said = "NOT_ALLOWED", NOT_ALLOWED
        else:
            return True
        await note_refusal(self._edge, scope, visitor, why=code)
        await refuse(scope, receive, send, status=403, code=code, said=said,
                     default=self._edge.locale)
        return False


async def stays(edge: Edge, scope: MutableMapping[str, Any]) -> bool:
    """Whether whoever was let in with a session is in yet, with the same rights."""
    secret = session_of(scope)
    return secret is not None and visitor_of(scope) == await visitor_of_session(
        edge.database, secret, demo=edge.demo, by_itself=True)


async def note_refusal(
    edge: Edge, scope: MutableMapping[str, Any], visitor: Visitor, *, why: str
) -> None:
    """Put into the audit log that somebody signed in was turned away at the edge."""
    await audit.note(
        edge.database, kind=AuditKind.REFUSAL, outcome=Outcome.REFUSED, actor=visitor.name,
        role=visitor.actor.role.value, subject=scope["path"], address=client_address(scope),
        detail={"method": scope.get("method", "WEBSOCKET"), "why": why})


def visitor_of(scope: MutableMapping[str, Any]) -> Visitor:
    """Who asks, on a route that is not public."""
    return cast(Visitor, scope["aid.visitor"])


def session_of(scope: MutableMapping[str, Any]) -> str | None:
    """The secret of the session a request comes with; None when it comes with a token."""
    return cast(str | None, scope.get("aid.session"))


def client_address(scope: MutableMapping[str, Any]) -> str:
    """The network address a request comes from, behind proxies that are believed."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _sign_in_page(scope: Scope) -> str:
    """/login, and where to go from there. Only what was only looked at is gone back to."""
    if scope["method"] not in ("GET", "HEAD") or scope["path"] == "/":
        return "/login"
    asked = scope["path"]
    if scope["query_string"]:
        asked += "?" + scope["query_string"].decode("latin-1")
    return f"/login?next={quote(asked, safe='/')}"

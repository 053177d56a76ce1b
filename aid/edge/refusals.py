"""Saying no: as a page to whoever looks at pages, as JSON to programs, in their language."""

from collections.abc import Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from aid.edge.addresses import kept
from aid.edge.html import render
from aid.edge.routes import Kind, route_of
from aid.text import LOCALES, Locale, Text, preferred_locale


def locale_of(scope: MutableMapping[str, Any], default: Locale) -> Locale:
    """The language of a request: the one its address names, else what the browser prefers."""
    wished = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[-1]
    for locale in LOCALES:
        if locale == wished:
            return locale
    return preferred_locale(Headers(scope=scope).get("accept-language"), default)


def asks_for_page(scope: Scope) -> bool:
    """Whether a refusal is told on a page; of an address that is none of ours, to a browser."""
    route = route_of(scope)
    if route is not None:
        return route.kind is Kind.PAGE
    return (scope["type"] == "http" and scope["method"] == "GET"
            and "text/html" in Headers(scope=scope).get("accept", ""))


async def refuse(
    scope: Scope, receive: Receive, send: Send, *, status: int, code: str, said: Text,
    default: Locale, headers: Mapping[str, str] | None = None,
) -> None:
    """Answer with a sentence and a stable code instead of what was asked for.

    A page says who is signed in, as far as that is known already, and offers to sign out.
    """
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4000 + status, "reason": code})
        return
    locale = locale_of(scope, default)
    answer: Response
    if asks_for_page(scope):
        other = kept(Request(scope), scope["path"], lang="en" if locale == "zh" else "zh")
        answer = render("refused.html", locale, status=status, said=said.to(locale), other=other,
                        visitor=scope.get("aid.visitor") if "aid.session" in scope else None)
    else:
        answer = JSONResponse(
            {"errors": [{"message": said.to(locale), "extensions": {"code": code}}]},
            status_code=status)
    answer.headers.update(headers or {})
    await answer(scope, receive, send)


async def send_on(scope: Scope, receive: Receive, send: Send, where: str) -> None:
    """Send a browser to another page of ours."""
    await RedirectResponse(where, status_code=303)(scope, receive, send)

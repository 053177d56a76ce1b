"""The cookies of the edge: which session, and the token that a page of ours sends back with it.

The CSRF token is the signature of the session's secret, so it needs no place in the database. The
form of /login, where there is no session yet, has a cookie and a token of its own.
"""

import re
import secrets
from collections.abc import MutableMapping
from http.cookies import Morsel, SimpleCookie
from typing import Any

from starlette.requests import cookie_parser
from starlette.responses import Response

from aid.edge.setup import Edge
from aid.secrets import Keys

CSRF = "aid-csrf"
"""Readable by our own pages: Dash and GraphiQL send it back in a header."""
_VISIT = re.compile(r"[A-Za-z0-9_-]{32}")


def session_name(edge: Edge) -> str:
    """The session's cookie. __Host- makes browsers refuse it from a neighbouring host."""
    return "__Host-aid" if edge.public_url else "aid-session"


def _visit_name(edge: Edge) -> str:
    return "__Host-aid-visit" if edge.public_url else "aid-visit"


def cookies_of(scope: MutableMapping[str, Any]) -> dict[str, str]:
    """The cookies of a request."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        if name == b"cookie":
            found.update(cookie_parser(value.decode("latin-1")))
    return found


def csrf_token(keys: Keys, secret: str) -> str:
    """The token of a session's pages."""
    return keys.sign("csrf", secret)


def is_csrf_token(keys: Keys, secret: str, token: str) -> bool:
    """Whether the token belongs to the session."""
    return keys.signed("csrf", secret, token)


def remember(answer: Response, edge: Edge, secret: str) -> None:
    """Make the browser a session's: from now on it brings its secret, and its pages the token."""
    answer.headers.append("set-cookie", _cookie(edge, session_name(edge), secret))
    answer.headers.append("set-cookie", csrf_cookie(edge, secret))


def forget(answer: Response, edge: Edge) -> None:
    """Make the browser nobody's."""
    for name in (session_name(edge), CSRF):
        answer.headers.append(
            "set-cookie", _cookie(edge, name, "", readable=name == CSRF, seconds=0))


def csrf_cookie(edge: Edge, secret: str) -> str:
    """The Set-Cookie of a session's token."""
    return _cookie(edge, CSRF, csrf_token(edge.keys, secret), readable=True)


def visit_of(edge: Edge, scope: MutableMapping[str, Any]) -> str:
    """What tells the visit of somebody not signed in from all others; new for a new browser."""
    known = cookies_of(scope).get(_visit_name(edge), "")
    return known if _VISIT.fullmatch(known) else secrets.token_urlsafe(24)


def visit_token(edge: Edge, visit: str) -> str:
    """The token for a form of a visit."""
    return edge.keys.sign("visit", visit)


def remember_visit(answer: Response, edge: Edge, visit: str) -> None:
    """Make the browser keep its visit."""
    answer.headers.append("set-cookie", _cookie(edge, _visit_name(edge), visit))


def is_visit_token(edge: Edge, scope: MutableMapping[str, Any], token: str) -> bool:
    """Whether the form was made for the browser that sends it."""
    visit = cookies_of(scope).get(_visit_name(edge), "")
    return bool(visit) and edge.keys.signed("visit", visit, token)


def _cookie(
    edge: Edge, name: str, value: str, *, readable: bool = False, seconds: int | None = None
) -> str:
    jar: SimpleCookie = SimpleCookie({name: value})
    made: Morsel[str] = jar[name]
    made["path"], made["samesite"] = "/", "Lax"
    made["httponly"], made["secure"] = not readable, edge.public_url is not None
    if seconds is not None:
        made["max-age"] = seconds
    return made.OutputString()

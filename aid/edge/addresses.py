"""Addresses of the edge's pages: where to go afterwards, and in which language. No way out of here.
"""

from urllib.parse import urlencode, urlsplit

from starlette.requests import Request

from aid.edge.routes import Table
from aid.text import LOCALES, Locale

HOME = "/dashboards/"
LONGEST = 2000
"""Characters of an address that is remembered while somebody signs in."""


def next_page(request: Request, table: Table) -> str:
    """Where the visitor wanted to go, if that is a page of ours; else the first page."""
    wished = request.query_params.get("next", "")
    return wished if is_own_page(wished, table) else HOME


def is_own_page(address: str, table: Table) -> bool:
    """Whether an address leads to a declared page on this server, however it is read.

    Browsers take // and /\\ for another host, and drop tabs and line ends before they look.
    """
    if not address.startswith("/") or address[1:2] in ("/", "\\") or len(address) > LONGEST:
        return False
    if any(character <= " " or character in "\\\x7f" for character in address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and table.is_page(parts.path)


def here(request: Request) -> str:
    """The present page, for its form to be sent back to."""
    return kept(request, request.url.path)


def in_other_language(request: Request, locale: Locale) -> str:
    """The present page in the other language."""
    return kept(request, request.url.path, lang="en" if locale == "zh" else "zh")


def kept(request: Request, path: str, lang: str | None = None) -> str:
    """A page of the edge, with the language and the way on that the present address names."""
    given = request.query_params
    wished = lang or given.get("lang", "")
    query = {
        **({"next": given["next"][:LONGEST]} if given.get("next") else {}),
        **({"lang": wished} if wished in LOCALES else {}),
    }
    return f"{path}?{urlencode(query)}" if query else path

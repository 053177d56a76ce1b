"""The files of the pages: their addresses change with what is in them, so a browser keeps them for
good and asks for each once.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.types import Message, Scope, Send

from dashboards.theme import BASE

ASSETS = Path(__file__).parent / "assets"
_FOR_GOOD = (b"cache-control", b"public, max-age=31536000, immutable")


@cache
def asset(name: str) -> str:
    """The address of a file of assets/."""
    return f"{BASE}assets/{name}?{_mark(name)}"


def own_styles() -> str:
    """Links to our style sheets, for the head of the document."""
    return "".join(f'<link rel="stylesheet" href="{asset(file.name)}">'
                   for file in sorted(ASSETS.glob("*.css")))


def own_scripts() -> str:
    """Our scripts, to stand before those of Dash."""
    return "".join(f'<script src="{asset(file.name)}"></script>'
                   for file in sorted(ASSETS.glob("*.js")))


@cache
def _mark(name: str) -> str:
    return f"v={sha256((ASSETS / name).read_bytes()).hexdigest()[:16]}"


def keeping(scope: Scope, send: Send) -> Send:
    """A send that lets the browser keep a file of assets/ that was asked for by its address.

    Asked for by another mark (of an older page, or made up), it is sent but not kept.
    """
    path = scope["path"].removeprefix(f"{BASE}assets/")
    if path == scope["path"] or not (ASSETS / path).resolve().is_relative_to(ASSETS.resolve()):
        return send
    if not (ASSETS / path).is_file() or scope["query_string"] != _mark(path).encode():
        return send

    async def kept(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in (200, 304):
            message["headers"] = [*message["headers"], _FOR_GOOD]
        await send(message)

    return kept

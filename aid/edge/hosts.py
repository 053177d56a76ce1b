"""Under which name the server is asked: no page of another site reaches it by one that leads here.
"""

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from aid.edge.refusals import refuse
from aid.edge.setup import Edge
from aid.text import Text

OTHER_NAME = Text("本服务器不以这个名称提供服务，请核对网址。",
                  "This server does not go by that name: check the address.")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::[0-9]+)?")
"""A name or an address, and perhaps a port."""


class OwnNames:
    """ASGI middleware: what is asked under another name than the server's own is refused."""

    def __init__(self, app: ASGIApp, edge: Edge) -> None:
        self._app, self._edge, self._names = app, edge, frozenset(edge.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what names this server, whatever the port."""
        if scope["type"] == "lifespan" or self._is_own(Headers(scope=scope).get("host", "")):
            await self._app(scope, receive, send)
            return
        await refuse(scope, receive, send, status=400, code="OTHER_HOST", said=OTHER_NAME,
                     default=self._edge.locale)

    def _is_own(self, host: str) -> bool:
        found = _HOST.fullmatch(host.lower())
        return found is not None and found[1] in self._names

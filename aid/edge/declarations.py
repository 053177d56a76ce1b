"""The first question to a request: is there such a route at all?"""

from starlette.types import ASGIApp, Receive, Scope, Send

from aid.edge.refusals import refuse
from aid.edge.routes import WEBSOCKET, note_route
from aid.edge.setup import Edge
from aid.text import Text

NOT_HERE = Text("没有这个地址。", "There is nothing at this address.")
OTHER_METHOD = Text("此地址不接受这种请求方法。", "This address does not take that method.")


class Declared:
    """ASGI middleware: what is not declared does not reach the application."""

    def __init__(self, app: ASGIApp, edge: Edge) -> None:
        self._app, self._edge = app, edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the declaration for all that comes after, or answer 404 or 405."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["type"] == "http" else WEBSOCKET
        found = self._edge.table.find(method, scope["path"])
        if found is not None:
            note_route(scope, found)
            await self._app(scope, receive, send)
        elif (there := self._edge.table.at(scope["path"])) and method != WEBSOCKET:
            allowed = ", ".join(sorted({name for route in there for name in route.methods}))
            await refuse(scope, receive, send, status=405, code="METHOD_NOT_ALLOWED",
                         said=OTHER_METHOD, default=self._edge.locale, headers={"Allow": allowed})
        else:
            await refuse(scope, receive, send, status=404, code="NOT_FOUND", said=NOT_HERE,
                         default=self._edge.locale)

"""What fails inside Dash comes out again: Dash itself would answer 500 and tell nobody why."""

from dash.exceptions import DependencyException, PreventUpdate
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CAUGHT = "dashboards.caught"


class Catching:
    """ASGI middleware, innermost: keeps what a route raised. A file there is not is a 404."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        try:
            await self._app(scope, receive, send)
        except PreventUpdate:
            raise
        except DependencyException:
            await PlainTextResponse("not found", status_code=404)(scope, receive, send)
        except Exception as failure:
            scope.get(_CAUGHT, []).append(failure)
            raise


def raising(scope: Scope, send: Send) -> Send:
    """A send that raises what was caught, where Dash is about to answer 500 in its place."""
    caught: list[Exception] = []
    scope[_CAUGHT] = caught

    async def checked(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= 500:
            raise caught[0] if caught else RuntimeError("Dash failed before it came to a route")
        await send(message)

    return checked

"""What nobody foresaw: logged whole under a number, told to the visitor as that number only."""

import secrets

import structlog
from sqlalchemy.exc import DBAPIError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aid.edge.refusals import refuse
from aid.edge.setup import Edge
from aid.text import Text

log = structlog.get_logger()

AWAY = Text("数据库现在没有应答，请稍后再试。",
            "The database does not answer now: try again later.")


class Faults:
    """ASGI middleware: nothing of an unexpected error reaches the visitor."""

    def __init__(self, app: ASGIApp, edge: Edge) -> None:
        self._app, self._edge = app, edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 500, or 503 when it is the database that is away, in place of a trace."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as failure:
            incident = secrets.token_hex(6)
            log.error("request_failed", incident=incident, path=scope["path"], exc_info=failure)
            if begun:
                raise
            if is_away(failure):
                status, code, said = 503, "DATABASE_AWAY", AWAY
            else:
                status, code, said = 500, "INTERNAL_ERROR", _unforeseen(incident)
            await refuse(scope, receive, send, status=status, code=code, said=said,
                         default=self._edge.locale)


def is_away(failure: Exception) -> bool:
    """Whether there was no connection, or it broke."""
    if isinstance(failure, DBAPIError):
        connecting = failure.statement is None
        return connecting or failure.connection_invalidated
    return isinstance(failure, OSError)


def _unforeseen(incident: str) -> Text:
    return Text(f"出错了，请向管理员提供编号 {incident}。",
                f"Something went wrong. Tell the administrator this number: {incident}.")

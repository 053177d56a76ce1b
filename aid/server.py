"""Composition root: the one ASGI application, made of the API, the pages and the health checks.

The only module of aid/ that knows what stands above it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from aid.access.actor import Actor, Role
from aid.access.asking import let_in
from aid.database.engine import Database
from aid.database.provision import require_migrated
from aid.logs import RequestLog
from aid.settings import Settings
from dashboards.app import create_app as create_dashboards
from schema.endpoint import graphql_routes

log = structlog.get_logger()

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Where the server may be reached until accounts exist, and under which names."""


class _Everyone:
    """Whoever reaches the loopback is the office, until the edge stands."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        let_in(scope, Actor("local", Role.OFFICE), "")
        await self._app(scope, receive, send)


def create_app(database: Database, settings: Settings) -> Starlette:
    """The application over a database that it opens when it starts and closes when it stops."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await database.open()
        try:
            await require_migrated(database)
            app.state.ready = True
            yield
        finally:
            app.state.ready = False
            await database.close()

    async def live(_: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def ready(request: Request) -> Response:
        answers = getattr(request.app.state, "ready", False) and await database.answers()
        return JSONResponse(
            {"status": "ready" if answers else "not ready"}, status_code=200 if answers else 503
        )

    async def home(_: Request) -> Response:
        return RedirectResponse("/dashboards/")

    return Starlette(
        routes=[
            Route("/", home),
            Route("/health/live", live),
            Route("/health/ready", ready),
            *graphql_routes(database, locale=settings.locale),
            # Last and at the root: Dash builds absolute paths below /dashboards/ by itself.
            Mount("", create_dashboards(database, locale=settings.locale)),
        ],
        middleware=[
            *([Middleware(RequestLog)] if settings.log_requests else []),
            Middleware(_Everyone),
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"]),
        ],
        lifespan=lifespan,
    )

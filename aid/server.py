"""Composition root: the edge, and behind it the API, the pages and the health checks.

The only module of aid/ that knows what stands above it.
"""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from aid.database.engine import Database
from aid.database.listening import keep_listening
from aid.database.provision import require_migrated
from aid.database.telling import CHANNEL
from aid.edge.authentication import Authentication
from aid.edge.changes import Changes, change_routes
from aid.edge.declarations import Declared
from aid.edge.documents import document_routes
from aid.edge.exports import export_routes
from aid.edge.faults import Faults
from aid.edge.headers import SafeHeaders
from aid.edge.hosts import OwnNames
from aid.edge.imports import import_routes
from aid.edge.limits import Bodies, Sizes
from aid.edge.origin import SameOrigin
from aid.edge.pages import SignInPages
from aid.edge.reports import report_routes
from aid.edge.routes import declared
from aid.edge.setup import Edge, roles_in
from aid.funds.checkpoints import FILE, Witness, keep_making
from aid.logs import RequestLog
from aid.secrets import Keys
from aid.settings import Settings
from aid.stopping import on_stop
from dashboards.access import PATH_NEEDS
from dashboards.app import create_app as create_dashboards
from schema.endpoint import graphql_routes


def create_edge(
    database: Database, settings: Settings, keys: Keys, *, demo: bool = False
) -> Edge:
    """What stands before the application, from what the operator set. Raises UnknownRole."""
    provider = None
    if settings.oidc_issuer and settings.oidc_client_id:
        from aid.edge.provider import Provider  # its libraries are loaded where they are needed

        provider = Provider(settings, keys)
    return Edge(
        database, keys,
        declared(PATH_NEEDS, graphiql=demo or settings.graphiql, provider=provider is not None),
        locale=settings.locale, public_url=settings.public_url,
        totp_roles=roles_in(settings.totp_roles), demo=demo, provider=provider,
    )


def create_app(
    database: Database, settings: Settings, keys: Keys, *, demo: bool = False
) -> Starlette:
    """The application over a database that it opens when it starts and closes when it stops.

    `demo` lets demo accounts sign in and serves GraphiQL.
    """
    edge = create_edge(database, settings, keys, demo=demo)
    pages = SignInPages(edge)
    dashboards = create_dashboards(database, locale=settings.locale)
    witness = Witness(keys, settings.data_dir / FILE)
    changes = Changes()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await database.open()
        tasks = [asyncio.create_task(keep_making(database, witness)),
                 asyncio.create_task(keep_listening(database, CHANNEL, [
                     changes, database.freshness]))]
        try:
            await require_migrated(database)
            app.state.ready = True
            gc.collect()
            gc.freeze()  # what was loaded stays: looking through it again would hold requests up
            with on_stop(changes.stop):
                yield
        finally:
            app.state.ready = False
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
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
        routes=[  # what is asked most comes first
            *graphql_routes(database, locale=settings.locale, graphiql=demo or settings.graphiql),
            Route("/", home),
            Route("/health/live", live),
            Route("/health/ready", ready),
            *document_routes(database, locale=settings.locale),
            *pages.routes(),
            *_provider_routes(edge, pages),
            *export_routes(database, witness, locale=settings.locale),
            *import_routes(database, locale=settings.locale),
            *report_routes(database, locale=settings.locale),
            *change_routes(edge, changes),
            # Last and at the root: Dash builds absolute paths below /dashboards/ by itself.
            Mount("", dashboards),
        ],
        middleware=[
            *([Middleware(RequestLog)] if settings.log_requests else []),
            Middleware(SafeHeaders, edge, dashboards.script_hashes),
            Middleware(Faults, edge),
            Middleware(Declared, edge),
            Middleware(OwnNames, edge),
            Middleware(Sizes, edge),
            Middleware(Authentication, edge),
            Middleware(Bodies, edge),
            Middleware(SameOrigin, edge),
        ],
        lifespan=lifespan,
    )


def _provider_routes(edge: Edge, pages: SignInPages) -> list[Route]:
    if edge.provider is None:
        return []
    from aid.edge.provider_pages import provider_routes

    return provider_routes(edge, pages)

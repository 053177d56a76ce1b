"""The pages as one ASGI application: a view read from the URL, its data, a page drawn from both."""

from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import structlog
from dash import ClientsideFunction, Dash, Input, Output, dcc, html, no_update
from dash.backends import get_backend
from fastapi import FastAPI

from aid.access.actor import Actor
from aid.access.asking import actor_of
from aid.database.engine import Database
from aid.text import Locale
from dashboards.i18n import words
from dashboards.pages import investment
from dashboards.pages.plan import plan_page
from dashboards.pages.shown import choose
from dashboards.parts import Node, failed, frame, nothing_yet
from dashboards.reading import PlanData, read_plan
from dashboards.theme import BASE
from dashboards.view import PAGES, View, read_view

log = structlog.get_logger()

ASKING: ContextVar[Actor] = ContextVar("asking")
"""Who asks for the page: callbacks run in the request's own context."""

DRAW: dict[str, Callable[[View, PlanData], list[Node]]] = {
    "investment": investment.investment_page,
    "plan": plan_page,
}

INDEX = """<!DOCTYPE html>
<html lang="{lang}">
<head>{{%metas%}}<title>{{%title%}}</title>{{%favicon%}}{{%css%}}</head>
<body>{{%app_entry%}}
<noscript>本页需要 JavaScript。 This page needs JavaScript.</noscript>
<footer>{{%config%}}{{%scripts%}}{{%renderer%}}</footer>
</body>
</html>"""


_OnFastAPI: Any = get_backend("fastapi")


class _HttpOnly(_OnFastAPI):
    """Dash on FastAPI without its WebSocket, which nothing here uses, and without API documents."""

    websocket_capability = False

    @staticmethod
    def create_app(name: str = "dashboards", config: dict[str, Any] | None = None) -> FastAPI:
        """The server that Dash's routes are added to."""
        return FastAPI(docs_url=None, redoc_url=None, openapi_url=None)


def create_app(database: Database, *, locale: Locale) -> Any:
    """An ASGI application, to be mounted last at "" (Dash writes paths below /dashboards/ itself).

    `locale` is what a first visit reads; a language chosen since stays with the browser.
    """
    app = Dash(
        name="dashboards", backend=_HttpOnly, server=False, url_base_pathname=BASE,
        serve_locally=True, assets_folder=str(Path(__file__).parent / "assets"), update_title="",
        title="对口支援", index_string=INDEX.format(lang=locale), suppress_callback_exceptions=True,
        add_log_handler=False,
    )
    app.init_app()
    app.layout = _layout(locale)
    _add_callbacks(app, database, locale)
    return _WithPagePaths(app.server)


def _layout(locale: Locale) -> Node:
    return html.Div([
        dcc.Location(id="url", refresh="callback-nav"),
        dcc.Store(id="draw"),
        dcc.Store(id="refine"),
        dcc.Store(id="drawn"),
        html.Div(html.P("…", className="waiting"), id="page", lang=locale),
    ])


def _add_callbacks(app: Dash, database: Database, default: Locale) -> None:
    """The browser reads its URL, then asks for a whole page or for what a filter changes on it."""
    _add_browser_callbacks(app)

    def view_of(address: dict[str, str | None]) -> View:
        return read_view(
            address.get("path") or BASE, address.get("search") or "",
            remembered=address.get("lang"), default=default,
        )

    @app.callback(
        Output("page", "children"), Output("drawn", "data"), Input("draw", "data"),
        prevent_initial_call=True,
    )
    async def draw(address: dict[str, str | None]) -> tuple[Node, dict[str, str]]:
        view = view_of(address)
        w = words(view.locale)
        title = w("app.title", page=w(f"nav.{view.page}"))
        return await _drawn(database, ASKING.get(), view), {"title": title, "lang": view.locale}

    @app.callback(
        [Output(*slot) for slot in investment.SLOTS], Input("refine", "data"),
        prevent_initial_call=True,
    )
    async def refine(address: dict[str, str | None]) -> list[Node]:
        return await _refined(database, ASKING.get(), view_of(address))


def _add_browser_callbacks(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("aid", "readAddress"),
        Output("draw", "data"), Output("refine", "data"),
        Input("url", "pathname"), Input("url", "search"),
    )
    app.clientside_callback(
        ClientsideFunction("aid", "settle"),
        Output("drawn", "id"), Input("drawn", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("aid", "settle"),
        Output("refine", "id"), Input("slot-controls", "children"),
    )
    for graph in ("map", "bars"):
        app.clientside_callback(
            ClientsideFunction("aid", "chooseRegion"),
            Output(graph, "clickData"), Input(graph, "clickData"), prevent_initial_call=True,
        )


async def _drawn(database: Database, actor: Actor, view: View) -> Node:
    """The page, or what to do instead. A failure is logged and never shows its insides."""
    try:
        data = await read_plan(database, actor, view.plan)
        body = DRAW[view.page](view, data) if data else nothing_yet(view)
    except Exception:
        log.exception("page_failed", page=view.page, plan=view.plan)
        return frame(view, None, failed(view))
    return frame(view, data, body)


async def _refined(database: Database, actor: Actor, view: View) -> list[Node]:
    """What a filter changes, or in place of the list what to do instead."""
    try:
        data = await read_plan(database, actor, view.plan)
        shown = choose(view, data) if data else None
        if shown:
            return investment.fill(shown)
        instead = nothing_yet(view)
    except Exception:
        log.exception("filter_failed", page=view.page, plan=view.plan)
        instead = failed(view)
    return [
        instead if name == "slot-list" else no_update for name, _ in investment.SLOTS
    ]


class _WithPagePaths:
    """Serves Dash's one document under each page's own path, which Dash does only at its root."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._paths = {BASE.rstrip("/"), *(f"{BASE}{page}" for page in PAGES)}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        ASKING.set(actor_of(scope))
        if scope["type"] == "http" and scope["path"].rstrip("/") in self._paths:
            scope = {**scope, "path": BASE, "raw_path": BASE.encode()}
        await self._app(scope, receive, send)

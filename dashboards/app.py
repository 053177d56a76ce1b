"""The pages as one ASGI application: a view read from the URL, its data, a page drawn from both."""

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.backends import get_backend
from fastapi import FastAPI
from starlette.middleware import Middleware

from aid.database.engine import Database
from aid.text import Locale
from dashboards.access import PAGE_NEEDS, first_page
from dashboards.asgi import Pages
from dashboards.asking import Asking
from dashboards.callbacks import OF_PAGE, Callbacks, require_declared
from dashboards.downloads import FigureFiles
from dashboards.drawing import drawn, drawn_later, refused
from dashboards.faults import Catching
from dashboards.i18n import words
from dashboards.kept import ASSETS, asset, own_scripts, own_styles
from dashboards.parts import Node, forbidden
from dashboards.remembering import Remembering
from dashboards.rooms import room_of
from dashboards.theme import BASE
from dashboards.view import View, read_view

INDEX = """<!DOCTYPE html>
<html lang="{lang}">
<head>{{%metas%}}<title>{{%title%}}</title><link rel="icon" href="{icon}">
<meta name="aid-plotly" content="{plotly}">{{%css%}}{styles}</head>
<body>{{%app_entry%}}
<noscript>本页需要 JavaScript。 This page needs JavaScript.</noscript>
<footer>{{%config%}}{scripts}{{%scripts%}}{{%renderer%}}</footer>
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


def create_app(database: Database, *, locale: Locale) -> Pages:
    """An ASGI application, to be mounted last at "" (Dash writes paths below /dashboards/ itself).

    `locale` is what a first visit reads; a language chosen since stays with the browser. Raises
    UndeclaredCallback where a callback does not say what it needs.
    """
    app = Dash(
        name="dashboards", backend=_HttpOnly, server=False, url_base_pathname=BASE,
        serve_locally=True, assets_folder=str(ASSETS), assets_ignore=".", update_title="",
        title="对口支援", index_string=INDEX.format(
            lang=locale, icon=asset("favicon.ico"), plotly=asset("plotly/plotly.min.js"),
            styles=own_styles(), scripts=own_scripts()),
        suppress_callback_exceptions=True,
        add_log_handler=False,
        csrf_token_name="aid-csrf", csrf_header_name="X-CSRF-Token",  # noqa: S106  a cookie's name
    )
    app.init_app()
    app.server.user_middleware.append(Middleware(Catching))  # innermost: it sees a fault first
    app.layout = _layout(locale)
    _add_browser_callbacks(app)
    callbacks = _callbacks(app, database, locale)
    require_declared(app, callbacks.declared)
    return Pages(app, callbacks.declared, FigureFiles(database, locale=locale))


def _layout(locale: Locale) -> Node:
    return html.Div([
        dcc.Location(id="url", refresh="callback-nav"),
        dcc.Store(id="draw"),
        dcc.Store(id="drawn"),
        dcc.Store(id="ask-later"),
        html.Div(html.P("…", className="waiting"), id="page", lang=locale),
    ])


def _callbacks(app: Dash, database: Database, default: Locale) -> Callbacks:
    """The browser reads its URL, then asks for a whole page or for what a filter changes on it."""
    remembering = Remembering(database)

    def view_of(asking: Asking, address: dict[str, Any]) -> View:
        return read_view(
            address.get("path") or BASE, address.get("search") or "",
            remembered=address.get("lang"), default=default, first=first_page(asking.actor),
        )

    def with_title(page: Node, view: View) -> list[Any]:
        w = words(view.locale)
        name = f"{view.code} {w(f'nav.{view.page}')}" if view.code else w(f"nav.{view.page}")
        later = room_of(view).later is not None
        return [page, {"title": w("app.title", page=name), "lang": view.locale, "later": later}]

    async def draw(asking: Asking, view: View) -> list[Any]:
        return with_title(await drawn(remembering, asking, view), view)

    async def add(asking: Asking, view: View) -> list[Any]:
        return [await drawn_later(remembering, asking, view)]

    callbacks = Callbacks(app, database, view_of)
    callbacks.serve(
        [("page", "children"), ("drawn", "data")], ("draw", "data"), needs=OF_PAGE, answer=draw,
        instead=lambda asking, view: with_title(refused(asking, view), view),
    )
    callbacks.serve(
        [("later", "children")], ("ask-later", "data"), needs=OF_PAGE, answer=add,
        instead=lambda asking, view: [forbidden(asking, view)],
    )
    return callbacks


def _add_browser_callbacks(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("aid", "readAddress"),
        Output("draw", "data"), Input("url", "pathname"), Input("url", "search"),
    )
    app.clientside_callback(
        ClientsideFunction("aid", "settle"),
        Output("drawn", "id"), Input("drawn", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("aid", "askLater"),
        Output("ask-later", "data"), Input("drawn", "data"), prevent_initial_call=True,
    )


__all__ = ["PAGE_NEEDS", "Pages", "create_app"]

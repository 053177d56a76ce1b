"""Every route the server answers, declared: who may come, with what, and what it sends back.

The edge looks a request up here before the application sees it. What is not declared is not there,
whatever the application would have answered. Pure.
"""

import re
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Any, cast

from aid.access.actor import Actor
from aid.access.policy import Permission
from aid.accounts.terms import Stage
from aid.interchange.exports.terms import KINDS
from aid.interchange.imports.terms import IMPORTS as BROUGHT
from aid.projects.files import TOGETHER
from aid.report import terms as report
from aid.sheets.writing import Form

KB = 1024
WEBSOCKET = "WEBSOCKET"
"""Stands among the methods for a websocket. None is declared: nothing here uses one."""


class Need(Enum):
    """What a route asks of a visitor when it is no permission."""

    PUBLIC = auto()
    """Nothing: anybody is answered, and nobody is looked up."""
    SIGNED_IN = auto()
    """To be somebody. The application itself asks for more, a field or a callback at a time."""


Asks = Need | Permission | frozenset[Permission]
"""What a route asks of a visitor; of several permissions any one."""


class Kind(StrEnum):
    """How a refusal is said: as a page, as JSON, or as JSON about a file that may be cached."""

    PAGE = "page"
    API = "api"
    ASSET = "asset"


class Content(StrEnum):
    """What an answer may do in a browser; each has its Content-Security-Policy."""

    NOTHING = "nothing"
    FORM = "form"
    DASHBOARD = "dashboard"
    GRAPHIQL = "graphiql"
    FILE = "file"
    """Bytes that somebody else sent: nothing in them is run, wherever they are opened."""


@dataclass(frozen=True, slots=True)
class Route:
    """Methods and a path: `*` is one segment, `**` one or more, `[/]` a slash or none at the end.

    `stages` are those of a session that may come; `browser_only` shuts out API tokens. A `form`'s
    body is urlencoded and holds the CSRF token. `largest` is the most bytes of a body, and
    `largest_with_files`, where files are taken, of one that brings them.
    """

    methods: frozenset[str]
    path: str
    need: Asks
    kind: Kind
    content: Content = Content.NOTHING
    stages: frozenset[Stage] = frozenset({Stage.FULL})
    browser_only: bool = False
    form: bool = False
    largest: int = 256 * KB
    largest_with_files: int = 0

    def admits(self, actor: Actor) -> bool:
        """Whether somebody who is known may ask it."""
        if isinstance(self.need, Need):
            return True
        any_of = (self.need,) if isinstance(self.need, Permission) else self.need
        return any(actor.may(need) for need in any_of)


def _get(path: str, need: Asks, kind: Kind, **more: Any) -> Route:
    return Route(frozenset({"GET", "HEAD"}), path, need, kind, **more)


def _post(path: str, need: Asks, **more: Any) -> Route:
    return Route(frozenset({"POST"}), path, need, Kind.API, **more)


def _form(path: str, need: Need, *stages: Stage) -> Route:
    """A page with a form that is sent back to its own address."""
    return Route(frozenset({"GET", "HEAD", "POST"}), path, need, Kind.PAGE, Content.FORM,
                 frozenset(stages), browser_only=True, form=True, largest=64 * KB)


LOGOUT = "/logout"
CHANGES = "/dashboards/changes"
"""Where open pages are told that there is something new."""
BASE = (
    _get("/", Need.PUBLIC, Kind.PAGE),
    _get("/health/live", Need.PUBLIC, Kind.API),
    _get("/health/ready", Need.PUBLIC, Kind.API),
    _get("/static/*", Need.PUBLIC, Kind.ASSET),
    _form("/login", Need.PUBLIC),
    _form(LOGOUT, Need.SIGNED_IN, *Stage),
    _form("/password", Need.SIGNED_IN, Stage.NEW_PASSWORD, Stage.FULL),
    _form("/second-factor", Need.SIGNED_IN, Stage.SECOND_FACTOR, Stage.ENROL, Stage.FULL),
    _post("/graphql", Need.SIGNED_IN, largest_with_files=TOGETHER + 512 * KB),
    _get("/documents/*/*", Permission.PROJECT_READ, Kind.ASSET, content=Content.FILE),
)
DASH = (
    _get("/dashboards[/]", Need.SIGNED_IN, Kind.PAGE, content=Content.DASHBOARD),
    _get("/dashboards/_dash-layout", Need.SIGNED_IN, Kind.API),
    _get("/dashboards/_dash-dependencies", Need.SIGNED_IN, Kind.API),
    _post("/dashboards/_dash-update-component", Need.SIGNED_IN),
    _get("/dashboards/_dash-component-suites/*/**", Need.SIGNED_IN, Kind.ASSET),
    _get("/dashboards/assets/**", Need.SIGNED_IN, Kind.ASSET),
    _get("/dashboards/_favicon.ico", Need.SIGNED_IN, Kind.ASSET),
    Route(frozenset({"GET"}), CHANGES, Permission.PROJECT_READ, Kind.API, browser_only=True),
)
GRAPHIQL = (
    _get("/graphql", Need.SIGNED_IN, Kind.PAGE, content=Content.GRAPHIQL),
    _get("/graphiql/*", Need.SIGNED_IN, Kind.ASSET),
)
PROVIDER = (
    _get("/login/provider", Need.PUBLIC, Kind.PAGE, content=Content.FORM),
    _get("/login/provider/back", Need.PUBLIC, Kind.PAGE, content=Content.FORM),
)
EXPORTS = tuple(
    Route(frozenset({"GET"}), f"/exports/{kind}.{form}", said.needs[0], Kind.API)
    for kind, said in KINDS.items() for form in Form if form in said.forms
)
LARGEST_SHEET = 50 * KB * KB
"""Bytes of a sheet that is brought in."""
IMPORTS = tuple(route for kind, said in BROUGHT.items() for route in (
    _post(f"/imports/{kind.value}", frozenset(said.needs),
          largest_with_files=LARGEST_SHEET + 16 * KB),
    _get(f"/imports/{kind.value}/template.xlsx", frozenset(said.needs), Kind.API)))
REPORTS = tuple(
    Route(frozenset({"GET"}), f"/reports/yearly.{form}", report.NEED, Kind.API)
    for form in report.Form
)
STAGE_PAGE: Mapping[Stage, str] = {
    Stage.SECOND_FACTOR: "/second-factor",
    Stage.ENROL: "/second-factor",
    Stage.NEW_PASSWORD: "/password",
}
"""Where a session goes on that has something still to do."""


class Table:
    """The declared routes, looked up by method and path."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._patterns = [(_pattern(route.path), route) for route in self.routes]
        self._plain: dict[str, list[Route]] = {}  # most requests ask for a path as it stands
        for route in self.routes:
            if _pattern(route.path).pattern == re.escape(route.path):
                self._plain[route.path] = self._matching(route.path)

    def at(self, path: str) -> list[Route]:
        """What is declared at a path, whatever the method."""
        if (plain := self._plain.get(path)) is not None:
            return plain
        return [] if _ODD.search(path) else self._matching(path)

    def _matching(self, path: str) -> list[Route]:
        return [route for pattern, route in self._patterns if pattern.fullmatch(path)]

    def find(self, method: str, path: str) -> Route | None:
        """The declaration of a request, or None."""
        return next((route for route in self.at(path) if method in route.methods), None)

    def is_page(self, path: str) -> bool:
        """Whether a visitor who has just signed in may be sent there."""
        route = self.find("GET", path)
        return (route is not None and route.kind is Kind.PAGE and route.need is not Need.PUBLIC
                and path != LOGOUT)


def declared(
    pages: Mapping[str, Permission], *, graphiql: bool, provider: bool = False
) -> Table:
    """All routes. `pages` are those below /dashboards/, each with the permission it needs; the
    figures behind its charts are files below /figures/.
    """
    return Table((
        *BASE, *EXPORTS, *IMPORTS, *REPORTS, *DASH, *(GRAPHIQL if graphiql else ()),
        *(PROVIDER if provider else ()),
        *(_get(f"/dashboards/{name}[/]", need, Kind.PAGE, content=Content.DASHBOARD)
          for name, need in pages.items()),
        *(_get(f"/figures/{name}/*", need, Kind.API) for name, need in pages.items()),
    ))


_ODD = re.compile(r"//|\\|[\x00-\x1f\x7f]|(?:^|/)\.\.?(?:/|$)")
"""What no honest path holds, and what one program may read otherwise than the next."""


def _pattern(path: str) -> re.Pattern[str]:
    marks = {"**": ".+", "*": "[^/]+", "[/]": "/?"}
    parts = re.split(r"(\*\*|\*|\[/\])", path)
    return re.compile("".join(marks.get(part, re.escape(part)) for part in parts))


def note_route(scope: MutableMapping[str, Any], route: Route) -> None:
    """Note in the scope which declaration a request was found under."""
    scope["aid.route"] = route


def route_of(scope: MutableMapping[str, Any]) -> Route | None:
    """The declaration of a request; None before it was looked up, or when there is none."""
    return cast(Route | None, scope.get("aid.route"))

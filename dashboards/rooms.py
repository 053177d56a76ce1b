"""Every page: how its data are read, how it is drawn, and the figures behind its charts."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from aid.access.actor import Actor
from aid.access.changes import Kind
from aid.database.engine import Database
from dashboards.figure_sheet import FigureSheet
from dashboards.pages.accounts import accounts_page
from dashboards.pages.audit import audit_page
from dashboards.pages.cadres import CADRE_SHEETS, cadres_page
from dashboards.pages.investment import investment_page
from dashboards.pages.plan import plan_page
from dashboards.pages.project import PROJECT_SHEETS, project_page
from dashboards.pages.projects import projects_page
from dashboards.pages.village import VILLAGE_SHEETS, village_page
from dashboards.pages.villages import VILLAGES_SHEETS, villages_page
from dashboards.parts import Drawn, Node, nothing_yet
from dashboards.reading import PlanData, read_plan
from dashboards.reading_administration import read_accounts, read_audit
from dashboards.reading_cadres import read_cadres
from dashboards.reading_project import read_project
from dashboards.reading_projects import read_projects
from dashboards.reading_villages import read_village, read_villages
from dashboards.view import View

Sheet = Callable[[View, Any], FigureSheet | None]


@dataclass(frozen=True, slots=True)
class Room:
    """A page. What `read` gives, `draw` and the `sheets` (by the name of their chart) are given.

    It is drawn again, while it is open, when there is something new of what it `follows`.
    """

    read: Callable[[Database, Actor, View], Awaitable[Any]]
    draw: Callable[[View, Any], Drawn]
    sheets: Mapping[str, Sheet] = field(default_factory=lambda: MappingProxyType({}))
    follows: frozenset[Kind] = frozenset()


def _about_a_plan(draw: Callable[[View, PlanData], list[Node]]) -> Room:
    def drawn(view: View, data: PlanData | None) -> Drawn:
        return Drawn(draw(view, data) if data else nothing_yet(view), plan=data)

    async def read(database: Database, actor: Actor, view: View) -> PlanData | None:
        return await read_plan(database, actor, view.plan)

    return Room(read, drawn)


async def _accounts(database: Database, actor: Actor, _: View) -> Any:
    return await read_accounts(database, actor)


_OF_PROJECTS = frozenset({Kind.STAGE, Kind.MILESTONE, Kind.PROGRESS, Kind.MOVEMENT})
_OF_VILLAGES = frozenset({Kind.VILLAGE, Kind.PROGRESS, Kind.STAGE})
_OF_MONEY = frozenset({Kind.MOVEMENT, Kind.REQUEST, Kind.DECISION})
ROOMS: Mapping[str, Room] = MappingProxyType({
    "investment": _about_a_plan(investment_page),
    "villages": Room(read_villages, villages_page, VILLAGES_SHEETS, _OF_VILLAGES),
    "villages/*": Room(read_village, village_page, VILLAGE_SHEETS, _OF_VILLAGES),
    "projects": Room(read_projects, projects_page, follows=_OF_PROJECTS),
    "projects/*": Room(read_project, project_page, PROJECT_SHEETS,
                       _OF_PROJECTS | _OF_MONEY | {Kind.VILLAGE, Kind.POSTING}),
    "cadres": Room(read_cadres, cadres_page, CADRE_SHEETS, frozenset({Kind.POSTING})),
    "plan": _about_a_plan(plan_page),
    "audit": Room(read_audit, lambda view, data: Drawn(audit_page(view, data))),
    "accounts": Room(_accounts, lambda view, data: Drawn(accounts_page(view, data))),
})
"""By the names of `access.PATH_NEEDS`: a page, or with /* the pages of its single things."""


def room_of(view: View) -> Room:
    """The room of a view's page."""
    return ROOMS[f"{view.page}/*" if view.code else view.page]

"""Every page: how its data are read, how it is drawn, and the figures behind its charts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from aid.access.actor import Actor
from aid.access.changes import Kind
from aid.database.engine import Database
from dashboards.figure_sheet import FigureSheet
from dashboards.pages.accounts import accounts_page
from dashboards.pages.audit import audit_page
from dashboards.pages.audit_ledger import ledger_sections
from dashboards.pages.cadres import CADRE_SHEETS, cadres_page
from dashboards.pages.funds import FUND_SHEETS, funds_page
from dashboards.pages.funds_due import LATER_SHEETS, funds_later
from dashboards.pages.investment import INVESTMENT_SHEETS, investment_page
from dashboards.pages.log import log_page
from dashboards.pages.off_track import OFF_TRACK_SHEETS, off_track
from dashboards.pages.overview import OVERVIEW_SHEETS, overview_page
from dashboards.pages.plan import plan_page
from dashboards.pages.project import PROJECT_SHEETS, project_page
from dashboards.pages.projects import projects_page
from dashboards.pages.published_sheet import PLAN_SHEETS, PUBLISHED_SHEETS
from dashboards.pages.report import report_page
from dashboards.pages.village import VILLAGE_SHEETS, village_page
from dashboards.pages.villages import VILLAGES_SHEETS, villages_page
from dashboards.parted import Reading
from dashboards.parts import Drawn, Node, nothing_yet
from dashboards.reading import PlanData, read_plan
from dashboards.reading_administration import read_accounts, read_audit_page
from dashboards.reading_cadres import read_cadres
from dashboards.reading_funds import read_funds, read_later
from dashboards.reading_investment import read_investment
from dashboards.reading_log import read_log
from dashboards.reading_overview import read_off_track, read_overview
from dashboards.reading_project import read_project
from dashboards.reading_projects import read_projects
from dashboards.reading_report import read_report
from dashboards.reading_villages import read_village, read_villages
from dashboards.view import View

Sheet = Callable[[View, Any], FigureSheet | None]


@dataclass(frozen=True, slots=True)
class Room:
    """A page. What `read` gives, `draw` and the `sheets` (by the name of their chart) are given.

    `later` is what of it takes its time: read and drawn below the rest once that is there. It is
    drawn again, while it is open, when there is something new of what it `follows`. What is read is
    `remembered` for all who may see the same where it is nothing of one's own.
    """

    read: Reading
    draw: Callable[[View, Any], Drawn]
    sheets: Mapping[str, Sheet] = field(default_factory=lambda: MappingProxyType({}))
    later: "Room | None" = None
    follows: frozenset[Kind] = frozenset()
    remembered: bool = False

    def behind(self, chart: str) -> "Room | None":
        """Whichever of the page and what comes later has the figures of a chart."""
        return next((room for room in (self, self.later) if room and chart in room.sheets), None)


def _about_a_plan(
    draw: Callable[[View, PlanData], list[Node]], sheets: Mapping[str, Sheet]
) -> Room:
    def drawn(view: View, data: PlanData | None) -> Drawn:
        return Drawn(draw(view, data) if data else nothing_yet(view), plan=data)

    async def read(database: Database, actor: Actor, view: View) -> PlanData | None:
        return await read_plan(database, actor, view.plan)

    return Room(read, drawn, sheets, remembered=True)


async def _accounts(database: Database, actor: Actor, _: View) -> Any:
    return await read_accounts(database, actor)


_OF_PROJECTS = frozenset({Kind.STAGE, Kind.MILESTONE, Kind.PROGRESS, Kind.MOVEMENT})
_OF_VILLAGES = frozenset({Kind.VILLAGE, Kind.PROGRESS, Kind.STAGE})
_OF_MONEY = frozenset({Kind.MOVEMENT, Kind.REQUEST, Kind.DECISION})
ROOMS: Mapping[str, Room] = MappingProxyType({
    "overview": Room(read_overview, overview_page, OVERVIEW_SHEETS,
                     Room(read_off_track, off_track, OFF_TRACK_SHEETS, remembered=True),
                     _OF_PROJECTS | _OF_VILLAGES, remembered=True),
    "investment": Room(read_investment, investment_page,
                       MappingProxyType({**INVESTMENT_SHEETS, **PUBLISHED_SHEETS}),
                       follows=_OF_MONEY, remembered=True),
    "villages": Room(read_villages, villages_page, VILLAGES_SHEETS, follows=_OF_VILLAGES,
                     remembered=True),
    "villages/*": Room(read_village, village_page, VILLAGE_SHEETS, follows=_OF_VILLAGES,
                       remembered=True),
    "projects": Room(read_projects, projects_page, follows=_OF_PROJECTS, remembered=True),
    "projects/*": Room(read_project, project_page, PROJECT_SHEETS,
                       follows=_OF_PROJECTS | _OF_MONEY | {Kind.VILLAGE, Kind.POSTING},
                       remembered=True),
    "funds": Room(read_funds, funds_page, FUND_SHEETS,
                  Room(read_later, funds_later, LATER_SHEETS, remembered=True), _OF_MONEY,
                  remembered=True),
    "cadres": Room(read_cadres, cadres_page, CADRE_SHEETS, follows=frozenset({Kind.POSTING}),
                   remembered=True),
    "plan": _about_a_plan(plan_page, PLAN_SHEETS),
    "report": Room(read_report, report_page),
    "log": Room(read_log, log_page),
    "audit": Room(read_audit_page, lambda view, data: Drawn(
        audit_page(view, data.page, above=ledger_sections(view, data)))),
    "accounts": Room(_accounts, lambda view, data: Drawn(accounts_page(view, data))),
})
"""By the names of `access.PATH_NEEDS`: a page, or with /* the pages of its single things."""


def room_of(view: View) -> Room:
    """The room of a view's page."""
    return ROOMS[f"{view.page}/*" if view.code else view.page]

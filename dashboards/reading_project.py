"""What the page of one project needs to know: everything about it, read in one snapshot."""

from dataclasses import dataclass
from datetime import date

from aid.access.actor import Actor
from aid.access.policy import Permission
from aid.cadres.queries import TermRow, project_terms
from aid.clock import close_of, today
from aid.database.engine import Database
from aid.funds.of_project import Money, money_of
from aid.funds.terms import MovementKind, undone_by
from aid.history import ChangeRow, changes_of
from aid.projects.queries import ProjectRow, project_by_code
from aid.regions.queries import topmost
from aid.text import Text
from aid.villages.listing import NamedVillage, villages_of_project
from dashboards.forms import offered
from dashboards.view import View

CHANGES = 100
"""So many changes are shown, the newest."""


@dataclass(frozen=True, slots=True)
class ProjectData:
    """A project and what belongs to it. None: it is not for the actor to read.

    `project` is None where there is none of this code, as far as the actor sees. `forms` of the
    log are those that the actor may fill in for it, `undoes` the kinds of movements it may undo.
    """

    today: date
    project: ProjectRow | None
    own: tuple[Text, ...] | None = None
    money: Money | None = None
    cadres: tuple[TermRow, ...] | None = None
    villages: tuple[NamedVillage, ...] | None = None
    changes: tuple[ChangeRow, ...] | None = None
    forms: tuple[str, ...] = ()
    undoes: frozenset[MovementKind] = frozenset()


async def read_project(database: Database, actor: Actor, view: View) -> ProjectData:
    """The project of a view's code."""
    day = today()
    async with database.reading(actor) as session:
        own = None if actor.sees_all else tuple(
            Text(place.name, place.name_en or place.name)
            for place in await topmost(session, actor.recipients))
        project = await project_by_code(session, view.code or "", today=day)
        if project is None:
            return ProjectData(day, None, own)
        may, number = actor.may, project.id
        followed = {"project": [number], "milestone": [row.id for row in project.milestones]}
        return ProjectData(
            day, project, own,
            await money_of(session, number, known_before=close_of(view.known_on)
                           if view.known_on and view.known_on < date.max else None)
            if may(Permission.FUND_READ) else None,
            tuple(await project_terms(session, number)) if may(Permission.CADRE_READ) else None,
            tuple(await villages_of_project(session, number))
            if may(Permission.VILLAGE_READ) else None,
            tuple(await changes_of(session, followed, limit=CHANGES))
            if may(Permission.HISTORY_READ) else None,
            offered(actor, "project", project.stage),
            undone_by(actor.role) if may(Permission.FUND_REVERSE) else frozenset())

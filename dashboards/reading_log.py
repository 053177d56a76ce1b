"""What the log needs to know: what waits for the actor, and what a form chooses from."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from aid.access.actor import Actor
from aid.access.policy import Permission
from aid.cadres.choosing import (
    Free,
    Open,
    Sent,
    batches_known,
    changeable_terms,
    free_people,
    open_posts,
    terms_to_succeed,
)
from aid.cadres.queries import TermRow
from aid.clock import today
from aid.database.engine import Database
from aid.funds.approving import two_persons
from aid.funds.choosing import (
    Asked,
    Awaited,
    Instalment,
    Named,
    Undoable,
    awaited,
    instalments_of,
    request_numbered,
    schedules,
    sources_for,
    undecided,
    undoable,
)
from aid.funds.terms import undone_by
from aid.plans.queries import ServedRow, served_rows
from aid.projects.listing import Asked as Wanted
from aid.projects.listing import ListedRow, listed
from aid.projects.queries import (
    DueRow,
    ProjectRow,
    SectorRow,
    late_milestones,
    milestones_due_soon,
    project_by_code,
    sector_rows,
)
from aid.regions.queries import (
    PairingRow,
    PlaceRow,
    SupporterRow,
    pairing_rows,
    places_below,
    supporter_rows,
    topmost,
)
from aid.text import Text
from aid.villages.listing import Asked as WantedVillages
from aid.villages.listing import ListedVillage
from aid.villages.listing import listed as villages_listed
from aid.villages.of_village import village_id
from aid.villages.queries import VillageRow, WorkRow, villages_by_id, work_rows
from dashboards.forms import FORMS, IMPORT, fits
from dashboards.view import View

Session = Any
"""A transaction that is open; what reads in it is told so, and pages know no more of it."""
_NUMBER = re.compile(r"[0-9]{1,18}")
WAITING, FOUND, PEOPLE, UNDOABLE = 20, 20, 300, 100
"""How many of each are listed: what waits, what a search finds, people and posts to choose from,
movements to undo.
"""


@dataclass(frozen=True, slots=True)
class Work:
    """What waits for the actor: milestones late or due soon, receipts, requests."""

    late: tuple[DueRow, ...]
    soon: tuple[DueRow, ...]
    receipts: tuple[Awaited, ...]
    requests: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Money:
    """What a form about money chooses from. Above `two_persons` fen a disbursement takes two.

    `movements` are those that the actor may undo: the one that was chosen, or all.
    """

    instalments: tuple[Instalment, ...]
    two_persons: int
    schedules: tuple[Named, ...] = ()
    sources: tuple[Named, ...] = ()
    movements: tuple[Undoable, ...] = ()


@dataclass(frozen=True, slots=True)
class Village:
    """A village and its works."""

    row: VillageRow
    works: tuple[WorkRow, ...]


@dataclass(frozen=True, slots=True)
class People:
    """Whom and where one may post."""

    free: tuple[Free, ...]
    posts: tuple[Open, ...]
    batches: tuple[Sent, ...]
    supporters: tuple[SupporterRow, ...]


@dataclass(frozen=True, slots=True)
class Proposing:
    """What a project of a pairing may be: places below the recipient, sectors, targets it serves.
    """

    below: tuple[PlaceRow, ...]
    sectors: tuple[SectorRow, ...]
    targets: tuple[ServedRow, ...]


@dataclass(frozen=True, slots=True)
class LogData:
    """The log's data. `form` is the one that is open, None: the list of what waits.

    `project`, `village` or `request` is what the form is about; None where it is still to be
    chosen, from `projects` or `villages` as a search finds them. `terms` and `pairings` are those
    that a search finds, or the one that was chosen; pairings hold on the day of the view, or today.
    """

    today: date
    actor: Actor
    own: tuple[Text, ...] | None
    form: str | None = None
    work: Work | None = None
    projects: tuple[ListedRow, ...] = ()
    villages: tuple[ListedVillage, ...] = ()
    project: ProjectRow | None = None
    money: Money | None = None
    village: Village | None = None
    request: Asked | None = None
    people: People | None = None
    terms: tuple[TermRow, ...] = ()
    pairings: tuple[PairingRow, ...] = ()
    proposing: Proposing | None = None

    @property
    def form_fits(self) -> bool:
        """Whether the form may be filled in for the project at its stage."""
        return self.project is None or fits(self.form or "", self.project.stage)


async def read_log(database: Database, actor: Actor, view: View) -> LogData:
    """What waits, or what the form of a view needs. A form that is not the actor's is none."""
    day = today()
    known = FORMS.get(view.form or "")
    form = view.form if view.form == IMPORT or (known and actor.may(known.needs)) else None
    async with database.reading(actor) as session:
        own = None if actor.sees_all else tuple(
            Text(place.name, place.name_en or place.name)
            for place in await topmost(session, actor.recipients))
        if form is None:
            work = await _work(session, actor, day)
            found = await _projects(session, view, day) if view.text else ()
            return LogData(day, actor, own, work=work, projects=found)
        return await _of_form(session, actor, view, LogData(day, actor, own, form))


async def _work(session: Session, actor: Actor, day: date) -> Work:
    may = actor.may
    return Work(
        tuple(await late_milestones(session, today=day, limit=WAITING)),
        tuple(await milestones_due_soon(session, today=day, limit=WAITING)),
        tuple(await awaited(session, limit=WAITING)) if may(Permission.FUND_CONFIRM) else (),
        tuple(await undecided(session, limit=WAITING)) if may(Permission.FUND_COMMIT) else ())


async def _projects(session: Session, view: View, day: date) -> tuple[ListedRow, ...]:
    found = await listed(session, Wanted(today=day, text=view.text), order="planned_end",
                         descending=True, at=None, first=FOUND)
    return tuple(found.rows)


async def _of_form(session: Session, actor: Actor, view: View, at: LogData) -> LogData:
    """With what the form is about, or what that is chosen from, and what its fields choose from."""
    name = at.form or ""
    if name not in FORMS:
        return at
    match FORMS[name].about:
        case "project":
            return await _of_project(session, actor, view, at)
        case "village":
            return await _of_village(session, view, at)
    item, day = _number(view.item), at.today
    match FORMS[name].chooses:
        case "request":
            return replace(at, request=await request_numbered(session, item) if item else None)
        case "term":
            find = terms_to_succeed if name == "succeed" else changeable_terms
            terms = await find(session, on=day, text=view.text, number=item, limit=FOUND)
            return replace(at, terms=tuple(terms), people=await _people(session, day)
                           if name == "succeed" and item else None)
        case "pairing":
            pairings = await pairing_rows(
                session, on=view.on or day, text=view.text, number=item, limit=FOUND)
            return replace(
                at, pairings=tuple(pairings),
                proposing=await _proposing(session, pairings[0])
                if name == "propose" and item and pairings else None)
    return replace(at, people=await _people(session, day))


async def _people(session: Session, day: date) -> People:
    return People(
        tuple(await free_people(session, on=day, limit=PEOPLE)),
        tuple(await open_posts(session, on=day, limit=PEOPLE)),
        tuple(await batches_known(session, limit=FOUND)),
        tuple(await supporter_rows(session)))


async def _proposing(session: Session, pairing: PairingRow) -> Proposing:
    below = await places_below(session, pairing.recipient.id)
    return Proposing(
        tuple(below), tuple(await sector_rows(session)), tuple(await served_rows(
            session, pairing.supporter_id, [pairing.recipient.id, *(one.id for one in below)])))


def _number(item: str | None) -> int | None:
    found = _NUMBER.fullmatch(item or "")
    return int(found[0]) if found else None


async def _of_project(session: Session, actor: Actor, view: View, at: LogData) -> LogData:
    project = await project_by_code(session, view.of, today=at.today) if view.of else None
    if project is None:
        return replace(at, projects=await _projects(session, view, at.today))
    if FORMS[at.form or ""].group != "money":
        return replace(at, project=project)
    return replace(at, project=project, money=await _money(session, actor, view, project.id))


async def _money(session: Session, actor: Actor, view: View, project: int) -> Money:
    movements = () if view.form != "reverse" else tuple(await undoable(
        session, project, undone_by(actor.role), seq=_number(view.item), limit=UNDOABLE))
    return Money(
        tuple(await instalments_of(session, project)), await two_persons(session),
        tuple(await schedules(session)), tuple(await sources_for(session, project)), movements)


async def _of_village(session: Session, view: View, at: LogData) -> LogData:
    village = await _village(session, view.of, at.today) if view.of else None
    if village is not None:
        return replace(at, village=village)
    found = await villages_listed(
        session, WantedVillages(on=at.today, text=view.text), order="code", descending=False,
        at=None, first=FOUND)
    return replace(at, villages=tuple(found.rows))


async def _village(session: Session, code: str, day: date) -> Village | None:
    number = await village_id(session, code)
    if number is None:
        return None
    [row] = await villages_by_id(session, [number], on=day)
    return Village(row, tuple(await work_rows(session, number, on=day)))

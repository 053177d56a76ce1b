"""What the page of cadres needs to know, read in one snapshot."""

from dataclasses import dataclass
from datetime import date, timedelta

from aid.access.actor import Actor
from aid.cadres.listing import (
    ORDERS,
    POSTS,
    Asked,
    BatchRow,
    PostTerms,
    Sums,
    batches,
    filled_by,
    posts_listed,
    sums,
    terms_listed,
    vacancies,
)
from aid.cadres.queries import FillRow, TermRow, VacancyRow
from aid.cadres.terms import CadreCategory, Direction
from aid.clock import today
from aid.database.engine import Database
from aid.database.paging import Turned
from aid.projects.narrowing import Choices, read_choices
from dashboards.forms import offered
from dashboards.turning import order_of, place_of
from dashboards.view import View

POSTS_AT_ONCE, PEOPLE_AT_ONCE, BATCHES = 25, 50, 40
DEFAULT = "planned_end"
"""The order of people before somebody chooses one: whose term ends first."""
AROUND = timedelta(days=548)
"""The timeline shows so much before and after the day, unless a period is chosen."""
PARTS = ("posts", "batches", "people", "vacancies")
"""What is shown below the figures; one at a time."""


@dataclass(frozen=True, slots=True)
class CadreData:
    """The figures of a day and one of PARTS: the others are None. `start` to `end` is the timeline.

    `forms` of the log are those that whoever asks may fill in.
    """

    choices: Choices
    on: date
    start: date
    end: date
    part: str
    sums: Sums
    fills: tuple[FillRow, ...]
    posts: Turned[PostTerms] | None = None
    batches: tuple[BatchRow, ...] | None = None
    people: Turned[TermRow] | None = None
    vacancies: tuple[VacancyRow, ...] | None = None
    forms: tuple[str, ...] = ()


async def read_cadres(database: Database, actor: Actor, view: View) -> CadreData:
    """The posts and people that a view asks for."""
    now = today()
    on = min(view.on, now) if view.on else now
    start = view.start or on - AROUND
    end = max(start, view.end or on + AROUND)
    part = view.part if view.part in PARTS else PARTS[0]
    async with database.reading(actor) as session:
        choices = await read_choices(
            session, actor, regions=view.region, supporter=view.supporter, sector=None, today=now)
        asked = Asked(
            on=on, recipient_ids=choices.region_ids, city_id=choices.city_id,
            district_id=choices.district_id, text=view.text, ending=view.state == "ending",
            category=CadreCategory(view.kind) if view.kind in list(CadreCategory) else None,
            direction=Direction(view.outcome) if view.outcome in list(Direction) else None)
        counted, filled = await sums(session, asked), await filled_by(session, asked)
        posts, sent, people, vacant = None, None, None, None
        match part:
            case "batches":
                sent = tuple(await batches(session, asked, start=start, end=end, limit=BATCHES))
            case "people":
                order, descending = order_of(view, ORDERS, DEFAULT)
                people = await terms_listed(
                    session, asked, order=order, descending=descending,
                    at=place_of(view, ORDERS[order]), first=PEOPLE_AT_ONCE)
            case "vacancies":
                vacant = tuple(await vacancies(session, asked))
            case _:
                posts = await posts_listed(session, asked, start=start, end=end,
                                           at=place_of(view, POSTS["code"]), first=POSTS_AT_ONCE)
    return CadreData(choices, on, start, end, part, counted, tuple(filled), posts, sent, people,
                     vacant, offered(actor, "cadres"))

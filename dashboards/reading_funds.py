"""What the page of funds needs to know; the work queue takes longer and comes later."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from aid.access.actor import Actor
from aid.clock import today
from aid.database.engine import Database
from aid.database.paging import Turned
from aid.funds import listing
from aid.funds.commitments import Figures, commitments
from aid.funds.flows import Aged, Flows, Month, ageing, calendar, fund_flows
from aid.funds.listing import ORDER, ListedMovement
from aid.funds.matters import Matter, Turn
from aid.funds.queue import Item, Tally, tallied_and_listed
from aid.funds.terms import MovementKind
from aid.projects.narrowing import Choices, read_choices
from dashboards.parted import Parted
from dashboards.reading_projects import part_of
from dashboards.turning import place_of
from dashboards.view import View

AT_ONCE = 50
"""Movements, or matters, on one page of a list."""


@dataclass(frozen=True, slots=True)
class FundData:
    """Where the money is: the `flows` of the first part, the `movements` of their own.

    The work queue comes later.
    """

    choices: Choices
    on: date
    part: str
    flows: Flows | None = None
    movements: Turned[ListedMovement] | None = None


@dataclass(frozen=True, slots=True)
class Dues:
    """What was promised, what is on its way how long; what is due when, which is of today."""

    choices: Choices
    on: date
    figures: Figures
    ages: tuple[Aged, ...]
    months: tuple[Month, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueData:
    """A page of the work queue, and how much there is of each matter.

    `items` are one more than a page has where there is another.
    """

    choices: Choices
    tallies: Mapping[Matter, Tally]
    items: tuple[Item, ...]


async def read_funds(database: Database, actor: Actor, view: View) -> FundData:
    """The money of a view's filters."""
    day = today()
    on = min(view.known_on or day, day)
    async with database.reading(actor) as session:
        choices = await read_choices(
            session, actor, regions=view.region, supporter=view.supporter, sector=view.sector,
            today=day)
        part = part_of(choices)
        if view.part == "queue":
            return FundData(choices, day, "queue")
        if view.part == "movements":
            found = await listing.movements(session, listing.Asked(
                part=part, since=view.start, until=view.end, known_on=view.known_on,
                kind=kind_of(view)), at=place_of(view, ORDER), first=AT_ONCE)
            return FundData(choices, on, "movements", movements=found)
        return FundData(choices, on, "flows", await fund_flows(
            session, part, today=day, as_known_on=view.known_on))


def kind_of(view: View) -> MovementKind | None:
    """The kind of movements that is asked for."""
    return MovementKind(view.kind) if view.kind in list(MovementKind) else None


def matter_of(view: View) -> Matter | None:
    """The matter of the work queue that is asked for."""
    return Matter(view.kind) if view.kind in list(Matter) else None


def turn_of(view: View) -> Turn | None:
    """Whose turn is asked for."""
    return Turn(view.state) if view.state in (Turn.OFFICE, Turn.RECIPIENT) else None


async def read_dues(database: Database, actor: Actor, view: View) -> Dues | None:
    """What of a view's filters is due, but for its months; None: another part is looked at."""
    if view.part in ("queue", "movements"):
        return None
    day, known = today(), view.known_on
    async with database.reading(actor) as session:
        choices = await read_choices(
            session, actor, regions=view.region, supporter=view.supporter, sector=view.sector,
            today=day)
        part = part_of(choices)
        return Dues(
            choices, min(known or day, day),
            await commitments(session, part, today=day, as_known_on=known),
            tuple(await ageing(session, part, today=day, as_known_on=known)))


async def read_due_today(
    database: Database, actor: Actor, view: View
) -> tuple[Month, ...] | QueueData | None:
    """What of a part takes its time and is of today: the work queue, or what is due when."""
    if view.part == "queue":
        return await read_queue(database, actor, view)
    if view.part == "movements":
        return None
    day = today()
    async with database.reading(actor) as session:
        choices = await read_choices(
            session, actor, regions=view.region, supporter=view.supporter, sector=view.sector,
            today=day)
        return tuple(await calendar(
            session, part_of(choices), today=day, since=view.start, until=view.end))


async def read_queue(database: Database, actor: Actor, view: View) -> QueueData:
    """The work queue of a view's filters."""
    day, matter, at = today(), matter_of(view), place_of(view, ORDER)
    async with database.reading(actor) as session:
        choices = await read_choices(
            session, actor, regions=view.region, supporter=view.supporter, sector=view.sector,
            today=day)
        part = part_of(choices)
        tallies, found = await tallied_and_listed(
            session, part, today=day, matters=None if matter is None else [matter],
            turn=turn_of(view), after=(at.value, at.id) if at and not at.back else None,
            first=AT_ONCE + 1)
    return QueueData(choices, tallies, tuple(found))


def _joined(
    dues: Dues | None, of_today: tuple[Month, ...] | QueueData | None
) -> Dues | QueueData | None:
    if dues is not None and isinstance(of_today, tuple):
        return replace(dues, months=of_today)
    return of_today if isinstance(of_today, QueueData) else None


read_later = Parted(read_dues, read_due_today, _joined)
"""What of a part takes its time: Dues or QueueData; None where nothing does."""

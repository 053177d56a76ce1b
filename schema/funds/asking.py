"""What the figures of money are asked with: of which part, as known on which day."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, Date, FromClause
from sqlalchemy.ext.asyncio import AsyncSession

from aid.clock import today
from aid.funds.commitments import Part
from aid.funds.standing import Known, Mine
from aid.regions.queries import at_or_below, division_by_code
from schema.ids import id_sql
from schema.read.arguments import Arguments, finite
from schema.read.fields import row_of
from schema.regions.filters import lies_in, place_of_code

Given = Mapping[str, Any]
REGION = Annotated[str | None, strawberry.argument(
    description="Present or former code of a recipient, or of a place above several.")]
KNOWN_ON = Annotated[date | None, strawberry.argument(
    description="As it was known at the close of a day: by what had been recorded. Today, if left "
                "out.")]


def known(given: Arguments) -> Known:
    """As things stand today or, with `asKnownOn`, as they were known on that day."""
    if not given.given("asKnownOn"):
        return Known(given.day("asKnownOn"))
    return Known(given.bind("asKnownOn", Date(), as_known), past=True)


def as_known(day: date) -> date:
    """The day, or today where it is to come."""
    return finite(min(day, today()))


def mine(given: Arguments) -> Mine:
    """Only the region of `regionCode` and what lies below it, if one is given."""
    def conditions(table: FromClause) -> list[ColumnElement[bool]]:
        if not given.given("regionCode"):
            return []
        return [lies_in(place_of_code(given, "regionCode"), table.c.recipient_id)]

    return conditions


async def part(session: AsyncSession, given: Given) -> Part:
    """The same for what the domain reckons. A code that nobody bears narrows to nothing."""
    code = given.get("regionCode")
    if code is None:
        return Part()
    place = await division_by_code(session, code)
    return Part(recipients=() if place is None else await at_or_below(session, place.id))


def day(given: Given, name: str) -> date | None:
    """A day that was given, or None."""
    found = given.get(name)
    return None if found is None else finite(found)


def of_project(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
    """The project of a row."""
    return [own.c.id == row_of(parent).c.project_id]


def of_region(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
    """The recipient of a row."""
    return [own.c.id == row_of(parent).c.recipient_id]


def id_of_tranche(column: str) -> Callable[[FromClause, Arguments], ColumnElement[Any]]:
    """The global id of the instalment that a column names."""
    return lambda table, _: id_sql("FundingTranche", table.c[column])

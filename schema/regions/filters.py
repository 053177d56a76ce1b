"""Conditions on regions, in SQL, shared by the types that ask for them."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Select,
    and_,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from aid.regions.model import (
    Division,
    DivisionPeriod,
    Pairing,
    SupportingCity,
    SupportingDistrict,
)
from schema.read.arguments import Arguments
from schema.read.tables import rows_of


def holds_on(period: FromClause, on: ColumnElement[Any]) -> ColumnElement[bool]:
    """The period holds on a day: start inclusive, end exclusive."""
    return and_(
        period.c.valid_from <= on, or_(period.c.valid_to.is_(None), period.c.valid_to > on)
    )


def place_of_code(arguments: Arguments, name: str) -> Select[Any]:
    """The id of the place that bore the code given as argument `name`, on the day `on` if given.

    Without a day it is the place that bore the code last, so an old code finds today's place.
    """
    period = rows_of(DivisionPeriod)
    found = select(period.c.division_id.label("id")).where(period.c.code == arguments.bind(name))
    if arguments.given("on"):
        found = found.where(holds_on(period, arguments.bind("on", Date())))
    return found.order_by(period.c.valid_from.desc()).limit(literal_column("1"))


def bore_code(division_id: ColumnElement[Any], arguments: Arguments, name: str) -> Any:
    """The place is the one that bore the code given as argument `name`: `place_of_code`."""
    return division_id == place_of_code(arguments, name).scalar_subquery()


def and_below(place: Select[Any]) -> Any:
    """A place and all that lies below it, or did when it was last in force, as an array of ids."""
    child = rows_of(Division)
    found = place.cte(recursive=True, nesting=True)
    found = found.union(select(child.c.id).where(child.c.parent_id == found.c.id))
    return func.array(select(found.c.id).scalar_subquery(), type_=ARRAY(BigInteger()))


def lies_in(place: Select[Any], *columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """One of the columns names a place, whose id is selected, or what lies below it."""
    below = and_below(place)
    found: ColumnElement[bool] = (
        columns[0] == below.any_() if len(columns) == 1 else array(columns).overlap(below))
    return found


def name_on(table: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The place's name on a day; null when it did not exist then."""
    period = rows_of(DivisionPeriod)
    return (
        select(period.c.name)
        .where(period.c.division_id == table.c.id, holds_on(period, arguments.bind("date", Date())))
        .scalar_subquery()
    )


def paired(division_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """The place has, or had, a pairing as recipient."""
    pairing = rows_of(Pairing)
    return select(pairing.c.id).where(pairing.c.recipient_id == division_id).exists()


def found_by(table: FromClause, arguments: Arguments) -> ColumnElement[bool]:
    """The place bore (on the day `on`, or ever) a name holding the words or a code beginning so."""
    period = rows_of(DivisionPeriod)
    words = arguments.bind("search")
    on = [holds_on(period, arguments.bind("on", Date()))] if arguments.given("on") else []
    return (
        select(period.c.id)
        .where(
            *on,
            period.c.division_id == table.c.id,
            or_(func.strpos(period.c.name, words) > 0, func.starts_with(period.c.code, words)),
        )
        .exists()
    )


def supported_by(own: FromClause, given: Arguments) -> list[ColumnElement[bool]]:
    """The supporter is the city, and the district of it, whose codes are given, if they are."""
    conditions: list[ColumnElement[bool]] = []
    for name, column, model in (
        ("supporterCode", own.c.supporter_id, SupportingCity),
        ("districtCode", own.c.district_id, SupportingDistrict),
    ):
        if given.given(name):
            supporter = rows_of(model)
            found = select(supporter.c.id).where(bore_code(supporter.c.division_id, given, name))
            conditions.append(column.in_(found))
    return conditions

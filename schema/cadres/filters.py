"""Filters and orders of seconded people, their terms and agreed posts, in SQL."""

from datetime import date
from enum import StrEnum
from typing import Any

import strawberry
from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    func,
    or_,
    select,
)

from aid.cadres import model
from aid.cadres.queries import fills
from aid.cadres.terms import CadreCategory, Direction
from schema.connection import OrderDirection
from schema.read.arguments import Arguments
from schema.read.fields import Page
from schema.read.json import text
from schema.read.tables import rows_of
from schema.regions.filters import lies_in, place_of_code, supported_by

# Named here, where they are used first: an enumeration first met unnamed would get a second name.
strawberry.enum(CadreCategory, description="Officials (党政干部), specialists of some kind "
                                           "(专业技术人才), volunteers (志愿者).")
strawberry.enum(Direction, name="SecondmentDirection", description="OUT: from the supporter to the "
                                                                   "recipient; IN: the other way.")


@strawberry.input(description="Which seconded people.")
class SecondedCadreFilter:
    region_code: str | None = strawberry.field(
        default=None, description="Present or former code of a recipient they are or were sent "
                                  "to, or of a place above.")
    supporter_code: str | None = None
    district_code: str | None = strawberry.field(
        default=None, description="Code of the supporting district.")
    category: CadreCategory | None = None
    search: str | None = strawberry.field(
        default=None, description="Part of the name or of the home unit, or the start of the code.")
    current: bool | None = strawberry.field(
        default=None, description="Only who is, or is not, in a post on the day `asOf`.")
    as_of: date | None = strawberry.field(
        default=None, description="The day of `current`; today if left out.")
    simulated: bool | None = strawberry.field(
        default=None, description="Only records of the demonstration, or none of them.")


@strawberry.enum(description="What seconded people are ordered by.")
class SecondedCadreOrderField(StrEnum):
    CODE = "code"
    NAME = "name"


@strawberry.input(description="Order of seconded people.")
class SecondedCadreOrder:
    field: SecondedCadreOrderField = SecondedCadreOrderField.CODE
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input(description="Which secondments.")
class SecondmentFilter:
    region_code: str | None = strawberry.field(
        default=None, description="Present or former code of the recipient, or of a place above.")
    supporter_code: str | None = strawberry.field(
        default=None, description="Code of the city the person belongs to.")
    district_code: str | None = strawberry.field(
        default=None, description="Code of the supporting district the person belongs to.")
    cadre_code: str | None = None
    batch_code: str | None = None
    category: CadreCategory | None = strawberry.field(
        default=None, description="What the person is.")
    direction: Direction | None = None
    current: bool | None = strawberry.field(
        default=None, description="Only terms that hold, or do not, on the day `asOf`.")
    ending_within_days: int | None = strawberry.field(
        default=None, description="Only terms that hold on the day `asOf` and are planned to end "
                                  "within so many days of it.")
    as_of: date | None = strawberry.field(
        default=None, description="The day of `current` and `endingWithinDays`; today if left out.")


@strawberry.enum(description="What secondments are ordered by.")
class SecondmentOrderField(StrEnum):
    START = "start"
    PLANNED_END = "planned_end"


@strawberry.input(description="Order of secondments.")
class SecondmentOrder:
    field: SecondmentOrderField = SecondmentOrderField.START
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input(description="Which agreed posts.")
class PostFilter:
    region_code: str | None = strawberry.field(
        default=None, description="Present or former code of the recipient, or of a place above.")
    category: CadreCategory | None = None
    direction: Direction | None = None
    agreed: bool | None = strawberry.field(
        default=None, description="Only posts that are, or are not, to be filled on the day "
                                  "`asOf`.")
    vacant: bool | None = strawberry.field(
        default=None, description="Only posts that are to be filled on the day `asOf` and have no "
                                  "holder on it; or all others.")
    as_of: date | None = strawberry.field(
        default=None, description="The day of `agreed` and `vacant`; today if left out.")


@strawberry.enum(description="What posts are ordered by.")
class PostOrderField(StrEnum):
    CODE = "code"
    AGREED_FROM = "agreed_from"


@strawberry.input(description="Order of posts.")
class PostOrder:
    field: PostOrderField = PostOrderField.CODE
    direction: OrderDirection = OrderDirection.ASC


def _cadre_filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions: list[Any] = supported_by(own, given) + _named(own, given, "category", "simulated")
    if given.given("regionCode"):
        term = rows_of(model.Secondment)
        there = select(term.c.cadre_id).where(_sent_to(term, given))
        conditions.append(own.c.id.in_(there))
    if given.given("search"):
        words = given.bind("search")
        conditions.append(or_(func.starts_with(own.c.code, words), *(
            func.strpos(func.lower(func.coalesce(column, text(""))), func.lower(words)) > 0
            for column in (own.c.name, own.c.home_unit))))
    if given.plain("current") is not None:
        term = rows_of(model.Secondment)
        there = select(term.c.cadre_id).where(holds(term, given.day("asOf")))
        so = own.c.id.in_(there)
        conditions.append(so if given.plain("current") else ~so)
    return conditions


def _term_filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions: list[Any] = []
    if given.given("regionCode"):
        conditions.append(_sent_to(own, given))
    cadre, batch, post = rows_of(model.Cadre), rows_of(model.Batch), rows_of(model.Post)
    of_cadre = supported_by(cadre, given) + _named(cadre, given, "category", "cadreCode")
    if of_cadre:
        conditions.append(own.c.cadre_id.in_(select(cadre.c.id).where(*of_cadre)))
    if given.given("batchCode"):
        conditions.append(own.c.batch_id.in_(
            select(batch.c.id).where(*_named(batch, given, "batchCode"))))
    if of_post := _named(post, given, "direction"):
        conditions.append(own.c.post_id.in_(select(post.c.id).where(*of_post)))
    if given.plain("current") is not None:
        so = holds(own, given.day("asOf"))
        conditions.append(so if given.plain("current") else ~so)
    if given.given("endingWithinDays"):
        left = days_left(own, given.day("asOf"))
        conditions.append(left <= given.bind("endingWithinDays", Integer()))
    return conditions


def _post_filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions: list[Any] = _named(own, given, "category", "direction")
    if given.given("regionCode"):
        conditions.append(_sent_to(own, given))
    for name, means in (("agreed", agreed), ("vacant", vacant)):
        wanted = given.plain(name)
        if wanted is not None:
            so = means(own, given.day("asOf"))
            conditions.append(so if wanted else ~so)
    return conditions


def _named(own: FromClause, given: Arguments, *names: str) -> list[ColumnElement[bool]]:
    """What is asked for by a code, one of some words, or yes or no."""
    conditions: list[ColumnElement[bool]] = []
    for name in names:
        if not given.given(name):
            continue
        if name.endswith("Code"):
            conditions.append(own.c.code == given.bind(name))
        elif name == "simulated":
            conditions.append(own.c.simulated if given.plain(name) else ~own.c.simulated)
        else:
            conditions.append(own.c[name] == text(given.plain(name).value))
    return conditions


def _sent_to(own: FromClause, given: Arguments) -> ColumnElement[bool]:
    """The recipient is the one whose code is given, or lies below it."""
    return lies_in(place_of_code(given, "regionCode"), own.c.recipient_id)


def last_day(term: FromClause) -> ColumnElement[date]:
    """The last day of a term as it is known: the actual one, or the planned one."""
    return func.coalesce(term.c.ended_on, term.c.planned_end, type_=Date())


def holds(term: FromClause, day: ColumnElement[date]) -> ColumnElement[bool]:
    """The person is in the post on the day."""
    return and_(term.c.starts_on <= day, day <= last_day(term))


def days_left(term: FromClause, day: ColumnElement[date]) -> ColumnElement[int]:
    """In how many days of the day it is planned to end; null: it does not hold, or was ended."""
    still = and_(holds(term, day), term.c.ended_on.is_(None))
    return case((still, term.c.planned_end - day))


def agreed(post: FromClause, day: ColumnElement[date]) -> ColumnElement[bool]:
    """The post is to be filled on the day."""
    return and_(post.c.agreed_from <= day,
                or_(post.c.agreed_until.is_(None), post.c.agreed_until >= day))


def vacant(post: FromClause, day: ColumnElement[date]) -> ColumnElement[bool]:
    """The post is to be filled on the day and nobody is in it."""
    term = rows_of(model.Secondment)
    held = select(term.c.post_id).where(holds(term, day))
    return and_(agreed(post, day), post.c.id.not_in(held))


def post_fills(_: FromClause | None, given: Arguments) -> Select[Any]:
    """Agreed and filled posts on the day `asOf`."""
    where = []
    if given.given("regionCode"):
        where.append(_sent_to(model.Post.__table__, given))
    return fills(given.day("asOf"), *where)


CADRE_PAGE = Page(
    orders={"code": ("code",), "name": ("name",)}, default_order="code", filters=_cadre_filters)
TERM_PAGE = Page(
    orders={"start": ("starts_on",), "planned_end": ("planned_end",)}, default_order="start",
    filters=_term_filters)
POST_PAGE = Page(
    orders={"code": ("code",), "agreed_from": ("agreed_from",)}, default_order="code",
    filters=_post_filters)

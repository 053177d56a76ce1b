"""Filters and orders of key villages, and how they stand on a day, in SQL."""

from datetime import date
from enum import StrEnum
from typing import Any

import strawberry
from sqlalchemy import BigInteger, ColumnElement, Date, FromClause, Select, select

from aid.database.search import search
from aid.villages.model import KeyVillage, VillageWork
from aid.villages.progress import components_on, standing_on, work_on
from schema.connection import OrderDirection
from schema.read.arguments import Arguments
from schema.read.fields import Page, row_of
from schema.read.tables import rows_of
from schema.regions.filters import lies_in, place_of_code, supported_by


@strawberry.input(description="Which key villages.")
class KeyVillageFilter:
    region_code: str | None = strawberry.field(
        default=None, description="Present or former code of a region: villages of or in it, and "
                                  "of or in all that lies below it.")
    supporter_code: str | None = None
    district_code: str | None = strawberry.field(
        default=None, description="Code of the supporting district.")
    designated_in: int | None = strawberry.field(
        default=None, description="The year of the designation.")
    search: str | None = strawberry.field(
        default=None, description="Words of the names or the code: of Chinese any part, of "
                                  "English the beginning; every word has to be there.")
    late: bool | None = strawberry.field(
        default=None, description="The last planned end has passed, something is unfinished, and "
                                  "the village has not passed its acceptance; or not so.")
    stalled: bool | None = strawberry.field(
        default=None, description="Something is unfinished, nothing was reported for 90 days, and "
                                  "the village has not passed its acceptance; or not so.")
    as_of: date | None = strawberry.field(
        default=None, description="The day on which `late` and `stalled` are to hold; today if "
                                  "left out.")
    simulated: bool | None = strawberry.field(
        default=None, description="Only records of the demonstration, or none of them.")


@strawberry.enum(description="What key villages are ordered by.")
class KeyVillageOrderField(StrEnum):
    CODE = "code"
    NAME = "name"
    DESIGNATED = "designated"


@strawberry.input(description="Order of key villages.")
class KeyVillageOrder:
    field: KeyVillageOrderField = KeyVillageOrderField.CODE
    direction: OrderDirection = OrderDirection.ASC


def _village_filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions: list[Any] = supported_by(own, given)
    if given.given("regionCode"):
        conditions.append(lies_in(
            place_of_code(given, "regionCode"), own.c.recipient_id, own.c.region_id))
    if given.given("designatedIn"):
        conditions.append(own.c.designated_in == given.bind("designatedIn", BigInteger()))
    if given.given("search"):
        conditions.append(search(KeyVillage, own, given.bind("search")))
    for name in ("late", "stalled"):
        wanted = given.plain(name)
        if wanted is not None:
            standing = standing_on(given.day("asOf")).subquery()
            so = own.c.id.in_(select(standing.c.village_id).where(standing.c[name]))
            conditions.append(so if wanted else ~so)
    if given.plain("simulated") is not None:
        conditions.append(own.c.simulated if given.plain("simulated") else ~own.c.simulated)
    return conditions


VILLAGE_PAGE = Page(
    orders={"code": ("code",), "name": ("name",), "designated": ("designated_in", "code")},
    default_order="code",
    filters=_village_filters,
)


@strawberry.input(description="Which reports of key villages.")
class VillageReportFilter:
    village_code: str | None = None
    region_code: str | None = strawberry.field(
        default=None, description="Present or former code of the recipient, or of a place above.")
    since: date | None = strawberry.field(
        default=None, name="from", description="Of this day or later.")
    until: date | None = strawberry.field(
        default=None, name="to", description="Of this day or earlier.")


@strawberry.enum(description="What reports of key villages are ordered by.")
class VillageReportOrderField(StrEnum):
    REPORTED = "reported"


@strawberry.input(description="Order of reports; the newest come first unless it is asked for.")
class VillageReportOrder:
    field: VillageReportOrderField = VillageReportOrderField.REPORTED
    direction: OrderDirection = OrderDirection.DESC


def _report_filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions: list[Any] = []
    if given.given("villageCode"):
        village, work = rows_of(KeyVillage), rows_of(VillageWork)
        works = select(work.c.id).join_from(work, village, work.c.village_id == village.c.id)
        conditions.append(own.c.work_id.in_(
            works.where(village.c.code == given.bind("villageCode"))))
    if given.given("regionCode"):
        conditions.append(lies_in(place_of_code(given, "regionCode"), own.c.recipient_id))
    if given.given("from"):
        conditions.append(own.c.reported_on >= given.bind("from", Date()))
    if given.given("to"):
        conditions.append(own.c.reported_on <= given.bind("to", Date()))
    return conditions


REPORT_PAGE = Page(
    orders={"reported": ("reported_on",)},
    default_order="reported",
    filters=_report_filters,
    newest_first=True,
)


def village_standing(parent: FromClause | None, given: Arguments) -> Select[Any]:
    """How the village stands on the day `asOf`; no row where nothing is planned."""
    of = row_of(parent)
    return standing_on(given.day("asOf"), VillageWork.village_id == of.c.id, of=of)


def village_components(parent: FromClause | None, given: Arguments) -> Select[Any]:
    """How its components stand on the day `asOf`."""
    of = row_of(parent)
    return components_on(given.day("asOf"), VillageWork.village_id == of.c.id, of=of)


def village_progress(table: FromClause, given: Arguments) -> ColumnElement[Any]:
    """How far the village is on the day `asOf`, percent; null where nothing is planned."""
    standing = village_standing(table, given).subquery()
    return select(standing.c.progress).scalar_subquery()


def work_standing(parent: FromClause | None, given: Arguments) -> Select[Any]:
    """How the work stands on the day `asOf`."""
    of = row_of(parent)
    return work_on(given.day("asOf"), VillageWork.id == of.c.id, of=of)


def work_progress(table: FromClause, given: Arguments) -> ColumnElement[Any]:
    """How far the work is on the day `asOf`, percent."""
    standing = work_standing(table, given).subquery()
    return select(standing.c.progress).scalar_subquery()

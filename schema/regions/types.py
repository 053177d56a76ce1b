"""Types of regions: the supporting city, its districts, recipients, pairings."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, select

from aid.access.policy import Permission
from aid.regions import model
from aid.regions.terms import Level, Precision, Programme
from schema.cadres.filters import (
    CADRE_PAGE,
    TERM_PAGE,
    SecondedCadreFilter,
    SecondedCadreOrder,
    SecondmentFilter,
    SecondmentOrder,
)
from schema.connection import Connection, OrderDirection, page
from schema.funds.commitments import (
    Commitments,
    Investment,
    commitments_of_place,
    investment_of_place,
)
from schema.metrics.types import MetricValue, metrics_of_place
from schema.node import Change, Node, history_of
from schema.projects.filters import projects_in, projects_of
from schema.read.arguments import Arguments
from schema.read.fields import Many, Page, Where, expression, read, reads, row_of, within
from schema.read.json import text
from schema.read.needs import Need
from schema.read.tables import rows_of
from schema.regions import filters
from schema.villages.filters import VILLAGE_PAGE, KeyVillageFilter, KeyVillageOrder

if TYPE_CHECKING:
    from schema.cadres.types import SecondedCadre, Secondment
    from schema.plans.types import Plan, PublishedFigure
    from schema.projects.types import AidProject
    from schema.villages.types import KeyVillage

_Project = Annotated["AidProject", strawberry.lazy("schema.projects.types")]

strawberry.enum(Level, name="DivisionLevel", description="Level of a division.")
strawberry.enum(Precision, name="DatePrecision", description="How much of a date is known.")
strawberry.enum(Programme, name="Programme", description="National programme of a pairing.")


def _of_division(column: str, description: str) -> Any:
    """A supporter's code or name, which is that of its division."""

    def sql(table: FromClause, _: Arguments) -> ColumnElement[Any]:
        division = rows_of(model.Division)
        wanted = select(division.c[column]).where(division.c.id == table.c.division_id)
        return wanted.scalar_subquery()

    return expression(sql, description=description)


def _children(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
    return [own.c.parent_id == _id(parent), own.c.ended_on.is_(None)]


def _lying_in(*columns: str) -> Where:
    """One of the columns names the region whose field it is, or what lies below it."""

    def where(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
        of = row_of(parent)
        return [filters.lies_in(
            select(of.c.id).correlate(of), *(own.c[column] for column in columns))]

    return where


def _supported_by(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
    return [own.c.supporter_id == _id(parent)]


@reads(model.DivisionPeriod, needs=Permission.REGION_READ)
@strawberry.type(description="What a division was called, and under which code, in a period.")
class DivisionPeriod:
    code: str = strawberry.field(description="GB/T 2260 code valid in the period.")
    name: str
    name_en: str | None
    level: Level
    valid_from: date = strawberry.field(description="First day.")
    valid_to: date | None = strawberry.field(description="The day after the last; null: still.")
    precision: Precision = strawberry.field(description="How exactly the first day is known.")
    source: str = strawberry.field(description="Where the period is taken from.")
    note: str | None


@strawberry.input(description="Which regions.")
class RecipientRegionFilter:
    level: Level | None = None
    parent_code: str | None = strawberry.field(
        default=None, description="Directly below the division with this code.")
    search: str | None = strawberry.field(
        default=None, description="Part of a present or former name, or the start of a code.")
    on: date | None = strawberry.field(
        default=None, description="The day on which `search` and `parentCode` are to hold.")
    paired: bool | None = strawberry.field(
        default=True, description="Only places that have or had a pairing; null: all divisions.")
    ended: bool | None = strawberry.field(
        default=None, description="True: only abolished divisions; false: only those in force.")


@strawberry.enum(description="What regions are ordered by.")
class RecipientRegionOrderField(StrEnum):
    CODE = "code"
    NAME = "name"


@strawberry.input(description="Order of regions.")
class RecipientRegionOrder:
    field: RecipientRegionOrderField = RecipientRegionOrderField.CODE
    direction: OrderDirection = OrderDirection.ASC


def _region_filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions: list[Any] = []
    if given.plain("level") is not None:
        conditions.append(own.c.level == text(given.plain("level").value))
    if given.given("parentCode"):
        conditions.append(filters.bore_code(own.c.parent_id, given, "parentCode"))
    if given.given("search"):
        conditions.append(filters.found_by(own, given))
    wanted = given.plain("paired") if given.has("paired") else True
    if wanted is not None:
        conditions.append(filters.paired(own.c.id) == wanted)
    ended = given.plain("ended")
    if ended is not None:
        conditions.append(own.c.ended_on.is_not(None) if ended else own.c.ended_on.is_(None))
    return conditions


REGION_PAGE = Page(
    orders={"code": ("code",), "name": ("name",)}, default_order="code", filters=_region_filters
)


@reads(model.Division, needs=Permission.REGION_READ)
@strawberry.type(description="A division that receives aid, or any other (受援地区). Its code and "
                             "name are those of today, or the last it had.")
class RecipientRegion(Node):
    code: str = strawberry.field(description="GB/T 2260 code of today.")
    name: str = strawberry.field(description="Name of today.")
    name_en: str | None
    level: Level
    ended_on: date | None = strawberry.field(
        description="The day from which the division no longer exists; null: it does.")
    name_on: str | None = expression(
        filters.name_on, arguments={"date": date},
        description="Its name on a day; null when it did not exist then.")
    periods: list[DivisionPeriod] = strawberry.field(description="Codes and names over time.")
    parent: "RecipientRegion | None"
    children: list["RecipientRegion"] = read(
        Many(where=_children, order_by=("code",)), description="Divisions directly below, today.")
    pairings: list["Pairing"] = strawberry.field(description="As recipient, the oldest first.")
    published_figures: list[
        Annotated["PublishedFigure", strawberry.lazy("schema.plans.types")]
    ] = read(
        Many(where=lambda own, parent, _: [own.c.region_id == _id(parent)],
             order_by=("plan_id", "ordinal")),
        description="Figures published for this division alone, not for a group it is in.")
    aid_projects: Connection[_Project] = projects_in(
        "Projects of it, and of or in all that lies below it.")
    key_villages: Connection[
        Annotated["KeyVillage", strawberry.lazy("schema.villages.types")]
    ] = page(
        within(VILLAGE_PAGE, _lying_in("recipient_id", "region_id")),
        filter=KeyVillageFilter | None, order=KeyVillageOrder | None,
        description="Key villages of or in it, and of or in all that lies below it.")
    secondments: Connection[
        Annotated["Secondment", strawberry.lazy("schema.cadres.types")]
    ] = page(
        within(TERM_PAGE, _lying_in("recipient_id")), filter=SecondmentFilter | None,
        order=SecondmentOrder | None,
        description="Terms in posts that it, or a recipient below it, agreed on.")
    metrics: list[MetricValue] = metrics_of_place()
    commitments: Commitments | None = commitments_of_place()
    investment: Investment | None = investment_of_place()


def _id(parent: FromClause | None) -> ColumnElement[Any]:
    return row_of(parent).c.id


@reads(model.SupportingDistrict, needs=Permission.REGION_READ)
@strawberry.type(description="A district of a supporting city, a supporter of its own.")
class SupportingDistrict(Node):
    code: str = _of_division("code", "GB/T 2260 code of today.")
    name: str = _of_division("name", "Name of today.")
    name_en: str | None = _of_division("name_en", "English name.")
    city: "SupportingCity"
    aid_projects: Connection[_Project] = projects_of("district_id", "Projects it gives for.")


@reads(model.SupportingCity, needs=Permission.REGION_READ)
@strawberry.type(description="A city that supports others (支援城市).")
class SupportingCity(Node):
    code: str = _of_division("code", "GB/T 2260 code of today.")
    name: str = _of_division("name", "Name of today.")
    name_en: str | None = _of_division("name_en", "English name.")
    districts: list[SupportingDistrict]
    pairings: list["Pairing"]
    plans: list[Annotated["Plan", strawberry.lazy("schema.plans.types")]] = read(
        Many(where=_supported_by, order_by=("period_start",)))
    aid_projects: Connection[_Project] = projects_of(
        "supporter_id", "Projects it gives for, itself or through a district.")
    seconded_cadres: Connection[
        Annotated["SecondedCadre", strawberry.lazy("schema.cadres.types")]
    ] = page(
        within(CADRE_PAGE, _supported_by), filter=SecondedCadreFilter | None,
        order=SecondedCadreOrder | None, description="Who is or was seconded from it.")


@reads(model.Pairing, needs=Permission.PAIRING_READ)
@strawberry.type(description="A supporter and a recipient, for a time (结对关系).")
class Pairing(Node):
    code: str
    supporter: SupportingCity
    district: SupportingDistrict | None
    recipient: RecipientRegion
    programme: Programme
    starts_on: date
    start_precision: Precision = strawberry.field(description="How much of startsOn is known.")
    ends_on: date | None = strawberry.field(description="The last day; null: still.")
    document_no: str | None
    note: str | None
    note_en: str | None
    version: int = strawberry.field(description="Give it back as expectedVersion to change it.")
    history: list[Change] = history_of("pairing")


def region_page(description: str, *, needs: Need | None = None) -> Any:
    """A connection of regions."""
    return page(REGION_PAGE, filter=RecipientRegionFilter | None,
                order=RecipientRegionOrder | None, description=description, needs=needs)


RecipientRegionConnection = Connection[RecipientRegion]

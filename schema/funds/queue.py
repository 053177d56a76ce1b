"""The work queue: what of money does not match, since when, and whose turn it is."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, Integer, Select, Text, literal_column
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from aid.access.policy import Permission
from aid.clock import today
from aid.funds.matters import MATTERS, PATIENCE, Matter, Turn
from aid.funds.queue import counted, queue
from aid.funds.standing import Known
from schema.connection import OrderDirection, page
from schema.funds.asking import (
    REGION,
    Given,
    id_of_tranche,
    mine,
    of_project,
    of_region,
    part,
)
from schema.read.arguments import Arguments
from schema.read.fields import Many, One, Page, Reckoned, everything, expression, read
from schema.read.needs import needs
from schema.scalars import Yuan

if TYPE_CHECKING:
    from schema.projects.types import AidProject
    from schema.regions.types import RecipientRegion

strawberry.enum(Matter, name="FundMatter", description="What of money does not match.")


@needs(Permission.FUND_READ)
@strawberry.type(description="One thing to look into (待办).")
class WorkItem:
    matter: Matter
    turn: Turn
    amount: Yuan = expression(
        lambda table, _: table.c.fen, description="What it is about.")
    since: date = strawberry.field(description="The day it began.")
    days: int = strawberry.field(description="How many days ago that was.")
    said: str = strawberry.field(description="In a sentence, in Chinese.")
    said_en: str
    tranche_id: strawberry.ID | None = expression(
        id_of_tranche("tranche_id"),
        description="The instalment; null: it is of the whole project.")
    region: Annotated["RecipientRegion", strawberry.lazy("schema.regions.types")] = read(
        One(where=of_region), description="Whose project it is.")
    project: Annotated["AidProject", strawberry.lazy("schema.projects.types")] = read(
        One(where=of_project))


@needs(Permission.FUND_READ)
@strawberry.type(description="How many things there are to look into, of a kind.")
class WorkCount:
    matter: Matter
    name: str
    name_en: str
    turn: Turn
    items: int


@strawberry.input(description="Which things to look into.")
class WorkFilter:
    region_code: str | None = strawberry.field(
        default=None, description="Present or former code of a recipient, or of a place above.")
    matters: list[Matter] | None = None
    turn: Turn | None = None
    unconfirmed_days: int | None = strawberry.field(
        default=None, description="After how many days a receipt should be confirmed: "
                                  f"{PATIENCE.unconfirmed}, if left out.")
    idle_days: int | None = strawberry.field(
        default=None, description="After how many days received money should be paid out: "
                                  f"{PATIENCE.idle}, if left out.")


@strawberry.enum(description="What the queue is ordered by.")
class WorkOrderField(StrEnum):
    SINCE = "since"
    AMOUNT = "fen"


@strawberry.input(description="Order of the queue.")
class WorkOrder:
    field: WorkOrderField = WorkOrderField.SINCE
    direction: OrderDirection = OrderDirection.ASC


def _rows(_: FromClause | None, given: Arguments) -> Select[Any]:
    wanted = given.inner("filter")
    turn = wanted.plain("turn")
    patience: Mapping[str, ColumnElement[Any]] = {
        name: wanted.bind(key, Integer(), _days) if wanted.given(key) else literal_column(
            str(getattr(PATIENCE, name)), Integer())
        for name, key in (("unconfirmed", "unconfirmedDays"), ("idle", "idleDays"))}
    matters = [one for one in Matter if turn in (None, MATTERS[one].turn)]
    return queue(Known(given.day("on")), mine(wanted), patience, matters)


def _days(given: int) -> int:
    """A number of days with which a date remains one."""
    return min(max(given, 0), 36_500)


def _filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    if not given.given("matters"):
        return []
    return [own.c.matter == given.enums("matters").any_()]


QUEUE_PAGE = Page(
    orders={"since": ("since",), "fen": ("fen",)}, default_order="since", filters=_filters,
    rows=_rows)


async def _counts(session: AsyncSession, given: Given) -> list[dict[str, Any]]:
    days = {name: _days(given[key]) for name, key in (
        ("unconfirmed", "unconfirmedDays"), ("idle", "idleDays")) if given.get(key) is not None}
    found = await counted(session, await part(session, given), today=today(),
                          patience=replace(PATIENCE, **days))
    return [{"ordinal": at, "matter": matter, "name": MATTERS[matter].name.zh,
             "name_en": MATTERS[matter].name.en, "turn": MATTERS[matter].turn, "items": number}
            for at, (matter, number) in enumerate(found.items())]


def queue_field() -> Any:
    """All of it, or a part."""
    return page(QUEUE_PAGE, needs=Permission.FUND_READ, filter=WorkFilter | None,
                order=WorkOrder | None,
                description="What of money does not match, the longest waiting first.")


def counts_field() -> Any:
    """How many there are, by kind."""
    columns: dict[str, TypeEngine[Any]] = {
        "ordinal": Integer(), "matter": Text(), "name": Text(), "name_en": Text(),
               "turn": Text(), "items": Integer()}
    arguments = {"region_code": REGION, "unconfirmed_days": int | None, "idle_days": int | None}
    return read(
        Many(rows=Reckoned(columns, _counts, likely=len(Matter)), where=everything,
             order_by=("ordinal",)),
        needs=Permission.FUND_READ, arguments=arguments, defaults=dict.fromkeys(arguments),
        description="How many things there are to look into, by kind, also where there are none.")

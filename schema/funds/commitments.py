"""Commitments: what was promised, what has arrived, what is late, whose turn it is."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import BigInteger, FromClause, Integer, Select, Text, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from aid.access.policy import Permission
from aid.clock import today
from aid.funds.commitments import ADDED, by_place, summed
from aid.funds.matters import Turn
from aid.funds.standing import ZERO, instalments
from aid.metrics import queries as metrics
from aid.metrics.terms import Scope
from aid.regions.model import Division
from schema.connection import Connection, OrderDirection, page
from schema.funds.asking import (
    KNOWN_ON,
    REGION,
    Given,
    day,
    id_of_tranche,
    known,
    mine,
    of_project,
    of_region,
)
from schema.read.arguments import Arguments
from schema.read.fields import Many, One, Page, Reckoned, Rows, expression, read, row_of
from schema.read.json import text
from schema.read.needs import needs
from schema.read.tables import rows_of
from schema.scalars import Yuan

if TYPE_CHECKING:
    from schema.projects.types import AidProject
    from schema.regions.types import RecipientRegion

strawberry.enum(Turn, name="Turn", description="Who is to do the next thing with money.")

_SENTENCE = "Sums of instalments, reversals taken off"
_FIGURES: Mapping[str, TypeEngine[Any]] = {
    **{name: BigInteger() for name in ADDED}, "overdue_tranches": Integer(),
    "tranche_count": Integer(), "turn": Text()}
_INVESTED = ("committed", "disbursed", "received", "paid")


@needs(Permission.FUND_READ)
@strawberry.type
class Figures:
    """The figures that every type here has."""

    promised: Yuan = strawberry.field(description="Planned instalments (安排).")
    committed: Yuan = strawberry.field(description="计划下达.")
    disbursed: Yuan = strawberry.field(description="拨付.")
    received: Yuan = strawberry.field(description="到账.")
    paid: Yuan = strawberry.field(description="支付.")
    returned: Yuan = strawberry.field(description="退回.")
    cancelled: Yuan = strawberry.field(description="撤销下达.")
    awaiting: Yuan = strawberry.field(
        description="Committed, and neither disbursed nor cancelled (待拨).")
    in_transit: Yuan = strawberry.field(
        description="Disbursed, and the receipt not confirmed (在途).")
    held: Yuan = strawberry.field(description="Received, and neither paid nor returned (结存).")
    short: Yuan = strawberry.field(
        description="What is missing of disbursements that were confirmed in part (到账不足).")
    overdue: Yuan = strawberry.field(
        description="Due, what it waits for is met, and not disbursed (逾期未拨).")
    turn: Turn = strawberry.field(
        description="The office's while something is overdue, else the recipient's while it has "
                    "to confirm or to pay, else nobody's.")


@needs(Permission.FUND_READ)
@strawberry.type
class Sums(Figures):
    """Figures of several instalments."""

    overdue_tranches: int = strawberry.field(description="How many instalments are overdue.")
    tranche_count: int = strawberry.field(description="How many instalments there are.")


_Region = Annotated["RecipientRegion", strawberry.lazy("schema.regions.types")]
_Project = Annotated["AidProject", strawberry.lazy("schema.projects.types")]


@needs(Permission.FUND_READ)
@strawberry.type(description=f"{_SENTENCE}: of a region and all below it.")
class Commitments(Sums):
    pass


@needs(Permission.FUND_READ)
@strawberry.type(description=f"{_SENTENCE}: of a recipient.")
class RegionCommitments(Sums):
    region: _Region = read(One(where=of_region))


@needs(Permission.FUND_READ)
@strawberry.type(description=f"{_SENTENCE}: of a project.")
class ProjectCommitments(Sums):
    project: _Project = read(One(where=of_project))


@needs(Permission.FUND_READ)
@strawberry.type(description="The figures of an instalment, reversals taken off.")
class TrancheCommitments(Figures):
    tranche_id: strawberry.ID = expression(id_of_tranche("id"), description="Global id.")
    seq: int = strawberry.field(description="Its number in the project.")
    name: str
    name_en: str | None
    due_on: date | None = strawberry.field(description="The day it is planned for.")
    expected_on: date | None = strawberry.field(
        description="The day it fell due or, until what it waits for is met, the planned one: its "
                    "own, or its milestone's; null: nobody knows.")
    due_since: date | None = strawberry.field(
        description="Since when it is overdue; null: it is not.")
    project: _Project = read(One(where=of_project))


@strawberry.input(description="Which commitments.")
class CommitmentFilter:
    turn: Turn | None = strawberry.field(default=None, description="Whose turn it is.")
    overdue: bool | None = strawberry.field(
        default=None, description="Only where something is overdue, or nothing is.")
    short: bool | None = strawberry.field(
        default=None, description="Only where something was confirmed short, or nothing was.")


@strawberry.enum(description="What commitments are ordered by; ID is as they were planned.")
class CommitmentOrderField(StrEnum):
    ID = "id"
    PROMISED = "promised"
    OVERDUE = "overdue"
    IN_TRANSIT = "in_transit"
    HELD = "held"


@strawberry.input(description="Order of commitments.")
class CommitmentOrder:
    field: CommitmentOrderField = CommitmentOrderField.ID
    direction: OrderDirection = OrderDirection.ASC


def _whole(_: FromClause | None, given: Arguments) -> Select[Any]:
    return summed(known(given), mine(given))


def _regions(_: FromClause | None, given: Arguments) -> Select[Any]:
    of = summed(known(given), mine(given), "recipient_id").subquery()
    place = rows_of(Division)
    return select(*of.c, place.c.code.label("code")).join(place, place.c.id == of.c.recipient_id)


def _projects(_: FromClause | None, given: Arguments) -> Select[Any]:
    of = summed(known(given), mine(given), "project_id").subquery()
    return select(of.c.project_id.label("id"), *of.c)


def _tranches(_: FromClause | None, given: Arguments) -> Select[Any]:
    return instalments(known(given), mine(given))


def _filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions: list[Any] = []
    if given.given("turn"):
        conditions.append(own.c.turn == text(given.plain("turn").value))
    for name in ("overdue", "short"):
        wanted = given.plain(name)
        if wanted is not None:
            conditions.append(own.c[name] > ZERO if wanted else own.c[name] == ZERO)
    return conditions


def _page(rows: Rows, description: str) -> Any:
    how = Page(orders={field.value: () if field is CommitmentOrderField.ID else (field.value,)
                       for field in CommitmentOrderField},
               default_order="id", filters=_filters, rows=rows, inherits=True)
    return page(how, filter=CommitmentFilter | None, order=CommitmentOrder | None,
                description=description)


@needs(Permission.FUND_READ)
@strawberry.type(description=f"{_SENTENCE}: what was promised, what has arrived, what is late, "
                             "whose turn it is; down to the instalment.")
class CommitmentSummary(Sums):
    regions: list[RegionCommitments] = read(
        Many(rows=_regions, order_by=("code",), inherits=True),
        description="By recipient: those that something was promised to.")
    projects: Connection[ProjectCommitments] = _page(_projects, "By project.")
    tranches: Connection[TrancheCommitments] = _page(_tranches, "By instalment.")


@needs(Permission.FUND_READ)
@strawberry.type(description="What moved in a period, reversals taken off where they had been "
                             "counted: of a region and all below it.")
class Investment:
    committed: Yuan = strawberry.field(description="计划下达.")
    disbursed: Yuan = strawberry.field(description="拨付.")
    received: Yuan = strawberry.field(description="到账.")
    paid: Yuan = strawberry.field(description="支付.")


async def _of_places(session: AsyncSession, given: Given) -> list[dict[str, Any]]:
    found = await by_place(session, today=today(), as_known_on=day(given, "asKnownOn"))
    return [{"place": place, "turn": figures.turn, **asdict(figures)}
            for place, figures in found.items()]


async def _invested(session: AsyncSession, given: Given) -> list[dict[str, Any]]:
    scope = Scope(since=day(given, "from"), until=day(given, "to"))
    found = await metrics.by_place(
        session, [f"investment_{name}" for name in _INVESTED], scope, as_of=today())
    rows: defaultdict[int | None, dict[str, Any]] = defaultdict(dict)
    for one in found:
        rows[one.key][one.code.removeprefix("investment_")] = int(one.numerator * 100)
    return [dict.fromkeys(_INVESTED, 0) | row | {"place": place} for place, row in rows.items()]


def _here(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
    return [own.c.place == row_of(parent).c.id]


def commitments_field() -> Any:
    """Of all that one sees, or of a region."""
    return read(
        One(rows=_whole), needs=Permission.FUND_READ,
        arguments={"region_code": REGION, "as_known_on": KNOWN_ON},
        defaults={"region_code": None, "as_known_on": None},
        description="What was promised, what has arrived, what is late, whose turn it is: of all "
                    "that one sees, or of a region and all below it.")


def commitments_of_place() -> Any:
    """Of the region whose field it is."""
    rows = Reckoned({"place": BigInteger(), **_FIGURES}, _of_places, likely=1)
    return read(
        One(rows=rows, where=_here), arguments={"as_known_on": KNOWN_ON},
        defaults={"as_known_on": None},
        description="Of it and all below it; null: nothing was promised. `commitments` has the "
                    "parts.")


def investment_of_place() -> Any:
    """What moved for the region whose field it is."""
    rows = Reckoned({"place": BigInteger(), **dict.fromkeys(_INVESTED, BigInteger())}, _invested,
                    likely=1)
    return read(
        One(rows=rows, where=_here), arguments={"from": date | None, "to": date | None},
        defaults={"from": None, "to": None},
        description="Money that moved for it and all below it on a day of the period, both ends "
                    "inclusive; null: none did.")

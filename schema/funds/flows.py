"""Where money comes from and goes, how long it is on its way, what is due when."""

from datetime import date
from typing import Any

import strawberry
from sqlalchemy import BigInteger, Date, FromClause, Integer, Select, Text, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from aid.access.policy import Permission
from aid.clock import today
from aid.funds import flows
from aid.funds.flows import Layer
from aid.funds.matters import AGES
from schema.funds.asking import KNOWN_ON, REGION, Given, day, part
from schema.read.arguments import Arguments
from schema.read.fields import Many, One, Reckoned, everything, read
from schema.read.needs import needs
from schema.scalars import Yuan

strawberry.enum(Layer, name="FlowLayer", description="What a node of the flows is, in order.")

Rows = list[dict[str, Any]]
_PART: dict[str, Any] = {"region_code": REGION, "as_known_on": KNOWN_ON}


@needs(Permission.FUND_READ)
@strawberry.type(description="A source, a recipient, a sector or where money stands.")
class FlowNode:
    key: str = strawberry.field(description="Names it in the links: `region:540200`.")
    layer: Layer
    name: str
    name_en: str
    amount: Yuan = strawberry.field(description="What flows through it.")


@needs(Permission.FUND_READ)
@strawberry.type(description="What flows from a node to one of the next layer.")
class FlowLink:
    source: str = strawberry.field(description="The key of the node it comes from.")
    target: str = strawberry.field(description="The key of the node it goes to.")
    amount: Yuan


async def _flows(session: AsyncSession, given: Given) -> flows.Flows:
    return await flows.fund_flows(session, await part(session, given), today=today(),
                                  as_known_on=day(given, "asKnownOn"))


async def _nodes(session: AsyncSession, given: Given) -> Rows:
    found = await _flows(session, given)
    return [{"ordinal": at, "key": one.key, "layer": one.layer, "name": one.name.zh,
             "name_en": one.name.en, "amount": one.fen} for at, one in enumerate(found.nodes)]


async def _links(session: AsyncSession, given: Given) -> Rows:
    found = await _flows(session, given)
    return [{"ordinal": at, "source": one.source, "target": one.target, "amount": one.fen}
            for at, one in enumerate(found.links)]


@needs(Permission.FUND_READ)
@strawberry.type(description="Committed money that was neither cancelled nor returned: from its "
                             "source to a recipient, a sector, and where it stands. Each layer "
                             "adds up to the same.")
class FundFlows:
    nodes: list[FlowNode] = read(Many(
        rows=Reckoned({"ordinal": Integer(), "key": Text(), "layer": Text(), "name": Text(),
                       "name_en": Text(), "amount": BigInteger()}, _nodes, likely=40),
        where=everything, order_by=("ordinal",), inherits=True))
    links: list[FlowLink] = read(Many(
        rows=Reckoned({"ordinal": Integer(), "source": Text(), "target": Text(),
                       "amount": BigInteger()}, _links, likely=80),
        where=everything, order_by=("ordinal",), inherits=True))


@needs(Permission.FUND_READ)
@strawberry.type(description="Money in transit that was disbursed so many days ago.")
class MoneyAge:
    since_days: int
    until_days: int | None = strawberry.field(description="Null: and longer.")
    amount: Yuan
    disbursements: int = strawberry.field(description="Of how many disbursements.")


async def _ages(session: AsyncSession, given: Given) -> Rows:
    found = await flows.ageing(session, await part(session, given), today=today(),
                               as_known_on=day(given, "asKnownOn"))
    return [{"since_days": one.age.since, "until_days": one.age.until, "amount": one.fen,
             "disbursements": one.disbursements} for one in found]


@needs(Permission.FUND_READ)
@strawberry.type(description="What is due in a month.")
class DueMonth:
    month: date | None = strawberry.field(
        description="Its first day; null: nobody knows when what is waited for will be there.")
    promised: Yuan
    disbursed: Yuan
    open: Yuan = strawberry.field(description="What of it is not disbursed.")
    overdue: Yuan = strawberry.field(description="What is due already, and is not disbursed.")
    tranches: int


async def _months(session: AsyncSession, given: Given) -> Rows:
    found = await flows.calendar(session, await part(session, given), today=today(),
                                 since=day(given, "from"), until=day(given, "to"))
    return [{"ordinal": at, "month": one.month, "promised": one.promised,
             "disbursed": one.disbursed, "open": one.open, "overdue": one.overdue,
             "tranches": one.tranches} for at, one in enumerate(found)]


def _one(_: FromClause | None, __: Arguments) -> Select[Any]:
    return select(literal_column("1").label("one"))


def _asked(how: Many | One, arguments: dict[str, Any], description: str) -> Any:
    return read(how, needs=Permission.FUND_READ, arguments=arguments,
                defaults=dict.fromkeys(arguments), description=description)


def flows_field() -> Any:
    """Source → region → sector → state."""
    return _asked(One(rows=_one), _PART, "Where committed money comes from and where it stands.")


def transit_field() -> Any:
    """The ages of money in transit."""
    columns = {"since_days": Integer(), "until_days": Integer(), "amount": BigInteger(),
               "disbursements": Integer()}
    return _asked(
        Many(rows=Reckoned(columns, _ages, likely=len(AGES)), where=everything,
             order_by=("since_days",)),
        _PART, "Money in transit by how long ago it was disbursed: what was confirmed is taken "
               "from what was disbursed first.")


def calendar_field() -> Any:
    """What is due when."""
    sums = dict.fromkeys(("promised", "disbursed", "open", "overdue"), BigInteger())
    columns: dict[str, TypeEngine[Any]] = {
        "ordinal": Integer(), "month": Date(), **sums, "tranches": Integer()}
    return _asked(
        Many(rows=Reckoned(columns, _months, likely=60), where=everything, order_by=("ordinal",)),
        {"region_code": REGION, "from": date | None, "to": date | None},
        "What is due in each month from the first day to the last, then what nobody knows the day "
        "of.")

"""Where money comes from and where it goes, how long it is on its way, what is due when."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    and_,
    cast,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.engine import planned_anew
from aid.funds.commitments import Part, known
from aid.funds.matters import AGES, Age
from aid.funds.model import FundSource
from aid.funds.standing import (
    TOTALS,
    TRANSIT,
    ZERO,
    Known,
    Mine,
    Query,
    instalments,
    reckoned_once,
    staying,
    totals,
)
from aid.funds.terms import BALANCE_NAMES, Balance
from aid.projects.model import Sector
from aid.regions.model import Division
from aid.text import Text

Column = ColumnElement[Any]


class Layer(StrEnum):
    """What a node of the flows is, in their order."""

    SOURCE = "source"
    REGION = "region"
    SECTOR = "sector"
    STATE = "state"


STATES = (Balance.COMMITTED, Balance.IN_TRANSIT, Balance.HELD, Balance.SPENT)


@dataclass(frozen=True, slots=True)
class Node:
    """A source, recipient, sector or balance, and what flows through it in fen. `key` names it."""

    key: str
    layer: Layer
    name: Text
    fen: int


@dataclass(frozen=True, slots=True)
class Link:
    """What flows from one node to a node of the next layer, in fen > 0."""

    source: str
    target: str
    fen: int


@dataclass(frozen=True, slots=True)
class Flows:
    """Committed money from its source to where it stands: each layer adds up to the same."""

    nodes: Sequence[Node]
    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Aged:
    """Money in transit of a class of age: fen, and of how many disbursements."""

    age: Age
    fen: int
    disbursements: int


@dataclass(frozen=True, slots=True)
class Month:
    """What is due in a month (its first day; None: nobody knows when), in fen.

    `open` is what of it is not disbursed, `overdue` what is due already and is not.
    """

    month: date | None
    promised: int
    disbursed: int
    open: int
    overdue: int
    tranches: int


async def fund_flows(
    session: AsyncSession, part: Part, *, today: date, as_known_on: date | None = None
) -> Flows:
    """Committed money that was neither cancelled nor returned: source → region → sector → state."""
    await planned_anew(session)
    rows = (await session.execute(streams(known(today, as_known_on), part.mine))).mappings().all()
    names = await _names(session)
    flowing: defaultdict[tuple[str, str], int] = defaultdict(int)
    through: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        for state in STATES:
            fen = row[state.value]
            path = [f"source:{row['source']}", f"region:{row['region']}",
                    f"sector:{row['sector']}", f"state:{state.value}"]
            for near, far in pairwise(path):
                flowing[near, far] += fen
            for key in path:
                through[key] += fen
    nodes = [Node(key, Layer(key.partition(":")[0]), names[key], through[key])
             for key in names if through.get(key)]
    return Flows(nodes, [Link(near, far, fen) for (near, far), fen in flowing.items() if fen])


def streams(as_known: Known, mine: Mine) -> Query:
    """Where committed money stands, by source, region and sector (their codes), in fen."""
    of = totals(as_known, mine)
    by = (of.c.source_id, of.c.recipient_id, of.c.sector_id)
    commit, disburse, receive, pay, return_, cancel = (func.sum(of.c[name]) for name in TOTALS)
    stands = {Balance.COMMITTED: commit - disburse - cancel, Balance.IN_TRANSIT: disburse - receive,
              Balance.HELD: receive - pay - return_, Balance.SPENT: pay}
    sums = select(*by, *(cast(fen, BigInteger).label(state.value) for state, fen in stands.items())
                  ).group_by(*by).subquery()
    source, sector = FundSource.__table__.alias(), Sector.__table__.alias()
    place = Division.__table__.alias()
    return (
        select(source.c.code.label("source"), place.c.code.label("region"),
               sector.c.code.label("sector"), *(sums.c[state.value] for state in stands))
        .select_from(
            sums.join(source, source.c.id == sums.c.source_id)
            .join(sector, sector.c.id == sums.c.sector_id)
            .join(place, place.c.id == sums.c.recipient_id))
        .order_by(source.c.code, place.c.code, sector.c.code))


async def _names(session: AsyncSession) -> dict[str, Text]:
    """The name of every node there may be, by its key, layer by layer."""
    found: dict[str, Text] = {}
    for layer, model in ((Layer.SOURCE, FundSource), (Layer.REGION, Division),
                         (Layer.SECTOR, Sector)):
        of = model.__table__.alias()
        rows = await session.execute(
            select(of.c.code, of.c.name, of.c.name_en).order_by(of.c.code, of.c.id))
        found |= {f"{layer.value}:{code}": Text(name, name_en or name)
                  for code, name, name_en in rows}
    return found | {f"state:{state.value}": BALANCE_NAMES[state] for state in STATES}


async def ageing(
    session: AsyncSession, part: Part, *, today: date, as_known_on: date | None = None
) -> list[Aged]:
    """Money in transit by how many days ago it was disbursed, every class of AGES.

    What was confirmed is taken from what was disbursed first.
    """
    await planned_anew(session)
    rows = await session.execute(aged(known(today, as_known_on), part.mine))
    return [Aged(AGES[at], fen, number) for at, fen, number in rows]


def aged(as_known: Known, mine: Mine) -> Query:
    """The classes of age by their place in AGES: ordinal, fen, disbursements."""
    of = staying(TRANSIT, as_known, mine)
    days = as_known.day - of.c.occurred_on

    def of_age(age: Age) -> ColumnElement[bool]:
        from_: Column = literal_column(str(age.since))
        to: Column = literal_column(str(age.until))
        return days >= from_ if age.until is None else and_(days >= from_, days <= to)

    sums = select(*(
        figure.filter(of_age(age)).label(f"{name}{at}") for at, age in enumerate(AGES)
        for name, figure in (("fen", func.sum(of.c.fen)), ("number", func.count())))
    ).select_from(of).cte("aged")
    classes = union_all(*(
        select(literal_column(str(at)).label("ordinal"),
               cast(func.coalesce(sums.c[f"fen{at}"], ZERO), BigInteger).label("fen"),
               sums.c[f"number{at}"].label("disbursements"))
        for at in range(len(AGES)))).subquery()
    return select(*classes.c).order_by(classes.c.ordinal)


async def calendar(
    session: AsyncSession, part: Part, *, today: date, since: date | None = None,
    until: date | None = None,
) -> list[Month]:
    """What is due in each month from the first day to the last, then what nobody knows the day of.

    The day of an instalment is the one it fell due on or, while what it waits for is not there, the
    one that was planned: its own, or its milestone's.
    """
    rows = await session.execute(months(known(today, None), part.mine, since, until))
    return [Month(**row) for row in rows.mappings()]


def months(
    now: Known, mine: Mine, since: date | Column | None, until: date | Column | None
) -> Query:
    """`calendar` in SQL: month, promised, disbursed, open, overdue, tranches."""
    of = reckoned_once(instalments(now, mine))
    month = cast(func.date_trunc("month", of.c.expected_on), Date)
    unsent = func.greatest(of.c.promised - of.c.disbursed, ZERO)
    within = [*([of.c.expected_on >= since] if since is not None else []),
              *([of.c.expected_on <= until] if until is not None else [])]

    def total(fen: Column) -> Column:
        return cast(func.sum(fen), BigInteger)

    return (
        select(month.label("month"), total(of.c.promised).label("promised"),
               total(of.c.disbursed).label("disbursed"), total(unsent).label("open"),
               total(of.c.overdue).label("overdue"), func.count().label("tranches"))
        .select_from(of)
        .where(or_(of.c.expected_on.is_(None), and_(*within)) if within else literal_column("true"))
        .group_by(literal_column("1")).order_by(literal_column("1")))

"""The recipient's view (受援方视图): what was promised, what has arrived, what is late, whose turn.

Everything is the sum of `standing.instalments`: of all that one sees or a part of it, by recipient,
by project, by instalment; exact to the fen, as things stand or as they were known on a past day.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    RowMapping,
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.engine import planned_anew
from aid.funds.matters import Turn
from aid.funds.standing import (
    ZERO,
    Known,
    Mine,
    Query,
    instalments,
    reckoned_once,
    turn_of,
)
from aid.projects.model import Project
from aid.regions.model import Division
from aid.text import Text

Column = ColumnElement[Any]
ADDED = ("promised", "committed", "disbursed", "received", "paid", "returned", "cancelled",
         "awaiting", "in_transit", "held", "short", "overdue")
"""The figures of an instalment that are added up, in fen."""
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What of the money is asked about; None does not narrow.

    `recipients` are ids of divisions, `places` of those that projects are in.
    """

    recipients: Sequence[int] | None = None
    supporter: int | None = None
    district: int | None = None
    sector: int | None = None
    places: Sequence[int] | None = None
    project: int | None = None

    def mine(self, table: FromClause) -> list[ColumnElement[bool]]:
        """Conditions on a table that says recipient_id and project_id."""
        found: list[ColumnElement[bool]] = []
        if self.recipients is not None:
            found.append(table.c.recipient_id.in_(self.recipients))
        if self.project is not None:
            found.append(table.c.project_id == self.project)
        project = Project.__table__.alias()
        of = [project.c[name] == wanted for name, wanted in (
            ("supporter_id", self.supporter), ("district_id", self.district),
            ("sector_id", self.sector)) if wanted is not None]
        if self.places is not None:
            of.append(project.c.region_id.in_(self.places))
        if of:
            found.append(table.c.project_id.in_(select(project.c.id).where(*of)))
        return found


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums of instalments in fen, reversals taken off.

    `promised` is planned, `committed` (计划下达) … `cancelled` what moved; `awaiting` is committed
    and neither disbursed nor cancelled, `in_transit` disbursed and not confirmed, `held` received
    and neither paid nor returned. `short` is what is missing of disbursements confirmed in part,
    `overdue` what is due, its condition met, and not disbursed. `overdue_tranches` counts those.
    """

    promised: int = 0
    committed: int = 0
    disbursed: int = 0
    received: int = 0
    paid: int = 0
    returned: int = 0
    cancelled: int = 0
    awaiting: int = 0
    in_transit: int = 0
    held: int = 0
    short: int = 0
    overdue: int = 0
    overdue_tranches: int = 0
    tranche_count: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, one.name) + getattr(other, one.name)
                         for one in fields(Figures)))

    @property
    def turn(self) -> Turn:
        """The office's while something is overdue, else the recipient's while it has to confirm
        or to pay, else nobody's.
        """
        if self.overdue:
            return Turn.OFFICE
        return Turn.RECIPIENT if self.in_transit + self.held else Turn.NOBODY

    @classmethod
    def of(cls, row: RowMapping) -> Self:
        """The figures among a row's columns."""
        return cls(**{one.name: row[one.name] for one in fields(Figures)})


@dataclass(frozen=True, slots=True)
class OfRegion:
    """The figures of a recipient."""

    recipient_id: int
    recipient: Text
    figures: Figures


@dataclass(frozen=True, slots=True)
class OfProject:
    """The figures of a project."""

    project_id: int
    code: str
    name: Text
    recipient_id: int
    figures: Figures


@dataclass(frozen=True, slots=True)
class OfTranche:
    """The figures of an instalment. `due_since` is the day it fell due, where it is overdue."""

    tranche_id: int
    project_id: int
    project_code: str
    seq: int
    name: Text
    due_on: date | None
    due_since: date | None
    figures: Figures


def known(today: date, as_known_on: date | None) -> Known:
    """As things stand today, or as they were known at the close of a day before it."""
    past = as_known_on is not None and as_known_on < today
    return Known(as_known_on if past and as_known_on is not None else today, past=past)


async def commitments(
    session: AsyncSession, part: Part, *, today: date, as_known_on: date | None = None
) -> Figures:
    """The figures of all that one sees, or a part of it."""
    await planned_anew(session)
    row = (await session.execute(summed(known(today, as_known_on), part.mine))).mappings().one()
    return Figures.of(row)


async def by_recipient(
    session: AsyncSession, part: Part, *, today: date, as_known_on: date | None = None
) -> list[OfRegion]:
    """The figures of each recipient that something was promised, by its code."""
    of = summed(known(today, as_known_on), part.mine, "recipient_id").subquery()
    place = Division.__table__.alias()
    rows = await session.execute(
        select(of, place.c.name, place.c.name_en)
        .join(place, place.c.id == of.c.recipient_id).order_by(place.c.code))
    return [OfRegion(row["recipient_id"], _text(row), Figures.of(row)) for row in rows.mappings()]


async def by_place(
    session: AsyncSession, *, today: date, as_known_on: date | None = None
) -> dict[int, Figures]:
    """The figures of every place: its own, and those of places below it; by its id."""
    above = {row[0]: row[1] for row in await session.execute(
        select(Division.id, Division.parent_id))}
    sums: dict[int, Figures] = {}
    for one in await by_recipient(session, Part(), today=today, as_known_on=as_known_on):
        place: int | None = one.recipient_id
        while place is not None:
            sums[place] = sums.get(place, Figures()) + one.figures
            place = above.get(place)
    return sums


async def by_project(
    session: AsyncSession, part: Part, *, today: date, as_known_on: date | None = None,
    after: int = 0, first: int = 20,
) -> list[OfProject]:
    """The figures of each project with instalments, by its id: those after the id `after`."""
    mine = _after(part.mine, "project_id", after)
    of = summed(known(today, as_known_on), mine, "project_id", "recipient_id").order_by(
        literal_column("project_id")).limit(min(first, MOST)).subquery()
    project = Project.__table__.alias()
    rows = await session.execute(
        select(of, project.c.code, project.c.name, project.c.name_en)
        .join(project, project.c.id == of.c.project_id).order_by(of.c.project_id))
    return [OfProject(row["project_id"], row["code"], _text(row), row["recipient_id"],
                      Figures.of(row)) for row in rows.mappings()]


async def by_tranche(
    session: AsyncSession, part: Part, *, today: date, as_known_on: date | None = None,
    after: int = 0, first: int = 20,
) -> list[OfTranche]:
    """The figures of each instalment, by its id: those after the id `after`."""
    of = instalments(known(today, as_known_on), part.mine).subquery()
    project = Project.__table__.alias()
    rows = await session.execute(
        select(of, project.c.code, *_counts(of))
        .join(project, project.c.id == of.c.project_id)
        .where(of.c.id > after).order_by(of.c.id).limit(min(first, MOST)))
    return [OfTranche(row["id"], row["project_id"], row["code"], row["seq"], _text(row),
                      row["due_on"], row["due_since"], Figures.of(row)) for row in rows.mappings()]


def summed(as_known: Known, mine: Mine, *by: str) -> Query:
    """The figures added up, by columns of the instalments or in all (one row, then)."""
    of = reckoned_once(instalments(as_known, mine, dated=False))
    overdue = of.c.overdue > ZERO
    sums = [_sum(of.c[name]).label(name) for name in ADDED]
    query = select(*(of.c[name] for name in by), *sums,
                   func.count().filter(overdue).label("overdue_tranches"),
                   func.count().label("tranche_count"),
                   turn_of(*(_sum(of.c[name]) for name in ("overdue", "in_transit", "held"))
                           ).label("turn")).select_from(of)
    return query.group_by(*(of.c[name] for name in by)) if by else query


def _sum(fen: Column) -> Column:
    return cast(func.coalesce(func.sum(fen), ZERO), BigInteger)


def _counts(of: FromClause) -> tuple[Column, Column]:
    one = case((of.c.overdue > ZERO, literal_column("1")),
               else_=ZERO)
    return one.label("overdue_tranches"), literal_column("1").label("tranche_count")


def _after(mine: Mine, column: str, number: int) -> Callable[[FromClause], Any]:
    return lambda table: [*mine(table), table.c[column] > number]


def _text(row: RowMapping) -> Text:
    return Text(row["name"], row["name_en"] or row["name"])

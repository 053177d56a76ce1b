"""Lists of projects for pages: narrowed, ordered and turned in the database, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    any_,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy import Text as Words
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from aid.database.paging import Order, Place, Turned, in_order, page_of, turned
from aid.database.search import Search, search
from aid.projects.lists import ProjectPlace
from aid.projects.model import Milestone, Project, Sector
from aid.projects.rules import ENDED
from aid.projects.terms import ProjectKind, Stage
from aid.regions.model import Division, SupportingDistrict
from aid.text import Text

investment: ColumnElement[int] = func.coalesce(Project.approved_fen, Project.proposed_fen)
"""The approved investment in fen, or the proposed one before approval."""

ORDERS: Mapping[str, Order] = MappingProxyType({
    "code": Order(Project.code, str),
    "planned_start": Order(Project.planned_start, date.fromisoformat),
    "planned_end": Order(Project.planned_end, date.fromisoformat),
    "investment": Order(investment, int),
    "progress": Order(Project.progress_hundredths, int),
})
"""What lists are ordered by; each has its index (`lists.ORDERED`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which projects. None does not narrow; the period has some day of the planned works in it.

    `behind`: those with a late milestone that go on. `ids`: of these alone.
    """

    today: date
    region_ids: Sequence[int] | None = None
    city_id: int | None = None
    district_id: int | None = None
    sector_id: int | None = None
    since: date | None = None
    until: date | None = None
    stage: Stage | None = None
    kind: ProjectKind | None = None
    late: bool = False
    behind: bool = False
    text: str = ""
    ids: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A project in a list. Amounts are fen, `approved` says whether it is; progress is percent."""

    id: int
    code: str
    name: Text
    recipient: Text
    region: Text
    district: Text | None
    sector: Text
    kind: str
    stage: str
    held_stage: str | None
    investment_fen: int
    approved: bool
    planned_start: date
    planned_end: date
    progress: Decimal
    late: bool
    simulated: bool
    ordered_by: Any


@dataclass(frozen=True, slots=True)
class Sums:
    """How many projects, their approved investment in fen, how many of them are late."""

    projects: int
    approved_fen: int
    late: int
    simulated: int


def late_on(day: date) -> ColumnElement[bool]:
    """Whether a project is late on a day: `rules.project_late`, in SQL."""
    return and_(Project.stage.not_in(sorted(ENDED)), Project.completed_on.is_(None),
                Project.planned_end < day)


def overdue(day: date) -> list[ColumnElement[bool]]:
    """That a milestone is late on a day: `rules.late`, in SQL."""
    return [Milestone.met_on.is_(None), Milestone.planned_on < day]


def going_on() -> list[ColumnElement[bool]]:
    """That a project is neither ended nor suspended: only its milestones are waited for."""
    return [Project.stage.not_in([*sorted(ENDED), Stage.SUSPENDED])]


async def sums(session: AsyncSession, asked: Asked) -> Sums:
    """What is asked for, counted."""
    row = (await session.execute(select(
        func.count(), func.coalesce(func.sum(Project.approved_fen), 0),
        func.count().filter(late_on(asked.today)), func.count().filter(Project.simulated),
    ).where(*await conditions(session, asked)))).one()
    return Sums(row[0], int(row[1] or 0), row[2], row[3])


async def listed(
    session: AsyncSession, asked: Asked, *, order: str, descending: bool, at: Place | None,
    first: int,
) -> Turned[ListedRow]:
    """A page of the list in an order of ORDERS, after or before a place in it.

    Unless few are named, it is looked for among each recipient's projects (`lists.ORDERED`); only
    those of the page are fetched.
    """
    turn = partial(turned, descending=descending, at=at, first=first)
    column = ORDERS[order].column
    few = await _few(session, asked)
    keys = select(Project.id, column.label("place")).where(*narrowed_by(asked), *few)
    if few:
        page = turn(keys, column, Project.id).subquery()
    else:
        group = _recipients(asked)
        of_each = turn(keys.where(Project.recipient_id == group.c.recipient_id), column,
                       Project.id).correlate(group).lateral()
        keys = select(of_each.c.id, of_each.c.place).join_from(group, of_each, true())
        page = turn(keys, of_each.c.place, of_each.c.id).subquery()
    found = await session.execute(
        _rows(asked, page.c.place).join(page, page.c.id == Project.id)
        .order_by(*in_order(page.c.place, page.c.id, descending=descending, at=at)))
    return page_of([_row(tuple(row)) for row in found], at=at, first=first)


async def conditions(session: AsyncSession, asked: Asked) -> list[ColumnElement[bool]]:
    """What of the projects is asked for, the few that words may mean named beforehand."""
    return [*narrowed_by(asked), *await _few(session, asked)]


async def _few(session: AsyncSession, asked: Asked) -> list[ColumnElement[bool]]:
    """That it is one of the few that are named, or that words may mean; empty where of many."""
    if asked.ids is not None:
        return [Project.id.in_(asked.ids)]
    if not asked.text:
        return []
    ids = await session.scalar(select(_sought(asked).ids))
    return [] if ids is None else [Project.id == any_(literal(list(ids), ARRAY(BigInteger())))]


def _sought(asked: Asked) -> Search:
    return search(Project, Project.__table__, literal(asked.text, Words))


def _recipients(asked: Asked) -> Subquery:
    """The recipients among whose projects a page may be."""
    named = select(ProjectPlace.recipient_id).distinct()
    if asked.region_ids is not None:
        named = named.where(or_(ProjectPlace.region_id.in_(asked.region_ids),
                                ProjectPlace.recipient_id.in_(asked.region_ids)))
    each = named.offset(0).subquery()
    if not asked.text:
        return each
    of_words = _sought(asked).of_recipient(each.c.recipient_id)
    return select(each.c.recipient_id).where(of_words).offset(0).subquery()


def narrowed_by(asked: Asked) -> list[ColumnElement[bool]]:
    """What of the projects is asked for, but for `ids`."""
    equal: tuple[tuple[InstrumentedAttribute[Any], Any], ...] = (
        (Project.supporter_id, asked.city_id), (Project.district_id, asked.district_id),
        (Project.sector_id, asked.sector_id), (Project.kind, asked.kind),
    )
    found: list[ColumnElement[bool]] = [
        column == value for column, value in equal if value is not None]
    if asked.region_ids is not None:
        found.append(or_(Project.region_id.in_(asked.region_ids),
                         Project.recipient_id.in_(asked.region_ids)))
    if asked.stage is not None:
        found.append(or_(Project.stage == asked.stage, Project.held_stage == asked.stage))
    if asked.since is not None:
        found.append(Project.planned_end >= asked.since)
    if asked.until is not None:
        found.append(Project.planned_start <= asked.until)
    if asked.late:
        found.append(late_on(asked.today))
    if asked.behind:
        found += [*going_on(), Project.id.in_(
            select(Milestone.project_id).where(*overdue(asked.today)))]
    if asked.text:
        found.append(_sought(asked).holds)
    return found


def _rows(asked: Asked, order: Any) -> Select[*tuple[Any, ...]]:
    recipient, region, district = aliased(Division), aliased(Division), aliased(Division)
    return (
        select(
            Project.id, Project.code, Project.name, Project.name_en, recipient.name,
            recipient.name_en, region.name, region.name_en, district.name, district.name_en,
            Sector.name, Sector.name_en, Project.kind, Project.stage, Project.held_stage,
            investment, Project.approved_fen.is_not(None), Project.planned_start,
            Project.planned_end, Project.progress, late_on(asked.today), Project.simulated, order,
        )
        .join(recipient, recipient.id == Project.recipient_id)
        .join(region, region.id == Project.region_id)
        .join(Sector, Sector.id == Project.sector_id)
        .outerjoin(SupportingDistrict, SupportingDistrict.id == Project.district_id)
        .outerjoin(district, district.id == SupportingDistrict.division_id)
    )


def _row(row: tuple[Any, ...]) -> ListedRow:
    number, code, *names = row[:12]
    name, recipient, region, district, sector = (
        Text(zh, en or zh) if zh else None for zh, en in zip(names[::2], names[1::2], strict=True))
    assert name and recipient and region and sector  # noqa: S101  none of them is null
    return ListedRow(number, code, name, recipient, region, district, sector, *row[12:])

"""Lists of key villages for pages: those asked for, as they stand on a day, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, any_, func, literal, not_, or_, select
from sqlalchemy import Text as Words
from sqlalchemy.ext.asyncio import AsyncSession

from aid import clock
from aid.database.paging import Order, Place, Turned, page_of, turned
from aid.database.search import search
from aid.regions.model import Division
from aid.text import Text
from aid.villages.model import KeyVillage, ProjectVillage, VillageProgress, VillageWork
from aid.villages.progress import (
    components_of,
    each_of,
    holds_on,
    percent,
    standing_on,
    villages_of,
    works_on,
)
from aid.villages.queries import (
    ProgressRow,
    VillageRow,
    accepted_of_all,
    progress_rows,
    villages_by_id,
)
from aid.villages.terms import STALLED_AFTER_DAYS

MOST_IN_CURVE = 150
"""So many villages at most are in one S-curve: each work is looked at for each of its days."""

_done = func.coalesce(VillageProgress.progress, literal(Decimal(-1)))
ORDERS: Mapping[str, Order] = MappingProxyType({
    "code": Order(KeyVillage.code, str),
    "progress": Order(_done, Decimal),
    "designated": Order(KeyVillage.designated_in, int),
})
"""What lists are ordered by. A village where nothing is planned comes before one at 0 percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which villages, and the day they are looked at; they were designated by its year.

    None does not narrow. `state` is late, stalled, accepted or open: none of these.
    """

    on: date
    region_ids: Sequence[int] | None = None
    city_id: int | None = None
    district_id: int | None = None
    since: date | None = None
    until: date | None = None
    state: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ListedVillage:
    """A village as it stands, and its components where something is planned."""

    village: VillageRow
    components: ProgressRow | None
    ordered_by: Any


@dataclass(frozen=True, slots=True)
class VillageSums:
    """How many villages, of how many of them progress is known and its mean in percent 0–100."""

    villages: int
    planned: int
    mean: Decimal | None
    accepted: int
    late: int
    stalled: int
    simulated: int


@dataclass(frozen=True, slots=True)
class MeanPoint:
    """Percent 0–100 planned and done by a day: the mean of villages."""

    day: date
    planned: Decimal
    done: Decimal


@dataclass(frozen=True, slots=True)
class NamedVillage:
    """A village by name and place; progress in percent 0–100, null where nothing is planned."""

    code: str
    name: Text
    region: Text
    township: str | None
    progress: Decimal | None


async def listed(
    session: AsyncSession, asked: Asked, *, order: str, descending: bool, at: Place | None,
    first: int,
) -> Turned[ListedVillage]:
    """A page of the list in an order of ORDERS, after or before a place in it."""
    column = ORDERS[order].column
    query: Select[*tuple[Any, ...]] = _standing(
        select(KeyVillage.id, column), asked.on).where(*await _conditions(session, asked))
    found = [tuple(row) for row in await session.execute(
        turned(query, column, KeyVillage.id, descending=descending, at=at, first=first))]
    page = page_of(found, at=at, first=first)
    ids = [number for number, _ in page.rows]
    rows = {row.id: row for row in await villages_by_id(session, ids, on=asked.on)}
    parts = {row.village_id: row for row in await progress_rows(session, ids, on=asked.on)}
    return Turned(tuple(ListedVillage(rows[number], parts.get(number), value)
                        for number, value in page.rows), page.more_before, page.more_after)


async def sums(session: AsyncSession, asked: Asked) -> VillageSums:
    """What is asked for, counted."""
    conditions = await _conditions(session, asked)
    row = (await session.execute(_standing(select(
        func.count(), func.count(VillageProgress.progress), func.avg(VillageProgress.progress),
        func.count().filter(accepted_of_all(asked.on)), func.count().filter(KeyVillage.simulated),
    ).select_from(KeyVillage), asked.on).where(*conditions))).one()
    counts, planned, mean, passed, simulated = row
    v = _unfinished(asked.on, conditions).subquery().c
    late, stalled = (await session.execute(select(
        func.count().filter(v.late), func.count().filter(v.stalled)))).one()
    return VillageSums(counts, planned, None if mean is None else round(Decimal(mean), 2), passed,
                       late, stalled, simulated)


async def mean_curve(
    session: AsyncSession, asked: Asked, *, points: int
) -> list[MeanPoint] | None:
    """The S-curve of the villages asked for, over their planned works; None: they are too many.

    A village without planned works has no part in it.
    """
    ids = list(await session.scalars(
        _standing(select(KeyVillage.id), asked.on)
        .where(*await _conditions(session, asked), VillageProgress.progress.is_not(None))
        .limit(MOST_IN_CURVE + 1)))
    if len(ids) > MOST_IN_CURVE:
        return None
    first, last = (await session.execute(
        select(func.min(VillageWork.planned_start), func.max(VillageWork.planned_end))
        .where(VillageWork.village_id.in_(ids)))).one()
    if first is None:
        return []
    return await _means(session, ids, days_between(first, last, points, also=asked.on), asked.on)


async def _means(
    session: AsyncSession, ids: Sequence[int], days: Sequence[date], on: date
) -> list[MeanPoint]:
    works = works_on(each_of(days), VillageWork.village_id.in_(ids)).subquery()
    components = components_of(works).subquery()
    v = villages_of(components, stalled_after=STALLED_AFTER_DAYS).subquery().c
    rows = await session.execute(
        select(v.day, percent(func.avg(v.planned)), percent(func.avg(v.actual)))
        .group_by(v.day).order_by(v.day))
    return [MeanPoint(*row) for row in rows]


def days_between(first: date, last: date, points: int, *, also: date) -> list[date]:
    """So many days from the first to the last, about as far apart, and one more if it is between.
    """
    length = (last - first).days
    days = {date.fromordinal(first.toordinal() + length * at // max(1, points - 1))
            for at in range(points)}
    return sorted(days | ({also} if first <= also <= last else set()))


async def villages_of_project(session: AsyncSession, project_id: int) -> list[NamedVillage]:
    """The key villages that a project is done in, as they stand today; by code."""
    rows = await session.execute(
        select(KeyVillage.code, KeyVillage.name, KeyVillage.name_en, Division.name,
               Division.name_en, KeyVillage.township, VillageProgress.progress)
        .join(ProjectVillage, ProjectVillage.village_id == KeyVillage.id)
        .join(Division, Division.id == KeyVillage.region_id)
        .outerjoin(VillageProgress, and_(VillageProgress.village_id == KeyVillage.id,
                                         holds_on(clock.today())))
        .where(ProjectVillage.project_id == project_id).order_by(KeyVillage.code))
    return [NamedVillage(code, Text(name, name_en or name), Text(place, place_en or place),
                         township, progress)
            for code, name, name_en, place, place_en, township, progress in rows]


def _standing(query: Select[*tuple[Any, ...]], on: date) -> Select[*tuple[Any, ...]]:
    """The query of villages, beside each how far it is on a day, if anything is planned."""
    return query.outerjoin(VillageProgress, and_(
        VillageProgress.village_id == KeyVillage.id, holds_on(on)))


def _unfinished(
    on: date, conditions: Sequence[ColumnElement[bool]]
) -> Select[*tuple[Any, ...]]:
    """How the villages that are not finished on a day stand: only these can be late or stalled."""
    unfinished = _standing(select(KeyVillage.id), on).where(
        VillageProgress.progress < 100, *conditions)
    return standing_on(literal(on), VillageWork.village_id.in_(unfinished))


async def _conditions(session: AsyncSession, asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [KeyVillage.designated_in <= asked.on.year]
    if asked.region_ids is not None:
        found.append(or_(KeyVillage.region_id.in_(asked.region_ids),
                         KeyVillage.recipient_id.in_(asked.region_ids)))
    if asked.city_id is not None:
        found.append(KeyVillage.supporter_id == asked.city_id)
    if asked.district_id is not None:
        found.append(KeyVillage.district_id == asked.district_id)
    if asked.since is not None:
        found.append(KeyVillage.designated_in >= asked.since.year)
    if asked.until is not None:
        found.append(KeyVillage.designated_in <= asked.until.year)
    if asked.text:
        sought = search(KeyVillage, KeyVillage.__table__, literal(asked.text, Words))
        ids = await session.scalar(select(sought.ids))
        found += [sought.holds, *([] if ids is None else [KeyVillage.id == any_(literal(
            list(ids), sought.ids.type))])]
    return [*found, *_of_state(asked, tuple(found))]


def _of_state(
    asked: Asked, others: Sequence[ColumnElement[bool]]
) -> list[ColumnElement[bool]]:
    passed = accepted_of_all(asked.on)
    match asked.state:
        case "accepted":
            return [passed]
        case "open":
            return [not_(passed)]
        case "late" | "stalled":
            v = _unfinished(asked.on, others).subquery().c
            return [KeyVillage.id.in_(select(v.village_id).where(v[asked.state]))]
        case _:
            return []

"""Lists of cadres for pages: who is in which post on a day, what is vacant, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Integer, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from aid.cadres.model import Batch, Cadre, Post, Secondment
from aid.cadres.queries import (
    FillRow,
    TermRow,
    VacancyRow,
    agreed,
    fills,
    holds,
    last_day,
    terms_where,
    vacancies_where,
)
from aid.cadres.terms import ENDING_SOON_DAYS, CadreCategory, Direction
from aid.database.paging import Order, Place, Turned, page_of, turned
from aid.regions.model import Division, Pairing
from aid.text import Text

ORDERS: Mapping[str, Order] = MappingProxyType({
    "planned_end": Order(Secondment.planned_end, date.fromisoformat),
    "starts_on": Order(Secondment.starts_on, date.fromisoformat),
})
"""What lists of terms are ordered by."""
POSTS: Mapping[str, Order] = MappingProxyType({"code": Order(Post.code, str)})
"""What lists of posts are ordered by."""
MOST_TERMS = 600
"""So many terms at most are drawn in one timeline."""
VACANT_SHOWN = 50
"""So many vacant posts are shown, the longest vacant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which posts and terms, on which day. None does not narrow; `ending`: those that end soon."""

    on: date
    recipient_ids: Sequence[int] | None = None
    city_id: int | None = None
    district_id: int | None = None
    category: CadreCategory | None = None
    direction: Direction | None = None
    ending: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """Posts agreed and filled on the day, people in post, terms that are to end soon."""

    agreed: int
    filled: int
    in_post: int
    ending: int
    simulated: int

    @property
    def vacant(self) -> int:
        """Agreed posts that nobody holds."""
        return self.agreed - self.filled


@dataclass(frozen=True, slots=True)
class PostTerms:
    """A post and its terms of a period."""

    id: int
    code: str
    unit: str
    title: Text
    recipient: Text
    category: CadreCategory
    agreed_from: date
    agreed_until: date | None
    terms: tuple[TermRow, ...]


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch: its span, how many people were sent with it, how many are in post on the day."""

    code: str
    name: Text
    direction: Direction
    starts_on: date
    months: int
    sent: int
    in_post: int
    last_day: date


async def sums(session: AsyncSession, asked: Asked) -> Sums:
    """What is asked for, counted; of posts whatever the text says."""
    rows = (await session.execute(fills(asked.on, *_of_posts(asked)))).all()
    soon = Secondment.ended_on.is_(None) & (
        Secondment.planned_end <= asked.on + timedelta(ENDING_SOON_DAYS))
    in_post, ending, simulated = (await session.execute(
        select(func.count(), func.count().filter(soon), func.count().filter(Cadre.simulated))
        .select_from(Secondment).join(Cadre, Cadre.id == Secondment.cadre_id)
        .join(Post, Post.id == Secondment.post_id)
        .where(holds(asked.on), *_of_terms(asked)))).one()
    return Sums(sum(row.agreed for row in rows), sum(row.filled for row in rows), in_post, ending,
                simulated)


async def filled_by(session: AsyncSession, asked: Asked) -> list[FillRow]:
    """Agreed and filled posts on the day by recipient, category and direction; by code."""
    f = fills(asked.on, *_of_posts(asked)).subquery().c
    rows = await session.execute(
        select(f.recipient_id, f.recipient, f.recipient_en, f.category, f.direction, f.agreed,
               f.filled).order_by(f.recipient_code, f.category, f.direction))
    return [FillRow(number, Text(name, name_en or name), CadreCategory(category),
                    Direction(direction), posts, held)
            for number, name, name_en, category, direction, posts, held in rows]


async def terms_listed(
    session: AsyncSession, asked: Asked, *, order: str, descending: bool, at: Place | None,
    first: int,
) -> Turned[TermRow]:
    """A page of the terms that hold on the day, in an order of ORDERS."""
    conditions = [holds(asked.on), *_of_terms(asked)]
    if asked.ending:
        conditions += [Secondment.ended_on.is_(None),
                       Secondment.planned_end <= asked.on + timedelta(ENDING_SOON_DAYS)]
    column = ORDERS[order].column
    query = turned(
        select(Secondment.id).join(Cadre, Cadre.id == Secondment.cadre_id)
        .join(Post, Post.id == Secondment.post_id).where(*conditions),
        column, Secondment.id, descending=descending, at=at, first=first)
    page = page_of(list(await session.scalars(query)), at=at, first=first)
    rows = {row.id: row for row in await terms_where(
        session, Secondment.id.in_(page.rows), by=Secondment.starts_on)}
    return Turned(tuple(rows[number] for number in page.rows), page.more_before, page.more_after)


async def vacancies(session: AsyncSession, asked: Asked) -> list[VacancyRow]:
    """The posts agreed for the day that nobody holds on it, the longest vacant first."""
    return await vacancies_where(session, *_of_posts(asked), on=asked.on, limit=VACANT_SHOWN)


async def posts_listed(
    session: AsyncSession, asked: Asked, *, start: date, end: date, at: Place | None, first: int
) -> Turned[PostTerms]:
    """A page of the posts agreed on the day, by code, with their terms from `start` to `end`."""
    query = turned(
        select(Post.id, Post.code, Post.unit, Post.title, Post.title_en, Division.name,
               Division.name_en, Post.category, Post.agreed_from, Post.agreed_until)
        .join(Division, Division.id == Post.recipient_id)
        .where(agreed(asked.on), *_of_posts(asked)),
        Post.code, Post.id, descending=False, at=at, first=first)
    page = page_of([tuple(row) for row in await session.execute(query)], at=at, first=first)
    terms = (await terms_where(
        session, Secondment.post_id.in_([row[0] for row in page.rows]),
        Secondment.starts_on <= end, last_day >= start, by=Secondment.starts_on))[:MOST_TERMS]
    return Turned(tuple(_post(row, terms) for row in page.rows), page.more_before, page.more_after)


def _post(row: tuple[Any, ...], terms: Sequence[TermRow]) -> PostTerms:
    number, code, unit, title, title_en, place, place_en, category, since, until = row
    return PostTerms(
        number, code, unit, Text(title, title_en or title), Text(place, place_en or place),
        CadreCategory(category), since, until,
        tuple(term for term in terms if term.post_id == number))


async def batches(
    session: AsyncSession, asked: Asked, *, start: date, end: date, limit: int
) -> list[BatchRow]:
    """The batches with terms from `start` to `end`, the newest first."""
    last = func.max(last_day)
    rows = await session.execute(
        select(Batch.code, Batch.name, Batch.name_en, Batch.direction, Batch.starts_on,
               Batch.months, func.count(), func.count().filter(holds(asked.on)), last)
        .select_from(Secondment)
        .join(Batch, Batch.id == Secondment.batch_id)
        .join(Post, Post.id == Secondment.post_id)
        .join(Cadre, Cadre.id == Secondment.cadre_id)
        .where(*_of_terms(asked))
        .group_by(Batch.id)
        .having(Batch.starts_on <= end, last >= start)
        .order_by(Batch.starts_on.desc(), Batch.code).limit(limit))
    return [BatchRow(code, Text(name, name_en or name), Direction(direction), since, months, sent,
                     held, until)
            for code, name, name_en, direction, since, months, sent, held, until in rows]


def _of_posts(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.recipient_ids is not None:
        found.append(Post.recipient_id.in_(asked.recipient_ids))
    for column, number in ((Pairing.supporter_id, asked.city_id),
                           (Pairing.district_id, asked.district_id)):
        if number is not None:
            found.append(Post.pairing_id.in_(select(Pairing.id).where(column == number)))
    if asked.category is not None:
        found.append(Post.category == asked.category)
    if asked.direction is not None:
        found.append(Post.direction == asked.direction)
    return found


def _of_terms(asked: Asked) -> list[ColumnElement[bool]]:
    found = _of_posts(asked)
    if asked.text:
        sent = select(Batch.id).where(_says(asked.text, Batch.name, Batch.code))
        found.append(or_(_says(asked.text, Cadre.name, Cadre.code, Post.title, Post.unit),
                         Secondment.batch_id.in_(sent)))
    return found


def _says(text: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether one of the columns holds the text."""
    return or_(*(func.strpos(column, text, type_=Integer()) > 0 for column in columns))


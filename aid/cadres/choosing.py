"""Whom and what one may choose from who posts somebody: free people, posts, batches."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from aid.cadres.model import Batch, Cadre, Post, Secondment
from aid.cadres.queries import TermRow, last_day, terms_where
from aid.cadres.terms import CadreCategory
from aid.regions.model import Division
from aid.text import Text

LATELY = timedelta(days=183)
"""A post may have been empty for so long before its successor is recorded."""


@dataclass(frozen=True, slots=True)
class Free:
    """A person who holds no secondment on a day or later."""

    id: int
    code: str
    name: str
    category: CadreCategory
    home_unit: str | None


@dataclass(frozen=True, slots=True)
class Open:
    """A post that is agreed, and whether nobody holds it."""

    id: int
    recipient: Text
    unit: str
    title: Text
    category: CadreCategory
    vacant: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch."""

    code: str
    name: Text
    starts_on: date
    months: int


async def free_people(
    session: AsyncSession, *, on: date, text: str = "", limit: int
) -> list[Free]:
    """People who hold no secondment on a day or later, the last registered first.

    `text` is a part of a name or code.
    """
    held = exists().where(Secondment.cadre_id == Cadre.id, last_day >= on)
    query = (select(Cadre).where(~held, *_called(text)).order_by(Cadre.id.desc()).limit(limit))
    return [Free(row.id, row.code, row.name, CadreCategory(row.category), row.home_unit)
            for row in await session.scalars(query)]


def _called(text: str) -> list[ColumnElement[bool]]:
    """That a part of a person's name or code is this."""
    part = func.lower(text)
    return [or_(func.strpos(func.lower(Cadre.name), part) > 0,
                func.strpos(func.lower(Cadre.code), part) > 0)] if text else []


async def changeable_terms(
    session: AsyncSession, *, on: date, text: str = "", number: int | None = None, limit: int,
) -> list[TermRow]:
    """Terms that were not ended and hold on a day or later, the first to end first.

    `text` is a part of a person's name or code; `number` chooses one term.
    """
    return await _terms(session, Secondment.ended_on.is_(None), Secondment.planned_end >= on,
                        *_called(text), number=number, limit=limit)


async def terms_to_succeed(
    session: AsyncSession, *, on: date, text: str = "", number: int | None = None, limit: int,
) -> list[TermRow]:
    """Terms that nobody succeeds, over no longer than half a year on a day; as changeable_terms."""
    after = aliased(Secondment)
    return await _terms(
        session, last_day >= on - LATELY, ~exists().where(after.predecessor_id == Secondment.id),
        *_called(text), number=number, limit=limit)


async def _terms(
    session: AsyncSession, *where: ColumnElement[bool], number: int | None, limit: int
) -> list[TermRow]:
    found = (
        select(Secondment.id).join(Cadre, Cadre.id == Secondment.cadre_id)
        .where(*where, *([] if number is None else [Secondment.id == number]))
        .order_by(Secondment.planned_end, Secondment.id).limit(limit))
    return await terms_where(session, Secondment.id.in_(found), by=Secondment.planned_end)


async def open_posts(session: AsyncSession, *, on: date, limit: int) -> list[Open]:
    """Posts that are agreed for a day or later, the vacant ones first."""
    held = exists().where(Secondment.post_id == Post.id, last_day >= on)
    rows = await session.execute(
        select(Post, Division.name, Division.name_en, held)
        .join(Division, Division.id == Post.recipient_id)
        .where(or_(Post.agreed_until.is_(None), Post.agreed_until >= on))
        .order_by(held, Division.code, Post.id).limit(limit))
    return [Open(post.id, Text(name, name_en or name), post.unit,
                 Text(post.title, post.title_en or post.title), CadreCategory(post.category),
                 not taken) for post, name, name_en, taken in rows]


async def batches_known(session: AsyncSession, *, limit: int) -> list[Sent]:
    """The batches, the latest first."""
    rows = await session.scalars(select(Batch).order_by(Batch.starts_on.desc()).limit(limit))
    return [Sent(row.code, Text(row.name, row.name_en or row.name), row.starts_on, row.months)
            for row in rows]

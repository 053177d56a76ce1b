"""Reads of cadres for pages and exports. Rows come back frozen, never as live objects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from aid.cadres.model import Batch, Cadre, Post, Secondment, SecondmentProject
from aid.cadres.terms import ENDING_SOON_DAYS, CadreCategory, Direction
from aid.errors import NotFound
from aid.projects.model import Project
from aid.regions.model import Division
from aid.text import Text


@dataclass(frozen=True, slots=True)
class FillRow:
    """How many of the posts agreed for a day are filled on it: of a recipient and category."""

    recipient_id: int
    recipient: Text
    category: CadreCategory
    direction: Direction
    agreed: int
    filled: int

    @property
    def vacant(self) -> int:
        """How many are not."""
        return self.agreed - self.filled

    @property
    def rate(self) -> Decimal:
        """岗位到岗率, percent 0–100; a row has at least one agreed post."""
        return Decimal(100) * self.filled / self.agreed


@dataclass(frozen=True, slots=True)
class VacancyRow:
    """A post that is agreed for a day and has no holder on it.

    `since` is the first day it was vacant, `next_start` the day somebody posted already is to come.
    """

    post_id: int
    code: str
    recipient_id: int
    recipient: Text
    unit: str
    title: Text
    category: CadreCategory
    direction: Direction
    since: date
    next_start: date | None


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term for a timeline. `last_day` is the actual last day, or the planned one.

    `projects` are those that the person answers or answered for, in this term or another.
    """

    id: int
    cadre_id: int
    cadre_code: str
    cadre: str
    category: CadreCategory
    post_id: int
    post_code: str
    unit: str
    title: Text
    direction: Direction
    recipient_id: int
    recipient: Text
    batch: str | None
    batch_name: Text | None
    starts_on: date
    planned_end: date
    ended_on: date | None
    end_reason: str | None
    predecessor_id: int | None
    succeeded: bool
    version: int
    simulated: bool
    projects: int

    @property
    def last_day(self) -> date:
        """The last day as it is known."""
        return self.ended_on or self.planned_end


last_day: ColumnElement[date] = func.coalesce(
    Secondment.ended_on, Secondment.planned_end, type_=Date())
"""The last day of a secondment as it is known: the actual one, or the planned one."""


def holds(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The secondments that hold on a day."""
    return and_(Secondment.starts_on <= day, day <= last_day)


def agreed(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The posts that are agreed for a day."""
    return and_(Post.agreed_from <= day, or_(Post.agreed_until.is_(None), Post.agreed_until >= day))


def filled(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The posts that somebody holds on a day."""
    return exists().where(Secondment.post_id == Post.id, holds(day))


def _within(
    column: InstrumentedAttribute[int], recipient_ids: Sequence[int] | None
) -> list[ColumnElement[bool]]:
    return [] if recipient_ids is None else [column.in_(recipient_ids)]


def _text(zh: str, en: str | None) -> Text:
    return Text(zh, en or zh)


def fills(day: date | ColumnElement[date], *where: ColumnElement[bool]) -> (
    Select[*tuple[Any, ...]]
):
    """Agreed and filled posts on a day by recipient, category and direction.

    `where` chooses among the posts, or the divisions that are their recipients.
    """
    held = func.count().filter(filled(day))
    query: Select[*tuple[Any, ...]] = (
        select(
            Post.recipient_id.label("recipient_id"), Post.category.label("category"),
            Post.direction.label("direction"), func.count().label("agreed"), held.label("filled"),
            (func.count() - held).label("vacant"),
            (held * Decimal(100) / func.count()).label("rate"),
            Division.code.label("recipient_code"), Division.name.label("recipient"),
            Division.name_en.label("recipient_en"),
        )
        .join(Division, Division.id == Post.recipient_id)
        .where(agreed(day), *where)
        .group_by(Post.recipient_id, Division.id, Post.category, Post.direction)
    )
    return query


async def fill_rows(
    session: AsyncSession, *, on: date, recipient_ids: Sequence[int] | None = None
) -> list[FillRow]:
    """Agreed and filled posts on a day by recipient, category and direction; by code."""
    f = fills(on, *_within(Post.recipient_id, recipient_ids)).subquery().c
    rows = await session.execute(
        select(f.recipient_id, f.recipient, f.recipient_en, f.category, f.direction, f.agreed,
               f.filled)
        .order_by(f.recipient_code, f.category, f.direction)
    )
    return [
        FillRow(number, _text(name, name_en), CadreCategory(category), Direction(direction),
                posts, held)
        for number, name, name_en, category, direction, posts, held in rows
    ]


async def vacancy_rows(
    session: AsyncSession, *, on: date, recipient_ids: Sequence[int] | None = None
) -> list[VacancyRow]:
    """The posts agreed for a day that nobody holds on it, the longest vacant first."""
    return await vacancies_where(session, *_within(Post.recipient_id, recipient_ids), on=on)


async def vacancies_where(
    session: AsyncSession, *where: ColumnElement[bool], on: date, limit: int | None = None
) -> list[VacancyRow]:
    """The vacant posts among those that `where` chooses, the longest vacant first."""
    last = select(func.max(last_day)).where(
        Secondment.post_id == Post.id, last_day < on).scalar_subquery()
    coming = select(func.min(Secondment.starts_on)).where(
        Secondment.post_id == Post.id, Secondment.starts_on > on).scalar_subquery()
    since = func.greatest(Post.agreed_from, last + cast(1, Integer), type_=Date())
    rows = await session.execute(
        select(Post.id, Post.code, Post.recipient_id, Division.name, Division.name_en, Post.unit,
               Post.title, Post.title_en, Post.category, Post.direction, since, coming)
        .join(Division, Division.id == Post.recipient_id)
        .where(agreed(on), ~filled(on), *where)
        .order_by(since, Post.code).limit(limit)
    )
    return [
        VacancyRow(number, code, recipient_id, _text(name, name_en), unit, _text(title, title_en),
                   CadreCategory(category), Direction(direction), vacant_since, next_start)
        for (number, code, recipient_id, name, name_en, unit, title, title_en, category, direction,
             vacant_since, next_start) in rows
    ]


async def project_numbered(session: AsyncSession, code: str) -> int:
    """The id of the project that has a code, as the actor sees it. Raises NotFound."""
    found = await session.scalar(select(Project.id).where(Project.code == code))
    if found is None:
        raise NotFound(Text("没有这个项目。", "There is no such project."))
    return found


async def ending_rows(
    session: AsyncSession,
    *,
    on: date,
    within: int = ENDING_SOON_DAYS,
    recipient_ids: Sequence[int] | None = None,
) -> list[TermRow]:
    """The terms that hold on a day and are planned to end within so many days of it."""
    return await terms_where(
        session, holds(on), Secondment.ended_on.is_(None),
        Secondment.planned_end <= on + timedelta(within),
        *_within(Secondment.recipient_id, recipient_ids), by=Secondment.planned_end)


async def timeline_rows(
    session: AsyncSession,
    *,
    start: date,
    end: date,
    recipient_ids: Sequence[int] | None = None,
) -> list[TermRow]:
    """The terms that hold on some day from `start` to `end`, in the order they begin."""
    return await terms_where(
        session, Secondment.starts_on <= end, last_day >= start,
        *_within(Secondment.recipient_id, recipient_ids), by=Secondment.starts_on)


async def project_terms(session: AsyncSession, project_id: int) -> list[TermRow]:
    """The terms of those who answer or answered for a project, in the order they begin."""
    of = select(SecondmentProject.secondment_id).where(SecondmentProject.project_id == project_id)
    return await terms_where(session, Secondment.id.in_(of), by=Secondment.starts_on)


@dataclass(frozen=True, slots=True)
class Answering:
    """A person, and the ids of the projects that they answer or answered for."""

    cadre: str
    project_ids: tuple[int, ...]


async def answering(session: AsyncSession, code: str) -> Answering | None:
    """Whoever has the code, with their projects; None where nobody has it."""
    cadre = (await session.execute(
        select(Cadre.id, Cadre.name).where(Cadre.code == code))).one_or_none()
    if cadre is None:
        return None
    found = await session.scalars(_projects_of(cadre.id).with_only_columns(
        SecondmentProject.project_id).distinct().order_by(SecondmentProject.project_id))
    return Answering(cadre.name, tuple(found))


def _projects_of(cadre: Any) -> Select[int]:
    """How many projects a person answers for, by the person's id."""
    term = aliased(Secondment)
    return (select(func.count(SecondmentProject.project_id.distinct()))
            .join(term, term.id == SecondmentProject.secondment_id)
            .where(term.cadre_id == cadre))


async def terms_where(
    session: AsyncSession, *where: ColumnElement[bool], by: InstrumentedAttribute[date]
) -> list[TermRow]:
    """The terms that `where` chooses, in the order of a day of theirs."""
    next_ = aliased(Secondment)
    rows = await session.execute(
        select(
            Secondment.id, Cadre.id, Cadre.code, Cadre.name, Cadre.category, Post.id, Post.code,
            Post.unit, Post.title, Post.title_en, Post.direction, Secondment.recipient_id,
            Division.name, Division.name_en, Batch.code, Batch.name, Batch.name_en,
            Secondment.starts_on,
            Secondment.planned_end, Secondment.ended_on, Secondment.end_reason,
            Secondment.predecessor_id, exists().where(next_.predecessor_id == Secondment.id),
            Secondment.version, Cadre.simulated,
            _projects_of(Cadre.id).correlate(Cadre).scalar_subquery(),
        )
        .select_from(Secondment)
        .join(Cadre, Cadre.id == Secondment.cadre_id)
        .join(Post, Post.id == Secondment.post_id)
        .join(Division, Division.id == Secondment.recipient_id)
        .outerjoin(Batch, Batch.id == Secondment.batch_id)
        .where(*where)
        .order_by(by, Secondment.id)
    )
    return [_term_row(tuple(row)) for row in rows]


def _term_row(row: tuple[Any, ...]) -> TermRow:
    (number, cadre_id, cadre_code, cadre, category, post_id, post_code, unit, title, title_en,
     direction, recipient_id, recipient, recipient_en, batch, batch_name, batch_en, *rest) = row
    return TermRow(
        number, cadre_id, cadre_code, cadre, CadreCategory(category), post_id, post_code, unit,
        _text(title, title_en), Direction(direction), recipient_id,
        _text(recipient, recipient_en), batch,
        _text(batch_name, batch_en) if batch_name else None, *rest)

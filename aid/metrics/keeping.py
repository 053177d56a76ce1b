"""Numerators and denominators of key villages and of agreed posts, each in one statement."""

from datetime import date
from decimal import Decimal

from sqlalchemy import (
    Date,
    Integer,
    Subquery,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from aid.cadres.model import Post, Secondment
from aid.metrics.counting import Column, Counted, Question, year_of
from aid.metrics.terms import By
from aid.regions.model import Pairing
from aid.villages.model import KeyVillage, VillageProgress
from aid.villages.progress import holds_on


async def of_villages(session: AsyncSession, asked: Question) -> list[Counted]:
    """The sum of the progress of key villages with works, and how many they are."""
    villages = _villages(asked)
    keys = {By.RECIPIENT: villages.c.recipient_id, By.YEAR: villages.c.designated_in}
    figures = [func.coalesce(func.trim_scale(func.sum(villages.c.progress) / 100), 0), func.count()]
    if asked.by is None:
        query = select(null(), *figures).select_from(villages)
    else:
        query = select(keys[asked.by], *figures).group_by(keys[asked.by])
    return [Counted(key, Decimal(share), Decimal(all_))
            for key, share, all_ in await session.execute(query)]


def _villages(asked: Question) -> Subquery:
    """The villages of the scope designated by the day, each with its progress in percent."""
    scope = asked.scope
    until = min(asked.as_of, scope.until or asked.as_of).year
    query = (
        select(KeyVillage.recipient_id, KeyVillage.designated_in,
               VillageProgress.progress)
        .join(VillageProgress, VillageProgress.village_id == KeyVillage.id)
        .where(KeyVillage.designated_in <= until, holds_on(asked.as_of))
    )
    if scope.since is not None:
        query = query.where(KeyVillage.designated_in >= scope.since.year)
    if scope.recipients is not None:
        query = query.where(KeyVillage.recipient_id.in_(scope.recipients),
                            VillageProgress.recipient_id.in_(scope.recipients))
    if scope.supporter is not None:
        query = query.where(KeyVillage.supporter_id == scope.supporter)
    if scope.district is not None:
        query = query.where(KeyVillage.district_id == scope.district)
    return query.subquery("village")


async def of_posts(session: AsyncSession, asked: Question) -> list[Counted]:
    """Agreed posts on the day (by year: at each year's close), and those with somebody in them."""
    scope = asked.scope
    last = min(asked.as_of, scope.until or asked.as_of)
    if scope.since is not None and scope.since > last:
        return []
    day = _closes(scope.since, last) if asked.by is By.YEAR else _one(last)
    filled = exists().where(
        Secondment.post_id == Post.id, Secondment.starts_on <= day.c.day,
        func.coalesce(Secondment.ended_on, Secondment.planned_end) >= day.c.day)
    figures = [func.count().filter(filled), func.count()]
    keys = {By.RECIPIENT: Post.recipient_id, By.YEAR: year_of(day.c.day)}
    key: Column = null() if asked.by is None else keys[asked.by]
    query = (
        select(key, *figures)
        .select_from(Post)
        .join(day, true())
        .where(Post.agreed_from <= day.c.day,
               func.coalesce(Post.agreed_until, day.c.day) >= day.c.day)
    )
    if scope.recipients is not None:
        query = query.where(Post.recipient_id.in_(scope.recipients))
    if scope.supporter is not None or scope.district is not None:
        query = query.join(Pairing, Pairing.id == Post.pairing_id)
    if scope.supporter is not None:
        query = query.where(Pairing.supporter_id == scope.supporter)
    if scope.district is not None:
        query = query.where(Pairing.district_id == scope.district)
    rows = await session.execute(query if asked.by is None else query.group_by(key))
    return [Counted(key, Decimal(filled), Decimal(all_)) for key, filled, all_ in rows]


def _one(day: date) -> Subquery:
    return select(cast(literal(day), Date).label("day")).subquery("day")


def _closes(since: date | None, last: date) -> Subquery:
    """The last day of each year of the period (of the last one: `last`)."""
    first = (literal(since.year) if since is not None
             else select(func.min(year_of(Post.agreed_from))).scalar_subquery())
    year = func.generate_series(cast(first, Integer), last.year).column_valued("year")
    end = func.make_date(year, 12, 31)
    return select(func.least(end, cast(literal(last), Date)).label("day")).subquery("day")

"""A list of projects turned page by page is the list: looked for among each recipient's or not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from operator import attrgetter

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.clock import today
from aid.database.engine import Database
from aid.database.paging import Place, Turned
from aid.projects.listing import ORDERS, Asked, ListedRow, listed, narrowed_by
from aid.projects.model import Project
from aid.projects.terms import Stage
from aid.regions.model import Division
from tests.actors import LOCAL, recipient

AT_ONCE = 400
ALL = Asked(today=today())
"""The demonstration has more than 3,000 projects, whose codes all begin alike."""
NARROWED = (
    ALL, replace(ALL, late=True), replace(ALL, behind=True), replace(ALL, stage=Stage.SUSPENDED),
    replace(ALL, text="310000"), replace(ALL, text="652900-2008"), replace(ALL, text="小学"),
    replace(ALL, text="310000", late=True), replace(ALL, text="没有这样的"),
    replace(ALL, since=date(2004, 1, 1), until=date(2004, 12, 31)),
)


async def _places(database: Database) -> tuple[list[int], list[int]]:
    """Rikaze with its counties, and one of its counties."""
    async with database.reading(LOCAL) as session:
        own = (await session.scalars(select(Division.id).where(Division.code == "540200"))).one()
        below = list(await session.scalars(
            select(Project.region_id).where(Project.recipient_id == own).distinct()))
    return [own, *below], [one for one in below if one != own][:1]


async def _straight(session: AsyncSession, asked: Asked, order: str) -> list[int]:
    """The ids in order, as one sorts all of them."""
    return list(await session.scalars(
        select(Project.id).where(*narrowed_by(asked)).order_by(ORDERS[order].column, Project.id)))


async def _turned(
    session: AsyncSession, asked: Asked, order: str, *, descending: bool, back: bool
) -> Sequence[int]:
    """The ids as pages give them one after another; turned back, from the last row on."""
    async def page(at: Place | None, first: int = AT_ONCE) -> Turned[ListedRow]:
        return await listed(
            session, asked, order=order, descending=descending, at=at, first=first)

    rows: list[ListedRow] = []
    if back:
        last = (await listed(session, asked, order=order, descending=not descending, at=None,
                             first=1)).rows
        at = Place(last[0].ordered_by, last[0].id, back=True) if last else None
        rows = list(last)
        while at is not None:
            found = await page(at)
            rows = [*found.rows, *rows]
            at = Place(rows[0].ordered_by, rows[0].id, back=True) if found.more_before else None
        return list(map(attrgetter("id"), rows))
    found = await page(None)
    rows += found.rows
    while found.more_after:
        found = await page(Place(rows[-1].ordered_by, rows[-1].id))
        rows += found.rows
    return list(map(attrgetter("id"), rows))


@pytest.mark.parametrize("order", ORDERS)
async def test_pages_one_after_another_are_the_list(demo_database: Database, order: str) -> None:
    """In every order, both ways, forwards and back, of everything and of what is asked for."""
    whole, county = await _places(demo_database)
    for asked in (*NARROWED, replace(ALL, region_ids=whole), replace(ALL, region_ids=county)):
        async with demo_database.reading(LOCAL) as session:
            straight = await _straight(session, asked, order)
            assert straight or asked.text == "没有这样的"
            for descending in (False, True):
                expected = straight[::-1] if descending else straight
                for back in (False, True):
                    assert await _turned(session, asked, order, descending=descending,
                                         back=back) == expected, (asked, descending, back)


async def test_a_recipient_turns_the_pages_of_its_own(demo_database: Database) -> None:
    """Of others' projects there is neither a row nor a page, whatever is asked for."""
    whole, _ = await _places(demo_database)
    mine: Actor = recipient(*whole)
    async with demo_database.reading(LOCAL) as session:
        own = await _straight(session, replace(ALL, region_ids=whole), "code")
        others = [one for one in await _straight(session, ALL, "code") if one not in set(own)]
    assert own
    async with demo_database.reading(mine) as session:
        for asked in (ALL, replace(ALL, text="310000")):
            assert await _turned(session, asked, "code", descending=False, back=False) == own
        hidden = replace(ALL, ids=others[:50])
        assert await _turned(session, hidden, "code", descending=False, back=False) == []
        elsewhere = replace(ALL, text="652900-2008")
        assert await _turned(session, elsewhere, "code", descending=False, back=False) == []

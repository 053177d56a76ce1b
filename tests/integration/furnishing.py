"""What tests of villages and cadres start from: recipients, projects, two that act at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.engine import Database
from aid.projects.model import Project, Sector
from aid.projects.terms import DeliveryMode, ProjectKind
from aid.regions.model import Division, SupportingCity
from tests.actors import LOCAL


@dataclass(frozen=True, slots=True)
class Places:
    """Ids: two recipients and the supporting city."""

    rikaze: int
    wenshan: int
    shanghai: int


async def places_of(database: Database) -> Places:
    """The recipients Rikaze (540200) and Wenshan (532600), and Shanghai."""
    async with database.reading(LOCAL) as session:
        ids = {row.code: row.id for row in await session.scalars(
            select(Division).where(Division.code.in_(["540200", "532600"])))}
        shanghai = await session.scalar(select(SupportingCity.id))
    assert shanghai is not None
    return Places(ids["540200"], ids["532600"], shanghai)


async def add_project(
    database: Database, places: Places, *, code: str, recipient_id: int
) -> int:
    """A project in reserve; its id."""
    async with database.writing(LOCAL) as session:
        sector = await session.scalar(select(Sector).where(Sector.code == "test-sector"))
        if sector is None:
            sector = Sector(code="test-sector", name="测试", name_en="Test", ordinal=99)
            session.add(sector)
            await session.flush()
        project = Project(
            code=code, name=code, recipient_id=recipient_id, region_id=recipient_id,
            supporter_id=places.shanghai, sector_id=sector.id, kind=ProjectKind.FIXED_ASSET,
            delivery_mode=DeliveryMode.CHEQUE, proposed_fen=100, planned_start=date(2006, 1, 1),
            planned_end=date(2006, 12, 31))
        session.add(project)
        await session.flush()
        return project.id


Act = Callable[[AsyncSession], Awaitable[object]]


async def collide(database: Database, first: Act, second: Act) -> object:
    """What comes of `second` when `first` has acted and not yet committed: a value or an error.

    The first commits once the second waits for it, or is through without waiting.
    """
    async def other() -> object:
        async with database.writing(LOCAL) as session:
            return await second(session)

    async with database.writing(LOCAL) as session:
        await first(session)
        await session.flush()
        task = asyncio.create_task(other())
        while not task.done() and not await _somebody_waits(database):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return (await asyncio.gather(task, return_exceptions=True))[0]


async def _somebody_waits(database: Database) -> bool:
    async with database.reading(LOCAL) as session:
        return bool(await session.scalar(text(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock')")))

"""Many rows at once: as if each had been added by itself, its line in the history included."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from aid.bulk import insert_many
from aid.database.base import columns_of
from aid.database.engine import Database
from aid.history import Change
from aid.projects.model import Project, Sector
from aid.projects.terms import DeliveryMode, ProjectKind, Stage
from aid.villages.model import KeyVillage, VillageWork
from tests.actors import LEADER, LOCAL, recipient
from tests.integration.furnishing import Places, places_of

VILLAGE = {"name": "一村", "designated_in": 2003, "simulated": False, "version": 1}
WORK = {"component": "living", "name": "饮水", "unit": "公里", "planned": Decimal("2.50"),
        "cost_fen": None, "planned_start": date(2003, 1, 1), "planned_end": date(2003, 9, 1),
        "version": 1}


def _village(places: Places, code: str) -> dict[str, Any]:
    return {**VILLAGE, "code": code, "recipient_id": places.rikaze, "region_id": places.rikaze,
            "supporter_id": places.shanghai}


async def _history(database: Database, entity: str) -> list[tuple[int, Any, str]]:
    async with database.reading(LOCAL) as session:
        rows = await session.execute(
            select(Change.entity_id, Change.new, Change.actor)
            .where(Change.entity == entity, Change.field.is_(None)).order_by(Change.entity_id))
        return [(number, new, actor) for number, new, actor in rows]


async def test_rows_and_history_are_those_of_adding_one_by_one(
    seeded_database: Database
) -> None:
    """Exact numbers as text, days as such, nothing of what is not there."""
    places = await places_of(seeded_database)
    async with seeded_database.writing(LOCAL) as session:
        village = KeyVillage(**_village(places, "V-1"))
        session.add(village)
        await session.flush()
        session.add(VillageWork(**WORK, village_id=village.id, recipient_id=places.rikaze,
                                code="W1"))
    async with seeded_database.writing(LOCAL) as session:
        row = _village(places, "V-2")
        ids = await insert_many(session, KeyVillage, [row], same={}, key=("code",))
        of = {"village_id": ids["V-2"], "recipient_id": places.rikaze}
        works = await insert_many(session, VillageWork, [{**WORK, "code": "W1"}], same=of,
                                  key=("village_id", "code"))
        assert set(works) == {(ids["V-2"], "W1")}
    async with seeded_database.reading(LOCAL) as session:
        for model in (KeyVillage, VillageWork):
            one, other = [columns_of(row) for row in await session.scalars(
                select(model).order_by(model.id))]
            differ = {name for name in one if one[name] != other[name]}
            assert differ <= {"id", "code", "village_id"}
    for entity in ("key_village", "village_work"):
        (_, one, by), (_, other, also_by) = await _history(seeded_database, entity)
        assert by == also_by == LOCAL.name
        assert one.keys() == other.keys()
        assert {name for name in one if one[name] != other[name]} <= {"code", "village_id"}


async def test_rows_keep_their_order(seeded_database: Database) -> None:
    """The ids ascend as the rows were given; none at all is nothing."""
    places = await places_of(seeded_database)
    codes = [f"V-{number}" for number in (5, 3, 9, 1)]
    async with seeded_database.writing(LOCAL) as session:
        rows = [_village(places, code) for code in codes]
        ids = await insert_many(session, KeyVillage, rows, same={}, key=("code",))
        assert sorted(ids, key=ids.__getitem__) == codes
        assert await insert_many(session, KeyVillage, [], same={}, key=("code",)) == {}


async def test_what_came_with_something_needs_no_line_of_its_own(
    seeded_database: Database
) -> None:
    """Where it is said so."""
    places = await places_of(seeded_database)
    async with seeded_database.writing(LOCAL) as session:
        await insert_many(session, KeyVillage, [_village(places, "V-1")], same={}, noted=False)
        assert await session.scalar(select(func.count()).select_from(KeyVillage)) == 1
    assert await _history(seeded_database, "key_village") == []


async def test_row_security_holds_many_rows_too(seeded_database: Database) -> None:
    """Who may not add one may not add several: a leader none, a recipient no approved project."""
    places = await places_of(seeded_database)
    async with seeded_database.reading(LOCAL) as session:
        sector = await session.scalar(select(func.min(Sector.id)))
    project = {
        "code": "P-1", "name": "项目", "recipient_id": places.rikaze, "region_id": places.rikaze,
        "supporter_id": places.shanghai, "sector_id": sector, "kind": ProjectKind.FIXED_ASSET,
        "delivery_mode": DeliveryMode.CHEQUE, "stage": Stage.APPROVED, "proposed_fen": 100,
        "approved_fen": 100, "planned_start": date(2003, 1, 1), "planned_end": date(2003, 9, 1),
        "version": 1}
    for actor, model, row in ((LEADER, KeyVillage, _village(places, "V-1")),
                              (recipient(places.rikaze), Project, project)):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with seeded_database.writing(actor) as session:
                await insert_many(session, model, [row], same={})

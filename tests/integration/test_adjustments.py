"""Adjusting a target: old values and reasons are kept, and nobody's change is lost."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from sqlalchemy import select, text

from aid.access.actor import Actor, Role
from aid.database.engine import Database
from aid.errors import AidError, InputRefused, NotFound, StaleVersion
from aid.history import Change
from aid.plans.model import PlanTarget, PlanTargetAdjustment
from aid.plans.service import Grounds, adjust_target
from tests.actors import LOCAL
from tests.conftest import TODAY


async def _target_id(database: Database) -> int:
    async with database.reading(LOCAL) as session:
        found = await session.scalar(
            select(PlanTarget.id).where(PlanTarget.code == "rikaze-housing"))
    assert found is not None
    return found


async def _adjust(
    database: Database, target_id: int, version: int, actor: Actor = LOCAL,
    reason: str = "中期调整", on: date = TODAY, **changes: Any,
) -> PlanTarget:
    async with database.writing(actor) as session:
        return await adjust_target(
            session, target_id, expected_version=version, changes=changes,
            grounds=Grounds(reason=reason, adjusted_on=on, document_no="沪合〔2008〕1号",
                            actor=actor.name),
            today=TODAY)


async def test_an_adjustment_keeps_old_values_reason_and_history(
    seeded_database: Database,
) -> None:
    """Each field one row; a target with a number is quantitative, its unit the indicator's."""
    target_id = await _target_id(seeded_database)
    await _adjust(seeded_database, target_id, 1, target=D("20.50"), indicator_code="aid_projects")
    after = await _adjust(seeded_database, target_id, 2, target=D(25), reason="追加")
    assert (after.kind, after.unit, after.version) == ("quantitative", "个", 3)
    async with seeded_database.reading(LOCAL) as session:
        rows = list(await session.scalars(select(PlanTargetAdjustment).where(
            PlanTargetAdjustment.target_id == target_id,
            PlanTargetAdjustment.field == "target").order_by(PlanTargetAdjustment.id)))
        changes = list(await session.scalars(select(Change.new).where(
            Change.entity == "plan_target", Change.entity_id == target_id,
            Change.field == "target").order_by(Change.id)))
    assert [(r.old_value, r.new_value, r.reason) for r in rows] == [
        (None, "20.50", "中期调整"), ("20.50", "25", "追加")]
    assert changes == ["20.50", "25"]


async def test_taking_the_number_away_makes_it_a_commitment_in_words(
    seeded_database: Database,
) -> None:
    """The kind follows the number."""
    target_id = await _target_id(seeded_database)
    await _adjust(seeded_database, target_id, 1, target=D(5), indicator_code="aid_projects")
    assert (await _adjust(seeded_database, target_id, 2, target=None)).kind == "qualitative"


@pytest.mark.parametrize(("changes", "fields"), [
    ({"target": D(5)}, ["indicatorCode"]),
    ({}, ["input"]),
    ({"target": D(5), "indicator_code": "nothing"}, ["indicatorCode"]),
    ({"unit": "尺"}, ["unit"]),
    ({"statement": " "}, ["statement"]),
    ({"target": D(5), "indicator_code": "aid_projects", "reason": " "}, ["reason"]),
    ({"target": D(5), "indicator_code": "aid_projects", "on": TODAY + timedelta(1)},
     ["adjustedOn"]),
])
async def test_a_senseless_adjustment_is_refused(
    seeded_database: Database, changes: dict[str, Any], fields: list[str]
) -> None:
    """With the input field that is wrong, and nothing written."""
    target_id = await _target_id(seeded_database)
    with pytest.raises(InputRefused) as refused:
        await _adjust(seeded_database, target_id, 1, **changes)
    assert [complaint.field for complaint in refused.value.complaints] == fields
    async with seeded_database.reading(LOCAL) as session:
        assert await session.scalar(text("SELECT count(*) FROM plan_target_adjustment")) == 0


async def test_an_unknown_target_is_not_found(seeded_database: Database) -> None:
    """A plain refusal."""
    with pytest.raises(NotFound):
        await _adjust(seeded_database, 10**9, 1, target=D(1))


async def test_of_many_offices_at_once_one_wins_and_none_is_lost(
    seeded_database: Database,
) -> None:
    """Twenty adjust the same version: one succeeds, nineteen are told that they were late."""
    target_id = await _target_id(seeded_database)

    async def one(number: int) -> str:
        actor = Actor(f"office-{number}", Role.OFFICE)
        try:
            await _adjust(seeded_database, target_id, 1, actor, target=D(number),
                          indicator_code="aid_projects")
        except AidError as refused:
            return refused.code
        return f"won {number}"

    found = await asyncio.gather(*(one(number) for number in range(1, 21)))
    winners = [said for said in found if said.startswith("won")]
    assert len(winners) == 1
    assert found.count(StaleVersion.code) == 19
    async with seeded_database.reading(LOCAL) as session:
        value = await session.scalar(select(PlanTarget.target).where(PlanTarget.id == target_id))
        kept = await session.scalar(text(
            "SELECT count(*) FROM plan_target_adjustment WHERE field = 'target'"))
    assert (winners, kept) == ([f"won {value}"], 1)


@pytest.mark.parametrize(("changes", "field"), [
    ({"target": D("NaN"), "indicator_code": "aid_projects"}, "target"),
    ({"target": D("Infinity"), "indicator_code": "aid_projects"}, "target"),
    ({"target": D("1E+5000"), "indicator_code": "aid_projects"}, "target"),
    ({"baseline": D("1E-40")}, "baseline"),
    ({"target": D(5), "indicator_code": "aid_projects", "unit": "公里"}, "unit"),
    ({"target": D(5), "indicator_code": "aid_projects", "unit": "亿元"}, "unit"),
])
async def test_what_no_plan_can_mean_is_refused(
    seeded_database: Database, changes: dict[str, Any], field: str
) -> None:
    """Numbers that are none, and units that do not measure the indicator."""
    target_id = await _target_id(seeded_database)
    with pytest.raises(InputRefused) as refused:
        await _adjust(seeded_database, target_id, 1, **changes)
    assert [complaint.field for complaint in refused.value.complaints] == [field]


async def test_adjustments_speak_of_codes(seeded_database: Database) -> None:
    """An indicator is recorded by its code, its unit beside it."""
    target_id = await _target_id(seeded_database)
    await _adjust(seeded_database, target_id, 1, target=D(5), indicator_code="aid_projects")
    async with seeded_database.reading(LOCAL) as session:
        rows = await session.execute(select(
            PlanTargetAdjustment.field, PlanTargetAdjustment.new_value))
        assert {tuple(row) for row in rows} == {
            ("target", "5"), ("indicator_code", "aid_projects"), ("unit", "个")}

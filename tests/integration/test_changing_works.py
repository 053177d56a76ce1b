"""A planned work is changed for a reason: versions, the old values, whose it is."""

from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from aid.access.actor import Actor
from aid.database.engine import Database
from aid.errors import InputRefused, NotFound, StaleVersion
from aid.history import Change
from aid.villages.changing import change_work
from aid.villages.drafts import VillageDraft, WorkChangeDraft, WorkDraft, WorkReportDraft
from aid.villages.model import VillageWork, WorkAdjustment
from aid.villages.queries import progress_rows
from aid.villages.service import designate_village, plan_work, report_work
from aid.villages.terms import Component
from tests.actors import LOCAL, recipient
from tests.conftest import TODAY
from tests.integration.furnishing import Act, collide, places_of

DAY = date(2006, 7, 1)


@pytest.fixture
async def work(seeded_database: Database) -> VillageWork:
    """80 households with safe water, 40 of them by July 2006."""
    async with seeded_database.writing(LOCAL) as session:
        village = await designate_village(session, VillageDraft(
            recipient="540200", name="普夏村", supporter="310000", designated_in=2006))
        made = await plan_work(session, village.id, WorkDraft(
            component=Component.LIVING, name="安全饮水", unit="户", planned=D(80),
            planned_start=date(2006, 3, 1), planned_end=date(2006, 10, 1)))
        await report_work(session, made.id, WorkReportDraft(reported_on=DAY, done=D(40)),
                          actor=LOCAL, today=TODAY)
        return made


def _to(work: VillageWork, *, version: int = 1, **given: object) -> Act:
    draft = WorkChangeDraft.model_validate({"reason": "按实测调整", **given})

    def act(session):  # type: ignore[no-untyped-def]
        return change_work(session, work.id, draft, expected_version=version, actor=LOCAL)

    return act


async def test_a_change_is_kept_with_its_reason_and_moves_progress(
    seeded_database: Database, work: VillageWork
) -> None:
    """50 households instead of 80: 40 of them are 80 %. Old and new stay, in both histories."""
    async with seeded_database.writing(LOCAL) as session:
        changed = await _to(work, planned=D(50), cost_fen=900)(session)
    assert isinstance(changed, VillageWork)
    assert (changed.planned, changed.cost_fen, changed.version) == (D(50), 900, 2)
    async with seeded_database.reading(LOCAL) as session:
        kept = [(row.field, row.old_value, row.new_value, row.reason, row.actor)
                for row in await session.scalars(
                    select(WorkAdjustment).order_by(WorkAdjustment.id))]
        history = [(row.field, row.old, row.new) for row in await session.scalars(
            select(Change).where(Change.entity == "village_work", Change.field.is_not(None))
            .order_by(Change.id))]
        [progress] = await progress_rows(session, [work.village_id], on=DAY)
    assert kept == [("planned", "80", "50", "按实测调整", "local"),
                    ("cost_fen", None, "900", "按实测调整", "local")]
    assert sorted(history) == [("cost_fen", None, 900), ("planned", "80", "50")]
    assert progress.progress == 80


async def test_mistakes_and_strangers_are_refused(
    seeded_database: Database, work: VillageWork
) -> None:
    """Nothing is changed by halves; an old version, a work that is none, a recipient."""
    with pytest.raises(InputRefused) as refused:
        async with seeded_database.writing(LOCAL) as session:
            await _to(work, unit="人", planned=D("1.5"), planned_end=date(2005, 1, 1))(session)
    assert sorted(one.field for one in refused.value.complaints) == [
        "planned", "planned_end", "unit"]
    with pytest.raises(StaleVersion):
        async with seeded_database.writing(LOCAL) as session:
            await _to(work, version=2, planned=D(50))(session)
    with pytest.raises(NotFound):
        async with seeded_database.writing(LOCAL) as session:
            await change_work(session, 10**9, WorkChangeDraft(reason="x", planned=D(1)),
                              expected_version=1, actor=LOCAL)
    places = await places_of(seeded_database)
    for actor, error in ((recipient(places.wenshan), NotFound),
                         (recipient(places.rikaze), (NotFound, DBAPIError))):
        with pytest.raises(error):
            await _as(seeded_database, actor, work)


async def _as(database: Database, actor: Actor, work: VillageWork) -> None:
    async with database.writing(actor) as session:
        await _to(work, planned=D(50))(session)


async def test_the_second_of_two_at_once_is_told(
    seeded_database: Database, work: VillageWork
) -> None:
    """One waits for the other, then learns that the version is another."""
    found = await collide(seeded_database, _to(work, planned=D(50)), _to(work, planned=D(60)))
    assert isinstance(found, StaleVersion)

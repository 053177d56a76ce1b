"""The approved investment of a project in the database: adjusted, approved anew, refused."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from aid.database.engine import Database
from aid.errors import InputRefused
from aid.projects import service
from aid.projects.holding import WrongStage
from aid.projects.model import ProjectAdjustment
from aid.projects.terms import Stage
from tests.actors import LOCAL
from tests.conftest import TODAY
from tests.integration.working import (
    MILLION,
    adjusted,
    approved,
    fields_of,
    led_to,
    moves_of,
    set_aside,
)


async def test_less_than_a_tenth_is_recorded(seeded_database: Database) -> None:
    """The amount changes, the stage does not."""
    project = await led_to(seeded_database, Stage.STARTED)
    project = await adjusted(seeded_database, project, MILLION * 109 // 100)
    assert (project.stage, project.approved_fen) == (Stage.STARTED, MILLION * 109 // 100)
    async with seeded_database.reading(LOCAL) as session:
        [row] = await session.scalars(select(ProjectAdjustment))
    assert (row.old_fen, row.new_fen, row.reapproval, row.reason) == (
        MILLION, MILLION * 109 // 100, False, "材料涨价")


@pytest.mark.parametrize("fen", [MILLION * 110 // 100, MILLION * 90 // 100])
async def test_a_tenth_or_more_is_approved_anew(seeded_database: Database, fen: int) -> None:
    """Up or down: it stands in reserve, everything kept, and goes on from where it was."""
    project = await led_to(seeded_database, Stage.STARTED)
    first, started = project.approved_on, project.started_on
    project = await adjusted(seeded_database, project, fen)
    assert (project.stage, project.held_stage, project.approved_fen, project.proposed_fen) == (
        Stage.RESERVE, Stage.STARTED, MILLION, fen)
    with pytest.raises(WrongStage):
        await adjusted(seeded_database, project, MILLION)
    project = await set_aside(seeded_database, service.suspend, project, date(2008, 7, 1))
    project = await set_aside(seeded_database, service.resume, project, date(2008, 7, 2))
    assert (project.stage, project.held_stage) == (Stage.RESERVE, Stage.STARTED)
    project = await approved(seeded_database, project, date(2008, 8, 1), fen=fen)
    assert (project.stage, project.held_stage, project.approved_fen) == (
        Stage.STARTED, None, fen)
    assert (project.approved_on, project.started_on) == (first, started)
    last = (await moves_of(seeded_database, project))[-1]
    assert (last.from_stage, last.to_stage, last.evidence) == ("reserve", "started", "approval_no")


async def test_small_changes_add_up_since_the_last_approval(seeded_database: Database) -> None:
    """6 % and 6 % are 12 %; approved anew, one counts from there."""
    project = await led_to(seeded_database, Stage.STARTED)
    project = await adjusted(seeded_database, project, MILLION * 106 // 100)
    project = await adjusted(seeded_database, project, MILLION * 112 // 100)
    assert (project.stage, project.approved_fen) == (Stage.RESERVE, MILLION * 106 // 100)
    project = await approved(seeded_database, project, date(2008, 8, 1), fen=MILLION * 112 // 100)
    project = await adjusted(seeded_database, project, MILLION * 120 // 100, date(2008, 9, 1))
    assert (project.stage, project.approved_fen) == (Stage.STARTED, MILLION * 120 // 100)


@pytest.mark.parametrize(("given", "fields"), [
    ({"fen": 0}, {"approved_investment"}),
    ({"fen": MILLION}, {"approved_investment"}),
    ({"fen": MILLION * 2, "reason": " "}, {"reason"}),
    ({"fen": MILLION * 2, "on": TODAY + timedelta(1)}, {"adjusted_on"}),
    ({"fen": MILLION * 2, "on": date(2007, 1, 1)}, {"adjusted_on"}),
])
async def test_a_senseless_adjustment_is_refused(
    seeded_database: Database, given: dict[str, Any], fields: set[str]
) -> None:
    """And nothing is written."""
    project = await led_to(seeded_database, Stage.STARTED)
    with pytest.raises(InputRefused) as refused:
        await adjusted(seeded_database, project, **given)
    assert fields_of(refused) == fields
    async with seeded_database.reading(LOCAL) as session:
        assert not list(await session.scalars(select(ProjectAdjustment)))


async def test_adjustments_follow_each_other_by_their_days(seeded_database: Database) -> None:
    """One dated before the last would make the amount of a past day another than it was."""
    project = await led_to(seeded_database, Stage.STARTED)
    project = await adjusted(
        seeded_database, project, MILLION * 104 // 100, date(2008, 6, 1))
    with pytest.raises(InputRefused) as refused:
        await adjusted(seeded_database, project, MILLION * 107 // 100, date(2008, 5, 31))
    assert fields_of(refused) == {"adjusted_on"}
    await adjusted(seeded_database, project, MILLION * 107 // 100, date(2008, 6, 1))

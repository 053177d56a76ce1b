"""The life of a project in the database: proposed, approved, led from stage to stage, adjusted."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from sqlalchemy import select, text

from aid.access.actor import Actor, Role
from aid.access.policy import Permission
from aid.database.engine import Database
from aid.errors import InputRefused, NotFound, StaleVersion
from aid.history import Change
from aid.projects import service
from aid.projects.drafts import Judgement, Step
from aid.projects.holding import WrongStage
from aid.projects.model import Assessment, Project
from aid.projects.rules import PATHS, Move, replayed
from aid.projects.terms import ProjectKind, Stage
from tests.actors import LOCAL, recipient
from tests.conftest import TODAY, told
from tests.integration.working import (
    MILLION,
    PROPOSED,
    a_draft,
    adjusted,
    advanced,
    approved,
    division,
    fields_of,
    led_to,
    moves_of,
    proposed,
    set_aside,
)

# Proposals.

async def test_a_proposal_is_in_reserve_with_a_code_of_its_own(seeded_database: Database) -> None:
    """Its places, pairing and first stage are written down, and history tells who proposed it."""
    project = await proposed(seeded_database)
    assert (project.code, project.stage, project.version) == (
        "310000-532600-2007-0001", "reserve", 1)
    assert (project.proposed_fen, project.approved_fen) == (MILLION, None)
    assert project.recipient_id == project.region_id == await division(seeded_database, "532600")
    assert project.pairing_id is not None
    [move] = await moves_of(seeded_database, project)
    assert (move.from_stage, move.to_stage, move.occurred_on, move.actor) == (
        None, "reserve", PROPOSED, "local")
    async with seeded_database.reading(LOCAL) as session:
        [change] = await session.scalars(select(Change).where(Change.entity == "project"))
    assert (change.field, change.actor, change.new["code"]) == (None, "local", project.code)


async def test_numbers_run_by_recipient_and_year(seeded_database: Database) -> None:
    """The code is the recipient's in the year of the planned start; each year begins anew."""
    days = [date(2007, 3, 1), date(2007, 12, 31), date(2008, 1, 1)]
    codes = [(await proposed(seeded_database, planned_start=day, planned_end=date(2009, 1, 1))).code
             for day in days]
    rikaze = [await proposed(seeded_database, recipient=code, planned_start=day,
                             planned_end=date(2016, 1, 1))
              for code, day in (("542300", date(2014, 3, 1)), ("540200", date(2014, 3, 1)),
                                ("540200", date(2015, 3, 1)))]
    assert codes == ["310000-532600-2007-0001", "310000-532600-2007-0002",
                     "310000-532600-2008-0001"]
    assert [project.code for project in rikaze] == [
        "310000-542300-2014-0001", "310000-542300-2014-0002", "310000-540200-2015-0001"]


async def test_proposals_at_once_get_codes_without_gap_or_double(seeded_database: Database) -> None:
    """Sixteen at once, of which every fourth is undone."""
    class Undone(Exception):
        pass

    async def one(number: int) -> None:
        actor = Actor(f"office-{number}", Role.OFFICE)
        async with seeded_database.writing(actor) as session:
            await service.propose(session, a_draft(name=f"{number}"), actor=actor, today=TODAY)
            if number % 4 == 3:
                raise Undone

    done = await asyncio.gather(*(one(number) for number in range(16)), return_exceptions=True)
    assert [type(found) for found in done if found is not None] == [Undone] * 4
    async with seeded_database.reading(LOCAL) as session:
        codes = list(await session.scalars(select(Project.code).order_by(Project.code)))
    assert codes == [f"310000-532600-2007-{number:04}" for number in range(1, 13)]


@pytest.mark.parametrize(("given", "fields"), [
    ({"recipient": "110000"}, {"recipient"}),
    ({"recipient": "999999"}, {"recipient"}),
    ({"recipient": "532621"}, {"recipient"}),
    ({"planned_start": date(1994, 1, 1)}, {"recipient"}),
    ({"recipient": "652900", "planned_start": date(2011, 1, 1),
      "planned_end": date(2012, 1, 1)}, {"recipient"}),
    ({"region": "540200"}, {"region"}),
    ({"region": "530000"}, {"region"}),
    ({"supporter": "110000"}, {"supporter"}),
    ({"district": "540200"}, {"district"}),
    ({"pairing": "310000-540200-tibet"}, {"pairing"}),
    ({"target": "rikaze-housing"}, {"target"}),
    ({"plan": "shanghai-2006-2010", "target": "rikaze-housing"}, {"target"}),
    ({"plan": "shanghai-2006-2010"}, {"target"}),
    ({"sector": "nothing"}, {"sector"}),
    ({"planned_end": date(2006, 1, 1)}, {"planned_end"}),
    ({"proposed_on": TODAY + timedelta(1)}, {"proposed_on"}),
    ({"recipient": "999999", "supporter": "110000", "sector": "nothing",
      "planned_end": date(2006, 1, 1)}, {"recipient", "supporter", "sector", "planned_end"}),
], ids=told)
async def test_a_senseless_proposal_is_refused_whole(
    seeded_database: Database, given: dict[str, Any], fields: set[str]
) -> None:
    """With every field that is wrong, and no number is lost."""
    with pytest.raises(InputRefused) as refused:
        await proposed(seeded_database, **given)
    assert fields_of(refused) == fields
    assert (await proposed(seeded_database)).code.endswith("-0001")


async def test_a_proposal_may_name_what_it_serves(seeded_database: Database) -> None:
    """A division below, a district, its pairing and a target of the plan for its region."""
    project = await proposed(
        seeded_database, recipient="540200", region="542301", district="310101",
        pairing="310000-540200-tibet", plan="shanghai-2006-2010", target="rikaze-housing")
    async with seeded_database.reading(LOCAL) as session:
        found = (await session.execute(text(
            "SELECT r.code, d.code, t.code, p.code FROM project j JOIN division r"
            " ON r.id = j.region_id JOIN supporting_district s ON s.id = j.district_id"
            " JOIN division d ON d.id = s.division_id JOIN plan_target t ON t.id = j.target_id"
            " JOIN pairing p ON p.id = j.pairing_id WHERE j.id = :id"), {"id": project.id})).one()
    assert tuple(found)[1:] == ("310101", "rikaze-housing", "310000-540200-tibet")
    assert project.region_id != project.recipient_id


async def test_a_recipient_proposes_for_itself_and_for_nobody_else(
    seeded_database: Database,
) -> None:
    """The second is told so plainly."""
    wenshan = recipient(await division(seeded_database, "532600"))
    mine = await proposed(seeded_database, actor=wenshan)
    assert (mine.code, mine.stage) == ("310000-532600-2007-0001", "reserve")
    with pytest.raises(InputRefused) as refused:
        await proposed(seeded_database, actor=wenshan, recipient="540200")
    assert fields_of(refused) == {"recipient"}


# Stages.

@pytest.mark.parametrize("kind", list(ProjectKind))
async def test_a_project_passes_every_stage_of_its_kind(
    seeded_database: Database, kind: ProjectKind
) -> None:
    """From reserve to closed; its history leads to where it stands, its days are kept."""
    project = await led_to(seeded_database, Stage.CLOSED, kind=kind)
    moves = await moves_of(seeded_database, project)
    assert tuple(move.to_stage for move in moves) == PATHS[kind]
    assert replayed(Move(Stage(m.from_stage) if m.from_stage else None, Stage(m.to_stage),
                         m.occurred_on) for m in moves).stage is Stage.CLOSED
    days = [project.approved_on, project.started_on, project.completed_on, project.accepted_on,
            project.audited_on, project.closed_on]
    assert all(days)
    assert days == sorted(day for day in days if day)
    async with seeded_database.reading(LOCAL) as session:
        kinds = list(await session.scalars(select(Assessment.kind).order_by(Assessment.id)))
    assert kinds == ["acceptance", "final_audit", "third_party"]


@pytest.mark.parametrize("to", [Stage.RESERVE, Stage.STARTED, Stage.CLOSED, Stage.SUSPENDED])
async def test_no_stage_is_skipped(seeded_database: Database, to: Stage) -> None:
    """What is approved is tendered next, and nothing else."""
    project = await led_to(seeded_database, Stage.APPROVED)
    with pytest.raises(WrongStage, match="tendered"):
        await advanced(seeded_database, project, to, TODAY)


async def test_what_is_missing_or_misdated_is_refused_together(seeded_database: Database) -> None:
    """Evidence, judgement, a day before the last stage, another project's document."""
    project = await led_to(seeded_database, Stage.COMPLETED)
    with pytest.raises(InputRefused) as refused:
        async with seeded_database.writing(LOCAL) as session:
            await service.advance(
                session, project.id, Stage.ACCEPTED, expected_version=project.version,
                step=Step(on=date(2007, 1, 1)), actor=LOCAL, today=TODAY)
    assert fields_of(refused) == {"occurred_on", "evidence_no", "assessor"}
    with pytest.raises(InputRefused) as refused:
        await advanced(seeded_database, project, Stage.ACCEPTED, TODAY + timedelta(1),
                       document_id=10**9, judgement=Judgement(
                           assessor=" ", passed=False, score=D(101), settled_fen=5))
    assert fields_of(refused) == {
        "occurred_on", "document_id", "assessor", "score", "settled_investment", "passed"}
    assert len(await moves_of(seeded_database, project)) == 5


async def test_missing_evidence_is_passed_over_with_a_reason(seeded_database: Database) -> None:
    """By whoever decides on projects; it is written down that something was missing."""
    project = await led_to(seeded_database, Stage.TENDERED)
    on = date(2008, 1, 1)
    with pytest.raises(InputRefused) as refused:
        await advanced(seeded_database, project, Stage.STARTED, on, evidence_no=" ",
                       override=True)
    assert fields_of(refused) == {"reason"}
    project = await advanced(seeded_database, project, Stage.STARTED, on, evidence_no=None,
                             override=True, reason="抢险先行")
    last = (await moves_of(seeded_database, project))[-1]
    assert (last.override, last.reason, last.evidence) == (True, "抢险先行", None)


async def test_who_does_not_decide_passes_over_nothing(seeded_database: Database) -> None:
    """An API token that may advance but not decide needs the evidence."""
    project = await led_to(seeded_database, Stage.TENDERED)
    narrow = Actor("token", Role.OFFICE, scopes=frozenset({Permission.PROJECT_ADVANCE}))
    with pytest.raises(InputRefused) as refused:
        async with seeded_database.writing(narrow) as session:
            await service.advance(
                session, project.id, Stage.STARTED, expected_version=project.version,
                step=Step(on=TODAY, override=True, reason="抢险先行"), actor=narrow, today=TODAY)
    assert fields_of(refused) == {"override"}


async def test_an_approval_needs_its_number_and_an_amount(seeded_database: Database) -> None:
    """A document does not stand for the number."""
    project = await proposed(seeded_database)
    with pytest.raises(InputRefused) as refused:
        await approved(seeded_database, project, evidence_no="", fen=0)
    assert fields_of(refused) == {"evidence_no", "approved_investment"}


async def test_whoever_saw_another_version_is_told(seeded_database: Database) -> None:
    """Twelve start the same project at once: one does, the others were late."""
    project = await led_to(seeded_database, Stage.TENDERED)

    async def one(_: int) -> str:
        try:
            await advanced(seeded_database, project, Stage.STARTED, date(2008, 1, 1))
        except StaleVersion as refused:
            return refused.code
        return "done"

    said = await asyncio.gather(*(one(number) for number in range(12)))
    assert sorted(said) == ["STALE_VERSION"] * 11 + ["done"]
    assert len(await moves_of(seeded_database, project)) == 4


async def test_an_unknown_project_is_not_found(seeded_database: Database) -> None:
    """A plain refusal."""
    with pytest.raises(NotFound):
        await approved(seeded_database, Project(id=10**9, version=1))


async def test_a_failed_acceptance_is_recorded_without_a_stage(seeded_database: Database) -> None:
    """The project stays completed until it passes."""
    project = await led_to(seeded_database, Stage.COMPLETED)
    async with seeded_database.writing(LOCAL) as session:
        row = await service.assess(
            session, project.id, Stage.ACCEPTED, on=date(2008, 1, 1), actor=LOCAL, today=TODAY,
            judgement=Judgement(assessor="州住建局", passed=False, findings="屋面渗水"))
    assert (row.kind, row.passed, row.findings) == ("acceptance", False, "屋面渗水")
    project = await advanced(seeded_database, project, Stage.ACCEPTED, date(2008, 3, 1))
    assert project.stage == "accepted"


# Aside and back.

@pytest.mark.parametrize("stage", [Stage.RESERVE, Stage.APPROVED, Stage.STARTED, Stage.EVALUATED])
async def test_a_project_is_suspended_and_goes_on_where_it_was(
    seeded_database: Database, stage: Stage
) -> None:
    """From any open stage; meanwhile nothing else is done with it."""
    project = await led_to(seeded_database, stage)
    project = await set_aside(seeded_database, service.suspend, project, date(2009, 1, 1))
    assert (project.stage, project.held_stage) == (Stage.SUSPENDED, stage)
    for refused in (
        set_aside(seeded_database, service.suspend, project, date(2009, 1, 2)),
        adjusted(seeded_database, project, MILLION * 2, date(2009, 1, 2)),
        advanced(seeded_database, project, Stage.STARTED, date(2009, 1, 2)),
        approved(seeded_database, project, date(2009, 1, 2)),
    ):
        with pytest.raises(WrongStage):
            await refused
    with pytest.raises(InputRefused) as early:
        await set_aside(seeded_database, service.resume, project, date(2008, 12, 31), reason=" ")
    assert fields_of(early) == {"occurred_on", "reason"}
    project = await set_aside(seeded_database, service.resume, project, date(2009, 3, 1))
    assert (project.stage, project.held_stage) == (stage, None)


async def test_a_cancelled_project_keeps_its_history_and_stays(seeded_database: Database) -> None:
    """Also one that was suspended; a closed one cannot be cancelled."""
    project = await led_to(seeded_database, Stage.STARTED)
    project = await set_aside(seeded_database, service.suspend, project, date(2009, 1, 1))
    project = await set_aside(seeded_database, service.cancel, project, date(2009, 2, 1))
    assert (project.stage, project.held_stage) == ("cancelled", None)
    assert len(await moves_of(seeded_database, project)) == 6
    closed = await led_to(seeded_database, Stage.CLOSED)
    for verb in (service.suspend, service.resume, service.cancel):
        for over in (project, closed):
            with pytest.raises(WrongStage):
                await set_aside(seeded_database, verb, over, TODAY)

"""Milestones and progress: planned, logged once, planned anew, late; reported and never lost."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from sqlalchemy import func, select

from aid.access.actor import Actor
from aid.database.engine import Database
from aid.errors import AidError, InputRefused, NotFound, StaleVersion
from aid.history import Change
from aid.projects import queries, service
from aid.projects.drafts import MilestoneDraft, Step
from aid.projects.holding import WrongStage
from aid.projects.milestones import AlreadyLogged, MilestoneLog
from aid.projects.model import Milestone, ProgressReport, Project, Rescheduling
from aid.projects.reporting import Progress
from aid.projects.templates import TEMPLATES
from aid.projects.terms import ProjectKind, Stage
from tests.actors import LOCAL, recipient
from tests.conftest import TODAY, told
from tests.integration.working import END, START, division, led_to, proposed


def _fields(refused: pytest.ExceptionInfo[InputRefused]) -> set[str]:
    return {complaint.field for complaint in refused.value.complaints}


async def _planned(
    database: Database, project: Project, given: list[MilestoneDraft] | None = None
) -> list[Milestone]:
    async with database.writing(LOCAL) as session:
        return await service.plan_milestones(session, project.id, given)


async def _logged(
    database: Database, milestone: Milestone, on: date = date(2007, 6, 1), **given: Any
) -> Milestone:
    async with database.writing(LOCAL) as session:
        return await service.log_milestone(
            session, milestone.id, today=TODAY,
            log=MilestoneLog(**{"met_on": on, "evidence_no": "开工令2007-3", **given}))


async def _rescheduled(
    database: Database, milestone: Milestone, on: date, reason: str = "雨季"
) -> Milestone:
    async with database.writing(LOCAL) as session:
        return await service.reschedule_milestone(
            session, milestone.id, expected_version=milestone.version, planned_on=on,
            reason=reason, actor=LOCAL)


async def _cancelled(database: Database, project: Project) -> Project:
    async with database.writing(LOCAL) as session:
        return await service.cancel(
            session, project.id, expected_version=project.version, actor=LOCAL, today=TODAY,
            step=Step(on=TODAY, reason="规划调整"))


def _draft(name: str, on: date = START, stage: Stage = Stage.STARTED) -> MilestoneDraft:
    return MilestoneDraft(stage=stage, name=name, planned_on=on)


# Planning.

@pytest.mark.parametrize("kind", list(ProjectKind))
async def test_a_template_spreads_over_the_planned_period(
    seeded_database: Database, kind: ProjectKind
) -> None:
    """In order, from the planned start; the works end on the planned end."""
    rows = await _planned(seeded_database, await proposed(seeded_database, kind=kind))
    assert [row.name for row in rows] == [one.name.zh for one in TEMPLATES[kind]]
    assert [row.ordinal for row in rows] == list(range(1, len(rows) + 1))
    days = [row.planned_on for row in rows]
    assert (days, days[0]) == (sorted(days), START)
    assert [row.planned_on for row in rows if row.stage == "completed"] == [END]


async def test_nothing_is_planned_twice(seeded_database: Database) -> None:
    """Of many who use the template at once one does; other milestones may be added."""
    project = await proposed(seeded_database)

    async def one() -> str:
        try:
            await _planned(seeded_database, project)
        except InputRefused as refused:
            return refused.complaints[0].field
        return "done"

    said = await asyncio.gather(*(one() for _ in range(6)))
    assert sorted(said) == ["done"] + ["name"] * 5
    [row] = await _planned(seeded_database, project, [_draft("屋面封顶")])
    assert row.ordinal == len(TEMPLATES[ProjectKind.FIXED_ASSET]) + 1


@pytest.mark.parametrize(("given", "field"), [
    ([], "milestones"),
    ([_draft("一"), _draft("一")], "name"),
    ([_draft("招标", stage=Stage.TENDERED)], "stage"),
    ([_draft("终止", stage=Stage.CANCELLED)], "stage"),
], ids=str)
async def test_a_senseless_milestone_is_refused(
    seeded_database: Database, given: list[MilestoneDraft], field: str
) -> None:
    """Training has no tender; no project plans to be cancelled."""
    project = await proposed(seeded_database, kind="non_fixed_asset")
    with pytest.raises(InputRefused) as refused:
        await _planned(seeded_database, project, given)
    assert _fields(refused) == {field}


# Logging.

async def test_a_milestone_is_logged_with_its_evidence(seeded_database: Database) -> None:
    """In one call; history tells who."""
    first, *_ = await _planned(seeded_database, await proposed(seeded_database))
    row = await _logged(seeded_database, first)
    assert (row.met_on, row.evidence_no, row.version) == (date(2007, 6, 1), "开工令2007-3", 2)
    async with seeded_database.reading(LOCAL) as session:
        changes = {change.field: change.new for change in await session.scalars(
            select(Change).where(Change.entity == "milestone", Change.entity_id == row.id,
                                 Change.field.is_not(None)))}
    assert changes == {"met_on": "2007-06-01", "evidence_no": "开工令2007-3"}


async def test_logging_the_same_again_changes_nothing(seeded_database: Database) -> None:
    """Ten clicks at once, and one when the project is over: one change, ten answers alike."""
    project = await proposed(seeded_database)
    first, *_ = await _planned(seeded_database, project)
    found = await asyncio.gather(*(_logged(seeded_database, first) for _ in range(10)))
    assert {(row.met_on, row.version) for row in found} == {(date(2007, 6, 1), 2)}
    await _cancelled(seeded_database, project)
    assert (await _logged(seeded_database, first)).version == 2
    assert (await _logged(seeded_database, first, evidence_no=None)).version == 2
    async with seeded_database.reading(LOCAL) as session:
        assert await session.scalar(select(func.count()).where(
            Change.entity == "milestone", Change.field == "met_on")) == 1


@pytest.mark.parametrize("other", [
    {"on": date(2007, 6, 2)}, {"evidence_no": "开工令2007-4"}, {"note": "补记"}], ids=str)
async def test_logging_it_otherwise_is_refused_and_says_what_stands(
    seeded_database: Database, other: dict[str, Any]
) -> None:
    """The day and the number that are there stay."""
    first, *_ = await _planned(seeded_database, await proposed(seeded_database))
    await _logged(seeded_database, first)
    with pytest.raises(AlreadyLogged, match=r"2007-06-01.*开工令2007-3"):
        await _logged(seeded_database, first, **other)


@pytest.mark.parametrize(("given", "fields"), [
    ({"on": TODAY + timedelta(1)}, {"met_on"}),
    ({"on": date(2007, 1, 9)}, {"met_on"}),
    ({"evidence_no": " "}, {"evidence_no"}),
    ({"on": date(2007, 1, 9), "evidence_no": None, "document_id": 10**9},
     {"met_on", "document_id"}),
], ids=told)
async def test_what_cannot_have_been_met_is_refused(
    seeded_database: Database, given: dict[str, Any], fields: set[str]
) -> None:
    """Tomorrow, before the proposal, with nothing that shows it, or another's document."""
    first, *_ = await _planned(seeded_database, await proposed(seeded_database))
    with pytest.raises(InputRefused) as refused:
        await _logged(seeded_database, first, **given)
    assert _fields(refused) == fields


async def test_an_ended_project_has_no_more_milestones(seeded_database: Database) -> None:
    """None is planned, logged or planned anew."""
    project = await proposed(seeded_database)
    first, *_ = await _planned(seeded_database, project)
    await _cancelled(seeded_database, project)
    for refused in (_planned(seeded_database, project, [_draft("x")]),
                    _logged(seeded_database, first),
                    _rescheduled(seeded_database, first, date(2009, 1, 1))):
        with pytest.raises(WrongStage):
            await refused
    with pytest.raises(NotFound):
        await _logged(seeded_database, Milestone(id=10**9))


# Planned anew.

async def test_planning_anew_keeps_the_old_day_and_the_reason(seeded_database: Database) -> None:
    """Twice; each old day stays."""
    first, *_ = await _planned(seeded_database, await proposed(seeded_database))
    row = await _rescheduled(seeded_database, first, date(2007, 9, 1))
    row = await _rescheduled(seeded_database, row, date(2007, 10, 1), "征地")
    async with seeded_database.reading(LOCAL) as session:
        kept = [(one.old_on, one.new_on, one.reason) for one in await session.scalars(
            select(Rescheduling).order_by(Rescheduling.id))]
    assert kept == [(START, date(2007, 9, 1), "雨季"),
                    (date(2007, 9, 1), date(2007, 10, 1), "征地")]
    assert row.planned_on == date(2007, 10, 1)


async def test_planning_anew_is_refused_where_it_makes_no_sense(seeded_database: Database) -> None:
    """The same day, no reason, another version, a milestone that was met."""
    first, *_ = await _planned(seeded_database, await proposed(seeded_database))
    with pytest.raises(InputRefused) as refused:
        await _rescheduled(seeded_database, first, START, " ")
    assert _fields(refused) == {"planned_on", "reason"}
    await _rescheduled(seeded_database, first, date(2007, 9, 1))
    with pytest.raises(StaleVersion):
        await _rescheduled(seeded_database, Milestone(id=first.id, version=1), date(2007, 9, 2))
    met = await _logged(seeded_database, first)
    with pytest.raises(AlreadyLogged):
        await _rescheduled(seeded_database, met, date(2007, 9, 3))


# Late and due soon.

async def test_late_and_due_soon_are_found_across_projects(seeded_database: Database) -> None:
    """A milestone is late from the day after; a met, cancelled or suspended one is not."""
    today = date(2007, 6, 15)
    wenshan = await proposed(seeded_database)
    rikaze = await proposed(seeded_database, recipient="540200")
    over = await proposed(seeded_database)
    days = {"昨": today - timedelta(1), "今": today, "月": today + timedelta(30),
            "远": today + timedelta(31)}
    rows = await _planned(seeded_database, wenshan, [
        _draft(name, on) for name, on in days.items()] + [_draft("已", date(2007, 3, 1))])
    await _logged(seeded_database, rows[-1])
    await _planned(seeded_database, rikaze, [_draft("久", date(2007, 4, 1))])
    await _planned(seeded_database, over, [_draft("止", date(2007, 4, 1))])
    await _cancelled(seeded_database, over)
    own = await division(seeded_database, "532600")
    async with seeded_database.reading(LOCAL) as session:
        late = await queries.late_milestones(session, today=today)
        soon = await queries.milestones_due_soon(session, today=today)
        only = await queries.late_milestones(session, today=today, recipient_id=own)
    assert [(row.name.zh, row.days) for row in late] == [("久", -75), ("昨", -1)]
    assert [row.name.zh for row in soon] == ["今", "月"]
    assert [(row.name.zh, row.recipient_code, row.project_code) for row in only] == [
        ("昨", "532600", wenshan.code)]
    async with seeded_database.reading(recipient(own)) as session:
        assert await queries.late_milestones(session, today=today) == only


async def test_a_project_is_read_with_everything(seeded_database: Database) -> None:
    """By its code, and by nobody whose project it is not."""
    project = await led_to(seeded_database, Stage.ACCEPTED, district="310101")
    first, *rest = await _planned(seeded_database, project)
    await _rescheduled(seeded_database, first, date(2007, 3, 5))
    await _reported(seeded_database, project, D(100), date(2008, 1, 1))
    own = recipient(project.recipient_id)
    other = recipient(await division(seeded_database, "540200"))
    async with seeded_database.reading(own) as session:
        row = await queries.project_by_code(session, project.code, today=TODAY)
    async with seeded_database.reading(other) as session:
        assert await queries.project_by_code(session, project.code, today=TODAY) is None
    assert row is not None
    assert (row.recipient.zh, row.supporter.zh, row.sector.en, row.pairing_code) == (
        "文山壮族苗族自治州", "上海市", "Education", "310000-532600-east-west")
    assert row.district is not None
    assert [stage.to_stage for stage in row.stages][-1] == "accepted"
    assert (len(row.milestones), row.milestones[0].reschedulings[0].reason) == (
        len(rest) + 1, "雨季")
    assert (row.progress, [report.percent for report in row.reports]) == (D(100), [D(100)])
    assert [one.kind for one in row.assessments] == ["acceptance"]
    assert not row.late


# Progress.

async def _reported(
    database: Database, project: Project, percent: D, on: date, note: str | None = None,
    actor: Actor = LOCAL, **given: Any
) -> ProgressReport:
    async with database.writing(actor) as session:
        return await service.report_progress(
            session, project.id, actor=actor, today=TODAY,
            progress=Progress(percent=percent, on=on, note=note, **given))


async def _present(database: Database, project: Project) -> tuple[D, date | None]:
    async with database.reading(LOCAL) as session:
        found = (await session.execute(select(Project.progress, Project.progress_on).where(
            Project.id == project.id))).one()
    return found[0], found[1]


async def test_every_report_stays_and_the_latest_day_counts(seeded_database: Database) -> None:
    """A report for an earlier day does not change where the project stands."""
    project = await led_to(seeded_database, Stage.STARTED)
    await _reported(seeded_database, project, D("40.5"), date(2008, 3, 1))
    await _reported(seeded_database, project, D(20), date(2008, 1, 1))
    assert await _present(seeded_database, project) == (D("40.5"), date(2008, 3, 1))
    await _reported(seeded_database, project, D(30), date(2008, 3, 1), "复核更正")
    assert await _present(seeded_database, project) == (D(30), date(2008, 3, 1))
    async with seeded_database.reading(LOCAL) as session:
        assert await session.scalar(select(func.count()).select_from(ProgressReport)) == 3


@pytest.mark.parametrize(("percent", "on", "fields"), [
    (D(101), date(2008, 6, 1), {"percent"}),
    (D(-1), date(2008, 6, 1), {"percent"}),
    (D("NaN"), date(2008, 6, 1), {"percent"}),
    (D("50.001"), date(2008, 6, 1), {"percent"}),
    (D(60), TODAY + timedelta(1), {"reported_on"}),
    (D(60), date(2007, 1, 1), {"reported_on"}),
    (D(39), date(2008, 6, 1), {"note"}),
    (D(41), date(2008, 1, 1), {"note"}),
    (D(101), date(2007, 1, 1), {"percent", "reported_on"}),
], ids=told)
async def test_progress_that_cannot_be_or_falls_without_a_note_is_refused(
    seeded_database: Database, percent: D, on: date, fields: set[str]
) -> None:
    """40 % stand on the first of March 2008."""
    project = await led_to(seeded_database, Stage.STARTED)
    await _reported(seeded_database, project, D(40), date(2008, 3, 1))
    with pytest.raises(InputRefused) as refused:
        await _reported(seeded_database, project, percent, on)
    assert _fields(refused) == fields
    assert await _present(seeded_database, project) == (D(40), date(2008, 3, 1))


async def test_what_has_not_started_has_no_progress(seeded_database: Database) -> None:
    """Nor what was cancelled."""
    approved = await led_to(seeded_database, Stage.APPROVED)
    cancelled = await _cancelled(seeded_database, await led_to(seeded_database, Stage.STARTED))
    for project in (approved, cancelled):
        with pytest.raises(WrongStage):
            await _reported(seeded_database, project, D(1), TODAY)


async def test_a_recipient_reports_of_its_own_and_finds_no_other(
    seeded_database: Database,
) -> None:
    """Its report counts, though it may not change the project; nor is another's found."""
    project = await led_to(seeded_database, Stage.STARTED)
    await _reported(seeded_database, project, D(35), date(2008, 3, 1),
                    actor=recipient(project.recipient_id))
    assert await _present(seeded_database, project) == (D(35), date(2008, 3, 1))
    with pytest.raises(NotFound):
        await _reported(seeded_database, project, D(90), date(2008, 3, 1),
                        actor=recipient(await division(seeded_database, "540200")))


async def test_reports_at_once_all_stay_and_hold_to_the_rule(seeded_database: Database) -> None:
    """Ten of one day by office and recipient: whoever comes after a greater one is refused."""
    project = await led_to(seeded_database, Stage.STARTED)
    own = recipient(project.recipient_id)

    async def one(number: int) -> str:
        try:
            await _reported(seeded_database, project, D(number), date(2008, 3, 1),
                            actor=own if number % 2 else LOCAL)
        except AidError as refused:
            return refused.code
        return "done"

    said = await asyncio.gather(*(one(number) for number in (5, 3, 9, 1, 7, 2, 8, 4, 6, 10)))
    async with seeded_database.reading(LOCAL) as session:
        kept = list(await session.scalars(
            select(ProgressReport.percent).order_by(ProgressReport.id)))
    assert set(said) <= {"done", "INPUT_REFUSED"}
    assert kept == sorted(kept)
    assert (len(kept), (await _present(seeded_database, project))[0]) == (
        said.count("done"), kept[-1])

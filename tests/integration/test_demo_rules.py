"""Every simulated project could have been made by the services: their rules are asked of all."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from aid.cadres.model import Cadre, Post
from aid.database.engine import Database
from aid.projects.drafts import Judgement, ProjectDraft
from aid.projects.model import (
    Assessment,
    Milestone,
    ProgressReport,
    Project,
    ProjectAdjustment,
    Rescheduling,
    Sector,
    StageChange,
)
from aid.projects.resolving import resolve
from aid.projects.rules import (
    DATED,
    ENDED,
    GATES,
    JUDGED,
    Move,
    Neighbours,
    check_day,
    check_gate,
    check_investment,
    check_judgement,
    check_milestone,
    check_passed,
    check_planned,
    check_progress,
    check_rescheduling,
    is_open,
    missing_evidence,
    needs_reapproval,
    next_stages,
    replayed,
)
from aid.projects.templates import TEMPLATES, planned_day
from aid.projects.terms import AssessmentKind, DeliveryMode, ProjectKind, Stage
from aid.regions.model import Division, SupportingCity, SupportingDistrict
from aid.villages.model import (
    KeyVillage,
)
from tests.actors import LOCAL
from tests.conftest import TODAY
from tests.integration.replaying import projects_by_id, rows_by


def _moves(changes: Sequence[StageChange]) -> list[Move]:
    return [Move(Stage(row.from_stage) if row.from_stage else None, Stage(row.to_stage),
                 row.occurred_on) for row in changes]


async def test_every_stage_follows_by_the_rules(demo_database: Database) -> None:
    """From reserve on: what may come next, its day, its evidence or the reason why not."""
    async with demo_database.reading(LOCAL) as session:
        histories = await rows_by(session, StageChange, "project_id")
        adjustments = await rows_by(session, ProjectAdjustment, "project_id")
        projects = await projects_by_id(session)
    assert histories.keys() == projects.keys()
    for number, changes in histories.items():
        project, moves = projects[number], _moves(changes)
        assert (moves[0].from_stage, moves[0].to_stage) == (None, Stage.RESERVE)
        anew = {(row.adjusted_on, row.reason) for row in adjustments[number] if row.reapproval}
        for at, (change, move) in enumerate(zip(changes, moves, strict=True)):
            assert check_day(move.on, after=moves[max(0, at - 1)].on, today=TODAY) == []
            if at:
                _check_step(project, replayed(moves[:at]), change, move, anew)
        standing = replayed(moves)
        assert (project.stage, project.held_stage) == (standing.stage, standing.held)


def _check_step(
    project: Project, standing: Any, change: StageChange, move: Move, anew: set[tuple[date, str]]
) -> None:
    """One move, from where the project stood."""
    if move.to_stage is Stage.RESERVE:
        assert is_open(standing.stage)
        assert (move.on, change.reason) in anew
        return
    following = next_stages(ProjectKind(project.kind), standing.stage, standing.held)
    assert move.to_stage in following, (project.code, move)
    if move.to_stage in (Stage.SUSPENDED, Stage.CANCELLED) or standing.stage is Stage.SUSPENDED:
        assert change.reason
        return
    gate = Stage.APPROVED if standing.stage is Stage.RESERVE else move.to_stage
    missing = missing_evidence(gate, evidence_no=change.evidence_no, has_document=False)
    assert check_gate(missing, override=change.override, reason=change.reason,
                      may_override=True) == []
    assert change.override is bool(missing)
    assert change.evidence == (None if missing else GATES.get(gate))


async def test_first_days_of_stages_stand_on_the_project(demo_database: Database) -> None:
    """Those of its history, and none else; what is approved has an amount."""
    async with demo_database.reading(LOCAL) as session:
        histories = await rows_by(session, StageChange, "project_id")
        projects = await projects_by_id(session)
    for number, project in projects.items():
        moves = _moves(histories[number])
        for stage, column in DATED.items():
            days = [move.on for move in moves if move.to_stage is stage]
            assert getattr(project, column) == min(days, default=None)
        assert (project.approved_fen is None) is (project.approved_on is None)


async def test_investments_were_adjusted_by_the_rules(demo_database: Database) -> None:
    """Each from what stood before; a tenth or more, and only that, was to be approved anew."""
    async with demo_database.reading(LOCAL) as session:
        adjustments = await rows_by(session, ProjectAdjustment, "project_id")
        histories = await rows_by(session, StageChange, "project_id")
        projects = await projects_by_id(session)
    assert len(adjustments) > 100
    for number, changes in adjustments.items():
        project, [change] = projects[number], changes
        assert check_investment(change.new_fen, change.old_fen) == []
        assert change.reapproval is needs_reapproval(change.old_fen, change.new_fen)
        before = replayed([move for move in _moves(histories[number])
                           if move.on < change.adjusted_on])
        assert is_open(before.stage)
        if project.stage == Stage.RESERVE:
            assert (project.approved_fen, project.proposed_fen) == (change.old_fen, change.new_fen)
        else:
            assert project.approved_fen == change.new_fen


async def test_progress_was_reported_by_the_rules(demo_database: Database) -> None:
    """Between the start and today, never falling; the project says what its last report says."""
    async with demo_database.reading(LOCAL) as session:
        reports = await rows_by(session, ProgressReport, "project_id")
        projects = await projects_by_id(session)
    for number, project in projects.items():
        last = Decimal(0)
        for report in reports[number]:
            assert project.started_on is not None
            assert check_progress(report.percent, report.reported_on, note=report.note,
                                  started_on=project.started_on, neighbours=Neighbours(last),
                                  today=TODAY) == []
            last = report.percent
        days = [report.reported_on for report in reports[number]]
        assert days == sorted(days)
        assert (project.progress, project.progress_on) == (last, days[-1] if days else None)
        assert project.completed_on is None or last == 100


async def test_judgements_are_by_the_rules(demo_database: Database) -> None:
    """Each stage that somebody judges has its judgement, of its day; others lead nowhere."""
    stages = {kind: stage for stage, kind in JUDGED.items()}
    async with demo_database.reading(LOCAL) as session:
        judged = await rows_by(session, Assessment, "project_id")
        histories = await rows_by(session, StageChange, "project_id")
        projects = await projects_by_id(session)
    failed = 0
    for number, project in projects.items():
        entered = {Stage(row.to_stage): row.occurred_on for row in histories[number]}
        passed = {}
        for row in judged[number]:
            stage = stages[AssessmentKind(row.kind)]
            found = Judgement(assessor=row.assessor, passed=row.passed, score=row.score,
                              settled_fen=row.settled_fen, findings=row.findings)
            assert check_judgement(stage, found) == []
            assert project.completed_on is not None
            assert check_day(row.assessed_on, after=project.completed_on, today=TODAY) == []
            if check_passed(stage, found) == []:
                passed[stage] = row.assessed_on
            else:
                failed += 1
        assert passed == {stage: on for stage, on in entered.items() if stage in JUDGED}
    assert failed


async def test_milestones_are_those_of_the_template(demo_database: Database) -> None:
    """Planned as it says (or anew, with the old day kept), met by the rules."""
    async with demo_database.reading(LOCAL) as session:
        milestones = await rows_by(session, Milestone, "project_id")
        moved = await rows_by(session, Rescheduling, "milestone_id")
        projects = await projects_by_id(session)
        began = {number: rows[0].occurred_on
                 for number, rows in (await rows_by(session, StageChange, "project_id")).items()}
    assert moved
    for number, project in projects.items():
        template = TEMPLATES[ProjectKind(project.kind)] if project.approved_on else ()
        for row, one in zip(milestones[number], template, strict=True):
            planned = planned_day(one.share, project.planned_start, project.planned_end)
            changes = moved[row.id]
            assert (row.stage, row.name) == (one.stage, one.name.zh)
            assert [change.old_on for change in changes[:1]] in ([], [planned])
            assert row.planned_on == (changes[0].new_on if changes else planned)
            assert all(check_rescheduling(change.new_on, change.old_on) == []
                       for change in changes)
            if row.met_on is not None:
                said = {name: value for name in ("evidence_no", "note")
                        if (value := getattr(row, name)) is not None}
                assert check_milestone(said, met_on=row.met_on, began_on=began[number],
                                       today=TODAY) == []
            elif project.stage == Stage.CLOSED:
                raise AssertionError(f"{project.code}: {row.name} was never met")


async def test_what_is_over_has_nothing_after_its_end(demo_database: Database) -> None:
    """A cancelled project met no milestone and reported no progress afterwards."""
    async with demo_database.reading(LOCAL) as session:
        milestones = await rows_by(session, Milestone, "project_id")
        reports = await rows_by(session, ProgressReport, "project_id")
        histories = await rows_by(session, StageChange, "project_id")
        projects = await projects_by_id(session)
    ended = [number for number, project in projects.items() if Stage(project.stage) in ENDED]
    assert ended
    for number in ended:
        last = histories[number][-1].occurred_on
        assert all(row.met_on is None or row.met_on <= last for row in milestones[number])
        assert all(row.reported_on <= last for row in reports[number])


async def test_proposals_name_what_the_services_would_find(demo_database: Database) -> None:
    """Place, pairing, district and commitment of every fiftieth project, resolved from codes."""
    city, supporter = aliased(Division), aliased(Division)
    async with demo_database.reading(LOCAL) as session:
        districts = dict((await session.execute(
            select(SupportingDistrict.id, Division.code)
            .join(Division, Division.id == SupportingDistrict.division_id))).all())
        rows = (await session.execute(
            select(Project, city.code, Division.code, supporter.code, Sector.code)
            .join(city, city.id == Project.recipient_id)
            .join(Division, Division.id == Project.region_id)
            .join(SupportingCity, SupportingCity.id == Project.supporter_id)
            .join(supporter, supporter.id == SupportingCity.division_id)
            .join(Sector, Sector.id == Project.sector_id).order_by(Project.code))).all()
        for project, own, region, gives, sector in rows[::50]:
            draft = ProjectDraft(
                name=project.name, recipient=own, region=region, supporter=gives,
                district=districts[project.district_id] if project.district_id else None,
                sector=sector, kind=ProjectKind(project.kind),
                delivery_mode=DeliveryMode(project.delivery_mode),
                proposed_yuan=Decimal(project.proposed_fen) / 100,
                planned_start=project.planned_start, planned_end=project.planned_end)
            assert check_planned(draft, today=TODAY) == []
            found, complaints = await resolve(session, draft, actor=LOCAL)
            assert complaints == []
            assert found is not None
            for name in ("recipient_id", "region_id", "district_id", "pairing_id", "sector_id"):
                assert getattr(found, name) == getattr(project, name), (project.code, name)


async def test_codes_run_without_gaps(demo_database: Database) -> None:
    """Of projects in each year of a recipient; villages; posts; people."""
    async with demo_database.reading(LOCAL) as session:
        series: dict[object, list[int]] = defaultdict(list)
        for row in await session.scalars(select(Project)):
            _, _, year, number = row.code.split("-")
            assert int(year) == row.planned_start.year
            series["project", row.recipient_id, year].append(int(number))
        for model in (KeyVillage, Post, Cadre):
            for code in await session.scalars(select(model.code)):
                head, number = code.rsplit("-", 1)
                series[head].append(int(number))
    for name, numbers in series.items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), name

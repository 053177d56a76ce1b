"""Rules of a project's life: stages, evidence, days, investment, milestones, progress."""

from datetime import date, timedelta
from decimal import Decimal as D
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.projects.drafts import Judgement, ProjectDraft
from aid.projects.rules import (
    ENDED,
    GATES,
    JUDGED,
    PATHS,
    Move,
    Neighbours,
    Standing,
    check_day,
    check_gate,
    check_judgement,
    check_passed,
    check_planned,
    check_progress,
    is_open,
    late,
    missing_evidence,
    missing_judgement,
    needs_reapproval,
    next_stages,
    project_late,
    replayed,
)
from aid.projects.templates import TEMPLATES, planned_day
from aid.projects.terms import EVIDENCE_NAMES, STAGE_NAMES, Evidence, ProjectKind, Stage

TODAY = date(2008, 6, 15)
DAY = timedelta(1)


# Stages.

def test_what_is_not_built_is_neither_tendered_nor_handed_over() -> None:
    """Otherwise both kinds pass the same stages."""
    built, other = PATHS[ProjectKind.FIXED_ASSET], PATHS[ProjectKind.NON_FIXED_ASSET]
    assert [stage.value for stage in built] == [
        "reserve", "approved", "tendered", "started", "completed", "accepted", "audited",
        "handed_over", "evaluated", "closed"]
    assert [stage for stage in built if stage not in other] == [Stage.TENDERED, Stage.HANDED_OVER]


@pytest.mark.parametrize("kind", list(ProjectKind))
def test_each_stage_is_followed_by_the_next_or_left_aside(kind: ProjectKind) -> None:
    """Nothing follows the end."""
    path = PATHS[kind]
    for stage, following in pairwise(path):
        assert next_stages(kind, stage) == (following, Stage.SUSPENDED, Stage.CANCELLED)
        assert next_stages(kind, Stage.SUSPENDED, stage) == (stage, Stage.CANCELLED)
    assert next_stages(kind, Stage.RESERVE, Stage.STARTED) == (
        Stage.STARTED, Stage.SUSPENDED, Stage.CANCELLED)
    assert next_stages(kind, Stage.CLOSED) == next_stages(kind, Stage.CANCELLED) == ()


def test_every_stage_and_every_evidence_has_a_name() -> None:
    """In both languages; each evidence is asked for at one stage of the path."""
    assert STAGE_NAMES.keys() == set(Stage)
    assert EVIDENCE_NAMES.keys() == set(Evidence) == set(GATES.values())
    assert GATES.keys() == set(PATHS[ProjectKind.FIXED_ASSET]) - {Stage.RESERVE, Stage.CLOSED}


@pytest.mark.parametrize("moves", [
    [(None, "reserve"), ("approved", "started")],
    [("reserve", "approved")],
    [(None, "reserve"), (None, "reserve")],
    [(None, "reserve"), ("reserve", "suspended"), ("suspended", "approved")],
    [(None, "reserve"), ("reserve", "approved"), ("approved", "reserve"),
     ("reserve", "tendered")],
])
def test_a_history_with_a_gap_is_no_history(moves: list[tuple[str | None, str]]) -> None:
    """It is refused rather than guessed at."""
    with pytest.raises(ValueError, match="does not go"):
        replayed(Move(Stage(old) if old else None, Stage(new), TODAY) for old, new in moves)


@st.composite
def _lives(draw: st.DrawFn) -> tuple[ProjectKind, list[Move]]:
    """A project led by allowed verbs, each on a day that the rules let pass."""
    kind = draw(st.sampled_from(list(ProjectKind)))
    moves = [Move(None, Stage.RESERVE, date(2007, 1, 1))]
    for _ in range(draw(st.integers(0, 30))):
        standing = replayed(moves)
        allowed = list(next_stages(kind, standing.stage, standing.held))
        if is_open(standing.stage) and standing.stage is not Stage.RESERVE:
            allowed.append(Stage.RESERVE)  # its investment changed by a tenth or more
        if not allowed:
            break
        to = draw(st.sampled_from(allowed))
        on = date(2007, 1, 1) + timedelta(draw(st.integers(0, 600)))
        if not check_day(on, after=moves[-1].on, today=TODAY):
            moves.append(Move(standing.stage, to, on))
    return kind, moves


@given(_lives())
def test_any_life_keeps_its_order(life: tuple[ProjectKind, list[Move]]) -> None:
    """Stages are first entered in the path's order, days never go back, history tells the rest."""
    kind, moves = life
    path, days = PATHS[kind], [move.on for move in moves]
    assert days == sorted(days)
    assert days[-1] <= TODAY
    entered = list(dict.fromkeys(
        move.to_stage for move in moves if move.to_stage in path))
    assert entered == list(path[: len(entered)])
    assert all(move.to_stage not in ENDED for move in moves[:-1])
    standing = replayed(moves)
    assert standing.stage is moves[-1].to_stage
    assert (standing.held is not None) == (
        standing.stage is Stage.SUSPENDED
        or (standing.stage is Stage.RESERVE and Stage.APPROVED in entered))
    for length in range(1, len(moves)):
        assert replayed(moves[:length]).stage is moves[length].from_stage


@given(_lives())
def test_what_is_set_aside_goes_on_where_it_was(life: tuple[ProjectKind, list[Move]]) -> None:
    """A suspension, ended, leaves no trace in how the project stands."""
    _, moves = life
    before, on = replayed(moves), moves[-1].on
    if is_open(before.stage):
        aside = [*moves, Move(before.stage, Stage.SUSPENDED, on)]
        assert replayed(aside) == Standing(Stage.SUSPENDED, before.stage)
        assert replayed([*aside, Move(Stage.SUSPENDED, before.stage, on)]) == before


@pytest.mark.parametrize(("on", "fine"), [
    (TODAY, True), (TODAY + DAY, False), (TODAY - 9 * DAY, True), (TODAY - 10 * DAY, False)])
def test_a_stage_lies_between_the_last_and_today(on: date, fine: bool) -> None:
    """Both days included."""
    assert (not check_day(on, after=TODAY - 9 * DAY, today=TODAY)) == fine


# Evidence.

@pytest.mark.parametrize(("stage", "number", "document", "missing"), [
    (Stage.APPROVED, "沪合〔2007〕1号", False, False),
    (Stage.APPROVED, None, True, True),
    (Stage.APPROVED, " ", False, True),
    (Stage.STARTED, "1", False, False),
    (Stage.STARTED, None, True, False),
    (Stage.STARTED, None, False, True),
    (Stage.CLOSED, None, False, False),
])
def test_a_stage_needs_a_number_or_a_document(
    stage: Stage, number: str | None, document: bool, missing: bool
) -> None:
    """An approval its number; to close needs nothing."""
    found = missing_evidence(stage, evidence_no=number, has_document=document)
    assert bool(found) == missing


@pytest.mark.parametrize(("override", "reason", "may", "fields"), [
    (False, None, True, ["evidence_no"]),
    (False, "急", True, ["evidence_no"]),
    (True, None, True, ["reason"]),
    (True, " ", True, ["reason"]),
    (True, "急", False, ["override"]),
    (True, "急", True, []),
])
def test_who_decides_passes_over_what_is_missing_with_a_reason(
    override: bool, reason: str | None, may: bool, fields: list[str]
) -> None:
    """Nobody else, and never silently."""
    missing = missing_evidence(Stage.STARTED, evidence_no=None, has_document=False)
    found = check_gate(missing, override=override, reason=reason, may_override=may)
    assert [complaint.field for complaint in found] == fields
    assert check_gate([], override=override, reason=reason, may_override=may) == []


def test_judged_stages_need_a_judgement() -> None:
    """The others have none."""
    judgement = Judgement(assessor="审计厅", score=D("92.5"), settled_fen=5)
    for stage in Stage:
        assert bool(missing_judgement(stage, None)) == (stage in JUDGED)
        fields = [complaint.field for complaint in check_judgement(stage, judgement)]
        assert ("assessor" not in fields) == (stage in JUDGED)
        assert ("settled_investment" not in fields) == (stage is Stage.AUDITED)
    assert check_passed(Stage.ACCEPTED, Judgement(assessor="x", passed=False))
    assert not check_passed(Stage.AUDITED, Judgement(assessor="x", passed=False))


# Investment.

@pytest.mark.parametrize(("approved", "new", "anew"), [
    (1000, 1099, False), (1000, 1100, True), (1000, 901, False), (1000, 900, True),
    (1005, 1105, False), (1005, 1106, True), (1, 2, True),
    (10**17 + 1, 11 * 10**16 + 1, False), (10**17 + 1, 11 * 10**16 + 2, True),
])
def test_a_tenth_of_what_was_approved_is_too_much(approved: int, new: int, anew: bool) -> None:
    """To the fen, either way, for any amount."""
    assert needs_reapproval(approved, new) == anew


# Milestones.

@pytest.mark.parametrize(("planned", "met", "is_late"), [
    (TODAY, None, False), (TODAY - DAY, None, True), (TODAY + DAY, None, False),
    (TODAY - DAY, TODAY, False)])
def test_a_milestone_is_late_from_the_day_after(
    planned: date, met: date | None, is_late: bool
) -> None:
    """Until it is met."""
    assert late(planned, met, TODAY) == is_late


@pytest.mark.parametrize(("end", "completed", "stage", "is_late"), [
    (TODAY, None, Stage.STARTED, False),
    (TODAY - DAY, None, Stage.STARTED, True),
    (TODAY - DAY, None, Stage.SUSPENDED, True),
    (TODAY - DAY, TODAY, Stage.COMPLETED, False),
    (TODAY - DAY, None, Stage.CANCELLED, False),
])
def test_a_project_is_late_from_the_day_after_its_planned_end(
    end: date, completed: date | None, stage: Stage, is_late: bool
) -> None:
    """Until it is completed or ended; a suspended one runs late too."""
    assert project_late(end, completed, stage, TODAY) == is_late


@pytest.mark.parametrize("kind", list(ProjectKind))
def test_a_template_follows_the_path(kind: ProjectKind) -> None:
    """Its stages and shares ascend, its names differ."""
    template = TEMPLATES[kind]
    at = [PATHS[kind].index(one.stage) for one in template]
    assert at == sorted(at)
    assert [one.share for one in template] == sorted(one.share for one in template)
    assert len({one.name for one in template}) == len(template)


@given(st.dates(date(1979, 1, 1), date(2090, 1, 1)), st.integers(0, 3000),
       st.decimals(0, 1, places=2))
def test_a_share_of_the_period_lies_within_it(start: date, days: int, share: D) -> None:
    """From the planned start to the planned end."""
    end = start + timedelta(days)
    assert start <= planned_day(share, start, end) <= end
    assert (planned_day(D(0), start, end), planned_day(D(1), start, end)) == (start, end)


# Progress.

@pytest.mark.parametrize(("percent", "neighbours", "note", "fields"), [
    (D(50), Neighbours(), None, []),
    (D(50), Neighbours(D(50), D(50)), None, []),
    (D(49), Neighbours(D(50)), None, ["note"]),
    (D(49), Neighbours(D(50)), " ", ["note"]),
    (D(49), Neighbours(D(50)), "复核更正", []),
    (D(51), Neighbours(None, D(50)), None, ["note"]),
    (D(51), Neighbours(None, D(50)), "复核更正", []),
    (D("100.00"), Neighbours(), None, []),
    (D("100.01"), Neighbours(), "更正", ["percent"]),
    (D("-0.01"), Neighbours(), "更正", ["percent"]),
    (D("0.001"), Neighbours(), "更正", ["percent"]),
    (D("Infinity"), Neighbours(), "更正", ["percent"]),
    (D("NaN"), Neighbours(), "更正", ["percent"]),
    (D("1E+1"), Neighbours(), None, []),
], ids=str)
def test_progress_is_a_percentage_that_does_not_fall_unexplained(
    percent: D, neighbours: Neighbours, note: str | None, fields: list[str]
) -> None:
    """Neither against what was reported before nor against what was reported for later."""
    found = check_progress(percent, TODAY, note=note, started_on=TODAY, neighbours=neighbours,
                           today=TODAY)
    assert [complaint.field for complaint in found] == fields


# Proposals.

def test_a_proposal_reads_from_cells_and_lists_every_mistake() -> None:
    """As a file's row or a form has it; an amount is exact yuan and no other text."""
    cells = {"name": "小学", "recipient": "532600", "supporter": "310000", "sector": "education",
             "kind": "fixed_asset", "delivery_mode": "cheque", "proposed_yuan": "4130000.05",
             "planned_start": "2007-03-01", "planned_end": "2008-02-29"}
    draft, complaints = ProjectDraft.read("projects.csv:2", cells)
    assert (complaints, draft and draft.proposed_fen) == ([], 413_000_005)
    wrong = {"name": "长" * 201, "recipient": "五", "kind": "road", "planned_start": "2007-13-01",
             "delivery_mode": "", "planned_end": "1900-01-01"}
    for amount in ("4,130,000", "1e6", "0", "-5", "1.005", "NaN", "9" * 17):
        draft, complaints = ProjectDraft.read(
            "projects.csv:2", cells | wrong | {"proposed_yuan": amount})
        assert draft is None
        assert {complaint.field for complaint in complaints} == {*wrong, "proposed_yuan"}


def test_a_proposal_does_not_end_before_it_starts() -> None:
    """Nor was it made tomorrow."""
    draft, _ = ProjectDraft.check(
        name="小学", recipient="532600", supporter="310000", sector="education",
        kind="fixed_asset", delivery_mode="cheque", proposed_yuan=D(1),
        planned_start=TODAY, planned_end=TODAY - DAY, proposed_on=TODAY + DAY)
    assert draft is not None
    found = check_planned(draft, today=TODAY)
    assert [complaint.field for complaint in found] == ["planned_end", "proposed_on"]
    assert check_planned(draft.model_copy(update={
        "planned_end": TODAY, "proposed_on": TODAY}), today=TODAY) == []

"""How far villages are, which are late or stalled, what a score sheet and a report must say."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.villages.checks import (
    check_change,
    check_report,
    check_scores,
    check_sheets,
    check_work,
    passes,
)
from aid.villages.drafts import (
    AcceptanceDraft,
    CriterionDraft,
    WorkChangeDraft,
    WorkDraft,
    WorkReportDraft,
)
from aid.villages.rules import (
    Work,
    actual_progress,
    done_share,
    mean,
    percent,
    planned_progress,
    planned_share,
    standing,
)
from aid.villages.terms import STALLED_AFTER_DAYS, Component
from seeds import DATA
from tests.unit.sheets import shipped_sheet

START, END = date(2006, 1, 1), date(2006, 12, 31)
WORK = Work(component=Component.PRODUCTION, planned=D(100), done=D(0), cost_fen=100,
            planned_start=START, planned_end=END)
shares = st.fractions(0, 1)
costs = st.integers(1, 10**12)


def _work(done: str, cost: int | None, component: Component = Component.PRODUCTION) -> Work:
    return replace(WORK, done=D(done), cost_fen=cost, component=component)


def test_a_component_is_weighted_by_cost() -> None:
    """Half of what costs 100 and all of what costs 300: 87.5 %."""
    found = actual_progress([_work("50", 100), _work("100", 300)])
    assert found.components == {Component.PRODUCTION: D("87.5")}
    assert found.village == D("87.5")


def test_a_component_is_weighted_equally_when_one_cost_is_missing() -> None:
    """The costs that are known do not count then."""
    found = actual_progress([_work("50", 100), _work("100", None)])
    assert found.components == {Component.PRODUCTION: D(75)}


def test_a_village_is_the_cost_weighted_mean_of_its_components() -> None:
    """50 % of 100 and 100 % of 300 make 87.5 %; without one cost they make 75 %."""
    half = _work("50", 100)
    assert actual_progress([half, _work("100", 300, Component.HEALTH)]).village == D("87.5")
    assert actual_progress([half, _work("100", None, Component.HEALTH)]).village == D(75)


def test_more_than_planned_is_all_of_it() -> None:
    """What is done beyond one plan does not make up for another."""
    assert actual_progress([_work("250", 100), _work("0", 100)]).village == D(50)


def test_a_village_without_works_has_no_progress() -> None:
    """None, which is not zero."""
    assert actual_progress([]).village is None


def test_a_third_is_handed_on_with_ten_places() -> None:
    """Rounded half up, and only at the end: three thirds are the whole."""
    assert percent(Fraction(1, 3)) == D("33.3333333333")
    assert percent(Fraction(2, 3)) == D("66.6666666667")
    assert percent(mean([(Fraction(1, 3), None)] * 2 + [(Fraction(7, 3), None)])) == D(100)


@given(st.lists(st.tuples(shares, costs | st.none()), min_size=1, max_size=8))
def test_a_mean_lies_between_its_parts(parts: list[tuple[Fraction, int | None]]) -> None:
    """Whatever the weights."""
    values = [share for share, _ in parts]
    assert min(values) <= mean(parts) <= max(values)


@given(st.lists(st.tuples(shares, costs), min_size=1, max_size=8), st.integers(2, 1000))
def test_dearer_money_changes_no_progress(parts: list[tuple[Fraction, int]], factor: int) -> None:
    """Only the proportions of costs count."""
    assert mean(parts) == mean([(share, cost * factor) for share, cost in parts])


@given(st.lists(st.tuples(st.sampled_from(Component), st.integers(0, 200), costs), min_size=1,
                max_size=8))
def test_with_all_costs_known_components_make_no_difference(
    given_: list[tuple[Component, int, int]]
) -> None:
    """The village is then the cost-weighted mean of all its works."""
    works = [_work(str(done), cost, component) for component, done, cost in given_]
    assert actual_progress(works).village == percent(
        mean([(done_share(work), work.cost_fen) for work in works]))


def test_a_plan_runs_straight_from_its_first_day_to_its_last() -> None:
    """Nothing before, all afterwards, half in the middle."""
    work = replace(WORK, planned_start=START, planned_end=START + timedelta(100))
    days = [-1, 0, 50, 100, 101]
    assert [planned_share(work, START + timedelta(day)) for day in days] == [
        0, 0, Fraction(1, 2), 1, 1]


def test_what_is_planned_for_one_day_is_due_on_it() -> None:
    """No division by a length of nothing."""
    work = replace(WORK, planned_end=START)
    assert planned_share(work, START - timedelta(1)) == 0
    assert planned_share(work, START) == 1


def test_planned_progress_is_weighted_like_actual_progress() -> None:
    """A work that is to be done and one that is to begin, 3 : 1."""
    due = replace(WORK, cost_fen=300, planned_end=date(2006, 6, 1))
    later = replace(WORK, planned_start=date(2006, 6, 1))
    assert planned_progress([due, later], date(2006, 6, 1)).village == D(75)


def test_a_village_is_late_the_day_after_its_last_planned_end() -> None:
    """Not on that day, and not when all is done or accepted."""
    works = [WORK, replace(WORK, planned_end=date(2006, 6, 30))]
    next_day = END + timedelta(1)
    assert not standing(works, END, accepted=False).late
    assert standing(works, END, accepted=False).late_works == 1
    assert standing(works, next_day, accepted=False).late
    assert not standing(works, next_day, accepted=True).late
    assert not standing([replace(work, done=D(100)) for work in works], next_day,
                        accepted=False).late


def test_an_unfinished_village_without_reports_is_stalled_after_some_days() -> None:
    """Ninety, counted from the last report; the number may be another."""
    works = [replace(WORK, reported_on=date(2006, 3, 1))]
    last = date(2006, 3, 1) + timedelta(STALLED_AFTER_DAYS)
    assert not standing(works, last - timedelta(1), accepted=False).stalled
    assert standing(works, last, accepted=False).stalled
    assert standing(works, date(2006, 3, 31), accepted=False, stalled_after=30).stalled
    assert not standing(works, last, accepted=True).stalled
    assert not standing([replace(works[0], done=D(100))], last, accepted=False).stalled


def test_silence_does_not_count_before_the_next_work_is_to_begin() -> None:
    """The first phase is done and reported in 2006; the second begins in 2008."""
    first = replace(WORK, done=D(100), reported_on=END)
    second = replace(WORK, planned_start=date(2008, 1, 1), planned_end=date(2008, 12, 31))
    found = standing([first, second], date(2008, 3, 30), accepted=False)
    assert (found.quiet_since, found.stalled) == (date(2008, 1, 1), False)
    assert standing([first, second], date(2008, 3, 31), accepted=False).stalled


def test_a_village_without_works_is_neither_late_nor_stalled() -> None:
    """Nothing was promised."""
    found = standing([], END, accepted=False)
    assert (found.late, found.stalled, found.unfinished) == (False, False, 0)


DRAFT = WorkDraft(component=Component.LIVING, name="饮水", unit="户", planned=D(40),
                  planned_start=START, planned_end=END)


@pytest.mark.parametrize(("changes", "fields"), [
    ({}, []),
    ({"planned": D("40.5")}, ["planned"]),
    ({"planned": D("40.5"), "unit": "亩"}, []),
    ({"unit": "万元"}, ["unit"]),
    ({"unit": "%"}, ["unit"]),
    ({"planned_end": date(2005, 1, 1), "unit": "元"}, ["planned_end", "unit"]),
])
def test_a_work_has_a_physical_quantity_and_a_period(
    changes: dict[str, object], fields: list[str]
) -> None:
    """Every mistake at once."""
    draft = DRAFT.model_copy(update=changes)
    assert [complaint.field for complaint in check_work(draft)] == fields


@pytest.mark.parametrize(("done", "note", "before", "after", "fields"), [
    ("10", None, None, None, []),
    ("10", None, "10", "10", []),
    ("9", None, "10", None, ["note"]),
    ("9", "重新丈量", "10", None, []),
    ("11", None, None, "10", ["note"]),
    ("1.5", None, "1", None, ["done"]),
])
def test_what_was_done_in_all_shrinks_only_with_a_note(
    done: str, note: str | None, before: str | None, after: str | None, fields: list[str]
) -> None:
    """Both against the report before and the one after; households are whole."""
    draft = WorkReportDraft(reported_on=START, done=D(done), note=note)
    found = check_report(draft, unit="户", before=D(before) if before else None,
                         after=D(after) if after else None, today=END)
    assert [complaint.field for complaint in found] == fields


def test_nothing_is_reported_of_tomorrow() -> None:
    """Today is the last day one may report of."""
    draft = WorkReportDraft(reported_on=END, done=D(1))
    assert [c.field for c in check_report(
        draft, unit="户", before=None, after=None, today=END - timedelta(1))] == ["reported_on"]


LINES = {"roads": D(60), "water": D(40)}


def _sheet(**points: str) -> AcceptanceDraft:
    return AcceptanceDraft(sheet="test", accepted_on=END, assessor="验收组",
                           points={code: D(value) for code, value in points.items()})


@pytest.mark.parametrize(("points", "values"), [
    ({"roads": "60", "water": "0"}, []),
    ({"roads": "60.5", "water": "40"}, ["roads=60.5"]),
    ({"roads": "60"}, ["water"]),
    ({"roads": "60", "water": "40", "moon": "1"}, ["moon"]),
    ({"roads": "61", "moon": "1"}, ["water", "moon", "roads=61"]),
])
def test_each_line_of_a_sheet_has_points_within_its_own(
    points: dict[str, str], values: list[str]
) -> None:
    """Missing, unknown and overfull lines are all named."""
    found = check_scores(_sheet(**points), LINES, designated_in=2006, today=END)
    assert [complaint.value for complaint in found] == values


def test_a_village_is_not_accepted_before_its_designation_nor_tomorrow() -> None:
    """Both are mistakes of the date."""
    found = check_scores(_sheet(roads="1", water="1"), LINES, designated_in=2007, today=START)
    assert [complaint.field for complaint in found] == ["accepted_on", "accepted_on"]


def test_sixty_points_pass() -> None:
    """59.99 do not; the mark is a number one can set."""
    assert passes(D(60))
    assert not passes(D("59.99"))
    assert not passes(D(60), mark=D(70))


def test_the_shipped_sheet_has_a_hundred_points_over_all_components() -> None:
    """It is read as any sheet is."""
    sheet = shipped_sheet(DATA)
    assert check_sheets(sheet) == []
    assert {line.component for line in sheet} == set(Component)


def test_a_sheet_that_does_not_make_a_hundred_or_says_a_line_twice_is_refused() -> None:
    """Each sheet for itself."""
    line = CriterionDraft(sheet="a", code="one", name="一", name_en="One", points=D(50))
    whole = line.model_copy(update={"sheet": "b", "points": D(100)})
    assert check_sheets([line, line.model_copy(update={"code": "two"}), whole]) == []
    assert [c.field for c in check_sheets([line, line, whole])] == ["code"]
    assert [c.field for c in check_sheets([line, whole])] == ["points"]


def _changed(**given: object) -> list[str]:
    """What is complained of when DRAFT is changed so, after something was reported of it."""
    draft, wrong = WorkChangeDraft.check(reason="实测", **given)
    if draft is None:
        return [complaint.field for complaint in wrong]
    after = DRAFT.model_copy(update=draft.given)
    differing = [name for name in draft.given if getattr(after, name) != getattr(DRAFT, name)]
    return [one.field for one in check_change(draft, after, differing, reported=True)]


@pytest.mark.parametrize(("given", "fields"), [
    ({"planned": D(50)}, []),
    ({"planned": D(40)}, ["input"]),
    ({"planned": D("40.5")}, ["planned"]),
    ({"planned": D(0), "cost_fen": -1}, ["planned", "cost_fen"]),
    ({"planned": None}, ["input"]),
    ({"cost_fen": None}, ["input"]),
    ({"cost_fen": 5}, []),
    ({"unit": "个"}, ["unit"]),
    ({"planned_end": date(1999, 1, 1)}, ["planned_end"]),
    ({}, ["input"]),
])
def test_a_work_is_changed_to_what_could_have_been_planned(
    given: dict[str, object], fields: list[str]
) -> None:
    """Null stands for a cost that is not known, and for nothing else; reports keep their unit."""
    assert _changed(**given) == fields

"""The figures of projects, villages and cadres draw what is known: no more, and each at its place.
"""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dashboards.figures.axes import broken
from dashboards.figures.curve import Line, Point, progress_curve
from dashboards.figures.shades import GROUNDS, behind, shade
from dashboards.figures.spans import Met, Span, gantt
from dashboards.figures.timeline import DAY_MS, Term, Track, timeline
from dashboards.figures.waterfall import Step, waterfall
from dashboards.pages.cadre_timeline import kind_of, people_on
from dashboards.pages.villages import s_curve
from dashboards.theme import ACCENT, ACCENT_PALE, LATE
from dashboards.view import View

TODAY = date(2008, 6, 30)


def _drawn(figure: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(figure.to_json())
    return found


def test_a_gantt_draws_planned_and_met_days_and_marks_what_is_late() -> None:
    """Met late: red to the day it was met. Not met and late: red to today, and ⚠ before its name.
    """
    rows = [
        Met("早", date(2008, 3, 1), date(2008, 2, 20), late=False, hover="a"),
        Met("迟", date(2008, 4, 1), date(2008, 5, 1), late=False, hover="b",
            there="#milestone-2"),
        Met("逾期", date(2008, 6, 1), None, late=True, hover="c", first=date(2008, 5, 15),
            there="#milestone-3"),
        Met("未到", date(2008, 9, 1), None, late=False, hover="d"),
    ]
    span = Span("计划工期", (date(2008, 1, 1), date(2008, 8, 1)), (date(2008, 1, 5), None), "span",
                "#rail")
    drawn = _drawn(gantt(span, rows, today=TODAY))
    assert drawn["layout"]["yaxis"]["ticktext"] == ["计划工期", "早", "迟", "⚠ 逾期", "未到"]
    lines = {(trace["y"][0], trace["line"]["color"]): trace["x"]
             for trace in drawn["data"] if trace["mode"] == "lines"}
    assert lines == {
        (0, ACCENT_PALE): ["2008-01-01", "2008-08-01"], (0, ACCENT): ["2008-01-05", "2008-06-30"],
        (1, ACCENT_PALE): ["2008-03-01", "2008-02-20"], (2, LATE): ["2008-04-01", "2008-05-01"],
        (3, LATE): ["2008-06-01", "2008-06-30"],
    }
    first, planned, met = (trace for trace in drawn["data"] if trace["mode"] == "markers")
    assert (first["x"], first["y"]) == (["2008-05-15"], [3])
    assert planned["x"][1:] == ["2008-03-01", "2008-04-01", "2008-06-01", "2008-09-01"]
    assert (met["x"], met["y"]) == (["2008-02-20", "2008-05-01"], [1, 2])
    assert met["marker"]["color"] == [ACCENT, LATE]
    assert planned["customdata"] == ["#rail", "", "#milestone-2", "#milestone-3", ""]
    assert met["customdata"] == ["", "#milestone-2"]
    assert drawn["layout"]["shapes"][0]["x0"] == "2008-06-30"


def test_a_project_long_over_is_drawn_over_its_own_days() -> None:
    """Today is years away and would press everything together."""
    span = Span("s", (date(2002, 1, 1), date(2002, 12, 31)),
                (date(2002, 1, 5), date(2002, 11, 1)), "")
    row = Met("m", date(2002, 3, 1), date(2002, 3, 1), late=False, hover="")
    drawn = _drawn(gantt(span, [row], today=TODAY))
    assert drawn["layout"]["xaxis"]["range"] == ["2001-12-18", "2003-01-14"]
    assert drawn["layout"].get("shapes", []) == []


def test_a_curve_holds_what_was_reported_until_the_next_report() -> None:
    """And goes from 0 to 100 percent, whatever was reported."""
    planned = Line("计划", [Point(date(2008, 1, 1), 0, ""), Point(date(2008, 12, 31), 100, "")])
    actual = Line("实际", [Point(date(2008, 2, 1), 20, "x", "/there")])
    drawn = _drawn(progress_curve(planned, actual, today=TODAY, stepped=True))
    assert [trace["name"] for trace in drawn["data"]] == ["计划", "实际"]
    assert drawn["data"][1]["line"]["shape"] == "hv"
    assert drawn["data"][1]["y"] == [20]
    assert [trace["customdata"] for trace in drawn["data"]] == [["", ""], ["/there"]]
    assert drawn["layout"]["yaxis"]["range"] == [0, 104]


def test_a_waterfall_takes_each_amount_from_what_was_left() -> None:
    """Totals stand on the axis; what is taken and was not there is red."""
    steps = [
        Step("批准", 100, "100", "", total=True), Step("未下达", 20, "−20", ""),
        Step("下达", 80, "80", "", total=True), Step("在途", 30, "−30", "", there="#line-2"),
        Step("到账", 60, "−60", ""),
    ]
    drawn = _drawn(waterfall(steps))
    bars, texts = drawn["data"]
    assert bars["base"] == [0, 80, 0, 50, -10]
    assert bars["x"] == [100, 20, 80, 30, 60]
    assert bars["customdata"] == ["", "", "", "#line-2", ""]
    assert bars["marker"]["color"] == [ACCENT, ACCENT_PALE, ACCENT, ACCENT_PALE, LATE]
    assert texts["x"] == [100, 80, 80, 50, 50]
    assert texts["textposition"] == ["middle left"] * 5
    nearly_all = _drawn(waterfall([Step("批准", 100, "100", "", total=True),
                                   Step("未下达", 99, "−99", ""), Step("已付", 1, "1", "")]))
    assert nearly_all["data"][1]["x"] == [100, 100, 1]
    assert nearly_all["data"][1]["textposition"] == ["middle left", "middle left", "middle right"]
    assert _drawn(waterfall([]))["data"][0]["x"] == []


def test_a_timeline_cuts_terms_to_the_days_shown_and_says_what_is_vacant() -> None:
    """The last day counts as one."""
    tracks = [
        Track("甲", [Term(date(2007, 1, 1), date(2008, 1, 31), "张", "h", "past"),
                     Term(date(2008, 2, 1), date(2009, 1, 1), "李", "h", "now", "/li")]),
        Track("乙", [], vacant=True),
    ]
    drawn = _drawn(timeline(tracks, start=date(2008, 1, 1), end=date(2008, 12, 31), on=TODAY))
    past, now = drawn["data"]
    assert (past["base"], past["x"]) == (["2008-01-01"], [31 * DAY_MS])
    assert (now["base"], now["x"]) == (["2008-02-01"], [335 * DAY_MS])
    assert now["text"] == ["李"]
    assert (past["customdata"], now["customdata"]) == ([""], ["/li"])
    assert drawn["layout"]["yaxis"]["ticktext"] == ["甲", "○ 乙"]


@pytest.mark.parametrize(("start", "last", "ended", "kind"), [
    (date(2007, 1, 1), date(2008, 6, 29), False, "past"),
    (date(2007, 1, 1), date(2008, 6, 30), False, "ending"),
    (date(2007, 1, 1), date(2008, 9, 28), False, "ending"),
    (date(2007, 1, 1), date(2008, 9, 29), False, "now"),
    (date(2007, 1, 1), date(2008, 6, 30), True, "now"),
    (date(2008, 7, 1), date(2008, 8, 1), False, "coming"),
])
def test_a_term_is_over_to_come_ending_or_goes_on(
    start: date, last: date, ended: bool, kind: str
) -> None:
    """To the day: the first and the last belong to it; ending is within 90 days."""
    assert kind_of(start, last, TODAY, ended=ended) == kind


@pytest.mark.parametrize(("start", "last", "on", "asked"), [
    (date(2008, 1, 1), date(2008, 12, 31), TODAY, ""),
    (date(2008, 6, 30), date(2008, 6, 30), TODAY, ""),
    (date(2007, 1, 1), date(2007, 1, 11), TODAY, "&on=2007-01-06"),
    (date(2008, 6, 1), date(2009, 6, 1), date(2008, 5, 1), "&on=2008-06-30"),
    (date(2008, 7, 1), date(2009, 6, 1), TODAY, None),
])
def test_a_term_leads_to_the_list_of_a_day_on_which_it_holds(
    start: date, last: date, on: date, asked: str | None
) -> None:
    """The day that is shown, else its middle, never after today; before it began nowhere."""
    view = View(page="cadres", part="batches", text="张", state="ending", after="x", order="-on")
    found = people_on(view, "C-1", start, last, on=on, today=TODAY)
    assert found == ("" if asked is None else
                     f"/dashboards/cadres?part=people&q=C-1{asked}&lang=zh")


def test_a_point_of_the_villages_curve_leads_to_its_day() -> None:
    """What was done is known until the day shown; plans of days to come lead nowhere."""
    days = [date(2008, 5, 1), date(2008, 6, 30), date(2008, 8, 1)]
    rows = [(at, Decimal(10 * number), Decimal(5 * number)) for number, at in enumerate(days, 1)]
    view = View(page="villages", state="late", after="x")
    planned, actual = _drawn(s_curve(view, rows, on=days[0], today=TODAY))["data"]
    past = [f"/dashboards/villages?state=late&after=x&on={at}&lang=zh" for at in days[:2]]
    assert planned["customdata"] == [*past, ""]
    assert (actual["customdata"], actual["y"]) == (past[:1], [5])
    assert planned["hovertext"][0] == "<b>2008年5月1日</b><br>计划 10.0%"


def test_a_cell_is_as_dark_as_it_is_far_and_darkest_only_when_done() -> None:
    """With ink that is read on it."""
    assert shade(0) == (GROUNDS[0], "#1b2127")
    assert shade(19.99)[0] == GROUNDS[0]
    assert shade(20)[0] == GROUNDS[1]
    assert shade(99.99) == (GROUNDS[4], "#ffffff")
    assert shade(100) == (GROUNDS[5], "#ffffff")
    assert [behind(done, 50) for done in (39.9, 40, 60)] == [True, False, False]


def test_long_names_break_over_lines() -> None:
    """Ten characters of Chinese, about twenty letters of English."""
    assert broken("一二三四五六七八九十甲乙") == "一二三四五六七八九十<br>甲乙"
    assert broken("Completion of the main structure") == "Completion of the<br>main structure"

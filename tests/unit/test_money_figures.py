"""The figures of money draw the amounts they are given: nested, flowing, by month."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from aid.funds.flows import Flows, Layer, Link, Month, Node
from aid.metrics.comparing import Compared, a_year_before, year_before
from aid.metrics.terms import Measured, Scope
from aid.text import Text
from dashboards.figures.months import Due, months
from dashboards.figures.nested import SHADES, Nest, nested_bars, nested_columns
from dashboards.figures.sankey import Stop, Stream, sankey
from dashboards.pages.funds import gathered
from dashboards.pages.funds_due import calendar_rows
from dashboards.pages.overview import change

NAMES = ("下达", "拨付", "到账", "支付")


def _drawn(figure: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(figure.to_json())
    return found


def _nest(label: str, *values: float, chosen: bool = False) -> Nest:
    return Nest(label, values, [f"{label} {value}" for value in values], f"{values[1]}",
                f"/dashboards/{label}", chosen)


def test_bars_lie_within_one_another_in_the_order_given() -> None:
    """Each from zero, on one scale, with what a click on it leads to."""
    drawn = _drawn(nested_bars([_nest("甲", 10, 8, 7, 5), _nest("乙", 4, 3, 3, 1, chosen=True)],
                               NAMES))
    bars = [trace for trace in drawn["data"] if trace["type"] == "bar"]
    assert [trace["name"] for trace in bars] == list(NAMES)
    assert [trace["x"] for trace in bars] == [[10, 4], [8, 3], [7, 3], [5, 1]]
    assert [trace["marker"]["color"] for trace in bars] == list(SHADES)
    assert bars[3]["customdata"] == ["/dashboards/甲", "/dashboards/乙"]
    assert bars[0]["marker"]["line"]["width"] == [0, 1.5]
    assert drawn["layout"]["barmode"] == "overlay"
    assert drawn["layout"]["xaxis"]["range"] == [0, 10]
    assert drawn["layout"]["yaxis"]["ticktext"] == ["甲", "<b>乙</b>"]
    texts = drawn["data"][-1]
    assert (texts["x"], texts["text"]) == ([10, 4], [" 8", " 3"])


def test_columns_stand_at_their_years() -> None:
    """What is paid of an earlier year's money may be more than what came: it is drawn as it is."""
    drawn = _drawn(nested_columns([_nest("2007", 3, 2, 1, 4)], NAMES, "亿元"))
    assert [trace["y"] for trace in drawn["data"]] == [[3], [2], [1], [4]]
    assert drawn["data"][0]["x"] == ["2007"]
    assert drawn["layout"]["annotations"][0]["text"] == "亿元"


def test_streams_keep_their_amounts_and_layers_fill_the_height() -> None:
    """The nodes of a layer do not overlap."""
    stops = [Stop("source:a", 0, "a", 5, "", ""), Stop("region:x", 1, "x", 3, "", "/there"),
             Stop("region:y", 1, "y", 2, "", ""), Stop("sector:s", 2, "s", 5, "", ""),
             Stop("state:paid", 3, "p", 5, "", "")]
    streams = [Stream("source:a", "region:x", 3, "", "/x"), Stream("source:a", "region:y", 2, ""),
               Stream("region:x", "sector:s", 3, ""), Stream("region:y", "sector:s", 2, ""),
               Stream("sector:s", "state:paid", 5, "")]
    drawn = _drawn(sankey(stops, streams))["data"][0]
    assert drawn["link"]["source"] == [0, 0, 1, 2, 3]
    assert drawn["link"]["target"] == [1, 2, 3, 3, 4]
    assert drawn["link"]["value"] == [3, 2, 3, 2, 5]
    assert drawn["link"]["customdata"] == ["/x", "", "", "", ""]
    assert drawn["node"]["customdata"][1] == "/there"
    upper, lower = drawn["node"]["y"][1:3]
    assert lower - upper >= (3 + 2) / 2 / 5 * 0.96
    assert drawn["node"]["y"][0] == 0.5


def test_the_smallest_nodes_are_put_together_and_nothing_is_lost() -> None:
    """Each layer still adds up to the same."""
    sources = [Node(f"source:{at}", Layer.SOURCE, Text(str(at), str(at)), 10 + at)
               for at in range(11)]
    whole = sum(one.fen for one in sources)
    place = Node("region:1", Layer.REGION, Text("甲", "A"), whole)
    found = gathered(Flows([*sources, place], [Link(one.key, place.key, one.fen)
                                               for one in sources]))
    first = [one for one in found.nodes if one.layer is Layer.SOURCE]
    assert [one.fen for one in first] == [20, 19, 18, 17, 16, 15, 14, 10 + 11 + 12 + 13]
    assert first[-1].name.zh == "其他 4 项"
    assert sum(one.fen for one in found.links) == sum(one.fen for one in first) == whole
    assert {(one.source, one.fen) for one in found.links} == {(one.key, one.fen) for one in first}


def test_many_months_are_added_up_by_year() -> None:
    """To the fen; a few stay months; what nobody knows the day of is neither."""
    few = [Month(date(2008, 1, 1), 10, 4, 6, 2, 1), Month(None, 7, 0, 7, 0, 1)]
    assert calendar_rows(few) == (few[:1], False)
    many = [Month(date(2001 + at // 12, 1 + at % 12, 1), 100 + at, 50, 50 + at, at, 2)
            for at in range(60)]
    rows, by_year = calendar_rows([*many, Month(None, 7, 0, 7, 0, 1)])
    assert by_year
    assert [row.month for row in rows] == [date(year, 1, 1) for year in range(2001, 2006)]
    assert sum(row.promised for row in rows) == sum(row.promised for row in many)
    assert rows[0] == Month(date(2001, 1, 1), 1266, 600, 666, 66, 24)


def test_a_month_is_what_was_sent_what_is_overdue_and_what_is_ahead() -> None:
    """One on the other."""
    drawn = _drawn(months([Due("2008-01", 4, 2, 3, "h", "/there")], ("a", "b", "c"), "元"))
    assert [(trace["name"], trace["y"]) for trace in drawn["data"]] == [
        ("a", [4]), ("b", [2]), ("c", [3])]
    assert drawn["layout"]["barmode"] == "stack"
    assert drawn["data"][0]["customdata"] == ["/there"]


def _metric(code: str, value: str | None, unit: str) -> Measured:
    number = None if value is None else Decimal(value)
    return Measured(code, None, number or Decimal(0), Decimal(1), number, unit, date(2008, 2, 29))


def test_a_change_is_told_in_points_or_in_money() -> None:
    """With its sign by an arrow and a word, and never against nothing."""
    def told(now: str | None, before: str | None, unit: str = "%") -> str:
        code = "start_rate" if unit == "%" else "investment_paid"
        return change(Compared(_metric(code, now, unit), _metric(code, before, unit)), "zh")

    assert told("51.50", "50.25") == "▲ 同比 1.25 个百分点"
    assert told("50.00", "50.25") == "▼ 同比 0.25 个百分点"
    assert told("50.25", "50.25") == "＝ 与上年同期持平"
    assert told("50.25", None) == "上年同期无数据"
    assert told(None, "50.25") == ""
    assert told("123456789.01", "23456789.01", "元") == "▲ 同比 1.00 亿元"


def test_a_year_before_is_the_same_day_and_the_same_period() -> None:
    """And of a leap day the day before it."""
    assert year_before(date(2008, 2, 29)) == date(2007, 2, 28)
    scope = Scope(recipients=(1,), since=date(2008, 1, 1), until=date(2008, 12, 31))
    assert a_year_before(scope) == Scope(
        recipients=(1,), since=date(2007, 1, 1), until=date(2007, 12, 31))

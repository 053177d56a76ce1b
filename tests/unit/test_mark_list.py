"""The marks of a chart as a list."""


import plotly.graph_objects as go

from dashboards.figures.map import Place, china_map
from dashboards.figures.months import Due, months
from dashboards.figures.nested import Nest, nested_bars
from dashboards.figures.sankey import Stop, Stream, sankey
from dashboards.figures.waterfall import Step, waterfall
from dashboards.pages.mark_list import leading_marks, mark_list
from dashboards.view import View


def test_each_mark_stands_once_with_all_that_is_said_of_it() -> None:
    """Bars within bars lead to one place and say each of their values."""
    rows = [Nest(name, [2.0, 1.0], [f"<b>{name}</b><br>计划 2 元", f"<b>{name}</b><br>拨付 1 元"],
                 "2", f"/{name}") for name in ("日喀则", "文山")]
    assert leading_marks(nested_bars(rows, ["计划", "拨付"])) == [
        (name, ["计划 2 元", "拨付 1 元"], f"/{name}") for name in ("日喀则", "文山")]
    due = Due("2008", 1.0, 0.0, 1.0, "<b>2008</b><br>拨付 1 元", "/2008")
    assert leading_marks(months([due], ("拨付", "逾期", "未到"), "元")) == [
        ("2008", ["拨付 1 元"], "/2008")]


def test_a_map_and_streams_are_listed_too() -> None:
    """What leads nowhere is not."""
    place = Place("540200", "日喀则", 1.0, "own", "<b>日喀则市</b><br>1 元", there="/x")
    assert leading_marks(china_map([place], unit="元")) == [("日喀则市", ["1 元"], "/x")]
    flows = sankey([Stop("source:a", 0, "市级 1", 1.0, "<b>市级</b><br>1 元", ""),
                    Stop("region:b", 1, "文山 1", 1.0, "<b>文山</b><br>1 元", "/b")],
                   [Stream("source:a", "region:b", 1.0, "市级 → 文山")])
    assert leading_marks(flows) == [("文山", ["1 元"], "/b")]


def test_marks_of_two_names_that_lead_to_one_place_are_two() -> None:
    """Else what is said of one would stand under the name of the other."""
    steps = [Step("计划下达", 8, "8", "计划下达<br>8 元", total=True, there="#line-1"),
             Step("待拨", 3, "−3", "待拨<br>3 元", there="#line-1"),
             Step("在途", 0, "0", "在途<br>0 元")]
    assert leading_marks(waterfall(steps)) == [
        ("计划下达", ["8 元"], "#line-1"), ("待拨", ["3 元"], "#line-1")]


def test_there_is_no_menu_where_nothing_leads_anywhere() -> None:
    """A figure without addresses."""
    assert mark_list(go.Figure(go.Bar(x=[1], y=[1])), "柱", View()) is None

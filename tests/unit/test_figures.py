"""The figures draw what was published: no more, and nothing divided."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.figures.bars import Bar, ranked_bars
from dashboards.figures.geometry import boundary_lines, label_points
from dashboards.figures.labels import POSITIONS, Label, place
from dashboards.figures.map import GEOJSON, china_map
from dashboards.pages.published_marks import bars_of, places_of, scale_unit
from dashboards.published import Breakdown, breakdowns
from dashboards.theme import BASE
from dashboards.view import View, href
from tests.unit.rows import AKSU, EVERYONE, FIGURES, NAMES, RIKAZE, THREE_GORGES, YUNNAN, figure

NOT_DIVISIONS = {"629700", "629800", "629900"}


def _grants() -> Breakdown:
    return breakdowns(FIGURES, EVERYONE)[0]


def _drawn(view: View | None = None) -> dict[str, Any]:
    places = places_of(_grants(), NAMES, view or View())
    parsed: dict[str, Any] = json.loads(china_map(places, unit="亿元").to_json())
    return parsed


def _traces(kind: str, drawn: dict[str, Any]) -> list[dict[str, Any]]:
    return [trace for trace in drawn["data"] if trace["type"] == kind]


def test_the_map_draws_all_of_china_as_plain_ground() -> None:
    """Every feature is drawn; what is no division has no name and no hover."""
    ground = _traces("choropleth", _drawn())[0]
    assert set(ground["locations"]) == set(label_points()) > NOT_DIVISIONS
    assert ground["hoverinfo"] == "skip"
    assert "text" not in ground


def test_the_map_has_the_boundary_lines_of_its_geometry() -> None:
    """They reach into the South China Sea, and the map's window shows them whole."""
    drawn = _drawn()
    lines = next(t for t in _traces("scattergeo", drawn) if t["mode"] == "lines")
    south = min(lat for lat in boundary_lines().lat if lat is not None)
    assert len(lines["lat"]) == len(boundary_lines().lat)
    assert drawn["layout"]["geo"]["lataxis"]["range"][0] < south < 4


def test_each_recipient_is_shaded_marked_and_named() -> None:
    """Wanzhou and Yiling are too small to be seen by their shade alone."""
    drawn = _drawn()
    shaded = _traces("choropleth", drawn)[1]
    marks = next(t for t in _traces("scattergeo", drawn) if "markers" in t["mode"])
    assert set(shaded["locations"]) == set(NAMES)
    assert marks["customdata"] == [href(View(region=(code,))) for code in NAMES]
    assert [text.split("<br>")[0] for text in marks["text"]] == [
        "日喀则", "阿克苏", "普洱", "红河", "文山", "迪庆", "夷陵", "万州",
    ]


def test_a_sum_is_never_divided_among_its_members() -> None:
    """All four members carry the sum's shade and say whose sum it is; no label gives an amount."""
    places = {spot.code: spot for spot in places_of(_grants(), NAMES, View())}
    for code in YUNNAN:
        assert (places[code].value, places[code].standing) == (4.29, "group")
        assert "云南四州市合计 4.29 亿元，未分地区公布" in places[code].hover
        assert "亿元" not in places[code].label
    for code in THREE_GORGES:
        assert places[code].value == 1.25
    assert places[RIKAZE].label == "日喀则<br>4.13"
    assert "413,000,000.00 元" in places[RIKAZE].hover


def test_a_recipient_without_a_figure_is_marked_and_not_shaded() -> None:
    """Nothing published is not nought."""
    known = [f for f in FIGURES if AKSU not in f.region_codes or len(f.region_codes) > 1]
    places = places_of(breakdowns(known, EVERYONE)[0], NAMES, View())
    drawn = json.loads(china_map(places, unit="亿元").to_json())
    marks = next(t for t in _traces("scattergeo", drawn) if "markers" in t["mode"])
    assert AKSU not in _traces("choropleth", drawn)[1]["locations"]
    assert marks["marker"]["symbol"][list(NAMES).index(AKSU)] == "circle-open"


def test_a_place_without_a_feature_does_not_break_the_map() -> None:
    """A county has none; the list beside the map still has it."""
    names = NAMES | {"530822": NAMES[RIKAZE]}
    assert china_map(places_of(_grants(), names, View()), unit="亿元")


def test_the_map_asks_for_nothing_outside() -> None:
    """Its geometry lies below the pages' own address."""
    assert GEOJSON.startswith(f"{BASE}assets/")
    assert "http" not in json.dumps(_drawn())


def test_chosen_places_stand_out_by_more_than_colour() -> None:
    """A thicker edge and a larger mark."""
    drawn = _drawn(View(region=(RIKAZE,)))
    marks = next(t for t in _traces("scattergeo", drawn) if "markers" in t["mode"])
    sizes = dict(zip(NAMES, marks["marker"]["size"], strict=True))
    assert sizes[RIKAZE] > sizes[AKSU]
    assert marks["customdata"][list(NAMES).index(RIKAZE)] == href(View())


def test_bars_are_ranked_start_at_nought_and_say_their_value() -> None:
    """Largest first, in the order of the figure, with the value as printed."""
    bars = bars_of(_grants(), EVERYONE, View())
    drawn = json.loads(ranked_bars(bars).to_json())
    assert [bar.text for bar in bars] == ["4.29", "4.13", "1.6", "1.25"]
    assert drawn["layout"]["xaxis"]["range"][0] == 0
    assert drawn["layout"]["yaxis"]["autorange"] == "reversed"
    assert drawn["data"][0]["customdata"][0] == href(View(region=YUNNAN))
    assert "429,000,000.00 元" in bars[0].hover


def test_bars_outside_the_choice_are_muted() -> None:
    """Choosing one member lights its group's bar."""
    bars = bars_of(_grants(), EVERYONE, View(region=(YUNNAN[0],)))
    assert [bar.muted for bar in bars] == [False, True, True, True]


def test_a_bar_in_another_unit_says_so() -> None:
    """The heading's unit holds for the rest."""
    rows = [*FIGURES, figure("grant_funds", "900", "万元", ("530800",))]
    breakdown = breakdowns(rows, EVERYONE)[0]
    last = bars_of(breakdown, EVERYONE, View())[-1]
    assert (scale_unit(breakdown, "zh"), last.text, last.value) == ("亿元", "900 万元", 0.09)


def test_no_bars_are_no_error() -> None:
    """A figure of nothing is empty."""
    assert ranked_bars([]) is not None
    assert ranked_bars([Bar("a", "甲", 0.0, "0", "")]) is not None


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_labels_of_the_recipients_do_not_cover_one_another(locale: str) -> None:
    """Neighbours get different sides."""
    marks = next(
        t for t in _traces("scattergeo", _drawn(View(locale="en" if locale == "en" else "zh")))
        if "markers" in t["mode"]
    )
    side = dict(zip(NAMES, marks["textposition"], strict=True))
    assert side["532500"] != side["532600"]
    assert side["500101"] != side["420506"]


def test_a_label_does_not_reach_beyond_the_map() -> None:
    """A long name in the far west goes to the right of its mark."""
    assert place([Label(75, 39, 12)])[0].endswith("right")
    assert place([Label(134, 48, 12)])[0].endswith("left")


@given(st.lists(st.tuples(st.floats(73, 135), st.floats(4, 54), st.floats(0, 20)), max_size=12))
def test_every_label_gets_a_side(points: list[tuple[float, float, float]]) -> None:
    """However crowded the map is."""
    sides = place([Label(lon, lat, wide) for lon, lat, wide in points])
    assert len(sides) == len(points)
    assert set(sides) <= set(POSITIONS)

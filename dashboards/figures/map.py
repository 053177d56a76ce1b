"""Map of China by prefecture: the recipients shaded by amount, marked and named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from dashboards.figures.geometry import PREFECTURES, boundary_lines, label_points
from dashboards.figures.labels import Label, place, text_width
from dashboards.kept import asset
from dashboards.theme import (
    BOUNDARY,
    GROUND,
    GROUND_LINE,
    INK,
    SELECTED,
    bare_layout,
    colour_scale,
)

GEOJSON = asset(f"geo/{PREFECTURES}")
HALO = ", ".join(["0 0 2px #ffffff"] * 6)
"""Keeps a name readable where it lies on a dark shade."""
SYMBOLS = {"own": "circle", "group": "diamond", "missing": "circle-open"}


@dataclass(frozen=True, slots=True)
class Place:
    """A recipient on the map. `value` is in the unit of the scale; `hover` may hold <b> and <br>.

    `standing` says whose figure it is: the place's own, a group's sum, or none.
    """

    code: str
    label: str
    value: float | None
    standing: Literal["own", "group", "missing"]
    hover: str
    chosen: bool = False
    there: str = ""
    """Where a click on it leads."""


def china_map(places: Sequence[Place], *, unit: str) -> Any:
    """The figure. Places without a feature in the geometry are left out of the map."""
    points = label_points()
    shown = [spot for spot in places if spot.code in points]
    return go.Figure([_ground(), _lines(), *_shades(shown, unit), *_markers(shown)],
                     bare_layout() | {"geo": _geo(), "uirevision": "map"})


def _geo() -> dict[str, Any]:
    """China whole, from the Pamirs to the Ussuri and down to the South China Sea."""
    return {
        "visible": False,
        "bgcolor": "rgba(0,0,0,0)",
        "projection": {
            "type": "conic equal area",
            "parallels": [25, 47],
            "rotation": {"lon": 105, "lat": 0},
        },
        "lonaxis": {"range": [78, 131]},
        "lataxis": {"range": [3.0, 54.3]},
    }


def _ground() -> Any:
    """Every prefecture as plain ground: no name, no hover, whatever the feature is."""
    codes = sorted(label_points())
    return go.Choropleth(
        geojson=GEOJSON, featureidkey="id", locations=codes, z=[0] * len(codes),
        colorscale=[[0, GROUND], [1, GROUND]], showscale=False, hoverinfo="skip",
        marker={"line": {"color": GROUND_LINE, "width": 0.5}},
    )


def _lines() -> Any:
    lines = boundary_lines()
    return go.Scattergeo(
        lon=lines.lon, lat=lines.lat, mode="lines", hoverinfo="skip",
        line={"color": BOUNDARY, "width": 1.1},
    )


def _shades(places: Sequence[Place], unit: str) -> list[Any]:
    known = [spot for spot in places if spot.value is not None]
    if not known:
        return []
    return [go.Choropleth(
        geojson=GEOJSON, featureidkey="id",
        locations=[spot.code for spot in known], z=[spot.value for spot in known],
        zmin=0, zmax=max(spot.value or 0 for spot in known) or 1,
        colorscale=colour_scale(), colorbar=_colour_bar(unit),
        customdata=[spot.there for spot in known],
        hovertext=[spot.hover for spot in known], hovertemplate="%{hovertext}<extra></extra>",
        marker={"line": {
            "color": [SELECTED if spot.chosen else "#ffffff" for spot in known],
            "width": [2.2 if spot.chosen else 0.8 for spot in known],
        }},
    )]


def _colour_bar(unit: str) -> dict[str, Any]:
    return {
        "title": {"text": unit, "side": "top", "font": {"size": 12}},
        "orientation": "h", "x": 0.01, "xanchor": "left", "y": 0.02, "yanchor": "bottom",
        "len": 0.3, "thickness": 9, "outlinewidth": 0, "ticks": "", "nticks": 4,
        "tickfont": {"size": 11}, "xpad": 6, "ypad": 2,
    }


def _markers(places: Sequence[Place]) -> list[Any]:
    """A mark and a name for each recipient, since some are too small to be seen or hit."""
    points = label_points()
    spots = [(spot, *points[spot.code]) for spot in places]
    positions = place([
        Label(lon, lat, text_width(spot.label), spot.label.count("<br>") + 1)
        for spot, lon, lat in spots
    ])
    return [go.Scattergeo(
        lon=[lon for _, lon, _ in spots], lat=[lat for _, _, lat in spots],
        mode="markers+text", text=[spot.label for spot in places], textposition=positions,
        textfont={"size": 12.5, "color": INK, "weight": 600, "shadow": HALO},
        customdata=[spot.there for spot in places],
        hovertext=[spot.hover for spot in places], hovertemplate="%{hovertext}<extra></extra>",
        marker={
            "symbol": [SYMBOLS[spot.standing] for spot in places],
            "size": [12 if spot.chosen else 8 for spot in places],
            "color": INK, "opacity": 1,
            "line": {"color": "#ffffff", "width": 1},
        },
    )] if spots else []

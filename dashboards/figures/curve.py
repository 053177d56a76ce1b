"""Progress over time: what was planned against what was reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import plotly.graph_objects as go

from dashboards.theme import ACCENT, MUTED, RULE, bare_layout

HEIGHT = 300


@dataclass(frozen=True, slots=True)
class Point:
    """Percent 0–100 by a day; `there` is where it leads, empty for nowhere."""

    day: date
    percent: float
    hover: str
    there: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Points in the order of their days, and what they are."""

    name: str
    points: Sequence[Point]


def progress_curve(planned: Line, actual: Line, *, today: date, stepped: bool = False) -> Any:
    """Both lines from 0 to 100 percent. `stepped`: what was reported holds until the next report.
    """
    lines = [
        _trace(planned, {"color": MUTED, "width": 1.5, "dash": "dash"}, "lines"),
        _trace(actual, {"color": ACCENT, "width": 2.5, "shape": "hv" if stepped else "linear"},
               "lines+markers")]
    days = [point.day for line in (planned, actual) for point in line.points]
    within = bool(days) and min(days) <= today <= max(days)
    return go.Figure(lines, bare_layout() | {
        "height": HEIGHT, "showlegend": True, "hovermode": "closest",
        "legend": {"orientation": "h", "x": 0, "y": 1.12, "xanchor": "left", "yanchor": "top",
                   "itemclick": False, "itemdoubleclick": False},
        "margin": {"l": 40, "r": 10, "t": 30, "b": 38},
        "shapes": [{"type": "line", "x0": today, "x1": today, "y0": 0, "y1": 1, "yref": "paper",
                    "line": {"color": MUTED, "width": 1, "dash": "dot"}}] if within else [],
        "xaxis": {"fixedrange": True, "showgrid": False, "tickformat": "%Y<br>%m", "nticks": 6,
                  "tickangle": 0, "ticklabelstandoff": 6,
                  "linecolor": RULE, "tickfont": {"size": 11.5, "color": MUTED}},
        "yaxis": {"range": [0, 104], "fixedrange": True, "gridcolor": RULE, "zeroline": False,
                  "tickvals": [0, 25, 50, 75, 100],
                  "ticktext": ["0%", "25%", "50%", "75%", "100%"],
                  "tickfont": {"size": 11.5, "color": MUTED}},
    })


def _trace(line: Line, style: dict[str, Any], mode: str) -> Any:
    return go.Scatter(
        name=line.name, mode=mode, line=style, marker={"size": 6},
        x=[point.day for point in line.points], y=[point.percent for point in line.points],
        hovertext=[point.hover for point in line.points],
        customdata=[point.there for point in line.points],
        hovertemplate="%{hovertext}<extra></extra>")

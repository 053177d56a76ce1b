"""What is due in which month: what was disbursed of it, what is open, what is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboards.theme import ACCENT, ACCENT_PALE, INK, LATE, MUTED, RULE, bare_layout

HEIGHT = 250
"""Pixels of the figure."""


@dataclass(frozen=True, slots=True)
class Due:
    """A month's amounts in one unit for all; `hover` says them exactly."""

    label: str
    disbursed: float
    overdue: float
    ahead: float
    hover: str
    there: str


def months(rows: Sequence[Due], names: tuple[str, str, str], unit: str) -> Any:
    """Columns of what was disbursed, is overdue, is still ahead, one on the other."""
    parts = (
        (names[0], [row.disbursed for row in rows], ACCENT),
        (names[1], [row.overdue for row in rows], LATE),
        (names[2], [row.ahead for row in rows], ACCENT_PALE),
    )
    columns = [
        go.Bar(name=name, x=[row.label for row in rows], y=values, marker={"color": colour},
               hovertext=[row.hover for row in rows], customdata=[row.there for row in rows],
               hovertemplate="%{hovertext}<extra></extra>")
        for name, values, colour in parts]
    return go.Figure(columns, bare_layout() | {
        "height": HEIGHT, "barmode": "stack", "bargap": 0.25,
        "margin": {"l": 8, "r": 8, "t": 22, "b": 24},
        "xaxis": {"type": "category", "fixedrange": True, "ticks": "", "tickangle": 0,
                  "nticks": 8, "linecolor": MUTED, "tickfont": {"size": 12}, "automargin": True},
        "yaxis": {"fixedrange": True, "gridcolor": RULE, "zeroline": False, "nticks": 5,
                  "rangemode": "tozero", "tickformat": ",~f",
                  "tickfont": {"size": 11.5, "color": MUTED},
                  "automargin": True},
        "annotations": [{"text": unit, "x": 0, "y": 1, "xref": "paper", "yref": "paper",
                         "xanchor": "left", "yanchor": "bottom", "showarrow": False,
                         "font": {"size": 11.5, "color": INK}}],
    })

"""Bars within bars: what was committed, and within it how much of it came how far."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboards.figures.axes import broken, label_margin
from dashboards.theme import INK, MUTED, RULE, SELECTED, bare_layout

ROW, HIGH_ROW = 38, 50
"""Pixels a row of bars and its gap take; where a name has three lines, more."""
COLUMNS_HEIGHT = 230
"""Pixels of a figure of columns."""
SHADES = ("#dbe7ef", "#a9c5d9", "#4f8ab2", "#0e4369")
"""Of the outermost bar, and of each within it."""
WIDTHS = (0.82, 0.6, 0.4, 0.2)


@dataclass(frozen=True, slots=True)
class Nest:
    """A row: values of one unit from the outermost to the innermost, and what a click leads to.

    `text` stands at its end; `hovers` say each value.
    """

    label: str
    values: Sequence[float]
    hovers: Sequence[str]
    text: str
    there: str
    chosen: bool = False


def nested_bars(rows: Sequence[Nest], names: Sequence[str]) -> Any:
    """The figure, the first row on top. Bars start at zero; those named last lie within."""
    bars = [
        go.Bar(orientation="h", name=name, x=[row.values[at] for row in rows],
               y=list(range(len(rows))), **_look(rows, at))
        for at, name in enumerate(names)]
    ends = [max(row.values, default=0) for row in rows]
    largest = max(ends, default=0) or 1
    texts = go.Scatter(
        mode="text", x=ends, y=list(range(len(rows))), text=[f" {row.text}" for row in rows],
        textposition="middle right", cliponaxis=False, hoverinfo="skip",
        textfont={"size": 12.5, "color": INK})
    labels = [row.label for row in rows]
    lines = max((broken(label).count("<br>") + 1 for label in labels), default=1)
    longest = max((len(row.text) for row in rows), default=0)
    return go.Figure([*bars, texts], bare_layout() | {
        "height": max(1, len(rows)) * (HIGH_ROW if lines > 2 else ROW) + 8, "barmode": "overlay",
        "margin": {"l": label_margin(labels), "r": 12 + 8 * longest, "t": 2, "b": 2},
        "xaxis": {"visible": False, "range": [0, largest], "fixedrange": True},
        "yaxis": {
            "tickmode": "array", "tickvals": list(range(len(rows))),
            "ticktext": [f"<b>{broken(row.label)}</b>" if row.chosen else broken(row.label)
                         for row in rows],
            "range": [len(rows) - 0.5, -0.5], "fixedrange": True, "ticks": "",
            "ticklabelstandoff": 8, "showgrid": False, "zeroline": False,
            "tickfont": {"size": 12.5},
        },
    })


def nested_columns(rows: Sequence[Nest], names: Sequence[str], unit: str) -> Any:
    """The same standing, from left to right: years."""
    bars = [
        go.Bar(name=name, x=[row.label for row in rows], y=[row.values[at] for row in rows],
               **_look(rows, at))
        for at, name in enumerate(names)]
    return go.Figure(bars, bare_layout() | {
        "height": COLUMNS_HEIGHT, "barmode": "overlay",
        "margin": {"l": 8, "r": 8, "t": 22, "b": 24},
        "xaxis": {"type": "category", "fixedrange": True, "ticks": "", "tickangle": 0,
                  "showgrid": False, "tickfont": {"size": 12}, "nticks": 9,
                  "linecolor": MUTED, "automargin": True},
        "yaxis": {"fixedrange": True, "gridcolor": RULE, "zeroline": False, "nticks": 5,
                  "rangemode": "tozero", "tickformat": ",~f",
                  "tickfont": {"size": 11.5, "color": MUTED},
                  "automargin": True},
        "annotations": [{"text": unit, "x": 0, "y": 1, "xref": "paper", "yref": "paper",
                         "xanchor": "left", "yanchor": "bottom", "showarrow": False,
                         "font": {"size": 11.5, "color": MUTED}}],
    })


def _look(rows: Sequence[Nest], at: int) -> dict[str, Any]:
    return {
        "width": WIDTHS[at], "hovertext": [row.hovers[at] for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [row.there for row in rows],
        "marker": {"color": SHADES[at], "line": {
            "color": SELECTED,
            "width": [1.5 if row.chosen and at == 0 else 0 for row in rows]}},
    }

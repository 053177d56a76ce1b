"""Terms along time: a row a post or a batch, a bar a term."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import plotly.graph_objects as go

from dashboards.figures.axes import broken, label_margin
from dashboards.theme import ACCENT, ACCENT_PALE, INK, LATE, MUTED, RULE, bare_layout

ROW = 40
"""Pixels a row takes."""
DAY_MS = 86_400_000
Kind = Literal["past", "now", "ending", "coming"]
COLOURS: dict[Kind, tuple[str, str]] = {
    "past": ("#d5dbe0", INK), "now": (ACCENT, "#ffffff"), "ending": ("#946008", "#ffffff"),
    "coming": (ACCENT_PALE, INK),
}
"""Of a bar and of what is written in it."""


@dataclass(frozen=True, slots=True)
class Term:
    """A bar from the first to the last day, both inclusive, with what is written in it.

    `there` is where it leads, empty for nowhere.
    """

    start: date
    end: date
    text: str
    hover: str
    kind: Kind
    there: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """A row; one that is vacant says so."""

    label: str
    terms: Sequence[Term]
    vacant: bool = False


def timeline(tracks: Sequence[Track], *, start: date, end: date, on: date) -> Any:
    """The figure, the first row on top, from `start` to `end`; a line stands at the day `on`."""
    traces = []
    for kind, (ground, ink) in COLOURS.items():
        bars = [(at, term) for at, track in enumerate(tracks) for term in track.terms
                if term.kind == kind]
        if bars:
            traces.append(_bars(bars, ground, ink, start, end))
    return go.Figure(traces, _layout(tracks, start, end, on))


def _bars(
    bars: Sequence[tuple[int, Term]], ground: str, ink: str, start: date, end: date
) -> Any:
    """Bars cut to what is shown, so that what is written in them is seen."""
    spans = [(max(term.start, start), min(term.end, end) + timedelta(days=1))
             for _, term in bars]
    return go.Bar(
        orientation="h", y=[at for at, _ in bars], base=[first.isoformat() for first, _ in spans],
        x=[max(0, (last - first).days) * DAY_MS for first, last in spans], width=0.62,
        text=[term.text for _, term in bars], textposition="inside", insidetextanchor="start",
        textangle=0, constraintext="inside", insidetextfont={"size": 12, "color": ink},
        hovertext=[term.hover for _, term in bars], hovertemplate="%{hovertext}<extra></extra>",
        customdata=[term.there for _, term in bars],
        marker={"color": ground, "line": {"color": "#ffffff", "width": 1}})


def _layout(tracks: Sequence[Track], start: date, end: date, on: date) -> dict[str, Any]:
    labels = [f"○ {track.label}" if track.vacant else track.label for track in tracks]
    line = [{"type": "line", "x0": on.isoformat(), "x1": on.isoformat(), "y0": 0, "y1": 1,
             "yref": "paper", "line": {"color": LATE, "width": 1, "dash": "dot"}}]
    return bare_layout() | {
        "height": len(tracks) * ROW + 44, "barmode": "overlay",
        "margin": {"l": label_margin(labels), "r": 8, "t": 38, "b": 6},
        "shapes": line if start <= on <= end else [],
        "uniformtext": {"minsize": 11, "mode": "hide"},
        "xaxis": {"type": "date", "range": [start.isoformat(), end.isoformat()], "side": "top",
                  "fixedrange": True, "gridcolor": RULE, "tickformat": "%Y<br>%m", "nticks": 7,
                  "tickangle": 0,
                  "tickfont": {"size": 11.5, "color": MUTED}},
        "yaxis": {"tickmode": "array", "tickvals": list(range(len(tracks))),
                  "ticktext": [broken(label) for label in labels], "fixedrange": True,
                  "range": [len(tracks) - 0.5, -0.5], "showgrid": False, "zeroline": False,
                  "ticklabelstandoff": 8, "tickfont": {"size": 12.5}},
    }

"""Days planned against days met: milestones of a project as a Gantt chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go

from dashboards.figures.axes import broken, label_margin
from dashboards.theme import ACCENT, ACCENT_PALE, LATE, MUTED, RULE, bare_layout

ROW = 34
"""Pixels a row takes."""


@dataclass(frozen=True, slots=True)
class Met:
    """Something planned for a day and met on one, or not yet. `first` is the day first planned.

    `there` is where its marks lead, empty for nowhere.
    """

    label: str
    planned: date
    met: date | None
    late: bool
    hover: str
    first: date | None = None
    there: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, planned and actual; an end that is None is not reached."""

    label: str
    planned: tuple[date, date]
    actual: tuple[date, date | None] | None
    hover: str
    there: str = ""


def gantt(span: Span, rows: Sequence[Met], *, today: date) -> Any:
    """The project's own span on top, then a row a milestone in the order given.

    Planned days are hollow, met ones filled. The way between them is red where it was or is late.
    """
    traces: list[Any] = []
    labels = [span.label, *(f"⚠ {row.label}" if row.late else row.label for row in rows)]
    traces.append(_line(0, *span.planned, colour=ACCENT_PALE, width=12))
    if span.actual:
        traces.append(
            _line(0, span.actual[0], span.actual[1] or today, colour=ACCENT, width=5))
    for at, row in enumerate(rows, start=1):
        end = row.met or (today if row.late else row.planned)
        if end != row.planned:
            traces.append(_line(at, row.planned, end, width=3,
                                colour=LATE if end > row.planned else ACCENT_PALE))
    traces.append(go.Scatter(
        x=[row.first for row in rows if row.first],
        y=[at for at, row in enumerate(rows, start=1) if row.first], mode="markers",
        marker={"symbol": "line-ns-open", "size": 11, "color": MUTED}, hoverinfo="skip"))
    traces.append(go.Scatter(
        x=[span.planned[0], *(row.planned for row in rows)], y=list(range(len(labels))),
        mode="markers", hovertext=[span.hover, *(row.hover for row in rows)],
        customdata=[span.there, *(row.there for row in rows)],
        hovertemplate="%{hovertext}<extra></extra>",
        marker={"symbol": ["line-ns-open", *["diamond-open"] * len(rows)], "size": 11,
                "color": [ACCENT_PALE, *(LATE if row.late else ACCENT for row in rows)],
                "line": {"width": 1.5}}))
    met = [(at, row) for at, row in enumerate(rows, start=1) if row.met]
    traces.append(go.Scatter(
        x=[row.met for _, row in met], y=[at for at, _ in met], mode="markers",
        hovertext=[row.hover for _, row in met], hovertemplate="%{hovertext}<extra></extra>",
        customdata=[row.there for _, row in met],
        marker={"symbol": "diamond", "size": 10,
                "color": [LATE if row.met and row.met > row.planned else ACCENT
                          for _, row in met]}))
    return go.Figure(traces, _layout(labels, _range(span, rows, today), today))


def _line(at: int, start: date, end: date, *, colour: str, width: int) -> Any:
    return go.Scatter(
        x=[start, end], y=[at, at], mode="lines", hoverinfo="skip",
        line={"color": colour, "width": width})


def _range(span: Span, rows: Sequence[Met], today: date) -> tuple[date, date]:
    """From the first to the last day shown, with room for the marks; today if it is near."""
    days = [*span.planned, *(day for row in rows for day in (row.planned, row.met, row.first)
                             if day)]
    days += [day for day in (span.actual or ()) if day]
    if any(row.late for row in rows) or (span.actual and span.actual[1] is None):
        days.append(today)
    room = timedelta(days=max(10, (max(days) - min(days)).days // 25))
    return min(days) - room, max(days) + room


def _layout(labels: Sequence[str], shown: tuple[date, date], today: date) -> dict[str, Any]:
    line = [{"type": "line", "x0": today, "x1": today, "y0": 0, "y1": 1, "yref": "paper",
             "line": {"color": MUTED, "width": 1, "dash": "dot"}}]
    return bare_layout() | {
        "height": len(labels) * ROW + 44,
        "margin": {"l": label_margin(labels), "r": 8, "t": 4, "b": 38},
        "shapes": line if shown[0] <= today <= shown[1] else [],
        "xaxis": {"range": list(shown), "fixedrange": True, "gridcolor": RULE, "zeroline": False,
                  "tickformat": "%Y<br>%m", "nticks": 6,
                  "tickangle": 0, "tickfont": {"size": 11.5, "color": MUTED}},
        "yaxis": {"tickmode": "array", "tickvals": list(range(len(labels))),
                  "ticktext": [broken(label) for label in labels], "fixedrange": True,
                  "range": [len(labels) - 0.5, -0.5], "showgrid": False, "zeroline": False,
                  "ticklabelstandoff": 8, "tickfont": {"size": 12.5}},
    }

"""Where money went, as a waterfall: what there was, what stays where, what is left at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboards.figures.axes import broken, label_margin
from dashboards.theme import ACCENT, ACCENT_PALE, INK, LATE, bare_layout

ROW = 38
"""Pixels a bar and its gap take."""
WIDE = 0.4
"""So much of the longest bar has room for an amount inside."""


@dataclass(frozen=True, slots=True)
class Step:
    """A bar. A `total` stands on the axis; any other is taken from what was left before it.

    `value` is in one unit for all, `text` says it in words, `there` is where it leads, empty for
    nowhere.
    """

    label: str
    value: float
    text: str
    hover: str
    total: bool = False
    there: str = ""


def waterfall(steps: Sequence[Step]) -> Any:
    """The figure, the first step on top. What is taken that was not there is red."""
    bases: list[float] = []
    colours, left = [], 0.0
    for step in steps:
        if step.total:
            left = step.value
        else:
            left -= step.value
        bases.append(0.0 if step.total else left)
        colours.append(ACCENT if step.total else LATE if left < -1e-9 else ACCENT_PALE)
    drawn = go.Bar(
        orientation="h", x=[step.value for step in steps], base=bases,
        y=list(range(len(steps))), width=0.56,
        hovertext=[step.hover for step in steps], hovertemplate="%{hovertext}<extra></extra>",
        customdata=[step.there for step in steps],
        marker={"color": colours})
    ends = [base + step.value for base, step in zip(bases, steps, strict=True)]
    largest = max(ends, default=0) or 1
    labels = [step.label for step in steps]
    return go.Figure([drawn, _texts(steps, bases, ends, largest)], bare_layout() | {
        "height": max(1, len(steps)) * ROW + 8,
        "margin": {"l": label_margin(labels), "r": 8, "t": 2, "b": 2},
        "xaxis": {"visible": False, "fixedrange": True,
                  "range": [min(0.0, *bases, 0.0), largest * 1.02]},
        "yaxis": {"tickmode": "array", "tickvals": list(range(len(steps))), "fixedrange": True,
                  "ticktext": [broken(label) for label in labels], "autorange": "reversed",
                  "showgrid": False, "zeroline": False, "ticks": "",
                  "ticklabelstandoff": 8, "tickfont": {"size": 12.5}},
    })


def _texts(
    steps: Sequence[Step], bases: Sequence[float], ends: Sequence[float], largest: float
) -> Any:
    """Each amount where there is room for it: in a long bar, else on the side with more of it."""
    spots = [_spot(step, base, end, largest)
             for step, base, end in zip(steps, bases, ends, strict=True)]
    return go.Scatter(
        mode="text", y=list(range(len(steps))), text=[f" {step.text} " for step in steps],
        x=[x for x, _, _ in spots], textposition=[place for _, place, _ in spots],
        cliponaxis=False, hoverinfo="skip",
        textfont={"size": 12.5, "color": [ink for _, _, ink in spots]})


def _spot(step: Step, base: float, end: float, largest: float) -> tuple[float, str, str]:
    """Where an amount stands, on which side of that, and its ink."""
    if step.value >= WIDE * largest:
        return end, "middle left", "#ffffff" if step.total else INK
    if base > largest - end:
        return base, "middle left", INK
    return end, "middle right", INK

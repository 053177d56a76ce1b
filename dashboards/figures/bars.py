"""Ranked bars: the published amounts as they were published, largest on top."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboards.figures.axes import broken, label_margin
from dashboards.theme import ACCENT, ACCENT_PALE, INK, bare_layout

BAR_HEIGHT = 40
"""Pixels a bar and its gap take."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One published figure. `text` is the value as printed, `there` where a click on it leads."""

    there: str
    label: str
    value: float
    text: str
    hover: str
    muted: bool = False


def ranked_bars(bars: Sequence[Bar]) -> Any:
    """The figure, in the order given, the first on top. Bars start at zero."""
    drawn = go.Bar(
        orientation="h",
        x=[bar.value for bar in bars], y=list(range(len(bars))),
        text=[bar.text for bar in bars], textposition="outside", cliponaxis=False,
        textfont={"size": 13, "color": INK},
        customdata=[bar.there for bar in bars],
        hovertext=[bar.hover for bar in bars], hovertemplate="%{hovertext}<extra></extra>",
        marker={"color": [ACCENT_PALE if bar.muted else ACCENT for bar in bars]}, width=0.5,
    )
    largest = max((bar.value for bar in bars), default=1) or 1
    layout = bare_layout() | {
        "height": height(len(bars)),
        "margin": {"l": label_margin([bar.label for bar in bars]), "r": 8, "t": 2, "b": 2},
        "xaxis": {"visible": False, "range": [0, largest * 1.25], "fixedrange": True},
        "yaxis": {
            "tickmode": "array", "tickvals": list(range(len(bars))),
            "ticktext": [broken(bar.label) for bar in bars],
            "autorange": "reversed", "fixedrange": True, "ticks": "", "ticklabelstandoff": 8,
            "ticklabeloverflow": "allow",
            "showgrid": False, "zeroline": False, "tickfont": {"size": 13},
        },
    }
    return go.Figure(drawn, layout)


def height(bars: int) -> int:
    """Pixels that this many bars need."""
    return max(1, bars) * BAR_HEIGHT + 8

"""How the pages look: one accent colour on white, the system's fonts, plotly kept offline."""

from typing import Any

BASE = "/dashboards/"
"""Where the pages live. Everything the browser asks for lies below it."""

FIGURES = "/figures/"
"""Where the figures behind the charts are fetched as files."""

INK = "#1b2127"
MUTED = "#5b6670"
RULE = "#d8dde2"
GROUND = "#edf0f2"
GROUND_LINE = "#cbd2d8"
BOUNDARY = "#5f6a73"
ACCENT = "#14507a"
ACCENT_PALE = "#a9c5d9"
SELECTED = "#101418"
LATE = "#a3261b"

SEQUENCE = ("#c3d9e8", "#8fb6d2", "#5a92ba", "#2d6c9a", "#0e4369")
"""From little to much. The lightest still stands off the ground of the map."""

FONTS = (
    '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC",'
    '"Segoe UI","Helvetica Neue",Arial,sans-serif'
)

def colour_scale() -> list[list[float | str]]:
    """SEQUENCE as plotly wants it: positions from 0 to 1."""
    last = len(SEQUENCE) - 1
    return [[index / last, colour] for index, colour in enumerate(SEQUENCE)]


def bare_layout() -> dict[str, Any]:
    """What every figure shares: no frame, no legend, nothing to drag, readable hover."""
    return {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "dragmode": False,
        "font": {"family": FONTS, "size": 12, "color": INK},
        "hoverlabel": {
            "bgcolor": "#ffffff",
            "bordercolor": MUTED,
            "align": "left",
            "font": {"family": FONTS, "size": 13, "color": INK},
        },
    }

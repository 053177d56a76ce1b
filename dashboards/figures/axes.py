"""What stands along an axis: years without a gap, names broken over lines for a telephone. Pure."""

from collections.abc import Collection, Sequence
from textwrap import wrap

from dashboards.figures.labels import text_width

LABEL_WIDTH = 19
"""Latin letters of a name before it breaks; Chinese characters take two."""


def through(years: Collection[int]) -> range:
    """Every year from the first to the last: one without anything is seen to be so."""
    return range(min(years), max(years) + 1) if years else range(0)


def broken(label: str) -> str:
    """The name over as many lines as it needs."""
    if text_width(label) > len(label) * 0.8:
        half = LABEL_WIDTH // 2 + 1
        return "<br>".join(label[i:i + half] for i in range(0, len(label), half))
    return "<br>".join(wrap(label, LABEL_WIDTH))


def label_margin(labels: Sequence[str]) -> int:
    """Pixels that the names need beside the axis."""
    widest = max((text_width(broken(label)) for label in labels), default=0)
    return round(widest * 13.5) + 14

"""Where map labels go so that they do not cover one another. Pure geometry in pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import cos, radians

PIXELS_PER_DEGREE = 5.5
"""How wide a degree is on a telephone: labels that are apart there are apart anywhere."""
MIDDLE_LATITUDE = 32.0
WEST, EAST = 66.0, 143.0
"""Longitudes at which a telephone's map ends."""
CHARACTER = 11.0
LINE = 14.0
MARKER = 7.0

POSITIONS = (
    "middle right", "middle left", "bottom center", "top center",
    "bottom right", "top left", "top right", "bottom left",
)


@dataclass(frozen=True, slots=True)
class Label:
    """A text beside a point; `wide` is its length in characters of full width."""

    lon: float
    lat: float
    wide: float
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, y growing downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> float:
        """The area both cover, 0 where they are apart."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, across) * max(0.0, down)


def _x(lon: float) -> float:
    return lon * cos(radians(MIDDLE_LATITUDE)) * PIXELS_PER_DEGREE


def text_width(text: str) -> float:
    """Length in full-width characters: a Latin letter or digit is a little over half of one."""
    longest = max(text.split("<br>"), key=len, default="")
    return sum(1.0 if ord(char) > 0x2E7F else 0.58 for char in longest)


def place(labels: Sequence[Label]) -> list[str]:
    """For each label the first of POSITIONS that covers nothing, or the one that covers least."""
    taken = [_marker(label) for label in labels]
    chosen = []
    for index, label in enumerate(labels):
        others = taken[:index] + taken[index + 1:]
        best = min(POSITIONS, key=partial(_cost, label, others))
        taken.append(_box(label, best))
        chosen.append(best)
    return chosen


def _cost(label: Label, others: Sequence[Box], where: str) -> float:
    box = _box(label, where)
    return sum(box.meets(other) for other in (*others, *_OUTSIDE))


_BEYOND = 10_000.0
_OUTSIDE = (
    Box(-_BEYOND, -_BEYOND, _x(WEST), _BEYOND), Box(_x(EAST), -_BEYOND, _BEYOND, _BEYOND),
)
"""What lies beside the map: a label that reaches there would be cut off."""


def _at(label: Label) -> tuple[float, float]:
    return _x(label.lon), -label.lat * PIXELS_PER_DEGREE


def _marker(label: Label) -> Box:
    x, y = _at(label)
    return Box(x - MARKER, y - MARKER, x + MARKER, y + MARKER)


def _box(label: Label, where: str) -> Box:
    """The rectangle of the text when it stands at `where` of its point."""
    x, y = _at(label)
    width, height = label.wide * CHARACTER, label.lines * LINE
    vertical, horizontal = where.split()
    left = {"left": x - MARKER - width, "center": x - width / 2, "right": x + MARKER}[horizontal]
    top = {"top": y - MARKER - height, "middle": y - height / 2, "bottom": y + MARKER}[vertical]
    return Box(left, top, left + width, top + height)

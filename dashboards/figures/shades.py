"""Shades of progress for cells of a table: the ground, and the ink that is read on it. Pure."""

from dashboards.theme import INK

GROUNDS = ("#f3f6f8", "#dce8f0", "#bcd4e4", "#8db5d0", "#3f78a0", "#1b5580")
"""From nothing done to all of it."""
BEHIND = 10.0
"""So many percent less than planned is behind."""


def shade(percent: float) -> tuple[str, str]:
    """The colours of a cell with a progress of 0 to 100 percent; the last is for 100 alone."""
    step = len(GROUNDS) - 1 if percent >= 100 else int(max(0.0, percent) // (100 / 5))
    return GROUNDS[step], "#ffffff" if step >= 4 else INK


def behind(done: float, planned: float) -> bool:
    """Whether what is done is well below what was planned."""
    return done < planned - BEHIND

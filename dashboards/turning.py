"""Places in an ordered list as pieces of a URL. Pure."""

import re
from datetime import date
from typing import Any

from aid.projects.listing import ORDERS, Place

_PLACE = re.compile(r"(.{0,100})~(\d{1,18})", re.ASCII)


def order_of(text: str | None, *, default: str = "code") -> tuple[str, bool]:
    """What a list is ordered by and whether the other way round: "-planned_end"."""
    given = text if text and text.removeprefix("-") in ORDERS else default
    return given.removeprefix("-"), given.startswith("-")


def place_key(value: Any, number: int) -> str:
    """A row's place in its order, the inverse of `place_of`."""
    return f"{value}~{number}"


def place_of(text: str | None, order: str, *, back: bool) -> Place | None:
    """The place that `place_key` wrote; None for anything else."""
    found = _PLACE.fullmatch(text or "")
    if not found:
        return None
    value: Any = found[1]
    try:
        if order.startswith("planned_"):
            value = date.fromisoformat(value)
        elif order != "code":
            value = int(value)
    except ValueError:
        return None
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return None
    return Place(value, int(found[2]), back)

"""Numbers as a report prints them: exact, one unit a column, the unit told in its heading. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from aid.text import Locale, Text

NOTHING = "—"
"""Stands where there is nothing to count."""
MOST_PLACES = 4
"""The largest unit is taken only where it says every amount exactly in so many decimals."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of money of so many fen, printed with so many decimals."""

    name: str
    fen: int
    places: int

    def __call__(self, fen: int) -> str:
        """The amount in this unit, exactly."""
        return f"{Decimal(fen) / self.fen:,.{self.places}f}"

    def short(self, fen: int) -> str:
        """The amount to two decimals, for a chart beside the table that says it exactly."""
        return f"{Decimal(fen) / self.fen:,.2f}"


_UNITS: dict[Locale, tuple[tuple[str, int], ...]] = {
    "zh": (("亿元", 10_000_000_000), ("万元", 1_000_000), ("元", 100)),
    "en": (("million yuan", 100_000_000), ("yuan", 100)),
}


def unit_for(amounts: Iterable[int], locale: Locale) -> Unit:
    """The one unit in which these amounts (fen) read well side by side, and are said exactly."""
    found = [abs(fen) for fen in amounts if fen]
    largest = max(found, default=0)
    for name, size in _UNITS[locale]:
        places = max(2, *(_places(fen, size) for fen in found)) if found else 2
        if largest >= size and (size < _UNITS["zh"][0][1] or places <= MOST_PLACES):
            return Unit(name, size, places)
    name, size = _UNITS[locale][-1]
    return Unit(name, size, 2)


def _places(fen: int, size: int) -> int:
    places, rest = 0, fen % size
    while rest:
        rest = rest * 10 % size
        places += 1
    return places


def money(fen: int, locale: Locale) -> str:
    """One amount with its unit, exactly."""
    unit = unit_for((fen,), locale)
    return f"{unit(fen)} {unit.name}"


def number(value: Decimal | int | None) -> str:
    """A count or a quantity, with no zeros behind its last meant digit."""
    if value is None:
        return NOTHING
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: Decimal | None) -> str:
    """A rate in percent to two decimals, its sign in the heading."""
    return NOTHING if value is None else f"{value:,.2f}"


def headed(heading: Text, unit: str, locale: Locale) -> str:
    """A heading with its unit on a line of its own: 到账（万元）, received (yuan)."""
    return f"{heading.zh}\n（{unit}）" if locale == "zh" else f"{heading.en}\n({unit})"


def entitled(title: str, unit: str, locale: Locale) -> str:
    """A chart's title with the unit of its numbers."""
    return f"{title}（{unit}）" if locale == "zh" else f"{title} ({unit})"

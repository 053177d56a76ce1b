"""What published figures say region by region. Pure; no sum is divided, none counted twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aid.plans.queries import DiscrepancyRow, FigureRow
from aid.text import Locale, Text
from aid.units import UNITS, money_fen
from dashboards.format import Reading, amount, printed


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One indicator over one period: its published parts, largest first, and its total if any."""

    indicator: str
    name: Text
    money: bool
    start: date
    end: date
    parts: tuple[FigureRow, ...]
    total: FigureRow | None

    def part_for(self, code: str) -> FigureRow | None:
        """The narrowest part that speaks of a place."""
        about = [part for part in self.parts if code in part.region_codes]
        return min(about, key=lambda part: len(part.region_codes), default=None)

    @property
    def covered(self) -> frozenset[str]:
        """All places that some part speaks of."""
        return frozenset(code for part in self.parts for code in part.region_codes)


def size(figure: FigureRow) -> Decimal:
    """How large a figure is among its like: fen for money, else the number itself."""
    return Decimal(figure.amount_fen) if figure.amount_fen is not None else figure.value


def reading(figure: FigureRow, locale: Locale) -> Reading:
    """A figure as printed."""
    return printed(figure.value, figure.unit, figure.qualifier, locale)


def breakdowns(
    figures: Sequence[FigureRow], everyone: frozenset[str], *, least: int = 2
) -> list[Breakdown]:
    """The indicators published for `least` places or more, each in its latest such period."""
    found = []
    for indicator in dict.fromkeys(figure.indicator_code for figure in figures):
        same = [figure for figure in figures if figure.indicator_code == indicator]
        periods = sorted({(f.period_start, f.period_end) for f in same}, key=lambda p: p[::-1])
        split = [
            broken for start, end in periods
            if len((broken := _broken_down(same, start, end, everyone)).parts) >= least
        ]
        found.extend(split[-1:])
    return found


def _broken_down(
    same: Sequence[FigureRow], start: date, end: date, everyone: frozenset[str]
) -> Breakdown:
    now = [f for f in same if (f.period_start, f.period_end) == (start, end)]
    parts = [f for f in now if f.region_codes and frozenset(f.region_codes) != everyone]
    total = next((f for f in now if f.region_codes and f not in parts), None)
    parts.sort(key=size, reverse=True)
    first = same[0]
    return Breakdown(first.indicator_code, first.indicator, first.money, start, end,
                     tuple(parts), total)


def totals(figures: Sequence[FigureRow], everyone: frozenset[str]) -> list[FigureRow]:
    """The figures that speak of all recipients at once."""
    return [f for f in figures if everyone and frozenset(f.region_codes) == everyone]


def summed(parts: Sequence[FigureRow], locale: Locale) -> Reading | None:
    """The parts added up, or None where they overlap or are of different measure."""
    codes = [code for part in parts for code in part.region_codes]
    if not parts or len(codes) != len(set(codes)):
        return None
    if len({part.unit for part in parts}) == 1:
        total = sum((part.value for part in parts), Decimal())
        return printed(total, parts[0].unit, "", locale)
    if all(part.amount_fen is not None for part in parts):
        return amount(sum(part.amount_fen or 0 for part in parts), locale)
    return None


def parts_equal_total(breakdown: Breakdown) -> bool:
    """Whether the parts as printed make exactly the printed total."""
    total = breakdown.total
    return total is not None and sum(map(size, breakdown.parts), Decimal()) == size(total)


def discrepancy_of(
    figure: FigureRow, parts: Sequence[FigureRow], found: Iterable[DiscrepancyRow] | None
) -> DiscrepancyRow | None:
    """The discrepancy between this total and these parts, if one is known."""
    added = sum(map(size, parts), Decimal())
    return next(
        (
            row for row in found or ()
            if row.total_code == figure.code
            and _sized(row.sum_of_parts, row.unit) == added
        ),
        None,
    )


def _sized(value: Decimal, unit: str) -> Decimal:
    fen = money_fen(value, unit) if UNITS[unit].fen else None
    return value if fen is None else Decimal(fen)


def concerns(codes: Iterable[str], chosen: Sequence[str], everyone: frozenset[str]) -> bool:
    """Whether something about `codes` belongs to the chosen places.

    What speaks of all recipients at once belongs to none of them alone, only to all of them.
    """
    about = frozenset(codes)
    if about == everyone:
        return frozenset(chosen) == everyone
    return bool(about & frozenset(chosen)) and frozenset(chosen) != everyone

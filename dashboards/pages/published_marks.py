"""Published figures made ready for the map and the bars. Pure."""

from collections.abc import Mapping

from aid.plans.queries import FigureRow
from aid.text import Locale, Text
from dashboards.figures.bars import Bar
from dashboards.figures.map import Place
from dashboards.format import exact_yuan, money_in, money_unit, period, short_place
from dashboards.i18n import words
from dashboards.published import Breakdown, concerns, reading, size
from dashboards.view import View, href


def scale_unit(breakdown: Breakdown, locale: Locale) -> str:
    """The one unit of the map's scale and of the bars; a mere number where there is none."""
    if breakdown.money:
        return money_unit([int(size(part)) for part in breakdown.parts], locale)
    return reading(breakdown.parts[0], locale).unit or words(locale)("scale.number")


def scaled(figure: FigureRow, unit: str) -> float:
    """A figure in the scale's unit, for drawing only."""
    return float(money_in(figure.amount_fen, unit) if figure.amount_fen else figure.value)


def places_of(
    breakdown: Breakdown, names: Mapping[str, Text], view: View, *, whole: bool = True
) -> list[Place]:
    """The recipients with what was published for each, alone or as a member of a group."""
    return [_place(code, name, breakdown, view, whole) for code, name in names.items()]


def _place(code: str, name: Text, breakdown: Breakdown, view: View, whole: bool) -> Place:
    locale, part = view.locale, breakdown.part_for(code)
    label, title = short_place(name, locale), f"<b>{name.to(locale)}</b><br>"
    chosen, there = code in view.region, _chosen(view, (code,))
    if part is None:
        missing = f"{title}{breakdown.name.to(locale)}: {words(locale)('hover.missing')}"
        return Place(code, label, None, "missing", missing, chosen, there)
    unit = scale_unit(breakdown, locale)
    value = scaled(part, unit)
    if len(part.region_codes) > 1:
        said = title + told(part, locale, whole)
        return Place(code, label, value, "group", said, chosen, there)
    label = f"{label}<br>{_short(part, unit, locale)}"
    return Place(code, label, value, "own", title + told(part, locale, whole), chosen, there)


def _chosen(view: View, region: tuple[str, ...]) -> str:
    """The address that chooses places, or lets them go where they are chosen."""
    return href(view.with_(region=() if view.region == region else region))


def told(figure: FigureRow, locale: Locale, whole: bool) -> str:
    """A figure for a tooltip: what, how much, exactly how much, when, and whether it is a sum.

    Only who sees the `whole` plan can be told that a sum was not published apart.
    """
    w = words(locale)
    said = str(reading(figure, locale))
    if len(figure.region_codes) > 1:
        scope = figure.scope.to(locale) if figure.scope else ""
        said = w("hover.group" if whole else "hover.sum", scope=scope, amount=said)
    lines = [figure.indicator.to(locale), said]
    if figure.amount_fen is not None:
        lines.append(w("figures.exact", yuan=exact_yuan(figure.amount_fen, locale)))
    lines.append(period(figure.period_start, figure.period_end, locale))
    return "<br>".join(lines)


def bars_of(
    breakdown: Breakdown, everyone: frozenset[str], view: View, *, whole: bool = True
) -> list[Bar]:
    """The parts as published, largest first; those outside the chosen places are muted."""
    locale = view.locale
    unit = scale_unit(breakdown, locale)
    return [
        Bar(
            there=_chosen(view, part.region_codes),
            label=_bar_name(part, locale),
            value=scaled(part, unit),
            text=_short(part, unit, locale),
            hover=f"<b>{_bar_name(part, locale)}</b><br>{told(part, locale, whole)}",
            muted=bool(view.region) and not concerns(part.region_codes, view.region, everyone),
        )
        for part in breakdown.parts
    ]


def _short(part: FigureRow, unit: str, locale: Locale) -> str:
    """The value as printed, with its unit only where that is not the one of the whole figure."""
    said = reading(part, locale)
    return said.number if said.unit == unit else str(said)


def _bar_name(part: FigureRow, locale: Locale) -> str:
    return part.scope.to(locale) if part.scope else ""

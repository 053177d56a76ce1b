"""Published figures as a table: each as printed, with unit, scope, section, period and note."""

from collections.abc import Sequence
from typing import Any

from aid.plans.queries import FigureRow
from aid.text import Locale
from dashboards.format import day, exact_yuan, period
from dashboards.i18n import Words, words
from dashboards.light import Light, element, light
from dashboards.published import reading

FULL = ("indicator", "value", "unit", "scope", "section", "period", "note")
BRIEF = ("indicator", "value", "unit", "scope", "period")


def figures_table(
    figures: Sequence[FigureRow], locale: Locale, columns: Sequence[str] = FULL
) -> Any:
    """The table. Beside `columns` nothing is shown; a note left out becomes a tooltip."""
    w = words(locale)
    head = [element("th", w(f"col.{name}"), cls=name, scope="col") for name in columns]
    rows = [
        element("tr", [_cell(figure, name, w, locale) for name in columns],
                title=figure.note.to(locale) if "note" not in columns else None)
        for figure in figures
    ]
    table = element("table", element("thead", element("tr", head)), element("tbody", rows),
                    cls="figures")
    return light(table, className="scroll", tabIndex=0)


def _cell(figure: FigureRow, name: str, w: Words, locale: Locale) -> Light:
    match name:
        case "indicator":
            return element("th", figure.indicator.to(locale), scope="row", cls=name)
        case "value":
            said, title = reading(figure, locale).number, _exactly(figure, w, locale)
            return element("td", said, title=title, cls=name)
        case "unit":
            return element("td", reading(figure, locale).unit, cls=name)
        case "scope":
            return element("td", figure.scope.to(locale) if figure.scope else
                           element("span", w("scope.none"), cls="muted"), cls=name)
        case "section":
            return element("td", figure.section, cls=name)
        case "period":
            return element("td", _when(figure, w, locale), cls=name)
        case _:
            return element("td", figure.note.to(locale), cls=name)


def _exactly(figure: FigureRow, w: Words, locale: Locale) -> str | None:
    if figure.amount_fen is None:
        return None
    return w("figures.exact", yuan=exact_yuan(figure.amount_fen, locale))


def _when(figure: FigureRow, w: Words, locale: Locale) -> str:
    if figure.as_of:
        return w("figures.as_of", date=day(figure.as_of, locale))
    return period(figure.period_start, figure.period_end, locale)

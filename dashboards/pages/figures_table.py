"""Published figures as a table: each as printed, with unit, scope, section, period and note."""

from collections.abc import Sequence
from typing import Any

from dash import html

from aid.plans.queries import FigureRow
from aid.text import Locale
from dashboards.format import day, exact_yuan, period
from dashboards.i18n import Words, words
from dashboards.parts import Node
from dashboards.published import reading

FULL = ("indicator", "value", "unit", "scope", "section", "period", "note")
BRIEF = ("indicator", "value", "unit", "scope", "period")


def figures_table(
    figures: Sequence[FigureRow], locale: Locale, columns: Sequence[str] = FULL
) -> Node:
    """The table. Beside `columns` nothing is shown; a note left out becomes a tooltip."""
    w = words(locale)
    head = [html.Th(w(f"col.{name}"), className=name, scope="col") for name in columns]
    rows = [
        html.Tr([_cell(figure, name, w, locale) for name in columns],
                title=figure.note.to(locale) if "note" not in columns else None)
        for figure in figures
    ]
    return html.Div(
        html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="figures"),
        className="scroll", tabIndex=0,
    )


def _cell(figure: FigureRow, name: str, w: Words, locale: Locale) -> Node:
    labelled: dict[str, Any] = {"className": name, "data-label": w(f"col.{name}")}
    match name:
        case "indicator":
            return html.Th(figure.indicator.to(locale), scope="row", className=name)
        case "value":
            return html.Td(reading(figure, locale).number, title=_exactly(figure, w, locale),
                           **labelled)
        case "unit":
            return html.Td(reading(figure, locale).unit, **labelled)
        case "scope":
            return html.Td(figure.scope.to(locale) if figure.scope else
                           html.Span(w("scope.none"), className="muted"), **labelled)
        case "section":
            return html.Td(figure.section, **labelled)
        case "period":
            return html.Td(_when(figure, w, locale), **labelled)
        case _:
            return html.Td(figure.note.to(locale), **labelled)


def _exactly(figure: FigureRow, w: Words, locale: Locale) -> str | None:
    if figure.amount_fen is None:
        return None
    return w("figures.exact", yuan=exact_yuan(figure.amount_fen, locale))


def _when(figure: FigureRow, w: Words, locale: Locale) -> str:
    if figure.as_of:
        return w("figures.as_of", date=day(figure.as_of, locale))
    return period(figure.period_start, figure.period_end, locale)

"""The totals over all recipients, each with what is known of it."""

from collections.abc import Sequence

from dash import html

from aid.plans.queries import FigureRow
from aid.text import Text
from dashboards.definitions import Definition, about
from dashboards.format import exact_yuan, period
from dashboards.i18n import listing
from dashboards.pages.shown import Shown
from dashboards.parts import Node
from dashboards.published import discrepancy_of, parts_equal_total, reading, summed, totals


def tiles(shown: Shown) -> Node:
    """One tile a total, in reading order. Totals are never added to one another."""
    found = totals(shown.data.figures, shown.data.everyone)
    hint = shown.w("total.hint") if shown.data.whole else None
    return html.Div([_tile(figure, shown) for figure in found], className="tiles", title=hint)


def _tile(figure: FigureRow, shown: Shown) -> Node:
    printed = reading(figure, shown.locale)
    state, kind = _standing(figure, shown)
    return html.Div([
        html.Div([html.Span(figure.indicator.to(shown.locale)), about(
            as_published(shown, figure.indicator, [figure]), shown.locale)],
            className="tile-name"),
        html.Div([html.Span(printed.number, className="number"), " ", printed.unit],
                 className="tile-value"),
        html.Div(state, className=f"tile-state {kind}"),
    ], className="tile", title=_when_and_where(figure, shown))


def as_published(shown: Shown, name: Text, figures: Sequence[FigureRow]) -> Definition:
    """What published figures are: as printed, of a period, from a place in a document."""
    first, w = figures[0], shown.w
    said = w("published.is", source=source_of(shown, figures))
    when = period(first.period_start, first.period_end, shown.locale)
    return Definition(name.to(shown.locale), said, first.as_of or first.period_end,
                      [(w("col.period"), when)])


def source_of(shown: Shown, figures: Sequence[FigureRow]) -> str:
    """Where figures were published: the document and its sections."""
    plan = shown.data.plan
    sections = listing(list(dict.fromkeys(one.section for one in figures)), shown.locale)
    return shown.w("investment.source", document=plan.document or plan.title.to(shown.locale),
                   sections=sections)


def _when_and_where(figure: FigureRow, shown: Shown) -> str:
    """The period and place in the document of a figure; for money also the exact amount."""
    said = [period(figure.period_start, figure.period_end, shown.locale),
            shown.w("figure.section", section=figure.section)]
    if figure.amount_fen is not None:
        yuan = exact_yuan(figure.amount_fen, shown.locale)
        said.append(shown.w("figures.exact", yuan=yuan))
    return " · ".join(said)


def _standing(figure: FigureRow, shown: Shown) -> tuple[str, str]:
    """What is known of a total: its parts agree, contradict it, or were never published.

    Who does not see all parts is only told whose total it is.
    """
    if not shown.data.whole:
        scope = figure.scope.to(shown.locale) if figure.scope else ""
        return shown.w("total.several", scope=scope), "muted"
    split = next((b for b in shown.all if b.total is figure), None)
    if split is None:
        return figure.note.to(shown.locale) or shown.w("total.unsplit"), "muted"
    if discrepancy_of(figure, split.parts, shown.data.discrepancies):
        return shown.w("total.disputed", sum=summed(split.parts, shown.locale)), "warns"
    return (shown.w("total.agrees"), "muted") if parts_equal_total(split) else ("", "")

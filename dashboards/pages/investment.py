"""Investment 各地投入: what the ledger says, and what was published before there was one."""

from dash import html

from dashboards.i18n import words
from dashboards.pages.filter_bar import Shared, filter_bar
from dashboards.pages.invested import INVESTMENT_SHEETS, invested, measure_of
from dashboards.pages.published_page import published
from dashboards.parts import Drawn, Node, link, nothing_of, nothing_yet
from dashboards.reading_investment import MEASURES, InvestmentData, Ledger
from dashboards.view import View

__all__ = ["INVESTMENT_SHEETS", "investment_page"]

USES: tuple[Shared, ...] = ("supporter", "region", "sector", "period", "known_on")


def investment_page(view: View, data: InvestmentData) -> Drawn:
    """The part of the page that was asked for."""
    if data.ledger is None:
        body = (published(view, data.plan, _parts(view)) if data.plan
                else [_parts(view), *nothing_yet(view)])
        return Drawn(body, plan=data.plan)
    w, ledger = words(view.locale), data.ledger
    return Drawn([
        html.Div([html.H1(w("investment.title")),
                  html.P(w("invested.lead"), className="lead muted")], className="heading"),
        _parts(view),
        filter_bar(view, ledger.choices, uses=USES),
        *_body(view, ledger),
    ], own=ledger.choices.own)


def _parts(view: View) -> Node:
    w = words(view.locale)
    other = {"part": "targets", "kind": None}
    return html.Nav([
        link(w("invested.part.ledger"), view.with_(**other), current=view.part != "published",
             id="part-ledger"),
        link(w("invested.part.published"), view.with_(part="published", kind=None),
             current=view.part == "published", id="part-published"),
    ], className="parts", **{"aria-label": w("invested.parts")})


def _body(view: View, data: Ledger) -> list[Node]:
    w = words(view.locale)
    if data.regions or data.sectors:
        return [_measures(view), *invested(view, data)]
    bare = view.with_(kind=None)
    there = link(w("invested.published"), view.with_(part="published"), className="button")
    return [*nothing_of(bare, data.choices.own, "tranches", "movements"),
            *([there] if bare.bare else [])]


def _measures(view: View) -> Node:
    w, now = words(view.locale), MEASURES[measure_of(view)]
    return html.Div([html.Div([
        html.Span(w("measure.label"), className="label"),
        html.Div([link(w(f"measure.{name}"), view.with_(kind=name), current=name == now,
                       id=f"measure-{name}") for name in MEASURES],
                 className="switch", id="measures", role="group",
                 **{"aria-label": w("measure.label")}),
    ], className="control")], className="controls")

"""The frame around every page, and what pages say when there is nothing or something failed."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboards.format import period
from dashboards.i18n import words
from dashboards.reading import PlanData
from dashboards.view import PAGES, View, href

Node = Any
"""A Dash component or its text."""


def frame(view: View, data: PlanData | None, body: Sequence[Node]) -> Node:
    """The whole page: who we are, where to go, then the body."""
    return html.Div([
        html.A(words(view.locale)("app.skip"), href="#content", className="skip"),
        _header(view, data),
        html.Main(list(body), id="content", className=f"page page-{view.page}"),
    ])


def _header(view: View, data: PlanData | None) -> Node:
    w = words(view.locale)
    other = view.with_(locale="en" if view.locale == "zh" else "zh")
    pages = [
        link(w(f"nav.{page}"), _on_page(view, page), current=page == view.page) for page in PAGES
    ]
    return html.Header([
        html.Div(w("app.name"), className="brand"),
        html.Nav(pages, **{"aria-label": w("nav.label")}),
        _chooser(view, data) if data else html.Span(className="stretch"),
        html.Button(w("nav.print"), className="quiet print", type="button", **{"data-print": ""}),
        html.A(w("language.other"), href=href(other), className="language", id="language",
               lang=other.locale),
    ], className="top")


def _on_page(view: View, page: Any) -> View:
    """The same plan on another page. Filters of places go along, those of one page do not."""
    return View(page=page, locale=view.locale, plan=view.plan, indicator=view.indicator,
                region=view.region)


def link(text: str, to: View, *, current: bool = False, **more: Any) -> Node:
    """A link to a view; `current` where it is already shown."""
    marks = {"aria-current": "true"} if current else {}
    return html.A(text, href=href(to), **marks, **more)


def _chooser(view: View, data: PlanData) -> Node:
    w = words(view.locale)
    options = [
        html.Option(row.title.to(view.locale), value=row.code, selected=row.code == data.plan.code)
        for row in data.plans
    ]
    return html.Label([
        html.Span(w("chooser.plan"), className="label"),
        html.Select(options, id="choose-plan", **{"data-param": "plan", "data-fresh": ""}),
    ], className="chooser stretch")


def plan_period(view: View, data: PlanData) -> str:
    """The period of the plan, and the one whose results it reviews."""
    w, plan = words(view.locale), data.plan
    parts = [w("period.of", period=period(plan.period_start, plan.period_end, view.locale))]
    if plan.review_start and plan.review_end:
        review = period(plan.review_start, plan.review_end, view.locale)
        parts.append(w("period.review", period=review))
    return " · ".join(parts)


def nothing_yet(view: View) -> list[Node]:
    """What to do while the database holds no plan."""
    w = words(view.locale)
    return [html.Section([
        html.H1(w("empty.title")),
        html.P(w("empty.how")),
        html.Pre("aid seed", className="command"),
        html.P(w("empty.own"), className="muted"),
        html.A(w("empty.reload"), href=href(view), className="button", **{"data-reload": ""}),
    ], className="notice", id="nothing-yet")]


def failed(view: View) -> list[Node]:
    """What to do when the data could not be read."""
    w = words(view.locale)
    return [html.Section([
        html.H1(w("failed.title")),
        html.P(w("failed.why")),
        html.A(w("failed.retry"), href=href(view), className="button", **{"data-reload": ""}),
    ], className="notice", id="failed", role="alert")]

"""The published part of the page of investment: how much went where, as far as was said."""

from collections.abc import Mapping, Sequence

from dash import dcc, html

from dashboards.figures.bars import height, ranked_bars
from dashboards.figures.map import Place, china_map
from dashboards.format import period, short_place
from dashboards.i18n import words
from dashboards.pages.chart import chart_head
from dashboards.pages.published_marks import bars_of, places_of, scale_unit
from dashboards.pages.region_list import region_list
from dashboards.pages.shown import Shown, choose
from dashboards.pages.tiles import as_published, source_of, tiles
from dashboards.parts import Node, link, place_names, plan_period
from dashboards.published import totals
from dashboards.reading import PlanData
from dashboards.sentences import own_sentences, sentences
from dashboards.theme import GRAPH_CONFIG
from dashboards.view import View

Slots = Mapping[tuple[str, str], Node]

SLOTS = (
    ("slot-title", "children"),
    ("slot-controls", "children"),
    ("slot-map-head", "children"),
    ("map", "figure"),
    ("slot-keys", "children"),
    ("slot-bars-head", "children"),
    ("bars", "figure"),
    ("bars", "style"),
    ("slot-list", "children"),
    ("slot-said", "children"),
)
"""What a filter of this page changes, as (component, property): the rest stays as it was drawn."""


def fill(shown: Shown) -> list[Node]:
    """The contents of SLOTS, in their order."""
    whole = shown.data.whole
    bars = bars_of(shown.breakdown, shown.data.everyone, shown.view, whole=whole)
    unit = scale_unit(shown.breakdown, shown.locale)
    places = places_of(shown.breakdown, shown.names, shown.view, whole=whole)
    return [
        _title(shown),
        _controls(shown),
        _map_head(shown, unit),
        china_map(places, unit=unit),
        _keys(shown, places),
        _head(shown, "bars", shown.w("bars.heading" if whole else "bars.heading.own", unit=unit)),
        ranked_bars(bars),
        {"height": f"{height(len(bars))}px"},
        region_list(shown.view, shown.data),
        _said(shown),
    ]


def published(view: View, data: PlanData, parts: Node) -> list[Node]:
    """The body of the page, drawn for the first time; the page's `parts` stand below its title."""
    shown = choose(view, data)
    if shown is None:
        return _without_figures(view, data, parts)
    slots = dict(zip(SLOTS, fill(shown), strict=True))
    return [
        _slot("slot-title", slots),
        parts,
        tiles(shown),
        _slot("slot-controls", slots),
        html.Div([
            html.Div([_map(shown, slots), _slot("slot-said", slots)], className="column"),
            html.Div([_bars(shown, slots), _slot("slot-list", slots)], className="column"),
        ], className="columns"),
    ]


def _slot(name: str, slots: Slots) -> Node:
    return html.Div(slots[(name, "children")], id=name)


def _without_figures(view: View, data: PlanData, parts: Node) -> list[Node]:
    w = words(view.locale)
    there = View(page="plan", part="figures", locale=view.locale, plan=view.plan)
    none = w("investment.none") if data.whole else w(
        "investment.none.own", places=place_names(data, view.locale))
    return [
        html.H1(w("investment.title")),
        html.P(plan_period(view, data), className="lead"),
        parts,
        html.Section([
            html.P(none),
            link(w("investment.none.link"), there, className="button"),
        ], className="notice"),
    ]


def _title(shown: Shown) -> Node:
    w, locale, data, now = shown.w, shown.locale, shown.data, shown.breakdown
    told = {"supporter": data.plan.supporter.to(locale),
            "period": period(now.start, now.end, locale)}
    lead = (w("investment.lead", count=len(data.regions), **told) if data.whole
            else w("investment.lead.own", places=place_names(data, locale), **told))
    source = source_of(shown, [now.total, *now.parts] if now.total else now.parts)
    return html.Div([
        html.H1(w("investment.title")),
        html.P([lead, " ", html.Span(source, className="muted")], className="lead"),
    ], className="heading")


def _controls(shown: Shown) -> Node:
    w, view = shown.w, shown.view
    indicators = [
        link(b.name.to(shown.locale), view.with_(indicator=b.indicator),
             current=b is shown.breakdown, id=f"indicator-{b.indicator}")
        for b in shown.all
    ]
    places = [link(w("region.all"), view.with_(region=()), current=not view.region,
                   id="region-all")] + [
        link(short_place(name, shown.locale),
             view.with_(region=() if view.region == (code,) else (code,)),
             current=code in view.region, title=name.to(shown.locale), id=f"region-{code}")
        for code, name in shown.names.items()
    ]
    return html.Div([
        _switch(w("indicator.label"), indicators, "indicators"),
        *([_switch(w("region.label"), places, "regions")] if len(shown.names) > 1 else []),
    ], className="controls")


def _switch(label: str, links: Sequence[Node], identity: str) -> Node:
    return html.Div([
        html.Span(label, className="label"),
        html.Div(list(links), className="switch", id=identity, role="group",
                 **{"aria-label": label}),
    ], className="control")


def _map(shown: Shown, slots: Slots) -> Node:
    graph = dcc.Graph(id="map", figure=slots[("map", "figure")], config=GRAPH_CONFIG,
                      responsive=True)
    return html.Section([
        _slot("slot-map-head", slots),
        html.Div(graph, className="map", role="img",
                 **{"aria-label": shown.w("map.label")}),
        _slot("slot-keys", slots),
        html.P(shown.w("map.approval"), className="approval"),
    ], className="panel")


def _map_head(shown: Shown, unit: str) -> list[Node]:
    name = shown.breakdown.name.to(shown.locale)
    heading = _head(shown, "map", shown.w("map.heading", indicator=name, unit=unit))
    if len(shown.names) < 2:
        return [heading]
    return [heading, html.P(shown.w("map.hint"), className="hint")]


def _head(shown: Shown, name: str, heading: str) -> Node:
    now = shown.breakdown
    about = [now.total, *now.parts] if now.total else list(now.parts)
    return chart_head(shown.view, name, heading=heading, picture=True, graph=name,
                      definition=as_published(shown, now.name, about))


def _keys(shown: Shown, places: Sequence[Place]) -> Node:
    used = {spot.standing for spot in places}
    words_of = {"own": "map.own", "missing": "map.missing",
                "group": "map.group" if shown.data.whole else "map.group.own"}
    return html.P([
        html.Span(shown.w(key)) for kind, key in words_of.items() if kind in used
    ], className="keys")


def _bars(shown: Shown, slots: Slots) -> Node:
    graph = dcc.Graph(id="bars", figure=slots[("bars", "figure")], config=GRAPH_CONFIG,
                      responsive=True, style=slots[("bars", "style")])
    return html.Section([
        _slot("slot-bars-head", slots),
        html.Div(graph, role="img", **{"aria-label": shown.w("bars.label")}),
    ], className="panel")


def _said(shown: Shown) -> Node:
    data, split = shown.data, {b.indicator for b in shown.all}
    unsplit = [f for f in totals(data.figures, data.everyone) if f.indicator_code not in split]
    said = sentences(
        shown.breakdown, unsplit=unsplit, discrepancies=data.discrepancies, names=shown.names,
        locale=shown.locale,
    ) if data.whole else own_sentences(
        shown.breakdown, unsplit=unsplit, names=shown.names, locale=shown.locale)
    return html.Section([
        html.H2(shown.w("said.heading")),
        html.Ul([
            html.Li(("⚠ " if sentence.warns else "") + sentence.text,
                    className="warns" if sentence.warns else None)
            for sentence in said
        ], className="said", id="said"),
    ], className="panel")

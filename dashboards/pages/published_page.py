"""The published part of the page of investment: how much went where, as far as was said."""

from collections.abc import Sequence

from dash import html

from dashboards.definitions import Definition
from dashboards.figures.bars import ranked_bars
from dashboards.figures.map import Place, china_map
from dashboards.format import period, short_place
from dashboards.i18n import words
from dashboards.pages.chart import chart
from dashboards.pages.published_marks import bars_of, places_of, scale_unit
from dashboards.pages.region_list import region_list
from dashboards.pages.shown import Shown, choose
from dashboards.pages.tiles import as_published, source_of, tiles
from dashboards.parts import Node, link, place_names, plan_period
from dashboards.published import totals
from dashboards.reading import PlanData
from dashboards.sentences import own_sentences, sentences
from dashboards.view import View


def published(view: View, data: PlanData, parts: Node) -> list[Node]:
    """The body of the page; the page's `parts` stand below its title."""
    shown = choose(view, data)
    if shown is None:
        return _without_figures(view, data, parts)
    return [
        _title(shown),
        parts,
        tiles(shown),
        _controls(shown),
        html.Div([
            html.Div([_map(shown), _said(shown)], className="column"),
            html.Div([_bars(shown), region_list(view, data)], className="column"),
        ], className="columns"),
    ]


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


def _map(shown: Shown) -> Node:
    unit = scale_unit(shown.breakdown, shown.locale)
    places = places_of(shown.breakdown, shown.names, shown.view, whole=shown.data.whole)
    name = shown.breakdown.name.to(shown.locale)
    return html.Div([
        chart(shown.view, "map", china_map(places, unit=unit), label=shown.w("map.label"),
              heading=shown.w("map.heading", indicator=name, unit=unit),
              hint=shown.w("map.hint") if len(shown.names) > 1 else "",
              definition=_definition(shown), key=_keys(shown, places), map_=True),
        html.P(shown.w("map.approval"), className="approval"),
    ])


def _definition(shown: Shown) -> Definition:
    now = shown.breakdown
    about = [now.total, *now.parts] if now.total else list(now.parts)
    return as_published(shown, now.name, about)


def _keys(shown: Shown, places: Sequence[Place]) -> Node:
    used = {spot.standing for spot in places}
    words_of = {"own": "map.own", "missing": "map.missing",
                "group": "map.group" if shown.data.whole else "map.group.own"}
    return html.P([
        html.Span(shown.w(key)) for kind, key in words_of.items() if kind in used
    ], className="keys")


def _bars(shown: Shown) -> Node:
    whole, now = shown.data.whole, shown.breakdown
    unit = scale_unit(now, shown.locale)
    figure = ranked_bars(bars_of(now, shown.data.everyone, shown.view, whole=whole))
    return chart(shown.view, "bars", figure, label=shown.w("bars.label"),
                 heading=shown.w("bars.heading" if whole else "bars.heading.own", unit=unit),
                 definition=_definition(shown))


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
    ], className="panel", id="panel-said")

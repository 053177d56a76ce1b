"""Funds 资金: where the money is now, what is due when, and every movement of it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dash import html

from aid.funds.flows import Flows, Layer
from aid.funds.flows import Link as FlowLink
from aid.funds.flows import Node as FlowNode
from aid.sheets.columns import Column, Shape
from aid.text import Text
from dashboards.definitions import Definition
from dashboards.figure_sheet import FigureSheet
from dashboards.figures.sankey import Stop, Stream, sankey
from dashboards.format import exact_yuan, money_in, money_unit, rounded, short_amount, short_place
from dashboards.i18n import Words, words
from dashboards.pages.chart import chart
from dashboards.pages.figure_tiles import Tile, tile_row
from dashboards.pages.filter_bar import Shared, filter_bar
from dashboards.pages.funds_movements import kind_choice, movement_list
from dashboards.parts import Drawn, Node, link, nothing_of
from dashboards.reading_funds import FundData
from dashboards.view import Part, View, href

USES: tuple[Shared, ...] = ("supporter", "region", "sector", "period", "known_on")
PARTS: Mapping[str, Part] = MappingProxyType({
    "flows": "targets", "queue": "queue", "movements": "movements"})
"""The parts of the page, and how an address calls them: the first is what it says nothing of."""
FIGURES = {"awaiting": "committed", "in_transit": "in_transit", "held": "held", "paid": "spent"}
"""What committed money is called by where it stands."""
LAYERS = tuple(Layer)
MOST = {Layer.SOURCE: 8, Layer.REGION: 12, Layer.SECTOR: 10, Layer.STATE: 4}
"""So many nodes of a layer are drawn; the smallest are put together."""


def funds_page(view: View, data: FundData) -> Drawn:
    """The part that was asked for; the work queue itself comes later."""
    w = words(view.locale)
    uses = USES[:3] if data.part == "queue" else USES
    own = [kind_choice(view)] if data.part == "movements" else []
    return Drawn([
        html.Div([html.H1(w("funds.title")),
                  html.P(w("funds.lead"), className="lead muted")], className="heading"),
        html.Nav([
            link(w(f"funds.part.{name}"), view.with_(
                part=part, kind=None, state=None, after=None, before=None),
                current=name == data.part, id=f"part-{name}")
            for name, part in PARTS.items()
        ], className="parts", **{"aria-label": w("funds.parts")}),
        filter_bar(view, data.choices, uses=uses, own=own),
        *_body(view, data, w),
    ], own=data.choices.own)


def _body(view: View, data: FundData, w: Words) -> list[Node]:
    if data.movements is not None:
        return movement_list(view, data.movements) or nothing_of(
            view, data.choices.own, "tranches", "movements")
    if data.flows is None:
        return []
    if not data.flows.links:
        return nothing_of(view, data.choices.own, "tranches", "movements")
    return [tile_row(_tiles(view, data, data.flows, w), view.locale),
            _flows(view, data, data.flows, w)]


def _tiles(view: View, data: FundData, flows: Flows, w: Words) -> list[Tile]:
    stands = {one.key.partition(":")[2]: one.fen for one in flows.nodes
              if one.layer is Layer.STATE}
    return [
        Tile(name, rounded(stands.get(balance, 0), view.locale), Definition(
            w(f"funds.figure.{name}"), w(f"funds.figure.{name}.is"), data.on),
            exact=exact_yuan(stands.get(balance, 0), view.locale),
            there=_state(balance, view))
        for name, balance in FIGURES.items()]


def _flows(view: View, data: FundData, flows: Flows, w: Words) -> Node:
    hint = w("funds.flows.period") if view.start or view.end else ""
    flows = gathered(flows)
    unit = money_unit([one.fen for one in flows.nodes], view.locale)
    heading = w("funds.flows", unit=unit)
    definition = Definition(heading, w("funds.flows.is"), data.on)
    names = {one.key: one.name.to(view.locale) for one in flows.nodes}
    stops = [
        Stop(one.key, LAYERS.index(one.layer), _label(one, unit, view),
             float(money_in(one.fen, unit)),
             f"<b>{names[one.key]}</b><br>{exact_yuan(one.fen, view.locale)}",
             _leads(view, one.key)) for one in flows.nodes]
    streams = [
        Stream(one.source, one.target, float(money_in(one.fen, unit)),
               f"{names[one.source]} → {names[one.target]}<br>{exact_yuan(one.fen, view.locale)}",
               _leads(view, one.source, one.target)) for one in flows.links]
    return chart(view, "flows", sankey(stops, streams), heading=heading, hint=hint,
                 label=w("funds.flows.label"), definition=definition, wide=True)


def gathered(flows: Flows) -> Flows:
    """The same with the smallest nodes of a full layer put together; each layer's largest first."""
    kept: list[FlowNode] = []
    gone: dict[str, str] = {}
    for layer in LAYERS:
        nodes = [one for one in flows.nodes if one.layer is layer]
        if layer is not Layer.STATE:
            nodes.sort(key=lambda one: one.fen, reverse=True)
        rest = nodes[MOST[layer] - 1:] if len(nodes) > MOST[layer] else []
        kept += nodes[:len(nodes) - len(rest)]
        if rest:
            other = FlowNode(f"{layer}:", layer, Text(
                f"其他 {len(rest)} 项", f"{len(rest)} others"), sum(one.fen for one in rest))
            gone |= {one.key: other.key for one in rest}
            kept.append(other)
    sums: dict[tuple[str, str], int] = {}
    for one in flows.links:
        ends = gone.get(one.source, one.source), gone.get(one.target, one.target)
        sums[ends] = sums.get(ends, 0) + one.fen
    return Flows(kept, [FlowLink(near, far, fen) for (near, far), fen in sums.items()])


def _label(one: FlowNode, unit: str, view: View) -> str:
    said = one.name.to(view.locale)
    if one.layer is Layer.REGION:
        said = short_place(one.name, view.locale)
    if one.layer is Layer.STATE:
        said = words(view.locale)(f"balance.{one.key.partition(':')[2]}")
    return f"{said} {short_amount(one.fen, unit)}"


def _leads(view: View, *keys: str) -> str:
    """The address of what a node or the two of a stream say; empty where they say nothing more."""
    found = view
    for key in keys:
        found = _narrowed(key, found)
    return href(found) if found != view else ""


def _narrowed(key: str, view: View) -> View:
    """A region or sector narrows the page, a state leads to what is in it.

    The page has no filter for a source, nor for what a layer has beyond its largest.
    """
    layer, _, code = key.partition(":")
    match layer:
        case "region" if code:
            return view.with_(region=(code,))
        case "sector" if code:
            return view.with_(sector=code)
        case "state":
            return _state(code, view)
        case _:
            return view


def _state(balance: str, view: View) -> View:
    """The movements that bring money to where it stands."""
    kinds = {"committed": "commit", "in_transit": "disburse", "held": "receive", "spent": "pay"}
    return view.with_(part="movements", kind=kinds[balance])


def _flow_sheet(view: View, data: FundData) -> FigureSheet | None:
    if data.flows is None:
        return None
    names = {one.key: one.name.to(view.locale) for one in data.flows.nodes}
    return FigureSheet(Text("资金流向", "Flows of money"), (
        Column(key="from", title=Text("从", "From")), Column(key="to", title=Text("到", "To")),
        Column(key="amount", title=Text("金额（元）", "Amount (yuan)"), shape=Shape.YUAN),
    ), [(names[one.source], names[one.target], one.fen) for one in data.flows.links])


FUND_SHEETS: Mapping[str, Any] = MappingProxyType({"flows": _flow_sheet})

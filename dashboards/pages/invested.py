"""The ledger's part of the page of investment: how much went where, and did it arrive."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from dash import html

from aid.funds.commitments import OfProject
from aid.metrics.registry import METRICS
from aid.metrics.terms import Measured
from aid.sheets.columns import Column, Shape
from aid.text import Text
from dashboards.definitions import Definition, of_metric
from dashboards.figure_sheet import FigureSheet
from dashboards.figures.axes import through
from dashboards.figures.map import Place, china_map
from dashboards.figures.nested import SHADES, Nest, nested_bars, nested_columns
from dashboards.format import exact_yuan, money_in, money_unit, rounded, short_amount, short_place
from dashboards.i18n import Words, words
from dashboards.light import Light, element, light
from dashboards.pages.chart import chart, chart_head
from dashboards.pages.figure_tiles import Tile, tile_row
from dashboards.pages.tables import table
from dashboards.parts import Node, link
from dashboards.reading_investment import CODES, MEASURES, PROJECTS, Amounts, Ledger
from dashboards.view import View, href


def invested(view: View, data: Ledger) -> list[Node]:
    """Tiles, map, bars by region, year and sector, and what lies below a chosen place."""
    w = words(view.locale)
    return [
        tile_row([_tile(name, one, view) for name, one in zip(MEASURES, data.whole, strict=True)],
                 view.locale),
        html.Div([html.Div(column, className="column") for column in _columns(view, data, w)],
                 className="columns"),
    ]


def _columns(view: View, data: Ledger, w: Words) -> tuple[list[Node], list[Node]]:
    below = _drill(view, data, w)
    if below:
        return below, [_years(view, data, w), _sectors(view, data, w)]
    return ([_map(view, data, w), _years(view, data, w)],
            [_regions(view, data, w), _sectors(view, data, w)])


def measure_of(view: View) -> int:
    """Which of MEASURES a view looks at, by its place among them."""
    return MEASURES.index(view.kind) if view.kind in MEASURES else 1


def _tile(name: str, one: Measured, view: View) -> Tile:
    fen = int(one.numerator * 100)
    return Tile(name, rounded(fen, view.locale), of_metric(METRICS[one.code], one.as_of,
                                                           view.locale),
                exact=exact_yuan(fen, view.locale), there=view.with_(kind=name))


def _nest(row: Amounts, label: str, unit: str, view: View, there: View, *, chosen: bool) -> Nest:
    w, at = words(view.locale), measure_of(view)
    hovers = [f"<b>{row.name.to(view.locale)}</b><br>{w(f'measure.{name}')} "
              f"{exact_yuan(fen, view.locale)}"
              for name, fen in zip(MEASURES, row.fen, strict=True)]
    return Nest(label, [float(money_in(fen, unit)) for fen in row.fen], hovers,
                short_amount(row.fen[at], unit), href(there), chosen)


def _unit(rows: Sequence[Amounts], view: View) -> str:
    return money_unit([fen for row in rows for fen in row.fen], view.locale)


def _names(view: View) -> list[str]:
    w = words(view.locale)
    return [w(f"measure.{name}") for name in MEASURES]


def key(view: View) -> Node:
    """What the bars within bars are, from outside in."""
    w = words(view.locale)
    return light(element("p", element("span", w("invested.key"), cls="label"), [
        element("span", element("i", style=f"background:{shade}"), w(f"measure.{name}"))
        for name, shade in zip(MEASURES, SHADES, strict=True)]), className="legend")


def _definition(heading: str, data: Ledger, w: Words) -> Definition:
    return Definition(heading, w("invested.is"), data.on)


def _ranked(rows: Sequence[Amounts], view: View) -> list[Amounts]:
    at = measure_of(view)
    return sorted(rows, key=lambda row: row.fen[at], reverse=True)


def _map(view: View, data: Ledger, w: Words) -> Node:
    at, rows = measure_of(view), {row.code: row for row in data.regions}
    unit = money_unit([row.fen[at] for row in data.regions], view.locale)
    places = []
    for place in data.choices.regions:
        row, label = rows.get(place.code), short_place(place.name, view.locale)
        there = href(view.with_(region=(place.code,), after=None, before=None))
        title = f"<b>{place.name.to(view.locale)}</b><br>"
        chosen = place.code in view.region
        if row is None or not row.fen[at]:
            places.append(Place(place.code, label, None, "missing",
                                f"{title}{w('invested.unmapped')}", chosen, there))
            continue
        places.append(Place(
            place.code, label, float(money_in(row.fen[at], unit)), "own",
            f"{title}{w(f'measure.{MEASURES[at]}')} {exact_yuan(row.fen[at], view.locale)}",
            chosen, there))
    heading = w("invested.map", measure=w(f"measure.{MEASURES[at]}"), unit=unit)
    return html.Div([
        chart(view, "places", china_map(places, unit=unit), heading=heading, label=w("map.label"),
              hint=w("invested.map.hint"), definition=_definition(heading, data, w), map_=True),
        html.P(w("map.approval"), className="approval"),
    ])


def _regions(view: View, data: Ledger, w: Words) -> Node:
    rows = _ranked(data.regions, view)
    unit = _unit(rows, view)
    heading = w("invested.regions", unit=unit)
    figure = nested_bars([
        _nest(row, short_place(row.name, view.locale), unit, view,
              view.with_(region=(row.code,)), chosen=row.code in view.region)
        for row in rows], _names(view))
    return chart(view, "regions", figure, heading=heading, label=w("invested.chart.label"),
                 definition=_definition(heading, data, w), key=key(view))


def _years(view: View, data: Ledger, w: Words) -> Node:
    unit, heading = _unit(data.years, view), w("invested.years")
    found = {int(row.code): row for row in data.years}
    nothing = (0,) * len(MEASURES)
    rows = [found.get(year, Amounts(str(year), Text(str(year), str(year)), nothing))
            for year in through(found)]
    figure = nested_columns([
        _nest(row, row.code, unit, view, view.with_(
            start=date(int(row.code), 1, 1), end=date(int(row.code), 12, 31)),
            chosen=False) for row in rows], _names(view), unit)
    return chart(view, "years", figure, heading=heading, label=w("invested.chart.label"),
                 hint=w("invested.year.hint"), definition=_definition(heading, data, w))


def _sectors(view: View, data: Ledger, w: Words) -> Node:
    rows = _ranked(data.sectors, view)
    unit = _unit(rows, view)
    heading = w("invested.sectors", unit=unit)
    figure = nested_bars([
        _nest(row, row.name.to(view.locale), unit, view, view.with_(sector=row.code),
              chosen=row.code == view.sector) for row in rows], _names(view))
    return chart(view, "sectors", figure, heading=heading, label=w("invested.chart.label"),
                 hint=w("invested.sector.hint"), definition=_definition(heading, data, w))


def _drill(view: View, data: Ledger, w: Words) -> list[Node]:
    """What lies below the one place that is chosen: its counties, or a county's projects."""
    if data.places is None and data.projects is None:
        return []
    name = data.choices.chosen[0].name.to(view.locale)
    back = link(w("invested.clear", place=w("invested.back.all")), view.with_(region=()),
                id="clear-region", className="clear") if view.region else None
    if data.projects is not None:
        return [_projects(view, data, name, back, w)]
    unit = _table_unit([row.fen for row in data.places or ()], view)
    rows = [_place(row, unit, view, w) for row in _ranked(data.places or (), view)]
    heading = w("invested.places", place=name, unit=unit)
    return [html.Section([
        chart_head(view, "counties", heading=heading, definition=_definition(heading, data, w)),
        back,
        table("counties", [("name", w("invested.place")),
                           *(("amount", w(f"measure.{one}")) for one in MEASURES),
                           ("list", "")], rows) if rows
        else html.P(w("none.investment"), className="muted"),
    ], className="panel", id="panel-counties")]


def _table_unit(rows: Iterable[Sequence[int]], view: View) -> str:
    """The one unit of a table, said in its heading: 万元, as tables of public money have it."""
    return "万元" if view.locale == "zh" else money_unit(
        [fen for row in rows for fen in row], view.locale)


def _cells(fen: Iterable[int], unit: str, view: View) -> list[Light | list[Light]]:
    return [element("span", short_amount(one, unit), title=exact_yuan(one, view.locale))
            for one in fen]


def _place(row: Amounts, unit: str, view: View, w: Words) -> list[Light | list[Light]]:
    there = view.with_(region=(row.code,))
    return [
        element("a", row.name.to(view.locale), href=href(there)),
        *_cells(row.fen, unit, view),
        element("a", w("invested.list"),
                href=href(view.to("projects", region=(row.code,)))),
    ]


def _projects(view: View, data: Ledger, name: str, back: Node, w: Words) -> Node:
    found = [(one, _fen(one)) for one in data.projects or ()]
    unit = _table_unit([fen for _, fen in found], view)
    rows: list[list[Light | list[Light]]] = [[
        element("a", one.name.to(view.locale), title=one.code,
                href=href(view.to("projects", one.code))),
        *_cells(fen, unit, view),
    ] for one, fen in found]
    return html.Section([
        chart_head(view, "projects", heading=w("invested.projects", place=name, unit=unit)),
        html.P([w("invested.projects.hint", count=PROJECTS), " ",
                link(w("invested.projects.all"), view.to("projects"), id="all-projects")],
               className="hint"),
        back,
        table("place-projects", [
            ("name", w("off.project")), *(("amount", w(f"measure.{one}")) for one in MEASURES)],
            rows) if rows else html.P(w("none.investment"), className="muted"),
    ], className="panel", id="panel-place-projects")


def _fen(one: OfProject) -> tuple[int, ...]:
    return tuple(getattr(one.figures, name) for name in MEASURES)


def _sheet(title: Text, rows: Sequence[Amounts], view: View) -> FigureSheet:
    return FigureSheet(title, (
        Column(key="code", title=Text("代码", "Code"), shape=Shape.CODE),
        Column(key="name", title=Text("名称", "Name")),
        *(Column(key=name, shape=Shape.YUAN, total=True, title=Text(
            f"{METRICS[code].name.zh}（元）", f"{METRICS[code].name.en} (yuan)"))
          for name, code in zip(MEASURES, CODES, strict=True)),
    ), [(row.code, row.name.to(view.locale), *row.fen) for row in rows])


def _of(title: Text, part: str) -> Any:
    def sheet(view: View, data: Any) -> FigureSheet | None:
        rows = None if data.ledger is None else getattr(data.ledger, part)
        return None if rows is None else _sheet(title, rows, view)

    return sheet


def _projects_sheet(view: View, data: Any) -> FigureSheet | None:
    if data.ledger is None or data.ledger.projects is None:
        return None
    return _sheet(Text("各项目投入", "Investment by project"), [
        Amounts(one.code, one.name, _fen(one)) for one in data.ledger.projects], view)


INVESTMENT_SHEETS: Mapping[str, Any] = MappingProxyType({
    "places": _of(Text("各地投入", "Investment by region"), "regions"),
    "regions": _of(Text("各地投入", "Investment by region"), "regions"),
    "years": _of(Text("逐年投入", "Investment by year"), "years"),
    "sectors": _of(Text("分领域投入", "Investment by sector"), "sectors"),
    "counties": _of(Text("县区投入", "Investment by county"), "places"),
    "projects": _projects_sheet,
})

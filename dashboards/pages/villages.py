"""Key villages 重点村: how far is each, component by component."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from dash import html

from aid.database.paging import Place
from aid.metrics.registry import METRICS
from aid.sheets.columns import Column, Shape
from aid.text import Text
from aid.villages.listing import ORDERS, ListedVillage
from aid.villages.queries import ComponentRow, VillageRow
from aid.villages.terms import COMPONENT_NAMES, Component
from dashboards.definitions import Definition, of_metric
from dashboards.figure_sheet import FigureSheet
from dashboards.figures.curve import Line, Point, progress_curve
from dashboards.figures.shades import behind, shade
from dashboards.format import Reading, count, day
from dashboards.i18n import Words, words
from dashboards.light import Light, element, light
from dashboards.marks import late_mark, simulated_mark
from dashboards.pages.chart import chart, chart_head
from dashboards.pages.choices import choice, text_field
from dashboards.pages.figure_tiles import Tile, tile_row
from dashboards.pages.filter_bar import Shared, filter_bar
from dashboards.parts import Drawn, Node, nothing_of
from dashboards.reading_villages import DEFAULT, STATES, VillageList
from dashboards.turning import order_of, sort_heading, turn
from dashboards.view import View, href

USES: tuple[Shared, ...] = ("supporter", "region", "period", "on")


def villages_page(view: View, data: VillageList) -> Drawn:
    """The matrix with its filters, figures and curve."""
    w = words(view.locale)
    own = [
        choice("state", w("villages.state"),
               [(state, w(f"state.{state}")) for state in STATES], view.state or "", view),
        text_field("q", w("filter.text"), view.text, w("villages.text.hint")),
    ]
    return Drawn([
        html.Div([html.H1(w("villages.title")),
                  html.P(w("villages.lead"), className="lead muted")], className="heading"),
        filter_bar(view, data.choices, uses=USES, own=own),
        *_body(view, data, w),
    ], own=data.choices.own)


def _body(view: View, data: VillageList, w: Words) -> list[Node]:
    if not data.sums.villages:
        return nothing_of(view, data.choices.own, "villages")
    rows = data.page.rows
    return [
        tile_row(_tiles(view, data, w), view.locale),
        *_curve(view, data, w),
        _matrix(view, data, w),
        turn(view, _place(rows[0]) if data.page.more_before and rows else None,
             _place(rows[-1]) if data.page.more_after and rows else None),
    ]


def _place(row: ListedVillage) -> Place:
    return Place(row.ordered_by, row.village.id)


def _tiles(view: View, data: VillageList, w: Words) -> list[Tile]:
    locale, sums, on = view.locale, data.sums, data.on
    mean = Reading("—" if sums.mean is None else f"{sums.mean}", "%")

    def tile(key: str, number: int, *, warns: bool = False, leads: bool = True) -> Tile:
        return Tile(key, count(number, "个", locale),
                    Definition(w(f"counted.{key}"), w(f"counted.{key}_is"), on),
                    warns=warns,
                    there=view.with_(state=key, after=None, before=None) if leads else None)

    whole = tile("villages", sums.villages, leads=False)
    if sums.simulated:
        whole = replace(whole, state=w("projects.simulated", count=f"{sums.simulated:,}"))
    return [
        whole,
        Tile("progress", mean, of_metric(METRICS["village_progress"], on, locale),
             state=w("villages.of", count=f"{sums.planned:,}")),
        tile("accepted", sums.accepted),
        tile("late", sums.late, warns=sums.late > 0),
        tile("stalled", sums.stalled, warns=sums.stalled > 0),
    ]


def _curve(view: View, data: VillageList, w: Words) -> list[Node]:
    if data.curve is None:
        return [html.P(w("villages.curve.many"), className="hint", id="no-curve")]
    if len(data.curve) < 2:
        return []
    heading = w("villages.curve.open" if data.only_open else "villages.curve")
    past = view.with_(state="open", after=None, before=None) if data.only_open else view.with_(
        after=None, before=None)
    figure = s_curve(past, [(one.day, one.planned, one.done) for one in data.curve],
                     on=data.on, today=data.choices.today)
    return [chart(view, "curve", figure, heading=heading, label=w("villages.curve.label"),
                  definition=Definition(heading, w("villages.curve.is"), data.on))]


def s_curve(
    view: View, rows: Sequence[tuple[date, Decimal, Decimal]], *, on: date, today: date
) -> Any:
    """The figure of days with percent planned and done; what is done is known until the day `on`.

    A point leads to the view as of its day. Plans of days after today lead nowhere: there is no
    state of them yet.
    """
    w = words(view.locale)

    def line(name: str, points: Iterable[tuple[date, Decimal]]) -> Line:
        return Line(name, [Point(
            at, float(percent), f"<b>{day(at, view.locale)}</b><br>{name} {percent:.1f}%",
            href(view.with_(on=at)) if at <= today else "") for at, percent in points])

    return progress_curve(
        line(w("curve.planned"), ((at, planned) for at, planned, _ in rows)),
        line(w("curve.actual"), ((at, done) for at, _, done in rows if at <= on)), today=on)


def _matrix(view: View, data: VillageList, w: Words) -> Node:
    locale, now = view.locale, order_of(view, ORDERS, DEFAULT)
    head = [
        sort_heading(view, "name", w("villages.name"), "code", now),
        element("th", w("project.place"), cls="place", scope="col"),
        sort_heading(view, "year", w("villages.year"), "designated", now),
        sort_heading(view, "whole", w("villages.whole"), "progress", now),
        *(element("th", COMPONENT_NAMES[one].to(locale), cls="part", scope="col")
          for one in Component),
        element("th", w("villages.reported"), cls="reported", scope="col"),
    ]
    rows = [element("tr", _cells(row, view, w)) for row in data.page.rows]
    table = element("table", element("thead", element("tr", head)), element("tbody", rows),
                    cls="listing shaded")
    return html.Section([
        chart_head(view, "matrix", heading=w("villages.matrix"),
                   definition=Definition(w("villages.matrix"), w("villages.matrix.is"), data.on)),
        html.P(w("villages.matrix.hint"), className="hint"),
        light(table, className="scroll", tabIndex=0, id="matrix"),
    ], className="panel")


def _cells(row: ListedVillage, view: View, w: Words) -> list[Light]:
    one, locale = row.village, view.locale
    parts = {part.component: part for part in row.components.components} if row.components else {}
    return [
        element("th", element("a", one.name.to(locale),
                              href=href(view.to("villages", one.code)), title=one.code),
                " ", village_marks(one, view), scope="row", cls="name"),
        element("td", one.region.to(locale), element("span", f" {one.township or ''}",
                                                     cls="muted"), cls="place"),
        element("td", str(one.designated_in), cls="year", data_label=w("villages.year")),
        _shaded("whole", w("villages.whole"), one.progress, one.planned, w),
        *(_part(part, parts.get(part), view, w) for part in Component),
        element("td", one.reported_on.isoformat() if one.reported_on else "—", cls="reported",
                data_label=w("villages.reported")),
    ]


def village_marks(row: VillageRow, view: View) -> list[Light]:
    """What is to be known of a village at once."""
    w, found = words(view.locale), []
    if row.accepted:
        found.append(element("span", w("state.accepted"), cls="mark done"))
    if row.late:
        found.append(late_mark(view.locale))
    if row.stalled:
        found.append(element("span", f"⚠ {w('state.stalled')}", cls="mark late"))
    if row.simulated:
        found.append(simulated_mark(view.locale))
    return found


def _part(part: Component, row: ComponentRow | None, view: View, w: Words) -> Light:
    name = COMPONENT_NAMES[part].to(view.locale)
    if row is None:
        return element("td", "—", cls="part nothing", data_label=name, title=w("villages.nothing"))
    return _shaded("part", name, row.progress, row.planned, w)


def _shaded(look: str, name: str, done: Any, planned: Any, w: Words) -> Light:
    if done is None:
        return element("td", "—", cls=f"{look} nothing", data_label=name)
    ground, ink = shade(float(done))
    sign = " ▼" if planned is not None and behind(float(done), float(planned)) else ""
    return element(
        "td", f"{int(done)}%{sign}", cls=f"{look} cell", data_label=name,
        style=f"background:{ground};color:{ink}",
        title=w("villages.cell", done=f"{done:.2f}", planned=f"{planned:.2f}")
        if planned is not None else None)


def _matrix_sheet(view: View, data: VillageList) -> FigureSheet:
    parts = [Column(key=one.value, title=COMPONENT_NAMES[one], shape=Shape.PERCENT)
             for one in Component]
    rows = []
    for row in data.page.rows:
        found = {part.component: part.progress for part in row.components.components
                 } if row.components else {}
        one = row.village
        rows.append((one.code, one.name.to(view.locale), one.region.to(view.locale),
                     one.designated_in, one.progress, one.planned,
                     *(found.get(part) for part in Component), one.accepted, one.late, one.stalled,
                     one.simulated))
    return FigureSheet(Text("重点村进度", "Key-village progress"), (
        Column(key="code", title=Text("编号", "Code"), shape=Shape.CODE),
        Column(key="name", title=Text("村", "Village")),
        Column(key="region", title=Text("所在地", "Place")),
        Column(key="year", title=Text("确定年度", "Designated in"), shape=Shape.INTEGER),
        Column(key="progress", title=Text("总进度", "Progress"), shape=Shape.PERCENT),
        Column(key="planned", title=Text("计划进度", "Planned"), shape=Shape.PERCENT),
        *parts,
        Column(key="accepted", title=Text("已验收", "Accepted"), shape=Shape.FLAG),
        Column(key="late", title=Text("逾期", "Late"), shape=Shape.FLAG),
        Column(key="stalled", title=Text("停滞", "Stalled"), shape=Shape.FLAG),
        Column(key="simulated", title=Text("模拟数据", "Simulated"), shape=Shape.FLAG),
    ), rows)


def curve_sheet(rows: Any) -> FigureSheet:
    """Points of a curve: days, percent planned and done."""
    return FigureSheet(Text("S曲线", "S-curve"), (
        Column(key="day", title=Text("日期", "Day"), shape=Shape.DAY),
        Column(key="planned", title=Text("计划", "Planned"), shape=Shape.PERCENT),
        Column(key="done", title=Text("实际", "Actual"), shape=Shape.PERCENT),
    ), rows)


def _curve_sheet(_: View, data: VillageList) -> FigureSheet | None:
    if not data.curve:
        return None
    return curve_sheet([(one.day, one.planned, one.done if one.day <= data.on else None)
                        for one in data.curve])


VILLAGES_SHEETS: Mapping[str, Any] = MappingProxyType({
    "matrix": _matrix_sheet, "curve": _curve_sheet})

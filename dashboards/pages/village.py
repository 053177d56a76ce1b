"""One key village: its works, hamlets, reports with pictures, and how it was judged."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dash import html

from aid.sheets.columns import Column, Shape
from aid.text import Text
from aid.villages.queries import AcceptanceRow, ReportRow, VillageRow, WorkRow
from aid.villages.terms import COMPONENT_NAMES, Component
from dashboards.definitions import Definition
from dashboards.figure_sheet import FigureSheet
from dashboards.figures.shades import behind
from dashboards.format import Reading, count, plain, unit_name
from dashboards.i18n import Words, words
from dashboards.light import Light, element, light
from dashboards.marks import actor_name, late_mark, money, pictures, stage_mark
from dashboards.pages.chart import chart, chart_head
from dashboards.pages.choices import day_field
from dashboards.pages.figure_tiles import Tile, tile_row
from dashboards.pages.tables import table
from dashboards.pages.villages import curve_sheet, s_curve, village_marks
from dashboards.parts import Drawn, Node, form_links, link
from dashboards.reading_villages import VillageData
from dashboards.view import View, href


def village_page(view: View, data: VillageData) -> Drawn:
    """The page, or that there is no such village."""
    w, row = words(view.locale), data.village
    back = html.P(link(f"← {w('village.back')}", view.to("villages")), className="back")
    if row is None:
        return Drawn([back, html.Section([
            html.H1(w("village.none", code=view.code)), html.P(w("project.none.why")),
        ], className="notice", id="no-village")], own=data.own)
    return Drawn([
        back, _heading(view, row, w), *form_links(view, data.forms, row.code),
        html.Div([day_field("on", w("shared.on"), data.on)], className="filters shared"),
        tile_row(_tiles(view, data, row, w), view.locale),
        html.Div([
            html.Div([_components(view, data, w), _hamlets(data, w)], className="column"),
            html.Div(_curve(view, data, w), className="column"),
        ], className="columns"),
        _works(view, data, w),
        html.Div([
            html.Div(_reports(view, data, w), className="column"),
            html.Div([*_acceptances(view, data, w), *_projects(view, data, w)],
                     className="column"),
        ], className="columns"),
    ], own=data.own, of=row.recipient_id)


def _heading(view: View, row: VillageRow, w: Words) -> Node:
    locale = view.locale
    facts = [
        ("project.code", row.code),
        ("project.place", " · ".join(dict.fromkeys(
            said for said in (row.recipient.to(locale), row.region.to(locale), row.township)
            if said))),
        ("villages.year", str(row.designated_in)),
        ("village.people", w("village.people.said", households=_people(row.households),
                             population=_people(row.population))),
    ]
    return html.Div([
        html.H1(row.name.to(locale)),
        light(element("p", village_marks(row, view), cls="marks"), className="marks-place"),
        light(element("dl", [element("div", element("dt", w(key)), element("dd", said))
                             for key, said in facts], cls="facts")),
    ], className="heading")


def _tiles(view: View, data: VillageData, row: VillageRow, w: Words) -> list[Tile]:
    def share(key: str, value: Any, **more: Any) -> Tile:
        said = "—" if value is None else f"{value:.2f}"
        return Tile(key, Reading(said, "%"), Definition(
            w(f"counted.{key}"), w(f"counted.{key}_is"), data.on), **more)

    def works(key: str, number: int, **more: Any) -> Tile:
        return Tile(key, count(number, "项", view.locale), Definition(
            w(f"counted.{key}"), w(f"counted.{key}_is"), data.on), **more)

    late = row.progress is not None and row.planned is not None and behind(
        float(row.progress), float(row.planned))
    return [
        share("done", row.progress, warns=late, state=w("village.behind") if late else ""),
        share("planned", row.planned),
        works("works", row.works), works("unfinished", row.unfinished),
        works("late_works", row.late_works, warns=row.late_works > 0),
        Tile("reported", Reading(row.reported_on.isoformat() if row.reported_on else "—", ""),
             Definition(w("villages.reported"), w("villages.reported.is"), data.on)),
    ]


def _components(view: View, data: VillageData, w: Words) -> Node:
    found = data.progress.components if data.progress else ()
    rows: list[list[Light | list[Light]]] = [[
        element("span", COMPONENT_NAMES[one.component].to(view.locale)),
        _bar(float(one.progress), float(one.planned)),
        element("span", f"{one.progress:.1f}%"), element("span", f"{one.planned:.1f}%"),
        element("span", str(one.works)), money(one.cost_fen, view.locale),
    ] for one in found]
    return html.Section([
        chart_head(view, "components", heading=w("village.components"),
                   definition=Definition(w("village.components"), w("village.components.is"),
                                         data.on)),
        table("components", [
            ("name", w("village.component")), ("bullet", ""), ("done", w("village.done")),
            ("planned", w("village.planned")), ("number", w("village.count")),
            ("cost", w("village.cost"))], rows) if rows
        else html.P(w("village.no_works"), className="muted"),
    ], className="panel")


def _bar(done: float, planned: float) -> Light:
    """A bullet bar: what is done, and a stroke at what was planned by the day."""
    return element(
        "span", element("i", style=f"width:{done:.1f}%"),
        element("b", style=f"left:{planned:.1f}%"),
        cls="bullet-bar late" if behind(done, planned) else "bullet-bar", aria_hidden="true")


def _people(number: int | None) -> str:
    return "—" if number is None else f"{number:,}"


def _hamlets(data: VillageData, w: Words) -> Node:
    rows: list[list[Light | list[Light]]] = [[
        element("span", one.name), element("span", _people(one.households)),
        element("span", _people(one.population)),
    ] for one in data.hamlets]
    return html.Section([
        html.H2(w("village.hamlets")),
        table("hamlets", [("name", w("village.hamlet")), ("size", w("village.households")),
                          ("size", w("village.population"))], rows) if rows
        else html.P(w("village.no_hamlets"), className="muted"),
    ], className="panel")


def _curve(view: View, data: VillageData, w: Words) -> list[Node]:
    if len(data.curve) < 2:
        return []
    figure = s_curve(view, [(one.day, one.planned, one.progress) for one in data.curve],
                     on=data.on, today=data.today)
    return [chart(view, "curve", figure, heading=w("village.curve"),
                  label=w("villages.curve.label"),
                  definition=Definition(w("village.curve"), w("village.curve.is"), data.on))]


def _works(view: View, data: VillageData, w: Words) -> Node:
    rows = [_work(one, view, w) for one in data.works]
    return html.Section([
        html.H2(w("village.works")),
        table("works", [
            ("name", w("village.work")), ("component", w("village.component")),
            ("hamlet", w("village.where")), ("amount", w("village.quantity")),
            ("done", w("village.done")), ("bullet", ""), ("cost", w("village.cost")),
            ("on", w("village.ends")), ("reported", w("villages.reported"))], rows) if rows
        else html.P(w("village.no_works"), className="muted"),
    ], className="panel")


def _work(row: WorkRow, view: View, w: Words) -> list[Light | list[Light]]:
    return [
        [element("span", row.name), *([" ", late_mark(view.locale)] if row.late else [])],
        element("span", COMPONENT_NAMES[row.component].to(view.locale)),
        element("span", row.natural_village or w("village.whole")),
        element("span", f"{plain(row.done)} / {plain(row.planned_quantity)} "
                        f"{unit_name(row.unit, view.locale)}"),
        element("span", f"{row.progress:.1f}%"),
        _bar(float(row.progress), float(row.planned)),
        money(row.cost_fen, view.locale), element("span", row.planned_end.isoformat()),
        element("span", row.reported_on.isoformat() if row.reported_on else "—"),
    ]


def _reports(view: View, data: VillageData, w: Words) -> list[Node]:
    items = [_report(one, data, view, w) for one in data.reports]
    body = (light(element("ol", items, cls="reports"), id="reports") if items
            else html.P(w("village.no_reports"), className="muted"))
    return [html.Section([html.H2(w("village.reports")), body], className="panel")]


def _report(row: ReportRow, data: VillageData, view: View, w: Words) -> Light:
    said: list[Light] = [
        element("time", row.reported_on.isoformat()), " ", element("strong", row.work), " ",
        element("span", w("village.reported", done=plain(row.done),
                          unit=unit_name(row.unit, view.locale))), " ",
        element("span", actor_name(row.actor, view.locale), cls="muted")]
    if row.note:
        said.append(element("p", row.note, cls="muted"))
    files = data.documents or {}
    shown = pictures(files[one] for one in row.document_ids if one in files)
    if shown:
        said.append(element("div", shown, cls="pictures"))
    return element("li", said)


def _acceptances(view: View, data: VillageData, w: Words) -> list[Node]:
    if not data.acceptances:
        return [html.Section([html.H2(w("village.acceptance")),
                              html.P(w("village.no_acceptance"), className="muted")],
                             className="panel")]
    return [html.Section([html.H2(w("village.acceptance")),
                          *(_acceptance(one, view, data, w) for one in data.acceptances)],
                         className="panel", id="acceptances")]


def _acceptance(one: AcceptanceRow, view: View, data: VillageData, w: Words) -> Node:
    result = (f"✓ {w('assessments.passed')}" if one.passed else f"✕ {w('assessments.failed')}")
    rows: list[list[Light | list[Light]]] = [[
        element("span", row.name.to(view.locale)), element("span", plain(row.points)),
        element("span", plain(row.most))]
        for row in data.scores if row.acceptance_id == one.id]
    return html.Div([
        html.P([html.Strong(w("village.score", score=plain(one.score))), f" {result} · ",
                f"{one.accepted_on} · {one.assessor}",
                *([f" · {one.note}"] if one.note else [])]),
        table(f"scores-{one.id}", [("name", w("village.criterion")),
                                   ("points", w("village.points")),
                                   ("points", w("village.most"))], rows) if rows else "",
    ])


def _projects(view: View, data: VillageData, w: Words) -> list[Node]:
    if data.projects is None:
        return []
    rows: list[list[Light | list[Light]]] = [[
        element("a", one.name.to(view.locale), href=href(view.to("projects", one.code))),
        stage_mark(one.stage, one.held_stage, view.locale),
        element("span", f"{plain(one.progress)}%"),
    ] for one in data.projects]
    return [html.Section([
        html.H2(w("village.projects")),
        table("village-projects", [("name", w("listed.name")), ("stage", w("listed.stage")),
                                   ("done", w("listed.progress"))], rows) if rows
        else html.P(w("village.no_projects"), className="muted"),
    ], className="panel")]


def _component_sheet(_: View, data: VillageData) -> FigureSheet | None:
    if data.village is None:
        return None
    code, found = data.village.code, data.progress.components if data.progress else ()
    return FigureSheet(Text(f"{code} 各类进度", f"{code} components"), (
        Column(key="component", title=Text("类别", "Component"), shape=Shape.CHOICE,
               choices={one: COMPONENT_NAMES[one] for one in Component}),
        Column(key="done", title=Text("进度", "Done"), shape=Shape.PERCENT),
        Column(key="planned", title=Text("计划进度", "Planned"), shape=Shape.PERCENT),
        Column(key="works", title=Text("项数", "Works"), shape=Shape.INTEGER),
        Column(key="cost", title=Text("计划造价（元）", "Planned cost (yuan)"), shape=Shape.YUAN),
    ), [(one.component, one.progress, one.planned, one.works, one.cost_fen) for one in found])


def _village_curve(_: View, data: VillageData) -> FigureSheet | None:
    if not data.curve:
        return None
    return curve_sheet([(one.day, one.planned, one.progress if one.day <= data.on else None)
                        for one in data.curve])


VILLAGE_SHEETS: Mapping[str, Any] = MappingProxyType({
    "components": _component_sheet, "curve": _village_curve})

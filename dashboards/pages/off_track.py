"""What is off track, the most money first: each line leads to the list behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from dash import html

from aid.funds.matters import MATTERS, TURN_NAMES, Turn
from aid.sheets.columns import Column, Shape
from aid.text import Text
from dashboards.definitions import Definition
from dashboards.figure_sheet import FigureSheet
from dashboards.format import day
from dashboards.i18n import Words, words
from dashboards.light import Light, element, light
from dashboards.marks import money
from dashboards.pages.chart import chart_head
from dashboards.pages.overview import change
from dashboards.pages.tables import table
from dashboards.parts import Drawn, Node
from dashboards.reading_overview import OffTrack
from dashboards.view import View, href


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is off track: how many, how much money in fen if it is about money."""

    key: str
    name: str
    count: int
    said: str
    fen: int | None
    turn: Turn | None
    there: View


def lines_of(view: View, data: OffTrack) -> list[Line]:
    """All that is off track, the most money first; what is about none by its count after that."""
    w, late = words(view.locale), data.milestones
    found = [
        Line("projects", w("off.projects"), data.late.projects,
             w("off.count.projects", count=f"{data.late.projects:,}"),
             data.late.approved_fen, None, view.to("projects", state="late")),
        Line("milestones", w("off.milestones"), late.milestones,
             w("off.count.milestones", count=f"{late.milestones:,}",
               projects=f"{late.projects:,}"),
             None, None, view.to("projects", state="behind")),
    ]
    if data.villages is not None:
        for key, name, count in (("stalled", "off.villages", data.villages.stalled),
                                 ("late", "off.villages.late", data.villages.late)):
            found.append(Line(f"villages-{key}", w(name), count,
                              w("off.count.projects", count=f"{count:,}"), None, None,
                              view.to("villages", state=key)))
    for matter, tally in (data.matters or {}).items():
        found.append(Line(
            matter.value, _begun(MATTERS[matter].name.to(view.locale)), tally.count,
            w("off.count.matters", count=f"{tally.count:,}"), tally.fen, MATTERS[matter].turn,
            view.to("funds", part="queue", kind=matter.value)))
    return sorted((line for line in found if line.count),
                  key=lambda line: (line.fen is None, -(line.fen or 0), -line.count))


def _begun(name: str) -> str:
    return name[:1].upper() + name[1:]


def off_track(view: View, data: OffTrack) -> Drawn:
    """The table, and the milestones that are late the longest."""
    w, lines = words(view.locale), lines_of(view, data)
    changes = light(element("div", [
        element("span", change(one, view.locale), data_fills=f"state-{code}")
        for code, one in data.metrics.items()]), hidden=True)
    rows = [_row(line, view) for line in lines]
    head = chart_head(view, "off-track", heading=w("off.title"), definition=Definition(
        w("off.title"), w("off.is"), data.choices.today))
    if not rows and not data.all.projects:
        return Drawn([changes])
    if not rows:
        return Drawn([changes, html.Section([head, html.P(w("off.none"), className="agrees")],
                                   className="panel", id="panel-off-track")])
    return Drawn([changes, *_today(view, data, w), html.Div([
        html.Section([head, table("off-track", [
            ("name", w("off.what")), ("count", w("off.count")), ("amount", w("off.amount")),
            ("turn", w("off.turn"))], rows)], className="panel", id="panel-off-track"),
        *_worst(view, data, w),
    ], className="columns")])


def _today(view: View, data: OffTrack, w: Words) -> list[Node]:
    """That what follows is of today, where the page above is of another day."""
    today = data.choices.today
    if not any(at and at < today for at in (view.known_on, view.end)):
        return []
    return [html.P(w("off.today", day=day(today, view.locale)), className="hint", id="off-today")]


def _row(line: Line, view: View) -> list[Light | list[Light]]:
    return [
        element("a", line.name, href=href(line.there), id=f"off-{line.key}"),
        element("span", line.said), money(line.fen, view.locale),
        element("span", TURN_NAMES[line.turn].to(view.locale) if line.turn else "—"),
    ]


def _worst(view: View, data: OffTrack, w: Words) -> list[Node]:
    if not data.worst:
        return []
    rows: list[list[Light | list[Light]]] = [[
        element("span", one.name.to(view.locale)),
        [element("a", one.project.to(view.locale), title=one.project_code,
                 href=href(view.to("projects", one.project_code))),
         element("span", f" {one.recipient.to(view.locale)}", cls="muted")],
        element("span", one.planned_on.isoformat()),
        element("span", f"{one.days:,}"),
    ] for one in data.worst]
    return [html.Section([
        chart_head(view, "worst", heading=w("off.worst")),
        table("worst", [("name", w("off.milestone")), ("project", w("off.project")),
                        ("on", w("off.planned")), ("days", w("off.days"))], rows),
    ], className="panel", id="panel-worst")]


def _lines_sheet(view: View, data: OffTrack) -> FigureSheet:
    return FigureSheet(Text("落后与待办", "Off track"), (
        Column(key="what", title=Text("事项", "Matter")),
        Column(key="count", title=Text("数量", "Number"), shape=Shape.INTEGER),
        Column(key="amount", title=Text("涉及金额（元）", "Amount (yuan)"), shape=Shape.YUAN),
        Column(key="turn", title=Text("责任方", "Responsible")),
    ), [(line.name, line.count, line.fen,
         TURN_NAMES[line.turn].to(view.locale) if line.turn else None)
        for line in lines_of(view, data)])


def _worst_sheet(view: View, data: OffTrack) -> FigureSheet:
    return FigureSheet(Text("逾期最久的节点", "Milestones longest overdue"), (
        Column(key="project", title=Text("项目编号", "Project code"), shape=Shape.CODE),
        Column(key="name", title=Text("项目名称", "Project")),
        Column(key="recipient", title=Text("受援地", "Recipient")),
        Column(key="milestone", title=Text("节点", "Milestone")),
        Column(key="planned", title=Text("计划日期", "Planned for"), shape=Shape.DAY),
        Column(key="days", title=Text("逾期天数", "Days late"), shape=Shape.INTEGER),
    ), [(one.project_code, one.project.to(view.locale), one.recipient.to(view.locale),
         one.name.to(view.locale), one.planned_on, one.days) for one in data.worst])


OFF_TRACK_SHEETS: Mapping[str, Any] = MappingProxyType({
    "off-track": _lines_sheet, "worst": _worst_sheet})

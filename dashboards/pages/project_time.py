"""A project over time: its milestones planned against met, and its progress as reported."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from dash import html

from aid.projects.queries import CorrectionRow, MilestoneRow, ProjectRow
from aid.projects.terms import STAGE_NAMES, Stage
from aid.sheets.columns import Column, Shape
from aid.text import Text
from dashboards.definitions import Definition
from dashboards.figure_sheet import FigureSheet
from dashboards.figures.curve import Line, Point, progress_curve
from dashboards.figures.spans import Met, Span, gantt
from dashboards.format import day, plain
from dashboards.i18n import Words, words
from dashboards.light import Light, element
from dashboards.marks import actor_name, document_link, late_mark, pictures
from dashboards.pages.chart import chart
from dashboards.pages.tables import table
from dashboards.parts import Node
from dashboards.reading_project import ProjectData
from dashboards.view import View, href


def time_sections(view: View, data: ProjectData, row: ProjectRow) -> list[Node]:
    """Both charts side by side."""
    return [html.Div([
        html.Div(_milestones(view, data, row), className="column"),
        html.Div(_progress(view, data, row), className="column"),
    ], className="columns")]


def _milestones(view: View, data: ProjectData, row: ProjectRow) -> list[Node]:
    w = words(view.locale)
    span = Span(
        w("project.works"), (row.planned_start, row.planned_end),
        (row.started_on, row.completed_on) if row.started_on else None,
        "<br>".join([w("project.works"), w(
            "gantt.span", planned=f"{row.planned_start} – {row.planned_end}",
            actual=f"{row.started_on or '—'} – {row.completed_on or '—'}")]), "#rail")
    figure = gantt(span, [_met(one, view, w, data.today) for one in row.milestones],
                   today=data.today)
    late = sum(one.late for one in row.milestones)
    return [chart(
        view, "milestones", figure, heading=w("gantt.heading"),
        label=w("gantt.label", count=len(row.milestones), late=late), hint=w("gantt.hint"),
        definition=Definition(w("gantt.heading"), w("gantt.is"), data.today)),
        *_milestone_rows(view, data, row, w)]


def _met(row: MilestoneRow, view: View, w: Words, today: date) -> Met:
    name, locale = row.name.to(view.locale), view.locale
    said = [name, STAGE_NAMES[Stage(row.stage)].to(locale),
            w("gantt.planned", day=day(row.planned_on, locale))]
    said.append(w("gantt.met", day=day(row.met_on, locale)) if row.met_on else
                w("gantt.late", days=(today - row.planned_on).days) if row.late else
                w("gantt.ahead"))
    first = row.reschedulings[0].old_on if row.reschedulings else None
    if first:
        said.append(w("gantt.moved", day=day(first, locale), count=len(row.reschedulings)))
    return Met(name, row.planned_on, row.met_on, row.late, "<br>".join(said), first,
               f"#milestone-{row.id}")


def _milestone_rows(view: View, data: ProjectData, row: ProjectRow, w: Words) -> list[Node]:
    files = {one.id: one.file_name for one in row.documents}
    rows: list[list[Light | list[Light]]] = [[
        [element("span", one.name.to(view.locale),
                 title=STAGE_NAMES[Stage(one.stage)].to(view.locale)),
         *([" ", late_mark(view.locale)] if one.late else [])],
        element("time", one.planned_on.isoformat()),
        _met_on(view, data, row, one),
        [element("span", one.evidence_no or ""), *_document(one.document_id, files, w)],
        [element("div", said) for said in (
            *([one.note] if one.note else []),
            *(f"{moved.old_on} → {moved.new_on} {moved.reason}" for moved in one.reschedulings),
            *(_correction(was, w) for was in one.corrections))],
    ] for one in row.milestones]
    return _folded("milestone-rows", w("gantt.rows", count=len(rows)), [
        ("name", w("field.of.milestone")), ("on", w("field.of.planned_on")),
        ("on", w("field.of.met_on")), ("evidence", w("field.of.evidence_no")),
        ("note", w("field.of.note")),
    ], rows, [f"milestone-{one.id}" for one in row.milestones])


def _met_on(
    view: View, data: ProjectData, row: ProjectRow, one: MilestoneRow
) -> list[Light]:
    """The day it was met, and what puts that right for those who may."""
    if one.met_on is None:
        return [element("span", "—")]
    w = words(view.locale)
    links = [element("a", w(f"form.{form}.send"), cls="act", title=w(f"form.{form}"), href=href(
        view.to("log", form=form, of=row.code, item=str(one.id))))
        for form in ("correct", "unlog") if form in data.forms]
    return [element("time", one.met_on.isoformat()), *([element("div", links)] if links else [])]


def _correction(was: CorrectionRow, w: Words) -> str:
    """What had been logged, what is logged instead, and why."""
    old = f"{was.old_on} ({was.old_evidence_no})" if was.old_evidence_no else str(was.old_on)
    return w("gantt.corrected", old=old, new=was.new_on or w("gantt.withdrawn"),
             reason=was.reason)


def _document(number: int | None, files: Mapping[int, str], w: Words) -> list[Light]:
    return [] if number is None else [" ", document_link(number, files, w)]


def _folded(
    identity: str, said: str, heads: list[tuple[str, str]], rows: list[list[Light | list[Light]]],
    names: list[str],
) -> list[Node]:
    """Rows behind the marks of a chart, shown when one of them is asked for."""
    return [html.Details([html.Summary(said), html.Section(
        table(identity, heads, rows, names), className="panel")], className="more-history")
    ] if rows else []


def _progress(view: View, data: ProjectData, row: ProjectRow) -> list[Node]:
    w = words(view.locale)
    if not row.reports:
        return [html.Section([html.H2(w("curve.heading")),
                              html.P(w("project.unreported"), className="muted")],
                             className="panel")]
    planned = Line(w("curve.planned"), [
        Point(at, percent, f"{w('curve.planned')} {percent:g}%<br>{day(at, view.locale)}")
        for at, percent in ((row.planned_start, 0.0), (row.planned_end, 100.0))])
    actual = Line(w("curve.actual"), [
        Point(one.on, float(one.percent), "<br>".join(
            [f"{plain(one.percent)}% · {day(one.on, view.locale)}",
             *([one.note] if one.note else [])]), f"#report-{at}")
        for at, one in enumerate(row.reports, 1)])
    if row.started_on and row.started_on < actual.points[0].day:
        began = f"{w('curve.started')} {day(row.started_on, view.locale)}"
        actual = Line(actual.name, [Point(row.started_on, 0.0, began, "#rail"),
                                    *actual.points])
    figure = progress_curve(planned, actual, today=data.today, stepped=True)
    return [chart(
        view, "progress", figure, heading=w("curve.heading"),
        label=w("curve.label", percent=plain(row.progress)),
        definition=Definition(w("curve.heading"), w("curve.is"), data.today)),
        *_report_rows(view, row, w)]


def _report_rows(view: View, row: ProjectRow, w: Words) -> list[Node]:
    files = {one.id: one for one in row.documents}
    rows: list[list[Light | list[Light]]] = [[
        element("time", one.on.isoformat()), element("span", f"{plain(one.percent)}%"),
        [element("span", one.note or ""), element("div", pictures(
            files[number] for number in one.document_ids if number in files), cls="pictures")],
        element("span", actor_name(one.actor, view.locale)),
    ] for one in row.reports]
    return _folded("report-rows", w("curve.rows", count=len(rows)), [
        ("on", w("field.of.reported_on")), ("done", w("field.of.percent")),
        ("note", w("field.of.note")), ("by", w("documents.by")),
    ], rows, [f"report-{at}" for at in range(1, len(rows) + 1)])


def _milestone_sheet(view: View, data: ProjectData) -> FigureSheet | None:
    row = data.project
    if row is None:
        return None
    return FigureSheet(Text(f"{row.code} 节点", f"{row.code} milestones"), (
        Column(key="name", title=Text("里程碑", "Milestone")),
        Column(key="stage", title=Text("所属阶段", "Stage"), shape=Shape.CHOICE,
               choices=STAGE_NAMES),
        Column(key="first", title=Text("原计划日期", "First planned on"), shape=Shape.DAY),
        Column(key="planned", title=Text("计划日期", "Planned on"), shape=Shape.DAY),
        Column(key="met", title=Text("实际日期", "Met on"), shape=Shape.DAY),
        Column(key="late", title=Text("逾期", "Late"), shape=Shape.FLAG),
    ), [(one.name.to(view.locale), one.stage,
         one.reschedulings[0].old_on if one.reschedulings else None, one.planned_on, one.met_on,
         one.late) for one in row.milestones])


def _progress_sheet(_: View, data: ProjectData) -> FigureSheet | None:
    row = data.project
    if row is None:
        return None
    return FigureSheet(Text(f"{row.code} 形象进度", f"{row.code} progress"), (
        Column(key="on", title=Text("报告日期", "Reported for"), shape=Shape.DAY),
        Column(key="percent", title=Text("形象进度", "Progress"), shape=Shape.PERCENT),
        Column(key="note", title=Text("说明", "Note")),
        Column(key="by", title=Text("报告人", "Reported by")),
    ), [(one.on, one.percent, one.note, one.actor) for one in row.reports])


TIME_SHEETS: Mapping[str, Any] = MappingProxyType({
    "milestones": _milestone_sheet, "progress": _progress_sheet})

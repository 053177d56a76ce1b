"""What else belongs to a project: documents, people, villages, judgements, adjustments, history."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dash import html

from aid.cadres.terms import CATEGORY_NAMES
from aid.history import ChangeRow
from aid.projects.queries import ProjectRow
from aid.projects.terms import (
    DELIVERY_NAMES,
    KIND_NAMES,
    STAGE_NAMES,
    AssessmentKind,
    DeliveryMode,
    ProjectKind,
    Stage,
)
from aid.text import Text
from dashboards.format import CHINA, exact_yuan, moment, plain
from dashboards.i18n import WORDS, Words, words
from dashboards.light import Light, element
from dashboards.marks import actor_name, document_link, money
from dashboards.pages.tables import table
from dashboards.parts import Node
from dashboards.reading_project import ProjectData
from dashboards.view import View, href

KB = 1024


def more_sections(view: View, data: ProjectData, row: ProjectRow) -> list[Node]:
    """The sections; those of nothing say so in a line."""
    w = words(view.locale)
    return [
        html.Div([
            html.Div([_documents(view, row, w), _assessments(view, row, w)], className="column"),
            html.Div([*_villages(view, data, w), *_cadres(view, data, w)], className="column"),
        ], className="columns"),
        _adjustments(view, row, w),
        *_history(view, data, row, w),
    ]


def _section(
    identity: str, heading: str, none: str, heads: list[tuple[str, str]],
    rows: list[list[Light | list[Light]]],
) -> Node:
    body = table(f"{identity}-rows", heads, rows) if rows else html.P(none, className="muted")
    return html.Section([html.H2(heading), body], className="panel", id=identity)


def _documents(view: View, row: ProjectRow, w: Words) -> Node:
    rows: list[list[Light | list[Light]]] = [[
        element("a", one.title, title=one.file_name,
                href=str(document_link(one.id, {one.id: one.file_name}, w)[1]["href"])),  # type: ignore[index]
        element("span", _size(one.size)),
        element("span", f"{one.recorded_at.astimezone(CHINA):%Y-%m-%d}"),
        element("span", actor_name(one.actor, view.locale)),
        element("code", one.sha256[:10], title=one.sha256),
    ] for one in row.documents]
    return _section("documents", w("documents.heading"), w("documents.none"), [
        ("title", w("documents.title")), ("size", w("documents.size")), ("on", w("documents.on")),
        ("by", w("documents.by")), ("hash", "SHA-256")], rows)


def _size(size: int) -> str:
    return f"{size / KB / KB:.1f} MB" if size >= KB * KB else f"{max(1, round(size / KB))} KB"


def _assessments(view: View, row: ProjectRow, w: Words) -> Node:
    rows: list[list[Light | list[Light]]] = [[
        element("span", w(f"assessed.{AssessmentKind(one.kind)}")),
        element("span", one.on.isoformat()), element("span", one.assessor),
        element("span", f"✓ {w('assessments.passed')}" if one.passed
                else f"✕ {w('assessments.failed')}", cls="" if one.passed else "warns"),
        element("span", plain(one.score) if one.score is not None else "—"),
        money(one.settled_fen, view.locale), element("span", one.findings or "", cls="muted"),
    ] for one in row.assessments]
    return _section("assessments", w("assessments.heading"), w("assessments.none"), [
        ("kind", w("assessments.kind")), ("on", w("assessments.on")),
        ("who", w("assessments.who")), ("passed", w("assessments.result")),
        ("score", w("assessments.score")), ("amount", w("assessments.settled")),
        ("findings", w("assessments.findings"))], rows)


def _villages(view: View, data: ProjectData, w: Words) -> list[Node]:
    if data.villages is None:
        return []
    rows: list[list[Light | list[Light]]] = [[
        element("a", one.name.to(view.locale), href=href(view.to("villages", one.code))),
        element("span", " ".join(said for said in (one.region.to(view.locale), one.township)
                                 if said)),
        element("span", "—" if one.progress is None else f"{one.progress:.1f}%"),
    ] for one in data.villages]
    return [_section("villages", w("nav.villages"), w("project.no_villages"), [
        ("name", w("project.village")), ("place", w("project.place")),
        ("done", w("project.progress"))], rows)]


def _cadres(view: View, data: ProjectData, w: Words) -> list[Node]:
    if data.cadres is None:
        return []
    rows: list[list[Light | list[Light]]] = [[
        element("span", one.cadre), element("span", f"{one.unit} {one.title.to(view.locale)}"),
        element("span", CATEGORY_NAMES[one.category].to(view.locale)),
        element("span", f"{one.starts_on} – {one.last_day}"),
    ] for one in data.cadres]
    return [_section("cadres", w("project.cadres"), w("project.no_cadres"), [
        ("name", w("project.cadre")), ("post", w("project.post")),
        ("category", w("project.category")), ("term", w("project.term"))], rows)]


def _adjustments(view: View, row: ProjectRow, w: Words) -> Node:
    rows: list[list[Light | list[Light]]] = [[
        element("span", one.on.isoformat()), money(one.old_fen, view.locale),
        money(one.new_fen, view.locale),
        [element("span", one.reason),
         *([element("span", w("adjustments.reapproval"), cls="tag")] if one.reapproval else [])],
        element("span", one.document_no or "—"),
        element("span", actor_name(one.actor, view.locale)),
    ] for one in row.adjustments]
    return _section("adjustments", w("adjustments.heading"), w("adjustments.none"), [
        ("on", w("adjustments.on")), ("amount", w("adjustments.old")),
        ("amount", w("adjustments.new")), ("reason", w("adjustments.reason")),
        ("paper", w("adjustments.paper")), ("by", w("documents.by"))], rows)


def _history(view: View, data: ProjectData, row: ProjectRow, w: Words) -> list[Node]:
    if data.changes is None:
        return []
    names = {one.id: one.name.to(view.locale) for one in row.milestones}
    titles = {one.id: one.title for one in row.documents}
    rows = [_change(one, names, titles, view, w) for one in data.changes]
    body = _section("history", w("history.heading"), w("history.none"), [
        ("at", w("history.at")), ("what", w("history.what")), ("old", w("history.old")),
        ("new", w("history.new")), ("by", w("documents.by"))], rows)
    return [html.Details([html.Summary(w("history.open", count=len(rows))), body],
                         className="more-history")]


def _change(
    row: ChangeRow, milestones: Mapping[int, str], titles: Mapping[int, str], view: View, w: Words
) -> list[Light | list[Light]]:
    thing = milestones.get(row.entity_id, "") if row.entity == "milestone" else ""
    field = w("history.made") if row.field is None else _field(row.field, w)
    return [
        element("time", f"{row.at.astimezone(CHINA):%Y-%m-%d %H:%M}", title=moment(row.at)),
        element("span", " · ".join(said for said in (thing, field) if said)),
        element("span", _value(row.field, row.old, titles, view)),
        element("span", _value(row.field, row.new, titles, view)),
        element("span", actor_name(row.actor, view.locale)),
    ]


def _field(name: str, w: Words) -> str:
    return w(f"field.{name}") if f"field.{name}" in WORDS else name


_NAMES: Mapping[str, Mapping[Any, Text]] = MappingProxyType({
    "stage": {stage.value: STAGE_NAMES[stage] for stage in Stage},
    "held_stage": {stage.value: STAGE_NAMES[stage] for stage in Stage},
    "kind": {kind.value: KIND_NAMES[kind] for kind in ProjectKind},
    "delivery_mode": {mode.value: DELIVERY_NAMES[mode] for mode in DeliveryMode},
})


def _value(field: str | None, value: Any, titles: Mapping[int, str], view: View) -> str:
    """A value as people say it: amounts in yuan, codes and documents by their names; a whole row by
    its name.
    """
    if value is None:
        return "—"
    if field is None:
        return str(value.get("name", "")) if isinstance(value, dict) else "—"
    if field == "document_id":
        return titles.get(int(value), str(value))
    if field.endswith("_fen"):
        return exact_yuan(int(value), view.locale)
    name = _NAMES.get(field, {}).get(value)
    return name.to(view.locale) if name else str(value)

"""One project 项目: the place where everything about it meets."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from dash import html

from aid.funds.terms import Balance
from aid.projects.queries import ProjectRow, StageRow
from aid.projects.rules import GATES, PATHS
from aid.projects.terms import (
    DELIVERY_NAMES,
    EVIDENCE_NAMES,
    KIND_NAMES,
    STAGE_NAMES,
    DeliveryMode,
    ProjectKind,
    Stage,
)
from aid.text import Locale
from dashboards.definitions import Definition
from dashboards.format import Reading, count, day, exact_yuan, plain, rounded
from dashboards.i18n import Words, words
from dashboards.light import Light, element, light
from dashboards.marks import document_link, late_mark, simulated_mark, stage_mark
from dashboards.pages.figure_tiles import Tile, tile_row
from dashboards.pages.project_money import MONEY_SHEETS, money_sections
from dashboards.pages.project_more import more_sections
from dashboards.pages.project_time import TIME_SHEETS, time_sections
from dashboards.parts import Drawn, Node, form_links, link
from dashboards.reading_project import ProjectData
from dashboards.view import View

PROJECT_SHEETS: Mapping[str, Any] = MappingProxyType({**TIME_SHEETS, **MONEY_SHEETS})


def project_page(view: View, data: ProjectData) -> Drawn:
    """The page, or that there is no such project."""
    w, project = words(view.locale), data.project
    back = html.P(link(f"← {w('project.back')}", view.to("projects")), className="back")
    if project is None:
        return Drawn([back, html.Section([
            html.H1(w("project.none", code=view.code)),
            html.P(w("project.none.own" if data.own is not None else "project.none.why")),
        ], className="notice", id="no-project")], own=data.own)
    return Drawn([
        back,
        _heading(view, project, w),
        *form_links(view, data.forms, project.code),
        tile_row(_tiles(view, data, project, w), view.locale),
        _rail(view, project, w),
        *time_sections(view, data, project),
        *money_sections(view, data, project),
        *more_sections(view, data, project),
    ], own=data.own, of=project.recipient_id)


def _heading(view: View, row: ProjectRow, w: Words) -> Node:
    locale = view.locale
    marks: list[Light] = [stage_mark(row.stage, row.held_stage, locale)]
    marks += [late_mark(locale)] if row.late else []
    marks += [simulated_mark(locale)] if row.simulated else []
    places = [row.recipient, *([row.region] if row.region != row.recipient else [])]
    place = " · ".join([*(name.to(locale) for name in places),
                        *([row.locality] if row.locality else [])])
    giver = " · ".join(name.to(locale) for name in (row.supporter, row.district) if name)
    facts = [
        ("project.code", row.code), ("project.place", place), ("project.giver", giver),
        ("project.sector", row.sector.to(locale)),
        ("project.kind", KIND_NAMES[ProjectKind(row.kind)].to(locale)),
        ("project.mode", DELIVERY_NAMES[DeliveryMode(row.delivery_mode)].to(locale)),
        ("project.works", f"{day(row.planned_start, locale)} – {day(row.planned_end, locale)}"),
        ("project.target", " / ".join(code for code in (row.plan_code, row.target_code) if code)),
    ]
    return html.Div([
        html.H1(row.name.to(locale)),
        light(element("p", marks, cls="marks"), className="marks-place"),
        light(element("dl", [element("div", element("dt", w(key)), element("dd", said))
                             for key, said in facts if said], cls="facts")),
        *([html.P(row.description, className="lead")] if row.description else []),
    ], className="heading")


def _tiles(view: View, data: ProjectData, row: ProjectRow, w: Words) -> list[Tile]:
    locale, today = view.locale, data.today
    investment = row.approved_fen or row.proposed_fen
    name, said = (
        ("project.approved", "project.approved.is") if row.approved_fen
        else ("project.proposed", "project.proposed.is"))
    late = sum(one.late for one in row.milestones)
    tiles = [
        _amount("investment", investment, w(name), w(said), view, today),
        Tile("progress", Reading(plain(row.progress), "%"),
             Definition(w("project.progress"), w("project.progress.is"), today),
             state=day(row.progress_on, locale) if row.progress_on else w("project.unreported")),
    ]
    if data.money is not None and (data.money.tranches or data.money.chain):
        at = data.money.balances
        committed = -at[Balance.APPROPRIATION]
        known = view.known_on or today
        received = at[Balance.HELD] + at[Balance.SPENT]
        for key, fen in (("committed", committed),
                         ("disbursed", committed - at[Balance.COMMITTED]),
                         ("received", received), ("spent", at[Balance.SPENT])):
            tiles.append(_amount(key, fen, w(f"stands.{key}"), w(f"stands.{key}_is"), view, known))
    tiles.append(Tile(
        "late", count(late, "个", view.locale),
        Definition(w("project.late"), w("project.late.is"), today), warns=late > 0,
        state=w("project.late.of", count=len(row.milestones))))
    return tiles


def _amount(key: str, fen: int, name: str, said: str, view: View, as_of: date) -> Tile:
    return Tile(key, rounded(fen, view.locale), Definition(name, said, as_of),
                exact=exact_yuan(fen, view.locale), state=exact_yuan(fen, view.locale))


def _rail(view: View, row: ProjectRow, w: Words) -> Node:
    """The stages of its kind: entered when and by what evidence, where it stands, what is ahead."""
    files = {one.id: one.file_name for one in row.documents}
    path = PATHS[ProjectKind(row.kind)]
    entered = {Stage(move.to_stage): move for move in row.stages}
    at = Stage(row.held_stage or row.stage) if row.stage in path or row.held_stage else None
    reached = path.index(at) if at in path else -1
    if row.stage == Stage.CANCELLED:
        reached = max((path.index(stage) for stage in entered if stage in path), default=-1)
    steps = [_step(stage, entered.get(stage), files, view.locale,
                   "now" if index == reached else "past" if index < reached else "ahead")
             for index, stage in enumerate(path)]
    if row.stage not in path:
        aside = Stage(row.stage)
        steps.append(_step(aside, entered.get(aside), files, view.locale, "aside"))
    return html.Section([
        html.H2(w("project.rail")),
        light(element("ol", steps, cls="rail"), className="rail-place", tabIndex=0),
    ], className="panel", id="rail")


def _step(
    stage: Stage, move: StageRow | None, files: Mapping[int, str], locale: Locale, look: str
) -> Light:
    w = words(locale)
    sign = {"past": "✓", "now": "●", "ahead": "○", "aside": "✕"}[look]
    lines: list[Light] = []
    if move and look != "ahead":
        lines.append(element("time", move.on.isoformat(), datetime=move.on.isoformat()))
        if move.evidence_no:
            name = EVIDENCE_NAMES[GATES[stage]].to(locale) if stage in GATES else None
            lines.append(element("span", move.evidence_no, title=name, cls="evidence"))
        if move.document_id:
            lines.append(element("span", document_link(move.document_id, files, w)))
        if move.override:
            lines.append(element("span", f"⚠ {w('project.override')}", title=move.reason,
                                 cls="warns"))
        elif move.reason:
            lines.append(element("span", move.reason, cls="muted"))
    elif stage in GATES:
        needed = EVIDENCE_NAMES[GATES[stage]].to(locale)
        lines.append(element("span", w("project.needs", what=needed), cls="muted"))
    return element(
        "li", element("span", sign, aria_hidden="true", cls="sign"),
        element("strong", STAGE_NAMES[stage].to(locale)), lines, cls=look,
        aria_current="step" if look == "now" else None)

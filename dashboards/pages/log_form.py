"""A form of the log on its page: what it is about, chosen first where it must be, and the fields.
"""

from dash import html

from dashboards.format import exact_yuan
from dashboards.forms import FORMS
from dashboards.i18n import Words, words
from dashboards.light import Light, element, light
from dashboards.marks import simulated_mark, stage_mark
from dashboards.pages.choices import text_field
from dashboards.pages.form import form_node, heading
from dashboards.pages.log_fields import FIELDS
from dashboards.pages.log_found import found_projects
from dashboards.pages.tables import table
from dashboards.parts import Node, link
from dashboards.reading_log import LogData
from dashboards.view import View, href


def form_page(view: View, data: LogData, name: str) -> list[Node]:
    """The page of a form: what it is about is looked for, or else the form stands there."""
    w = words(view.locale)
    top = heading(w(f"form.{name}"), w(f"form.{name}.lead"),
                  link(f"← {w('log.back')}", view.to("log")))
    return [*top, *_body(view, data, name, w)]


def _body(view: View, data: LogData, name: str, w: Words) -> list[Node]:
    about = FORMS[name].about
    if about == "project" and data.project is None:
        return _choose_project(view, data, name, w)
    if about == "village" and data.village is None:
        return _choose_village(view, data, w)
    if name == "decide" and data.request is None:
        return [html.P(w("form.decide.none"), className="notice", id="no-request")]
    fields = FIELDS[name](view, data)
    if any(one.kind == "choice" and one.required and not one.options for one in fields):
        return [_about(view, data, w),
                html.P(w(f"form.{name}.nothing"), className="notice", id="nothing-to-record")]
    thing = " ".join(part for part in (view.of, view.item if name == "decide" else None) if part)
    return [_about(view, data, w), form_node(
        name, FORMS[name], fields, draft=f"{data.actor.name} {name} {thing}".strip(),
        locale=view.locale, links=_links(view, data, name, w))]


def _links(view: View, data: LogData, name: str, w: Words) -> list[tuple[str, str]]:
    there: list[tuple[str, str]] = []
    if data.project:
        there.append((w("form.to.project"), href(view.to("projects", data.project.code))))
    if data.village:
        there.append((w("form.to.village"), href(view.to("villages", data.village.row.code))))
    if data.request:
        there.append((w("form.to.project"), href(view.to("projects", data.request.project_code))))
    if name in ("register", "post"):
        there.append((w("form.to.cadres"), href(view.to("cadres"))))
    if name == "register":
        there.append((w("form.post"), href(view.to("log", form="post"))))
    return [*there, (w("log.back"), href(view.to("log")))]


def _about(view: View, data: LogData, w: Words) -> Node:
    """What the form is about, in a line or two."""
    locale = view.locale
    if data.project:
        row = data.project
        marks: list[Light] = [stage_mark(row.stage, row.held_stage, locale)]
        marks += [simulated_mark(locale)] if row.simulated else []
        return light(element(
            "p", element("a", row.name.to(locale), href=href(view.to("projects", row.code))), " ",
            element("span", f"{row.code} · {row.recipient.to(locale)}", cls="muted"), " ", marks,
            cls="form-about"))
    if data.village:
        one = data.village.row
        return light(element(
            "p", element("a", one.name.to(locale), href=href(view.to("villages", one.code))), " ",
            element("span", f"{one.code} · {one.region.to(locale)}", cls="muted"),
            cls="form-about"))
    if data.request:
        asked = data.request
        said = [
            (w("log.project"), f"{asked.project.to(locale)} ({asked.project_code})"),
            (w("field.of.tranche"), asked.tranche.to(locale)),
            (w("field.of.amount"), exact_yuan(asked.fen, locale)),
            (w("field.of.occurred_on"), asked.occurred_on.isoformat()),
            (w("field.of.voucher_no"), asked.voucher_no),
            (w("field.of.reason"), asked.reason or ""), (w("log.asked_by"), asked.actor)]
        return light(element("dl", [element("div", element("dt", name), element("dd", value))
                                    for name, value in said if value], cls="facts form-about"))
    return html.Div()


def _choose_project(view: View, data: LogData, name: str, w: Words) -> list[Node]:
    missing = [html.P(w("project.none", code=view.of), className="hint")] if view.of else []
    return [html.Section([
        html.H2(w("form.choose.project")), *missing,
        html.Div(text_field("q", w("log.project"), view.text, w("log.search.hint")),
                 className="filters", role="search", **{"aria-label": w("log.search")}),
        *found_projects(view, data.projects, [name]),
    ], className="panel", id="choose")]


def _choose_village(view: View, data: LogData, w: Words) -> list[Node]:
    rows: list[list[Light | list[Light]]] = [[
        element("a", one.village.name.to(view.locale), href=href(
            view.to("log", form="work", of=one.village.code))),
        element("span", one.village.code), element("span", one.village.region.to(view.locale)),
        element("a", w("form.work"), cls="act", href=href(
            view.to("log", form="work", of=one.village.code))),
    ] for one in data.villages]
    return [html.Section([
        html.H2(w("form.choose.village")),
        html.Div(text_field("q", w("nav.villages"), view.text, w("log.search.hint")),
                 className="filters", role="search", **{"aria-label": w("form.choose.village")}),
        table("found", [("name", w("project.village")), ("code", w("listed.code")),
                        ("place", w("listed.place")), ("forms", w("log.record"))], rows)
        if rows else html.P(w("log.none_found"), className="muted", id="none-found"),
    ], className="panel", id="choose")]

"""A form of the log on its page: what it is about, chosen first where it must be, and the fields.
"""

from dataclasses import replace

from dash import html

from aid.funds.terms import KIND_NAMES
from dashboards.format import exact_yuan
from dashboards.forms import FORMS, STEPS
from dashboards.i18n import Words, words
from dashboards.light import Light, element, light
from dashboards.marks import simulated_mark, stage_mark
from dashboards.pages.form import form_node, heading
from dashboards.pages.log_choose import choosing, undoing
from dashboards.pages.log_fields import FIELDS
from dashboards.pages.log_inputs import (
    chosen_instalment,
    chosen_logged,
    chosen_milestone,
    chosen_movement,
    giver_of,
)
from dashboards.pages.log_life import gate, next_stage, sending, template_left, template_rows
from dashboards.parts import Node, link
from dashboards.reading_log import LogData
from dashboards.view import View, href


def form_page(view: View, data: LogData, name: str) -> list[Node]:
    """The page of a form: what it is about is looked for, or else the form stands there."""
    w = words(view.locale)
    top = heading(w(f"form.{name}"), w(f"form.{name}.lead"),
                  link(f"← {w('log.back')}", view.to("log")))
    about = [] if data.project is None else [_about(view, data, w)]
    if not data.form_fits:
        return [*top, *about, html.P(w("form.unfit"), className="notice", id="unfit")]
    chosen = choosing(view, data, name)
    if chosen is not None:
        return [*top, *about, *chosen]
    return [*top, _about(view, data, w), *_body(view, data, name, w)]


def _body(view: View, data: LogData, name: str, w: Words) -> list[Node]:
    """The form, below what it will do; or that there is nothing to fill it in for."""
    above, form = _above(view, data, name), FORMS[name]
    if above is not None and not above[1]:
        return [above[0]]
    fields = FIELDS[name](view, data)
    if any(one.kind == "choice" and one.required and not one.options for one in fields):
        return [html.P(w(f"form.{name}.nothing"), className="notice", id="nothing-to-record")]
    if name == "advance" and data.project:
        form = replace(form, mutation=STEPS[next_stage(data.project)])
    parts = (view.of, view.item if form.chooses else None)
    return [*([above[0]] if above else []), form_node(
        name, form, fields, draft=" ".join([data.actor.name, name, *filter(None, parts)]),
        locale=view.locale, links=_links(view, data, name, w), send=sending(name, data, view, w))]


def _above(view: View, data: LogData, name: str) -> tuple[Node, bool] | None:
    """What is shown above a form of what it does, and whether it can be done."""
    match name:
        case "approve" | "advance":
            return gate(view, data), True
        case "template" if template_left(data):
            return template_rows(view, data), True
        case "template":
            return html.P(words(view.locale)("form.template.nothing"), className="notice",
                          id="nothing-to-record"), False
        case "reverse":
            return undoing(view, data)
    return None


def _links(view: View, data: LogData, name: str, w: Words) -> list[tuple[str, str]]:
    there: list[tuple[str, str]] = []
    if data.project:
        there.append((w("form.to.project"), href(view.to("projects", data.project.code))))
    if data.village:
        there.append((w("form.to.village"), href(view.to("villages", data.village.row.code))))
    if data.request:
        there.append((w("form.to.project"), href(view.to("projects", data.request.project_code))))
    if name == "propose":
        there += [(w("form.to.project"), href(view.to("projects", "{project.code}"))),
                  (w("form.to.projects"), href(view.to("projects")))]
    if FORMS[name].group == "people":
        there.append((w("form.to.cadres"), href(view.to("cadres"))))
    if name in ("register", "agree"):
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
            *([element("br"), element("strong", item)] if (item := _item(view, data)) else []),
            cls="form-about"))
    if data.village:
        one = data.village.row
        return light(element(
            "p", element("a", one.name.to(locale), href=href(view.to("villages", one.code))), " ",
            element("span", f"{one.code} · {one.region.to(locale)}", cls="muted"),
            cls="form-about"))
    if data.terms:
        [term] = data.terms
        return light(element(
            "p", element("strong", term.cadre), " ", element("span", " · ".join([
                term.recipient.to(locale), f"{term.unit} {term.title.to(locale)}",
                f"{term.starts_on} – {term.last_day}"]), cls="muted"), cls="form-about"))
    if data.pairings:
        [pairing] = data.pairings
        return light(element(
            "p", element("strong", pairing.recipient.name.to(locale)), " ",
            element("span", " · ".join([
                pairing.recipient.code, giver_of(pairing, locale),
                f"{pairing.starts_on} – {pairing.ends_on or w('form.pairing.still')}"]),
                cls="muted"), cls="form-about"))
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


def _item(view: View, data: LogData) -> str:
    """What of the project was chosen; empty where the form asks for nothing of it."""
    chooses = FORMS[data.form or ""].chooses
    if chooses == "milestone" and (one := chosen_milestone(view, data)):
        return one.name.to(view.locale)
    if chooses == "logged" and (met := chosen_logged(view, data)):
        return " · ".join([met.name.to(view.locale), str(met.met_on),
                           *([met.evidence_no] if met.evidence_no else [])])
    if chooses == "instalment" and (part := chosen_instalment(view, data)):
        return f"{part.seq}. {part.name.to(view.locale)} · " \
               f"{exact_yuan(part.amount_fen, view.locale)}"
    if chooses == "movement" and (line := chosen_movement(view, data)):
        return " · ".join([
            f"{line.seq}. {KIND_NAMES[line.kind].to(view.locale)}",
            exact_yuan(line.fen, view.locale), line.tranche.to(view.locale),
            line.occurred_on.isoformat(),
            *(no for no in (line.voucher_no, line.document_no) if no)])
    return ""

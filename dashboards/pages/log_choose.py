"""What a form of the log is about is chosen first: a project, a village, one thing of them."""

from dash import html

from aid.funds.rules import moved
from aid.funds.terms import KIND_NAMES, Balance, MovementKind
from aid.projects.terms import STAGE_NAMES, Stage
from dashboards.format import exact_yuan
from dashboards.forms import FORMS
from dashboards.i18n import Words, words
from dashboards.light import Light, element
from dashboards.marks import money, simulated_mark
from dashboards.pages.choices import day_field, text_field
from dashboards.pages.log_found import found_projects, none_found
from dashboards.pages.log_inputs import (
    chosen_instalment,
    chosen_logged,
    chosen_milestone,
    chosen_movement,
    giver_of,
    logged_milestones,
    open_instalments,
    open_milestones,
)
from dashboards.pages.tables import table
from dashboards.parts import Node
from dashboards.reading_log import FOUND, LogData
from dashboards.view import View, href

Rows = list[list[Light | list[Light]]]


def choosing(view: View, data: LogData, name: str) -> list[Node] | None:
    """What is to be chosen first; None where all that the form is about is known."""
    form = FORMS[name]
    if form.about == "project" and data.project is None:
        return _project(view, data, name)
    if form.about == "village" and data.village is None:
        return _village(view, data)
    match form.chooses:
        case "milestone" if chosen_milestone(view, data) is None:
            return _milestone(view, data, name)
        case "logged" if chosen_logged(view, data) is None:
            return _logged(view, data, name)
        case "movement" if chosen_movement(view, data) is None:
            return _movement(view, data)
        case "instalment" if chosen_instalment(view, data) is None:
            return _instalment(view, data, name)
        case "term" if [str(one.id) for one in data.terms] != [view.item]:
            return _term(view, data, name)
        case "pairing" if [str(one.id) for one in data.pairings] != [view.item]:
            return _pairing(view, data, name)
        case "request" if data.request is None:
            return _nothing(words(view.locale), name)
    return None


def _nothing(w: Words, name: str) -> list[Node]:
    return [html.P(w(f"form.{name}.nothing"), className="notice", id="nothing-to-record")]


def _search(view: View, label: str, w: Words, *more: Node) -> Node:
    return html.Div([text_field("q", label, view.text, w("log.search.hint")), *more],
                    className="filters", role="search", **{"aria-label": w("log.search")})


def _panel(heading: str, *body: Node) -> list[Node]:
    return [html.Section([html.H2(heading), *body], className="panel", id="choose")]


def _act(view: View, name: str, of: str | None, item: int | None = None) -> Light:
    w = words(view.locale)
    return element("a", w(f"form.{name}"), cls="act", href=href(
        view.to("log", form=name, of=of, item=None if item is None else str(item))))


def _project(view: View, data: LogData, name: str) -> list[Node]:
    w = words(view.locale)
    missing = [html.P(w("project.none", code=view.of), className="hint")] if view.of else []
    return _panel(w("form.choose.project"), *missing, _search(view, w("log.project"), w),
                  *found_projects(view, data.projects, [name]))


def _village(view: View, data: LogData) -> list[Node]:
    w = words(view.locale)
    rows: Rows = [[
        element("a", one.village.name.to(view.locale), href=href(
            view.to("log", form="work", of=one.village.code))),
        element("span", one.village.code), element("span", one.village.region.to(view.locale)),
        _act(view, "work", one.village.code),
    ] for one in data.villages]
    return _panel(
        w("form.choose.village"), _search(view, w("nav.villages"), w),
        table("found", [("name", w("project.village")), ("code", w("listed.code")),
                        ("place", w("listed.place")), ("forms", w("log.record"))], rows)
        if rows else none_found(view))


def _milestone(view: View, data: LogData, name: str) -> list[Node]:
    w, locale = words(view.locale), view.locale
    rows: Rows = [[
        element("span", one.name.to(locale)),
        element("span", STAGE_NAMES[Stage(one.stage)].to(locale)),
        element("span", one.planned_on.isoformat(), cls="warns" if one.late else ""),
        _act(view, name, view.of, one.id),
    ] for one in open_milestones(data)]
    if not rows:
        return _nothing(w, "milestone")
    return _panel(w("form.choose.milestone"), table("found", [
        ("name", w("field.of.milestone")), ("stage", w("field.of.stage")),
        ("on", w("field.of.planned_on")), ("forms", w("log.record"))], rows))


def _logged(view: View, data: LogData, name: str) -> list[Node]:
    w, locale = words(view.locale), view.locale
    rows: Rows = [[
        element("span", one.name.to(locale)),
        element("span", one.planned_on.isoformat()),
        element("span", one.met_on.isoformat() if one.met_on else ""),
        element("span", one.evidence_no or one.note or ""), _act(view, name, view.of, one.id),
    ] for one in logged_milestones(data)]
    if not rows:
        return _nothing(w, name)
    return _panel(w("form.choose.milestone"), table("found", [
        ("name", w("field.of.milestone")), ("on", w("field.of.planned_on")),
        ("on", w("field.of.met_on")), ("evidence", w("field.of.evidence_no")),
        ("forms", w("log.record"))], rows))


def _movement(view: View, data: LogData) -> list[Node]:
    w, locale = words(view.locale), view.locale
    rows: Rows = [[
        element("span", f"{one.seq}. {KIND_NAMES[one.kind].to(locale)}"),
        element("span", one.tranche.to(locale)), money(one.fen, locale),
        element("span", one.occurred_on.isoformat()),
        element("span", " · ".join(no for no in (one.voucher_no, one.document_no) if no)),
        _act(view, "reverse", view.of, one.seq),
    ] for one in (data.money.movements if data.money else ())]
    if not rows:
        return _nothing(w, "reverse")
    return _panel(w("form.choose.movement"), table("found", [
        ("name", w("ledger.kind")), ("tranche", w("field.of.tranche")),
        ("amount", w("field.of.amount")), ("on", w("field.of.occurred_on")),
        ("paper", w("ledger.paper")), ("forms", w("log.record"))], rows))


def _instalment(view: View, data: LogData, name: str) -> list[Node]:
    w, locale = words(view.locale), view.locale
    rows: Rows = [[
        element("span", f"{one.seq}. {one.name.to(locale)}"),
        money(one.amount_fen, locale), money(one.taken, locale),
        element("span", one.due_on.isoformat() if one.due_on else "—"),
        _act(view, name, view.of, one.id),
    ] for one in open_instalments(data)]
    if not rows:
        return _nothing(w, name)
    return _panel(w("form.choose.instalment"), table("found", [
        ("name", w("field.of.tranche")), ("amount", w("field.of.amount")),
        ("amount", w("stands.committed")), ("on", w("field.of.due_on")),
        ("forms", w("log.record"))], rows))


def _term(view: View, data: LogData, name: str) -> list[Node]:
    w, locale = words(view.locale), view.locale
    rows: Rows = [[
        [element("span", one.cadre), " ", *([simulated_mark(locale)] if one.simulated else [])],
        element("span", f"{one.unit} {one.title.to(locale)}"),
        element("span", one.recipient.to(locale)),
        element("span", f"{one.starts_on} – {one.last_day}"),
        _act(view, name, None, one.id),
    ] for one in data.terms]
    return _panel(
        w("form.choose.term"), _search(view, w("project.cadre"), w),
        table("found", [("name", w("project.cadre")), ("post", w("cadres.post")),
                        ("place", w("shared.region")), ("on", w("field.of.term")),
                        ("forms", w("log.record"))], rows)
        if rows else none_found(view))


def _pairing(view: View, data: LogData, name: str) -> list[Node]:
    w, locale = words(view.locale), view.locale
    rows: Rows = [[
        element("span", one.recipient.name.to(locale)),
        element("span", one.recipient.code),
        element("span", giver_of(one, locale)),
        element("span", f"{one.starts_on} – {one.ends_on or w('form.pairing.still')}"),
        _act(view, name, None, one.id),
    ] for one in data.pairings]
    more = [html.P(w("log.more", count=FOUND), className="hint")] if len(rows) == FOUND else []
    return _panel(
        w("form.choose.pairing"),
        _search(view, w("form.pairing.search"), w,
                day_field("on", w("form.pairing.on"), view.on or data.today)),
        table("found", [("name", w("shared.region")), ("code", w("listed.code")),
                        ("supporter", w("shared.supporter")), ("on", w("form.pairing.period")),
                        ("forms", w("log.record"))], rows)
        if rows else none_found(view), *more)


def undoing(view: View, data: LogData) -> tuple[Node, bool]:
    """What undoing the chosen movement does to its instalment, and whether it can be undone."""
    w, locale, one = words(view.locale), view.locale, chosen_movement(view, data)
    part = next((part for part in (data.money.instalments if data.money else ())
                 if one and part.id == one.tranche_id), None)
    assert one and part  # noqa: S101  a movement has its instalment
    taken = part.committed + part.in_transit + part.held + part.spent
    before = {Balance.APPROPRIATION: -taken, Balance.COMMITTED: part.committed,
              Balance.IN_TRANSIT: part.in_transit, Balance.HELD: part.held,
              Balance.SPENT: part.spent}
    after = moved(before, MovementKind.REVERSE, one.fen, one.kind)
    if after is None:
        return html.P(w("form.reverse.gone"), className="notice", id="moved-on"), False

    def stands(where: Balance, at: int) -> int:
        return part.amount_fen + at if where is Balance.APPROPRIATION else at

    rows: Rows = [[
        element("span", w("stands.uncommitted") if where is Balance.APPROPRIATION
                else w(f"balance.{where}")),
        element("span", exact_yuan(stands(where, before[where]), locale)),
        element("strong" if after[where] != before[where] else "span",
                exact_yuan(stands(where, after[where]), locale)),
    ] for where in Balance]
    return table("undoing", [
        ("name", w("funds.state")), ("amount", w("undoing.before")),
        ("amount", w("undoing.after"))], rows), True

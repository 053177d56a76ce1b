"""Log 填报: what waits for whoever asks, and the forms to record what was done."""

from collections.abc import Sequence

from dash import html

from aid.access.policy import Permission
from aid.funds.choosing import Asked, Awaited
from aid.projects.queries import DueRow
from dashboards.forms import FORMS, IMPORT, offered, often
from dashboards.i18n import Words, words
from dashboards.light import Light, element
from dashboards.marks import actor_name, money, simulated_mark
from dashboards.pages.choices import text_field
from dashboards.pages.log_form import form_page
from dashboards.pages.log_found import found_projects
from dashboards.pages.log_import import import_page, kinds_of
from dashboards.pages.tables import table
from dashboards.parts import Drawn, Node, form_links, link
from dashboards.reading_log import WAITING, LogData
from dashboards.view import View, href


def log_page(view: View, data: LogData) -> Drawn:
    """The list of what waits, or the form that is open."""
    if data.form == IMPORT and kinds_of(data.actor):
        return Drawn(import_page(view, data), own=data.own)
    if data.form is not None and data.form in FORMS:
        return Drawn(form_page(view, data, data.form), own=data.own)
    w = words(view.locale)
    return Drawn([
        html.Div([html.H1(w("log.title")), html.P(w("log.lead"), className="lead muted")],
                 className="heading"),
        *_forms(view, data, w),
        _search(view, data, w),
        *_requests(view, data, w),
        *_receipts(view, data, w),
        *_milestones(view, data, w),
    ], own=data.own)


def _forms(view: View, data: LogData, w: Words) -> list[Node]:
    sheets = [link(w("form.import"), view.to("log", form=IMPORT), className="button",
                   id="open-import")] if kinds_of(data.actor) else []
    return form_links(view, offered(data.actor), more=sheets)


def _search(view: View, data: LogData, w: Words) -> Node:
    return html.Section([
        html.H2(w("log.search")),
        html.Div(text_field("q", w("log.project"), view.text, w("log.search.hint")),
                 className="filters", role="search", **{"aria-label": w("log.search")}),
        *(found_projects(view, data.projects, often(offered(data.actor, "project")))
          if view.text else []),
    ], className="panel", id="log-search")


def _section(heading: str, identity: str, *body: Node) -> Node:
    return html.Section([html.H2(heading), *body], className="panel", id=identity)


def _count(rows: Sequence[object]) -> str:
    """How many there are; no more are read than are listed."""
    return f"{WAITING}+" if len(rows) == WAITING else str(len(rows))


def _milestones(view: View, data: LogData, w: Words) -> list[Node]:
    if data.work is None:
        return []
    return [_section(w(f"log.{name}", count=_count(rows)), f"log-{name}",
                     _due(view, data, rows, w) if rows
                     else html.P(w(f"log.no_{name}"), className="muted"), *more)
            for name, rows, more in (
                ("late", data.work.late, _all_late(view, data.work.late, w)),
                ("soon", data.work.soon, []))]


def _all_late(view: View, rows: Sequence[DueRow], w: Words) -> list[Node]:
    """Where the rest is, of which no more is read here."""
    return [link(w("log.all_late"), view.to("projects", state="behind"), id="all-late")
            ] if len(rows) == WAITING else []


def _due(view: View, data: LogData, rows: Sequence[DueRow], w: Words) -> Node:
    locale = view.locale
    forms = ("milestone", "reschedule") if data.actor.may(
        Permission.PROJECT_ADVANCE) else ("progress",)
    lines: list[list[Light | list[Light]]] = [[
        [element("span", row.name.to(locale)), " ",
         *([simulated_mark(locale)] if row.simulated else [])],
        element("a", row.project.to(locale), href=href(view.to("projects", row.project_code))),
        element("span", row.recipient.to(locale)),
        element("span", row.planned_on.isoformat()),
        element("span", _term(row.days, w), cls="warns" if row.days < 0 else ""),
        [element("a", w(f"form.{form}"), cls="act", href=href(view.to(
            "log", form=form, of=row.project_code,
            item=None if form == "progress" else str(row.id)))) for form in forms],
    ] for row in rows]
    return table("due", [
        ("name", w("field.of.milestone")), ("project", w("log.project")),
        ("place", w("listed.place")), ("on", w("field.of.planned_on")), ("term", w("log.days")),
        ("forms", w("log.record"))], lines)


def _term(days: int, w: Words) -> str:
    """How long until a day, or since it."""
    if days < 0:
        return w("log.overdue", days=-days)
    return w("log.ahead", days=days) if days else w("log.today")


def _receipts(view: View, data: LogData, w: Words) -> list[Node]:
    if data.work is None or not data.actor.may(Permission.FUND_CONFIRM):
        return []
    rows = data.work.receipts
    body = _awaited(view, rows, w) if rows else html.P(w("log.no_receipts"), className="muted")
    return [_section(w("log.receipts", count=_count(rows)), "log-receipts", body)]


def _awaited(view: View, rows: Sequence[Awaited], w: Words) -> Node:
    locale = view.locale
    return table("receipts", [
        ("name", w("field.of.tranche")), ("project", w("log.project")),
        ("amount", w("log.in_transit")), ("on", w("log.sent_on")), ("forms", w("log.record"))], [[
            element("span", row.tranche.to(locale)),
            element("a", row.project.to(locale), href=href(view.to("projects", row.project_code))),
            money(row.fen, locale),
            element("span", row.sent_on.isoformat() if row.sent_on else "—"),
            element("a", w("form.receive"), cls="act", href=href(view.to(
                "log", form="receive", of=row.project_code, item=str(row.tranche_id)))),
        ] for row in rows])


def _requests(view: View, data: LogData, w: Words) -> list[Node]:
    if data.work is None or not data.work.requests:
        return []
    rows = data.work.requests
    return [_section(w("log.requests", count=_count(rows)), "log-requests",
                     _asked(view, data, rows, w))]


def _asked(view: View, data: LogData, rows: Sequence[Asked], w: Words) -> Node:
    locale = view.locale
    return table("requests", [
        ("name", w("field.of.tranche")), ("project", w("log.project")),
        ("amount", w("field.of.amount")), ("on", w("field.of.occurred_on")),
        ("by", w("log.asked_by")), ("forms", w("log.record"))], [[
            element("span", row.tranche.to(locale)),
            element("a", row.project.to(locale), href=href(view.to("projects", row.project_code))),
            money(row.fen, locale), element("span", row.occurred_on.isoformat()),
            element("span", actor_name(row.actor, locale)),
            element("span", w("log.own_request"), cls="muted") if row.actor == data.actor.name
            else element("a", w("form.decide"), cls="act", href=href(view.to(
                "log", form="decide", item=str(row.id)))),
        ] for row in rows])

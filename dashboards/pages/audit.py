"""Audit 审计: who came, what was refused, which rights changed, what was carried out."""

from collections.abc import Sequence

from dash import html

from aid.access.roles import Role
from aid.audit.model import AuditKind, Outcome
from aid.audit.queries import Entry, Page
from dashboards.facts import told
from dashboards.format import NOTHING, exact_moment, moment
from dashboards.i18n import Words, role_key, words
from dashboards.light import Light, element, light
from dashboards.pages.choices import choice, day_field, text_field
from dashboards.parts import Node, link
from dashboards.reading_administration import position_key
from dashboards.view import View, href

COLUMNS = ("at", "kind", "actor", "subject", "address", "detail")


def audit_page(view: View, page: Page, *, above: Sequence[Node] = ()) -> list[Node]:
    """The body of the page; `above` stands between its heading and the log."""
    w = words(view.locale)
    return [
        html.Div([
            html.H1(w("audit.title")),
            html.P(w("audit.ledger.lead"), className="lead muted"),
        ], className="heading"),
        *above,
        html.H2(w("audit.log"), id="log"),
        html.P(w("audit.lead"), className="hint"),
        html.Div(_quick(view, w), className="parts"),
        html.Div(_filters(view, w), className="filters"),
        *_entries(view, page, w),
    ]


def _quick(view: View, w: Words) -> list[Node]:
    """What is asked for most: a click each."""
    plain = View(page="audit", locale=view.locale, of=view.of)
    views = {
        "all": plain, "refusals": plain.with_(kind=AuditKind.REFUSAL.value),
        "exports": plain.with_(kind=AuditKind.EXPORT.value),
        "rights": plain.with_(kind=AuditKind.RIGHTS.value),
        "sign_ins": plain.with_(kind=AuditKind.SIGN_IN.value),
    }
    return [link(w(f"audit.quick.{name}"), there, current=view.with_(before=None) == there,
                 id=f"quick-{name}") for name, there in views.items()]


def _filters(view: View, w: Words) -> list[Node]:
    kinds = [(kind.value, w(f"event.{kind.value}")) for kind in AuditKind]
    outcomes = [(outcome.value, w(f"outcome.{outcome.value}")) for outcome in Outcome]
    fields = [
        choice("kind", w("audit.kind"), kinds, view.kind or "", view),
        choice("outcome", w("audit.outcome"), outcomes, view.outcome or "", view),
        text_field("actor", w("audit.actor"), view.actor or "", w("audit.actor.hint")),
        day_field("since", w("audit.since"), view.since),
        day_field("until", w("audit.until"), view.until),
    ]
    if _narrowed(view):
        fields.append(link(f"✕ {w('filter.clear')}", View(page="audit", locale=view.locale),
                           className="clear", id="clear-filters"))
    return fields


def _narrowed(view: View) -> bool:
    return any((view.kind, view.outcome, view.actor, view.since, view.until))


def _entries(view: View, page: Page, w: Words) -> list[Node]:
    back = ([link(w("audit.back"), view.with_(before=None), id="newest")] if view.before else [])
    if not page.entries:
        said = "audit.end" if view.before else "audit.none" if _narrowed(view) else "audit.empty"
        return [html.P([w(said), " ", *back], className="notice", id="no-entries")]
    older = [
        link(w("audit.older"), view.with_(before=position_key(page.next)), id="older")
    ] if page.next else []
    return [
        html.P([html.Span(_count(view, page, w), id="entry-count"), *back],
               className="count-line", role="status"),
        _table(view, page, w),
        html.P(older, className="turning"),
    ]


def _count(view: View, page: Page, w: Words) -> str:
    if view.before:
        return w("audit.continued", count=len(page.entries))
    return w("audit.newest" if page.next else "audit.all", count=len(page.entries))


def _table(view: View, page: Page, w: Words) -> Node:
    head = [element("th", w(f"audit.{name}"), cls=name, scope="col") for name in COLUMNS]
    rows = [
        element("tr", _cells(entry, view, w), cls=f"entry {entry.outcome.value}")
        for entry in page.entries
    ]
    table = element("table", element("thead", element("tr", head)), element("tbody", rows),
                    cls="entries")
    return light(table, className="scroll", tabIndex=0, id="entries")


def _cells(entry: Entry, view: View, w: Words) -> list[Light]:
    exactly = w("audit.exactly", moment=exact_moment(entry.at), id=entry.id)
    refused = entry.outcome is Outcome.REFUSED
    mark = element("span", f"✕ {w('outcome.refused')}", cls="warns") if refused else element(
        "span", w("outcome.done"), cls="muted")
    return [
        element("td", element("time", moment(entry.at), title=exactly,
                              datetime=entry.at.isoformat()), cls="at"),
        element("td", element("span", w(f"event.{entry.kind.value}"), cls="event"), " ", mark,
                cls="kind"),
        element("td", _actor(entry, view, w), cls="actor"),
        _optional("subject", entry.subject),
        _optional("address", entry.address),
        element("td", told(entry.detail, view.locale), cls="detail"),
    ]


def _actor(entry: Entry, view: View, w: Words) -> list[Light]:
    only = view.with_(actor=entry.actor, before=None)
    name = element("a", entry.actor, href=href(only), title=w("audit.actor.only",
                                                              actor=entry.actor))
    if entry.role is None:
        return [name]
    known = entry.role in list(Role)
    role = w(role_key(Role(entry.role))) if known else entry.role
    return [name, " ", element("span", role, cls="muted role")]


def _optional(name: str, said: str | None) -> Light:
    return element("td", said or NOTHING, cls=name if said else f"{name} nothing")

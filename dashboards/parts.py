"""The frame around every page, and what pages say when there is nothing or something failed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from aid.access.changes import Kind as Change
from aid.interchange.exports.terms import Kind
from aid.sheets.writing import Form
from aid.text import Locale, Text
from dashboards.access import first_page, pages_of
from dashboards.asking import Asking
from dashboards.format import period
from dashboards.forms import by_group
from dashboards.i18n import listing, role_key, words
from dashboards.light import element, light
from dashboards.live import live_sign
from dashboards.reading import PlanData
from dashboards.view import View, exported, href

Node = Any
"""A Dash component or its text."""
ROWS_AS = (Form.CSV, Form.XLSX, Form.JSONL)
"""What a list is exported as."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The body of a page. `plan`: it is about one, whose chooser stands in the frame.

    `own` names the places of who sees the rows of those only; None: of who sees all. `of` is the
    id of the recipient that all of it is about: what is new of others does not concern it.
    """

    body: Sequence[Node]
    plan: PlanData | None = None
    own: Sequence[Text] | None = None
    of: int | None = None


def frame(
    asking: Asking, view: View, drawn: Drawn, follows: Sequence[Change] = (), *, waits: bool = False
) -> Node:
    """The whole page: who we are, where to go, then the body; it `follows` these kinds of changes.

    `waits`: something comes later. Who sees own places only is told so once, above everything.
    """
    marks = {"data-follows": " ".join(follows)} if follows else {}
    if drawn.of is not None:
        marks["data-of"] = str(drawn.of)
    return html.Div([
        html.A(words(view.locale)("app.skip"), href="#content", className="skip"),
        _header(asking, view, drawn.plan, live=bool(follows)),
        html.Main([*_own_only(drawn, view), *drawn.body, html.Div(_waiting(view) if waits else None,
                                                                  id="later")],
                  id="content", className=f"page page-{view.page}", **marks),
    ])


def _waiting(view: View) -> Node:
    return html.P(words(view.locale)("later.waiting"), className="hint", id="later-waiting")


def _header(asking: Asking, view: View, data: PlanData | None, *, live: bool) -> Node:
    w = words(view.locale)
    other = view.with_(locale="en" if view.locale == "zh" else "zh")
    pages = [
        link(w(f"nav.{page}"), view.to(page), current=page == view.page)
        for page in pages_of(asking.actor)
    ]
    return html.Header([
        html.Div(w("app.name"), className="brand"),
        html.Nav(pages, id="pages", **{"aria-label": w("nav.label")}),
        _chooser(view, data) if data and len(data.plans) > 1
        else html.Span(className="stretch"),
        *([live_sign(view)] if live else []),
        html.Button(w("nav.print"), className="quiet print", type="button", **{"data-print": ""}),
        html.A(w("language.other"), href=href(other), className="language", id="language",
               lang=other.locale),
        _user(asking, view),
    ], className="top")


def _user(asking: Asking, view: View) -> Node:
    """Who is signed in, and what they may do about it. assets/aid.js fills in the form's token."""
    w, role = words(view.locale), asking.actor.role
    sign_out = html.Form([
        light(element("input", type="hidden", name="csrf", value="")),
        html.Button(w("user.sign_out"), type="submit", className="quiet"),
    ], action="/logout", method="post", id="sign-out", **{"data-csrf": ""})
    return html.Details([
        html.Summary([
            html.Span(asking.name, className="user-name"),
            html.Span(w(role_key(role)), className="user-role"),
        ], title=w("user.label")),
        html.Div([
            html.P(f"{asking.actor.name} · {w(role_key(role))}", className="muted"),
            html.A(w("user.password"), href="/password"),
            sign_out,
        ], className="menu"),
    ], className="user", id="user")


def _own_only(drawn: Drawn, view: View) -> list[Node]:
    w, plan = words(view.locale), drawn.plan
    if plan and not plan.whole:
        said = (w("own.only", places=place_names(plan, view.locale)) if plan.places
                else w("own.nowhere"))
    elif drawn.own is not None:
        names = [name.to(view.locale) for name in drawn.own]
        said = (w("own.rows", places=listing(names, view.locale)) if names
                else w("own.nowhere.rows"))
    else:
        return []
    return [html.P(said, className="own", id="own-only")]


def place_names(data: PlanData, locale: Locale) -> str:
    """The places whose rows are shown to who does not see all, by name."""
    names = [place.to(locale) for place in data.places]
    return listing(names, locale) if names else words(locale)("own.places")


def beyond(view: View, data: PlanData) -> str:
    """What to say of chosen places that are not the actor's to see; empty if there are none."""
    names = {region.code: region.name.to(view.locale) for region in data.regions}
    hidden = [names[code] for code in view.region if code in names.keys() - data.seen]
    if not hidden:
        return ""
    return words(view.locale)("list.beyond", places=listing(hidden, view.locale))


def link(text: Node, to: View, *, current: bool = False, **more: Any) -> Node:
    """A link to a view; `current` where it is already shown."""
    marks = {"aria-current": "true"} if current else {}
    return html.A(text, href=href(to), **marks, **more)


def form_links(
    view: View, forms: Sequence[str], code: str | None = None, *, more: Sequence[Node] = ()
) -> list[Node]:
    """Links to the forms of the log that may be filled in, for a thing if its code is given.

    They stand by what they are about; `more` follow them.
    """
    w = words(view.locale)
    groups = [(w(f"group.{group}"), [
        link(w(f"form.{name}"), view.to("log", form=name, of=code), className="button",
             id=f"open-{name}") for name in names]) for group, names in by_group(forms).items()]
    if more:
        groups.append((w("group.sheets"), list(more)))
    said = [html.Div([html.Span(group, className="label"), html.Div(links)],
                     className="form-group") for group, links in groups]
    return [html.Nav(said, className="log-forms", **{"aria-label": w("log.forms")})
            ] if said else []


def _chooser(view: View, data: PlanData) -> Node:
    w = words(view.locale)
    options = [
        html.Option(row.title.to(view.locale), value=row.code, selected=row.code == data.plan.code)
        for row in data.plans
    ]
    return html.Label([
        html.Span(w("chooser.plan"), className="label"),
        html.Select(options, id="choose-plan", **{"data-param": "plan", "data-fresh": ""}),
    ], className="chooser stretch")


def exports(view: View, kind: Kind, said: str, forms: Iterable[Form]) -> Node:
    """Links to the rows of a list as files, with its filters; `said` stands before them."""
    links = [html.A(form.upper(), href=exported(view, kind, form), download="",
                    id=f"export-{form}") for form in forms]
    return html.Span([html.Span(said, className="label"), *links], className="exports")


def plan_period(view: View, data: PlanData) -> str:
    """The period of the plan, and the one whose results it reviews."""
    w, plan = words(view.locale), data.plan
    parts = [w("period.of", period=period(plan.period_start, plan.period_end, view.locale))]
    if plan.review_start and plan.review_end:
        review = period(plan.review_start, plan.review_end, view.locale)
        parts.append(w("period.review", period=review))
    return " · ".join(parts)


def nothing_yet(view: View) -> list[Node]:
    """What to do while the database holds no plan."""
    w = words(view.locale)
    return [html.Section([
        html.H1(w("empty.title")),
        html.P(w("empty.how")),
        html.Pre("aid seed", className="command"),
        html.P(w("empty.own"), className="muted"),
        html.A(w("empty.reload"), href=href(view), className="button", **{"data-reload": ""}),
    ], className="notice", id="nothing-yet")]


def nothing_of(view: View, own: Sequence[Text] | None, *sheets: str) -> list[Node]:
    """Why a page is empty: all is filtered away, one's `own` places have nothing yet, or there is
    nothing at all, and then which `sheets` to import.
    """
    w, page = words(view.locale), view.page
    if not view.bare:
        return [html.P(w(f"none.{page}"), className="notice", id=f"no-{page}")]
    if own is not None:
        return [html.P(w("none.own"), className="notice", id=f"no-{page}")]
    return [html.Section([
        html.H2(w(f"empty.{page}")), html.P(w(f"how.{page}")),
        html.Pre("\n".join(f"aid import {sheet} FILE.xlsx" for sheet in sheets),
                 className="command"),
    ], className="notice", id=f"no-{page}")]


def failed(view: View) -> list[Node]:
    """What to do when the data could not be read."""
    w = words(view.locale)
    return [html.Section([
        html.H1(w("failed.title")),
        html.P(w("failed.why")),
        html.A(w("failed.retry"), href=href(view), className="button", **{"data-reload": ""}),
    ], className="notice", id="failed", role="alert")]


def forbidden(asking: Asking, view: View) -> list[Node]:
    """What stands in place of a page that the actor may not see."""
    w, actor = words(view.locale), asking.actor
    back = []
    if pages_of(actor):
        page = first_page(actor)
        text = w("forbidden.back", page=w(f"nav.{page}"))
        back.append(link(text, View(page=page, locale=view.locale), className="button"))
    return [html.Section([
        html.H1(w("forbidden.title")),
        html.P(w("forbidden.why", page=w(f"nav.{view.page}"), role=w(role_key(actor.role)))),
        *back,
    ], className="notice", id="forbidden", role="alert")]

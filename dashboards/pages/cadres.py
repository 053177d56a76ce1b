"""Cadres 干部: who is where, until when; what is vacant."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from dash import html

from aid.cadres.listing import ORDERS
from aid.cadres.queries import TermRow, VacancyRow
from aid.cadres.terms import CATEGORY_NAMES, DIRECTION_NAMES, ENDING_SOON_DAYS, CadreCategory
from aid.database.paging import Place
from aid.metrics.registry import METRICS
from aid.metrics.terms import percent
from dashboards.definitions import Definition, of_metric
from dashboards.format import Reading, count, short_place
from dashboards.i18n import Words, words
from dashboards.light import Light, element, light
from dashboards.marks import simulated_mark
from dashboards.pages.cadre_fill import FILL_SHEETS, fill_matrix
from dashboards.pages.cadre_timeline import TIMELINE_SHEETS, batch_timeline, post_timeline
from dashboards.pages.choices import choice, text_field
from dashboards.pages.figure_tiles import Tile, tile_row
from dashboards.pages.filter_bar import Shared, filter_bar
from dashboards.pages.tables import table
from dashboards.parts import Drawn, Node, form_links, link, nothing_of
from dashboards.reading_cadres import DEFAULT, PARTS, CadreData
from dashboards.turning import order_of, sort_heading, turn
from dashboards.view import View, href

USES: tuple[Shared, ...] = ("supporter", "region", "period", "on")
CADRE_SHEETS: Mapping[str, Any] = MappingProxyType({**FILL_SHEETS, **TIMELINE_SHEETS})


def cadres_page(view: View, data: CadreData) -> Drawn:
    """The page with its filters, figures and the part that was chosen."""
    w, locale = words(view.locale), view.locale
    own = [
        choice("kind", w("cadres.category"),
               [(one.value, name.to(locale)) for one, name in CATEGORY_NAMES.items()],
               view.kind or "", view),
        choice("outcome", w("cadres.direction"),
               [(one.value, name.to(locale)) for one, name in DIRECTION_NAMES.items()],
               view.outcome or "", view),
        text_field("q", w("filter.text"), view.text, w("cadres.text.hint")),
    ]
    return Drawn([
        html.Div([html.H1(w("cadres.title")), html.P(w("cadres.lead"), className="lead muted")],
                 className="heading"),
        *form_links(view, data.forms),
        filter_bar(view, data.choices, uses=USES, own=own),
        *_body(view, data, w),
    ], own=data.choices.own)


def _body(view: View, data: CadreData, w: Words) -> list[Node]:
    if not (data.sums.agreed or data.sums.in_post):
        return nothing_of(view, data.choices.own, "cadres")
    return [
        tile_row(_tiles(view, data, w), view.locale),
        fill_matrix(view, data),
        _parts(view, data, w),
        *_part(view, data, w),
    ]


def _tiles(view: View, data: CadreData, w: Words) -> list[Tile]:
    sums, on, locale = data.sums, data.on, view.locale

    def tile(key: str, number: int, counter: str, there: View | None = None, **more: Any) -> Tile:
        return Tile(key, count(number, counter, locale), Definition(
            w(f"posts.{key}"), w(f"posts.{key}_is"), on), there=there, **more)

    def at(part: Any, **more: Any) -> View:
        return view.with_(part=part, after=None, before=None, order=None, **more)

    filled = percent(Decimal(sums.filled), Decimal(sums.agreed))
    simulated = w("cadres.simulated", count=f"{sums.simulated:,}") if sums.simulated else ""
    return [
        tile("in_post", sums.in_post, "人", at("people", state=None), state=simulated),
        Tile("fill", Reading("—" if filled is None else str(filled), "%"),
             of_metric(METRICS["cadre_fill"], on, locale),
             state=f"{sums.filled:,} ÷ {sums.agreed:,}"),
        tile("vacant", sums.vacant, "个", at("vacancies"), warns=sums.vacant > 0),
        tile("ending", sums.ending, "人", at("people", state="ending"),
             warns=sums.ending > 0),
    ]


def _parts(view: View, data: CadreData, w: Words) -> Node:
    return html.Nav([
        link(w(f"part.{part}"), view.with_(part=part, after=None, before=None, order=None),
             current=part == data.part, id=f"part-{part}")
        for part in PARTS
    ], className="parts", **{"aria-label": w("part.label")})


def _part(view: View, data: CadreData, w: Words) -> list[Node]:
    if data.batches is not None:
        return batch_timeline(view, data, data.batches)
    if data.vacancies is not None:
        return _vacancies(view, data, data.vacancies, w)
    if data.people is not None:
        return _people(view, data, w)
    return post_timeline(view, data)


def _vacancies(
    view: View, data: CadreData, rows: tuple[VacancyRow, ...], w: Words
) -> list[Node]:
    lines: list[list[Light | list[Light]]] = [[
        element("span", f"{one.unit} {one.title.to(view.locale)}", title=one.code),
        element("span", one.recipient.to(view.locale)),
        element("span", CATEGORY_NAMES[one.category].to(view.locale)),
        element("span", one.since.isoformat()),
        element("span", w("cadres.days", count=(data.on - one.since).days)),
        element("span", one.next_start.isoformat() if one.next_start else w("cadres.nobody"),
                cls="" if one.next_start else "warns"),
    ] for one in rows]
    if not lines:
        return [html.P(f"✓ {w('cadres.no_vacancies')}", className="notice", id="vacancies")]
    more = [html.P(w("cadres.more", shown=len(rows), count=data.sums.vacant), className="hint")
            ] if data.sums.vacant > len(rows) else []
    return [table("vacancies", [
        ("name", w("cadres.post")), ("place", w("shared.region")),
        ("category", w("cadres.category")), ("on", w("cadres.vacant.since")),
        ("days", w("cadres.vacant.days")), ("next", w("cadres.vacant.next"))], lines), *more]


def _people(view: View, data: CadreData, w: Words) -> list[Node]:
    page = data.people
    soon = html.Div([html.Div([
        link(w("cadres.all"), view.with_(state=None, after=None, before=None),
             current=view.state != "ending", id="everybody"),
        link(w("cadres.soon", days=ENDING_SOON_DAYS),
             view.with_(state="ending", after=None, before=None),
             current=view.state == "ending", id="ending"),
    ], className="switch")], className="controls")
    if page is None or not page.rows:
        return [soon, html.P(w("cadres.nobody.here"), className="notice", id="people")]
    now = order_of(view, ORDERS, DEFAULT)
    head = [
        element("th", w("project.cadre"), cls="name", scope="col"),
        element("th", w("cadres.post"), cls="post", scope="col"),
        element("th", w("shared.region"), cls="place", scope="col"),
        element("th", w("cadres.category"), cls="category", scope="col"),
        element("th", w("cadres.batch"), cls="batch", scope="col"),
        sort_heading(view, "on", w("cadres.starts"), "starts_on", now),
        sort_heading(view, "on", w("cadres.ends"), "planned_end", now),
        element("th", w("cadres.left"), cls="days number", scope="col"),
        element("th", w("cadres.projects"), cls="answers number", scope="col"),
        element("th", w("cadres.successor"), cls="next", scope="col"),
        *([element("th", w("log.record"), cls="forms", scope="col")] if data.forms else []),
    ]
    rows = [element("tr", _person(one, view, data, w)) for one in page.rows]
    drawn = element("table", element("thead", element("tr", head)), element("tbody", rows),
                    cls="listing")
    name = now[0]
    places = [Place(getattr(row, name), row.id) for row in page.rows]
    return [
        soon, light(drawn, className="scroll", tabIndex=0, id="people"),
        turn(view, places[0] if page.more_before else None,
             places[-1] if page.more_after else None),
    ]


def _person(row: TermRow, view: View, data: CadreData, w: Words) -> list[Light]:
    left = (row.last_day - data.on).days
    soon = row.ended_on is None and left <= ENDING_SOON_DAYS
    marks = [" ", simulated_mark(view.locale)] if row.simulated else []
    return [
        element("th", row.cadre, marks, scope="row", cls="name", title=row.cadre_code),
        element("td", f"{row.unit} {row.title.to(view.locale)}", cls="post"),
        element("td", short_place(row.recipient, view.locale), cls="place",
                title=row.recipient.to(view.locale)),
        element("td", CATEGORY_NAMES[CadreCategory(row.category)].to(view.locale), cls="category"),
        element("td", row.batch_name.to(view.locale) if row.batch_name else "—",
                cls="batch muted", title=row.batch),
        element("td", row.starts_on.isoformat(), cls="on", data_label=w("cadres.starts")),
        element("td", row.planned_end.isoformat(), cls="on", data_label=w("cadres.ends")),
        element("td", f"⚠ {left}" if soon else str(left), cls="days number warns" if soon
                else "days number", data_label=w("cadres.left")),
        element("td", _answers(row, view, w), cls="answers number",
                data_label=w("cadres.projects")),
        element("td", w("cadres.succeeded") if row.succeeded else
                w("cadres.unsucceeded") if soon else "—", cls="next",
                data_label=w("cadres.successor")),
        *([element("td", [element("a", w(f"form.{name}.send"), cls="act", href=href(
            view.to("log", form=name, item=str(row.id)))) for name in _changes(row)],
            cls="forms")] if data.forms else []),
    ]


def _answers(row: TermRow, view: View, w: Words) -> Light:
    """How many projects the person answers for, leading to them."""
    if not row.projects:
        return element("span", "—", cls="nothing")
    there = View(page="projects", locale=view.locale, plan=view.plan, cadre=row.cadre_code)
    return element("a", w("cadres.projects.count", count=row.projects), href=href(there))


def _changes(row: TermRow) -> list[str]:
    """The forms that may be filled in about a term."""
    return [*([] if row.succeeded else ["succeed"]),
            *(["extend", "end"] if row.ended_on is None else [])]

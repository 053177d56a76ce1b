"""Projects 项目: what is happening to each project, a page of them at a time."""

from decimal import Decimal

from dash import html

from aid.database.paging import Place
from aid.interchange.exports.terms import Kind
from aid.metrics.registry import METRICS
from aid.projects.listing import ORDERS, ListedRow
from aid.projects.terms import KIND_NAMES, STAGE_NAMES, Delay
from dashboards.definitions import Definition, of_metric
from dashboards.format import Reading, count, digits, exact_yuan, plain, rounded
from dashboards.i18n import Words, words
from dashboards.light import Light, element, light
from dashboards.marks import late_mark, money, simulated_mark, stage_mark
from dashboards.pages.choices import choice, text_field
from dashboards.pages.figure_tiles import Tile, tile_row
from dashboards.pages.filter_bar import Shared, filter_bar
from dashboards.parts import ROWS_AS, Drawn, Node, exports, form_links, nothing_of
from dashboards.reading_projects import DEFAULT, ProjectList
from dashboards.turning import order_of, sort_heading, turn
from dashboards.view import View, href

USES: tuple[Shared, ...] = ("supporter", "region", "sector", "period")
COLUMNS = {"code": "code", "name": None, "place": None, "sector": None, "stage": None,
           "investment": "investment", "progress": "progress", "planned_end": "planned_end"}
"""The columns, and what each orders by."""


def projects_page(view: View, data: ProjectList) -> Drawn:
    """The list with its filters and figures."""
    w = words(view.locale)
    return Drawn([
        html.Div([html.H1(w("projects.title")),
                  html.P(w("projects.lead"), className="lead muted")], className="heading"),
        *form_links(view, data.forms),
        filter_bar(view, data.choices, uses=USES, own=_own_filters(view, w)),
        *_list(view, data, w),
    ], own=data.choices.own)


def _own_filters(view: View, w: Words) -> list[Node]:
    stages = [(stage.value, name.to(view.locale)) for stage, name in STAGE_NAMES.items()]
    kinds = [(kind.value, name.to(view.locale)) for kind, name in KIND_NAMES.items()]
    return [
        choice("stage", w("projects.stage"), stages, view.stage or "", view),
        choice("kind", w("projects.kind"), kinds, view.kind or "", view),
        choice("state", w("projects.state"),
               [(state.value, w(f"projects.{state}")) for state in Delay],
               view.state or "", view),
        text_field("q", w("filter.text"), view.text, w("projects.text.hint")),
    ]


def _list(view: View, data: ProjectList, w: Words) -> list[Node]:
    if not data.sums.projects:
        return nothing_of(view, data.choices.own, "projects")
    rows = data.page.rows
    return [
        tile_row(_tiles(view, data, w), view.locale),
        html.Div([
            html.Span(_count(data, w), id="project-count"),
            *([] if view.cadre else [
                exports(view, Kind.PROJECTS, w("projects.export"), ROWS_AS)]),
        ], className="count-line", role="status"),
        _table(view, data, w),
        turn(view, _place(rows[0]) if data.page.more_before and rows else None,
             _place(rows[-1]) if data.page.more_after and rows else None),
    ]


def _count(data: ProjectList, w: Words) -> str:
    """How many there are; and whose, where they are somebody's."""
    said = f"{data.sums.projects:,}"
    if data.answering is None:
        return w("projects.count", count=said)
    return w("projects.count.of", name=data.answering, count=said)


def _place(row: ListedRow) -> Place:
    return Place(row.ordered_by, row.id)


def _tiles(view: View, data: ProjectList, w: Words) -> list[Tile]:
    locale, sums, today = view.locale, data.sums, data.choices.today
    counted = (
        Tile("projects", count(sums.projects, "个", locale),
             Definition(w("projects.figure.count"), w("projects.figure.count.is"), today),
             state=w("projects.simulated", count=f"{sums.simulated:,}") if sums.simulated else ""),
        Tile("approved", rounded(sums.approved_fen, locale),
             Definition(w("projects.figure.approved"), w("projects.figure.approved.is"), today),
             exact=exact_yuan(sums.approved_fen, locale)),
        Tile("late", count(sums.late, "个", locale),
             Definition(w("projects.figure.late"), w("projects.figure.late.is"), today),
             warns=sums.late > 0, there=view.with_(state="late", after=None, before=None)),
    )
    return [*counted, *(
        Tile(one.code, Reading("—" if one.value is None else digits(one.value), one.unit),
             of_metric(METRICS[one.code], one.as_of, locale),
             state=f"{_counted(one.code, one.numerator, view)} ÷ "
                   f"{_counted(one.code, one.denominator, view)}")
        for one in data.metrics)]


def _counted(code: str, value: Decimal, view: View) -> str:
    """What a metric is made of, in its unit: yuan as money."""
    if METRICS[code].counted == "元":
        return str(rounded(round(value * 100), view.locale))
    return plain(value)


def _table(view: View, data: ProjectList, w: Words) -> Node:
    now = order_of(view, ORDERS, DEFAULT)
    head = [sort_heading(view, name, w(f"listed.{name}"), order, now)
            for name, order in COLUMNS.items()]
    rows = [element("tr", _cells(row, view, w)) for row in data.page.rows]
    table = element("table", element("thead", element("tr", head)), element("tbody", rows),
                    cls="listing projects")
    return light(table, className="scroll", tabIndex=0, id="projects")


def _cells(row: ListedRow, view: View, w: Words) -> list[Light]:
    locale = view.locale
    there = href(view.to("projects", row.code))
    marks = [late_mark(locale)] if row.late else []
    marks += [simulated_mark(locale)] if row.simulated else []
    place = row.region.to(locale)
    proposed = [] if row.approved else [element("span", w("projects.proposed"), cls="muted"), " "]
    return [
        element("td", element("a", row.code, href=there), cls="code"),
        element("th", element("a", row.name.to(locale), href=there), " ", marks, scope="row",
                cls="name"),
        element("td", place, *([element("span", f" {row.recipient.to(locale)}", cls="muted")]
                               if row.recipient != row.region else []), cls="place"),
        element("td", row.sector.to(locale), cls="sector"),
        element("td", stage_mark(row.stage, row.held_stage, locale), cls="stage"),
        element("td", proposed, money(row.investment_fen, locale), cls="investment number"),
        element("td", element("span", f"{plain(row.progress)}%"),
                element("span", element("i", style=f"width:{plain(row.progress)}%"), cls="meter",
                        aria_hidden="true"), cls="progress number"),
        element("td", row.planned_end.isoformat(), cls="planned_end", data_label=w(
            "listed.planned_end")),
    ]

"""The work queue 待办: what of money does not match, since when, and whose turn it is."""


from dash import html

from aid.database.paging import Place
from aid.funds.matters import MATTERS, TURN_NAMES, Turn
from aid.funds.queue import Item, Tally
from aid.sheets.columns import Column, Shape
from aid.text import Text
from dashboards.definitions import Definition
from dashboards.figure_sheet import FigureSheet
from dashboards.format import rounded, short_place
from dashboards.i18n import Words, words
from dashboards.light import Light, element
from dashboards.marks import money
from dashboards.pages.chart import chart_head
from dashboards.pages.tables import project_named, table
from dashboards.parts import Node, link
from dashboards.reading_funds import AT_ONCE, QueueData, matter_of, turn_of
from dashboards.turning import turn
from dashboards.view import View


def queue_section(view: View, data: QueueData) -> list[Node]:
    """The matters with their counts, and a page of those asked for."""
    w = words(view.locale)
    shown = data.items[:AT_ONCE]
    more = Place(shown[-1].at[0], shown[-1].at[1]) if len(data.items) > AT_ONCE else None
    back = [link(w("queue.first"), view.with_(after=None, before=None), id="queue-first")
            ] if view.after else []
    body: list[Node] = [html.P(w("queue.none"), className="agrees", id="no-queue")]
    if shown:
        body = [table("queue", [
            ("matter", w("queue.matter")), ("project", w("moved.project")),
            ("place", w("moved.place")), ("said", w("queue.said")),
            ("amount", w("funds.amount")), ("on", w("queue.since")),
            ("days", w("queue.days")), ("turn", w("queue.turn"))],
            [_line(one, view, w) for one in shown]), *back, turn(view, None, more)]
    return [html.Section([
        chart_head(view, "queue", heading=w("queue.title"), definition=Definition(
            w("queue.title"), w("queue.is"), data.choices.today)),
        _matters(view, data, w), *body,
    ], className="panel", id="panel-queue")]


def _matters(view: View, data: QueueData, w: Words) -> Node:
    """Whose turn and which matter, each with how much there is of it."""
    chosen, whose = matter_of(view), turn_of(view)
    anew = {"after": None, "before": None}
    turns = [link(w("queue.all"), view.with_(state=None, **anew), current=whose is None,
                  id="turn-all")]
    turns += [link(TURN_NAMES[one].to(view.locale), view.with_(
        state=one.value, kind=None if chosen and MATTERS[chosen].turn is not one else view.kind,
        **anew), current=whose is one, id=f"turn-{one.value}")
        for one in (Turn.OFFICE, Turn.RECIPIENT)]
    matters = [link(w("queue.all"), view.with_(kind=None, **anew), current=chosen is None,
                    id="matter-all")]
    matters += [
        link(f"{MATTERS[one].name.to(view.locale)} {_told(tally, view, w)}",
             view.with_(kind=one.value, **anew), current=chosen is one, id=f"matter-{one.value}")
        for one, tally in data.tallies.items()
        if whose is None or MATTERS[one].turn is whose]
    return html.Div([
        html.Div([html.Span(label, className="label"),
                  html.Div(links, className="switch", role="group", **{"aria-label": label})],
                 className="control")
        for label, links in ((w("queue.turn"), turns), (w("queue.matter"), matters))
    ], className="controls")


def _told(tally: Tally, view: View, w: Words) -> str:
    if not tally.count:
        return "0"
    return f"{tally.count:,} · {rounded(tally.fen, view.locale)}"


def _line(one: Item, view: View, w: Words) -> list[Light | list[Light]]:
    locale = view.locale
    part = w("queue.whole") if one.tranche is None else \
        f"{one.tranche_seq}. {one.tranche.to(locale)}"
    return [
        element("span", MATTERS[one.matter].name.to(locale)),
        project_named(one.project.to(locale), one.project_code, view, [part]),
        element("span", short_place(one.recipient, locale), title=one.recipient.to(locale)),
        element("span", one.said.to(locale)), money(one.fen, locale),
        element("time", one.since.isoformat()), element("span", f"{one.days:,}"),
        element("span", TURN_NAMES[one.turn].to(locale)),
    ]


def queue_sheet(view: View, data: QueueData) -> FigureSheet:
    """How much there is of each matter; the matters themselves are those of the page."""
    chosen = matter_of(view)
    return FigureSheet(Text("资金待办", "Work queue"), (
        Column(key="matter", title=Text("事项", "Matter")),
        Column(key="turn", title=Text("责任方", "Responsible")),
        Column(key="count", title=Text("件数", "Number"), shape=Shape.INTEGER, total=True),
        Column(key="amount", title=Text("金额（元）", "Amount (yuan)"), shape=Shape.YUAN,
               total=True),
    ), [(MATTERS[one].name.to(view.locale), TURN_NAMES[MATTERS[one].turn].to(view.locale),
         tally.count, tally.fen)
        for one, tally in data.tallies.items() if chosen in (None, one)])


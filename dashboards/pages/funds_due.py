"""What is due: promised and overdue, instalments by month, money in transit by age."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from dash import html

from aid.funds.flows import Aged, Month
from aid.funds.matters import PATIENCE, Matter
from aid.sheets.columns import Column, Shape
from aid.text import Text
from dashboards.definitions import Definition
from dashboards.figure_sheet import FigureSheet
from dashboards.figures.axes import through
from dashboards.figures.months import Due, months
from dashboards.format import exact_yuan, money_in, money_unit, rounded
from dashboards.i18n import Words, words
from dashboards.light import Light, element
from dashboards.marks import money
from dashboards.pages.chart import chart, chart_head
from dashboards.pages.figure_tiles import Tile, tile_row
from dashboards.pages.funds_queue import queue_section, queue_sheet
from dashboards.pages.tables import table
from dashboards.parts import Drawn, Node
from dashboards.reading_funds import Dues, QueueData
from dashboards.view import View, href

MOST_MONTHS = 48
"""More months than these are added up by year."""
MATTERS = {"overdue": "due", "short": "short"}
"""Figures behind which a matter of the work queue stands."""


def funds_later(view: View, data: Dues | QueueData | None) -> Drawn:
    """What of the page takes its time."""
    if isinstance(data, QueueData):
        return Drawn(queue_section(view, data))
    if data is None or not data.figures.tranche_count:
        return Drawn([])
    w = words(view.locale)
    return Drawn([
        tile_row([_tile(name, view, data, w) for name in ("promised", *MATTERS)], view.locale),
        html.Div([
            html.Div([_calendar(view, data, w)], className="column"),
            html.Div([_ages(view, data, w)], className="column"),
        ], className="columns"),
    ])


def _tile(name: str, view: View, data: Dues, w: Words) -> Tile:
    figures, more = data.figures, {}
    fen = getattr(figures, name)
    if name in MATTERS:
        more = {"warns": fen > 0, "there": view.with_(part="queue", kind=MATTERS[name])}
    count = {"promised": figures.tranche_count, "overdue": figures.overdue_tranches}.get(name)
    return Tile(
        name, rounded(fen, view.locale),
        Definition(w(f"funds.figure.{name}"), w(f"funds.figure.{name}.is"), data.on),
        exact=exact_yuan(fen, view.locale),
        state="" if count is None else w("funds.tranches", count=f"{count:,}"), **more)


def calendar_rows(found: Sequence[Month]) -> tuple[list[Month], bool]:
    """The months, or years (by their first day) where there are too many; and which it is."""
    known = [one for one in found if one.month is not None]
    if len(known) <= MOST_MONTHS:
        return known, False
    years: dict[int, Month] = {}
    for one in known:
        assert one.month is not None  # noqa: S101  said above
        year = one.month.year
        so_far = years.get(year, Month(date(year, 1, 1), 0, 0, 0, 0, 0))
        years[year] = Month(
            so_far.month, so_far.promised + one.promised, so_far.disbursed + one.disbursed,
            so_far.open + one.open, so_far.overdue + one.overdue, so_far.tranches + one.tranches)
    return [years.get(year, Month(date(year, 1, 1), 0, 0, 0, 0, 0))
            for year in through(years)], True


def _calendar(view: View, data: Dues, w: Words) -> Node:
    rows, by_year = calendar_rows(data.months)
    heading = w("funds.calendar")
    definition = Definition(heading, w("funds.calendar.is"), data.choices.today)
    unknown = [html.P(w(
        "funds.calendar.unknown", count=f"{one.tranches:,}",
        amount=rounded(one.promised, view.locale), open=rounded(one.open, view.locale)),
        className="hint") for one in data.months if one.month is None]
    if not rows:
        return html.Section([
            chart_head(view, "calendar", heading=heading, definition=definition),
            html.P(w("funds.calendar.none"), className="muted"), *unknown], className="panel")
    unit = money_unit([one.promised for one in rows], view.locale)
    hints = [*([w("funds.calendar.year")] if by_year else []),
             *([w("funds.calendar.today")] if view.known_on else [])]
    figure = months([_due(one, unit, view, w, by_year=by_year) for one in rows],
                    (w("funds.disbursed"), w("funds.overdue"), w("funds.ahead")), unit)
    drawn = chart(view, "calendar", figure, heading=heading, label=w("invested.chart.label"),
                  hint=" ".join(hints), definition=definition, key=_legend(w))
    return html.Div([drawn, *unknown])


def _legend(w: Words) -> Node:
    return html.P([html.Span([html.I(className=look), w(f"funds.{name}")]) for name, look in (
        ("disbursed", "solid"), ("overdue", "late"), ("ahead", "pale"))], className="legend")


def _due(one: Month, unit: str, view: View, w: Words, *, by_year: bool) -> Due:
    first = one.month or date.min
    last = date(first.year, 12, 31) if by_year else _last_of(first)
    label = str(first.year) if by_year else f"{first.year}-{first.month:02}"
    ahead = one.open - one.overdue
    sent = one.promised - one.open
    said = "<br>".join([f"<b>{label}</b>", *(
        f"{w(f'funds.{name}')} {exact_yuan(fen, view.locale)}" for name, fen in (
            ("disbursed", sent), ("overdue", one.overdue), ("ahead", ahead)))])
    values = [float(money_in(fen, unit)) for fen in (sent, one.overdue, ahead)]
    return Due(label, values[0], values[1], values[2], said,
               href(view.with_(start=first, end=last)))


def _last_of(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _ages(view: View, data: Dues, w: Words) -> Node:
    heading = w("funds.ages")
    head = chart_head(view, "ages", heading=heading,
                      definition=Definition(heading, w("funds.ages.is"), data.on))
    if not any(one.fen for one in data.ages):
        return html.Section([head, html.P(w("funds.ages.none"), className="agrees")],
                            className="panel")
    most = max(one.fen for one in data.ages)
    rows: list[list[Light | list[Light]]] = [[
        _age(one, view), _bar(one, most),
        money(one.fen, view.locale), element("span", f"{one.disbursements:,}"),
    ] for one in data.ages]
    return html.Section([head, table("ages", [
        ("name", w("funds.age")), ("bullet", ""), ("amount", w("funds.amount")),
        ("days", w("funds.count"))], rows)], className="panel", id="panel-ages")


def _age(one: Aged, view: View) -> Light:
    """The class; one that the work queue lists as not confirmed leads there."""
    said = one.age.name.to(view.locale)
    if one.age.since <= PATIENCE.unconfirmed or not one.fen:
        return element("span", said)
    there = view.with_(part="queue", kind=Matter.UNCONFIRMED.value, after=None, before=None)
    return element("a", said, href=href(there))


def _bar(one: Aged, most: int) -> Light:
    look = "bullet-bar late" if one.age.since > 30 and one.fen else "bullet-bar"
    return element("span", element("i", style=f"width:{100 * one.fen / most:.1f}%"), cls=look,
                   aria_hidden="true")


def _calendar_sheet(_: View, data: Any) -> FigureSheet | None:
    if not isinstance(data, Dues):
        return None
    names = {"promised": ("计划", "Planned"), "disbursed": ("拨付", "Disbursed"),
             "open": ("未拨", "Not disbursed"), "overdue": ("逾期未拨", "Overdue")}
    return FigureSheet(Text("应拨日历", "Instalments due by month"), (
        Column(key="month", title=Text("月份（首日）", "Month (its first day)"), shape=Shape.DAY),
        *(Column(key=key, shape=Shape.YUAN, total=True,
                 title=Text(f"{zh}（元）", f"{en} (yuan)")) for key, (zh, en) in names.items()),
        Column(key="tranches", title=Text("批次", "Instalments"), shape=Shape.INTEGER, total=True),
    ), [(one.month, one.promised, one.disbursed, one.open, one.overdue, one.tranches)
        for one in data.months])


def _age_sheet(view: View, data: Any) -> FigureSheet | None:
    if not isinstance(data, Dues):
        return None
    return FigureSheet(Text("在途资金账龄", "Money in transit by age"), (
        Column(key="age", title=Text("拨付至今", "Since disbursed")),
        Column(key="amount", title=Text("金额（元）", "Amount (yuan)"), shape=Shape.YUAN,
               total=True),
        Column(key="count", title=Text("拨付笔数", "Disbursements"), shape=Shape.INTEGER,
               total=True),
    ), [(one.age.name.to(view.locale), one.fen, one.disbursements) for one in data.ages])


def _queue_sheet(view: View, data: Any) -> FigureSheet | None:
    return queue_sheet(view, data) if isinstance(data, QueueData) else None


LATER_SHEETS: Mapping[str, Any] = MappingProxyType({
    "calendar": _calendar_sheet, "ages": _age_sheet, "queue": _queue_sheet})

"""Overview 总览: where things stand, against a year before and against the plan."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from dash import html

from aid.metrics.comparing import Compared, Goal
from aid.metrics.registry import METRICS
from aid.metrics.terms import Measured
from aid.sheets.columns import Column, Shape
from aid.text import Locale, Text
from dashboards.definitions import about, of_metric
from dashboards.figure_sheet import FigureSheet
from dashboards.figures.axes import through
from dashboards.format import Reading, day, digits, exact_yuan, plain, rounded, unit_name
from dashboards.i18n import Words, words
from dashboards.light import Light, element
from dashboards.pages.chart import chart_head
from dashboards.pages.figure_tiles import Tile, tile_row
from dashboards.pages.filter_bar import Shared, filter_bar
from dashboards.pages.tables import table
from dashboards.parts import Drawn, Node, link, nothing_of, nothing_yet
from dashboards.reading_overview import AMOUNTS, ATTAINMENT, MONEY, WORK, Overview
from dashboards.view import LONGEST as LONGEST_TEXT
from dashboards.view import Page, View, href

USES: tuple[Shared, ...] = ("supporter", "region", "sector", "period", "known_on")
GOALS = 12
"""So many targets are shown, the least attained."""
LONGEST = 125
"""Percent at which a bar of a target ends."""
YEARS = 25
"""So many years of an amount are drawn beside it, the last."""
BEHIND: Mapping[str, tuple[Page, dict[str, Any]]] = MappingProxyType({
    **{code: ("investment", {"kind": code.removeprefix("investment_")}) for code in AMOUNTS},
    "arrival_rate": ("funds", {}), "start_rate": ("projects", {}),
    "completion_rate": ("projects", {}), "investment_completion": ("projects", {}),
    "on_time_rate": ("projects", {"state": "behind"}), "village_progress": ("villages", {}),
    "cadre_fill": ("cadres", {}),
})
"""Where a click on each figure leads."""


def overview_page(view: View, data: Overview) -> Drawn:
    """The figures with their filters; what is off track comes later, below."""
    w = words(view.locale)
    return Drawn([
        html.Div([html.H1(w("overview.title")),
                  html.P(w("overview.lead"), className="lead muted")], className="heading"),
        filter_bar(view, data.choices, uses=USES),
        *_body(view, data, w),
    ], own=data.choices.own)


def _body(view: View, data: Overview, w: Words) -> list[Node]:
    if not any(one.denominator for one in data.metrics.values()) and not data.goals:
        if data.choices.own is None and not data.choices.regions:
            return nothing_yet(view)
        return nothing_of(view, data.choices.own, "projects", "villages", "cadres")
    return [
        html.P(_said(view, data, w), className="hint", id="overview-state"),
        chart_head(view, "metrics", heading=w("overview.money")),
        tile_row([_tile(code, view, data) for code in MONEY], view.locale),
        html.H2(w("overview.work"), className="row-heading"),
        tile_row([_tile(code, view, data) for code in WORK], view.locale),
        _goals(view, data, w),
    ]


def _said(view: View, data: Overview, w: Words) -> str:
    said = w("overview.state", day=day(data.on, view.locale))
    if view.start or view.end:
        said = w("overview.period", day=day(data.on, view.locale),
                 start=view.start or w("overview.open"), end=view.end or data.on)
    return f"{said} {w('overview.known')}" if view.known_on else said


def _tile(code: str, view: View, data: Overview) -> Tile:
    w, locale, metric = words(view.locale), view.locale, METRICS[code]
    page, more = BEHIND[code]
    definition = of_metric(metric, data.on, locale)
    there = view.to(page, **more)
    found = data.metrics.get(code)
    if found is None:
        return Tile(code, Reading("—", ""), definition, state=w("overview.unfit"), there=there)
    if metric.unit == "%":
        return Tile(code, read(found, locale), definition, there=there,
                    exact=of_what(found, locale), follows=href(view))
    known = data.years.get(code, {})
    years = through(known)[-YEARS:]
    values = [float(known[year].numerator) if year in known else 0.0 for year in years]
    trend = w("overview.trend", name=metric.name.to(locale), first=years[0],
              last=years[-1]) if years else ""
    return Tile(code, read(found, locale), definition, there=there,
                exact=exact_yuan(fen_of(found), locale), follows=href(view), spark=values,
                trend=trend)


def fen_of(one: Measured) -> int:
    """An amount in fen."""
    return int(one.numerator * 100)


def read(one: Measured, locale: Locale) -> Reading:
    """A metric as it is printed: an amount to two decimals of the unit its size asks for."""
    if one.unit != "%":
        return rounded(fen_of(one), locale)
    return Reading("—" if one.value is None else digits(one.value), "%")


def of_what(one: Measured, locale: Locale) -> str:
    """Numerator ÷ denominator, exactly."""
    if METRICS[one.code].counted == "元":
        return " ÷ ".join(exact_yuan(int(each * 100), locale)
                          for each in (one.numerator, one.denominator))
    return f"{plain(one.numerator)} ÷ {plain(one.denominator)}"


def change(found: Compared, locale: Locale) -> str:
    """How much a metric moved against a year before: a ratio in points, an amount in yuan."""
    w, now, before = words(locale), found.now, found.before
    if now.value is None:
        return ""
    if before.value is None:
        return w("overview.first")
    moved = now.value - before.value
    if not moved:
        return w("overview.same")
    said = w("overview.points", change=digits(abs(moved))) if now.unit == "%" else str(
        rounded(int(abs(moved) * 100), locale))
    return w("overview.up" if moved > 0 else "overview.down", change=said)


def _goals(view: View, data: Overview, w: Words) -> Node:
    whole = data.metrics.get(ATTAINMENT)
    definition = of_metric(METRICS[ATTAINMENT], data.on, view.locale)
    bare = html.Div([html.H2(w("overview.goals")), about(definition, view.locale)],
                    className="panel-head")
    if data.goals is None:
        head, body = bare, [html.P(w("overview.goals.unfit"), className="hint")]
    elif not data.goals:
        head, body = bare, [html.P([w("overview.goals.none"), " ", link(
            w("overview.goals.plan"), view.to("plan"))], className="muted")]
    else:
        head = chart_head(view, "goals", heading=w("overview.goals"), definition=definition)
        shown = data.goals[:GOALS]
        rows = [_goal(goal, view) for goal in shown]
        told = "" if whole is None else f"{METRICS[ATTAINMENT].name.to(view.locale)} " \
            f"{read(whole, view.locale)} · "
        body = [
            html.P(f"{told}{w('overview.goals.is')}", className="hint"),
            table("goals", [("name", w("goal.name")), ("place", w("goal.scope")),
                            ("bullet", w("goal.bar")), ("done", w("goal.percent")),
                            ("amount", w("goal.figures"))], rows),
            *([html.P(w("overview.goals.more", shown=GOALS, count=len(data.goals)),
                      className="hint")] if len(data.goals) > GOALS else []),
        ]
    return html.Section([head, *body], className="panel", id="panel-goals")


def _goal(goal: Goal, view: View) -> list[Light | list[Light]]:
    row, one = goal.target, goal.attained
    done = one.value or Decimal(0)
    unit = unit_name(row.unit or "", view.locale)
    wide = min(float(done), LONGEST) / LONGEST * 100
    bar = element("span", element("i", style=f"width:{wide:.1f}%"),
                  element("b", style=f"left:{10000 / LONGEST:.1f}%"),
                  cls="bullet-bar" if done >= 100 else "bullet-bar short", aria_hidden="true")
    said = row.statement.to(view.locale)
    there = view.to("plan", plan=one.plan, text=said[:LONGEST_TEXT], region=())
    return [
        element("a", said, href=href(there)),
        element("span", row.scope.to(view.locale) if row.scope else "—"),
        bar, element("span", f"{digits(done)}%"),
        element("span", f"{plain(one.actual or Decimal(0))} ÷ {plain(one.target)} {unit}".strip()),
    ]


def _goals_sheet(view: View, data: Overview) -> FigureSheet | None:
    if not data.goals:
        return None
    return FigureSheet(Text("规划目标完成情况", "Plan attainment"), (
        Column(key="plan", title=Text("规划", "Plan"), shape=Shape.CODE),
        Column(key="code", title=Text("目标", "Target"), shape=Shape.CODE),
        Column(key="statement", title=Text("内容", "Statement")),
        Column(key="actual", title=Text("实际值", "Actual"), shape=Shape.QUANTITY),
        Column(key="target", title=Text("目标值", "Target value"), shape=Shape.QUANTITY),
        Column(key="unit", title=Text("单位", "Unit")),
        Column(key="value", title=Text("完成率", "Attainment"), shape=Shape.PERCENT),
    ), [(one.attained.plan, one.attained.code, one.target.statement.to(view.locale),
         one.attained.actual, one.attained.target, one.target.unit, one.attained.value)
        for one in data.goals])


def _metrics_sheet(view: View, data: Overview) -> FigureSheet:
    return FigureSheet(Text("总览指标", "Figures of the overview"), (
        Column(key="code", title=Text("指标代码", "Code"), shape=Shape.CODE),
        Column(key="name", title=Text("指标", "Figure")),
        Column(key="value", title=Text("数值", "Value"), shape=Shape.QUANTITY),
        Column(key="unit", title=Text("单位", "Unit")),
        Column(key="numerator", title=Text("分子", "Numerator"), shape=Shape.QUANTITY),
        Column(key="denominator", title=Text("分母", "Denominator"), shape=Shape.QUANTITY),
        Column(key="on", title=Text("统计日", "As of"), shape=Shape.DAY),
    ), [(code, METRICS[code].name.to(view.locale), one.value, one.unit, one.numerator,
         one.denominator, one.as_of)
        for code, one in data.metrics.items()])


OVERVIEW_SHEETS: Mapping[str, Any] = MappingProxyType({
    "goals": _goals_sheet, "metrics": _metrics_sheet})

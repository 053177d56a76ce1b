"""Published figures as a file: each as printed, with what it is of and where it stands."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from aid.plans.queries import FigureRow
from aid.sheets.columns import Column, Shape
from aid.text import Locale, Text
from dashboards.figure_sheet import FigureSheet
from dashboards.format import unit_name
from dashboards.pages.shown import choose
from dashboards.reading import PlanData
from dashboards.view import View

ABOUT = {"exact": Text("", ""), "nearly": Text("近", "nearly"), "over": Text("余", "over")}
"""How a number was qualified."""
COLUMNS = (
    Column(key="indicator", title=Text("指标", "Indicator")),
    Column(key="value", title=Text("数值（照原文）", "Value as printed"), shape=Shape.QUANTITY),
    Column(key="unit", title=Text("单位", "Unit")),
    Column(key="qualifier", title=Text("约数", "Nearly or over")),
    Column(key="amount", title=Text("折合（元）", "That is (yuan)"), shape=Shape.YUAN),
    Column(key="scope", title=Text("范围", "Scope")),
    Column(key="section", title=Text("章节", "Section")),
    Column(key="from", title=Text("起", "From"), shape=Shape.DAY),
    Column(key="to", title=Text("止", "To"), shape=Shape.DAY),
    Column(key="note", title=Text("说明", "Note")),
)


def published_sheet(figures: Sequence[FigureRow], locale: Locale) -> FigureSheet:
    """A row each, in their order."""
    return FigureSheet(Text("已公布数据", "Published figures"), COLUMNS, [
        (one.indicator.to(locale), one.value, unit_name(one.unit, locale) if one.amount_fen is None
         else one.unit, ABOUT[one.qualifier].to(locale), one.amount_fen,
         one.scope.to(locale) if one.scope else None, one.section, one.period_start,
         one.period_end, one.note.to(locale))
        for one in figures])


def _broken_down(view: View, data: Any) -> FigureSheet | None:
    """The total and the parts of what the map and the bars show."""
    shown = choose(view, data.plan) if data.ledger is None and data.plan else None
    if shown is None:
        return None
    now = shown.breakdown
    return published_sheet([*([now.total] if now.total else []), *now.parts], view.locale)


def _all(view: View, data: PlanData) -> FigureSheet:
    return published_sheet(data.figures, view.locale)


PUBLISHED_SHEETS: Mapping[str, Any] = MappingProxyType(
    {"map": _broken_down, "bars": _broken_down})
"""Of the published part of the page of investment."""
PLAN_SHEETS: Mapping[str, Any] = MappingProxyType({"published": _all})

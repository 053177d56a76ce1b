"""How many of the agreed posts are filled: recipients by categories."""

from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dash import html

from aid.cadres.terms import CATEGORY_NAMES, CadreCategory
from aid.metrics.registry import METRICS
from aid.sheets.columns import Column, Shape
from aid.text import Text
from dashboards.definitions import of_metric
from dashboards.figure_sheet import FigureSheet
from dashboards.figures.shades import shade
from dashboards.i18n import Words, words
from dashboards.light import Light, element, light
from dashboards.pages.chart import chart_head
from dashboards.parts import Node
from dashboards.reading_cadres import CadreData
from dashboards.view import View, href

Counts = dict[str, tuple[int, int]]
"""Filled and agreed posts by category; in all by "all"."""
ALL = "all"


def fill_matrix(view: View, data: CadreData) -> Node:
    """The table, with the sums of all recipients where there are several."""
    w, locale = words(view.locale), view.locale
    rows = counted(data)
    head = [element("th", w("shared.region"), cls="name", scope="col"),
            element("th", w("cadres.together"), cls="whole", scope="col"),
            *(element("th", name.to(locale), cls="part", scope="col")
              for name in CATEGORY_NAMES.values())]
    codes = {place.name: place.code for place in data.choices.regions}
    body = [element("tr", _cells(name.to(locale), of, view.with_(
        region=(codes[name],) if name in codes else view.region), w)) for name, of in rows]
    if len(rows) > 1:
        body.append(element("tr", _cells(w("cadres.together"), total(rows), view, w), cls="sum"))
    table = element("table", element("thead", element("tr", head)), element("tbody", body),
                    cls="listing shaded")
    return html.Section([
        chart_head(view, "fill", heading=w("cadres.fill"),
                   definition=of_metric(METRICS["cadre_fill"], data.on, locale)),
        html.P(w("cadres.fill.hint"), className="hint"),
        light(table, className="scroll", tabIndex=0, id="fill"),
    ], className="panel")


def counted(data: CadreData) -> list[tuple[Text, Counts]]:
    """Filled and agreed posts of each recipient, in the order given."""
    found: dict[Text, Counts] = defaultdict(dict)
    for row in data.fills:
        of = found[row.recipient]
        for key in (row.category.value, ALL):
            filled, agreed = of.get(key, (0, 0))
            of[key] = (filled + row.filled, agreed + row.agreed)
    return list(found.items())


def total(rows: list[tuple[Text, Counts]]) -> Counts:
    """The sums of several recipients."""
    found: Counts = {}
    for _, of in rows:
        for key, (filled, agreed) in of.items():
            before = found.get(key, (0, 0))
            found[key] = (before[0] + filled, before[1] + agreed)
    return found


def _cells(name: str, of: Counts, view: View, w: Words) -> list[Light]:
    """The cells of a row; each leads to who is missing, or to who is there where nobody is."""
    return [
        element("th", name, scope="row", cls="name"),
        _cell("whole", w("cadres.together"), of.get(ALL), view),
        *(_cell("part", CATEGORY_NAMES[one].to(view.locale), of.get(one.value),
                view.with_(kind=one.value)) for one in CadreCategory),
    ]


def _cell(look: str, name: str, count: tuple[int, int] | None, view: View) -> Light:
    if count is None:
        return element("td", "—", cls=f"{look} nothing", data_label=name)
    filled, agreed = count
    ground, ink = shade(100 * filled / agreed)
    vacant = f" ○{agreed - filled:,}" if filled < agreed else ""
    there = view.with_(part="vacancies" if vacant else "people", state=None, order=None,
                       after=None, before=None)
    return element("td", element("a", f"{filled:,}/{agreed:,}{vacant}", href=href(there)),
                   cls=f"{look} cell", data_label=name,
                   style=f"background:{ground};color:{ink}")


def _fill_sheet(view: View, data: CadreData) -> FigureSheet:
    return FigureSheet(Text("岗位到岗", "Posts filled"), (
        Column(key="recipient", title=Text("受援地", "Recipient")),
        Column(key="category", title=Text("类别", "Category"), shape=Shape.CHOICE,
               choices=dict(CATEGORY_NAMES)),
        Column(key="agreed", title=Text("商定岗位", "Agreed posts"), shape=Shape.INTEGER,
               total=True),
        Column(key="filled", title=Text("在岗", "Filled"), shape=Shape.INTEGER, total=True),
    ), [(row.recipient.to(view.locale), row.category, row.agreed, row.filled)
        for row in data.fills])


FILL_SHEETS: Mapping[str, Any] = MappingProxyType({"fill": _fill_sheet})

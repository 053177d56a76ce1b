"""The filters that pages share: who gives, where, in which sector, when, as known on which day."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from dash import html

from aid.projects.narrowing import Choices
from dashboards.format import short_place
from dashboards.i18n import listing, words
from dashboards.pages.choices import choice, day_field
from dashboards.parts import Node, link
from dashboards.view import View, region_key

Shared = Literal["supporter", "region", "sector", "period", "on", "known_on"]
"""The filters there are, by name."""
FIRST_YEAR = 2001
"""The first year that is offered: before it nothing was published."""


def filter_bar(
    view: View, choices: Choices, *, uses: Sequence[Shared], own: Sequence[Node] = ()
) -> Node:
    """The bar: those of the filters that a page uses, then its own, and a way to clear them.

    What is chosen but not used here is kept for the other pages, and said not to count.
    """
    w = words(view.locale)
    fields = [field for name in uses for field in _fields(name, view, choices)]
    cleared = View(page=view.page, locale=view.locale, code=view.code, plan=view.plan,
                   part=view.part, order=view.order)
    clear = [] if view.with_(rows=cleared.rows, after=None, before=None) == cleared else [
        link(f"✕ {w('filter.clear')}", cleared, className="clear", id="clear-filters")]
    unused = listing([w(f"shared.{name}") for name in _chosen(view) if name not in uses],
                     view.locale)
    hidden = listing([name.to(view.locale) for name in choices.hidden], view.locale)
    chosen = [] if not clear else [" ●"]
    return html.Div([
        html.Button([w("shared.label"), *chosen], type="button", className="quiet unfold",
                    id="unfold", **{"data-unfold": "", "aria-controls": "filters"}),
        html.Div([*fields, *own, *clear], className="filters shared", role="search", id="filters",
                 **{"aria-label": w("shared.label")}),
        html.P(_said(view, choices), className="printed"),
        *([html.P(w("shared.unused", names=unused), className="hint", id="unused-filters")]
          if unused else []),
        *([html.P(w("shared.hidden", places=hidden), className="beyond", id="beyond")]
          if hidden else []),
    ], className="filter-bar")


def _said(view: View, choices: Choices) -> str:
    """What was chosen, in words: paper has no filters to look at."""
    w, locale = words(view.locale), view.locale
    givers = {row.code: row.name.to(locale) for row in choices.supporters}
    sectors = {row.code: row.name.to(locale) for row in choices.sectors}
    values = {
        "supporter": givers.get(view.supporter or ""),
        "region": listing([row.name.to(locale) for row in choices.chosen], locale),
        "sector": sectors.get(view.sector or ""),
        "period": f"{view.start or ''} – {view.end or ''}" if view.start or view.end else "",
        "known_on": str(view.known_on or ""), "on": str(view.on or choices.today),
    }
    return " · ".join(f"{w(f'shared.{name}')} {said}" for name, said in values.items() if said)


def _chosen(view: View) -> list[Shared]:
    given: dict[Shared, object] = {
        "supporter": view.supporter, "region": view.region, "sector": view.sector,
        "period": view.start or view.end, "on": view.on, "known_on": view.known_on,
    }
    return [name for name, value in given.items() if value]


def _fields(name: Shared, view: View, choices: Choices) -> list[Node]:
    w, locale = words(view.locale), view.locale
    match name:
        case "supporter":
            options = [
                (row.code, row.name.to(locale) if row.district_id is None
                 else f"　{row.name.to(locale)}") for row in choices.supporters]
            return [choice("supporter", w("shared.supporter"), options, view.supporter or "", view)]
        case "region":
            return [choice("region", w("shared.region"), _places(view, choices),
                           region_key(view.region), view)]
        case "sector":
            sectors = [(row.code, row.name.to(locale)) for row in choices.sectors]
            return [choice("sector", w("shared.sector"), sectors, view.sector or "", view)]
        case "period":
            return [_years(view, choices.today),
                    day_field("from", w("shared.from"), view.start),
                    day_field("to", w("shared.to"), view.end)]
        case "on":
            return [day_field("on", w("shared.on"), view.on or choices.today)]
        case _:
            return [day_field("as_known_on", w("shared.known_on"), view.known_on)]


def _places(view: View, choices: Choices) -> list[tuple[str, str]]:
    """The recipients, the chosen one followed by what lies below it; or else what was chosen."""
    options: list[tuple[str, str]] = []
    below = [(row.code, f"　{short_place(row.name, view.locale)}") for row in choices.below]
    for row in choices.regions:
        options.append((row.code, row.name.to(view.locale)))
        if view.region == (row.code,):
            options += below
            below = []
    key = region_key(view.region)
    if key and key not in dict(options):
        names = [row.name.to(view.locale) for row in choices.chosen] or list(view.region)
        options = [(key, listing(names, view.locale)), *below, *options]
    return options


def _years(view: View, today: date) -> Node:
    """A year as a period; it fills both days."""
    options = [(f"{year}-01-01,{year}-12-31", str(year))
               for year in range(today.year, FIRST_YEAR - 1, -1)]
    chosen = f"{view.start},{view.end}" if view.start and view.end else ""
    return choice("year", words(view.locale)("shared.year"), options, chosen, view,
                  param="from,to")

"""Places in an ordered list as pieces of a URL. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from dash import html

from aid.database.paging import Order, Place
from dashboards.i18n import words
from dashboards.light import Light, element
from dashboards.parts import Node, link
from dashboards.view import View, href

_PLACE = re.compile(r"(.{0,100})~(\d{1,18})", re.ASCII)


def order_of(view: View, orders: Mapping[str, Order], default: str) -> tuple[str, bool]:
    """What a list is ordered by and whether the other way round: "-planned_end"."""
    given = view.order or default
    given = given if given.removeprefix("-") in orders else default
    return given.removeprefix("-"), given.startswith("-")


def place_of(view: View, order: Order) -> Place | None:
    """Where a view goes on, or back; None from the beginning, and for what is no place."""
    for text, back in ((view.after, False), (view.before, True)):
        found = _PLACE.fullmatch(text or "")
        if found is None:
            continue
        try:
            value: Any = order.read(found[1])
        except ValueError:
            return None
        if not isinstance(value, int) or -(2**63) <= value < 2**63:
            return Place(value, int(found[2]), back)
    return None


def turn(view: View, first: Place | None, last: Place | None) -> Node:
    """Links to the page before the first place and to the one after the last."""
    w, links = words(view.locale), []
    if first is not None:
        links.append(link(w("turn.previous"), view.with_(after=None, before=_key(first)),
                          id="previous"))
    if last is not None:
        links.append(link(w("turn.next"), view.with_(before=None, after=_key(last)), id="next"))
    return html.Nav(links, className="turning", **{"aria-label": w("turn.label")})


def _key(place: Place) -> str:
    return f"{place.value}~{place.id}"


def sort_heading(
    view: View, name: str, said: str, order: str | None, now: tuple[str, bool]
) -> Light:
    """The heading of a column; a click on one that orders the list orders it the other way."""
    if order is None:
        return element("th", said, cls=name, scope="col")
    descending = now[1]
    there = view.with_(order=f"-{order}" if now == (order, False) else order,
                       after=None, before=None)
    sign = ("↓" if descending else "↑") if now[0] == order else "↕"
    sort = ("descending" if descending else "ascending") if now[0] == order else None
    return element("th", element("a", said, " ", element("span", sign, aria_hidden="true"),
                                 href=href(there), id=f"order-{order}"),
                   cls=name, scope="col", aria_sort=sort)

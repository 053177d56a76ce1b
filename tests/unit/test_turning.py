"""Lists are turned by what stands in the address, and nothing in an address breaks them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.database.paging import Place
from aid.projects.listing import ORDERS
from aid.villages import listing as villages
from dashboards.figure_sheet import sheet_href
from dashboards.turning import order_of, place_of, turn
from dashboards.view import View, read_path, read_view


def _hrefs(node: Any) -> dict[str, str]:
    return {each.id: each.href for each in node.children}


@pytest.mark.parametrize(("orders", "order", "value"), [
    (ORDERS, "code", "310000-540200-2006-0001"), (ORDERS, "planned_end", date(2008, 2, 29)),
    (ORDERS, "investment", 413_000_000), (villages.ORDERS, "progress", Decimal("97.53")),
    (villages.ORDERS, "progress", Decimal(-1)),
])
def test_a_place_comes_back_from_the_address_as_it_was(
    orders: Any, order: str, value: Any
) -> None:
    """Onwards and back."""
    view = View(page="projects", order=order)
    links = _hrefs(turn(view, Place(value, 7), Place(value, 9)))
    for name, expected in (("next", Place(value, 9)), ("previous", Place(value, 7, back=True))):
        path, _, search = links[name].partition("?")
        there = read_view(path, search, remembered=None, default="zh")
        assert place_of(there, orders[order]) == expected


@given(st.text(max_size=60), st.sampled_from(sorted(ORDERS)))
def test_what_is_no_place_begins_the_list(text: str, order: str) -> None:
    """Or is one by chance."""
    place_of(View(after=text, before=text), ORDERS[order])
    assert place_of(View(after="~~~", before="x"), ORDERS[order]) is None
    assert place_of(View(after=f"{10**30}~1"), ORDERS["investment"]) is None


def test_an_unknown_order_is_the_ordinary_one() -> None:
    """With a hyphen it is turned round."""
    assert order_of(View(order="name; drop"), ORDERS, "-planned_end") == ("planned_end", True)
    assert order_of(View(order="-investment"), ORDERS, "code") == ("investment", True)
    assert order_of(View(), ORDERS, "code") == ("code", False)


def test_filters_go_along_to_another_page_and_what_is_of_one_page_does_not() -> None:
    """Shared: who gives, where, in which sector, when, as of and as known on which day."""
    view = View(page="projects", locale="en", supporter="310000", region=("540200",),
                sector="education", start=date(2006, 1, 1), end=date(2010, 12, 31),
                on=date(2008, 1, 1), known_on=date(2008, 2, 1), stage="started", text="x",
                order="-code", after="a~1")
    there = view.to("villages", "V-1")
    assert (there.page, there.code, there.stage, there.text, there.order, there.after) == (
        "villages", "V-1", None, "", None, None)
    assert (there.supporter, there.region, there.sector, there.start, there.end, there.on,
            there.known_on, there.locale) == (
        "310000", ("540200",), "education", date(2006, 1, 1), date(2010, 12, 31),
        date(2008, 1, 1), date(2008, 2, 1), "en")


@pytest.mark.parametrize(("path", "found"), [
    ("/dashboards/projects", ("projects", None)), ("/dashboards/projects/", ("projects", None)),
    ("/dashboards/projects/A-1", ("projects", "A-1")),
    ("/dashboards/villages/V-540200-2006-001", ("villages", "V-540200-2006-001")),
    ("/dashboards/plan/A-1", None), ("/dashboards/projects/a b", None),
    ("/dashboards/projects/A/B", None), ("/dashboards/nowhere", None), ("/dashboards/", None),
])
def test_only_pages_and_codes_of_things_are_paths(path: str, found: Any) -> None:
    """Everything else is none."""
    assert read_path(path) == found


def test_the_figures_of_a_chart_lie_beside_its_page_with_its_filters() -> None:
    """So that a file holds what was seen."""
    view = View(page="projects", code="A-1", region=("540200",))
    assert sheet_href(view, "balances", "xlsx") == (
        "/figures/projects/A-1/balances.xlsx?region=540200&lang=zh")

"""From a view to what is drawn: its data read as the one who asks may see it, then the page."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from dash import no_update

from aid.database.engine import Database
from dashboards.asking import Asking
from dashboards.pages import investment
from dashboards.pages.accounts import accounts_page
from dashboards.pages.audit import audit_page
from dashboards.pages.plan import plan_page
from dashboards.pages.shown import choose
from dashboards.parts import Node, failed, forbidden, frame, nothing_yet
from dashboards.reading import PlanData, read_plan
from dashboards.reading_administration import read_accounts, read_audit
from dashboards.view import Page, View

log = structlog.get_logger()

Drawn = tuple[PlanData | None, list[Node]]
"""The plan whose chooser stands in the frame, if the page is about one, and the body."""


def _about_a_plan(
    draw: Callable[[View, PlanData], list[Node]],
) -> Callable[[Database, Asking, View], Awaitable[Drawn]]:
    async def drawn(database: Database, asking: Asking, view: View) -> Drawn:
        data = await read_plan(database, asking.actor, view.plan)
        return data, draw(view, data) if data else nothing_yet(view)

    return drawn


async def _audit(database: Database, asking: Asking, view: View) -> Drawn:
    return None, audit_page(view, await read_audit(database, asking.actor, view))


async def _accounts(database: Database, asking: Asking, view: View) -> Drawn:
    return None, accounts_page(view, await read_accounts(database, asking.actor))


DRAW: Mapping[Page, Callable[[Database, Asking, View], Awaitable[Drawn]]] = {
    "investment": _about_a_plan(investment.investment_page),
    "plan": _about_a_plan(plan_page),
    "audit": _audit,
    "accounts": _accounts,
}


async def drawn(database: Database, asking: Asking, view: View) -> Node:
    """The page, or what to do instead. A failure is logged and never shows its insides."""
    try:
        data, body = await DRAW[view.page](database, asking, view)
    except Exception:
        log.exception("page_failed", page=view.page, plan=view.plan)
        return frame(asking, view, None, failed(view))
    return frame(asking, view, data, body)


def refused(asking: Asking, view: View) -> Node:
    """The frame around a plain sentence: this page is not for the one who asks."""
    return frame(asking, view, None, forbidden(asking, view))


async def refined(database: Database, asking: Asking, view: View) -> list[Node]:
    """What a filter changes, or in place of the list what to do instead."""
    try:
        data = await read_plan(database, asking.actor, view.plan)
        shown = choose(view, data) if data else None
        if shown:
            return investment.fill(shown)
        instead = nothing_yet(view)
    except Exception:
        log.exception("filter_failed", page=view.page, plan=view.plan)
        instead = failed(view)
    return in_place_of_the_list(instead)


def in_place_of_the_list(said: list[Node]) -> list[Any]:
    """Values of the investment page's slots that leave all but the list as it was."""
    return [said if name == "slot-list" else no_update for name, _ in investment.SLOTS]

"""What each page needs of whoever asks for it, and which pages that leaves them. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from aid.access.actor import Actor
from aid.access.policy import Permission
from aid.report import terms as report
from dashboards.view import PAGES, THINGS, Page

PAGE_NEEDS: Mapping[str, Permission] = MappingProxyType({
    "overview": Permission.METRIC_READ,
    "investment": Permission.FIGURE_READ,
    "villages": Permission.VILLAGE_READ,
    "projects": Permission.PROJECT_READ,
    "funds": Permission.FUND_READ,
    "cadres": Permission.CADRE_READ,
    "plan": Permission.TARGET_READ,
    "log": Permission.PROGRESS_REPORT,
    "report": report.NEED,
    "audit": Permission.AUDIT_READ,
    "accounts": Permission.ACCOUNT_READ,
})
"""The permission of every page there is."""

PATH_NEEDS: Mapping[str, Permission] = MappingProxyType({
    **PAGE_NEEDS, **{f"{page}/*": PAGE_NEEDS[page] for page in THINGS},
})
"""The same by path below /dashboards/, with the pages of single things."""


def may_see(actor: Actor, page: Page) -> bool:
    """Whether the actor may see a page. A page that declares nothing is a defect: KeyError."""
    return actor.may(PAGE_NEEDS[page])


def pages_of(actor: Actor) -> tuple[Page, ...]:
    """The pages the actor may see, in the order of the navigation."""
    return tuple(page for page in PAGES if may_see(actor, page))


def first_page(actor: Actor) -> Page:
    """Where somebody lands who names no page; the first of all for one who may see none."""
    return next(iter(pages_of(actor)), PAGES[0])

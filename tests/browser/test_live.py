"""A page that is open shows what is newly logged, without being loaded again."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import URL

from tests.conftest import Peopled
from tests.integration.living import Living, living

pytestmark = pytest.mark.browser

WITHIN_MS = 5_000


@pytest.fixture(scope="module", autouse=True)
def site(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Living]:
    """Two servers of two processes each."""
    with living(admin_url, inhabited, tmp_path_factory.mktemp("live"), workers="2") as found:
        yield found


def _opened(page_as: Callable[..., Page], site: Living) -> Page:
    """The project's page, following, marked so that another document would be noticed."""
    page = page_as(site.bases[0])
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(f"{site.bases[0]}/dashboards/projects/{site.code}")
    expect(page.locator("#live .live-now")).to_be_visible()
    page.evaluate("window.sameDocument = true")
    return page


def _met(page: Page, count: int) -> None:
    """The page says so many milestones met, in time."""
    expect(page.locator("#chart-milestones")).to_be_visible()
    page.wait_for_function(f"""() => document.querySelector("#chart-milestones .js-plotly-plot")
        .data.flatMap(one => one.name === "实际" ? one.x : []).filter(Boolean).length === {count}""",
        timeout=WITHIN_MS)
    assert page.evaluate("window.sameDocument") is True


def test_a_milestone_logged_elsewhere_is_shown(
    page_as: Callable[..., Page], site: Living
) -> None:
    """Within five seconds, by the same document, scrolled and opened as it was."""
    page = _opened(page_as, site)
    print(page.evaluate("""() => document.querySelector("#chart-milestones .js-plotly-plot")
        .data.map(one => [one.name, one.x && one.x.length, one.customdata && one.customdata[0]])"""))
    about = page.locator("#panel-milestones details.pop")
    about.evaluate("one => { one.open = true; }")
    page.focus("#panel-milestones summary")
    page.evaluate("window.scrollTo(0, 400)")
    at = page.evaluate("window.scrollY")
    name = site.log()
    page.wait_for_timeout(4000)
    print(name, at, page.evaluate("window.scrollY"), page.evaluate("window.sameDocument"))
    print(page.evaluate("document.activeElement.outerHTML")[:300])
    print(about.evaluate("one => one.open"))
    print(page.evaluate("""() => document.querySelector("#chart-milestones .js-plotly-plot")
        .data.map(one => [one.name, one.x && one.x.length, one.customdata && one.customdata[0]])"""))
    page.screenshot(path="/tmp/w-live/live.png")
    print(page.locator("#content").inner_text())

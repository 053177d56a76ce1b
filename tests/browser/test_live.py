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
    """Two servers over one database."""
    with living(admin_url, inhabited, tmp_path_factory.mktemp("live")) as found:
        yield found


def _opened(page_as: Callable[..., Page], site: Living, path: str) -> Page:
    """A page that follows, marked so that another document would be noticed."""
    page = page_as(site.bases[0])
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(f"{site.bases[0]}/dashboards/{path}")
    expect(page.locator("#live .live-now")).to_be_visible()
    page.evaluate("window.sameDocument = true")
    return page


def test_a_milestone_logged_at_another_server_is_shown(
    page_as: Callable[..., Page], site: Living
) -> None:
    """Within five seconds, in the same document, which stays scrolled, open, focused as it was."""
    page = _opened(page_as, site, f"projects/{site.code}")
    late = page.locator("#tile-late .number")
    about = page.locator("#panel-milestones details.about")
    expect(late).to_have_text("8")
    expect(page.locator("#chart-milestones .js-plotly-plot")).to_be_visible()
    about.evaluate("one => { one.open = true; }")
    about.locator("summary").focus()
    page.evaluate("window.scrollTo(0, 400)")
    for count in ("7", "6"):
        site.log()
        expect(late).to_have_text(count, timeout=WITHIN_MS)
    expect(about).to_have_attribute("open", "")
    expect(about.locator("summary")).to_be_focused()
    assert page.evaluate("[window.scrollY, window.sameDocument]") == [400, True]


def test_what_is_new_of_another_region_does_not_draw_a_projects_page(
    page_as: Callable[..., Page], site: Living
) -> None:
    """Though the office is told of it; what is of its own is drawn, once."""
    page = _opened(page_as, site, f"projects/{site.code}")
    drawn: list[str] = []
    page.on("request", lambda request: drawn.append(request.url)
            if "x-by-itself" in request.headers else None)
    page.wait_for_timeout(2_500)  # a page that was just asked for is not drawn again at once
    page.evaluate("""() => { window.told = new Promise((done) => {
        new EventSource("/dashboards/changes?seen=0").addEventListener("changed", (event) => {
            if (event.data.startsWith("stage_change")) { done(event.data); } }); }); }""")
    site.propose("540200")
    assert str(page.evaluate("window.told")).startswith("stage_change:")
    late = page.locator("#tile-late .number")
    before = int(str(late.text_content()))
    site.log()
    expect(late).to_have_text(str(before - 1), timeout=WITHIN_MS)
    assert len(drawn) == 1


def test_what_is_being_typed_is_left_alone(
    page_as: Callable[..., Page], site: Living
) -> None:
    """It is said that there is something new, and the page is drawn again by a click."""
    page = _opened(page_as, site, "projects")
    field, newer = page.locator("#filter-q"), page.locator("#live .newer")
    field.click()
    page.keyboard.type("希望")
    site.log()
    expect(newer).to_be_visible(timeout=WITHIN_MS)
    expect(field).to_have_value("希望")
    expect(field).to_be_focused()
    newer.click()
    expect(newer).to_be_hidden()
    assert page.evaluate("window.sameDocument") is True

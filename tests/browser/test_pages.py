"""The pages as a visitor meets them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Record

pytestmark = pytest.mark.browser

EIGHT = {"日喀则", "阿克苏", "普洱", "红河", "文山", "迪庆", "夷陵", "万州"}
Shot = Callable[[str], None]
FILES = """() => performance.getEntriesByType("resource")
    .filter(one => /\\.(js|css|geojson)\\b/.test(one.name))
    .map(one => [one.name, one.transferSize, one.encodedBodySize < one.decodedBodySize])"""
"""The scripts, styles and geometry of a page: address, bytes that came, whether they were packed.
"""


def _open(page: Page, server: str, path: str = "") -> None:
    page.goto(f"{server}/dashboards/{path}")
    expect(page.locator("#content")).to_be_visible()


def _open_map(page: Page, server: str, path: str = "investment?part=published") -> None:
    _open(page, server, path)
    expect(page.locator("#chart-map .scatterlayer text")).to_have_count(len(EIGHT))
    expect(page.locator("#chart-bars .bars .point")).to_have_count(4)


def _names(page: Page) -> list[str]:
    """The names on the map, in the order of its marks."""
    texts = page.locator("#chart-map .scatterlayer text").all()
    return [text.locator("tspan").first.text_content() or "" if text.locator("tspan").count()
            else text.text_content() or "" for text in texts]


def _click_middle(page: Page, mark: Locator) -> None:
    """Point at a mark until it says what it is, then click it."""
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(middle[0] + 60, middle[1] + 60)
    page.mouse.move(*middle, steps=4)
    expect(page.locator(".hoverlayer .hovertext").first).to_be_visible()
    page.mouse.click(*middle)


def test_a_first_visit_finds_the_map_of_the_eight_regions(
    page: Page, server_url: str, shot: Shot
) -> None:
    """In Chinese, with the totals, what contradicts them, and the note that a map needs."""
    _open_map(page, server_url)
    assert set(_names(page)) == EIGHT
    expect(page).to_have_title("各地投入 · 对口支援")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator(".tiles")).to_contain_text("11.27")
    expect(page.locator(".tiles")).to_contain_text("⚠ 分项合计 2,490 个")
    expect(page.locator("#said")).to_contain_text("云南四州市只公布合计 4.29 亿元")
    expect(page.locator(".approval")).to_contain_text("审图号")
    shot("investment")


def test_every_prefecture_is_drawn_and_wanzhou_can_be_hit(page: Page, server_url: str) -> None:
    """Tiny recipients have a mark as large as the others'."""
    _open_map(page, server_url)
    assert page.locator("#chart-map .choroplethlayer path").count() > 370
    mark = page.locator("#chart-map .scatterlayer .point").nth(_names(page).index("万州"))
    _click_middle(page, mark)
    expect(page.locator("#region-list h2")).to_have_text("万州区")
    expect(page.locator("#region-list tbody tr")).to_have_count(2)


def test_a_click_on_a_region_filters_the_list_and_a_second_one_undoes_it(
    page: Page, server_url: str, shot: Shot
) -> None:
    """The address holds the choice."""
    _open_map(page, server_url)
    mark = page.locator("#chart-map .scatterlayer .point").nth(_names(page).index("日喀则"))
    _click_middle(page, mark)
    expect(page.locator("#region-list h2")).to_have_text("日喀则市")
    expect(page.locator("#region-list tbody tr")).to_have_count(2)
    expect(page.locator("#region-list .commitments li")).to_have_count(4)
    expect(page.locator("#region-540200")).to_have_attribute("aria-current", "true")
    assert "region=540200" in page.url
    shot("investment-region")
    mark = page.locator("#chart-map .scatterlayer .point").nth(_names(page).index("日喀则"))
    _click_middle(page, mark)
    expect(page.locator("#region-list h2")).to_have_text("各受援地")
    assert "region=" not in page.url


def test_a_click_on_a_bar_chooses_its_whole_group(page: Page, server_url: str) -> None:
    """And "clear" lets it go."""
    _open_map(page, server_url)
    _click_middle(page, page.locator("#chart-bars .bars .point").first)
    expect(page.locator("#region-list h2")).to_have_text("云南四州市")
    assert "region=530800,532500,532600,533400" in page.url
    page.click("#clear-region")
    expect(page.locator("#region-list h2")).to_have_text("各受援地")


def test_the_indicator_can_be_switched_and_the_map_stays_the_same_map(
    page: Page, server_url: str, shot: Shot
) -> None:
    """A filter changes the figure; it does not build the page anew."""
    _open_map(page, server_url)
    page.evaluate("window.kept = document.querySelector('#chart-map .js-plotly-plot')")
    page.click("#indicator-aid_projects")
    expect(page.locator("#said li").first).to_contain_text("各分项合计 2,490 个")
    expect(page.locator("#chart-bars")).to_contain_text("1,625")
    assert page.evaluate("window.kept === document.querySelector('#chart-map .js-plotly-plot')")
    shot("investment-projects")


def test_scripts_and_geometry_come_once(page: Page, server_url: str) -> None:
    """Another page, opened anew, takes them from the browser's own store, and packed before."""
    _open_map(page, server_url)
    packed = page.evaluate(FILES)
    assert len(packed) > 15
    assert all(came and less for _, came, less in packed), packed
    _open_map(page, server_url, "investment?part=published&region=540200")
    again = page.evaluate(FILES)
    assert {name for name, _, _ in again} == {name for name, _, _ in packed}
    assert [name for name, came, _ in again if came] == []


def test_a_chart_that_cannot_be_drawn_says_so_and_is_tried_again(
    page: Page, server_url: str, record: Record
) -> None:
    """The library did not come: a sentence in its place, and the chart with the next filter."""
    page.route("**/plotly.min.js*", lambda route: route.abort())
    _open(page, server_url, "investment?part=published")
    expect(page.locator("#chart-map.undrawn")).to_be_visible()
    said = page.evaluate(
        "getComputedStyle(document.querySelector('#chart-map'), '::before').content")
    assert "图没有画出来" in said
    record.errors.clear()
    page.unroute("**/plotly.min.js*")
    page.click("#region-540200")
    expect(page.locator("#chart-map .scatterlayer text")).to_have_count(len(EIGHT))
    expect(page.locator(".undrawn")).to_have_count(0)


def test_filters_work_by_keyboard_and_keep_the_focus(page: Page, server_url: str) -> None:
    """The names above the map are links, in the order of the page."""
    _open_map(page, server_url)
    page.focus("#region-652900")
    page.keyboard.press("Enter")
    expect(page.locator("#region-list h2")).to_have_text("阿克苏地区")
    expect(page.locator("#region-652900")).to_be_focused()


def test_a_shared_address_shows_the_same_and_back_goes_back(page: Page, server_url: str) -> None:
    """Region, indicator and language are in it."""
    _open_map(page, server_url,
              "investment?part=published&region=652900&indicator=aid_projects&lang=en")
    expect(page.locator("#region-list h2")).to_have_text("Aksu Prefecture")
    expect(page.locator("#indicator-aid_projects")).to_have_attribute("aria-current", "true")
    page.click("#region-540200")
    expect(page.locator("#region-list h2")).to_have_text("Shigatse (Rikaze)")
    page.go_back()
    expect(page.locator("#region-list h2")).to_have_text("Aksu Prefecture")


def test_the_language_changes_at_a_click_and_is_kept(
    page: Page, server_url: str, shot: Shot
) -> None:
    """Also for the next visit without a language in its address."""
    _open_map(page, server_url)
    page.click("#language")
    expect(page.locator("h1")).to_have_text("Investment by region")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".tiles")).to_contain_text("million yuan")
    expect(page.locator("#chart-map .scatterlayer")).to_contain_text("Honghe")
    shot("investment-en")
    _open_map(page, server_url)
    expect(page.locator("h1")).to_have_text("Investment by region")
    page.click("#language")
    expect(page.locator("h1")).to_have_text("各地投入")


def test_the_plan_page_shows_the_tree_and_filters_it(
    page: Page, server_url: str, shot: Shot
) -> None:
    """By theme, by region and by text; what leads to a match stays visible."""
    _open(page, server_url, "plan")
    rows = page.locator("#tree .row:not(.head)")
    expect(rows).to_have_count(97)
    expect(page.locator("#target-count")).to_have_text("共 97 项")
    shot("plan")
    page.select_option("#filter-theme", "education")
    expect(page.locator("#target-count")).to_have_text("97 项中有 3 项符合")
    expect(page.locator("#tree .row:not(.head):not(.leads)")).to_have_count(3)
    page.select_option("#filter-region", "540200")
    expect(page.locator("#target-count")).to_have_text("97 项中有 1 项符合")
    assert "theme=education" in page.url
    assert "region=540200" in page.url
    page.click("#clear-filters")
    expect(rows).to_have_count(97)
    page.fill("#filter-q", "白玉兰")
    page.press("#filter-q", "Enter")
    expect(page.locator("#target-count")).to_have_text("97 项中有 7 项符合")
    page.fill("#filter-q", "没有这样的话")
    page.press("#filter-q", "Enter")
    expect(page.locator("#content")).to_contain_text("没有符合筛选条件的条目")


def test_the_tree_folds(page: Page, server_url: str) -> None:
    """Each section by itself, and all at once."""
    _open(page, server_url, "plan")
    page.click("#tree .section > summary >> nth=0")
    expect(page.locator("#tree .section .row").first).to_be_hidden()
    page.click("[data-fold=open]")
    expect(page.locator("#tree .section .row").first).to_be_visible()


def test_published_figures_stand_as_printed_below_what_does_not_add_up(
    page: Page, server_url: str, shot: Shot
) -> None:
    """近 and 余 are kept; both numbers and their difference are stated."""
    _open(page, server_url, "plan?part=figures")
    disputed = page.locator("#disputed")
    expect(disputed).to_contain_text("2,490 个")
    expect(disputed).to_contain_text("1,490 个")
    expect(disputed).to_contain_text("+1,000 个")
    expect(page.locator("table.figures tbody tr")).to_have_count(35)
    for printed in ("近 6,000", "8,100 余", "174.82", "1.6"):
        expect(page.get_by_role("cell", name=printed, exact=True).first).to_be_visible()
    exactly = page.locator("td.value", has_text="4.13").get_attribute("title")
    assert exactly == "折合 413,000,000.00 元"
    shot("plan-figures")


@pytest.mark.parametrize("path", ["investment?part=published", "plan", "plan?part=figures"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_telephone_shows_everything_without_scrolling_sideways(
    page: Page, server_url: str, path: str, language: str, shot: Shot
) -> None:
    """At 390 pixels."""
    page.set_viewport_size({"width": 390, "height": 844})
    _open(page, server_url, f"{path}{'&' if '?' in path else '?'}lang={language}")
    if path.startswith("investment"):
        expect(page.locator("#chart-bars .bars .point")).to_have_count(4)
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(f"phone-{path.replace('?part=', '-')}-{language}")


def test_an_empty_database_says_what_to_do(
    page_as: Callable[..., Page], empty_server_url: str, shot: Shot
) -> None:
    """On every page, in both languages, and never as empty axes."""
    page = page_as(empty_server_url)
    for path in ("", "plan"):
        _open(page, empty_server_url, path)
        expect(page.locator("#nothing-yet")).to_contain_text("aid seed")
        assert page.locator(".js-plotly-plot").count() == 0
    shot("empty")
    page.click("#language")
    expect(page.locator("#nothing-yet h1")).to_have_text("There is no plan in the database yet")


def test_a_page_prints_within_a4(page: Page, server_url: str) -> None:
    """Nothing is wider than the paper."""
    _open_map(page, server_url)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 695, "height": 1000})
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 695
    expect(page.locator(".controls")).to_be_hidden()
    assert len(page.pdf(prefer_css_page_size=True)) > 20_000

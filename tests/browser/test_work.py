"""The pages of projects, villages and cadres over simulated records, as a visitor meets them."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text
from sqlalchemy.engine import URL

from aid.funds.terms import Balance
from tests.actors import LOCAL
from tests.browser.conftest import Record
from tests.conftest import as_app, copied, patient, peopled, serving
from tests.integration.funding import funded, moved_to

pytestmark = pytest.mark.browser

OPEN: dict[str, str] = {}
"""The code of the project with money, and those of a village and a project of other regions."""
MARKS = {
    "overview": "#panel-off-track tbody tr", "investment": "#chart-regions .bars",
    "investment?region=532600&kind=paid": "#counties tbody tr",
    "funds": "#chart-flows .sankey-node", "funds?part=queue": "#queue tbody tr",
    "funds?part=movements": "#movements tbody tr",
    "projects": "#projects tbody tr", "projects?state=late&order=-investment": ".mark.late",
    "projects/{project}": "#chart-balances .bars", "villages": "#matrix td.cell",
    "villages/{village}": "#components .bullet-bar", "cadres": "#chart-posts .bars",
    "cadres?part=batches": "#chart-batches .bars",
    "cadres?part=people&state=ending": "#people tbody tr",
    "cadres?part=vacancies": "#vacancies tbody tr",
}
"""Every page, and what tells that it is drawn."""


@pytest.fixture(scope="module", autouse=True)
def site(
    admin_url: URL, demo: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A real server with simulated records, and a project whose money moved."""

    async def fill(url: str) -> None:
        database = patient(url)
        await database.open()
        at = await funded(database)
        await moved_to(database, at, Balance.SPENT, 40_000)
        async with database.reading(LOCAL) as session:
            for name, sql in (
                ("project", f"SELECT code FROM project WHERE id = {at.project}"),
                ("village", "SELECT max(code) FROM key_village"),
                ("foreign", "SELECT min(p.code) FROM project p JOIN division d"
                            " ON d.id = p.recipient_id WHERE d.code = '652900'"),
            ):
                OPEN[name] = str((await session.execute(text(sql))).scalar_one())
        await database.close()

    with peopled(admin_url, demo, with_regions=True) as people, \
            copied(admin_url, people.name) as name:
        asyncio.run(fill(as_app(admin_url, name)))
        with serving(as_app(admin_url, name), tmp_path_factory.mktemp("work")) as base:
            yield base


@pytest.fixture
def page(page_as: Callable[..., Page], site: str) -> Page:
    """A page of that server, as the office."""
    return page_as(site)


def _open(page: Page, site: str, path: str, mark: str = "#content") -> None:
    page.goto(f"{site}/dashboards/{path.format(**OPEN)}")
    expect(page.locator(mark).first).to_be_visible()


def _fits(page: Page, width: int) -> None:
    """Nothing scrolls sideways, and no chart's text is cut off."""
    page.wait_for_timeout(150)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("""() => [...document.querySelectorAll(".js-plotly-plot")].flatMap(
        chart => { const box = chart.getBoundingClientRect();
            return [...chart.querySelectorAll("text")].filter(text => {
                const at = text.getBoundingClientRect();
                return at.width && (at.left < box.left - 2 || at.right > box.right + 2);
            }).map(text => text.textContent); })""") == []


@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("en", 390)])
def test_every_page_is_drawn_whole(
    page: Page, site: str, language: str, width: int, shot: Callable[[str], None]
) -> None:
    """On a screen and on a telephone, in both languages, without a complaint of the browser."""
    page.set_viewport_size({"width": width, "height": 900})
    for number, (path, mark) in enumerate(MARKS.items()):
        _open(page, site, f"{path}{'&' if '?' in path else '?'}lang={language}", mark)
        _fits(page, width)
        shot(f"work-{number}-{width}")


def test_the_list_is_narrowed_sorted_and_turned_by_the_address(page: Page, site: str) -> None:
    """And what is chosen goes along to the next page."""
    _open(page, site, "projects", "#projects tbody tr")
    rows, count = page.locator("#projects tbody tr"), page.locator("#project-count")
    expect(rows).to_have_count(50)
    whole = count.inner_text()
    first = rows.first.inner_text()
    page.click("#next")
    expect(rows.first).not_to_have_text(first)
    page.click("#previous")
    expect(rows.first.locator("td.code")).to_have_text(first.split()[0])
    page.select_option("#filter-region", "540200")
    expect(count).not_to_have_text(whole)
    page.fill("#filter-q", "学校")
    page.press("#filter-q", "Enter")
    expect(page).to_have_url(re.compile("q=%E5%AD%A6%E6%A0%A1"))
    expect(page.locator("#filter-q")).to_have_value("学校")
    expect(rows.first).to_contain_text("学校")
    page.focus("#order-investment")
    page.keyboard.press("Enter")
    expect(page.locator("th.investment")).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("#order-investment")).to_be_focused()
    assert "region=540200" in (page.locator("#export-csv").get_attribute("href") or "")
    page.select_option("#filter-year", label="2008")
    expect(page).to_have_url(re.compile("from=2008-01-01&to=2008-12-31"))
    page.click("#pages a:has-text('重点村')")
    expect(page.locator("#matrix")).to_be_visible()
    assert "region=540200" in page.url
    assert "q=" not in page.url
    expect(page.locator("#filter-region")).to_have_value("540200")
    page.click("#clear-filters")
    expect(page).not_to_have_url(re.compile("region="))


def test_a_definition_opens_by_keyboard_and_closes_by_escape(page: Page, site: str) -> None:
    """With the formula and the day."""
    _open(page, site, "projects", "#tile-start_rate")
    mark = page.locator("#tile-start_rate summary")
    mark.focus()
    page.keyboard.press("Enter")
    said = page.locator("#tile-start_rate .pop-body")
    expect(said).to_contain_text("已开工及以后阶段的项目数 ÷ 已立项及以后阶段的项目数")
    expect(said).to_contain_text("统计日")
    page.keyboard.press("Escape")
    expect(said).to_be_hidden()
    expect(mark).to_be_focused()


def test_the_figures_and_the_picture_of_a_chart_are_saved(
    page: Page, site: str, tmp_path: Path
) -> None:
    """To the fen, and as PNG and SVG without anything from elsewhere."""
    _open(page, site, "projects/{project}", "#chart-balances .bars")
    expect(page.locator("#chain")).to_contain_text("✓ 已逐笔重算 4 笔流水")
    for form, begins in (("csv", "\ufeff状态,金额（元）\r\n批准投资,1000000.00\r\n".encode()),
                         ("xlsx", b"PK"), ("png", b"\x89PNG"), ("svg", b"<svg")):
        content = _saved(page, "balances", form, tmp_path)
        assert content.startswith(begins)
        assert form != "csv" or content.endswith("已支付,400.00\r\n".encode())


PICTURES = {
    "investment": {"places": ".choroplethlayer path", "regions": ".bars", "years": ".bars"},
    "funds": {"flows": ".sankey-node", "calendar": ".bars"}, "cadres": {"posts": ".bars"},
    "villages/{village}": {"curve": ".lines"},
    "projects/{foreign}": {"milestones": ".lines", "balances": ".bars"},
}
"""Each kind of chart: a map, bars, columns, streams, months, a timeline, a curve, spans and a
waterfall; by the page it is on, with what tells that it is drawn.
"""


def test_every_kind_of_chart_is_saved_as_a_picture(
    page: Page, site: str, tmp_path: Path
) -> None:
    """Twice as fine as the screen and with its heading; a map with its places."""
    for path, charts in PICTURES.items():
        _open(page, site, path, ".js-plotly-plot")
        for name, mark in charts.items():
            expect(page.locator(f"#chart-{name} {mark}").first).to_be_attached()
            heading = page.inner_text(f"#panel-{name} h2")
            width = page.locator(f"#chart-{name} .js-plotly-plot").evaluate("it => it.offsetWidth")
            png, svg = (_saved(page, name, form, tmp_path) for form in ("png", "svg"))
            assert png.startswith(b"\x89PNG\r\n\x1a\n"), name
            assert int.from_bytes(png[16:20]) == 2 * width, name
            assert len(png) > 20_000, name
            assert svg.startswith(b"<svg"), name
            assert heading in svg.decode(), name
            assert len(svg) > (200_000 if name == "places" else 4_000), name


def _saved(page: Page, chart: str, form: str, folder: Path) -> bytes:
    page.evaluate(f"document.querySelector('#panel-{chart} .save-place details').open = true")
    with page.expect_download() as found:
        page.click(f"#save-{chart}-{form}")
    found.value.save_as(folder / f"{chart}.{form}")
    return (folder / f"{chart}.{form}").read_bytes()


LEADS = (
    ("cadres", "#chart-posts .bars path", r"part=people&q=C-", "#people tbody tr"),
    ("cadres?part=batches", "#chart-batches .bars path", "part=people&q=simulated-",
     "#people tbody tr"),
    ("villages/{village}", "#chart-curve .trace:last-child .point", r"\?on=", "#filter-on"),
    ("funds", "#chart-flows .sankey-link", "region=", "#chart-flows .sankey-node"),
    ("projects/{foreign}", "#chart-balances .bars path >> nth=2",
     "kind=commit.*#money", "#one-kind"),
    ("projects/{foreign}", "#chart-milestones .trace:last-child .point", "#milestone-",
     "tr:target"),
    ("projects/{foreign}", "#chart-progress .trace:last-child .point >> nth=1", "#report-",
     "tr:target"),
)
"""Marks that are clicked, what they lead to, and what is seen there."""


def test_a_mark_leads_to_another_page_or_to_a_row_of_its_own(page: Page, site: str) -> None:
    """A row that is folded away is unfolded; by keyboard as by a click, and as often as asked."""
    shown = ""
    for path, mark, address, seen in LEADS:
        if path != shown:
            _open(page, site, path, mark.split(" ")[0] + " .js-plotly-plot")
        shown = path
        _click(page, mark)
        expect(page).to_have_url(re.compile(address))
        expect(page.locator(seen).first).to_be_in_viewport()
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(400)  # two clicks at once are a double click, which is nothing of its own
    _click(page, LEADS[-1][1])
    expect(page.locator("tr:target")).to_be_in_viewport()
    summary = page.locator("#panel-milestones .marks-list summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.locator("#panel-milestones .marks-list a[href^='#milestone-']").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#milestone-"))
    expect(page.locator("tr:target")).to_be_in_viewport()
    expect(page.locator("#panel-milestones .marks-list")).not_to_have_attribute("open", "")


def _click(page: Page, mark: str) -> None:
    """Streams are told by themselves: the middle of one may lie beside it."""
    if "sankey" in mark:
        page.locator(mark).first.dispatch_event("click")
    else:
        page.locator(mark).first.click(force=True)


def test_a_filter_changes_charts_where_they_stand(page: Page, site: str) -> None:
    """They are not made anew, and what they had before the last page is gone."""
    _open(page, site, "investment", "#chart-sectors .bars path")
    page.evaluate("window.kept = document.querySelector('#chart-regions .plot')")
    before = page.locator("#chart-regions").get_attribute("data-figure")
    page.click("#measure-paid")
    expect(page).to_have_url(re.compile("kind=paid"))
    expect(page.locator("#chart-regions")).not_to_have_attribute("data-figure", str(before))
    page.wait_for_function("""() => [...document.querySelectorAll("[data-figure]")].every(
        one => one.drawn === one.dataset.figure)""")
    assert page.evaluate("window.kept === document.querySelector('#chart-regions .plot')")
    drawn = page.locator("#chart-regions").text_content()
    said = json.loads(str(page.locator("#chart-regions").get_attribute("data-figure")))
    texts = [text for trace in said["data"] for text in trace.get("text") or [] if text]
    assert texts
    assert [text for text in texts if text not in str(drawn)] == []
    page.click("#pages a >> nth=3")
    expect(page.locator("#projects tbody tr").first).to_be_visible()
    page.wait_for_function("() => !window.kept._fullLayout")


def test_each_role_is_given_its_own(
    page_as: Callable[..., Page], site: str, record: Record
) -> None:
    """A recipient its region alone, on pages and in files; an administrator nothing."""
    mine = page_as(site, "recipient")
    _open(mine, site, "projects", "#projects tbody tr")
    expect(mine.locator("#own-only")).to_contain_text("只显示本地区：日喀则市")
    expect(mine.locator("#filter-region option")).to_have_count(2)
    _open(mine, site, "projects?region=652900", "#no-projects")
    expect(mine.locator("#beyond")).to_contain_text("阿克苏地区不在您的可见范围")
    _open(mine, site, "projects/{foreign}", "#no-project")
    for path, status in (("projects/{foreign}/milestones.csv", 404), ("cadres/fill.csv", 200),
                         ("projects/{foreign}/nothing.csv", 404), ("cadres/fill.pdf", 404)):
        answer = mine.request.get(f"{site}/figures/{path.format(**OPEN)}")
        assert answer.status == status, path
    assert "阿克苏" not in mine.request.get(f"{site}/figures/cadres/fill.csv").text()
    nobody = page_as(site, "system_admin")
    for path in ("dashboards/projects", "figures/cadres/fill.csv", "dashboards/villages/V-1"):
        assert nobody.request.get(f"{site}/{path}").status == 403, path
    record.refused.clear()


def test_what_a_leader_sees_leads_down_to_the_project(page: Page, site: str) -> None:
    """From the overview to a region, its county, a project; from what is off track to its list."""
    _open(page, site, "overview", "#panel-off-track tbody tr")
    expect(page.locator("#state-start_rate")).not_to_be_empty()
    expect(page.locator("#tile-investment_paid .tile-value")).to_have_attribute(
        "title", re.compile(r"^[\d,]+\.\d\d 元$"))
    page.click("#tile-investment_paid .tile-value")
    expect(page.locator("#measure-paid")).to_have_attribute("aria-current", "true")
    page.click("#chart-regions .bars path >> nth=0", force=True)
    expect(page).to_have_url(re.compile("region=540200"))
    expect(page.locator("#counties tbody tr").first).to_be_visible()
    page.go_back()
    page.click("#part-published")
    expect(page.locator("#region-list")).to_be_visible()
    page.click("#part-ledger")
    _open(page, site, "overview", "#off-no_evidence")
    page.click("#off-no_evidence")
    expect(page.locator("#matter-no_evidence")).to_have_attribute("aria-current", "true")
    expect(page.locator("#queue tbody .under").first).to_contain_text(re.compile(r"^\d{6}-"))
    page.click("#queue tbody a >> nth=0")
    expect(page.locator("#chart-balances")).to_be_visible()


def test_an_empty_database_says_what_to_do(
    page_as: Callable[..., Page], empty_server_url: str
) -> None:
    """Instead of empty axes."""
    page = page_as(empty_server_url)
    for path in ("projects", "villages", "cadres"):
        _open(page, empty_server_url, path, f"#no-{path}")
        expect(page.locator(f"#no-{path}")).to_contain_text(f"aid import {path}")
        assert page.locator(".js-plotly-plot").count() == 0
    _open(page, empty_server_url, "overview", "#nothing-yet")
    for path in ("investment", "funds", "funds?part=movements", "cadres?part=people"):
        notice = f"#no-{path.partition('?')[0]}"
        _open(page, empty_server_url, path, notice)
        expect(page.locator(notice)).to_contain_text("aid import")
        assert page.locator(".js-plotly-plot").count() == 0
    _open(page, empty_server_url, "projects/NONE-1", "#no-project")


def test_the_pages_print_within_a4(page: Page, site: str) -> None:
    """Without filters and menus, and nothing wider than the paper."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 695, "height": 1000})
    for path in ("projects", "projects/{project}", "villages", "cadres", "overview",
                 "investment", "funds", "funds?part=queue", "funds?part=movements"):
        _open(page, site, path, MARKS[path])
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 695, path
        for away in ("#pages", ".filter-bar .filters", ".save-place", ".about-place"):
            expect(page.locator(away).first).to_be_hidden()

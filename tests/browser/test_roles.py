"""The pages as each role meets them: what is offered, what is refused, and what is true for it."""

import asyncio
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import URL

from aid.access.actor import gate
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import record as record_event
from tests.browser.conftest import Record
from tests.conftest import Peopled, as_app, copied, patient, serving
from tests.people import PASSWORD

pytestmark = pytest.mark.browser

EVENTS = 120
"""Entries put into the audit log beforehand, all at one moment."""
WORKING = ["总览", "各地投入", "重点村", "项目", "资金", "干部", "规划", "报告"]
"""The pages of those who work with the data."""
Shot = Callable[[str], None]


@pytest.fixture(scope="module", autouse=True)
def site(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A real server with accounts and a long audit log. It comes before the file's browser."""

    async def fill(url: str) -> None:
        database = patient(url)
        await database.open()
        async with database.writing(gate("tests")) as session:
            for number in range(EVENTS):
                await record_event(
                    session, kind=AuditKind.EXPORT, outcome=Outcome.DONE, actor="archivist",
                    subject=f"file {number + 1}", detail={"rows": number})
        await database.close()

    with copied(admin_url, inhabited.name) as name:
        asyncio.run(fill(as_app(admin_url, name)))
        with serving(as_app(admin_url, name), tmp_path_factory.mktemp("roles")) as base:
            yield base


@pytest.fixture
def page(page_as: Callable[..., Page], site: str) -> Page:
    """A page of that server, in a browser that is nobody's yet."""
    return page_as(site, None)


def _enter(page: Page, site: str, name: str, path: str = "") -> None:
    """Sign in as somebody, whoever the browser was before."""
    page.context.clear_cookies()
    page.goto(f"{site}/login?next={quote(f'/dashboards/{path}')}")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    expect(page.locator("#content")).to_be_visible()


def _open(page: Page, site: str, path: str) -> None:
    page.goto(f"{site}/dashboards/{path}")
    expect(page.locator("#content")).to_be_visible()


def _offered(page: Page) -> list[str]:
    return page.locator("#pages a").all_inner_texts()


def _answered_no(record: Record, status: int) -> None:
    """What was refused was refused on purpose: the test asked for it, and for nothing else."""
    assert record.refused
    assert all(said.startswith(f"{status} ") for said in record.refused)
    assert all(f"status of {status}" in error for error in record.errors)
    record.refused.clear()
    record.errors.clear()


@pytest.mark.parametrize(("name", "role", "offered", "title"), [
    ("office", "合作交流办", [*WORKING, "填报"], "总览"),
    ("recipient", "受援地", [*WORKING, "填报"], "总览"),
    ("leader", "领导", WORKING, "总览"),
    ("auditor", "审计", [*WORKING, "审计"], "总览"),
    ("system_admin", "系统管理员", ["账户"], "账户与权限"),
    ("security_admin", "安全管理员", ["账户"], "账户与权限"),
    ("audit_admin", "审计管理员", ["审计", "账户"], "审计"),
])
def test_each_role_lands_on_its_first_page_and_is_offered_only_its_own(
    page: Page, site: str, name: str, role: str, offered: list[str], title: str
) -> None:
    """With its name and its role in words beside."""
    _enter(page, site, name)
    expect(page.locator("h1")).to_have_text(title)
    assert _offered(page) == offered
    expect(page.locator("#user .user-name")).to_have_text(name.title())
    expect(page.locator("#user .user-role")).to_have_text(role)


def test_a_page_of_another_role_is_not_drawn_and_the_attempt_is_noted(
    page: Page, site: str, record: Record, shot: Shot
) -> None:
    """Neither its document, nor what a callback would draw."""
    _enter(page, site, "office", "plan")
    page.goto(f"{site}/dashboards/audit")
    expect(page.locator("#refused")).to_be_visible()
    expect(page.locator("#entries")).to_have_count(0)
    _answered_no(record, 403)
    _open(page, site, "plan")
    page.evaluate("""() => {
        history.pushState({}, "", "/dashboards/accounts?lang=zh");
        window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    }""")
    expect(page.locator("#forbidden")).to_contain_text("您的角色不能查看此页")
    expect(page.locator("#accounts")).to_have_count(0)
    assert _offered(page) == [*WORKING, "填报"]
    shot("forbidden")
    page.click("#forbidden a")
    expect(page.locator("#own-only")).to_have_count(0)
    expect(page.locator("h1")).to_have_text("总览")

    _enter(page, site, "audit_admin", "audit?kind=refusal&actor=office")
    rows = page.locator("#entries tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="/dashboards/audit")).to_have_count(1)
    expect(rows.filter(has_text="/dashboards/accounts")).to_contain_text("需要权限：查看账户")


OTHERS = {"zh": ("阿克苏", "普洱", "红河", "文山", "迪庆", "夷陵", "万州", "云南"),
          "en": ("Aksu", "Pu'er", "Honghe", "Wenshan", "Diqing", "Yiling", "Yunnan")}
WHOLE = {
    "zh": ("✓", "⚠", "一致", "对得上", "对不上", "能对上", "未公布", "未分地区公布", "分项合计",
           "8 个受援地", "没有按地区分列", "只公布合计", "共 80 项"),
    "en": ("✓", "⚠", "equals", "they agree", "add up to", "not published by region",
           "not published apart", "8 recipient", "only the sum of", "parts only"),
}
"""Sentences that are only true for who sees every region."""


@pytest.mark.parametrize(("language", "region", "only"), [
    ("zh", "日喀则市", "只显示本地区：日喀则市"), ("en", "Shigatse", "Your region only: Shigatse"),
])
def test_a_recipient_is_told_what_is_true_for_it_on_the_map_page(
    page: Page, site: str, language: str, region: str, only: str, shot: Shot
) -> None:
    """Its own figure, the totals as whose they are, and not a word on how the parts fit."""
    _enter(page, site, "recipient", f"investment?part=published&lang={language}")
    expect(page.locator("#own-only")).to_have_count(1)
    expect(page.locator("#own-only")).to_contain_text(only)
    expect(page.locator("#chart-map .scatterlayer text")).to_have_count(1)
    expect(page.locator("#chart-bars .bars .point")).to_have_count(1)
    expect(page.locator("#region-list h2")).to_contain_text(region)
    expect(page.locator("#region-list tbody tr")).to_have_count(2)
    expect(page.locator(".tile-state").first).to_contain_text(
        "八个对口地区合计" if language == "zh" else "The eight partner regions together")
    expect(page.locator("#regions")).to_have_count(0)
    said = page.locator("#content").inner_text()
    assert [word for word in OTHERS[language] if word in said] == []
    assert [word for word in WHOLE[language] if word in said] == []
    shot(f"recipient-investment-{language}")


def test_a_recipient_of_a_group_sees_the_sum_as_a_sum(page: Page, site: str, shot: Shot) -> None:
    """Not as its own, and not as if nothing else had been published."""
    _enter(page, site, "wenshan", "investment?part=published&lang=zh")
    expect(page.locator("#own-only")).to_contain_text("文山壮族苗族自治州")
    expect(page.locator("#chart-map .scatterlayer text")).to_have_text("文山")
    expect(page.locator(".keys")).to_have_text("◆ 只公布了含该地在内的几地合计，不代表该地的数额")
    expect(page.locator("#said")).to_contain_text("云南四州市合计 4.29 亿元，是几地之和")
    said = page.locator("#content").inner_text()
    assert [word for word in WHOLE["zh"] if word in said] == []
    assert "德宏" not in said
    shot("recipient-group")


@pytest.mark.parametrize(("language", "beyond"), [
    ("zh", "阿克苏地区不在您的可见范围"), ("en", "Aksu Prefecture: not yours to see"),
])
def test_another_region_in_the_address_is_said_to_be_hidden_not_empty(
    page: Page, site: str, language: str, beyond: str
) -> None:
    """On both pages."""
    _enter(page, site, "recipient", f"investment?part=published&region=652900&lang={language}")
    expect(page.locator("#region-list")).to_contain_text(beyond)
    expect(page.locator("#region-list table")).to_have_count(0)
    _open(page, site, f"plan?region=652900&lang={language}")
    expect(page.locator("#content")).to_contain_text(beyond)


@pytest.mark.parametrize(("language", "count", "hidden"), [
    ("zh", "可见 80 项", "核对结果不对您的角色显示"),
    ("en", "80 entries you may see", "the result is not shown to your role"),
])
def test_a_recipient_is_told_what_is_true_for_it_on_the_plan_page(
    page: Page, site: str, language: str, count: str, hidden: str, shot: Shot
) -> None:
    """Counts are of what it may see; discrepancies are not said to be absent."""
    _enter(page, site, "recipient", f"plan?lang={language}")
    expect(page.locator("#own-only")).to_have_count(1)
    expect(page.locator("#target-count")).to_have_text(count)
    texts = page.locator("#filter-region option").all_inner_texts()
    assert [word for word in OTHERS[language] if word in "\n".join(texts)] == []
    page.click("#part-figures")
    expect(page.locator("#disputed")).to_contain_text(hidden)
    expect(page.locator("table.figures tbody tr")).to_have_count(25)
    said = page.locator("#content").inner_text()
    assert "2490" not in said
    assert "2,490" not in said
    assert "✓" not in said
    shot(f"recipient-plan-{language}")


def test_the_audit_log_is_filtered_by_what_stands_in_the_address(
    page: Page, site: str, shot: Shot
) -> None:
    """Kind, outcome, who, and days of China; each can be set on the page as well."""
    _enter(page, site, "audit_admin", "audit")
    rows = page.locator("#entries tbody tr")
    page.select_option("#filter-kind", "rights")
    expect(rows.first).to_contain_text("权限变更")
    assert "kind=rights" in page.url
    expect(rows).to_have_count(9)
    expect(rows.filter(has_text="地区 540200")).to_have_count(1)
    page.select_option("#filter-outcome", "refused")
    expect(page.locator("#no-entries")).to_contain_text("没有符合筛选条件的记录")
    page.click("#clear-filters")
    expect(rows).to_have_count(50)
    page.fill("#filter-actor", "archivist")
    page.press("#filter-actor", "Enter")
    expect(rows.first).to_contain_text("file 120")
    expect(page.locator("#filter-actor")).to_have_value("archivist")
    first = rows.first.locator("time")
    day = first.inner_text()[:10]
    assert "+08:00" in (first.get_attribute("title") or "")
    page.fill("#filter-since", "2001-01-01")
    page.press("#filter-since", "Enter")
    expect(page).to_have_url(re.compile("since=2001-01-01"))
    expect(rows).to_have_count(50)
    _open(page, site, f"audit?actor=archivist&since={day}&until={day}&lang=en")
    expect(rows).to_have_count(50)
    expect(rows.first).to_contain_text("Export")
    _open(page, site, "audit?until=2001-01-01&lang=en")
    expect(page.locator("#no-entries")).to_contain_text("No entry matches these filters")
    _open(page, site, "audit?kind=%00&outcome=what&since=never&before=-9-x&lang=en")
    expect(rows).to_have_count(50)
    shot("audit-en")


def test_the_audit_log_is_turned_page_by_page_without_gap_or_double(
    page: Page, site: str
) -> None:
    """Even where all entries were made at one moment; the last page says so and leads back."""
    _enter(page, site, "auditor", "audit?actor=archivist")
    rows = page.locator("#entries tbody td.subject")
    seen: list[str] = []
    for expected in (50, 50, 20):
        expect(rows).to_have_count(expected)
        expect(rows.first).to_have_text(f"file {EVENTS - len(seen)}")
        seen += rows.all_inner_texts()
        if expected == 50:
            page.click("#older")
    assert seen == [f"file {number}" for number in range(EVENTS, 0, -1)]
    expect(page.locator("#older")).to_have_count(0)
    expect(page.locator("#entry-count")).to_have_text("较早的 20 条")
    page.click("#newest")
    expect(rows.first).to_have_text(f"file {EVENTS}")


def test_the_accounts_page_lists_who_may_come_in_and_what_each_role_may_do(
    page: Page, site: str, shot: Shot
) -> None:
    """Read only, in both languages."""
    _enter(page, site, "security_admin", "accounts")
    rows = page.locator("#accounts tbody tr")
    expect(rows).to_have_count(9)
    names = page.locator("#accounts tbody th").all_inner_texts()
    assert names == sorted(names)
    expect(rows.filter(has_text="recipient")).to_contain_text("日喀则市")
    mine = rows.filter(has_text="security_admin")
    expect(mine).to_contain_text("安全管理员")
    expect(mine.locator("time")).to_have_count(1)
    expect(page.locator("#three li")).to_have_count(3)
    matrix = page.locator("#matrix tbody tr")
    expect(matrix.filter(has_text="授予角色和地区").locator("td")).to_have_text(
        ["—", "—", "—", "—", "—", "可以", "—"])
    expect(matrix.filter(has_text="查看目标与任务").locator("td")).to_have_text(
        ["全部", "本地区", "全部", "全部", "—", "—", "—"])
    expect(page.locator("#content input, #content select, #content button")).to_have_count(0)
    page.click("#language")
    expect(page.locator("h1")).to_have_text("Accounts and rights")
    expect(page.locator("#content")).not_to_contain_text("查看")
    shot("accounts-en")


@pytest.mark.parametrize("path", ["audit", "accounts"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_telephone_shows_the_administrators_pages_too(
    page: Page, site: str, path: str, language: str, shot: Shot
) -> None:
    """At 390 pixels, with the menu of the user within the screen."""
    page.set_viewport_size({"width": 390, "height": 844})
    _enter(page, site, "audit_admin", f"{path}?lang={language}")
    expect(page.locator("#content table").first).to_be_visible()
    page.click("#user summary")
    box = page.locator("#user .menu").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    shot(f"phone-{path}-{language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_signing_out_ends_the_session_and_asks_to_sign_in_again(
    page: Page, site: str, shot: Shot
) -> None:
    """With the menu, by keyboard; a click elsewhere and Escape close it."""
    _enter(page, site, "leader", "plan")
    menu = page.locator("#user .menu")
    page.click("#user summary")
    expect(menu.locator("a")).to_have_attribute("href", "/password")
    shot("menu")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.click("#user summary")
    page.click("h1")
    expect(menu).to_be_hidden()
    page.focus("#user summary")
    page.keyboard.press("Enter")
    page.focus("#sign-out button")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/dashboards/" not in url)
    page.goto(f"{site}/dashboards/plan")
    expect(page.locator("input[name=password]")).to_be_visible()


def test_a_session_that_ended_elsewhere_leads_to_the_sign_in_and_back_to_the_page(
    page: Page, site: str, record: Record
) -> None:
    """Instead of a page that no longer answers."""
    _enter(page, site, "office", "investment?part=published&lang=zh")
    expect(page.locator("#chart-bars .bars .point")).to_have_count(4)
    other = page.context.browser.new_context() if page.context.browser else None
    assert other
    other.add_cookies(page.context.cookies())  # type: ignore[arg-type]  # as playwright gives them
    elsewhere = other.new_page()
    elsewhere.goto(f"{site}/dashboards/plan")
    elsewhere.click("#user summary")
    elsewhere.click("#sign-out button")
    elsewhere.wait_for_url(lambda url: "/dashboards/" not in url)
    other.close()

    page.click("#region-652900")
    page.wait_for_url("**/login?next=*")
    _answered_no(record, 401)
    page.fill("input[name=name]", "office")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    expect(page.locator("#region-list h2")).to_have_text("阿克苏地区")
    assert "region=652900" in page.url

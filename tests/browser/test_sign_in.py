"""Coming in and going out with a real browser: forms, a second factor, and what policies allow."""

import asyncio
import time
from collections.abc import Callable, Iterator

import pyotp
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import URL

from aid.access.actor import gate
from aid.accounts.service import NewAccount, add_account
from aid.audit.service import Asker
from tests.browser.conftest import Record, fill_in
from tests.conftest import Peopled, as_app, copied, patient, serving
from tests.people import PASSWORD

pytestmark = pytest.mark.browser

NEW = "another ferry on the Huangpu 1943"
WRONG = "not-the-password"
Open = Callable[..., Page]


@pytest.fixture(scope="module", autouse=True)
def site(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A server where system administrators need a second factor. It comes before the browser."""

    async def add(url: str) -> None:
        database = patient(url)
        await database.open()
        async with database.writing(gate("tests")) as session:
            await add_account(session, NewAccount(
                name="newcomer", role="leader", password=PASSWORD), asker=Asker("tests"))
        await database.close()

    with copied(admin_url, inhabited.name) as name:
        asyncio.run(add(as_app(admin_url, name)))
        with serving(as_app(admin_url, name), tmp_path_factory.mktemp("sign-in"),
                     AID_TOTP_ROLES="system_admin") as base:
            yield base


def _refused(record: Record, status: int) -> None:
    """One answer was refused, as the test wanted it."""
    assert [said[:3] for said in record.refused] == [str(status)]
    assert [f"status of {status}" in error for error in record.errors] == [True]
    record.refused.clear()
    record.errors.clear()


def test_whoever_signs_in_comes_to_the_page_that_was_asked_for(
    page_as: Open, site: str, record: Record
) -> None:
    """A wrong password is said beside the form, and the name need not be typed again."""
    page = page_as(site, None)
    page.goto(f"{site}/dashboards/plan?theme=education")
    expect(page).to_have_title("登录 · 对口支援台账")
    expect(page.locator("#name")).to_be_focused()
    page.fill("#name", "office")
    page.fill("#password", WRONG)
    page.keyboard.press("Enter")
    expect(page.locator("#complaints")).to_have_text("账户名或密码不正确，或账户不可用。")
    _refused(record, 422)
    expect(page.locator("#name")).to_have_value("office")
    expect(page.locator("#password")).to_be_focused()
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#target-count")).to_have_text("97 项中有 3 项符合")
    assert page.url.endswith("/dashboards/plan?theme=education")


def test_signing_out_leaves_nothing_to_go_back_to(page_as: Open, site: str) -> None:
    """Not even with the back button."""
    page = page_as(site, None)
    fill_in(page, site, "leader")
    expect(page.locator("#content")).to_be_visible()
    page.goto(f"{site}/logout")
    expect(page.locator("main")).to_contain_text("Leader")
    page.click("button[type=submit]")
    expect(page.locator("[role=status]")).to_have_text("您已退出登录。")
    assert page.context.cookies() == [
        cookie for cookie in page.context.cookies() if cookie["name"] == "aid-visit"]
    page.go_back()
    page.go_back()
    expect(page.locator("#password")).to_be_visible()


def test_a_password_from_somebody_else_is_changed_first(
    page_as: Open, site: str, record: Record
) -> None:
    """With the rules beside the form, and every mistake at once."""
    page = page_as(site, None)
    fill_in(page, site, "newcomer")
    expect(page.locator("[role=status]")).to_contain_text("请先设置您自己的密码")
    page.goto(f"{site}/dashboards/plan")
    expect(page.locator("#rules")).to_contain_text("至少 12 个字符")
    for field, value in (("current", WRONG), ("new", "short"), ("again", "short")):
        page.fill(f"#{field}", value)
    page.click("button[type=submit]")
    expect(page.locator("#complaints li")).to_have_count(2)
    _refused(record, 422)
    for field, value in (("current", PASSWORD), ("new", NEW), ("again", NEW)):
        page.fill(f"#{field}", value)
    page.click("button[type=submit]")
    expect(page.locator("#content")).to_be_visible()
    assert page.url.startswith(f"{site}/dashboards/")


def test_a_second_factor_is_set_up_and_then_asked_for(
    page_as: Open, site: str, record: Record
) -> None:
    """From the code that is scanned, the same as text; a code is good once."""
    page = page_as(site, None)
    fill_in(page, site, "system_admin")
    expect(page.locator(".qr svg")).to_be_visible()
    box = page.locator(".qr svg").bounding_box()
    assert box
    assert box["width"] > 150
    totp = pyotp.TOTP((page.locator("#key").text_content() or "").replace(" ", ""))
    page.fill("#code", "000000" if totp.now() != "000000" else "111111")
    page.click("button[type=submit]")
    expect(page.locator("#complaints")).to_contain_text("验证码不正确")
    _refused(record, 422)
    used = totp.now()
    page.fill("#code", f"{used[:3]} {used[3:]}")
    page.click("button[type=submit]")
    expect(page.locator("#content")).to_be_visible()
    page.goto(f"{site}/second-factor")
    expect(page.locator("main")).to_contain_text("第二因素已设置")
    page.context.clear_cookies()
    fill_in(page, site, "system_admin")
    expect(page.locator("h1")).to_have_text("第二因素验证")
    expect(page.locator(".qr")).to_have_count(0)
    page.fill("#code", used)
    page.click("button[type=submit]")
    expect(page.locator("#complaints")).to_be_visible()
    _refused(record, 422)
    page.fill("#code", totp.at(int(time.time()) + 30))
    page.click("button[type=submit]")
    expect(page.locator("#content")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_is_hindered_by_its_policy(page_as: Open, site: str, language: str) -> None:
    """Every page there is, in both languages: the console stays silent."""
    nobody, office = page_as(site, None), page_as(site, "auditor")
    nobody.goto(f"{site}/login?lang={language}")
    expect(nobody.locator("button[type=submit]")).to_have_text(
        "登录" if language == "zh" else "Sign in")
    for name in ("password", "second-factor", "logout"):
        office.goto(f"{site}/{name}?lang={language}")
        expect(office.locator("button[type=submit]")).to_be_visible()
        assert office.locator("html").get_attribute("lang") == (
            "zh-CN" if language == "zh" else "en")
    for name in ("investment", "plan", "plan?part=figures", "audit"):
        office.goto(f"{site}/dashboards/{name}{'&' if '?' in name else '?'}lang={language}")
        expect(office.locator("#content")).to_be_visible()
        office.wait_for_load_state("networkidle")
    administrator = page_as(site, "security_admin")
    administrator.goto(f"{site}/dashboards/accounts?lang={language}")
    expect(administrator.locator("#content")).to_be_visible()


def test_the_policy_stops_a_script_that_was_put_in(
    page_as: Open, site: str, record: Record
) -> None:
    """On the sign-in page, on a page of the dashboards and in GraphiQL."""
    page = page_as(site, "office")
    for path in ("/password", "/dashboards/plan", "/graphql"):
        page.goto(f"{site}{path}")
        page.evaluate("""() => {
            const script = document.createElement("script");
            script.textContent = "window.intruded = true";
            document.body.append(script);
        }""")
        assert page.evaluate("window.intruded") is None
        assert [error for error in record.errors if "Content Security Policy" in error]
        record.errors.clear()


def test_the_language_is_kept_while_signing_in(page_as: Open, site: str) -> None:
    """And so is the page that was asked for."""
    page = page_as(site, None)
    page.goto(f"{site}/dashboards/plan?part=figures")
    page.click("#language")
    expect(page.locator("h1")).to_have_text("Sign in")
    page.fill("#name", "leader")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    expect(page.locator("#content")).to_be_visible()
    assert page.url.endswith("/dashboards/plan?part=figures")


@pytest.mark.parametrize("path", ["/login", "/password", "/second-factor", "/logout"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_telephone_shows_the_forms_whole(
    page_as: Open, site: str, path: str, language: str
) -> None:
    """At 390 pixels."""
    page = page_as(site, "office")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}{path}?lang={language}")
    expect(page.locator("button[type=submit]")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

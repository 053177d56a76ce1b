"""The log: what begins by hand, projects proposed and posts agreed on; the database afterwards."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import URL

from aid.cadres.drafts import CadreDraft
from aid.cadres.service import register_cadre
from aid.cadres.terms import CadreCategory
from aid.database.engine import Database
from tests.actors import LOCAL
from tests.browser.recording import Site, accepted, complained, open_log, recording, send

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def site(
    admin_url: URL, seeded: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A real server with the shipped pairings and two people who hold no post."""

    async def fill(database: Database) -> dict[str, str]:
        async with database.writing(LOCAL) as session:
            for name in ("赵敏", "孙丽"):
                await register_cadre(session, CadreDraft(
                    name=name, category=CadreCategory.TEACHER, supporter="310000"))
        return {}

    with recording(admin_url, seeded, tmp_path_factory.mktemp("new"), fill) as found:
        yield found


@pytest.fixture
def page(page_as: Callable[..., Page], site: Site) -> Page:
    """A page of that server, as the office."""
    return page_as(site.base)


def test_a_project_is_proposed_from_the_list_by_its_recipient(
    page_as: Callable[..., Page], site: Site
) -> None:
    """Of its own pairing alone; what was typed outlives a reload; the answer leads to it."""
    theirs = page_as(site.base, "wenshan")
    theirs.goto(f"{site.base}/dashboards/projects")
    theirs.click("#open-propose")
    expect(theirs.locator("#found tbody tr")).to_have_count(1)
    theirs.click("#found tr:has-text('532600') a.act")
    send(theirs, name="丘北县双龙营小学", plannedStart="2026-03-01", plannedEnd="2026-01-31")
    complained(theirs, "sectorCode", "请填写")
    for name, value in (("sectorCode", "education"), ("kind", "FIXED_ASSET"),
                        ("deliveryMode", "CHEQUE")):
        theirs.select_option(f"[name={name}]", value)
    theirs.select_option("[name='planCode targetCode']", index=1)
    send(theirs, proposedInvestment="1,250,000.50")
    complained(theirs, "plannedEnd", "计划开工")
    theirs.reload()
    expect(theirs.locator("[name=name]")).to_have_value("丘北县双龙营小学")
    theirs.fill("[name=plannedEnd]", "2027-01-31")
    theirs.evaluate("""() => { const button = document.querySelector("button.main");
        button.click(); button.click(); }""")
    accepted(theirs, "储备", "1,250,000.50 元")
    assert site.rows(
        "SELECT proposed_fen, delivery_mode, region_id = recipient_id, target_id IS NOT NULL"
        " FROM project WHERE name = '丘北县双龙营小学'") == [(125_000_050, "cheque", True, True)]
    theirs.click(".accepted a:has-text('查看项目') >> nth=0")
    expect(theirs.locator("h1")).to_contain_text("丘北县双龙营小学")


def test_an_office_chooses_among_all_pairings(page: Page, site: Site) -> None:
    """Found by who gives or receives; none is offered beyond those there are."""
    open_log(page, site, "?form=propose", "#found")
    assert page.locator("#found tbody tr").count() > 5
    open_log(page, site, "?form=propose&q=文山", "#found")
    expect(page.locator("#found tbody tr")).to_have_count(1)
    open_log(page, site, "?form=propose&item=999999", "#none-found")


def test_a_post_is_agreed_on_filled_and_passed_on(page: Page, site: Site) -> None:
    """From the page of people: of a pairing; to somebody free; once, and after the one before."""
    def choose(field: str, said: str) -> None:
        option = page.locator(f"[name={field}] option", has_text=said)
        page.select_option(f"[name={field}]", option.get_attribute("value"))

    page.goto(f"{site.base}/dashboards/cadres")
    page.click("#open-agree")
    page.click("#found tr:has-text('532600') a.act")
    send(page, unit="州第一中学", title="副校长", agreedFrom="2026-01-01")
    complained(page, "category", "请填写")
    page.select_option("[name=category]", "TEACHER")
    send(page, agreedUntil="2025-12-31")
    complained(page, "agreedUntil", "不")
    page.fill("[name=agreedUntil]", "")
    page.click("button.main")
    accepted(page, "州第一中学", "P-532600-")
    page.click(".accepted a:has-text('派任干部')")
    choose("cadreId", "赵敏")
    choose("postId", "州第一中学")
    send(page, startsOn="2026-01-01", plannedEnd="2098-12-31")
    accepted(page, "赵敏")
    people = f"{site.base}/dashboards/cadres?part=people"
    page.goto(people)
    page.click("#people tr:has-text('赵敏') a:text-is('接任')")
    expect(page.locator("[data-field=startsOn] .hint")).to_contain_text("2098-12-31")
    choose("cadreId", "孙丽")
    send(page, startsOn="2026-01-01", plannedEnd="2099-12-31")
    complained(page, "startsOn", "晚于前任")
    send(page, startsOn="2098-12-01")
    accepted(page, "孙丽", "副校长")
    page.goto(people)
    row = page.locator("#people tr", has_text="赵敏").locator("a.act")
    expect(row).to_have_text(["延期", "结束"])
    assert site.rows(
        "SELECT c.name, s.starts_on FROM secondment s JOIN cadre c ON c.id = s.cadre_id"
        " JOIN secondment b ON b.id = s.predecessor_id") == [("孙丽", date(2098, 12, 1))]


@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("en", 390)])
def test_each_of_these_forms_is_drawn_whole(
    page: Page, site: Site, language: str, width: int, shot: Callable[[str], None]
) -> None:
    """Nothing scrolls sideways; every field has a label."""
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("propose", "agree"):
        open_log(page, site, f"?form={name}&item=3&lang={language}", f"#form-{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        bare = page.evaluate("""() => [...document.querySelectorAll(".log-form [name]")].filter(
            one => one.type !== "hidden" && !(one.labels && one.labels.length)).length""")
        assert bare == 0, name
        shot(f"log-{name}-{width}")

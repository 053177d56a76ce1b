"""Every page for every role, in both languages, on a screen and a telephone, full and empty."""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text
from sqlalchemy.engine import URL

from tests.actors import LOCAL
from tests.browser.conftest import Record
from tests.browser.looking import Looking
from tests.conftest import as_app, copied, patient, peopled, serving

pytestmark = pytest.mark.browser

NOTHING = {"project": "NONE-1", "village": "NONE-1", "planned": "NONE-1", "instalment": "0",
           "pairing": "0", "term": "0"}
THINGS: dict[str, str] = dict(NOTHING)
"""Codes of a project and a village of 日喀则, which a recipient of the tests may see; the code of
a project and the number of an instalment of it that no money moved of; a pairing, a term.
"""
WORK = (
    "overview", "investment", "investment?region=540200&kind=paid", "investment?part=published",
    "villages", "villages/{village}", "projects", "projects/{project}", "funds",
    "funds?part=queue", "funds?part=movements", "cadres", "cadres?part=batches",
    "cadres?part=people", "cadres?part=vacancies", "plan", "plan?part=figures", "report",
)
OF_PROJECT = "&of={project}"
FORMS = {
    "office": (
        *(name + OF_PROJECT for name in (
            "milestone", "progress", "document", "plan", "commit", "disburse", "advance",
            "plan_milestone", "adjust", "suspend")),
        "work&of={village}", "register", "post", "propose", "propose&item={pairing}",
        "agree&item={pairing}", "succeed", "succeed&item={term}", "extend&item={term}",
        *(f"{name}_instalment&of={{planned}}&item={{instalment}}"
          for name in ("change", "withdraw")),
    ),
    "recipient": ("work&of={village}", *(
        name + OF_PROJECT for name in ("progress", "receive", "pay", "return"))),
}


def _forms(role: str) -> tuple[str, ...]:
    return ("log", "log?form=import", *(f"log?form={form}" for form in FORMS.get(role, ())))


PAGES = {
    "office": (*WORK, *_forms("office")), "recipient": (*WORK, *_forms("recipient")),
    "leader": WORK, "auditor": (*WORK, "audit"), "audit_admin": ("audit", "accounts"),
}
"""What each role may see."""


UNMOVED = ("FROM tranche t JOIN project p ON p.id = t.project_id WHERE p.stage = 'started'"
           " AND t.withdrawn_on IS NULL"
           " AND NOT EXISTS (SELECT FROM movement WHERE tranche_id = t.id)"
           " ORDER BY p.code, t.seq LIMIT 1")


@pytest.fixture(scope="module", autouse=True)
def site(
    admin_url: URL, demo: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A real server with simulated records. It comes before the file's browser."""

    async def choose(url: str) -> None:
        database = patient(url)
        await database.open()
        async with database.reading(LOCAL) as session:
            for name, sql in (
                ("project", "SELECT p.code FROM project p JOIN division d ON d.id = p.recipient_id"
                            " WHERE d.code = '540200' AND p.stage = 'started'"
                            " ORDER BY p.planned_end DESC, p.code LIMIT 1"),
                ("village", "SELECT v.code FROM key_village v JOIN division d"
                            " ON d.id = v.recipient_id WHERE d.code = '540200'"
                            " ORDER BY v.designated_in DESC, v.code LIMIT 1"),
                ("planned", f"SELECT p.code {UNMOVED}"), ("instalment", f"SELECT t.id {UNMOVED}"),
                ("pairing", "SELECT max(id) FROM pairing WHERE ends_on IS NULL"),
                ("term", "SELECT max(id) FROM secondment s WHERE ended_on IS NULL"
                         " AND starts_on <= current_date AND planned_end >= current_date"
                         " AND NOT EXISTS (SELECT FROM secondment WHERE predecessor_id = s.id)"),
            ):
                THINGS[name] = str((await session.execute(text(sql))).scalar_one())
        await database.close()

    with peopled(admin_url, demo, with_regions=True) as people, \
            copied(admin_url, people.name) as name:
        asyncio.run(choose(as_app(admin_url, name)))
        with serving(as_app(admin_url, name), tmp_path_factory.mktemp("every")) as base:
            yield base


@pytest.fixture
def looking(page_as: Callable[..., Page], record: Record) -> Callable[[str, str], Looking]:
    """A careful eye on a server, as an account."""

    def open_(base: str, name: str) -> Looking:
        found = Looking(page_as(base, name), base, record)
        found.begin()
        return found

    return open_


Looks = Sequence[tuple[str, int]]
EACH: Looks = (("zh", 1280), ("zh", 390), ("en", 1280), ("en", 390))
CROSSED: Looks = (("zh", 1280), ("en", 390))


def _look_through(
    eye: Looking, paths: Sequence[str], looks: Looks, *, axe: bool = False
) -> None:
    """Each page in each language and width; what is wrong anywhere is said at once."""
    for path in paths:
        shown = ""
        for language, width in looks:
            if language == shown:
                eye.narrow(width)
            else:
                eye.turn(path, language, width)
            shown = language
            eye.look(f"{path} {language} {width}", axe=axe)
            if re.search("item=[^0]", path) and not eye.page.locator(".log-form").count():
                eye.complaints.append(f"{path}: no form to fill in")
    assert eye.complaints == [], "\n" + "\n".join(eye.complaints)
    assert eye.pages == len(paths) * len(looks)


def _of(role: str, **things: str) -> list[str]:
    """The pages of a role; of things that are not there where none are named."""
    return [path.format(**(things or NOTHING)) for path in PAGES[role]]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_office_reads_every_page(
    looking: Callable[[str, str], Looking], site: str, language: str
) -> None:
    """Nothing is cut off, overlaps, complains, or shuts anybody out."""
    _look_through(looking(site, "office"), _of("office", **THINGS),
                  [look for look in EACH if look[0] == language], axe=True)


@pytest.mark.parametrize(("role", "looks"), [
    ("recipient", EACH), ("leader", CROSSED), ("auditor", CROSSED), ("audit_admin", EACH)])
def test_every_role_reads_its_pages(
    looking: Callable[[str, str], Looking], site: str, role: str, looks: Looks
) -> None:
    """A recipient those of its own region."""
    _look_through(looking(site, role), _of(role, **THINGS), looks, axe=role == "audit_admin")


@pytest.mark.parametrize("role", ["office", "audit_admin"])
def test_an_empty_database_reads_well(
    looking: Callable[[str, str], Looking], empty_server_url: str, role: str
) -> None:
    """It says what to do, on every page."""
    _look_through(looking(empty_server_url, role), _of(role), EACH, axe=True)


@pytest.mark.parametrize(("role", "looks"), [
    ("recipient", EACH), ("leader", CROSSED)])
def test_a_plan_without_records_reads_well(
    looking: Callable[[str, str], Looking], server_url: str, role: str, looks: Looks
) -> None:
    """As each meets it on the first day."""
    _look_through(looking(server_url, role), _of(role), looks)


REACHED = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) { return null; }
    at.setAttribute("data-reached", "");
    const style = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) {
        at.setAttribute("data-lit", "");
    }
    const seen = box.bottom > 0 && box.top < window.innerHeight && box.width > 0;
    return { seen, what: `${at.tagName}#${at.id}.${at.className} ${at.textContent}` };
}"""
MISSED = """() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']")].filter(one =>
    !one.disabled && one.tabIndex >= 0 && one.type !== "hidden" && one.checkVisibility(
        { visibilityProperty: true }) &&
    !(one.hasAttribute("data-reached") && one.hasAttribute("data-lit"))).map(one =>
    `${one.tagName}#${one.id}.${one.className} ${one.textContent.slice(0, 40)}`)"""
KEYS = ("overview", "investment", "villages", "villages/{village}", "projects/{project}", "funds",
        "cadres", "plan?part=figures", "report", "log", "log?form=progress&of={project}")


def _tab_through(eye: Looking, named: str) -> None:
    """From the top of the page until the keyboard leaves it."""
    eye.page.evaluate("document.activeElement.blur(), window.scrollTo(0, 0)")
    for step in range(900):
        eye.page.keyboard.press("Tab")
        found = eye.page.evaluate(REACHED)
        if found is None:
            break
        if not found["seen"]:
            eye.complaints.append(f"{named}: focus out of sight: {found['what'][:120]}")
        if step == 899:
            eye.complaints.append(f"{named}: the keyboard does not get out")
    eye.complaints += [f"{named}: not reached, or not seen to be: {one}"
                       for one in eye.page.evaluate(MISSED)]


def test_the_keyboard_reaches_everything(
    looking: Callable[[str, str], Looking], site: str
) -> None:
    """And shows where it is."""
    eye = looking(site, "office")
    for path in KEYS:
        named = path.format(**THINGS)
        eye.turn(named, "zh", 1280)
        _tab_through(eye, named)
    assert eye.complaints == [], "\n" + "\n".join(eye.complaints)


LISTED = (
    ("investment", "places", "日喀则市", "region=540200"),
    ("investment", "regions", "阿克苏地区", "region=652900"),
    ("investment", "years", "2008", "from=2008-01-01"),
    ("investment", "sectors", "教育", "sector=education"),
    ("funds", "flows", "教育", "sector=education"),
    ("funds", "calendar", "2008", "to=2008-12-31"),
)
"""Charts, one of the marks of each, and what it leads to."""


def test_what_a_mark_leads_to_is_reached_by_keyboard(
    looking: Callable[[str, str], Looking], site: str
) -> None:
    """Each chart has its marks as a list."""
    eye = looking(site, "leader")
    page = eye.page
    for path, chart, name, leads in LISTED:
        eye.turn(path, "zh", 1280)
        page.focus(f"#panel-{chart} .marks-list summary")
        page.keyboard.press("Enter")
        link = page.locator(f"#panel-{chart} .marks-list a", has_text=name).first
        expect(link).to_be_visible()
        link.focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(leads))
        eye.settle(leads)
    assert eye.complaints == []

"""The log: a project's life, milestones, undoing, and terms, by hand; the database afterwards."""

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import URL

from aid.cadres.drafts import CadreDraft, PostDraft, TermDraft
from aid.cadres.service import agree_post, post_cadre, register_cadre
from aid.cadres.terms import CadreCategory
from aid.database.engine import Database
from aid.funds.terms import Balance
from aid.projects.service import plan_milestones
from aid.projects.terms import Stage
from tests.actors import LOCAL
from tests.browser.conftest import Record
from tests.browser.recording import (
    PNG,
    Site,
    accepted,
    code_of,
    complained,
    open_log,
    recording,
    send,
)
from tests.integration.funding import a_tranche, funded, moved_to
from tests.integration.working import led_to

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def site(
    admin_url: URL, seeded: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A real server with projects of 文山 at several stages, money of one, a person in a post."""

    async def fill(database: Database) -> dict[str, str]:
        at = await funded(database, a_tranche("1000.00"), a_tranche("500.00"))
        await moved_to(database, at, Balance.HELD, 40_000)
        await moved_to(database, at, Balance.COMMITTED, 100)
        others = {name: (await led_to(database, stage)).id for name, stage in (
            ("reserve", Stage.RESERVE), ("started", Stage.STARTED), ("stepping", Stage.STARTED),
            ("planned", Stage.APPROVED))}
        parts = await funded(database, a_tranche("600.00", name="首批"),
                             a_tranche("400.00", name="尾款"))
        async with database.writing(LOCAL) as session:
            await plan_milestones(session, at.project)
            post = await agree_post(session, PostDraft(
                recipient="532600", unit="州人民医院", title="副院长",
                category=CadreCategory.DOCTOR, agreed_from=date(2020, 1, 1)))
            cadre = await register_cadre(session, CadreDraft(
                name="王强", category=CadreCategory.DOCTOR, supporter="310000"))
            await post_cadre(session, cadre.id, post.id, TermDraft(
                starts_on=date(2025, 1, 1), planned_end=date(2098, 12, 31)))
        return {"project": await code_of(database, at.project),
                "parts": await code_of(database, parts.project),
                **{name: await code_of(database, number) for name, number in others.items()}}

    with recording(admin_url, seeded, tmp_path_factory.mktemp("life"), fill) as found:
        yield found


@pytest.fixture
def page(page_as: Callable[..., Page], site: Site) -> Page:
    """A page of that server, as the office."""
    return page_as(site.base)


def _stages(site: Site, name: str) -> list[tuple[str, str | None, bool]]:
    return site.rows(
        "SELECT to_stage, coalesce(evidence_no, reason), override FROM stage_change s"
        f" JOIN project p ON p.id = s.project_id WHERE code = '{site.codes[name]}'"
        " ORDER BY s.id")[-2:]


def test_a_project_goes_on_once_what_the_stage_needs_is_there(
    page: Page, site: Site, record: Record
) -> None:
    """Or is passed over, for a reason; whoever judged is named. A second click does it once."""
    page.goto(f"{site.base}/dashboards/projects/{site.codes['stepping']}")
    page.click("#open-advance")
    expect(page.locator("#gate")).to_contain_text("开工 → 完工")
    expect(page.locator("#gate")).to_contain_text("完工报告")
    send(page)
    complained(page, "evidenceNo", "完工报告")
    page.select_option("[name=override]", "true")
    send(page)
    complained(page, "reason", "说明原因")
    page.select_option("[name=override]", "")
    page.fill("[name=evidenceNo]", "完〔2026〕3号")
    page.set_input_files("[name=file]", {
        "name": "完工报告.png", "mimeType": "image/png", "buffer": PNG})
    page.evaluate("""() => { const button = document.querySelector("button.main");
        button.click(); button.click(); }""")
    accepted(page, "完工")
    open_log(page, site, f"?form=advance&of={site.codes['stepping']}", "#form-advance")
    expect(page.locator("button.main")).to_have_text("转入「竣工验收」")
    send(page, evidenceNo="验-1", judgement__score="91.5")
    complained(page, "judgement.assessor", "请填写")
    send(page, judgement__assessor="州验收组")
    accepted(page, "竣工验收")
    assert _stages(site, "stepping") == [
        ("completed", "完〔2026〕3号", False), ("accepted", "验-1", False)]
    assert site.rows("SELECT s.to_stage FROM stage_change s JOIN document d"
                     " ON d.id = s.document_id WHERE d.title = '完工报告.png'") == [("completed",)]
    open_log(page, site, f"?form=advance&of={site.codes['stepping']}", "#form-advance")
    page.select_option("[name=override]", "true")
    send(page, reason="审计报告后补")
    accepted(page, "决算审计")
    assert _stages(site, "stepping")[-1] == ("audited", "审计报告后补", True)
    record.errors.clear()


def test_what_does_not_fit_a_stage_is_not_offered(page: Page, site: Site) -> None:
    """A project in reserve is approved, set aside, taken up again and cancelled, each in turn."""
    code = site.codes["reserve"]

    def offered() -> set[str]:
        page.goto(f"{site.base}/dashboards/projects/{code}")
        expect(page.locator("#rail")).to_be_visible()
        ids = page.locator(".log-forms a").evaluate_all("links => links.map(one => one.id)")
        return set(ids) & {f"open-{name}" for name in (
            "approve", "advance", "adjust", "suspend", "resume", "cancel", "commit")}

    assert offered() == {"open-approve", "open-suspend", "open-cancel"}
    page.click("#open-approve")
    expect(page.locator("[name=approvedInvestment]")).to_have_value(re.compile(r"^\d+\.00$"))
    send(page, evidenceNo="沪合〔2026〕9号")
    accepted(page, "立项")
    assert offered() == {f"open-{name}" for name in (
        "advance", "adjust", "suspend", "cancel", "commit")}
    page.click("#open-suspend")
    send(page, reason="等待征地")
    accepted(page, "暂停")
    assert offered() == {"open-resume", "open-cancel"}
    page.click("#open-resume")
    send(page, reason="征地完成")
    accepted(page, "立项")
    open_log(page, site, f"?form=cancel&of={code}", "#form-cancel")
    send(page, reason="选址变更")
    accepted(page, "终止")
    assert offered() == set()
    open_log(page, site, f"?form=suspend&of={code}", "#unfit")
    assert _stages(site, "reserve") == [
        ("approved", "征地完成", False), ("cancelled", "选址变更", False)]


def test_less_than_a_tenth_holds_at_once_and_more_is_approved_anew(
    page: Page, site: Site
) -> None:
    """The form says where the line is; both changes since the approval count together."""
    code = site.codes["started"]
    [(fen,)] = site.rows(f"SELECT approved_fen FROM project WHERE code = '{code}'")

    def adjust(amount: int) -> None:
        open_log(page, site, f"?form=adjust&of={code}", "#form-adjust")
        expect(page.locator("[data-field=approvedInvestment] .hint")).to_contain_text(
            f"{fen * 9 / 1000:,.2f}")
        send(page, approvedInvestment=f"{amount / 100:,.2f}", reason="材料涨价")

    adjust(fen * 106 // 100)
    accepted(page, "开工")
    adjust(fen * 112 // 100)
    accepted(page, "储备")
    page.click(".accepted a:has-text('查看项目')")
    page.click("#open-approve")
    expect(page.locator("#gate")).to_contain_text("储备 → 开工")
    send(page, evidenceNo="沪合〔2026〕10号")
    accepted(page, "开工", f"{fen * 112 // 100 / 100:,.2f} 元")
    assert site.rows("SELECT approved_fen, stage FROM project"
                     f" WHERE code = '{code}'") == [(fen * 112 // 100, "started")]


def test_milestones_are_planned_by_template_and_moved_with_a_reason(
    page: Page, site: Site
) -> None:
    """The template is offered once; a milestone of one's own has a name of its own."""
    of = f"of={site.codes['planned']}"
    open_log(page, site, f"?form=template&{of}", "#form-template")
    expect(page.locator("#template tbody tr")).to_have_count(8)
    send(page)
    accepted(page, "8")
    open_log(page, site, f"?form=template&{of}", "#nothing-to-record")
    open_log(page, site, f"?form=plan_milestone&{of}", "#form-plan_milestone")
    page.select_option("[name='milestones.0.stage']", "STARTED")
    send(page, milestones__0__name="开工", milestones__0__plannedOn="2030-01-01")
    complained(page, "milestones.0.name", "同名")
    send(page, milestones__0__name="设备进场")
    accepted(page, "9")
    open_log(page, site, f"?form=reschedule&{of}", "#found")
    page.click("#found tr:has-text('设备进场') a.act")
    send(page, plannedOn="2030-01-01")
    complained(page, "reason", "请填写")
    send(page, reason="雨季", plannedOn="2030-01-01")
    complained(page, "plannedOn", "另一天")
    page.reload()
    expect(page.locator("[name=reason]")).to_have_value("雨季")
    send(page, plannedOn="2030-05-01")
    accepted(page, "设备进场", "2030-05-01")
    assert site.rows("SELECT old_on, new_on, reason FROM rescheduling") == [
        (date(2030, 1, 1), date(2030, 5, 1), "雨季")]


def test_a_milestone_logged_wrongly_is_put_right_after_a_look_at_what_changes(
    page: Page, page_as: Callable[..., Page], site: Site, shot: Callable[[str], None]
) -> None:
    """What had been logged stays on the project's page, where others see it come; then the log is
    withdrawn, and the milestone is late again.
    """
    other = page_as(site.base)
    home = f"{site.base}/dashboards/projects/{site.project}"
    open_log(page, site, f"?form=correct&of={site.project}", "#nothing-to-record")
    open_log(page, site, f"?form=milestone&of={site.project}", "#form-milestone")
    page.fill("[name=metOn]", "2007-03-01")
    send(page, evidenceNo="中标2007-1")
    accepted(page, "2007-03-01")
    other.goto(home)
    late = other.locator("#tile-late .number")
    expect(late).to_have_text("7")
    page.goto(home)
    page.click("summary:has(+ section #milestone-rows)")
    page.click("#milestone-rows tr:has-text('中标2007-1') a:has-text('更正')")
    expect(page.locator(".form-about")).to_contain_text("2007-03-01 · 中标2007-1")
    send(page)
    complained(page, "reason", "请填写")
    send(page, reason="看错日期")
    page.click("[data-confirm]")
    complained(page, "metOn", "与已登记的相同")
    page.fill("[name=metOn]", "2007-03-02")
    page.set_input_files("[name=file]", {
        "name": "通知书.png", "mimeType": "image/png", "buffer": PNG})
    send(page)
    said = page.locator(".form-said")
    expect(said).to_contain_text("2007-03-01 → 2007-03-02")
    expect(said).to_contain_text("通知书.png")
    shot("log-correct")
    assert site.rows("SELECT count(*) FROM milestone_correction") == [(0,)]
    page.reload()
    expect(page.locator("[name=reason]")).to_have_value("看错日期")
    expect(page.locator("[name=metOn]")).to_have_value("2007-03-02")
    send(page)
    page.dblclick("[data-confirm]")
    accepted(page, "2007-03-02", "中标2007-1")
    page.click(".accepted a:has-text('查看项目')")
    page.click("summary:has(+ section #milestone-rows)")
    expect(page.locator("#milestone-rows")).to_contain_text(
        "更正：原登记 2007-03-01 (中标2007-1) → 2007-03-02。看错日期")
    shot("project-corrected")
    page.click("#milestone-rows a:has-text('撤回')")
    send(page, reason="尚未招标")
    page.click("[data-confirm]")
    accepted(page)
    expect(late).to_have_text("8", timeout=5_000)
    assert site.rows("SELECT old_on, new_on, old_evidence_no, reason FROM milestone_correction"
                     " ORDER BY id") == [
        (date(2007, 3, 1), date(2007, 3, 2), "中标2007-1", "看错日期"),
        (date(2007, 3, 2), None, "中标2007-1", "尚未招标")]
    theirs = page_as(site.base, "wenshan")
    open_log(theirs, site, f"?form=correct&of={site.project}", "#log-search")
    assert theirs.locator("form.log-form").count() == 0


def test_a_movement_is_undone_by_who_recorded_it_after_a_look_at_what_it_does(
    page_as: Callable[..., Page], site: Site
) -> None:
    """From the ledger of the project's page; not while its money has moved on."""
    office, theirs = page_as(site.base), page_as(site.base, "wenshan")
    home = f"{site.base}/dashboards/projects/{site.project}"
    office.goto(home)
    expect(office.locator("#ledger a:has-text('冲正')")).to_have_count(3)
    office.click("#ledger tr:has-text('拨付') a:has-text('冲正')")
    expect(office.locator("#moved-on")).to_be_visible()
    assert office.locator("form.log-form").count() == 0
    theirs.goto(home)
    theirs.click("#ledger a:has-text('冲正')")
    row = theirs.locator("#undoing tr", has_text="到账未付")
    expect(row.locator("td")).to_have_text(["400.00 元", "0.00 元"])
    send(theirs, reason="重复登记")
    accepted(theirs, "400.00")
    theirs.go_back()
    open_log(theirs, site, f"?form=reverse&of={site.project}", "#nothing-to-record")
    assert site.rows("SELECT kind, amount_fen, aid_who(actor), reason FROM movement"
                     " WHERE reverses_id IS NOT NULL") == [
        ("reverse", 40_000, "wenshan", "重复登记")]


def test_a_commitment_is_taken_back_as_far_as_it_was_not_sent(page: Page, site: Site) -> None:
    """For a reason."""
    open_log(page, site, f"?form=cancel_commitment&of={site.project}", "#form-cancel_commitment")
    expect(page.locator("[name=trancheId] option")).to_contain_text(["未拨付 1.00 元"])
    send(page, amount="1.01", reason="计划调减")
    complained(page, "amount", "最多 1.00 元")
    send(page, amount="0.4")
    accepted(page, "0.40")
    assert site.rows("SELECT amount_fen, reason FROM movement WHERE kind = 'cancel'") == [
        (40, "计划调减")]


def test_an_instalment_is_changed_and_withdrawn_once_it_was_looked_over(
    page: Page, site: Site, shot: Callable[[str], None]
) -> None:
    """From the project's page; what would change is shown first, and goes with its reason."""
    home = f"{site.base}/dashboards/projects/{site.codes['parts']}"
    page.goto(home)
    page.click("#instalments tr:has-text('首批') a:text-is('调整')")
    expect(page.locator("[name='tranche.amount']")).to_have_value("600.00")
    page.fill("[name='tranche.condition.progress']", "30")
    page.select_option("[name='tranche.condition.stage']", "COMPLETED")
    send(page, reason="设计变更", tranche__amount="650")
    assert site.rows("SELECT amount_fen FROM tranche WHERE name = '首批'") == [(60_000,)]
    page.click("[data-confirm]")
    complained(page, "tranche.condition.progress", "只能填一项")
    page.fill("[name='tranche.condition.progress']", "")
    page.fill("[name='tranche.condition.afterDays']", "1.5")
    page.click("button.main")
    complained(page, "tranche.condition.afterDays", "整数")
    page.fill("[name='tranche.condition.afterDays']", "30")
    page.reload()
    expect(page.locator("[name='tranche.condition.afterDays']")).to_have_value("30")
    page.click("button.main")
    look = page.locator(".form-said .facts")
    expect(look).to_contain_text("600.00 → 650")
    expect(look.locator("dt")).to_have_text(["金额", "待进入阶段", "此后天数", "原因"])
    shot("log-look")
    page.fill("[name='tranche.amount']", "700.50")
    expect(look).to_have_count(0)
    page.click("button.main")
    page.evaluate("""() => { const button = document.querySelector("[data-confirm]");
        button.click(); button.click(); }""")
    accepted(page, "首批", "700.50")
    page.goto(home)
    page.click("#instalments tr:has-text('尾款') a:text-is('撤销')")
    send(page)
    complained(page, "reason", "请填写")
    send(page, reason="重复编制")
    page.click("[data-confirm]")
    accepted(page, "尾款")
    page.goto(home)
    row = page.locator("#instalments tr", has_text="尾款")
    expect(row).to_contain_text("已撤销")
    expect(row.locator("a.act")).to_have_count(0)
    assert site.rows(
        "SELECT amount_fen, at_stage, after_days, reason, withdrawn_on IS NOT NULL, version"
        " FROM tranche WHERE name IN ('首批', '尾款') ORDER BY seq") == [
        (70_050, "completed", 30, "设计变更", False, 2), (40_000, None, 0, "重复编制", True, 2)]


def test_money_that_moved_keeps_its_source_and_is_not_withdrawn(page: Page, site: Site) -> None:
    """The form offers no other source, and to withdraw only what never moved."""
    of = f"of={site.project}"
    open_log(page, site, f"?form=withdraw_instalment&{of}", "#found")
    expect(page.locator("#found tbody tr")).to_have_count(1)
    open_log(page, site, f"?form=change_instalment&{of}", "#found")
    expect(page.locator("#found tbody tr")).to_have_count(2)
    page.click("#found tbody tr:first-child a.act")
    expect(page.locator("[name='tranche.sourceCode'] option")).to_have_count(1)
    send(page, tranche__amount="1", reason="调减")
    page.click("[data-confirm]")
    complained(page, "tranche.amount", "已下达")


def test_a_term_is_made_longer_and_ended_from_the_list_of_people(page: Page, site: Site) -> None:
    """Each with its reason; what was planned stays."""
    open_log(page, site, "?form=extend&q=王强", "#found")
    page.click("#found a.act")
    send(page, newEnd="2090-01-01", reason="工作需要")
    complained(page, "newEnd", "2098-12-31")
    send(page, newEnd="2099-12-31")
    accepted(page, "王强", "2099-12-31")
    page.goto(f"{site.base}/dashboards/cadres?part=people")
    page.click("#people tr:has-text('王强') a:text-is('结束')")
    send(page, reason="调回原单位", endedOn="2026-01-31")
    accepted(page, "2026-01-31")
    assert site.rows("SELECT planned_end, ended_on, end_reason FROM secondment") == [
        (date(2099, 12, 31), date(2026, 1, 31), "调回原单位")]
    open_log(page, site, "?form=end&q=王强", "#none-found")


@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("en", 390)])
def test_each_of_these_forms_is_drawn_whole(
    page: Page, site: Site, language: str, width: int, shot: Callable[[str], None]
) -> None:
    """Nothing scrolls sideways; every field has a label."""
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("document", "advance", "adjust", "suspend", "cancel", "plan_milestone",
                 "cancel_commitment", "change_instalment"):
        open_log(page, site, f"?form={name}&of={site.project}&item=1&lang={language}",
                 f"#form-{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        bare = page.evaluate("""() => [...document.querySelectorAll(".log-form [name]")].filter(
            one => one.type !== "hidden" && !(one.labels && one.labels.length)).length""")
        assert bare == 0, name
        shot(f"log-{name}-{width}")

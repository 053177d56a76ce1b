"""The log: its forms filled in by hand, and what stands in the database afterwards."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy.engine import URL

from aid.access.actor import gate
from aid.audit.service import Asker
from aid.cadres.drafts import BatchDraft, CadreDraft, PostDraft
from aid.cadres.service import agree_post, make_batch, register_cadre
from aid.cadres.terms import CadreCategory
from aid.database.engine import Database
from aid.funds.approving import set_two_persons
from aid.funds.terms import Balance
from aid.interchange.imports.terms import ImportKind
from aid.projects.service import plan_milestones
from aid.villages.drafts import VillageDraft, WorkDraft
from aid.villages.service import designate_village, plan_work
from aid.villages.terms import Component
from tests.actors import LOCAL
from tests.browser.conftest import Record
from tests.browser.recording import PNG, Site, accepted, code_of, open_log, recording
from tests.integration.bringing import SCHOOL, grid, workbook
from tests.integration.funding import a_tranche, funded, moved_to

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def site(
    admin_url: URL, seeded: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A real server with a started project of 文山, money in transit, a village, a post."""

    async def fill(database: Database) -> dict[str, str]:
        at = await funded(database, a_tranche("100000.00"))
        await moved_to(database, at, Balance.IN_TRANSIT, 40_000)
        await moved_to(database, at, Balance.COMMITTED, 100)
        async with database.writing(gate("tests")) as session:
            await set_two_persons(session, 500_000, reason="测试", asker=Asker("tests"))
        async with database.writing(LOCAL) as session:
            await plan_milestones(session, at.project)
            village = await designate_village(session, VillageDraft(
                recipient="532600", name="新寨村", supporter="310000", designated_in=2007))
            await plan_work(session, village.id, WorkDraft(
                component=Component.LIVING, name="进村公路", unit="公里", planned=Decimal(5),
                planned_start=date(2007, 3, 1), planned_end=date(2008, 3, 1)))
            await agree_post(session, PostDraft(
                recipient="532600", unit="州人民医院", title="副院长",
                category=CadreCategory.DOCTOR, agreed_from=date(2007, 1, 1)))
            await register_cadre(session, CadreDraft(
                name="王强", category=CadreCategory.TEACHER, supporter="310000"))
            await make_batch(session, BatchDraft(
                code="doctors-2026", name="医疗队", starts_on=date(2026, 9, 1), months=18))
            code = village.code
        return {"project": await code_of(database, at.project), "village": code}

    with recording(admin_url, seeded, tmp_path_factory.mktemp("log"), fill) as found:
        yield found


@pytest.fixture
def page(page_as: Callable[..., Page], site: Site) -> Page:
    """A page of that server, as the office."""
    return page_as(site.base)


def test_a_milestone_is_logged_from_the_search_in_three_clicks(
    page: Page, site: Site, shot: Callable[[str], None]
) -> None:
    """With its number and a picture; a second click at once records nothing twice."""
    open_log(page, site, "", "#log-search")
    page.fill("#filter-q", site.project)
    page.press("#filter-q", "Enter")
    page.click("#found a:has-text('登记节点')")
    page.fill("[name=evidenceNo]", "监〔2026〕7号")
    page.set_input_files("[name=file]", {
        "name": "现场.png", "mimeType": "image/png", "buffer": PNG})
    shot("log-milestone")
    page.evaluate("""() => { const button = document.querySelector("button.main");
        button.click(); button.click(); }""")
    accepted(page, "监〔2026〕7号")
    expect(page.locator(".accepted")).to_be_focused()
    assert site.rows("SELECT m.evidence_no, d.file_name FROM milestone m JOIN document d"
                     " ON d.id = m.document_id WHERE met_on IS NOT NULL"
                     " AND evidence_no LIKE '监%'") == [("监〔2026〕7号", "现场.png")]
    page.click(".accepted a:has-text('查看项目')")
    expect(page.locator("#documents")).to_contain_text("现场.png")


def test_a_project_page_leads_to_its_forms(page: Page, site: Site) -> None:
    """And progress is reported from there; what is wrong stands beside its field."""
    page.goto(f"{site.base}/dashboards/projects/{site.project}")
    page.click("#open-progress")
    page.click("button.main")
    wrong = page.locator("[data-field=percent] .complaint")
    expect(wrong).to_have_text("请填写")
    expect(page.locator("[name=percent]")).to_be_focused()
    page.fill("[name=percent]", "130")
    page.click("button.main")
    expect(wrong).to_contain_text("100")
    expect(page.locator("[name=percent]")).to_have_attribute("aria-invalid", "true")
    page.fill("[name=percent]", "45.5")
    page.click("button.main")
    accepted(page, "45.50 %")
    assert site.rows("SELECT percent FROM progress_report") == [(Decimal("45.50"),)]


def test_a_draft_outlives_a_reload_and_is_dropped_onceaccepted(
    page: Page, site: Site, record: Record
) -> None:
    """Its key as well: what is sent again after a lost answer is the same movement."""
    address = f"?form=commit&of={site.project}"
    open_log(page, site, address, "#form-commit")
    page.fill("[name=amount]", "12,000.50")
    page.fill("[name=documentNo]", "沪合〔2026〕1号")
    key = page.evaluate("document.querySelector('#form-commit').key")
    page.route("**/graphql", lambda route: (route.fetch(), route.abort()))
    page.click("button.main")
    expect(page.locator(".form-said")).to_contain_text("没有收到回答")
    page.unroute("**/graphql")
    page.reload()
    expect(page.locator("[name=amount]")).to_have_value("12,000.50")
    expect(page.locator(".form-said")).to_contain_text("已恢复")
    assert page.evaluate("document.querySelector('#form-commit').key") == key
    page.click("button.main")
    accepted(page, "12,000.50 元", "沪合〔2026〕1号")
    assert site.rows("SELECT amount_fen FROM movement WHERE document_no = '沪合〔2026〕1号'") == [
        (1_200_050,)]
    open_log(page, site, address, "#form-commit")
    expect(page.locator("[name=amount]")).to_have_value("")
    record.errors.clear()
    assert page.evaluate("document.querySelector('#form-commit').key") != key


def test_a_large_disbursement_is_asked_for_and_decided_by_another(
    page_as: Callable[..., Page], site: Site
) -> None:
    """The one who asked is not offered the decision."""
    office, second = page_as(site.base), page_as(site.base, "second")
    open_log(office, site, f"?form=commit&of={site.project}", "#form-commit")
    office.fill("[name=amount]", "6000")
    office.fill("[name=documentNo]", "沪合〔2026〕2号")
    office.click("button.main")
    accepted(office)
    open_log(office, site, f"?form=disburse&of={site.project}", "#form-disburse")
    office.fill("[name=amount]", "6000")
    office.fill("[name=voucherNo]", "V-大额")
    office.click("button.main")
    expect(office.locator("[data-field=amount] .complaint")).to_be_visible()
    office.click("button:has-text('提出拨付申请')")
    accepted(office, "V-大额")
    open_log(office, site, "", "#log-requests")
    expect(office.locator("#log-requests")).to_contain_text("须由他人审批")
    open_log(second, site, "", "#log-requests")
    second.click("#log-requests a:has-text('审批拨付申请')")
    second.select_option("[name=decision]", "APPROVED")
    second.click("button.main")
    accepted(second)
    assert site.rows("SELECT aid_who(requested_by), aid_who(actor), amount_fen FROM movement"
                     " WHERE voucher_no = 'V-大额'") == [("office", "second", 600_000)]


def test_a_recipient_is_offered_its_own_forms_and_confirms_a_receipt(
    page_as: Callable[..., Page], site: Site
) -> None:
    """From the list of what waits; then it pays, and reports a village's work with a picture."""
    page = page_as(site.base, "wenshan")
    open_log(page, site, "", "#log-receipts")
    ids = page.locator(".log-forms a").evaluate_all("links => links.map(link => link.id)")
    assert ids == [f"open-{name}" for name in (
        "progress", "work", "document", "propose", "receive", "pay", "return", "reverse",
        "import")]
    page.click("#log-receipts a:has-text('确认到账')")
    page.fill("[name=amount]", "300")
    page.fill("[name=voucherNo]", "到-1")
    page.click("button.main")
    accepted(page, "300.00", "到-1")
    open_log(page, site, f"?form=pay&of={site.project}", "#form-pay")
    page.fill("[name=amount]", "0.01")
    page.fill("[name=voucherNo]", "付-1")
    page.click("button.main")
    accepted(page)
    assert site.rows("SELECT kind, amount_fen, aid_who(actor) FROM movement"
                     " WHERE aid_who(actor) = 'wenshan' ORDER BY seq") == [
        ("receive", 30_000, "wenshan"), ("pay", 1, "wenshan")]
    open_log(page, site, "?form=work", "#found")
    page.click("#found a:has-text('新寨村')")
    page.fill("[name=done]", "2.5")
    page.set_input_files("[name=files]", [_picture("公路.png"), _picture("桥.png", b"2")])
    page.click("button.main")
    accepted(page, "进村公路", "2.5")
    assert site.rows("SELECT r.done, d.file_name FROM village_report r"
                     " JOIN village_report_document s ON s.report_id = r.id"
                     " JOIN document d ON d.id = s.document_id ORDER BY d.id") == [
        (Decimal("2.5"), "公路.png"), (Decimal("2.5"), "桥.png")]
    page.click(".accepted a:has-text('查看重点村')")
    expect(page.locator("#reports .picture img")).to_have_count(2)
    expect(page.locator("#reports .picture img").first).to_have_js_property("naturalWidth", 1)


def _picture(name: str, more: bytes = b"") -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": PNG + more}


def test_progress_is_reported_with_several_pictures_or_not_at_all(
    page: Page, site: Site, shot: Callable[[str], None]
) -> None:
    """Each that is none is named beside the field, with what else is wrong; then all are there."""
    open_log(page, site, f"?form=progress&of={site.project}", "#form-progress")
    counted = "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM progress_report)"
    before = site.rows(counted)
    page.fill("[name=percent]", "130")
    page.fill("[name=note]", "主体封顶")
    good = [_picture(f"现场{number}.png", bytes([number])) for number in range(4)]
    program: FilePayload = {"name": "程序.png", "mimeType": "image/png", "buffer": b"MZ"}
    page.set_input_files("[name=files]", [*good, program])
    page.click("button.main")
    expect(page.locator("[data-field=files] .complaint")).to_contain_text("程序.png：")
    expect(page.locator("[data-field=percent] .complaint")).to_contain_text("100")
    assert site.rows(counted) == before
    page.set_input_files("[name=files]", [_picture(f"{at}.png") for at in range(11)])
    page.click("button.main")
    expect(page.locator("[data-field=files] .complaint")).to_have_text("最多 10 个文件")
    large = _picture("大.png", bytes(21 * 2**20))
    page.set_input_files("[name=files]", [*good, large])
    page.click("button.main")
    expect(page.locator("[data-field=files] .complaint")).to_have_text("大.png: 文件超过 20 MB")
    shot("log-progress-pictures")
    page.reload()
    expect(page.locator(".form-said")).to_contain_text("附件需重新选择")
    expect(page.locator("[name=note]")).to_have_value("主体封顶")
    page.fill("[name=percent]", "60")
    page.set_input_files("[name=files]", good)
    page.evaluate("""() => { const button = document.querySelector("button.main");
        button.click(); button.click(); }""")
    accepted(page, "60.00 %")
    assert site.rows(
        "SELECT r.percent, count(*) FROM progress_report r JOIN progress_document s"
        " ON s.report_id = r.id GROUP BY r.id") == [(Decimal(60), 4)]
    page.click(".accepted a:has-text('查看项目')")
    page.click("summary:has(+ section #report-rows)")
    shown = page.locator("#report-rows .picture img")
    expect(shown).to_have_count(4)
    expect(shown.last).to_have_js_property("naturalWidth", 1)
    shot("project-pictures")


def test_what_a_role_may_not_do_is_not_there(
    page_as: Callable[..., Page], site: Site, record: Record
) -> None:
    """A form of the office is the list for a recipient; a foreign project is none; leaders log
    nothing.
    """
    page = page_as(site.base, "recipient")
    open_log(page, site, f"?form=commit&of={site.project}", "#log-search")
    assert page.locator("form.log-form").count() == 0
    open_log(page, site, f"?form=receive&of={site.project}", "#choose")
    expect(page.locator("#choose")).not_to_contain_text("文山")
    leader = page_as(site.base, "leader")
    assert leader.request.get(f"{site.base}/dashboards/log").status == 403
    leader.goto(f"{site.base}/dashboards/projects/{site.project}")
    expect(leader.locator("#rail")).to_be_visible()
    assert leader.locator(".log-forms").count() == 0
    record.refused.clear()


def test_instalments_are_planned_and_somebody_is_registered_and_posted(
    page: Page, site: Site
) -> None:
    """By a schedule; a person first registered, then posted with a batch's days."""
    open_log(page, site, f"?form=plan&of={site.project}", "#form-plan")
    for name in ("bySchedule.scheduleCode", "bySchedule.sourceCode"):
        page.select_option(f"[name='{name}']", index=1)
    page.fill("[name='bySchedule.amount']", "1000")
    page.click("button.main")
    accepted(page)
    assert site.rows("SELECT count(*) > 1, sum(amount_fen) >= 100000 FROM tranche"
                     " WHERE seq > 1") == [(True, True)]
    open_log(page, site, "?form=register", "#form-register")
    page.fill("[name=name]", "李娜")
    page.select_option("[name=category]", "DOCTOR")
    page.select_option("[name=supporterCode]", "310000")
    page.click("button.main")
    accepted(page, "李娜")
    page.click(".accepted a:has-text('派任干部')")
    free = page.locator("[name=cadreId] option", has_text="李娜")
    page.select_option("[name=cadreId]", free.get_attribute("value"))
    page.select_option("[name=postId]", index=1)
    page.select_option("[name=batchCode]", "doctors-2026")
    page.click("button.main")
    accepted(page, "李娜", "副院长", "2026-09-01")
    assert site.rows("SELECT c.name, s.starts_on FROM secondment s JOIN cadre c"
                     " ON c.id = s.cadre_id") == [("李娜", date(2026, 9, 1))]


def test_a_sheet_is_looked_at_then_brought_in(page: Page, site: Site, tmp_path: Path) -> None:
    """Mistakes by their cell; nothing is kept before it is confirmed."""
    open_log(page, site, "?form=import", "#form-import")
    bad = workbook(tmp_path / "错.xlsx", grid(ImportKind.PROJECTS, [
        SCHOOL | {"name": "州小学"}, SCHOOL | {"name": "州中学", "sector": "没有的领域"}]))
    page.select_option("#import-kind", "projects")
    page.set_input_files("#import-file", bad)
    page.click("button:has-text('预览')")
    expect(page.locator("#preview tbody tr")).to_have_count(1)
    expect(page.locator("#preview tbody")).to_contain_text("没有的领域")
    expect(page.locator("#preview tbody td").nth(1)).to_have_text("3")
    good = workbook(tmp_path / "好.xlsx", grid(ImportKind.PROJECTS, [
        SCHOOL | {"name": "第一小学"}, SCHOOL | {"name": "第二小学"}]))
    page.set_input_files("#import-file", good)
    page.click("button:has-text('预览')")
    expect(page.locator("#preview")).to_contain_text("第二小学")
    count = "SELECT count(*) FROM project WHERE name LIKE '第_小学'"
    assert site.rows(count) == [(0,)]
    page.click("button:has-text('确认导入')")
    expect(page.locator(".accepted")).to_contain_text("已导入")
    assert site.rows(count) == [(2,)]
    with page.expect_download() as found:
        open_log(page, site, "?form=import", "#form-import")
        page.click("#template-projects")
    assert Path(found.value.path()).read_bytes().startswith(b"PK")


@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("en", 390)])
def test_every_form_is_drawn_whole_and_reached_by_keyboard(
    page: Page, site: Site, language: str, width: int, shot: Callable[[str], None]
) -> None:
    """Nothing scrolls sideways; every field has a label and is met by Tab in its order."""
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("milestone", "progress", "plan", "commit", "disburse", "register", "post", "work",
                 "import"):
        of = site.village if name == "work" else site.project
        open_log(page, site, f"?form={name}&of={of}&lang={language}", f"#form-{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        bare = page.evaluate("""() => [...document.querySelectorAll(".log-form [name]")].filter(
            one => one.type !== "hidden" && !(one.labels && one.labels.length)).length""")
        assert bare == 0, name
        shot(f"log-{name}-{width}")
    page.focus("#import-kind")
    page.keyboard.press("Tab")
    expect(page.locator("#import-file")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("button.main")).to_be_focused()


def test_an_auditor_sees_the_ledgers_state_and_verifies_a_chain(
    page_as: Callable[..., Page], site: Site
) -> None:
    """And finds what was exported in the log."""
    page = page_as(site.base, "auditor")
    assert page.request.get(f"{site.base}/exports/movements.csv").ok
    page.goto(f"{site.base}/dashboards/audit")
    expect(page.locator("#checkpoint")).to_contain_text(re.compile(r"第 \d+ 个检查点"))
    expect(page.locator("#checkpoint code")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    expect(page.locator("#made-exports")).to_contain_text("movements")
    page.fill("#filter-of", site.project)
    page.press("#filter-of", "Enter")
    expect(page.locator("#verified")).to_contain_text("校验链完整")
    page.click("#quick-exports")
    expect(page.locator("#entries tr.entry").first).to_contain_text("导出")
    keeper = page_as(site.base, "audit_admin")
    keeper.goto(f"{site.base}/dashboards/audit")
    expect(keeper.locator("#made-exports")).to_be_visible()
    assert keeper.locator("#ledger-state, #verify").count() == 0

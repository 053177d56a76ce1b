"""The page of the yearly report: a click makes the file, the steps are shown, a refusal is told."""

from pathlib import Path
from urllib.parse import urlencode

import docx
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 390])
def test_a_report_is_made_from_the_page(
    page: Page, server_url: str, tmp_path: Path, width: int
) -> None:
    """Chosen, made, saved under its name; nothing is wider than the window."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{server_url}/dashboards/report?{urlencode({'lang': 'zh', 'region': '540200'})}")
    page.select_option("#report-year", "2008")
    expect(page.locator("#report-region")).to_have_value("540200")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    with page.expect_download() as saving:
        page.click("#make-docx")
    assert saving.value.suggested_filename == "年度专项报告-2008-540200.docx"
    saving.value.save_as(tmp_path / "made.docx")
    assert docx.Document(str(tmp_path / "made.docx")).paragraphs[1].text == "日喀则市"
    expect(page.locator("#report-said")).to_have_text("已编制：年度专项报告-2008-540200.docx")


def test_why_there_is_none_is_told_beside_the_button(page: Page, server_url: str) -> None:
    """In the page's language."""
    page.goto(f"{server_url}/dashboards/report?lang=en")
    page.fill("#report-known-on", "2001-05-01")
    page.select_option("#report-year", "2008")
    page.click("#make-pdf")
    expect(page.locator("#report-said")).to_contain_text("a year from 1979 to 2001")

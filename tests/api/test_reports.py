"""The yearly report over HTTP and at a terminal: who gets it, step by step, what is refused."""

import base64
import json
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import docx
import httpx
import pytest
from pypdf import PdfReader
from sqlalchemy.engine import URL

from aid.report.terms import MEDIA_TYPES, STEPS, Form
from tests import forking
from tests.conftest import SECRET_KEY, Peopled, as_app, server
from tests.people import bearer


@pytest.fixture(scope="module")
def base(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A server over the seeded plan, whose audit log these tests write."""
    with server(admin_url, inhabited, tmp_path_factory.mktemp("reports")) as found:
        yield found


def _get(base: str, path: str, as_: str = "office", **more: str) -> httpx.Response:
    return httpx.get(f"{base}/reports/yearly.{path}", headers=bearer(base, as_) | more, timeout=60)


def test_the_file_is_what_its_name_says(base: str) -> None:
    """A PDF and a DOCX that their readers open, under a name in the report's language."""
    answer = _get(base, "pdf?year=2008&lang=en")
    assert (answer.status_code, answer.headers["content-type"]) == (200, MEDIA_TYPES[Form.PDF])
    assert "report-2008.pdf" in answer.headers["content-disposition"]
    assert "yearly report 2008" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    word = docx.Document(BytesIO(_get(base, "docx?year=2008&region=540200&lang=zh").content))
    assert word.paragraphs[0].text == "2008年度对口支援专项报告"
    assert word.paragraphs[1].text == "日喀则市"


def test_each_step_is_told_then_the_file(base: str) -> None:
    """To who accepts lines; a refusal is a line, too."""
    answer = _get(base, "pdf?year=2008&lang=zh", Accept="application/jsonl")
    *steps, last = map(json.loads, answer.text.splitlines())
    assert [step["step"] for step in steps][:len(STEPS)] == [step.zh for step in STEPS]
    assert (steps[-1]["done"], steps[-1]["of"]) == (len(STEPS), len(STEPS))
    assert base64.b64decode(last["content"]).startswith(b"%PDF-")
    assert last["name"] == "年度专项报告-2008.pdf"
    refused = _get(base, "pdf?year=2008&region=999999", Accept="application/jsonl")
    assert json.loads(refused.text.splitlines()[-1])["code"] == "NOT_FOUND"


def test_a_recipient_gets_its_own_region_only(base: str) -> None:
    """Another one's is as if it were not there; administrators and strangers get none."""
    assert _get(base, "pdf?year=2008&region=540200", as_="recipient").status_code == 200
    other = _get(base, "pdf?year=2008&region=532600", as_="recipient")
    assert (other.status_code, other.json()["errors"][0]["extensions"]["code"]) == (
        404, "NOT_FOUND")
    assert _get(base, "pdf?year=2008", as_="system_admin").status_code == 403
    assert httpx.get(f"{base}/reports/yearly.pdf?year=2008").status_code == 401


@pytest.mark.parametrize(("query", "field"), [
    ("", "year"), ("year=1900", "year"), ("year=200８", "year"), ("year=2999", "year"),
    ("year=2008&as_known_on=x", "as_known_on"), ("year=2008&sector=education", "sector"),
])
def test_a_bad_address_is_complained_of(base: str, query: str, field: str) -> None:
    """By the field."""
    answer = _get(base, f"pdf?{query}")
    assert answer.status_code == 400
    assert [one["extensions"]["field"] for one in answer.json()["errors"]] == [field]


def test_the_command_makes_the_same_report(
    admin_url: URL, inhabited: Peopled, tmp_path: Path
) -> None:
    """By the ending of the name; a refusal leaves nothing behind."""
    def run(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
        return forking.run_in(
            tmp_path, "report", *arguments, environment=forking.bare(
                AID_DATABASE_URL=as_app(admin_url, inhabited.name), AID_SECRET_KEY=SECRET_KEY,
                AID_LOCALE="en", COLUMNS="200"))

    done = run("--year", "2008", "--region", "540200", "-o", "own.docx", "--locale", "zh")
    assert done.returncode == 0, done.stderr
    assert docx.Document(str(tmp_path / "own.docx")).paragraphs[1].text == "日喀则市"
    assert b"SHA-256" in done.stderr
    refused = run("--year", "2008", "--region", "000000", "-o", "none.pdf")
    assert refused.returncode == 1
    assert b"no such recipient" in refused.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["own.docx"]

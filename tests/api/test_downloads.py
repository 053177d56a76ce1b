"""Documents over real HTTP: as they were sent, to whom they belong, and never run."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy.engine import URL

from aid.projects.documents import PART
from tests.api.client import ask
from tests.api.doing import act_with_file, fetch, proposed, streamed
from tests.conftest import Peopled, server
from tests.integration.paper import DOCX, JPEG, PDF, PNG, WEBP, XLSX
from tests.people import bearer

OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.fixture(scope="module")
def base(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A server that these tests change."""
    with server(admin_url, inhabited, tmp_path_factory.mktemp("downloads")) as found:
        yield found


@pytest.fixture(scope="module")
def project(base: str) -> Any:
    """A project of 文山."""
    return proposed(base)


def _kept(base: str, project: Any, name: str, content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = act_with_file(
        base, "documentAttach", (name, content), projectId=project["id"])["document"]
    return found


@pytest.mark.parametrize(("name", "content", "kind", "how"), [
    ("批复 1.pdf", PDF, "application/pdf", "inline"),
    ("100%.png", PNG, "image/png", "inline"),
    ("a#b.jpg", JPEG, "image/jpeg", "inline"),
    ("现场'.webp", WEBP, "image/webp", "inline"),
    ("报告.docx", DOCX, f"{OFFICE}.wordprocessingml.document", "attachment"),
    ("report;x=1.xlsx", XLSX, f"{OFFICE}.spreadsheetml.sheet", "attachment"),
])
def test_a_document_comes_back_as_it_was_sent(
    base: str, project: Any, name: str, content: bytes, kind: str, how: str
) -> None:
    """With its type and its name, and with nothing that would let it run."""
    document = _kept(base, project, name, content)
    answer = fetch(base, document["url"])
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-length"] == str(len(content))
    disposition = answer.headers["content-disposition"]
    assert disposition.partition(";")[0] == how
    assert disposition.endswith(f"filename*=UTF-8''{quote(name, safe='')}")
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"sandbox", "default-src 'none'"} <= set(policy)
    assert not [one for one in policy if "allow" in one or "unsafe" in one]
    assert answer.headers["cache-control"] == "private, no-cache"


def test_what_a_browser_has_is_not_sent_again(base: str, project: Any) -> None:
    """If it is the same bytes, and if it may still be read."""
    document = _kept(base, project, "批复.pdf", PDF)
    tag = f'"{document["sha256"]}"'
    first = fetch(base, document["url"])
    assert first.headers["etag"] == tag
    for known in (tag, f'"x", W/{tag}', "*"):
        again = fetch(base, document["url"], if_none_match=known)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["cache-control"] == "private, no-cache"
    assert fetch(base, document["url"], if_none_match='"x"').status_code == 200
    assert fetch(base, document["url"], "recipient", if_none_match=tag).status_code == 404
    head = httpx.head(f"{base}{document['url']}", headers=bearer(base))
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(PDF)))


def test_another_regions_document_is_not_there(base: str, project: Any) -> None:
    """Word for word as one that never was; its own prefecture, leaders and auditors have it."""
    document = _kept(base, project, "批复.pdf", PDF)
    foreign = fetch(base, document["url"], "recipient")
    nowhere = fetch(base, "/documents/999999/批复.pdf", "recipient")
    assert (foreign.status_code, foreign.json()) == (404, nowhere.json())
    assert foreign.headers.items() - nowhere.headers.items() <= {
        ("date", foreign.headers["date"])}
    assert foreign.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    for name in ("wenshan", "leader", "auditor"):
        assert fetch(base, document["url"], name).content == PDF
    for name in ("system_admin", "security_admin", "audit_admin"):
        assert fetch(base, document["url"], name).status_code == 403
    assert httpx.get(f"{base}{document['url']}").status_code == 401


@pytest.mark.parametrize("path", [
    "{number}/other.pdf", "{number}/%E6%89%B9%E5%A4%8D", "{number}/批复.PDF", "x/批复.pdf",
    "0{number}0/批复.pdf", "-{number}/批复.pdf", "{number}/批复.pdf/", "{number}/../批复.pdf",
    "%D9%A1/批复.pdf", "{number}", "{number}/", "9" * 40 + "/批复.pdf", "9" * 18 + "/批复.pdf",
    "{number}%00/批复.pdf", "{number}/批复.pdf%00", "{number}%2F批复.pdf%2F",
])
def test_a_document_has_one_address(base: str, project: Any, path: str) -> None:
    """Its number and its name; nothing like them."""
    number = _kept(base, project, "批复.pdf", PDF)["url"].split("/")[2]
    assert fetch(base, f"/documents/{path.format(number=number)}").status_code == 404


def test_a_large_document_comes_in_parts(base: str, project: Any) -> None:
    """Whoever stops half way holds nothing up."""
    content = PDF + bytes(5 * PART)
    url = _kept(base, project, "大.pdf", content)["url"]
    for _ in range(10):  # more than there are connections to the database
        with streamed(base, url) as answer:
            assert next(answer.iter_bytes(1000))
    assert fetch(base, url).content == content


def test_downloads_fill_no_audit_log(base: str, project: Any) -> None:
    """What was read is not written down; what was refused is."""
    document = _kept(base, project, "批复.pdf", PDF)
    fetch(base, document["url"])
    fetch(base, document["url"], "system_admin")
    logged = ask(base, "{ auditLog(first: 100) { nodes { subject outcome } } }", as_="auditor")
    rows = [row for row in logged["data"]["auditLog"]["nodes"]
            if row["subject"].startswith("/documents/")]
    assert {row["outcome"] for row in rows} == {"REFUSED"}

"""Files sent with an operation, over real HTTP: kept once, of the kinds there are, or refused."""

import hashlib
import json
import os
import re
import shlex
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from aid.projects.files import LARGEST, MOST, TOGETHER
from tests.api.client import data, sign_in
from tests.api.doing import (
    File,
    act_with_file,
    act_with_files,
    fetch,
    form,
    operation,
    problems,
    proposed,
    send,
    started,
    with_file,
    with_files,
)
from tests.conftest import Peopled, server
from tests.integration.paper import DOCX, PDF, PNG
from tests.people import bearer

ROOT = Path(__file__).parents[2]
LOG, ATTACH = "milestoneLog", "documentAttach"
KIND = {"content-type": "multipart/form-data; boundary=x"}
PLACE = {"0": ["variables.input.file"]}
PAPER = ("竣工验收.pdf", PDF)


@pytest.fixture(scope="module")
def base(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A server that these tests change: each proposes projects of its own."""
    with server(admin_url, inhabited, tmp_path_factory.mktemp("uploads")) as found:
        yield found


@pytest.fixture(scope="module")
def project(base: str) -> Any:
    """A project for files that are refused."""
    return proposed(base)


def _documents(base: str, project: Any) -> list[dict[str, Any]]:
    found = data(base, """query ($id: ID!) { node(id: $id) { ... on AidProject {
        documents { id title } } } }""", {"id": project["id"]})
    documents: list[dict[str, Any]] = found["node"]["documents"]
    return documents


# Evidence in one call.

def test_a_milestone_is_logged_with_its_evidence_in_one_call(base: str) -> None:
    """The file is a document of the project; pressed again, and at once, it is logged once."""
    project = started(base)
    given_ = {"projectId": project["id"], "name": "竣工", "metOn": "2008-02-20",
              "evidenceNo": "竣工2008-1"}
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(
            lambda _: act_with_file(base, LOG, PAPER, title="竣工报告", **given_), range(3)))
    assert all(one == found[0] for one in found)
    document = found[0]["milestone"]["document"]
    assert (document["title"], document["fileName"], document["size"]) == (
        "竣工报告", "竣工验收.pdf", len(PDF))
    assert len(_documents(base, project)) == 1
    other = act_with_file(base, LOG, ("另.png", PNG), **given_)
    assert other["code"] == "ALREADY_LOGGED"
    assert len(_documents(base, project)) == 1


def test_a_refused_file_and_what_else_is_wrong_are_said_at_once(base: str) -> None:
    """Nothing is logged, nothing is kept."""
    project = started(base)
    wrong = act_with_file(base, LOG, ("报告.pdf", b"MZ"), projectId=project["id"], name="竣工",
                          metOn="2999-01-01")
    assert problems(wrong) == {"file", "metOn"}
    both = act_with_file(base, LOG, PAPER, projectId=project["id"], name="竣工",
                         documentId="RG9jdW1lbnQ6MQ==")
    assert problems(both) == {"file"}
    late = act_with_file(base, LOG, PAPER, projectId=project["id"], name="竣工",
                         metOn="2999-01-01")
    assert problems(late) == {"metOn"}
    assert _documents(base, project) == []


def test_a_stage_is_entered_with_its_paper_in_one_call(base: str) -> None:
    """The file is what the stage needs; of a step that is refused nothing is kept."""
    project = started(base)
    step = {"id": project["id"], "expectedVersion": project["version"]}
    wrong = act_with_file(base, "projectComplete", PAPER, **step, occurredOn="2999-01-01")
    assert problems(wrong) == {"occurredOn"}
    both = act_with_file(base, "projectComplete", PAPER, **step, documentId="RG9jdW1lbnQ6MQ==")
    assert "file" in problems(both)
    assert _documents(base, project) == []
    done = act_with_file(base, "projectComplete", PAPER, **step, occurredOn="2008-02-20",
                         title="完工报告")
    assert done["project"]["stage"] == "COMPLETED"
    again = act_with_file(base, "projectComplete", PAPER, **step, occurredOn="2008-02-20")
    assert again["__typename"] == "StaleVersion"
    aside = act_with_file(base, "projectSuspend", ("决定.png", PNG), id=project["id"],
                          expectedVersion=done["project"]["version"], reason="等待移交")
    assert aside["project"]["stage"] == "SUSPENDED"
    assert [one["title"] for one in _documents(base, project)] == ["完工报告", "决定.png"]
    found = data(base, """query ($id: ID!) { node(id: $id) { ... on AidProject {
        stageHistory { toStage override document { title } } } } }""", {"id": project["id"]})
    assert found["node"]["stageHistory"][-2:] == [
        {"toStage": "COMPLETED", "override": False, "document": {"title": "完工报告"}},
        {"toStage": "SUSPENDED", "override": False, "document": {"title": "决定.png"}}]


def _picture(number: int) -> File:
    return f"现场{number}.png", PNG + bytes([number])


def test_a_prefecture_reports_progress_with_several_pictures(base: str) -> None:
    """In one call as well, and in their order; sent again, and at once, it is one report."""
    project = started(base)
    given_ = {"projectId": project["id"], "percent": "30", "reportedOn": "2007-06-30"}
    files = [_picture(number) for number in range(MOST)]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: act_with_files(
            base, "progressReport", files, "wenshan", **given_), range(3)))
    assert all(one == found[0] for one in found)
    shown = found[0]["report"]["documents"]
    assert [one["fileName"] for one in shown] == [name for name, _ in files]
    assert [fetch(base, one["url"], "wenshan").content for one in shown] == [
        content for _, content in files]
    assert fetch(base, shown[0]["url"], "recipient").status_code == 404
    assert len(_documents(base, project)) == MOST
    [first, *_] = _documents(base, project)
    more = act_with_files(base, "progressReport", [_picture(99)] * 2, "wenshan", **given_,
                          documentIds=[first["id"]], title="塔吊")
    assert [one["title"] for one in more["report"]["documents"]] == [first["title"], "塔吊"]
    reports = data(base, """query ($id: ID!) { node(id: $id) { ... on AidProject {
        reports { documents { title } } } } }""", {"id": project["id"]})["node"]["reports"]
    assert [len(one["documents"]) for one in reports] == [MOST, 2]


def test_requests_with_the_same_pictures_never_wait_for_each_other(base: str) -> None:
    """Whatever order they send them in."""
    projects = [started(base) for _ in range(4)]
    files = [(f"{number}.png", PNG + os.urandom(300_000)) for number in range(6)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda at: act_with_files(
            base, "progressReport", files[::1 if at % 2 else -1], projectId=projects[at]["id"],
            percent="30", reportedOn="2007-06-30"), range(4)))
    assert [one["__typename"] for one in found] == ["ProgressReported"] * 4


def test_of_pictures_one_of_which_is_none_nothing_is_recorded(base: str) -> None:
    """Each wrong one is named, with whatever else is wrong; not even the good ones are kept."""
    project = started(base)
    files = [_picture(0), _picture(1), ("空.png", b""), _picture(2), ("程序.png", b"MZ")]
    given_ = {"projectId": project["id"], "percent": "30", "reportedOn": "2007-06-30"}
    wrong = act_with_files(base, "progressReport", files, "wenshan", **given_)
    assert [one["path"] for one in wrong["problems"]] == [["files", "2"], ["files", "4"]]
    assert [name in one["message"] for one, name in zip(
        wrong["problems"], ("空.png", "程序.png"), strict=True)] == [True, True]
    more = act_with_files(base, "progressReport", files[4:], **{**given_, "percent": "130"},
                          documentIds=["RG9jdW1lbnQ6MQ=="])
    assert problems(more) == {"files.0", "percent", "documentIds"}
    assert _documents(base, project) == []
    found = data(base, """query ($id: ID!) { node(id: $id) { ... on AidProject {
        progress reports { percent } } } }""", {"id": project["id"]})
    assert found["node"] == {"progress": "0.00", "reports": []}


def test_a_report_shows_no_more_than_so_many_documents(base: str) -> None:
    """Files and documents of the project together; more files than that are not read."""
    project = started(base)
    report = {"projectId": project["id"], "percent": "30", "reportedOn": "2007-06-30"}
    act_with_files(base, "progressReport", [_picture(1), _picture(2)], **report)
    own = [one["id"] for one in _documents(base, project)]
    wrong = act_with_files(base, "progressReport", [_picture(9)] * (MOST - 1), **report,
                           documentIds=own)
    assert problems(wrong) == {"files"}
    answer = send(base, **with_files("progressReport", [_picture(9)] * (MOST + 1), **report))
    assert answer.status_code == 400
    assert len(_documents(base, project)) == 2


# Documents.

def test_a_document_is_attached_under_its_hash(base: str) -> None:
    """By the prefecture too; its name is made safe, its title what was said."""
    project = proposed(base)
    found = act_with_file(base, ATTACH, ("../../图\u202e<纸>.DOCX", DOCX), "wenshan",
                          projectId=project["id"], title="  施工图  ")
    document = found["document"]
    assert document | {"id": "", "url": ""} == {
        "id": "", "url": "", "title": "施工图", "fileName": "图_纸_.docx", "size": len(DOCX),
        "mediaType": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "sha256": hashlib.sha256(DOCX).hexdigest(), "actor": "wenshan"}


def test_equal_files_at_once_are_one_document(base: str) -> None:
    """The same bytes under the same title; under another title they are another document."""
    project = proposed(base)
    file = ("大.pdf", PDF + os.urandom(700_000))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(
            lambda title: act_with_file(base, ATTACH, file, projectId=project["id"], title=title),
            ["甲", "甲", "甲", "乙"]))
    assert len({one["document"]["id"] for one in found}) == 2
    assert {one["document"]["sha256"] for one in found} == {hashlib.sha256(file[1]).hexdigest()}


@pytest.mark.parametrize(("name", "content"), [
    ("空.pdf", b""), ("页.html", b"<script>1</script>"), ("图.svg", b"<svg/>"), ("图.png", PDF),
    ("", PDF), ("无扩展名", PDF), ("程序.exe", b"MZ"), ("大.pdf", PDF + bytes(LARGEST)),
])
def test_a_file_that_may_not_be_kept_is_refused(
    base: str, project: Any, name: str, content: bytes
) -> None:
    """By its bytes, its name or its size, as a mistake in the input."""
    body = _body([("0", f'; filename="{name}"'.encode(), content)], project)
    answer = httpx.post(f"{base}/graphql", content=body, headers=bearer(base) | KIND, timeout=60)
    assert problems(answer.json()["data"][ATTACH]) == {"file"}
    assert _documents(base, project) == []


def test_several_files_come_in_one_request(base: str) -> None:
    """Each mutation its own; one file may be used twice."""
    first, second = proposed(base), proposed(base)
    query = """mutation ($a: DocumentAttachInput!, $b: DocumentAttachInput!,
        $c: DocumentAttachInput!) {
      a: documentAttach(input: $a) { ... on DocumentAttached { document { sha256 } } }
      b: documentAttach(input: $b) { ... on DocumentAttached { document { sha256 } } }
      c: documentAttach(input: $c) { ... on DocumentAttached { document { sha256 } } } }"""
    inputs = {key: {"projectId": project["id"], "file": None}
              for key, project in (("a", first), ("b", first), ("c", second))}
    answer = send(base, **form(
        {"query": query, "variables": inputs},
        {"x": ["variables.a.file", "variables.c.file"], "y": ["variables.b.file"]},
        {"x": PAPER, "y": ("现场.png", PNG)}))
    hashes = [one["document"]["sha256"] for one in answer.json()["data"].values()]
    assert hashes == [hashlib.sha256(content).hexdigest() for content in (PDF, PNG, PDF)]


def test_large_files_come_and_go_without_filling_memory(
    base: str, project: Any
) -> None:
    """Of the largest size, several times over."""
    port = int(base.rpartition(":")[2])
    [process] = [one for one in psutil.Process().children(recursive=True)
                 if any(held.status == psutil.CONN_LISTEN and held.laddr.port == port
                        for held in one.net_connections("tcp"))]
    own = proposed(base)
    file = ("最大.pdf", PDF + os.urandom(LARGEST - len(PDF)))
    document = act_with_file(base, ATTACH, file, projectId=own["id"])["document"]
    before = process.memory_info().rss
    for number in range(3):
        act_with_file(base, ATTACH, file, projectId=own["id"], title=f"第{number}份")
        assert len(fetch(base, document["url"]).content) == LARGEST
    assert process.memory_info().rss - before < LARGEST


# Who may.

def test_who_may_attach_nothing_sends_no_files(base: str, project: Any) -> None:
    """Whatever the operation is; it is refused before the files are read."""
    for name in ("leader", "auditor", "system_admin"):
        answer = send(base, name, **form({"query": "{ __typename }"}, {}, {}))
        assert answer.json()["errors"][0]["extensions"] == {
            "code": "FORBIDDEN", "fields": ["multipart/form-data"]}
    recipient = send(base, "wenshan", **with_file(LOG, PAPER, projectId=project["id"], name="竣工"))
    assert recipient.json()["errors"][0]["extensions"]["fields"] == [LOG]


def test_a_form_of_another_site_is_refused(base: str) -> None:
    """A form needs no script to be sent, so the token of our own pages counts."""
    sent = with_file(ATTACH, PAPER, projectId=proposed(base)["id"])
    with sign_in(base) as browser:
        without = browser.post("/graphql", **sent)
        foreign = browser.post("/graphql", **sent, headers={
            "x-csrf-token": browser.cookies["aid-csrf"], "origin": "https://evil.example"})
        ours = browser.post("/graphql", **sent, headers={
            "x-csrf-token": browser.cookies["aid-csrf"]})
    assert [answer.status_code for answer in (without, foreign, ours)] == [403, 403, 200]
    assert ours.json()["data"][ATTACH]["__typename"] == "DocumentAttached"


def test_nobody_sends_nothing(base: str) -> None:
    """Without a token or a session."""
    answer = httpx.post(f"{base}/graphql", **with_file(ATTACH, PAPER, projectId="x"))
    assert answer.status_code == 401


# Forms that are none.

def _body(parts: list[tuple[str, bytes, bytes]], project: Any = None, end: bytes = b"--") -> bytes:
    """A form written by hand; the operation and the map come first if a project is given."""
    sent = {"query": operation(ATTACH), "variables": {"input": {
        "projectId": project["id"], "file": None}}} if project else None
    whole = [("operations", b"", json.dumps(sent).encode()),
             ("map", b"", json.dumps(PLACE).encode())] if project else []
    lines = b"".join(
        b'--x\r\ncontent-disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        % (name.encode(), more, content) for name, more, content in (*whole, *parts))
    return lines + b"--x" + end + b"\r\n"


GOOD: dict[str, Any] = {"query": operation(ATTACH), "variables": {"input": {"file": None}}}
FILES = {"0": PAPER}


@pytest.mark.parametrize(("operations", "places", "files"), [
    ("{", PLACE, FILES),
    ("[]", PLACE, FILES),
    ([GOOD], PLACE, FILES),
    ({"query": 1}, PLACE, FILES),
    (GOOD, "{", FILES),
    (GOOD, "[]", FILES),
    (GOOD, {"0": []}, FILES),
    (GOOD, {"0": [1]}, FILES),
    (GOOD, {"0": "variables.input.file"}, FILES),
    (GOOD, {}, FILES),
    (GOOD, {**PLACE, "1": ["variables.input.other"]}, FILES),
    (GOOD, PLACE, {}),
    (GOOD, PLACE, {"1": PAPER}),
    (GOOD, {"0": ["variables"]}, FILES),
    (GOOD, {"0": [""]}, FILES),
    (GOOD, {"0": ["query"]}, FILES),
    (GOOD, {"0": ["operations.variables.input.file"]}, FILES),
    (GOOD, {"0": ["variables.input"]}, FILES),
    (GOOD, {"0": ["variables.input.none"]}, FILES),
    (GOOD, {"0": ["variables.input.file.0"]}, FILES),
    (GOOD, {"0": ["variables.input.file", "variables.input.file"]}, FILES),
    ({**GOOD, "variables": {"a": [None]}}, {"0": ["variables.a.-1"]}, FILES),
    ({**GOOD, "variables": {"a": [None]}}, {"0": ["variables.a." + "9" * 5000]}, FILES),
    ({**GOOD, "variables": {"a": "text"}}, {"0": ["variables.a.0.0"]}, FILES),
    ({**GOOD, "variables": None}, PLACE, FILES),
    (GOOD, PLACE, {str(number): PAPER for number in range(MOST + 1)}),
    (json.dumps(GOOD) + " " * 300_000, PLACE, FILES),
])
def test_a_form_against_the_convention_is_a_bad_request(
    base: str, operations: Any, places: Any, files: Any
) -> None:
    """With a sentence that says what is wrong."""
    if not isinstance(operations, str):
        operations = json.dumps(operations)
    answer = send(base, **form(operations, places, files))
    assert answer.status_code == 400, answer.text
    assert len(answer.json()["errors"][0]["message"]) > 10


@pytest.mark.parametrize(("kind", "body"), [
    ("multipart/form-data", b"--x--"),
    ("multipart/form-data; boundary=", b"--x--"),
    ("multipart/form-data; boundary=x", b""),
    ("multipart/form-data; boundary=x", b"nothing of it"),
    ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x--"),
    ("multipart/form-data; boundary=x", b"--x\r\ncontent-disposition: form-data\r\n\r\n1\r\n--x--"),
    ("multipart/form-data; boundary=x", b"--x\r\nno header\r\n\r\n--x--"),
    ("multipart/form-data; boundary=x", b"--x\r\na: " + b"b" * 9000 + b"\r\n\r\n--x--"),
    ("multipart/form-data; boundary=x", _body([("operations", b"", b"{}")])),
    ("multipart/form-data; boundary=x", _body([("operations", b"", b"{}")] * 2)),
    ("multipart/form-data; boundary=x", _body([("a", b"", b"")] * 9)),
    ("multipart/form-data; boundary=x", _body([("operations", b'; filename="a"', b"{}")])),
    ("multipart/form-data; boundary=x", _body([("0", b'; filename="a"', b"")] * 2)),
    ("multipart/form-data; boundary=x; charset=none", _body([("map", b"", b"\xff")])),
    ("multipart/form-data; boundary=" + "x" * 5000, b"--x--"),
    ("MULTIPART/FORM-DATA ; Boundary=\xe9", b"--x--"),
])
def test_what_is_no_form_is_a_bad_request(base: str, kind: str, body: bytes) -> None:
    """However it is broken."""
    answer = httpx.post(f"{base}/graphql", content=body, headers=[
        *((name.encode(), value.encode()) for name, value in bearer(base).items()),
        (b"content-type", kind.encode("latin-1"))])
    assert answer.status_code == 400, answer.text


def test_a_form_cut_off_is_a_bad_request(base: str) -> None:
    """Wherever the end is missing: half a file is no file."""
    project = proposed(base)
    whole = _body([("0", b'; filename="a.pdf"', PDF)], project)
    for length in range(0, len(whole) - 6, 37):
        answer = httpx.post(f"{base}/graphql", content=whole[:length], headers=bearer(base) | KIND)
        assert answer.status_code == 400, (length, answer.text)
    assert _documents(base, project) == []


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(at=st.integers(0, 10**6), put=st.binary(max_size=8), cut=st.integers(0, 12))
def test_a_broken_form_is_answered(base: str, project: Any, at: int, put: bytes, cut: int) -> None:
    """With data or a refusal; nothing fails inside."""
    whole = _body([("0", b'; filename="a.pdf"', PDF)], {"id": "none"})
    at %= len(whole)
    answer = httpx.post(
        f"{base}/graphql", content=whole[:at] + put + whole[at + cut :],
        headers=bearer(base) | KIND)
    assert answer.status_code in (200, 400), answer.text
    assert "INTERNAL_ERROR" not in answer.text


def test_a_file_is_sent_in_no_other_way(base: str, project: Any) -> None:
    """Not as text in a variable, not in the document."""
    for text in ("x", 1, {"name": "a.pdf"}, None):
        answer = httpx.post(f"{base}/graphql", headers=bearer(base), json={
            "query": operation(ATTACH),
            "variables": {"input": {"projectId": project["id"], "file": text}}})
        assert "errors" in answer.json()
        assert "data" not in answer.json() or answer.json()["data"] is None
    written = httpx.post(f"{base}/graphql", headers=bearer(base), json={
        "query": 'mutation { documentAttach(input: {projectId: "x", file: "y"}) { __typename } }'})
    assert "multipart/form-data" in written.json()["errors"][0]["message"]


def test_more_than_a_request_may_bring_is_not_read(base: str) -> None:
    """By what it says of its length, or by what comes."""
    most = TOGETHER + 512 * 1024
    host, port = base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as wire:
        wire.sendall((f"POST /graphql HTTP/1.1\r\nHost: {host}:{port}\r\n"
                      f"Authorization: {bearer(base)['authorization']}\r\n"
                      f"Content-Type: {KIND['content-type']}\r\n"
                      f"Content-Length: {most + 1}\r\n\r\n").encode())
        assert b" 413 " in wire.recv(4096).split(b"\r\n")[0]
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield b'--x\r\ncontent-disposition: form-data; name="0"; filename="a.pdf"\r\n\r\n'
        while sent < 3 * most:
            sent += 2**20
            yield bytes(2**20)

    try:
        answer = httpx.post(f"{base}/graphql", content=endless(), timeout=60,
                            headers=bearer(base) | KIND)
        assert answer.status_code == 413
        assert "100 MB" in answer.json()["errors"][0]["message"]
    except (httpx.WriteError, httpx.ReadError):
        pass  # it was hung up on while it was still sending
    assert sent < 2 * most


def test_an_operation_without_files_may_come_as_a_form(base: str) -> None:
    """With an empty map, as the convention has it."""
    answer = send(base, **form({"query": "{ viewer { name } }"}, {}, {}))
    assert answer.json() == {"data": {"viewer": {"name": "office"}}}


def test_the_edge_takes_files_only_where_they_are_taken(base: str) -> None:
    """A large form to another address is too large, whatever its kind."""
    answer = httpx.post(f"{base}/dashboards/_dash-update-component", content=bytes(300_000),
                        headers=bearer(base) | KIND)
    assert answer.status_code == 413


def test_the_example_for_curl_works(base: str) -> None:
    """As docs/api.md has it, with a project that is there."""
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```sh\n(curl \"\$AID/graphql\".*?)```", text, re.DOTALL)
    project = started(base)
    words = shlex.split(example.replace("PROJECT", project["id"]))
    parts = [words[at + 1].split("=", 1) for at, word in enumerate(words) if word == "-F"]
    answer = send(base, files=[
        (name, (value[1:], PDF) if value.startswith("@") else (None, value.encode()))
        for name, value in parts])
    milestone = answer.json()["data"][LOG]["milestone"]
    assert (milestone["name"], milestone["metOn"]) == ("竣工", "2008-02-20")
    assert fetch(base, milestone["document"]["url"]).content == PDF

"""Sheets sent over real HTTP: looked at, then brought in, by who may, and nothing in between."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from sqlalchemy.engine import URL

from aid.access.actor import Actor
from aid.access.roles import Role
from aid.edge.routes import LARGEST_SHEET
from aid.interchange.imports.terms import IMPORTS, ImportKind
from tests.api.client import sign_in
from tests.conftest import Peopled, as_app, copied, serving
from tests.integration.bringing import SCHOOL, Said, comma_separated, grid, heading, workbook
from tests.integration.exported import administering, furnish
from tests.people import PEOPLE, TOKENS, bearer

PROJECTS, MOVEMENTS = ImportKind.PROJECTS, ImportKind.MOVEMENTS


class House:
    """A server with something in it, its database, and a folder for sheets."""

    def __init__(self, base: str, admin_url: URL, name: str, folder: Path) -> None:
        self.base, self._admin_url, self._name, self._folder = base, admin_url, name, folder

    def sheet(self, kind: ImportKind, rows: Sequence[Said]) -> bytes:
        """A workbook as an office fills one in."""
        return workbook(self._folder / "台账.xlsx", grid(kind, rows)).read_bytes()

    def post(
        self, kind: ImportKind, content: bytes, as_: str = "office", *, name: str = "台账.xlsx",
        **query: str,
    ) -> httpx.Response:
        """The answer to a file."""
        return httpx.post(f"{self.base}/imports/{kind}", params=query, timeout=60,
                          files={"file": (name, content)}, headers=bearer(self.base, as_))

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database holds."""
        async def asked() -> list[tuple[Any, ...]]:
            async with administering(self._admin_url, self._name) as admin:
                return [tuple(row) for row in await admin.fetch(sql)]

        return asyncio.run(asked())

    def count(self, like: str) -> int:
        """How many projects are called so."""
        [(found,)] = self.ask(f"SELECT count(*) FROM project WHERE name LIKE '{like}'")
        return int(found)


@pytest.fixture(scope="module")
def house(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A server over projects, villages, cadres and money, which these tests add to."""
    with copied(admin_url, inhabited.name) as name:
        asyncio.run(furnish(admin_url, name))
        with serving(as_app(admin_url, name), tmp_path_factory.mktemp("serve")) as base:
            TOKENS[base] = inhabited.tokens
            yield House(base, admin_url, name, tmp_path_factory.mktemp("sheets"))


def test_what_was_looked_at_is_what_comes_and_twice_is_once(house: House) -> None:
    """A look keeps nothing; another file than was looked at is refused; then it comes, once."""
    content = house.sheet(PROJECTS, [SCHOOL | {"name": "甲小学"}, SCHOOL | {"name": "乙小学"}])
    looked = house.post(PROJECTS, content, dry_run="1").json()
    assert (looked["added"], looked["changed"], looked["unchanged"]) == (2, 0, 0)
    assert [(one["row"], one["name"].split()[1], one["added"]) for one in looked["changes"]] == [
        (2, "甲小学", True), (3, "乙小学", True)]
    assert house.count("_小学") == 0
    other = house.post(PROJECTS, house.sheet(PROJECTS, [SCHOOL | {"name": "丙小学"}]),
                       digest=looked["digest"])
    assert (other.status_code, other.json()["errors"][0]["extensions"]["code"]) == (
        409, "OTHER_FILE")
    assert house.count("_小学") == 0
    done = house.post(PROJECTS, content, digest=looked["digest"])
    assert done.status_code == 200 and done.json()["added"] == 2 and not done.json()["dryRun"]
    again = house.post(PROJECTS, content).json()
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert house.count("_小学") == 2
    assert house.ask("SELECT actor, detail::jsonb->>'added' FROM audit_entry WHERE subject ="
                     " 'import projects' ORDER BY id") == [("office", "2"), ("office", "0")]
    changed = [SCHOOL | {"name": "甲小学", "proposed_yuan": 1200000}]
    [change] = house.post(PROJECTS, house.sheet(PROJECTS, changed), dry_run="1").json()["changes"]
    assert change["fields"] == [{"title": heading(PROJECTS, "proposed_yuan"),
                                 "old": "1000000.00", "new": "1200000.00"}]


def test_every_mistake_is_said_at_once_and_nothing_is_kept(house: House) -> None:
    """By its cell, with what was found and expected; to look and find them is no failure."""
    content = house.sheet(PROJECTS, [
        SCHOOL | {"name": "丁小学"},
        SCHOOL | {"name": "戊小学", "sector": "没有的领域", "recipient": "999999"},
        SCHOOL | {"name": "", "planned_end": "二月"}])
    looked = house.post(PROJECTS, content, dry_run="1")
    assert looked.status_code == 200
    answer = house.post(PROJECTS, content)
    assert answer.status_code == 422
    found = answer.json()
    assert found["complaints"] == looked.json()["complaints"] and found["count"] == 4
    places = {(one["place"], one["field"], one["value"]) for one in found["complaints"]}
    headings = [heading(PROJECTS, key) for key in SCHOOL]
    cell = {title: "ABCDEFGHI"[at] for at, title in enumerate(headings)}
    assert places == {(f"填报!{cell[title]}{row}", title, value) for title, row, value in (
        (heading(PROJECTS, "sector"), 3, "没有的领域"),
        (heading(PROJECTS, "recipient"), 3, "999999"),
        (heading(PROJECTS, "name"), 4, ""), (heading(PROJECTS, "planned_end"), 4, "二月"))}
    assert all(one["expected"] for one in found["complaints"])
    assert house.count("丁小学") == 0


def test_a_csv_is_read_by_what_it_holds(house: House) -> None:
    """Whatever it is called, in the encoding that offices save."""
    content = comma_separated(grid(PROJECTS, [SCHOOL | {"name": "己中学"}])).encode("gb18030")
    assert house.post(PROJECTS, content, name="旧台账.xls", dry_run="1").json()["added"] == 1


@pytest.mark.parametrize("content", [
    b"", b"\x00\x01\x02", b"%PDF-1.4\n", b"PK\x03\x04 and no more", b"<html><body>1</body></html>",
])
def test_what_is_no_sheet_is_refused_in_a_sentence(house: House, content: bytes) -> None:
    """And not as a fault."""
    answer = house.post(PROJECTS, content)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["errors"][0]["message"]


def test_a_form_holds_one_file(house: House) -> None:
    """Neither none, nor two, nor fields, nor something that is no form."""
    at, mine = f"{house.base}/imports/projects", bearer(house.base)
    one = ("file", ("a.csv", b"x"))
    for sent in ({"files": [("other", ("a.csv", b"x"))]}, {"files": [one, one]},
                 {"files": [one], "data": {"kind": "projects"}}, {"json": {"file": "x"}},
                 {"content": b"x", "headers": mine | {"content-type": "multipart/form-data"}}):
        given: dict[str, Any] = {"headers": mine} | sent
        answer = httpx.post(at, **given)
        assert answer.status_code in (400, 413, 415), (sent, answer.text)
    assert httpx.get(at, headers=mine).status_code == 405
    assert httpx.post(f"{house.base}/imports/plan", headers=mine).status_code == 404


def test_a_sheet_has_a_largest_size(house: House) -> None:
    """A larger one is not read to its end."""
    answer = house.post(PROJECTS, bytes(LARGEST_SHEET + 64 * 1024))
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (
        413, "TOO_LARGE")


@pytest.mark.parametrize("kind", ImportKind)
def test_who_may_not_record_a_thing_may_not_bring_it_in(house: House, kind: ImportKind) -> None:
    """Nor have its template. Refusals stand in the audit log; strangers are nobody."""
    content = house.sheet(kind, [{IMPORTS[kind].columns[0].key: "x"}])
    for someone in PEOPLE:
        may = any(Actor(someone.name, someone.role).may(need) for need in IMPORTS[kind].needs)
        answer = house.post(kind, content, someone.name, dry_run="1")
        template = httpx.get(f"{house.base}/imports/{kind}/template.xlsx",
                             headers=bearer(house.base, someone.name))
        assert (answer.status_code, template.status_code) == (
            (200, 200) if may else (403, 403)), (someone, answer.text)
        if may:
            assert openpyxl.load_workbook(BytesIO(template.content)).worksheets
    assert httpx.post(f"{house.base}/imports/{kind}", files={"file": content}).status_code == 401
    refused = house.ask("SELECT DISTINCT actor FROM audit_entry WHERE outcome = 'refused' AND"
                        f" subject = '/imports/{kind}'")
    assert {name for name, in refused} >= {"leader", "auditor", "system_admin"}
    assert Actor("wenshan", Role.RECIPIENT).may(IMPORTS[MOVEMENTS].needs[1])


def test_a_browser_needs_its_pages_token_and_comes_from_them(house: House) -> None:
    """A page of another site can make it send a file, but not in its name."""
    content = house.sheet(PROJECTS, [SCHOOL | {"name": "庚小学"}])
    with sign_in(house.base) as browser:
        mine = {"x-csrf-token": browser.cookies["aid-csrf"]}
        for headers, code in (
            ({}, "CSRF"), ({"x-csrf-token": "x"}, "CSRF"),
            (mine | {"origin": "https://evil.example"}, "FOREIGN_ORIGIN"),
            (mine | {"sec-fetch-site": "cross-site"}, "FOREIGN_ORIGIN"),
        ):
            answer = browser.post("/imports/projects", files={"file": ("a.xlsx", content)},
                                  headers=headers)
            assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (
                403, code)
        assert house.count("庚小学") == 0
        own = browser.post("/imports/projects?dry_run=1", files={"file": ("a.xlsx", content)},
                           headers=mine | {"origin": house.base})
        assert own.json()["added"] == 1


def test_a_recipient_brings_in_its_own_and_learns_nothing_of_others(house: House) -> None:
    """What is another region's is as if it were not there."""
    theirs = house.sheet(PROJECTS, [SCHOOL | {"name": "辛小学", "recipient": "540200"}])
    answer = house.post(PROJECTS, theirs, "wenshan")
    assert answer.status_code == 422 and house.count("辛小学") == 0
    told = []
    for code in ("P-540200-1", "P-540200-9"):
        content = house.sheet(PROJECTS, [SCHOOL | {"name": "癸小学", "code": code}])
        answer = house.post(PROJECTS, content, "wenshan", dry_run="1")
        told.append([(one["field"], one["expected"]) for one in answer.json()["complaints"]])
    assert told[0] == told[1] != []
    assert house.post(PROJECTS, house.sheet(PROJECTS, [SCHOOL | {"name": "壬小学"}]),
                      "wenshan").json()["added"] == 1
    assert house.ask("SELECT count(*) FROM project p JOIN division d ON d.id = p.recipient_id"
                     " WHERE p.name = '壬小学' AND d.code = '532600'") == [(1,)]


def test_vouchers_come_from_the_side_that_records_them(house: House) -> None:
    """An office's and a recipient's sheet go through the same route; neither records the other's.
    """
    [(code, name)] = house.ask(
        "SELECT p.code, t.name FROM tranche t JOIN project p ON p.id = t.project_id"
        " WHERE p.code LIKE 'P-532600-%' AND t.withdrawn_on IS NULL"
        " AND p.stage NOT IN ('reserve', 'suspended', 'cancelled') ORDER BY t.id LIMIT 1")
    row: dict[str, Any] = {"project": code, "tranche_name": name, "amount_yuan": "0.01",
                           "occurred_on": date(2008, 5, 6)}
    commit = house.sheet(MOVEMENTS, [row | {"kind": "计划下达", "document_no": "沪〔2008〕99号"}])
    assert house.post(MOVEMENTS, commit, "wenshan").status_code == 422
    assert house.post(MOVEMENTS, commit).json()["added"] == 1
    assert house.post(MOVEMENTS, commit).json()["unchanged"] == 1
    receipt = house.sheet(MOVEMENTS, [row | {"kind": "到账", "voucher_no": "到-99"}])
    office = house.post(MOVEMENTS, receipt, dry_run="1").json()["complaints"]
    assert [one["field"] for one in office] == [heading(MOVEMENTS, "kind")]
    assert house.ask("SELECT kind, amount_fen FROM movement WHERE document_no = '沪〔2008〕99号'"
                     ) == [("commit", 1)]

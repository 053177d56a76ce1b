"""Exports over real HTTP: who gets what, under which name, and what is said of a bad address."""

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

import httpx
import pytest
from sqlalchemy.engine import URL
from starlette.types import Message

from aid.access.actor import gate
from aid.access.asking import let_in
from aid.access.policy import Permission
from aid.accounts.service import account_named
from aid.accounts.tokens import make_token
from aid.audit.service import Asker
from aid.clock import today
from aid.database.engine import Database
from aid.edge.exports import Exports
from aid.interchange.exports.terms import KINDS, Kind
from aid.sheets.writing import MEDIA_TYPES, Form
from tests.actors import LOCAL
from tests.api.client import sign_in
from tests.conftest import Peopled, as_app, copied, patient, serving
from tests.integration.exported import (
    Read,
    administering,
    furnish,
    lines_of,
    sheet_of,
    table_of,
)
from tests.people import TOKENS, bearer


@dataclass(frozen=True, slots=True)
class House:
    """A server with something to export: its address, and the name of its database."""

    base: str
    database: str

    def get(self, path: str, as_: str = "office", **more: str) -> httpx.Response:
        """What an account gets."""
        return httpx.get(f"{self.base}{path}", headers=bearer(self.base, as_) | more, timeout=30)


@pytest.fixture(scope="module")
def house(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A server over projects, villages and cadres."""
    with copied(admin_url, inhabited.name) as name:
        asyncio.run(furnish(admin_url, name))
        with serving(as_app(admin_url, name), tmp_path_factory.mktemp("serve")) as base:
            TOKENS[base] = inhabited.tokens
            yield House(base, name)


async def _entries(admin_url: URL, house: House) -> list[dict[str, object]]:
    async with administering(admin_url, house.database) as admin:
        return [dict(row) | {"detail": json.loads(row["detail"])} for row in await admin.fetch(
            "SELECT kind, outcome, actor, role, subject, address, detail FROM audit_entry"
            " ORDER BY id")]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_comes_in_every_form(house: House, kind: Kind) -> None:
    """As files with a name in Chinese, of the length that is said, and never kept by a browser."""
    read: dict[Form, Read] = {}
    for form in set(Form) - {Form.ZIP}:
        answer = house.get(f"/exports/{kind}.{form}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == MEDIA_TYPES[form]
        assert int(answer.headers["content-length"]) == len(answer.content)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        read[form] = {Form.CSV: lambda data: table_of(data, kind),
                      Form.XLSX: lambda data: sheet_of(data, kind)[0],
                      Form.JSONL: lines_of}[form](answer.content)
    assert read[Form.CSV] == read[Form.XLSX] == read[Form.JSONL] != []


def test_a_file_has_a_name_in_the_visitors_language(house: House) -> None:
    """And a plain one for programs that know no other."""
    for path, language, name in (
        ("/exports/projects.csv", "zh", "帮扶项目"), ("/exports/projects.csv", "en", "Projects"),
        ("/exports/projects.csv?lang=en", "zh", "Projects"),
    ):
        answer = house.get(path, **{"accept-language": language})
        said = answer.headers["content-disposition"]
        assert said.startswith(f'attachment; filename="projects-{today()}.csv"; ')
        assert unquote(said.partition("filename*=UTF-8''")[2]) == f"{name}-{today()}.csv"
    assert house.get("/exports/projects.csv?lang=en").text.startswith("\ufeffProject code,")


def test_a_browser_that_is_signed_in_downloads_as_well(house: House) -> None:
    """With its cookie; somebody who is not gets 401 in place of a file."""
    with sign_in(house.base) as browser:
        assert browser.get("/exports/cadres.xlsx").status_code == 200
    assert httpx.get(f"{house.base}/exports/cadres.xlsx").status_code == 401


def test_a_recipient_gets_its_own_region_alone(house: House) -> None:
    """Whatever it asks for."""
    def codes(path: str, as_: str) -> set[str]:
        return {row["code"] for row in lines_of(house.get(path, as_).content)}

    assert codes("/exports/projects.jsonl", "recipient") == {"P-540200-1", "P-540200-2"}
    assert codes("/exports/projects.jsonl?region=532600", "recipient") == set()
    assert codes("/exports/projects.jsonl", "wenshan") == {"P-532600-1", "P-532600-2"}
    assert codes("/exports/cadres.jsonl", "wenshan") == {"C-1", "C-2"}
    csv = house.get("/exports/villages.csv", "wenshan").content
    assert {row["code"] for row in table_of(csv, Kind.VILLAGES)} == {"V-532600-1", "V-532600-2"}


def test_filters_stand_in_the_address(house: House) -> None:
    """The same as those of the command."""
    answer = house.get("/exports/milestones.jsonl?region=540200&from=2007-04-01&to=2007-04-01"
                       "&supporter=310000&sector=housing")
    assert {row["project"] for row in lines_of(answer.content)} == {"P-540200-1", "P-540200-2"}


@pytest.mark.parametrize(("query", "fields"), [
    ("region=999999&from=today&colour=red", {"region", "from", "colour"}),
    ("region=540200&region=532600&sector=x", {"region", "sector"}),
    ("from=2008-01-01&to=2007-01-01&supporter=%00", {"to", "supporter"}),
])
def test_a_bad_address_is_answered_with_all_that_is_wrong(
    house: House, query: str, fields: set[str]
) -> None:
    """400, each mistake by its field, in the visitor's language."""
    answer = house.get(f"/exports/projects.csv?{query}&lang=en")
    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert {error["extensions"]["field"] for error in errors} == fields
    assert {error["extensions"]["code"] for error in errors} == {"INPUT_REFUSED"}
    assert not any(re.search(r"[\u4e00-\u9fff]", error["message"]) for error in errors)


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/exports/projects.pdf", 404), ("GET", "/exports/accounts.csv", 404),
    ("GET", "/exports/projects", 404), ("POST", "/exports/projects.csv", 405),
    ("HEAD", "/exports/projects.csv", 405),
])
def test_nothing_else_is_there(house: House, method: str, path: str, status: int) -> None:
    """No other kinds, forms or methods."""
    answer = httpx.request(method, f"{house.base}{path}", headers=bearer(house.base))
    assert answer.status_code == status


@pytest.mark.parametrize("name", ["system_admin", "security_admin", "audit_admin"])
async def test_an_administrator_gets_nothing_and_the_log_says_so(
    house: House, admin_url: URL, name: str
) -> None:
    """Refused at the edge, before anything is read."""
    answer = house.get("/exports/projects.csv", name)
    assert answer.status_code == 403
    last = (await _entries(admin_url, house))[-1]
    assert (last["kind"], last["outcome"], last["actor"], last["subject"]) == (
        "refusal", "refused", name, "/exports/projects.csv")


async def test_a_token_gets_what_its_scope_allows(house: House, admin_url: URL) -> None:
    """Progress is of villages too: a token for projects gets none, and the log says so."""
    database = patient(as_app(admin_url, house.database))
    await database.open()
    try:
        async with database.writing(gate("tests")) as session:
            token = (await make_token(
                session, await account_named(session, "office"),
                scopes=[Permission.PROJECT_READ], asker=Asker("tests"))).token
    finally:
        await database.close()

    def status(path: str) -> int:
        return httpx.get(f"{house.base}{path}",
                         headers={"authorization": f"Bearer {token}"}).status_code

    assert status("/exports/projects.csv") == 200
    assert status("/exports/villages.csv") == 403
    assert status("/exports/progress.csv") == 403
    last = (await _entries(admin_url, house))[-1]
    assert (last["kind"], last["outcome"], last["subject"]) == ("export", "refused", "progress")


async def test_what_was_sent_is_in_the_audit_log(house: House, admin_url: URL) -> None:
    """With the digest of what came, and from where it was asked for."""
    answer = house.get("/exports/projects.xlsx?region=540200", "auditor")
    last = (await _entries(admin_url, house))[-1]
    assert last == {
        "kind": "export", "outcome": "done", "actor": "auditor", "role": "auditor",
        "subject": "projects", "address": "127.0.0.1", "detail": {
            "form": "xlsx", "filters": {"region": "540200"}, "rows": 2,
            "bytes": len(answer.content), "sha256": hashlib.sha256(answer.content).hexdigest()}}


@pytest.fixture
async def database(admin_url: URL, house: House) -> AsyncIterator[Database]:
    """The house's database, open."""
    opened = patient(as_app(admin_url, house.database))
    await opened.open()
    yield opened
    await opened.close()


@pytest.mark.parametrize("form", sorted(KINDS[Kind.PROJECTS].forms))
async def test_an_export_ends_when_the_visitor_leaves(
    database: Database, admin_url: URL, house: House, form: Form
) -> None:
    """While its statement runs: that is cancelled, nothing is sent, nothing is in the log."""
    turn = asyncio.Semaphore(1)
    scope = {"type": "http", "method": "GET", "path": f"/exports/projects.{form}", "headers": [],
             "query_string": b""}
    let_in(scope, LOCAL, "127.0.0.1")
    sent: list[Message] = []

    async with administering(admin_url, house.database) as admin, admin.transaction():
        await admin.execute("LOCK TABLE project IN ACCESS EXCLUSIVE MODE")

        async def waiting() -> int:
            return int(await admin.fetchval(
                "SELECT count(*) FROM pg_locks WHERE NOT granted"
                " AND relation = 'project'::regclass"))

        async def receive() -> Message:
            while not await waiting():  # noqa: ASYNC110  of another process
                await asyncio.sleep(0.01)
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        before = await _entries(admin_url, house)
        await Exports(database, turn, Kind.PROJECTS, form, "zh")(scope, receive, send)
        assert await waiting() == 0
    assert sent == []
    assert not turn.locked()
    assert await _entries(admin_url, house) == before

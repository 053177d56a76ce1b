"""The edge over real HTTP: whose pages may ask for changes, how much one may send, what it says."""

import asyncio
import re
import socket
from collections.abc import Iterator
from typing import Any, NamedTuple

import asyncpg
import httpx
import pytest
from sqlalchemy.engine import URL
from starlette.types import Message, Receive, Scope, Send

from aid.access.policy import Permission
from aid.database.engine import Database
from aid.edge.authentication import Authentication
from aid.edge.declarations import Declared
from aid.edge.faults import Faults
from aid.edge.limits import Bodies
from aid.edge.routes import WEBSOCKET, Kind, Need, Route, Table
from aid.edge.setup import Edge
from aid.secrets import Keys
from tests.api.client import sign_in
from tests.conftest import SECRET_KEY, Peopled, _drop, as_admin, as_app, copied, serving
from tests.people import PASSWORD, TOKENS, bearer, settle

QUERY = {"query": '{ plan(code: "shanghai-2006-2010") { code } }'}
CALLBACK = {
    "output": "..page.children...drawn.data..",
    "outputs": [{"id": "page", "property": "children"}, {"id": "drawn", "property": "data"}],
    "inputs": [{"id": "draw", "property": "data",
                "value": {"path": "/dashboards/plan", "search": "?lang=en", "lang": None}}],
    "changedPropIds": ["draw.data"],
}
UPDATE = "/dashboards/_dash-update-component"


@pytest.fixture(scope="module")
def browser(server_url: str) -> Iterator[httpx.Client]:
    """Signed in as the office."""
    with sign_in(server_url) as client:
        yield client


@pytest.mark.parametrize(("headers", "status"), [
    ({}, 200),
    ({"sec-fetch-site": "same-origin"}, 200),
    ({"sec-fetch-site": "none"}, 200),
    ({"sec-fetch-site": "cross-site"}, 403),
    ({"sec-fetch-site": "same-site"}, 403),
    ({"origin": "{own}"}, 200),
    ({"origin": "https://evil.example"}, 403),
    ({"origin": "null"}, 403),
    ({"origin": "{own}", "sec-fetch-site": "cross-site"}, 403),
    ({"x-csrf-token": ""}, 403),
    ({"x-csrf-token": "x"}, 403),
    ({"x-csrf-token": "{visit}"}, 403),
])
@pytest.mark.parametrize(("path", "body"), [("/graphql", QUERY), (UPDATE, CALLBACK)])
def test_with_a_cookie_a_change_comes_from_our_own_page(
    browser: httpx.Client, path: str, body: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    """The same for the API and for the callbacks of the dashboards."""
    known = {"{own}": str(browser.base_url).rstrip("/"),
             "{visit}": Keys(SECRET_KEY).sign("visit", browser.cookies["aid-visit"])}
    sent = {"x-csrf-token": browser.cookies["aid-csrf"],
            **{name: known.get(value, value) for name, value in headers.items()}}
    answer = browser.post(path, json=body, headers=sent)
    assert answer.status_code == status, answer.text
    if status == 403:
        assert answer.json()["errors"][0]["extensions"]["code"] in ("FOREIGN_ORIGIN", "CSRF")
        assert len(answer.json()["errors"][0]["message"]) > 10
    else:
        assert "errors" not in answer.json()


def test_the_token_of_another_session_is_none(server_url: str, browser: httpx.Client) -> None:
    """It is made of the session's secret."""
    with sign_in(server_url) as other:
        answer = browser.post("/graphql", json=QUERY,
                              headers={"x-csrf-token": other.cookies["aid-csrf"]})
    assert answer.status_code == 403


def test_a_page_gives_the_token_back_to_a_browser_that_lost_it(server_url: str) -> None:
    """Otherwise nothing on it would work any more."""
    with sign_in(server_url) as client:
        token = client.cookies["aid-csrf"]
        client.cookies.delete("aid-csrf")
        client.get("/dashboards/plan")
        assert client.cookies["aid-csrf"] == token


def test_with_a_token_of_the_api_the_origin_does_not_matter(server_url: str) -> None:
    """Nothing was sent that a browser sends by itself."""
    answer = httpx.post(f"{server_url}/graphql", json=QUERY, headers={
        **bearer(server_url), "origin": "https://evil.example", "sec-fetch-site": "cross-site"})
    assert answer.status_code == 200


@pytest.mark.parametrize(("path", "fields"), [
    ("/login", {"name": "office", "password": PASSWORD}), ("/logout", {}),
    ("/password", {"current": PASSWORD, "new": "x", "again": "x"}), ("/second-factor", {}),
])
def test_a_form_brings_the_token_of_its_own_page(
    browser: httpx.Client, path: str, fields: dict[str, str]
) -> None:
    """Without it, with another's, from another site, or as anything but a form: refused."""
    for csrf in ({}, {"csrf": "x"}, {"csrf": Keys(SECRET_KEY).sign("other", "x")}):
        assert browser.post(path, data={**fields, **csrf}).status_code in (403, 415)
    foreign = browser.post(path, data={**fields, "csrf": browser.cookies["aid-csrf"]},
                           headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    assert "其他网站" in foreign.text
    assert browser.post(path, json=fields).status_code == 415
    assert browser.get("/dashboards/plan").status_code == 200


class Public(NamedTuple):
    """A server with an https address of its own, reached as its reverse proxy does."""

    base: str
    database: str

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A request that comes through the proxy."""
        headers = {"host": "aid.example", "x-forwarded-for": "203.0.113.7",
                   "x-forwarded-proto": "https", **more.pop("headers", {})}
        return httpx.request(method, f"{self.base}{path}", headers=headers, **more)


@pytest.fixture(scope="module")
def public(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Public]:
    """A server with AID_PUBLIC_URL."""
    with copied(admin_url, inhabited.name) as name:
        with serving(as_app(admin_url, name), tmp_path_factory.mktemp("public"),
                     AID_PUBLIC_URL="https://aid.example", AID_GRAPHIQL="false") as base:
            TOKENS[base] = inhabited.tokens
            yield Public(base, as_admin(admin_url, name))


def test_behind_https_cookies_belong_to_this_host_alone(public: Public) -> None:
    """__Host-, Secure, HttpOnly, SameSite; only the token is readable; HSTS on every answer."""
    form = public.request("GET", "/login")
    token = re.search(r'name="csrf" value="([^"]+)"', form.text)
    assert token is not None
    visit = form.headers["set-cookie"]
    assert visit.startswith("__Host-aid-visit=")
    entered = public.request(
        "POST", "/login", data={"csrf": token[1], "name": "leader", "password": PASSWORD},
        headers={"cookie": visit.split(";")[0], "origin": "https://aid.example"})
    assert entered.status_code == 303
    session, csrf = entered.headers.get_list("set-cookie")
    assert session.startswith("__Host-aid=")
    assert csrf.startswith("aid-csrf=")
    for cookie in (visit, session, csrf):
        assert {"Path=/", "SameSite=Lax", "Secure"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert "HttpOnly" in session
    assert "HttpOnly" not in csrf
    assert "max-age=31536000" in entered.headers["strict-transport-security"]
    cookies = {"cookie": "; ".join(one.split(";")[0] for one in (session, csrf))}
    assert public.request("GET", "/dashboards/plan", headers=cookies).status_code == 200
    own = {**cookies, "x-csrf-token": csrf.split(";")[0].partition("=")[2]}
    for origin, status in (("https://aid.example", 200), ("http://aid.example", 403)):
        answer = public.request("POST", "/graphql", json=QUERY, headers={**own, "origin": origin})
        assert answer.status_code == status
    without = public.request("POST", "/graphql", json=QUERY, headers=cookies)
    assert without.status_code == 403
    assert public.request("GET", "/dashboards/audit", headers=cookies).status_code == 403


async def test_a_refusal_of_somebody_signed_in_is_in_the_audit_log(public: Public) -> None:
    """With the account, the path, the reason, and the address that the proxy tells of."""
    who = {**bearer(public.base, "recipient")}
    refused = await asyncio.to_thread(public.request, "GET", "/dashboards/audit", headers=who)
    assert refused.status_code == 403
    connection = await asyncpg.connect(public.database)
    try:
        await connection.execute("SET aid.role = 'audit_admin'")
        row = await connection.fetchrow(
            "SELECT role, subject, address, detail->>'why' AS why FROM audit_entry"
            " WHERE kind = 'refusal' AND actor = 'recipient'")
    finally:
        await connection.close()
    assert tuple(row or ()) == ("recipient", "/dashboards/audit", "203.0.113.7", "NOT_ALLOWED")


@pytest.mark.parametrize("host", [
    "evil.example", "aid.example.evil", "x.aid.example", "", "aid.example:x", "aid.example:",
    "[::1", "evil.example:443", "aid.example@evil.example", "*",
])
def test_only_its_own_names_are_answered(public: Public, host: str) -> None:
    """A page of another site cannot reach it under a name that resolves here."""
    page = public.request("GET", "/login", headers={"host": host})
    assert page.status_code == 400
    assert page.headers["content-security-policy"]
    assert "本服务器不以这个名称提供服务" in page.text
    answer = public.request("POST", "/graphql", json=QUERY, headers={
        **bearer(public.base), "host": host, "accept-language": "en"})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{
        "message": "This server does not go by that name: check the address.",
        "extensions": {"code": "OTHER_HOST"}}]


@pytest.mark.parametrize("host", [
    "aid.example", "AID.example:443", "127.0.0.1", "localhost:8000", "[::1]", "[::1]:8000",
])
def test_its_own_names_are_answered_whatever_the_port(public: Public, host: str) -> None:
    """The public one, and those of the machine itself."""
    assert public.request("GET", "/login", headers={"host": host}).status_code == 200


def test_without_the_setting_there_is_no_graphiql(public: Public) -> None:
    """Neither the page nor its files; the endpoint is there."""
    who = bearer(public.base)
    assert public.request("GET", "/graphql", headers=who).status_code == 405
    assert public.request("GET", "/graphiql/start.js", headers=who).status_code == 404
    assert public.request("POST", "/graphql", json=QUERY, headers=who).status_code == 200


def _raw(base: str, *parts: bytes) -> bytes:
    """The first line of the answer to bytes on a wire, the last of them kept back."""
    host, port = base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as wire:
        for part in parts:
            wire.sendall(part.replace(b"{host}", f"{host}:{port}".encode()))
        return wire.recv(65536).split(b"\r\n")[0]


@pytest.mark.parametrize(("path", "largest"), [
    ("/graphql", 256 * 1024), (UPDATE, 256 * 1024), ("/password", 64 * 1024),
    ("/login", 64 * 1024),
])
def test_a_body_above_the_limit_is_refused_before_it_is_read(
    browser: httpx.Client, path: str, largest: int
) -> None:
    """By what Content-Length says, with not a byte sent; and as it grows when it says nothing."""
    base = str(browser.base_url).rstrip("/")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    head = (f"POST {path} HTTP/1.1\r\nHost: {{host}}\r\nCookie: {cookies}\r\n"
            "Content-Type: application/json\r\n")
    said = _raw(base, f"{head}Content-Length: {largest + 1}\r\n\r\n".encode())
    assert said.split()[1] == b"413"
    chunk = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    grown = _raw(base, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode(),
                 *[chunk] * (largest // 0x8000 + 1))
    assert grown.split()[1] == b"413"


@pytest.mark.parametrize(("request_line", "headers", "status"), [
    ("/dashboards/plan?q=" + "x" * 9000, {}, 414),
    ("/dashboards/plan", {"x-large": "x" * 33_000}, 431),
])
def test_addresses_and_headers_have_a_sane_size(
    browser: httpx.Client, request_line: str, headers: dict[str, str], status: int
) -> None:
    """Nobody types eight thousand letters."""
    assert browser.get(request_line, headers=headers).status_code == status


async def _answered(app: Any, scope: Scope, receive: Receive) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def _scope(kind: str, path: str, *headers: tuple[bytes, bytes]) -> Scope:
    return {"type": kind, "path": path, "raw_path": path.encode(), "query_string": b"",
            "headers": list(headers), "client": ("127.0.0.1", 1), "scheme": "http",
            **({"method": "POST"} if kind == "http" else {})}


async def _fails(_: Scope, __: Receive, ___: Send) -> None:
    raise RuntimeError("secret-inside")


async def _silent() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


async def test_a_body_that_does_not_come_is_not_waited_for_forever() -> None:
    """408, and the application was never asked."""
    route = Route(frozenset({"POST"}), "/x", Need.PUBLIC, Kind.API)
    edge = Edge(Database("postgresql://x@127.0.0.1:1/x"), Keys(SECRET_KEY), Table([route]))
    app = Declared(Bodies(_fails, edge, seconds=0.01), edge)
    sent = await _answered(app, _scope("http", "/x"), _silent)
    assert sent[0]["status"] == 408


async def test_what_nobody_foresaw_is_told_as_a_number_only() -> None:
    """Nothing of the inside goes out."""
    route = Route(frozenset({"POST"}), "/x", Need.PUBLIC, Kind.API)
    edge = Edge(Database("postgresql://x@127.0.0.1:1/x"), Keys(SECRET_KEY), Table([route]))
    sent = await _answered(Faults(Declared(_fails, edge), edge), _scope("http", "/x"), _silent)
    assert sent[0]["status"] == 500
    assert b"INTERNAL_ERROR" in sent[1]["body"]
    assert b"secret-inside" not in sent[1]["body"]


async def test_a_websocket_is_closed_before_it_opens_unless_somebody_comes(
    seeded_database: Database,
) -> None:
    """Nobody: 4401. Nowhere: 4404. A declared one would be passed on to whoever is signed in."""
    route = Route(frozenset({WEBSOCKET}), "/live", Permission.TARGET_READ, Kind.API)
    edge = Edge(seeded_database, Keys(SECRET_KEY), Table([route]))
    app = Declared(Authentication(_fails, edge), edge)
    tokens = await settle(seeded_database)
    for path, who, code in (("/live", None, 4401), ("/live", "x", 4401),
                            ("/live", tokens["system_admin"], 4403), ("/other", None, 4404)):
        headers = [(b"authorization", f"Bearer {who}".encode())] if who else []
        sent = await _answered(app, _scope("websocket", path, *headers), _silent)
        assert [(message["type"], message["code"]) for message in sent] == [
            ("websocket.close", code)]
    with pytest.raises(RuntimeError, match="secret-inside"):
        await _answered(app, _scope("websocket", "/live", (
            b"authorization", f"Bearer {tokens['office']}".encode())), _silent)


def _answers(browser: httpx.Client) -> list[httpx.Response]:
    """One of every kind of answer."""
    nobody = httpx.Client(base_url=browser.base_url)
    return [
        nobody.get("/"), nobody.get("/login"), nobody.get("/dashboards/"), nobody.get("/nowhere"),
        nobody.get("/health/ready"), nobody.get("/static/edge.css"), nobody.get("/static/none"),
        nobody.post("/graphql", json=QUERY), nobody.put("/graphql"),
        nobody.get("/login", headers={"host": "evil.example"}),
        browser.get("/dashboards/plan"), browser.get("/dashboards/audit"), browser.get("/graphql"),
        browser.get("/graphiql/start.js"), browser.get("/dashboards/_dash-layout"),
        browser.get("/dashboards/assets/aid.js"), browser.get("/dashboards/assets/none"),
        browser.post("/graphql", json=QUERY), browser.get("/password"), browser.get("/logout"),
        browser.post("/graphql", content=b"{", headers={
            "x-csrf-token": browser.cookies["aid-csrf"], "content-type": "application/json"}),
    ]


def test_every_kind_of_answer_tells_browsers_what_it_may_do(browser: httpx.Client) -> None:
    """Also what is refused, misspelt or another's."""
    for answer in _answers(browser):
        said = answer.headers
        where = f"{answer.request.method} {answer.request.url} {answer.status_code}"
        assert "frame-ancestors 'none'" in said["content-security-policy"], where
        assert said["x-content-type-options"] == "nosniff", where
        assert said["referrer-policy"] == "same-origin", where
        assert said["cross-origin-opener-policy"] == "same-origin", where
        assert said["cross-origin-resource-policy"] == "same-origin", where
        assert "camera=()" in said["permissions-policy"], where
        assert "strict-transport-security" not in said, where
        assert "server" not in said, where
        assert len(said.get_list("content-security-policy")) == 1, where


def test_data_is_never_kept_by_a_browser_and_files_are(browser: httpx.Client) -> None:
    """Files of a page for good, by an address that changes with them, and packed; nothing else."""
    page = browser.get("/dashboards/plan")
    named = re.findall(r'(?:src|href|content)="(/dashboards/[^"]+)"', page.text)
    for one in ("aid.js", "aid.css", "favicon.ico", "plotly.min.js", "dash_renderer.v"):
        assert any(f"/{one}" in name for name in named), one
    for name in named:
        answer = browser.get(name, headers={"accept-encoding": "gzip"})
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable", name
        assert answer.headers["content-encoding"] == "gzip", name
        assert answer.headers["vary"] == "Accept-Encoding", name
        plain = browser.get(name, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == answer.content
    for other in ("/dashboards/assets/aid.js", "/dashboards/assets/aid.js?v=0123456789abcdef"):
        assert browser.get(other).headers["cache-control"] == "private, no-cache"
    for answer in (page, browser.get("/dashboards/_dash-layout"), browser.get("/password"),
                   browser.get("/dashboards/assets/none"), browser.get("/login"),
                   browser.get("/dashboards/assets/none?v=0123456789abcdef")):
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b"1", b'"x"', b"{}", b'{"output": null}', b'{"output": []}',
    b'{"output": "unknown.children"}', b'{"output": "..page.children...drawn.data.."}',
    b'{"output": "..page.children...drawn.data..", "inputs": {}, "changedPropIds": 1}',
    b'{"output": "..page.children...drawn.data..", "inputs": [1]}',
    b'{"output": "..page.children...drawn.data..", "inputs": [{"id": "draw"}]}', b"\xff\xfe",
])
def test_a_callback_that_no_page_sends_is_refused(browser: httpx.Client, body: bytes) -> None:
    """400 and a sentence, never a fault."""
    answer = browser.post(UPDATE, content=body, headers={
        "x-csrf-token": browser.cookies["aid-csrf"], "content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()


async def test_a_database_that_is_away_is_said_plainly(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With a page, the headers of every page, and no address of the database."""
    def ask_without_database() -> list[httpx.Response]:
        with copied(admin_url, inhabited.name) as name:
            with serving(as_app(admin_url, name), tmp_path_factory.mktemp("away")) as base:
                asyncio.run(_drop(admin_url, name))
                who = {"authorization": f"Bearer {inhabited.tokens['office']}"}
                return [httpx.get(f"{base}{path}", headers=who)
                        for path in ("/dashboards/plan", "/dashboards/_dash-layout")]

    for answer in await asyncio.to_thread(ask_without_database):
        assert answer.status_code == 503
        assert "数据库现在没有应答" in answer.text
        assert "aid_test" not in answer.text
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]

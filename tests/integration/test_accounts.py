"""Accounts: how they come to be, what of them never changes, what the database itself refuses."""

import asyncio
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from aid.access.actor import Actor, gate
from aid.access.roles import ADMINISTRATORS, Role
from aid.accounts import queries, service
from aid.accounts.demo import NotForDemo, demo_accounts
from aid.accounts.sessions import SignInRefused, visitor_of_session
from aid.accounts.terms import Stage
from aid.audit.model import AuditKind
from aid.audit.queries import Wanted
from aid.database.engine import Database
from aid.errors import InputRefused, NotFound
from tests.conftest import as_app
from tests.integration.door import (
    ASKER,
    administrator,
    as_another_process,
    come,
    done,
    made,
    said,
)
from tests.people import PASSWORD

SHORT = "li.na"
SECRETS = ("credential", "sign_in_session", "api_token", "failed_sign_in")


async def test_all_mistakes_of_a_new_account_are_listed(seeded_database: Database) -> None:
    """Name, role or regions, each region, identity, password; and nothing is added."""
    with pytest.raises(InputRefused) as refused:
        await made(seeded_database, "Li Na", "office", "999999", "54020０", "540200",
                   issuer="https://id.example", password=SHORT)
    assert [complaint.field for complaint in refused.value.complaints] == [
        "name", "regions", "regions", "regions", "identity", "password"]
    async with seeded_database.reading(gate("tests")) as session:
        assert await queries.accounts(session) == []
    assert await said(seeded_database) == []


async def test_a_region_may_be_named_by_a_former_code(seeded_database: Database) -> None:
    """542300 was Shigatse Prefecture; the place is 540200 today. Twice the same is once."""
    await made(seeded_database, "shigatse", "recipient", "542300", "540200")
    async with seeded_database.reading(gate("tests")) as session:
        (row,) = await queries.accounts(session)
    assert [(region.code, region.name) for region in row.regions] == [("540200", "日喀则市")]


async def test_a_name_and_an_identity_belong_to_one_account(empty_database: Database) -> None:
    """Also when two are added at the same moment."""
    identity: dict[str, Any] = {"issuer": "https://id.example", "subject": "8f2c"}
    found = await asyncio.gather(*(made(empty_database) for _ in range(3)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["Account"] + ["InputRefused"] * 2
    found = await asyncio.gather(
        *(made(empty_database, f"wang{number}", **identity) for number in range(3)),
        return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["Account"] + ["InputRefused"] * 2
    with pytest.raises(InputRefused):
        await made(empty_database, "wang9", **identity)


async def test_a_role_is_granted_once(seeded_database: Database) -> None:
    """One adds the account, another grants; afterwards it stays."""
    await made(seeded_database, "later", None)
    with pytest.raises(SignInRefused):
        await come(seeded_database, "later")
    with pytest.raises(InputRefused):
        await done(seeded_database, "later", service.grant_role, role="recipient", regions=[])
    await done(seeded_database, "later", service.grant_role, role="recipient", regions=["540200"])
    assert (await come(seeded_database, "later")).visitor.actor.recipients
    with pytest.raises(service.RoleStays):
        await done(seeded_database, "later", service.grant_role, role="office", regions=[])
    with pytest.raises(NotFound):
        await done(seeded_database, "nobody\x00", service.grant_role, role="office", regions=[])


@pytest.mark.parametrize("login", ["aid_app", "aid_owner", "superuser"])
@pytest.mark.parametrize("role", [*sorted(ADMINISTRATORS - {Role.SYSTEM_ADMIN}), None])
async def test_nobody_has_two_administrators_roles(
    admin_url: URL, empty_name: str, empty_database: Database, login: str, role: str | None
) -> None:
    """The database refuses another role, and taking a role away to grant another, whoever asks."""
    await made(empty_database, "zhao", "system_admin")
    async with administrator(admin_url, empty_name) as admin:
        if login != "superuser":
            await admin.execute(f"SET ROLE {login}")
        await admin.execute("SELECT set_config('aid.role', 'gate', false)")
        with pytest.raises(asyncpg.CheckViolationError, match="a role once granted stays"):
            await admin.execute("UPDATE account SET role = $1", role)


async def test_only_recipients_have_regions(
    admin_url: URL, seeded_name: str, seeded_database: Database
) -> None:
    """The database refuses others, under their own role and under a false one."""
    account = await made(seeded_database)
    division = "(SELECT id FROM division WHERE code = '540200')"
    async with administrator(admin_url, seeded_name) as admin:
        for role, refusal in (("office", asyncpg.CheckViolationError),
                              ("recipient", asyncpg.ForeignKeyViolationError)):
            with pytest.raises(refusal):
                await admin.execute(f"INSERT INTO account_region VALUES ({account.id}, {division}, "
                                    f"'{role}')")


@pytest.mark.parametrize("role", Role)
async def test_secrets_are_the_gates_alone(
    seeded_database: Database, role: Role
) -> None:
    """No role of a person reads a hash, writes one, or changes an account."""
    await made(seeded_database, "shigatse", "recipient", "540200")
    await come(seeded_database, "shigatse")
    with pytest.raises(SignInRefused):
        await come(seeded_database, "shigatse", "wrong", address="192.0.2.99")
    async with seeded_database.writing(gate("tests")) as session:
        await session.execute(text(
            "INSERT INTO api_token (account_id, prefix, token_hash, expires_at)"
            " SELECT id, 'x', '\\x00', now() FROM account"))
        for table in SECRETS:
            assert await session.scalar(text(f"SELECT count(*) FROM {table}"))
    actor = Actor("somebody", role, (1,))
    async with seeded_database.reading(actor) as session:
        for table in SECRETS:
            assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
        seen = 1 if role in ADMINISTRATORS else 0
        for table in ("account", "account_region"):
            assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == seen
    async with seeded_database.writing(actor) as session:
        for change in ("credential SET must_change = true", "api_token SET revoked_at = null",
                       "account SET disabled_at = now()", "sign_in_session SET stage = 'full'"):
            found: Any = await session.execute(text(f"UPDATE {change}"))
            assert found.rowcount == 0
    for row in ("account (name, display_name, demo) VALUES ('x1', 'x', false)",
                "failed_sign_in (name_hash, address) VALUES ('', '')"):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with seeded_database.writing(actor) as session:
                await session.execute(text(f"INSERT INTO {row}"))


@pytest.mark.parametrize("statement", [
    "DELETE FROM account", "TRUNCATE account CASCADE", "DELETE FROM credential",
    "DELETE FROM api_token", "UPDATE account SET name = 'x1'", "UPDATE account SET demo = true",
    "UPDATE account_region SET division_id = 1", "UPDATE api_token SET expires_at = now()",
    "UPDATE api_token SET scopes = null", "UPDATE failed_sign_in SET at = now()",
])
async def test_the_application_may_not(
    admin_url: URL, empty_name: str, statement: str
) -> None:
    """Accounts are not deleted nor renamed, tokens neither prolonged nor widened."""
    connection = await asyncpg.connect(as_app(admin_url, empty_name))
    try:
        await connection.execute("SELECT set_config('aid.role', 'gate', false)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_a_disabled_account_is_out_at_once(empty_database: Database) -> None:
    """Its session counts no more, nor after it is enabled again; twice is once."""
    await made(empty_database)
    entered = await come(empty_database)
    assert await visitor_of_session(empty_database, entered.secret) is not None
    for _ in range(2):
        await done(empty_database, "li.na", service.disable_account)
    assert await visitor_of_session(empty_database, entered.secret) is None
    for _ in range(2):
        await done(empty_database, "li.na", service.enable_account)
    assert await visitor_of_session(empty_database, entered.secret) is None
    assert (await come(empty_database)).visitor.stage is Stage.FULL
    log = await said(empty_database, Wanted(kind=AuditKind.ACCOUNT))
    assert [entry.detail for entry in log] == [
        {"added": True}, {"disabled": True}, {"disabled": False}]


async def test_what_is_undone_is_forgotten_by_nobody(empty_database: Database) -> None:
    """A disabling that is rolled back lets the account stay in."""
    await made(empty_database)
    entered = await come(empty_database)
    with pytest.raises(ValueError, match="undone"):
        async with empty_database.writing(gate("zhao")) as session:
            account = await service.account_named(session, "li.na")
            await service.disable_account(session, account, asker=ASKER)
            raise ValueError("undone")
    as_another_process(entered.visitor.account_id)
    assert await visitor_of_session(empty_database, entered.secret) == entered.visitor


async def test_a_password_set_by_somebody_else(empty_database: Database) -> None:
    """Random if none is given; ends the sessions; is to be changed; is not in the log."""
    await made(empty_database)
    entered = await come(empty_database)
    chosen = await done(empty_database, "li.na", service.set_password)
    assert await visitor_of_session(empty_database, entered.secret) is None
    assert (await come(empty_database, password=chosen)).visitor.stage is Stage.NEW_PASSWORD
    with pytest.raises(InputRefused):
        await done(empty_database, "li.na", service.set_password, password=SHORT)
    (entry,) = await said(empty_database, Wanted(kind=AuditKind.PASSWORD))
    assert (entry.actor, entry.role, entry.subject, entry.address) == (
        "zhao", "system_admin", "li.na", "192.0.2.1")
    assert chosen not in str(await said(empty_database))


async def test_administrators_read_the_history_of_accounts(empty_database: Database) -> None:
    """Who added and disabled whom; nobody else sees it."""
    await made(empty_database)
    await done(empty_database, "li.na", service.disable_account)
    ask = text("SELECT field, actor FROM change WHERE entity = 'account' ORDER BY id")
    for role in Role:
        async with empty_database.reading(Actor("somebody", role)) as session:
            rows = [tuple(row) for row in await session.execute(ask)]
        wanted = [(None, "zhao"), ("role", "zhao"), ("disabled_at", "zhao")]
        assert rows == (wanted if role in ADMINISTRATORS else [])


async def test_the_list_of_accounts(seeded_database: Database) -> None:
    """By name, with regions by their names of today, last sign-in, and whether disabled."""
    await made(seeded_database, "wang", None, issuer="https://id.example", subject="8f2c",
               password=None)
    await made(seeded_database, "shigatse", "recipient", "540200", "530800")
    await made(seeded_database, "li.na", display_name="李娜")
    await come(seeded_database, "li.na")
    await done(seeded_database, "li.na", service.disable_account)
    async with seeded_database.reading(gate("zhao")) as session:
        rows = await queries.accounts(session)
    assert [(row.name, row.display_name, row.role, row.provider) for row in rows] == [
        ("li.na", "李娜", Role.OFFICE, False), ("shigatse", "shigatse", Role.RECIPIENT, False),
        ("wang", "wang", None, True)]
    assert [region.name for region in rows[1].regions] == ["普洱市", "日喀则市"]
    assert [row.disabled_at is not None for row in rows] == [True, False, False]
    assert [row.last_sign_in is not None for row in rows] == [True, False, False]


async def test_demo_accounts_one_a_role(seeded_database: Database) -> None:
    """Each comes in while the demo is served; the next start makes new passwords."""
    first = await demo_accounts(seeded_database, None)
    assert [(account.name, account.role) for account in first] == [
        (f"demo-{role.value}", role) for role in Role]
    assert [account.regions for account in first if account.role is Role.RECIPIENT] == [("540200",)]
    assert len({account.password for account in first}) == len(Role)
    for account in first:
        entered = await come(seeded_database, account.name, account.password, demo=True)
        assert (entered.visitor.stage, entered.visitor.actor.role) == (Stage.FULL, account.role)
        with pytest.raises(SignInRefused):
            await come(seeded_database, account.name, account.password)
    await done(seeded_database, "demo-office", service.disable_account)
    again = await demo_accounts(seeded_database, "demo")
    assert {account.password for account in again} == {"demo"}
    assert await visitor_of_session(seeded_database, entered.secret, demo=True) is None
    for account in again:
        assert (await come(seeded_database, account.name, "demo", demo=True)).visitor
        with pytest.raises(SignInRefused):
            await come(seeded_database, account.name, first[0].password, demo=True)


async def test_a_database_with_real_accounts_gets_no_demo_accounts(
    seeded_database: Database
) -> None:
    """Neither new ones nor new passwords."""
    before = await demo_accounts(seeded_database, None)
    await made(seeded_database)
    with pytest.raises(NotForDemo):
        await demo_accounts(seeded_database, "demo")
    assert (await come(seeded_database, "demo-office", before[0].password, demo=True)).visitor
    assert (await come(seeded_database, "li.na", PASSWORD)).visitor


async def test_two_demos_at_once_make_the_accounts_once(seeded_database: Database) -> None:
    """The second waits, then finds them there."""
    await asyncio.gather(*(demo_accounts(seeded_database, "demo") for _ in range(2)))
    assert (await come(seeded_database, "demo-leader", "demo", demo=True)).visitor

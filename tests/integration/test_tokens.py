"""API tokens: made once, shown once, narrowed, ended."""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy.engine import URL

from aid.access.actor import gate
from aid.access.policy import Permission
from aid.access.roles import Role
from aid.accounts import service
from aid.accounts.model import Account
from aid.accounts.terms import Stage
from aid.accounts.tokens import (
    MadeToken,
    NoTokens,
    TokenRow,
    make_token,
    revoke_token,
    tokens,
    visitor_of_token,
)
from aid.audit.model import AuditKind
from aid.audit.queries import Wanted
from aid.database.engine import Database
from aid.errors import InputRefused, NotFound
from tests.integration.door import (
    ASKER,
    administrator,
    as_another_process,
    done,
    made,
    said,
    statements,
)


async def _made(
    database: Database, name: str = "li.na", *, days: int = 90,
    scopes: Sequence[str] | None = None, note: str | None = None,
) -> MadeToken:
    made: MadeToken = await done(database, name, make_token, days=days, scopes=scopes, note=note)
    return made


async def _revoked(database: Database, which: str | int) -> TokenRow:
    async with database.writing(gate("zhao")) as session:
        return await revoke_token(session, which, asker=ASKER)


async def test_a_token_is_its_account(seeded_database: Database) -> None:
    """All of the role, a recipient's regions too, and no session."""
    await made(seeded_database, "shigatse", "recipient", "540200")
    token = await _made(seeded_database, "shigatse")
    assert re.fullmatch(r"aid_[a-z0-9]{8}_[A-Za-z0-9_-]{43}", token.token)
    came = await visitor_of_token(seeded_database, token.token)
    assert came is not None
    assert (came.name, came.stage, came.session_id) == ("shigatse", Stage.FULL, None)
    assert came.actor.role is Role.RECIPIENT
    assert len(came.actor.recipients) > 10
    assert came.actor.scopes is None
    assert came.actor.may(Permission.TARGET_READ)


async def test_scopes_narrow_a_token(empty_database: Database) -> None:
    """To what is named of it; they are never empty, and never beyond the role."""
    await made(empty_database)
    token = await _made(empty_database, scopes=["plan.read", "target.read", "plan.read"])
    came = await visitor_of_token(empty_database, token.token)
    assert came is not None
    named = frozenset({Permission.PLAN_READ, Permission.TARGET_READ})
    assert came.actor.permissions == came.actor.scopes == named
    assert not came.actor.may(Permission.TARGET_ADJUST)
    with pytest.raises(InputRefused) as refused:
        await _made(empty_database, days=400, scopes=["audit.read", "everything"])
    assert [complaint.field for complaint in refused.value.complaints] == ["days", "scope", "scope"]


async def test_a_token_is_kept_as_its_hash(
    admin_url: URL, empty_name: str, empty_database: Database
) -> None:
    """Its prefix tells it apart; what is secret of it stands nowhere."""
    await made(empty_database)
    token = await _made(empty_database, days=30, note="nightly\x00 report")
    async with administrator(admin_url, empty_name) as admin:
        row = await admin.fetchrow("SELECT *, expires_at - created_at AS held FROM api_token")
        assert row["token_hash"] == hashlib.sha256(token.token.encode()).digest()
        assert row["held"].days == 30
        log = str(await admin.fetch("SELECT t::text FROM audit_entry t"))
    assert token.prefix in log
    assert token.token[len(token.prefix):] not in log + str(dict(row))


@pytest.mark.parametrize("given", [
    "", "aid_", "aid_abcdefgh", "Bearer x", "aid_abcdefgh_" + "x" * 43,
    "aid_abcdefgh_" + "\x00" * 43, "aid_abcdefgh_" + "\ud800" * 43, "x" * 100_000])
async def test_what_is_no_token_is_nobody(empty_database: Database, given: str) -> None:
    """Unknown or malformed: None, never an error."""
    await made(empty_database)
    await _made(empty_database)
    assert await visitor_of_token(empty_database, given) is None


async def test_a_token_differs_in_every_character(empty_database: Database) -> None:
    """A prefix with another's secret is nobody."""
    await made(empty_database)
    one, other = await _made(empty_database), await _made(empty_database)
    assert await visitor_of_token(empty_database, one.prefix + other.token[12:]) is None
    assert await visitor_of_token(empty_database, one.token + "x") is None
    assert await visitor_of_token(empty_database, one.token + "\n") is None


@pytest.mark.parametrize("by", ["prefix", "id"])
async def test_a_revoked_token_is_nobody_at_once(empty_database: Database, by: str) -> None:
    """In this process without waiting; others of the account hold. Revoking again is no change."""
    await made(empty_database)
    token, other = await _made(empty_database), await _made(empty_database)
    assert await visitor_of_token(empty_database, token.token) is not None
    first = await _revoked(empty_database, getattr(token, by))
    again = await _revoked(empty_database, getattr(token, by))
    assert first.revoked_at == again.revoked_at is not None
    assert await visitor_of_token(empty_database, token.token) is None
    assert await visitor_of_token(empty_database, other.token) is not None
    log = await said(empty_database, Wanted(kind=AuditKind.TOKEN))
    assert [(entry.subject, *list(entry.detail)[:1]) for entry in log] == [
        ("li.na", "days"), ("li.na", "days"), ("li.na", "revoked")]


@pytest.mark.parametrize("which", ["aid_nothing0", "0", "-1", "9" * 30, "", "x\x00"])
async def test_revoking_what_is_not_there(empty_database: Database, which: str) -> None:
    """Says so."""
    await made(empty_database)
    await _made(empty_database)
    with pytest.raises(NotFound):
        await _revoked(empty_database, which)


async def test_tokens_of_a_disabled_account_are_nobody_for_good(empty_database: Database) -> None:
    """Also after it is enabled again; meanwhile it gets none."""
    await made(empty_database)
    token = await _made(empty_database)
    assert await visitor_of_token(empty_database, token.token) is not None
    await done(empty_database, "li.na", service.disable_account)
    assert await visitor_of_token(empty_database, token.token) is None
    with pytest.raises(NoTokens):
        await _made(empty_database)
    await done(empty_database, "li.na", service.enable_account)
    assert await visitor_of_token(empty_database, token.token) is None
    assert await visitor_of_token(empty_database, (await _made(empty_database)).token) is not None


async def test_without_a_role_there_is_no_token(empty_database: Database) -> None:
    """It would be good for nothing yet."""
    await made(empty_database, "later", None)
    with pytest.raises(NoTokens):
        await _made(empty_database, "later")


@pytest.mark.parametrize(("change", "holds"), [
    ("expires_at = now() + interval '1 minute'", True),
    ("expires_at = now()", False),
    ("revoked_at = now()", False),
])
async def test_a_token_holds_until_its_last_moment(
    admin_url: URL, empty_name: str, empty_database: Database, change: str, holds: bool
) -> None:
    """Then no longer, whatever ended it."""
    account = await made(empty_database)
    token = await _made(empty_database)
    async with administrator(admin_url, empty_name) as admin:
        await admin.execute(f"UPDATE api_token SET {change}")
    as_another_process(account.id)
    assert (await visitor_of_token(empty_database, token.token) is not None) is holds


async def test_a_demo_accounts_token_holds_only_in_the_demo(empty_database: Database) -> None:
    """A database that was looked around in may later be served in earnest."""
    await made(empty_database, "demo-office", demo=True)
    token = await _made(empty_database, "demo-office")
    assert await visitor_of_token(empty_database, token.token, demo=True) is not None
    assert await visitor_of_token(empty_database, token.token) is None


async def test_use_is_noted_once_a_minute(
    admin_url: URL, empty_name: str, empty_database: Database
) -> None:
    """And costs one statement in five seconds otherwise."""
    account: Account = await made(empty_database)
    token = await _made(empty_database)
    async with administrator(admin_url, empty_name) as admin:
        async def used() -> Any:
            as_another_process(account.id)
            await visitor_of_token(empty_database, token.token)
            return await admin.fetchval("SELECT used_at FROM api_token")

        first = await used()
        assert first is not None
        assert await used() == first
        await admin.execute("UPDATE api_token SET used_at = used_at - interval '61 seconds'")
        assert await used() > first
    async with statements(empty_database) as sent:
        await visitor_of_token(empty_database, token.token)
    assert sent == []


async def test_the_list_of_tokens(empty_database: Database) -> None:
    """Newest first; of one account, or of all."""
    wang = await made(empty_database, "wang")
    await made(empty_database)
    await _made(empty_database, "wang", note="report", scopes=["plan.read"])
    await _made(empty_database)
    async with empty_database.reading(gate("zhao")) as session:
        everybodys = await tokens(session)
        wangs = await tokens(session, account_id=wang.id)
    assert [row.account for row in everybodys] == ["li.na", "wang"]
    assert [(row.note, row.scopes, row.used_at) for row in wangs] == [
        ("report", ("plan.read",), None)]

"""The audit log: what stands in it, who reads it, and that nobody changes it."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from aid.access.actor import Actor, gate
from aid.access.roles import Role
from aid.accounts import service
from aid.accounts.sessions import SignInRefused, end_session
from aid.accounts.tokens import make_token, revoke_token
from aid.audit.model import AuditKind, Outcome
from aid.audit.queries import Entry, Page, Position, Wanted, entries
from aid.audit.service import note
from aid.database.engine import Database
from tests.actors import AUDITOR
from tests.conftest import as_admin
from tests.integration.door import ASKER, HERE, administrator, come, done, made, said
from tests.people import PASSWORD

CHANGES = ("UPDATE audit_entry SET actor = 'nobody'", "DELETE FROM audit_entry",
           "TRUNCATE audit_entry", "UPDATE audit_entry SET actor = actor WHERE false")


async def _noted(database: Database, actor: str, **more: object) -> None:
    told = {"kind": AuditKind.EXPORT, "outcome": Outcome.DONE, **more}
    await note(database, actor=actor, **told)  # type: ignore[arg-type]


async def test_all_that_happens_to_an_account_is_in_the_log(seeded_database: Database) -> None:
    """From its making to its end: who, in which role, to whom, from where; and no secret."""
    await made(seeded_database, "shigatse", "recipient", "540200")
    with pytest.raises(SignInRefused):
        await come(seeded_database, "shigatse", "wrong password")
    entered = await come(seeded_database, "shigatse")
    changed = await service.change_own_password(
        seeded_database, entered.visitor, entered.secret, current=PASSWORD,
        new="another ferry, to Pudong", address=HERE)
    await end_session(seeded_database, changed.secret, address=HERE)
    token = await done(seeded_database, "shigatse", make_token, scopes=["plan.read"])
    async with seeded_database.writing(gate("zhao")) as session:
        await revoke_token(session, token.prefix, asker=ASKER)
    chosen = await done(seeded_database, "shigatse", service.set_password)
    await done(seeded_database, "shigatse", service.reset_second_factor)
    await done(seeded_database, "shigatse", service.disable_account)
    await done(seeded_database, "shigatse", service.enable_account)
    log = await said(seeded_database)
    zhao, own = ("zhao", "system_admin", "shigatse", "192.0.2.1"), ("shigatse", "recipient")
    assert [(e.kind, e.outcome, (e.actor, e.role, e.subject, e.address), e.detail)
            for e in log] == [
        (AuditKind.ACCOUNT, Outcome.DONE, zhao, {"added": True}),
        (AuditKind.RIGHTS, Outcome.DONE, zhao, {"role": "recipient", "regions": ["540200"]}),
        (AuditKind.SIGN_IN, Outcome.REFUSED, (*own, None, HERE), {"reason": "password"}),
        (AuditKind.SIGN_IN, Outcome.DONE, (*own, None, HERE),
         {"method": "password", "stage": "full"}),
        (AuditKind.PASSWORD, Outcome.DONE, (*own, "shigatse", HERE), {"changed": True}),
        (AuditKind.SIGN_OUT, Outcome.DONE, (*own, None, HERE), {}),
        (AuditKind.TOKEN, Outcome.DONE, zhao,
         {"made": token.prefix, "days": 90, "scopes": ["plan.read"]}),
        (AuditKind.TOKEN, Outcome.DONE, zhao, {"revoked": token.prefix}),
        (AuditKind.PASSWORD, Outcome.DONE, zhao, {"set": True}),
        (AuditKind.SECOND_FACTOR, Outcome.DONE, zhao, {"reset": True}),
        (AuditKind.ACCOUNT, Outcome.DONE, zhao, {"disabled": True}),
        (AuditKind.ACCOUNT, Outcome.DONE, zhao, {"disabled": False}),
    ]
    for secret in (PASSWORD, chosen, token.token, entered.secret, changed.secret, "Pudong"):
        assert secret not in str(log)


@pytest.mark.parametrize("role", Role)
async def test_auditors_and_audit_administrators_read_it(
    empty_database: Database, role: Role
) -> None:
    """Nobody else, and nobody writes to it but the gate, which cannot read it."""
    await _noted(empty_database, "li.na")
    async with empty_database.reading(Actor("somebody", role)) as session:
        seen = len((await entries(session)).entries)
    assert seen == (1 if role in (Role.AUDITOR, Role.AUDIT_ADMIN) else 0)
    async with empty_database.reading(gate("somebody")) as session:
        assert (await entries(session)).entries == ()
    with pytest.raises(DBAPIError, match="row-level security"):
        async with empty_database.writing(Actor("somebody", role)) as session:
            await session.execute(text(
                "INSERT INTO audit_entry (kind, outcome, actor, detail)"
                " VALUES ('export', 'done', 'x', '{}')"))


@pytest.mark.parametrize("login", ["aid_app", "aid_owner", "superuser"])
@pytest.mark.parametrize("change", CHANGES)
async def test_nobody_changes_it(
    admin_url: URL, empty_name: str, empty_database: Database, login: str, change: str
) -> None:
    """Not the application, not the owner of the table, not a superuser by such a statement."""
    await _noted(empty_database, "li.na")
    async with administrator(admin_url, empty_name) as admin:
        if login != "superuser":
            await admin.execute(f"SET ROLE {login}")
        await admin.execute("SELECT set_config('aid.role', 'auditor', false)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match=r"append-only|denied"):
            await admin.execute(change)
    assert [entry.actor for entry in await said(empty_database)] == ["li.na"]


async def test_not_even_with_triggers_held_back(
    admin_url: URL, empty_name: str, empty_database: Database
) -> None:
    """As a replica, a superuser runs no ordinary trigger; this one is always run."""
    await _noted(empty_database, "li.na")
    async with administrator(admin_url, empty_name) as admin:
        await admin.execute("SET session_replication_role = 'replica'")
        for change in CHANGES:
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
                await admin.execute(change)


async def _pages(database: Database, wanted: Wanted, first: int) -> list[Page]:
    """All pages, one after the other."""
    found: list[Page] = []
    after: Position | None = None
    async with database.reading(AUDITOR) as session:
        while not found or after is not None:
            found.append(await entries(session, wanted, first=first, after=after))
            after = found[-1].next
    return found


async def test_it_is_read_in_pages_newest_first(
    admin_url: URL, empty_name: str, empty_database: Database
) -> None:
    """Each event on one page, also those of the same instant and what comes meanwhile."""
    admin = await asyncpg.connect(as_admin(admin_url, empty_name))
    await admin.execute(
        "INSERT INTO audit_entry (at, kind, outcome, actor, detail)"
        " SELECT now() - (n / 4) * interval '1 minute', 'export', 'done', 'actor' || n, '{}'"
        " FROM generate_series(0, 22) n")
    await admin.close()
    pages = await _pages(empty_database, Wanted(), 5)
    assert [len(page.entries) for page in pages] == [5, 5, 5, 5, 3]
    shown = [entry for page in pages for entry in page.entries]
    assert len({entry.id for entry in shown}) == 23
    assert shown == sorted(shown, key=lambda entry: (entry.at, entry.id), reverse=True)
    async with empty_database.reading(AUDITOR) as session:
        first = await entries(session, first=5)
    await _noted(empty_database, "latecomer")
    async with empty_database.reading(AUDITOR) as session:
        second = await entries(session, first=5, after=first.next)
    assert [*first.entries, *second.entries] == shown[:10]
    exactly = await _pages(empty_database, Wanted(actor="latecomer"), 1)
    assert [(len(page.entries), page.next) for page in exactly] == [(1, None)]


async def test_it_is_filtered(empty_database: Database) -> None:
    """By kind, outcome, actor and time, together."""
    await _noted(empty_database, "li.na")
    await _noted(empty_database, "li.na", outcome=Outcome.REFUSED)
    await _noted(empty_database, "wang", kind=AuditKind.OPERATION)

    async def found(wanted: Wanted) -> list[tuple[str, str, str]]:
        return [(entry.actor, entry.kind, entry.outcome)
                for entry in await said(empty_database, wanted)]

    now, hour = datetime.now(UTC), timedelta(hours=1)
    assert await found(Wanted(kind=AuditKind.OPERATION)) == [("wang", "operation", "done")]
    assert await found(Wanted(actor="li.na", outcome=Outcome.DONE)) == [("li.na", "export", "done")]
    assert len(await found(Wanted(since=now - hour, until=now + hour))) == 3
    assert await found(Wanted(since=now + hour)) == await found(Wanted(until=now - hour)) == []
    (entry,) = await said(empty_database, Wanted(actor="wang"))
    assert await said(empty_database, Wanted(since=entry.at, actor="wang")) == [entry]
    assert await said(empty_database, Wanted(until=entry.at, actor="wang")) == []


async def test_a_flood_of_the_same_refusal_is_one_entry(empty_database: Database) -> None:
    """Others are written; so is everything that is no refusal."""
    for _ in range(20):
        await _noted(empty_database, "flooding", kind=AuditKind.REFUSAL,
                     outcome=Outcome.REFUSED, subject="/dashboards/audit")
    await _noted(empty_database, "flooding", kind=AuditKind.REFUSAL, subject="/graphql",
                 outcome=Outcome.REFUSED)
    for fields in (["auditLog"], ["accounts"], ["accounts"]):  # another thing asked for counts
        await _noted(empty_database, "flooding", kind=AuditKind.REFUSAL, subject="/graphql",
                     outcome=Outcome.REFUSED, detail={"fields": fields})
    await _noted(empty_database, "flooding", kind=AuditKind.REFUSAL, subject="/graphql",
                 outcome=Outcome.REFUSED, address="10.0.0.9")
    for _ in range(2):
        await _noted(empty_database, "flooding", kind=AuditKind.SIGN_IN, outcome=Outcome.REFUSED)
    assert [(entry.kind, entry.subject) for entry in await said(empty_database)] == [
        ("refusal", "/dashboards/audit"), *[("refusal", "/graphql")] * 4, ("sign_in", None),
        ("sign_in", None)]


async def test_whatever_was_sent_can_be_noted(empty_database: Database) -> None:
    """A zero byte or half a character in a path hinders no entry."""
    await _noted(empty_database, "a\x00", subject="/\ud800" + "x" * 5000, address="\x00",
                 detail={"method": "G\x00T", "count": 3})
    (entry,) = await said(empty_database)
    assert isinstance(entry, Entry)
    assert (entry.actor, entry.detail) == ("a\ufffd", {"method": "G\ufffdT", "count": 3})
    assert entry.subject is not None
    assert len(entry.subject) == 300


async def test_what_is_undone_is_not_in_the_log(empty_database: Database) -> None:
    """An event and what it tells of are kept together or not at all."""
    with pytest.raises(ValueError, match="undone"):
        async with empty_database.writing(gate("zhao")) as session:
            await service.add_account(session, service.NewAccount(name="li.na"), asker=ASKER)
            raise ValueError("undone")
    assert await said(empty_database) == []

"""Signing in: who may, what is said to who may not, how long it holds, how often one may try."""

import asyncio
import hashlib
from typing import Any

import pytest
from sqlalchemy.engine import URL

from aid.access.actor import gate
from aid.access.policy import Permission
from aid.access.roles import Role
from aid.accounts import passwords, service, throttle
from aid.accounts.own_password import change_own_password
from aid.accounts.sessions import (
    SessionOver,
    SignInRefused,
    TooManyAttempts,
    end_session,
    visitor_of_session,
)
from aid.accounts.terms import Stage
from aid.audit.model import AuditKind, Outcome
from aid.audit.queries import Wanted
from aid.database.engine import Database
from aid.errors import InputRefused
from tests.integration.door import (
    ASKER,
    ELSEWHERE,
    HERE,
    administrator,
    as_another_process,
    come,
    done,
    made,
    said,
    statements,
    waits,
)
from tests.people import PASSWORD

WRONG = "not the password at all"
NEXT = "another ferry, to Pudong"


async def _refused(database: Database, name: str, password: str = WRONG, **more: object) -> str:
    with pytest.raises(SignInRefused) as refused:
        await come(database, name, password, **more)  # type: ignore[arg-type]
    return refused.value.to("zh") + refused.value.to("en")


async def test_who_signs_in_is_known_by_the_session(empty_database: Database) -> None:
    """Name, role, permissions; however the name is typed."""
    account = await made(empty_database, display_name="李娜")
    entered = await come(empty_database, " Li.Na ")
    came = await visitor_of_session(empty_database, entered.secret)
    assert came == entered.visitor
    assert (came.name, came.display_name, came.stage) == ("li.na", "李娜", Stage.FULL)
    assert came.actor.role is Role.OFFICE
    assert came.actor.account_id == came.account_id == account.id
    assert came.actor.may(Permission.TARGET_ADJUST)
    assert len(entered.secret) == 43
    assert await visitor_of_session(empty_database, entered.secret[:-1] + "\ud800") is None
    assert await visitor_of_session(empty_database, "") is None


async def test_a_recipient_comes_with_its_regions(seeded_database: Database) -> None:
    """By sign-in and by each request alike: its own region and those below it."""
    await made(seeded_database, "shigatse", "recipient", "542300")
    entered = await come(seeded_database, "shigatse")
    assert len(entered.visitor.actor.recipients) > 10
    as_another_process(entered.visitor.account_id)
    assert await visitor_of_session(seeded_database, entered.secret) == entered.visitor


async def test_secrets_are_kept_as_hashes_only(
    admin_url: URL, empty_name: str, empty_database: Database
) -> None:
    """Neither a session's secret nor a password stands anywhere in the database."""
    await made(empty_database)
    entered = await come(empty_database)
    async with administrator(admin_url, empty_name) as admin:
        kept = await admin.fetchval("SELECT id_hash FROM sign_in_session")
        assert kept == hashlib.sha256(entered.secret.encode()).digest()
        for table in ("account", "credential", "sign_in_session", "failed_sign_in", "audit_entry",
                      "change", "api_token"):
            dump = str(await admin.fetch(f"SELECT t::text FROM {table} t"))
            assert entered.secret not in dump
            assert PASSWORD not in dump


async def test_all_that_may_not_come_in_are_told_the_same(
    empty_database: Database
) -> None:
    """Unknown, wrong, disabled, without a role, demo: one sentence. The audit log knows why."""
    for name, role in (("wrong", "office"), ("gone", "office"), ("nothing", None)):
        await made(empty_database, name, role)
    await made(empty_database, "demo-office", "office", demo=True)
    await done(empty_database, "gone", service.disable_account)
    sentences = {
        await _refused(empty_database, "nobody"),
        await _refused(empty_database, "nobody\x00"),
        await _refused(empty_database, "a secret typed into the wrong field\ud800" * 100),
        await _refused(empty_database, ""),
        await _refused(empty_database, "wrong"),
        await _refused(empty_database, "wrong", "x\ud800\x00" * 1000),
        await _refused(empty_database, "gone", PASSWORD),
        await _refused(empty_database, "nothing", PASSWORD),
        await _refused(empty_database, "demo-office", PASSWORD),
    }
    assert len(sentences) == 1
    log = await said(empty_database, Wanted(kind=AuditKind.SIGN_IN))
    assert [(entry.actor, entry.detail["reason"]) for entry in log] == [
        ("unknown", "name"), ("unknown", "name"), ("unknown", "name"), ("unknown", "name"),
        ("wrong", "password"), ("wrong", "password"), ("gone", "disabled"), ("nothing", "role"),
        ("demo-office", "demo")]
    assert {entry.outcome for entry in log} == {Outcome.REFUSED}
    assert {entry.address for entry in log} == {HERE}
    assert (await come(empty_database, "demo-office", demo=True)).visitor.stage is Stage.FULL


async def test_a_demo_account_is_in_only_where_the_demo_is_served(
    empty_database: Database
) -> None:
    """Its session opens nothing once the same database is served in earnest."""
    await made(empty_database, "demo-office", "office", demo=True)
    entered = await come(empty_database, "demo-office", demo=True)
    assert await visitor_of_session(empty_database, entered.secret, demo=True) == entered.visitor
    assert await visitor_of_session(empty_database, entered.secret) is None


async def test_what_was_typed_as_a_name_stands_nowhere(
    admin_url: URL, empty_name: str, empty_database: Database
) -> None:
    """People type passwords there."""
    await _refused(empty_database, "typed-into-the-wrong-field")
    async with administrator(admin_url, empty_name) as admin:
        for table in ("failed_sign_in", "audit_entry"):
            rows = await admin.fetch(f"SELECT t::text FROM {table} t")
            assert rows
            assert "wrong-field" not in str(rows)


async def test_an_unknown_name_is_as_much_work_as_a_wrong_password(
    empty_database: Database
) -> None:
    """The same statements are sent, and a hash of the same cost is computed."""
    await made(empty_database)
    async with statements(empty_database) as for_known:
        await _refused(empty_database, "li.na")
    async with statements(empty_database) as for_unknown:
        await _refused(empty_database, "nobody")
    assert len(for_known) > 5
    assert for_known == for_unknown
    assert not await passwords.verified(None, PASSWORD)


async def test_a_request_costs_one_statement_and_the_next_ones_none(
    seeded_database: Database
) -> None:
    """Session, account and regions are looked up together, once in five seconds."""
    await made(seeded_database, "shigatse", "recipient", "540200")
    entered = await come(seeded_database, "shigatse")
    async with statements(seeded_database) as sent:
        await visitor_of_session(seeded_database, entered.secret)
        await visitor_of_session(seeded_database, entered.secret)
    about = [statement for statement in sent if "sign_in_session" in statement]
    assert len(about) == 1
    assert [statement for statement in sent if "FROM division" in statement] in ([], about)


async def test_five_failures_then_nothing_is_tried_from_there(empty_database: Database) -> None:
    """Not even the right password; from elsewhere, and for others, it is. Unknown names alike."""
    await made(empty_database)
    await made(empty_database, "wang")
    for name in ("li.na", "nobody"):
        for _ in range(5):
            await _refused(empty_database, name)
        with pytest.raises(TooManyAttempts) as refused:
            await come(empty_database, name)
        assert 1 <= refused.value.minutes <= 15
        assert str(refused.value.minutes) in refused.value.to("zh")
    assert (await come(empty_database, address=ELSEWHERE)).visitor.name == "li.na"
    assert (await come(empty_database, "wang")).visitor.name == "wang"
    log = await said(empty_database, Wanted(kind=AuditKind.REFUSAL))
    assert [(entry.actor, entry.detail["reason"]) for entry in log] == [
        ("li.na", "TOO_MANY_ATTEMPTS"), ("unknown", "TOO_MANY_ATTEMPTS")]


async def test_attempts_made_at_once_count_like_attempts_in_a_row(
    empty_database: Database
) -> None:
    """Of twelve at the same time five are tried."""
    await made(empty_database)
    found = await asyncio.gather(
        *(come(empty_database, "li.na", WRONG) for _ in range(12)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == (
        ["SignInRefused"] * 5 + ["TooManyAttempts"] * 7)


async def test_an_attempt_waits_until_the_one_before_is_written_down(
    admin_url: URL, empty_name: str, empty_database: Database
) -> None:
    """So the sixth of several at once finds five."""
    for _ in range(4):
        await _refused(empty_database, "nobody")

    async def attempt() -> None:
        async with empty_database.writing(gate("tests")) as session:
            await throttle.attempt(session, "nobody", HERE)

    async with administrator(admin_url, empty_name) as admin:
        async with empty_database.writing(gate("tests")) as session:
            await throttle.attempt(session, "nobody", HERE)
            sixth = asyncio.create_task(attempt())
            assert await waits(admin, sixth)
    with pytest.raises(TooManyAttempts):
        await sixth


async def test_success_clears_the_failures_of_that_name_from_there(
    empty_database: Database
) -> None:
    """Who remembers the password in the end begins anew; somebody guessing elsewhere does not."""
    await made(empty_database)
    for _ in range(5):
        await _refused(empty_database, "li.na", address=ELSEWHERE)
    for _ in range(3):
        for _ in range(4):
            await _refused(empty_database, "li.na")
        await come(empty_database)
    with pytest.raises(TooManyAttempts):
        await come(empty_database, address=ELSEWHERE)


async def test_thirty_failures_from_an_address_whatever_the_names(
    empty_database: Database
) -> None:
    """Trying one password on everybody is slow too."""
    await made(empty_database)
    for number in range(30):
        await _refused(empty_database, f"name{number}")
    with pytest.raises(TooManyAttempts):
        await come(empty_database)
    assert (await come(empty_database, address=ELSEWHERE)).visitor.name == "li.na"


async def test_after_a_quarter_of_an_hour_it_may_be_tried_again(
    admin_url: URL, empty_name: str, empty_database: Database
) -> None:
    """And what is an hour old is removed."""
    await made(empty_database)
    for _ in range(5):
        await _refused(empty_database, "li.na")
    async with administrator(admin_url, empty_name) as admin:
        await admin.execute("UPDATE failed_sign_in SET at = at - interval '14 minutes'")
        with pytest.raises(TooManyAttempts) as refused:
            await come(empty_database)
        assert refused.value.minutes == 1
        await admin.execute("UPDATE failed_sign_in SET at = at - interval '1 minute'")
        await _refused(empty_database, "li.na")
        assert await admin.fetchval("SELECT count(*) FROM failed_sign_in") == 6
        await admin.execute("UPDATE failed_sign_in SET at = at - interval '50 minutes'")
        await _refused(empty_database, "wang")
        assert await admin.fetchval("SELECT count(*) FROM failed_sign_in") == 2


@pytest.mark.parametrize(("change", "lives"), [
    ("seen_at = now() - interval '29 minutes'", True),
    ("seen_at = now() - interval '31 minutes'", False),
    ("expires_at = now() - interval '1 second'", False),
    ("ended_at = now()", False),
])
async def test_a_session_idles_away_and_ends_after_twelve_hours(
    admin_url: URL, empty_name: str, empty_database: Database, change: str, lives: bool
) -> None:
    """Half an hour without a request; twelve hours with as many as one likes."""
    account = await made(empty_database)
    entered = await come(empty_database)
    async with administrator(admin_url, empty_name) as admin:
        hours = await admin.fetchval("SELECT expires_at - created_at FROM sign_in_session")
        assert hours.total_seconds() == 12 * 3600
        await admin.execute(f"UPDATE sign_in_session SET {change}")
    as_another_process(account.id)
    assert (await visitor_of_session(empty_database, entered.secret) is not None) is lives


async def test_being_seen_is_noted_once_a_minute(
    admin_url: URL, empty_name: str, empty_database: Database
) -> None:
    """Reads do not write each time."""
    account = await made(empty_database)
    entered = await come(empty_database)
    async with administrator(admin_url, empty_name) as admin:
        for ago, noted in ((50, False), (70, True)):
            await admin.execute(
                f"UPDATE sign_in_session SET seen_at = now() - interval '{ago} seconds'")
            before = await admin.fetchval("SELECT seen_at FROM sign_in_session")
            as_another_process(account.id)
            await visitor_of_session(empty_database, entered.secret)
            assert (await admin.fetchval("SELECT seen_at FROM sign_in_session") > before) is noted


async def test_signing_out_counts_at_once(empty_database: Database) -> None:
    """In this process without waiting; again, or with nonsense, changes nothing."""
    await made(empty_database)
    entered, other = await come(empty_database), await come(empty_database)
    assert await visitor_of_session(empty_database, entered.secret) is not None
    for secret in (entered.secret, entered.secret, "nonsense"):
        await end_session(empty_database, secret, address=HERE)
    assert await visitor_of_session(empty_database, entered.secret) is None
    assert await visitor_of_session(empty_database, other.secret) is not None
    log = await said(empty_database, Wanted(kind=AuditKind.SIGN_OUT))
    assert [(entry.actor, entry.role, entry.address) for entry in log] == [
        ("li.na", "office", HERE)]


async def test_a_password_somebody_else_knows_is_changed_first(empty_database: Database) -> None:
    """Until then one may nothing; then the session has another secret, and the others are over."""
    await made(empty_database, must_change=True)
    other, entered = await come(empty_database), await come(empty_database)
    assert entered.visitor.stage is Stage.NEW_PASSWORD
    assert not entered.visitor.actor.permissions
    changed = await change_own_password(
        empty_database, entered.visitor, entered.secret, current=PASSWORD, new=NEXT, address=HERE)
    assert changed.visitor.stage is Stage.FULL
    assert changed.visitor.actor.may(Permission.PLAN_READ)
    assert await visitor_of_session(empty_database, changed.secret) == changed.visitor
    for former in (other, entered):
        assert await visitor_of_session(empty_database, former.secret) is None
    await _refused(empty_database, "li.na", PASSWORD)
    assert (await come(empty_database, password=NEXT)).visitor.stage is Stage.FULL


async def test_who_does_not_know_the_password_does_not_change_it(
    empty_database: Database
) -> None:
    """All mistakes at once; guessing is slow here as well, and counts with failed sign-ins."""
    await made(empty_database)
    entered = await come(empty_database)

    async def change(current: str, new: str) -> None:
        await change_own_password(empty_database, entered.visitor, entered.secret,
                                  current=current, new=new, address=HERE)

    with pytest.raises(InputRefused) as refused:
        await change("short", "short")
    assert [complaint.field for complaint in refused.value.complaints] == [
        "password", "password", "currentPassword"]
    with pytest.raises(InputRefused):
        await change(PASSWORD, "short")
    for _ in range(5):
        with pytest.raises(InputRefused):
            await change(WRONG, NEXT)
    with pytest.raises(TooManyAttempts):
        await change(PASSWORD, NEXT)
    with pytest.raises(TooManyAttempts):
        await come(empty_database)
    assert (await come(empty_database, address=ELSEWHERE)).visitor.stage is Stage.FULL
    log = await said(empty_database, Wanted(kind=AuditKind.PASSWORD))
    assert {entry.outcome for entry in log} == {Outcome.REFUSED}
    assert [entry.detail for entry in log] == [
        {"reason": "wrong_password"}, {"reason": "unfit_password"},
        *[{"reason": "wrong_password"}] * 5]


async def test_two_changes_at_once_do_not_wait_for_each_other_for_ever(
    empty_database: Database
) -> None:
    """One is done; it ended the session of the other."""
    await made(empty_database)
    first, second = await come(empty_database), await come(empty_database)
    found = await asyncio.gather(*(
        change_own_password(empty_database, one.visitor, one.secret, current=PASSWORD,
                            new=f"{NEXT} {number}", address=HERE)
        for number, one in enumerate((first, second))), return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["Entered", "SessionOver"]


async def test_a_session_that_is_over_changes_nothing(empty_database: Database) -> None:
    """Though the page was opened before."""
    await made(empty_database)
    entered = await come(empty_database)
    await end_session(empty_database, entered.secret, address=HERE)
    with pytest.raises(SessionOver):
        await change_own_password(empty_database, entered.visitor, entered.secret,
                                  current=PASSWORD, new=NEXT, address=HERE)
    assert (await come(empty_database)).visitor.stage is Stage.FULL


@pytest.mark.parametrize("verb", [service.disable_account, service.set_password])
async def test_whoever_signs_in_meanwhile_waits_and_is_refused(
    admin_url: URL, empty_name: str, empty_database: Database, verb: Any
) -> None:
    """However they meet, no session outlives a disabling or another password."""
    await made(empty_database)
    async with administrator(admin_url, empty_name) as admin:
        async with empty_database.writing(gate("zhao")) as session:
            account = await service.account_named(session, "li.na")
            await verb(session, account, asker=ASKER)
            coming = asyncio.create_task(come(empty_database))
            assert await waits(admin, coming)
        with pytest.raises(SignInRefused):
            await coming
        assert await admin.fetchval("SELECT count(*) FROM sign_in_session") == 0


async def test_an_outdated_hash_is_renewed_at_sign_in(
    admin_url: URL, empty_name: str, empty_database: Database
) -> None:
    """The password is known only then."""
    from argon2 import PasswordHasher

    await made(empty_database)
    former = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    async with administrator(admin_url, empty_name) as admin:
        await admin.execute("UPDATE credential SET password_hash = $1", former)
        await come(empty_database)
        kept = await admin.fetchval("SELECT password_hash FROM credential")
    assert passwords.outdated(former)
    assert not passwords.outdated(kept)
    assert (await come(empty_database)).visitor.name == "li.na"


async def test_hashing_leaves_the_loop_to_others() -> None:
    """While eight passwords are verified, a coroutine beside them keeps getting its turn."""
    kept = await passwords.hashed(PASSWORD)
    ticks, going = 0, True

    async def tick() -> None:
        nonlocal ticks
        while going:
            ticks += 1
            await asyncio.sleep(0)

    ticker = asyncio.create_task(tick())
    found = await asyncio.gather(*(
        passwords.verified(kept, PASSWORD if number % 2 else WRONG) for number in range(8)))
    going = False
    await ticker
    assert found == [False, True] * 4
    assert ticks > 100


async def test_the_same_password_however_it_is_composed() -> None:
    """Full-width letters of an input method, accents in one character or two."""
    kept = await passwords.hashed("Ｆｅｒｒｙ ｅ\u0301 1995")
    assert await passwords.verified(kept, "Ferry \u00e9 1995")
    assert not await passwords.verified(kept, "ferry \u00e9 1995")
    assert not await passwords.verified(kept, "x" * 100_000)

"""The second factor: setting one up, proving it, a code is good once."""

import asyncio
import time
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from sqlalchemy.engine import URL

from aid.access.actor import gate
from aid.access.roles import Role
from aid.accounts import service
from aid.accounts.second_factor import (
    STEP,
    AlreadyEnrolled,
    NotBegun,
    WrongCode,
    WrongPassword,
    asks_password,
    begin,
    confirm,
)
from aid.accounts.sessions import (
    Entered,
    SessionOver,
    TooManyAttempts,
    enter,
    visitor_of_session,
)
from aid.accounts.terms import Method, Stage
from aid.audit.model import AuditKind, Outcome
from aid.audit.queries import Wanted
from aid.database.engine import Database
from aid.secrets import Keys
from tests.integration.door import ELSEWHERE, HERE, administrator, come, done, made, said
from tests.people import PASSWORD

KEYS = Keys("a key for the second factor's tests")
NEEDED = frozenset({Role.OFFICE})


def _authenticator(uri: str) -> pyotp.TOTP:
    return pyotp.TOTP(parse_qs(urlsplit(uri).query)["secret"][0])


def _code(authenticator: pyotp.TOTP, *, later: int = 0) -> str:
    """The code of this half minute, or of one as many later."""
    return authenticator.generate_otp(int(time.time()) // STEP + later)


def _wrong(authenticator: pyotp.TOTP) -> str:
    near = {_code(authenticator, later=later) for later in range(-3, 4)}
    return next(f"{number:06}" for number in range(10) if f"{number:06}" not in near)


async def _proved(
    database: Database, entered: Entered, code: str, *, password: str = PASSWORD,
    address: str = HERE,
) -> Entered:
    return await confirm(database, KEYS, entered.visitor, entered.secret, code,
                         password=password, address=address)


async def _enrolled(database: Database, *, used: list[str] | None = None) -> pyotp.TOTP:
    """li.na, with a second factor; `used` is given the code that was used up by it."""
    await made(database)
    entered = await come(database, totp_roles=NEEDED)
    authenticator = _authenticator(await begin(database, KEYS, entered.visitor))
    code = _code(authenticator)
    await _proved(database, entered, code)
    if used is not None:
        used.append(code)
    return authenticator


async def test_a_role_that_needs_one_sets_it_up_first(empty_database: Database) -> None:
    """Until then one may nothing; the session goes on under another secret."""
    await made(empty_database)
    entered = await come(empty_database, totp_roles=NEEDED)
    assert entered.visitor.stage is Stage.ENROL
    assert not entered.visitor.actor.permissions
    with pytest.raises(NotBegun):
        await _proved(empty_database, entered, "000000")
    uri = await begin(empty_database, KEYS, entered.visitor)
    assert uri == await begin(empty_database, KEYS, entered.visitor)
    assert urlsplit(uri).netloc == "totp"
    assert "li.na" in uri
    code = _code(_authenticator(uri))
    after = await _proved(empty_database, entered, f" {code[:3]} {code[3:]} ")
    assert after.visitor.stage is Stage.FULL
    assert after.visitor.actor.permissions
    assert await visitor_of_session(empty_database, after.secret) == after.visitor
    assert await visitor_of_session(empty_database, entered.secret) is None


async def test_who_has_one_proves_it_at_each_sign_in(empty_database: Database) -> None:
    """Whether the role needs it or not; a code is good once."""
    used: list[str] = []
    authenticator = await _enrolled(empty_database, used=used)
    entered = await come(empty_database)
    assert entered.visitor.stage is Stage.SECOND_FACTOR
    with pytest.raises(WrongCode):
        await _proved(empty_database, entered, used[0])
    with pytest.raises(WrongCode):
        await _proved(empty_database, entered, _wrong(authenticator))
    code = _code(authenticator, later=1)
    assert (await _proved(empty_database, entered, code)).visitor.stage is Stage.FULL
    with pytest.raises(WrongCode):
        await _proved(empty_database, await come(empty_database), code)
    log = await said(empty_database, Wanted(kind=AuditKind.SECOND_FACTOR))
    assert [(entry.outcome, entry.detail) for entry in log] == [
        (Outcome.DONE, {"enrolled": True}),
        (Outcome.REFUSED, {"step": "signing_in", "reason": "used_code"}),
        (Outcome.REFUSED, {"step": "signing_in", "reason": "wrong_code"}),
        (Outcome.DONE, {"enrolled": False}),
        (Outcome.REFUSED, {"step": "signing_in", "reason": "used_code"})]


async def test_one_code_at_once_from_two_places_is_good_once(empty_database: Database) -> None:
    """Whoever is second is refused."""
    authenticator = await _enrolled(empty_database)
    places = [await come(empty_database) for _ in range(3)]
    code = _code(authenticator, later=1)
    found = await asyncio.gather(
        *(_proved(empty_database, entered, code) for entered in places), return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["Entered", "WrongCode", "WrongCode"]


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "\x00", "\ud800" * 6])
async def test_what_is_no_code_is_wrong(empty_database: Database, code: str) -> None:
    """Never an error."""
    await _enrolled(empty_database)
    with pytest.raises(WrongCode):
        await _proved(empty_database, await come(empty_database), code)


async def test_codes_are_not_guessed(empty_database: Database) -> None:
    """Five wrong ones a quarter of an hour, from wherever; a right password begins nothing anew."""
    authenticator = await _enrolled(empty_database)
    for number in range(5):
        entered = await come(empty_database, address=f"192.0.2.{number}")
        with pytest.raises(WrongCode):
            await _proved(empty_database, entered, _wrong(authenticator))
    entered = await come(empty_database, address=ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        await _proved(empty_database, entered, _code(authenticator, later=1))
    (entry,) = await said(empty_database, Wanted(kind=AuditKind.REFUSAL))
    assert (entry.actor, entry.subject) == ("li.na", "second-factor")


async def test_its_secret_is_encrypted_at_rest(
    admin_url: URL, empty_name: str, empty_database: Database
) -> None:
    """With AID_SECRET_KEY, which is not in the database."""
    authenticator = await _enrolled(empty_database)
    async with administrator(admin_url, empty_name) as admin:
        kept = await admin.fetchval("SELECT totp_secret FROM credential")
        rows = str(await admin.fetch("SELECT t::text FROM credential t"))
    assert authenticator.secret not in rows
    assert KEYS.decrypt(kept) == authenticator.secret


async def test_another_is_set_up_only_after_a_reset(empty_database: Database) -> None:
    """Whoever is in cannot replace it; an administrator's reset ends the sessions."""
    authenticator = await _enrolled(empty_database)
    entered = await come(empty_database)
    with pytest.raises(AlreadyEnrolled):
        await begin(empty_database, KEYS, entered.visitor)
    inside = await _proved(empty_database, entered, _code(authenticator, later=1))
    with pytest.raises(AlreadyEnrolled):
        await _proved(empty_database, inside, _code(authenticator, later=1))
    await done(empty_database, "li.na", service.reset_second_factor)
    assert await visitor_of_session(empty_database, inside.secret) is None
    anew = await come(empty_database, totp_roles=NEEDED)
    assert anew.visitor.stage is Stage.ENROL
    other = _authenticator(await begin(empty_database, KEYS, anew.visitor))
    assert other.secret != authenticator.secret
    assert (await _proved(empty_database, anew, _code(other))).visitor.stage is Stage.FULL


async def test_one_may_set_one_up_without_need(empty_database: Database) -> None:
    """While signed in, and stays so; wherever else one was in, one is out."""
    await made(empty_database)
    entered = await come(empty_database)
    authenticator = _authenticator(await begin(empty_database, KEYS, entered.visitor))
    elsewhere = await come(empty_database, address=ELSEWHERE)
    assert elsewhere.visitor.stage is Stage.FULL
    after = await _proved(empty_database, entered, _code(authenticator))
    assert await visitor_of_session(empty_database, after.secret) == after.visitor
    assert after.visitor.stage is Stage.FULL
    assert await visitor_of_session(empty_database, elsewhere.secret) is None
    assert (await come(empty_database)).visitor.stage is Stage.SECOND_FACTOR


async def test_who_is_in_proves_the_password_before_setting_one_up(
    empty_database: Database,
) -> None:
    """Or an unwatched screen would shut its owner out. A wrong one counts like at sign-in."""
    await made(empty_database)
    entered = await come(empty_database)
    assert await asks_password(empty_database, entered.visitor)
    authenticator = _authenticator(await begin(empty_database, KEYS, entered.visitor))
    for wrong in ("", "not the password", PASSWORD.upper(), "\ud800", "x" * 5000):
        with pytest.raises(WrongPassword):
            await _proved(empty_database, entered, _code(authenticator), password=wrong)
    for attempt in (come(empty_database), _proved(empty_database, entered, _code(authenticator))):
        with pytest.raises(TooManyAttempts):
            await attempt
    log = await said(empty_database, Wanted(kind=AuditKind.SECOND_FACTOR))
    assert [(entry.outcome, entry.detail, entry.actor, entry.address) for entry in log] == 5 * [
        (Outcome.REFUSED, {"step": "setting_up", "reason": "wrong_password"}, "li.na", HERE)]
    assert (await _proved(empty_database, entered, _code(authenticator), address=ELSEWHERE)
            ).visitor.stage is Stage.FULL


async def test_who_has_no_password_is_asked_for_none(empty_database: Database) -> None:
    """Whoever comes by the city's identity provider alone."""
    account = await made(empty_database, password=None, issuer="https://id.example", subject="8f2c")
    async with empty_database.writing(gate("sign-in")) as session:
        entered = await enter(session, account, stage=Stage.FULL, method=Method.PROVIDER,
                              address=HERE, agent=None)
    assert not await asks_password(empty_database, entered.visitor)
    authenticator = _authenticator(await begin(empty_database, KEYS, entered.visitor))
    with pytest.raises(WrongCode):
        await _proved(empty_database, entered, _wrong(authenticator), password="")
    after = await _proved(empty_database, entered, _code(authenticator), password="")
    assert after.visitor.stage is Stage.FULL


async def test_a_password_is_changed_after_the_second_factor(empty_database: Database) -> None:
    """First it is sure who it is."""
    await made(empty_database, must_change=True)
    entered = await come(empty_database, totp_roles=NEEDED)
    assert entered.visitor.stage is Stage.ENROL
    authenticator = _authenticator(await begin(empty_database, KEYS, entered.visitor))
    after = await _proved(empty_database, entered, _code(authenticator))
    assert after.visitor.stage is Stage.NEW_PASSWORD
    with pytest.raises(SessionOver):
        await _proved(empty_database, after, _code(authenticator, later=1))
    with pytest.raises(SessionOver):
        await service.change_own_password(
            empty_database, entered.visitor, entered.secret, current="x", new="y", address=HERE)


async def test_half_a_sign_in_changes_no_password(empty_database: Database) -> None:
    """Who knows the password alone is not in."""
    await _enrolled(empty_database)
    entered = await come(empty_database)
    with pytest.raises(SessionOver):
        await service.change_own_password(
            empty_database, entered.visitor, entered.secret, current="a ferry on the Huangpu 1843",
            new="another ferry, to Pudong", address=HERE)

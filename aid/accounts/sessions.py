"""Signing in with a browser, being known by the session, signing out.

A session's secret is 256 random bits, kept as their SHA-256. It is changed whenever the session
comes to mean more. Unknown name, wrong password, disabled account and account without a role are
answered alike, and after the same time.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import UNKNOWN, gate
from aid.access.roles import Role
from aid.accounts import passwords, throttle
from aid.accounts.model import Account, AccountRegion, Credential, SignInSession
from aid.accounts.reach import reached
from aid.accounts.remembered import forgotten_after, visitors
from aid.accounts.rules import is_name, typed
from aid.accounts.session_rows import (
    ABSOLUTE,
    IDLE,
    Entered,
    SessionOver,
    alive,
    credential_of,
    hashed,
    new_secret,
    person,
)
from aid.accounts.terms import Method, Stage
from aid.accounts.throttle import TooManyAttempts
from aid.accounts.visitor import Person, Visitor, visitor
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import note, record, storable
from aid.database.engine import Database
from aid.errors import AidError
from aid.text import Text

_DOOR = gate("sign-in")
_TOUCHED = timedelta(minutes=1)
_KEPT = timedelta(days=90)


class SignInRefused(AidError):
    """Not the name and password of an account that may come in. Which is wrong is not said."""

    code = "SIGN_IN_REFUSED"

    def __init__(self) -> None:
        super().__init__(Text("账户名或密码不正确，或账户不可用。",
                              "The name or password is wrong, or the account cannot be used."))


@dataclass(frozen=True, slots=True)
class _Claimed:
    """The account of a typed name, if there is one, and what its password is checked against."""

    account_id: int | None
    password_hash: str | None


async def sign_in(
    database: Database,
    *,
    name: str,
    password: str,
    address: str,
    agent: str | None,
    totp_roles: frozenset[Role],
    demo: bool,
) -> Entered:
    """Come in with a name and a password. Demo accounts may only when `demo`.

    Raises SignInRefused, or TooManyAttempts before anything is tried.
    """
    name = typed(name)
    claimed = await _claimed(database, name)
    try:
        async with database.writing(_DOOR) as session:
            await throttle.attempt(session, name, address)
    except TooManyAttempts as refused:
        await note(database, kind=AuditKind.REFUSAL, outcome=Outcome.REFUSED,
                   actor=name if claimed.account_id else UNKNOWN, subject="sign-in",
                   address=address, detail={"reason": refused.code})
        raise
    right = await passwords.verified(claimed.password_hash, password)
    renewed = None
    if right and claimed.password_hash and passwords.outdated(claimed.password_hash):
        renewed = await passwords.hashed(password)
    async with database.writing(_DOOR) as session:
        account, credential = await _held(session, claimed.account_id)
        why_not = _why_not(account, credential, claimed, right=right, demo=demo)
        if why_not is None and account is not None and credential is not None:
            credential.password_hash = renewed or credential.password_hash
            await throttle.succeeded(session, name, address)
            stage = factor_stage(Role(str(account.role)), credential, totp_roles) or last_stage(
                Method.PASSWORD, credential)
            return await enter(session, account, stage=stage, method=Method.PASSWORD,
                               address=address, agent=agent)
        await record(session, kind=AuditKind.SIGN_IN, outcome=Outcome.REFUSED,
                     actor=account.name if account else UNKNOWN,
                     role=account.role if account else None,
                     address=address, detail={"reason": why_not})
    raise SignInRefused


def usable(account: Account, *, demo: bool) -> bool:
    """Whether an account may come in at all; a demo account may only when `demo`."""
    return account.disabled_at is None and account.role is not None and (demo or not account.demo)


def factor_stage(
    role: Role, credential: Credential, totp_roles: frozenset[Role]
) -> Stage | None:
    """What somebody who is known by password or provider has to do about a second factor."""
    if credential.totp_confirmed_at is not None:
        return Stage.SECOND_FACTOR
    return Stage.ENROL if role in totp_roles else None


def last_stage(method: str, credential: Credential) -> Stage:
    """What is to do once the second factor is proved or not needed."""
    if method == Method.PASSWORD and credential.must_change:
        return Stage.NEW_PASSWORD
    return Stage.FULL


async def enter(
    session: AsyncSession,
    account: Account,
    *,
    stage: Stage,
    method: Method,
    address: str,
    agent: str | None,
) -> Entered:
    """A new session of an account that proved itself; the audit log says so.

    Raises SignInRefused for an account that is disabled or has no role.
    """
    if not usable(account, demo=True):
        raise SignInRefused
    secret = new_secret()
    row = SignInSession(
        id_hash=hashed(secret), account_id=account.id, stage=stage, method=method,
        address=storable(address), agent=storable(agent) if agent else None,
        expires_at=func.now() + ABSOLUTE)
    session.add(row)
    await session.flush()
    await _remove_old(session, account.id)
    await record(session, kind=AuditKind.SIGN_IN, outcome=Outcome.DONE, actor=account.name,
                 role=account.role, address=address,
                 detail={"method": method.value, "stage": stage.value})
    who = await person(session, account)
    return Entered(secret, visitor(who, stage, session_id=row.id))


async def visitor_of_session(
    database: Database, secret: str, *, demo: bool = False, by_itself: bool = False
) -> Visitor | None:
    """Who is in by a session's secret; None when it ended, idled away, or its account is disabled.

    A demo account is in only when `demo`. What was found is remembered for five seconds. What a
    page asks `by_itself`, nobody having done anything, keeps no session from idling away.
    """
    secret_hash, epoch = hashed(secret), visitors.epoch
    if (known := visitors.get((secret_hash, demo))) is not None:
        return known
    regions = (select(AccountRegion.division_id)
               .join(SignInSession, SignInSession.account_id == AccountRegion.account_id)
               .where(SignInSession.id_hash == secret_hash))
    query = (
        select(SignInSession, Account, func.array(reached(regions).scalar_subquery()),
               func.least(SignInSession.seen_at + IDLE, SignInSession.expires_at) - func.now(),
               SignInSession.seen_at < func.now() - _TOUCHED)
        .join(Account, Account.id == SignInSession.account_id)
        .where(SignInSession.id_hash == secret_hash, *alive(), Account.demo.is_(False) | demo))
    async with database.reading(_DOOR) as session:
        found = (await session.execute(query)).one_or_none()
    if found is None:
        return None
    row, account, recipients, left, untouched = found
    if untouched and not by_itself:
        await _touch(database, row.id)
    who = Person(account.id, account.name, account.display_name, Role(account.role),
                 tuple(recipients))
    came = visitor(who, Stage(row.stage), session_id=row.id)
    visitors.keep((secret_hash, demo), came, epoch, left.total_seconds())
    return came


async def end_session(database: Database, secret: str, *, address: str) -> None:
    """Sign out. A session that is over already stays so."""
    async with database.writing(_DOOR) as session:
        row = await session.scalar(
            select(SignInSession)
            .where(SignInSession.id_hash == hashed(secret), SignInSession.ended_at.is_(None))
            .with_for_update())
        if row is None:
            return
        row.ended_at = func.now()
        account = await session.get_one(Account, row.account_id)
        await record(session, kind=AuditKind.SIGN_OUT, outcome=Outcome.DONE, actor=account.name,
                     role=account.role, address=address)
        forgotten_after(session, account.id)


async def _claimed(database: Database, name: str) -> _Claimed:
    asked = name if is_name(name) else ""
    async with database.reading(_DOOR) as session:
        found = (await session.execute(
            select(Account.id, Credential.password_hash)
            .join(Credential, Credential.account_id == Account.id)
            .where(Account.name == asked))).one_or_none()
    return _Claimed(*found) if found else _Claimed(None, None)


async def _held(
    session: AsyncSession, account_id: int | None
) -> tuple[Account | None, Credential | None]:
    """The account, held so that it is neither disabled nor given another password meanwhile."""
    wanted = account_id or 0  # asked for nobody as well: that takes as long
    account = await session.scalar(
        select(Account).where(Account.id == wanted).with_for_update(read=True))
    credential = await session.scalar(select(Credential).where(Credential.account_id == wanted))
    return account, credential


def _why_not(
    account: Account | None, credential: Credential | None, claimed: _Claimed, *,
    right: bool, demo: bool,
) -> str | None:
    """Why a sign-in is refused, for whoever reads the audit log and for nobody else."""
    if account is None or credential is None:
        return "name"
    if not right or credential.password_hash != claimed.password_hash:
        return "password"
    if account.disabled_at is not None:
        return "disabled"
    if account.role is None:
        return "role"
    return "demo" if account.demo and not demo else None


async def _touch(database: Database, session_id: int) -> None:
    async with database.writing(_DOOR) as session:
        await session.execute(
            update(SignInSession)
            .where(SignInSession.id == session_id,
                   SignInSession.seen_at < func.now() - _TOUCHED)
            .values(seen_at=func.now())
            .execution_options(synchronize_session=False))


async def _remove_old(session: AsyncSession, account_id: int) -> None:
    """Remove sessions long over; the audit log keeps the record."""
    await session.execute(
        delete(SignInSession)
        .where(SignInSession.account_id == account_id,
               SignInSession.created_at < func.now() - _KEPT)
        .execution_options(synchronize_session=False))


__all__ = ["Entered", "SessionOver", "SignInRefused", "TooManyAttempts", "credential_of",
           "end_session", "enter", "factor_stage", "last_stage", "sign_in", "usable",
           "visitor_of_session"]

"""Sessions as they are kept: found by their secret, held, moved on, ended.

Whoever changes several rows of an account holds the account's row first, so that two at once wait
for each other instead of for ever.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.roles import Role
from aid.accounts.model import Account, Credential, SignInSession
from aid.accounts.reach import recipients_of
from aid.accounts.remembered import forgotten_after
from aid.accounts.terms import Stage
from aid.accounts.visitor import Person, Visitor, visitor
from aid.errors import AidError
from aid.text import Text

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)


class SessionOver(AidError):
    """The session ended meanwhile, or is not at this step."""

    code = "SESSION_OVER"

    def __init__(self) -> None:
        super().__init__(Text("登录已失效，请重新登录。", "You are signed out: sign in again."))


@dataclass(frozen=True, slots=True)
class Entered:
    """A session's new secret, for the cookie, and who is in by it."""

    secret: str
    visitor: Visitor


@dataclass(frozen=True, slots=True)
class Held:
    """A live session with its account and credential, held until the transaction ends."""

    row: SignInSession
    account: Account
    credential: Credential


def new_secret() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> bytes:
    """What is kept of a secret. Its 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


def alive() -> list[ColumnElement[bool]]:
    """The sessions, joined with their accounts, that one is in by."""
    return [
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > func.now(),
        SignInSession.seen_at > func.now() - IDLE,
        Account.disabled_at.is_(None),
        Account.role.is_not(None),
    ]


async def held(session: AsyncSession, secret: str, *, at: Collection[Stage]) -> Held:
    """The live session of a secret.

    Raises SessionOver when it ended meanwhile, or is at none of these stages.
    """
    mine = SignInSession.id_hash == hashed(secret)
    account_id = select(SignInSession.account_id).where(mine).scalar_subquery()
    await session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    found = (await session.execute(
        select(SignInSession, Account)
        .join(Account, Account.id == SignInSession.account_id)
        .where(mine, SignInSession.stage.in_(at), *alive())
        .with_for_update(of=SignInSession))).one_or_none()
    if found is None:
        raise SessionOver
    row, account = found
    return Held(row, account, await credential_of(session, account.id))


async def moved_on(session: AsyncSession, now: Held, stage: Stage) -> Entered:
    """The session at its next stage, under a new secret: the old one opens nothing any more."""
    secret = new_secret()
    now.row.id_hash, now.row.stage, now.row.seen_at = hashed(secret), stage, func.now()
    await session.flush()
    forgotten_after(session, now.account.id)
    who = await person(session, now.account)
    return Entered(secret, visitor(who, stage, session_id=now.row.id))


async def end_sessions(session: AsyncSession, account_id: int, *, but: int | None = None) -> None:
    """End all sessions of an account, or all but one."""
    await session.execute(
        update(SignInSession)
        .where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None),
               SignInSession.id.is_distinct_from(but))
        .values(ended_at=func.now())
        .execution_options(synchronize_session=False))
    forgotten_after(session, account_id)


async def credential_of(session: AsyncSession, account_id: int) -> Credential:
    """The account's credential, held until the transaction ends."""
    query = select(Credential).where(Credential.account_id == account_id).with_for_update()
    return (await session.scalars(query)).one()


async def person(session: AsyncSession, account: Account) -> Person:
    """The account with what it sees. Raises ValueError when it has no role."""
    role = Role(str(account.role))
    recipients = await recipients_of(session, account.id) if role is Role.RECIPIENT else ()
    return Person(account.id, account.name, account.display_name, role, recipients)

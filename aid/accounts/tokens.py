"""API tokens: how programs come in. A token is shown once; its SHA-256 is kept.

`aid_` and eight characters tell tokens apart and may be written down; the rest is 256 random bits.
"""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import gate
from aid.access.roles import Role
from aid.accounts.model import Account, AccountRegion, ApiToken
from aid.accounts.reach import reached
from aid.accounts.remembered import forgotten_after, visitors
from aid.accounts.rules import as_scopes, check_token
from aid.accounts.session_rows import hashed, new_secret
from aid.accounts.terms import Stage
from aid.accounts.visitor import Person, Visitor, visitor
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import Asker, record, storable
from aid.database.engine import Database
from aid.errors import AidError, InputRefused, NotFound
from aid.text import Text

DAYS = 90
_FORM = re.compile(r"aid_[a-z0-9]{8}_[A-Za-z0-9_-]{43}")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_DOOR = gate("token")
_TOUCHED = timedelta(minutes=1)


class NoTokens(AidError):
    """A disabled account, or one without a role, gets no tokens."""

    code = "ACCOUNT_UNUSABLE"


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A new token, to be shown this once."""

    token: str
    id: int
    prefix: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenRow:
    """What may be known of a token."""

    id: int
    account: str
    prefix: str
    note: str | None
    scopes: tuple[str, ...] | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


async def make_token(
    session: AsyncSession,
    account: Account,
    *,
    asker: Asker,
    days: int = DAYS,
    scopes: Collection[str] | None = None,
    note: str | None = None,
) -> MadeToken:
    """A token of an account; `scopes` are names of permissions, None stands for all of the role's.

    Raises InputRefused, or NoTokens for an account that cannot be used.
    """
    if account.disabled_at is not None or account.role is None:
        raise NoTokens(Text(f"账户「{account.name}」已停用或没有角色，不能有令牌。",
                            f"The account {account.name} is disabled or has no role: "
                            "it gets no token."))
    complaints = check_token(days, scopes, Role(account.role))
    if complaints:
        raise InputRefused(complaints)
    prefix = "aid_" + "".join(secrets.choice(_ALPHABET) for _ in range(8))
    token = f"{prefix}_{new_secret()}"
    row = ApiToken(
        account_id=account.id, note=storable(note) if note else None, prefix=prefix,
        token_hash=hashed(token), scopes=sorted(set(scopes)) if scopes is not None else None,
        expires_at=func.now() + timedelta(days=days))
    session.add(row)
    await session.flush()
    await session.refresh(row, ["expires_at"])
    await record(session, kind=AuditKind.TOKEN, outcome=Outcome.DONE, actor=asker.name,
                 role=asker.role, subject=account.name, address=asker.address,
                 detail={"made": prefix, "days": days, "scopes": row.scopes})
    return MadeToken(token, row.id, prefix, row.expires_at)


async def revoke_token(session: AsyncSession, which: str | int, *, asker: Asker) -> TokenRow:
    """Revoke a token, by its prefix or id; what is revoked stays so. Raises NotFound."""
    number = int(which) if str(which).isdecimal() and len(str(which)) < 19 else 0
    query = (select(ApiToken, Account)
             .join(Account, Account.id == ApiToken.account_id)
             .where(or_(ApiToken.prefix == storable(str(which)), ApiToken.id == number)))
    found = (await session.execute(query.with_for_update(of=ApiToken))).one_or_none()
    if found is None:
        raise NotFound(Text(f"没有令牌「{which}」。", f"There is no token {which}."))
    row, account = found
    if row.revoked_at is None:
        row.revoked_at = func.now()
        await session.flush()
        await session.refresh(row, ["revoked_at"])
        await record(session, kind=AuditKind.TOKEN, outcome=Outcome.DONE, actor=asker.name,
                     role=asker.role, subject=account.name, address=asker.address,
                     detail={"revoked": row.prefix})
        forgotten_after(session, account.id)
    return _shown(row, account.name)


async def tokens(session: AsyncSession, *, account_id: int | None = None) -> list[TokenRow]:
    """Tokens of an account, or of all, newest first; those that hold no more as well."""
    query = (select(ApiToken, Account.name)
             .join(Account, Account.id == ApiToken.account_id)
             .order_by(ApiToken.created_at.desc(), ApiToken.id.desc()))
    if account_id is not None:
        query = query.where(ApiToken.account_id == account_id)
    return [_shown(row, name) for row, name in await session.execute(query)]


async def revoke_tokens(session: AsyncSession, account_id: int) -> None:
    """Revoke all tokens of an account."""
    await session.execute(
        update(ApiToken)
        .where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=func.now())
        .execution_options(synchronize_session=False))
    forgotten_after(session, account_id)


async def visitor_of_token(
    database: Database, token: str, *, demo: bool = False
) -> Visitor | None:
    """Who comes by a token; None when it is unknown, expired, revoked or of a disabled account.

    A demo account comes in only when `demo`. What was found is remembered for five seconds.
    """
    if not _FORM.fullmatch(token):
        return None
    token_hash, epoch = hashed(token), visitors.epoch
    if (known := visitors.get((token_hash, demo))) is not None:
        return known
    regions = (select(AccountRegion.division_id)
               .join(ApiToken, ApiToken.account_id == AccountRegion.account_id)
               .where(ApiToken.token_hash == token_hash))
    query = (
        select(ApiToken, Account, func.array(reached(regions).scalar_subquery()),
               ApiToken.expires_at - func.now(),
               func.coalesce(ApiToken.used_at < func.now() - _TOUCHED, True))
        .join(Account, Account.id == ApiToken.account_id)
        .where(ApiToken.token_hash == token_hash, ApiToken.revoked_at.is_(None),
               ApiToken.expires_at > func.now(), Account.disabled_at.is_(None),
               Account.role.is_not(None), Account.demo.is_(False) | demo))
    async with database.reading(_DOOR) as session:
        found = (await session.execute(query)).one_or_none()
    if found is None:
        return None
    row, account, recipients, left, untouched = found
    if untouched:
        await _touch(database, row.id)
    who = Person(account.id, account.name, account.display_name, Role(account.role),
                 tuple(recipients))
    came = visitor(who, Stage.FULL, session_id=None, scopes=as_scopes(row.scopes))
    visitors.keep((token_hash, demo), came, epoch, left.total_seconds())
    return came


def _shown(row: ApiToken, account: str) -> TokenRow:
    scopes = None if row.scopes is None else tuple(row.scopes)
    return TokenRow(row.id, account, row.prefix, row.note, scopes, row.created_at,
                    row.expires_at, row.used_at, row.revoked_at)


async def _touch(database: Database, token_id: int) -> None:
    async with database.writing(_DOOR) as session:
        await session.execute(
            update(ApiToken)
            .where(ApiToken.id == token_id,
                   func.coalesce(ApiToken.used_at < func.now() - _TOUCHED, True))
            .values(used_at=func.now())
            .execution_options(synchronize_session=False))

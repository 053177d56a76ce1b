"""Coming in as somebody whom the city's identity provider vouches for."""

from sqlalchemy import select

from aid.access.actor import UNKNOWN, gate
from aid.access.roles import Role
from aid.accounts.model import Account
from aid.accounts.session_rows import Entered, credential_of
from aid.accounts.sessions import (
    SignInRefused,
    enter,
    factor_stage,
    last_stage,
    usable,
)
from aid.accounts.terms import Method
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import note
from aid.database.engine import Database


async def sign_in_with_identity(
    database: Database,
    *,
    issuer: str,
    subject: str,
    address: str,
    agent: str | None,
    totp_roles: frozenset[Role],
    demo: bool,
) -> Entered:
    """A session of the account that bears this identity. No account is ever made here.

    A second factor that the role needs is asked for as after a password; a password that should
    be changed is not, as none was used. Raises SignInRefused.
    """
    async with database.writing(gate("sign-in")) as session:
        account = await session.scalar(
            select(Account)
            .where(Account.issuer == issuer, Account.subject == subject)
            .with_for_update(read=True))
        if account is not None and usable(account, demo=demo):
            credential = await credential_of(session, account.id)
            stage = factor_stage(Role(str(account.role)), credential, totp_roles) or last_stage(
                Method.PROVIDER, credential)
            return await enter(session, account, stage=stage, method=Method.PROVIDER,
                               address=address, agent=agent)
    await note(database, kind=AuditKind.SIGN_IN, outcome=Outcome.REFUSED,
               actor=account.name if account else UNKNOWN, role=account.role if account else None,
               address=address,
               detail={"method": Method.PROVIDER.value,
                       "reason": "unusable" if account else "identity"})
    raise SignInRefused

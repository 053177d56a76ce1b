"""One's own password: changing it, and proving it again where that is asked for."""

from sqlalchemy import func, select

from aid.access.actor import gate
from aid.accounts import passwords, throttle
from aid.accounts.model import Credential
from aid.accounts.rules import check_password
from aid.accounts.session_rows import Entered, SessionOver, end_sessions, held, moved_on
from aid.accounts.terms import Stage
from aid.accounts.throttle import TooManyAttempts
from aid.accounts.visitor import Visitor
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import note, record
from aid.database.engine import Database
from aid.errors import Complaint, InputRefused
from aid.text import Text

_AT = (Stage.NEW_PASSWORD, Stage.FULL)


async def change_own_password(
    database: Database, visitor: Visitor, secret: str, *, current: str, new: str, address: str
) -> Entered:
    """Change the password of whoever is in, who knows the current one; all other sessions end.

    The own session goes on under a new secret. A wrong one counts like a failed sign-in.
    Raises InputRefused with every mistake, TooManyAttempts, SessionOver.
    """
    complaints = check_password(new, visitor.name)
    if current == new:
        complaints.append(Complaint("", "password", "•••", Text(
            "新密码应与现密码不同", "another password than the current one")))
    known = await _attempted(database, visitor, secret, address=address)
    right = await passwords.verified(known, current)
    if not right:
        complaints.append(Complaint("", "currentPassword", "•••", Text(
            "现密码不正确", "the current password, which is another")))
    chosen = None if complaints else await passwords.hashed(new)
    async with database.writing(gate(visitor.name)) as session:
        now = await held(session, secret, at=_AT)
        if now.credential.password_hash != known:
            raise SessionOver
        if right:
            await throttle.succeeded(session, visitor.name, address)
        why_not = None if chosen else "unfit_password" if right else "wrong_password"
        await record(session, kind=AuditKind.PASSWORD,
                     outcome=Outcome.REFUSED if why_not else Outcome.DONE,
                     actor=now.account.name, role=now.account.role, subject=now.account.name,
                     address=address, detail={"reason": why_not} if why_not else {"changed": True})
        if chosen is not None:
            now.credential.password_hash = chosen
            now.credential.password_set_at = func.now()
            now.credential.must_change = False
            await end_sessions(session, now.account.id, but=now.row.id)
            return await moved_on(session, now, Stage.FULL)
    raise InputRefused(complaints)


async def has_password(database: Database, visitor: Visitor) -> bool:
    """Whether the account has one: who comes by the identity provider alone has none."""
    query = select(Credential.password_hash).where(Credential.account_id == visitor.account_id)
    async with database.reading(gate(visitor.name)) as session:
        return await session.scalar(query) is not None


async def knows_password(
    database: Database, visitor: Visitor, secret: str, current: str, *, address: str
) -> bool:
    """Whether this is the current password. A wrong one counts like a failed sign-in.

    Raises TooManyAttempts, SessionOver.
    """
    known = await _attempted(database, visitor, secret, address=address)
    right = await passwords.verified(known, current)
    if right:
        async with database.writing(gate(visitor.name)) as session:
            await throttle.succeeded(session, visitor.name, address)
    return right


async def _attempted(
    database: Database, visitor: Visitor, secret: str, *, address: str
) -> str | None:
    """The hash of now, after the attempt was written down."""
    try:
        async with database.writing(gate(visitor.name)) as session:
            await throttle.attempt(session, visitor.name, address)
            return (await held(session, secret, at=_AT)).credential.password_hash
    except TooManyAttempts as refused:
        await note(database, kind=AuditKind.REFUSAL, outcome=Outcome.REFUSED, actor=visitor.name,
                   role=visitor.actor.role.value, subject="password", address=address,
                   detail={"reason": refused.code})
        raise

"""Verbs on accounts, in a session of the gate; the audit log names the `asker`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.roles import Role
from aid.accounts import passwords
from aid.accounts.model import Account, AccountRegion, Credential
from aid.accounts.own_password import change_own_password
from aid.accounts.remembered import forgotten_after
from aid.accounts.rules import (
    check_display_name,
    check_name,
    check_password,
    check_role,
    is_name,
)
from aid.accounts.session_rows import credential_of, end_sessions
from aid.accounts.tokens import revoke_tokens
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import Asker, record
from aid.errors import Complaint, Conflict, InputRefused, NotFound
from aid.regions.model import Division
from aid.regions.queries import division_by_code
from aid.text import Text


class RoleStays(Conflict):
    """A role is granted once: who changes office gets a new account."""

    code = "ROLE_STAYS"

    def __init__(self, account: Account) -> None:
        super().__init__(Text(
            f"账户「{account.name}」的角色已是 {account.role}，不能更改：请另建账户。",
            f"The account {account.name} has the role {account.role} for good: add another "
            "account."))


class OwnAccount(Conflict):
    """Somebody would shut themselves out."""

    code = "OWN_ACCOUNT"

    def __init__(self) -> None:
        super().__init__(Text("不能停用自己的账户：请由另一位管理员操作。",
                              "Nobody disables their own account: another administrator does."))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account to add. `regions` are codes of today or of former times, for recipients only.

    `issuer` and `subject` name the person at the city's identity provider. Without a password one
    signs in by the provider alone. A password that is not one's own is to be changed at first use.
    """

    name: str
    role: str | None = None
    regions: Sequence[str] = ()
    display_name: str | None = None
    issuer: str | None = None
    subject: str | None = None
    password: str | None = None
    must_change: bool = True
    demo: bool = False


async def account_named(session: AsyncSession, name: str) -> Account:
    """The account of a name, held until the transaction ends. Raises NotFound."""
    asked = name if is_name(name) else ""
    account = await session.scalar(
        select(Account).where(Account.name == asked).with_for_update())
    if account is None:
        raise NotFound(Text(f"没有账户「{name}」。", f"There is no account {name}."))
    return account


async def add_account(session: AsyncSession, new: NewAccount, *, asker: Asker) -> Account:
    """Add an account, with its role and regions if they are given.

    Raises InputRefused with every mistake.
    """
    divisions, complaints = await _divisions(session, new.regions)
    complaints = [*check_name(new.name), *check_display_name(new.display_name or new.name),
                  *check_role(new.role, new.regions), *complaints, *_check_identity(new),
                  *await _taken(session, new)]
    if new.password is not None and not new.demo:
        complaints += check_password(new.password, new.name)
    if complaints:
        raise InputRefused(complaints)
    account = Account(
        name=new.name, display_name=new.display_name or new.name,
        demo=new.demo or await _is_demo(session, asker), issuer=new.issuer, subject=new.subject)
    session.add(account)
    await _flushed(session, new)
    session.add(Credential(account_id=account.id))
    await session.flush()
    await _record(session, AuditKind.ACCOUNT, account, asker, {"added": True})
    if new.role is not None:
        await _grant(session, account, Role(new.role), divisions, asker)
    if new.password is not None:
        await _set_password(session, account, new.password, must_change=new.must_change)
    return account


async def grant_role(
    session: AsyncSession, account: Account, role: str, regions: Sequence[str], *, asker: Asker
) -> None:
    """Give an account without a role its role, and a recipient its regions.

    Raises RoleStays, or InputRefused with every mistake.
    """
    if account.role is not None:
        raise RoleStays(account)
    divisions, complaints = await _divisions(session, regions)
    complaints = [*check_role(role, regions), *complaints]
    if complaints:
        raise InputRefused(complaints)
    await _grant(session, account, Role(role), divisions, asker)


async def _is_demo(session: AsyncSession, asker: Asker) -> bool:
    """What a demo account adds is for the demo as well."""
    return bool(await session.scalar(select(Account.demo).where(Account.name == asker.name)))


async def disable_account(session: AsyncSession, account: Account, *, asker: Asker) -> None:
    """Let an account in no more: its sessions end and its tokens are revoked, for good.

    Raises OwnAccount: nobody shuts themselves out.
    """
    if account.name == asker.name:
        raise OwnAccount
    if account.disabled_at is not None:
        return
    account.disabled_at = datetime.now(UTC)
    await session.flush()
    await end_sessions(session, account.id)
    await revoke_tokens(session, account.id)
    await _record(session, AuditKind.ACCOUNT, account, asker, {"disabled": True})


async def enable_account(session: AsyncSession, account: Account, *, asker: Asker) -> None:
    """Let a disabled account in again; it needs new tokens."""
    if account.disabled_at is None:
        return
    account.disabled_at = None
    await session.flush()
    await _record(session, AuditKind.ACCOUNT, account, asker, {"disabled": False})


async def set_password(
    session: AsyncSession,
    account: Account,
    password: str | None = None,
    *,
    asker: Asker,
    must_change: bool = True,
) -> str:
    """Give an account a password, a random one if none is given, and end its sessions.

    It is to be changed at first use, as somebody else knows it. Raises InputRefused.
    """
    chosen = passwords.random_password() if password is None else password
    complaints = [] if account.demo else check_password(chosen, account.name)
    if complaints:
        raise InputRefused(complaints)
    await _set_password(session, account, chosen, must_change=must_change)
    await end_sessions(session, account.id)
    await _record(session, AuditKind.PASSWORD, account, asker, {"set": True})
    return chosen


async def reset_second_factor(session: AsyncSession, account: Account, *, asker: Asker) -> None:
    """Take an account's second factor away and end its sessions: its owner sets up a new one."""
    credential = await credential_of(session, account.id)
    credential.totp_secret = credential.totp_confirmed_at = credential.totp_step = None
    await session.flush()
    await end_sessions(session, account.id)
    await _record(session, AuditKind.SECOND_FACTOR, account, asker, {"reset": True})


async def _grant(
    session: AsyncSession, account: Account, role: Role, divisions: Sequence[Division],
    asker: Asker,
) -> None:
    account.role = role.value
    await session.flush()
    unique = {division.id: division for division in divisions}
    session.add_all(
        AccountRegion(account_id=account.id, division_id=division) for division in unique)
    await session.flush()
    forgotten_after(session, account.id)
    await _record(session, AuditKind.RIGHTS, account, asker, {
        "role": role.value, "regions": [division.code for division in unique.values()]})


async def _set_password(
    session: AsyncSession, account: Account, password: str, *, must_change: bool
) -> None:
    credential = await credential_of(session, account.id)
    credential.password_hash = await passwords.hashed(password)
    credential.password_set_at = func.now()
    credential.must_change = must_change
    await session.flush()


async def _divisions(
    session: AsyncSession, codes: Sequence[str]
) -> tuple[list[Division], list[Complaint]]:
    found, complaints = [], []
    for code in codes:
        known = code.isascii() and code.isdigit() and len(code) == 6
        division = await division_by_code(session, code) if known else None
        if division is None:
            complaints.append(Complaint("", "regions", code[:80], Text(
                "现行或曾用的六位区划代码", "a division's code of six digits, of today or former")))
        else:
            found.append(division)
    return found, complaints


def _check_identity(new: NewAccount) -> list[Complaint]:
    if new.issuer is None and new.subject is None:
        return []
    if (new.issuer or "").strip() and (new.subject or "").strip():
        return []
    field, given = ("issuer", new.subject) if new.issuer is None else ("identity", new.issuer)
    return [Complaint("", field, (given or "")[:80], Text(
        "身份（subject）与认证平台地址（issuer）须同时给出",
        "the identity and the provider's address together, or neither"))]


async def _taken(session: AsyncSession, new: NewAccount) -> list[Complaint]:
    if not check_name(new.name) and await session.scalar(
            select(Account.id).where(Account.name == new.name)):
        return [_name_taken(new)]
    if new.issuer and new.subject and await session.scalar(
            select(Account.id).where(Account.issuer == new.issuer,
                                     Account.subject == new.subject)):
        return [_identity_taken(new)]
    return []


async def _flushed(session: AsyncSession, new: NewAccount) -> None:
    """Flush, turning what somebody else took in this very moment into plain refusals."""
    try:
        await session.flush()
    except IntegrityError as failure:
        if "uq_account_name" in str(failure.orig):
            raise InputRefused([_name_taken(new)]) from failure
        if "uq_account_issuer_subject" in str(failure.orig):
            raise InputRefused([_identity_taken(new)]) from failure
        raise


def _name_taken(new: NewAccount) -> Complaint:
    return Complaint("", "name", new.name, Text("该名称已被使用", "a name that no account has"))


def _identity_taken(new: NewAccount) -> Complaint:
    return Complaint("", "identity", str(new.subject)[:80], Text(
        "该身份已属于另一账户", "an identity that no account has"))


async def _record(
    session: AsyncSession, kind: AuditKind, account: Account, asker: Asker,
    detail: dict[str, object],
) -> None:
    await record(session, kind=kind, outcome=Outcome.DONE, actor=asker.name, role=asker.role,
                 subject=account.name, address=asker.address, detail=detail)


__all__ = ["NewAccount", "RoleStays", "account_named", "add_account", "change_own_password",
           "disable_account", "enable_account", "grant_role", "reset_second_factor",
           "set_password"]

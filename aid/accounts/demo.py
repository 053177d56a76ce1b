"""Accounts to look around with, one a role. They can come in only while `aid demo` serves."""

from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import gate
from aid.access.roles import Role
from aid.accounts.model import Account
from aid.accounts.passwords import random_password
from aid.accounts.service import (
    NewAccount,
    add_account,
    enable_account,
    reset_second_factor,
    set_password,
)
from aid.audit.service import Asker
from aid.database.engine import Database
from aid.errors import AidError
from aid.text import Text

REGION = "540200"
"""The region of the demo recipient: Shigatse (日喀则)."""

_ALONE = 4_260_116_003  # any fixed number: two demos at a time make the accounts once
_ASKER = Asker("aid demo")
_NAMES = {
    Role.OFFICE: "演示·援助办公室", Role.RECIPIENT: "演示·受援地区", Role.LEADER: "演示·领导",
    Role.AUDITOR: "演示·审计", Role.SYSTEM_ADMIN: "演示·系统管理员",
    Role.SECURITY_ADMIN: "演示·安全管理员", Role.AUDIT_ADMIN: "演示·安全审计员",
}


class NotForDemo(AidError):
    """A database with real accounts gets no demo accounts."""

    code = "NOT_FOR_DEMO"

    def __init__(self) -> None:
        super().__init__(Text(
            "数据库中已有正式账户，因此不建立演示账户：请用已有账户登录。",
            "This database holds real accounts, so no demo accounts are made: sign in with one of "
            "those."))


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account to look around with, and how to come in."""

    name: str
    role: Role
    password: str
    regions: tuple[str, ...]


async def demo_accounts(database: Database, password: str | None) -> list[DemoAccount]:
    """Make one account a role, or give those that are there a new password: this, or random ones.

    What somebody did to them since (a second factor, sessions) is undone. Raises NotForDemo.
    """
    async with database.writing(gate(_ASKER.name)) as session:
        await session.execute(text(f"SELECT pg_advisory_xact_lock({_ALONE})"))
        known = {account.name: account for account in await session.scalars(select(Account))}
        if any(not account.demo for account in known.values()):
            raise NotForDemo
        return [await _demo_account(session, role, known, password or random_password())
                for role in Role]


async def _demo_account(
    session: AsyncSession, role: Role, known: dict[str, Account], password: str
) -> DemoAccount:
    name = f"demo-{role.value}"
    regions = (REGION,) if role is Role.RECIPIENT else ()
    account = known.get(name)
    if account is None:
        await add_account(session, NewAccount(
            name=name, role=role, regions=regions, display_name=_NAMES[role], password=password,
            must_change=False, demo=True), asker=_ASKER)
    else:
        await enable_account(session, account, asker=_ASKER)
        await reset_second_factor(session, account, asker=_ASKER)
        await set_password(session, account, password, asker=_ASKER, must_change=False)
    return DemoAccount(name, role, password, regions)

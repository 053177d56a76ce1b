"""Coming in, for tests of accounts: accounts of their own, sign-ins, what the audit log says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import URL

from aid.access.actor import gate
from aid.access.roles import Role
from aid.accounts import service
from aid.accounts.model import Account
from aid.accounts.remembered import visitors
from aid.accounts.sessions import Entered, sign_in
from aid.audit.queries import ALL, Entry, Wanted, entries
from aid.audit.service import Asker
from aid.database.engine import Database
from tests.actors import AUDITOR
from tests.conftest import as_admin
from tests.people import PASSWORD

ASKER = Asker("zhao", "system_admin", "192.0.2.1")
HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


async def made(
    database: Database, name: str = "li.na", role: str | None = "office", *regions: str, **more: Any
) -> Account:
    """A new account, with everybody's password unless told otherwise."""
    new = service.NewAccount(
        **{"password": PASSWORD, "must_change": False, **more, "name": name, "role": role,
           "regions": regions})
    async with database.writing(gate("zhao")) as session:
        return await service.add_account(session, new, asker=ASKER)


async def come(
    database: Database, name: str = "li.na", password: str = PASSWORD, *, address: str = HERE,
    totp_roles: frozenset[Role] = frozenset(), demo: bool = False, agent: str | None = "Firefox",
) -> Entered:
    """Sign in."""
    return await sign_in(database, name=name, password=password, address=address, agent=agent,
                         totp_roles=totp_roles, demo=demo)


async def done(database: Database, name: str, verb: Any, **more: Any) -> Any:
    """A verb of the service on an account."""
    async with database.writing(gate("zhao")) as session:
        account = await service.account_named(session, name)
        return await verb(session, account, asker=ASKER, **more)


def as_another_process(account_id: int) -> None:
    """Forget in this process what another one could not know either."""
    visitors.forget(account_id)


async def said(database: Database, wanted: Wanted = ALL) -> list[Entry]:
    """The audit log, oldest first."""
    async with database.reading(AUDITOR) as session:
        return list(reversed((await entries(session, wanted, first=1000)).entries))


@asynccontextmanager
async def administrator(admin_url: URL, name: str) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's own connection, above row security."""
    connection = await asyncpg.connect(as_admin(admin_url, name))
    try:
        yield connection
    finally:
        await connection.close()


async def waits(admin: asyncpg.Connection, task: "asyncio.Task[Any]") -> bool:
    """Whether a task comes to wait for a lock in the database, instead of finishing."""
    blocked = ("SELECT count(*) FROM pg_stat_activity"
               " WHERE datname = current_database() AND wait_event_type = 'Lock'")
    while not task.done():
        if await admin.fetchval(blocked):
            return True
        await asyncio.sleep(0.01)
    return False


@asynccontextmanager
async def statements(database: Database) -> AsyncIterator[list[str]]:
    """What the sessions of a database send, as they send it."""
    sent: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        sent.append(statement)

    engine = database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)

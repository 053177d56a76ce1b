"""Connections and transactions. Every transaction is bound to an actor, or it does not begin.

Two ways in, over one database: SQLAlchemy sessions for services and queries, and `read_json` for
the compiled reads of the API, which run one statement on a bare asyncpg connection.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any, Protocol, cast

import asyncpg
import structlog
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction

from aid.database.freshness import UNNAMED, Freshness
from aid.database.telling import CHANGED, CHANNEL, NOTIFY, Teller
from aid.errors import AidError, Complaint, InputRefused
from aid.text import Text

log = structlog.get_logger()

_UNSTORABLE = frozenset({"22021", "22P05"})
"""What PostgreSQL says of characters that no text of it can hold."""

_CANCELLED = "57014"
_DOOR = "gate"
"""The role of whoever writes what no page of figures shows."""
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})

_UNSAFE = """
SELECT current_user, EXISTS (
  SELECT FROM pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER')
  AND (r.rolsuper OR r.rolbypassrls OR EXISTS (
    SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relnamespace = 'public'::regnamespace)))
"""
"""Whether the login is, or may become, one that row security does not hold: a superuser, one that
bypasses it, or an owner of the tables, who could switch it off."""


class Claimant(Protocol):
    """Whoever a transaction runs for. `claims` become transaction-local settings."""

    @property
    def claims(self) -> Mapping[str, str]: ...


class NoActor(RuntimeError):
    """A transaction was begun for nobody: a defect of the program, never of its user."""


class UnsafeRole(AidError):
    """The application's login could step over the database's own walls."""

    code = "UNSAFE_DATABASE_ROLE"


class Unreachable(AidError):
    """The database does not answer, or does not let the login in."""

    code = "DATABASE_UNREACHABLE"


class TooSlow(AidError):
    """A statement ran into its time limit and was ended."""

    code = "TOO_SLOW"

    def __init__(self) -> None:
        super().__init__(Text("查询超时，已终止：请缩小范围。",
                              "The query took too long and was ended: ask for less."))


class Database:
    """One PostgreSQL, as the application's login."""

    def __init__(
        self, url: str, *, pool_size: int = 8, statement_timeout_ms: int = 15_000,
        settings: Mapping[str, str] = NO_SETTINGS,
    ) -> None:
        self._url = make_url(url)
        self._pool_size = pool_size
        self._settings = {
            "application_name": "aid",
            "statement_timeout": str(statement_timeout_ms),
            "lock_timeout": "5000",
            "idle_in_transaction_session_timeout": "30000",
            "timezone": "UTC",
            "work_mem": "16MB",  # what a figure of everything sorts and joins stays in memory
            "jit": "off",  # compiling such statements takes seconds, running them milliseconds
            **settings,
        }
        self._engine = create_async_engine(
            self._url.set(drivername="postgresql+asyncpg"),
            pool_size=pool_size,
            connect_args={"server_settings": self._settings},
            hide_parameters=True,  # they may be names or hashes, and errors are logged
        )
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._pool: asyncpg.Pool | None = None
        self._teller = Teller(self._notify)
        self.freshness = Freshness()

    async def open(self) -> None:
        """Connect, and refuse a login that is, or may become, one above row security.

        Raises Unreachable when there is nothing to connect to, UnsafeRole for such a login.
        """
        try:
            self._pool = await asyncpg.create_pool(
                asyncpg_dsn(self._url),
                min_size=1,
                max_size=self._pool_size,
                max_inactive_connection_lifetime=0,
                statement_cache_size=1024,
                max_cached_statement_lifetime=0,
                max_cacheable_statement_size=256 * 1024,
                server_settings={**self._settings, "default_transaction_read_only": "on",
                                 "synchronous_commit": "off"},
                reset=_nothing_to_reset,
            )
        except (OSError, asyncpg.PostgresError) as failure:
            where = self._url.render_as_string(hide_password=True)
            raise Unreachable(
                Text(f"无法连接数据库 {where}：{failure}", f"Cannot connect to {where}: {failure}")
            ) from failure
        name, unsafe = await self._pool.fetchrow(_UNSAFE)
        if unsafe:
            await self.close()
            raise UnsafeRole(
                Text(
                    f"数据库登录名「{name}」是超级用户、表的所有者或可绕过行级安全，"
                    "服务拒绝以此身份运行。"
                    "请在 AID_DATABASE_URL 中使用 aid_app（由 `aid migrate` 建立）。",
                    f"The database login {name!r} is a superuser, owns tables or may bypass row "
                    "security; the server does not run as such. Use aid_app in AID_DATABASE_URL "
                    "(`aid migrate` creates it).",
                )
            )

    async def close(self) -> None:
        """Give every connection back, once all is told that was committed."""
        await self._teller.finish()
        if self._pool is not None:
            await self._pool.close()
            self._pool = None
        await self._engine.dispose()

    @asynccontextmanager
    async def reading(self, actor: Claimant) -> AsyncIterator[AsyncSession]:
        """A read-only transaction for `actor`: one snapshot for all its statements.

        Raises TooSlow when one of them ran into its time limit.
        """
        try:
            async with self._sessions(info={"actor": actor, "readonly": True}) as session:
                async with session.begin():
                    yield session
        except DBAPIError as failure:
            if getattr(failure.orig, "sqlstate", None) == _CANCELLED:
                raise TooSlow from failure
            raise

    @asynccontextmanager
    async def writing(self, actor: Claimant) -> AsyncIterator[AsyncSession]:
        """A transaction for `actor` that commits at the end, or rolls back when anything raises.

        That something was written is told to all processes afterwards, but for what is written at
        the door: sign-ins, the audit log. Raises InputRefused for text with a zero character, which
        PostgreSQL cannot hold.
        """
        try:
            changed = None
            async with self._sessions(info={"actor": actor}) as session, session.begin():
                yield session
                if session.in_transaction():
                    await session.flush()
                    changed = await session.scalar(text(CHANGED))
            if changed or actor.claims.get("aid.role") != _DOOR:
                self.freshness.heard()
                self._teller.tell(changed or UNNAMED)
        except DBAPIError as failure:
            if getattr(failure.orig, "sqlstate", None) in _UNSTORABLE:
                raise InputRefused([Complaint("", "text", "\\0", Text(
                    "文字中不能含零字符", "text without zero characters"))]) from failure
            raise

    async def read_json(self, actor: Claimant | None, sql: str, values: Sequence[Any]) -> str:
        """Run one compiled read and return its JSON text.

        The statement is a transaction of its own on a read-only connection and binds the claims
        itself, as its last parameters (schema/read/prepared.py). One round trip.
        """
        if actor is None:
            raise NoActor("a read was asked for nobody")
        if self._pool is None:
            raise RuntimeError("the database is not open")
        try:
            async with self._pool.acquire() as connection:
                found = await connection.fetchval(sql, *values, *actor.claims.values())
        except asyncpg.QueryCanceledError as failure:
            raise TooSlow from failure
        if found is None:  # a field that may not be null was: never send half an answer
            raise RuntimeError("a compiled read came out null")
        return cast(str, found)

    async def connect(self, name: str) -> asyncpg.Connection:
        """A connection of its own, outside the pools, that the server knows by a name."""
        return await asyncpg.connect(
            asyncpg_dsn(self._url), timeout=10,
            server_settings={**self._settings, "application_name": name})

    async def _notify(self, changes: Sequence[str]) -> None:
        if self._pool is not None:
            await self._pool.execute(NOTIFY, CHANNEL, changes)

    async def answers(self) -> bool:
        """Whether the database answers now (for /health/ready)."""
        if self._pool is None:
            return False
        try:
            async with asyncio.timeout(2):  # waiting for a connection counts too
                return bool(await self._pool.fetchval("SELECT 1") == 1)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False

    async def revision(self) -> str | None:
        """The migration this database is at, or None before the first."""
        if self._pool is None:
            raise RuntimeError("the database is not open")
        try:
            found = await self._pool.fetchval("SELECT version_num FROM alembic_version")
        except asyncpg.UndefinedTableError:
            return None
        return cast(str | None, found)


def asyncpg_dsn(url: URL) -> str:
    """The URL as asyncpg itself reads it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


async def planned_anew(session: AsyncSession) -> None:
    """Let the rest of the transaction be planned for the values asked about.

    A plan for any day expects few rows of each, and is slow where there are many.
    """
    await session.execute(select(func.set_config("plan_cache_mode", "force_custom_plan", True)))


async def _nothing_to_reset(connection: Any) -> None:
    """Nothing outlives a transaction on these connections, so asyncpg's RESET ALL is saved."""


@event.listens_for(Session, "after_begin")
def _bind_actor(session: Session, _: SessionTransaction, connection: Connection) -> None:
    """Bind the actor's claims to the transaction, or refuse to go on without one."""
    actor = session.info.get("actor")
    if actor is None:
        raise NoActor("a transaction was begun for nobody")
    if session.info.get("readonly"):
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    claims = cast(Claimant, actor).claims  # all in one round trip
    bound = ", ".join(f"set_config('{name}', :c{at}, true)" for at, name in enumerate(claims))
    connection.execute(
        text(f"SELECT {bound}"), {f"c{at}": value for at, value in enumerate(claims.values())})

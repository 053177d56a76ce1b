"""Bringing a database into being: its roles, its tables. Needs a login that may; `serve` has none.

Roles, so that nobody who serves requests owns what they are served from: `aid_owner` (no login)
owns every table, `aid_app` (login) reads and writes as granted, `aid_backup` (no login) reads
everything and changes nothing, and the administrator's login (yours, or the embedded server's) does
what stands in this file, and becomes `aid_backup` for as long as a backup takes.
"""

import asyncio
import re
from collections.abc import Callable
from typing import TypeVar, cast

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from aid.database.engine import Database, asyncpg_dsn
from aid.errors import AidError
from aid.text import Text

OWNER = "aid_owner"
APP = "aid_app"
BACKUP = "aid_backup"
LOCK = 4_260_116_001  # any fixed number: two migrations at a time wait for one another
OLDEST = 150_000  # PostgreSQL 15
TRIES = 10
T = TypeVar("T")


class CannotProvision(AidError):
    """The administrator's login may not do what bringing up a database needs."""

    code = "CANNOT_PROVISION"


async def create_database(admin_url: str, name: str) -> None:
    """Create the database when it is absent. `admin_url` names any other database of the server."""
    connection = await asyncpg.connect(asyncpg_dsn(make_url(admin_url)))
    try:
        known = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name)
        if not known:
            await connection.execute(
                f"CREATE DATABASE {_identifier(name)} TEMPLATE template0 ENCODING 'UTF8'"
            )
    finally:
        await connection.close()


async def provision(
    admin_url: str, *, app_password: str | None, say: Callable[[str], None] = lambda _: None
) -> str:
    """Create roles where absent, then migrate to the newest revision, which is returned.

    Everything happens in one transaction: a failed migration leaves the database as it was.
    Raises CannotProvision when the login lacks a right or the server is older than PostgreSQL 15.
    """

    def work(connection: Connection) -> str:
        _prepare_roles(connection, app_password)
        _let_backups_read(connection)
        return _upgrade(connection, say)

    return await _administer(admin_url, work)


async def prepare_roles(admin_url: str, *, app_password: str | None = None) -> None:
    """Create the roles where absent and grant them what they need, and touch no table's shape.

    Raises CannotProvision.
    """

    def work(connection: Connection) -> None:
        _prepare_roles(connection, app_password)
        _let_backups_read(connection)

    await _administer(admin_url, work)


async def _administer(admin_url: str, work: Callable[[Connection], T]) -> T:
    """Work in one transaction, one at a time on a database.

    Roles are the whole server's: where another database of it is brought up at the same moment, one
    of both begins again.
    """
    engine = create_async_engine(make_url(admin_url).set(drivername="postgresql+asyncpg"))
    try:
        left = TRIES
        while True:
            try:
                async with engine.begin() as connection:
                    await connection.execute(text("SET lock_timeout = '60s'"))
                    await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
                    return await connection.run_sync(work)
            except Exception as failure:
                left -= 1
                if not (left and _met_another(failure)):
                    if refusal := _refusal(failure):
                        raise refusal from failure
                    raise
                await asyncio.sleep(0.1)
    finally:
        await engine.dispose()


def newest_revision() -> str:
    """The revision this program's code was written for."""
    return cast(str, ScriptDirectory.from_config(_config()).get_current_head())


def revisions() -> frozenset[str]:
    """Every revision this program knows: it can bring a database forward from each of them."""
    script = ScriptDirectory.from_config(_config())
    return frozenset(revision.revision for revision in script.walk_revisions())


class NotMigrated(AidError):
    """The database is not at the revision this program was written for."""

    code = "NOT_MIGRATED"


async def require_migrated(database: Database) -> None:
    """Raise NotMigrated unless the (open) database is at the newest revision."""
    found, wanted = await database.revision(), newest_revision()
    if found != wanted:
        raise NotMigrated(
            Text(f"数据库版本是 {found or '空'}，本程序需要 {wanted}：请先运行 `aid migrate`。",
                 f"The database is at revision {found or 'none'}, this program needs {wanted}: "
                 "run `aid migrate` first.")
        )


def _prepare_roles(connection: Connection, app_password: str | None) -> None:
    version = int(connection.scalar(text("SHOW server_version_num")) or 0)
    if version < OLDEST:
        raise CannotProvision(
            Text(f"需要 PostgreSQL 15 或更新版本，此服务器是 {version // 10000}。",
                 f"PostgreSQL 15 or newer is needed; this server is {version // 10000}.")
        )
    known = set(connection.scalars(text("SELECT rolname FROM pg_roles")))
    if OWNER not in known:
        connection.execute(text(f"CREATE ROLE {OWNER} NOLOGIN"))
    if APP not in known:
        connection.execute(text(f"CREATE ROLE {APP} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB"))
    if app_password is not None:
        connection.execute(text(f"ALTER ROLE {APP} PASSWORD '{_scram_safe(app_password)}'"))
    database = _identifier(cast(str, connection.scalar(text("SELECT current_database()"))))
    if not _may_become(connection, OWNER, version):
        connection.execute(text(f"GRANT {OWNER} TO CURRENT_USER"))
    connection.execute(text(f"GRANT CREATE, USAGE ON SCHEMA public TO {OWNER}"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {APP}"))
    connection.execute(text(f"GRANT CONNECT ON DATABASE {database} TO {APP}"))
    _prepare_backup_role(connection, version, known=BACKUP in known)


_POWERS = """
SELECT rolsuper OR rolbypassrls AND CAST(:version AS int) >= 160000 AS creates,
  rolsuper OR rolcreaterole AND CAST(:version AS int) < 160000 AS grants
FROM pg_roles WHERE rolname = current_user
"""
"""Whether the login may create a role that row security does not hold, and hand out any role."""


def _prepare_backup_role(connection: Connection, version: int, *, known: bool) -> None:
    """Create `aid_backup` where absent and become its member, as far as the login's rights go.

    Who may not is not refused here, for serving needs no backup role: `aid backup` says what a
    superuser has to do once.
    """
    creates, grants = connection.execute(text(_POWERS), {"version": version}).one()
    if not known:
        if not creates:
            return
        connection.execute(text(f"CREATE ROLE {BACKUP} NOLOGIN NOINHERIT BYPASSRLS"))
    if not _may_become(connection, BACKUP, version) and (grants or connection.scalar(
            text(f"SELECT pg_has_role(current_user, '{BACKUP}', 'MEMBER WITH ADMIN OPTION')"))):
        connection.execute(text(f"GRANT {BACKUP} TO CURRENT_USER"))


_UNREAD = """
SELECT coalesce(string_agg(format('public.%I', c.relname), ', '), '')
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
AND c.relowner = (SELECT oid FROM pg_roles WHERE rolname = :owner)
AND CAST(c.relkind AS text) = ANY (CAST(:kinds AS text[]))
AND NOT has_table_privilege(CAST(:backup AS name), c.oid, 'SELECT')
"""


def _let_backups_read(connection: Connection) -> None:
    """Grant `aid_backup`, where it exists, SELECT on every table there is and that will come."""
    if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"),
                             {"role": BACKUP}):
        return
    database = _identifier(cast(str, connection.scalar(text("SELECT current_database()"))))
    connection.execute(text(f"GRANT CONNECT ON DATABASE {database} TO {BACKUP}"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {BACKUP}"))
    connection.execute(text(f"SET LOCAL ROLE {OWNER}"))
    for kind, letters in (("TABLE", ["r", "p", "v"]), ("SEQUENCE", ["S"])):
        connection.execute(text("ALTER DEFAULT PRIVILEGES IN SCHEMA public "
                                f"GRANT SELECT ON {kind}S TO {BACKUP}"))
        unread = connection.scalar(
            text(_UNREAD), {"owner": OWNER, "kinds": letters, "backup": BACKUP})
        if unread:
            connection.execute(text(f"GRANT SELECT ON {kind} {unread} TO {BACKUP}"))
    connection.execute(text("RESET ROLE"))


def _may_become(connection: Connection, role: str, version: int) -> bool:
    """Whether the login may SET ROLE; since PostgreSQL 16 being a member is not enough."""
    privilege = "SET" if version >= 160000 else "MEMBER"
    return bool(connection.scalar(
        text(f"SELECT pg_has_role(current_user, '{role}', '{privilege}')")))


def _upgrade(connection: Connection, say: Callable[[str], None]) -> str:
    connection.execute(text(f"SET LOCAL ROLE {OWNER}"))
    before = MigrationContext.configure(connection).get_current_revision()
    newest = newest_revision()
    if before != newest:
        say(f"{before or '∅'} → {newest}")
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return newest


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "aid:migrations")
    return config


def _cause(failure: BaseException) -> BaseException:
    return getattr(getattr(failure, "orig", failure), "__cause__", None) or failure


def _met_another(failure: BaseException) -> bool:
    """Whether a role was made or changed elsewhere just then; PostgreSQL says so in three ways."""
    cause = _cause(failure)
    return isinstance(cause, asyncpg.DuplicateObjectError) or (
        isinstance(cause, asyncpg.UniqueViolationError)
        and cause.schema_name == "pg_catalog") or (
        isinstance(cause, asyncpg.InternalServerError) and "concurrently updated" in str(cause))


def _refusal(failure: BaseException) -> CannotProvision | None:
    cause = _cause(failure)
    if isinstance(cause, OSError | asyncpg.InvalidAuthorizationSpecificationError
                  | asyncpg.InvalidCatalogNameError):
        return CannotProvision(
            Text(f"无法以管理登录名连接数据库：{cause}",
                 f"Cannot connect as the administrator: {cause}")
        )
    if isinstance(cause, asyncpg.InsufficientPrivilegeError):
        return CannotProvision(
            Text(f"管理登录名权限不足：{cause}。"
                 "AID_ADMIN_DATABASE_URL 应是数据库的所有者且可建立角色。",
                 f"The administrator's login lacks a right: {cause}. AID_ADMIN_DATABASE_URL must "
                 "own the database and may create roles.")
        )
    return None


def _identifier(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_$-]{0,62}", name):
        raise CannotProvision(
            Text(f"数据库名「{name}」只能含字母、数字、_、-。",
                 f"The database name {name!r} may hold letters, digits, _ and - only.")
        )
    return f'"{name}"'


def _scram_safe(password: str) -> str:
    if "\x00" in password:
        raise ValueError("a password cannot hold a zero byte")
    return password.replace("'", "''").replace(":", "\\:")

"""Making a backup: one snapshot of everything, streamed into a file that is checked at the end."""

import asyncio
import re
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from aid import __version__
from aid.backup import archive, programs
from aid.backup.archive import DUMP, MANIFEST, SIGNATURE, Archive, Manifest, Writing
from aid.database.engine import Unreachable, asyncpg_dsn
from aid.database.provision import APP, BACKUP, OWNER, NotMigrated, prepare_roles
from aid.errors import AidError
from aid.secrets import Keys
from aid.text import Text

Progress = Callable[[str, int, int], None]
"""Told what is under way, how much of it is done, and how much there is."""

PURPOSE = "backup"
"""What the key signs a manifest for."""

_DUMP = ("--format=custom", f"--role={BACKUP}", "--schema=public", "--no-publications",
         "--no-subscriptions", "--no-security-labels", "--lock-wait-timeout=60s", "--verbose")
_TABLE = re.compile(rb'dumping contents of table "?public"?\."?(\w+)')
_TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1
"""
_ROLES = """
SELECT r.rolname AS name, r.rolcanlogin AS login, r.rolsuper AS superuser,
  r.rolbypassrls AS bypasses_row_security, r.rolinherit AS inherits, r.rolcreaterole AS makes_roles,
  r.rolcreatedb AS makes_databases, r.rolreplication AS replicates,
  ARRAY(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
    WHERE m.member = r.oid ORDER BY 1) AS member_of
FROM pg_roles r WHERE r.rolname = ANY ($1) ORDER BY 1
"""
_MAY = """
SELECT EXISTS (SELECT FROM pg_roles b WHERE b.rolname = $1 AND b.rolbypassrls
  AND pg_has_role(current_user, b.oid, $2))
"""


class CannotBackUp(AidError):
    """The administrator's login may not read everything, or PostgreSQL's program failed."""

    code = "CANNOT_BACK_UP"


class TooNew(AidError):
    """The server is newer than the programs that come along."""

    code = "SERVER_TOO_NEW"

    def __init__(self, server: int) -> None:
        ours = programs.version()
        super().__init__(Text(
            f"服务器是 PostgreSQL {server}，随附的程序是 {ours}，只能备份同版本或更旧的服务器。",
            f"The server is PostgreSQL {server}; the programs that come along are of {ours} and "
            "serve that version and older ones."))


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's connection, with no time limits. Raises Unreachable, TooNew."""
    try:
        connection = await asyncpg.connect(asyncpg_dsn(make_url(url)), server_settings={
            "statement_timeout": "0", "idle_in_transaction_session_timeout": "0",
            "application_name": "aid"})
    except (OSError, asyncpg.PostgresError) as failure:
        shown = make_url(url).render_as_string(hide_password=True)
        raise Unreachable(Text(f"无法连接数据库 {shown}：{failure}",
                               f"Cannot connect to {shown}: {failure}")) from failure
    try:
        server = connection.get_server_version().major
        if server > programs.version():
            raise TooNew(server)
        yield connection
    finally:
        await connection.close()


async def make_backup(
    admin_url: str, path: Path, *, keys: Keys | None, progress: Progress = lambda *_: None
) -> Manifest:
    """Write a backup of the administrator's database to `path`, which must not exist.

    Everything in it is of one moment, while others go on writing. Raises CannotBackUp,
    NotMigrated, Unreachable, TooNew, AlreadyThere, CannotWrite.
    """
    with archive.written(path) as (partial, writing):
        async with connected(admin_url) as connection:
            await prepare_roles(admin_url)
            await require_right(connection)
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                found = await _look(connection)
                snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
                await _dump(admin_url, snapshot, writing, found["rows"], progress)
        manifest = Manifest(
            form=archive.FORM, program=__version__,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            keys=keys.fingerprints if keys else (), sizes=dict(writing.sizes),
            digests=dict(writing.digests), **found)
        text = manifest.to_json()
        writing.add(MANIFEST, text)
        writing.add(SIGNATURE, keys.sign(PURPOSE, text) if keys else "")
        writing.finish()
        await _verify(partial)
    return manifest


async def require_right(connection: asyncpg.Connection) -> None:
    """Raise CannotBackUp unless the login may become `aid_backup`, which reads everything."""
    since_16 = connection.get_server_version().major >= 16
    if not await connection.fetchval(_MAY, BACKUP, "SET" if since_16 else "MEMBER"):
        login = await connection.fetchval("SELECT quote_ident(current_user)")
        sql = f"CREATE ROLE {BACKUP} NOLOGIN NOINHERIT BYPASSRLS; GRANT {BACKUP} TO {login};"
        raise CannotBackUp(Text(
            f"管理登录名不能读取全部数据。请由超级用户执行一次：{sql}",
            f"The administrator's login may not read everything. A superuser has to run once: "
            f"{sql}"))


async def _look(connection: asyncpg.Connection) -> dict[str, Any]:
    """What there is, at the moment of the snapshot."""
    await connection.execute(f"SET LOCAL ROLE {BACKUP}; SET LOCAL row_security = off")
    tables = [row["relname"] for row in await connection.fetch(_TABLES)]
    if "alembic_version" not in tables:
        raise NotMigrated(Text("此数据库没有本程序的表，无可备份。",
                               "This database has no tables of this program: there is nothing "
                               "to back up."))
    return {
        "revision": await connection.fetchval("SELECT version_num FROM public.alembic_version"),
        "postgresql": await connection.fetchval("SHOW server_version"),
        "rows": {table: await connection.fetchval(f'SELECT count(*) FROM public."{table}"')  # noqa: S608
                 for table in tables},
        "roles": [dict(row) for row in await connection.fetch(_ROLES, [OWNER, APP, BACKUP])],
    }


async def _dump(
    url: str, snapshot: str, writing: Writing, rows: Mapping[str, int], progress: Progress
) -> None:
    arguments = (*_DUMP, f"--snapshot={snapshot}")
    async with programs.running("pg_dump", *arguments, url=url) as process:
        await programs.ended_input(process)
        told = asyncio.create_task(_follow(process, len(rows), progress))
        with writing.member(DUMP) as write:
            assert process.stdout is not None  # noqa: S101
            while piece := await process.stdout.read(archive.CHUNK):
                write(piece)
        said = await told
        if await process.wait():
            raise CannotBackUp(Text(f"pg_dump 失败：{programs.complaint(said)}",
                                    f"pg_dump failed: {programs.complaint(said)}"))


async def _follow(process: Process, total: int, progress: Progress) -> str:
    """Report each table pg_dump comes to; returns all that it said, the last of it at least."""
    said, done = b"", 0
    assert process.stderr is not None  # noqa: S101
    while line := await process.stderr.readline():
        said = (said + line)[-65536:]
        if found := _TABLE.search(line):
            done += 1
            progress(found[1].decode(), done, total)
    return said.decode(errors="replace")


async def _verify(path: Path) -> None:
    """Read the finished file again: whole, as its manifest says, every table in the dump's list."""
    with archive.opened(path) as made:
        listed = await contents(made)
    missing = [table for table in made.manifest.rows
               if not re.search(rf"\bTABLE DATA public {table} ", listed)]
    if missing:
        raise CannotBackUp(Text(f"备份缺少表：{'、'.join(missing)}",
                                f"The backup lacks tables: {', '.join(missing)}"))


async def contents(made: Archive) -> str:
    """The dump's own list of contents. Raises NotABackup when PostgreSQL cannot read it."""
    async with programs.running("pg_restore", "--list") as process:
        feeding = asyncio.create_task(feed(process, made))
        assert process.stdout is not None and process.stderr is not None  # noqa: S101
        listed, said = await asyncio.gather(process.stdout.read(), process.stderr.read())
        await feeding
        if await process.wait():
            why = programs.complaint(said.decode(errors="replace"))
            raise archive.NotABackup(made.path, Text(
                f"PostgreSQL 无法读取其中的数据（{why}）",
                f"PostgreSQL cannot read the dump in it ({why})"))
    return listed.decode(errors="replace")


async def feed(process: Process, made: Archive, progress: Progress = lambda *_: None) -> None:
    """Give the program the dump, as much of it as it wants to read."""
    done, total = 0, made.manifest.sizes[DUMP]
    try:
        for piece in made.dump():
            if not await programs.fed(process, piece):
                break
            done += len(piece)
            progress(DUMP, done, total)
    finally:
        await programs.ended_input(process)

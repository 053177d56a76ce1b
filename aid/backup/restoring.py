"""Restoring a backup: everything in one transaction, into a database that holds nothing yet."""

import asyncio
import re
from asyncio.subprocess import Process
from collections.abc import Callable
from dataclasses import dataclass

import asyncpg

from aid.backup import programs
from aid.backup.archive import CHUNK, Archive, Manifest, NotABackup
from aid.backup.making import PURPOSE, Progress, connected, contents, feed, require_right
from aid.database.provision import (
    BACKUP,
    LOCK,
    OWNER,
    newest_revision,
    prepare_roles,
    provision,
    revisions,
)
from aid.errors import AidError
from aid.secrets import Keys
from aid.text import Text

_HELD = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relkind = 'r' DESC, c.relname LIMIT 1
"""
_UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"
_HEAD = 4096  # bytes of a script; its settings are the first of it
_BEGIN = f"""
BEGIN;
SELECT pg_advisory_xact_lock({LOCK});
SELECT set_config('transaction_timeout', '0', false)
  FROM pg_settings WHERE name = 'transaction_timeout';
DO $$ BEGIN
  IF EXISTS ({_HELD}) THEN RAISE EXCEPTION 'the database is not empty'; END IF;
END $$;
SET LOCAL ROLE {OWNER};
"""  # noqa: S608
_GATE = """
SET row_security = on;
SELECT set_config('aid.role', 'gate', true);
"""
_END_SESSIONS = """
WITH ended AS (UPDATE public.sign_in_session SET ended_at = now() WHERE ended_at IS NULL
  RETURNING 1) SELECT 'aid:sessions=' || count(*) FROM ended;
"""
_NEW_LIFE = """
INSERT INTO public.incarnation (number, cause)
  SELECT coalesce(max(number), 0) + 1, 'restore' FROM public.incarnation;
"""
_REVOKE_TOKENS = """
WITH revoked AS (UPDATE public.api_token SET revoked_at = now() WHERE revoked_at IS NULL
  RETURNING 1) SELECT 'aid:tokens=' || count(*) FROM revoked;
"""


class NotEmpty(AidError):
    """A restore never touches data that is there."""

    code = "DATABASE_NOT_EMPTY"

    def __init__(self, name: str, table: str) -> None:
        super().__init__(Text(
            f"数据库「{name}」已有内容（{table}），只恢复到空数据库：请用 createdb 另建一个，"
            "或给出新的 AID_DATA_DIR。未作任何更改。",
            f"The database {name!r} holds something ({table}); a backup is restored into an empty "
            "one only: make another with createdb, or give a fresh AID_DATA_DIR. Nothing was "
            "touched."))


class NewerBackup(AidError):
    """A newer program made the backup; this one does not know its tables."""

    code = "BACKUP_TOO_NEW"

    def __init__(self, manifest: Manifest) -> None:
        super().__init__(Text(
            f"备份由更新的程序（{manifest.program}，版本 {manifest.revision}）制作，本程序最新为 "
            f"{newest_revision()}：请先升级程序。未作任何更改。",
            f"A newer program ({manifest.program}, revision {manifest.revision}) made this backup; "
            f"this one knows revisions up to {newest_revision()}: upgrade it first. Nothing was "
            "touched."))


class OtherKey(AidError):
    """The key is not the one under which the backup was made."""

    code = "OTHER_SECRET_KEY"

    def __init__(self, manifest: Manifest, keys: Keys | None) -> None:
        made, now = (", ".join(known) or "—" for known in
                     (manifest.keys, keys.fingerprints if keys else ()))
        super().__init__(Text(
            f"备份时的密钥（指纹 {made}）不是现在的密钥（{now}）：无法确认文件出自本系统，"
            "其中的第二因素也无法使用。请先放回当时的 AID_SECRET_KEY"
            "（或 AID_DATA_DIR/secret.key）；"
            "恢复时以数据库管理员身份执行其内容，只有确知文件来源，才加 --other-key 继续。"
            "未作任何更改。",
            f"The key of the backup (fingerprint {made}) is not today's ({now}): nobody can say "
            "whether this system made the file, and second factors in it cannot be used. Bring "
            "back the AID_SECRET_KEY (or AID_DATA_DIR/secret.key) of that time. What is in the "
            "file is executed as the database's administrator: add --other-key to go on only if "
            "it is certain where the file comes from. Nothing was touched."))


class RestoreFailed(AidError):
    """PostgreSQL refused a part of it, so none of it was kept."""

    code = "RESTORE_FAILED"

    def __init__(self, why: str) -> None:
        super().__init__(Text(f"恢复失败，未保留任何数据：{why}",
                              f"The restore failed, nothing of it was kept: {why}"))


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: the revision it is at now, the sign-ins ended and the tokens revoked."""

    manifest: Manifest
    revision: str
    sessions: int
    tokens: int


def require_own(archive: Archive, keys: Keys | None, *, other_key: bool = False) -> None:
    """Raise OtherKey unless one of the keys signed the manifest, or another key is welcome.

    Raises NotABackup when one of them is said to have signed it and did not.
    """
    if keys and keys.signed(PURPOSE, archive.manifest_text, archive.signature):
        return
    if keys and any(own in archive.manifest.keys for own in keys.fingerprints):
        raise NotABackup(archive.path, Text(
            "清单与其签名不符，文件在制作之后被改动过",
            "its manifest is not what was signed: the file was altered after it was made"))
    if not other_key:
        raise OtherKey(archive.manifest, keys)


async def restore_backup(
    admin_url: str, archive: Archive, *, app_password: str | None, revoke_tokens: bool = False,
    say: Callable[[str], None] = lambda _: None, progress: Progress = lambda *_: None,
) -> Restored:
    """Put the backup into the administrator's database, which must be empty, and bring it forward.

    One transaction restores, counts the rows again, ends every sign-in and begins a new
    incarnation, or keeps nothing.
    Raises NewerBackup, NotEmpty, NotABackup, RestoreFailed, Unreachable, CannotProvision.
    """
    if archive.manifest.revision not in revisions():
        raise NewerBackup(archive.manifest)
    await contents(archive)
    async with connected(admin_url) as connection:
        await _require_empty(connection)
        await prepare_roles(admin_url, app_password=app_password)
        await require_right(connection)
    told = await _refill(admin_url, archive, revoke_tokens=revoke_tokens, progress=progress)
    revision = await provision(admin_url, app_password=app_password, say=say)
    return Restored(archive.manifest, revision, _told(told, "sessions"), _told(told, "tokens"))


async def _require_empty(connection: asyncpg.Connection) -> None:
    held = await connection.fetchval(_HELD)
    if held is not None:
        raise NotEmpty(await connection.fetchval("SELECT current_database()"), held)


def _end(manifest: Manifest, *, revoke_tokens: bool) -> str:
    """What is done with the restored rows before they are kept."""
    checks = "".join(
        f"IF (SELECT count(*) FROM public.{_quoted(table)}) <> {count} THEN RAISE EXCEPTION "  # noqa: S608
        f"'table {table} has not its {count} rows'; END IF;\n"
        for table, count in manifest.rows.items())
    done = [f"SET LOCAL ROLE {BACKUP};\nSET row_security = off;\nDO $$ BEGIN\n{checks}END $$;\n",
            f"SET LOCAL ROLE {OWNER};\n", _GATE]
    if "sign_in_session" in manifest.rows:
        done.append(_END_SESSIONS)
    if "incarnation" in manifest.rows:
        done.append(_NEW_LIFE)
    if revoke_tokens and "api_token" in manifest.rows:
        done.append(_REVOKE_TOKENS)
    return "".join([*done, "COMMIT;\n"])


def _quoted(table: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", table):
        raise RestoreFailed(table)
    return f'"{table}"'


async def _refill(
    url: str, archive: Archive, *, revoke_tokens: bool, progress: Progress
) -> str:
    """Turn the dump into SQL and have it run; without its last word, COMMIT, nothing is kept."""
    end = _end(archive.manifest, revoke_tokens=revoke_tokens)
    script = programs.running("pg_restore", "--schema=public", "--no-owner", "--file=-")
    shell = programs.running("psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align",
                             "--set=ON_ERROR_STOP=1", "--file=-", url=url)
    async with script as restore, shell as psql:
        assert psql.stdout and psql.stderr and restore.stderr  # noqa: S101
        told, refused, failed = (asyncio.create_task(stream.read())
                                 for stream in (psql.stdout, psql.stderr, restore.stderr))
        feeding = asyncio.create_task(feed(restore, archive, progress))
        await programs.fed(psql, _BEGIN.encode())
        await _pass_on(restore, psql)
        if await restore.wait() == 0:  # after an error psql listens no more
            await programs.fed(psql, end.encode())
        await programs.ended_input(psql)
        status = await psql.wait()
        if status:
            feeding.cancel()
            raise RestoreFailed(programs.complaint((await refused).decode(errors="replace")))
        if restore.returncode:
            raise RestoreFailed(programs.complaint((await failed).decode(errors="replace")))
        await feeding
        return (await told).decode()


async def _pass_on(restore: Process, psql: Process) -> None:
    """Hand the script over, without the one setting that older servers do not know."""
    assert restore.stdout is not None  # noqa: S101
    head = True
    while piece := await restore.stdout.read(CHUNK):
        if head:
            while len(piece) < _HEAD and (more := await restore.stdout.read(CHUNK)):
                piece += more
            piece, head = piece.replace(_UNKNOWN_BEFORE_17, b"", 1), False
        if not await programs.fed(psql, piece):
            restore.kill()
            break


def _told(said: str, name: str) -> int:
    found = re.search(rf"^aid:{name}=(\d+)$", said, re.MULTILINE)
    return int(found[1]) if found else 0

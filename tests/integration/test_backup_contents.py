"""What a backup must hold to be restored, and what becomes of one that does not, or is older."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine

from aid.backup import archive
from aid.backup.archive import DUMP, MANIFEST, SIGNATURE, Manifest, NotABackup
from aid.backup.making import PURPOSE, make_backup
from aid.backup.restoring import NewerBackup, OtherKey, RestoreFailed, require_own, restore_backup
from aid.database.provision import (
    OWNER,
    NotMigrated,
    _config,
    create_database,
    newest_revision,
    prepare_roles,
)
from aid.secrets import Keys
from tests.conftest import SECRET_KEY, _drop, _unique, as_admin, as_app
from tests.integration.whole import whole

KEYS = Keys(SECRET_KEY)


@pytest.fixture
async def bare(admin_url: URL) -> AsyncIterator[str]:
    """The administrator's address of a database that holds nothing."""
    name = _unique("bare")
    await create_database(as_admin(admin_url, admin_url.database or "postgres"), name)
    yield as_admin(admin_url, name)
    await _drop(admin_url, name)


async def tables_of(url: str) -> int:
    """How many tables there are in a database."""
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
    finally:
        await connection.close()


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return [path.name for path in folder.iterdir()]


def rewritten(
    made: Path, to: Path, *, dump: Callable[[bytes], bytes] = lambda whole: whole,
    **changed: Any,
) -> Path:
    """A backup like another, whole and signed, with something else in it."""
    with archive.opened(made) as opened, archive.written(to) as (_, writing):
        with writing.member(DUMP) as write:
            write(dump(b"".join(opened.dump())))
        manifest = replace(opened.manifest, sizes=dict(writing.sizes),
                           digests=dict(writing.digests), **changed)
        writing.add(MANIFEST, manifest.to_json())
        writing.add(SIGNATURE, KEYS.sign(PURPOSE, manifest.to_json()))
        writing.finish()
    return to


async def restored(url: str, file: Path) -> str:
    """Restore a file; the revision that came of it."""
    with archive.opened(file) as opened:
        require_own(opened, KEYS)
        return (await restore_backup(url, opened, app_password=None)).revision


async def test_everything_in_a_backup_is_of_one_moment(
    admin_url: URL, empty_name: str, bare: str, tmp_path: Path
) -> None:
    """Others write all the while; the rows are those that were counted, or it is not restored."""
    over = asyncio.Event()
    written = 0

    async def write() -> None:
        nonlocal written
        connection = await asyncpg.connect(as_app(admin_url, empty_name))
        await connection.execute("SELECT set_config('aid.role', 'gate', false)")
        while not over.is_set():
            await connection.execute("INSERT INTO audit_entry (kind, outcome, actor, detail) "
                                     "VALUES ('operation', 'done', 'writer', '{}')")
            written += 1
        await connection.close()

    writer = asyncio.create_task(write())
    file = tmp_path / "a.aid-backup"
    manifest = await make_backup(as_admin(admin_url, empty_name), file, keys=KEYS)
    over.set()
    await writer
    assert 0 < manifest.rows["audit_entry"] < written
    assert await restored(bare, file) == newest_revision()


async def test_a_backup_of_a_newer_program_is_refused(
    admin_url: URL, empty_name: str, bare: str, tmp_path: Path
) -> None:
    """Its tables are not known here."""
    await make_backup(as_admin(admin_url, empty_name), tmp_path / "a", keys=KEYS)
    with pytest.raises(NewerBackup, match="9999"):
        await restored(bare, rewritten(tmp_path / "a", tmp_path / "b", revision="9999"))
    with pytest.raises(NotABackup, match="another form"):
        await restored(bare, rewritten(tmp_path / "a", tmp_path / "c", form=2))
    assert await tables_of(bare) == 0


async def test_a_restore_that_fails_keeps_nothing(
    admin_url: URL, seeded_name: str, bare: str, tmp_path: Path
) -> None:
    """Fewer rows than the manifest says, a dump that breaks off, a dump that is none."""
    await make_backup(as_admin(admin_url, seeded_name), tmp_path / "a", keys=KEYS)
    with archive.opened(tmp_path / "a") as opened:
        rows = opened.manifest.rows
    wrong = rewritten(tmp_path / "a", tmp_path / "b", rows={**rows, "division": 1})
    with pytest.raises(RestoreFailed, match="division has not its 1 rows"):
        await restored(bare, wrong)
    with pytest.raises(RestoreFailed):
        await restored(bare, rewritten(
            tmp_path / "a", tmp_path / "c", dump=lambda whole: whole[: len(whole) * 9 // 10]))
    with pytest.raises(NotABackup):
        await restored(bare, rewritten(tmp_path / "a", tmp_path / "d", dump=lambda _: b"none"))
    with pytest.raises(RestoreFailed):
        await restored(bare, rewritten(
            tmp_path / "a", tmp_path / "e", rows={**rows, 'x"; DROP TABLE account; --': 0}))
    assert await tables_of(bare) == 0
    assert await restored(bare, tmp_path / "a") == newest_revision()


async def test_a_backup_of_an_older_program_is_brought_forward(
    admin_url: URL, bare: str, tmp_path: Path
) -> None:
    """Made at the first revision, it has all of the newest, row security as well."""
    name = _unique("old")
    url = as_admin(admin_url, name)
    await create_database(as_admin(admin_url, admin_url.database or "postgres"), name)
    try:
        await prepare_roles(url)
        engine = create_async_engine(admin_url.set(drivername="postgresql+asyncpg", database=name))
        async with engine.begin() as connection:
            await connection.run_sync(_first_revision)
        await engine.dispose()
        manifest = await make_backup(url, tmp_path / "a", keys=KEYS)
        assert (manifest.revision, manifest.rows["division"]) == ("0001", 1)
        assert "account" not in manifest.rows
        assert await restored(bare, tmp_path / "a") == newest_revision()
    finally:
        await _drop(admin_url, name)
    found = await whole(bare)
    assert found["rows of division"][0] == 1
    assert found["rows of account"][0] == 0
    assert any("'division', 'seen'" in policy for policy in found["policies"])


def _first_revision(connection: Connection) -> None:
    connection.execute(text(f"SET LOCAL ROLE {OWNER}"))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    connection.execute(text(
        "INSERT INTO division (key, code, name, level) "
        "VALUES ('310000', '310000', '上海市', 'province')"))


async def test_a_database_without_our_tables_has_nothing_to_back_up(
    bare: str, tmp_path: Path
) -> None:
    """It says so and makes no file."""
    with pytest.raises(NotMigrated, match="nothing to back up"):
        await make_backup(bare, tmp_path / "a", keys=KEYS)
    assert names(tmp_path) == []


async def test_a_backup_without_a_key_is_not_this_systems(
    admin_url: URL, empty_name: str, tmp_path: Path
) -> None:
    """Nobody signed it, so a restore asks for leave."""
    manifest = await make_backup(as_admin(admin_url, empty_name), tmp_path / "a", keys=None)
    assert isinstance(manifest, Manifest)
    assert list(manifest.keys) == []
    with archive.opened(tmp_path / "a") as opened:
        for keys in (KEYS, None):
            with pytest.raises(OtherKey, match="--other-key"):
                require_own(opened, keys)

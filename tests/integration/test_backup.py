"""The drill: a database is backed up, lost and restored; nothing is missing, nobody is let in."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import URL, make_url

from aid.access.actor import gate
from aid.accounts.remembered import visitors
from aid.accounts.second_factor import begin
from aid.accounts.sessions import sign_in, visitor_of_session
from aid.accounts.tokens import visitor_of_token
from aid.audit.model import AuditEntry
from aid.backup import archive
from aid.backup.archive import NotABackup
from aid.database.choose import embedded_database
from aid.database.engine import Database, UnsafeRole
from aid.database.provision import BACKUP, create_database, provision
from aid.plans.model import PlanTarget
from aid.regions.model import Division
from aid.secrets import Keys
from tests import forking
from tests.actors import AUDITOR, LEADER, recipient
from tests.conftest import SECRET_KEY, Peopled, _drop, _unique, as_admin, as_app, copied, patient
from tests.integration.whole import whole
from tests.people import PASSWORD

AID = [sys.executable, "-m", "aid.cli"]


FILL = ("INSERT INTO audit_entry (kind, outcome, actor, detail) SELECT 'operation', 'done', "
        "md5(n::text) || md5((n * 7)::text) || md5((n * 11)::text), '{}' "
        "FROM generate_series(1, 150000) n")
"""Enough rows that copying them takes a while."""


@dataclass(frozen=True, slots=True)
class Source:
    """A database in use, the backup that was made of it, and who was in at the time."""

    name: str
    file: Path
    session: str
    tokens: dict[str, str]


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """A command of `aid`, in English."""
    return forking.run(*arguments, environment=settings(**environment))


def settings(**environment: str) -> dict[str, str]:
    """The environment of a command: nothing of ours but what is given."""
    return forking.bare(
        COLUMNS="500", AID_LOCALE="en", AID_SECRET_KEY=SECRET_KEY) | environment


def external(admin_url: URL, name: str) -> dict[str, str]:
    """The settings that name a database of the tests' server."""
    return {"AID_DATABASE_URL": as_app(admin_url, name),
            "AID_ADMIN_DATABASE_URL": as_admin(admin_url, name)}


@pytest.fixture(scope="module")
def source(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Source]:
    """Plans, regions, accounts, tokens, a second factor, somebody signed in; and its backup."""

    async def come_in(name: str) -> str:
        database = patient(as_app(admin_url, name))
        await database.open()
        try:
            entered = await sign_in(database, name="office", password=PASSWORD, address="10.0.0.7",
                                    agent="a browser", totp_roles=frozenset(), demo=False)
            await begin(database, Keys(SECRET_KEY), entered.visitor)
            return entered.secret
        finally:
            await database.close()

    with copied(admin_url, inhabited.name) as name:
        session = asyncio.run(come_in(name))
        file = tmp_path_factory.mktemp("backups") / "all.aid-backup"
        done = run("backup", str(file), **external(admin_url, name))
        assert done.returncode == 0, done.stderr
        yield Source(name, file, session, inhabited.tokens)


@pytest.fixture
def bare(admin_url: URL) -> Iterator[str]:
    """The name of a database that holds nothing at all."""
    name = _unique("bare")
    asyncio.run(create_database(as_admin(admin_url, admin_url.database or "postgres"), name))
    yield name
    asyncio.run(_drop(admin_url, name))


async def is_bare(admin_url: URL, name: str) -> bool:
    """Whether there is still nothing in a database."""
    connection = await asyncpg.connect(as_admin(admin_url, name))
    try:
        return bool(await connection.fetchval(
            "SELECT NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace)"))
    finally:
        await connection.close()


async def holds(url: str, source: Source, *, tokens: bool) -> None:
    """The restored database serves: the application's login, row security, the accounts' state."""
    database = patient(url)
    await database.open()
    try:
        assert await visitor_of_session(database, source.session) is None
        known = await visitor_of_token(database, source.tokens["office"])
        assert (known is not None) is tokens
        visitors.forget(known.account_id if known else 0)  # another database comes after this one
        async with database.reading(LEADER) as session:
            all_targets = await session.scalar(select(func.count(PlanTarget.id)))
            one = await session.scalar(select(Division.id).where(Division.key == "532600"))
        async with database.reading(recipient(one or 0)) as session:
            own_targets = await session.scalar(select(func.count(PlanTarget.id)))
        assert 0 < (own_targets or 0) < (all_targets or 0)
        async with database.reading(AUDITOR) as session:
            kinds = (await session.execute(
                select(AuditEntry.kind, AuditEntry.subject).order_by(AuditEntry.id))).all()
        assert tuple(kinds[-1]) == ("operation", "restore")
        entered = await sign_in(database, name="office", password=PASSWORD, address="10.0.0.7",
                                agent=None, totp_roles=frozenset(), demo=False)
        assert entered.visitor.name == "office"
    finally:
        await database.close()


async def test_a_backup_restored_elsewhere_is_the_same_whole(
    admin_url: URL, source: Source, bare: str
) -> None:
    """Rows, constraints, policies, triggers, grants and roles are equal; every sign-in is over."""
    done = await asyncio.to_thread(run, "restore", str(source.file), **external(admin_url, bare))
    assert done.returncode == 0, done.stderr
    assert "1 sign-ins ended, 0 tokens revoked" in done.stdout
    before, after = [await whole(as_admin(admin_url, name)) for name in (source.name, bare)]
    for part in before:
        assert after.get(part) == before[part], part
    assert after.keys() == before.keys()
    assert before["rows of account"][0] == 9
    assert len(before["policies"]) > 100
    assert all("True, True" in row for row in before["row security"]
               if "alembic_version" not in row)
    await holds(as_app(admin_url, bare), source, tokens=True)
    assert sum(row.startswith("('aid_backup', False, False, True") for row in before["roles"]) == 1


def test_a_lost_embedded_server_comes_back(
    admin_url: URL, source: Source, tmp_path: Path
) -> None:
    """In a fresh directory: the same rows and rules. On request no token is left."""
    place = {"AID_DATA_DIR": str(tmp_path / "new")}
    done = run("restore", "--revoke-tokens", str(source.file), **place)
    assert done.returncode == 0, done.stderr
    assert "1 sign-ins ended, 9 tokens revoked" in done.stdout
    before = asyncio.run(whole(as_admin(admin_url, source.name)))
    with embedded_database(tmp_path / "new", lambda _: None) as found:
        after = asyncio.run(whole(found.admin_url))
        asyncio.run(holds(found.app_url, source, tokens=False))
        asyncio.run(refuse_bypass(found.admin_url, found.app_url))
    differing = {part for part in before if after.get(part) != before[part]}
    assert differing <= {"rows of api_token", "sequences"}
    again = run("restore", str(source.file), **place)
    assert again.returncode == 1
    assert "holds something" in again.stderr
    anew = run("backup", str(tmp_path / "again.aid-backup"), **place)
    assert anew.returncode == 0, anew.stderr


async def refuse_bypass(admin_url: str, app_url: str) -> None:
    """The application cannot become who reads everything; if it could, it would not serve."""
    application = await asyncpg.connect(app_url)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await application.execute(f"SET ROLE {BACKUP}")
    await application.close()
    administrator = await asyncpg.connect(admin_url)
    await administrator.execute(f"GRANT {BACKUP} TO aid_app")
    try:
        with pytest.raises(UnsafeRole):
            await Database(app_url).open()
    finally:
        await administrator.execute(f"REVOKE {BACKUP} FROM aid_app")
        await administrator.close()


def test_a_drill_restores_without_touching_anything(source: Source) -> None:
    """It needs no database at all, only the file and the key."""
    done = run("restore", "--drill", str(source.file), AID_DATA_DIR="/nowhere/at/all")
    assert done.returncode == 0, done.stderr
    assert "can be restored" in done.stdout


async def test_the_backup_role_reads_what_comes_later_and_changes_nothing(
    admin_url: URL, empty_name: str
) -> None:
    """Tables of later migrations are readable to it by default; it cannot log in."""
    connection = await asyncpg.connect(as_admin(admin_url, empty_name))
    try:
        await connection.execute("SET ROLE aid_owner; CREATE TABLE later (id bigint); "
                                 "INSERT INTO later VALUES (1); RESET ROLE")
        await connection.execute(f"SET ROLE {BACKUP}")
        assert await connection.fetchval("SELECT count(*) FROM later") == 1
        assert await connection.fetchval("SELECT count(*) FROM credential") == 0
        for change in ("DELETE FROM later", "INSERT INTO later VALUES (2)",
                       "UPDATE credential SET must_change = true", "CREATE TABLE mine ()"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(change)
        await connection.execute("RESET ROLE")
        assert not await connection.fetchval(
            "SELECT rolcanlogin FROM pg_roles WHERE rolname = $1", BACKUP)
    finally:
        await connection.close()


def test_a_backup_overwrites_nothing_and_is_its_owners_alone(
    admin_url: URL, source: Source, tmp_path: Path
) -> None:
    """Mode 0600, an existing file stays as it is, no half file is left beside it."""
    assert stat.S_IMODE(source.file.stat().st_mode) == 0o600
    assert [path.name for path in source.file.parent.iterdir()] == [source.file.name]
    taken = tmp_path / "taken"
    taken.write_text("mine")
    refused = run("backup", str(taken), **external(admin_url, source.name))
    assert refused.returncode == 1
    assert "exists already" in refused.stderr
    assert taken.read_text() == "mine"
    nowhere = run("backup", str(tmp_path / "no" / "such"), **external(admin_url, source.name))
    assert nowhere.returncode == 1
    assert "cannot be written" in nowhere.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_the_key_is_not_in_the_file_and_another_key_is_said_plainly(
    admin_url: URL, source: Source, bare: str
) -> None:
    """Only its fingerprint. Under another key nothing is restored unless one says so."""
    assert SECRET_KEY.encode() not in source.file.read_bytes()
    with archive.opened(source.file) as opened:
        assert list(opened.manifest.keys) == Keys(SECRET_KEY).fingerprints
        assert "password" not in opened.manifest_text.lower()
    environment = {**external(admin_url, bare), "AID_SECRET_KEY": "another-key-" * 3}
    refused = run("restore", str(source.file), **environment)
    assert refused.returncode == 1
    assert Keys(SECRET_KEY).fingerprints[0] in refused.stderr
    assert "--other-key" in refused.stderr
    assert asyncio.run(is_bare(admin_url, bare))
    assert run("restore", "--other-key", str(source.file), **environment).returncode == 0


def test_what_is_truncated_altered_or_foreign_is_refused(
    admin_url: URL, source: Source, bare: str, tmp_path: Path
) -> None:
    """Before anything is touched, with one sentence."""
    good = source.file.read_bytes()
    with archive.opened(source.file) as opened:
        size = opened.manifest.sizes[archive.DUMP]
    flipped = bytearray(good)
    flipped[512 + size // 2] ^= 1
    wrong = {
        "empty": b"", "text": b"not a backup\n" * 1000,
        "half": good[: len(good) // 2], "dump only": good[: 512 + size],
        "no signature": good[: good.rindex(b"manifest.signature")],
        "flipped": bytes(flipped),
        "other rows": good.replace(b'"account": 9,', b'"account": 8,', 1),
    }
    for name, content in wrong.items():
        file = tmp_path / name
        file.write_bytes(content)
        assert content != good
        refused = run("restore", str(file), **external(admin_url, bare))
        assert refused.returncode == 1, name
        assert "Nothing was touched" in refused.stderr, (name, refused.stderr)
        assert "Traceback" not in refused.stderr
    assert asyncio.run(is_bare(admin_url, bare))
    with pytest.raises(NotABackup):
        with archive.opened(tmp_path):
            pass


def test_a_manifest_that_was_altered_is_not_taken_for_another_key(
    admin_url: URL, source: Source, bare: str, tmp_path: Path
) -> None:
    """One digit of when it was made. Nobody is told of --other-key, and it does not help."""
    with archive.opened(source.file) as opened:
        made_at = opened.manifest.made_at.encode()
    altered = tmp_path / "altered"
    other = bytes([*made_at[:3], ord("0") + (made_at[3] - ord("0") + 1) % 10, *made_at[4:]])
    altered.write_bytes(source.file.read_bytes().replace(made_at, other))
    for options in ([], ["--other-key"], ["--drill"]):
        refused = run("restore", *options, str(altered), **external(admin_url, bare))
        assert refused.returncode == 1
        assert "was altered after it was made" in refused.stderr
        assert "--other-key" not in refused.stderr
    assert asyncio.run(is_bare(admin_url, bare))


def test_nothing_is_restored_over_data(admin_url: URL, source: Source) -> None:
    """Not even over the very same."""
    before = asyncio.run(whole(as_admin(admin_url, source.name)))
    refused = run("restore", str(source.file), **external(admin_url, source.name))
    assert refused.returncode == 1
    assert "holds something (acceptance_criterion)" in refused.stderr
    assert asyncio.run(whole(as_admin(admin_url, source.name))) == before


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_backup_that_is_stopped_leaves_no_file_under_its_name(
    admin_url: URL, seeded_name: str, tmp_path: Path, number: signal.Signals
) -> None:
    """Nor a pg_dump; the next backup to the same name succeeds."""
    asyncio.run(execute(as_admin(admin_url, seeded_name), FILL))
    file = tmp_path / "late.aid-backup"
    process = subprocess.Popen([*AID, "backup", str(file)], stderr=subprocess.DEVNULL,
                               env=settings(**external(admin_url, seeded_name)))
    for _ in range(3000):
        if any(path.stat().st_size > 10_000 for path in tmp_path.glob(".*.partial")):
            break
        time.sleep(0.01)
    children = psutil.Process(process.pid).children()
    process.send_signal(number)
    assert process.wait(30) != 0
    assert not file.exists()
    assert len(list(tmp_path.iterdir())) == (1 if number is signal.SIGKILL else 0)
    assert [child.name() for child in psutil.wait_procs(children, timeout=30)[1]] == []
    done = run("backup", str(file), **external(admin_url, seeded_name))
    assert done.returncode == 0, done.stderr
    with archive.opened(file) as opened:
        assert opened.manifest.rows["audit_entry"] == 150_000


def test_a_restore_that_is_killed_leaves_nothing(
    admin_url: URL, seeded_name: str, bare: str, tmp_path: Path
) -> None:
    """Half of it is none of it; the next restore into the same database succeeds."""
    asyncio.run(execute(as_admin(admin_url, seeded_name), FILL))
    file = tmp_path / "a.aid-backup"
    assert run("backup", str(file), **external(admin_url, seeded_name)).returncode == 0
    process = subprocess.Popen([*AID, "restore", str(file)], stderr=subprocess.DEVNULL,
                               env=settings(**external(admin_url, bare)))

    async def kill_while_copying() -> bool:
        connection = await asyncpg.connect(as_admin(admin_url, bare))
        while process.poll() is None:
            if await connection.fetchval("SELECT count(*) FROM pg_stat_progress_copy"):
                process.kill()
                break
        for _ in range(600):
            if not await connection.fetchval(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 "
                    "AND backend_type = 'client backend' AND pid <> pg_backend_pid()", bare):
                break
            await asyncio.sleep(0.05)
        await connection.close()
        return await is_bare(admin_url, bare)

    left_nothing = asyncio.run(kill_while_copying())
    assert process.wait(30) == -signal.SIGKILL
    assert left_nothing
    done = run("restore", str(file), **external(admin_url, bare))
    assert done.returncode == 0, done.stderr


async def execute(url: str, statement: str) -> None:
    """Run a statement as the administrator."""
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


def test_a_login_that_may_not_read_everything_is_told_what_to_run(
    admin_url: URL, seeded_name: str, tmp_path: Path
) -> None:
    """The owner of a database that is no superuser needs one grant, once."""
    login = f"plain_{os.getpid()}"
    server = as_admin(admin_url, admin_url.database or "postgres")
    asyncio.run(execute(server, f"CREATE ROLE {login} LOGIN PASSWORD 'plain'; "
                                f"GRANT aid_owner TO {login}; "
                                f'ALTER DATABASE "{seeded_name}" OWNER TO {login}'))
    admin = make_url(as_admin(admin_url, seeded_name)).set(username=login, password="plain")  # noqa: S106
    environment = {**external(admin_url, seeded_name),
                   "AID_ADMIN_DATABASE_URL": admin.render_as_string(hide_password=False)}
    try:
        refused = run("backup", str(tmp_path / "a"), **environment)
        assert refused.returncode == 1
        assert f"GRANT aid_backup TO {login}" in refused.stderr
        asyncio.run(execute(server, f"GRANT aid_backup TO {login}"))
        done = run("backup", str(tmp_path / "a"), **environment)
        assert done.returncode == 0, done.stderr
    finally:
        asyncio.run(execute(as_admin(admin_url, seeded_name), (
            f'ALTER DATABASE "{seeded_name}" OWNER TO CURRENT_USER; '
            f"DROP OWNED BY {login}; DROP ROLE {login}")))


async def test_the_audit_log_names_who_made_a_backup(admin_url: URL, source: Source) -> None:
    """With the file and its digest, so that a copy can be told from another."""
    database = patient(as_app(admin_url, source.name))
    await database.open()
    try:
        async with database.reading(AUDITOR) as session:
            entry = await session.scalar(select(AuditEntry).where(AuditEntry.subject == "backup"))
        async with database.reading(gate("tests")) as session:
            alive = await session.scalar(
                text("SELECT count(*) FROM sign_in_session WHERE ended_at IS NULL"))
    finally:
        await database.close()
    with archive.opened(source.file) as opened:
        digest = opened.manifest.digests[archive.DUMP]
    assert entry is not None
    assert (entry.kind, entry.outcome, entry.detail["sha256"]) == ("operation", "done", digest)
    assert entry.actor.startswith("shell:")
    assert alive == 1  # making a backup ends nobody's session


async def test_provisioning_again_grants_nothing_anew(admin_url: URL, empty_name: str) -> None:
    """What the backup role may is granted once."""
    before = await whole(as_admin(admin_url, empty_name))
    await provision(as_admin(admin_url, empty_name), app_password=None)
    assert await whole(as_admin(admin_url, empty_name)) == before

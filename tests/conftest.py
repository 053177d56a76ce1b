"""A real PostgreSQL for all tests: embedded, or the one AID_TEST_ADMIN_URL names (any role that may
create roles and databases). Databases are copied from three templates: one migrated, one also
seeded, one with the demonstration's records as well.
"""

import asyncio
import gc
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

import asyncpg
import psutil
import pytest
from sqlalchemy.engine import URL, make_url

from aid.audit import service as audit
from aid.database import embedded
from aid.database.engine import Database
from aid.database.owning import owning
from aid.database.provision import APP, create_database, provision
from seeds.demo import load_demo
from seeds.load import load, shipped
from tests.forking import Fork, fork
from tests.people import TOKENS, settle, token_of

TODAY = date(2026, 11, 21)
SECRET_KEY = "only-for-tests-" * 3
_PASSWORD = "only-for-tests"
PATIENT_MS = 300_000
"""After so long a statement of the tests is ended: a machine that others use may stand still for
longer than what is allowed to those who wait for an answer."""
_numbers = count(1)
_SPARING = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=256MB")
"""What tests write need not outlive the machine; tests of crashes have servers of their own."""
_MEMORY, _ROOM = Path("/dev/shm"), 6 << 30  # noqa: S108
_DROPPING, _DROPPED = ThreadPoolExecutor(1), list[Future[None]]()
"""PostgreSQL takes its time to drop a database: the next test does not wait for it."""


def pytest_configure() -> None:
    """Temporary files go to memory where it has room: hundreds of databases come and go. A process
    in the background of a shell ignores an interrupt, and so would all that the tests start.
    """
    gc.set_threshold(50_000)  # looking for what is unused took an eighth of all time
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if "TMPDIR" not in os.environ and _MEMORY.is_dir() and min(
            shutil.disk_usage(_MEMORY).free, psutil.virtual_memory().available) > _ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


@pytest.fixture(scope="session")
def admin_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """The administrator's login of the server the tests run on."""
    external = os.environ.get("AID_TEST_ADMIN_URL")
    if external:
        yield make_url(external)
        _await_drops()
        return
    place = tmp_path_factory.mktemp("pg")
    with pytest.MonkeyPatch.context() as sparing:
        sparing.setattr(embedded, "_SETTINGS", (*embedded._SETTINGS, *_SPARING))
        server = embedded.start(place, say=lambda _: None)
    try:
        yield make_url(server.admin_url)
        _await_drops()
    finally:
        server.stop()
        shutil.rmtree(place)


def _await_drops() -> None:
    for dropped in _DROPPED:
        dropped.result()


def as_app(url: URL, database: str) -> str:
    """The application's login on a database of the server."""
    chosen = url.set(username=APP, password=_PASSWORD, database=database)
    return chosen.render_as_string(hide_password=False)


def as_admin(url: URL, database: str) -> str:
    """The administrator's login on a database of the server."""
    return url.set(database=database).render_as_string(hide_password=False)


def patient(url: str, *, pool_size: int = 8) -> Database:
    """The database at an address, in no hurry."""
    return Database(url, pool_size=pool_size, statement_timeout_ms=PATIENT_MS)


async def _drop(url: URL, name: str) -> None:
    connection = await asyncpg.connect(as_admin(url, url.database or "postgres"))
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


async def _copy(url: URL, template: str, name: str) -> None:
    connection = await asyncpg.connect(as_admin(url, url.database or "postgres"))
    try:
        await connection.execute(
            f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    finally:
        await connection.close()


@pytest.fixture(autouse=True)
def _nothing_held_back() -> None:
    """Each test is a minute of its own for the audit log, which writes the same refusal once."""
    audit._refusals._seen.clear()


def told(value: object) -> str:
    """A parameter in a test's name: the same in every process, as several divide the tests."""
    return "+".join(sorted(value)) if isinstance(value, set | frozenset) else str(value)


def _unique(purpose: str) -> str:
    return f"aid_test_{os.getpid()}_{next(_numbers)}_{purpose}"


@pytest.fixture(scope="session")
def migrated(admin_url: URL) -> Iterator[str]:
    """The name of a database that is migrated and holds nothing."""
    name = _unique("migrated")

    async def make() -> None:
        await create_database(as_admin(admin_url, admin_url.database or "postgres"), name)
        await provision(as_admin(admin_url, name), app_password=_PASSWORD)

    asyncio.run(make())
    yield name
    asyncio.run(_drop(admin_url, name))


@pytest.fixture(scope="session")
def seeded(admin_url: URL, migrated: str) -> Iterator[str]:
    """The name of a database that holds what the project ships."""
    name = _unique("seeded")

    async def make() -> None:
        await _copy(admin_url, migrated, name)
        database = patient(as_app(admin_url, name))
        await database.open()
        try:
            await load(database, shipped(), today=TODAY)
        finally:
            await database.close()

    asyncio.run(make())
    yield name
    asyncio.run(_drop(admin_url, name))


@pytest.fixture(scope="session")
def demo(admin_url: URL, seeded: str) -> Iterator[str]:
    """The name of a database that holds what the project ships and simulated records, scale 1."""
    with copied(admin_url, seeded) as name:

        async def make() -> None:
            async with owning(as_admin(admin_url, name)) as database:
                await load_demo(database, today=TODAY)

        asyncio.run(make())
        yield name


@contextmanager
def copied(admin_url: URL, template: str) -> Iterator[str]:
    """A database of one's own, made from a template and dropped afterwards; its name."""
    name = _unique("copy")
    asyncio.run(_copy(admin_url, template, name))
    try:
        yield name
    finally:
        _DROPPED.append(_DROPPING.submit(asyncio.run, _drop(admin_url, name)))


@pytest.fixture
def empty_name(admin_url: URL, migrated: str) -> Iterator[str]:
    """A migrated, empty database of the test's own."""
    with copied(admin_url, migrated) as name:
        yield name


@pytest.fixture
def seeded_name(admin_url: URL, seeded: str) -> Iterator[str]:
    """A seeded database of the test's own, to change as it likes."""
    with copied(admin_url, seeded) as name:
        yield name


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """A database, open."""
    database = patient(url)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def empty_database(admin_url: URL, empty_name: str) -> AsyncIterator[Database]:
    """The test's own empty database, open."""
    async with opened(as_app(admin_url, empty_name)) as database:
        yield database


@pytest.fixture
async def seeded_database(admin_url: URL, seeded_name: str) -> AsyncIterator[Database]:
    """The test's own seeded database, open."""
    async with opened(as_app(admin_url, seeded_name)) as database:
        yield database


@pytest.fixture
async def owned_database(admin_url: URL, seeded_name: str) -> AsyncIterator[Database]:
    """The database of `seeded_database` as the owner of its tables."""
    async with owning(as_admin(admin_url, seeded_name)) as database:
        yield database


@pytest.fixture(scope="session")
def seeded_read_name(admin_url: URL, seeded: str) -> Iterator[str]:
    """A seeded database. Read it only: all tests share it."""
    with copied(admin_url, seeded) as name:
        yield name


@pytest.fixture(scope="session")
async def seeded_read_database(
    admin_url: URL, seeded_read_name: str
) -> AsyncIterator[Database]:
    """The seeded database that all tests share, open. Read it only."""
    async with opened(as_app(admin_url, seeded_read_name)) as database:
        yield database


@pytest.fixture
def demo_name(admin_url: URL, demo: str) -> Iterator[str]:
    """A database with simulated records of the test's own, to change as it likes."""
    with copied(admin_url, demo) as name:
        yield name


@pytest.fixture(scope="session")
def demo_read_name(admin_url: URL, demo: str) -> Iterator[str]:
    """A database with simulated records. Read it only: all tests share it."""
    with copied(admin_url, demo) as name:
        yield name


@pytest.fixture(scope="session")
async def demo_database(admin_url: URL, demo_read_name: str) -> AsyncIterator[Database]:
    """The database with simulated records that all tests share, open. Read it only."""
    async with opened(as_app(admin_url, demo_read_name)) as database:
        yield database


def free_port() -> int:
    """A port of the loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(url: str, cwd: Path, *command: str, **environment: str) -> Iterator[str]:
    """A real `aid serve` on a database, with GraphiQL; its base address."""
    port = free_port()
    log = cwd / f"serve-{port}.log"
    given = {**os.environ, "AID_DATABASE_URL": url, "AID_LOG_FORMAT": "json",
             "AID_SECRET_KEY": SECRET_KEY, "AID_GRAPHIQL": "true",
             "AID_STATEMENT_TIMEOUT_MS": str(PATIENT_MS), **environment}
    process: Fork | subprocess.Popen[bytes]
    if command:
        with log.open("w") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "aid.cli", *command, "--port", str(port)],
                cwd=cwd, stdout=said, stderr=said, env=given)
    else:
        process = fork(["serve", "--port", str(port)], cwd, log, given)
    base = f"http://127.0.0.1:{port}"
    try:
        _await_ready(base, process, log)
        yield base
    finally:
        process.terminate()
        process.wait(20)


def _await_ready(base: str, process: "Fork | subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(4800):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{base}/health/ready", timeout=2) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.025)
    raise RuntimeError(f"the server did not start: {log.read_text()[-2000:]}")


@dataclass(frozen=True, slots=True)
class Peopled:
    """A database with accounts in it: its name, and an API token of each account."""

    name: str
    tokens: dict[str, str]


@contextmanager
def peopled(admin_url: URL, template: str, *, with_regions: bool) -> Iterator[Peopled]:
    """A copy of a template, with an account a role."""

    async def make(name: str) -> dict[str, str]:
        database = patient(as_app(admin_url, name))
        await database.open()
        try:
            return await settle(database, with_regions=with_regions)
        finally:
            await database.close()

    with copied(admin_url, template) as name:
        yield Peopled(name, asyncio.run(make(name)))


@pytest.fixture(scope="session")
def inhabited(admin_url: URL, seeded: str) -> Iterator[Peopled]:
    """What the project ships, and an account a role."""
    with peopled(admin_url, seeded, with_regions=True) as found:
        yield found


@contextmanager
def server(
    admin_url: URL, template: Peopled, cwd: Path, **environment: str
) -> Iterator[str]:
    """A real server over a copy of a database with accounts. Their tokens are known by its base."""
    with copied(admin_url, template.name) as name:
        with serving(as_app(admin_url, name), cwd, **environment) as base:
            TOKENS[base] = template.tokens
            yield base


@pytest.fixture(scope="session")
def server_url(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A real server over the seeded plan. Read it only: all tests share it."""
    with server(admin_url, inhabited, tmp_path_factory.mktemp("serve")) as base:
        yield base


@pytest.fixture(scope="session")
def empty_server_url(
    admin_url: URL, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A real server over a database that holds accounts and nothing else."""
    with peopled(admin_url, migrated, with_regions=False) as empty:
        with server(admin_url, empty, tmp_path_factory.mktemp("serve")) as base:
            yield base


@pytest.fixture(scope="session")
def changing_server_url(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A real server over the seeded plan, for tests that may change it and expect nothing of it."""
    with server(admin_url, inhabited, tmp_path_factory.mktemp("serve")) as base:
        yield base


@pytest.fixture
def own_server(admin_url: URL, inhabited: Peopled, tmp_path: Path) -> Iterator[str]:
    """A real server over a seeded database of the test's own, to change as it likes."""
    with server(admin_url, inhabited, tmp_path) as base:
        yield base


__all__ = [
    "as_admin",
    "as_app",
    "copied",
    "free_port",
    "opened",
    "server",
    "serving",
    "token_of",
    "told",
]

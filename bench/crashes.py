"""Writers while PostgreSQL, the server, or both are killed, round after round, fsync on.

Promised: no acknowledged movement is lost, none is there twice once all are tried again with their
keys, numbers have no gaps, the ledger verifies, and the server is ready again within 15 seconds.
"""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Event, Thread

import asyncpg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from aid.access.actor import Actor, Role
from aid.clock import today
from aid.database import embedded
from aid.database.choose import NAME
from aid.database.embedded import EmbeddedServer
from aid.database.engine import Database, Unreachable, asyncpg_dsn
from aid.database.provision import APP, create_database, provision
from aid.funds import service
from aid.funds.entries import Slip
from aid.logs import configure
from bench.ledger import FILL
from seeds.load import load, shipped

PROMISED_SECONDS = 15
WRITERS, READERS = 8, 2
OFFICE = Actor("bench", Role.OFFICE)
POSTGRES, SERVER, BOTH = "PostgreSQL", "the server", "both"
VICTIMS = (POSTGRES, SERVER, BOTH)


@dataclass
class Tried:
    """What writers have tried: keys with their instalments, and the numbers acknowledged."""

    tranches: dict[str, int] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What rounds of crashes led to. `seconds` are those until the server was ready again."""

    movements: int
    acknowledged: int
    seconds: list[float]
    lost: list[str]
    twice: list[str]
    gaps: int


def bench_crashes(place: Path, rounds: int = 20) -> dict[str, float]:
    """So many rounds, and what is lost, twice or missing afterwards: nothing."""
    found = crashed(place, rounds)
    assert (found.lost, found.twice, found.gaps) == ([], [], 0), found
    print(f"\n{rounds} crashes under load: {found.acknowledged:,} movements acknowledged, "
          f"{found.movements:,} recorded, 0 lost, 0 twice, 0 gaps\n"
          f"  ready again, seconds at most {max(found.seconds):>8.1f}   ≤ {PROMISED_SECONDS}")
    return {"movements": found.movements, "ready_seconds": max(found.seconds)}


def crashed(place: Path, rounds: int) -> Outcome:
    """Writers at work while something is killed, so often; then everything is counted."""
    data = place / "data"
    server = embedded.start(data, say=lambda _: None)
    try:
        url = asyncio.run(_prepare(server))
        tried, seconds = Tried(), []
        running = _Served(data, place / "serve.log")
        try:
            running.start()
            for number in range(rounds):
                seconds.append(_round(running, url, data, number, tried))
        finally:
            running.stop()
        outcome = asyncio.run(_counted(url, tried, seconds))
    finally:
        server.stop()
    done = subprocess.run([sys.executable, "-m", "aid.cli", "verify"], env=_environment(data),
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return outcome


async def _prepare(server: EmbeddedServer) -> str:
    """A database with projects to write on; the application's address."""
    await create_database(server.admin_url, NAME)
    admin_url = make_url(server.admin_url).set(database=NAME).render_as_string(hide_password=False)
    await provision(admin_url, app_password=server.password(APP))
    url = server.url(APP, NAME)
    database = Database(url)
    await database.open()
    await load(database, shipped(), today=today())
    await database.close()
    admin = await asyncpg.connect(asyncpg_dsn(make_url(admin_url)))
    try:
        assert await admin.fetchval("SHOW fsync") == "on"
        await admin.execute(FILL)
    finally:
        await admin.close()
    return url


def _environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AID_")}
    return {**kept, "AID_DATA_DIR": str(data), "AID_LOG_FORMAT": "json"}


class _Served:
    """`aid serve` on a directory, which may be killed and started again."""

    def __init__(self, data: Path, log: Path) -> None:
        self._data, self._log = data, log
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "aid.cli", "serve", "--port", str(self._port)],
                env=_environment(self._data), stdout=log, stderr=log)
        self.await_ready()

    def await_ready(self) -> None:
        """Wait until /health/ready says so, for a minute."""
        until = time.monotonic() + 60
        while self.asked("/health/ready") != 200:
            assert time.monotonic() < until, self._log.read_text()[-3000:]
            time.sleep(0.05)

    def asked(self, path: str) -> int:
        """The status of an answer; 0 for none."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}{path}", timeout=5) as got:
                return int(got.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0

    def kill(self) -> None:
        """As the machine would: without a word."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(30)

    def stop(self) -> None:
        """In order."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)


def _round(running: _Served, url: str, data: Path, number: int, tried: Tried) -> float:
    """Kill something while it is written; seconds until the server is ready again."""
    victim = VICTIMS[number % len(VICTIMS)]
    with _writing(url, number, tried, data.with_name("writers.log")) as writer, _reading(running):
        time.sleep(random.uniform(0.4, 1.2))  # noqa: S311
        began = time.monotonic()
        if victim in (SERVER, BOTH):
            running.kill()
            writer.kill()
        if victim in (POSTGRES, BOTH):
            os.kill(int((data / "postgresql" / "postmaster.pid").read_text().split()[0]),
                    signal.SIGKILL)
        if victim in (SERVER, BOTH):
            running.start()
        else:
            time.sleep(0.1)
            running.await_ready()
        took = time.monotonic() - began
        time.sleep(0.3)  # those who may go on do
    asyncio.run(_settle(url, tried))
    return took


@contextmanager
def _writing(
    url: str, number: int, tried: Tried, log: Path
) -> "Iterator[subprocess.Popen[str]]":
    """A process of writers, which say what they try and what was acknowledged."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.crashes", str(number)], stdout=subprocess.PIPE,
            stderr=out, text=True, env={**os.environ, "BENCH_URL": url})
    assert process.stdout is not None
    told = Thread(target=_listen, args=(process.stdout, tried))
    try:
        assert process.stdout.readline() == "writing\n"
        told.start()
        yield process
    finally:
        process.kill()
        process.wait(30)
        told.join()
        process.stdout.close()


def _listen(lines: Iterable[str], tried: Tried) -> None:
    for line in lines:
        if line.endswith("\n"):  # half a line is of a process that was killed
            said, key, number = line.split()
            (tried.tranches if said == "try" else tried.acknowledged)[key] = int(number)


@contextmanager
def _reading(running: _Served) -> Iterator[None]:
    """Requests all the while."""
    over = Event()

    def read() -> None:
        while not over.is_set():
            running.asked("/login")
            time.sleep(0.01)  # nothing answers at once while there is no server

    readers = [Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        yield
    finally:
        over.set()
        for reader in readers:
            reader.join()


def slip(key: str) -> Slip:
    """What is said of each movement, the same at each try."""
    return Slip(fen=1, occurred_on=date(2008, 5, 6), key=key, document_no="沪合〔2008〕12号")


async def _settle(url: str, tried: Tried) -> None:
    """Hold what was acknowledged against what is there; then try everything again."""
    database = Database(url, pool_size=WRITERS)
    await database.open()
    try:
        there = await _recorded(url)
        for key, number in tried.acknowledged.items():
            assert there.get(key) == [number], f"{key} was acknowledged as {number}"
        left = iter([one for one in tried.tranches.items() if one[0] not in tried.acknowledged])

        async def again() -> None:
            for key, tranche in left:
                async with database.writing(OFFICE) as session:
                    made = await service.commit(session, tranche, slip(key), today=today())
                tried.acknowledged[key] = made.id

        await asyncio.gather(*(again() for _ in range(WRITERS)))
    finally:
        await database.close()


async def _recorded(url: str) -> dict[str, list[int]]:
    """All movements' ids by key."""
    connection = await _office(url)
    try:
        found: dict[str, list[int]] = {}
        for number, key in await connection.fetch(
                "SELECT id, idempotency_key FROM movement ORDER BY id"):
            found.setdefault(key, []).append(number)
        return found
    finally:
        await connection.close()


async def _office(url: str) -> asyncpg.Connection:
    connection = await asyncpg.connect(asyncpg_dsn(make_url(url)))
    for name, value in OFFICE.claims.items():
        await connection.execute("SELECT set_config($1, $2, false)", name, value)
    return connection


async def _counted(url: str, tried: Tried, seconds: list[float]) -> Outcome:
    there = await _recorded(url)
    connection = await _office(url)
    try:
        gaps = await connection.fetchval(
            "SELECT count(*) FROM (SELECT project_id FROM movement GROUP BY 1"
            " HAVING max(seq) <> count(*) OR min(seq) <> 1) wrong")
    finally:
        await connection.close()
    return Outcome(
        movements=sum(map(len, there.values())), acknowledged=len(tried.acknowledged),
        seconds=seconds, lost=[key for key in tried.tranches if key not in there],
        twice=[key for key, ids in there.items() if len(ids) > 1], gaps=gaps)


async def _write(url: str, number: int) -> None:
    """Write until killed; what is not acknowledged is tried again with its key."""
    database = Database(url, pool_size=WRITERS)
    await database.open()
    async with database.reading(OFFICE) as session:
        connection = await session.connection()
        tranches = list((await connection.exec_driver_sql(
            "SELECT id FROM tranche ORDER BY id")).scalars())
    print("writing", flush=True)

    async def write(writer: int) -> None:
        for count in range(1_000_000):
            key = f"round-{number}-{writer}-{count}"
            tranche = tranches[(writer + count * WRITERS) % len(tranches)]
            print("try", key, tranche, flush=True)
            while True:
                with suppress(SQLAlchemyError, OSError, Unreachable, asyncpg.PostgresError):
                    async with database.writing(OFFICE) as session:
                        made = await service.commit(session, tranche, slip(key), today=today())
                    print("ack", key, made.id, flush=True)
                    break
                await asyncio.sleep(0.05)

    await asyncio.gather(*(write(writer) for writer in range(WRITERS)))


if __name__ == "__main__":
    configure("json")  # to stderr: what stdout says is counted
    asyncio.run(_write(os.environ["BENCH_URL"], int(sys.argv[1])))

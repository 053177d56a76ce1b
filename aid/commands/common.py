"""What commands share: where they print, how they show progress, who gave them."""

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor, Role, gate
from aid.accounts.acting import actor_named
from aid.database.choose import chosen_database, opened
from aid.database.engine import Database
from aid.settings import Settings

Result = TypeVar("Result")

out, err = Console(highlight=False), Console(stderr=True, highlight=False)


def say(sentence: str) -> None:
    """A remark on stderr, for whoever watches."""
    err.print(sentence, style="dim", markup=False)


def operator() -> str:
    """Who is at the terminal, as the audit log names them: not an account, so `shell:NAME`."""
    try:
        return f"shell:{os.environ.get('SUDO_USER') or getpass.getuser()}"
    except (KeyError, OSError):  # a user id without a name
        return f"shell:{os.getuid()}"


async def acting(database: Database, account: str | None) -> Actor:
    """On whose behalf a command acts: an account's, or an office's, named shell:YOU.

    Raises NotFound for an account that is not there, or may do nothing.
    """
    if account is None:
        return Actor(operator(), Role.OFFICE)
    return await actor_named(database, account, asker=operator())


class Bars:
    """Progress bars, one a name, for whoever watches a terminal."""

    def __init__(self, progress: Progress, every: int) -> None:
        self._progress, self._every = progress, every
        self._tasks: dict[str, object] = {}

    def __call__(self, name: str, done: int, total: int) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=total)
        if done == total or done % self._every == 0:
            self._progress.update(self._tasks[name], completed=done, total=total)  # type: ignore[arg-type]


@contextmanager
def bars(every: int = 1) -> Iterator[Bars]:
    """Progress bars until the block ends; each is redrawn after `every` steps."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        yield Bars(progress, every)


def at_the_gate(
    settings: Settings, work: Callable[[AsyncSession], Awaitable[Result]]
) -> Result:
    """What `work` gives, in one transaction of the gate on behalf of who is at the terminal."""
    with chosen_database(settings, say) as chosen:
        async def run() -> Result:
            async with opened(chosen) as database:
                async with database.writing(gate(operator())) as session:
                    return await work(session)

        return asyncio.run(run())


def columns(*headings: str, whole: int = 1) -> Table:
    """A table for a terminal. The first `whole` columns are never cut: people copy what is there.
    """
    table = Table(box=None)
    for at, heading in enumerate(headings):
        table.add_column(heading, no_wrap=at < whole, overflow="fold")
    return table

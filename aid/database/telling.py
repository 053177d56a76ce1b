"""Telling all processes, after a commit, that there is something new of a kind and a recipient.

Not in the transaction itself: PostgreSQL lets only one commit at a time through that notifies, each
with its own wait for the disk.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog

log = structlog.get_logger()

CHANNEL = "aid_changed"
CHANGED = "SELECT nullif(current_setting('aid.changed', true), '')"
"""What the triggers noted in this transaction, with blanks between."""
NOTIFY = "SELECT pg_notify($1, said) FROM unnest($2::text[]) said"
APART = 0.2
"""Seconds between one telling and the next: what comes meanwhile is told at once, each thing once.
"""
PATIENCE = 5.0
"""Seconds that a telling may take."""


class Teller:
    """Tells by `notify` what it is given, without keeping whoever gives it waiting."""

    def __init__(self, notify: Callable[[Sequence[str]], Awaitable[object]]) -> None:
        self._notify = notify
        self._untold: set[str] = set()
        self._telling: asyncio.Task[None] | None = None
        self._ending = asyncio.Event()

    def tell(self, changed: str) -> None:
        """Tell this soon. That it could not be told is said in the log."""
        self._untold.update(changed.split())
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def finish(self) -> None:
        """Wait until all is told."""
        if self._telling is not None:
            self._ending.set()
            await self._telling
            self._ending.clear()

    async def _tell(self) -> None:
        while self._untold:
            told, self._untold = sorted(self._untold), set()
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._notify(told)
            except Exception as failure:
                log.warning("telling.failed", failure=str(failure) or type(failure).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(APART):
                    await self._ending.wait()

"""Keeping the embedded PostgreSQL up for as long as somebody serves from it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from aid.database import embedded

_EVERY = 0.5
"""Seconds between two looks: one at a file and a process."""


@contextmanager
def kept_up(data_dir: Path, say: embedded.Say) -> Iterator[None]:
    """Bring the server of a directory up again whenever it was killed, until the block ends."""
    over = Event()
    watcher = Thread(target=_watch, args=(data_dir.expanduser().resolve(), over, say), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watch(data_dir: Path, over: Event, say: embedded.Say) -> None:
    while not over.wait(_EVERY):
        with suppress(embedded.EmbeddedServerError, OSError):  # the next look tries again
            embedded.revive(data_dir, say=say)

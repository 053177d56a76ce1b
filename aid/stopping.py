"""Hearing that the server is told to stop, before it waits for what it is still answering."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def on_stop(call: Callable[[], None]) -> Iterator[None]:
    """Call back in this event loop at SIGINT or SIGTERM, then do what is done at it anyway."""
    if threading.current_thread() is not threading.main_thread():
        yield  # no signal comes here
        return
    loop = asyncio.get_running_loop()
    before: dict[signal.Signals, Any] = {}

    def heard(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(call)
        then = before[signal.Signals(number)]
        if callable(then):
            then(number, frame)

    for number in SIGNALS:
        before[number] = signal.signal(number, heard)
    try:
        yield
    finally:
        for number, then in before.items():
            signal.signal(number, then)

"""What a process used, and how long statements took."""

import resource
import sys
import time
from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession


def megabytes(usage: resource.struct_rusage) -> float:
    """Its peak memory."""
    return usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


async def statements(session: AsyncSession) -> Callable[[], float]:
    """Ask what comes back how many milliseconds the session's statements took from here on."""
    connection = (await session.connection()).sync_connection
    assert connection is not None
    marks: list[float] = []
    for moment in ("before_cursor_execute", "after_cursor_execute"):
        event.listen(connection, moment, lambda *_: marks.append(time.perf_counter()))
    return lambda: sum(b - a for a, b in zip(marks[::2], marks[1::2], strict=True)) * 1000

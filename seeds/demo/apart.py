"""Drawing in a process of its own, ahead of what is written: each has a core for itself.

What is drawn comes as pickles, each after its length, from our own program (`drawer`) alone.
"""

import pickle
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import suppress

from aid.bulk import Bulk
from seeds.demo.order import Order

LENGTH = 8
"""Bytes that say how long a pickle is; 0: nothing more comes."""
_AHEAD = 1 << 25
"""Bytes of what is drawn that wait here; more waits where it was drawn."""


async def drawn_apart(order: Order) -> AsyncGenerator[list[Bulk], None]:
    """What `filled` makes of an order, part after part, while the next one is drawn already.

    Raises RuntimeError where the process ended before the last part.
    """
    process = await create_subprocess_exec(
        sys.executable, "-P", "-m", "seeds.demo.drawer", stdin=PIPE, stdout=PIPE,
        start_new_session=True, limit=_AHEAD)
    try:
        await _ordered(process, order)
        while (piece := await _next(process)) is not None:
            yield piece
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _ordered(process: Process, order: Order) -> None:
    assert process.stdin is not None  # noqa: S101
    with suppress(BrokenPipeError, ConnectionResetError):  # it is seen when nothing comes
        process.stdin.write(pickle.dumps(order))
        await process.stdin.drain()
        process.stdin.close()


async def _next(process: Process) -> list[Bulk] | None:
    assert process.stdout is not None  # noqa: S101
    try:
        length = int.from_bytes(await process.stdout.readexactly(LENGTH))
        piece = await process.stdout.readexactly(length) if length else b""
    except EOFError:
        raise RuntimeError("drawing the simulated records ended before its time") from None
    if not piece:
        return None
    found: list[Bulk] = pickle.loads(piece)  # noqa: S301  of our own process
    return found

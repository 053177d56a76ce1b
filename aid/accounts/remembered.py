"""Who came in a moment ago: looking somebody up once serves their requests of five seconds.

In this process a sign-out, a disabled account and a revoked token count at once; other processes
follow within those five seconds.
"""

import time
from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from aid.accounts.visitor import Visitor

LIFETIME = 5.0
"""Seconds."""


Key = tuple[bytes, bool]
"""The hash of a secret, and whether demo accounts were let in."""


class Remembered:
    """Visitors by their secret; the one longest known is forgotten first.

    What was looked up before something was forgotten may tell of the time before: `epoch` is asked
    first and given with what was found, which then is not kept.
    """

    def __init__(self, size: int = 10_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._clock = size, clock
        self._known: dict[Key, tuple[float, Visitor]] = {}
        self.epoch = 0

    def get(self, key: Key) -> Visitor | None:
        """The visitor, if it was looked up less than five seconds ago."""
        until, visitor = self._known.get(key, (0.0, None))
        if visitor is not None and self._clock() < until:
            return visitor
        self._known.pop(key, None)
        return None

    def keep(self, key: Key, visitor: Visitor, epoch: int, seconds: float) -> None:
        """Remember a visitor, for as many seconds as it may still be one, at most five."""
        if epoch != self.epoch:
            return
        self._known.pop(key, None)
        self._known[key] = (self._clock() + min(seconds, LIFETIME), visitor)
        if len(self._known) > self._size:
            del self._known[next(iter(self._known))]

    def forget(self, account_id: int) -> None:
        """Forget every way an account is in by."""
        self.epoch += 1
        for key, (_, visitor) in list(self._known.items()):
            if visitor.account_id == account_id:
                del self._known[key]


visitors = Remembered()


def forgotten_after(session: AsyncSession, account_id: int) -> None:
    """Forget an account once the session's transaction is committed: it changes who may come in."""

    def forget(_: Session) -> None:
        visitors.forget(account_id)

    event.listen(session.sync_session, "after_commit", forget, once=True)

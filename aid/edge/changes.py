"""GET /dashboards/changes: open pages are told, as it happens, that there is something new.

What is new they ask for as always. A stream holds no connection to the database.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from aid.access.actor import Actor
from aid.access.asking import actor_of
from aid.access.changes import ANYTHING, Change, read_change
from aid.edge.authentication import stays
from aid.edge.faults import is_away
from aid.edge.leaving import Gone, unless_gone
from aid.edge.refusals import refuse
from aid.edge.routes import CHANGES
from aid.edge.setup import Edge
from aid.text import Text

OF_ONE, IN_ALL = 8, 400
"""Streams that one account, and everybody, may have open at one process."""
BEAT = 15.0
"""Seconds after which a stream says that it is there, and whether its session is yet."""
SLACK = 2.0
"""Seconds that a request may have been under way."""
TOO_MANY = Text("打开的页面过多，此页将定时刷新。",
                "Too many pages are open: this one asks from time to time.")


class Follower:
    """An open stream: what it has not been told yet."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.untold: set[Change] = set()
        self.woken = asyncio.Event()


class Changes:
    """What one process heard of changes, and the streams that follow.

    All processes hear the same, so that a stream may go on at another. `live`: it can hear.
    """

    def __init__(self) -> None:
        self.live = self.stopped = False
        self._since = float("inf")
        self._heard: dict[Change, float] = {}
        self._followers: set[Follower] = set()

    def heard(self, said: str) -> None:
        """Tell what a trigger told to all whom it concerns."""
        change = read_change(said)
        if change is not None:
            self._heard[change] = time.monotonic()
            self._tell([change])

    def standing(self, live: bool) -> None:
        """From now on everything is heard, or nothing. What was missed may be anything."""
        self.live = live
        if live:
            self._since = time.monotonic()
            self._tell(ANYTHING)
        else:
            self._wake()

    def stop(self) -> None:
        """End all streams."""
        self.stopped = True
        self._wake()

    @contextmanager
    def following(self, actor: Actor, seen: float) -> Iterator[Follower | None]:
        """A stream from now on, untold of what came in the last `seen` seconds.

        None where there are too many.
        """
        of_one = Counter(other.actor.name for other in self._followers)[actor.name]
        if of_one >= OF_ONE or len(self._followers) >= IN_ALL:
            yield None
            return
        follower, begin = Follower(actor), time.monotonic() - seen
        self._followers.add(follower)
        missed = ANYTHING if begin < self._since else [
            change for change, at in self._heard.items() if at >= begin]
        follower.untold.update(change for change in missed if change.concerns(actor))
        follower.woken.set()
        try:
            yield follower
        finally:
            self._followers.discard(follower)

    def _tell(self, changes: Iterable[Change]) -> None:
        for follower in self._followers:
            told = {change for change in changes if change.concerns(follower.actor)}
            if told:
                follower.untold |= told
                follower.woken.set()

    def _wake(self) -> None:
        for follower in self._followers:
            follower.woken.set()


class ChangeStreams:
    """The ASGI application of the streams."""

    def __init__(self, edge: Edge, changes: Changes) -> None:
        self._edge, self._changes = edge, changes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell what is new until the visitor leaves, the session ends or the server stops."""
        seen = Request(scope).query_params.get("seen", "")
        seconds = int(seen) / 1000 if seen.isdecimal() and len(seen) < 12 else 0
        with self._changes.following(actor_of(scope), seconds + SLACK) as follower:
            if follower is None or self._changes.stopped:
                await refuse(scope, receive, send, status=429, code="TOO_MANY_PAGES",
                             said=TOO_MANY, default=self._edge.locale)
                return
            try:
                await unless_gone(receive, self._tell(follower, scope, send))
            except Gone:
                return

    async def _tell(self, follower: Follower, scope: Scope, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [
            (b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no")]})
        said = ""
        while not self._changes.stopped:
            try:
                async with asyncio.timeout(BEAT):
                    await follower.woken.wait()
            except TimeoutError:
                if not await self._stays(scope):
                    break
            follower.woken.clear()
            state = "live" if self._changes.live else "polling"
            text = _event("state", state) if state != said else ""
            if follower.untold:
                text += _event("changed", " ".join(sorted(map(str, follower.untold))))
                follower.untold.clear()
            said = state
            await _more(send, text or ": \n\n")
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _stays(self, scope: Scope) -> bool:
        """Whether the visitor is in yet, as far as that can be known."""
        try:
            return await stays(self._edge, scope)
        except Exception as failure:
            if is_away(failure):
                return False
            raise


def change_routes(edge: Edge, changes: Changes) -> list[Route]:
    """Where pages are told."""
    return [Route(CHANGES, ChangeStreams(edge, changes), methods=["GET"])]


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"


async def _more(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})

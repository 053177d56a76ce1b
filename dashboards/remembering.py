"""What pages have read and drawn, remembered until anything is written: one reading serves all who
see it.

Who sees the same is said by role, regions and scopes. If row security came to look at anything
else, that would have to stand in the key. What is drawn is kept as JSON: it is sent as it is.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

import orjson
from plotly.io.json import to_json_plotly

from aid.access.actor import Actor
from aid.clock import today
from aid.database.engine import Database
from dashboards.parted import Parted, Reading, of_today
from dashboards.parts import Drawn
from dashboards.rooms import Room
from dashboards.view import View

MOST = 400
"""So many readings are remembered; those that were asked for longest ago go first."""
LONG = 300.0
"""Seconds after which a reading is done again, behind whoever asks for it: a hand at the database
tells nobody."""
LONGEST = 900.0
"""Seconds after which nobody is shown it any more."""


@dataclass(slots=True)
class _Reading:
    written: int
    since: float
    data: "asyncio.Future[Any]"
    again: "_Reading | None" = None
    drawn: Drawn | None = None

    @property
    def age(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.since

    def came_to_nothing(self) -> bool:
        """Whether it ended without data."""
        return self.data.done() and (
            self.data.cancelled() or self.data.exception() is not None)


class Remembering:
    """Reads and draws rooms. What several ask for at once is read once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._readings: OrderedDict[Hashable, _Reading] = OrderedDict()

    async def drawn(self, room: Room, actor: Actor, view: View) -> Drawn:
        """The room drawn. Never older than what this process knows to have been written."""
        if not (room.remembered and self._database.freshness.told):
            return room.draw(view, await room.read(self._database, actor, view))
        found = self._found(room.read, actor, view)
        data = await asyncio.shield(found.data)  # who leaves does not take it from the others
        if found.drawn is None:
            found.drawn = _as_sent(room.draw(view, data))
        return found.drawn

    def _found(self, read: Reading, actor: Actor, view: View) -> _Reading:
        freshness = self._database.freshness
        key = (read, actor.role, actor.recipients, actor.scopes, view, today())
        found = self._readings.get(key)
        if found and found.again and found.again.data.done():
            found = None if found.again.came_to_nothing() else found.again
        if (found is None or found.written != freshness.written or found.age > LONGEST
                or found.came_to_nothing()):
            found = self._begun(read, actor, view)
        elif found.age > LONG and found.again is None:
            found.again = self._begun(read, actor, view)
        self._readings[key] = found
        self._readings.move_to_end(key)
        if len(self._readings) > MOST:
            self._readings.popitem(last=False)
        return found

    def _begun(self, read: Reading, actor: Actor, view: View) -> _Reading:
        written, since = self._database.freshness.written, time.monotonic()
        if not isinstance(read, Parted):
            return _Reading(written, since, asyncio.ensure_future(
                read(self._database, actor, view)))
        today_ = self._found(read.today, actor, of_today(view))
        return _Reading(written, min(since, today_.since), asyncio.ensure_future(
            self._joined(read, today_, actor, view)))

    async def _joined(self, read: Parted, today_: _Reading, actor: Actor, view: View) -> Any:
        """Both parts: what is of today serves whichever day is looked at."""
        return read.joined(*await asyncio.gather(
            read.then(self._database, actor, view), asyncio.shield(today_.data)))


def _as_sent(drawn: Drawn) -> Drawn:
    return replace(drawn, body=[orjson.Fragment(to_json_plotly(node)) for node in drawn.body])

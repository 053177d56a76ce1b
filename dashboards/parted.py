"""Readings in two parts: what is of the day looked at, and what is of today whichever that is.

Each is read in a snapshot of its own, side by side, so that looking at another day reads only what
differs.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aid.access.actor import Actor
from aid.database.engine import Database
from dashboards.view import View

Reading = Callable[[Database, Actor, View], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Parted:
    """A reading: what `then` and `today` found, joined. `today` is never told of a past day."""

    then: Reading
    today: Reading
    joined: Callable[[Any, Any], Any]

    async def __call__(self, database: Database, actor: Actor, view: View) -> Any:
        """Both parts, neither remembered."""
        return self.joined(*await asyncio.gather(
            self.then(database, actor, view), self.today(database, actor, of_today(view))))


def of_today(view: View) -> View:
    """The view without the day by which records had to be known."""
    return view.with_(known_on=None)

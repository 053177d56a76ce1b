"""Running a compiled read: what the domain reckons goes before, in one transaction of its own."""

from collections.abc import Sequence
from typing import Any

import orjson

from aid.access.actor import Actor
from aid.database.engine import Database
from schema.read.arguments import Reckoning


async def run(database: Database, actor: Actor, sql: str, values: Sequence[Any]) -> str:
    """The JSON text of a compiled read, its reckonings made first.

    Raises TooSlow, and the AidError that a reckoning refuses its arguments with.
    """
    if any(isinstance(value, Reckoning) for value in values):
        values = await _reckoned(database, actor, values)
    return await database.read_json(actor, sql, values)


async def _reckoned(database: Database, actor: Actor, values: Sequence[Any]) -> list[Any]:
    async with database.reading(actor) as session:
        return [orjson.dumps(await value.reckon(session, value.given), default=str).decode()
                if isinstance(value, Reckoning) else value for value in values]

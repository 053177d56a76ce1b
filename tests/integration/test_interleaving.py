"""Thousands of transactions of different actors over few connections; none has another's claims."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Text, literal_column, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor, Role
from aid.database.engine import Database, TooSlow
from schema.read.arguments import Parameters
from schema.read.prepared import finished
from tests.actors import LOCAL
from tests.conftest import as_admin, as_app
from tests.integration.walled import FURNISH, ROLES, everything, recipients
from tests.visible import visible

SEED, WORKERS, EACH, CONNECTIONS = 20060101, 10, 210, 3
LONGEST_MS = 6_000  # a busy machine's slowest honest statement must stay below
SCOPED = ("plan_target", "published_figure", "pairing", "discrepancy", "account", "audit_entry")
CLAIMS = ("aid.actor", "aid.role", "aid.recipients")

_SEEN = "(SELECT json_build_object({})::text)".format(", ".join((
    *(f"'{name}', coalesce(current_setting('{name}', true), '')" for name in CLAIMS),
    *(f"'{table}', (SELECT coalesce(json_agg(id ORDER BY id), '[]') FROM {table})"
      for table in SCOPED),
)))
SEEN = finished(literal_column(_SEEN, Text()), Parameters()).sql
FAILING = finished(literal_column("(1 / 0)::text", Text()), Parameters()).sql
SLEEPING = finished(literal_column("pg_sleep(60)::text", Text()), Parameters()).sql
Seen = Mapping[str, Any]


class Enough(Exception):
    """Leaves a transaction in the middle."""


@dataclass
class Crowd:
    """The database, what each actor is to see of it, and what has happened so far."""

    database: Database
    expected: list[tuple[Actor, Seen]]
    nobody: Seen
    done: Counter[str] = field(default_factory=Counter)

    async def check(self, session: AsyncSession, seen: Seen) -> None:
        """In a session's transaction one sees what is one's own, under one's own name."""
        assert json.loads(await session.scalar(text(f"SELECT {_SEEN}"))) == seen

    async def outside(self) -> None:
        """Between transactions there are no claims on any connection, and nothing to be seen."""
        assert self.database._pool is not None
        assert json.loads(await self.database._pool.fetchval(f"SELECT {_SEEN}")) == self.nobody
        async with self.database._engine.connect() as connection:
            found = await connection.scalar(text(f"SELECT {_SEEN}"))
        assert json.loads(found) == self.nobody


async def _reads(crowd: Crowd, actor: Actor, seen: Seen, _: Random) -> None:
    async with crowd.database.reading(actor) as session:
        await crowd.check(session, seen)
        await crowd.check(session, seen)


async def _compiled(crowd: Crowd, actor: Actor, seen: Seen, _: Random) -> None:
    assert json.loads(await crowd.database.read_json(actor, SEEN, [])) == seen


async def _writes(crowd: Crowd, actor: Actor, seen: Seen, random: Random) -> None:
    async with crowd.database.writing(actor) as session:
        await crowd.check(session, seen)
        changed = await session.execute(
            text("UPDATE plan_target SET note = 'x' WHERE id = :id RETURNING id"),
            {"id": random.choice(crowd.expected[0][1]["plan_target"])})
        assert len(changed.all()) == (actor.role is Role.OFFICE)
        await crowd.check(session, seen)


async def _leaves(crowd: Crowd, actor: Actor, seen: Seen, _: Random) -> None:
    with pytest.raises(Enough):
        async with crowd.database.writing(actor) as session:
            await crowd.check(session, seen)
            raise Enough


async def _fails(crowd: Crowd, actor: Actor, seen: Seen, _: Random) -> None:
    with pytest.raises(DBAPIError, match="division by zero"):
        async with crowd.database.reading(actor) as session:
            await crowd.check(session, seen)
            await session.execute(text("SELECT 1 / 0"))


async def _fails_compiled(crowd: Crowd, actor: Actor, _: Seen, __: Random) -> None:
    with pytest.raises(asyncpg.DivisionByZeroError):
        await crowd.database.read_json(actor, FAILING, [])


async def _is_refused(crowd: Crowd, actor: Actor, seen: Seen, _: Random) -> None:
    with pytest.raises(DBAPIError, match=r"row-level security|null value|permission denied"):
        async with crowd.database.writing(actor) as session:
            await crowd.check(session, seen)
            await session.execute(text("INSERT INTO plan_target (code) VALUES ('mine')"))


async def _goes_back(crowd: Crowd, actor: Actor, seen: Seen, random: Random) -> None:
    """Claims bound in a savepoint go back with it."""
    other, theirs = random.choice(crowd.expected)
    async with crowd.database.writing(actor) as session:
        savepoint = await session.begin_nested()
        for name, value in other.claims.items():
            await session.execute(text("SELECT set_config(:name, :value, true)"),
                                  {"name": name, "value": value})
        await crowd.check(session, theirs)
        await savepoint.rollback()
        await crowd.check(session, seen)


async def _takes_too_long(crowd: Crowd, actor: Actor, seen: Seen, _: Random) -> None:
    with pytest.raises(TooSlow):
        async with crowd.database.reading(actor) as session:
            await crowd.check(session, seen)
            await session.execute(text("SET LOCAL statement_timeout = 2"))
            await session.execute(text("SELECT pg_sleep(5)"))


async def _takes_too_long_compiled(crowd: Crowd, actor: Actor, _: Seen, __: Random) -> None:
    if crowd.done["sleeping"] < 4:  # each holds a connection for as long as statements may take
        crowd.done["sleeping"] += 1
        try:
            with pytest.raises(TooSlow):
                await crowd.database.read_json(actor, SLEEPING, [])
        except asyncio.CancelledError:
            crowd.done["sleeping"] -= 1
            raise
        crowd.done["too slow"] += 1


Way = Callable[[Crowd, Actor, Seen, Random], Awaitable[None]]
WAYS: tuple[Way, ...] = (
    _reads, _compiled, _compiled, _writes, _leaves, _fails, _fails_compiled, _is_refused,
    _goes_back, _takes_too_long, _takes_too_long_compiled,
)


async def _work(crowd: Crowd, random: Random) -> None:
    """One transaction after the other; each third is cancelled somewhere on its way."""
    for _ in range(EACH):
        actor, seen = random.choice(crowd.expected)
        way = random.choice(WAYS)
        task = asyncio.ensure_future(way(crowd, actor, seen, random))
        if random.random() < 0.33:
            await asyncio.sleep(random.random() ** 2 * 0.03)  # the sooner, the oftener
            crowd.done["cancelled"] += task.cancel()
        with suppress(asyncio.CancelledError):
            await task
            crowd.done[way.__name__] += 1
        await crowd.outside()


@pytest.fixture
async def crowd(admin_url: URL, seeded_name: str) -> AsyncIterator[Crowd]:
    """A furnished database of few connections, and who is to see what."""
    admin = await asyncpg.connect(as_admin(admin_url, seeded_name))
    await admin.execute(FURNISH)
    whole = await everything(admin)
    actors = (LOCAL, *ROLES, *await recipients(admin))
    await admin.close()
    expected: list[tuple[Actor, Seen]] = []
    for actor in actors:
        rows = visible(whole, actor)
        ids = {table: sorted(row["id"] for row in rows[table]) for table in SCOPED}
        expected.append((actor, {**actor.claims, **ids}))
    nobody = {**dict.fromkeys(CLAIMS, ""), **{table: [] for table in SCOPED}}
    database = Database(as_app(admin_url, seeded_name), pool_size=CONNECTIONS,
                        statement_timeout_ms=LONGEST_MS)
    await database.open()
    yield Crowd(database, expected, nobody)
    await database.close()


async def test_nobody_sees_through_anothers_eyes(crowd: Crowd) -> None:
    """Not after errors, savepoints, time limits, cancellations, in sessions or compiled reads."""
    assert len({json.dumps(seen["plan_target"]) for _, seen in crowd.expected}) > 5
    await crowd.outside()
    async with asyncio.TaskGroup() as group:
        for number in range(WORKERS):
            group.create_task(_work(crowd, Random(SEED + number)))  # noqa: S311  to be repeated
    assert crowd.done.total() >= 2_000
    assert crowd.done["cancelled"] > 100
    assert crowd.done["too slow"]
    assert all(crowd.done[way.__name__] > 20 for way in WAYS), crowd.done

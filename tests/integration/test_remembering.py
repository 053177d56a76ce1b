"""What pages have read serves all who see the same, and nobody after anything was written."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import asyncpg
import orjson
import pytest
from sqlalchemy.engine import URL, make_url

from aid.access.actor import Actor, gate
from aid.access.roles import Role
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import note
from aid.database.engine import Database, asyncpg_dsn
from aid.database.listening import keep_listening
from aid.database.telling import CHANNEL
from aid.projects.model import Sector
from dashboards.parted import Parted
from dashboards.parts import Drawn
from dashboards.remembering import Remembering
from dashboards.rooms import ROOMS, Room
from dashboards.view import View
from tests.actors import LOCAL, recipient
from tests.conftest import as_admin, as_app, opened

VIEW = View(page="plan")
LEDGER = Path(__file__).parents[2] / "docs" / "ledger.md"
SAID = next(line.strip("`") for line in LEDGER.read_text().splitlines()
            if line.startswith("`NOTIFY"))
"""What a hand at the database is to say afterwards."""


@dataclass
class Counted:
    """A room that counts how often it is read, and for whom."""

    asked: list[str] = field(default_factory=list)
    slow: float = 0.0
    fails: bool = False
    drawn: int = 0

    @property
    def room(self) -> Room:
        """The room."""
        return Room(self.read, self.draw, remembered=True)

    def draw(self, _: View, data: int) -> Drawn:
        """What was read."""
        self.drawn += 1
        return Drawn([data])

    async def read(self, database: Database, actor: Actor, view: View) -> int:
        """How often it was read so far."""
        self.asked.append(actor.name)
        await asyncio.sleep(self.slow)
        if self.fails:
            raise OSError("away")
        return len(self.asked)


@asynccontextmanager
async def told(database: Database) -> AsyncIterator[None]:
    """While a process is told what others write."""
    listening = asyncio.create_task(keep_listening(database, CHANNEL, [database.freshness]))
    try:
        assert await _at_last(lambda: database.freshness.told)
        yield
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def _at_last(there: Callable[[], bool]) -> bool:
    for _ in range(2000):
        if there():
            return True
        await asyncio.sleep(0.01)
    return False


async def _shown(remembering: Remembering, room: Room, actor: Actor, view: View) -> int:
    """What was read of what is shown, as it is sent."""
    found: int = orjson.loads(orjson.dumps((await remembering.drawn(room, actor, view)).body[0]))
    return found


async def _added(database: Database, name: str) -> None:
    async with database.writing(LOCAL) as session:
        session.add(Sector(code=name, name=name, name_en=name, ordinal=99))


async def test_one_reading_serves_all_who_see_the_same(seeded_database: Database) -> None:
    """Also several at once; another role, other regions, other scopes and another view do not."""
    counted = Counted(slow=0.05)
    room, remembering = counted.room, Remembering(seeded_database)
    office = Actor("li", Role.OFFICE)
    async with told(seeded_database):
        found = await asyncio.gather(*(
            _shown(remembering, room, replace(office, name=name), VIEW) for name in "abc"))
        assert (found, counted.asked, counted.drawn) == ([1, 1, 1], ["a"], 1)
        others = [Actor("d", Role.LEADER), recipient(1), recipient(1, 2),
                  replace(office, scopes=frozenset())]
        assert [await _shown(remembering, room, one, VIEW) for one in others] == [2, 3, 4, 5]
        assert await _shown(remembering, room, office, replace(VIEW, locale="en")) == 6
        assert await _shown(remembering, replace(room, remembered=False), office, VIEW) == 7
        assert await _shown(remembering, room, office, VIEW) == 1


async def test_what_is_of_today_serves_whichever_day_is_looked_at(
    seeded_database: Database
) -> None:
    """Another day reads its own part alone; another region both; a write ends both."""
    then, today_ = Counted(), Counted()
    room = replace(then.room, read=Parted(
        then.read, today_.read, lambda one, other: 10 * one + other))
    remembering = Remembering(seeded_database)
    days = [replace(VIEW, known_on=date(2009, 6, day)) for day in (1, 2)]
    async with told(seeded_database):
        assert [await _shown(remembering, room, LOCAL, view) for view in days] == [11, 21]
        assert await _shown(remembering, room, LOCAL, VIEW) == 31
        assert await _shown(remembering, room, LOCAL, days[0]) == 11
        assert await _shown(remembering, room, LOCAL, replace(days[0], region=("1",))) == 42
        await _added(seeded_database, "written")
        assert await _shown(remembering, room, LOCAL, days[1]) == 53
        forgetting = replace(room, remembered=False)
        assert await _shown(remembering, forgetting, LOCAL, days[1]) == 64


async def test_nothing_is_shown_that_was_read_before_a_write(
    seeded_database: Database, admin_url: URL, seeded_name: str
) -> None:
    """One's own write counts at once, another process's when it is told; the door's does not."""
    counted = Counted()
    room, remembering = counted.room, Remembering(seeded_database)

    async def read() -> int:
        return await _shown(remembering, room, LOCAL, VIEW)

    async with told(seeded_database):
        assert [await read(), await read()] == [1, 1]
        await note(seeded_database, kind=AuditKind.SIGN_IN, outcome=Outcome.DONE, actor="li",
                   role=None, address="")
        async with seeded_database.writing(gate("li")):
            pass
        assert await read() == 1
        await _added(seeded_database, "here")
        assert await read() == 2
        await asyncio.sleep(0.5)  # until its own telling has come back
        before, written = await read(), seeded_database.freshness.written
        assert await read() == before
        async with opened(as_app(admin_url, seeded_name)) as other:
            await _added(other, "elsewhere")
            assert await _at_last(lambda: seeded_database.freshness.written > written)
        assert await read() > before


async def test_a_hand_at_the_database_can_tell(
    seeded_database: Database, admin_url: URL, seeded_name: str
) -> None:
    """With the statement that docs/ledger.md names: what was read before is shown no more."""
    counted = Counted()
    room, remembering = counted.room, Remembering(seeded_database)
    async with told(seeded_database):
        assert [await _shown(remembering, room, LOCAL, VIEW) for _ in range(2)] == [1, 1]
        written = seeded_database.freshness.written
        admin = await asyncpg.connect(asyncpg_dsn(make_url(as_admin(admin_url, seeded_name))))
        try:
            await admin.execute(SAID)
        finally:
            await admin.close()
        assert await _at_last(lambda: seeded_database.freshness.written > written)
        assert await _shown(remembering, room, LOCAL, VIEW) == 2


async def test_who_is_told_nothing_remembers_nothing(seeded_database: Database) -> None:
    """Nor is what came to nothing remembered; who leaves does not take it from the others."""
    counted = Counted()
    room, remembering = counted.room, Remembering(seeded_database)
    assert [await _shown(remembering, room, LOCAL, VIEW) for _ in range(2)] == [1, 2]
    async with told(seeded_database):
        counted.fails = True
        for _ in range(2):
            with pytest.raises(OSError, match="away"):
                await _shown(remembering, room, LOCAL, VIEW)
        counted.fails, counted.slow = False, 0.1
        first, second = (asyncio.create_task(_shown(remembering, room, LOCAL, VIEW))
                         for _ in range(2))
        await asyncio.sleep(0.02)
        first.cancel()
        assert await second == len(counted.asked) == 5
    seeded_database.freshness.standing(False)
    assert await _shown(remembering, room, LOCAL, VIEW) == 6


async def test_an_old_reading_is_done_again_behind_who_asks(
    seeded_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once; what comes of it is shown from then on. One that is too old is shown to nobody."""
    counted = Counted(slow=0.05)
    room, remembering = counted.room, Remembering(seeded_database)

    async def read() -> int:
        return await _shown(remembering, room, LOCAL, VIEW)

    async with told(seeded_database):
        assert await read() == 1
        monkeypatch.setattr("dashboards.remembering.LONG", 0.0)
        assert [await read(), await read()] == [1, 1]
        await asyncio.sleep(0.01)
        assert len(counted.asked) == 2
        monkeypatch.setattr("dashboards.remembering.LONG", 60.0)
        await asyncio.sleep(0.2)
        assert [await read(), len(counted.asked)] == [2, 2]
        monkeypatch.setattr("dashboards.remembering.LONG", 0.0)
        counted.fails = True
        assert await read() == 2
        await asyncio.sleep(0.2)
        counted.fails = False
        assert await read() == len(counted.asked) == 4
        monkeypatch.setattr("dashboards.remembering.LONGEST", 0.0)
        assert await read() == len(counted.asked) == 5


def test_nothing_of_ones_own_is_remembered() -> None:
    """Forms, accounts and the audit log are read for whoever asks."""
    assert {name for name, room in ROOMS.items() if not room.remembered} == {
        "report", "log", "audit", "accounts"}

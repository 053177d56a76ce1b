"""Histories of money: made through the ledger, and their figures once more in plain Python."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import asyncpg
from sqlalchemy import text

from aid.access.actor import Actor
from aid.database.engine import Database
from aid.errors import AidError
from aid.funds.rebuilding import rebuild
from aid.funds.terms import MOVER, MovementKind
from aid.projects.model import ProgressReport
from aid.projects.terms import Stage
from tests.actors import LOCAL
from tests.integration.funding import a_tranche, funded, move
from tests.integration.working import division

K = MovementKind
SENT = (K.COMMIT, K.DISBURSE, K.CANCEL)
RARE = (K.CANCEL, K.RETURN)
FIRST, LAST = date(2007, 5, 1), date(2009, 12, 31)
"""The days on which what happens here is recorded."""
ON = date(2010, 1, 15)
"""Today: nothing was recorded later."""


@dataclass(frozen=True, slots=True)
class Line:
    """A movement as it was made. `undoes` is the id of what a reversal undoes."""

    id: int
    tranche: int
    kind: MovementKind
    fen: int
    on: date
    recorded: date
    undoes: int | None = None
    shown: bool = False


@dataclass(slots=True)
class Planned:
    """An instalment; `met` are the first day it may be sent from and the day that is no more."""

    id: int
    project: int
    place: int
    sector: str
    source: str
    fen: int
    expected: date | None
    due_from: date | None
    due_until: date = date.max
    lines: list[Line] = field(default_factory=list)

    def known(self, day: date) -> list[Line]:
        """What had been recorded at the close of a day and was not undone by what had been."""
        then = [line for line in self.lines if line.recorded <= day]
        undone = {line.undoes for line in then}
        return [line for line in then if line.kind is not K.REVERSE and line.id not in undone]

    def total(self, kind: MovementKind, day: date) -> int:
        """What moved, in fen."""
        return sum(line.fen for line in self.known(day) if line.kind is kind)

    def staying(self, brought: MovementKind, day: date) -> list[tuple[Line, int]]:
        """What is still where a kind of movement brings it, what came first having left first."""
        came = sorted((line for line in self.known(day) if line.kind is brought),
                      key=lambda line: (line.on, line.id))
        out = (K.RECEIVE,) if brought is K.DISBURSE else (K.PAY, K.RETURN)
        gone = sum(self.total(kind, day) for kind in out)
        left = []
        for line in came:
            took = min(line.fen, gone)
            gone -= took
            if took < line.fen:
                left.append((line, line.fen - took))
        return left

    def due(self, day: date) -> bool:
        """Whether what it waits for is there, and its day has come."""
        return self.due_from is not None and self.due_from <= day < self.due_until


def figures(planned: Iterable[Planned], day: date) -> dict[str, int]:
    """What commitments say of instalments, in a few lines."""
    found: defaultdict[str, int] = defaultdict(int)
    for one in planned:
        of = {kind: one.total(kind, day) for kind in MOVER}
        unsent = max(0, one.fen - of[K.DISBURSE]) if one.due(day) else 0
        for name, fen in {
            "promised": one.fen, "committed": of[K.COMMIT], "disbursed": of[K.DISBURSE],
            "received": of[K.RECEIVE], "paid": of[K.PAY], "returned": of[K.RETURN],
            "cancelled": of[K.CANCEL], "awaiting": of[K.COMMIT] - of[K.DISBURSE] - of[K.CANCEL],
            "in_transit": of[K.DISBURSE] - of[K.RECEIVE],
            "held": of[K.RECEIVE] - of[K.PAY] - of[K.RETURN],
            "short": sum(fen for line, fen in one.staying(K.DISBURSE, day) if fen < line.fen),
            "overdue": unsent, "overdue_tranches": int(unsent > 0), "tranche_count": 1,
        }.items():
            found[name] += fen
    return dict(found)


@dataclass(slots=True)
class History:
    """Instalments of two recipients, and who records for them."""

    planned: list[Planned]
    recipients: dict[int, Actor]
    places: tuple[int, int]

    @property
    def days(self) -> list[date]:
        """Days in between, the last, and today."""
        return [date(2007, 4, 30), date(2008, 1, 31), date(2008, 12, 31), date(2009, 6, 30), LAST]


_PLACES = (("532600", "education", "310000-city"), ("540200", "health", "310115-district"))


async def history(database: Database, admin: str, seed: int, moves: int = 90) -> History:
    """A random history: parts, reversals, returns, cancellations, recorded days later."""
    chance = Random(seed)  # noqa: S311  to be repeated
    made = History([], {}, (0, 0))
    places = []
    for code, sector, source in _PLACES:
        places.append(await division(database, code))
        for _ in range(2):
            await _project(database, made, places[-1], code, sector, source)
    made.places = (places[0], places[1])
    day = FIRST
    for _ in range(moves):
        day = min(LAST, day + timedelta(chance.choice([0, 1, 9, 20])))
        await _moved(database, made, chance, day)
    await _recorded(admin, made)
    return made


async def _project(
    database: Database, made: History, place: int, code: str, sector: str, source: str
) -> None:
    at = await funded(
        database, a_tranche(300, source=source), a_tranche(200, source=source,
                                                           due_on=date(2009, 3, 1)),
        a_tranche(100, source="310000-donations", at_progress="50"),
        a_tranche(90, source=source, at_stage=Stage.STARTED, after_days=400),
        a_tranche(80, source=source, at_stage=Stage.ACCEPTED),
        recipient=code, sector=sector, proposed_yuan="1000000.00", stage=Stage.STARTED)
    async with database.writing(LOCAL) as session:
        for on, percent in ((date(2008, 6, 1), 60), (date(2009, 6, 1), 40)):
            session.add(ProgressReport(project_id=at.project, recipient_id=place, reported_on=on,
                                       percent=Decimal(percent), actor="t"))
            await session.flush()
        started = await session.scalar(
            text("SELECT started_on FROM project WHERE id = :id"), {"id": at.project})
    assert isinstance(started, date)
    later = started + timedelta(400)
    days = [(date(2007, 2, 20),) * 2, (date(2009, 3, 1),) * 2, (date(2008, 6, 1),) * 2,
            (later, later), (None, None)]
    for (expected, from_), tranche, yuan, source_ in zip(
            days, at.tranches, (300, 200, 100, 90, 80),
            (source, source, "310000-donations", source, source), strict=True):
        until = date(2009, 6, 1) if yuan == 100 else date.max
        made.planned.append(Planned(
            tranche, at.project, place, sector, source_, yuan * 100, expected, from_, until))
    made.recipients[place] = at.recipient


async def _moved(database: Database, made: History, chance: Random, day: date) -> None:
    one = chance.choice(made.planned)
    on = max(FIRST, day - timedelta(chance.choice([0, 0, 3, 45])))
    of = figures([one], LAST)
    there = {K.COMMIT: one.fen, K.DISBURSE: of["awaiting"], K.CANCEL: of["awaiting"],
             K.RECEIVE: of["in_transit"], K.PAY: of["held"], K.RETURN: of["held"]}
    undoes, kind = None, chance.choice([
        kind for kind, fen in there.items() if fen for _ in range(1 if kind in RARE else 3)])
    fen = chance.choice([there[kind], chance.randint(1, there[kind])])
    known = [line for line in one.lines if line.kind is not K.REVERSE]
    if known and chance.random() < 0.2:
        was = chance.choice(known)
        undoes, kind, fen, on = was.id, K.REVERSE, was.fen, max(on, was.on)
        mover = was.kind
    else:
        mover = kind
    actor = LOCAL if mover in SENT else made.recipients[one.place]
    try:
        row = await move(database, actor, one.id, kind, fen, reverses_id=undoes, occurred_on=on)
    except AidError:
        return
    one.lines.append(Line(row.id, one.id, kind, fen, on, day, undoes))


async def _recorded(admin: str, made: History) -> None:
    """Let each movement have been recorded on its day, at the last moment of it in China.

    What is kept of these moments follows.
    """
    lines = [line for one in made.planned for line in one.lines]
    connection = await asyncpg.connect(admin)
    try:
        for table in ("movement", "change"):
            await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        await connection.executemany(
            "UPDATE movement SET recorded_at = $2 WHERE id = $1",
            [(line.id, datetime(line.recorded.year, line.recorded.month, line.recorded.day, 15, 59,
                                59, tzinfo=UTC)) for line in lines])
        await connection.execute("UPDATE change SET at = '2007-01-01'")
        for table in ("movement", "change"):
            await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    finally:
        await connection.close()
    await rebuild(admin)

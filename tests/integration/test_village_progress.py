"""Progress and standing of villages in SQL: on random works and reports, what the rules say."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal as D
from random import Random

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.database.engine import Database
from aid.villages.model import (
    KeyVillage,
    NaturalVillage,
    VillageAcceptance,
    VillageProgress,
    VillageReport,
    VillageWork,
)
from aid.villages.progress import holds_on
from aid.villages.queries import (
    curve_points,
    late_villages,
    progress_rows,
    stalled_villages,
    village_rows,
    work_rows,
)
from aid.villages.rules import Work, actual_progress, planned_progress, standing
from aid.villages.terms import Component
from tests.actors import LOCAL, recipient
from tests.integration.furnishing import Places, collide, places_of

START, SPAN = date(2006, 1, 1), 500
QUANTITIES = [D("0.0001"), D("0.7"), D(1), D(3), D(7), D("11.25"), D(97), D(999_999_999_999)]
COSTS = [1, 3, 7, 100, 99_999_999_999_999, None]


@dataclass
class Told:
    """A village as told to the rules: its works with all their reports, and its acceptances."""

    works: list[tuple[Work, list[tuple[date, D]]]] = field(default_factory=list)
    judged: list[tuple[date, bool]] = field(default_factory=list)

    def on(self, day: date) -> list[Work]:
        """The works with what was last reported by a day; reports stand in order of recording."""
        found = []
        for work, reports in self.works:
            known = sorted((r for r in reports if r[0] <= day), key=lambda report: report[0])
            found.append(replace(work, done=known[-1][1], reported_on=known[-1][0])
                         if known else work)
        return found

    def accepted(self, day: date) -> bool:
        """Whether the last acceptance by a day was passed."""
        known = sorted((j for j in self.judged if j[0] <= day), key=lambda judgement: judgement[0])
        return bool(known) and known[-1][1]


def _chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311  no secret is made with it


def _told(chance: Random) -> Told:
    told = Told()
    costed = chance.random() < 0.5
    for _ in range(chance.choice([0, 1, 1, 2, 5, 9])):
        start = START + timedelta(chance.randrange(SPAN))
        planned = chance.choice(QUANTITIES)
        work = Work(
            component=chance.choice(list(Component)), planned=planned, done=D(0),
            cost_fen=chance.choice(COSTS[:-1] if costed else COSTS), planned_start=start,
            planned_end=start + timedelta(chance.choice([0, 1, 7, 90, 365])))
        told.works.append((work, [
            (START + timedelta(chance.randrange(SPAN)),
             chance.choice([D(0), planned, planned * 2, *(q for q in QUANTITIES if q < planned)]))
            for _ in range(chance.choice([0, 0, 1, 2, 4]))]))
    if chance.random() < 0.3:
        told.judged = [(START + timedelta(chance.randrange(SPAN)), chance.random() < 0.5)
                       for _ in range(2)]
    return told


async def _tell(database: Database, places: Places, villages: list[Told]) -> list[int]:
    """The villages put into the database, in their order; their ids."""
    ids = []
    async with database.writing(LOCAL) as session:
        for number, told in enumerate(villages):
            village = KeyVillage(
                code=f"V-{number:05}", name="村", recipient_id=places.rikaze,
                region_id=places.rikaze, supporter_id=places.shanghai, designated_in=2006)
            session.add(village)
            await session.flush()
            ids.append(village.id)
            whose = {"recipient_id": places.rikaze}
            works = [VillageWork(
                **whose, village_id=village.id, code=f"W{at}", component=work.component,
                name="工程", unit="亩", planned=work.planned, cost_fen=work.cost_fen,
                planned_start=work.planned_start, planned_end=work.planned_end)
                for at, (work, _) in enumerate(told.works)]
            session.add_all(works)
            await session.flush()
            for row, (_, reports) in zip(works, told.works, strict=True):
                for day, done in reports:
                    session.add(VillageReport(
                        **whose, work_id=row.id, reported_on=day, done=done, actor="local"))
                    await session.flush()
            for day, passed in told.judged:
                session.add(VillageAcceptance(
                    **whose, village_id=village.id, sheet="s", accepted_on=day, assessor="组",
                    passed=passed, score=D(60), actor="local"))
                await session.flush()
    return ids


@contextmanager
def _statements(database: Database) -> Iterator[list[str]]:
    """The statements that go to the database meanwhile, those that bind claims left out."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "set_config" not in statement and not statement.startswith("SET TRANSACTION"):
            said.append(statement)

    engine = database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_database_and_the_rules_agree_on_any_day(
    seeded_database: Database, seed: int
) -> None:
    """Progress by component and village, planned and actual, late and stalled: all of it."""
    chance = _chance(seed)
    villages = [_told(chance) for _ in range(40)]
    ids = await _tell(seeded_database, await places_of(seeded_database), villages)
    for day in (START + timedelta(chance.randrange(-5, SPAN + 400)) for _ in range(8)):
        async with seeded_database.reading(LOCAL) as session:
            progress = {row.village_id: row for row in await progress_rows(session, ids, on=day)}
            rows = {row.id: row for row in await village_rows(session, on=day)}
            late = {row.id for row in await late_villages(session, on=day)}
            stalled = {row.id for row in await stalled_villages(session, on=day)}
        for number, told in zip(ids, villages, strict=True):
            works = told.on(day)
            actual, planned = actual_progress(works), planned_progress(works, day)
            stands = standing(works, day, accepted=told.accepted(day))
            found = progress.get(number)
            assert (found is None) == (not works)
            if found is not None:
                assert (found.progress, found.planned) == (actual.village, planned.village)
                assert {c.component: c.progress for c in found.components} == actual.components
                assert {c.component: c.planned for c in found.components} == planned.components
            if day.year < 2006:
                continue
            row = rows[number]
            assert (row.progress, row.planned) == (actual.village, planned.village)
            assert (row.unfinished, row.late_works, row.planned_end, row.quiet_since, row.late,
                    row.stalled) == (
                stands.unfinished, stands.late_works, stands.planned_end, stands.quiet_since,
                stands.late, stands.stalled)
            assert (number in late, number in stalled) == (stands.late, stands.stalled)


async def test_what_lies_half_way_is_rounded_as_the_rules_round_it(
    seeded_database: Database,
) -> None:
    """Three thirds and a trifle make 25.00000000005 %, though no third can be written down."""
    third = Work(component=Component.HEALTH, planned=D(3), done=D(0), cost_fen=None,
                 planned_start=START, planned_end=START)
    trifle = replace(third, planned=D(10**12))
    told = Told([*[(third, [(START, D(1))])] * 3, (trifle, [(START, D(2))])])
    ids = await _tell(seeded_database, await places_of(seeded_database), [told])
    async with seeded_database.reading(LOCAL) as session:
        found, = await progress_rows(session, ids, on=START)
    assert found.progress == actual_progress(told.on(START)).village == D("25.0000000001")


async def test_the_random_villages_are_of_all_kinds(seeded_database: Database) -> None:
    """The comparison above would be worth little if none were late, stalled, accepted, empty."""
    chance = _chance(1)
    villages = [_told(chance) for _ in range(40)]
    await _tell(seeded_database, await places_of(seeded_database), villages)
    async with seeded_database.reading(LOCAL) as session:
        rows = await village_rows(session, on=START + timedelta(SPAN))
    for kind in ("late", "stalled", "accepted"):
        assert {getattr(row, kind) for row in rows} == {True, False}, kind
    assert any(row.progress is None for row in rows)
    assert any(row.progress not in (None, 0, 100) for row in rows)


async def test_many_villages_cost_one_statement(seeded_database: Database) -> None:
    """By component, over days, and as a list."""
    chance = _chance(4)
    villages = [_told(chance) for _ in range(10)]
    ids = await _tell(seeded_database, await places_of(seeded_database), villages)
    async with seeded_database.reading(LOCAL) as session:
        with _statements(seeded_database) as said:
            await progress_rows(session, ids, on=START)
            await curve_points(session, ids, [START + timedelta(day) for day in range(0, 500, 50)])
            await village_rows(session, on=START)
    assert len(said) == 3


async def test_a_curve_says_of_each_day_what_progress_says_of_it(
    seeded_database: Database,
) -> None:
    """Planned and actual, in the order of villages and days."""
    chance = _chance(5)
    ids = await _tell(seeded_database, await places_of(seeded_database),
                      [_told(chance) for _ in range(6)])
    days = [START + timedelta(day) for day in (0, 100, 365, 700)]
    async with seeded_database.reading(LOCAL) as session:
        points = await curve_points(session, ids, days)
        singly = [(row.village_id, row.day, row.progress, row.planned)
                  for day in days for row in await progress_rows(session, ids, on=day)]
    assert [(p.village_id, p.day, p.progress, p.planned) for p in points] == sorted(singly)
    assert singly


async def test_of_two_reports_of_a_day_the_one_recorded_last_counts(
    seeded_database: Database,
) -> None:
    """And one recorded late for an earlier day does not."""
    day = START + timedelta(40)
    work = Work(component=Component.HEALTH, planned=D(10), done=D(0), cost_fen=None,
                planned_start=START, planned_end=START + timedelta(100))
    told = Told([(work, [(day, D(8)), (day, D(6)), (START, D(9))])])
    village_id, = await _tell(seeded_database, await places_of(seeded_database), [told])
    async with seeded_database.writing(LOCAL) as session:
        session.add(NaturalVillage(village_id=village_id, name="组",
                                   recipient_id=(await places_of(seeded_database)).rikaze))
    async with seeded_database.reading(LOCAL) as session:
        found = [(await work_rows(session, village_id, on=on))[0].progress
                 for on in (START - timedelta(1), START, day)]
    assert found == [0, 90, 60]


# What triggers keep.

async def _kept(database: Database, day: date, actor: Actor = LOCAL) -> dict[int, D]:
    """The progress kept for a day, by village."""
    async with database.reading(actor) as session:
        rows = await session.execute(
            select(VillageProgress.village_id, VillageProgress.progress).where(holds_on(day)))
        return {row.village_id: row.progress for row in rows}


async def _computed(database: Database, ids: Sequence[int], day: date) -> dict[int, D]:
    async with database.reading(LOCAL) as session:
        return {row.village_id: row.progress for row in await progress_rows(session, ids, on=day)}


async def _happen(database: Database, chance: Random, works: Sequence[int]) -> None:
    """Something to a work or its reports: late, of the past, of the future, or planned anew."""
    work_id, day = chance.choice(works), START + timedelta(chance.randrange(-30, SPAN + 9000))
    event = chance.randrange(5)
    async with database.writing(LOCAL) as session:
        work = (await session.scalars(select(VillageWork).where(VillageWork.id == work_id))).one()
        if event == 0:
            work.planned = chance.choice(QUANTITIES)
        elif event == 1:
            work.cost_fen = chance.choice(COSTS)
        elif event == 2:
            work.component = chance.choice(list(Component))
        elif event == 3:
            session.add(VillageWork(
                village_id=work.village_id, recipient_id=work.recipient_id, name="工程", unit="亩",
                code=f"N{chance.randrange(10**9)}", component=work.component, planned=D(3),
                cost_fen=chance.choice(COSTS), planned_start=START, planned_end=START))
        else:
            session.add(VillageReport(work_id=work_id, recipient_id=work.recipient_id, actor="t",
                                      reported_on=day, done=chance.choice(QUANTITIES)))


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_is_kept_is_what_is_computed_whatever_happens(
    seeded_database: Database, seed: int
) -> None:
    """On any day, of the past and of the future; after each event, and told all at once."""
    chance = _chance(seed)
    ids = await _tell(seeded_database, await places_of(seeded_database),
                      [_told(chance) for _ in range(15)])
    async with seeded_database.reading(LOCAL) as session:
        works = list(await session.scalars(select(VillageWork.id).order_by(VillageWork.id)))
    for _ in range(25):
        await _happen(seeded_database, chance, works)
        days = [START + timedelta(chance.randrange(-40, SPAN + 9100)) for _ in range(3)]
        for day in (START, START + timedelta(SPAN), *days):
            assert await _kept(seeded_database, day) == await _computed(seeded_database, ids, day)
    async with seeded_database.writing(LOCAL) as session:
        await session.execute(update(VillageWork).values(planned=VillageWork.planned + 1))
    day = START + timedelta(SPAN)
    assert await _kept(seeded_database, day) == await _computed(seeded_database, ids, day)


async def test_the_days_of_a_village_follow_one_another(seeded_database: Database) -> None:
    """From the beginning of time to its end, without a gap; a village without works has none."""
    chance = _chance(6)
    places, villages = await places_of(seeded_database), [_told(chance) for _ in range(20)]
    ids = await _tell(seeded_database, places, villages)
    async with seeded_database.reading(LOCAL) as session:
        rows = list(await session.scalars(
            select(VillageProgress).order_by(VillageProgress.village_id, VillageProgress.since)))
    assert {row.recipient_id for row in rows} == {places.rikaze}
    for number, told in zip(ids, villages, strict=True):
        mine = [row for row in rows if row.village_id == number]
        days = {day for _, reports in told.works for day, _ in reports}
        assert [row.since for row in mine] == ([date.min, *sorted(days)] if told.works else [])
        assert [row.until for row in mine[:-1]] == [row.since for row in mine[1:]]
        assert not mine or mine[-1].until == date.max


async def test_two_reports_of_one_village_at_once_both_count(seeded_database: Database) -> None:
    """The second waits for the first and sees it."""
    half = Work(component=Component.HEALTH, planned=D(2), done=D(0), cost_fen=None,
                planned_start=START, planned_end=START)
    village_id, = await _tell(seeded_database, await places_of(seeded_database),
                              [Told([(half, []), (half, [])])])
    async with seeded_database.reading(LOCAL) as session:
        works = list(await session.scalars(
            select(VillageWork.id).where(VillageWork.village_id == village_id)))
        whose = (await places_of(seeded_database)).rikaze

    async def report(session: AsyncSession, work_id: int) -> None:
        session.add(VillageReport(work_id=work_id, recipient_id=whose, reported_on=START,
                                  done=D(2), actor="t"))
        await session.flush()

    await collide(seeded_database, lambda session: report(session, works[0]),
                  lambda session: report(session, works[1]))
    assert await _kept(seeded_database, START) == {village_id: D(100)}


async def test_a_recipient_s_own_report_counts_and_others_stay_hidden(
    seeded_database: Database,
) -> None:
    """It may not write what is kept; a trigger does. Elsewhere nothing is to be seen."""
    places = await places_of(seeded_database)
    whole = Work(component=Component.HEALTH, planned=D(4), done=D(0), cost_fen=None,
                 planned_start=START, planned_end=START)
    village_id, = await _tell(seeded_database, places, [Told([(whole, [])])])
    mine = recipient(places.rikaze)
    async with seeded_database.writing(mine) as session:
        work_id = (await session.scalars(select(VillageWork.id))).one()
        session.add(VillageReport(work_id=work_id, recipient_id=places.rikaze, reported_on=START,
                                  done=D(1), actor="t"))
    assert await _kept(seeded_database, START, mine) == {village_id: D(25)}
    assert await _kept(seeded_database, START, recipient(places.rikaze + 1)) == {}

"""Metrics from a real database: exact in a small world, equal to plain Python in random ones."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal as D
from fractions import Fraction
from random import Random

import pytest
from sqlalchemy.engine import URL

from aid.access.actor import Actor
from aid.database.engine import Database
from aid.metrics.queries import broken_down, measured
from aid.metrics.registry import METRICS
from aid.metrics.terms import By, Measured, NotMeasuredSo, Scope, Source, UnknownMetric
from aid.projects.rules import Move
from aid.projects.terms import Stage
from aid.villages.terms import Component
from tests.actors import LOCAL, recipient
from tests.conftest import as_admin
from tests.integration.measuring import (
    TODAY,
    MilestoneOf,
    Places,
    PostOf,
    ProjectOf,
    VillageOf,
    WorkOf,
    World,
    places,
    random_day,
    random_world,
    settle,
)
from tests.integration.plainly import Found, plainly

COUNTED = [code for code, metric in METRICS.items()
           if metric.source not in (Source.TARGETS, Source.MONEY)]
"""What the worlds here hold; money is measured in test_metrics_of_money.py."""
LATER = date(2012, 1, 1)
"""A today after which nothing happened: a world's last day is then read from its records."""


def _moves(*entered: tuple[Stage, date]) -> list[Move]:
    before = [None, *(stage for stage, _ in entered)]
    return [Move(old, new, on) for old, (new, on) in zip(before[:-1], entered, strict=True)]


_APPROVED = ((Stage.RESERVE, date(2006, 1, 1)), (Stage.APPROVED, date(2006, 2, 1)))
_BEGUN = (*_APPROVED, (Stage.TENDERED, date(2006, 3, 1)), (Stage.STARTED, date(2007, 6, 30)))
SMALL = World(
    projects=[
        ProjectOf(0, [Move(None, Stage.RESERVE, date(2006, 1, 1))]),
        ProjectOf(0, _moves(*_APPROVED), fen=50_000, planned_end=date(2012, 1, 1)),
        ProjectOf(0, _moves(*_BEGUN, (Stage.COMPLETED, date(2008, 5, 1))), fen=100_000,
                  planned_end=date(2008, 1, 1),
                  reports=[(date(2007, 6, 30), D(25)), (date(2008, 5, 1), D(100))],
                  milestones=[MilestoneOf(date(2007, 1, 1), met=date(2007, 1, 1)),
                              MilestoneOf(date(2007, 6, 30), met=date(2007, 7, 1)),
                              MilestoneOf(date(2011, 7, 1))]),
        ProjectOf(1, _moves(*_BEGUN, (Stage.SUSPENDED, date(2009, 1, 1))), fen=10_000,
                  adjusted=[(date(2008, 1, 1), 20_000, 10_000, False)],
                  reports=[(date(2009, 1, 1), D(100))],
                  milestones=[MilestoneOf(date(2009, 1, 1), None,
                                          [(date(2008, 1, 1), date(2008, 2, 1))])]),
        ProjectOf(1, _moves(*_APPROVED, (Stage.CANCELLED, date(2007, 7, 1))), fen=20_000,
                  milestones=[MilestoneOf(date(2010, 1, 1))]),
    ],
    villages=[
        VillageOf(0, 2007, [
            WorkOf(Component.LIVING, D(10), 300, reports=[
                (date(2007, 6, 30), D(4)), (date(2008, 6, 30), D(12))]),
            WorkOf(Component.HEALTH, D(5), 300, reports=[(date(2008, 6, 30), D(2))])]),
        VillageOf(0, 2007),
        VillageOf(1, 2012, [WorkOf(Component.LIVING, D(10))]),
    ],
    posts=[
        PostOf(0, date(2007, 1, 1), None, [(date(2010, 1, 1), date(2011, 6, 30), None)]),
        PostOf(1, date(2008, 1, 1), None, [(date(2008, 1, 1), date(2011, 12, 31),
                                            date(2009, 1, 1))]),
        PostOf(1, date(2009, 1, 1), date(2010, 12, 31)),
    ],
)
"""A few things of each kind, to be counted on fingers."""


@pytest.fixture
def admin(admin_url: URL, seeded_name: str) -> str:
    """The administrator's login on the test's database, who alone sets the clock of a record."""
    return as_admin(admin_url, seeded_name)


async def _measured(
    database: Database, scope: Scope, by: By | None, as_of: date, *, actor: Actor = LOCAL,
    today: date = TODAY, codes: Sequence[str] | None = None,
) -> list[Measured]:
    async with database.reading(actor) as session:
        if by is None:
            return await measured(session, codes, scope, as_of=as_of, today=today)
        return await broken_down(session, codes, scope, by=by, as_of=as_of, today=today)


def _parts(found: Sequence[Measured]) -> dict[str, Found]:
    parts: dict[str, Found] = {code: {} for code in COUNTED}
    for one in found:
        if one.code in parts and one.denominator:
            parts[one.code][one.key] = Fraction(one.numerator), Fraction(one.denominator)
    return parts


def _scopes(at: Places, chance: Random) -> list[Scope]:
    """All, and one narrowed by each thing there is."""
    since = random_day(chance)
    return [
        Scope(),
        Scope(recipients=at.recipients[:2]),
        Scope(recipients=()),
        Scope(supporter=at.city, district=at.districts[0]), Scope(district=0),
        Scope(sector=at.sectors[1], since=date(2007, 3, 1)),
        Scope(since=since, until=random_day(chance, since, date(2012, 12, 31))),
        Scope(until=date(2009, 12, 31), recipients=at.recipients[1:]),
    ]


@pytest.mark.parametrize("seed", range(4))
async def test_the_sql_says_what_plain_python_says(
    seeded_database: Database, admin: str, seed: int
) -> None:
    """Every metric, in random worlds, on random days, narrowed and divided by everything."""
    chance, world = Random(seed), random_world(seed)  # noqa: S311  no secret
    at = await places(seeded_database)
    await settle(seeded_database, at, world, admin)
    for as_of in (TODAY, random_day(chance), random_day(chance), date(2008, 12, 31)):
        for scope in _scopes(at, chance):
            for by in (None, By.RECIPIENT, By.YEAR, By.SECTOR):
                codes = [code for code in COUNTED if METRICS[code].fits(scope, by)]
                found = await _measured(seeded_database, scope, by, as_of, codes=codes)
                expected = {code: plainly(code, world, at, scope, by, as_of) if code in codes
                            else {} for code in COUNTED}
                assert _parts(found) == expected, (scope, by, as_of)


async def test_a_small_world_by_hand(seeded_database: Database, admin: str) -> None:
    """Each figure counted out on fingers."""
    at = await places(seeded_database)
    await settle(seeded_database, at, SMALL, admin)
    found = await _measured(seeded_database, Scope(), None, TODAY, codes=COUNTED)
    assert {one.code: (one.numerator, one.denominator, one.value) for one in found} == {
        "start_rate": (D(2), D(3), D("66.67")),
        "completion_rate": (D(1), D(2), D("50.00")),
        "acceptance_rate": (D(0), D(1), D("0.00")),
        "audit_rate": (D(0), D(0), None),
        "investment_completion": (D(1100), D(1600), D("68.75")),
        "on_time_rate": (D(1), D(3), D("33.33")),
        "village_progress": (D("0.7"), D(1), D("70.00")),
        "cadre_fill": (D(1), D(2), D("50.00")),
    }
    assert {(one.unit, one.as_of, one.key) for one in found} == {("%", TODAY, None)}


async def test_a_day_in_the_past_is_as_it_was(seeded_database: Database, admin: str) -> None:
    """Before the completion, the cancellation, the adjustment, the posting and the reports."""
    at = await places(seeded_database)
    await settle(seeded_database, at, SMALL, admin)
    found = await _measured(seeded_database, Scope(), None, date(2007, 6, 30), codes=COUNTED)
    assert {one.code: (one.numerator, one.denominator) for one in found} == {
        "start_rate": (D(2), D(4)),
        "completion_rate": (D(0), D(0)),
        "acceptance_rate": (D(0), D(0)),
        "audit_rate": (D(0), D(0)),
        "investment_completion": (D(250), D(1900)),
        "on_time_rate": (D(1), D(2)),
        "village_progress": (D("0.2"), D(1)),
        "cadre_fill": (D(0), D(1)),
    }


async def test_nothing_measured_is_not_zero(seeded_database: Database) -> None:
    """In an empty world every figure is there, and none has a value; no part has a figure."""
    found = await _measured(seeded_database, Scope(), None, TODAY)
    assert [one.code for one in found] == list(METRICS)
    assert {(one.numerator, one.denominator, one.value) for one in found} == {(D(0), D(0), None)}
    for by in By:
        assert await _measured(seeded_database, Scope(), by, TODAY) == []


@pytest.mark.parametrize("seed", range(2))
async def test_of_today_the_records_say_what_is_kept(
    seeded_database: Database, admin: str, seed: int
) -> None:
    """A day that is over is measured from the records, today from what projects keep: the same."""
    at = await places(seeded_database)
    await settle(seeded_database, at, random_world(seed), admin)
    kept = await _measured(seeded_database, Scope(), By.RECIPIENT, TODAY)
    recorded = await _measured(seeded_database, Scope(), By.RECIPIENT, TODAY, today=LATER)
    assert kept == recorded
    assert {one.code for one in kept if one.numerator} == set(COUNTED)  # each has something to say


@pytest.mark.parametrize("by", [By.RECIPIENT, By.YEAR, By.SECTOR])
async def test_the_parts_add_up_to_the_whole(
    seeded_database: Database, admin: str, by: By
) -> None:
    """Numerators and denominators, by whatever a figure is divided; posts are states by year."""
    at = await places(seeded_database)
    await settle(seeded_database, at, random_world(11), admin)
    whole = {one.code: one for one in await _measured(seeded_database, Scope(), None, TODAY)}
    parts = await _measured(seeded_database, Scope(), by, TODAY)
    codes = {one.code for one in parts} - ({"cadre_fill"} if by is By.YEAR else set())
    assert len(codes) >= 6
    for code in codes:
        mine = [one for one in parts if one.code == code]
        assert len(mine) > 1
        assert sum(one.numerator for one in mine) == whole[code].numerator
        assert sum(one.denominator for one in mine) == whole[code].denominator


async def test_a_recipient_measures_its_own_alone(seeded_database: Database, admin: str) -> None:
    """Row security: as if the rest of the world were not there, asked for or not."""
    world, at = random_world(5), await places(seeded_database)
    await settle(seeded_database, at, world, admin)
    mine, other = at.recipients[1], at.recipients[2]
    expected = await _measured(seeded_database, Scope(recipients=(mine,)), None, TODAY,
                               codes=COUNTED)
    assert all(one.denominator for one in expected)
    for as_of, today in ((TODAY, TODAY), (TODAY, LATER)):
        assert await _measured(seeded_database, Scope(), None, as_of, actor=recipient(mine),
                               today=today, codes=COUNTED) == expected
    assert {one.key for one in await _measured(
        seeded_database, Scope(), By.RECIPIENT, TODAY, actor=recipient(mine), codes=COUNTED)
    } == {mine}
    foreign = await _measured(seeded_database, Scope(recipients=(other,)), None, TODAY,
                              actor=recipient(mine), codes=COUNTED)
    assert {one.value for one in foreign} == {None}


async def test_what_a_metric_does_not_know_is_refused(seeded_database: Database) -> None:
    """Plainly, instead of a figure that left the wish out."""
    with pytest.raises(NotMeasuredSo):
        await _measured(seeded_database, Scope(sector=1), None, TODAY, codes=["cadre_fill"])
    with pytest.raises(UnknownMetric):
        await _measured(seeded_database, Scope(), None, TODAY, codes=["happiness"])

"""Plan targets joined with what happened, by the declared rules."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from aid.access.actor import Actor
from aid.cadres.model import Cadre, Post, Secondment
from aid.cadres.terms import Direction
from aid.database.engine import Database
from aid.metrics.attaining import attained
from aid.metrics.attainment import Attained
from aid.metrics.queries import broken_down, measured
from aid.metrics.terms import By, Scope
from aid.plans.model import Indicator, PlanTarget
from aid.plans.service import Grounds, adjust_target
from aid.projects.rules import Move
from aid.projects.terms import Stage
from aid.villages.model import KeyVillage, VillageAcceptance
from aid.villages.terms import Component
from tests.actors import LOCAL, recipient
from tests.conftest import TODAY as NOW
from tests.integration.measuring import (
    Places,
    PostOf,
    ProjectOf,
    VillageOf,
    WorkOf,
    World,
    places,
    settle,
)

AS_OF = date(2010, 6, 30)
VILLAGES, PROJECTS = "aksu-villages", "rikaze-housing"
SENT, TRAINED = "yunnan", "task-07-training"


async def _target(
    database: Database, code: str, indicator: str, goal: D, *, on: date = date(2006, 1, 1)
) -> int:
    """Give a target a number, as an office does; its id."""
    async with database.writing(LOCAL) as session:
        row = (await session.scalars(select(PlanTarget).where(PlanTarget.code == code))).one()
        await adjust_target(
            session, row.id, expected_version=row.version, today=NOW,
            changes={"target": goal, "indicator_code": indicator},
            grounds=Grounds(reason="分解", adjusted_on=on, document_no=None, actor="office"))
        return row.id


async def _attained(
    database: Database, *, as_of: date = AS_OF, actor: Actor = LOCAL, scope: Scope | None = None
) -> dict[str, Attained]:
    async with database.reading(actor) as session:
        rows = await attained(session, scope or Scope(), as_of=as_of)
    return {row.code: row for row in rows}


def _said(found: dict[str, Attained]) -> dict[str, tuple[D, D | None, str | None]]:
    return {code: (one.target, one.actual, one.rule) for code, one in found.items()}


async def _accept(database: Database, days: Sequence[tuple[str, date, bool]]) -> None:
    async with database.writing(LOCAL) as session:
        for code, on, passed in days:
            village = (await session.scalars(
                select(KeyVillage).where(KeyVillage.code == code))).one()
            session.add(VillageAcceptance(
                village_id=village.id, recipient_id=village.recipient_id, sheet="2006",
                accepted_on=on, assessor="验收组", passed=passed, score=D(80), actor="t"))
            await session.flush()


async def _world(database: Database) -> Places:
    """Something that every rule counts, and something beside it that it does not."""
    at = await places(database)
    async with database.writing(LOCAL) as session:
        session.add(Indicator(code="people_trained", name="培训人次", unit="人次", money=False))
    linked = await _target(database, PROJECTS, "aid_projects", D(4))
    await _target(database, VILLAGES, "villages_built", D(2))
    await _target(database, SENT, "cadres_and_volunteers", D(10))
    await _target(database, TRAINED, "people_trained", D(400))
    done = [Move(None, Stage.RESERVE, date(2006, 1, 1)),
            Move(Stage.RESERVE, Stage.APPROVED, date(2006, 2, 1)),
            Move(Stage.APPROVED, Stage.TENDERED, date(2006, 3, 1)),
            Move(Stage.TENDERED, Stage.STARTED, date(2006, 4, 1)),
            Move(Stage.STARTED, Stage.COMPLETED, date(2008, 5, 1))]
    gone = Move(Stage.COMPLETED, Stage.CANCELLED, date(2009, 1, 1))
    aksu, diqing = 1, 2
    year = (date(2008, 1, 1), date(2008, 12, 31), None)
    await settle(database, at, World(
        [ProjectOf(0, done, target_id=linked), ProjectOf(0, [*done, gone], target_id=linked),
         ProjectOf(0, done[:-1], target_id=linked), ProjectOf(0, done)],
        [VillageOf(aksu, 2006), VillageOf(aksu, 2006), VillageOf(aksu, 2006), VillageOf(aksu, 2006),
         VillageOf(diqing, 2006, [
             WorkOf(Component.INCOME, D(500), unit="人次",
                    reports=[(date(2008, 1, 1), D(100)), (date(2011, 1, 1), D(500))]),
             WorkOf(Component.LIVING, D(500), reports=[(date(2008, 1, 1), D(100))])])],
        [PostOf(diqing, date(2006, 1, 1), None, [year, (date(2009, 1, 1), date(2009, 12, 31), None),
                                                 (date(2010, 7, 1), date(2010, 12, 31), None)]),
         PostOf(aksu, date(2006, 1, 1), None, [year]),
         PostOf(diqing, date(2006, 1, 1), None, [year], Direction.IN)]))
    await _accept(database, [
        ("V0", date(2007, 1, 1), False), ("V0", date(2008, 1, 1), True),
        ("V1", date(2010, 7, 1), True), ("V2", date(2005, 12, 31), True),
        ("V2", date(2007, 1, 1), True), ("V3", date(2007, 1, 1), False),
        ("V4", date(2007, 1, 1), True)])
    return at


async def test_each_rule_counts_what_it_says(seeded_database: Database) -> None:
    """In the target's region and the plan's period, up to the day; and nothing beside it."""
    await _world(seeded_database)
    found = _said(await _attained(seeded_database))
    assert found == {
        PROJECTS: (D(4), D(1), "aid_projects"),
        VILLAGES: (D(2), D(1), "villages_built"),
        SENT: (D(10), D(2), "cadres_and_volunteers"),
        TRAINED: (D(400), D(101), "people_trained"),
    }
    at_the_end = _said(await _attained(seeded_database, as_of=date(2011, 12, 31)))
    assert at_the_end == found | {VILLAGES: (D(2), D(2), "villages_built"),
                                  SENT: (D(10), D(3), "cadres_and_volunteers")}
    before = await _attained(seeded_database, as_of=date(2008, 12, 31))
    assert before[PROJECTS].actual == 2  # the other was cancelled afterwards


async def test_a_person_posted_twice_is_one_person(seeded_database: Database) -> None:
    """People are counted, not postings."""
    at = await _world(seeded_database)
    async with seeded_database.writing(LOCAL) as session:
        cadre = (await session.scalars(select(Cadre).where(Cadre.code == "W0-0"))).one()
        post = (await session.scalars(select(Post).where(Post.code == "W0"))).one()
        session.add(Secondment(
            recipient_id=at.recipients[2], cadre_id=cadre.id, post_id=post.id,
            starts_on=date(2009, 6, 1), planned_end=date(2009, 12, 1)))
    assert (await _attained(seeded_database))[SENT].actual == 2


async def test_what_an_office_entered_comes_first(seeded_database: Database) -> None:
    """And no rule is said to have counted it."""
    await _world(seeded_database)
    async with seeded_database.writing(LOCAL) as session:
        row = (await session.scalars(select(PlanTarget).where(PlanTarget.code == VILLAGES))).one()
        row.actual = D(3)
    one = (await _attained(seeded_database))[VILLAGES]
    assert (one.actual, one.rule, one.value) == (D(3), None, D("150.00"))


async def test_a_target_without_a_rule_waits_for_the_office(seeded_database: Database) -> None:
    """It has no actual and is no part of the mean."""
    await _target(seeded_database, VILLAGES, "resettled_people", D(2))
    assert _said(await _attained(seeded_database)) == {VILLAGES: (D(2), None, None)}
    async with seeded_database.reading(LOCAL) as session:
        found = await measured(session, ["target_attainment"], Scope(), as_of=AS_OF)
    assert [(one.denominator, one.value) for one in found] == [(D(0), None)]


async def test_the_target_is_the_one_of_that_day(seeded_database: Database) -> None:
    """A later adjustment is taken back; before the first there was none."""
    await _target(seeded_database, VILLAGES, "villages_built", D(2), on=date(2007, 1, 1))
    await _target(seeded_database, VILLAGES, "villages_built", D(8), on=date(2009, 1, 1))
    for as_of, goal in ((date(2006, 12, 31), None), (date(2007, 1, 1), D(2)),
                        (date(2008, 12, 31), D(2)), (date(2009, 1, 1), D(8))):
        found = await _attained(seeded_database, as_of=as_of)
        assert (found[VILLAGES].target if found else None) == goal


async def test_the_metric_is_the_mean_and_divides_by_place_and_year(
    seeded_database: Database,
) -> None:
    """1/4, 1/2, 2/10 and 101/400; a group's target is of no single place."""
    at = await _world(seeded_database)
    async with seeded_database.reading(LOCAL) as session:
        whole = await measured(session, ["target_attainment"], Scope(), as_of=AS_OF)
        by_place = await broken_down(session, ["target_attainment"], Scope(), by=By.RECIPIENT,
                                     as_of=AS_OF)
        by_year = await broken_down(session, ["target_attainment"], Scope(), by=By.YEAR,
                                    as_of=AS_OF)
    assert [(one.numerator, one.denominator, one.value) for one in whole] == [
        (D("1.2025"), D(4), D("30.06"))]
    assert {one.key: (one.numerator, one.denominator) for one in by_place} == {
        at.recipients[0]: (D("0.25"), D(1)), at.recipients[1]: (D("0.5"), D(1)),
        None: (D("0.4525"), D(2))}
    assert {one.key: one.numerator for one in by_year} == {2010: D("1.2025")}


@pytest.mark.parametrize(("scope", "codes"), [
    (Scope(until=date(2010, 12, 30)), set()),
    (Scope(since=date(2010, 12, 31)), {PROJECTS, VILLAGES, SENT, TRAINED}),
    (Scope(supporter=-1), set()),
])
async def test_targets_belong_to_the_period_they_are_due_in(
    seeded_database: Database, scope: Scope, codes: set[str]
) -> None:
    """And to their plan's supporter."""
    await _world(seeded_database)
    assert (await _attained(seeded_database, scope=scope)).keys() == codes


async def test_a_place_has_its_own_targets_not_a_groups(seeded_database: Database) -> None:
    """A group's target belongs to a scope that holds the whole group."""
    at = await _world(seeded_database)
    own = await _attained(seeded_database, scope=Scope(recipients=at.recipients[1:2]))
    assert own.keys() == {VILLAGES}
    three = await _attained(seeded_database, scope=Scope(recipients=at.recipients))
    assert three.keys() == {PROJECTS, VILLAGES}


async def test_a_recipient_is_told_no_part_of_a_groups_actual(seeded_database: Database) -> None:
    """Of a group it does not see whole, nothing is counted: a part would look like the whole."""
    at = await _world(seeded_database)
    found = _said(await _attained(seeded_database, actor=recipient(at.recipients[2])))
    assert found == {SENT: (D(10), None, None), TRAINED: (D(400), None, None)}
    aksu = _said(await _attained(seeded_database, actor=recipient(at.recipients[1])))
    assert aksu[VILLAGES] == (D(2), D(1), "villages_built")
    assert PROJECTS not in aksu

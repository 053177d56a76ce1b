"""What the pages of projects, villages and cadres read: whole, in order, and only what is seen."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.cadres import listing as cadres
from aid.cadres.queries import ending_rows, fill_rows, vacancy_rows
from aid.clock import close_of
from aid.database.engine import Database
from aid.database.paging import Place
from aid.funds.of_project import money_of
from aid.funds.terms import Balance, MovementKind
from aid.metrics.queries import measured
from aid.metrics.terms import Scope
from aid.projects import listing as projects
from aid.projects.narrowing import read_choices
from aid.projects.terms import ProjectKind, Stage
from aid.villages import listing as villages
from aid.villages.queries import late_villages, stalled_villages, village_rows
from dashboards.pages.project_money import leads_of, of_kind, steps_of
from dashboards.reading_cadres import read_cadres
from dashboards.reading_project import read_project
from dashboards.reading_projects import read_projects
from dashboards.reading_villages import read_village, read_villages
from dashboards.view import View
from tests.actors import LOCAL, recipient
from tests.conftest import TODAY
from tests.integration.funding import funded, move, moved_to
from tests.integration.working import division

ALL = projects.Asked(today=TODAY)


@pytest.fixture
async def session(demo_database: Database) -> AsyncIterator[AsyncSession]:
    """A reading transaction of the office over simulated records."""
    async with demo_database.reading(LOCAL) as found:
        yield found


async def _count(session: AsyncSession, sql: str, **values: Any) -> int:
    return int((await session.execute(text(sql), values)).scalar_one())


@pytest.mark.parametrize("order", sorted(projects.ORDERS))
async def test_projects_are_turned_without_gap_or_double_in_every_order(
    session: AsyncSession, order: str
) -> None:
    """There and back again, whichever way round."""
    for descending in (False, True):
        seen: list[tuple[Any, int]] = []
        at: Place | None = None
        while True:
            page = await projects.listed(session, ALL, order=order, descending=descending, at=at,
                                         first=1100)
            seen += [(row.ordered_by, row.id) for row in page.rows]
            if not page.more_after:
                break
            at = Place(*seen[-1])
        assert len(seen) == len(set(seen)) == await _count(session, "SELECT count(*) FROM project")
        assert seen == sorted(seen, reverse=descending)
        back = await projects.listed(session, ALL, order=order, descending=descending,
                                     at=Place(*seen[40], back=True), first=25)
        assert [(row.ordered_by, row.id) for row in back.rows] == seen[15:40]
        assert back.more_before
        assert back.more_after


async def test_what_a_list_says_it_sums_up_to_is_the_sum_of_its_rows(
    session: AsyncSession
) -> None:
    """Whatever it is narrowed by; and late is what the rules call late."""
    place = await division_in(session, "540200")
    sector = await _count(session, "SELECT id FROM sector WHERE code = 'education'")
    for asked in (
        ALL, replace(ALL, late=True), replace(ALL, region_ids=[place], text="学校"),
        replace(ALL, sector_id=sector, since=TODAY - timedelta(900), until=TODAY),
        replace(ALL, stage=Stage.STARTED, kind=ProjectKind.FIXED_ASSET),
    ):
        rows = (await projects.listed(session, asked, order="code", descending=False, at=None,
                                      first=10_000)).rows
        found = await projects.sums(session, asked)
        assert rows
        assert found.projects == len(rows)
        assert found.late == sum(row.late for row in rows)
        assert found.approved_fen == sum(row.investment_fen for row in rows if row.approved)
        if asked.late:
            assert all(row.late for row in rows)


async def division_in(session: AsyncSession, code: str) -> int:
    """The id of a division by its code of today."""
    return await _count(session, "SELECT id FROM division WHERE code = :code", code=code)


async def test_a_recipient_reads_its_own_of_everything(demo_database: Database) -> None:
    """And is told which places those are, and that a chosen place is none of them."""
    async with demo_database.reading(LOCAL) as session:
        own = await division_in(session, "540200")
        ids = [row[0] for row in await session.execute(text(
            "SELECT id FROM division WHERE id = :own OR parent_id = :own"), {"own": own})]
        expected = (await projects.sums(session, replace(ALL, region_ids=ids))).projects
    mine = recipient(*ids)
    found = await read_projects(demo_database, mine, View(page="projects"))
    assert 0 < found.sums.projects == expected
    assert [name.zh for name in found.choices.own or ()] == ["日喀则市"]
    assert [row.code for row in found.choices.regions] == ["540200"]
    other = await read_projects(demo_database, mine, View(page="projects", region=("652900",)))
    assert other.sums.projects == 0
    assert [name.zh for name in other.choices.hidden] == ["阿克苏地区"]
    seen = await read_villages(demo_database, mine, View(page="villages"))
    assert seen.page.rows
    assert {row.village.recipient.zh for row in seen.page.rows} == {"日喀则市"}
    code = await _code(demo_database, "project", "652900")
    assert (await read_project(demo_database, mine, View(page="projects", code=code))
            ).project is None
    village = await _code(demo_database, "key_village", "652900")
    assert (await read_village(demo_database, mine, View(page="villages", code=village))
            ).village is None
    whole = await read_project(demo_database, LOCAL, View(page="projects", code=code))
    assert whole.project is not None
    assert whole.project.code == code


async def _code(database: Database, table: str, place: str) -> str:
    async with database.reading(LOCAL) as session:
        return str((await session.execute(text(
            f"SELECT t.code FROM {table} t JOIN division d ON d.id = t.recipient_id"
            " WHERE d.code = :place ORDER BY 1 LIMIT 1"), {"place": place})).scalar_one())


async def test_an_unknown_code_finds_nothing_rather_than_everything(
    session: AsyncSession
) -> None:
    """Of a region, a supporter or a sector."""
    for given in ({"regions": ["999999"]}, {"supporter": "nobody"}, {"sector": "nothing"}):
        chosen: dict[str, Any] = {"regions": [], "supporter": None, "sector": None, **given}
        choices = await read_choices(session, LOCAL, **chosen, today=TODAY)
        asked = replace(
            ALL, region_ids=choices.region_ids, city_id=choices.city_id,
            district_id=choices.district_id, sector_id=choices.sector_id)
        assert (await projects.sums(session, asked)).projects == 0


async def test_a_person_leads_to_the_projects_they_answer_for(demo_database: Database) -> None:
    """As many as the row says, each of which names the person; nobody's are none."""
    people = await read_cadres(demo_database, LOCAL, View(page="cadres", part="people"))
    assert people.people
    answers = [row for row in people.people.rows if row.projects]
    assert answers
    for row in answers[:3]:
        found = await read_projects(
            demo_database, LOCAL, View(page="projects", cadre=row.cadre_code))
        assert (found.answering, found.sums.projects) == (row.cadre, row.projects)
        for project in found.page.rows:
            data = await read_project(
                demo_database, LOCAL, View(page="projects", code=project.code))
            assert row.cadre_code in {term.cadre_code for term in data.cadres or ()}
    nobody = await read_projects(demo_database, LOCAL, View(page="projects", cadre="C-0"))
    assert (nobody.answering, nobody.sums.projects) == (None, 0)


async def test_villages_stand_in_the_list_as_they_stand_by_themselves(
    session: AsyncSession
) -> None:
    """Late, stalled, accepted and the mean are those of the other reads and of the metric."""
    asked = villages.Asked(on=TODAY)
    found = await villages.sums(session, asked)
    rows = await village_rows(session, on=TODAY)
    assert found.villages == len(rows)
    assert found.accepted == sum(row.accepted for row in rows)
    late = await late_villages(session, on=TODAY)
    stalled = await stalled_villages(session, on=TODAY)
    assert found.late == len(late) > 0
    assert found.stalled == len(stalled) > 0
    metric = (await measured(session, ["village_progress"], Scope(), as_of=TODAY))[0]
    assert found.mean == metric.value
    for state, expected in (("late", late), ("stalled", stalled)):
        page = await villages.listed(session, replace(asked, state=state), order="code",
                                     descending=False, at=None, first=500)
        assert [row.village for row in page.rows] == expected
    page = await villages.listed(session, asked, order="progress", descending=False, at=None,
                                 first=30)
    done = [row.village.progress for row in page.rows]
    assert done == sorted(done, key=lambda each: each or Decimal(0))
    assert all(row.components and row.components.progress == row.village.progress
               for row in page.rows)


async def test_the_curve_of_villages_ends_where_their_mean_stands(session: AsyncSession) -> None:
    """Of too many villages there is none: each work is looked at for each day."""
    open_ = villages.Asked(on=TODAY, state="open")
    points = await villages.mean_curve(session, open_, points=8)
    mean = (await villages.sums(session, open_)).mean
    assert points
    assert round({point.day: point.done for point in points}[TODAY], 2) == mean
    assert [point.planned for point in points] == sorted(point.planned for point in points)
    assert points[-1].planned == 100
    assert await villages.mean_curve(session, villages.Asked(on=TODAY), points=8) is None


async def test_cadres_are_counted_as_the_other_reads_and_the_metric_count_them(
    session: AsyncSession
) -> None:
    """Posts filled and agreed, vacancies, terms that end soon."""
    asked = cadres.Asked(on=TODAY)
    found = await cadres.sums(session, asked)
    metric = (await measured(session, ["cadre_fill"], Scope(), as_of=TODAY))[0]
    assert [found.filled, found.agreed] == [int(metric.numerator), int(metric.denominator)]
    assert await cadres.filled_by(session, asked) == await fill_rows(session, on=TODAY)
    vacant = await vacancy_rows(session, on=TODAY)
    assert found.vacant == len(vacant) > 0
    assert await cadres.vacancies(session, asked) == vacant[:cadres.VACANT_SHOWN]
    ending = await ending_rows(session, on=TODAY)
    page = await cadres.terms_listed(session, replace(asked, ending=True), order="planned_end",
                                     descending=False, at=None, first=500)
    assert found.ending == len(ending) > 0
    assert list(page.rows) == ending


async def test_the_timeline_has_every_agreed_post_once_with_its_terms(
    session: AsyncSession
) -> None:
    """Whoever holds a post on the day is among them."""
    asked = cadres.Asked(on=TODAY)
    at: Place | None = None
    seen: list[cadres.PostTerms] = []
    around = {"start": TODAY - timedelta(100), "end": TODAY + timedelta(100)}
    while True:
        page = await cadres.posts_listed(session, asked, **around, at=at, first=40)
        seen += page.rows
        if not page.more_after:
            break
        at = Place(seen[-1].code, seen[-1].id)
    found = await cadres.sums(session, asked)
    assert len({row.id for row in seen}) == len(seen) == found.agreed
    held = [row for row in seen
            if any(term.starts_on <= TODAY <= term.last_day for term in row.terms)]
    assert len(held) == found.filled
    sent = await cadres.batches(session, asked, **around, limit=50)
    everybody = await cadres.terms_listed(session, asked, order="starts_on", descending=False,
                                          at=None, first=500)
    assert len(everybody.rows) == found.in_post
    assert sum(row.in_post for row in sent) == sum(1 for row in everybody.rows if row.batch)


async def test_a_projects_money_is_shown_as_it_stands_and_verified(
    seeded_database: Database
) -> None:
    """To the fen, with reversals taken off, and as it was known before a moment."""
    at = await funded(seeded_database)
    await moved_to(seeded_database, at, Balance.HELD, 60_000)
    paid = await move(seeded_database, at.recipient, at.tranches[0], MovementKind.PAY, 20_000)
    await move(seeded_database, at.recipient, at.tranches[0], MovementKind.REVERSE, 20_000,
               reverses_id=paid.id)
    place = await division(seeded_database, "532600")
    for actor in (LOCAL, recipient(place)):
        found = await _money(seeded_database, actor, at.project)
        assert found.balances == {
            Balance.APPROPRIATION: -60_000, Balance.COMMITTED: 0, Balance.IN_TRANSIT: 0,
            Balance.HELD: 60_000, Balance.SPENT: 0}
        assert [row.kind for row in found.movements] == [
            "reverse", "pay", "receive", "disburse", "commit"]
        assert (found.movements[0].reverses, found.movements[1].reversed_by) == (4, 5)
        assert found.chain
        assert (found.chain.seq, found.chain.hash) == (5, found.movements[0].hash)
        assert found.report
        assert (found.report.found, found.report.movements) == (0, 5)
        assert found.tranches[0].held == 60_000
    before = await _money(seeded_database, LOCAL, at.project,
                          known_before=close_of(TODAY.replace(year=2000)))
    assert set(before.balances.values()) == {0}
    assert before.movements == ()


async def _money(database: Database, actor: Actor, project: int, **given: Any) -> Any:
    async with database.reading(actor) as session:
        return await money_of(session, project, **given)


async def test_the_waterfall_adds_up(seeded_database: Database) -> None:
    """What was approved, less what is taken at each step, is what the next total says.

    Each amount leads to the lines that brought it there.
    """
    at = await funded(seeded_database)
    await moved_to(seeded_database, at, Balance.SPENT, 25_000)
    async with seeded_database.reading(LOCAL) as session:
        code = (await session.execute(text("SELECT code FROM project WHERE id = :id"),
                                      {"id": at.project})).scalar_one()
    view = View(page="projects", code=code)
    data = await read_project(seeded_database, LOCAL, view)
    assert data.project
    assert data.money
    left = 0
    for _, fen, total in steps_of(data.project, data.money, view):
        assert not total or left in (0, fen)
        left = fen if total else left - fen
    assert left == 25_000
    led = [f"/dashboards/projects/{code}?kind={kind}&lang=zh#money"
           for kind in ("commit", "commit", "disburse", "receive", "pay")]
    assert leads_of(data.money, view) == ["#rail", "#instalments", *led]
    for kind in MovementKind:
        assert {one.kind for one in of_kind(data.money.movements, kind)} <= {
            kind, MovementKind.REVERSE}
    assert of_kind(data.money.movements, "late") == list(data.money.movements)

"""The demonstration: what it adds up to, that it is loaded once, and never among real records."""

import csv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import URL

from aid.access.actor import SEED, SIMULATION
from aid.cadres.drafts import CadreDraft, PostDraft
from aid.cadres.model import Cadre, Post, Secondment
from aid.cadres.queries import ending_rows, fill_rows, vacancy_rows
from aid.cadres.service import agree_post, register_cadre
from aid.cadres.terms import CadreCategory, Direction
from aid.database.engine import Database
from aid.database.owning import owning
from aid.history import Change
from aid.metrics.queries import measured
from aid.metrics.registry import METRICS
from aid.metrics.terms import Scope
from aid.projects.drafts import ProjectDraft
from aid.projects.model import Project, ProjectAdjustment, StageChange
from aid.projects.queries import late_milestones, milestones_due_soon
from aid.projects.service import propose
from aid.projects.terms import DeliveryMode, ProjectKind, Stage
from aid.regions.model import Division
from aid.villages.drafts import VillageDraft
from aid.villages.model import KeyVillage, VillageAcceptance
from aid.villages.queries import late_villages, stalled_villages
from aid.villages.service import designate_village
from seeds import DATA
from seeds.demo import HoldsRealRecords, OtherScale, load_demo, simulated
from seeds.demo.world import NothingPublished
from seeds.load import load, shipped
from tests.actors import LOCAL, recipient
from tests.conftest import TODAY, as_admin, as_app, patient
from tests.visible import OF_A_RECIPIENT

REVIEWED = (date(2001, 1, 1), date(2005, 12, 31))
GROUPS = {  # as published: places, projects, 亿元
    "rikaze": ({"542300"}, 259, "4.13"),
    "aksu": ({"652900"}, 388, "1.6"),
    "yunnan": ({"532600", "532500", "532700", "533400"}, 1625, "4.29"),
    "three-gorges": ({"512200", "422721"}, 218, "1.25"),
}
NOT_COMPARED = {"recorded_at", "at"}
"""When the records came into the database."""


@asynccontextmanager
async def _open(admin_url: URL, name: str) -> AsyncIterator[Database]:
    database = patient(as_app(admin_url, name))
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def _sums(database: Database) -> dict[str, tuple[int, int]]:
    """Projects and fen of the years reviewed by place, as its key."""
    async with database.reading(LOCAL) as session:
        rows = await session.execute(
            select(Division.key, func.count(), func.sum(Project.approved_fen))
            .join(Division, Division.id == Project.recipient_id)
            .where(Project.simulated, Project.approved_on.between(*REVIEWED),
                   Project.planned_start.between(*REVIEWED))
            .group_by(Division.key))
        return {key: (count, int(fen or 0)) for key, count, fen in rows}


@pytest.mark.parametrize("group", GROUPS)
async def test_projects_and_money_are_exactly_those_published(
    demo_database: Database, group: str
) -> None:
    """To the project and to the fen, and each member of a group has some."""
    places, projects, yi = GROUPS[group]
    parts = [part for key, part in (await _sums(demo_database)).items() if key in places]
    assert len(parts) == len(places)
    assert sum(count for count, _ in parts) == projects
    assert sum(fen for _, fen in parts) == int(Decimal(yi) * 10**10)


def test_what_is_compared_with_is_what_the_project_ships() -> None:
    """The numbers of this test are those of the published figures."""
    with (DATA / "shanghai-2006-2010" / "figures.csv").open(encoding="utf-8") as file:
        stated = {row["code"]: row["value"] for row in csv.DictReader(file)}
    for name, (_, projects, yi) in GROUPS.items():
        assert (stated[f"projects-{name}"], stated[f"grants-{name}"]) == (str(projects), yi)
    assert (stated["villages-total"], stated["cadres-volunteers-total"]) == ("884", "1800")


async def test_nothing_of_what_was_published_was_given_up(demo_database: Database) -> None:
    """Each of those projects was completed in its years, and none in other places counts there."""
    async with demo_database.reading(LOCAL) as session:
        rows = (await session.execute(
            select(Project.stage, Project.completed_on, Project.progress)
            .where(Project.planned_start.between(*REVIEWED)))).all()
    assert len(rows) == 2490
    assert all(stage not in (Stage.CANCELLED, Stage.SUSPENDED) for stage, _, _ in rows)
    assert all(on is not None and on <= REVIEWED[1] and progress == 100 for _, on, progress in rows)


async def test_villages_and_people_are_exactly_those_published(demo_database: Database) -> None:
    """884 villages first accepted in those years, each with a project; 1,800 people sent."""
    async with demo_database.reading(LOCAL) as session:
        first = (select(func.min(VillageAcceptance.accepted_on).label("on"))
                 .where(VillageAcceptance.passed)
                 .group_by(VillageAcceptance.village_id).subquery())
        assert await session.scalar(
            select(func.count()).where(first.c.on.between(*REVIEWED))) == 884
        assert await session.scalar(
            select(func.count()).select_from(KeyVillage)
            .where(KeyVillage.designated_in.between(2001, 2005))) == 884
        sent = select(func.count(Secondment.cadre_id.distinct())).join(
            Post, Post.id == Secondment.post_id).where(
            Secondment.starts_on.between(*REVIEWED), Post.direction == Direction.OUT)
        assert await session.scalar(sent) == 1800


async def test_it_goes_on_in_the_years_of_the_plan_and_to_this_day(
    demo_database: Database
) -> None:
    """Projects of 2006–2010 serve commitments of the plan; others are under way."""
    async with demo_database.reading(LOCAL) as session:
        planned = (await session.execute(
            select(Project.target_id, Project.recipient_id)
            .where(Project.planned_start.between(date(2006, 1, 1), date(2010, 12, 31))))).all()
        now = await session.scalar(
            select(func.count()).select_from(Project)
            .where(Project.planned_start > TODAY - timedelta(800)))
    assert len(planned) > 500
    assert sum(target is not None for target, _ in planned) > len(planned) / 3
    assert now is not None and now > 80


@pytest.mark.parametrize("place", [None, "540200"])
async def test_every_view_has_something_to_say(
    demo_database: Database, place: str | None
) -> None:
    """Of all recipients, and of the one whose account the demonstration has."""
    async with demo_database.reading(LOCAL) as session:
        own = await session.scalar(select(Division.id).where(Division.code == place))
        ids = None if own is None else [own]
        wanted = [] if own is None else [Project.recipient_id == own]
        assert await late_milestones(session, today=TODAY, recipient_id=own)
        assert await milestones_due_soon(session, today=TODAY, recipient_id=own)
        assert await late_villages(session, on=TODAY, recipient_ids=ids)
        assert await stalled_villages(session, on=TODAY, recipient_ids=ids)
        assert await vacancy_rows(session, on=TODAY, recipient_ids=ids)
        assert any(row.next_start for row in
                   await vacancy_rows(session, on=TODAY, recipient_ids=ids))
        assert await ending_rows(session, on=TODAY, recipient_ids=ids)
        assert await fill_rows(session, on=TODAY, recipient_ids=ids)
        stages = set(await session.scalars(select(Project.stage).where(*wanted)))
        held = set(await session.scalars(select(Project.stage).where(
            Project.held_stage.is_not(None), *wanted)))
        over = (await session.scalars(
            select(ProjectAdjustment.reapproval).join(
                Project, Project.id == ProjectAdjustment.project_id).where(*wanted))).all()
    assert {Stage.RESERVE, Stage.STARTED, Stage.CLOSED, Stage.SUSPENDED, Stage.CANCELLED} <= stages
    assert held == {Stage.RESERVE, Stage.SUSPENDED}
    assert set(over) == {False, True}


async def test_every_metric_has_a_value(demo_database: Database) -> None:
    """All but the attainment of targets, for the plan states none in numbers."""
    async with demo_database.reading(LOCAL) as session:
        found = await measured(session, list(METRICS), Scope(), as_of=TODAY, today=TODAY)
    values = {one.code: one.value for one in found}
    assert {code for code, value in values.items() if value is None} == {"target_attainment"}
    assert all(value is None or 0 < value <= (100 if METRICS[code].unit == "%" else value)
               for code, value in values.items())


NOT_SIMULATED = frozenset({
    "work_adjustment", "checkpoint_head", "disbursement_request", "disbursement_decision",
    "milestone_correction", "progress_document", "village_report_document"})
"""Of which the demonstration has nothing."""


async def test_what_triggers_keep_is_what_they_would_have_kept(
    admin_url: URL, demo_read_name: str, seeded_name: str
) -> None:
    """Of villages and of projects: the same rows, and triggers, keys and indexes are back."""
    connection = await asyncpg.connect(as_admin(admin_url, demo_read_name))
    before = await asyncpg.connect(as_admin(admin_url, seeded_name))
    try:
        assert await connection.fetchval("SELECT count(*) FROM village_progress") > 10_000
        for statement in _KEPT_OTHERWISE:
            assert await connection.fetch(statement) == [], statement
        for statement in _OF_THE_TABLES:
            assert await connection.fetch(statement) == await before.fetch(statement)
    finally:
        await connection.close()
        await before.close()


_OF_THE_TABLES = (
    "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal"
    " ORDER BY 1, 2",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
)
_KEPT_OTHERWISE = (
    "SELECT k.*, a.* FROM (SELECT village_id, recipient_id, since, until, progress::text"
    " FROM village_progress) k FULL JOIN (SELECT village_id, recipient_id, since, until,"
    " progress::text FROM aid_progress_of(ARRAY(SELECT id FROM key_village))) a"
    " ON k = a WHERE k IS NULL OR a IS NULL",
    "SELECT p.code FROM project p LEFT JOIN LATERAL (SELECT percent, reported_on"
    " FROM progress_report r WHERE r.project_id = p.id"
    " ORDER BY reported_on DESC, id DESC LIMIT 1) r ON true"
    " WHERE (p.progress, p.progress_on) IS DISTINCT FROM (coalesce(r.percent, 0), r.reported_on)",
)


async def test_a_recipient_sees_its_own_alone(demo_database: Database) -> None:
    """Of every table, row by row; and people of its posts only."""
    async with demo_database.reading(LOCAL) as session:
        own = await session.scalar(select(Division.id).where(Division.code == "540200"))
        assert own is not None
        wanted = {
            table: await session.scalar(text(
                f"SELECT count(*) FROM {table} WHERE recipient_id = {own}"))
            for table in OF_A_RECIPIENT - NOT_SIMULATED}
        people = await session.scalar(
            select(func.count(Secondment.cadre_id.distinct())).where(
                Secondment.recipient_id == own))
    async with demo_database.reading(recipient(own)) as session:
        seen = {table: await session.scalar(text(f"SELECT count(*) FROM {table}"))
                for table in wanted}
        assert seen == wanted
        assert all(seen.values())
        assert await session.scalar(select(func.count()).select_from(Cadre)) == people


async def _rows(url: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, without when they came."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1")
        return {
            name: sorted(
                ({key: value for key, value in row.items() if key not in NOT_COMPARED}
                 for row in await connection.fetch(f"SELECT * FROM {name}")), key=repr)
            for (name,) in tables}
    finally:
        await connection.close()


async def test_the_same_seed_scale_and_day_give_the_same_rows(
    admin_url: URL, demo_read_name: str, seeded_name: str
) -> None:
    """Row for row, ids included; and another seed others."""
    async with owning(as_admin(admin_url, seeded_name)) as database:
        await load_demo(database, today=TODAY)
    again = await _rows(as_admin(admin_url, seeded_name))
    for name, rows in (await _rows(as_admin(admin_url, demo_read_name))).items():
        assert rows == again[name], name


async def test_another_seed_gives_other_records_with_the_same_sums(
    seeded_database: Database, owned_database: Database, demo_database: Database
) -> None:
    """What was published stays what it was."""
    await load_demo(owned_database, today=TODAY, seed=7)
    one, other = await _sums(seeded_database), await _sums(demo_database)
    assert one == other
    async with seeded_database.reading(LOCAL) as a, demo_database.reading(LOCAL) as b:
        names = select(Project.name).order_by(Project.code).limit(50)
        assert list(await a.scalars(names)) != list(await b.scalars(names))


async def test_loading_again_and_seeding_again_change_nothing(
    admin_url: URL, demo_name: str
) -> None:
    """On the same day and on a later one."""
    before = await _rows(as_admin(admin_url, demo_name))
    async with owning(as_admin(admin_url, demo_name)) as database:
        for day in (TODAY, TODAY + timedelta(40)):
            made = await load_demo(database, today=day)
            assert (made.scale, made.new) == (1, False)
        assert not (await load_demo(database, today=TODAY, scale=1)).new
    async with _open(admin_url, demo_name) as database:
        found = await simulated(database)
        assert found is not None and not found.new
        assert min(found.counts.values()) > 0
        report = await load(database, shipped(), today=TODAY)
    assert all((tally.added, tally.changed) == (0, 0) for tally in report.tallies.values())
    assert await _rows(as_admin(admin_url, demo_name)) == before


async def test_at_scale_two_every_sum_is_twice_that(
    seeded_database: Database, owned_database: Database, demo_database: Database
) -> None:
    """Place by place; and a demonstration of another scale is refused afterwards."""
    made = await load_demo(owned_database, today=TODAY, scale=2)
    assert (made.scale, made.new) == (2, True)
    assert await _sums(seeded_database) == {
        key: (2 * count, 2 * fen) for key, (count, fen) in (await _sums(demo_database)).items()}
    assert (await load_demo(owned_database, today=TODAY)).scale == 2
    with pytest.raises(OtherScale, match="AID_DATA_DIR"):
        await load_demo(owned_database, today=TODAY, scale=1)


async def test_real_records_stay_among_themselves(
    seeded_database: Database, owned_database: Database
) -> None:
    """One real village is enough; nothing is added then."""
    async with seeded_database.writing(LOCAL) as session:
        await designate_village(session, VillageDraft(
            recipient="540200", name="真村", supporter="310000", designated_in=2026))
    with pytest.raises(HoldsRealRecords):
        await load_demo(owned_database, today=TODAY)
    async with seeded_database.reading(LOCAL) as session:
        assert await session.scalar(select(func.count()).select_from(Project)) == 0


async def test_without_published_figures_nothing_is_simulated(empty_database: Database) -> None:
    """It says which command brings them."""
    with pytest.raises(NothingPublished, match="aid seed"):
        await load_demo(empty_database, today=TODAY)


async def test_a_demonstration_on_a_day_within_the_plan_knows_no_later_day(
    seeded_database: Database, owned_database: Database
) -> None:
    """On 30 June 2009 nothing has happened later, and projects are open, late and due."""
    on = date(2009, 6, 30)
    await load_demo(owned_database, today=on)
    async with seeded_database.reading(LOCAL) as session:
        for day in (StageChange.occurred_on, VillageAcceptance.accepted_on):
            latest = await session.scalar(select(func.max(day)))
            assert latest is not None and latest <= on
        assert await late_milestones(session, today=on)
        assert await milestones_due_soon(session, today=on)


async def test_records_that_come_later_go_on_with_the_numbers(
    admin_url: URL, demo_name: str
) -> None:
    """The next project, village, post and person have the number after the last simulated one."""
    async with _open(admin_url, demo_name) as database, database.writing(LOCAL) as session:
        async def last(column: Any, series: str) -> str:
            found = await session.scalar(
                select(func.max(column)).where(column.like(f"{series}-%")))
            head, number = str(found).rsplit("-", 1)
            return f"{head}-{int(number) + 1:0{len(number)}}"

        wanted = (
            await last(Project.code, "310000-542300-2003"),
            await last(KeyVillage.code, "V-540200-2003"),
            await last(Post.code, "P-540200"),
            await last(Cadre.code, "C-310000"),
        )
        project = await propose(session, ProjectDraft(
            name="新", recipient="542300", supporter="310000", sector="health",
            kind=ProjectKind.FIXED_ASSET, delivery_mode=DeliveryMode.CHEQUE,
            proposed_yuan=Decimal(1000), planned_start=date(2003, 5, 1),
            planned_end=date(2003, 9, 1)), actor=LOCAL, today=TODAY)
        village = await designate_village(session, VillageDraft(
            recipient="542300", name="新村", supporter="310000", designated_in=2003))
        post = await agree_post(session, PostDraft(
            recipient="540200", unit="教育局", title="副局长", category=CadreCategory.OFFICIAL,
            agreed_from=date(2026, 1, 1)))
        cadre = await register_cadre(session, CadreDraft(
            name="新人", category=CadreCategory.OFFICIAL, supporter="310000"))
        assert (project.code, village.code, post.code, cadre.code) == wanted
        assert not (project.simulated or village.simulated or post.simulated or cadre.simulated)


async def test_the_history_says_who_made_the_records(demo_database: Database) -> None:
    """A line for each project, village, person and term; all that was done was simulated."""
    async with demo_database.reading(LOCAL) as session:
        lines = dict((await session.execute(
            select(Change.entity, func.count()).where(Change.actor == SIMULATION.name)
            .group_by(Change.entity))).all())
        for model in (Project, KeyVillage, Cadre, Secondment):
            assert lines.pop(model.__tablename__) == await session.scalar(
                select(func.count()).select_from(model))
        assert lines == {}
        assert set(await session.scalars(select(StageChange.actor).distinct())) == {
            SIMULATION.name}
        assert await session.scalar(
            select(func.count()).where(Change.actor.not_in([SEED.name, SIMULATION.name]))) == 0

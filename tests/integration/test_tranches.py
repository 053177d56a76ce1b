"""Instalments: planned by schedules and one by one, from several sources, and planned otherwise."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from aid.access.actor import SEED, Actor
from aid.database.engine import Database
from aid.errors import InputRefused, NotFound, StaleVersion
from aid.funds import service
from aid.funds.drafts import PartDraft, ScheduleDraft, SourceDraft
from aid.funds.importing import import_schedules, import_sources
from aid.funds.model import FundSource, Schedule, SchedulePart, Tranche
from aid.funds.terms import MovementKind
from aid.history import Change
from aid.projects import service as projects
from aid.projects.holding import WrongStage
from aid.projects.model import Milestone
from aid.projects.terms import Stage
from tests.actors import AUDITOR, LOCAL
from tests.conftest import TODAY
from tests.integration.funding import DAY, a_tranche, check_books, funded, move
from tests.integration.working import MILLION, a_step, led_to


def _plan(**given: object) -> service.Scheduled:
    return service.Scheduled(**{
        "schedule": "40-50-10", "fen": 60_000_001, "source": "310000-city", **given})  # type: ignore[arg-type]


async def test_a_schedule_divides_an_amount_of_each_source(seeded_database: Database) -> None:
    """To the fen, in order, each waiting for what the schedule says; numbered on from the last."""
    project = await led_to(seeded_database, Stage.APPROVED)
    async with seeded_database.writing(LOCAL) as session:
        await service.plan_tranches(session, project.id, _plan())
        await service.plan_tranches(session, project.id, _plan(
            schedule="30-65-5", fen=40_000_000, source="310115-district"))
        await service.plan_tranches(session, project.id, _plan(label="追加", fen=1000))
    async with seeded_database.reading(LOCAL) as session:
        rows = (await session.execute(
            select(Tranche, FundSource.code).join(FundSource).order_by(Tranche.seq))).all()
    assert [(row.seq, row.name, row.amount_fen, row.at_stage, row.after_days, row.retention, code)
            for row, code in rows] == [
        (1, "首期款", 24_000_000, "approved", 0, False, "310000-city"),
        (2, "完工款", 30_000_001, "completed", 0, False, "310000-city"),
        (3, "尾款", 6_000_000, "audited", 0, False, "310000-city"),
        (4, "预付款", 12_000_000, "started", 0, False, "310115-district"),
        (5, "完工款", 26_000_000, "completed", 0, False, "310115-district"),
        (6, "质量保证金", 2_000_000, "accepted", 365, True, "310115-district"),
        (7, "追加·首期款", 400, "approved", 0, False, "310000-city"),
        (8, "追加·完工款", 500, "completed", 0, False, "310000-city"),
        (9, "追加·尾款", 100, "audited", 0, False, "310000-city"),
    ]


async def test_parts_may_overlap_and_still_no_more_than_approved_is_committed(
    seeded_database: Database
) -> None:
    """A retention inside the last instalment makes 105 %: the last 5 % are refused."""
    project = await led_to(seeded_database, Stage.APPROVED)
    async with seeded_database.writing(LOCAL) as session:
        rows = await service.plan_tranches(session, project.id, _plan(
            schedule="40-50-10-retention", fen=MILLION))
    assert sum(row.amount_fen for row in rows) == MILLION * 105 // 100
    for row in rows[:3]:
        await move(seeded_database, LOCAL, row.id, MovementKind.COMMIT, row.amount_fen)
    with pytest.raises(service.Overdrawn) as refused:
        await move(seeded_database, LOCAL, rows[3].id, MovementKind.COMMIT, 1)
    assert refused.value.available_fen == 0


async def test_all_mistakes_of_a_plan_are_said_at_once(seeded_database: Database) -> None:
    """And nothing is planned."""
    project = await led_to(seeded_database, Stage.APPROVED, kind="non_fixed_asset")
    other = await led_to(seeded_database, Stage.APPROVED)
    async with seeded_database.writing(LOCAL) as session:
        [theirs, *_] = await projects.plan_milestones(session, other.id)
        drafts = [
            a_tranche(name="一", due_on=None),
            a_tranche(name="二", at_stage="tendered", at_progress="30"),
            a_tranche(name="三", milestone_id=theirs.id, after_days=3),
            a_tranche(name="三", source="nobody"),
            a_tranche(name="四", at_stage="suspended"),
            a_tranche(name="一"),
        ]
    with pytest.raises(InputRefused) as refused:
        async with seeded_database.writing(LOCAL) as session:
            await service.plan_tranches(session, project.id, drafts)
    assert [one.field for one in refused.value.complaints] == [
        "due_on", "at_progress", "at_stage", "after_days", "milestone_id", "source", "at_stage",
        "name"]
    wrong: list[service.Scheduled | list[service.TrancheDraft]] = [
        _plan(schedule="none", fen=0), _plan(source="nobody"), _plan(fen=2), []]
    for given in wrong:
        with pytest.raises(InputRefused):
            async with seeded_database.writing(LOCAL) as session:
                await service.plan_tranches(session, project.id, given)
    async with seeded_database.reading(LOCAL) as session:
        assert not await session.scalar(text("SELECT count(*) FROM tranche"))


async def test_the_same_is_not_planned_twice(seeded_database: Database) -> None:
    """A retry of a plan is refused; another source has instalments of the same names."""
    project = await led_to(seeded_database, Stage.APPROVED)
    async with seeded_database.writing(LOCAL) as session:
        await service.plan_tranches(session, project.id, _plan())
    with pytest.raises(InputRefused) as refused:
        async with seeded_database.writing(LOCAL) as session:
            await service.plan_tranches(session, project.id, _plan())
    assert [one.value for one in refused.value.complaints] == ["首期款", "完工款", "尾款"]


async def test_an_instalment_is_planned_otherwise_for_a_reason(
    seeded_database: Database
) -> None:
    """Its history has both, and why; who saw an older version is told."""
    at = await funded(seeded_database, a_tranche(10, name="首期款"))
    [tranche] = at.tranches
    draft = a_tranche(12, name="首期款", source="310115-district", due_on=date(2008, 1, 1))
    async with seeded_database.writing(LOCAL) as session:
        row = await service.change_tranche(
            session, tranche, draft, expected_version=1, reason=" 物价上涨 ")
    assert (row.version, row.amount_fen, row.source.code) == (2, 1200, "310115-district")
    async with seeded_database.reading(at.recipient) as session:
        changes = (await session.execute(
            select(Change.field, Change.old, Change.new)
            .where(Change.entity == "tranche", Change.field.is_not(None)))).all()
    found = {field: (old, new) for field, old, new in changes}
    assert found.keys() == {"amount_fen", "source_id", "due_on", "reason"}
    assert found["amount_fen"] == (1000, 1200)
    assert found["reason"] == (None, "物价上涨")
    with pytest.raises(StaleVersion):
        async with seeded_database.writing(LOCAL) as session:
            await service.change_tranche(session, tranche, draft, expected_version=1, reason="再改")
    with pytest.raises(NotFound):
        async with seeded_database.writing(LOCAL) as session:
            await service.change_tranche(session, 10**9, draft, expected_version=1, reason="再改")


async def test_money_that_moved_keeps_its_source_and_its_amount(
    seeded_database: Database
) -> None:
    """Told at once by the verb, and refused by the database itself."""
    at = await funded(seeded_database, a_tranche(10, name="首期款"))
    [tranche] = at.tranches
    await move(seeded_database, LOCAL, tranche, MovementKind.COMMIT, 800)
    draft = a_tranche("7.99", name="首期款", source="310115-district")
    with pytest.raises(InputRefused) as refused:
        async with seeded_database.writing(LOCAL) as session:
            await service.change_tranche(session, tranche, draft, expected_version=1, reason=" ")
    assert [one.field for one in refused.value.complaints] == ["reason", "source", "amount"]
    for column, value, code in (("source_id", "source_id + 1", "AD012"),
                                ("amount_fen", "799", "AD003")):
        with pytest.raises(DBAPIError) as failure:
            async with seeded_database.writing(LOCAL) as session:
                await session.execute(text(f"UPDATE tranche SET {column} = {value}"))
        assert getattr(failure.value.orig, "sqlstate", None) == code
    async with seeded_database.writing(LOCAL) as session:
        row = await service.change_tranche(
            session, tranche, a_tranche(8, name="首期款"), expected_version=1, reason="核减")
    assert row.amount_fen == 800
    with pytest.raises(service.Overdrawn):
        await move(seeded_database, LOCAL, tranche, MovementKind.COMMIT, 1)
    with pytest.raises(DBAPIError) as failure:
        async with seeded_database.writing(LOCAL) as session:
            await session.execute(text("UPDATE project SET approved_fen = 799"))
    assert getattr(failure.value.orig, "sqlstate", None) == "AD013"
    await check_books(seeded_database)


async def test_nobody_else_plans(seeded_database: Database) -> None:
    """Neither who reads everything nor the recipient, whose project it is."""
    at = await funded(seeded_database)
    readers: tuple[Actor, ...] = (AUDITOR, at.recipient)
    for actor in readers:
        with pytest.raises(NotFound):
            async with seeded_database.writing(actor) as session:
                await service.plan_tranches(session, at.project, _plan())
        with pytest.raises(DBAPIError, match="row-level security"):
            async with seeded_database.writing(actor) as session:
                await session.execute(text(
                    "INSERT INTO tranche (project_id, recipient_id, seq, name, source_id,"
                    " amount_fen, due_on, version) SELECT project_id, recipient_id, 9, 'x',"
                    " source_id, 1, due_on, 1 FROM tranche"))


async def test_nothing_is_planned_of_a_project_that_is_over(seeded_database: Database) -> None:
    """Cancelled; a milestone of another project is refused by the database as well."""
    project = await led_to(seeded_database, Stage.APPROVED)
    at = await funded(seeded_database)
    async with seeded_database.writing(LOCAL) as session:
        await projects.cancel(session, project.id, expected_version=project.version,
                              step=a_step(DAY, reason="撤项"), actor=LOCAL, today=TODAY)
        await projects.plan_milestones(session, at.project)
    other = await funded(seeded_database)
    with pytest.raises(WrongStage):
        async with seeded_database.writing(LOCAL) as session:
            await service.plan_tranches(session, project.id, _plan())
    with pytest.raises(IntegrityError, match="fk_tranche_milestone"):
        async with seeded_database.writing(LOCAL) as session:
            await session.execute(
                text("UPDATE tranche SET milestone_id = :milestone WHERE id = :id"),
                {"milestone": await session.scalar(select(Milestone.id).limit(1)),
                 "id": other.tranches[0]})


# Sources and schedules as data.

async def test_what_is_shipped_of_money(seeded_database: Database) -> None:
    """A city budget, one of each supporting district, donations; schedules of every kind."""
    async with seeded_database.reading(LOCAL) as session:
        sources = (await session.execute(text(
            "SELECT kind, count(*), count(district_id) FROM fund_source GROUP BY 1"))).all()
        districts = await session.scalar(text("SELECT count(*) FROM supporting_district"))
        parts = (await session.execute(
            select(Schedule.code, SchedulePart.share, SchedulePart.retention)
            .join(SchedulePart).order_by(Schedule.ordinal, SchedulePart.ordinal))).all()
    assert sorted(map(tuple, sources)) == [
        ("city_budget", 1, 0), ("district_budget", districts, districts), ("donation", 1, 0)]
    shares: dict[str, list[int]] = {}
    for code, share, _ in parts:
        shares.setdefault(code, []).append(int(share))
    assert shares == {
        "40-50-10": [40, 50, 10], "30-65-5": [30, 65, 5], "progress": [30, 30, 30, 10],
        "progress-retention": [30, 30, 30, 5, 5], "40-50-10-retention": [40, 50, 10, 5]}


def _part(**given: object) -> PartDraft:
    return PartDraft.model_validate({
        "schedule": "one", "name": "全部", "name_en": "All", "share": "100",
        "at_stage": "approved", **given})


async def test_a_schedule_changes_with_its_file_and_what_was_planned_does_not(
    seeded_database: Database
) -> None:
    """Parts come, change and go; twice changes nothing."""
    schedule = ScheduleDraft(code="one", name="一次拨付", name_en="At once")
    async with seeded_database.writing(SEED) as session:
        await import_schedules(session, [schedule], [
            _part(name="甲", share=60), _part(name="乙", share=40)])
    at = await funded(seeded_database)
    async with seeded_database.writing(LOCAL) as session:
        planned = [row.id for row in await service.plan_tranches(
            session, at.project, _plan(schedule="one", fen=100))]
    async with seeded_database.writing(SEED) as session:
        tally = await import_schedules(session, [schedule], [_part()])
        again = await import_schedules(session, [schedule], [_part()])
    assert (tally.added, tally.changed, again.added, again.changed) == (0, 2, 0, 0)
    async with seeded_database.reading(LOCAL) as session:
        assert list(await session.scalars(
            select(Tranche.amount_fen).where(Tranche.id.in_(planned)).order_by(Tranche.seq))) == [
            60, 40]


async def test_wrong_schedules_and_sources_are_refused_whole(seeded_database: Database) -> None:
    """With every mistake."""
    one = ScheduleDraft(code="one", name="一", name_en="One")
    with pytest.raises(InputRefused) as refused:
        async with seeded_database.writing(SEED) as session:
            await import_schedules(session, [one, one], [
                _part(at_progress="30"), _part(at_stage=None), _part(schedule="two"),
                _part(at_stage="reserve", name="无", share="10"),
                _part(at_stage=None, at_progress="5", after_days=4, name="后")])
    assert sorted({one.field for one in refused.value.complaints}) == [
        "after_days", "at_progress", "at_stage", "code", "name", "schedule", "share"]
    source = {"supporter": "310000", "name": "来源", "kind": "donation"}
    drafts = [SourceDraft.model_validate(source | given) for given in (
        {"code": "a", "supporter": "540200"}, {"code": "b", "district": "540200"},
        {"code": "c", "kind": "district_budget"}, {"code": "c"}, {"code": "310000-city"})]
    with pytest.raises(InputRefused) as refused:
        async with seeded_database.writing(SEED) as session:
            await import_sources(session, drafts)
    assert sorted(one.field for one in refused.value.complaints) == [
        "code", "code", "district", "district", "supporter"]

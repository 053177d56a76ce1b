"""Projects for the furnished world: every stage, every way aside, of several recipients."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import text

from aid.access.actor import Actor
from aid.clock import today
from aid.database.engine import Database
from aid.projects import service
from aid.projects.drafts import Judgement, MilestoneDraft, Step
from aid.projects.model import Project
from aid.projects.terms import Stage
from tests.actors import LOCAL, recipient
from tests.conftest import TODAY
from tests.integration.paper import PDF
from tests.integration.working import MILLION, chunks, division, led_to, proposed

RIKAZE, WENSHAN, AKSU, YILING, DIQING = "540200", "532600", "652900", "420506", "533400"
SHANGHAI_PLAN = {"plan": "shanghai-2006-2010", "target": "rikaze-housing"}
CLOSED, FURTHER = PROJECTS = ("310000-542300-2007-0001", "310000-532600-2007-0001")
"""The closed one of 日喀则, and a late one of 文山."""


async def furnish_projects(database: Database, odd: tuple[str, ...]) -> None:
    """Let offices and recipients work. `odd` are texts that break things."""
    await _whole_life(database, odd)
    await _under_way(database, odd)
    await _set_aside(database)
    await _in_reserve(database, odd)
    async with database.writing(LOCAL) as session:
        await session.execute(text(
            "UPDATE project SET simulated = true WHERE id % 4 = 0"))


async def _whole_life(database: Database, odd: tuple[str, ...]) -> None:
    """Closed, with all there can be said of it; and one that skips tendering and handover."""
    project = await led_to(database, Stage.AUDITED, recipient=RIKAZE, region="540222",
                           locality="江孜镇", district="310101", sector="housing",
                           description=odd[1], **SHANGHAI_PLAN)
    await _milestones(database, project, met=3)
    shown_by = await _document(database, project, "决算 100%#1.pdf", odd[0])
    await _settled(database, project, shown_by)
    for to, on in ((Stage.HANDED_OVER, date(2008, 2, 1)), (Stage.EVALUATED, date(2008, 3, 1))):
        project = await _advanced(database, project, Step(
            on=on, override=True, reason="补办"), to)
    await _advanced(database, project, Step(
        on=date(2008, 4, 1), document_id=shown_by), Stage.CLOSED)
    for place in (AKSU, DIQING):
        project = await led_to(database, Stage.ACCEPTED, recipient=place, kind="non_fixed_asset",
                               delivery_mode="cheque", sector="health", name="卫生人员培训",
                               name_en=None)
        await _milestones(database, project, met=2)


async def _under_way(database: Database, odd: tuple[str, ...]) -> None:
    """Started: reported on, adjusted, planned anew; late, due soon and neither."""
    project = await led_to(database, Stage.STARTED, recipient=RIKAZE, sector="housing",
                           planned_end=today() + timedelta(900), **SHANGHAI_PLAN)
    shown_by = await _document(database, project, "b.pdf", "b")
    for on, percent, note in ((5, "12.5", None), (6, "40", odd[3]), (7, "39.99", "塌方")):
        async with database.writing(LOCAL) as session:
            await service.report_progress(
                session, project.id, actor=LOCAL, today=TODAY, progress=service.Progress(
                    percent=Decimal(percent), on=date(2007, on, 20), note=note,
                    document_ids=[shown_by] if on == 6 else []))
    project = await _adjusted(database, project, MILLION + 1)
    await _due(database, project)
    late = await led_to(database, Stage.STARTED, recipient=WENSHAN, delivery_mode="cheque",
                        name=odd[4], planned_end=date(2009, 1, 1))
    shown_by = await _document(
        database, late, "a.pdf", "a", actor=recipient(late.recipient_id))
    await _milestones(database, late, met=1, document_id=shown_by)


async def _set_aside(database: Database) -> None:
    """Suspended, approved anew, cancelled."""
    aside = Step(on=date(2008, 6, 1), reason="规划调整")
    for place, stage, verb in ((WENSHAN, Stage.TENDERED, service.suspend),
                               (YILING, Stage.STARTED, service.cancel)):
        project = await led_to(database, stage, recipient=place)
        await _milestones(database, project, met=0)
        async with database.writing(LOCAL) as session:
            await verb(session, project.id, expected_version=project.version, step=aside,
                       actor=LOCAL, today=TODAY)
    project = await led_to(database, Stage.COMPLETED, recipient=YILING)
    await _adjusted(database, project, 2 * MILLION)


async def _in_reserve(database: Database, odd: tuple[str, ...]) -> None:
    """Proposed by recipients, many on the same day for the same amount."""
    for place in (RIKAZE, WENSHAN, AKSU, DIQING):
        actor = recipient(await division(database, place))
        names = (odd[0], odd[3], "水窖", "Cistern", "水窖%")
        for number in range(11):
            await proposed(
                database, actor=actor, recipient=place, name=names[number % 5], sector="water",
                proposed_yuan=f"{10 ** (number // 4)}.05",
                planned_start=date(2008 + number // 5, 1, 1), planned_end=date(2010, 12, 31))


async def _milestones(
    database: Database, project: Project, *, met: int, document_id: int | None = None
) -> None:
    """Those of the template, the first so many of them met, the last planned anew."""
    async with database.writing(LOCAL) as session:
        planned = await service.plan_milestones(session, project.id)
    for milestone in planned[:met]:
        async with database.writing(LOCAL) as session:
            await service.log_milestone(
                session, milestone.id, today=TODAY, log=service.MilestoneLog(
                    met_on=date(2007, 8, 1), evidence_no="沪合〔2007〕8号",
                    document_id=document_id))
    if met:
        corrected = planned[met - 1]
        async with database.writing(LOCAL) as session:
            await service.correct_milestone(
                session, corrected.id, expected_version=2, reason="登记有误", actor=LOCAL,
                today=TODAY, log=service.MilestoneLog(
                    met_on=date(2007, 8, 2), note="复核", document_id=document_id))
        if met > 2:
            async with database.writing(LOCAL) as session:
                await service.unlog_milestone(
                    session, corrected.id, expected_version=3, reason="尚未完成", actor=LOCAL)
    async with database.writing(LOCAL) as session:
        last = planned[-1]
        await service.reschedule_milestone(
            session, last.id, expected_version=last.version, reason="雨季", actor=LOCAL,
            planned_on=last.planned_on + timedelta(31))


async def _due(database: Database, project: Project) -> None:
    """Milestones around today."""
    async with database.writing(LOCAL) as session:
        await service.plan_milestones(session, project.id, [
            MilestoneDraft(stage=Stage.COMPLETED, name=f"第{days}天",
                           planned_on=today() + timedelta(days))
            for days in (-1, 0, 1, 30, 31)])


async def _adjusted(database: Database, project: Project, fen: int) -> Project:
    async with database.writing(LOCAL) as session:
        return await service.adjust_investment(
            session, project.id, expected_version=project.version, actor=LOCAL, today=TODAY,
            change=service.InvestmentChange(new_fen=fen, adjusted_on=date(2008, 5, 1),
                                            reason="材料涨价", document_no="沪发改〔2008〕5号"))


async def _advanced(database: Database, project: Project, step: Step, to: Stage) -> Project:
    judgement = Judgement(assessor="评估公司", score=Decimal("92.5"), findings="良好") \
        if to is Stage.EVALUATED else None
    async with database.writing(LOCAL) as session:
        return await service.advance(
            session, project.id, to, expected_version=project.version, actor=LOCAL, today=TODAY,
            judgement=judgement, step=step)


async def _document(
    database: Database, project: Project, name: str, title: str, *, actor: Actor = LOCAL
) -> int:
    async with database.writing(actor) as session:
        document = await service.attach_document(
            session, project.id, service.Upload(file_name=name, title=title),
            chunks(PDF), actor=actor)
        return document.id


async def _settled(database: Database, project: Project, document_id: int) -> None:
    """What a second audit found."""
    async with database.writing(LOCAL) as session:
        await service.assess(
            session, project.id, Stage.AUDITED, on=date(2008, 1, 20), document_id=document_id,
            actor=LOCAL, today=TODAY, judgement=Judgement(
                assessor="审计局", passed=False, settled_fen=99_999_999))

"""Verbs on key villages: designate one, plan its works, report on them, accept it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.database.numbering import next_code
from aid.database.turns import take_turn
from aid.drafts import Draft
from aid.errors import Complaint, InputRefused, NotFound
from aid.projects.documents import Attachment, check_count, stored, stored_together
from aid.projects.model import Document, Project
from aid.regions.places import find_recipient, find_region, find_supporter
from aid.text import Text
from aid.villages.checks import check_report, check_scores, check_work, passes
from aid.villages.drafts import (
    AcceptanceDraft,
    NaturalVillageDraft,
    VillageDraft,
    WorkDraft,
    WorkReportDraft,
)
from aid.villages.model import (
    AcceptanceCriterion,
    AcceptanceScore,
    KeyVillage,
    NaturalVillage,
    ProjectVillage,
    VillageAcceptance,
    VillageReport,
    VillageReportDocument,
    VillageWork,
)


async def designate_village(session: AsyncSession, draft: VillageDraft) -> KeyVillage:
    """Designate a key village (确定重点村). Its code is the next of its recipient and year.

    A name stands once in a township. Raises InputRefused with every mistake.
    """
    year = draft.designated_in
    supporter, complaints = await find_supporter(
        session, draft, city=draft.supporter, district=draft.district)
    recipient, wrong = await find_recipient(
        session, draft, draft.recipient, start=date(year, 1, 1), end=date(year, 12, 31),
        supporter_id=supporter.city_id if supporter else None)
    complaints += wrong
    region = recipient
    if recipient is not None and draft.region is not None:
        region, wrong = await find_region(
            session, draft, draft.region, recipient=recipient, on=date(year, 1, 1))
        complaints += wrong
    if supporter is None or recipient is None or region is None:
        raise InputRefused(complaints)
    await take_turn(session, f"village {region.id} {draft.name}")
    if known := await session.scalar(select(KeyVillage.code).where(
            KeyVillage.recipient_id == recipient.id, KeyVillage.region_id == region.id,
            KeyVillage.township.is_not_distinct_from(draft.township),
            KeyVillage.name == draft.name)):
        raise InputRefused([draft.complain("name", draft.name, Text(
            f"该乡镇已有同名重点村 {known}", f"a name that {known} does not have there"))])
    village = KeyVillage(
        **draft.model_dump(exclude={"place", "supporter", "district", "recipient", "region"}),
        code=await next_code(session, KeyVillage.code, f"V-{recipient.code}-{year}", digits=3),
        recipient_id=recipient.id,
        region_id=region.id,
        supporter_id=supporter.city_id,
        district_id=supporter.district_id,
    )
    session.add(village)
    await session.flush()
    return village


async def add_natural_village(
    session: AsyncSession, village_id: int, draft: NaturalVillageDraft
) -> NaturalVillage:
    """Add a hamlet to a key village. Raises NotFound, or InputRefused for a name it has already."""
    village = await _locked(session, village_id)
    if await _hamlet(session, village, draft.name) is not None:
        raise InputRefused([draft.complain("name", draft.name, Text(
            "该村已有同名自然村", "a name that no other hamlet of the village has"))])
    hamlet = NaturalVillage(**draft.model_dump(exclude={"place"}), village_id=village.id,
                            recipient_id=village.recipient_id)
    session.add(hamlet)
    await session.flush()
    return hamlet


async def plan_work(session: AsyncSession, village_id: int, draft: WorkDraft) -> VillageWork:
    """Plan a work of a village: so much of a unit, of one component, in a period.

    Its code is the next of the village. A project it names is linked to the village. A work of the
    same component, place and name is not planned twice. Raises NotFound, or InputRefused with every
    mistake.
    """
    village = await _locked(session, village_id)
    complaints = check_work(draft)
    hamlet = project = None
    if draft.natural_village is not None:
        hamlet = await _hamlet(session, village, draft.natural_village)
        if hamlet is None:
            complaints.append(draft.complain("natural_village", draft.natural_village, Text(
                "该村没有这个自然村", "the name of a hamlet of the village")))
    if draft.project is not None:
        project = await session.scalar(select(Project).where(
            Project.code == draft.project, Project.recipient_id == village.recipient_id))
        if project is None:
            complaints.append(draft.complain("project", draft.project, Text(
                "该受援地没有这个项目", "the code of a project of the same recipient")))
    if complaints:
        raise InputRefused(complaints)
    if known := await session.scalar(select(VillageWork.code).where(
            VillageWork.village_id == village.id, VillageWork.component == draft.component,
            VillageWork.natural_village_id.is_not_distinct_from(hamlet.id if hamlet else None),
            VillageWork.name == draft.name).limit(1)):
        raise InputRefused([draft.complain("name", draft.name, Text(
            f"已有同名建设内容 {known}", f"a name that {known} does not have"))])
    if project is not None:
        await link_project(session, village.id, project.id)
    numbers = cast(func.substring(VillageWork.code, "[0-9]{1,9}$"), BigInteger)
    number = await session.scalar(
        select(func.max(numbers)).where(VillageWork.village_id == village.id)) or 0
    work = VillageWork(
        **draft.model_dump(exclude={"place", "natural_village", "project"}),
        code=f"W{number + 1:03d}",
        village_id=village.id,
        recipient_id=village.recipient_id,
        natural_village_id=hamlet.id if hamlet else None,
        project_id=project.id if project else None,
    )
    session.add(work)
    await session.flush()
    return work


async def link_project(session: AsyncSession, village_id: int, project_id: int) -> ProjectVillage:
    """Say that a project is done in a village of the same recipient. Once is enough.

    Raises NotFound for a village or project that the recipient of the village does not have.
    """
    village = await _locked(session, village_id)
    project = await session.get(Project, project_id)
    if project is None or project.recipient_id != village.recipient_id:
        raise NotFound(Text("该受援地没有这个项目。",
                            "The village's recipient has no such project."))
    found = await session.get(ProjectVillage, (village.id, project.id))
    if found is not None:
        return found
    link = ProjectVillage(village_id=village.id, project_id=project.id,
                          recipient_id=village.recipient_id)
    session.add(link)
    await session.flush()
    return link


async def unlink_project(session: AsyncSession, village_id: int, project_id: int) -> None:
    """Take such a link away, unless a work of the village says that the project does it.

    Raises NotFound, or InputRefused.
    """
    village = await _locked(session, village_id)
    link = await session.get(ProjectVillage, (village.id, project_id))
    if link is None:
        raise NotFound(Text("该村没有关联这个项目。", "The village is not linked to that project."))
    if await session.scalar(select(VillageWork.id).where(
            VillageWork.village_id == village.id, VillageWork.project_id == project_id).limit(1)):
        raise InputRefused([Complaint("", "project", str(project_id), Text(
            "该村有建设内容由此项目实施", "a project that does none of the village's works"))])
    await session.delete(link)
    await session.flush()


async def report_work(
    session: AsyncSession, work_id: int, draft: WorkReportDraft, *, actor: Actor, today: date,
    files: Sequence[Attachment] = (),
) -> VillageReport:
    """Report how much of a work is done in all by a day (进度填报). A recipient reports its own.

    Less than before, or more than a later report, needs a note. It may come with pictures, which
    are kept with it, all or none. The last report said and shown again is the same report, not
    another. Raises NotFound, or InputRefused with every mistake.
    """
    await take_turn(session, f"village work {work_id}")
    work = await session.scalar(select(VillageWork).where(VillageWork.id == work_id))
    if work is None:
        raise NotFound(Text("没有这项建设内容。", "There is no such work."))
    before, after = await _neighbours(session, work.id, draft.reported_on)
    kept, unfit = await stored_together(
        session, files, recipient_id=work.recipient_id, project_id=work.project_id)
    given = draft.model_dump(exclude={"place"})
    if (before is not None and not unfit
            and all(getattr(before, name) == given[name] for name in given)
            and await _shown(session, before) == {one.id for one in kept}):
        return before
    complaints = check_report(
        draft, unit=work.unit, before=before.done if before else None,
        after=after.done if after else None, today=today)
    complaints += check_count(len(files)) + unfit
    if complaints:
        raise InputRefused(complaints)
    report = VillageReport(**given, work_id=work.id, recipient_id=work.recipient_id,
                           actor=actor.name)
    session.add(report)
    await session.flush()
    session.add_all(
        VillageReportDocument(report_id=report.id, document_id=one.id,
                              recipient_id=report.recipient_id) for one in kept)
    await session.flush()
    return report


async def _shown(session: AsyncSession, report: VillageReport) -> set[int]:
    """The documents that a report came with."""
    return set(await session.scalars(
        select(VillageReportDocument.document_id)
        .where(VillageReportDocument.report_id == report.id)))


async def accept_village(
    session: AsyncSession, village_id: int, draft: AcceptanceDraft, *, actor: Actor, today: date,
    file: Attachment | None = None,
) -> VillageAcceptance:
    """Judge a village by a score sheet (验收): all lines, the score is their sum.

    A village that has passed is judged again only with a note that says why; a `file` is the sheet
    as signed. Raises NotFound, or InputRefused with every mistake.
    """
    village = await _locked(session, village_id)
    if file is not None:
        draft = draft.model_copy(update={
            "document_id": await _kept(session, file, recipient_id=village.recipient_id)})
    lines = {row.code: row for row in await session.scalars(
        select(AcceptanceCriterion).where(AcceptanceCriterion.sheet == draft.sheet)
        .order_by(AcceptanceCriterion.ordinal))}
    complaints = check_scores(
        draft, {code: line.points for code, line in lines.items()},
        designated_in=village.designated_in, today=today)
    complaints += await _check_document(session, draft, draft.document_id, village.recipient_id)
    passed_on = await session.scalar(
        select(func.max(VillageAcceptance.accepted_on)).where(
            VillageAcceptance.village_id == village.id, VillageAcceptance.passed))
    if passed_on is not None and draft.note is None:
        complaints.append(draft.complain("note", "", Text(
            f"该村已于 {passed_on} 通过验收；再次验收请说明原因",
            f"a note that says why, as it passed on {passed_on} already")))
    if complaints:
        raise InputRefused(complaints)
    score = sum(draft.points.values(), Decimal())
    acceptance = VillageAcceptance(
        **draft.model_dump(exclude={"place", "points"}), village_id=village.id,
        recipient_id=village.recipient_id, score=score, passed=passes(score), actor=actor.name)
    session.add(acceptance)
    await session.flush()
    session.add_all(
        AcceptanceScore(acceptance_id=acceptance.id, criterion_id=lines[code].id,
                        recipient_id=village.recipient_id, points=points)
        for code, points in draft.points.items())
    await session.flush()
    return acceptance


async def _locked(session: AsyncSession, village_id: int) -> KeyVillage:
    village = await session.scalar(
        select(KeyVillage).where(KeyVillage.id == village_id).with_for_update())
    if village is None:
        raise NotFound(Text("没有这个重点村。", "There is no such key village."))
    return village


async def _hamlet(session: AsyncSession, village: KeyVillage, name: str) -> NaturalVillage | None:
    return await session.scalar(select(NaturalVillage).where(
        NaturalVillage.village_id == village.id, NaturalVillage.name == name))


async def _neighbours(
    session: AsyncSession, work_id: int, day: date
) -> tuple[VillageReport | None, VillageReport | None]:
    """The last report of a work by a day, and the first after it."""
    reports = select(VillageReport).where(VillageReport.work_id == work_id).limit(1)
    before = await session.scalar(
        reports.where(VillageReport.reported_on <= day)
        .order_by(VillageReport.reported_on.desc(), VillageReport.id.desc()))
    after = await session.scalar(
        reports.where(VillageReport.reported_on > day)
        .order_by(VillageReport.reported_on, VillageReport.id.desc()))
    return before, after


async def _kept(
    session: AsyncSession, file: Attachment, *, recipient_id: int, project_id: int | None = None
) -> int:
    """The document that a file is kept as."""
    kept = await stored(session, file.upload, file.chunks, actor=file.actor,
                        recipient_id=recipient_id, project_id=project_id)
    return kept.id


async def _check_document(
    session: AsyncSession, draft: Draft, document_id: int | None, recipient_id: int
) -> list[Complaint]:
    """An attached document is one of the same recipient's."""
    if document_id is None:
        return []
    document = await session.get(Document, document_id)
    if document is not None and document.recipient_id == recipient_id:
        return []
    return [draft.complain("document_id", document_id, Text(
        "该受援地没有这份附件", "a document of the same recipient"))]

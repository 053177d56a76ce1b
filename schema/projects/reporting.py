"""Mutations on what happens in a project: milestones, progress, documents."""

from decimal import Decimal

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.policy import Permission
from aid.clock import today
from aid.errors import Complaint, InputRefused
from aid.projects import service
from aid.projects.drafts import MilestoneDraft
from aid.text import Text
from schema.action import action
from schema.context import Context
from schema.ids import decode_id_of
from schema.projects.inputs import (
    DocumentAttachInput,
    MilestoneCorrectInput,
    MilestoneInput,
    MilestoneLogInput,
    MilestonePlanInput,
    MilestoneRescheduleInput,
    MilestoneUnlogInput,
    ProgressReportInput,
)
from schema.projects.papers import attachment, attachments, document_number, document_numbers
from schema.projects.results import (
    DocumentAttached,
    DocumentAttachResult,
    MilestoneChanged,
    MilestonePlanResult,
    MilestoneResult,
    MilestonesPlanned,
    ProgressReported,
    ProgressReportResult,
)
from schema.read.execution import check_result

Info = strawberry.Info[Context, None]


@strawberry.type
class ReportingMutations:
    @action(needs=Permission.PROJECT_ADVANCE,
            description="Add milestones (里程碑) to a project: those given, or those of the "
                        "template for its kind.")
    async def milestone_plan(self, info: Info, input: MilestonePlanInput) -> MilestonePlanResult:
        check_result(info, MilestonesPlanned)
        number = decode_id_of(input.project_id, "AidProject")
        drafts = None if input.milestones is None else _drafts(input.milestones)
        async with info.context.database.writing(info.context.actor) as session:
            await service.plan_milestones(session, number, drafts)
        return MilestonesPlanned(row_id=number)

    @action(needs=Permission.PROJECT_ADVANCE,
            description="Log that a milestone was met (节点登记), with what shows it, a file "
                        "included. To log the same again changes nothing and answers the same.")
    async def milestone_log(self, info: Info, input: MilestoneLogInput) -> MilestoneResult:
        check_result(info, MilestoneChanged)
        file = attachment(info, input.file, input.title)
        log = service.MilestoneLog(
            met_on=input.met_on or today(), evidence_no=input.evidence_no, note=input.note,
            document_id=document_number(input.document_id))
        async with info.context.database.writing(info.context.actor) as session:
            number = await _milestone(session, input)
            row = await service.log_milestone(
                session, number, log=log, today=today(), file=file)
        return MilestoneChanged(row_id=row.id, project_row_id=row.project_id)

    @action(needs=Permission.PROJECT_ADVANCE,
            description="Plan a milestone for another day; the old one is kept with the reason.")
    async def milestone_reschedule(
        self, info: Info, input: MilestoneRescheduleInput
    ) -> MilestoneResult:
        check_result(info, MilestoneChanged)
        actor, number = info.context.actor, decode_id_of(input.id, "Milestone")
        async with info.context.database.writing(actor) as session:
            row = await service.reschedule_milestone(
                session, number, expected_version=input.expected_version,
                planned_on=input.planned_on, reason=input.reason, actor=actor)
        return MilestoneChanged(row_id=row.id, project_row_id=row.project_id)

    @action(needs=Permission.PROJECT_ADVANCE,
            description="Put right what was logged wrongly of a milestone (更正节点登记). What had "
                        "been logged is kept with the reason, and counts for days before.")
    async def milestone_correct(
        self, info: Info, input: MilestoneCorrectInput
    ) -> MilestoneResult:
        check_result(info, MilestoneChanged)
        actor, number = info.context.actor, decode_id_of(input.id, "Milestone")
        file = attachment(info, input.file, input.title)
        log = service.MilestoneLog(
            met_on=input.met_on, evidence_no=input.evidence_no, note=input.note,
            document_id=document_number(input.document_id))
        async with info.context.database.writing(actor) as session:
            row = await service.correct_milestone(
                session, number, expected_version=input.expected_version, log=log,
                reason=input.reason, actor=actor, today=today(), file=file)
        return MilestoneChanged(row_id=row.id, project_row_id=row.project_id)

    @action(needs=Permission.PROJECT_ADVANCE,
            description="Withdraw what was logged of a milestone that was not met (撤回节点登记). "
                        "It is kept with the reason. Not where money was sent that waited for it.")
    async def milestone_unlog(self, info: Info, input: MilestoneUnlogInput) -> MilestoneResult:
        check_result(info, MilestoneChanged)
        actor, number = info.context.actor, decode_id_of(input.id, "Milestone")
        async with info.context.database.writing(actor) as session:
            row = await service.unlog_milestone(
                session, number, expected_version=input.expected_version, reason=input.reason,
                actor=actor)
        return MilestoneChanged(row_id=row.id, project_row_id=row.project_id)

    @action(needs=Permission.PROGRESS_REPORT,
            description="Report the progress (形象进度) of works that have started, with "
                        "pictures perhaps. Earlier reports stay.")
    async def progress_report(
        self, info: Info, input: ProgressReportInput
    ) -> ProgressReportResult:
        check_result(info, ProgressReported)
        actor, number = info.context.actor, decode_id_of(input.project_id, "AidProject")
        files = attachments(info, input.files, input.title)
        progress = service.Progress(
            percent=Decimal(input.percent), on=input.reported_on or today(), note=input.note,
            document_ids=document_numbers(input.document_ids))
        async with info.context.database.writing(actor) as session:
            row = await service.report_progress(
                session, number, progress=progress, actor=actor, today=today(), files=files)
        return ProgressReported(row_id=row.id, project_row_id=number)

    @action(needs=Permission.DOCUMENT_ATTACH,
            description="Attach a file to a project, at any stage. The same file under the same "
                        "title is one.")
    async def document_attach(
        self, info: Info, input: DocumentAttachInput
    ) -> DocumentAttachResult:
        check_result(info, DocumentAttached)
        actor, number = info.context.actor, decode_id_of(input.project_id, "AidProject")
        upload = service.Upload(file_name=input.file.name, title=input.title)
        async with info.context.database.writing(actor) as session:
            row = await service.attach_document(
                session, number, upload, input.file.chunks(), actor=actor)
        return DocumentAttached(row_id=row.id, project_row_id=number)


def _drafts(given: list[MilestoneInput]) -> list[MilestoneDraft]:
    """The milestones to plan. Raises InputRefused with every mistake."""
    checked = [
        MilestoneDraft.check(stage=one.stage, name=one.name, name_en=one.name_en,
                             planned_on=one.planned_on, place=f"milestones.{number}")
        for number, one in enumerate(given)
    ]
    if complaints := [complaint for _, found in checked for complaint in found]:
        raise InputRefused(complaints)
    return [draft for draft, _ in checked if draft is not None]


async def _milestone(session: AsyncSession, given: MilestoneLogInput) -> int:
    """The number of the milestone that is meant. Raises ArgumentRefused, NotFound, InputRefused."""
    if given.milestone_id is not None and given.project_id is None and given.name is None:
        return decode_id_of(given.milestone_id, "Milestone")
    if given.milestone_id is None and given.project_id is not None and given.name is not None:
        project = decode_id_of(given.project_id, "AidProject")
        return await service.milestone_named(session, project, given.name)
    raise InputRefused([Complaint("", "milestone_id", "", Text(
        "请给出 milestoneId，或 projectId 与 name", "milestoneId, or else projectId and name"))])

"""Mutations of key villages: designate one, plan its works and change them, report, accept."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from aid.access.policy import Permission
from aid.clock import today
from aid.errors import Complaint, InputRefused
from aid.text import Text
from aid.villages.changing import change_work
from aid.villages.drafts import (
    AcceptanceDraft,
    NaturalVillageDraft,
    VillageDraft,
    WorkChangeDraft,
    WorkDraft,
    WorkReportDraft,
)
from aid.villages.service import (
    accept_village,
    add_natural_village,
    designate_village,
    plan_work,
    report_work,
)
from aid.villages.terms import Component
from schema.action import action, checked, given
from schema.context import Context
from schema.errors import InvalidInput, NotFound, StaleVersion
from schema.ids import decode_id_of
from schema.projects.inputs import FILES, TITLE, TITLES
from schema.projects.papers import attachment, attachments
from schema.read.execution import check_result
from schema.read.fields import NodeOf, read
from schema.read.needs import STRUCTURE, needs
from schema.scalars import Yuan
from schema.uploads import Upload
from schema.villages.types import (
    KeyVillage,
    NaturalVillage,
    VillageAcceptance,
    VillageReport,
    VillageWork,
)

Info = strawberry.Info[Context, None]


@strawberry.input(description="A key village to designate. Codes are those of its year, or the "
                              "last that a place bore.")
class VillageDesignateInput:
    recipient_code: str
    region_code: str | None = strawberry.field(
        default=None, description="The county it lies in; the recipient itself if left out.")
    name: str
    name_en: str | None = None
    township: str | None = None
    supporter_code: str
    district_code: str | None = None
    designated_in: int = strawberry.field(description="The year.")
    households: int | None = None
    population: int | None = None


@needs(STRUCTURE)
@strawberry.type(description="The village as designated.")
class VillageDesignated:
    row_id: strawberry.Private[int]
    village: KeyVillage = read(NodeOf("row_id"))


@strawberry.input(description="A hamlet of a key village.")
class NaturalVillageAddInput:
    village_id: strawberry.ID
    name: str
    households: int | None = None
    population: int | None = None


@needs(STRUCTURE)
@strawberry.type(description="The hamlet as added.")
class NaturalVillageAdded:
    row_id: strawberry.Private[int]
    natural_village: NaturalVillage = read(NodeOf("row_id"))


@strawberry.input(description="A work to plan: so much of a unit, of one component, in a period.")
class VillageWorkPlanInput:
    village_id: strawberry.ID
    component: Component
    name: str
    unit: str = strawberry.field(description="A physical one: 亩, 公里, 户.")
    planned: Decimal
    cost: Yuan | None = strawberry.field(default=None, description="Planned cost.")
    planned_start: date
    planned_end: date
    natural_village: str | None = strawberry.field(
        default=None, description="The name of a hamlet; the whole village if left out.")
    project_code: str | None = strawberry.field(
        default=None, description="A project of the same recipient that does it.")


@needs(STRUCTURE)
@strawberry.type(description="The work as planned.")
class VillageWorkPlanned:
    row_id: strawberry.Private[int]
    work: VillageWork = read(NodeOf("row_id"))


@strawberry.input(description="A change of a planned work. What is left out stays as it is; null "
                              "takes the cost away.")
class VillageWorkChangeInput:
    id: strawberry.ID
    expected_version: int = strawberry.field(description="The version you worked on.")
    reason: str
    planned: Decimal | None = strawberry.UNSET
    unit: str | None = strawberry.field(
        default=strawberry.UNSET, description="Only while nothing was reported of it.")
    cost: Yuan | None = strawberry.UNSET
    planned_start: date | None = strawberry.UNSET
    planned_end: date | None = strawberry.UNSET


@needs(STRUCTURE)
@strawberry.type(description="The work as changed.")
class VillageWorkChanged:
    row_id: strawberry.Private[int]
    work: VillageWork = read(NodeOf("row_id"))


@strawberry.input(description="How much of a work is done in all by a day.")
class VillageProgressReportInput:
    work_id: strawberry.ID
    reported_on: date
    done: Decimal = strawberry.field(description="In all, in the work's unit.")
    note: str | None = strawberry.field(
        default=None, description="Why, if it is less than before or more than a later report.")
    files: list[Upload] | None = strawberry.field(default=None, description=FILES)
    title: str | None = strawberry.field(default=None, description=TITLES)


@needs(STRUCTURE)
@strawberry.type(description="The report; the last one said again is the same report.")
class VillageProgressReported:
    row_id: strawberry.Private[int]
    report: VillageReport = read(NodeOf("row_id"))


@strawberry.input(description="The points of one line of a score sheet.")
class CriterionPointsInput:
    code: str
    points: Decimal


@strawberry.input(description="A score sheet as filled in: points for each of its lines.")
class VillageAcceptInput:
    village_id: strawberry.ID
    sheet: str
    accepted_on: date
    assessor: str
    points: list[CriterionPointsInput]
    note: str | None = strawberry.field(
        default=None, description="Why, if the village has passed before.")
    file: Upload | None = strawberry.field(
        default=None, description="The sheet as signed, kept as a document of the village's "
                                  "recipient.")
    title: str | None = strawberry.field(default=None, description=TITLE)


@needs(STRUCTURE)
@strawberry.type(description="The village and how it was judged.")
class VillageAccepted:
    row_id: strawberry.Private[int]
    village_id: strawberry.Private[int]
    acceptance: VillageAcceptance = read(NodeOf("row_id"))
    village: KeyVillage = read(NodeOf("village_id"))


VillageDesignateResult = Annotated[
    VillageDesignated | InvalidInput, strawberry.union("VillageDesignateResult")]
NaturalVillageAddResult = Annotated[
    NaturalVillageAdded | InvalidInput | NotFound, strawberry.union("NaturalVillageAddResult")]
VillageWorkPlanResult = Annotated[
    VillageWorkPlanned | InvalidInput | NotFound, strawberry.union("VillageWorkPlanResult")]
VillageWorkChangeResult = Annotated[
    VillageWorkChanged | InvalidInput | StaleVersion | NotFound,
    strawberry.union("VillageWorkChangeResult")]
VillageProgressReportResult = Annotated[
    VillageProgressReported | InvalidInput | NotFound,
    strawberry.union("VillageProgressReportResult")]
VillageAcceptResult = Annotated[
    VillageAccepted | InvalidInput | NotFound, strawberry.union("VillageAcceptResult")]


@strawberry.type
class VillageMutations:
    @action(needs=Permission.VILLAGE_KEEP, description="Designate a key village (确定重点村).")
    async def village_designate(
        self, info: Info, input: VillageDesignateInput
    ) -> VillageDesignateResult:
        check_result(info, VillageDesignated)
        draft = checked(
            VillageDraft, recipient=input.recipient_code, region=input.region_code,
            supporter=input.supporter_code, district=input.district_code,
            **given(input, "name", "name_en", "township", "designated_in", "households",
                    "population"))
        async with info.context.database.writing(info.context.actor) as session:
            village = await designate_village(session, draft)
        return VillageDesignated(row_id=village.id)

    @action(needs=Permission.VILLAGE_KEEP, description="Add a hamlet to a key village.")
    async def natural_village_add(
        self, info: Info, input: NaturalVillageAddInput
    ) -> NaturalVillageAddResult:
        check_result(info, NaturalVillageAdded)
        draft = checked(NaturalVillageDraft, **given(input, "name", "households", "population"))
        village_id = decode_id_of(input.village_id, "KeyVillage")
        async with info.context.database.writing(info.context.actor) as session:
            hamlet = await add_natural_village(session, village_id, draft)
        return NaturalVillageAdded(row_id=hamlet.id)

    @action(needs=Permission.VILLAGE_KEEP, description="Plan a work of a key village.")
    async def village_work_plan(
        self, info: Info, input: VillageWorkPlanInput
    ) -> VillageWorkPlanResult:
        check_result(info, VillageWorkPlanned)
        draft = checked(
            WorkDraft, cost_fen=input.cost, project=input.project_code,
            **given(input, "component", "name", "unit", "planned", "planned_start", "planned_end",
                    "natural_village"))
        village_id = decode_id_of(input.village_id, "KeyVillage")
        async with info.context.database.writing(info.context.actor) as session:
            work = await plan_work(session, village_id, draft)
        return VillageWorkPlanned(row_id=work.id)

    @action(needs=Permission.VILLAGE_KEEP,
            description="Change a planned work (调整建设内容); the old values are kept.")
    async def village_work_change(
        self, info: Info, input: VillageWorkChangeInput
    ) -> VillageWorkChangeResult:
        check_result(info, VillageWorkChanged)
        changes: dict[str, Any] = given(input, "planned", "unit", "planned_start", "planned_end")
        if input.cost is not strawberry.UNSET:
            changes["cost_fen"] = input.cost
        draft = checked(WorkChangeDraft, reason=input.reason, **changes)
        work_id, actor = decode_id_of(input.id, "VillageWork"), info.context.actor
        async with info.context.database.writing(actor) as session:
            work = await change_work(
                session, work_id, draft, expected_version=input.expected_version, actor=actor)
        return VillageWorkChanged(row_id=work.id)

    @action(needs=Permission.PROGRESS_REPORT,
            description="Report how much of a work is done (进度填报). A recipient reports "
                        "its own.")
    async def village_progress_report(
        self, info: Info, input: VillageProgressReportInput
    ) -> VillageProgressReportResult:
        check_result(info, VillageProgressReported)
        draft = checked(WorkReportDraft, **given(input, "reported_on", "done", "note"))
        work_id, actor = decode_id_of(input.work_id, "VillageWork"), info.context.actor
        files = attachments(info, input.files, input.title)
        async with info.context.database.writing(actor) as session:
            report = await report_work(
                session, work_id, draft, actor=actor, today=today(), files=files)
        return VillageProgressReported(row_id=report.id)

    @action(needs=Permission.VILLAGE_KEEP,
            description="Judge a key village by a score sheet (验收).")
    async def village_accept(self, info: Info, input: VillageAcceptInput) -> VillageAcceptResult:
        check_result(info, VillageAccepted)
        draft = checked(
            AcceptanceDraft, points=_points(input.points),
            **given(input, "sheet", "accepted_on", "assessor", "note"))
        village_id, actor = decode_id_of(input.village_id, "KeyVillage"), info.context.actor
        file = attachment(info, input.file, input.title)
        async with info.context.database.writing(actor) as session:
            acceptance = await accept_village(
                session, village_id, draft, actor=actor, today=today(), file=file)
        return VillageAccepted(row_id=acceptance.id, village_id=village_id)


def _points(lines: list[CriterionPointsInput]) -> dict[str, Decimal]:
    """The points by line. Raises InputRefused where a line has points twice."""
    points = {line.code: line.points for line in lines}
    twice = sorted(code for code, times in Counter(line.code for line in lines).items()
                   if times > 1)
    if twice:
        raise InputRefused([Complaint("", "points", code, Text(
            f"{code} 项有两个得分", f"points for the line {code} once")) for code in twice])
    return points

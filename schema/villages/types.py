"""Types of key villages: village, hamlet, work, report, acceptance."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry
from sqlalchemy import FromClause, select

from aid.access.policy import Permission
from aid.villages import model
from aid.villages.terms import Component
from schema.connection import Connection, page
from schema.node import Change, Node, history_of
from schema.projects.types import AidProject, Document, document_of, documents_of
from schema.read.arguments import Arguments
from schema.read.fields import (
    Expression,
    Many,
    One,
    as_of,
    expression,
    read,
    reads,
    row_of,
    within,
)
from schema.read.needs import needs
from schema.read.tables import linked, rows_of
from schema.regions.types import RecipientRegion, SupportingCity, SupportingDistrict
from schema.scalars import Percent, Yuan
from schema.villages import filters
from schema.villages.filters import REPORT_PAGE, VillageReportFilter, VillageReportOrder

strawberry.enum(Component, name="VillageComponent", description="What a work is for; the first "
                                                                "four are the four basics.")


@needs(Permission.VILLAGE_READ)
@strawberry.type(description="How a component of a key village stands on a day.")
class ComponentProgress:
    component: Component
    progress: Percent = strawberry.field(
        description="Done ÷ planned of its works, each at most all of it, weighted by planned "
                    "cost; equally where a cost is missing.")
    planned: Percent = strawberry.field(description="How far it should be by the day.")
    works: int = strawberry.field(description="How many works are planned.")
    done: int = strawberry.field(description="How many of them are finished.")
    cost: Yuan | None = strawberry.field(description="Planned cost; null: not all is costed.")


@needs(Permission.VILLAGE_READ)
@strawberry.type(description="How a key village stands on a day.")
class VillageStanding:
    progress: Percent = strawberry.field(description="How far it is: its components' mean, "
                                                     "weighted by planned cost.")
    planned: Percent = strawberry.field(description="How far it should be by the day.")
    works: int = strawberry.field(description="How many works are planned.")
    done: int = strawberry.field(description="How many of them are finished.")
    late_works: int = strawberry.field(
        description="Unfinished works whose planned end has passed.")
    planned_end: date = strawberry.field(description="The last of its planned ends.")
    reported_on: date | None = strawberry.field(description="The day of the last report.")
    quiet_since: date | None = strawberry.field(
        description="From when its silence counts; null: nothing is unfinished.")
    accepted: bool = strawberry.field(description="Whether its last acceptance was passed.")
    late: bool = strawberry.field(
        description="The last planned end has passed, something is unfinished, not accepted.")
    stalled: bool = strawberry.field(
        description="Something is unfinished, 90 days of silence, not accepted.")


@needs(Permission.VILLAGE_READ)
@strawberry.type(description="How a planned work stands on a day.")
class WorkStanding:
    done: Decimal = strawberry.field(description="Done in all, in the work's unit.")
    progress: Percent = strawberry.field(description="Done ÷ planned, at most all of it.")
    planned: Percent = strawberry.field(description="How far it should be by the day.")
    reported_on: date | None = strawberry.field(description="The day of the last report.")
    finished: bool
    late: bool = strawberry.field(description="Unfinished after its planned end.")


@reads(model.NaturalVillage, needs=Permission.VILLAGE_READ)
@strawberry.type(description="A hamlet of a key village (自然村).")
class NaturalVillage:
    name: str
    households: int | None
    population: int | None


@reads(model.VillageReport, needs=Permission.VILLAGE_READ)
@strawberry.type(description="How much of a work was done in all by a day. Never changed: a "
                             "correction is a new report.")
class VillageReport(Node):
    work: "VillageWork"
    reported_on: date
    done: Decimal = strawberry.field(description="Done in all, in the work's unit.")
    documents: list[Document] = documents_of(model.VillageReportDocument)
    note: str | None
    actor: str
    recorded_at: datetime = strawberry.field(description="When it was recorded (UTC).")


@reads(model.WorkAdjustment, needs=Permission.VILLAGE_READ)
@strawberry.type(description="One field of a planned work, changed. Never changed later.")
class WorkAdjustment:
    field: str
    old_value: str | None
    new_value: str | None
    reason: str
    actor: str
    recorded_at: datetime = strawberry.field(description="When it was recorded (UTC).")


@reads(model.VillageWork, needs=Permission.VILLAGE_READ)
@strawberry.type(description="A planned work of a key village (建设内容).")
class VillageWork(Node):
    code: str = strawberry.field(description="Unique in its village.")
    village: "KeyVillage"
    natural_village: NaturalVillage | None = strawberry.field(
        description="The hamlet it is in; null: the whole village.")
    component: Component
    project: AidProject | None = read(
        One(where=lambda own, parent, _: [own.c.id == row_of(parent).c.project_id]),
        description="The project it is done by.")
    name: str
    unit: str
    planned: Decimal = strawberry.field(description="How much is planned, in `unit`.")
    cost: Yuan | None = expression(
        lambda table, _: table.c.cost_fen, description="Planned cost; null: not costed.")
    planned_start: date
    planned_end: date
    progress: Percent = as_of(Expression(filters.work_progress),
                              "Done ÷ planned, at most all of it.")
    standing: WorkStanding = as_of(One(rows=filters.work_standing), "How it stands.")
    reports: list[VillageReport] = strawberry.field(description="By the day they are of.")
    adjustments: list[WorkAdjustment] = strawberry.field(
        description="What of it was changed, and why; the oldest first.")
    version: int = strawberry.field(description="Give it back as expectedVersion to change it.")
    history: list[Change] = history_of("village_work")


@reads(model.AcceptanceCriterion, needs=Permission.PLAN_READ)
@strawberry.type(description="A line of an acceptance score sheet (验收评分表).")
class AcceptanceCriterion:
    code: str = strawberry.field(description="Unique in its sheet.")
    component: Component | None = strawberry.field(description="Null: the village as a whole.")
    name: str
    name_en: str
    points: Decimal = strawberry.field(description="How many it gives at most; 100 a sheet.")


@reads(model.AcceptanceScore, needs=Permission.VILLAGE_READ)
@strawberry.type(description="The points of one line of a village's score sheet.")
class AcceptanceScore:
    criterion: AcceptanceCriterion
    points: Decimal


@reads(model.VillageAcceptance, needs=Permission.VILLAGE_READ)
@strawberry.type(description="A key village was judged by a score sheet (验收). Never changed.")
class VillageAcceptance:
    sheet: str
    accepted_on: date
    assessor: str
    score: Decimal = strawberry.field(description="Of 100 points.")
    passed: bool
    scores: list[AcceptanceScore] = strawberry.field(description="Line by line.")
    document: Document | None = document_of("The score sheet as signed.")
    note: str | None
    actor: str
    recorded_at: datetime = strawberry.field(description="When it was recorded (UTC).")


def _of_village(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
    work, village = rows_of(model.VillageWork), row_of(parent)
    works = select(work.c.id).where(work.c.village_id == village.c.id)
    return [own.c.work_id.in_(works.correlate(village))]


@reads(model.KeyVillage, needs=Permission.VILLAGE_READ)
@strawberry.type(description="An administrative village whose works are planned as a whole "
                             "(重点村, 整村推进).")
class KeyVillage(Node):
    code: str
    name: str
    name_en: str | None
    recipient: RecipientRegion = strawberry.field(description="Whose village it is.")
    region: RecipientRegion = strawberry.field(
        description="The county it lies in, or the recipient itself.")
    township: str | None
    supporter: SupportingCity
    district: SupportingDistrict | None
    designated_in: int = strawberry.field(description="The year of its designation.")
    households: int | None
    population: int | None
    simulated: bool = strawberry.field(description="A record of the demonstration, not a fact.")
    natural_villages: list[NaturalVillage]
    works: list[VillageWork] = read(
        Many(where=lambda own, parent, _: [own.c.village_id == row_of(parent).c.id],
             order_by=("code",)),
        description="What is planned, by code.")
    components: list[ComponentProgress] = as_of(
        Many(rows=filters.village_components, order_by=("ordinal",)),
        "How the components with works stand.")
    progress: Percent | None = as_of(
        Expression(filters.village_progress), "How far it is; null: nothing is planned.")
    standing: VillageStanding | None = as_of(
        One(rows=filters.village_standing), "How it stands; null: nothing is planned.")
    reports: Connection[VillageReport] = page(
        within(REPORT_PAGE, _of_village), filter=VillageReportFilter | None,
        order=VillageReportOrder | None,
        description="What was reported of its works, the newest first.")
    projects: list[AidProject] = read(
        Many(where=linked(model.ProjectVillage, "project_id", "village_id"), order_by=("code",)),
        description="Projects done in it, by code.")
    acceptances: list[VillageAcceptance] = strawberry.field(
        description="How it was judged, the oldest first.")
    version: int
    history: list[Change] = history_of("key_village")

"""Types of projects: the project, its stages, milestones, progress, evaluations, documents."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, Text, cast, func, select

from aid.access.policy import Permission
from aid.cadres.model import SecondmentProject
from aid.database.base import Base
from aid.plans.model import PlanTarget as PlanTargetRow
from aid.projects import correction_model, model
from aid.projects.document_model import ProgressDocument
from aid.villages.model import ProjectVillage
from schema.connection import Connection, page
from schema.funds.filters import (
    MOVEMENT_PAGE,
    MovementFilter,
    MovementOrder,
    balances_of,
    of_project,
    tranches_of,
)
from schema.node import Change, Node, history_of
from schema.plans.types import Plan, PlanTarget
from schema.projects import filters
from schema.projects.terms import AssessmentKind, DeliveryMode, Evidence, ProjectKind, Stage
from schema.read.arguments import Arguments
from schema.read.fields import Many, One, expression, read, reads, within
from schema.read.json import joined, text
from schema.read.tables import linked, rows_of
from schema.regions.types import Pairing, RecipientRegion, SupportingCity, SupportingDistrict
from schema.scalars import Percent, Yuan

if TYPE_CHECKING:
    from schema.cadres.types import Secondment
    from schema.funds.types import Balances, ChainHead, FundingTranche, Movement
    from schema.villages.types import KeyVillage

_MONEY = strawberry.lazy("schema.funds.types")
_Tranche = Annotated["FundingTranche", _MONEY]
_Movement = Annotated["Movement", _MONEY]
_Balances = Annotated["Balances", _MONEY]
_ChainHead = Annotated["ChainHead", _MONEY]


def of_fen(column: str, description: str) -> Any:
    """An amount that is stored in fen."""
    return expression(lambda table, _: table.c[column], description=description)


def document_of(description: str, *, column: str = "document_id") -> Any:
    """The document that a row names, if it names one."""

    def where(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
        assert parent is not None  # noqa: S101  a field of an object
        return [own.c.id == parent.c[column]]

    return read(One(where=where), description=description)


def documents_of(link: type[Base]) -> Any:
    """The documents that a report came with, by the table that links them."""
    return read(Many(where=linked(link, "document_id", "report_id"), order_by=("id",)),
                description="What it came with: pictures as a rule.")


def _plan(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
    assert parent is not None  # noqa: S101  a field of an object
    target = rows_of(PlanTargetRow)
    wanted = select(target.c.plan_id).where(target.c.id == parent.c.target_id)
    return [own.c.id == wanted.correlate(parent).scalar_subquery()]


def _url(table: FromClause, _: Arguments) -> ColumnElement[Any]:
    name = func.replace(table.c.file_name, text("%"), text("%25"))
    return joined([text("/documents/"), cast(table.c.id, Text()), text("/"),
                   func.replace(name, text("#"), text("%23"), type_=Text())])


@reads(model.Sector, needs=Permission.PROJECT_READ)
@strawberry.type(description="A field of aid (领域): housing, education, health.")
class Sector(Node):
    code: str
    name: str
    name_en: str


@reads(model.Document, needs=Permission.PROJECT_READ)
@strawberry.type(description="A file that somebody attached (附件). Never changed later.")
class Document(Node):
    project: "AidProject | None" = strawberry.field(description="Null: it is of no single project.")
    title: str
    file_name: str
    media_type: str
    size: int = strawberry.field(description="In bytes.")
    sha256: str = expression(
        lambda table, _: func.encode(table.c.sha256, text("hex")),
        description="SHA-256 of the bytes, in hexadecimal.")
    url: str = expression(_url, description="The path to fetch it from.")
    recorded_at: datetime = strawberry.field(description="When it was recorded (UTC).")
    actor: str = strawberry.field(description="Who attached it.")


@reads(model.StageChange, needs=Permission.PROJECT_READ)
@strawberry.type(description="A move from one stage to the next, or aside. Never changed later.")
class StageChange:
    from_stage: Stage | None = strawberry.field(description="Null: the project came into being.")
    to_stage: Stage
    occurred_on: date
    evidence: Evidence | None = strawberry.field(description="What the stage needs.")
    evidence_no: str | None
    document: Document | None = document_of("What shows it.")
    reason: str | None
    override: bool = strawberry.field(
        description="Whether the evidence was missing and it moved all the same.")
    recorded_at: datetime = strawberry.field(description="When it was recorded (UTC).")
    actor: str


@reads(model.ProjectAdjustment, needs=Permission.PROJECT_READ)
@strawberry.type(description="A change of the approved investment (概算调整). Never changed later.")
class ProjectAdjustment:
    old_investment: Yuan = of_fen("old_fen", "Approved until then.")
    new_investment: Yuan = of_fen("new_fen", "Approved from then on.")
    reapproval: bool = strawberry.field(
        description="Whether it was 10 % or more and the project had to be approved anew.")
    reason: str
    document_no: str | None
    adjusted_on: date
    recorded_at: datetime = strawberry.field(description="When it was recorded (UTC).")
    actor: str


@reads(model.Rescheduling, needs=Permission.PROJECT_READ)
@strawberry.type(description="A milestone was planned for another day. Never changed later.")
class Rescheduling:
    old_on: date
    new_on: date
    reason: str
    recorded_at: datetime = strawberry.field(description="When it was recorded (UTC).")
    actor: str


@reads(correction_model.MilestoneCorrection, needs=Permission.PROJECT_READ)
@strawberry.type(description="What had been logged of a milestone was wrong. Never changed later.")
class MilestoneCorrection:
    old_on: date = strawberry.field(description="The day it had been logged for.")
    new_on: date | None = strawberry.field(description="Null: the log was withdrawn.")
    old_evidence_no: str | None
    old_document: Document | None = document_of(
        "What had shown it.", column="old_document_id")
    old_note: str | None
    reason: str
    recorded_at: datetime = strawberry.field(description="When it was recorded (UTC).")
    actor: str


def _of_milestone(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
    assert parent is not None  # noqa: S101  a field of an object
    return [own.c.milestone_id == parent.c.id]


@reads(model.Milestone, needs=Permission.PROJECT_READ)
@strawberry.type(description="A point in a project's work (里程碑).")
class Milestone(Node):
    project: "AidProject"
    stage: Stage
    name: str
    name_en: str | None
    planned_on: date = strawberry.field(description="As planned now.")
    met_on: date | None = strawberry.field(description="Null: not yet.")
    late: bool = expression(
        filters.milestone_late, arguments={"on": date | None}, defaults={"on": None},
        description="Whether it is not met and its planned day has passed, on the day `on`; "
                    "without one, today in China.")
    evidence_no: str | None
    document: Document | None = document_of("What shows it.")
    note: str | None
    reschedulings: list[Rescheduling] = strawberry.field(description="The oldest first.")
    corrections: list[MilestoneCorrection] = read(
        Many(where=_of_milestone, order_by=("id",)), description="Of what was logged; the oldest "
                                                                 "first.")
    version: int = strawberry.field(description="Give it back as expectedVersion to change it.")
    history: list[Change] = history_of("milestone")


@reads(model.ProgressReport, needs=Permission.PROJECT_READ)
@strawberry.type(description="Physical progress on a day (形象进度). Never changed later: a "
                             "correction is a new report.")
class ProgressReport:
    reported_on: date
    percent: Percent
    note: str | None
    documents: list[Document] = documents_of(ProgressDocument)
    recorded_at: datetime = strawberry.field(description="When it was recorded (UTC).")
    actor: str


@reads(model.Assessment, needs=Permission.PROJECT_READ)
@strawberry.type(description="What acceptance, the final audit or a third party found. Never "
                             "changed later.")
class Evaluation:
    kind: AssessmentKind
    assessed_on: date
    assessor: str = strawberry.field(description="Who judged.")
    passed: bool
    score: Decimal | None = strawberry.field(description="Of 100 points.")
    settled_investment: Yuan | None = of_fen("settled_fen", "What the audit settled (决算审定).")
    findings: str | None
    document: Document | None = document_of("The report.")
    recorded_at: datetime = strawberry.field(description="When it was recorded (UTC).")
    actor: str


@reads(model.Project, needs=Permission.PROJECT_READ)
@strawberry.type(description="An aid project (帮扶项目).")
class AidProject(Node):
    code: str
    name: str
    name_en: str | None
    description: str | None
    recipient: RecipientRegion = strawberry.field(description="Whose project it is.")
    region: RecipientRegion = strawberry.field(
        description="The division it lies in: the recipient, or one below.")
    place: str | None = strawberry.field(description="Where in the region, in words.")
    supporter: SupportingCity
    district: SupportingDistrict | None = strawberry.field(
        description="The district of the supporter that gives.")
    pairing: Pairing | None
    plan: Plan | None = read(One(where=_plan), description="The plan of its target.")
    target: PlanTarget | None = strawberry.field(description="The plan target it serves.")
    sector: Sector
    kind: ProjectKind
    delivery_mode: DeliveryMode
    stage: Stage
    held_stage: Stage | None = strawberry.field(
        description="The stage it goes on from, when it is suspended or approved anew.")
    stage_history: list[StageChange] = strawberry.field(description="The oldest first.")
    proposed_investment: Yuan = of_fen("proposed_fen", "As proposed (申报投资).")
    approved_investment: Yuan | None = of_fen(
        "approved_fen", "As approved, with its adjustments (批复投资); null until approval.")
    adjustments: list[ProjectAdjustment] = strawberry.field(description="The oldest first.")
    planned_start: date
    planned_end: date
    approved_on: date | None
    started_on: date | None
    completed_on: date | None
    accepted_on: date | None
    audited_on: date | None
    closed_on: date | None
    milestones: list[Milestone] = strawberry.field(description="The earliest planned first.")
    progress: Percent = strawberry.field(description="As last reported; 0 before any report.")
    progress_on: date | None = strawberry.field(description="The day of that report.")
    reports: list[ProgressReport] = strawberry.field(description="By day, the earliest first.")
    documents: list[Document] = strawberry.field(description="The oldest first.")
    assessments: list[Evaluation] = strawberry.field(
        name="evaluations", description="The oldest first.")
    villages: list[Annotated["KeyVillage", strawberry.lazy("schema.villages.types")]] = read(
        Many(where=linked(ProjectVillage, "village_id", "project_id"), order_by=("code",)),
        description="Key villages it is done in, by code.")
    secondments: list[Annotated["Secondment", strawberry.lazy("schema.cadres.types")]] = read(
        Many(where=linked(SecondmentProject, "secondment_id", "project_id"),
             order_by=("starts_on",)),
        description="Terms of those who answer for it, the earliest first.")
    tranches: list[_Tranche] = read(
        Many(where=tranches_of, order_by=("seq",)),
        arguments={"withdrawn": bool | None}, defaults={"withdrawn": False},
        description="Planned instalments (资金批次), by number; those that were withdrawn only if "
                    "asked for, null: all.")
    movements: Connection[_Movement] = page(
        within(MOVEMENT_PAGE, of_project), filter=MovementFilter | None,
        order=MovementOrder | None, description="What moved of its money, the newest first.")
    balances: _Balances = balances_of("project_id", "Where its money stands.")
    chain: _ChainHead | None = read(
        One(where=of_project), description="The head of its chain of movements; null: nothing "
                                           "has moved.")
    late: bool = expression(
        filters.project_late, arguments={"on": date | None}, defaults={"on": None},
        description="Whether it is neither completed nor ended and its planned end has passed, on "
                    "the day `on`; without one, today in China.")
    simulated: bool = strawberry.field(description="Whether it is a record of the demonstration.")
    version: int = strawberry.field(description="Give it back as expectedVersion to change it.")
    history: list[Change] = history_of("project")

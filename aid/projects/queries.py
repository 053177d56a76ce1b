"""Reads of projects for pages and exports. Rows come back frozen, never as live objects."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, selectinload

from aid.plans.model import Plan, PlanTarget
from aid.projects.correction_model import MilestoneCorrection
from aid.projects.document_model import ProgressDocument
from aid.projects.model import (
    Assessment,
    Document,
    Milestone,
    ProgressReport,
    Project,
    ProjectAdjustment,
    Sector,
    StageChange,
)
from aid.projects.rules import ENDED, late, project_late
from aid.projects.terms import Stage
from aid.regions.model import Division, Pairing, SupportingCity, SupportingDistrict
from aid.text import Text


@dataclass(frozen=True, slots=True)
class StageRow:
    """A move of a project. `override`: the evidence was missing, for the reason given."""

    from_stage: str | None
    to_stage: str
    on: date
    evidence: str | None
    evidence_no: str | None
    document_id: int | None
    reason: str | None
    override: bool
    actor: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ReschedulingRow:
    """A milestone was planned for another day."""

    old_on: date
    new_on: date
    reason: str
    actor: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """What had been logged of a milestone; `new_on` is None where that was withdrawn."""

    old_on: date
    new_on: date | None
    old_evidence_no: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone of a project."""

    id: int
    version: int
    stage: str
    name: Text
    planned_on: date
    met_on: date | None
    late: bool
    evidence_no: str | None
    document_id: int | None
    note: str | None
    reschedulings: tuple[ReschedulingRow, ...]
    corrections: tuple[CorrectionRow, ...]


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """A change of the approved investment, in fen."""

    old_fen: int
    new_fen: int
    reapproval: bool
    reason: str
    document_no: str | None
    on: date
    actor: str


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """Progress in percent, as reported for a day, with the documents that it came with."""

    on: date
    percent: Decimal
    note: str | None
    document_ids: tuple[int, ...]
    actor: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """What an acceptance, an audit or a third party found."""

    kind: str
    on: date
    assessor: str
    passed: bool
    score: Decimal | None
    settled_fen: int | None
    findings: str | None
    document_id: int | None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document by its title; `sha256` in hexadecimal, `size` in bytes."""

    id: int
    title: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    actor: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project with all that belongs to it. Amounts are fen, progress percent."""

    id: int
    version: int
    code: str
    name: Text
    description: str | None
    recipient_id: int
    recipient: Text
    region: Text
    locality: str | None
    supporter: Text
    district: Text | None
    pairing_code: str | None
    plan_code: str | None
    target_code: str | None
    sector: Text
    kind: str
    delivery_mode: str
    stage: str
    held_stage: str | None
    proposed_fen: int
    approved_fen: int | None
    planned_start: date
    planned_end: date
    started_on: date | None
    completed_on: date | None
    progress: Decimal
    progress_on: date | None
    late: bool
    simulated: bool
    stages: tuple[StageRow, ...]
    milestones: tuple[MilestoneRow, ...]
    adjustments: tuple[AdjustmentRow, ...]
    reports: tuple[ProgressRow, ...]
    assessments: tuple[AssessmentRow, ...]
    documents: tuple[DocumentRow, ...]


@dataclass(frozen=True, slots=True)
class DueRow:
    """A milestone that is not met, of a project that goes on. `days` until its planned day."""

    id: int
    version: int
    project_code: str
    project: Text
    simulated: bool
    recipient_code: str
    recipient: Text
    stage: str
    name: Text
    planned_on: date
    days: int


@dataclass(frozen=True, slots=True)
class SectorRow:
    """A sector that projects belong to."""

    id: int
    code: str
    name: Text


async def sector_rows(session: AsyncSession) -> list[SectorRow]:
    """All sectors in their order."""
    rows = await session.scalars(select(Sector).order_by(Sector.ordinal, Sector.id))
    return [SectorRow(row.id, row.code, _named(row)) for row in rows]


def _text(zh: str, en: str | None) -> Text:
    return Text(zh, en or zh)


async def project_by_code(session: AsyncSession, code: str, *, today: date) -> ProjectRow | None:
    """A project with everything, or None when there is none of this code for the actor."""
    recipient, region = aliased(Division), aliased(Division)
    supporter, district = aliased(Division), aliased(Division)
    found = (await session.execute(
        select(Project, recipient, region, supporter, district, Sector, Pairing.code, Plan.code,
               PlanTarget.code)
        .join(recipient, recipient.id == Project.recipient_id)
        .join(region, region.id == Project.region_id)
        .join(SupportingCity, SupportingCity.id == Project.supporter_id)
        .join(supporter, supporter.id == SupportingCity.division_id)
        .join(Sector, Sector.id == Project.sector_id)
        .outerjoin(SupportingDistrict, SupportingDistrict.id == Project.district_id)
        .outerjoin(district, district.id == SupportingDistrict.division_id)
        .outerjoin(Pairing, Pairing.id == Project.pairing_id)
        .outerjoin(PlanTarget, PlanTarget.id == Project.target_id)
        .outerjoin(Plan, Plan.id == PlanTarget.plan_id)
        .where(Project.code == code)
        .options(
            selectinload(Project.stage_history), selectinload(Project.adjustments),
            selectinload(Project.reports), selectinload(Project.assessments),
            selectinload(Project.documents),
            selectinload(Project.milestones).selectinload(Milestone.reschedulings))
    )).one_or_none()
    if found is None:
        return None
    project, its_recipient, its_region, its_supporter, its_district, sector, *codes = found
    names = _Names(
        _named(its_recipient), _named(its_region), _named(its_supporter),
        _named(its_district) if its_district else None, _named(sector), *codes)
    return _project_row(project, names, await _shown(session, project.id),
                        await _corrections(session, project.id), today)


async def _corrections(session: AsyncSession, project_id: int) -> dict[int, list[CorrectionRow]]:
    """What had been logged wrongly, by milestone; the oldest first."""
    at, found = MilestoneCorrection, defaultdict(list)
    for one in await session.scalars(
            select(at).join(Milestone, Milestone.id == at.milestone_id)
            .where(Milestone.project_id == project_id).order_by(at.id)):
        found[one.milestone_id].append(
            CorrectionRow(one.old_on, one.new_on, one.old_evidence_no, one.reason))
    return found


async def _shown(session: AsyncSession, project_id: int) -> dict[int, list[int]]:
    """The documents that a project's reports came with, by report."""
    found = defaultdict(list)
    for report, document in await session.execute(
            select(ProgressDocument.report_id, ProgressDocument.document_id)
            .join(ProgressReport, ProgressReport.id == ProgressDocument.report_id)
            .where(ProgressReport.project_id == project_id)
            .order_by(ProgressDocument.document_id)):
        found[report].append(document)
    return found


@dataclass(frozen=True, slots=True)
class _Names:
    """What a project refers to, by name or by code."""

    recipient: Text
    region: Text
    supporter: Text
    district: Text | None
    sector: Text
    pairing: str | None
    plan: str | None
    target: str | None


def _named(row: Division | Sector) -> Text:
    return _text(row.name, row.name_en)


def _project_row(
    row: Project, names: _Names, shown: Mapping[int, Sequence[int]],
    corrections: Mapping[int, Sequence[CorrectionRow]], today: date,
) -> ProjectRow:
    return ProjectRow(
        row.id, row.version, row.code, _text(row.name, row.name_en), row.description,
        row.recipient_id, names.recipient, names.region, row.place, names.supporter,
        names.district, names.pairing, names.plan, names.target, names.sector, row.kind,
        row.delivery_mode, row.stage, row.held_stage, row.proposed_fen, row.approved_fen,
        row.planned_start, row.planned_end, row.started_on, row.completed_on, row.progress,
        row.progress_on,
        project_late(row.planned_end, row.completed_on, Stage(row.stage), today), row.simulated,
        tuple(map(_stage_row, row.stage_history)),
        tuple(_milestone_row(one, corrections.get(one.id, ()), today) for one in row.milestones),
        tuple(map(_adjustment_row, row.adjustments)), tuple(
            _progress_row(one, shown.get(one.id, ())) for one in row.reports),
        tuple(map(_assessment_row, row.assessments)), tuple(map(_document_row, row.documents)),
    )


def _stage_row(row: StageChange) -> StageRow:
    return StageRow(row.from_stage, row.to_stage, row.occurred_on, row.evidence, row.evidence_no,
                    row.document_id, row.reason, row.override, row.actor, row.recorded_at)


def _milestone_row(
    row: Milestone, corrections: Sequence[CorrectionRow], today: date
) -> MilestoneRow:
    return MilestoneRow(
        row.id, row.version, row.stage, _text(row.name, row.name_en), row.planned_on, row.met_on,
        late(row.planned_on, row.met_on, today), row.evidence_no, row.document_id, row.note,
        tuple(ReschedulingRow(one.old_on, one.new_on, one.reason, one.actor, one.recorded_at)
              for one in row.reschedulings), tuple(corrections))


def _adjustment_row(row: ProjectAdjustment) -> AdjustmentRow:
    return AdjustmentRow(row.old_fen, row.new_fen, row.reapproval, row.reason, row.document_no,
                         row.adjusted_on, row.actor)


def _progress_row(row: ProgressReport, shown: Sequence[int]) -> ProgressRow:
    return ProgressRow(row.reported_on, row.percent, row.note, tuple(shown), row.actor,
                       row.recorded_at)


def _assessment_row(row: Assessment) -> AssessmentRow:
    return AssessmentRow(row.kind, row.assessed_on, row.assessor, row.passed, row.score,
                         row.settled_fen, row.findings, row.document_id)


def _document_row(row: Document) -> DocumentRow:
    return DocumentRow(row.id, row.title, row.file_name, row.media_type, row.size,
                       row.sha256.hex(), row.actor, row.recorded_at)


async def documents_by_id(
    session: AsyncSession, ids: Collection[int]
) -> dict[int, DocumentRow]:
    """These documents, as far as the actor sees them."""
    rows = await session.scalars(select(Document).where(Document.id.in_(ids)))
    return {row.id: _document_row(row) for row in rows}


async def late_milestones(
    session: AsyncSession, *, today: date, recipient_id: int | None = None, limit: int = 100
) -> list[DueRow]:
    """Milestones whose planned day has passed, the longest late first."""
    query = _due(recipient_id).where(Milestone.planned_on < today)
    return await _due_rows(session, query, today, limit)


async def milestones_due_soon(
    session: AsyncSession, *, today: date, days: int = 30, recipient_id: int | None = None,
    limit: int = 100,
) -> list[DueRow]:
    """Milestones planned for today or the next so many days, the nearest first."""
    query = _due(recipient_id).where(
        Milestone.planned_on.between(today, today + timedelta(days)))
    return await _due_rows(session, query, today, limit)


def _due(recipient_id: int | None) -> Select[Milestone, Project, Division]:
    """Milestones not met, of projects that are neither ended nor suspended."""
    query = (
        select(Milestone, Project, Division)
        .join(Project, Project.id == Milestone.project_id)
        .join(Division, Division.id == Milestone.recipient_id)
        .where(Milestone.met_on.is_(None),
               Project.stage.not_in([*sorted(ENDED), Stage.SUSPENDED]))
    )
    return query if recipient_id is None else query.where(Milestone.recipient_id == recipient_id)


async def _due_rows(
    session: AsyncSession, query: Select[Milestone, Project, Division], today: date, limit: int
) -> list[DueRow]:
    rows = await session.execute(query.order_by(Milestone.planned_on, Milestone.id).limit(limit))
    return [
        DueRow(one.id, one.version, project.code, _text(project.name, project.name_en),
               project.simulated, place.code, _text(place.name, place.name_en), one.stage,
               _text(one.name, one.name_en), one.planned_on, (one.planned_on - today).days)
        for one, project, place in rows
    ]

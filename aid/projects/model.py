"""Tables of projects. Every row carries the recipient whose data it is; nothing is ever deleted."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aid.database.base import Base, Id, one_of
from aid.database.search import Sought, terms_of
from aid.history import Tracked
from aid.plans.model import PlanTarget
from aid.projects.lists import LISTED, ORDERED
from aid.projects.terms import AssessmentKind, DeliveryMode, Evidence, ProjectKind, Stage
from aid.regions.model import Division, Pairing, SupportingCity, SupportingDistrict


def of_project(name: str) -> ForeignKeyConstraint:
    """A child row belongs to its project and bears the same recipient, always."""
    return ForeignKeyConstraint(
        ["project_id", "recipient_id"], ["project.id", "project.recipient_id"],
        name=f"fk_{name}_project", onupdate="CASCADE")


class Sector(Base):
    """A field of aid (领域): housing, education, health … Reference data."""

    __tablename__ = "sector"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    ordinal: Mapped[int]


class Project(Tracked, Sought, Base):
    """An aid project (帮扶项目).

    `recipient_id` is the recipient whose data it is, `region_id` the division it lies in, which is
    that or one below. `approved_fen` is the approved investment, null until approval. `held_stage`
    says from which stage it goes on when SUSPENDED, or in RESERVE to be approved anew. The first
    dates of stages and the last progress (by a trigger) are for lists and metrics, as
    `progress_hundredths` is: only whole numbers are compared before row security looks.
    `proposal_key` is the proposer's own, `proposal_digest` the SHA-256 of the draft.
    """

    unfollowed = frozenset({"id", "version", "progress", "progress_on", "progress_hundredths",
                            "sought", "proposal_key", "proposal_digest"})

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("id", "recipient_id", postgresql_include=[
            "region_id", "supporter_id", "district_id", "sector_id", "approved_fen"]),
        one_of("kind", ProjectKind),
        one_of("delivery_mode", DeliveryMode),
        one_of("stage", Stage),
        CheckConstraint("code ~ '^[A-Z0-9][A-Z0-9-]*$'", name="code"),
        CheckConstraint("stage = 'reserve' OR (stage = 'suspended') = (held_stage IS NOT NULL)",
                        name="held_stage"),
        CheckConstraint("proposed_fen > 0 AND (approved_fen IS NULL OR approved_fen > 0)",
                        name="amounts"),
        CheckConstraint("stage IN ('reserve', 'suspended', 'cancelled')"
                        " OR approved_fen IS NOT NULL", name="approved"),
        CheckConstraint("planned_end >= planned_start", name="planned"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        CheckConstraint("(proposal_key IS NULL) = (proposal_digest IS NULL)", name="proposal"),
        Index("uq_project_proposal_key", "recipient_id", "proposal_key", unique=True,
              postgresql_where=text("proposal_key IS NOT NULL")),
        Index("ix_project_region_id", "region_id"),
        Index("ix_project_district_id", "district_id"),
        Index("ix_project_pairing_id", "pairing_id"),
        Index("ix_project_target_id", "target_id"),
        Index("ix_project_stage", "stage", "id"),
        *(Index(f"ix_project_{order}", "recipient_id", text(column), "id",
                postgresql_include=[*LISTED, *(("sought",) if order == "code" else ())])
          for order, column in ORDERED.items()),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    description: Mapped[str | None]
    recipient_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    region_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    place: Mapped[str | None]
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporting_city.id"))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("supporting_district.id"))
    pairing_id: Mapped[int | None] = mapped_column(ForeignKey("pairing.id"))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("plan_target.id"))
    sector_id: Mapped[int] = mapped_column(ForeignKey("sector.id"))
    kind: Mapped[str]
    delivery_mode: Mapped[str]
    stage: Mapped[str] = mapped_column(default=Stage.RESERVE)
    held_stage: Mapped[str | None]
    proposed_fen: Mapped[int]
    approved_fen: Mapped[int | None]
    planned_start: Mapped[date]
    planned_end: Mapped[date]
    approved_on: Mapped[date | None]
    started_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    audited_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    progress: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    progress_on: Mapped[date | None]
    progress_hundredths: Mapped[int] = mapped_column(
        BigInteger, Computed("(progress * 100)::bigint", persisted=True))
    simulated: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    proposal_key: Mapped[str | None]
    proposal_digest: Mapped[bytes | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy

    recipient: Mapped[Division] = relationship(foreign_keys=[recipient_id], lazy="raise")
    region: Mapped[Division] = relationship(foreign_keys=[region_id], lazy="raise")
    supporter: Mapped[SupportingCity] = relationship(lazy="raise")
    district: Mapped[SupportingDistrict | None] = relationship(lazy="raise")
    pairing: Mapped[Pairing | None] = relationship(lazy="raise")
    target: Mapped[PlanTarget | None] = relationship(lazy="raise")
    sector: Mapped[Sector] = relationship(lazy="raise")
    stage_history: Mapped[list["StageChange"]] = relationship(
        order_by="StageChange.id", lazy="raise", back_populates="project")
    milestones: Mapped[list["Milestone"]] = relationship(
        order_by="Milestone.planned_on, Milestone.id", lazy="raise", back_populates="project")
    adjustments: Mapped[list["ProjectAdjustment"]] = relationship(
        order_by="ProjectAdjustment.id", lazy="raise", back_populates="project")
    reports: Mapped[list["ProgressReport"]] = relationship(
        order_by="ProgressReport.reported_on, ProgressReport.id", lazy="raise",
        back_populates="project")
    assessments: Mapped[list["Assessment"]] = relationship(
        order_by="Assessment.id", lazy="raise", back_populates="project")
    documents: Mapped[list["Document"]] = relationship(
        order_by="Document.id", lazy="raise", back_populates="project")


PROJECT_TERM = terms_of(Project, "project_id")


class StageChange(Base):
    """A project moved from one stage to the next, or aside. Append-only.

    `override` says that the evidence the stage needs was missing and why it moved all the same.
    """

    __tablename__ = "stage_change"
    __table_args__ = (
        of_project("stage_change"),
        one_of("from_stage", Stage),
        one_of("to_stage", Stage),
        one_of("evidence", Evidence),
        CheckConstraint("to_stage NOT IN ('suspended', 'cancelled') OR reason IS NOT NULL",
                        name="reason"),
        Index("ix_stage_change_project_id", "project_id", "id"),
        Index("ix_stage_change_cancelled", "project_id", "occurred_on",
              postgresql_where=text("to_stage = 'cancelled'"),
              postgresql_include=["recipient_id"]),
    )

    id: Mapped[Id]
    project_id: Mapped[int]
    recipient_id: Mapped[int]
    from_stage: Mapped[str | None]
    to_stage: Mapped[str]
    occurred_on: Mapped[date]
    evidence: Mapped[str | None]
    evidence_no: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    reason: Mapped[str | None]
    override: Mapped[bool] = mapped_column(default=False)
    actor: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    project: Mapped[Project] = relationship(
        foreign_keys="StageChange.project_id",
        primaryjoin="Project.id == StageChange.project_id", lazy="raise",
        back_populates="stage_history")


class ProjectAdjustment(Base):
    """A change of the approved investment (概算调整): old and new fen, why. Append-only.

    `reapproval` says that it was 10 % or more and sent the project back to be approved anew.
    """

    __tablename__ = "project_adjustment"
    __table_args__ = (
        of_project("project_adjustment"),
        CheckConstraint("length(btrim(reason)) > 0", name="reason"),
        CheckConstraint("new_fen > 0 AND new_fen <> old_fen", name="amounts"),
        Index("ix_project_adjustment_project_id", "project_id", "id"),
    )

    id: Mapped[Id]
    project_id: Mapped[int]
    recipient_id: Mapped[int]
    old_fen: Mapped[int]
    new_fen: Mapped[int]
    reapproval: Mapped[bool]
    reason: Mapped[str]
    document_no: Mapped[str | None]
    adjusted_on: Mapped[date]
    actor: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    project: Mapped[Project] = relationship(
        foreign_keys="ProjectAdjustment.project_id",
        primaryjoin="Project.id == ProjectAdjustment.project_id", lazy="raise",
        back_populates="adjustments")


class Milestone(Tracked, Base):
    """A point in a project's work (里程碑): the day it is planned for, the day it was met.

    Late is derived, never stored: not met, and the planned day has passed.
    """

    __tablename__ = "milestone"
    __table_args__ = (
        of_project("milestone"),
        UniqueConstraint("project_id", "ordinal"),
        UniqueConstraint(
            "id", "project_id", postgresql_include=["recipient_id", "planned_on", "met_on"]),
        UniqueConstraint("id", "recipient_id"),
        one_of("stage", Stage),
        Index("ix_milestone_due", "planned_on", "id", postgresql_where=text("met_on IS NULL")),
        Index("ix_milestone_recipient_id", "recipient_id", "planned_on", "id",
              postgresql_include=["project_id", "met_on"]),
    )

    id: Mapped[Id]
    project_id: Mapped[int]
    recipient_id: Mapped[int]
    ordinal: Mapped[int]
    stage: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    planned_on: Mapped[date]
    met_on: Mapped[date | None]
    evidence_no: Mapped[str | None]
    note: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy

    project: Mapped[Project] = relationship(
        foreign_keys="Milestone.project_id",
        primaryjoin="Project.id == Milestone.project_id", lazy="raise",
        back_populates="milestones")
    reschedulings: Mapped[list["Rescheduling"]] = relationship(
        order_by="Rescheduling.id", lazy="raise", back_populates="milestone")


class Rescheduling(Base):
    """A milestone was planned for another day: the old day stays, with the reason. Append-only."""

    __tablename__ = "rescheduling"
    __table_args__ = (
        ForeignKeyConstraint(["milestone_id", "recipient_id"],
                             ["milestone.id", "milestone.recipient_id"],
                             name="fk_rescheduling_milestone", onupdate="CASCADE"),
        CheckConstraint("length(btrim(reason)) > 0", name="reason"),
        CheckConstraint("old_on <> new_on", name="days"),
        Index("ix_rescheduling_milestone_id", "milestone_id", "id", postgresql_include=[
            "recipient_id", "recorded_at", "old_on"]),
    )

    id: Mapped[Id]
    milestone_id: Mapped[int]
    recipient_id: Mapped[int]
    old_on: Mapped[date]
    new_on: Mapped[date]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    milestone: Mapped[Milestone] = relationship(
        foreign_keys="Rescheduling.milestone_id",
        primaryjoin="Milestone.id == Rescheduling.milestone_id", lazy="raise",
        back_populates="reschedulings")


class ProgressReport(Base):
    """Physical progress (形象进度) on a day, percent 0–100. Append-only: a correction is a new one.
    """

    __tablename__ = "progress_report"
    __table_args__ = (
        of_project("progress_report"),
        UniqueConstraint("id", "recipient_id"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        Index("ix_progress_report_project_id", "project_id", "reported_on", "id",
              postgresql_include=["recipient_id", "percent"]),
    )

    id: Mapped[Id]
    project_id: Mapped[int]
    recipient_id: Mapped[int]
    reported_on: Mapped[date]
    percent: Mapped[Decimal]
    note: Mapped[str | None]
    actor: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    project: Mapped[Project] = relationship(
        foreign_keys="ProgressReport.project_id",
        primaryjoin="Project.id == ProgressReport.project_id", lazy="raise",
        back_populates="reports")


class Assessment(Base):
    """What acceptance, the final audit or a third party found. Append-only."""

    __tablename__ = "assessment"
    __table_args__ = (
        of_project("assessment"),
        one_of("kind", AssessmentKind),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint("settled_fen >= 0", name="settled"),
        Index("ix_assessment_project_id", "project_id", "id"),
    )

    id: Mapped[Id]
    project_id: Mapped[int]
    recipient_id: Mapped[int]
    kind: Mapped[str]
    assessed_on: Mapped[date]
    assessor: Mapped[str]
    passed: Mapped[bool]
    score: Mapped[Decimal | None]
    settled_fen: Mapped[int | None]
    findings: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    actor: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    project: Mapped[Project] = relationship(
        foreign_keys="Assessment.project_id",
        primaryjoin="Project.id == Assessment.project_id", lazy="raise",
        back_populates="assessments")


class Document(Base):
    """A file that somebody attached (附件): its bytes are kept once, by SHA-256. Append-only."""

    __tablename__ = "document"
    __table_args__ = (
        of_project("document"),
        UniqueConstraint("id", "recipient_id"),
        UniqueConstraint("project_id", "sha256", "title"),
        CheckConstraint("length(sha256) = 32 AND size > 0", name="content"),
        Index("ix_document_project_id", "project_id", "id"),
        Index("ix_document_sha256", "sha256"),
    )

    id: Mapped[Id]
    recipient_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    project_id: Mapped[int | None]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int]
    media_type: Mapped[str]
    file_name: Mapped[str]
    title: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    project: Mapped[Project | None] = relationship(
        foreign_keys="Document.project_id",
        primaryjoin="Project.id == Document.project_id", lazy="raise",
        back_populates="documents")

"""Tables of key villages. Every row carries the recipient whose data it is."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aid.database.base import Base, Id, one_of
from aid.database.search import Sought, terms_of
from aid.history import Tracked
from aid.projects.document_model import of_document
from aid.projects.model import Project
from aid.regions.model import Division, SupportingCity, SupportingDistrict
from aid.villages.terms import Component


def _of_village(name: str) -> ForeignKeyConstraint:
    """A child row belongs to its village and bears the same recipient, always."""
    return ForeignKeyConstraint(
        ["village_id", "recipient_id"], ["key_village.id", "key_village.recipient_id"],
        name=f"fk_{name}_village", onupdate="CASCADE")


class KeyVillage(Tracked, Sought, Base):
    """An administrative village whose works are planned as a whole (重点村, 整村推进).

    `region_id` is the county it lies in (or the recipient itself), `designated_in` the year of its
    designation. `simulated` marks a record of the demonstration.
    """

    unfollowed = frozenset({"id", "version", "sought"})

    __tablename__ = "key_village"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("id", "recipient_id"),
        CheckConstraint("code ~ '^[A-Z0-9][A-Z0-9-]*$'", name="code"),
        CheckConstraint("designated_in BETWEEN 1979 AND 2100", name="designated_in"),
        CheckConstraint("households >= 0 AND population >= 0", name="people"),
        Index("ix_key_village_recipient_id", "recipient_id", "id"),
        Index("ix_key_village_region_id", "region_id"),
        Index("ix_key_village_district_id", "district_id"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    recipient_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    region_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    township: Mapped[str | None]
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporting_city.id"))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("supporting_district.id"))
    designated_in: Mapped[int]
    households: Mapped[int | None]
    population: Mapped[int | None]
    simulated: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy

    recipient: Mapped[Division] = relationship(foreign_keys=[recipient_id], lazy="raise")
    region: Mapped[Division] = relationship(foreign_keys=[region_id], lazy="raise")
    supporter: Mapped[SupportingCity] = relationship(lazy="raise")
    district: Mapped[SupportingDistrict | None] = relationship(lazy="raise")
    natural_villages: Mapped[list["NaturalVillage"]] = relationship(
        order_by="NaturalVillage.id", lazy="raise", back_populates="village")
    works: Mapped[list["VillageWork"]] = relationship(
        order_by="VillageWork.component, VillageWork.id", lazy="raise", back_populates="village")
    acceptances: Mapped[list["VillageAcceptance"]] = relationship(
        order_by="VillageAcceptance.id", lazy="raise", back_populates="village")
    projects: Mapped[list[Project]] = relationship(
        secondary="project_village", primaryjoin="KeyVillage.id == ProjectVillage.village_id",
        secondaryjoin="Project.id == ProjectVillage.project_id", order_by="Project.id",
        lazy="raise", viewonly=True)


VILLAGE_TERM = terms_of(KeyVillage, "village_id")


class VillageProgress(Base):
    """How far a village is, percent 0–100, from a day on until another (exclusive); by triggers.

    The first of a village's days is the beginning of time, the last its end; a village without
    works has none. Planned quantities and costs are those planned now.
    """

    __tablename__ = "village_progress"
    __table_args__ = (
        _of_village("village_progress"),
        CheckConstraint("since < until AND progress BETWEEN 0 AND 100", name="progress"),
        Index("ix_village_progress_until", "until", "since",
              postgresql_include=["village_id", "recipient_id", "progress"]),
    )

    village_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date]
    recipient_id: Mapped[int]
    progress: Mapped[Decimal]


class ProjectVillage(Base):
    """A project that is done in a key village; both are the same recipient's."""

    __tablename__ = "project_village"
    __table_args__ = (
        _of_village("project_village"),
        ForeignKeyConstraint(["project_id", "recipient_id"],
                             ["project.id", "project.recipient_id"],
                             name="fk_project_village_project", onupdate="CASCADE"),
        Index("ix_project_village_project_id", "project_id"),
    )

    village_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    project_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recipient_id: Mapped[int]


class NaturalVillage(Base):
    """A hamlet of a key village (自然村)."""

    __tablename__ = "natural_village"
    __table_args__ = (
        _of_village("natural_village"),
        UniqueConstraint("village_id", "name"),
        UniqueConstraint("id", "village_id"),
        CheckConstraint("households >= 0 AND population >= 0", name="people"),
    )

    id: Mapped[Id]
    village_id: Mapped[int]
    recipient_id: Mapped[int]
    name: Mapped[str]
    households: Mapped[int | None]
    population: Mapped[int | None]

    village: Mapped[KeyVillage] = relationship(lazy="raise", back_populates="natural_villages")


class VillageWork(Tracked, Base):
    """A planned work: so much of a unit, of one component, in the village or one hamlet of it.

    `cost_fen` is its planned cost; null: not costed. `reported_*` is the last report, for lists.
    """

    __tablename__ = "village_work"
    __table_args__ = (
        _of_village("village_work"),
        ForeignKeyConstraint(["natural_village_id", "village_id"],
                             ["natural_village.id", "natural_village.village_id"],
                             name="fk_village_work_natural_village"),
        UniqueConstraint("id", "recipient_id"),
        UniqueConstraint("village_id", "code"),
        one_of("component", Component),
        CheckConstraint("planned > 0 AND (cost_fen IS NULL OR cost_fen > 0)", name="planned"),
        CheckConstraint("planned_end >= planned_start", name="period"),
        Index("ix_village_work_village_id", "village_id", "component", "id"),
        Index("ix_village_work_natural_village_id", "natural_village_id"),
        Index("ix_village_work_project_id", "project_id"),
    )

    id: Mapped[Id]
    village_id: Mapped[int]
    recipient_id: Mapped[int]
    natural_village_id: Mapped[int | None]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    code: Mapped[str]
    component: Mapped[str]
    name: Mapped[str]
    unit: Mapped[str]
    planned: Mapped[Decimal]
    cost_fen: Mapped[int | None]
    planned_start: Mapped[date]
    planned_end: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy

    village: Mapped[KeyVillage] = relationship(
        foreign_keys="VillageWork.village_id",
        primaryjoin="KeyVillage.id == VillageWork.village_id", lazy="raise",
        back_populates="works")
    natural_village: Mapped[NaturalVillage | None] = relationship(
        foreign_keys="VillageWork.natural_village_id",
        primaryjoin="NaturalVillage.id == VillageWork.natural_village_id",
        lazy="raise")
    reports: Mapped[list["VillageReport"]] = relationship(
        order_by="VillageReport.reported_on, VillageReport.id", lazy="raise",
        back_populates="work")
    adjustments: Mapped[list["WorkAdjustment"]] = relationship(
        order_by="WorkAdjustment.id", lazy="raise")


class WorkAdjustment(Base):
    """One field of a planned work changed: old and new value as text, why. Append-only."""

    __tablename__ = "work_adjustment"
    __table_args__ = (
        ForeignKeyConstraint(["work_id", "recipient_id"],
                             ["village_work.id", "village_work.recipient_id"],
                             name="fk_work_adjustment_work", onupdate="CASCADE"),
        CheckConstraint("length(btrim(reason)) > 0", name="reason"),
        Index("ix_work_adjustment_work_id", "work_id", "id"),
    )

    id: Mapped[Id]
    work_id: Mapped[int]
    recipient_id: Mapped[int]
    field: Mapped[str]
    old_value: Mapped[str | None]
    new_value: Mapped[str | None]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())


class VillageReport(Base):
    """How much of a work was done in all by a day. Append-only: a correction is a new report."""

    __tablename__ = "village_report"
    __table_args__ = (
        ForeignKeyConstraint(["work_id", "recipient_id"],
                             ["village_work.id", "village_work.recipient_id"],
                             name="fk_village_report_work", onupdate="CASCADE"),
        UniqueConstraint("id", "recipient_id"),
        CheckConstraint("done >= 0", name="done"),
        Index("ix_village_report_work_id", "work_id", "reported_on", "id",
              postgresql_include=["recipient_id", "done"]),
    )

    id: Mapped[Id]
    work_id: Mapped[int]
    recipient_id: Mapped[int]
    reported_on: Mapped[date]
    done: Mapped[Decimal]
    note: Mapped[str | None]
    actor: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    work: Mapped[VillageWork] = relationship(
        foreign_keys="VillageReport.work_id",
        primaryjoin="VillageWork.id == VillageReport.work_id", lazy="raise",
        back_populates="reports")


class VillageReportDocument(Base):
    """A picture, or another document, that a report of a work came with. Append-only: what a report
    was recorded with is all it has.
    """

    __tablename__ = "village_report_document"
    __table_args__ = (
        ForeignKeyConstraint(["report_id", "recipient_id"],
                             ["village_report.id", "village_report.recipient_id"],
                             name="fk_village_report_document_report", onupdate="CASCADE"),
        of_document("village_report_document"),
    )

    report_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recipient_id: Mapped[int]


class AcceptanceCriterion(Base):
    """A line of the acceptance score sheet (验收评分表): reference data, 100 points a sheet."""

    __tablename__ = "acceptance_criterion"
    __table_args__ = (
        UniqueConstraint("sheet", "code"),
        CheckConstraint("points > 0", name="points"),
    )

    id: Mapped[Id]
    sheet: Mapped[str]
    code: Mapped[str]
    component: Mapped[str | None]
    name: Mapped[str]
    name_en: Mapped[str]
    points: Mapped[Decimal]
    ordinal: Mapped[int]


class VillageAcceptance(Base):
    """A village was judged by a score sheet (验收). Append-only."""

    __tablename__ = "village_acceptance"
    __table_args__ = (
        _of_village("village_acceptance"),
        UniqueConstraint("id", "recipient_id"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        Index("ix_village_acceptance_village_id", "village_id", "id"),
    )

    id: Mapped[Id]
    village_id: Mapped[int]
    recipient_id: Mapped[int]
    sheet: Mapped[str]
    accepted_on: Mapped[date]
    assessor: Mapped[str]
    passed: Mapped[bool]
    score: Mapped[Decimal]
    note: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    actor: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    village: Mapped[KeyVillage] = relationship(
        foreign_keys="VillageAcceptance.village_id",
        primaryjoin="KeyVillage.id == VillageAcceptance.village_id", lazy="raise",
        back_populates="acceptances")
    scores: Mapped[list["AcceptanceScore"]] = relationship(
        order_by="AcceptanceScore.criterion_id", lazy="raise")


class AcceptanceScore(Base):
    """The points of one line of a village's score sheet. Append-only."""

    __tablename__ = "acceptance_score"
    __table_args__ = (
        ForeignKeyConstraint(["acceptance_id", "recipient_id"],
                             ["village_acceptance.id", "village_acceptance.recipient_id"],
                             name="fk_acceptance_score_acceptance", onupdate="CASCADE"),
        CheckConstraint("points >= 0", name="points"),
    )

    acceptance_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    criterion_id: Mapped[int] = mapped_column(
        ForeignKey("acceptance_criterion.id"), primary_key=True)
    recipient_id: Mapped[int]
    points: Mapped[Decimal]

    criterion: Mapped[AcceptanceCriterion] = relationship(lazy="raise")

"""Tables of plans, targets and published figures. Amounts keep the digits they were stated in."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aid.database.base import Base, Id, one_of
from aid.history import Tracked
from aid.plans.terms import DiscrepancyKind, Qualifier, TargetKind, Theme
from aid.regions.model import Division, SupportingCity


class Plan(Tracked, Base):
    """A five-year plan (五年规划). `review_*` is the period whose results it reports."""

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("period_end > period_start", name="period"),
        Index("ix_plan_supporter_id", "supporter_id"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str | None]
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporting_city.id"))
    period_start: Mapped[date]
    period_end: Mapped[date]
    review_start: Mapped[date | None]
    review_end: Mapped[date | None]
    document: Mapped[str | None]
    source: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy

    supporter: Mapped[SupportingCity] = relationship(lazy="raise")
    sections: Mapped[list["PlanSection"]] = relationship(
        order_by="PlanSection.ordinal", lazy="raise", back_populates="plan"
    )
    groups: Mapped[list["RegionGroup"]] = relationship(
        order_by="RegionGroup.code", lazy="raise", back_populates="plan"
    )
    discrepancies: Mapped[list["Discrepancy"]] = relationship(
        order_by="Discrepancy.id", lazy="raise", back_populates="plan"
    )


class PlanSection(Base):
    """A section of the plan's document; `ordinal` is its place in reading order."""

    __tablename__ = "plan_section"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        Index("ix_plan_section_parent_id", "parent_id"),
    )

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    number: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("plan_section.id"))
    ordinal: Mapped[int]
    title: Mapped[str]
    title_en: Mapped[str | None]

    plan: Mapped[Plan] = relationship(lazy="raise", back_populates="sections")
    parent: Mapped["PlanSection | None"] = relationship(
        remote_side="PlanSection.id", lazy="raise", back_populates="children"
    )
    children: Mapped[list["PlanSection"]] = relationship(
        order_by="PlanSection.ordinal", lazy="raise", back_populates="parent"
    )
    targets: Mapped[list["PlanTarget"]] = relationship(
        order_by="PlanTarget.ordinal, PlanTarget.id", lazy="raise", back_populates="section"
    )


class RegionGroup(Base):
    """Several places that a plan speaks of as one, such as 云南四州市."""

    __tablename__ = "region_group"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    note: Mapped[str | None]

    plan: Mapped[Plan] = relationship(lazy="raise", back_populates="groups")
    members: Mapped[list[Division]] = relationship(
        secondary="region_group_member", order_by="Division.code, Division.id", lazy="raise"
    )


class RegionGroupMember(Base):
    """A place in a group."""

    __tablename__ = "region_group_member"
    __table_args__ = (Index("ix_region_group_member_division_id", "division_id"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("region_group.id"), primary_key=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), primary_key=True)


class Indicator(Tracked, Base):
    """A kind of quantity (指标), in one unit; `money` says that it is an amount of money."""

    __tablename__ = "indicator"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    unit: Mapped[str]
    money: Mapped[bool]
    note: Mapped[str | None]
    note_en: Mapped[str | None]


class PlanTarget(Tracked, Base):
    """A target or commitment (规划目标). Its region or group is where it is to happen, if said."""

    __tablename__ = "plan_target"
    __table_args__ = (
        UniqueConstraint("plan_id", "code"),
        one_of("kind", TargetKind),
        one_of("theme", Theme),
        CheckConstraint("region_id IS NULL OR group_id IS NULL", name="one_scope"),
        CheckConstraint(
            "kind = 'qualitative' OR (target IS NOT NULL AND indicator_id IS NOT NULL"
            " AND unit IS NOT NULL)",
            name="quantity",
        ),
        Index("ix_plan_target_reading_order", "plan_id", "ordinal", "id",
              postgresql_include=["region_id", "group_id"]),
        Index("ix_plan_target_code", "code", "id"),
        Index("ix_plan_target_section_id", "section_id"),
        Index("ix_plan_target_parent_id", "parent_id"),
        Index("ix_plan_target_region_id", "region_id"),
        Index("ix_plan_target_group_id", "group_id"),
    )

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("plan_section.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("plan_target.id"))
    code: Mapped[str]
    ordinal: Mapped[int]
    theme: Mapped[str]
    kind: Mapped[str]
    statement: Mapped[str]
    statement_en: Mapped[str | None]
    region_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("region_group.id"))
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicator.id"))
    unit: Mapped[str | None]
    baseline: Mapped[Decimal | None]
    target: Mapped[Decimal | None]
    actual: Mapped[Decimal | None]
    due_on: Mapped[date | None]
    note: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy

    plan: Mapped[Plan] = relationship(lazy="raise")
    section: Mapped[PlanSection] = relationship(lazy="raise", back_populates="targets")
    parent: Mapped["PlanTarget | None"] = relationship(
        remote_side="PlanTarget.id", lazy="raise", back_populates="children"
    )
    children: Mapped[list["PlanTarget"]] = relationship(
        order_by="PlanTarget.ordinal, PlanTarget.id", lazy="raise", back_populates="parent"
    )
    region: Mapped[Division | None] = relationship(lazy="raise")
    group: Mapped[RegionGroup | None] = relationship(lazy="raise")
    indicator: Mapped[Indicator | None] = relationship(lazy="raise")
    annual: Mapped[list["PlanTargetYear"]] = relationship(
        order_by="PlanTargetYear.year", lazy="raise", back_populates="owner"
    )
    adjustments: Mapped[list["PlanTargetAdjustment"]] = relationship(
        order_by="PlanTargetAdjustment.id", lazy="raise", back_populates="owner"
    )


class PlanTargetYear(Base):
    """The share of a target planned for one year (年度分解)."""

    __tablename__ = "plan_target_year"
    __table_args__ = (UniqueConstraint("target_id", "year"),)

    id: Mapped[Id]
    target_id: Mapped[int] = mapped_column(ForeignKey("plan_target.id"))
    year: Mapped[int]
    value: Mapped[Decimal]

    owner: Mapped[PlanTarget] = relationship(lazy="raise", back_populates="annual")


class PlanTargetAdjustment(Base):
    """One field of a target adjusted (规划调整): old and new value as text, why. Append-only."""

    __tablename__ = "plan_target_adjustment"
    __table_args__ = (
        CheckConstraint("length(btrim(reason)) > 0", name="reason"),
        Index("ix_plan_target_adjustment_target_id", "target_id", "id"),
    )

    id: Mapped[Id]
    target_id: Mapped[int] = mapped_column(ForeignKey("plan_target.id"))
    field: Mapped[str]
    old_value: Mapped[str | None]
    new_value: Mapped[str | None]
    reason: Mapped[str]
    document_no: Mapped[str | None]
    adjusted_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor: Mapped[str]

    owner: Mapped[PlanTarget] = relationship(lazy="raise", back_populates="adjustments")


class PublishedFigure(Tracked, Base):
    """A number a report states (已公布数据), with its digits, unit and qualifier as printed.

    `amount_fen` is the same as money, exactly (null: not money).
    """

    __tablename__ = "published_figure"
    __table_args__ = (
        UniqueConstraint("plan_id", "code"),
        one_of("qualifier", Qualifier),
        CheckConstraint("region_id IS NULL OR group_id IS NULL", name="one_scope"),
        CheckConstraint("period_end >= period_start", name="period"),
        Index("ix_published_figure_reading_order", "plan_id", "ordinal", "id",
              postgresql_include=["region_id", "group_id"]),
        Index("ix_published_figure_region_id", "region_id"),
        Index("ix_published_figure_group_id", "group_id"),
        Index("ix_published_figure_indicator_id", "indicator_id"),
    )

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("plan_section.id"))
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    code: Mapped[str]
    ordinal: Mapped[int]
    region_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("region_group.id"))
    value: Mapped[Decimal]
    unit: Mapped[str]
    amount_fen: Mapped[int | None]
    qualifier: Mapped[str]
    period_start: Mapped[date]
    period_end: Mapped[date]
    as_of: Mapped[date | None]
    note: Mapped[str | None]
    note_en: Mapped[str | None]

    plan: Mapped[Plan] = relationship(lazy="raise")
    section: Mapped[PlanSection] = relationship(lazy="raise")
    indicator: Mapped[Indicator] = relationship(lazy="raise")
    region: Mapped[Division | None] = relationship(lazy="raise")
    group: Mapped[RegionGroup | None] = relationship(lazy="raise")


class FigureBreakdown(Base):
    """A stated total and the figures stated as its parts; `exhaustive`: they claim to be all."""

    __tablename__ = "figure_breakdown"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    total_id: Mapped[int] = mapped_column(ForeignKey("published_figure.id"))
    exhaustive: Mapped[bool]

    total: Mapped[PublishedFigure] = relationship(lazy="raise")
    parts: Mapped[list[PublishedFigure]] = relationship(
        secondary="figure_breakdown_part", order_by="PublishedFigure.ordinal", lazy="raise"
    )


class FigureBreakdownPart(Base):
    """A figure that is part of a total."""

    __tablename__ = "figure_breakdown_part"

    breakdown_id: Mapped[int] = mapped_column(ForeignKey("figure_breakdown.id"), primary_key=True)
    figure_id: Mapped[int] = mapped_column(ForeignKey("published_figure.id"), primary_key=True)


class Discrepancy(Base):
    """Parts and a stated total that do not fit, rewritten by reconciliation when figures change.

    Nothing is corrected: the total and the parts stay as published.
    """

    __tablename__ = "discrepancy"
    __table_args__ = (UniqueConstraint("breakdown_id"), one_of("kind", DiscrepancyKind))

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    breakdown_id: Mapped[int] = mapped_column(ForeignKey("figure_breakdown.id"))
    kind: Mapped[str]
    stated_total: Mapped[Decimal]
    sum_of_parts: Mapped[Decimal]
    difference: Mapped[Decimal]
    unit: Mapped[str]
    explanation: Mapped[str]
    explanation_en: Mapped[str]

    plan: Mapped[Plan] = relationship(lazy="raise", back_populates="discrepancies")
    breakdown: Mapped[FigureBreakdown] = relationship(lazy="raise")

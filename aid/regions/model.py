"""Tables of divisions, supporters and pairings.

A code alone is no key (GB/T 2260): codes and names are valid in periods. `division` is the place
that stays the same through all of them; `division_period` what it was called, under which code,
when. The newest period is kept on the place itself as well, so that reading today's name joins
nothing.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aid.database.base import Base, Id, one_of
from aid.history import Tracked
from aid.regions.terms import Level, Precision, Programme


class Division(Tracked, Base):
    """A place. `code`, `name`, `level` and `parent` are those of its newest period."""

    __tablename__ = "division"
    __table_args__ = (
        UniqueConstraint("key"),
        one_of("level", Level),
        CheckConstraint("code ~ '^[0-9]{6}$'", name="code"),
        Index("uq_division_code_in_force", "code", unique=True,
              postgresql_where=text("ended_on IS NULL")),
        Index("ix_division_parent_id", "parent_id"),
        Index("ix_division_name", "name"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    level: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"))
    ended_on: Mapped[date | None]

    parent: Mapped["Division | None"] = relationship(
        remote_side="Division.id",
        foreign_keys=[parent_id],
        lazy="raise",
        back_populates="children",
    )
    children: Mapped[list["Division"]] = relationship(
        order_by="Division.code, Division.id", lazy="raise", back_populates="parent"
    )
    periods: Mapped[list["DivisionPeriod"]] = relationship(
        order_by="DivisionPeriod.valid_from",
        lazy="raise",
        foreign_keys="DivisionPeriod.division_id",
        back_populates="division",
    )
    pairings: Mapped[list["Pairing"]] = relationship(
        order_by="Pairing.starts_on, Pairing.id", lazy="raise", back_populates="recipient"
    )


class DivisionPeriod(Tracked, Base):
    """What a place was, from a day (inclusive) until a day (exclusive; null: still)."""

    __tablename__ = "division_period"
    __table_args__ = (
        one_of("level", Level),
        one_of("precision", Precision),
        CheckConstraint("code ~ '^[0-9]{6}$'", name="code"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="period"),
        ExcludeConstraint(
            (func.int8range(text("division_id"), text("division_id"), "[]"), "&&"),
            (func.daterange(text("valid_from"), text("valid_to")), "&&"),
            name="ex_division_period_one_name_at_a_time",
            using="gist",
            deferrable=True,
            initially="DEFERRED",
        ),
        ExcludeConstraint(
            (func.int8range(text("code::bigint"), text("code::bigint"), "[]"), "&&"),
            (func.daterange(text("valid_from"), text("valid_to")), "&&"),
            name="ex_division_period_one_place_per_code",
            using="gist",
            deferrable=True,
            initially="DEFERRED",
        ),
        Index("ix_division_period_code", "code"),
        Index("ix_division_period_name", "name"),
        Index("ix_division_period_division_id", "division_id"),
    )

    id: Mapped[Id]
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    level: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    precision: Mapped[str]
    source: Mapped[str]
    note: Mapped[str | None]

    division: Mapped[Division] = relationship(
        foreign_keys=[division_id], lazy="raise", back_populates="periods"
    )
    parent: Mapped[Division | None] = relationship(foreign_keys=[parent_id], lazy="raise")


class SupportingCity(Base):
    """A city that supports others (支援城市)."""

    __tablename__ = "supporting_city"
    __table_args__ = (UniqueConstraint("division_id"),)

    id: Mapped[Id]
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))

    division: Mapped[Division] = relationship(lazy="raise")
    districts: Mapped[list["SupportingDistrict"]] = relationship(
        order_by="SupportingDistrict.id", lazy="raise", back_populates="city"
    )
    pairings: Mapped[list["Pairing"]] = relationship(
        order_by="Pairing.starts_on, Pairing.id", lazy="raise", back_populates="supporter"
    )


class SupportingDistrict(Base):
    """A district of a supporting city, a supporter of its own (区县)."""

    __tablename__ = "supporting_district"
    __table_args__ = (
        UniqueConstraint("division_id"),
        Index("ix_supporting_district_city_id", "city_id"),
    )

    id: Mapped[Id]
    city_id: Mapped[int] = mapped_column(ForeignKey("supporting_city.id"))
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))

    city: Mapped[SupportingCity] = relationship(lazy="raise", back_populates="districts")
    division: Mapped[Division] = relationship(lazy="raise")


class Pairing(Tracked, Base):
    """A supporter and a recipient, from a day until a day (inclusive; null: still) (结对关系)."""

    __tablename__ = "pairing"
    __table_args__ = (
        UniqueConstraint("code"),
        one_of("programme", Programme),
        one_of("start_precision", Precision),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        ExcludeConstraint(
            (func.int8range(text("supporter_id"), text("supporter_id"), "[]"), "&&"),
            (func.int8range(text("coalesce(district_id, 0)"),
                            text("coalesce(district_id, 0)"), "[]"), "&&"),
            (func.int8range(text("recipient_id"), text("recipient_id"), "[]"), "&&"),
            (func.daterange(text("starts_on"), text("ends_on"), "[]"), "&&"),
            name="ex_pairing_one_at_a_time",
            using="gist",
        ),
        Index("ix_pairing_recipient_id", "recipient_id"),
        Index("ix_pairing_supporter_id", "supporter_id"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporting_city.id"))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("supporting_district.id"))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    programme: Mapped[str]
    starts_on: Mapped[date]
    start_precision: Mapped[str] = mapped_column(default=Precision.DAY)
    ends_on: Mapped[date | None]
    document_no: Mapped[str | None]
    note: Mapped[str | None]
    note_en: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy

    supporter: Mapped[SupportingCity] = relationship(lazy="raise", back_populates="pairings")
    district: Mapped[SupportingDistrict | None] = relationship(lazy="raise")
    recipient: Mapped[Division] = relationship(lazy="raise", back_populates="pairings")

"""Tables of seconded cadres. No phone numbers and no identity numbers: they are not needed."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aid.cadres.terms import CadreCategory, Direction
from aid.database.base import Base, Id, one_of
from aid.history import Tracked
from aid.projects.model import Project
from aid.regions.model import Division, Pairing, SupportingCity, SupportingDistrict


class Cadre(Tracked, Base):
    """A person who is or was seconded (援派干部). Seen by whoever sees one of their secondments."""

    __tablename__ = "cadre"
    __table_args__ = (
        UniqueConstraint("code"),
        one_of("category", CadreCategory),
        CheckConstraint("code ~ '^[A-Z0-9][A-Z0-9-]*$'", name="code"),
        Index("ix_cadre_district_id", "district_id"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    category: Mapped[str]
    home_unit: Mapped[str | None]
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporting_city.id"))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("supporting_district.id"))
    simulated: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy

    supporter: Mapped[SupportingCity] = relationship(lazy="raise")
    district: Mapped[SupportingDistrict | None] = relationship(lazy="raise")
    secondments: Mapped[list["Secondment"]] = relationship(
        order_by="Secondment.starts_on, Secondment.id", lazy="raise", back_populates="cadre")


class Batch(Base):
    """People sent together (批次), with the months of their term: 36 officials, 18 specialists.

    `simulated` here, of posts and of people marks a record of the demonstration.
    """

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("code"),
        one_of("direction", Direction),
        CheckConstraint("months > 0", name="months"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    direction: Mapped[str]
    starts_on: Mapped[date]
    months: Mapped[int]
    simulated: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class Post(Base):
    """A post that supporter and recipient agreed to fill (挂任职务), from a day until a day."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("id", "recipient_id"),
        one_of("category", CadreCategory),
        one_of("direction", Direction),
        CheckConstraint("agreed_until IS NULL OR agreed_until >= agreed_from", name="agreed"),
        Index("ix_post_recipient_id", "recipient_id", "id"),
        Index("ix_post_pairing_id", "pairing_id"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    recipient_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    pairing_id: Mapped[int | None] = mapped_column(ForeignKey("pairing.id"))
    unit: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str | None]
    category: Mapped[str]
    direction: Mapped[str]
    agreed_from: Mapped[date]
    agreed_until: Mapped[date | None]
    simulated: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    recipient: Mapped[Division] = relationship(lazy="raise")
    pairing: Mapped[Pairing | None] = relationship(lazy="raise")
    secondments: Mapped[list["Secondment"]] = relationship(
        order_by="Secondment.starts_on, Secondment.id", lazy="raise", back_populates="post")


class Secondment(Tracked, Base):
    """A person in a post for a term (挂职). `ended_on` is the last day, once it is over.

    Start and end are the person's own, not the batch's. One person holds one at a time.
    """

    __tablename__ = "secondment"
    __table_args__ = (
        ForeignKeyConstraint(["post_id", "recipient_id"], ["post.id", "post.recipient_id"],
                             name="fk_secondment_post", onupdate="CASCADE"),
        UniqueConstraint("id", "recipient_id"),
        CheckConstraint("planned_end >= starts_on AND (ended_on IS NULL OR ended_on >= starts_on)",
                        name="term"),
        CheckConstraint("(ended_on IS NULL) = (end_reason IS NULL)", name="ended"),
        ExcludeConstraint(
            (func.int8range(text("cadre_id"), text("cadre_id"), "[]"), "&&"),
            (func.daterange(text("starts_on"), text("coalesce(ended_on, planned_end)"), "[]"),
             "&&"),
            name="ex_secondment_one_at_a_time",
            using="gist",
        ),
        Index("ix_secondment_cadre_id", "cadre_id", "starts_on"),
        Index("ix_secondment_post_id", "post_id", "starts_on"),
        Index("ix_secondment_recipient_id", "recipient_id", "id"),
        Index("ix_secondment_planned_end", "planned_end", "id",
              postgresql_where=text("ended_on IS NULL")),
    )

    id: Mapped[Id]
    recipient_id: Mapped[int]
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadre.id"))
    post_id: Mapped[int]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("secondment.id"))
    starts_on: Mapped[date]
    planned_end: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy

    cadre: Mapped[Cadre] = relationship(lazy="raise", back_populates="secondments")
    post: Mapped[Post] = relationship(
        foreign_keys="Secondment.post_id",
        primaryjoin="Post.id == Secondment.post_id", lazy="raise",
        back_populates="secondments")
    batch: Mapped[Batch | None] = relationship(lazy="raise")
    predecessor: Mapped["Secondment | None"] = relationship(
        remote_side="Secondment.id", lazy="raise")
    extensions: Mapped[list["Extension"]] = relationship(
        order_by="Extension.id", lazy="raise", back_populates="secondment")
    projects: Mapped[list[Project]] = relationship(
        secondary="secondment_project",
        primaryjoin="Secondment.id == SecondmentProject.secondment_id",
        secondaryjoin="Project.id == SecondmentProject.project_id", order_by="Project.id",
        lazy="raise", viewonly=True)


class Extension(Base):
    """A term that was made longer (延期): the old end stays, with the reason. Append-only."""

    __tablename__ = "extension"
    __table_args__ = (
        ForeignKeyConstraint(["secondment_id", "recipient_id"],
                             ["secondment.id", "secondment.recipient_id"],
                             name="fk_extension_secondment", onupdate="CASCADE"),
        CheckConstraint("new_end > old_end", name="days"),
        CheckConstraint("length(btrim(reason)) > 0", name="reason"),
        Index("ix_extension_secondment_id", "secondment_id", "id"),
    )

    id: Mapped[Id]
    secondment_id: Mapped[int]
    recipient_id: Mapped[int]
    old_end: Mapped[date]
    new_end: Mapped[date]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    secondment: Mapped[Secondment] = relationship(
        foreign_keys="Extension.secondment_id",
        primaryjoin="Secondment.id == Extension.secondment_id", lazy="raise",
        back_populates="extensions")


class SecondmentProject(Base):
    """A project that a seconded person answers for; both are the same recipient's."""

    __tablename__ = "secondment_project"
    __table_args__ = (
        ForeignKeyConstraint(["secondment_id", "recipient_id"],
                             ["secondment.id", "secondment.recipient_id"],
                             name="fk_secondment_project_secondment", onupdate="CASCADE"),
        ForeignKeyConstraint(["project_id", "recipient_id"],
                             ["project.id", "project.recipient_id"],
                             name="fk_secondment_project_project", onupdate="CASCADE"),
        Index("ix_secondment_project_project_id", "project_id"),
    )

    secondment_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    project_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recipient_id: Mapped[int]

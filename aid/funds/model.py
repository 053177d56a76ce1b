"""Tables of money. Amounts are fen. Movements, chains and balances are written by one function of
the database, aid_append, and by nothing else; nothing of them is ever changed or taken away.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
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
from aid.funds.terms import Balance, MovementKind, SourceKind
from aid.history import Tracked
from aid.projects.model import Document, Milestone, Project, of_project
from aid.projects.terms import Stage
from aid.regions.model import SupportingCity, SupportingDistrict


def of_tranche(name: str) -> ForeignKeyConstraint:
    """A row belongs to its instalment, and to that one's project."""
    return ForeignKeyConstraint(
        ["tranche_id", "project_id"], ["tranche.id", "tranche.project_id"],
        name=f"fk_{name}_tranche")


class FundSource(Tracked, Base):
    """A budget or a donation that money comes from (资金来源).

    Each instalment has one, so that the same money is counted once.
    """

    __tablename__ = "fund_source"
    __table_args__ = (
        UniqueConstraint("code"),
        one_of("kind", SourceKind),
        CheckConstraint("(kind = 'district_budget') <= (district_id IS NOT NULL)", name="district"),
        Index("ix_fund_source_supporter_id", "supporter_id"),
        Index("ix_fund_source_district_id", "district_id"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    kind: Mapped[str]
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporting_city.id"))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("supporting_district.id"))
    note: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy

    supporter: Mapped[SupportingCity] = relationship(lazy="raise")
    district: Mapped[SupportingDistrict | None] = relationship(lazy="raise")


class Schedule(Base):
    """A way of dividing an amount into instalments (拨付计划模板), such as 40/50/10."""

    __tablename__ = "schedule"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    note: Mapped[str | None]
    note_en: Mapped[str | None]
    ordinal: Mapped[int]

    parts: Mapped[list["SchedulePart"]] = relationship(
        order_by="SchedulePart.ordinal", lazy="raise")


class SchedulePart(Base):
    """An instalment of a schedule: its share in percent, and what it waits for."""

    __tablename__ = "schedule_part"
    __table_args__ = (
        UniqueConstraint("schedule_id", "ordinal"),
        one_of("at_stage", Stage),
        CheckConstraint("share > 0 AND share <= 100", name="share"),
        CheckConstraint("at_progress > 0 AND at_progress <= 100", name="progress"),
        CheckConstraint("num_nonnulls(at_stage, at_progress) = 1", name="condition"),
        CheckConstraint("after_days >= 0 AND (after_days = 0 OR at_stage IS NOT NULL)",
                        name="after_days"),
    )

    id: Mapped[Id]
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    ordinal: Mapped[int]
    name: Mapped[str]
    name_en: Mapped[str]
    share: Mapped[Decimal]
    at_stage: Mapped[str | None]
    at_progress: Mapped[Decimal | None]
    after_days: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    retention: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class Tranche(Tracked, Base):
    """A planned instalment of a project's money (资金批次).

    It waits for a day, a milestone, a stage (and so many days after it was entered) or a reported
    progress in percent; a day beside one of those is the day it is expected. `retention` is the
    part kept back for defects (质量保证金), `reason` why it was changed, when it was last. One that
    was withdrawn (撤销批次) had been planned by mistake: no money of it ever moved, none may.
    """

    __tablename__ = "tranche"
    __table_args__ = (
        of_project("tranche"),
        ForeignKeyConstraint(["milestone_id", "project_id"],
                             ["milestone.id", "milestone.project_id"],
                             name="fk_tranche_milestone"),
        UniqueConstraint("project_id", "seq"),
        UniqueConstraint("id", "project_id"),
        UniqueConstraint("id", "recipient_id"),
        one_of("at_stage", Stage),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("at_progress > 0 AND at_progress <= 100", name="progress"),
        CheckConstraint("num_nonnulls(milestone_id, at_stage, at_progress) <= 1"
                        " AND num_nonnulls(due_on, milestone_id, at_stage, at_progress) > 0",
                        name="condition"),
        CheckConstraint("after_days >= 0 AND (after_days = 0 OR at_stage IS NOT NULL)",
                        name="after_days"),
        CheckConstraint("num_nonnulls(withdrawn_on, withdrawn_by) <> 1"
                        " AND (withdrawn_on IS NULL OR reason IS NOT NULL)", name="withdrawn"),
        Index("ix_tranche_recipient_id", "recipient_id", "id"),
        Index("ix_tranche_source_id", "source_id"),
        Index("ix_tranche_milestone_id", "milestone_id"),
        Index("ix_tranche_due_on", "due_on", "id"),
    )

    id: Mapped[Id]
    project_id: Mapped[int]
    recipient_id: Mapped[int]
    seq: Mapped[int]
    name: Mapped[str]
    name_en: Mapped[str | None]
    source_id: Mapped[int] = mapped_column(ForeignKey("fund_source.id"))
    amount_fen: Mapped[int]
    due_on: Mapped[date | None]
    milestone_id: Mapped[int | None]
    at_stage: Mapped[str | None]
    at_progress: Mapped[Decimal | None]
    after_days: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    retention: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    reason: Mapped[str | None]
    withdrawn_on: Mapped[date | None]
    withdrawn_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy

    project: Mapped[Project] = relationship(
        foreign_keys="Tranche.project_id", primaryjoin="Project.id == Tranche.project_id",
        lazy="raise")
    source: Mapped[FundSource] = relationship(lazy="raise")
    milestone: Mapped[Milestone | None] = relationship(
        foreign_keys="Tranche.milestone_id", primaryjoin="Milestone.id == Tranche.milestone_id",
        lazy="raise")
    balance: Mapped["TrancheBalance | None"] = relationship(
        foreign_keys="TrancheBalance.tranche_id",
        primaryjoin="Tranche.id == TrancheBalance.tranche_id", lazy="raise", viewonly=True)
    movements: Mapped[list["Movement"]] = relationship(
        foreign_keys="Movement.tranche_id", primaryjoin="Tranche.id == Movement.tranche_id",
        order_by="Movement.seq", lazy="raise", viewonly=True)


class TrancheBalance(Base):
    """Where an instalment's money stands, and how much moved in all, reversals taken off.

    `began_at` and `moved_at` are the moments at which its first and its last movement were
    recorded: before the one nothing was known of it, after the other it is as it stands. Its source
    stays once money moved (aid_tranche_stays), its sector is the project's (aid_totals_follow).
    """

    __tablename__ = "tranche_balance"
    __table_args__ = (
        of_tranche("tranche_balance"),
        of_project("tranche_balance"),
        CheckConstraint("committed >= 0 AND in_transit >= 0 AND held >= 0 AND spent >= 0",
                        name="never_below_zero"),
        CheckConstraint("committed = total_commit - total_disburse - total_cancel"
                        " AND in_transit = total_disburse - total_receive"
                        " AND held = total_receive - total_pay - total_return"
                        " AND spent = total_pay", name="adds_up"),
        Index("ix_tranche_balance_project_id", "project_id"),
        Index("ix_tranche_balance_in_transit", "recipient_id", "tranche_id",
              postgresql_where=text("in_transit > 0")),
        Index("ix_tranche_balance_held", "recipient_id", "tranche_id",
              postgresql_where=text("held > 0")),
    )

    tranche_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    project_id: Mapped[int]
    recipient_id: Mapped[int]
    source_id: Mapped[int]
    sector_id: Mapped[int]
    committed: Mapped[int] = mapped_column(server_default=text("0"))
    in_transit: Mapped[int] = mapped_column(server_default=text("0"))
    held: Mapped[int] = mapped_column(server_default=text("0"))
    spent: Mapped[int] = mapped_column(server_default=text("0"))
    total_commit: Mapped[int] = mapped_column(server_default=text("0"))
    total_disburse: Mapped[int] = mapped_column(server_default=text("0"))
    total_receive: Mapped[int] = mapped_column(server_default=text("0"))
    total_pay: Mapped[int] = mapped_column(server_default=text("0"))
    total_return: Mapped[int] = mapped_column(server_default=text("0"))
    total_cancel: Mapped[int] = mapped_column(server_default=text("0"))
    began_at: Mapped[datetime]
    moved_at: Mapped[datetime]


class Chain(Base):
    """The head of a project's chain of movements: how many there are, and the last one's hash."""

    __tablename__ = "chain"
    __table_args__ = (
        of_project("chain"),
        CheckConstraint("seq >= 0 AND length(hash) = 32", name="head"),
    )

    project_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recipient_id: Mapped[int]
    seq: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    moved_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Movement(Base):
    """One line of the ledger (资金流水): money went from one balance to another. Immutable.

    `seq` counts a project's movements without a gap. `body` is the text, exactly as it was hashed,
    of everything that was recorded; `hash` = SHA-256(prev_hash ‖ body). `occurred_on` is the day it
    happened, `recorded_at` the moment it became known here. Marks stand for who recorded it
    and who asked for it (aid_mark), so that no name is hashed; aid_who tells the names.
    """

    __tablename__ = "movement"
    __table_args__ = (
        of_project("movement"),
        of_tranche("movement"),
        UniqueConstraint("project_id", "seq"),
        UniqueConstraint("actor", "idempotency_key"),
        UniqueConstraint("reverses_id"),
        one_of("kind", MovementKind),
        one_of("debit", Balance),
        one_of("credit", Balance),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("(kind = 'reverse') = (reverses_id IS NOT NULL)", name="reverses"),
        CheckConstraint("kind NOT IN ('return', 'cancel', 'reverse') OR reason IS NOT NULL",
                        name="reason"),
        CheckConstraint("kind NOT IN ('disburse', 'receive', 'pay', 'return')"
                        " OR voucher_no IS NOT NULL", name="voucher_no"),
        CheckConstraint("kind <> 'commit' OR document_no IS NOT NULL", name="document_no"),
        CheckConstraint("requested_by <> actor", name="two_persons"),
        CheckConstraint("hash = sha256(prev_hash || body)", name="hash"),
        Index("ix_movement_tranche_id", "tranche_id", "kind", "seq"),
        Index("ix_movement_recipient_id", "recipient_id", "id", postgresql_include=[
            "project_id", "kind", "amount_fen", "occurred_on"]),
        Index("ix_movement_occurred_on", "occurred_on", "id", postgresql_include=[
            "recorded_at", "recipient_id", "project_id", "kind", "amount_fen"]),
        Index("ix_movement_recorded_at", "recorded_at", "id", postgresql_include=[
            "occurred_on", "recipient_id", "project_id", "kind", "amount_fen"]),
        Index("ix_movement_voucher_no", "voucher_no"),
        Index("ix_movement_document_id", "document_id",
              postgresql_where=text("document_id IS NOT NULL")),
        Index("ix_movement_not_shown", "recipient_id", "tranche_id",
              postgresql_include=["id", "project_id", "amount_fen", "occurred_on"],
              postgresql_where=text("kind = 'pay' AND document_id IS NULL")),
    )

    id: Mapped[Id]
    project_id: Mapped[int]
    recipient_id: Mapped[int]
    tranche_id: Mapped[int]
    seq: Mapped[int]
    kind: Mapped[str]
    debit: Mapped[str]
    credit: Mapped[str]
    amount_fen: Mapped[int]
    occurred_on: Mapped[date]
    recorded_at: Mapped[datetime]
    actor: Mapped[str]
    requested_by: Mapped[str | None]
    voucher_no: Mapped[str | None]
    document_no: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    reason: Mapped[str | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("movement.id"))
    idempotency_key: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    prev_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)

    project: Mapped[Project] = relationship(
        foreign_keys="Movement.project_id", primaryjoin="Project.id == Movement.project_id",
        lazy="raise", viewonly=True)
    tranche: Mapped[Tranche] = relationship(
        foreign_keys="Movement.tranche_id", primaryjoin="Tranche.id == Movement.tranche_id",
        lazy="raise", viewonly=True)
    document: Mapped[Document | None] = relationship(lazy="raise", viewonly=True)
    reverses: Mapped["Movement | None"] = relationship(
        foreign_keys="Movement.reverses_id", remote_side="Movement.id", lazy="raise",
        viewonly=True)
    reversed_by: Mapped["Movement | None"] = relationship(
        foreign_keys="Movement.reverses_id",
        primaryjoin="Movement.id == remote(Movement.reverses_id)", uselist=False, lazy="raise",
        viewonly=True)


class FundTotal(Base):
    """What moved, added up by whom, for what, from which source and in which year, reversals off.

    Kept by aid_append. `slot` spreads writers of one total over several rows.
    """

    __tablename__ = "fund_total"
    __table_args__ = (
        one_of("kind", MovementKind),
        CheckConstraint("slot BETWEEN 0 AND 3", name="slot"),
    )

    recipient_id: Mapped[int] = mapped_column(ForeignKey("division.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    sector_id: Mapped[int] = mapped_column(ForeignKey("sector.id"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("fund_source.id"), primary_key=True)
    supporter_id: Mapped[int] = mapped_column(
        ForeignKey("supporting_city.id"), primary_key=True)
    district_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fen: Mapped[int]
    movements: Mapped[int]

"""One project's money as its page shows it: instalments, where the money stands, the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from aid.funds.findings import Report
from aid.funds.model import Chain, FundSource, Movement, Tranche, TrancheBalance
from aid.funds.terms import Balance
from aid.funds.verifying import verify_chain
from aid.projects.model import Document, Milestone
from aid.text import Text

SHOWN = 200
"""So many movements are shown, the newest."""
VERIFIED = 2_000
"""A chain of so many movements is verified whenever it is looked at; a longer one by command."""


@dataclass(frozen=True, slots=True)
class TrancheRow:
    """An instalment: its amount, what it waits for, and where its money stands now. Fen.

    `after_days` count from the day the stage is entered. `moved`: money of it has ever moved.
    """

    id: int
    seq: int
    name: Text
    source: Text
    amount_fen: int
    due_on: date | None
    milestone: Text | None
    at_stage: str | None
    at_progress: Decimal | None
    after_days: int
    retention: bool
    withdrawn_on: date | None
    moved: bool
    committed: int
    in_transit: int
    held: int
    spent: int


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A line of the ledger, in fen. `reverses` and `reversed_by` are numbers of other lines."""

    seq: int
    tranche: int
    kind: str
    amount_fen: int
    occurred_on: date
    recorded_at: datetime
    actor: str
    requested_by: str | None
    voucher_no: str | None
    document_no: str | None
    document_id: int | None
    document: str | None
    reason: str | None
    reverses: int | None
    reversed_by: int | None
    hash: str


@dataclass(frozen=True, slots=True)
class ChainRow:
    """The head of a chain: how many movements there are, the last one's hash in hexadecimal."""

    seq: int
    hash: str
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Money:
    """A project's money. `balances` are fen by where they stand, as known by the moment asked for.

    APPROPRIATION is what was taken from the budget, so never above zero. `report` is what
    verifying the chain anew came to; None where it is too long for that.
    """

    tranches: tuple[TrancheRow, ...]
    balances: Mapping[Balance, int]
    movements: tuple[MovementRow, ...]
    chain: ChainRow | None
    report: Report | None


async def money_of(
    session: AsyncSession, project_id: int, *, known_before: datetime | None = None
) -> Money:
    """A project's money; of the ledger what was recorded before a moment, if one is given."""
    known = [Movement.project_id == project_id]
    if known_before is not None:
        known.append(Movement.recorded_at < known_before)
    head = await session.scalar(select(Chain).where(Chain.project_id == project_id))
    chain = ChainRow(head.seq, head.hash.hex(), head.moved_at) if head else None
    report = None
    if chain is None or chain.seq <= VERIFIED:
        report = await verify_chain(session, project_id)
    return Money(
        await _tranches(session, project_id), await _balances(session, known),
        await _movements(session, known), chain, report)


async def _tranches(session: AsyncSession, project_id: int) -> tuple[TrancheRow, ...]:
    b = TrancheBalance
    rows = await session.execute(
        select(Tranche, FundSource, Milestone.name, Milestone.name_en, b.tranche_id.is_not(None),
               *(func.coalesce(column, 0) for column in
                 (b.committed, b.in_transit, b.held, b.spent)))
        .join(FundSource, FundSource.id == Tranche.source_id)
        .outerjoin(Milestone, Milestone.id == Tranche.milestone_id)
        .outerjoin(b, b.tranche_id == Tranche.id)
        .where(Tranche.project_id == project_id).order_by(Tranche.seq))
    return tuple(
        TrancheRow(one.id, one.seq, Text(one.name, one.name_en or one.name),
                   Text(source.name, source.name_en or source.name), one.amount_fen, one.due_on,
                   Text(name, name_en or name) if name else None, one.at_stage, one.at_progress,
                   one.after_days, one.retention, one.withdrawn_on, moved, *stands)
        for one, source, name, name_en, moved, *stands in rows)


async def _balances(
    session: AsyncSession, known: list[ColumnElement[bool]]
) -> Mapping[Balance, int]:
    rows = await session.execute(
        select(Movement.debit, Movement.credit, func.sum(Movement.amount_fen))
        .where(*known).group_by(Movement.debit, Movement.credit))
    found = dict.fromkeys(Balance, 0)
    for debit, credit, fen in rows:
        found[Balance(debit)] -= int(fen)
        found[Balance(credit)] += int(fen)
    return found


async def _movements(
    session: AsyncSession, known: list[ColumnElement[bool]]
) -> tuple[MovementRow, ...]:
    undone, undoing = aliased(Movement), aliased(Movement)
    rows = await session.execute(
        select(Movement.seq, Tranche.seq, Movement.kind, Movement.amount_fen,
               Movement.occurred_on, Movement.recorded_at, func.aid_who(Movement.actor),
               func.aid_who(Movement.requested_by),
               Movement.voucher_no, Movement.document_no, Movement.document_id,
               Document.file_name, Movement.reason, undone.seq, undoing.seq,
               func.encode(Movement.hash, "hex"))
        .join(Tranche, Tranche.id == Movement.tranche_id)
        .outerjoin(Document, Document.id == Movement.document_id)
        .outerjoin(undone, undone.id == Movement.reverses_id)
        .outerjoin(undoing, undoing.reverses_id == Movement.id)
        .where(*known).order_by(Movement.seq.desc()).limit(SHOWN))
    return tuple(_movement(tuple(row)) for row in rows)


def _movement(row: tuple[Any, ...]) -> MovementRow:
    return MovementRow(*row)

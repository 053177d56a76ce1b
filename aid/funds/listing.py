"""Lists of movements for pages: narrowed and turned in the database, a page at a time."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from aid.clock import close_of
from aid.database.paging import Order, Place, Turned, page_of, turned
from aid.funds.commitments import Part
from aid.funds.model import FundSource, Movement, Tranche
from aid.funds.terms import MovementKind
from aid.projects.model import Project
from aid.regions.model import Division
from aid.text import Text

ORDER = Order(Movement.occurred_on, date.fromisoformat)
"""What the list is ordered by, the newest first."""
_LAST = date(9990, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which movements. None does not narrow; the period is that of the day they happened.

    `known_on` leaves out what was recorded after that day.
    """

    part: Part
    since: date | None = None
    until: date | None = None
    known_on: date | None = None
    kind: MovementKind | None = None


@dataclass(frozen=True, slots=True)
class ListedMovement:
    """A line of the ledger in a list, in fen. `reverses` is the number of the line it undoes."""

    id: int
    project_code: str
    project: Text
    recipient: Text
    seq: int
    tranche_seq: int
    tranche: Text
    source: Text
    kind: MovementKind
    fen: int
    occurred_on: date
    recorded_at: datetime
    actor: str
    voucher_no: str | None
    document_no: str | None
    reason: str | None
    reverses: int | None
    simulated: bool


async def movements(
    session: AsyncSession, asked: Asked, *, at: Place | None, first: int
) -> Turned[ListedMovement]:
    """A page of the list, after or before a place in it."""
    moved = Movement.__table__
    query = _rows().where(*asked.part.mine(moved))
    if asked.since is not None:
        query = query.where(Movement.occurred_on >= asked.since)
    if asked.until is not None:
        query = query.where(Movement.occurred_on <= asked.until)
    if asked.known_on is not None:
        # Nothing is recorded before it happens: what happened later is not gone through.
        query = query.where(Movement.recorded_at < close_of(min(asked.known_on, _LAST)),
                            Movement.occurred_on <= asked.known_on)
    if asked.kind is not None:
        query = query.where(Movement.kind == asked.kind)
    found = await session.execute(turned(
        query, ORDER.column, Movement.id, descending=True, at=at, first=first))
    return page_of([_row(tuple(row)) for row in found], at=at, first=first)


def _rows() -> Select[*tuple[Any, ...]]:
    place, undone = aliased(Division), aliased(Movement)
    return (
        select(
            Movement.id, Project.code, Project.name, Project.name_en, place.name, place.name_en,
            Tranche.name, Tranche.name_en, FundSource.name, FundSource.name_en, Movement.seq,
            Tranche.seq, Movement.kind, Movement.amount_fen, Movement.occurred_on,
            Movement.recorded_at, Movement.actor, Movement.voucher_no, Movement.document_no,
            Movement.reason, undone.seq, Project.simulated)
        .join(Project, Project.id == Movement.project_id)
        .join(Tranche, Tranche.id == Movement.tranche_id)
        .join(FundSource, FundSource.id == Tranche.source_id)
        .join(place, place.id == Movement.recipient_id)
        .outerjoin(undone, undone.id == Movement.reverses_id)
    )


def _row(row: tuple[Any, ...]) -> ListedMovement:
    number, code, *names = row[:10]
    project, recipient, tranche, source = (
        Text(zh, en or zh) for zh, en in zip(names[::2], names[1::2], strict=True))
    seq, tranche_seq, kind, *more = row[10:]
    return ListedMovement(number, code, project, recipient, seq, tranche_seq, tranche, source,
                          MovementKind(kind), *more)

"""What whoever records money chooses from: instalments, schedules, sources; and what waits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from aid.funds.model import FundSource, Movement, Schedule, Tranche, TrancheBalance
from aid.funds.request_model import DisbursementDecision, DisbursementRequest
from aid.funds.terms import MovementKind
from aid.projects.model import Project
from aid.text import Text


@dataclass(frozen=True, slots=True)
class Instalment:
    """An instalment that may move, and how many fen of it stand where.

    It waits for what its plan says; `moved`: money of it has ever moved.
    """

    id: int
    seq: int
    name: Text
    amount_fen: int
    source: str
    due_on: date | None
    milestone_id: int | None
    at_stage: str | None
    at_progress: Decimal | None
    after_days: int
    retention: bool
    version: int
    moved: bool
    committed: int
    in_transit: int
    held: int
    spent: int

    @property
    def taken(self) -> int:
        """What is committed, wherever it stands now."""
        return self.committed + self.in_transit + self.held + self.spent

    @property
    def uncommitted(self) -> int:
        """What is planned and not committed yet."""
        return max(0, self.amount_fen - self.taken)


@dataclass(frozen=True, slots=True)
class Named:
    """A code and a name to choose by."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Awaited:
    """Money of an instalment that was sent, `sent_on` the last time, and has not all come. Fen."""

    tranche_id: int
    tranche: Text
    project_code: str
    project: Text
    fen: int
    sent_on: date | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A disbursement that waits for a second person."""

    id: int
    tranche: Text
    project_code: str
    project: Text
    fen: int
    occurred_on: date
    voucher_no: str
    document_no: str | None
    reason: str | None
    actor: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Undoable:
    """A movement that may be undone: its number in the project's chain, its instalment. Fen."""

    id: int
    seq: int
    tranche_id: int
    tranche: Text
    kind: MovementKind
    fen: int
    occurred_on: date
    voucher_no: str | None
    document_no: str | None


async def instalments_of(session: AsyncSession, project_id: int) -> list[Instalment]:
    """The instalments of a project that were not withdrawn."""
    b = TrancheBalance
    rows = await session.execute(
        select(Tranche.id, Tranche.seq, Tranche.name, Tranche.name_en, Tranche.amount_fen,
               FundSource.code, Tranche.due_on, Tranche.milestone_id, Tranche.at_stage,
               Tranche.at_progress, Tranche.after_days, Tranche.retention, Tranche.version,
               b.tranche_id.is_not(None),
               *(func.coalesce(column, 0) for column in
                 (b.committed, b.in_transit, b.held, b.spent)))
        .join(FundSource, FundSource.id == Tranche.source_id)
        .outerjoin(b, b.tranche_id == Tranche.id)
        .where(Tranche.project_id == project_id, Tranche.withdrawn_on.is_(None))
        .order_by(Tranche.seq))
    return [Instalment(number, seq, _text(name, name_en), *rest)
            for number, seq, name, name_en, *rest in rows]


async def undoable(
    session: AsyncSession, project_id: int, kinds: Collection[MovementKind], *,
    seq: int | None = None, limit: int,
) -> list[Undoable]:
    """A project's movements of these kinds that nobody has undone, the latest first.

    With `seq` the one of that number alone.
    """
    undoing = aliased(Movement)
    query = (
        select(Movement.id, Movement.seq, Tranche.id, Tranche.name, Tranche.name_en,
               Movement.kind, Movement.amount_fen, Movement.occurred_on, Movement.voucher_no,
               Movement.document_no)
        .join(Tranche, Tranche.id == Movement.tranche_id)
        .where(Movement.project_id == project_id, Movement.kind.in_(sorted(kinds)),
               ~exists().where(undoing.reverses_id == Movement.id))
        .order_by(Movement.seq.desc()).limit(limit))
    rows = await session.execute(query if seq is None else query.where(Movement.seq == seq))
    return [Undoable(number, place, tranche, _text(name, name_en), MovementKind(kind), *rest)
            for number, place, tranche, name, name_en, kind, *rest in rows]


async def schedules(session: AsyncSession) -> list[Named]:
    """The schedules there are, in their order."""
    rows = await session.scalars(select(Schedule).order_by(Schedule.ordinal, Schedule.id))
    return [Named(row.code, Text(row.name, row.name_en)) for row in rows]


async def sources_for(session: AsyncSession, project_id: int) -> list[Named]:
    """The sources that a project may be paid from: those of its supporter."""
    rows = await session.scalars(
        select(FundSource)
        .join(Project, Project.supporter_id == FundSource.supporter_id)
        .where(Project.id == project_id).order_by(FundSource.code))
    return [Named(row.code, _text(row.name, row.name_en)) for row in rows]


async def awaited(session: AsyncSession, *, limit: int) -> list[Awaited]:
    """What is in transit, the longest first."""
    sent = (
        select(func.max(Movement.occurred_on))
        .where(Movement.tranche_id == TrancheBalance.tranche_id,
               Movement.kind == MovementKind.DISBURSE).scalar_subquery())
    rows = await session.execute(
        select(Tranche.id, Tranche.name, Tranche.name_en, Project.code, Project.name,
               Project.name_en, TrancheBalance.in_transit, sent)
        .join(Tranche, Tranche.id == TrancheBalance.tranche_id)
        .join(Project, Project.id == TrancheBalance.project_id)
        .where(TrancheBalance.in_transit > 0)
        .order_by(sent, Tranche.id).limit(limit))
    return [Awaited(number, _text(name, name_en), code, _text(project, project_en), fen, on)
            for number, name, name_en, code, project, project_en, fen, on in rows]


async def undecided(session: AsyncSession, *, limit: int) -> list[Asked]:
    """The requests that nobody has decided, the oldest first."""
    return await _requests(session, DisbursementDecision.request_id.is_(None), limit=limit)


async def request_numbered(session: AsyncSession, number: int) -> Asked | None:
    """A request, if nobody has decided it."""
    found = await _requests(session, DisbursementDecision.request_id.is_(None),
                            DisbursementRequest.id == number, limit=1)
    return found[0] if found else None


async def _requests(
    session: AsyncSession, *where: ColumnElement[bool], limit: int
) -> list[Asked]:
    r = DisbursementRequest
    rows = await session.execute(
        select(r.id, Tranche.name, Tranche.name_en, Project.code, Project.name, Project.name_en,
               r.amount_fen, r.occurred_on, r.voucher_no, r.document_no, r.reason,
               func.aid_who(r.actor), r.recorded_at)
        .join(Tranche, Tranche.id == r.tranche_id)
        .join(Project, Project.id == r.project_id)
        .outerjoin(DisbursementDecision, DisbursementDecision.request_id == r.id)
        .where(*where).order_by(r.id).limit(limit))
    return [Asked(number, _text(name, name_en), code, _text(project, project_en), *rest)
            for number, name, name_en, code, project, project_en, *rest in rows]


def _text(zh: str, en: str | None) -> Text:
    return Text(zh, en or zh)

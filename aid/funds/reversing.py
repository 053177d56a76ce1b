"""Undoing a movement that should not have been recorded (冲正): it stays, and another follows."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.errors import NotFound
from aid.funds.entries import Slip, entered
from aid.funds.model import Movement
from aid.funds.moving import record
from aid.funds.terms import MovementKind
from aid.projects.documents import Attachment
from aid.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """Why a movement is undone, on which day; `key` makes a retry the same reversal."""

    occurred_on: date
    key: str
    reason: str
    voucher_no: str | None = None
    document_no: str | None = None
    document_id: int | None = None


async def reverse(
    session: AsyncSession, movement_id: int, reversal: Reversal, *, today: date,
    file: Attachment | None = None,
) -> Movement:
    """Undo a movement in full, once, by the side that records its kind.

    Raises NotFound, NotReversible, Overdrawn where the money has moved on, or as `record` says.
    """
    undone = await session.scalar(select(Movement).where(Movement.id == movement_id))
    if undone is None:
        raise NotFound(Text("没有这笔流水。", "There is no such movement."))
    slip = Slip(
        fen=undone.amount_fen, occurred_on=reversal.occurred_on, key=reversal.key,
        voucher_no=reversal.voucher_no, document_no=reversal.document_no,
        document_id=reversal.document_id, reason=reversal.reason)
    return await record(session, entered(
        undone.tranche_id, MovementKind.REVERSE, slip, reverses_id=undone.id), today=today,
        file=file)

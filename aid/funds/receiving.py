"""What a recipient reports of money: that it came, what was paid of it, what went back."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from aid.funds.entries import Slip, entered
from aid.funds.model import Movement
from aid.funds.moving import record
from aid.funds.terms import MovementKind
from aid.projects.documents import Attachment


async def receive(
    session: AsyncSession, tranche_id: int, slip: Slip, *, today: date,
    file: Attachment | None = None,
) -> Movement:
    """Confirm that money came (到账): less than was sent, later, in parts. The rest is in transit.

    Refused as `record` says.
    """
    return await record(
        session, entered(tranche_id, MovementKind.RECEIVE, slip), today=today, file=file)


async def pay(
    session: AsyncSession, tranche_id: int, slip: Slip, *, today: date,
    file: Attachment | None = None,
) -> Movement:
    """Report that received money was paid out (支付). Refused as `record` says."""
    return await record(
        session, entered(tranche_id, MovementKind.PAY, slip), today=today, file=file)


async def give_back(
    session: AsyncSession, tranche_id: int, slip: Slip, *, today: date,
    file: Attachment | None = None,
) -> Movement:
    """Report that received money went back to where it came from (退回), for a reason."""
    return await record(
        session, entered(tranche_id, MovementKind.RETURN, slip), today=today, file=file)

"""Codes given one after the other without gaps: one transaction at a time takes the next."""

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from aid.database.turns import take_turn


async def next_code(
    session: AsyncSession, code: InstrumentedAttribute[str], series: str, *, digits: int
) -> str:
    """The next code of a series: V-540200-2006-004 of V-540200-2006.

    Whoever asks next waits until this transaction ends, so that none is given twice and one that
    was refused leaves no gap.
    """
    number = await last_number(session, code, series) + 1
    return f"{series}-{number:0{digits}d}"


async def last_number(
    session: AsyncSession, code: InstrumentedAttribute[str], series: str
) -> int:
    """The highest number given in a series. The turn at it is taken until the transaction ends."""
    await take_turn(session, f"code {series}")
    number = cast(func.substring(code, "[0-9]{1,9}$"), BigInteger)
    last = await session.scalar(
        select(func.max(number)).where(code.regexp_match(f"^{series}-[0-9]{{1,9}}$")))
    return last or 0

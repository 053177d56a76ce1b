"""Taking turns: what is done with one thing is done by one transaction after the other."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def take_turn(session: AsyncSession, thing: str) -> None:
    """Wait until nobody else has the turn at `thing`; held until the transaction ends.

    It serves where no row can be locked: none is there yet, or the actor may not change it.
    """
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:thing, 0))"), {"thing": thing})

"""How to call who is signed in."""

from sqlalchemy import select

from aid.access.actor import Actor, gate
from aid.accounts.model import Account
from aid.database.engine import Database


async def display_name(database: Database, actor: Actor) -> str:
    """The name an account shows: asked by the gate, as most roles see no account, not even theirs.

    The actor's own name when no account stands behind it.
    """
    if actor.account_id is None:
        return actor.name
    async with database.reading(gate(actor.name)) as session:
        found = await session.scalar(
            select(Account.display_name).where(Account.id == actor.account_id))
    return found or actor.name

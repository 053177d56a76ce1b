"""An account for the measurements, with a password and a token."""

import asyncio

from sqlalchemy import select

from aid.access.actor import gate
from aid.access.roles import Role
from aid.accounts.model import Account
from aid.accounts.service import NewAccount, add_account
from aid.accounts.tokens import make_token
from aid.audit.service import Asker
from aid.database.engine import Database

NAME, PASSWORD = "bench", "a ferry on the Huangpu 1843"
_ASKER = Asker("bench")


def settle(url: str) -> str:
    """Make the account where there is none; a new token of it."""

    async def make() -> str:
        database = Database(url)
        await database.open()
        try:
            async with database.writing(gate("bench")) as session:
                account = await session.scalar(select(Account).where(Account.name == NAME))
                account = account or await add_account(session, NewAccount(
                    name=NAME, role=Role.OFFICE, display_name=NAME, password=PASSWORD,
                    must_change=False), asker=_ASKER)
                return (await make_token(session, account, asker=_ASKER)).token
        finally:
            await database.close()

    return asyncio.run(make())

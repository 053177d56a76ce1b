"""On whose behalf a command of the shell acts: an account that is named."""

from sqlalchemy import select

from aid.access.actor import Actor, gate
from aid.access.roles import Role
from aid.accounts.model import Account
from aid.accounts.reach import recipients_of
from aid.accounts.rules import is_name
from aid.database.engine import Database
from aid.errors import NotFound
from aid.text import Text


async def actor_named(database: Database, name: str, *, asker: str) -> Actor:
    """The actor that an account is, with its role and its reach. Raises NotFound."""
    async with database.reading(gate(asker)) as session:
        account = await session.scalar(select(Account).where(
            Account.name == (name if is_name(name) else ""), Account.disabled_at.is_(None),
            Account.role.is_not(None)))
        if account is None or account.role is None:
            raise NotFound(Text(f"没有可用的账户「{name}」。",
                                f"There is no account {name} that may act."))
        return Actor(account.name, Role(account.role),
                     await recipients_of(session, account.id), account_id=account.id)

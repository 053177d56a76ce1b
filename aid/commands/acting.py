"""On whose behalf a command acts: of an account, or of the office that keeps this machine."""

from aid.access.actor import Actor, gate
from aid.access.roles import Role
from aid.accounts.service import account_named
from aid.accounts.session_rows import person
from aid.commands.common import operator
from aid.database.engine import Database
from aid.errors import AidError
from aid.text import Text


class CannotAct(AidError):
    """The account may do nothing: it is disabled, or has no role yet."""

    code = "CANNOT_ACT"

    def __init__(self, name: str) -> None:
        super().__init__(Text(f"账户「{name}」已停用或没有角色。",
                              f"The account {name} is disabled, or has no role."))


async def acting(database: Database, name: str | None) -> Actor:
    """The account of a name with its role and regions; without one, the office at the terminal.

    Raises NotFound, CannotAct.
    """
    if name is None:
        return Actor(operator(), Role.OFFICE)
    async with database.writing(gate(operator())) as session:
        account = await account_named(session, name)
        if account.disabled_at is not None or account.role is None:
            raise CannotAct(name)
        who = await person(session, account)
    return Actor(who.name, who.role, who.recipients, account_id=who.id)

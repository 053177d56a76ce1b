"""Accounts for tests, one a role, in the databases that servers are started on."""

from dataclasses import dataclass

from aid.access.actor import gate
from aid.access.roles import Role
from aid.accounts.service import NewAccount, add_account
from aid.accounts.tokens import make_token
from aid.audit.service import Asker
from aid.database.engine import Database

PASSWORD = "a ferry on the Huangpu 1843"
"""Of everybody."""
_ASKER = Asker("tests")


@dataclass(frozen=True, slots=True)
class Someone:
    """An account to be made."""

    name: str
    role: Role
    regions: tuple[str, ...] = ()


PEOPLE = (
    Someone("office", Role.OFFICE),
    Someone("second", Role.OFFICE),
    Someone("recipient", Role.RECIPIENT, ("540200",)),
    Someone("wenshan", Role.RECIPIENT, ("532600",)),
    Someone("leader", Role.LEADER),
    Someone("auditor", Role.AUDITOR),
    Someone("system_admin", Role.SYSTEM_ADMIN),
    Someone("security_admin", Role.SECURITY_ADMIN),
    Someone("audit_admin", Role.AUDIT_ADMIN),
)

TOKENS: dict[str, dict[str, str]] = {}
"""API tokens by the server's base address and the account's name."""


async def settle(database: Database, *, with_regions: bool = True) -> dict[str, str]:
    """Make the accounts and a token of each; the tokens by name.

    A database without divisions has no recipients.
    """
    tokens: dict[str, str] = {}
    for someone in PEOPLE:
        if someone.regions and not with_regions:
            continue
        async with database.writing(gate("tests")) as session:
            account = await add_account(session, NewAccount(
                name=someone.name, role=someone.role, regions=someone.regions,
                display_name=someone.name.title(), password=PASSWORD, must_change=False,
            ), asker=_ASKER)
            tokens[someone.name] = (await make_token(session, account, asker=_ASKER)).token
    return tokens


def token_of(base: str, name: str) -> str:
    """The API token of an account, on a server of the tests."""
    return TOKENS[base][name]


def bearer(base: str, name: str = "office") -> dict[str, str]:
    """The header that makes a request to a server of the tests somebody's."""
    return {"authorization": f"Bearer {token_of(base, name)}"}

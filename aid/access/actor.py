"""The actor: on whose behalf a transaction runs. No transaction runs without one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from aid.access.policy import Permission, Reach, reach
from aid.access.roles import Inner, Role


@lru_cache(maxsize=256)
def _permissions(
    role: Role | Inner, scopes: frozenset[Permission] | None
) -> frozenset[Permission]:
    of_role = frozenset(p for p in Permission if reach(role, p) is not Reach.NONE)
    return of_role if scopes is None else of_role & scopes


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who reads or changes: `name` goes into every history row.

    `recipients` are the ids of the divisions a recipient may see: its own region and what lies or
    lay below it. For every other role it is empty, and what they see is said by the role alone.
    `scopes` narrow what the role allows (an API token's); None: they do not.
    """

    name: str
    role: Role | Inner
    recipients: tuple[int, ...] = ()
    scopes: frozenset[Permission] | None = None
    account_id: int | None = None

    @property
    def claims(self) -> Mapping[str, str]:
        """What is bound to the transaction, for history and for row security to read."""
        return {
            "aid.actor": self.name,
            "aid.role": self.role.value,
            "aid.recipients": f"{{{','.join(map(str, self.recipients))}}}",
        }

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the actor may do, somewhere."""
        return _permissions(self.role, self.scopes)

    def may(self, permission: Permission) -> bool:
        """Whether the actor may do this, somewhere."""
        return permission in self.permissions

    @property
    def sees_all(self) -> bool:
        """Whether the actor sees every region's rows."""
        return reach(self.role, Permission.TARGET_READ) is Reach.ALL


def gate(name: str) -> Actor:
    """The door on behalf of somebody: what looks up accounts, and what writes the audit log."""
    return Actor(name, Inner.GATE)


SEED = Actor("seed", Role.OFFICE)
"""The loader of the plan files."""

SIMULATION = Actor("simulated", Role.OFFICE)
"""The maker of the demonstration's records: what it did says so wherever who did it is shown."""

LEDGER = Actor("ledger", Role.AUDITOR)
"""Who reads the whole ledger to sign or to verify it."""

UNKNOWN = "unknown"
"""Who tried to come in under a name that nobody has: what was typed may be a password."""

NOT_ACCOUNTS = frozenset({SEED.name, SIMULATION.name, LEDGER.name, UNKNOWN, "sign-in", "token"})
"""What the program calls itself and strangers in its records: no account is called so."""

NOT_BEGINNINGS = ("account-", "erased-")
"""How marks of accounts begin in the ledger, and what is left of an account whose name was erased:
no new account's name begins so."""


__all__ = ["LEDGER", "NOT_ACCOUNTS", "NOT_BEGINNINGS", "SEED", "SIMULATION", "UNKNOWN", "Actor",
           "Inner", "Role", "gate"]

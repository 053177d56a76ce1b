"""The actor: on whose behalf a transaction runs. No transaction runs without one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who somebody is to the system (roles named in the project's public interface)."""

    OFFICE = "office"
    RECIPIENT = "recipient"
    LEADER = "leader"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who reads or changes: `name` goes into every history row."""

    name: str
    role: Role

    @property
    def claims(self) -> Mapping[str, str]:
        """What is bound to the transaction, for history and for row security to read."""
        return {"aid.actor": self.name, "aid.role": self.role.value}


SEED = Actor("seed", Role.OFFICE)
"""The loader of the plan files."""

LOCAL = Actor("local", Role.OFFICE)
"""Whoever sits at this machine: the only actor until accounts exist, hence loopback only."""

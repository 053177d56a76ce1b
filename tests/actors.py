"""Actors for tests that call functions directly, one a role."""

from aid.access.actor import Actor, Role

LOCAL = Actor("local", Role.OFFICE)
LEADER = Actor("leader", Role.LEADER)
AUDITOR = Actor("auditor", Role.AUDITOR)


def recipient(*divisions: int) -> Actor:
    """A recipient that sees these divisions."""
    return Actor("recipient", Role.RECIPIENT, recipients=divisions)

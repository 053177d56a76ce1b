"""Who is at the door: an account that proved itself, by a session or a token."""

from dataclasses import dataclass

from aid.access.actor import Actor
from aid.access.policy import Permission
from aid.access.roles import Role
from aid.accounts.terms import Stage


@dataclass(frozen=True, slots=True)
class Visitor:
    """An account that is in, or half in.

    `stage` says what is still to do before anything but that is served; until it is done, `actor`
    may nothing at all. `session_id` is None for a token.
    """

    actor: Actor
    account_id: int
    name: str
    display_name: str
    stage: Stage
    session_id: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of an account, whichever way it came."""

    id: int
    name: str
    display_name: str
    role: Role
    recipients: tuple[int, ...]


def visitor(
    person: Person,
    stage: Stage,
    *,
    session_id: int | None,
    scopes: frozenset[Permission] | None = None,
) -> Visitor:
    """The visitor that a person is at a stage."""
    allowed = scopes if stage is Stage.FULL else frozenset[Permission]()
    actor = Actor(person.name, person.role, person.recipients, allowed, person.id)
    return Visitor(actor, person.id, person.name, person.display_name, stage, session_id)

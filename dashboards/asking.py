"""Who asks for a page: known before Dash is reached, and noted where they were refused."""

from collections.abc import MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import structlog

from aid.access.actor import Actor
from aid.access.asking import actor_of, address_of
from aid.access.policy import Permission
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import note
from aid.database.engine import Database

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asking:
    """An actor at a browser. `name` is what people call them, `address` where they ask from."""

    actor: Actor
    name: str
    address: str


ASKING: ContextVar[Asking] = ContextVar("asking")
"""Who asks for the page: callbacks run in the request's own context."""


def asking_of(scope: MutableMapping[str, Any]) -> Asking:
    """Who makes a request. Raises NobodyAsks where the edge let in nobody."""
    actor, visitor = actor_of(scope), scope.get("aid.visitor")
    name = visitor.display_name if visitor is not None else actor.name
    return Asking(actor, name or actor.name, address_of(scope))


async def note_refusal(
    database: Database, asking: Asking, subject: str, needed: Permission
) -> None:
    """Put a refusal into the audit log. A log that cannot be written never lets anybody in."""
    try:
        await note(
            database, kind=AuditKind.REFUSAL, outcome=Outcome.REFUSED, actor=asking.actor.name,
            role=asking.actor.role.value, subject=subject, address=asking.address,
            detail={"needed": needed.value},
        )
    except Exception:
        log.exception("refusal_not_noted", subject=subject, actor=asking.actor.name)

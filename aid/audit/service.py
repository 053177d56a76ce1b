"""Writing the audit log: the gate does, in the transaction of what an event tells of."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import gate
from aid.audit.model import AuditEntry, AuditKind, Outcome
from aid.database.engine import Database

LONGEST = 300
"""Characters of a text that are kept: names and addresses are shorter, attackers' are not."""


@dataclass(frozen=True, slots=True)
class Asker:
    """On whose behalf something is done, as the audit log names them."""

    name: str
    role: str | None = None
    address: str | None = None


@dataclass(slots=True)
class Flood:
    """Lets the same event through once a minute, and counts what it held back meanwhile.

    At most `size` events are remembered; the oldest is forgotten first.
    """

    every: float = 60.0
    size: int = 10_000
    _seen: dict[tuple[str, ...], tuple[float, int]] = field(default_factory=dict)

    def admit(self, key: tuple[str, ...], now: float) -> int | None:
        """How many were held back since the last one let through; None: this is held back too."""
        since, held = self._seen.get(key, (None, 0))
        if since is not None and now - since < self.every:
            self._seen[key] = (since, held + 1)
            return None
        self._seen.pop(key, None)
        self._seen[key] = (now, 0)
        if len(self._seen) > self.size:
            del self._seen[next(iter(self._seen))]
        return held


_refusals = Flood()


async def record(
    session: AsyncSession,
    *,
    kind: AuditKind,
    outcome: Outcome,
    actor: str,
    role: str | None = None,
    subject: str | None = None,
    address: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write an event, in a session of the gate.

    The same refusal (actor, subject, address and details) is written at most once a minute by one
    process; the next one says in `suppressed` how many were not.
    """
    said = dict(detail or {})
    if kind is AuditKind.REFUSAL:
        told = json.dumps(said, sort_keys=True, default=str)
        held = _refusals.admit((actor, subject or "", address or "", told), time.monotonic())
        if held is None:
            return
        if held:
            said["suppressed"] = held
    await session.execute(
        insert(AuditEntry.__table__).inline(),  # type: ignore[arg-type]  # the gate may not read it
        {"kind": kind, "outcome": outcome, "actor": storable(actor), "role": role,
         "subject": subject and storable(subject), "address": address and storable(address),
         "detail": {name: storable(value) if isinstance(value, str) else value
                    for name, value in said.items()}},
    )


async def note(
    database: Database,
    *,
    kind: AuditKind,
    outcome: Outcome,
    actor: str,
    role: str | None = None,
    subject: str | None = None,
    address: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write an event in a transaction of its own: of what was refused, and of what changes nothing.

    As `record` otherwise.
    """
    async with database.writing(gate(storable(actor))) as session:
        await record(session, kind=kind, outcome=outcome, actor=actor, role=role, subject=subject,
                     address=address, detail=detail)


def storable(text: str) -> str:
    """The text as the database can hold it, whatever somebody sent; not endlessly long."""
    return text[:LONGEST].replace("\x00", "\ufffd").encode(errors="replace").decode()

"""Reads of the audit log, newest first, for whoever may read it: auditors, audit administrators."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from aid.audit.model import AuditEntry, AuditKind, Outcome


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the log; the fields are those of AuditEntry."""

    id: int
    at: datetime
    kind: AuditKind
    outcome: Outcome
    actor: str
    role: str | None
    subject: str | None
    address: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events: all, or those of a kind, an actor, a time (`since` inclusive, `until` not)."""

    kind: AuditKind | None = None
    outcome: Outcome | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Position(NamedTuple):
    """Where a page ended."""

    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some events, and where the next page begins; None: there are no older ones."""

    entries: tuple[Entry, ...]
    next: Position | None


ALL = Wanted()


async def entries(
    session: AsyncSession, wanted: Wanted = ALL, *, first: int = 50, after: Position | None = None
) -> Page:
    """The newest `first` events, or those older than `after`."""
    query = (
        select(AuditEntry)
        .where(*_conditions(wanted))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(first + 1)
    )
    if after is not None:
        query = query.where(tuple_(AuditEntry.at, AuditEntry.id) < tuple_(after.at, after.id))
    found = [
        Entry(row.id, row.at, AuditKind(row.kind), Outcome(row.outcome), row.actor, row.role,
              row.subject, row.address, row.detail)
        for row in await session.scalars(query)
    ]
    shown = tuple(found[:first])
    more = len(found) > first
    return Page(shown, Position(shown[-1].at, shown[-1].id) if more else None)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        conditions.append(AuditEntry.kind == wanted.kind)
    if wanted.outcome is not None:
        conditions.append(AuditEntry.outcome == wanted.outcome)
    if wanted.actor is not None:
        conditions.append(AuditEntry.actor == wanted.actor)
    if wanted.since is not None:
        conditions.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(AuditEntry.at < wanted.until)
    return conditions

"""What the pages of those who watch over the system need to know."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from aid.access.actor import Actor, gate
from aid.access.policy import Permission
from aid.accounts.queries import AccountRow, accounts
from aid.audit import queries
from aid.audit.model import AuditKind, Outcome
from aid.audit.queries import Entry, Page, Position, Wanted
from aid.database.engine import Database
from aid.funds.findings import Report
from aid.funds.overview import Ledger, chain_checked, ledger_state
from dashboards.format import CHINA
from dashboards.view import View

AT_ONCE = 50
"""Entries of the audit log on one page."""
EXPORTS = 5
"""Exports that are named above the log, the newest."""
_POSITION = re.compile(r"(\d{1,18})-(\d{1,18})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AuditData:
    """A page of the log, the newest exports; and the ledger, for who may read of money.

    `chain` is what verifying the chain of the view's `of` came to; None where nobody asked for it,
    or there is no such project.
    """

    page: Page
    exports: tuple[Entry, ...] = ()
    ledger: Ledger | None = None
    chain: Report | None = None


async def read_audit_page(database: Database, actor: Actor, view: View) -> AuditData:
    """What the audit page shows."""
    page = await read_audit(database, actor, view)
    async with database.reading(actor) as session:
        made = await queries.entries(session, Wanted(kind=AuditKind.EXPORT), first=EXPORTS)
        if not actor.may(Permission.FUND_READ):
            return AuditData(page, made.entries)
        return AuditData(page, made.entries, await ledger_state(session),
                         await chain_checked(session, view.of) if view.of else None)


async def read_audit(database: Database, actor: Actor, view: View) -> Page:
    """The entries that a view asks for, newest first."""
    async with database.reading(actor) as session:
        return await queries.entries(
            session, wanted(view), first=AT_ONCE, after=position(view.before or ""))


def wanted(view: View) -> Wanted:
    """Which entries a view asks for; days begin and end in China. What is unknown narrows nothing.
    """
    return Wanted(
        kind=AuditKind(view.kind) if view.kind in list(AuditKind) else None,
        outcome=Outcome(view.outcome) if view.outcome in list(Outcome) else None,
        actor=view.actor,
        since=_midnight(view.since) if view.since else None,
        until=_midnight(view.until + timedelta(days=1))
        if view.until and view.until < date.max else None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def position(text: str) -> Position | None:
    """The place in the log that `position_key` wrote; None for anything else."""
    found = _POSITION.fullmatch(text)
    if not found:
        return None
    try:
        return Position(_EPOCH + timedelta(microseconds=int(found[1])), int(found[2]))
    except OverflowError:
        return None


def position_key(place: Position) -> str:
    """A place in the log as one piece of a URL, exact to the microsecond."""
    return f"{(place.at - _EPOCH) // timedelta(microseconds=1)}-{place.id}"


async def read_accounts(database: Database, actor: Actor) -> list[AccountRow]:
    """All accounts by name. The gate reads them, so who asks is looked at here: PermissionError."""
    if not actor.may(Permission.ACCOUNT_READ):
        raise PermissionError("accounts are for administrators")
    async with database.reading(gate(actor.name)) as session:
        return await accounts(session)

"""Recording what money did: one line of the ledger at a time, through aid_append alone."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from sqlalchemy import ARRAY, BigInteger, Date, bindparam, select, text
from sqlalchemy import Text as SqlText
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from aid.errors import InputRefused, NotFound
from aid.funds.entries import Entry, check_entry
from aid.funds.model import Movement, Tranche
from aid.funds.refusals import NO_TRANCHE, refusal
from aid.projects.documents import Attachment, shown_by
from aid.projects.model import Project

_APPEND = select(Movement).from_statement(
    text("SELECT * FROM aid_append(:tranche, :kind, :fen, :occurred, :key, :voucher, :document,"
         " :attached, :reason, :reverses, :request)").bindparams(
        *(bindparam(name, type_=BigInteger()) for name in
          ("tranche", "fen", "attached", "reverses", "request")),
        *(bindparam(name, type_=SqlText()) for name in
          ("kind", "key", "voucher", "document", "reason")),
        bindparam("occurred", type_=Date()),
    ).columns(*Movement.__table__.c))


_HOLD = text("SELECT aid_hold(:tranches)").bindparams(
    bindparam("tranches", type_=ARRAY(BigInteger)))


async def hold(session: AsyncSession, tranche_ids: Collection[int]) -> None:
    """Let nobody else move money of these instalments' projects until the transaction ends.

    A transaction that records more than one movement holds them all first: otherwise it may come
    to wait for somebody who waits for it.
    """
    await session.execute(_HOLD, {"tranches": sorted(tranche_ids)})


async def documented(
    session: AsyncSession, entry: Entry, file: Attachment | None, *, today: date
) -> Entry:
    """The entry, with its file kept as a document of the project if there is one.

    Raises NotFound, or InputRefused with every mistake of the entry and of the file.
    """
    complaints = check_entry(entry, today=today)
    if file is not None:
        await hold(session, [entry.tranche_id])
        project = await session.scalar(
            select(Project).join(Tranche, Tranche.project_id == Project.id)
            .where(Tranche.id == entry.tranche_id))
        if project is None:
            raise NotFound(NO_TRANCHE)
        document_id, wrong = await shown_by(session, project, entry.document_id, file)
        complaints += wrong
        entry = replace(entry, document_id=document_id)
    if complaints:
        raise InputRefused(complaints)
    return entry


async def record(
    session: AsyncSession, entry: Entry, *, today: date, file: Attachment | None = None
) -> Movement:
    """Append a movement to its project's chain; the same key again answers the same movement.

    The one way into the ledger: verbs make their entry with `entered`. The file, if there is one,
    is kept as a document of the project, which shows the movement. Raises InputRefused with
    every mistake of the entry, NotFound, NotYours, or a Conflict: one of those of refusals. The
    transaction is over then.
    """
    entry = await documented(session, entry, file, today=today)
    try:
        movement: Movement = (await session.scalars(_APPEND, {
            "tranche": entry.tranche_id, "kind": entry.kind.value, "fen": entry.fen,
            "occurred": entry.occurred_on, "key": entry.key, "voucher": entry.voucher_no,
            "document": entry.document_no, "attached": entry.document_id, "reason": entry.reason,
            "reverses": entry.reverses_id, "request": entry.request_id,
        })).one()
    except DBAPIError as failure:
        refused = refusal(entry, failure)
        if refused is None:
            raise
        raise refused from None
    return movement

"""What the supporting city's office does with money: commit it, send it, take a promise back."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ARRAY, BigInteger, Date, bindparam, column, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.errors import Complaint, InputRefused, NotFound
from aid.funds.conditions import condition_met
from aid.funds.entries import Entry, Slip, check_entry, entered
from aid.funds.model import Movement, Tranche
from aid.funds.moving import hold, record
from aid.funds.refusals import NO_TRANCHE
from aid.funds.terms import MovementKind
from aid.projects.documents import Attachment
from aid.text import Text


async def commit(
    session: AsyncSession, tranche_id: int, slip: Slip, *, today: date,
    file: Attachment | None = None,
) -> Movement:
    """Commit money of an instalment (计划下达), by a document. Refused as `record` says."""
    return await record(
        session, entered(tranche_id, MovementKind.COMMIT, slip), today=today, file=file)


async def disburse(
    session: AsyncSession, tranche_id: int, slip: Slip, *, today: date,
    file: Attachment | None = None,
) -> Movement:
    """Send committed money (拨付), in parts if need be. Refused as `record` says.

    On a day on which the instalment's condition is not met, a reason is needed. Above a set amount
    it takes two persons: TwoPersonsNeeded, and `request_disbursement`.
    """
    entry = entered(tranche_id, MovementKind.DISBURSE, slip)
    await hold(session, [tranche_id])  # what it waits for is not withdrawn meanwhile
    if complaints := await check_disbursement(session, entry, today=today):
        raise InputRefused(complaints)
    return await record(session, entry, today=today, file=file)


async def cancel_commitment(
    session: AsyncSession, tranche_id: int, slip: Slip, *, today: date,
    file: Attachment | None = None,
) -> Movement:
    """Take back committed money that was not sent (撤销下达), for a reason."""
    return await record(
        session, entered(tranche_id, MovementKind.CANCEL, slip), today=today, file=file)


async def check_disbursement(
    session: AsyncSession, entry: Entry, *, today: date
) -> list[Complaint]:
    """All that is wrong with a disbursement beforehand. Raises NotFound.

    What was recorded already is not judged again: a retry finds it, whatever holds by now.
    """
    found = (await session.execute(
        select(condition_met(entry.occurred_on),
               exists().where(Movement.actor == func.aid_mark(),
                              Movement.idempotency_key == entry.key))
        .where(Tranche.id == entry.tranche_id))).one_or_none()
    if found is None:
        raise NotFound(NO_TRANCHE)
    met, recorded = found
    complaints = check_entry(entry, today=today)
    if not met and not recorded and entry.reason is None:
        complaints.append(Complaint("", "reason", "", Text(
            f"本批次的拨付条件在 {entry.occurred_on} 尚未满足，请说明为何拨付",
            f"why it is sent: what the instalment waits for was not met on {entry.occurred_on}")))
    return complaints


async def unmet(
    session: AsyncSession, sent: Collection[tuple[int, date]]
) -> set[tuple[int, date]]:
    """Of instalments (by id) and days, those on which what the instalment waits for was not met."""
    if not sent:
        return set()
    given = func.unnest(
        bindparam("tranches", [tranche for tranche, _ in sent], ARRAY(BigInteger)),
        bindparam("days", [day for _, day in sent], ARRAY(Date)),
    ).table_valued(column("tranche_id", BigInteger), column("on", Date)).render_derived()
    rows = await session.execute(
        select(Tranche.id, given.c.on).join(given, given.c.tranche_id == Tranche.id)
        .where(~condition_met(given.c.on)))
    return {(tranche, day) for tranche, day in rows}

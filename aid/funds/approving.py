"""Large disbursements: one person asks, another decides; from which amount on, the gate sets."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import Asker
from aid.audit.service import record as note
from aid.database.turns import take_turn
from aid.errors import Complaint, Conflict, InputRefused, NotFound
from aid.funds.conditions import condition_met
from aid.funds.entries import Entry, Slip, entered, request_key
from aid.funds.model import Movement, Tranche, TrancheBalance
from aid.funds.moving import documented, hold, record
from aid.funds.refusals import Overdrawn, SamePerson, key_reused
from aid.funds.request_model import DisbursementDecision, DisbursementRequest, TwoPersons
from aid.funds.sending import check_disbursement
from aid.funds.terms import Decision, MovementKind
from aid.money import yuan
from aid.projects.documents import Attachment
from aid.projects.holding import check_document
from aid.projects.rules import check_reason, stripped
from aid.text import Text


class AlreadyDecided(Conflict):
    """The request was decided otherwise, or by somebody else."""

    code = "ALREADY_DECIDED"


class ConditionUnmet(Conflict):
    """What the instalment waits for was met when it was asked for, and is not any more."""

    code = "CONDITION_UNMET"


async def request_disbursement(
    session: AsyncSession,
    tranche_id: int,
    slip: Slip,
    *,
    actor: Actor,
    today: date,
    file: Attachment | None = None,
) -> DisbursementRequest:
    """Ask for a disbursement (拨付申请), for somebody else to decide; the same key asks once.

    Raises NotFound, KeyReused, Overdrawn for more than is committed, or InputRefused.
    """
    entry = await documented(
        session, entered(tranche_id, MovementKind.DISBURSE, slip), file, today=today)
    mark = await own_mark(session)
    await take_turn(session, f"disbursement key {mark} {entry.key}")
    found = await session.scalar(select(DisbursementRequest).where(
        DisbursementRequest.actor == mark,
        DisbursementRequest.idempotency_key == entry.key))
    if found is not None:
        return _the_same(found, entry)
    complaints = await check_disbursement(session, entry, today=today)
    tranche = (await session.scalars(select(Tranche).where(Tranche.id == tranche_id))).one()
    complaints += await check_document(session, entry.document_id, project_id=tranche.project_id)
    if complaints:
        raise InputRefused(complaints)
    committed = await session.scalar(
        select(TrancheBalance.committed).where(TrancheBalance.tranche_id == tranche_id)) or 0
    if entry.fen > committed:
        raise Overdrawn(MovementKind.DISBURSE, committed)
    request = DisbursementRequest(
        project_id=tranche.project_id, recipient_id=tranche.recipient_id, tranche_id=tranche_id,
        amount_fen=entry.fen, occurred_on=entry.occurred_on, voucher_no=entry.voucher_no,
        document_no=entry.document_no, document_id=entry.document_id, reason=entry.reason,
        idempotency_key=entry.key, actor=mark)
    session.add(request)
    await session.flush()
    return request


def _the_same(found: DisbursementRequest, entry: Entry) -> DisbursementRequest:
    if entry_of(found, key=entry.key) != entry:
        raise key_reused()
    return found


def entry_of(request: DisbursementRequest, *, key: str, request_id: int | None = None) -> Entry:
    """The movement that a request asks for."""
    return Entry(
        tranche_id=request.tranche_id, kind=MovementKind.DISBURSE, fen=request.amount_fen,
        occurred_on=request.occurred_on, key=key, voucher_no=request.voucher_no,
        document_no=request.document_no, document_id=request.document_id, reason=request.reason,
        request_id=request_id)


async def decide_disbursement(
    session: AsyncSession,
    request_id: int,
    decision: Decision,
    *,
    reason: str | None = None,
    actor: Actor,
    today: date,
) -> Movement | None:
    """Approve a disbursement, which is recorded at once, or reject it for a reason (None).

    The same decision of the same person again answers the same. Raises NotFound, SamePerson,
    AlreadyDecided, ConditionUnmet, InputRefused, or as `record` says; then nothing is decided.
    """
    await take_turn(session, f"disbursement request {request_id}")
    request = await session.scalar(
        select(DisbursementRequest).where(DisbursementRequest.id == request_id))
    if request is None:
        raise NotFound(Text("没有这个拨付申请。", "There is no such request."))
    mark = await own_mark(session)
    if request.actor == mark:
        raise SamePerson(Text("申请人不能批准自己的拨付申请，须由另一人决定。",
                              "Whoever asked does not decide: it takes another person."))
    if decision is Decision.REJECTED and (complaints := check_reason(reason)):
        raise InputRefused(complaints)
    decided = await session.scalar(select(DisbursementDecision).where(
        DisbursementDecision.request_id == request_id))
    if decided is None:
        if decision is Decision.APPROVED:
            await _check_condition(session, request)
        session.add(DisbursementDecision(
            request_id=request.id, recipient_id=request.recipient_id, decision=decision,
            reason=stripped(reason), actor=mark))
        await session.flush()
    elif (decided.decision, decided.actor) != (decision, mark):
        name = await session.scalar(select(func.aid_who(decided.actor)))
        raise AlreadyDecided(Text(
            f"{name} 已作出决定，未作更改。",
            f"{name} has decided on it already; nothing was changed."))
    if decision is Decision.REJECTED:
        return None
    return await record(session, entry_of(
        request, key=request_key(request.id), request_id=request.id), today=today)


async def _check_condition(session: AsyncSession, request: DisbursementRequest) -> None:
    """Raise ConditionUnmet where a reason would be needed now, and none was given."""
    await hold(session, [request.tranche_id])
    met = await session.scalar(
        select(condition_met(request.occurred_on)).where(Tranche.id == request.tranche_id))
    if not met and request.reason is None:
        raise ConditionUnmet(Text(
            f"申请以后，本批次的拨付条件在 {request.occurred_on} 已不再满足，而申请没有说明理由："
            "请退回，由申请人重新申请。",
            "Since it was asked for, what the instalment waits for is no longer met on "
            f"{request.occurred_on}, and no reason was given: reject it, to be asked for anew."))


async def own_mark(session: AsyncSession) -> str:
    """What stands in the ledger for who the session is of, whatever they are called."""
    mark: str = (await session.execute(select(func.aid_mark()))).scalar_one()
    return mark


async def two_persons(session: AsyncSession) -> int:
    """Above how many fen a disbursement takes two persons."""
    found = await session.scalar(
        select(TwoPersons.above_fen).order_by(TwoPersons.id.desc()).limit(1))
    return found or 0


async def set_two_persons(
    session: AsyncSession, above_fen: int, *, reason: str, asker: Asker
) -> None:
    """Set above how many fen a disbursement takes two persons, in a session of the gate.

    0: all do. Earlier amounts stay on record. Raises InputRefused.
    """
    complaints = check_reason(reason)
    if above_fen < 0:
        complaints.append(Complaint("", "above", yuan(above_fen), Text(
            "不应小于零", "zero or more")))
    if complaints:
        raise InputRefused(complaints)
    before = await two_persons(session)
    session.add(TwoPersons(above_fen=above_fen, reason=reason.strip(), actor=asker.name))
    await session.flush()
    await note(session, kind=AuditKind.OPERATION, outcome=Outcome.DONE, actor=asker.name,
               role=asker.role, address=asker.address, subject="two_persons",
               detail={"before": yuan(before), "above": yuan(above_fen), "reason": reason.strip()})

"""Mutations of money: each a verb of aid/funds in a transaction of its own."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import strawberry

from aid.access.policy import Permission
from aid.clock import today
from aid.errors import Complaint, InputRefused
from aid.funds import service
from aid.funds.drafts import TrancheDraft
from aid.funds.model import Movement
from aid.text import Text
from schema.action import action
from schema.context import Context
from schema.funds.inputs import (
    DisbursementDecideInput,
    FundsInput,
    MovementReverseInput,
    TrancheChangeInput,
    TrancheConditionInput,
    TrancheInput,
    TranchePlanInput,
    TrancheWithdrawInput,
)
from schema.funds.results import (
    DisbursementDecided,
    DisbursementDecideResult,
    DisbursementRequested,
    DisbursementRequestResult,
    FundsMoved,
    FundsResult,
    TrancheChanged,
    TranchePlanResult,
    TrancheResult,
    TranchesPlanned,
)
from schema.ids import decode_id_of
from schema.projects.papers import attachment, document_number
from schema.read.execution import check_result

Info = strawberry.Info[Context, None]
Verb = Callable[..., Awaitable[Movement]]


def _moves(need: Permission, verb: Verb, description: str) -> Any:
    """The mutation that records a movement of an instalment's money."""

    async def move(self: Any, info: Info, input: FundsInput) -> FundsResult:
        check_result(info, FundsMoved)
        tranche = decode_id_of(input.tranche_id, "FundingTranche")
        slip, file = _slip(input), attachment(info, input.file, input.title)
        async with info.context.database.writing(info.context.actor) as session:
            movement = await verb(session, tranche, slip, today=today(), file=file)
        return FundsMoved(row_id=movement.id, tranche_row_id=tranche)

    return action(needs=need, description=description)(move)


@strawberry.type
class FundMutations:
    @action(needs=Permission.FUND_PLAN,
            description="Add instalments (资金批次) to a project: those given, or an amount of one "
                        "source divided by a schedule. Those of several sources stand side by "
                        "side.")
    async def tranche_plan(self, info: Info, input: TranchePlanInput) -> TranchePlanResult:
        check_result(info, TranchesPlanned)
        project, planned = decode_id_of(input.project_id, "AidProject"), _planned(input)
        async with info.context.database.writing(info.context.actor) as session:
            await service.plan_tranches(session, project, planned)
        return TranchesPlanned(row_id=project)

    @action(needs=Permission.FUND_PLAN,
            description="Plan an instalment otherwise, for a reason; its history keeps both. Money "
                        "that has moved keeps its source and is not planned below what is "
                        "committed.")
    async def tranche_change(self, info: Info, input: TrancheChangeInput) -> TrancheResult:
        check_result(info, TrancheChanged)
        number = decode_id_of(input.id, "FundingTranche")
        [draft] = _drafts([input.tranche], place="")
        async with info.context.database.writing(info.context.actor) as session:
            await service.change_tranche(
                session, number, draft, expected_version=input.expected_version,
                reason=input.reason)
        return TrancheChanged(row_id=number)

    @action(needs=Permission.FUND_PLAN,
            description="Withdraw an instalment that was planned by mistake (撤销批次), for a "
                        "reason. It stays on record and counts nowhere. Not where money of it "
                        "ever moved.")
    async def tranche_withdraw(self, info: Info, input: TrancheWithdrawInput) -> TrancheResult:
        check_result(info, TrancheChanged)
        actor, number = info.context.actor, decode_id_of(input.id, "FundingTranche")
        async with info.context.database.writing(actor) as session:
            await service.withdraw_tranche(
                session, number, expected_version=input.expected_version, reason=input.reason,
                actor=actor, today=today())
        return TrancheChanged(row_id=number)

    funds_commit = _moves(
        Permission.FUND_COMMIT, service.commit,
        "Commit money of an instalment (计划下达), by a document. Of a project never more than was "
        "approved.")
    funds_disburse = _moves(
        Permission.FUND_COMMIT, service.disburse,
        "Send committed money (拨付), in parts if need be. With a reason where what the "
        "instalment waits for was not there; above twoPersons.above see disbursementRequest.")
    commitment_cancel = _moves(
        Permission.FUND_COMMIT, service.cancel_commitment,
        "Take back committed money that was not sent (撤销下达), for a reason.")
    funds_receive = _moves(
        Permission.FUND_CONFIRM, service.receive,
        "Confirm that money came (到账): less than was sent, later, in parts. The rest stays in "
        "transit.")
    funds_pay = _moves(
        Permission.FUND_CONFIRM, service.pay, "Report that received money was paid out (支付).")
    funds_return = _moves(
        Permission.FUND_CONFIRM, service.give_back,
        "Report that received money went back to where it came from (退回), for a reason.")

    @action(needs=Permission.FUND_REVERSE,
            description="Undo a movement in full (冲正), once, by the side that records its kind. "
                        "Both stay.")
    async def movement_reverse(self, info: Info, input: MovementReverseInput) -> FundsResult:
        check_result(info, FundsMoved)
        number = decode_id_of(input.id, "Movement")
        file = attachment(info, input.file, input.title)
        reversal = service.Reversal(
            occurred_on=input.occurred_on, key=input.idempotency_key, reason=input.reason,
            voucher_no=input.voucher_no, document_no=input.document_no,
            document_id=document_number(input.document_id))
        async with info.context.database.writing(info.context.actor) as session:
            movement = await service.reverse(
                session, number, reversal, today=today(), file=file)
        return FundsMoved(row_id=movement.id, tranche_row_id=movement.tranche_id)

    @action(needs=Permission.FUND_COMMIT,
            description="Ask for a disbursement that takes two persons (拨付申请); somebody else "
                        "decides.")
    async def disbursement_request(
        self, info: Info, input: FundsInput
    ) -> DisbursementRequestResult:
        check_result(info, DisbursementRequested)
        actor, tranche = info.context.actor, decode_id_of(input.tranche_id, "FundingTranche")
        slip, file = _slip(input), attachment(info, input.file, input.title)
        async with info.context.database.writing(actor) as session:
            request = await service.request_disbursement(
                session, tranche, slip, actor=actor, today=today(), file=file)
        return DisbursementRequested(row_id=request.id)

    @action(needs=Permission.FUND_COMMIT,
            description="Approve a disbursement that another asked for, which records it, or "
                        "reject it for a reason. The same again answers the same.")
    async def disbursement_decide(
        self, info: Info, input: DisbursementDecideInput
    ) -> DisbursementDecideResult:
        check_result(info, DisbursementDecided)
        actor, number = info.context.actor, decode_id_of(input.id, "DisbursementRequest")
        async with info.context.database.writing(actor) as session:
            await service.decide_disbursement(
                session, number, input.decision, reason=input.reason, actor=actor, today=today())
        return DisbursementDecided(row_id=number)


def _slip(given: FundsInput) -> service.Slip:
    return service.Slip(
        fen=given.amount, occurred_on=given.occurred_on, key=given.idempotency_key,
        voucher_no=given.voucher_no, document_no=given.document_no,
        document_id=document_number(given.document_id), reason=given.reason)


def _planned(given: TranchePlanInput) -> service.Scheduled | list[TrancheDraft]:
    """What is to be planned. Raises InputRefused with every mistake."""
    by = given.by_schedule
    if given.tranches is not None and by is None:
        return _drafts(given.tranches, place="tranches.{}")
    if given.tranches is None and by is not None:
        return service.Scheduled(
            schedule=by.schedule_code, fen=by.amount, source=by.source_code, label=by.label)
    raise InputRefused([Complaint("", "tranches", "", Text(
        "请给出 tranches 或 bySchedule 之一", "either tranches or bySchedule"))])


def _drafts(given: list[TrancheInput], *, place: str) -> list[TrancheDraft]:
    """Instalments as drafts, each at its place. Raises InputRefused with every mistake."""
    checked = [_draft(one, place.format(number)) for number, one in enumerate(given)]
    if complaints := [complaint for _, found in checked for complaint in found]:
        raise InputRefused(complaints)
    return [draft for draft, _ in checked if draft is not None]


def _draft(given: TrancheInput, place: str) -> tuple[TrancheDraft | None, list[Complaint]]:
    waits = given.condition or TrancheConditionInput()
    milestone = waits.milestone_id
    return TrancheDraft.check(
        place=place, name=given.name, name_en=given.name_en, source=given.source_code,
        amount_yuan=Decimal(given.amount) / 100, due_on=given.due_on,
        milestone_id=None if milestone is None else decode_id_of(milestone, "Milestone"),
        at_stage=waits.stage, at_progress=waits.progress, after_days=waits.after_days,
        retention=given.retention)

"""Types of money: sources, schedules, instalments, movements, balances, requests."""

from datetime import date, datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, Text, cast, func, or_

from aid.access.policy import Permission
from aid.funds import balances, model, request_model
from aid.funds.conditions import condition_met, day_reached
from schema.connection import Connection, page
from schema.funds.filters import MOVEMENT_PAGE, MovementFilter, MovementOrder, balances_of
from schema.funds.terms import Balance, Decision, MovementKind, SourceKind, TrancheState
from schema.node import Change, Node, history_of
from schema.projects.terms import Stage
from schema.projects.types import AidProject, Document, Milestone, document_of, of_fen
from schema.read.arguments import Arguments
from schema.read.fields import One, expression, read, reads, row_of, within
from schema.read.json import joined, text
from schema.read.needs import needs
from schema.regions.types import RecipientRegion, SupportingCity, SupportingDistrict
from schema.scalars import Percent, Yuan

_RECORDED = "When it was recorded (UTC)."


def _hex(column: str, description: str) -> Any:
    return expression(lambda table, _: func.encode(table.c[column], text("hex")),
                      description=description)


def _who(column: str, description: str) -> Any:
    """Whom a mark stands for, by the name of today."""
    return expression(lambda table, _: func.aid_who(table.c[column], type_=Text()),
                      description=description)


def _stands(column: str, description: str) -> Any:
    """A sum that is kept of an instalment."""
    return expression(lambda table, _: balances.stands(column, table), description=description)


def _named(column: str) -> Any:
    """The conditions of the object whose id the row has in a column."""
    def where(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
        return [own.c.id == row_of(parent).c[column]]

    return where


@reads(model.FundSource, needs=Permission.PLAN_READ)
@strawberry.type(description="A budget or a donation that money comes from (资金来源). Each "
                             "instalment has one, so that the same money is counted once.")
class FundSource(Node):
    code: str
    name: str
    name_en: str | None
    kind: SourceKind
    supporter: SupportingCity
    district: SupportingDistrict | None = strawberry.field(
        description="The district of the supporter whose money it is.")
    note: str | None
    version: int
    history: list[Change] = history_of("fund_source")


@reads(model.SchedulePart, needs=Permission.PLAN_READ)
@strawberry.type(description="An instalment of a schedule: its share, and what it waits for.")
class SchedulePart:
    ordinal: int
    name: str
    name_en: str
    share: Percent = strawberry.field(description="Of the whole amount.")
    stage: Stage | None = expression(
        lambda table, _: table.c.at_stage, description="The stage that it waits for.")
    progress: Percent | None = expression(
        lambda table, _: table.c.at_progress, description="The reported progress it waits for.")
    after_days: int = strawberry.field(description="So many days after the stage was entered.")
    retention: bool = strawberry.field(description="Kept back for defects (质量保证金).")


@reads(model.Schedule, needs=Permission.PLAN_READ)
@strawberry.type(description="A way of dividing an amount into instalments (拨付计划模板), such "
                             "as 40/50/10.")
class Schedule(Node):
    code: str
    name: str
    name_en: str
    note: str | None
    note_en: str | None
    parts: list[SchedulePart] = strawberry.field(
        description="In order. With a retention that overlaps the last they exceed 100 %.")


@needs(Permission.FUND_READ)
@strawberry.type(description="Where money stands, and how much moved in all. The five balances "
                             "add up to zero: what is not in the budget any more is elsewhere.")
class Balances:
    appropriation: Yuan = strawberry.field(
        description="What was taken from the budget, and so never above zero.")
    committed: Yuan = strawberry.field(description="Committed and not sent (已下达待拨).")
    in_transit: Yuan = strawberry.field(description="Sent and not confirmed (在途).")
    held: Yuan = strawberry.field(description="Received and not paid (到账未付).")
    spent: Yuan = strawberry.field(description="Paid (已支付).")
    total_committed: Yuan = strawberry.field(
        description="Committed in all (下达), like all totals without what was reversed; what "
                    "was cancelled or returned is not taken off.")
    total_disbursed: Yuan = strawberry.field(description="Sent in all (拨付).")
    total_received: Yuan = strawberry.field(description="Received in all (到账).")
    total_paid: Yuan = strawberry.field(description="Paid in all (支付).")
    total_returned: Yuan = strawberry.field(description="Returned in all (退回).")
    total_cancelled: Yuan = strawberry.field(description="Commitments cancelled in all (撤销下达).")


@reads(model.Tranche, needs=Permission.FUND_READ)
@strawberry.type(description="What an instalment waits for besides a day: one of a milestone, a "
                             "stage, a progress.")
class TrancheCondition:
    milestone: Milestone | None
    stage: Stage | None = expression(
        lambda table, _: table.c.at_stage, description="The project has to have entered it.")
    progress: Percent | None = expression(
        lambda table, _: table.c.at_progress, description="The last report has to have reached it.")
    after_days: int = strawberry.field(description="So many days after the stage was entered.")


def _condition(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
    waits = or_(*(own.c[name].is_not(None) for name in ("milestone_id", "at_stage", "at_progress")))
    return [own.c.id == row_of(parent).c.id, waits]


def _of_tranche(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
    return [own.c.tranche_id == row_of(parent).c.id]


@reads(model.Tranche, needs=Permission.FUND_READ)
@strawberry.type(description="A planned instalment of a project's money (资金批次).")
class FundingTranche(Node):
    project: AidProject
    seq: int = strawberry.field(description="Its number in the project, from 1.")
    name: str
    name_en: str | None
    source: FundSource
    amount: Yuan = of_fen("amount_fen", "As planned now.")
    due_on: date | None = strawberry.field(
        description="The day it is due; where it waits for something else, the day it is expected.")
    condition: TrancheCondition | None = read(
        One(where=_condition), description="What else it waits for; null: for its day alone.")
    reached_on: date | None = expression(
        lambda table, _: day_reached(table),
        description="The first day on which what it waits for was there; null: not yet. Of one "
                    "that waits for its day alone, that day, past or to come.")
    condition_met: bool = expression(
        lambda table, given: condition_met(given.day("on"), table),
        arguments={"on": date | None}, defaults={"on": None},
        description="Whether it may be sent on the day `on`, as far as that goes; without one, "
                    "today in China.")
    state: TrancheState = expression(
        lambda table, _: balances.state(table), description="How far it has come.")
    committed: Yuan = _stands("total_commit", "Committed in all (下达), without what was reversed; "
                              "what was cancelled or returned is not taken off.")
    disbursed: Yuan = _stands("total_disburse", "Sent in all (拨付).")
    in_transit: Yuan = _stands("in_transit", "Sent and not confirmed (在途).")
    received: Yuan = _stands("total_receive", "Received in all (到账).")
    held: Yuan = _stands("held", "Received and not paid (到账未付).")
    paid: Yuan = _stands("total_pay", "Paid in all (支付).")
    returned: Yuan = _stands("total_return", "Returned in all (退回).")
    cancelled: Yuan = _stands("total_cancel", "Commitments cancelled in all (撤销下达).")
    overdue: Yuan = expression(
        lambda table, given: balances.overdue(given.day("on"), table),
        description="What should have been sent before today, in China, and was not: what it "
                    "waits for was there. Nothing, while the project is not approved, is "
                    "suspended or was cancelled.")
    balances: Balances = balances_of("tranche_id", "Where its money stands.")
    retention: bool = strawberry.field(description="Kept back for defects (质量保证金).")
    reason: str | None = strawberry.field(description="Why it was changed or withdrawn.")
    withdrawn_on: date | None = strawberry.field(
        description="The day it was withdrawn (撤销批次), as planned by mistake.")
    withdrawn_by: str | None
    movements: Connection["Movement"] = page(
        within(MOVEMENT_PAGE, _of_tranche), filter=MovementFilter | None,
        order=MovementOrder | None, description="What moved of it, the newest first.")
    version: int = strawberry.field(description="Give it back as expectedVersion to change it.")
    history: list[Change] = history_of("tranche")


@reads(model.Movement, needs=Permission.FUND_READ)
@strawberry.type(description="One line of the ledger (资金流水): money went from one balance to "
                             "another. Never changed: a correction is a reversal and a new one.")
class Movement(Node):
    project: AidProject
    tranche: FundingTranche
    region: RecipientRegion = read(
        One(where=_named("recipient_id")), description="The recipient whose project it is.")
    seq: int = strawberry.field(description="Its number in the project, without gaps, from 1.")
    kind: MovementKind
    amount: Yuan = of_fen("amount_fen", "How much moved.")
    debit: Balance = strawberry.field(description="From where.")
    credit: Balance = strawberry.field(description="To where.")
    occurred_on: date = strawberry.field(description="The day it happened.")
    recorded_at: datetime = strawberry.field(
        description="The moment from which it was known here (UTC).")
    voucher_no: str | None = strawberry.field(description="凭证号.")
    document_no: str | None = strawberry.field(description="下达文号.")
    document: Document | None = document_of("What shows it.")
    reason: str | None
    actor: str = _who("actor", "Who recorded it, as they are called today.")
    actor_mark: str = expression(
        lambda table, _: table.c.actor,
        description="What stands for them in the body, whatever they are called: account-ID.")
    requested_by: str | None = _who(
        "requested_by", "Who asked for it, where it took two persons.")
    reverses: "Movement | None" = strawberry.field(description="What it undoes.")
    reversed_by: "Movement | None" = strawberry.field(description="What undid it.")
    body: str = expression(
        lambda table, _: func.convert_from(table.c.body, text("UTF8")),
        description="All that was recorded, as the text that was hashed.")
    prev_hash: str = _hex("prev_hash", "The hash of the movement before, in hexadecimal.")
    hash: str = _hex("hash", "SHA-256 of prevHash and body, in hexadecimal.")


@reads(model.Chain, needs=Permission.FUND_READ)
@strawberry.type(description="The head of a project's chain of movements.")
class ChainHead:
    seq: int = strawberry.field(description="How many movements there are.")
    hash: str = _hex("hash", "The hash of the last, in hexadecimal.")
    moved_at: datetime = strawberry.field(description="When the last was recorded (UTC).")


@reads(request_model.TwoPersons, needs=Permission.PLAN_READ)
@strawberry.type(description="From which amount on a disbursement takes two persons.")
class TwoPersons:
    above: Yuan = of_fen("above_fen", "Above this amount; of zero, always.")
    reason: str
    recorded_at: datetime = strawberry.field(description=_RECORDED)


@reads(request_model.DisbursementDecision, needs=Permission.REQUEST_READ)
@strawberry.type(description="What a second person decided of a request. Never changed later.")
class DisbursementDecision:
    decision: Decision
    reason: str | None
    actor: str = _who("actor", "Who decided.")
    recorded_at: datetime = strawberry.field(description=_RECORDED)


def _request_key(request: FromClause) -> ColumnElement[str]:
    """`entries.request_key`, in SQL."""
    return joined([text("request-"), cast(request.c.id, Text())])


@reads(request_model.DisbursementRequest, needs=Permission.REQUEST_READ)
@strawberry.type(description="A disbursement that waits for a second person (拨付申请). Never "
                             "changed later.")
class DisbursementRequest(Node):
    project: AidProject = read(One(where=_named("project_id")))
    tranche: FundingTranche
    amount: Yuan = of_fen("amount_fen", "How much is to be sent.")
    occurred_on: date = strawberry.field(description="The day on which it is sent.")
    voucher_no: str
    document_no: str | None
    document: Document | None = document_of("What shows it.")
    reason: str | None
    actor: str = _who("actor", "Who asked.")
    recorded_at: datetime = strawberry.field(description=_RECORDED)
    decision: DisbursementDecision | None = strawberry.field(description="Null: it waits.")
    movement: Movement | None = read(
        One(where=lambda own, parent, _: [
            own.c.tranche_id == row_of(parent).c.tranche_id,
            own.c.idempotency_key == _request_key(row_of(parent))]),
        description="What came of its approval.")

"""Mutations: noun first, one a business action, one writing transaction each.

A refusal raised by a service rolls its transaction back and becomes a member of the result's union
(errors.py); a fault becomes a masked top-level error.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated

import strawberry

from aid.access.policy import Permission
from aid.clock import today
from aid.plans.service import Grounds, adjust_target
from aid.regions.drafts import PairingDraft
from aid.regions.service import agree_pairing, end_pairing
from aid.regions.terms import Precision, Programme
from schema.accounts.mutations import AccountMutations
from schema.action import action, checked, given
from schema.cadres.mutations import CadreMutations
from schema.context import Context
from schema.errors import Conflict, InvalidInput, NotFound, StaleVersion
from schema.funds.mutations import FundMutations
from schema.ids import decode_id_of
from schema.plans.types import PlanTarget
from schema.projects.mutations import ProjectMutations
from schema.projects.reporting import ReportingMutations
from schema.read.execution import check_result
from schema.read.fields import NodeOf, read
from schema.read.needs import STRUCTURE, needs
from schema.regions.types import Pairing
from schema.villages.mutations import VillageMutations

Info = strawberry.Info[Context, None]


@strawberry.input(description="An adjustment of a plan target. What is left out stays as it is; "
                              "null takes a value away.")
class PlanTargetAdjustInput:
    id: strawberry.ID
    expected_version: int = strawberry.field(description="The version you worked on.")
    reason: str
    adjusted_on: date | None = strawberry.field(
        default=None, description="The day the decision holds from; today if left out.")
    document_no: str | None = None
    statement: str | None = strawberry.UNSET
    statement_en: str | None = strawberry.UNSET
    indicator_code: str | None = strawberry.UNSET
    unit: str | None = strawberry.UNSET
    baseline: Decimal | None = strawberry.UNSET
    target: Decimal | None = strawberry.UNSET
    actual: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description="What was reached, where it is not counted by a "
                                              "rule, or otherwise than that says; in `unit`.")
    due_on: date | None = strawberry.UNSET


@needs(STRUCTURE)
@strawberry.type(description="The target as adjusted.")
class PlanTargetAdjusted:
    row_id: strawberry.Private[int]
    target: PlanTarget = read(NodeOf("row_id"))


@strawberry.input(description="A pairing to agree on. The recipient's code is the one in force "
                              "on startsOn; the supporter's are those of today.")
class PairingAgreeInput:
    code: str = strawberry.field(description="Your own code for it: lower case, digits, hyphens.")
    supporter_code: str
    district_code: str | None = None
    recipient_code: str
    programme: Programme
    starts_on: date
    start_precision: Precision = Precision.DAY
    ends_on: date | None = None
    document_no: str | None = None
    note: str | None = None
    note_en: str | None = None


@needs(STRUCTURE)
@strawberry.type(description="The pairing as agreed.")
class PairingAgreed:
    row_id: strawberry.Private[int]
    pairing: Pairing = read(NodeOf("row_id"))


@strawberry.input(description="The end of a pairing.")
class PairingEndInput:
    id: strawberry.ID
    expected_version: int = strawberry.field(description="The version you worked on.")
    ends_on: date = strawberry.field(description="Its last day.")


@needs(STRUCTURE)
@strawberry.type(description="The pairing as ended.")
class PairingEnded:
    row_id: strawberry.Private[int]
    pairing: Pairing = read(NodeOf("row_id"))


PlanTargetAdjustResult = Annotated[
    PlanTargetAdjusted | InvalidInput | StaleVersion | NotFound,
    strawberry.union("PlanTargetAdjustResult"),
]
PairingAgreeResult = Annotated[
    PairingAgreed | InvalidInput | Conflict, strawberry.union("PairingAgreeResult")
]
PairingEndResult = Annotated[
    PairingEnded | InvalidInput | StaleVersion | NotFound | Conflict,
    strawberry.union("PairingEndResult"),
]


@strawberry.type
class Mutation(
    AccountMutations, ProjectMutations, ReportingMutations, VillageMutations, CadreMutations,
    FundMutations,
):
    @action(needs=Permission.TARGET_ADJUST,
            description="Adjust a plan target (规划调整); the old values are kept.")
    async def plan_target_adjust(
        self, info: Info, input: PlanTargetAdjustInput
    ) -> PlanTargetAdjustResult:
        check_result(info, PlanTargetAdjusted)
        actor = info.context.actor
        grounds = Grounds(
            reason=input.reason,
            adjusted_on=input.adjusted_on or today(),
            document_no=input.document_no,
            actor=actor.name,
        )
        async with info.context.database.writing(actor) as session:
            target = await adjust_target(
                session,
                decode_id_of(input.id, "PlanTarget"),
                expected_version=input.expected_version,
                changes=given(input, "statement", "statement_en", "indicator_code", "unit",
                               "baseline", "target", "actual", "due_on"),
                grounds=grounds,
                today=today(),
            )
        return PlanTargetAdjusted(row_id=target.id)

    @action(needs=Permission.PAIRING_AGREE, description="Agree on a pairing (结对).")
    async def pairing_agree(self, info: Info, input: PairingAgreeInput) -> PairingAgreeResult:
        check_result(info, PairingAgreed)
        draft = checked(
            PairingDraft,
            code=input.code,
            supporter=input.supporter_code,
            district=input.district_code,
            recipient=input.recipient_code,
            programme=input.programme,
            starts_on=input.starts_on,
            start_precision=input.start_precision,
            ends_on=input.ends_on,
            document_no=input.document_no,
            note=input.note,
            note_en=input.note_en,
        )
        async with info.context.database.writing(info.context.actor) as session:
            pairing = await agree_pairing(session, draft)
        return PairingAgreed(row_id=pairing.id)

    @action(needs=Permission.PAIRING_END, description="End a pairing; the record of it stays.")
    async def pairing_end(self, info: Info, input: PairingEndInput) -> PairingEndResult:
        check_result(info, PairingEnded)
        async with info.context.database.writing(info.context.actor) as session:
            pairing = await end_pairing(
                session,
                decode_id_of(input.id, "Pairing"),
                expected_version=input.expected_version,
                ends_on=input.ends_on,
            )
        return PairingEnded(row_id=pairing.id)

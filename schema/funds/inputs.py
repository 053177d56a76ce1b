"""What is sent to plan instalments and to move money."""

from datetime import date

import strawberry

from schema.funds.terms import Decision
from schema.projects.inputs import DOCUMENT, FILE, TITLE
from schema.projects.terms import Stage
from schema.scalars import Percent, Yuan
from schema.uploads import Upload

_KEY = "Your own for this movement, 8 to 200 characters: the same again answers the same " \
       "movement, for ever."
_VERSION = "The instalment's version that you worked on."


@strawberry.input(description="What an instalment waits for: one of a milestone, a stage, a "
                              "progress.")
class TrancheConditionInput:
    milestone_id: strawberry.ID | None = strawberry.field(
        default=None, description="A milestone of the project.")
    stage: Stage | None = None
    progress: Percent | None = strawberry.field(
        default=None, description="The reported progress, 0–100.")
    after_days: int = strawberry.field(
        default=0, description="So many days after the stage was entered.")


@strawberry.input(description="An instalment to plan. It waits for a day, or for something else; a "
                              "day beside that is the day it is expected.")
class TrancheInput:
    name: str = strawberry.field(
        description="No other instalment of the project and the source has it.")
    name_en: str | None = None
    source_code: str = strawberry.field(description="A source of the project's supporter.")
    amount: Yuan
    due_on: date | None = None
    condition: TrancheConditionInput | None = None
    retention: bool = strawberry.field(
        default=False, description="Kept back for defects (质量保证金).")


@strawberry.input(description="An amount to divide by a schedule.")
class TrancheScheduleInput:
    schedule_code: str
    source_code: str = strawberry.field(description="A source of the project's supporter.")
    amount: Yuan
    label: str | None = strawberry.field(
        default=None, description="Put before the names, to tell them from those of the same "
                                  "schedule and source planned before.")


@strawberry.input(description="Instalments to add to a project: those given, or an amount divided "
                              "by a schedule.")
class TranchePlanInput:
    project_id: strawberry.ID
    tranches: list[TrancheInput] | None = None
    by_schedule: TrancheScheduleInput | None = None


@strawberry.input(description="An instalment as it is to be planned from now on, whole.")
class TrancheChangeInput:
    id: strawberry.ID = strawberry.field(description="The instalment.")
    expected_version: int = strawberry.field(description=_VERSION)
    tranche: TrancheInput
    reason: str


@strawberry.input(description="An instalment that was planned by mistake.")
class TrancheWithdrawInput:
    id: strawberry.ID = strawberry.field(description="The instalment.")
    expected_version: int = strawberry.field(description=_VERSION)
    reason: str


@strawberry.input(description="What shows a movement.")
class _Papers:
    voucher_no: str | None = strawberry.field(
        default=None, description="凭证号: needed of all but commitments, cancellations and "
                                  "reversals.")
    document_no: str | None = strawberry.field(
        default=None, description="下达文号: needed of a commitment.")
    document_id: strawberry.ID | None = strawberry.field(default=None, description=DOCUMENT)
    file: Upload | None = strawberry.field(default=None, description=FILE)
    title: str | None = strawberry.field(default=None, description=TITLE)


@strawberry.input(description="A movement of an instalment's money.")
class FundsInput(_Papers):
    tranche_id: strawberry.ID
    amount: Yuan
    occurred_on: date = strawberry.field(description="The day it happened.")
    idempotency_key: str = strawberry.field(description=_KEY)
    reason: str | None = strawberry.field(
        default=None, description="Needed to return or to cancel, and to send what it waits for "
                                  "was not there.")


@strawberry.input(description="A movement to undo, in full.")
class MovementReverseInput(_Papers):
    id: strawberry.ID = strawberry.field(description="The movement.")
    occurred_on: date = strawberry.field(description="The day it is undone.")
    idempotency_key: str = strawberry.field(description=_KEY)
    reason: str


@strawberry.input(description="What a second person decides of a request.")
class DisbursementDecideInput:
    id: strawberry.ID = strawberry.field(description="The request.")
    decision: Decision
    reason: str | None = strawberry.field(default=None, description="Needed to reject it.")

"""Mutations of a project's life: each a verb of aid/projects in a transaction of its own."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any

import strawberry

from aid.access.actor import Actor
from aid.access.policy import Permission
from aid.clock import today
from aid.errors import InputRefused
from aid.projects import service
from aid.projects.drafts import Judgement, ProjectDraft, Step
from aid.projects.model import Project
from aid.projects.rules import JUDGED
from schema.action import action
from schema.context import Context
from schema.ids import decode_id_of
from schema.projects.inputs import (
    JudgementInput,
    ProjectAdjustInput,
    ProjectApproveInput,
    ProjectAsideInput,
    ProjectAssessInput,
    ProjectJudgedStepInput,
    ProjectProposeInput,
    ProjectStepInput,
)
from schema.projects.papers import attachment, document_number
from schema.projects.results import (
    ProjectAssessed,
    ProjectAssessResult,
    ProjectChanged,
    ProjectProposed,
    ProjectProposeResult,
    ProjectResult,
)
from schema.projects.terms import Stage
from schema.read.execution import check_result

Info = strawberry.Info[Context, None]
Verb = Callable[..., Awaitable[Project]]


def _next(to: Stage, description: str) -> Any:
    """The mutation that moves a project on to a stage."""

    async def step(self: Any, info: Info, input: ProjectStepInput) -> ProjectResult:
        return await _moved(info, input, service.advance, to, step=_step(input),
                            file=attachment(info, input.file, input.title))

    return action(needs=Permission.PROJECT_ADVANCE, description=description)(step)


def _judged(to: Stage, description: str) -> Any:
    """The mutation that moves a project on to a stage that a judgement leads to."""

    async def step(self: Any, info: Info, input: ProjectJudgedStepInput) -> ProjectResult:
        judgement = _judgement(input.judgement) if input.judgement else None
        return await _moved(info, input, service.advance, to, step=_step(input),
                            judgement=judgement, file=attachment(info, input.file, input.title))

    return action(needs=Permission.PROJECT_ADVANCE, description=description)(step)


def _aside(verb: Verb, description: str) -> Any:
    """The mutation that sets a project aside, or takes it up again."""

    async def step(self: Any, info: Info, input: ProjectAsideInput) -> ProjectResult:
        decided = Step(on=input.occurred_on or today(), evidence_no=input.evidence_no,
                       document_id=document_number(input.document_id), reason=input.reason)
        return await _moved(info, input, verb, step=decided,
                            file=attachment(info, input.file, input.title))

    return action(needs=Permission.PROJECT_DECIDE, description=description)(step)


@strawberry.type
class ProjectMutations:
    @action(needs=Permission.PROJECT_PROPOSE,
            description="Propose a project (申报): it stands in reserve, with a code of its own.")
    async def project_propose(
        self, info: Info, input: ProjectProposeInput
    ) -> ProjectProposeResult:
        check_result(info, ProjectProposed)
        draft, complaints = _draft(input)
        if draft is None:
            raise InputRefused(complaints)
        actor = info.context.actor
        async with info.context.database.writing(actor) as session:
            project = await service.propose(
                session, draft, actor=actor, today=today(), key=input.idempotency_key)
        return ProjectProposed(row_id=project.id)

    @action(needs=Permission.PROJECT_DECIDE,
            description="Approve a project in reserve (立项), with the number of the approval. One "
                        "that is approved anew goes back to the stage it had reached.")
    async def project_approve(self, info: Info, input: ProjectApproveInput) -> ProjectResult:
        return await _moved(info, input, service.approve, step=_step(input),
                            approved_fen=input.approved_investment,
                            file=attachment(info, input.file, input.title))

    project_tender = _next(Stage.TENDERED, "The contract is awarded (招投标); needs the notice of "
                           "award. Projects that build nothing skip it.")
    project_start = _next(Stage.STARTED, "Works start (开工); needs the start permit, or the "
                          "notice to begin of what is not built.")
    project_complete = _next(Stage.COMPLETED, "Works are completed (完工); needs the completion "
                             "report.")
    project_accept = _judged(Stage.ACCEPTED, "Works passed their acceptance (竣工验收); needs the "
                             "certificate. For those that failed, see projectAssess.")
    project_audit = _judged(Stage.AUDITED, "The accounts are audited (决算审计); needs the report.")
    project_hand_over = _next(Stage.HANDED_OVER, "Works are handed over (移交); needs the handover "
                              "record. Projects that build nothing skip it.")
    project_evaluate = _judged(Stage.EVALUATED, "A third party evaluated the project (第三方评估); "
                               "needs its report.")
    project_close = _next(Stage.CLOSED, "Close a project (结项); needs nothing more.")
    project_suspend = _aside(service.suspend, "Suspend an open project (暂停), with a reason.")
    project_resume = _aside(service.resume, "Go on with a suspended project (恢复) from the stage "
                            "it had, with a reason.")
    project_cancel = _aside(service.cancel, "Cancel a project (终止), with a reason. Its history "
                            "stays.")

    @action(needs=Permission.PROJECT_DECIDE,
            description="Change the approved investment (概算调整). A change of 10 % or more since "
                        "the last approval sends the project back to be approved anew.")
    async def project_adjust(self, info: Info, input: ProjectAdjustInput) -> ProjectResult:
        change = service.InvestmentChange(
            new_fen=input.approved_investment, adjusted_on=input.adjusted_on or today(),
            reason=input.reason, document_no=input.document_no)
        return await _moved(info, input, service.adjust_investment, change=change)

    @action(needs=Permission.PROJECT_ADVANCE,
            description="Record a judgement that leads to no stage: a failed acceptance, a second "
                        "evaluation.")
    async def project_assess(self, info: Info, input: ProjectAssessInput) -> ProjectAssessResult:
        check_result(info, ProjectAssessed)
        actor, number = info.context.actor, decode_id_of(input.id, "AidProject")
        at_stage = next(stage for stage, kind in JUDGED.items() if kind is input.kind)
        async with info.context.database.writing(actor) as session:
            row = await service.assess(
                session, number, at_stage, judgement=_judgement(input.judgement),
                on=input.assessed_on or today(), document_id=document_number(input.document_id),
                actor=actor, today=today())
        return ProjectAssessed(row_id=row.id, project_row_id=number)


async def _moved(
    info: Info, input_: ProjectStepInput | ProjectAsideInput | ProjectAdjustInput, verb: Verb,
    *given: Stage, **more: Any,
) -> ProjectChanged:
    """Act upon the project that an input names."""
    check_result(info, ProjectChanged)
    actor: Actor = info.context.actor
    number = decode_id_of(input_.id, "AidProject")
    async with info.context.database.writing(actor) as session:
        await verb(session, number, *given, expected_version=input_.expected_version, actor=actor,
                   today=today(), **more)
    return ProjectChanged(row_id=number)


def _draft(given: ProjectProposeInput) -> tuple[ProjectDraft | None, list[Any]]:
    return ProjectDraft.check(
        name=given.name,
        name_en=given.name_en,
        description=given.description,
        recipient=given.recipient_code,
        region=given.region_code,
        locality=given.place,
        supporter=given.supporter_code,
        district=given.district_code,
        pairing=given.pairing_code,
        plan=given.plan_code,
        target=given.target_code,
        sector=given.sector_code,
        kind=given.kind,
        delivery_mode=given.delivery_mode,
        proposed_yuan=Decimal(given.proposed_investment) / 100,
        planned_start=given.planned_start,
        planned_end=given.planned_end,
        proposed_on=given.proposed_on,
    )


def _step(given: ProjectStepInput) -> Step:
    day: date = given.occurred_on or today()
    return Step(on=day, evidence_no=given.evidence_no, override=given.override,
                document_id=document_number(given.document_id), reason=given.reason)


def _judgement(given: JudgementInput) -> Judgement:
    return Judgement(
        assessor=given.assessor, passed=given.passed, score=given.score,
        settled_fen=given.settled_investment, findings=given.findings)

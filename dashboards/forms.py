"""The forms of the log: whom each is for, the mutation it sends, what its answer says. Pure.

A form sends a mutation of the API: its fields are named as the mutation's inputs, so that what the
API complains of stands beside the field it is about. assets/forms.js gathers and sends them.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from aid.access.actor import Actor
from aid.access.policy import Permission
from aid.projects.rules import ENDED, is_open
from aid.projects.terms import STAGE_NAMES, Stage
from aid.text import Text

About = Literal["project", "village", "projects", "cadres", "nothing"]
"""What a form is filled in for: a project, a village, or a list on whose page it is offered."""
Group = Literal["work", "life", "money", "people"]
GROUPS: tuple[Group, ...] = ("work", "life", "money", "people")
"""What forms are about, in the order in which they stand."""
Chosen = Literal["milestone", "logged", "movement", "term", "request", "pairing", "instalment"]
"""What of a thing is chosen before the form is filled in."""
Kind = Literal["choice", "flag", "day", "yuan", "number", "whole", "text", "long", "file",
               "files", "hidden", "version"]
ANY = frozenset(Stage)
OPEN = frozenset(stage for stage in Stage if is_open(stage))
GOING = ANY - ENDED
FUNDED = ANY - {Stage.RESERVE, Stage.SUSPENDED, Stage.CANCELLED}


@dataclass(frozen=True, slots=True)
class Mutation:
    """A mutation: its name, its input's type, and what is asked of its answer."""

    name: str
    input: str
    answer: str

    @property
    def document(self) -> str:
        """The document that is sent, with the input as its variable."""
        return (
            f"mutation Form($input: {self.input}!) {{ done: {self.name}(input: $input) {{"
            " __typename ... on UserError { code message }"
            " ... on InvalidInput { problems { path message } }"
            f" ... on {self.answer} }} }}")


@dataclass(frozen=True, slots=True)
class Form:
    """A form. `said` names what of the answer is shown: words by their key, and the place.

    `keyed`: its mutation takes a key, made when the form is opened. `other` is a second mutation
    of the same input, sent by a button of its own. `stages` are those of a project at which it may
    be filled in. One that is `seldom` needed is not offered beside every project that a search
    finds. `names` says values of the answer in words. `confirms`: what it changes is shown, to be
    confirmed, before it is sent.
    """

    group: Group
    needs: Permission
    about: About
    mutation: Mutation
    said: Sequence[tuple[str, str]]
    keyed: bool = False
    other: Mutation | None = None
    stages: frozenset[Stage] = ANY
    chooses: Chosen | None = None
    seldom: bool = False
    names: Mapping[str, Text] = field(default_factory=dict)
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field: the place of its value in the input, and how it looks.

    `options` are values and texts of a choice; `chosen` is what stands there at first. `unit` and
    `hint` are said beside it.
    """

    name: str
    kind: Kind
    label: str
    required: bool = False
    options: Sequence[tuple[str, str]] = ()
    chosen: str = ""
    unit: str = ""
    hint: str = ""
    latest: str = ""


def node_id(type_name: str, number: int) -> str:
    """The API's id of a row."""
    return b64encode(f"{type_name}:{number}".encode()).decode()


_MOVEMENT = "{ amount occurredOn voucherNo documentNo tranche { name } }"
_SAID = (("tranche", "movement.tranche.name"), ("amount", "movement.amount"),
         ("occurred_on", "movement.occurredOn"), ("voucher_no", "movement.voucherNo"),
         ("document_no", "movement.documentNo"))
BESIDE: Mapping[str, str] = MappingProxyType({
    "OVERDRAWN": "amount", "TWO_PERSONS_NEEDED": "amount", "VOUCHER_RECORDED": "voucherNo"})
"""Refusals of the whole that are about one field, by their code."""
_YUAN = Text("元", "yuan")
SAID_IN: Mapping[str, Text] = MappingProxyType({
    "amount": _YUAN, "proposed_investment": _YUAN, "approved_investment": _YUAN,
    "percent": Text("%", "%")})
"""The units of what the answer says, by the key of its words."""
_STAGES = MappingProxyType({stage.name: name for stage, name in STAGE_NAMES.items()})


def _moves(
    needs: Permission, mutation: str, other: Mutation | None = None, *,
    stages: frozenset[Stage] = ANY, seldom: bool = False,
) -> Form:
    sent = Mutation(mutation, "FundsInput", f"FundsMoved {{ movement {_MOVEMENT} }}")
    return Form("money", needs, "project", sent, _SAID, keyed=True, other=other, stages=stages,
                seldom=seldom)


def _instalment(mutation: str, input_: str) -> Form:
    return Form("money", Permission.FUND_PLAN, "project", Mutation(
        mutation, input_, "TrancheChanged { tranche { name amount project { name } } }"),
        (("project", "tranche.project.name"), ("tranche", "tranche.name"),
         ("amount", "tranche.amount")),
        stages=GOING, chooses="instalment", seldom=True, confirms=True)


def _changes(mutation: str, input_: str) -> Mutation:
    return Mutation(mutation, input_,
                    "ProjectChanged { project { name stage approvedInvestment } }")


def _lives(
    mutation: Mutation, stages: frozenset[Stage], *,
    needs: Permission = Permission.PROJECT_DECIDE, seldom: bool = True,
) -> Form:
    return Form("life", needs, "project", mutation, (
        ("project", "project.name"), ("stage", "project.stage"),
        ("approved_investment", "project.approvedInvestment")),
        stages=stages, seldom=seldom, names=_STAGES)


def _terms(mutation: str, input_: str, answer: str) -> Form:
    return Form("people", Permission.CADRE_POST, "cadres", Mutation(
        mutation, input_,
        f"{answer} {{ secondment {{ start plannedEnd end cadre {{ name }}"
        " post { unit title } } }"),
        (("cadre", "secondment.cadre.name"), ("unit", "secondment.post.unit"),
         ("post", "secondment.post.title"), ("starts_on", "secondment.start"),
         ("planned_end", "secondment.plannedEnd"), ("ended_on", "secondment.end")),
        chooses=None if mutation == "secondmentPost" else "term")


STEPS: Mapping[Stage, Mutation] = MappingProxyType({
    Stage.TENDERED: _changes("projectTender", "ProjectStepInput"),
    Stage.STARTED: _changes("projectStart", "ProjectStepInput"),
    Stage.COMPLETED: _changes("projectComplete", "ProjectStepInput"),
    Stage.ACCEPTED: _changes("projectAccept", "ProjectJudgedStepInput"),
    Stage.AUDITED: _changes("projectAudit", "ProjectJudgedStepInput"),
    Stage.HANDED_OVER: _changes("projectHandOver", "ProjectStepInput"),
    Stage.EVALUATED: _changes("projectEvaluate", "ProjectJudgedStepInput"),
    Stage.CLOSED: _changes("projectClose", "ProjectStepInput"),
})
"""What moves an approved project on to a stage."""
_MILESTONES = (("project", "project.name"), ("milestones", "project.milestones.length"))
_PLANNED = Mutation("milestonePlan", "MilestonePlanInput",
                    "MilestonesPlanned { project { name milestones { id } } }")
_MILESTONE = "MilestoneChanged { milestone { name plannedOn metOn evidenceNo } project { name } }"


def _corrects(mutation: str, input_: str) -> Form:
    return Form(
        "life", Permission.PROJECT_ADVANCE, "project", Mutation(mutation, input_, _MILESTONE),
        (("project", "project.name"), ("milestone", "milestone.name"),
         ("met_on", "milestone.metOn"), ("evidence_no", "milestone.evidenceNo")),
        stages=GOING, chooses="logged", seldom=True, confirms=True)


FORMS: Mapping[str, Form] = MappingProxyType({
    "milestone": Form(
        "work", Permission.PROJECT_ADVANCE, "project",
        Mutation("milestoneLog", "MilestoneLogInput", _MILESTONE),
        (("project", "project.name"), ("milestone", "milestone.name"),
         ("met_on", "milestone.metOn"), ("evidence_no", "milestone.evidenceNo")), stages=GOING),
    "progress": Form(
        "work", Permission.PROGRESS_REPORT, "project", Mutation(
            "progressReport", "ProgressReportInput",
            "ProgressReported { report { percent reportedOn } project { name } }"),
        (("project", "project.name"), ("percent", "report.percent"),
         ("reported_on", "report.reportedOn")),
        stages=ANY - {Stage.APPROVED, Stage.TENDERED, Stage.CANCELLED}),
    "work": Form(
        "work", Permission.PROGRESS_REPORT, "village", Mutation(
            "villageProgressReport", "VillageProgressReportInput",
            "VillageProgressReported { report { done reportedOn work { name unit } } }"),
        (("work", "report.work.name"), ("done", "report.done"), ("unit", "report.work.unit"),
         ("reported_on", "report.reportedOn"))),
    "document": Form(
        "work", Permission.DOCUMENT_ATTACH, "project", Mutation(
            "documentAttach", "DocumentAttachInput",
            "DocumentAttached { document { title fileName } project { name } }"),
        (("project", "project.name"), ("title", "document.title"),
         ("file", "document.fileName")), seldom=True),
    "propose": Form(
        "life", Permission.PROJECT_PROPOSE, "projects", Mutation(
            "projectPropose", "ProjectProposeInput",
            "ProjectProposed { project { code name stage proposedInvestment } }"),
        (("project", "project.name"), ("code", "project.code"), ("stage", "project.stage"),
         ("proposed_investment", "project.proposedInvestment")),
        keyed=True, chooses="pairing", names=_STAGES),
    "approve": _lives(_changes("projectApprove", "ProjectApproveInput"),
                      frozenset({Stage.RESERVE}), seldom=False),
    "advance": _lives(STEPS[Stage.STARTED], OPEN - {Stage.RESERVE},
                      needs=Permission.PROJECT_ADVANCE, seldom=False),
    "template": Form("life", Permission.PROJECT_ADVANCE, "project", _PLANNED, _MILESTONES,
                     stages=GOING, seldom=True),
    "plan_milestone": Form("life", Permission.PROJECT_ADVANCE, "project", _PLANNED, _MILESTONES,
                           stages=GOING, seldom=True),
    "reschedule": Form(
        "life", Permission.PROJECT_ADVANCE, "project",
        Mutation("milestoneReschedule", "MilestoneRescheduleInput", _MILESTONE),
        (("project", "project.name"), ("milestone", "milestone.name"),
         ("planned_on", "milestone.plannedOn")), stages=GOING, chooses="milestone", seldom=True),
    "correct": _corrects("milestoneCorrect", "MilestoneCorrectInput"),
    "unlog": _corrects("milestoneUnlog", "MilestoneUnlogInput"),
    "adjust": _lives(_changes("projectAdjust", "ProjectAdjustInput"), OPEN - {Stage.RESERVE}),
    "suspend": _lives(_changes("projectSuspend", "ProjectAsideInput"), OPEN),
    "resume": _lives(_changes("projectResume", "ProjectAsideInput"),
                     frozenset({Stage.SUSPENDED})),
    "cancel": _lives(_changes("projectCancel", "ProjectAsideInput"), GOING),
    "plan": Form(
        "money", Permission.FUND_PLAN, "project", Mutation(
            "tranchePlan", "TranchePlanInput", "TranchesPlanned { project { name } }"),
        (("project", "project.name"),), stages=GOING),
    "change_instalment": _instalment("trancheChange", "TrancheChangeInput"),
    "withdraw_instalment": _instalment("trancheWithdraw", "TrancheWithdrawInput"),
    "commit": _moves(Permission.FUND_COMMIT, "fundsCommit", stages=FUNDED),
    "disburse": _moves(Permission.FUND_COMMIT, "fundsDisburse", Mutation(
        "disbursementRequest", "FundsInput",
        f"DisbursementRequested {{ movement: request {_MOVEMENT} }}"), stages=FUNDED),
    "decide": Form(
        "money", Permission.FUND_COMMIT, "nothing", Mutation(
            "disbursementDecide", "DisbursementDecideInput",
            "DisbursementDecided { request { amount tranche { name } decision { decision } } }"),
        (("tranche", "request.tranche.name"), ("amount", "request.amount"),
         ("decision", "request.decision.decision")), chooses="request",
        names=MappingProxyType({"APPROVED": Text("批准", "approved"),
                                "REJECTED": Text("驳回", "rejected")})),
    "cancel_commitment": _moves(Permission.FUND_COMMIT, "commitmentCancel", seldom=True),
    "receive": _moves(Permission.FUND_CONFIRM, "fundsReceive"),
    "pay": _moves(Permission.FUND_CONFIRM, "fundsPay"),
    "return": _moves(Permission.FUND_CONFIRM, "fundsReturn"),
    "reverse": Form(
        "money", Permission.FUND_REVERSE, "project", Mutation(
            "movementReverse", "MovementReverseInput", f"FundsMoved {{ movement {_MOVEMENT} }}"),
        _SAID, keyed=True, chooses="movement", seldom=True),
    "register": Form(
        "people", Permission.CADRE_POST, "cadres", Mutation(
            "cadreRegister", "CadreRegisterInput", "CadreRegistered { cadre { code name } }"),
        (("cadre", "cadre.name"), ("code", "cadre.code"))),
    "agree": Form(
        "people", Permission.CADRE_POST, "cadres", Mutation(
            "postAgree", "PostAgreeInput", "PostAgreed { post { code unit title agreedFrom } }"),
        (("code", "post.code"), ("unit", "post.unit"), ("post", "post.title"),
         ("agreed_from", "post.agreedFrom")), chooses="pairing"),
    "post": _terms("secondmentPost", "SecondmentPostInput", "SecondmentPosted"),
    "succeed": _terms("secondmentSucceed", "SecondmentSucceedInput", "SecondmentPosted"),
    "extend": _terms("secondmentExtend", "SecondmentExtendInput", "SecondmentExtended"),
    "end": _terms("secondmentEnd", "SecondmentEndInput", "SecondmentEnded"),
})
"""By name, in the order in which they are offered."""

IMPORT = "import"
"""The form that brings in a sheet; it sends the file to a route of its own."""


def fits(name: str, stage: str) -> bool:
    """Whether a form may be filled in for a project at a stage."""
    return stage in FORMS[name].stages


def offered(
    actor: Actor, about: About | None = None, stage: str | None = None
) -> tuple[str, ...]:
    """The forms that an actor may fill in, those about something alone if it is given.

    With the stage of a project those alone that fit it. A request is decided from the list of
    those that wait.
    """
    return tuple(name for name, form in FORMS.items()
                 if name != "decide" and actor.may(form.needs) and about in (None, form.about)
                 and (stage is None or fits(name, stage)))


def often(names: Sequence[str]) -> tuple[str, ...]:
    """Those of the forms that are not seldom needed."""
    return tuple(name for name in names if not FORMS[name].seldom)


def by_group(names: Sequence[str]) -> dict[Group, list[str]]:
    """The forms of each group, in order; groups without any are left out."""
    found = {group: [name for name in names if FORMS[name].group == group] for group in GROUPS}
    return {group: of_it for group, of_it in found.items() if of_it}

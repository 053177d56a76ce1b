"""The forms of the log: whom each is for, the mutation it sends, what its answer says. Pure.

A form sends a mutation of the API: its fields are named as the mutation's inputs, so that what the
API complains of stands beside the field it is about. assets/forms.js gathers and sends them.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from aid.access.actor import Actor
from aid.access.policy import Permission

About = Literal["project", "village", "nothing"]
Kind = Literal["choice", "day", "yuan", "number", "text", "long", "file", "hidden"]


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
            " __typename ... on UserError { message }"
            " ... on InvalidInput { problems { path message } }"
            f" ... on {self.answer} }} }}")


@dataclass(frozen=True, slots=True)
class Form:
    """A form. `said` names what of the answer is shown: words by their key, and the place.

    `keyed`: its mutation takes a key, made when the form is opened. `other` is a second mutation
    of the same input, sent by a button of its own.
    """

    needs: Permission
    about: About
    mutation: Mutation
    said: Sequence[tuple[str, str]]
    keyed: bool = False
    other: Mutation | None = None


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


def _moves(needs: Permission, mutation: str, other: Mutation | None = None) -> Form:
    sent = Mutation(mutation, "FundsInput", f"FundsMoved {{ movement {_MOVEMENT} }}")
    return Form(needs, "project", sent, _SAID, keyed=True, other=other)


FORMS: Mapping[str, Form] = MappingProxyType({
    "milestone": Form(
        Permission.PROJECT_ADVANCE, "project", Mutation(
            "milestoneLog", "MilestoneLogInput",
            "MilestoneChanged { milestone { name metOn evidenceNo } project { name } }"),
        (("project", "project.name"), ("milestone", "milestone.name"),
         ("met_on", "milestone.metOn"), ("evidence_no", "milestone.evidenceNo"))),
    "progress": Form(
        Permission.PROGRESS_REPORT, "project", Mutation(
            "progressReport", "ProgressReportInput",
            "ProgressReported { report { percent reportedOn } project { name } }"),
        (("project", "project.name"), ("percent", "report.percent"),
         ("reported_on", "report.reportedOn"))),
    "work": Form(
        Permission.PROGRESS_REPORT, "village", Mutation(
            "villageProgressReport", "VillageProgressReportInput",
            "VillageProgressReported { report { done reportedOn work { name unit } } }"),
        (("work", "report.work.name"), ("done", "report.done"), ("unit", "report.work.unit"),
         ("reported_on", "report.reportedOn"))),
    "plan": Form(
        Permission.FUND_PLAN, "project", Mutation(
            "tranchePlan", "TranchePlanInput", "TranchesPlanned { project { name } }"),
        (("project", "project.name"),)),
    "commit": _moves(Permission.FUND_COMMIT, "fundsCommit"),
    "disburse": _moves(Permission.FUND_COMMIT, "fundsDisburse", Mutation(
        "disbursementRequest", "FundsInput",
        f"DisbursementRequested {{ movement: request {_MOVEMENT} }}")),
    "decide": Form(
        Permission.FUND_COMMIT, "nothing", Mutation(
            "disbursementDecide", "DisbursementDecideInput",
            "DisbursementDecided { request { amount tranche { name } decision { decision } } }"),
        (("tranche", "request.tranche.name"), ("amount", "request.amount"),
         ("decision", "request.decision.decision"))),
    "receive": _moves(Permission.FUND_CONFIRM, "fundsReceive"),
    "pay": _moves(Permission.FUND_CONFIRM, "fundsPay"),
    "return": _moves(Permission.FUND_CONFIRM, "fundsReturn"),
    "register": Form(
        Permission.CADRE_POST, "nothing", Mutation(
            "cadreRegister", "CadreRegisterInput", "CadreRegistered { cadre { code name } }"),
        (("cadre", "cadre.name"), ("code", "cadre.code"))),
    "post": Form(
        Permission.CADRE_POST, "nothing", Mutation(
            "secondmentPost", "SecondmentPostInput",
            "SecondmentPosted { secondment { start plannedEnd cadre { name }"
            " post { unit title } } }"),
        (("cadre", "secondment.cadre.name"), ("unit", "secondment.post.unit"),
         ("post", "secondment.post.title"), ("starts_on", "secondment.start"),
         ("planned_end", "secondment.plannedEnd"))),
})
"""By name, in the order in which they are offered."""

IMPORT = "import"
"""The form that brings in a sheet; it sends the file to a route of its own."""


def offered(actor: Actor, about: About | None = None) -> tuple[str, ...]:
    """The forms that an actor may fill in, those about something alone if it is given.

    A request is decided from the list of those that wait.
    """
    return tuple(name for name, form in FORMS.items()
                 if name != "decide" and actor.may(form.needs) and about in (None, form.about))

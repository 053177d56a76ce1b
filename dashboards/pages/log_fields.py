"""The fields of each form of the log, with what there is to choose from."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from aid.funds.choosing import Instalment
from aid.projects.terms import STAGE_NAMES, Stage
from dashboards.format import exact_yuan, plain, unit_name
from dashboards.forms import Field, node_id
from dashboards.i18n import words
from dashboards.pages.log_inputs import (
    chosen_milestone,
    chosen_movement,
    files,
    label,
    open_milestones,
    past_day,
    pictures,
    project_id,
    reason,
)
from dashboards.pages.log_instalments import change, withdraw
from dashboards.pages.log_life import LIFE
from dashboards.pages.log_people import PEOPLE
from dashboards.pages.log_propose import propose
from dashboards.reading_log import LogData
from dashboards.view import View


def _milestone(view: View, data: LogData) -> list[Field]:
    rows, chosen_one = open_milestones(data), chosen_milestone(view, data)
    options = [(node_id("Milestone", one.id),
                f"{one.name.to(view.locale)} · {STAGE_NAMES[Stage(one.stage)].to(view.locale)}"
                f" · {one.planned_on}") for one in rows]
    chosen = (node_id("Milestone", chosen_one.id) if chosen_one
              else options[0][0] if options else "")
    return [
        Field("milestoneId", "choice", label(view, "milestone"), required=True, options=options,
              chosen=chosen),
        past_day(view, data, "metOn", "met_on"),
        Field("evidenceNo", "text", label(view, "evidence_no"),
              hint=words(view.locale)("form.evidence.hint")),
        Field("note", "long", label(view, "note")), *files(view),
    ]


def _progress(view: View, data: LogData) -> list[Field]:
    w = words(view.locale)
    last = data.project.progress if data.project and data.project.progress_on else None
    return [
        Field("projectId", "hidden", "", chosen=project_id(data)),
        Field("percent", "number", label(view, "percent"), required=True, unit="%",
              hint=w("form.percent.hint") if last is None
              else w("form.percent.last", percent=plain(last))),
        past_day(view, data, "reportedOn", "reported_on"),
        Field("note", "long", label(view, "note"), hint=w("form.fall.hint")), *pictures(view),
    ]


def _work(view: View, data: LogData) -> list[Field]:
    w = words(view.locale)
    works = data.village.works if data.village else ()
    options = [(node_id("VillageWork", one.id),
                f"{one.name} · {plain(one.done)} / {plain(one.planned_quantity)} "
                f"{unit_name(one.unit, view.locale)}")
               for one in works]
    chosen = next((node_id("VillageWork", one.id) for one in works if str(one.id) == view.item),
                  options[0][0] if options else "")
    return [
        Field("workId", "choice", label(view, "work"), required=True, options=options,
              chosen=chosen),
        Field("done", "number", label(view, "done"), required=True, hint=w("form.done.hint")),
        past_day(view, data, "reportedOn", "reported_on"),
        Field("note", "long", label(view, "note"), hint=w("form.fall.hint")), *pictures(view),
    ]


def _plan(view: View, data: LogData) -> list[Field]:
    money, project = data.money, data.project
    return [
        Field("projectId", "hidden", "", chosen=project_id(data)),
        Field("bySchedule.scheduleCode", "choice", label(view, "schedule"), required=True,
              options=[(one.code, one.name.to(view.locale)) for one in money.schedules]
              if money else ()),
        Field("bySchedule.sourceCode", "choice", label(view, "source"), required=True,
              options=[(one.code, one.name.to(view.locale)) for one in money.sources]
              if money else ()),
        Field("bySchedule.amount", "yuan", label(view, "amount"), required=True,
              unit=label(view, "yuan"), hint=words(view.locale)(
                  "form.approved.hint", amount=exact_yuan(project.approved_fen, view.locale))
              if project and project.approved_fen else ""),
        Field("bySchedule.label", "text", label(view, "label"),
              hint=words(view.locale)("form.label.hint")),
    ]


_STANDS: Mapping[str, Callable[[Instalment], int]] = MappingProxyType({
    "commit": lambda one: one.uncommitted, "disburse": lambda one: one.committed,
    "receive": lambda one: one.in_transit, "pay": lambda one: one.held,
    "return": lambda one: one.held, "cancel_commitment": lambda one: one.committed,
})
"""How much of an instalment a form may move, in fen."""


def movable(form: str, data: LogData) -> list[Instalment]:
    """The instalments of which a form may move something."""
    return [one for one in (data.money.instalments if data.money else ())
            if _STANDS[form](one) > 0]


def _movement(form: str, *more: str) -> Callable[[View, LogData], list[Field]]:
    """The fields of a movement; `more` are the papers it needs, and a reason where it takes one."""
    def fields(view: View, data: LogData) -> list[Field]:
        w, rows = words(view.locale), movable(form, data)
        options = [(node_id("FundingTranche", one.id), w(
            f"form.{form}.stands", name=f"{one.seq}. {one.name.to(view.locale)}",
            amount=exact_yuan(_STANDS[form](one), view.locale))) for one in rows]
        chosen = next((node_id("FundingTranche", one.id) for one in rows
                       if str(one.id) == view.item), options[0][0] if len(options) == 1 else "")
        return [
            Field("trancheId", "choice", label(view, "tranche"), required=True, options=options,
                  chosen=chosen),
            Field("amount", "yuan", label(view, "amount"), required=True,
                  unit=label(view, "yuan"), hint=_amount_hint(form, view, data)),
            past_day(view, data, "occurredOn", "occurred_on"),
            *(_paper(view, name) for name in more), *files(view),
        ]

    return fields


def _amount_hint(form: str, view: View, data: LogData) -> str:
    w = words(view.locale)
    if form == "receive":
        return w("form.receive.hint")
    if form == "disburse" and data.money:
        return w("form.disburse.hint", amount=exact_yuan(data.money.two_persons, view.locale))
    return ""


def _paper(view: View, name: str) -> Field:
    w = words(view.locale)
    match name:
        case "voucher":
            return Field("voucherNo", "text", label(view, "voucher_no"), required=True)
        case "document":
            return Field("documentNo", "text", label(view, "document_no"), required=True)
        case "note":
            return Field("reason", "long", label(view, "note"))
        case "needed":
            return Field("reason", "long", label(view, "reason"), required=True)
        case _:
            return Field("reason", "long", label(view, "reason"), hint=w("form.reason.hint"))


def _decide(view: View, data: LogData) -> list[Field]:
    w = words(view.locale)
    return [
        Field("id", "hidden", "", chosen=node_id("DisbursementRequest", data.request.id)
              if data.request else ""),
        Field("decision", "choice", label(view, "decision"), required=True, options=[
            ("APPROVED", w("form.decide.approved")), ("REJECTED", w("form.decide.rejected"))]),
        Field("reason", "long", label(view, "reason"), hint=w("form.decide.reason")),
    ]


def _reverse(view: View, data: LogData) -> list[Field]:
    one = chosen_movement(view, data)
    return [
        Field("id", "hidden", "", chosen=node_id("Movement", one.id) if one else ""),
        past_day(view, data, "occurredOn", "occurred_on"), reason(view),
        Field("voucherNo", "text", label(view, "voucher_no")),
        Field("documentNo", "text", label(view, "document_no")), *files(view),
    ]


FIELDS: Mapping[str, Callable[[View, LogData], Sequence[Field]]] = MappingProxyType({
    "milestone": _milestone, "progress": _progress, "work": _work, "plan": _plan,
    "commit": _movement("commit", "document", "note"),
    "disburse": _movement("disburse", "voucher", "reason"),
    "receive": _movement("receive", "voucher"), "pay": _movement("pay", "voucher"),
    "return": _movement("return", "voucher", "needed"),
    "cancel_commitment": _movement("cancel_commitment", "needed"), "reverse": _reverse,
    "change_instalment": change, "withdraw_instalment": withdraw,
    "decide": _decide, "propose": propose, **LIFE,
    **PEOPLE,
})
"""The fields of each form, by its name."""

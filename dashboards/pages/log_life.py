"""The fields of the forms that move a project through its life, and what its next stage needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from aid.access.policy import Permission
from aid.money import yuan
from aid.projects.queries import ProjectRow
from aid.projects.rules import GATES, JUDGED, PATHS, REAPPROVAL_SHARE, last_approved, next_stages
from aid.projects.templates import TEMPLATES, planned_day
from aid.projects.terms import EVIDENCE_NAMES, STAGE_NAMES, ProjectKind, Stage
from dashboards.format import exact_yuan
from dashboards.forms import Field, node_id
from dashboards.i18n import Words, words
from dashboards.light import Light, element, light
from dashboards.marks import late_mark
from dashboards.pages.log_inputs import (
    chosen_logged,
    chosen_milestone,
    coming_day,
    files,
    label,
    open_milestones,
    past_day,
    project_id,
    project_of,
    reason,
    version_of,
)
from dashboards.pages.tables import table
from dashboards.parts import Node
from dashboards.reading_log import LogData
from dashboards.view import View


def next_stage(row: ProjectRow) -> Stage:
    """The stage that follows in the ordinary course; ValueError where none does."""
    held = Stage(row.held_stage) if row.held_stage else None
    following = next_stages(ProjectKind(row.kind), Stage(row.stage), held)
    if not following:
        raise ValueError(f"nothing follows {row.stage}")
    return following[0]


def _gate(row: ProjectRow) -> Stage:
    """The stage whose evidence is asked for: an approval, also of what is approved anew."""
    return Stage.APPROVED if row.stage == Stage.RESERVE else next_stage(row)


def gate(view: View, data: LogData) -> Node:
    """From which stage to which, what that needs, and which milestones are not met yet."""
    w, row, locale = words(view.locale), project_of(data), view.locale
    to, at = next_stage(row), _gate(row)
    needed = [EVIDENCE_NAMES[GATES[at]].to(locale)] if at in GATES else []
    needed += [w("gate.judgement")] if at in JUDGED else []
    path = PATHS[ProjectKind(row.kind)]
    passed = path[:path.index(to)]
    unmet: list[Light] = []
    for one in open_milestones(data):
        if Stage(one.stage) in passed:
            unmet += [element("span", f"{one.name.to(locale)} {one.planned_on} ",
                              *([late_mark(locale)] if one.late else [])), element("br")]
    said: list[tuple[str, Light | list[Light]]] = [
        (w("gate.to"), f"{STAGE_NAMES[Stage(row.stage)].to(locale)} → "
                       f"{STAGE_NAMES[to].to(locale)}"),
        (w("gate.needs"), "、".join(needed) if needed else w("gate.nothing")),
        (w("gate.unmet"), unmet or w("gate.none_unmet")),
    ]
    return light(element("dl", [element("div", element("dt", name), element("dd", value))
                                for name, value in said], cls="facts"), id="gate")


def _shown(view: View, data: LogData) -> list[Field]:
    """The number of a paper, a file, or a document that the project has already."""
    row, w = project_of(data), words(view.locale)
    documents = [(node_id("Document", one.id), one.title) for one in row.documents]
    return [
        Field("evidenceNo", "text", label(view, "evidence_no")),
        *([Field("documentId", "choice", label(view, "document"), options=documents,
                 hint=w("form.document.hint"))] if documents else []),
        *files(view),
    ]


def _passing(view: View, data: LogData) -> list[Field]:
    """What shows that a gate is passed; who decides may pass over it."""
    row, w = project_of(data), words(view.locale)
    at = _gate(row)
    override = (at in GATES or at in JUDGED) and data.actor.may(Permission.PROJECT_DECIDE)
    return [
        *version_of(project_id(data), row.version),
        past_day(view, data, "occurredOn", "entered_on",
                 w("form.after.hint", day=row.stages[-1].on)),
        *_shown(view, data),
        *(_judgement(view, at) if at in JUDGED else []),
        *([Field("override", "flag", label(view, "override"),
                 options=[("true", w("form.override.yes"))], hint=w("form.override.hint")),
           Field("reason", "long", label(view, "reason"))] if override else []),
    ]


def _judgement(view: View, at: Stage) -> list[Field]:
    w = words(view.locale)
    found = [Field("judgement.assessor", "text", label(view, "assessor")),
             Field("judgement.score", "number", label(view, "score"), hint=w("form.score.hint"))]
    if at is not Stage.ACCEPTED:
        found.append(Field("judgement.passed", "flag", label(view, "passed"), options=[
            ("true", w("assessments.passed")), ("false", w("assessments.failed"))],
            hint=w("form.passed.hint")))
    if at is Stage.AUDITED:
        found.append(Field("judgement.settledInvestment", "yuan", label(view, "settled"),
                           unit=label(view, "yuan")))
    return [*found, Field("judgement.findings", "long", label(view, "findings"))]


def _approve(view: View, data: LogData) -> list[Field]:
    row, w = project_of(data), words(view.locale)
    amount = Field(
        "approvedInvestment", "yuan", label(view, "approved_investment"), required=True,
        unit=label(view, "yuan"), chosen=yuan(row.proposed_fen),
        hint=w("form.proposed.hint", amount=exact_yuan(row.proposed_fen, view.locale)))
    return [amount, *_passing(view, data)]


def _adjust(view: View, data: LogData) -> list[Field]:
    row, w = project_of(data), words(view.locale)
    now = row.approved_fen or 0
    last = last_approved(now, [(one.old_fen, one.reapproval) for one in reversed(row.adjustments)])
    low, high = (last * (REAPPROVAL_SHARE - 1) // REAPPROVAL_SHARE,
                 -(-last * (REAPPROVAL_SHARE + 1) // REAPPROVAL_SHARE))
    return [
        *version_of(project_id(data), row.version),
        Field("approvedInvestment", "yuan", label(view, "approved_investment"), required=True,
              unit=label(view, "yuan"), hint=w(
                  "form.adjust.hint", now=exact_yuan(now, view.locale),
                  low=exact_yuan(low, view.locale), high=exact_yuan(high, view.locale))),
        past_day(view, data, "adjustedOn", "adjusted_on"),
        Field("documentNo", "text", label(view, "decision_no")), reason(view),
    ]


def _aside(view: View, data: LogData) -> list[Field]:
    row = project_of(data)
    return [
        *version_of(project_id(data), row.version),
        past_day(view, data, "occurredOn", "decided_on",
                 words(view.locale)("form.after.hint", day=row.stages[-1].on)),
        *_shown(view, data), reason(view),
    ]


def _template(view: View, data: LogData) -> list[Field]:
    return [Field("projectId", "hidden", "", chosen=project_id(data))]


def template_left(data: LogData) -> bool:
    """Whether the milestones of the template are still to be planned: none of them is."""
    row = project_of(data)
    known = {one.name.zh for one in row.milestones}
    return not any(one.name.zh in known for one in TEMPLATES[ProjectKind(row.kind)])


def template_rows(view: View, data: LogData) -> Node:
    """The milestones of the template for the project's kind, with their days in its period."""
    row, w, locale = project_of(data), words(view.locale), view.locale
    return table("template", [
        ("name", w("field.of.milestone")), ("stage", w("field.of.stage")),
        ("on", w("field.of.planned_on"))], [[
            element("span", one.name.to(locale)),
            element("span", STAGE_NAMES[one.stage].to(locale)),
            element("span", planned_day(one.share, row.planned_start,
                                        row.planned_end).isoformat()),
        ] for one in TEMPLATES[ProjectKind(row.kind)]])


def _plan_milestone(view: View, data: LogData) -> list[Field]:
    row, locale = project_of(data), view.locale
    path = PATHS[ProjectKind(row.kind)]
    return [
        Field("projectId", "hidden", "", chosen=project_id(data)),
        Field("milestones.0.name", "text", label(view, "milestone"), required=True),
        Field("milestones.0.stage", "choice", label(view, "stage"), required=True, options=[
            (one.name, STAGE_NAMES[one].to(locale)) for one in path],
            chosen=Stage(row.stage).name if row.stage in path else ""),
        coming_day(view, "milestones.0.plannedOn", "planned_on"),
    ]


def _reschedule(view: View, data: LogData) -> list[Field]:
    one, w = chosen_milestone(view, data), words(view.locale)
    if one is None:
        return []
    return [
        *version_of(node_id("Milestone", one.id), one.version),
        coming_day(view, "plannedOn", "planned_on",
                   hint=w("form.planned.hint", day=one.planned_on)),
        reason(view),
    ]


def _correct(view: View, data: LogData) -> list[Field]:
    """The milestone as it is logged, to be put right."""
    one, w = chosen_logged(view, data), words(view.locale)
    if one is None or one.met_on is None:
        return []
    documents = [(node_id("Document", row.id), row.title) for row in project_of(data).documents]
    met = past_day(view, data, "metOn", "met_on",
                   w("form.planned.hint", day=one.planned_on))
    return [
        *version_of(node_id("Milestone", one.id), one.version),
        replace(met, chosen=one.met_on.isoformat()),
        Field("evidenceNo", "text", label(view, "evidence_no"), chosen=one.evidence_no or "",
              hint=w("form.evidence.hint")),
        Field("note", "long", label(view, "note"), chosen=one.note or ""),
        *([Field("documentId", "choice", label(view, "document"), options=documents,
                 chosen=node_id("Document", one.document_id) if one.document_id else "",
                 hint=w("form.correct.document"))] if documents else []),
        *files(view), reason(view),
    ]


def _unlog(view: View, data: LogData) -> list[Field]:
    one = chosen_logged(view, data)
    return [] if one is None else [
        *version_of(node_id("Milestone", one.id), one.version), reason(view)]


def _attach(view: View, data: LogData) -> list[Field]:
    return [
        Field("projectId", "hidden", "", chosen=project_id(data)),
        *(replace(one, required=one.kind == "file") for one in files(view)),
    ]


LIFE: Mapping[str, Callable[[View, LogData], Sequence[Field]]] = MappingProxyType({
    "approve": _approve, "advance": _passing, "adjust": _adjust, "suspend": _aside,
    "resume": _aside, "cancel": _aside, "template": _template, "plan_milestone": _plan_milestone,
    "reschedule": _reschedule, "correct": _correct, "unlog": _unlog, "document": _attach,
})
"""The fields of each of these forms, by its name."""


def sending(name: str, data: LogData, view: View, w: Words) -> str:
    """What the button says: into which stage, where that is what the form does."""
    if name != "advance" or data.project is None:
        return w(f"form.{name}.send")
    return w("form.advance.send", stage=STAGE_NAMES[next_stage(data.project)].to(view.locale))

"""The fields of the forms that plan an instalment otherwise, or withdraw it."""

from aid.money import yuan
from aid.projects.rules import PATHS
from aid.projects.terms import STAGE_NAMES, ProjectKind, Stage
from dashboards.format import exact_yuan, plain
from dashboards.forms import Field, node_id
from dashboards.i18n import words
from dashboards.pages.log_inputs import (
    chosen_instalment,
    label,
    project_of,
    reason,
    version_of,
)
from dashboards.reading_log import LogData
from dashboards.view import View


def change(view: View, data: LogData) -> list[Field]:
    """The instalment as it is planned now; money that has moved keeps its source."""
    one, w, locale = chosen_instalment(view, data), words(view.locale), view.locale
    if one is None or data.money is None:
        return []
    hint = w("form.instalment.taken", amount=exact_yuan(one.taken, locale)) if one.moved else ""
    english = one.name.en if one.name.en != one.name.zh else ""
    return [
        *version_of(node_id("FundingTranche", one.id), one.version),
        Field("tranche.name", "text", label(view, "tranche_name"), required=True,
              chosen=one.name.zh),
        Field("tranche.nameEn", "text", label(view, "name_en"), chosen=english),
        Field("tranche.sourceCode", "choice", label(view, "source"), required=True,
              chosen=one.source, options=[
                  (source.code, source.name.to(locale)) for source in data.money.sources
                  if not one.moved or source.code == one.source]),
        Field("tranche.amount", "yuan", label(view, "amount"), required=True,
              unit=label(view, "yuan"), chosen=yuan(one.amount_fen), hint=hint),
        *_waits(view, data),
        Field("tranche.dueOn", "day", label(view, "due_on"), hint=w("form.due.hint"),
              chosen=one.due_on.isoformat() if one.due_on else ""),
        Field("tranche.retention", "flag", label(view, "retention"),
              options=[("true", w("form.retention.yes"))],
              chosen="true" if one.retention else ""),
        reason(view),
    ]


def _waits(view: View, data: LogData) -> list[Field]:
    """What it waits for: one of a milestone, a stage, a progress; or its day alone."""
    one, project, locale = chosen_instalment(view, data), project_of(data), view.locale
    w = words(locale)
    if one is None:
        return []
    return [
        Field("tranche.condition.milestoneId", "choice", label(view, "at_milestone"), options=[
            (node_id("Milestone", row.id), row.name.to(locale)) for row in project.milestones],
            chosen=node_id("Milestone", one.milestone_id) if one.milestone_id else "",
            hint=w("form.waits.hint")),
        Field("tranche.condition.progress", "number", label(view, "at_progress"), unit="%",
              chosen="" if one.at_progress is None else plain(one.at_progress)),
        Field("tranche.condition.stage", "choice", label(view, "at_stage"), options=[
            (stage.name, STAGE_NAMES[stage].to(locale))
            for stage in PATHS[ProjectKind(project.kind)][1:]],
            chosen=Stage(one.at_stage).name if one.at_stage else ""),
        Field("tranche.condition.afterDays", "whole", label(view, "after_days"),
              unit=label(view, "days"), chosen=str(one.after_days) if one.after_days else "",
              hint=w("form.after_days.hint")),
    ]


def withdraw(view: View, data: LogData) -> list[Field]:
    """Which, and why."""
    one = chosen_instalment(view, data)
    if one is None:
        return []
    return [*version_of(node_id("FundingTranche", one.id), one.version), reason(view)]

"""Simulated projects as rows: what became of each, its milestones, reports and judgements."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from aid.access.actor import SIMULATION
from aid.projects.model import (
    Assessment,
    Milestone,
    ProgressReport,
    Project,
    ProjectAdjustment,
    Rescheduling,
    StageChange,
)
from aid.projects.rules import DATED
from aid.projects.templates import TEMPLATES, MilestoneTemplate, planned_day
from aid.projects.terms import DeliveryMode, ProjectKind, Stage
from seeds.demo.dice import Dice
from seeds.demo.filling import Filling
from seeds.demo.lives import Life
from seeds.demo.works import THEMES
from seeds.demo.world import Recipient, World

_BEHIND, _TOO_LONG = 15, 400
"""Days: nobody plans a milestone anew that is behind by less, or by more."""
_SEEN = timedelta(10)
"""So long after the old day the new one is recorded."""
Row = dict[str, Any]
_BEGINS = 0.2
"""Milestones of the start of works themselves have a smaller share of the planned period."""


class ProjectRows:
    """Rows of a recipient's projects, which stand in them by their codes until they are written."""

    def __init__(self) -> None:
        self.projects: list[Row] = []
        self.moves: list[Row] = []
        self.adjustments: list[Row] = []
        self.reports: list[Row] = []
        self.assessments: list[Row] = []
        self.milestones: list[Row] = []
        self.reschedulings: list[Row] = []

    def fill(self, filling: Filling, recipient: Recipient) -> dict[str, int]:
        """Put all of them into their tables. The ids of the projects by code."""
        of = {"recipient_id": recipient.place.id}
        said = {**of, "actor": SIMULATION.name}
        ids = filling.add(Project, self.projects, key=("code",), same={
            **of, "supporter_id": recipient.supporter_id, "pairing_id": recipient.pairing_id,
            "simulated": True, "version": 1})
        for model, rows in ((StageChange, self.moves), (ProjectAdjustment, self.adjustments),
                            (ProgressReport, self.reports), (Assessment, self.assessments)):
            filling.add(model, named(rows, "project_id", ids), same=said)
        milestones = filling.add(
            Milestone, named(self.milestones, "project_id", ids),
            same={**of, "version": 1}, key=("project_id", "ordinal"), noted=False)
        for row in self.reschedulings:
            code, ordinal = row["milestone_id"]
            row["milestone_id"] = milestones[ids[code], ordinal]
        filling.add(Rescheduling, self.reschedulings, same=said)
        return ids


def named(rows: list[Row], column: str, ids: dict[Any, int]) -> list[Row]:
    """The rows with the id of what stood in a column by its name."""
    for row in rows:
        row[column] = ids[row[column]]
    return rows


def add_project(
    rows: ProjectRows, life: Life, world: World, dice: Dice, *, today: date
) -> None:
    """Put a project and all that belongs to it among the rows."""
    brief = life.brief
    of = {"project_id": brief.code}
    rows.projects.append(_project(life, world, dice))
    rows.moves += [
        {**of, "from_stage": move.before, "to_stage": move.after, "occurred_on": move.on,
         "evidence": move.evidence, "evidence_no": move.evidence_no, "reason": move.reason,
         "override": move.override}
        for move in life.moves
    ]
    rows.adjustments += [
        {**of, "old_fen": change.old_fen, "new_fen": change.new_fen,
         "reapproval": change.reapproval, "reason": change.reason, "adjusted_on": change.on}
        for change in life.adjustments
    ]
    rows.reports += [
        {**of, "reported_on": day, "percent": percent} for day, percent in life.reports]
    rows.assessments += [
        {**of, "kind": one.kind, "assessed_on": one.on, "assessor": one.judgement.assessor,
         "passed": one.judgement.passed, "score": one.judgement.score,
         "settled_fen": one.judgement.settled_fen, "findings": one.judgement.findings}
        for one in life.assessments
    ]
    if Stage.APPROVED in life.first:
        _add_milestones(rows, life, of, dice, today)


def _project(life: Life, world: World, dice: Dice) -> Row:
    brief = life.brief
    what, where = brief.undertaking.name, f"{brief.spell.name.zh}{brief.township}"
    turnkey = dice.chance(0.5 if brief.undertaking.kind is ProjectKind.NON_FIXED_ASSET else 0.25)
    reported_on, percent = life.reports[-1] if life.reports else (None, 0)
    targets = brief.recipient.targets
    since, until = world.planned
    planned = since <= brief.days.planned_start <= until
    return {
        "code": brief.code,
        "name": f"{where}{brief.village or ''}{what.zh}",
        "name_en": f"{what.en}, {brief.spell.name.en}",
        "region_id": brief.place.id,
        "place": f"{brief.township}{brief.village or ''}",
        "district_id": brief.district_id,
        "target_id": next((targets[theme] for theme in THEMES.get(brief.sector, ())
                           if theme in targets), None) if planned else None,
        "sector_id": world.sectors[brief.sector],
        "kind": brief.undertaking.kind,
        "delivery_mode": DeliveryMode.TURNKEY if turnkey else DeliveryMode.CHEQUE,
        "stage": life.stage,
        "held_stage": life.held,
        "proposed_fen": life.proposed_fen,
        "approved_fen": life.approved_fen,
        "planned_start": brief.days.planned_start,
        "planned_end": brief.days.planned_end,
        **{column: life.first.get(stage) for stage, column in DATED.items()},
        "progress": percent,
        "progress_on": reported_on,
    }


def _add_milestones(
    rows: ProjectRows, life: Life, of: Row, dice: Dice, today: date
) -> None:
    """The milestones of the kind's template; some of the late ones were planned anew."""
    plan = life.brief.days
    for ordinal, template in enumerate(TEMPLATES[life.brief.undertaking.kind], 1):
        planned = planned_day(template.share, plan.planned_start, plan.planned_end)
        met = _met(life, template, today)
        behind = ((met or today) - planned).days
        if (_BEHIND < behind < _TOO_LONG and life.stage is not Stage.CANCELLED and planned < today
                and dice.chance(0.2)):
            new = (met or today) + timedelta(dice.between(-4, 40))
            rows.reschedulings.append({
                "milestone_id": (life.brief.code, ordinal), "old_on": planned, "new_on": new,
                "reason": "前序工作延后，相应顺延",
                "recorded_at": datetime.combine(planned + _SEEN, time(3), UTC)})
            planned = new
        evidence = next((move for move in life.moves if move.on == met), None)
        rows.milestones.append({
            **of, "ordinal": ordinal, "stage": template.stage, "name": template.name.zh,
            "name_en": template.name.en, "planned_on": planned, "met_on": met,
            "evidence_no": evidence.evidence_no if evidence else None,
            "note": None if met is None or (evidence and evidence.evidence_no) else "现场核实"})


def _met(life: Life, template: MilestoneTemplate, today: date) -> date | None:
    """The day a milestone was met: that of its stage, or the works' own pace while they went on."""
    if template.stage is not Stage.STARTED:
        return life.first.get(template.stage)
    begun = life.first.get(Stage.STARTED)
    if begun is None or template.share < _BEGINS:
        return begun
    end = life.due[Stage.COMPLETED]
    day = begun + timedelta(int((end - begun).days * float(template.share)))
    stopped = Stage.COMPLETED not in life.first and any(since <= day for since, _ in life.quiet)
    return None if day > today or stopped else day

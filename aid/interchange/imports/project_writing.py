"""What is written of a project that a sheet brings in or changes, besides its own row. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from aid.access.actor import Actor
from aid.errors import Complaint
from aid.interchange.imports.project_life import Life, Stood
from aid.projects.model import Project
from aid.projects.rules import (
    DATED,
    JUDGED,
    Move,
    check_adjusted,
    check_day,
    check_investment,
    check_reason,
    is_open,
    needs_reapproval,
    replayed,
)
from aid.projects.terms import Stage
from aid.sheets.headings import Row
from aid.text import Text


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A change of the approved investment that a row makes."""

    old_fen: int
    new_fen: int
    reapproval: bool
    reason: str
    document_no: str | None
    on: date


@dataclass(frozen=True, slots=True)
class Entering:
    """A project as it is to stand, new or known, and what it went through to get there."""

    project: Project
    life: Life
    adjusted: Adjusted | None = None


def adjusted(
    row: Row, project: Project, stood: Stood, life: Life, last_approved_fen: int, *, today: date
) -> tuple[Adjusted | None, list[Complaint]]:
    """The adjustment that another approved investment means, or what is wrong with it."""
    new_fen, old_fen, on = row["approved_yuan"], project.approved_fen or 0, row["adjusted_on"]
    if not is_open(stood.stage) or stood.stage is Stage.RESERVE:
        return None, [row.complaint("approved_yuan", Text(
            "此阶段不能调整批准投资", "as it is: it cannot be adjusted at this stage"))]
    complaints = [row.complaint("approved_yuan", one.expected)
                  for one in check_investment(new_fen, old_fen)]
    complaints += [row.complaint("adjusted_because", one.expected)
                   for one in check_reason(row["adjusted_because"])]
    if on is None:
        complaints.append(row.complaint("adjusted_on", Text(
            "批准投资有改动，须填调整日期", "the day from which the other amount holds")))
    else:
        complaints += [row.complaint("adjusted_on", one.expected) for one in (
            *check_day(on, after=stood.moves[-1].on, today=today),
            *check_adjusted(on, stood.adjusted_on))]
    anew = needs_reapproval(last_approved_fen, new_fen)
    if anew and life.steps:
        complaints.append(row.complaint("stage", Text(
            "批准投资改动达 10%，须先重新立项，不能同时推进阶段",
            "as it is: a change of 10 % or more is approved anew first")))
    if complaints or on is None:
        return None, complaints
    return Adjusted(old_fen, new_fen, anew, row["adjusted_because"], row["adjustment_no"], on), []


def standing(
    moves: Iterable[Move], life: Life, change: Adjusted | None
) -> dict[str, Any]:
    """The attributes of a project that its stages decide, of those before and those of a row."""
    every = [*moves, *(step.move for step in life.steps)]
    if change is not None and change.reapproval:
        every.append(Move(every[-1].to_stage, Stage.RESERVE, change.on))
    stands = replayed(every)
    values: dict[str, Any] = {"stage": stands.stage, "held_stage": stands.held}
    if change is not None:
        values["proposed_fen" if change.reapproval else "approved_fen"] = change.new_fen
    return values | {DATED[step.move.to_stage]: step.move.on
                     for step in life.steps if step.move.to_stage in DATED}


def stage_rows(entering: Entering, actor: Actor) -> Iterable[Mapping[str, Any]]:
    """The rows of stage_change, in order."""
    project, change = entering.project, entering.adjusted
    for step in entering.life.steps:
        yield _stage_row(project, step.move, actor) | {
            "evidence": step.evidence, "evidence_no": step.number, "reason": step.reason,
            "override": step.override}
    if change is not None and change.reapproval:
        before = Stage(project.held_stage or project.stage)
        move = Move(before, Stage.RESERVE, change.on)
        yield _stage_row(project, move, actor) | {"reason": change.reason}


def _stage_row(project: Project, move: Move, actor: Actor) -> dict[str, Any]:
    return {"project_id": project.id, "recipient_id": project.recipient_id,
            "from_stage": move.from_stage, "to_stage": move.to_stage, "occurred_on": move.on,
            "evidence": None, "evidence_no": None, "reason": None, "override": False,
            "actor": actor.name}


def assessment_rows(entering: Entering, actor: Actor) -> Iterable[Mapping[str, Any]]:
    """The rows of assessment, in order. What a register says of a stage that was entered passed."""
    for step in entering.life.steps:
        if step.judgement is not None:
            yield {"project_id": entering.project.id,
                   "recipient_id": entering.project.recipient_id,
                   "kind": JUDGED[step.move.to_stage], "assessed_on": step.move.on,
                   "assessor": step.judgement.assessor, "passed": step.judgement.passed,
                   "settled_fen": step.judgement.settled_fen, "actor": actor.name}


def adjustment_rows(entering: Entering, actor: Actor) -> Iterable[Mapping[str, Any]]:
    """The row of project_adjustment, if there is one."""
    change = entering.adjusted
    if change is not None:
        yield {"project_id": entering.project.id,
               "recipient_id": entering.project.recipient_id, "old_fen": change.old_fen,
               "new_fen": change.new_fen, "reapproval": change.reapproval,
               "reason": change.reason, "document_no": change.document_no,
               "adjusted_on": change.on, "actor": actor.name}

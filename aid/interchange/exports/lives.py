"""How projects came where they are, in the columns in which an import takes it."""

from typing import Any

from sqlalchemy import Subquery, case, func, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from aid.interchange.exports.selecting import Value
from aid.interchange.imports.project_columns import STAGES
from aid.projects.model import Assessment, Project, StageChange
from aid.projects.rules import JUDGED
from aid.projects.terms import AssessmentKind, Stage


class Lives:
    """What happened to each project, in arrays that are in order: to be joined by `project_id`.

    Taking arrays apart costs a fifth of an aggregate a stage.
    """

    def __init__(self) -> None:
        change, judged = StageChange, Assessment
        self.moves = _in_order(change.project_id, change.id, "moves", {
            "stage": change.to_stage, "day": change.occurred_on, "number": change.evidence_no,
            "reason": change.reason})
        self.judgements = _in_order(judged.project_id, judged.id, "judgements", {
            "kind": judged.kind, "assessor": judged.assessor, "settled": judged.settled_fen})

    @property
    def values(self) -> dict[str, Value]:
        """By column: what was said when a stage was first entered, or judged for the first time.

        Of a project that is set aside, the day and the reason of that: its last move.
        """
        moves, judgements = self.moves.c, self.judgements.c
        found: dict[str, Value] = {"proposed_on": moves.day[1]}
        for stage, columns in STAGES.items():
            entered = func.array_position(moves.stage, stage.value)
            found[columns.on] = moves.day[entered]
            if columns.number is not None:
                found[columns.number] = moves.number[entered]
            if columns.judge is not None:
                judged = func.array_position(judgements.kind, JUDGED[stage].value)
                found[columns.judge] = judgements.assessor[judged]
        audited = func.array_position(judgements.kind, AssessmentKind.FINAL_AUDIT.value)
        aside = Project.stage.in_([Stage.SUSPENDED, Stage.CANCELLED])
        last = func.cardinality(moves.stage)
        return found | {
            "settled_yuan": judgements.settled[audited],
            "ended_on": case((aside, moves.day[last])),
            "ended_because": case((aside, moves.reason[last])),
        }


def _in_order(project_id: Any, order: Any, name: str, columns: dict[str, Any]) -> Subquery:
    return (
        select(project_id, *(
            func.array_agg(aggregate_order_by(column, order), type_=ARRAY(column.type)).label(key)
            for key, column in columns.items()))
        .group_by(project_id)
        .subquery(name)
    )

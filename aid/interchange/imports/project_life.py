"""What a row of a sheet says of a project's life: the stages it goes on through, and how. Pure.

The rules are those of aid/projects/rules.py. What an old register does not have, the number of some
evidence or who judged, is passed over with IMPORTED as the reason.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date

from aid.errors import Complaint
from aid.interchange.imports.project_columns import STAGES, Columns
from aid.projects.drafts import Judgement
from aid.projects.rules import (
    DATED,
    ENDED,
    GATES,
    PATHS,
    Move,
    check_day,
    check_judgement,
    missing_evidence,
    missing_judgement,
)
from aid.projects.terms import STAGE_NAMES, Evidence, ProjectKind, Stage
from aid.sheets.headings import Row
from aid.text import Text

IMPORTED = "由台账导入 / imported from the office's register"
UNDATED = f"{IMPORTED}；无日期，按上一阶段 / no day, so that of the stage before"
ASIDE = (Stage.SUSPENDED, Stage.CANCELLED)


@dataclass(frozen=True, slots=True)
class Entered:
    """That a stage was entered, as it is written down: its day, the number of its evidence."""

    on: date
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a project stood before: its stages so far, who judged at which, what audits settled.

    `adjusted_on` is the day of its last adjustment.
    """

    stage: Stage
    held: Stage | None
    moves: tuple[Move, ...]
    entered: Mapping[Stage, Entered]
    judges: Mapping[Stage, frozenset[str]]
    settled: frozenset[int] = frozenset()
    adjusted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A move that a row makes, as it is to be written down."""

    move: Move
    evidence: Evidence | None = None
    number: str | None = None
    reason: str | None = None
    override: bool = False
    judgement: Judgement | None = None


@dataclass(slots=True)
class Life:
    """The steps that a row makes, and everything wrong with what it says of stages."""

    steps: list[Step] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)


def new_life(row: Row, kind: ProjectKind, *, proposed_on: date, today: date) -> Life:
    """The life of a project that is not known yet, from its proposal on."""
    move = Move(None, Stage.RESERVE, proposed_on)
    stood = Stood(Stage.RESERVE, None, (move,), {Stage.RESERVE: Entered(proposed_on)}, {})
    life = later_life(row, kind, stood, today=today)
    life.steps.insert(0, Step(move))
    return life


def later_life(row: Row, kind: ProjectKind, stood: Stood, *, today: date) -> Life:
    """How a project goes on from where it stood: on its path, or aside from it; never back."""
    life = Life()
    said = Stage(row["stage"]) if row["stage"] else stood.stage
    path = PATHS[kind]
    if said not in path and said not in ASIDE:
        life.complaints.append(row.complaint("stage", Text(
            "此类项目没有这个阶段", "a stage that a project of this kind passes")))
        return life
    if (refused := _not_from(row, stood, said)) is not None:
        life.complaints.append(refused)
        return life
    last = _last(path, stood)
    reached = _furthest(row, path, stood) if said in ASIDE else said
    if stood.stage in ASIDE or stood.held is not None:
        reached = last
    if path.index(reached) < path.index(last):
        name = STAGE_NAMES[last]
        life.complaints.append(row.complaint("stage", Text(
            f"已到「{name.zh}」，不能退回", f"{name.en}, which it is already, or later")))
        return life
    _check_cells(life, row, path, stood, reached)
    _advance(life, row, path[path.index(last) + 1 : path.index(reached) + 1], stood, today)
    if said in ASIDE and stood.stage is not said:
        _set_aside(life, row, said, stood, today)
    return life


def _not_from(row: Row, stood: Stood, said: Stage) -> Complaint | None:
    """Whoever was set aside, or has ended, does not go on by a sheet."""
    if said is stood.stage:
        return None
    if stood.stage in ENDED:
        name = STAGE_NAMES[stood.stage]
        return row.complaint("stage", Text(
            f"项目已是「{name.zh}」，不再改变", f"{name.en}: the project is over"))
    if stood.held is not None and said is not Stage.CANCELLED and not (
            stood.stage is Stage.RESERVE and said is stood.held):
        name = STAGE_NAMES[stood.stage]
        return row.complaint("stage", Text(
            f"项目现为「{name.zh}」，请先在系统中恢复或重新立项",
            f"{name.en}: resume it, or approve it anew, in the system first"))
    return None


def _last(path: tuple[Stage, ...], stood: Stood) -> Stage:
    """The furthest stage of the path that was entered."""
    return max((stage for stage in stood.entered if stage in path), key=path.index)


def _furthest(row: Row, path: tuple[Stage, ...], stood: Stood) -> Stage:
    """The furthest stage that a row has a day for, at least where the project stood."""
    dated = [stage for stage in path if stage in STAGES and row[STAGES[stage].on] is not None]
    return max([*dated, _last(path, stood)], key=path.index)


def _check_cells(
    life: Life, row: Row, path: tuple[Stage, ...], stood: Stood, reached: Stage
) -> None:
    """Nothing is said of stages not reached; what was entered is said as it is written down."""
    for stage, columns in STAGES.items():
        given = [key for key in (columns.on, columns.number, columns.judge) if key and row[key]]
        if stage not in path or path.index(stage) > path.index(reached):
            name = STAGE_NAMES[reached]
            life.complaints += [row.complaint(key, Text(
                f"应空白：项目到「{name.zh}」为止，未到此阶段",
                f"nothing: the project, {name.en}, has not reached this stage")) for key in given]
        elif (entered := stood.entered.get(stage)) is not None:
            life.complaints += _check_entered(row, columns, entered,
                                              stood.judges.get(stage, frozenset()))
    if Stage.AUDITED in stood.entered:
        life.complaints += _as_recorded(row, "settled_yuan", stood.settled)


def _check_entered(
    row: Row, columns: Columns, entered: Entered, judges: frozenset[str]
) -> list[Complaint]:
    return [
        *_as_recorded(row, columns.on, {entered.on}),
        *_as_recorded(row, columns.number, {entered.number}),
        *_as_recorded(row, columns.judge, judges),
    ]


def _as_recorded(row: Row, key: str | None, known: Set[object]) -> list[Complaint]:
    if key is None or row[key] is None or row[key] in known:
        return []
    there = "、".join(sorted(str(one) for one in known if one is not None))
    return [row.complaint(key, Text(f"已登记为「{there or '空白'}」，不能由导入更改",
                                    f"what is recorded: {there or 'nothing'}"))]


def _advance(
    life: Life, row: Row, stages: tuple[Stage, ...], stood: Stood, today: date
) -> None:
    at, last = stood.stage, stood.moves[-1].on
    for stage in stages:
        columns = STAGES[stage]
        on: date | None = row[columns.on]
        if on is None and stage in DATED:
            life.complaints.append(row.complaint(columns.on, Text(
                f"阶段已到「{STAGE_NAMES[stage].zh}」，须填日期",
                f"a day, as the project was {STAGE_NAMES[stage].en}")))
        day = on or last
        life.complaints += [row.complaint(columns.on, found.expected) for found in check_day(
            day, after=last, today=today)]
        life.steps.append(_step(life, row, Move(at, stage, day), undated=on is None))
        at, last = stage, max(day, last)


def _step(life: Life, row: Row, move: Move, *, undated: bool) -> Step:
    stage, columns = move.to_stage, STAGES[move.to_stage]
    number = row[columns.number] if columns.number else None
    judgement = None
    if columns.judge and row[columns.judge]:
        settled = row["settled_yuan"] if stage is Stage.AUDITED else None
        judgement = Judgement(assessor=row[columns.judge], settled_fen=settled)
        life.complaints += [row.complaint("settled_yuan", found.expected)
                            for found in check_judgement(stage, judgement)]
    elif stage is Stage.AUDITED and row["settled_yuan"] is not None:
        life.complaints.append(row.complaint("auditor", Text(
            "填了审定投资，须填审计单位", "who audited, as there is a settled amount")))
    shown = not missing_evidence(stage, evidence_no=number, has_document=False)
    override = not shown or bool(missing_judgement(stage, judgement))
    reason = UNDATED if undated else IMPORTED if override else None
    return Step(move, GATES.get(stage) if shown else None, number, reason, override, judgement)


def _set_aside(life: Life, row: Row, said: Stage, stood: Stood, today: date) -> None:
    steps = [step.move for step in life.steps]
    last = steps[-1] if steps else stood.moves[-1]
    for key in ("ended_on", "ended_because"):
        if row[key] is None:
            life.complaints.append(row.complaint(key, Text(
                f"「{STAGE_NAMES[said].zh}」须填此项", f"needed, as it is {STAGE_NAMES[said].en}")))
    if row["ended_on"] is not None:
        life.complaints += [row.complaint("ended_on", found.expected) for found in check_day(
            row["ended_on"], after=last.on, today=today)]
        life.steps.append(Step(Move(steps[-1].to_stage if steps else stood.stage, said,
                                    row["ended_on"]), reason=row["ended_because"]))

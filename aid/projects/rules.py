"""Rules of a project's life: which stage follows which, what it needs, what may change. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from aid.errors import Complaint
from aid.money import yuan
from aid.projects.drafts import Judgement, MilestoneDraft, ProjectDraft
from aid.projects.terms import (
    EVIDENCE_NAMES,
    STAGE_NAMES,
    AssessmentKind,
    Evidence,
    ProjectKind,
    Stage,
)
from aid.text import Text

_WHOLE = (
    Stage.RESERVE, Stage.APPROVED, Stage.TENDERED, Stage.STARTED, Stage.COMPLETED, Stage.ACCEPTED,
    Stage.AUDITED, Stage.HANDED_OVER, Stage.EVALUATED, Stage.CLOSED,
)
PATHS: Mapping[ProjectKind, tuple[Stage, ...]] = MappingProxyType({
    ProjectKind.FIXED_ASSET: _WHOLE,
    ProjectKind.NON_FIXED_ASSET: tuple(
        stage for stage in _WHOLE if stage not in (Stage.TENDERED, Stage.HANDED_OVER)),
})
"""The stages a project of each kind passes, in order."""

GATES: Mapping[Stage, Evidence] = MappingProxyType({
    Stage.APPROVED: Evidence.APPROVAL_NO,
    Stage.TENDERED: Evidence.AWARD_NOTICE,
    Stage.STARTED: Evidence.START_PERMIT,
    Stage.COMPLETED: Evidence.COMPLETION_REPORT,
    Stage.ACCEPTED: Evidence.ACCEPTANCE_CERTIFICATE,
    Stage.AUDITED: Evidence.AUDIT_REPORT,
    Stage.HANDED_OVER: Evidence.HANDOVER_RECORD,
    Stage.EVALUATED: Evidence.EVALUATION_REPORT,
})
"""What a stage needs to be entered. To close a project needs nothing more."""

JUDGED: Mapping[Stage, AssessmentKind] = MappingProxyType({
    Stage.ACCEPTED: AssessmentKind.ACCEPTANCE,
    Stage.AUDITED: AssessmentKind.FINAL_AUDIT,
    Stage.EVALUATED: AssessmentKind.THIRD_PARTY,
})
"""Stages that somebody's judgement leads to: who judged and what was found is recorded."""

DATED: Mapping[Stage, str] = MappingProxyType({
    Stage.APPROVED: "approved_on",
    Stage.STARTED: "started_on",
    Stage.COMPLETED: "completed_on",
    Stage.ACCEPTED: "accepted_on",
    Stage.AUDITED: "audited_on",
    Stage.CLOSED: "closed_on",
})
"""Stages whose day is kept on the project itself."""

FIRST, LAST = 1979, 2100
"""The years in which a project can be planned: assistance began in 1979."""

PROSE = frozenset({"reason", "note", "findings"})
"""What is written at length."""
ENDED = frozenset({Stage.CLOSED, Stage.CANCELLED})
REAPPROVAL_SHARE = 10
"""A change of one part in so many (10 %) of the approved investment is to be approved anew."""


@dataclass(frozen=True, slots=True)
class Move:
    """A project went from one stage to another (None: it came into being) on a day."""

    from_stage: Stage | None
    to_stage: Stage
    on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a project stands, and which stage it goes on from when it was set aside there."""

    stage: Stage
    held: Stage | None = None


def is_open(stage: Stage) -> bool:
    """Whether a project at this stage goes on: it is neither closed, cancelled nor suspended."""
    return stage not in ENDED and stage is not Stage.SUSPENDED


def next_stages(
    kind: ProjectKind, stage: Stage, held: Stage | None = None
) -> tuple[Stage, ...]:
    """The stages that may follow, the ordinary one first.

    `held` is the stage a suspended project was suspended at, or the one to which a project that
    is being approved anew goes back.
    """
    if stage in ENDED:
        return ()
    if held is not None:
        aside = () if stage is Stage.SUSPENDED else (Stage.SUSPENDED,)
        return (held, *aside, Stage.CANCELLED)
    path = PATHS[kind]
    return (path[path.index(stage) + 1], Stage.SUSPENDED, Stage.CANCELLED)


def replayed(moves: Iterable[Move]) -> Standing:
    """Where a history leads. Raises ValueError for one that does not hang together.

    A suspension, and a return to reserve to be approved anew, set the project aside: what was, is
    gone on with.
    """
    path: list[Stage] = []
    for move in moves:
        if move.from_stage is not (path[-1] if path else None):
            raise ValueError(f"{move} does not go on from {path}")
        if move.to_stage is Stage.CANCELLED:
            path = [Stage.CANCELLED]
        elif path and move.to_stage in (Stage.SUSPENDED, Stage.RESERVE) and move.to_stage not in \
                path:
            path.append(move.to_stage)
        elif len(path) > 1:
            path.pop()
            if path[-1] is not move.to_stage:
                raise ValueError(f"{move} does not go back to {path[-1]}")
        else:
            path = [move.to_stage]
    return Standing(path[-1], path[-2] if len(path) > 1 else None)


def check_planned(draft: ProjectDraft, *, today: date) -> list[Complaint]:
    """A project ends after it starts, and was proposed by today."""
    found = []
    if draft.planned_end < draft.planned_start:
        found.append(draft.complain("planned_end", draft.planned_end, Text(
            "不应早于计划开工日期", "not before the planned start")))
    if draft.proposed_on is not None and draft.proposed_on > today:
        found.append(draft.complain("proposed_on", draft.proposed_on, Text(
            "不能晚于今天", "not later than today")))
    return found


def check_day(on: date, *, after: date, today: date, field: str = "occurred_on") -> list[Complaint]:
    """A stage is not dated before the one before it, nor in the future."""
    if on > today:
        return [Complaint("", field, str(on), Text("不能晚于今天", "not later than today"))]
    if on < after:
        return [Complaint("", field, str(on), Text(
            f"不能早于上一阶段的日期 {after}", f"not before the stage before it, {after}"))]
    return []


def is_given(text: str | None) -> bool:
    """Whether a text says anything."""
    return bool(text and text.strip())


def stripped(text: str | None) -> str | None:
    """The text without blanks around it; None for one that says nothing."""
    return (text.strip() or None) if text else None


def check_lengths(texts: Mapping[str, object]) -> list[Complaint]:
    """Texts are not longer than can be shown: PROSE 4000 characters, others 200."""
    found = []
    for field, text in texts.items():
        longest = 4000 if field in PROSE else 200
        if isinstance(text, str) and len(text) > longest:
            found.append(Complaint("", field, text[:80], Text(
                f"不超过 {longest} 字", f"at most {longest} characters")))
    return found


def check_reason(reason: str | None) -> list[Complaint]:
    """A reason is given."""
    if is_given(reason):
        return []
    return [Complaint("", "reason", "", Text("请说明原因", "a reason"))]


def missing_evidence(
    stage: Stage, *, evidence_no: str | None, has_document: bool
) -> list[Complaint]:
    """What the stage needs is missing: a number or a document; an approval has a number."""
    if stage not in GATES or is_given(evidence_no):
        return []
    if has_document and stage is not Stage.APPROVED:
        return []
    name = EVIDENCE_NAMES[GATES[stage]]
    return [Complaint("", "evidence_no", "", Text(
        f"进入「{STAGE_NAMES[stage].zh}」需要{name.zh}", f"{name.en}"))]


def missing_judgement(stage: Stage, judgement: Judgement | None) -> list[Complaint]:
    """Nobody is said to have judged where somebody's judgement leads to the stage."""
    if stage not in JUDGED or judgement is not None:
        return []
    return [Complaint("", "assessor", "", Text("请说明由谁评定", "who judged"))]


def check_gate(
    missing: Sequence[Complaint], *, override: bool, reason: str | None, may_override: bool
) -> list[Complaint]:
    """Nothing is missing, or somebody who decides on projects passes over it and says why."""
    if not missing:
        return []
    if not override:
        return list(missing)
    if not may_override:
        return [Complaint("", "override", "", Text(
            "只有有权审批项目者可以越过", "somebody who decides on projects"))]
    return check_reason(reason)


def check_judgement(stage: Stage, judgement: Judgement) -> list[Complaint]:
    """Somebody judged; a score is 0–100; only an audit settles an amount."""
    found = []
    if stage not in JUDGED:
        found.append(Complaint("", "assessor", judgement.assessor[:80], Text(
            "此阶段没有评定", "nothing: this stage is not judged")))
    if not is_given(judgement.assessor):
        found += missing_judgement(Stage.ACCEPTED, None)
    found += check_lengths({"assessor": judgement.assessor, "findings": judgement.findings})
    if judgement.score is not None and not is_percent(judgement.score):
        found.append(Complaint("", "score", str(judgement.score)[:80], Text(
            "应为 0 至 100，至多两位小数", "0 to 100, with at most two decimals")))
    if judgement.settled_fen is not None and (
        judgement.settled_fen < 0 or stage is not Stage.AUDITED
    ):
        found.append(Complaint("", "settled_investment", yuan(judgement.settled_fen), Text(
            "只有决算审计核定金额，且不为负", "an amount that an audit settled, not below zero")))
    return found


def check_passed(stage: Stage, judgement: Judgement) -> list[Complaint]:
    """Works that failed their acceptance are not accepted."""
    if judgement.passed or stage is not Stage.ACCEPTED:
        return []
    return [Complaint("", "passed", "", Text(
        "验收未通过的，不能转入「竣工验收」；请只登记评定结果",
        "works that passed; of those that failed, only record the judgement"))]


def last_approved(approved_fen: int, changes: Iterable[tuple[int, bool]]) -> int:
    """The amount that the last approval gave, before smaller changes, in fen.

    `changes` are those of the approved investment, the latest first: the amount before each, and
    whether it was to be approved anew.
    """
    found = approved_fen
    for old_fen, reapproval in changes:
        if reapproval:
            break
        found = old_fen
    return found


def needs_reapproval(last_approved_fen: int, new_fen: int) -> bool:
    """Whether a new investment is 10 % or more away from the amount last approved, up or down.

    All adjustments since that approval count together: two of 6 % are one of 12 %.
    """
    return abs(new_fen - last_approved_fen) * REAPPROVAL_SHARE >= last_approved_fen


def check_investment(new_fen: int, old_fen: int) -> list[Complaint]:
    """An amount above zero, another than before."""
    if new_fen > 0 and new_fen != old_fen:
        return []
    return [Complaint("", "approved_investment", yuan(new_fen), Text(
        f"应大于零，且不同于现值 {yuan(old_fen)} 元",
        f"more than zero, and not the present {yuan(old_fen)} yuan"))]


def check_adjusted(on: date, last: date | None) -> list[Complaint]:
    """An adjustment is not dated before the last one: amounts follow each other as days do."""
    if last is None or on >= last:
        return []
    return [Complaint("", "adjusted_on", str(on), Text(
        f"不能早于上次调整的日期 {last}", f"not before the last adjustment, {last}"))]


def check_milestones(
    drafts: Sequence[MilestoneDraft], kind: ProjectKind, *, known: Collection[str]
) -> list[Complaint]:
    """Milestones to plan: at least one, each of another name, at stages of the kind's path."""
    found, names = [], set(known)
    if not drafts:
        found.append(Complaint("", "milestones", "", Text("至少一个里程碑", "at least one")))
    for draft in drafts:
        if draft.name in names:
            found.append(draft.complain("name", draft.name, Text(
                "本项目已有同名里程碑", "a name that no other milestone of the project has")))
        if draft.stage not in PATHS[kind]:
            found.append(draft.complain("stage", draft.stage.value, Text(
                "此类项目没有这个阶段", "a stage that a project of this kind passes")))
        names.add(draft.name)
    return found


def check_milestone(
    said: Mapping[str, object], *, met_on: date, began_on: date, today: date
) -> list[Complaint]:
    """A milestone was met between its project's proposal and today, and something shows it."""
    found = check_lengths(said)
    if met_on > today:
        found.append(Complaint("", "met_on", str(met_on), Text(
            "不能晚于今天", "not later than today")))
    if met_on < began_on:
        found.append(Complaint("", "met_on", str(met_on), Text(
            f"不能早于项目申报日期 {began_on}",
            f"not before the project was proposed, {began_on}")))
    if not said.keys() & {"evidence_no", "document_id", "note"}:
        found.append(Complaint("", "evidence_no", "", Text(
            "请给出凭证编号、附件或说明", "a number, a document or a note that shows it")))
    return found


def check_rescheduling(new: date, old: date) -> list[Complaint]:
    """Another day than before, in years that can be."""
    if new != old and FIRST <= new.year <= LAST:
        return []
    return [Complaint("", "planned_on", str(new), Text(
        f"应为另一天，在 {FIRST} 年至 {LAST} 年之间",
        f"another day than {old}, from {FIRST} to {LAST}"))]


def late(planned_on: date, met_on: date | None, today: date) -> bool:
    """Whether a milestone is late: not met, and its planned day has passed."""
    return met_on is None and today > planned_on


def project_late(
    planned_end: date, completed_on: date | None, stage: Stage, today: date
) -> bool:
    """Whether a project is late: neither completed nor ended, and its planned end has passed."""
    return stage not in ENDED and completed_on is None and today > planned_end


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The percentages that stand before and after a day, as reported so far."""

    before: Decimal | None = None
    after: Decimal | None = None


def check_progress(
    percent: Decimal,
    on: date,
    *,
    note: str | None,
    started_on: date,
    neighbours: Neighbours,
    today: date,
) -> list[Complaint]:
    """0–100 with at most two decimals, between the start of works and today.

    Where the report lets progress fall, against what was reported up to its day or later, it says
    why in a note.
    """
    found = check_lengths({"note": note})
    if not is_percent(percent):
        found.append(Complaint("", "percent", str(percent)[:80], Text(
            "应为 0 至 100，至多两位小数", "0 to 100, with at most two decimals")))
    if on > today:
        found.append(Complaint("", "reported_on", str(on), Text(
            "不能晚于今天", "not later than today")))
    if on < started_on:
        found.append(Complaint("", "reported_on", str(on), Text(
            f"不能早于开工日期 {started_on}", f"not before the start of works, {started_on}")))
    if not found and not is_given(note):
        found += _fall(percent, neighbours)
    return found


def _fall(percent: Decimal, neighbours: Neighbours) -> list[Complaint]:
    if neighbours.before is not None and percent < neighbours.before:
        return [Complaint("", "note", "", Text(
            f"低于此前上报的 {neighbours.before}%，请说明原因",
            f"a note that says why it is less than the {neighbours.before} % reported before"))]
    if neighbours.after is not None and percent > neighbours.after:
        return [Complaint("", "note", "", Text(
            f"高于此后上报的 {neighbours.after}%，请说明原因",
            f"a note that says why it is more than the {neighbours.after} % reported later"))]
    return []


def is_percent(value: Decimal) -> bool:
    """Whether it is a number from 0 to 100 with at most two decimals."""
    if not value.is_finite() or not 0 <= value <= 100:
        return False
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -2

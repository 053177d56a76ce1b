"""The lives of simulated projects, by the rules of aid/projects: stages, gates, money. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from aid.projects.drafts import Judgement
from aid.projects.rules import GATES, JUDGED, PATHS
from aid.projects.terms import AssessmentKind, Evidence, Stage
from seeds.demo.briefs import Brief, Fate
from seeds.demo.dice import Dice
from seeds.demo.shares import STEP

NUMBERED: Mapping[Evidence, str] = MappingProxyType({
    Evidence.APPROVAL_NO: "立项", Evidence.AWARD_NOTICE: "中标", Evidence.START_PERMIT: "开工",
    Evidence.COMPLETION_REPORT: "完工", Evidence.ACCEPTANCE_CERTIFICATE: "验收",
    Evidence.AUDIT_REPORT: "审计", Evidence.HANDOVER_RECORD: "移交",
    Evidence.EVALUATION_REPORT: "评估",
})
ASSESSORS: Mapping[Stage, str] = MappingProxyType({
    Stage.ACCEPTED: "竣工验收组", Stage.AUDITED: "审计局", Stage.EVALUATED: "第三方评估机构"})
PAUSES = ("冬季停工", "雨季道路中断，材料无法进场", "征地未完成，暂停施工", "设计变更，待重新审图")
ENDS = ("规划调整，不再实施", "用地无法落实", "与其他资金安排的项目重复")
DEARER = ("材料价格上涨", "运距增加", "建设标准提高", "增加附属工程")
UNMET = ("基础沉降，须返工", "屋面渗漏，须返工", "附属工程未完成")


class Move(NamedTuple):
    """A change of stage, and what shows it."""

    before: Stage | None
    after: Stage
    on: date
    evidence: Evidence | None = None
    evidence_no: str | None = None
    reason: str | None = None
    override: bool = False


class Adjustment(NamedTuple):
    """A change of the approved investment, in fen."""

    on: date
    old_fen: int
    new_fen: int
    reapproval: bool
    reason: str


class Assessed(NamedTuple):
    """A judgement and its day."""

    kind: AssessmentKind
    on: date
    judgement: Judgement


@dataclass(slots=True)
class Life:
    """What became of a project by a day. `due` is when each stage was or would be entered.

    `first` is when each was entered, `quiet` the spells in which nothing was built.
    """

    brief: Brief
    due: dict[Stage, date]
    stage: Stage = Stage.RESERVE
    held: Stage | None = None
    proposed_fen: int = 0
    approved_fen: int | None = None
    moves: list[Move] = field(default_factory=list)
    first: dict[Stage, date] = field(default_factory=dict)
    adjustments: list[Adjustment] = field(default_factory=list)
    assessments: list[Assessed] = field(default_factory=list)
    reports: list[tuple[date, int]] = field(default_factory=list)
    quiet: list[tuple[date, date]] = field(default_factory=list)

    def is_quiet(self, day: date) -> bool:
        """Whether nothing was built on a day."""
        return bool(self.quiet) and any(since <= day < until for since, until in self.quiet)


def lived(brief: Brief, dice: Dice, *, today: date) -> Life:
    """The life of a project up to a day."""
    life = Life(brief, _course(brief, dice, today), proposed_fen=brief.fen)
    if dice.chance(0.3):
        life.proposed_fen += brief.fen * dice.between(2, 12) // 100 // STEP * STEP
    early = dice.chance(0.5)
    for stage in PATHS[brief.undertaking.kind]:
        if stage is Stage.STARTED and brief.fate is Fate.CANCELLED and early:
            _cancelled(life, dice, life.due[stage], today)
            break
        if stage is Stage.COMPLETED and not _goes_on(life, dice, today):
            break
        if life.due[stage] > today:
            break
        _enter(life, stage, dice)
    _report(life, dice, today)
    return life


def _course(brief: Brief, dice: Dice, today: date) -> dict[Stage, date]:
    """When each stage is entered if nothing comes between."""
    plan = brief.days
    span = (plan.planned_end - plan.planned_start).days
    started = max(plan.planned_start + timedelta(dice.between(-10, 20)),
                  plan.approved_on + timedelta(10))
    slip = dice.between(45, 240) if brief.fate is Fate.LATE else dice.between(-25, 15)
    completed = started + timedelta(max(15, span + slip))
    if plan.finish_by is not None:
        completed = min(completed, plan.finish_by)
    if brief.open and brief.fate in _UNFINISHED:
        completed = max(completed, today + timedelta(dice.between(15, 120)))
    due = {
        Stage.RESERVE: plan.proposed_on,
        Stage.APPROVED: plan.approved_on,
        Stage.TENDERED: plan.approved_on + (started - plan.approved_on) * 3 // 5,
        Stage.STARTED: started,
        Stage.COMPLETED: completed,
    }
    day = completed
    for stage, low, high in _AFTERWARDS:
        day += timedelta(dice.between(low, high))
        due[stage] = day
    return due


_UNFINISHED = frozenset({Fate.LATE, Fate.SUSPENDED, Fate.AWAITING, Fate.STALLED})
_AFTERWARDS = (
    (Stage.ACCEPTED, 15, 60), (Stage.AUDITED, 40, 120), (Stage.HANDED_OVER, 10, 40),
    (Stage.EVALUATED, 60, 200), (Stage.CLOSED, 10, 60),
)
"""So many days after the stage before."""


def _enter(life: Life, stage: Stage, dice: Dice) -> None:
    """Enter the next stage on its day, with what its gate asks for."""
    on = life.due[stage]
    if stage in JUDGED:
        _judge(life, stage, on, dice)
    if stage is Stage.APPROVED:
        life.approved_fen = life.brief.fen
    if stage is Stage.STARTED and dice.chance(0.01):
        _move(life, stage, on, reason="抢在雨季前开工，许可随后补办", override=True)
    else:
        _move(life, stage, on, evidence=GATES.get(stage))
    life.first.setdefault(stage, on)


def _move(
    life: Life, to: Stage, on: date, *, evidence: Evidence | None = None,
    reason: str | None = None, override: bool = False,
) -> None:
    number = numbered(life.brief, evidence, on) if evidence else None
    life.moves.append(Move(life.stage if life.moves else None, to, on, evidence, number, reason,
                           override))
    life.stage = to


def numbered(brief: Brief, evidence: Evidence, on: date) -> str:
    """The number of a document that there is not."""
    serial = brief.code.rsplit("-", 1)[1]
    return f"模拟{NUMBERED[evidence]}〔{on.year}〕{serial}号"


def _judge(life: Life, stage: Stage, on: date, dice: Dice) -> None:
    """What acceptance, audit or evaluation found; a few works fail their first acceptance."""
    who = ASSESSORS[stage]
    if stage is Stage.AUDITED:
        share = dice.between(1000, 1035) if dice.chance(0.06) else dice.between(955, 1000)
        settled = (life.approved_fen or 0) * share // 1000 // 100 * 100
        over = "超出批复投资，已说明原因" if share > 1000 else None
        judged = Judgement(assessor=who, settled_fen=settled, findings=over)
    else:
        judged = Judgement(assessor=who, score=Decimal(dice.between(75, 98)))
        before = life.due[Stage.COMPLETED] + (on - life.due[Stage.COMPLETED]) // 2
        if stage is Stage.ACCEPTED and dice.chance(0.03):
            failed = Judgement(assessor=who, passed=False, score=Decimal(dice.between(45, 59)),
                               findings=dice.one_of(UNMET))
            life.assessments.append(Assessed(JUDGED[stage], before, failed))
    life.assessments.append(Assessed(JUDGED[stage], on, judged))


def _goes_on(life: Life, dice: Dice, today: date) -> bool:
    """What comes between start and completion of works. Whether the project goes on afterwards."""
    fate, completed = life.brief.fate, life.due[Stage.COMPLETED]
    low = life.due[Stage.STARTED] + timedelta(10)
    high = min(completed - timedelta(5), today - timedelta(5))
    if high < low or fate not in _BETWEEN:
        return True
    on = low + timedelta(dice.between(0, (high - low).days))
    if fate is Fate.ADJUSTED:
        _adjust(life, dice, on, dice.between(20, 85) if dice.chance(0.8) else -dice.between(20, 85))
        return True
    if fate is Fate.REAPPROVED:
        return _approved_anew(life, dice, on, today)
    if fate is Fate.PAUSED:
        return _paused(life, dice, on, today)
    if fate is Fate.AWAITING:
        on = max(on, today - timedelta(dice.between(5, 50)))
        _adjust(life, dice, on, dice.between(110, 260))
    elif fate is Fate.STALLED:
        on = max(low, today - timedelta(dice.between(100, 190)))
    elif fate is Fate.SUSPENDED:
        _set_aside(life, Stage.SUSPENDED, on, dice.one_of(PAUSES))
    else:
        _cancelled(life, dice, high, today)
        on = life.moves[-1].on
    life.quiet.append((on, date.max))
    return False


_BETWEEN = frozenset(Fate) - {Fate.ORDINARY, Fate.LATE}


def _set_aside(life: Life, to: Stage, on: date, reason: str) -> None:
    held = life.held or life.stage
    _move(life, to, on, reason=reason)
    life.held = held


def _taken_up(
    life: Life, on: date, *, evidence: Evidence | None = None, reason: str | None = None
) -> None:
    assert life.held is not None  # noqa: S101  it was set aside
    _move(life, life.held, on, evidence=evidence, reason=reason)
    life.held = None


def _adjust(life: Life, dice: Dice, on: date, thousandths: int) -> None:
    """Adjust the approved investment by so many thousandths of what it was.

    Less than a tenth is in force at once; more is to be approved anew, on which the works wait. A
    project that waits has its amount before, others the one afterwards.
    """
    anew, fen = abs(thousandths) >= 100, life.brief.fen
    if life.brief.fate is Fate.AWAITING:
        old, new = fen, (fen * (1000 + thousandths) // 1000 // STEP + 1) * STEP
    else:
        old, new = max(STEP, fen * 1000 // (1000 + thousandths) // STEP * STEP), fen
    if old == new or anew is not (abs(new - old) * 10 >= old):
        return
    reason = dice.one_of(DEARER) if new > old else "招标结余，核减投资"
    life.adjustments.append(Adjustment(on, old, new, anew, reason))
    if anew:
        life.approved_fen, life.proposed_fen = old, new
        _set_aside(life, Stage.RESERVE, on, reason)


def _approved_anew(life: Life, dice: Dice, on: date, today: date) -> bool:
    back = on + timedelta(dice.between(15, 30))
    if back >= life.due[Stage.COMPLETED]:
        return True
    _adjust(life, dice, on, dice.between(110, 260))
    if life.held is None:
        return True
    if back > today:
        life.quiet.append((on, date.max))
        return False
    life.quiet.append((on, back))
    _taken_up(life, back, evidence=Evidence.APPROVAL_NO)
    life.approved_fen = life.brief.fen
    return True


def _paused(life: Life, dice: Dice, on: date, today: date) -> bool:
    """Suspended and taken up again; all that follows is so much later."""
    pause, limit = timedelta(dice.between(30, 150)), life.brief.days.finish_by
    if limit is not None and life.due[Stage.COMPLETED] + pause > limit:
        return True
    _set_aside(life, Stage.SUSPENDED, on, dice.one_of(PAUSES))
    if on + pause > today:
        life.quiet.append((on, date.max))
        return False
    life.quiet.append((on, on + pause))
    _taken_up(life, on + pause, reason="条件具备，恢复施工")
    for stage in life.due.keys() - life.first.keys():
        life.due[stage] += pause
    return True


def _cancelled(life: Life, dice: Dice, by: date, today: date) -> None:
    """Cancelled some time before a day; where that has not come, not yet."""
    last = life.moves[-1].on
    on = last + timedelta(dice.between(1, max(1, (min(by, today) - last).days)))
    if on <= today:
        _move(life, Stage.CANCELLED, on, reason=dice.one_of(ENDS))
        life.held = None


def _report(life: Life, dice: Dice, today: date) -> None:
    """Progress as reported: slowly, faster, slowly; all of it on the day of completion."""
    begun, end = life.first.get(Stage.STARTED), life.due[Stage.COMPLETED]
    if begun is None:
        return
    whole = (end - begun).days
    step = max(30, whole // dice.between(3, 5))
    pace, last = dice.real(0.8, 1.25), 0
    day = begun + timedelta(step)
    cancelled = life.moves[-1].on if life.stage is Stage.CANCELLED else date.max
    while day < min(end, today, cancelled):
        if not life.is_quiet(day):
            done = ((day - begun).days / whole) ** pace
            last = max(last, min(97, max(2, int(100 * done * done * (3 - 2 * done)))))
            life.reports.append((day, last))
        day += timedelta(step)
    if Stage.COMPLETED in life.first:
        life.reports.append((life.first[Stage.COMPLETED], 100))

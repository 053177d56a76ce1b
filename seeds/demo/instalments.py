"""The instalments of simulated projects, by the schedules that there are. Pure."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from aid.funds.rules import divided
from aid.projects.rules import PATHS
from aid.projects.terms import Stage
from seeds.demo.briefs import Era
from seeds.demo.budgets import Budgets, Part, Source
from seeds.demo.dice import Dice
from seeds.demo.lives import Life
from seeds.demo.shares import STEP

AT_ONCE = Part("一次性拨付", "In one sum", Decimal(100), None, None, 0, False)
_BY_SCHEDULE = (
    ("40-50-10", 13.0), ("30-65-5", 12.0), ("progress", 4.0), ("progress-retention", 3.0),
    ("40-50-10-retention", 6.0))
SCHEDULES = {
    Era.REVIEWED: ((None, 500.0), *_BY_SCHEDULE), Era.PLANNED: ((None, 40.0), *_BY_SCHEDULE),
    Era.CURRENT: ((None, 20.0), *_BY_SCHEDULE)}
"""How often money comes by which schedule; None: in one sum, when the works begin."""


class Instalment(NamedTuple):
    """A planned instalment, and the day on which what it waits for was there (None: not yet)."""

    seq: int
    part: Part
    source: Source
    fen: int
    due_on: date | None
    ready: date | None


def planned(life: Life, budgets: Budgets, dice: Dice) -> list[Instalment]:
    """By a schedule whose stages a project of this kind passes; some with a donation beside."""
    brief, fen = life.brief, life.approved_fen or 0
    supporter = brief.recipient.supporter_id
    source = budgets.sources[
        supporter, brief.district_id if (supporter, brief.district_id) in budgets.sources else None]
    found: list[Instalment] = []
    given = fen * dice.between(10, 30) // 100 // STEP * STEP if dice.chance(0.05) else 0
    if given and supporter in budgets.donations:
        fen -= given
        found.append(Instalment(
            1, Part("社会捐赠", "Donation", Decimal(100), None, None, 0, False),
            budgets.donations[supporter], given, brief.days.planned_start,
            brief.days.planned_start))
    path = PATHS[brief.undertaking.kind]
    code = dice.weighed(SCHEDULES[brief.era])
    parts = budgets.schedules.get(code or "", ())
    if not parts or any(part.at_stage and part.at_stage not in path for part in parts):
        parts = (AT_ONCE,)
    for part, share in zip(parts, divided(fen, [part.share for part in parts]), strict=True):
        due_on = _expected(life, part)
        found.append(Instalment(len(found) + 1, part, source, share, due_on,
                                _ready(life, part, due_on)))
    return found


def _expected(life: Life, part: Part) -> date | None:
    """The day an instalment is due, or expected if it waits for something else."""
    days = life.brief.days
    if part.at_stage is None and part.at_progress is None:
        return days.planned_start
    if part.at_progress is not None:
        span = (days.planned_end - days.planned_start).days
        return days.planned_start + timedelta(int(span * float(part.at_progress) / 100))
    if part.at_stage is Stage.APPROVED:
        return days.approved_on
    if part.at_stage is Stage.STARTED:
        return days.planned_start
    return days.planned_end + timedelta(
        _AFTER.get(part.at_stage or Stage.COMPLETED, 0) + part.after_days)


_AFTER = {Stage.COMPLETED: 0, Stage.ACCEPTED: 60, Stage.AUDITED: 180}


def _ready(life: Life, part: Part, due_on: date | None) -> date | None:
    if part.at_progress is not None:
        return next((day for day, percent in life.reports if percent >= part.at_progress), None)
    if part.at_stage is not None:
        entered = life.first.get(part.at_stage)
        return entered and entered + timedelta(part.after_days)
    return due_on

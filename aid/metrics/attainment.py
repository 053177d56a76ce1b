"""How plan targets join what happened: declared rules, by indicator. Pure.

An actual that an office entered always comes first. A target whose indicator has no rule, or whose
unit the rule does not count in, has no actual until an office enters one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from aid.metrics.terms import percent
from aid.text import Text

_PLACES = Decimal("1E-12")


class Happened(StrEnum):
    """What a rule counts; each is one query in attaining.py."""

    VILLAGES_ACCEPTED = "villages_accepted"
    PROJECTS_COMPLETED = "projects_completed"
    PEOPLE_SENT = "people_sent"
    PEOPLE_TRAINED = "people_trained"


@dataclass(frozen=True, slots=True)
class Rule:
    """Targets of this indicator, stated in one of these units, are measured by what happened."""

    indicator: str
    units: frozenset[str]
    counts: Happened
    said: Text


RULES: Mapping[str, Rule] = MappingProxyType({rule.indicator: rule for rule in (
    Rule("villages_built", frozenset({"个"}), Happened.VILLAGES_ACCEPTED, Text(
        "目标所指地区内、由规划的支援方支援、在规划期内且统计日及以前首次验收合格的重点村，每村计一个。",
        "Key villages in the target's region, assisted by the plan's supporter, that first passed"
        " their acceptance in the plan's period and by the as-of day.")),
    Rule("aid_projects", frozenset({"个", "项"}), Happened.PROJECTS_COMPLETED, Text(
        "与该目标关联、在规划期内且统计日及以前完工的项目；已终止的不计。",
        "Projects linked to the target that were completed in the plan's period and by the as-of"
        " day, and not cancelled.")),
    Rule("cadres_and_volunteers", frozenset({"人", "名"}), Happened.PEOPLE_SENT, Text(
        "规划的支援方派往目标所指地区、任期在规划期内且统计日及以前开始的人员，一人计一次。",
        "People whom the plan's supporter sent to the target's region on a secondment that began in"
        " the plan's period and by the as-of day, each person once.")),
    Rule("people_trained", frozenset({"人次"}), Happened.PEOPLE_TRAINED, Text(
        "目标所指地区在规划期内且统计日及以前来支援方挂职的人次，加上重点村以“人次”计量的建设内容"
        "截至统计日报告的完成量。项目不记录人数，由其培训的人次须由办公室填报实际值。",
        "Postings from the target's region to the plan's supporter that began in the plan's period"
        " and by the as-of day, and what was reported done of key-village works measured in"
        " person-times. Projects do not record people: an office enters those as the actual.")),
)})
"""By indicator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attained:
    """A plan target and how far it is. `rule` says how `actual` was counted; None: it was entered.

    `region_id` is the target's own division (None: a group or none), `year` the one it is due in.
    """

    target_id: int
    plan: str
    code: str
    region_id: int | None
    year: int
    target: Decimal
    actual: Decimal | None
    rule: str | None

    @property
    def measurable(self) -> bool:
        """Whether there is something to divide, and by."""
        return self.actual is not None and self.target > 0

    @property
    def value(self) -> Decimal | None:
        """Actual ÷ target in percent, not capped."""
        if self.actual is None or not self.measurable:
            return None
        return percent(self.actual, self.target)


def together(targets: Sequence[Attained]) -> tuple[Decimal, Decimal]:
    """The sum of the attainments of measurable targets, each at most 1, and their number."""
    shares = [min((one.actual / one.target).quantize(_PLACES), Decimal(1))
              for one in targets if one.actual is not None and one.measurable]
    return sum(shares, Decimal(0)), Decimal(len(shares))

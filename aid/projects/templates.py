"""Milestones that projects of a kind have as a rule (里程碑模板): data, and their days. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from aid.projects.terms import ProjectKind, Stage
from aid.text import Text


@dataclass(frozen=True, slots=True)
class MilestoneTemplate:
    """A milestone as a rule. `share` of the planned period has passed on its planned day.

    0 is the planned start, 1 the planned end; what follows the works lies beyond 1.
    """

    stage: Stage
    name: Text
    share: Decimal


def _milestone(stage: Stage, share: str, zh: str, en: str) -> MilestoneTemplate:
    return MilestoneTemplate(stage, Text(zh, en), Decimal(share))


TEMPLATES: Mapping[ProjectKind, tuple[MilestoneTemplate, ...]] = MappingProxyType({
    ProjectKind.FIXED_ASSET: (
        _milestone(Stage.TENDERED, "0", "招投标完成", "Contract awarded"),
        _milestone(Stage.STARTED, "0.1", "开工", "Start of works"),
        _milestone(Stage.STARTED, "0.3", "基础工程完成", "Foundations done"),
        _milestone(Stage.STARTED, "0.6", "主体工程完成", "Main structure done"),
        _milestone(Stage.COMPLETED, "1", "竣工", "Works completed"),
        _milestone(Stage.ACCEPTED, "1.1", "竣工验收", "Acceptance"),
        _milestone(Stage.AUDITED, "1.2", "决算审计", "Final audit"),
        _milestone(Stage.HANDED_OVER, "1.25", "移交", "Handover"),
    ),
    ProjectKind.NON_FIXED_ASSET: (
        _milestone(Stage.STARTED, "0", "启动", "Begun"),
        _milestone(Stage.STARTED, "0.5", "中期检查", "Midway review"),
        _milestone(Stage.COMPLETED, "1", "实施完成", "Carried out"),
        _milestone(Stage.ACCEPTED, "1.1", "验收", "Acceptance"),
        _milestone(Stage.AUDITED, "1.2", "决算审计", "Final audit"),
    ),
})


def planned_day(share: Decimal, planned_start: date, planned_end: date) -> date:
    """The day by which a share of the planned period has passed."""
    days = share * (planned_end - planned_start).days
    return planned_start + timedelta(days=int(days.to_integral_value(ROUND_HALF_UP)))

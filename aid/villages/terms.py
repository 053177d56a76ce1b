"""Words of key villages, and the numbers that decide how they stand."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from aid.text import Text

STALLED_AFTER_DAYS = 90
"""So many days without a report make an unfinished village a stalled one."""
PASS_MARK = Decimal(60)
"""So many points of SHEET_POINTS pass an acceptance."""
SHEET_POINTS = Decimal(100)
"""What the lines of a score sheet add up to."""


class Component(StrEnum):
    """The six components of a village's works; the first four are the four basics (四个基本)."""

    PRODUCTION = "production"
    LIVING = "living"
    EDUCATION = "education"
    HEALTH = "health"
    INCOME = "income"
    ORGANISATION = "organisation"


COMPONENT_NAMES: Mapping[Component, Text] = MappingProxyType({
    Component.PRODUCTION: Text("基本生产", "production"),
    Component.LIVING: Text("基本生活", "living"),
    Component.EDUCATION: Text("基本教育", "education"),
    Component.HEALTH: Text("基本医疗", "health"),
    Component.INCOME: Text("增收", "income"),
    Component.ORGANISATION: Text("基层组织", "organisation"),
})

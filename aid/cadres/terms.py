"""Words of cadres, and the numbers that decide what is said of them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from aid.text import Text

ENDING_SOON_DAYS = 90
"""A term that ends within so many days is said to end soon."""
HANDOVER_DAYS = 31
"""So many days two people may hold one post together: the one hands over to the other."""


class CadreCategory(StrEnum):
    """What a seconded person is: an official (党政干部), a specialist of some kind, a volunteer."""

    OFFICIAL = "official"
    TEACHER = "teacher"
    DOCTOR = "doctor"
    AGRONOMIST = "agronomist"
    SPECIALIST = "specialist"
    VOLUNTEER = "volunteer"


class Direction(StrEnum):
    """From the supporter to the recipient (援派), or the other way (来沪挂职)."""

    OUT = "out"
    IN = "in"


CATEGORY_NAMES: Mapping[CadreCategory, Text] = MappingProxyType({
    CadreCategory.OFFICIAL: Text("党政干部", "official"),
    CadreCategory.TEACHER: Text("教师", "teacher"),
    CadreCategory.DOCTOR: Text("医生", "doctor"),
    CadreCategory.AGRONOMIST: Text("农技人员", "agronomist"),
    CadreCategory.SPECIALIST: Text("其他专业技术人才", "other specialist"),
    CadreCategory.VOLUNTEER: Text("志愿者", "volunteer"),
})

DIRECTION_NAMES: Mapping[Direction, Text] = MappingProxyType({
    Direction.OUT: Text("派出", "sent out"),
    Direction.IN: Text("派入", "sent in"),
})

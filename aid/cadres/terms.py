"""Words of cadres."""

from enum import StrEnum


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

"""Words of cadres, and the numbers that decide what is said of them."""

from enum import StrEnum

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

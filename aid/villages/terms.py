"""Words of key villages."""

from enum import StrEnum


class Component(StrEnum):
    """The six components of a village's works; the first four are the four basics (四个基本)."""

    PRODUCTION = "production"
    LIVING = "living"
    EDUCATION = "education"
    HEALTH = "health"
    INCOME = "income"
    ORGANISATION = "organisation"

"""The words of plans and published figures, as values."""

from enum import StrEnum


class TargetKind(StrEnum):
    """Whether a target has a number (定量) or is a commitment in words (定性)."""

    QUALITATIVE = "qualitative"
    QUANTITATIVE = "quantitative"


class Theme(StrEnum):
    """What a target is about."""

    VILLAGES = "villages"
    LIVELIHOOD = "livelihood"
    EDUCATION = "education"
    HEALTH = "health"
    INDUSTRY = "industry"
    TOURISM = "tourism"
    CULTURE = "culture"
    TRAINING = "training"
    EMPLOYMENT = "employment"
    TRADE = "trade"
    MINORITIES = "minorities"
    TALENT = "talent"
    REGIONAL = "regional"
    ENVIRONMENT = "environment"
    PLATFORMS = "platforms"
    EXCHANGE = "exchange"
    EXPO = "expo"
    ORGANISATION = "organisation"
    FUNDS = "funds"
    RELIEF = "relief"
    OFFICES = "offices"
    OVERALL = "overall"


class Qualifier(StrEnum):
    """What a report says beside a number: nothing, 近 (nearly), 余 (and more)."""

    EXACT = "exact"
    NEARLY = "nearly"
    OVER = "over"


class DiscrepancyKind(StrEnum):
    """How parts and a stated total disagree."""

    PARTS_EXCEED_TOTAL = "parts_exceed_total"
    PARTS_FALL_SHORT = "parts_fall_short"

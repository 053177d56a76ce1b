"""The words of regions and pairings, as values."""

from enum import StrEnum


class Level(StrEnum):
    """Level of a division in the national tree."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    SNAPSHOT = "snapshot"
    START = "start"


class Programme(StrEnum):
    """Under which national programme two places are paired."""

    TIBET = "tibet"
    XINJIANG = "xinjiang"
    EAST_WEST = "east_west"
    THREE_GORGES = "three_gorges"
    QINGHAI = "qinghai"

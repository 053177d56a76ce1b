"""Words of metrics: what they are counted from, how they are narrowed and divided, what comes out.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from aid.errors import AidError
from aid.text import Text


class Source(StrEnum):
    """What a metric is counted from."""

    PROJECTS = "projects"
    MILESTONES = "milestones"
    VILLAGES = "villages"
    POSTS = "posts"
    TARGETS = "targets"
    MONEY = "money"


class By(StrEnum):
    """What a metric can be divided by."""

    RECIPIENT = "recipient"
    PLACE = "place"
    YEAR = "year"
    SECTOR = "sector"
    SUPPORTER = "supporter"
    DISTRICT = "district"


class Narrowing(StrEnum):
    """What a metric can be narrowed to, by the name of the scope's field."""

    RECIPIENTS = "recipients"
    PLACES = "places"
    SUPPORTER = "supporter"
    DISTRICT = "district"
    SECTOR = "sector"
    SINCE = "since"
    UNTIL = "until"
    KNOWN = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is measured. None does not narrow; `recipients` are ids of divisions, `places` those
    that projects are in.

    `since` and `until` are the first and the last day of the period; which date of a thing has to
    lie in it is said by each metric. `known` is the day by whose close it was recorded.
    """

    recipients: tuple[int, ...] | None = None
    places: tuple[int, ...] | None = None
    supporter: int | None = None
    district: int | None = None
    sector: int | None = None
    since: date | None = None
    until: date | None = None
    known: date | None = None

    @property
    def narrowings(self) -> frozenset[Narrowing]:
        """What this scope asks for."""
        return frozenset(one for one in Narrowing if getattr(self, one.value) is not None)


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric at the close of a day.

    `key` is the id of a recipient, place, sector, supporter or district, or a year, in a breakdown
    (None: of no single one); None for the whole. `value` is in `unit`, to two places, None where
    there is nothing to count.
    """

    code: str
    key: int | None
    numerator: Decimal
    denominator: Decimal
    value: Decimal | None
    unit: str
    as_of: date


class UnknownMetric(AidError):
    """There is no metric of this code."""

    code = "UNKNOWN_METRIC"

    def __init__(self, asked: str) -> None:
        super().__init__(Text(f"没有代码为“{asked}”的指标。", f"There is no metric {asked!r}."))


class NotMeasuredSo(AidError):
    """A metric was asked for narrowed or divided by something it knows nothing of."""

    code = "NOT_MEASURED_SO"

    def __init__(self, name: Text, asked: str) -> None:
        super().__init__(Text(f"“{name.zh}”不能按“{asked}”统计。",
                              f"The {name.en} cannot be measured by {asked}."))


def percent(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """Numerator ÷ denominator in percent, to two places, half up; None: nothing to divide by."""
    if not denominator:
        return None
    return (100 * numerator / denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)

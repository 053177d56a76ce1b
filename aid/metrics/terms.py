"""Words of metrics: what they are counted from, how they are narrowed and divided, what comes out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType

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


_ASKED: Mapping[str, Text] = MappingProxyType({
    Narrowing.RECIPIENTS: Text("受援地", "recipient"),
    Narrowing.PLACES: Text("受援地以下的区划", "a place below a recipient"),
    Narrowing.SUPPORTER: Text("支援城市", "supporting city"),
    Narrowing.DISTRICT: Text("支援区县", "supporting district"),
    Narrowing.SECTOR: Text("领域", "sector"),
    Narrowing.SINCE: Text("统计期", "period"),
    Narrowing.UNTIL: Text("统计期", "period"),
    Narrowing.KNOWN: Text("截至何日所知", "what was known on a day"),
    By.RECIPIENT: Text("受援地", "recipient"),
    By.PLACE: Text("区划", "place"),
    By.YEAR: Text("年度", "year"),
})
"""How what is asked for is called; a supporter, district or sector, one way or the other."""


class NotMeasuredSo(AidError):
    """A metric was asked for narrowed or divided by something it knows nothing of."""

    code = "NOT_MEASURED_SO"

    def __init__(self, name: Text, asked: Narrowing | By) -> None:
        said = _ASKED[asked]
        super().__init__(Text(f"“{name.zh}”不能按{said.zh}统计。",
                              f"The {name.en} cannot be measured by {said.en}."))


def percent(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """Numerator ÷ denominator in percent, to two places, half up; None: nothing to divide by."""
    if not denominator:
        return None
    return (100 * numerator / denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)

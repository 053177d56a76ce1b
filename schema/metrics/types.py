"""Metrics: how each is defined, and what it measures. The domain counts; statements read that."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import BigInteger, Date, FromClause, Integer, Numeric, Text, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from aid.access.policy import Permission
from aid.clock import today
from aid.metrics.queries import broken_down, by_place, measured
from aid.metrics.registry import METRICS, Metric
from aid.metrics.terms import By, Measured, Scope
from aid.projects.model import Sector
from aid.regions.queries import (
    at_or_below,
    division_by_code,
    is_below_recipient,
    supporting_cities,
    supporting_districts,
)
from schema.read.arguments import Arguments, finite
from schema.read.fields import Many, One, Reckoned, everything, read, row_of
from schema.read.needs import Need, needs

if TYPE_CHECKING:
    from schema.regions.types import RecipientRegion

Given = Mapping[str, Any]
Rows = list[dict[str, Any]]

strawberry.enum(By, name="MetricBy", description="What a metric is divided by.")

_WORDS = ("name", "formula", "numerator", "denominator", "dates")
_DEFINED: Mapping[str, TypeEngine[Any]] = {
    "ordinal": Integer(), "code": Text(), "version": Integer(), "unit": Text(),
    "counted_in": Text(), **{name: Text() for word in _WORDS for name in (word, f"{word}_en")}}
_MEASURED: Mapping[str, TypeEngine[Any]] = {
    "ordinal": Integer(), "code": Text(), "version": Integer(), "name": Text(), "name_en": Text(),
    "formula": Text(), "formula_en": Text(), "numerator": Numeric(), "denominator": Numeric(),
    "counted_in": Text(), "value": Numeric(), "unit": Text(), "as_of": Date(),
    "region_id": BigInteger(), "year": Integer(), "sector_code": Text(), "supporter_code": Text(),
    "district_code": Text()}


@needs(Permission.METRIC_READ)
@strawberry.type(description="How a metric is defined (指标口径): one definition, used everywhere.")
class MetricDefinition:
    code: str
    version: int = strawberry.field(description="Goes up when a formula or a date changes.")
    name: str
    name_en: str
    formula: str
    formula_en: str
    numerator: str = strawberry.field(description="What is counted above the line.")
    numerator_en: str
    denominator: str = strawberry.field(description="What is counted below the line.")
    denominator_en: str
    dates: str = strawberry.field(
        description="Which date has to lie in the period, and what is known of a past day.")
    dates_en: str
    unit: str = strawberry.field(description="Of the value.")
    counted_in: str = strawberry.field(description="The unit of numerator and denominator.")


@needs(Permission.METRIC_READ)
@strawberry.type(description="A metric at the close of a day.")
class MetricValue:
    code: str
    version: int = strawberry.field(description="Of the definition.")
    name: str
    name_en: str
    formula: str
    formula_en: str
    numerator: Decimal
    denominator: Decimal
    counted_in: str = strawberry.field(description="The unit of numerator and denominator.")
    value: Decimal | None = strawberry.field(
        description="numerator ÷ denominator in percent or, where `unit` is of money, the "
                    "numerator itself; to two places; null: there is nothing to count.")
    unit: str
    as_of: date
    region: Annotated["RecipientRegion", strawberry.lazy("schema.regions.types")] | None = read(
        One(where=lambda own, parent, _: [own.c.id == row_of(parent).c.region_id]),
        description="Of which place, where it is of one.")
    year: int | None = strawberry.field(description="Of which year, in a breakdown by year.")
    sector_code: str | None = strawberry.field(
        description="Of which sector, in a breakdown by sector.")
    supporter_code: str | None = strawberry.field(
        description="Of which supporting city, in a breakdown by supporter.")
    district_code: str | None = strawberry.field(
        description="Of which supporting district, in a breakdown by district; null: of none.")


async def _definitions(_: AsyncSession, __: Given) -> Rows:
    return [_definition(at, metric) for at, metric in enumerate(METRICS.values())]


def _definition(at: int, metric: Metric) -> dict[str, Any]:
    words = {f"{word}{end}": getattr(getattr(metric, word), locale) for word in _WORDS
             for end, locale in (("", "zh"), ("_en", "en"))}
    return {**words, "ordinal": at, "code": metric.code, "version": metric.version,
            "unit": metric.unit, "counted_in": metric.counted}


async def _measured(session: AsyncSession, given: Given) -> Rows:
    place = await _place(session, given)
    found = await measured(
        session, _codes(given), await _scope(session, given), as_of=_as_of(given))
    return [_row(at, one) | {"region_id": place} for at, one in enumerate(found)]


async def _broken_down(session: AsyncSession, given: Given) -> Rows:
    by = By(given["by"])
    found = await broken_down(
        session, _codes(given), await _scope(session, given), by=by, as_of=_as_of(given))
    sectors = {row[0]: row[1] for row in await session.execute(select(Sector.id, Sector.code))}
    cities = _by_id(await supporting_cities(session) if by is By.SUPPORTER else {})
    districts = _by_id(await supporting_districts(session) if by is By.DISTRICT else {})
    return [_row(at, one) | {
        "region_id": one.key if by in (By.RECIPIENT, By.PLACE) else None,
        "year": one.key if by is By.YEAR else None,
        "sector_code": sectors.get(one.key or 0) if by is By.SECTOR else None,
        "supporter_code": cities.get(one.key or 0), "district_code": districts.get(one.key or 0),
    } for at, one in enumerate(found)]


def _by_id(ids: Mapping[str, int]) -> dict[int, str]:
    return {number: code for code, number in ids.items()}


async def _of_places(session: AsyncSession, given: Given) -> Rows:
    found = await by_place(
        session, _codes(given), await _scope(session, given), as_of=_as_of(given))
    return [_row(at, one) | {"region_id": one.key} for at, one in enumerate(found)]


def _row(at: int, one: Measured) -> dict[str, Any]:
    defined = _definition(at, METRICS[one.code])
    return {name: defined[name] for name in _MEASURED if name in defined} | {
        "numerator": one.numerator, "denominator": one.denominator, "value": one.value,
        "as_of": one.as_of}


def _codes(given: Given) -> list[str] | None:
    asked = given.get("codes")
    return None if asked is None else list(dict.fromkeys(asked))


def _as_of(given: Given) -> date:
    return finite(given.get("asOf") or today())


async def _place(session: AsyncSession, given: Given) -> int | None:
    code = given.get("regionCode")
    place = None if code is None else await division_by_code(session, code)
    return place.id if place is not None else None


async def _scope(session: AsyncSession, given: Given) -> Scope:
    """What is asked for. A code that nobody bears narrows to nothing, as in every filter.

    A place below a recipient is where projects are.
    """
    recipients = places = supporter = district = sector = None
    if given.get("regionCode") is not None:
        place = await _place(session, given)
        recipients = () if place is None else await at_or_below(session, place)
        if await is_below_recipient(session, recipients):
            recipients, places = None, recipients
    if (code := given.get("supporterCode")) is not None:
        supporter = (await supporting_cities(session)).get(code, 0)
    if (code := given.get("districtCode")) is not None:
        district = (await supporting_districts(session)).get(code, 0)
    if (code := given.get("sectorCode")) is not None:
        sector = await session.scalar(select(Sector.id).where(Sector.code == code)) or 0
    return Scope(recipients=recipients, places=places, supporter=supporter, district=district,
                 sector=sector, since=_day(given, "from"), until=_day(given, "to"),
                 known=_day(given, "asKnownOn"))


def _day(given: Given, name: str) -> date | None:
    day = given.get(name)
    return None if day is None else finite(day)


_NARROWED: Mapping[str, Any] = {
    "codes": Annotated[list[str] | None, strawberry.argument(
        description="Which metrics; all that can be measured so, if left out.")],
    "supporter_code": str | None,
    "district_code": str | None,
    "sector_code": str | None,
    "from": Annotated[date | None, strawberry.argument(description="First day of the period.")],
    "to": Annotated[date | None, strawberry.argument(description="Last day of the period.")],
    "as_of": Annotated[date | None, strawberry.argument(
        description="The day at whose close is measured; today if left out.")],
    "as_known_on": Annotated[date | None, strawberry.argument(
        description="Only what had been recorded by the close of this day; of money alone.")],
}
_IN_A_REGION: Mapping[str, Any] = {
    "region_code": Annotated[str | None, strawberry.argument(
        description="Present or former code of a recipient, of a place above several, or of one "
                    "below it: what is done in it, of what knows that (projects, milestones, "
                    "money).")]}


def _metrics(
    how: Reckoned, arguments: Mapping[str, Any], description: str, *, required: Sequence[str] = (),
    needs: Need | None = None, of_place: bool = False,
) -> Any:
    return read(
        Many(rows=how, where=_same_place if of_place else everything, order_by=("ordinal",)),
        arguments=arguments, needs=needs, description=description,
        defaults={name: None for name in arguments if name not in required})


def _same_place(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
    return [own.c.region_id == row_of(parent).c.id]


def definitions_field() -> Any:
    """The registry."""
    return _metrics(Reckoned(_DEFINED, _definitions, likely=len(METRICS)), {},
                    "How each metric is defined.", needs=Permission.METRIC_READ)


def metrics_field() -> Any:
    """All metrics, of everything one sees or a part of it."""
    return _metrics(
        Reckoned(_MEASURED, _measured, likely=len(METRICS)), {**_IN_A_REGION, **_NARROWED},
        "What metrics measure, of all that one sees or a part of it.",
        needs=Permission.METRIC_READ)


def breakdown_field() -> Any:
    """Metrics by what they can be divided by."""
    return _metrics(
        Reckoned(_MEASURED, _broken_down, likely=100), {"by": By, **_IN_A_REGION, **_NARROWED},
        "Metrics by recipient, year, sector or supporter; what has nothing to count is left "
        "out.",
        required=("by",), needs=Permission.METRIC_READ)


def metrics_of_place() -> Any:
    """The metrics of a region."""
    return _metrics(
        Reckoned(_MEASURED, _of_places, likely=len(METRICS)), _NARROWED,
        "What metrics measure of it and of all below it; what has nothing to count is left out, "
        "and so are targets of several places at once.", of_place=True)

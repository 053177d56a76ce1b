"""What the statements of all exports share: columns by their keys, places, periods, names."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Label,
    Select,
    SQLColumnExpression,
    func,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from aid.database.base import Base
from aid.interchange.exports.terms import Wanted
from aid.regions.model import Division, SupportingCity, SupportingDistrict
from aid.sheets.columns import Column, Shape
from aid.text import Locale, Text

Query = Select[*tuple[Any, ...]]
Value = SQLColumnExpression[Any]


class Exported(NamedTuple):
    """A kind of export: its columns, and the rows with a value for each of them, by its key."""

    columns: Sequence[Column]
    rows: Callable[[Wanted], Query]


SIMULATED = Column(key="simulated", title=Text("模拟数据", "Simulated"), shape=Shape.FLAG)


def extended(
    brought_in: Sequence[Column], derived: Sequence[Column], *, total: Container[str] = ()
) -> tuple[Column, ...]:
    """The columns of an import, so that an export can be brought in again, and what follows.

    `total` are keys of those to be added up.
    """
    return (*(replace(column, total=True) if column.key in total else column
              for column in brought_in),
            *(replace(column, derived=True) for column in derived))


def of_model(columns: Sequence[Column], model: type[Base]) -> dict[str, Value]:
    """Values of the columns that are called as those of a table are."""
    return {column.key: getattr(model, column.key) for column in columns
            if column.key in model.__table__.c}


def keyed(columns: Sequence[Column], values: Mapping[str, Value]) -> list[Label[Any]]:
    """What is selected for the columns."""
    return [values[column.key].label(column.key) for column in columns]


class Giver:
    """Who gives, by the codes of today: a city, and one of its districts if it is one that does."""

    def __init__(self) -> None:
        self.city, self.district = aliased(Division), aliased(Division)
        self._city, self._district = aliased(SupportingCity), aliased(SupportingDistrict)

    def joined(
        self, query: Query, city_id: InstrumentedAttribute[int],
        district_id: InstrumentedAttribute[int | None],
    ) -> Query:
        """The query with both places."""
        return (
            query.join(self._city, self._city.id == city_id)
            .join(self.city, self.city.id == self._city.division_id)
            .outerjoin(self._district, self._district.id == district_id)
            .outerjoin(self.district, self.district.id == self._district.division_id)
        )

    def name(self, locale: Locale) -> Value:
        """The name of the district that gives, or else of the city."""
        return func.coalesce(*(named(place.name, place.name_en, locale)
                               for place in (self.district, self.city)))


def named(name: Value, name_en: Value, locale: Locale) -> Value:
    """A name in the language of the export."""
    return name if locale == "zh" else func.coalesce(name_en, name)


def within(day: Value, wanted: Wanted) -> list[ColumnElement[bool]]:
    """That a day lies in the period, both ends inclusive."""
    return overlapping(day, day, wanted)


def overlapping(first: Value, last: Value, wanted: Wanted) -> list[ColumnElement[bool]]:
    """That some day of the period lies between two days, all inclusive."""
    return [*([last >= wanted.since] if wanted.since else []),
            *([first <= wanted.until] if wanted.until else [])]


def narrowed_to(
    wanted: Wanted, *, region: Value, city: Value, district: Value | None = None,
    sector: Value | None = None,
) -> list[ColumnElement[bool]]:
    """That a row is of the places, the supporter and the sector asked for."""
    asked = ((city, wanted.city_id), (district, wanted.district_id), (sector, wanted.sector_id))
    found = [column == number for column, number in asked
             if column is not None and number is not None]
    if wanted.region_ids is not None:
        found.append(region.in_(wanted.region_ids))
    return found

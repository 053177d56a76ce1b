"""Places, supporters and pairings by code and day, read once for many rows. Finds as `places` does.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.regions.model import (
    Division,
    DivisionPeriod,
    Pairing,
    SupportingCity,
    SupportingDistrict,
)
from aid.regions.rules import holds

_CODE = re.compile(r"([0-9]{6})(?!\d)")


class Period(NamedTuple):
    """What a place was called and where it lay, from a day until before another."""

    division_id: int
    code: str
    name: str
    parent_id: int | None
    valid_from: date
    valid_to: date | None


class Paired(NamedTuple):
    """A pairing."""

    id: int
    code: str
    supporter_id: int
    district_id: int | None
    recipient_id: int
    starts_on: date
    ends_on: date | None

    def on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.between(day, day)

    def between(self, start: date, end: date) -> bool:
        """Whether it is in force on some day from one to another."""
        return self.starts_on <= end and (self.ends_on is None or self.ends_on >= start)


class Gazetteer:
    """All places over time; pairings; supporting cities and districts of each, by code or name."""

    def __init__(
        self,
        periods: Sequence[Period],
        cities: Mapping[str, int],
        city_codes: Mapping[int, str],
        districts: Mapping[int, Mapping[str, int]],
        pairings: Sequence[Paired],
    ) -> None:
        self.cities, self.city_codes = cities, city_codes
        self.districts, self.pairings = districts, pairings
        self._by_code: dict[str, list[Period]] = defaultdict(list)
        self._by_place: dict[int, list[Period]] = defaultdict(list)
        self._by_name: dict[str, list[Period]] = defaultdict(list)
        for period in periods:
            self._by_code[period.code].append(period)
            self._by_place[period.division_id].append(period)
            self._by_name[period.name].append(period)
        self._recipients = {one.recipient_id for one in pairings}
        self._paired: dict[tuple[int, int], list[Paired]] = defaultdict(list)
        for pairing in pairings:
            self._paired[pairing.supporter_id, pairing.recipient_id].append(pairing)
        self._known_above: dict[tuple[int, date], frozenset[int]] = {}

    def place(self, code: str, on: date) -> int | None:
        """The place that bore a code on a day, or else the one that bore it last."""
        found = _at(self._by_code.get(code, ()), on)
        return found.division_id if found else None

    def period(self, division_id: int, on: date) -> Period:
        """What a place was on a day, or is where nothing is known for the day."""
        found = _at(self._by_place[division_id], on)
        if found is None:
            raise KeyError(division_id)
        return found

    def above(self, division_id: int, on: date) -> frozenset[int]:
        """A place and all above it on a day."""
        known = self._known_above.get((division_id, on))
        if known is not None:
            return known
        found, at = {division_id}, division_id
        while (parent := self._parent(at, on)) is not None and parent not in found:
            found.add(parent)
            at = parent
        return self._known_above.setdefault((division_id, on), frozenset(found))

    def _parent(self, division_id: int, on: date) -> int | None:
        return next((one.parent_id for one in self._by_place[division_id]
                     if holds(one.valid_from, one.valid_to, on)), None)

    def district_code(self, district_id: int) -> str:
        """The code of a supporting district."""
        return next(name for districts in self.districts.values()
                    for name, known in districts.items() if known == district_id)

    def paired(self, supporter_id: int, recipient_id: int) -> Sequence[Paired]:
        """The pairings of two, the oldest row first."""
        return self._paired.get((supporter_id, recipient_id), ())

    def code_of(self, text: str, on: date, *, below: int | None = None) -> str | None:
        """The code that a text means: `532600`, `532600 文山州`, or the name of one place alone.

        A name is looked for among recipients or, on the day, `below` a place.
        """
        if found := _CODE.match(text):
            return found[1]
        named = {one.division_id for one in self._by_name.get(text, ())}
        if below is None:
            named &= self._recipients
        else:
            named = {one for one in named if below in self.above(one, on)}
        return self.period(named.pop(), on).code if len(named) == 1 else None


def _at(periods: Sequence[Period], on: date) -> Period | None:
    """The period that holds on a day, or else the last."""
    found = next((one for one in periods if holds(one.valid_from, one.valid_to, on)), None)
    return found or max(periods, key=lambda one: one.valid_from, default=None)


async def gazetteer(session: AsyncSession) -> Gazetteer:
    """What the session's actor may know of places, read in four statements."""
    periods = await session.execute(select(
        DivisionPeriod.division_id, DivisionPeriod.code, DivisionPeriod.name,
        DivisionPeriod.parent_id, DivisionPeriod.valid_from, DivisionPeriod.valid_to))
    cities: dict[str, int] = {}
    codes: dict[int, str] = {}
    for city_id, code, name in await session.execute(
            select(SupportingCity.id, Division.code, Division.name)
            .join(Division, Division.id == SupportingCity.division_id)):
        cities |= {code: city_id, name: city_id}
        codes[city_id] = code
    districts: dict[int, dict[str, int]] = defaultdict(dict)
    for city_id, district_id, code, name in await session.execute(
            select(SupportingDistrict.city_id, SupportingDistrict.id, Division.code, Division.name)
            .join(Division, Division.id == SupportingDistrict.division_id)):
        districts[city_id] |= {code: district_id, name: district_id}
    pairings = await session.execute(
        select(Pairing.id, Pairing.code, Pairing.supporter_id, Pairing.district_id,
               Pairing.recipient_id, Pairing.starts_on, Pairing.ends_on).order_by(Pairing.id))
    return Gazetteer([Period(*row) for row in periods], cities, codes, districts,
                     [Paired(*row) for row in pairings])

"""What rows of sheets name: places, supporters, sectors, targets; read once, then looked up.

It finds what aid/projects/resolving.py and aid/regions/places.py find for one row at a time.
"""

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.errors import Complaint
from aid.plans.model import Plan, PlanTarget, RegionGroupMember
from aid.projects.model import Sector
from aid.regions.gazetteer import Gazetteer, Paired, gazetteer
from aid.sheets.cells import simplified
from aid.sheets.headings import Row
from aid.text import Text


class Target(NamedTuple):
    """A plan's target, and of which place or group of places it is, if of any."""

    id: int
    region_id: int | None
    group_id: int | None


class Giver(NamedTuple):
    """Who gives: a supporting city, and one of its districts if one does."""

    city_id: int
    district_id: int | None


@dataclass(frozen=True, slots=True)
class References:
    """What the actor of an import may name."""

    places: Gazetteer
    sectors: Mapping[str, int]
    sector_codes: Mapping[int, str]
    targets: Mapping[tuple[int, str, str], Target]
    groups: Mapping[int, Set[int]]

    def code(self, name: str, number: int, on: date) -> str:
        """The code that an attribute's id stands for: `region_id`, `sector_id` …"""
        if name in ("recipient_id", "region_id"):
            return self.places.period(number, on).code
        if name == "district_id":
            return self.places.district_code(number)
        if name == "pairing_id":
            return next(one.code for one in self.places.pairings if one.id == number)
        if name == "target_id":
            return next(key[2] for key, one in self.targets.items() if one.id == number)
        return self.sector_codes[number] if name == "sector_id" else str(number)

    def giver(self, row: Row) -> tuple[Giver | None, list[Complaint]]:
        """The supporter of a row: a blank city is the only one there is."""
        cities, named = self.places.cities, row["supporter"]
        city_id = cities.get(_code(named)) if named else _only(cities)
        if city_id is None:
            return None, [row.complaint("supporter", Text(
                "应为已登记的支援城市代码", "a supporting city's code"))]
        if row["district"] is None:
            return Giver(city_id, None), []
        district_id = self.places.districts.get(city_id, {}).get(_code(row["district"]))
        if district_id is None:
            return None, [row.complaint("district", Text(
                "应为该城市支援区县的代码", "the code of a supporting district of that city"))]
        return Giver(city_id, district_id), []

    def place(
        self, row: Row, key: str, on: date, *, below: int | None = None
    ) -> tuple[int | None, list[Complaint]]:
        """The place that a cell names by code or name: a recipient, or one that lies `below` it."""
        text = row[key]
        code = self.places.code_of(text, on, below=below) if text else None
        found = self.places.place(code, on) if code else None
        if found is not None and (below is None or below in self.places.above(found, on)):
            return found, []
        if below is None:
            return None, [row.complaint(key, Text(
                "应为六位区划代码，或受援地名称", "a division's code, or a recipient's name"))]
        name = self.places.period(below, on).name
        return None, [row.complaint(key, Text(
            f"应为{name}或其在 {on} 的下级区划", f"{name}, or a division below it on {on}"))]

    def paired(
        self, row: Row, supporter_id: int, recipient_id: int, start: date, end: date
    ) -> tuple[list[Paired], list[Complaint]]:
        """The pairings of two in force on some day; there is one."""
        found = [one for one in self.places.paired(supporter_id, recipient_id)
                 if one.between(start, end)]
        if found:
            return found, []
        days = str(start) if start == end else f"{start} 至 {end} "
        return [], [row.complaint("recipient", Text(
            f"应为该支援方在 {days}结对的受援地",
            f"a recipient that is paired with this supporter from {start} to {end}"))]

    def sector(self, row: Row) -> tuple[int | None, list[Complaint]]:
        """The sector that a cell names by code or name."""
        text = row["sector"] or ""
        found = self.sectors.get(simplified(text)) or self.sectors.get(simplified(_code(text)))
        if found is not None:
            return found, []
        return None, [row.complaint("sector", Text("没有这个领域", "a known sector"))]

    def target(
        self, row: Row, supporter_id: int, places: Set[int]
    ) -> tuple[int | None, list[Complaint]]:
        """The target that a row names by its plan's code and its own, if it names one."""
        plan, code = row["plan"], row["target"]
        if plan is None and code is None:
            return None, []
        found = self.targets.get((supporter_id, plan or "", code or ""))
        if found is not None and self._concerns(found, places):
            return found.id, []
        return None, [row.complaint("target", Text(
            "应为所给规划（该支援方的）中涉及本地区或不分地区的目标",
            "a target, for this region or for none, of a plan of the supporter's that is named "
            "too"))]

    def _concerns(self, target: Target, places: Set[int]) -> bool:
        if target.region_id is None and target.group_id is None:
            return True
        return (target.region_id in places
                or bool(places & self.groups.get(target.group_id or 0, set())))


def _code(text: str) -> str:
    """The code of `310000 上海市`."""
    return text.split(maxsplit=1)[0]


def _only(cities: Mapping[str, int]) -> int | None:
    found = set(cities.values())
    return found.pop() if len(found) == 1 else None


async def references(session: AsyncSession) -> References:
    """All that rows may name, read in seven statements."""
    sectors: dict[str, int] = {}
    sector_codes: dict[int, str] = {}
    for number, code, *names in await session.execute(
            select(Sector.id, Sector.code, Sector.name, Sector.name_en).order_by(Sector.ordinal)):
        sectors |= {simplified(name): number for name in (*names, code)}
        sector_codes[number] = code
    targets = {
        (supporter_id, plan, code): Target(number, region_id, group_id)
        for supporter_id, plan, code, number, region_id, group_id in await session.execute(
            select(Plan.supporter_id, Plan.code, PlanTarget.code, PlanTarget.id,
                   PlanTarget.region_id, PlanTarget.group_id)
            .join(Plan, Plan.id == PlanTarget.plan_id))}
    groups: dict[int, set[int]] = defaultdict(set)
    for group_id, division_id in await session.execute(
            select(RegionGroupMember.group_id, RegionGroupMember.division_id)):
        groups[group_id].add(division_id)
    return References(await gazetteer(session), sectors, sector_codes, targets, groups)

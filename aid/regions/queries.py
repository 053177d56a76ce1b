"""Reads of divisions, supporters and pairings: a code, on a date."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from aid.regions.model import (
    Division,
    DivisionPeriod,
    Pairing,
    SupportingCity,
    SupportingDistrict,
)
from aid.text import Text


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place by its code and name of today."""

    id: int
    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class SupporterRow:
    """Who gives, by code of today: a city by its id, or one of its districts by that one's."""

    code: str
    name: Text
    city_id: int
    district_id: int | None


@dataclass(frozen=True, slots=True)
class PairingRow:
    """Who gives to whom, each by code of today; `ends_on` is its last day, None: still."""

    id: int
    code: str
    recipient: PlaceRow
    supporter_code: str
    supporter: Text
    supporter_id: int
    district_code: str | None
    district: Text | None
    starts_on: date
    ends_on: date | None


def in_force(on: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The periods of divisions that hold on a day."""
    return and_(
        DivisionPeriod.valid_from <= on,
        or_(DivisionPeriod.valid_to.is_(None), DivisionPeriod.valid_to > on),
    )


async def division_by_code(
    session: AsyncSession, code: str, *, on: date | None = None
) -> Division | None:
    """The place that bore a code on a day; without a day, the place that bore it last."""
    query = (
        select(Division)
        .join(DivisionPeriod, DivisionPeriod.division_id == Division.id)
        .where(DivisionPeriod.code == code)
        .order_by(DivisionPeriod.valid_from.desc())
        .limit(1)
    )
    if on is not None:
        query = query.where(in_force(on))
    return await session.scalar(query)


async def topmost(session: AsyncSession, ids: Collection[int]) -> list[Division]:
    """Those of the divisions that never lay below another of them, by code."""
    below = select(DivisionPeriod.division_id).where(DivisionPeriod.parent_id.in_(ids))
    query = (
        select(Division)
        .where(Division.id.in_(ids), Division.id.not_in(below))
        .order_by(Division.code, Division.id)
    )
    return list(await session.scalars(query))


async def divisions_on(session: AsyncSession, codes: Collection[str], on: date) -> dict[str, int]:
    """Ids of the places that bore these codes on a day; codes unknown then are left out."""
    rows = await session.execute(
        select(DivisionPeriod.code, DivisionPeriod.division_id).where(
            DivisionPeriod.code.in_(codes), in_force(on)
        )
    )
    return {row[0]: row[1] for row in rows}


async def supporting_cities(session: AsyncSession) -> dict[str, int]:
    """Ids of supporting cities by today's code."""
    rows = await session.execute(
        select(Division.code, SupportingCity.id).join(
            Division, Division.id == SupportingCity.division_id
        )
    )
    return {row[0]: row[1] for row in rows}


async def supporting_districts(
    session: AsyncSession, *, of: int | None = None
) -> dict[str, int]:
    """Ids of supporting districts (of one city, if given) by today's code."""
    query = select(Division.code, SupportingDistrict.id).join(
        Division, Division.id == SupportingDistrict.division_id
    )
    rows = await session.execute(
        query if of is None else query.where(SupportingDistrict.city_id == of)
    )
    return {row[0]: row[1] for row in rows}


async def at_or_below(session: AsyncSession, division_id: int) -> tuple[int, ...]:
    """Ids of a place and of all that lies below it, ascending."""
    found = select(Division.id).where(Division.id == division_id).cte("place", recursive=True)
    found = found.union(
        select(Division.id).join(found, Division.parent_id == found.c.id))
    return tuple(await session.scalars(select(found.c.id).order_by(found.c.id)))


async def is_below_recipient(session: AsyncSession, ids: Collection[int]) -> bool:
    """Whether a place lies below one that is or was paired, as far as the actor sees pairings.

    `ids` are the place and all below it: one of which a part is paired is not meant.
    """
    paired = set(await session.scalars(select(Pairing.recipient_id)))
    if paired.intersection(ids):
        return False
    rising = select(Division.id, Division.parent_id).where(
        Division.id.in_(ids)).cte("rising", recursive=True)
    rising = rising.union(select(Division.id, Division.parent_id).join(
        rising, Division.id == rising.c.parent_id))
    return bool(paired.intersection(await session.scalars(select(rising.c.id))))


async def above(session: AsyncSession, division_id: int, on: date) -> set[int]:
    """A place and all above it on a day."""
    found, at = {division_id}, division_id
    while True:
        parent = await session.scalar(
            select(DivisionPeriod.parent_id).where(
                DivisionPeriod.division_id == at, in_force(on)))
        if parent is None or parent in found:
            return found
        found.add(parent)
        at = parent


async def recipient_rows(session: AsyncSession) -> list[PlaceRow]:
    """The places that are or were paired, as far as the actor sees their pairings; by code."""
    paired = select(Pairing.id).where(Pairing.recipient_id == Division.id).exists()
    return _places(await session.scalars(select(Division).where(paired).order_by(Division.code)))


async def places_below(session: AsyncSession, division_id: int) -> list[PlaceRow]:
    """The places that lie right below another today, by code."""
    return _places(await session.scalars(
        select(Division).where(Division.parent_id == division_id).order_by(Division.code)))


async def supporter_rows(session: AsyncSession) -> list[SupporterRow]:
    """Every supporting city, each followed by its districts, by code."""
    city, district = aliased(Division), aliased(Division)
    cities = await session.execute(
        select(SupportingCity.id, city.code, city.name, city.name_en)
        .join(city, city.id == SupportingCity.division_id).order_by(city.code))
    districts = (await session.execute(
        select(SupportingDistrict.id, SupportingDistrict.city_id, district.code, district.name,
               district.name_en)
        .join(district, district.id == SupportingDistrict.division_id).order_by(district.code)
    )).all()
    found: list[SupporterRow] = []
    for number, code, name, name_en in cities:
        found.append(SupporterRow(code, Text(name, name_en or name), number, None))
        found += [SupporterRow(row.code, Text(row.name, row.name_en or row.name), number, row.id)
                  for row in districts if row.city_id == number]
    return found


async def pairing_rows(
    session: AsyncSession, *, on: date, text: str = "", number: int | None = None, limit: int
) -> list[PairingRow]:
    """Pairings that hold on a day, those that have no end first, then by the recipient's code.

    `text` is a part of a code or of a name of either side; `number` chooses one.
    """
    recipient, city, district = aliased(Division), aliased(Division), aliased(Division)
    query = (
        select(Pairing, recipient, city, district)
        .join(recipient, recipient.id == Pairing.recipient_id)
        .join(SupportingCity, SupportingCity.id == Pairing.supporter_id)
        .join(city, city.id == SupportingCity.division_id)
        .outerjoin(SupportingDistrict, SupportingDistrict.id == Pairing.district_id)
        .outerjoin(district, district.id == SupportingDistrict.division_id)
        .where(Pairing.starts_on <= on, or_(Pairing.ends_on.is_(None), Pairing.ends_on >= on))
        .order_by(Pairing.ends_on.is_not(None), recipient.code, Pairing.id).limit(limit))
    if text:
        said = (Pairing.code, recipient.code, recipient.name, recipient.name_en, city.name,
                district.name, district.name_en)
        query = query.where(or_(*(
            func.strpos(func.lower(column), func.lower(text)) > 0 for column in said)))
    rows = await session.execute(
        query if number is None else query.where(Pairing.id == number))
    return [PairingRow(
        pairing.id, pairing.code, _places([whose])[0], giver.code, _name(giver),
        pairing.supporter_id, part.code if part else None, _name(part) if part else None,
        pairing.starts_on, pairing.ends_on) for pairing, whose, giver, part in rows]


async def divisions_by_id(session: AsyncSession, ids: Collection[int]) -> list[PlaceRow]:
    """These places, by code."""
    return _places(await session.scalars(
        select(Division).where(Division.id.in_(ids)).order_by(Division.code)))


def _places(divisions: Iterable[Division]) -> list[PlaceRow]:
    return [PlaceRow(one.id, one.code, _name(one)) for one in divisions]


def _name(division: Division) -> Text:
    return Text(division.name, division.name_en or division.name)

"""Places as rows that are brought in name them: found by code, or complained of."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.drafts import Draft
from aid.errors import Complaint
from aid.regions import queries
from aid.regions.model import Division, Pairing
from aid.text import Text


@dataclass(frozen=True, slots=True)
class Supporter:
    """Who gives: a city by id and code of today, and which of its districts, if one does."""

    code: str
    city_id: int
    district_id: int | None


async def find_supporter(
    session: AsyncSession, draft: Draft, *, city: str, district: str | None
) -> tuple[Supporter | None, list[Complaint]]:
    """A supporting city and one of its districts, by the codes of today."""
    cities = await queries.supporting_cities(session)
    districts = await queries.supporting_districts(session, of=cities.get(city, 0))
    complaints = []
    if city not in cities:
        complaints.append(draft.complain("supporter", city, Text(
            "不是已登记的支援城市", "a supporting city's code")))
    elif district is not None and district not in districts:
        complaints.append(draft.complain("district", district, Text(
            "不是该城市的支援区县", "the code of a supporting district of that city")))
    if complaints:
        return None, complaints
    return Supporter(city, cities[city], districts[district] if district else None), []


async def find_recipient(
    session: AsyncSession,
    draft: Draft,
    code: str,
    *,
    start: date,
    end: date,
    supporter_id: int | None = None,
) -> tuple[Division | None, list[Complaint]]:
    """The recipient that bore a code on the day `start`, or else the one that bore it last.

    It has to be paired (with this supporter, if one is given) on some day from `start` to `end`.
    """
    place = await place_of(session, code, start)
    if place is None:
        return None, [draft.complain("recipient", code, Text(
            "没有这个区划代码", "the code of a division"))]
    paired = select(Pairing.id).where(
        Pairing.recipient_id == place.id,
        Pairing.starts_on <= end,
        or_(Pairing.ends_on.is_(None), Pairing.ends_on >= start),
        *([Pairing.supporter_id == supporter_id] if supporter_id is not None else []),
    )
    if await session.scalar(select(paired.exists())):
        return place, []
    return None, [draft.complain("recipient", code, Text(
        f"{start} 至 {end} 没有与支援方结对", f"a place that is paired between {start} and {end}"))]


async def find_region(
    session: AsyncSession, draft: Draft, code: str, *, recipient: Division, on: date
) -> tuple[Division | None, list[Complaint]]:
    """The division that bore a code (on the day, or else last): the recipient, or below it then."""
    place = await place_of(session, code, on)
    if place is not None and recipient.id in await queries.above(session, place.id, on):
        return place, []
    return None, [draft.complain("region", code, Text(
        f"不是 {recipient.name} 或其下属区划的代码",
        f"the code of {recipient.name_en or recipient.name} or of a division below it"))]


async def place_of(session: AsyncSession, code: str, on: date) -> Division | None:
    """The place that bore a code on a day, or else the one that bore it last."""
    return (await queries.division_by_code(session, code, on=on)
            or await queries.division_by_code(session, code))

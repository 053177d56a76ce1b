"""What an export is narrowed to, from what was typed: all that is wrong with it is said at once."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.clock import close_of
from aid.errors import Complaint, InputRefused
from aid.funds.model import FundSource
from aid.interchange.exports.terms import KINDS, Filter, Kind, Wanted
from aid.projects.model import Project, Sector
from aid.projects.terms import Delay, ProjectKind, Stage
from aid.regions import places, queries
from aid.text import Locale, Text

_FIRST, _LAST = date(1979, 1, 1), date(2100, 12, 31)
LONGEST_TEXT = 200
Word = TypeVar("Word", Stage, ProjectKind, Delay)


async def narrowed(
    session: AsyncSession, kind: Kind, given: Mapping[str, str], *, locale: Locale, today: date
) -> Wanted:
    """What is wanted, of filters as they were typed. Raises InputRefused with every mistake."""
    complaints = [
        _wrong(name, value, Text("没有这个筛选条件", "no such filter"))
        for name, value in given.items() if name not in set(Filter)]
    complaints += [
        _wrong(name, value, Text(f"{KINDS[kind].title.zh}不能按此筛选",
                                 f"{KINDS[kind].title.en} cannot be narrowed by it"))
        for name, value in given.items() if name in set(Filter) - KINDS[kind].filters]
    given = {name: value for name, value in given.items() if name in KINDS[kind].filters}
    since = _day(given, Filter.FROM, complaints)
    until = _day(given, Filter.TO, complaints)
    if since and until and since > until:
        complaints.append(_wrong(Filter.TO, str(until), Text(
            f"不早于 {since}", f"not before {since}")))
    region_ids = await _regions(session, given.get(Filter.REGION), today, complaints)
    city_id, district_id = await _supporter(session, kind, given, complaints)
    sector_id = await _sector(session, given.get(Filter.SECTOR), complaints)
    project_id = await _coded(session, Project, given, Filter.PROJECT, complaints)
    source_id = await _coded(session, FundSource, given, Filter.SOURCE, complaints)
    known_on = _day(given, Filter.AS_KNOWN_ON, complaints)
    stage = _one_of(given, Filter.STAGE, Stage, complaints)
    of_kind = _one_of(given, Filter.KIND, ProjectKind, complaints)
    delay = _one_of(given, Filter.STATE, Delay, complaints)
    text = _text(given, complaints)
    if complaints:
        raise InputRefused(complaints)
    return Wanted(region_ids, city_id, district_id, sector_id, since, until, today, locale,
                  project_id, source_id, close_of(known_on) if known_on else None,
                  stage, of_kind, delay, text)


def _wrong(name: str, value: str, expected: Text) -> Complaint:
    return Complaint("", name[:80], value[:80], expected)


def _day(given: Mapping[str, str], name: Filter, complaints: list[Complaint]) -> date | None:
    if (typed := given.get(name)) is None:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = None
    if day is None or not _FIRST <= day <= _LAST:
        complaints.append(_wrong(name, typed, Text(
            "应为日期，如 2006-01-01", "a date such as 2006-01-01")))
        return None
    return day


def _one_of(
    given: Mapping[str, str], name: Filter, words: type[Word], complaints: list[Complaint]
) -> Word | None:
    if (typed := given.get(name)) is None:
        return None
    found = next((word for word in words if word.value == typed), None)
    if found is None:
        known = [word.value for word in words]
        complaints.append(_wrong(name, typed, Text(
            f"应为其中之一：{'、'.join(known)}", f"one of: {', '.join(known)}")))
    return found


def _text(given: Mapping[str, str], complaints: list[Complaint]) -> str:
    typed = given.get(Filter.TEXT, "").strip()
    if not typed.isprintable() or len(typed) > LONGEST_TEXT:
        complaints.append(_wrong(Filter.TEXT, typed, Text(
            f"应为 {LONGEST_TEXT} 字以内的文字", f"a text of at most {LONGEST_TEXT} characters")))
    return typed


async def _regions(
    session: AsyncSession, codes: str | None, today: date, complaints: list[Complaint]
) -> tuple[int, ...] | None:
    """The ids of places by their codes, commas between, and of all that lies below them."""
    if codes is None:
        return None
    ids: set[int] = set()
    for code in codes.split(","):
        place = await places.place_of(session, code, today) if code.isalnum() else None
        if place is None:
            complaints.append(_wrong(Filter.REGION, code, Text(
                "没有这个区划代码", "the code of a division")))
        else:
            ids |= set(await queries.at_or_below(session, place.id))
    return tuple(sorted(ids))


async def _supporter(
    session: AsyncSession, kind: Kind, given: Mapping[str, str], complaints: list[Complaint]
) -> tuple[int | None, int | None]:
    """A city's id, or a district's. A plan is a whole city's."""
    if (code := given.get(Filter.SUPPORTER)) is None:
        return None, None
    city_id = (await queries.supporting_cities(session)).get(code)
    district_id = (await queries.supporting_districts(session)).get(code)
    if city_id is None and (district_id is None or kind is Kind.PLAN):
        complaints.append(_wrong(Filter.SUPPORTER, code, Text(
            "应为支援城市的代码", "a supporting city's code") if kind is Kind.PLAN else Text(
            "应为支援城市或其区县的代码", "the code of a supporting city or district")))
    return city_id, None if city_id else district_id


async def _coded(
    session: AsyncSession, table: type[Project] | type[FundSource], given: Mapping[str, str],
    name: Filter, complaints: list[Complaint],
) -> int | None:
    """The id of what has this code; what is not to be seen has none."""
    if (code := given.get(name)) is None:
        return None
    found: int | None = None
    if code.isprintable():
        found = await session.scalar(select(table.id).where(table.code == code))
    if found is None:
        complaints.append(_wrong(name, code, Text("没有这个编号", "a code there is")))
    return found


async def _sector(
    session: AsyncSession, code: str | None, complaints: list[Complaint]
) -> int | None:
    if code is None:
        return None
    rows = await session.execute(select(Sector.code, Sector.id).order_by(Sector.ordinal))
    known = {row[0]: row[1] for row in rows}
    if code not in known:
        complaints.append(_wrong(Filter.SECTOR, code, Text(
            f"应为其中之一：{'、'.join(known)}", f"one of: {', '.join(known)}")))
    return known.get(code)

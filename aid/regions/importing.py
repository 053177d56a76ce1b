"""Bringing in divisions, supporters and pairings, repeatably: by natural key, all or nothing."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.merge import Progress, Tally, merge, silent
from aid.drafts import duplicates
from aid.errors import Complaint, InputRefused
from aid.regions import queries
from aid.regions.drafts import DivisionDraft, PairingDraft, SupporterDraft
from aid.regions.model import (
    Division,
    DivisionPeriod,
    Pairing,
    SupportingCity,
    SupportingDistrict,
)
from aid.regions.rules import check_pairing_dates, check_periods
from aid.regions.service import flush_pairings
from aid.text import Text


async def import_divisions(
    session: AsyncSession, drafts: Sequence[DivisionDraft], progress: Progress = silent
) -> Tally:
    """Places and their periods. Counts places; raises InputRefused with every mistake."""
    known = {row.key: row for row in await session.scalars(select(Division))}
    if complaints := check_periods(drafts, known=known):
        raise InputRefused(complaints)
    tally, periods = Tally(), Tally()
    ordered = sorted(drafts, key=lambda draft: (draft.division, draft.valid_from))
    places = {key: list(rows) for key, rows in groupby(ordered, key=lambda draft: draft.division)}
    for key, rows in places.items():
        known[key] = merge(session, tally, Division, known.get(key), _newest(rows[-1]))
    await session.flush()
    for key, rows in places.items():
        parent = rows[-1].parent
        known[key].parent_id = known[parent].id if parent else None
    existing = {
        (row.division_id, row.valid_from): row for row in await session.scalars(
            select(DivisionPeriod)
        )
    }
    for done, draft in enumerate(ordered, 1):
        division_id = known[draft.division].id
        values = draft.model_dump(exclude={"place", "division", "parent"}) | {
            "division_id": division_id,
            "parent_id": known[draft.parent].id if draft.parent else None,
        }
        found = existing.get((division_id, draft.valid_from))
        merge(session, periods, DivisionPeriod, found, values)
        progress("divisions", done, len(ordered))
    await _check_against_known(session)
    return tally


async def _check_against_known(session: AsyncSession) -> None:
    """Flush, and let the database compare the periods with those it had already."""
    await session.flush()
    try:
        await session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    except IntegrityError as failure:
        expected = Text(f"与已有的时期冲突：{failure.orig}",
                        f"no conflict with the periods known already: {failure.orig}")
        raise InputRefused([Complaint("divisions.csv", "code", "", expected)]) from failure


def _newest(draft: DivisionDraft) -> dict[str, Any]:
    return {
        "key": draft.division,
        "code": draft.code,
        "name": draft.name,
        "name_en": draft.name_en,
        "level": draft.level,
        "ended_on": draft.valid_to,
    }


async def import_supporters(
    session: AsyncSession, drafts: Sequence[SupporterDraft], *, on: date
) -> Tally:
    """Supporting cities and their districts, by the codes in force on a day."""
    tally = Tally()
    codes = {code for draft in drafts for code in (draft.city, draft.district) if code}
    divisions = await queries.divisions_on(session, codes, on)
    unknown = Text(f"{on} 没有这个区划代码", f"a division code in force on {on}")
    complaints = [
        draft.complain(field, code, unknown)
        for draft in drafts
        for field, code in (("city", draft.city), ("district", draft.district))
        if code is not None and code not in divisions
    ]
    if complaints:
        raise InputRefused(complaints)
    cities = {row.division_id: row for row in await session.scalars(select(SupportingCity))}
    for city in dict.fromkeys(divisions[draft.city] for draft in drafts):
        cities[city] = merge(
            session, tally, SupportingCity, cities.get(city), {"division_id": city}
        )
    await session.flush()
    districts = {row.division_id: row for row in await session.scalars(select(SupportingDistrict))}
    for draft in drafts:
        if draft.district is not None:
            place = divisions[draft.district]
            values = {"division_id": place, "city_id": cities[divisions[draft.city]].id}
            merge(session, tally, SupportingDistrict, districts.get(place), values)
    await session.flush()
    return tally


async def import_pairings(
    session: AsyncSession, drafts: Sequence[PairingDraft], *, on: date
) -> Tally:
    """Pairings, by the codes in force on a day. An end that an office has set is kept."""
    tally = Tally()
    cities = await queries.supporting_cities(session)
    districts = await queries.supporting_districts(session)
    recipients = await queries.divisions_on(session, {draft.recipient for draft in drafts}, on)
    complaints = duplicates(drafts, "code")
    for draft in drafts:
        complaints += check_pairing_dates(draft, draft.starts_on, draft.ends_on)
        for field, code, known in (
            ("supporter", draft.supporter, cities),
            ("district", draft.district, districts),
            ("recipient", draft.recipient, recipients),
        ):
            if code is not None and code not in known:
                complaints.append(draft.complain(field, code, Text(
                    "没有这个代码", "a registered code in force today")))
    if complaints:
        raise InputRefused(complaints)
    existing = {row.code: row for row in await session.scalars(select(Pairing))}
    for draft in drafts:
        values = draft.model_dump(exclude={"place", "supporter", "district", "recipient"}) | {
            "supporter_id": cities[draft.supporter],
            "district_id": districts[draft.district] if draft.district else None,
            "recipient_id": recipients[draft.recipient],
        }
        found = existing.get(draft.code)
        if found is not None and found.ends_on is not None and draft.ends_on is None:
            values["ends_on"] = found.ends_on
            tally.kept += 1
        merge(session, tally, Pairing, found, values)
    await flush_pairings(session)
    return tally

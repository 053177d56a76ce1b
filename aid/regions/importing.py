"""Bringing in divisions, supporters and pairings, repeatably: by natural key, all or nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import BigInteger, any_, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.base import columns_of
from aid.database.merge import Progress, Tally, merge, same, silent
from aid.drafts import duplicates
from aid.errors import Complaint, InputRefused
from aid.history import changed_by_others
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
from aid.regions.terms import Level
from aid.text import Text


async def import_divisions(
    session: AsyncSession, drafts: Sequence[DivisionDraft], progress: Progress = silent
) -> Tally:
    """Places and their periods. Counts places; raises InputRefused with every mistake.

    A table has all periods of each place it names: what it leaves out of them is taken out. Places
    it does not name stay as they are.
    """
    known = {row.key: row for row in await session.scalars(select(Division))}
    if complaints := check_periods(drafts, known=known):
        raise InputRefused(complaints)
    tally = Tally()
    ordered = sorted(drafts, key=lambda draft: (draft.division, draft.valid_from))
    places = {key: list(rows) for key, rows in groupby(ordered, key=lambda draft: draft.division)}
    for level in Level:  # parents before children, so that each row is written once
        for key, rows in places.items():
            if rows[-1].level is level:
                parent = rows[-1].parent
                values = _newest(rows[-1]) | {"parent_id": known[parent].id if parent else None}
                known[key] = merge(session, tally, Division, known.get(key), values)
        await session.flush()
    stored = await _stored_periods(session, [known[key].id for key in places])
    for done, (key, rows) in enumerate(places.items(), 1):
        wished = [_period(draft, known) for draft in rows]
        if _comparable(stored.get(known[key].id, [])) != _comparable(wished):
            for row in stored.get(known[key].id, []):
                await session.delete(row)
            session.add_all(DivisionPeriod(**values) for values in wished)
            if known[key].id in tally.unchanged_ids:
                tally.changed, tally.unchanged = tally.changed + 1, tally.unchanged - 1
        progress("divisions", done, len(places))
    await _check_against_known(session)
    return tally


async def _stored_periods(
    session: AsyncSession, ids: list[int]
) -> dict[int, list[DivisionPeriod]]:
    rows = await session.scalars(
        select(DivisionPeriod)
        .where(DivisionPeriod.division_id == any_(bindparam(None, ids, ARRAY(BigInteger()))))
        .order_by(DivisionPeriod.valid_from)
    )
    found: dict[int, list[DivisionPeriod]] = defaultdict(list)
    for row in rows:
        found[row.division_id].append(row)
    return found


def _period(draft: DivisionDraft, known: Mapping[str, Division]) -> dict[str, Any]:
    return draft.model_dump(exclude={"place", "division", "parent"}) | {
        "division_id": known[draft.division].id,
        "parent_id": known[draft.parent].id if draft.parent else None,
    }


def _comparable(rows: Sequence[DivisionPeriod | Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: value for key, value in (
            row.items() if isinstance(row, Mapping) else columns_of(row).items()
        ) if key != "id"}
        for row in rows
    ]


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
    """Pairings, by the codes in force on a day.

    What an office changed is kept, field by field; a pairing an office agreed on is left alone.
    """
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
    existing = {row.code: row for row in await session.scalars(select(Pairing).with_for_update())}
    others = await changed_by_others(session, "pairing", session.info["actor"].name)
    for draft in drafts:
        values = draft.model_dump(exclude={"place", "supporter", "district", "recipient"}) | {
            "supporter_id": cities[draft.supporter],
            "district_id": districts[draft.district] if draft.district else None,
            "recipient_id": recipients[draft.recipient],
        }
        found = existing.get(draft.code)
        kept = others.get(found.id, set()) if found is not None else set()
        for name in values.keys() if None in kept else values.keys() & kept:
            tally.kept += not same(getattr(found, name), values[name])
        merge(session, tally, Pairing, found, {
            name: value for name, value in values.items() if None not in kept and name not in kept
        })
    await flush_pairings(session)
    return tally

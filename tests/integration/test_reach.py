"""How far a recipient's account sees, on the divisions the project ships."""

from collections.abc import Collection
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import gate
from aid.accounts.model import Account, AccountRegion
from aid.accounts.reach import reached, recipients_of
from aid.database.engine import Database
from aid.regions.drafts import PairingDraft
from aid.regions.model import Division, Pairing
from aid.regions.service import agree_pairing, end_pairing
from aid.regions.terms import Programme
from tests.actors import LOCAL

YICHANG, YILING, DANGYANG, YICHANG_BEFORE = "420500", "422721", "422702", "422700"
"""Keys of places: the city, a county of it that is paired, one that came later, the prefecture
that had both until 1992-12-31."""


async def account(database: Database, *keys: str) -> int:
    """A new recipient's account of the places with these keys; its id."""
    async with database.writing(gate("tests")) as session:
        made = Account(name="somebody", display_name="某人", role="recipient")
        session.add(made)
        await session.flush()
        for division_id in await session.scalars(select(Division.id).where(Division.key.in_(keys))):
            session.add(AccountRegion(account_id=made.id, division_id=division_id))
    return made.id


async def seen(database: Database, account_id: int) -> list[str]:
    """The keys of the places an account sees, in the order in which they come."""
    async with database.reading(gate("tests")) as session:
        found = await recipients_of(session, account_id)
        keys = {row.id: row.key for row in await session.scalars(select(Division))}
    return [keys[division_id] for division_id in found]


async def reach(database: Database, *keys: str) -> set[str]:
    """The keys of the places that an account of these places sees."""
    return set(await seen(database, await account(database, *keys)))


async def pair(database: Database, key: str, starts_on: date, ends_on: date | None) -> None:
    """Pair 上海 with the place, under the code it bore then."""
    async with database.writing(LOCAL) as session:
        code = await session.scalar(text(
            "SELECT p.code FROM division_period p JOIN division d ON d.id = p.division_id"
            " WHERE d.key = :key AND p.valid_from <= :day"
            " AND (p.valid_to IS NULL OR p.valid_to > :day)"), {"key": key, "day": starts_on})
        assert code is not None
        made = await agree_pairing(session, PairingDraft(
            code=f"310000-{code}-{starts_on}", supporter="310000", recipient=code,
            programme=Programme.THREE_GORGES, starts_on=starts_on))
        if ends_on is not None:
            await end_pairing(session, made.id, expected_version=made.version, ends_on=ends_on)


async def below(session: AsyncSession, key: str) -> set[str]:
    """The keys of the places that ever lay right below a place."""
    return set(await session.scalars(text(
        "SELECT DISTINCT d.key FROM division_period p JOIN division d ON d.id = p.division_id"
        " JOIN division above ON above.id = p.parent_id WHERE above.key = :key"), {"key": key}))


@pytest.mark.parametrize(("key", "at_least"), [
    ("542300", {"542324", "542322"}),
    ("533400", {"533421"}),
    ("532700", {"532721"}),
    ("652900", {"652901"}),
])
async def test_a_region_sees_its_counties(
    seeded_database: Database, key: str, at_least: Collection[str]
) -> None:
    """日喀则 and the others see themselves and all that lay below them, whatever its code then."""
    found = await reach(seeded_database, key)
    async with seeded_database.reading(LOCAL) as session:
        assert found == {key} | await below(session, key)
    assert found > set(at_least)


@pytest.mark.parametrize("key", [YILING, "512200", "542324"])
async def test_a_place_with_nothing_below_sees_itself(
    seeded_database: Database, key: str
) -> None:
    """夷陵 (formerly 宜昌县), 万州 and 定日: not the city above, not its other counties."""
    assert await reach(seeded_database, key) == {key}


async def test_the_place_is_the_same_under_its_former_code(seeded_database: Database) -> None:
    """Whoever bears 420506 today bore 420521 once: one place, one id."""
    async with seeded_database.reading(LOCAL) as session:
        found = list(await session.execute(text(
            "SELECT DISTINCT d.code, d.key FROM division_period p JOIN division d"
            " ON d.id = p.division_id WHERE p.code IN ('420521', '420506')")))
    assert found == [("420506", YILING)]


async def test_a_region_that_was_never_paired_sees_itself(seeded_database: Database) -> None:
    """宜昌市 itself is not paired, though a county of it is."""
    assert await reach(seeded_database, YICHANG) == {YICHANG}


async def test_a_pairing_of_what_lies_above_counts(seeded_database: Database) -> None:
    """When 湖北 is paired, 宜昌市 sees all its counties, and 湖北 all of both at any depth."""
    await pair(seeded_database, "420000", date(2000, 1, 1), None)
    found = await reach(seeded_database, YICHANG)
    assert found > {YICHANG, YILING, DANGYANG}
    assert "420000" not in found


async def test_any_depth(seeded_database: Database) -> None:
    """A province that is paired sees prefectures and counties."""
    await pair(seeded_database, "420000", date(2000, 1, 1), None)
    assert await reach(seeded_database, "420000") > {"420000", YICHANG, YILING, DANGYANG}


@pytest.mark.parametrize(("starts_on", "ends_on", "reaches"), [
    (date(1992, 6, 1), date(1992, 12, 30), {YICHANG}),
    (date(1992, 6, 1), date(1992, 12, 31), {YICHANG, YILING}),
    (date(1992, 6, 1), date(1995, 12, 30), {YICHANG, YILING}),
    (date(1992, 6, 1), date(1995, 12, 31), {YICHANG, YILING, DANGYANG}),
    (date(2020, 1, 1), None, {YICHANG, YILING, DANGYANG}),
])
async def test_a_pairing_that_ended_before_a_county_came_does_not_reach_it(
    seeded_database: Database, starts_on: date, ends_on: date | None, reaches: set[str]
) -> None:
    """Its last day counts (夷陵 came under 宜昌市 on 1992-12-31, 当阳 on 1995-12-31)."""
    await pair(seeded_database, YICHANG, starts_on, ends_on)
    found = await reach(seeded_database, YICHANG)
    assert found & {YICHANG, YILING, DANGYANG} == reaches


async def test_a_county_that_went_away_stays_reached(seeded_database: Database) -> None:
    """宜昌地区 had 夷陵 until 1992-12-31: a pairing in its last days reaches it to this day."""
    await pair(seeded_database, YICHANG_BEFORE, date(1992, 12, 30), None)
    assert YILING in await reach(seeded_database, YICHANG_BEFORE)


async def test_a_pairing_of_what_lay_above_at_another_time_does_not_count(
    seeded_database: Database,
) -> None:
    """夷陵's first pairing lay with 宜昌地区: it does not open it to 宜昌市."""
    await pair(seeded_database, YICHANG_BEFORE, date(1992, 1, 1), None)
    assert await reach(seeded_database, YICHANG) == {YICHANG}


async def test_an_ended_pairing_still_counts(seeded_database: Database) -> None:
    """阿克苏's ended in 2010: what was done until then stays theirs to see."""
    async with seeded_database.reading(LOCAL) as session:
        ended = await session.scalar(
            select(Pairing.ends_on).where(Pairing.code == "310000-652900-xinjiang"))
    assert ended == date(2010, 12, 31)
    assert len(await reach(seeded_database, "652900")) > 5


async def test_several_regions_are_all_seen_once_and_in_order(seeded_database: Database) -> None:
    """The ids ascend, so that equal reach is an equal claim."""
    account_id = await account(seeded_database, YILING, "542300", "542324")
    async with seeded_database.reading(gate("tests")) as session:
        found = await recipients_of(session, account_id)
    assert list(found) == sorted(set(found))
    assert set(await seen(seeded_database, account_id)) > {YILING, "542300", "542324"}


async def test_an_account_without_regions_sees_nothing(seeded_database: Database) -> None:
    """Nor does one that there is not."""
    assert await seen(seeded_database, await account(seeded_database)) == []
    assert await seen(seeded_database, 987654) == []


async def test_other_statements_may_hold_it(seeded_database: Database) -> None:
    """As a sub-select, from any choice of regions."""
    own = select(Division.id).where(Division.key == "542300")
    async with seeded_database.reading(LOCAL) as session:
        names = list(await session.scalars(
            select(Division.name).where(Division.id.in_(reached(own))).order_by(Division.code)))
    assert "日喀则市" in names
    assert "江孜县" in names

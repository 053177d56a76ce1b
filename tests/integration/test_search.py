"""Searching projects and villages by name and code, through row security."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date
from random import Random
from typing import Any

import asyncpg
import pytest
from sqlalchemy import BigInteger, BindParameter, any_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import URL

from aid.access.actor import Actor
from aid.database.engine import Database
from aid.database.search import found_by, search
from aid.projects.model import Project, Sector
from aid.villages.model import KeyVillage
from schema.read.tables import rows_of
from tests.actors import AUDITOR, LOCAL, recipient
from tests.conftest import as_admin, as_app, copied, opened
from tests.integration.furnishing import Places, places_of
from tests.searching import holds

Named = Mapping[str, tuple[str, str | None]]
"""Names in both languages by code. What begins with 文山 lies there, the rest in Rikaze."""

NAMES: Named = {
    "P-1": ("定日县人畜饮水工程", "Drinking water for Dingri"),
    "P-2": ("定日县中心小学教学楼（二期）", "Primary school, phase II"),
    "P-3": ("文山县饮水小学", None),
    "P-4": ("４Ｇ基站 第4号 100%", "4G base station_no.4"),
    "P-5": ("水", "water-works"),
}
SEARCHED = (Project, KeyVillage)
Searched = type[Project] | type[KeyVillage]


async def _tell(database: Database, named: Named) -> Places:
    """Projects and villages of these names."""
    places = await places_of(database)
    async with database.writing(LOCAL) as session:
        sector = Sector(code="searched", name="领域", name_en="Sector", ordinal=99)
        session.add(sector)
        await session.flush()
        for code, (name, name_en) in named.items():
            place = places.wenshan if name.startswith("文山") else places.rikaze
            both: dict[str, Any] = {
                "code": code, "name": name, "name_en": name_en, "recipient_id": place,
                "region_id": place, "supporter_id": places.shanghai}
            session.add(KeyVillage(**both, designated_in=2006))
            session.add(Project(
                **both, kind="fixed_asset", delivery_mode="cheque", proposed_fen=1,
                sector_id=sector.id, planned_start=date(2007, 1, 1), planned_end=date(2007, 1, 1)))
    return places


async def _found(
    database: Database, model: Searched, query: str, actor: Actor = LOCAL
) -> list[str]:
    """The codes that are found, whichever way they are looked for."""
    own = rows_of(model)
    asked: BindParameter[str] = bindparam("asked", query)
    wanted = search(model, own, asked)
    few = select(own.c.code).where(own.c.id == any_(wanted.ids), wanted.holds)
    all_ = select(own.c.code).where(found_by(own, asked))
    left_out = all_.where(~wanted.of_recipient(own.c.recipient_id))
    async with database.reading(actor) as session:
        codes = sorted(await session.scalars(all_))
        assert list(await session.scalars(left_out)) == []
        if await session.scalar(select(wanted.ids)) is not None:
            assert sorted(await session.scalars(few)) == codes
        counted = await session.scalar(
            select(func.count()).select_from(own).where(found_by(own, asked)))
        assert counted == len(codes)
    return codes


@pytest.mark.parametrize("model", SEARCHED)
@pytest.mark.parametrize(("query", "codes"), [
    ("饮水", ["P-1", "P-3"]),
    ("水", ["P-1", "P-3", "P-5"]),
    ("定日县人畜饮水工程", ["P-1"]),
    ("人畜饮水工程定日", []),
    ("小学 定日", ["P-2"]),
    ("  饮水　小学 ", ["P-3"]),
    ("4G", ["P-4"]),
    ("４ｇ基站", ["P-4"]),
    ("第４号", ["P-4"]),
    ("WATER", ["P-1", "P-5"]),
    ("Drink", ["P-1"]),
    ("rinking", []),
    ("water works", ["P-5"]),
    ("school phase", ["P-2"]),
    ("（二期）", ["P-2"]),
    ("二期", ["P-2"]),
    ("100", ["P-4"]),
    ("P-3", ["P-3"]),
    ("p3", []),
    ("没有的", []),
    ("%", []),
    ("_", []),
    ("工%水", ["P-1"]),
    ("饮_工程", ["P-1"]),
    ("饮%室", []),
    ("\\", []),
    ("", sorted(NAMES)),
    ("，。", []),
    (" 　", sorted(NAMES)),
    ("水" * 200, []),
    ("水 " * 300, ["P-1", "P-3", "P-5"]),
    ("水 " * 301, []),
    ("' OR true --", []),
])
async def test_what_is_found(
    searched_read_database: Database, model: Searched, query: str, codes: list[str]
) -> None:
    """Parts of Chinese words, beginnings of English ones; in any width, case and order."""
    assert await _found(searched_read_database, model, query) == codes


@pytest.fixture(scope="module")
def searched_read_name(admin_url: URL, seeded: str) -> Iterator[str]:
    """A database with projects and villages of all NAMES, which tests share."""
    with copied(admin_url, seeded) as name:
        yield name


@pytest.fixture(scope="module")
async def searched_read_database(
    admin_url: URL, searched_read_name: str
) -> AsyncIterator[Database]:
    """The same, open."""
    async with opened(as_app(admin_url, searched_read_name)) as database:
        await _tell(database, NAMES)
        yield database


@pytest.fixture
async def searched_database(seeded_database: Database) -> Database:
    """Projects and villages of all NAMES."""
    await _tell(seeded_database, NAMES)
    return seeded_database


@pytest.mark.parametrize("model", SEARCHED)
async def test_a_new_name_is_found_and_the_old_one_is_not(
    searched_database: Database, model: Searched
) -> None:
    """Be it one that is changed, or all of them at once."""
    async with searched_database.writing(LOCAL) as session:
        await session.execute(
            update(model).where(model.code == "P-1").values(name="定日县村道硬化"))
    assert await _found(searched_database, model, "饮水") == ["P-3"]
    assert await _found(searched_database, model, "村道") == ["P-1"]
    assert await _found(searched_database, model, "drinking") == ["P-1"]
    async with searched_database.writing(LOCAL) as session:
        await session.execute(update(model).values(name_en="renamed"))
    assert await _found(searched_database, model, "drinking") == []
    assert await _found(searched_database, model, "renamed") == sorted(NAMES)


@pytest.mark.parametrize("model", SEARCHED)
async def test_a_recipient_finds_its_own_alone(
    searched_database: Database, model: Searched
) -> None:
    """Row security: neither rows nor numbers of others; and nobody finds what they may not read."""
    places = await places_of(searched_database)
    for own, codes in ((places.rikaze, ["P-1"]), (places.wenshan, ["P-3"]), (10**9, [])):
        assert await _found(searched_database, model, "饮水", recipient(own)) == codes
    both = recipient(places.rikaze, places.wenshan)
    for actor in (both, AUDITOR):
        assert await _found(searched_database, model, "饮水", actor) == ["P-1", "P-3"]
    assert await _found(searched_database, model, "饮水", recipient()) == []


@pytest.mark.parametrize("model", SEARCHED)
async def test_recipients_without_the_words_are_passed_over(
    searched_database: Database, model: Searched
) -> None:
    """And of others' a recipient does not even learn whether they have them."""
    places = await places_of(searched_database)
    both = bindparam("both", [places.rikaze, places.wenshan], type_=ARRAY(BigInteger))
    each = select(func.unnest(both).label("id")).subquery()

    async def having(query: str, actor: Actor = LOCAL) -> list[int]:
        words = search(model, rows_of(model), bindparam("asked", query))
        async with searched_database.reading(actor) as session:
            return list(await session.scalars(
                select(each.c.id).where(words.of_recipient(each.c.id)).order_by(each.c.id)))

    assert await having("饮水") == sorted([places.rikaze, places.wenshan])
    assert await having("定日") == await having("定日 饮水") == [places.rikaze]
    assert await having("文山 基站") == await having("没有的") == []
    assert await having("饮水", recipient(places.wenshan)) == [places.wenshan]


async def test_of_common_words_the_ids_are_not_named(
    searched_database: Database, admin_url: URL, seeded_name: str
) -> None:
    """More than 3,000 are looked for in order instead; a rarer word beside them still names few."""
    admin = await asyncpg.connect(as_admin(admin_url, seeded_name))
    await admin.execute(
        "INSERT INTO key_village (code, name, recipient_id, region_id, supporter_id, version,"
        " designated_in) SELECT 'V-' || n, '第' || n || '村', recipient_id, region_id,"
        " supporter_id, 1, 2006 FROM key_village, generate_series(1, 3000) n WHERE code = 'P-1'")
    await admin.close()
    own = rows_of(KeyVillage)
    async with searched_database.reading(LOCAL) as session:
        def named(query: str) -> Any:
            return session.scalar(select(search(KeyVillage, own, bindparam("q", query)).ids))

        assert len(await named("村")) == 3000
        assert await named("v") is not None
        assert await named("") is None
    async with searched_database.writing(LOCAL) as session:
        row = (await session.scalars(select(KeyVillage).where(KeyVillage.code == "P-2"))).one()
        row.name = "定日县新村"
    async with searched_database.reading(LOCAL) as session:
        assert await named("村") is None
        assert len(await named("村 定日")) == 2
    assert len(await _found(searched_database, KeyVillage, "村")) == 3001
    assert await _found(searched_database, KeyVillage, "村 定日") == ["P-2"]
    assert await _found(searched_database, KeyVillage, "第2999村") == ["V-2999"]


# The same in plain Python.

_CHARACTERS = "水小学饮定ＡａBb4５é（）%_\\'-. 　，①㎡ｱ𠀀"


def _plainly(named: Named, query: str) -> list[str]:
    return sorted(code for code, names in named.items() if holds(query, *names, code))


def _said(chance: Random, most: int) -> str:
    return "".join(chance.choices(_CHARACTERS, k=chance.randint(1, most)))


@pytest.mark.parametrize("seed", range(3))
async def test_any_query_finds_what_plain_python_finds(
    seeded_database: Database, seed: int
) -> None:
    """Random names, and queries that are random or parts of names, by everybody."""
    chance = Random(seed)  # noqa: S311  no secret
    named = {f"R-{at}": (chance.choice(["", "文山"]) + _said(chance, 20),
                         chance.choice([None, _said(chance, 30)])) for at in range(60)}
    places = await _tell(seeded_database, named)
    actors = {LOCAL: named, recipient(places.wenshan): {
        code: names for code, names in named.items() if names[0].startswith("文山")}}
    for _ in range(60):
        query = _said(chance, 4)
        if chance.random() < 0.6:
            name = chance.choice(list(named.values()))[chance.randrange(2)] or "水"
            start = chance.randrange(len(name))
            query = name[start:start + chance.randint(1, 12)]
        for actor, seen in actors.items():
            for model in SEARCHED:
                assert await _found(seeded_database, model, query, actor) == _plainly(
                    seen, query), repr(query)

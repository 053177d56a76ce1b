"""No page reads more rows than it can show: at most 2,000, however many there are."""

from datetime import date
from itertools import product
from typing import Any

from sqlalchemy import event, text

from aid.access.actor import Actor, Role
from aid.database.engine import Database
from dashboards.rooms import ROOMS, room_of
from dashboards.view import PAGES, Page, Part, View
from tests.actors import LOCAL

MOST = 2_000
BUSIEST = "532500"
"""红河, the recipient with the most projects."""
PARTS: tuple[tuple[Page, Part], ...] = (
    ("funds", "queue"), ("funds", "movements"), ("plan", "figures"), ("investment", "published"),
    ("cadres", "posts"), ("cadres", "batches"), ("cadres", "people"), ("cadres", "vacancies"))
WIDEST = (
    *(View(page, part=part) for page, part in PARTS),
    *(View(page, region=region, known_on=known) for page, region, known in product(
        PAGES, ((), (BUSIEST,)), (None, date(2008, 6, 30)))),
    View("projects", order="-approved"), View("projects", text="学校"),
    View("projects", state="late"),
)


async def test_no_page_reads_more_than_2000_rows(demo_database: Database) -> None:
    """Every page and what comes later on it, of all places and of the busiest."""
    async with demo_database.reading(LOCAL) as session:
        things = [View(page, code=await session.scalar(text(sql))) for page, sql in _BUSIEST_THINGS]
    assert {_name(view) for view in (*WIDEST, *things)} == set(ROOMS)
    for view in (*WIDEST, *things):
        room = room_of(view)
        for one in (room, room.later):
            if one is not None:
                read = await _rows(demo_database, one.read, view)
                assert read <= MOST, (view, read)


async def test_rows_are_counted(demo_database: Database) -> None:
    """The count above sees rows, of a list as many as are shown of it and more."""
    view = View("projects")
    assert await _rows(demo_database, room_of(view).read, view) > 50


_BUSIEST_THINGS: tuple[tuple[Page, str], ...] = (
    ("projects", "SELECT p.code FROM movement m JOIN project p ON p.id = m.project_id"
                 " GROUP BY p.id ORDER BY count(*) DESC, p.id LIMIT 1"),
    ("villages", "SELECT v.code FROM village_work w JOIN key_village v ON v.id = w.village_id"
                 " GROUP BY v.id ORDER BY count(*) DESC, v.id LIMIT 1"),
)


def _name(view: View) -> str:
    return f"{view.page}/*" if view.code else view.page


async def _rows(database: Database, read: Any, view: View) -> int:
    """So many rows come out of the database while a page is read."""
    counted = 0

    def note(_connection: object, cursor: Any, *_: object) -> None:
        nonlocal counted
        counted += max(cursor.rowcount, 0)

    actor = Actor("system", Role.SYSTEM_ADMIN) if view.page == "accounts" else LOCAL
    engine = database._engine.sync_engine
    event.listen(engine, "after_cursor_execute", note)
    try:
        await read(database, actor, view)
    finally:
        event.remove(engine, "after_cursor_execute", note)
    return counted


"""Bringing in cadres with their terms."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from aid.cadres.drafts import BatchDraft
from aid.cadres.model import Cadre, Extension, Post, Secondment
from aid.cadres.service import make_batch
from aid.database.engine import Database
from aid.history import Change
from aid.interchange.imports.terms import ImportKind
from tests.actors import LOCAL
from tests.integration.bringing import brought_in, counts, refused

KIND = ImportKind.CADRES
WANG: dict[str, Any] = {
    "name": "王建国", "category": "党政干部", "home_unit": "市教育委员会", "recipient": "532600",
    "unit": "州教育局", "title": "副局长", "starts_on": date(2004, 7, 1),
    "planned_end": date(2007, 6, 30),
}
LI: dict[str, Any] = WANG | {
    "name": "李红", "category": "教师", "home_unit": "市第一中学", "unit": "州第一中学",
    "title": "教师", "planned_end": date(2006, 1, 31), "ended_on": date(2006, 1, 31)}


async def rows_of(database: Database, model: Any) -> list[Any]:
    """All rows of a table, by id."""
    async with database.reading(LOCAL) as session:
        return list(await session.scalars(select(model).order_by(model.id)))


async def test_people_come_with_their_terms_and_posts(
    seeded_database: Database, tmp_path: Path
) -> None:
    """Two people of one title hold two posts; the same sheet again is nothing new."""
    sheet = [WANG, LI, LI | {"name": "张兰"}]
    assert counts(await brought_in(seeded_database, KIND, tmp_path, sheet)) == (3, 0, 0)
    assert counts(await brought_in(seeded_database, KIND, tmp_path, sheet)) == (0, 0, 3)
    assert [row.code for row in await rows_of(seeded_database, Cadre)] == [
        "C-310000-00001", "C-310000-00002", "C-310000-00003"]
    posts = await rows_of(seeded_database, Post)
    assert [(row.title, row.agreed_from, row.agreed_until) for row in posts] == [
        ("副局长", date(2004, 7, 1), date(2007, 6, 30)),
        ("教师", date(2004, 7, 1), date(2006, 1, 31)),
        ("教师", date(2004, 7, 1), date(2006, 1, 31))]
    terms = await rows_of(seeded_database, Secondment)
    assert [(row.post_id, row.ended_on) for row in terms] == [
        (posts[0].id, None), (posts[1].id, date(2006, 1, 31)), (posts[2].id, date(2006, 1, 31))]
    assert terms[1].end_reason.startswith("任期届满")
    made = [row.entity for row in await rows_of(seeded_database, Change)
            if row.entity in ("cadre", "secondment")]
    assert sorted(made) == ["cadre"] * 3 + ["secondment"] * 3


async def test_a_person_goes_again_and_a_term_goes_on(
    seeded_database: Database, tmp_path: Path
) -> None:
    """A later term of the same person; a term made longer with a reason, then over early."""
    await brought_in(seeded_database, KIND, tmp_path, [LI])
    again = LI | {"starts_on": date(2007, 9, 1), "planned_end": date(2009, 2, 28),
                  "ended_on": None}
    assert counts(await brought_in(seeded_database, KIND, tmp_path, [LI, again])) == (1, 0, 1)
    longer = again | {"planned_end": date(2009, 7, 31), "extension_reason": "带完毕业班"}
    report = await brought_in(seeded_database, KIND, tmp_path, [longer])
    assert report.changes[0].fields == {"planned_end": ("2009-02-28", "2009-07-31")}
    over = longer | {"ended_on": date(2009, 6, 30), "end_reason": "因病提前返回"}
    assert counts(await brought_in(seeded_database, KIND, tmp_path, [over])) == (0, 1, 0)
    assert counts(await brought_in(seeded_database, KIND, tmp_path, [LI, over])) == (0, 0, 2)
    [extension] = await rows_of(seeded_database, Extension)
    assert (extension.old_end, extension.new_end, extension.reason) == (
        date(2009, 2, 28), date(2009, 7, 31), "带完毕业班")
    term = (await rows_of(seeded_database, Secondment))[1]
    assert (term.planned_end, term.ended_on, term.version) == (
        date(2009, 7, 31), date(2009, 6, 30), 3)


async def test_a_batch_says_what_a_row_leaves_blank(
    seeded_database: Database, tmp_path: Path
) -> None:
    """The first day, and the last by its months."""
    async with seeded_database.writing(LOCAL) as session:
        await make_batch(session, BatchDraft(
            code="b4", name="第四批", starts_on=date(2004, 7, 1), months=36))
    row = WANG | {"batch": "b4", "starts_on": None, "planned_end": None}
    assert counts(await brought_in(seeded_database, KIND, tmp_path, [row])) == (1, 0, 0)
    assert counts(await brought_in(seeded_database, KIND, tmp_path, [row])) == (0, 0, 1)
    [term] = await rows_of(seeded_database, Secondment)
    assert (term.starts_on, term.planned_end) == (date(2004, 7, 1), date(2007, 6, 30))


async def test_everything_wrong_is_said_at_once(seeded_database: Database, tmp_path: Path) -> None:
    """Overlaps within the sheet and with what is known, posts, telephone numbers, early ends."""
    await brought_in(seeded_database, KIND, tmp_path, [WANG])
    [post] = await rows_of(seeded_database, Post)
    found = await refused(seeded_database, KIND, tmp_path, [
        WANG | {"starts_on": date(2006, 1, 1), "planned_end": date(2008, 1, 1)},
        WANG | {"title": "局长"},
        WANG | {"name": "赵一", "post": post.code, "planned_end": date(2006, 1, 1)},
        WANG | {"name": "钱二 13800001111"},
        WANG | {"name": "孙三", "ended_on": date(2005, 1, 1)},
        WANG | {"name": "周四", "recipient": None},
        WANG | {"name": "吴五", "batch": "none", "category": "厨师"},
        WANG | {"name": "郑六", "recipient": "110000"},
    ])
    assert {place.split("!")[1] for place in found} == {
        "G2 任期开始", "F3 挂任职务", "I4 岗位编号", "A5 姓名", "6 结束原因", "D7 受援地代码",
        "B8 类别", "D9 受援地代码"}
    assert len(await rows_of(seeded_database, Cadre)) == 1

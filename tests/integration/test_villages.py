"""Key villages in a real database: codes, works, reports, acceptance, and who may do what."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from aid.access.actor import Actor, Role
from aid.database.engine import Database
from aid.errors import InputRefused, NotFound
from aid.history import Change
from aid.projects.documents import Attachment
from aid.projects.model import Document
from aid.villages.drafts import (
    AcceptanceDraft,
    NaturalVillageDraft,
    VillageDraft,
    WorkDraft,
    WorkReportDraft,
)
from aid.villages.importing import import_criteria
from aid.villages.model import (
    AcceptanceScore,
    KeyVillage,
    ProjectVillage,
    VillageReport,
    VillageWork,
)
from aid.villages.queries import (
    acceptance_rows,
    report_rows,
    sheet_lines,
    village_rows,
    work_rows,
)
from aid.villages.service import (
    accept_village,
    add_natural_village,
    designate_village,
    link_project,
    plan_work,
    report_work,
    unlink_project,
)
from aid.villages.terms import Component
from seeds import DATA
from tests.actors import LEADER, LOCAL, recipient
from tests.conftest import TODAY
from tests.integration.furnishing import Act, add_project, collide, places_of
from tests.integration.paper import JPEG, PDF, PNG, attached
from tests.unit.sheets import shipped_sheet

DRAFT = VillageDraft(recipient="540200", region="540227", name="普夏村", supporter="310000",
                     designated_in=2006, households=80, population=400)
WORK = WorkDraft(component=Component.LIVING, name="安全饮水", unit="户", planned=D(80),
                 cost_fen=40_000_000, planned_start=date(2006, 3, 1), planned_end=date(2006, 10, 1))


async def _designate(database: Database, **changes: Any) -> KeyVillage:
    async with database.writing(LOCAL) as session:
        return await designate_village(session, DRAFT.model_copy(update=changes))


async def _plan(database: Database, village_id: int, **changes: Any) -> VillageWork:
    async with database.writing(LOCAL) as session:
        return await plan_work(session, village_id, WORK.model_copy(update=changes))


async def _report(
    database: Database, work_id: int, day: date, done: int, *, actor: Actor = LOCAL,
    note: str | None = None, files: Sequence[Attachment] = (),
) -> VillageReport:
    draft = WorkReportDraft(reported_on=day, done=D(done), note=note)
    async with database.writing(actor) as session:
        return await report_work(session, work_id, draft, actor=actor, today=TODAY, files=files)


def _fields(refused: pytest.ExceptionInfo[InputRefused]) -> list[str]:
    return [complaint.field for complaint in refused.value.complaints]


async def test_codes_count_by_recipient_and_year(seeded_database: Database) -> None:
    """V-540200-2006-003 is the third of Rikaze in 2006; a code of that time finds it too."""
    given: list[dict[str, Any]] = [
        {}, {"recipient": "542300", "region": None}, {"region": None}, {"designated_in": 2007},
        {"recipient": "532600", "region": None}, {}]
    codes = [(await _designate(seeded_database, name=f"村{at}", **changes)).code
             for at, changes in enumerate(given)]
    assert codes == ["V-540200-2006-001", "V-540200-2006-002", "V-540200-2006-003",
                     "V-540200-2007-001", "V-532600-2006-001", "V-540200-2006-004"]
    async with seeded_database.reading(LOCAL) as session:
        made = await session.scalar(select(func.count()).select_from(Change).where(
            Change.entity == "key_village", Change.field.is_(None)))
    assert made == len(codes)


async def test_many_designated_at_once_leave_no_gap(seeded_database: Database) -> None:
    """Twelve at once, every third of them undone at the end: eight codes, one after the other."""
    class Undone(Exception):
        pass

    async def one(number: int) -> None:
        try:
            async with seeded_database.writing(LOCAL) as session:
                await designate_village(
                    session, DRAFT.model_copy(update={"name": f"村{number}"}))
                if number % 3 == 0:
                    raise Undone
        except Undone:
            pass

    await asyncio.gather(*(one(number) for number in range(12)))
    async with seeded_database.reading(LOCAL) as session:
        codes = list(await session.scalars(select(KeyVillage.code).order_by(KeyVillage.code)))
    assert codes == [f"V-540200-2006-{number:03}" for number in range(1, 9)]


@pytest.mark.parametrize(("changes", "fields"), [
    ({"supporter": "110000", "recipient": "999999"}, ["supporter", "recipient"]),
    ({"district": "540200"}, ["district"]),
    ({"recipient": "110000", "region": None}, ["recipient"]),
    ({"recipient": "533400", "region": None, "designated_in": 2003}, ["recipient"]),
    ({"recipient": "533400", "region": None, "designated_in": 2004}, []),
    ({"region": "310101"}, ["region"]),
    ({"region": "540000"}, ["region"]),
    ({"region": "532600"}, ["region"]),
])
async def test_a_village_lies_in_a_region_that_is_paired_in_its_year(
    seeded_database: Database, changes: dict[str, Any], fields: list[str]
) -> None:
    """Diqing only from 2004 on; not in another province, not above the recipient."""
    if not fields:
        assert (await _designate(seeded_database, **changes)).code == "V-533400-2004-001"
        return
    with pytest.raises(InputRefused) as refused:
        await _designate(seeded_database, **changes)
    assert _fields(refused) == fields


async def test_a_work_belongs_to_a_hamlet_and_a_project_of_the_same_recipient(
    seeded_database: Database,
) -> None:
    """Both are named; the project is linked to the village, once."""
    places = await places_of(seeded_database)
    village = await _designate(seeded_database)
    project_id = await add_project(
        seeded_database, places, code="RKZ-1", recipient_id=places.rikaze)
    await add_project(seeded_database, places, code="WS-1", recipient_id=places.wenshan)
    async with seeded_database.writing(LOCAL) as session:
        hamlet = await add_natural_village(session, village.id, NaturalVillageDraft(name="上组"))
    first = await _plan(seeded_database, village.id, natural_village="上组", project="RKZ-1")
    second = await _plan(seeded_database, village.id, project="RKZ-1")
    assert (first.code, first.natural_village_id, first.project_id) == (
        "W001", hamlet.id, project_id)
    assert second.code == "W002"
    async with seeded_database.reading(LOCAL) as session:
        links = list(await session.scalars(select(ProjectVillage.project_id)))
    assert links == [project_id]
    with pytest.raises(InputRefused) as refused:
        await _plan(seeded_database, village.id, natural_village="下组", project="WS-1",
                    unit="万元")
    assert _fields(refused) == ["unit", "natural_village", "project"]
    with pytest.raises(InputRefused) as refused:
        async with seeded_database.writing(LOCAL) as session:
            await add_natural_village(session, village.id, NaturalVillageDraft(name="上组"))
    assert _fields(refused) == ["name"]


async def test_a_link_to_a_project_goes_only_when_no_work_needs_it(
    seeded_database: Database,
) -> None:
    """And only one of the same recipient's can be made."""
    places = await places_of(seeded_database)
    village = await _designate(seeded_database)
    own, other = [
        await add_project(seeded_database, places, code=code, recipient_id=number)
        for code, number in (("RKZ-1", places.rikaze), ("WS-1", places.wenshan))]
    async with seeded_database.writing(LOCAL) as session:
        link = await link_project(session, village.id, own)
        assert await link_project(session, village.id, own) is link
        await unlink_project(session, village.id, own)
        with pytest.raises(NotFound):
            await unlink_project(session, village.id, own)
        with pytest.raises(NotFound):
            await link_project(session, village.id, other)
    await _plan(seeded_database, village.id, project="RKZ-1")
    with pytest.raises(InputRefused):
        async with seeded_database.writing(LOCAL) as session:
            await unlink_project(session, village.id, own)


async def test_reports_add_up_over_time_and_stay(seeded_database: Database) -> None:
    """Less than before needs a note, in either order of time; the same again is the same report."""
    village = await _designate(seeded_database)
    work = await _plan(seeded_database, village.id)
    first = await _report(seeded_database, work.id, date(2006, 5, 1), 30)
    assert (await _report(seeded_database, work.id, date(2006, 5, 1), 30)).id == first.id
    with pytest.raises(InputRefused) as refused:
        await _report(seeded_database, work.id, date(2006, 6, 1), 20)
    assert _fields(refused) == ["note"]
    with pytest.raises(InputRefused) as refused:
        await _report(seeded_database, work.id, date(2006, 4, 1), 40)
    assert _fields(refused) == ["note"]
    await _report(seeded_database, work.id, date(2006, 6, 1), 20, note="复核后核减")
    async with seeded_database.reading(LOCAL) as session:
        may, june = [(await work_rows(session, village.id, on=day))[0]
                     for day in (date(2006, 5, 31), date(2006, 6, 1))]
        reports = await report_rows(session, village.id, on=TODAY)
    assert (may.done, may.progress, june.done, june.progress) == (D(30), D("37.5"), D(20), D(25))
    assert [(row.reported_on, row.done, row.actor) for row in reports] == [
        (date(2006, 6, 1), D(20), "local"), (date(2006, 5, 1), D(30), "local")]
    for statement in (update(VillageReport).values(done=1), text("DELETE FROM village_report")):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with seeded_database.writing(LOCAL) as session:
                await session.execute(statement)


async def test_two_that_report_at_once_see_each_other(seeded_database: Database) -> None:
    """Whoever comes second is measured by the first."""
    village = await _designate(seeded_database)
    work = await _plan(seeded_database, village.id)

    def reporting(day: date, done: int) -> Act:
        draft = WorkReportDraft(reported_on=day, done=D(done))
        return lambda session: report_work(session, work.id, draft, actor=LOCAL, today=TODAY)

    second = await collide(seeded_database, reporting(date(2006, 5, 1), 30),
                           reporting(date(2006, 6, 1), 20))
    assert isinstance(second, InputRefused)


async def test_works_planned_at_once_have_codes_of_their_own(seeded_database: Database) -> None:
    """The second waits for the first."""
    village = await _designate(seeded_database)
    other = WORK.model_copy(update={"name": "机耕路"})
    second = await collide(
        seeded_database, lambda session: plan_work(session, village.id, WORK),
        lambda session: plan_work(session, village.id, other))
    assert isinstance(second, VillageWork)
    assert second.code == "W002"


async def test_nothing_is_planned_or_designated_twice_by_accident(
    seeded_database: Database,
) -> None:
    """Sent twice at once, it is there once; elsewhere the name is another's."""
    second = await collide(
        seeded_database, *[lambda session: designate_village(session, DRAFT)] * 2)
    assert isinstance(second, InputRefused)
    assert {complaint.field for complaint in second.complaints} == {"name"}
    village = await _designate(seeded_database, township="另一乡")
    again = await collide(
        seeded_database, *[lambda session: plan_work(session, village.id, WORK)] * 2)
    assert isinstance(again, InputRefused)
    assert {complaint.field for complaint in again.complaints} == {"name"}


async def test_pictures_stay_with_the_report_they_came_with(seeded_database: Database) -> None:
    """Of the same recipient, as the database says too; nobody shows something for it afterwards."""
    places = await places_of(seeded_database)
    village = await _designate(seeded_database)
    work = await _plan(seeded_database, village.id)
    own, day = recipient(places.rikaze), date(2006, 5, 1)
    files = [("路.png", PNG), ("渠.jpg", JPEG)]
    report, again = [await _report(
        seeded_database, work.id, day, 1, actor=own,
        files=[attached(*file, actor=own) for file in files]) for _ in range(2)]
    assert again.id == report.id
    other = await _report(seeded_database, work.id, day, 1, actor=own)
    assert other.id != report.id
    shown = "SELECT report_id, file_name FROM village_report_document JOIN document" \
        " ON id = document_id ORDER BY id"
    async with seeded_database.writing(LOCAL) as session:
        assert [tuple(row) for row in await session.execute(text(shown))] == [
            (report.id, "路.png"), (report.id, "渠.jpg")]
        foreign = Document(recipient_id=places.wenshan, sha256=bytes(32), size=1, title="照片",
                           media_type="image/png", file_name="a.png", actor="local")
        session.add(foreign)
    add = text("INSERT INTO village_report_document SELECT :report, :document, :recipient")
    for actor in (own, LOCAL):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with seeded_database.writing(actor) as session:
                first = await session.scalar(text("SELECT min(id) FROM document"))
                await session.execute(add, {"report": other.id, "document": first,
                                            "recipient": places.rikaze})
    with pytest.raises(DBAPIError, match="fk_village_report_document_document"):
        async with seeded_database.writing(LOCAL) as session:
            new = VillageReport(work_id=work.id, recipient_id=places.rikaze, reported_on=day,
                                done=D(2), actor="local")
            session.add(new)
            await session.flush()
            await session.execute(add, {"report": new.id, "document": foreign.id,
                                        "recipient": places.rikaze})
    with pytest.raises(DBAPIError, match="permission denied"):
        async with seeded_database.writing(LOCAL) as session:
            await session.execute(text("DELETE FROM village_report_document"))


async def test_of_a_report_with_a_wrong_picture_nothing_is_kept(seeded_database: Database) -> None:
    """What is wrong with each is said, with what else is wrong."""
    village = await _designate(seeded_database)
    work = await _plan(seeded_database, village.id)
    with pytest.raises(InputRefused) as refused:
        await _report(seeded_database, work.id, TODAY + timedelta(1), 1, files=[
            attached("路.png", PNG), attached("渠.png", PDF), attached("空.png", b"")])
    assert {(one.place, one.field) for one in refused.value.complaints} == {
        ("", "reported_on"), ("files.1", ""), ("files.2", "")}
    async with seeded_database.reading(LOCAL) as session:
        assert await session.scalar(text("SELECT count(*) FROM document")) == 0
        assert await session.scalar(text("SELECT count(*) FROM village_report")) == 0


async def test_a_recipient_reports_on_its_own_works_and_does_nothing_else(
    seeded_database: Database,
) -> None:
    """To another it does not exist; planning, designating, accepting are the office's."""
    places = await places_of(seeded_database)
    village = await _designate(seeded_database)
    work = await _plan(seeded_database, village.id)
    own, other = recipient(places.rikaze), recipient(places.wenshan)
    day = date(2006, 5, 1)
    report = await _report(seeded_database, work.id, day, 30, actor=own)
    assert (report.actor, report.recipient_id) == ("recipient", places.rikaze)
    with pytest.raises(NotFound):
        await _report(seeded_database, work.id, day, 40, actor=other)
    with pytest.raises(DBAPIError, match="row-level security"):
        await _report(seeded_database, work.id, day, 40, actor=LEADER)
    with pytest.raises(NotFound):
        async with seeded_database.writing(own) as session:
            await plan_work(session, village.id, WORK)
    with pytest.raises(DBAPIError, match="row-level security"):
        async with seeded_database.writing(own) as session:
            await designate_village(session, DRAFT.model_copy(update={"name": "新村"}))
    seen = []
    for actor in (own, other, LEADER, Actor("admin", Role.SYSTEM_ADMIN)):
        async with seeded_database.reading(actor) as session:
            seen.append((len(await village_rows(session, on=TODAY)),
                         len(await work_rows(session, village.id, on=TODAY)),
                         len(await report_rows(session, village.id, on=TODAY))))
    assert seen == [(1, 1, 1), (0, 0, 0), (1, 1, 1), (0, 0, 0)]


async def _sheet(database: Database) -> dict[str, D]:
    async with database.writing(LOCAL) as session:
        await import_criteria(session, shipped_sheet(DATA))
    async with database.reading(LOCAL) as session:
        return {line.code: line.points for line in await sheet_lines(session, "standard-1")}


async def _accept(
    database: Database, village_id: int, points: dict[str, D], **changes: Any
) -> tuple[D, bool]:
    draft = AcceptanceDraft(sheet="standard-1", accepted_on=date(2007, 3, 1), assessor="联合验收组",
                            points=points).model_copy(update=changes)
    async with database.writing(LOCAL) as session:
        found = await accept_village(session, village_id, draft, actor=LOCAL, today=TODAY)
        return found.score, found.passed


async def test_a_village_is_accepted_by_all_lines_of_a_sheet(seeded_database: Database) -> None:
    """The score is their sum; it fails, then passes, and then needs a note to be judged again."""
    lines = await _sheet(seeded_database)
    village = await _designate(seeded_database)
    await _plan(seeded_database, village.id)
    nothing = {code: D(0) for code in lines}
    assert await _accept(seeded_database, village.id, nothing) == (D(0), False)
    assert await _accept(seeded_database, village.id, lines) == (D(100), True)
    with pytest.raises(InputRefused) as refused:
        await _accept(seeded_database, village.id, lines)
    assert _fields(refused) == ["note"]
    async with seeded_database.reading(LOCAL) as session:
        judged = [(row.score, row.passed) for row in await acceptance_rows(session, village.id)]
        scores = await session.scalar(select(func.count()).select_from(AcceptanceScore))
        before, after = [(await village_rows(session, on=day))[0]
                         for day in (date(2007, 2, 28), date(2007, 3, 1))]
    assert judged == [(D(100), True), (D(0), False)]
    assert scores == 2 * len(lines)
    assert (before.late, before.accepted, after.late, after.accepted) == (True, False, False, True)


async def test_a_sheet_that_is_not_filled_in_is_refused(seeded_database: Database) -> None:
    """Each line that is missing or overfull, and what is no sheet."""
    lines = await _sheet(seeded_database)
    village = await _designate(seeded_database)
    first, *rest = lines
    with pytest.raises(InputRefused) as refused:
        await _accept(seeded_database, village.id, {first: lines[first] + 1})
    assert [c.value for c in refused.value.complaints] == [
        *rest, f"{first}={lines[first] + 1}"]
    with pytest.raises(InputRefused) as refused:
        await _accept(seeded_database, village.id, lines, sheet="unknown")
    assert _fields(refused) == ["sheet"]
    with pytest.raises(NotFound):
        await _accept(seeded_database, 10**9, lines)


async def test_two_that_accept_at_once_do_not_both_pass_it(seeded_database: Database) -> None:
    """The second would need a note."""
    lines = await _sheet(seeded_database)
    village = await _designate(seeded_database)
    draft = AcceptanceDraft(sheet="standard-1", accepted_on=TODAY, assessor="验收组", points=lines)
    second = await collide(seeded_database, *[lambda session: accept_village(
        session, village.id, draft, actor=LOCAL, today=TODAY)] * 2)
    assert isinstance(second, InputRefused)


async def test_a_sheet_is_brought_in_twice_and_changed_only_before_it_was_used(
    seeded_database: Database,
) -> None:
    """The second time changes nothing; what was scored keeps its meaning."""
    sheet = shipped_sheet(DATA)
    lines = await _sheet(seeded_database)
    async with seeded_database.writing(LOCAL) as session:
        tally = await import_criteria(session, sheet)
    assert (tally.unchanged, tally.added, tally.changed) == (len(sheet), 0, 0)
    other = [sheet[0].model_copy(update={"points": sheet[0].points + 2}),
             sheet[1].model_copy(update={"points": sheet[1].points - 2}), *sheet[2:]]
    with pytest.raises(InputRefused) as refused:
        async with seeded_database.writing(LOCAL) as session:
            await import_criteria(session, [*sheet[:-1], sheet[-1].model_copy(
                update={"code": "other"})])
    assert _fields(refused) == ["code"]
    async with seeded_database.writing(LOCAL) as session:
        assert (await import_criteria(session, other)).changed == 2
        await import_criteria(session, sheet)
    village = await _designate(seeded_database)
    await _accept(seeded_database, village.id, lines)
    with pytest.raises(InputRefused) as refused:
        async with seeded_database.writing(LOCAL) as session:
            await import_criteria(session, other)
    assert _fields(refused) == ["points", "points"]

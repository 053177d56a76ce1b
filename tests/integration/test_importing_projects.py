"""Bringing in projects: new with their whole life, known ones going on, refused whole."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from aid.database.engine import Database
from aid.database.merge import one_import_at_a_time
from aid.errors import InputRefused
from aid.history import Change
from aid.interchange.imports.report import LISTED
from aid.interchange.imports.service import Busy, import_sheet
from aid.interchange.imports.terms import ImportKind
from aid.projects.model import Assessment, Project, ProjectAdjustment, StageChange
from tests.actors import LOCAL, recipient
from tests.conftest import TODAY
from tests.integration.bringing import (
    BUILT,
    SCHOOL,
    brought_in,
    comma_separated,
    counts,
    grid,
    refused,
)
from tests.integration.working import division

KIND = ImportKind.PROJECTS


async def rows_of(database: Database, model: Any) -> list[Any]:
    """All rows of a table, by id."""
    async with database.reading(LOCAL) as session:
        return list(await session.scalars(select(model).order_by(model.id)))


async def test_a_new_project_comes_with_its_whole_life(
    seeded_database: Database, tmp_path: Path
) -> None:
    """Stages, their evidence or why it is missing, who judged, the first days, the history."""
    report = await brought_in(seeded_database, KIND, tmp_path, [SCHOOL, BUILT])
    assert counts(report) == (2, 0, 0)
    school, clinic = await rows_of(seeded_database, Project)
    assert (school.code, school.stage, school.approved_fen) == (
        "310000-532600-2007-0001", "reserve", None)
    assert (clinic.code, clinic.stage, clinic.approved_fen) == (
        "310000-532600-2007-0002", "accepted", 413000010)
    assert (clinic.approved_on, clinic.started_on, clinic.completed_on, clinic.accepted_on) == (
        date(2007, 2, 1), date(2007, 3, 5), date(2008, 1, 20), date(2008, 2, 20))
    moves = [row for row in await rows_of(seeded_database, StageChange)
             if row.project_id == clinic.id]
    assert [(row.to_stage, row.evidence, row.evidence_no, row.override) for row in moves] == [
        ("reserve", None, None, False),
        ("approved", "approval_no", "沪合〔2007〕2号", False),
        ("tendered", None, None, True),
        ("started", "start_permit", "施〔2007〕1号", False),
        ("completed", "completion_report", "完〔2008〕1号", False),
        ("accepted", "acceptance_certificate", "验〔2008〕1号", False),
    ]
    assert moves[2].reason.startswith("由台账导入")
    [judged] = await rows_of(seeded_database, Assessment)
    assert (judged.assessor, judged.passed) == ("州发展改革委", True)
    history = [row for row in await rows_of(seeded_database, Change) if row.entity == "project"]
    assert [(row.entity_id, row.actor, row.new["name"]) for row in history] == [
        (school.id, "local", "文山州希望小学"), (clinic.id, "local", "文山州卫生院")]


async def test_the_same_sheet_again_changes_nothing(
    seeded_database: Database, tmp_path: Path
) -> None:
    """By recipient and name where there is no code."""
    await brought_in(seeded_database, KIND, tmp_path, [SCHOOL, BUILT])
    before = await rows_of(seeded_database, Change)
    assert counts(await brought_in(seeded_database, KIND, tmp_path, [SCHOOL, BUILT])) == (0, 0, 2)
    assert len(await rows_of(seeded_database, Change)) == len(before)
    assert len(await rows_of(seeded_database, StageChange)) == 7


async def test_a_known_project_goes_on(seeded_database: Database, tmp_path: Path) -> None:
    """Its description changes, its stage goes forward; old and new are told."""
    await brought_in(seeded_database, KIND, tmp_path, [BUILT])
    later = BUILT | {"locality": "文山县开化镇", "planned_end": date(2008, 3, 31),
                     "stage": "决算审计", "audited_on": date(2008, 6, 1), "auditor": "州审计局",
                     "settled_yuan": "4,100,000.50"}
    report = await brought_in(seeded_database, KIND, tmp_path, [later])
    assert counts(report) == (0, 1, 0)
    assert report.changes[0].fields == {
        "locality": (None, "文山县开化镇"), "planned_end": ("2008-02-29", "2008-03-31"),
        "stage": ("accepted", "audited"), "audited_on": (None, "2008-06-01")}
    [project] = await rows_of(seeded_database, Project)
    assert (project.stage, project.place, project.version) == ("audited", "文山县开化镇", 2)
    assert (await rows_of(seeded_database, Assessment))[1].settled_fen == 410000050
    fields = {row.field: row.new for row in await rows_of(seeded_database, Change)
              if row.entity == "project" and row.field}
    assert fields["stage"] == "audited" and fields["planned_end"] == "2008-03-31"
    assert counts(await brought_in(seeded_database, KIND, tmp_path, [later])) == (0, 0, 1)


async def test_a_change_of_investment_is_an_adjustment(
    seeded_database: Database, tmp_path: Path
) -> None:
    """With its reason; of 10 % or more, taken together, the project is approved anew."""
    await brought_in(seeded_database, KIND, tmp_path, [BUILT])
    small = BUILT | {"approved_yuan": 4300000, "adjusted_on": date(2008, 5, 1),
                     "adjusted_because": "材料涨价"}
    missing = await refused(seeded_database, KIND, tmp_path, [BUILT | {"approved_yuan": 4300000}])
    assert {place.split()[1] for place in missing} == {
        "概算调整原因", "概算调整日期"}
    assert counts(await brought_in(seeded_database, KIND, tmp_path, [small])) == (0, 1, 0)
    assert counts(await brought_in(seeded_database, KIND, tmp_path, [small])) == (0, 0, 1)
    assert {place.split()[1] for place in await refused(seeded_database, KIND, tmp_path, [
        small | {"approved_yuan": 4350000, "adjusted_on": date(2008, 4, 30)}])} == {
            "概算调整日期"}
    large = small | {"approved_yuan": 4600000, "adjusted_on": date(2008, 7, 1)}
    assert counts(await brought_in(seeded_database, KIND, tmp_path, [large])) == (0, 1, 0)
    [project] = await rows_of(seeded_database, Project)
    assert (project.stage, project.held_stage, project.approved_fen, project.proposed_fen) == (
        "reserve", "accepted", 430000000, 460000000)
    assert [row.reapproval for row in await rows_of(seeded_database, ProjectAdjustment)] == [
        False, True]
    assert counts(await brought_in(seeded_database, KIND, tmp_path, [large])) == (0, 0, 1)


async def test_a_stage_that_its_kind_does_not_pass_is_one_mistake(
    seeded_database: Database, tmp_path: Path
) -> None:
    """It is not held against the amounts as well, as if the project were not approved."""
    found = await refused(seeded_database, KIND, tmp_path, [SCHOOL | {
        "kind": "非固定资产类", "stage": "移交", "approved_yuan": 5,
        "approved_on": date(2007, 2, 1)}])
    assert {place.split()[1] for place in found} == {"阶段"}


async def test_everything_wrong_is_said_at_once_and_nothing_is_kept(
    seeded_database: Database, tmp_path: Path
) -> None:
    """Each with its cell; the good row among the bad ones is not kept either."""
    found = await refused(seeded_database, KIND, tmp_path, [
        SCHOOL,
        SCHOOL | {"name": "二", "recipient": "999999", "sector": "航天", "planned_end": "明年"},
        BUILT | {"name": "三", "started_on": date(2007, 1, 15), "closed_on": date(2009, 1, 1)},
        SCHOOL | {"name": "四", "proposed_yuan": 12.345, "kind": "别的"},
        SCHOOL,
    ])
    assert {place.replace("填报!", "") for place in found} == {
        "B3 受援地代码", "C3 领域", "H3 计划完工", "O4 开工日期", "V4 结项日期",
        "F5 申报投资（元）", "D5 项目类别", "6 项目编号",
    }
    assert found["填报!H3 计划完工"].value == "明年"
    assert await rows_of(seeded_database, Project) == []


async def test_what_is_recorded_stays(seeded_database: Database, tmp_path: Path) -> None:
    """No stage back, no day, number or judge otherwise; nothing said of stages not reached."""
    halted = BUILT | {"name": "暂停项目", "stage": "暂停", "ended_on": date(2008, 3, 1),
                      "ended_because": "资金未到"}
    over = halted | {"name": "终止项目", "stage": "终止"}
    await brought_in(seeded_database, KIND, tmp_path, [BUILT, halted, over])
    again = [BUILT, halted, over]
    assert counts(await brought_in(seeded_database, KIND, tmp_path, again)) == (0, 0, 3)
    found = await refused(seeded_database, KIND, tmp_path, [
        BUILT | {"stage": "开工"},
        halted | {"stage": "竣工验收"},
        over | {"stage": "决算审计"},
        BUILT | {"name": "新", "kind": "非固定资产类"},
        BUILT | {"name": "新二", "stage": "暂停"},
    ])
    assert {place.split("!")[1] for place in found} == {
        "J2 阶段", "J3 阶段", "J4 阶段", "N5 招投标日期", "V6 暂停或终止日期",
        "W6 暂停或终止原因"}
    found = await refused(seeded_database, KIND, tmp_path, [
        BUILT | {"started_on": date(2007, 3, 6), "award_no": "补〔2007〕1号", "acceptor": "别人",
                 "proposed_yuan": 5, "recipient": "532500", "code": "310000-532600-2007-0001"}])
    assert {place.split("!")[1] for place in found} == {
        "B2 受援地代码", "F2 申报投资（元）", "O2 开工日期", "U2 验收单位", "V2 中标通知书编号"}
    assert [row.stage for row in await rows_of(seeded_database, Project)] == [
        "accepted", "suspended", "cancelled"]


async def test_rows_of_one_name_need_codes(seeded_database: Database, tmp_path: Path) -> None:
    """In a sheet, and of projects that are known."""
    first, second = SCHOOL | {"code": "A-1"}, SCHOOL | {"code": "A-2"}
    assert counts(await brought_in(seeded_database, KIND, tmp_path, [first, second])) == (2, 0, 0)
    assert list(await refused(seeded_database, KIND, tmp_path, [SCHOOL])) == ["填报!2 项目编号"]
    found = await refused(seeded_database, KIND, tmp_path, [
        BUILT | {"code": "A-3"}, BUILT, first | {"code": "a-1"}, first])
    assert {place.split("!")[1] for place in found} == {"V3 项目编号", "V5 项目编号"}


async def test_a_dry_run_keeps_nothing(seeded_database: Database, tmp_path: Path) -> None:
    """It reports what would be, to the code."""
    report = await brought_in(seeded_database, KIND, tmp_path, [SCHOOL, BUILT], dry_run=True)
    assert counts(report) == (2, 0, 0) and report.dry_run
    assert report.changes[0].name == "310000-532600-2007-0001 文山州希望小学"
    assert await rows_of(seeded_database, Project) == []


async def test_one_import_at_a_time(seeded_database: Database, tmp_path: Path) -> None:
    """Whoever comes second is told so, and may try again."""
    async with seeded_database.writing(LOCAL) as session:
        await one_import_at_a_time(session)
        with pytest.raises(Busy):
            await brought_in(seeded_database, KIND, tmp_path, [SCHOOL])
    assert counts(await brought_in(seeded_database, KIND, tmp_path, [SCHOOL])) == (1, 0, 0)


async def test_a_sheet_with_too_many_mistakes_is_not_read_to_its_end(
    seeded_database: Database, tmp_path: Path
) -> None:
    """Ten thousand are enough to see what is wrong."""
    rows = grid(KIND, [SCHOOL | {"name": f"{number}", "sector": "航天", "kind": "别的"}
                       for number in range(6000)])
    (tmp_path / "a.csv").write_text(comma_separated(rows), encoding="utf-8")
    with pytest.raises(InputRefused) as refusal:
        await import_sheet(seeded_database, KIND, tmp_path / "a.csv", actor=LOCAL, today=TODAY)
    assert LISTED <= len(refusal.value.complaints) < LISTED + 2000


async def test_a_recipient_brings_in_proposals_of_its_own(
    seeded_database: Database, tmp_path: Path
) -> None:
    """Nothing beyond reserve, nothing of another region, nothing that is known otherwise."""
    own = recipient(await division(seeded_database, "532600"))
    assert counts(await brought_in(
        seeded_database, KIND, tmp_path, [SCHOOL], actor=own)) == (1, 0, 0)
    found = await refused(seeded_database, KIND, tmp_path, [
        SCHOOL | {"name": "二", "stage": "立项"},
        SCHOOL | {"name": "三", "recipient": "542300"},
        SCHOOL | {"planned_end": date(2008, 3, 31)},
        SCHOOL | {"name": "四", "code": "OWN-1"},
    ], actor=own)
    assert {place.split("!")[1] for place in found} == {
        "J2 阶段", "B3 受援地代码", "H4 计划完工", "K5 项目编号"}

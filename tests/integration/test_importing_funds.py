"""Sheets of instalments and vouchers: each once, by its number, by the side that records it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from aid.access.actor import Actor, Role
from aid.database.engine import Database
from aid.errors import Complaint
from aid.funds.model import Movement, Tranche, TrancheBalance
from aid.funds.planning import withdraw_tranche
from aid.funds.terms import Balance, MovementKind
from aid.interchange.exports.terms import Kind
from aid.interchange.imports.service import NotForYou, import_sheet
from aid.interchange.imports.terms import ImportKind
from aid.projects.model import Project
from aid.sheets.writing import Form
from aid.text import Locale
from tests.actors import LEADER, LOCAL
from tests.conftest import TODAY
from tests.integration.bringing import brought_in, counts, refused
from tests.integration.exported import export
from tests.integration.funding import Funded, a_tranche, check_books, funded, move, moved_to

TRANCHES, MOVEMENTS = ImportKind.TRANCHES, ImportKind.MOVEMENTS
DAY = date(2008, 5, 6)


@dataclass(frozen=True)
class World:
    """A project with an instalment of 1000 yuan that is due, and how sheets name them."""

    database: Database
    at: Funded
    project: str
    folder: Path

    def row(self, kind: str, yuan: str, number: str, **given: Any) -> dict[str, Any]:
        """A voucher as a sheet says it."""
        paper = "document_no" if kind == "计划下达" else "voucher_no"
        return {"project": self.project, "tranche": 1, "kind": kind, "amount_yuan": yuan,
                "occurred_on": DAY, paper: number, "reason": None, **given}

    async def take(self, *rows: dict[str, Any], actor: Actor = LOCAL, dry_run: bool = False) -> Any:
        """What an import of these vouchers reports."""
        return await brought_in(self.database, MOVEMENTS, self.folder, rows, actor=actor,
                                dry_run=dry_run)

    async def refuse(self, *rows: dict[str, Any], actor: Actor = LOCAL) -> dict[str, Any]:
        """What is wrong with these vouchers."""
        return await refused(self.database, MOVEMENTS, self.folder, rows, actor=actor)

    async def balances(self) -> tuple[int, ...]:
        """What is committed, in transit, held, spent, in fen."""
        async with self.database.reading(LOCAL) as session:
            at = TrancheBalance
            row = (await session.execute(
                select(at.committed, at.in_transit, at.held, at.spent)
                .where(at.tranche_id == self.at.tranches[0]))).one_or_none()
            return tuple(row) if row else (0, 0, 0, 0)


@pytest.fixture
async def world(seeded_database: Database, tmp_path: Path) -> World:
    """A project of Wenshan."""
    at = await funded(seeded_database, a_tranche(1000, name="首期款"))
    async with seeded_database.reading(LOCAL) as session:
        project = await session.get_one(Project, at.project)
    return World(seeded_database, at, project.code, tmp_path)


async def test_vouchers_are_recorded_by_their_days_and_once(world: World) -> None:
    """Whatever rows they stand in; the same sheet again records nothing, by whomever."""
    sent = [world.row("拨付", "300.10", "V-2", occurred_on=date(2008, 5, 8)),
            world.row("计划下达", "900", "沪合〔2008〕12号"),
            world.row("拨付", "300.10", "V-1", tranche=None, tranche_name="首期款")]
    assert counts(await world.take(*sent, dry_run=True)) == (3, 0, 0)
    assert await world.balances() == (0, 0, 0, 0)
    assert counts(await world.take(*sent)) == (3, 0, 0)
    assert await world.balances() == (29980, 60020, 0, 0)
    got = [world.row("支付", "100", "P-1"), world.row("到账", "500", "R-1")]
    assert counts(await world.take(*got, actor=world.at.recipient)) == (2, 0, 0)
    assert await world.balances() == (29980, 10020, 40000, 10000)
    again = await world.take(*sent, actor=Actor("another", Role.OFFICE))
    assert counts(again) == (0, 0, 3)
    assert counts(await world.take(*sent, *got, actor=world.at.recipient)) == (0, 0, 5)
    assert await check_books(world.database) == 5


async def test_the_same_voucher_with_other_content_is_refused_with_both(world: World) -> None:
    """The cell and what is recorded; nothing else of the sheet is kept either."""
    await world.take(world.row("计划下达", "900", "D-1"), world.row("拨付", "300", "V-1"))
    found = await world.refuse(
        world.row("拨付", "301", "V-1", occurred_on=date(2008, 5, 7)),
        world.row("拨付", "1", "V-9"))
    assert sorted(found) == ["填报!D2 金额（元）", "填报!E2 发生日期"]
    said = found["填报!D2 金额（元）"]
    assert said.value == "301" and "300.00" in said.expected.zh and "300.00" in said.expected.en
    assert await world.balances() == (60000, 30000, 0, 0)


async def test_every_mistake_is_said_at_once(world: World) -> None:
    """What cannot be named, told apart, or is not one's own; and what the ledger refuses."""
    found = await world.refuse(
        world.row("计划下达", "900", "D-1"),
        world.row("拨付", "901", "V-1"),
        world.row("到账", "1", "R-1"),
        world.row("拨付", "1", "V-2", project="P-没有"),
        world.row("拨付", "1", "V-3", tranche=7),
        world.row("拨付", "1", "V-4", tranche_name="尾款"),
        world.row("拨付", "1", ""),
        world.row("冲正", "1", "V-6", reason="错"),
        world.row("计划下达", "2", "D-1"),
        world.row("拨付", "1", "V-8", tranche=None),
    )
    assert {one.place.removeprefix("填报!"): one.field for one in found.values()} == {
        "D3": "金额（元）", "C4": "类型", "A5": "项目编号", "B6": "批次序号", "B7": "批次序号",
        "H8": "凭证号", "C9": "类型", "F10": "文号", "B11": "批次序号"}
    assert "900.00" in found["填报!D3 金额（元）"].expected.zh
    assert await check_books(world.database) == 0


async def test_what_is_sent_before_its_time_says_why(world: World) -> None:
    """Also when it is a sheet that sends it."""
    early = world.row("拨付", "1", "V-1", occurred_on=date(2007, 1, 20))
    committed = world.row("计划下达", "900", "D-1", occurred_on=date(2007, 1, 15))
    found = await world.refuse(committed, early)
    assert [one.field for one in found.values()] == ["原因"]
    assert counts(await world.take(committed, early | {"reason": "抢在雨季前"})) == (2, 0, 0)


async def test_a_reversed_voucher_stays_reversed_and_is_corrected(world: World) -> None:
    """Brought in again as it was, nothing happens; otherwise, it is the correction."""
    first = world.row("计划下达", "900", "D-1")
    await world.take(first)
    async with world.database.reading(LOCAL) as session:
        [made] = await session.scalars(select(Movement))
    await move(world.database, LOCAL, world.at.tranches[0], MovementKind.REVERSE, 90000,
               reverses_id=made.id)
    assert counts(await world.take(first)) == (0, 0, 1)
    right = first | {"amount_yuan": "800"}
    assert counts(await world.take(right)) == (1, 0, 0)
    assert counts(await world.take(right)) == (0, 0, 1)
    assert await world.balances() == (80000, 0, 0, 0)


async def test_what_the_ledger_has_and_the_sheet_has_not_is_told(world: World) -> None:
    """Of its projects, kinds and days; what was reversed does not count."""
    tranche = world.at.tranches[0]
    await move(world.database, LOCAL, tranche, MovementKind.COMMIT, 50000)
    for number in range(2):
        await move(world.database, LOCAL, tranche, MovementKind.DISBURSE, 100,
                   voucher_no=f"HERE-{number}")
    undone = await move(world.database, LOCAL, tranche, MovementKind.DISBURSE, 7)
    await move(world.database, LOCAL, tranche, MovementKind.REVERSE, 7, reverses_id=undone.id)
    await move(world.database, LOCAL, tranche, MovementKind.DISBURSE, 9,
               occurred_on=date(2009, 1, 1))
    report = await world.take(
        world.row("拨付", "1", "HERE-0"), world.row("拨付", "2", "V-9"), dry_run=True)
    assert (counts(report), report.absent) == ((1, 0, 1), 1)
    assert report.missing[0]["voucher_no"] == "HERE-1"
    assert report.missing[0]["amount_yuan"] == "1.00"


async def test_a_recipient_brings_in_its_own(world: World) -> None:
    """Of another region there is no project; nobody else brings in anything."""
    await moved_to(world.database, world.at, Balance.IN_TRANSIT)
    async with world.database.reading(LOCAL) as session:
        other = await session.scalar(text("SELECT id FROM division WHERE code = '540200'"))
    stranger = Actor("rikaze", Role.RECIPIENT, recipients=(int(other or 0),))
    got = world.row("到账", "1", "R-1")
    found = await world.refuse(got, actor=stranger)
    assert [one.field for one in found.values()] == ["项目编号"]
    with pytest.raises(NotForYou):
        await world.take(got, actor=LEADER)
    with pytest.raises(NotForYou):
        await brought_in(world.database, TRANCHES, world.folder, [], actor=world.at.recipient)
    assert counts(await world.take(got, actor=world.at.recipient)) == (1, 0, 0)
    async with world.database.reading(Actor("audit", Role.AUDIT_ADMIN)) as session:
        noted = [tuple(row) for row in await session.execute(text(
            "SELECT actor, outcome, subject FROM audit_entry WHERE kind = 'operation'"
            " ORDER BY id"))]
    assert noted == [(LEADER.name, "refused", "import movements"),
                     ("wenshan", "refused", "import tranches"),
                     ("wenshan", "done", "import movements")]


async def test_instalments_are_planned_changed_and_kept(world: World) -> None:
    """By project, source and name; a change says why; blanks keep what is known."""
    row: dict[str, Any] = {"project": world.project, "name": "首期款", "source": "上海市级财政",
                           "amount_yuan": "1000"}
    final: dict[str, Any] = {"project": world.project, "name": "尾款", "source": "310000-donations",
             "amount_yuan": "50", "at_stage": "完工", "after_days": 30, "retention": "是"}
    made = await brought_in(world.database, TRANCHES, world.folder, [row, final])
    assert counts(made) == (1, 0, 1)
    changed = [row | {"amount_yuan": "1200"}, final | {
        "at_stage": None, "after_days": None, "at_progress": "100"}]
    found = await refused(world.database, TRANCHES, world.folder, changed)
    assert [one.field for one in found.values()] == ["变更原因", "变更原因"]
    report = await brought_in(world.database, TRANCHES, world.folder, [
        one | {"reason": "调整"} for one in changed])
    assert counts(report) == (0, 2, 0)
    assert report.changes[0].fields["amount_yuan"] == ("1000.00", "1200.00")
    async with world.database.reading(LOCAL) as session:
        first, last = await session.scalars(select(Tranche).order_by(Tranche.seq))
        history = {row.field for row in await session.execute(text(
            "SELECT field FROM change WHERE entity = 'tranche' AND field IS NOT NULL"))}
    assert (first.amount_fen, first.due_on, first.reason) == (120000, date(2007, 2, 20), "调整")
    assert (last.at_stage, last.after_days, last.retention) == (None, 0, True)
    assert (last.seq, float(last.at_progress or 0)) == (2, 100.0)
    await _a_milestone(world)
    by_name = final | {"name": "主体款", "at_stage": None, "after_days": None,
                       "milestone": "主体工程完成"}
    assert counts(await brought_in(world.database, TRANCHES, world.folder, [by_name])) == (1, 0, 0)
    _, data = await export(world.database, Kind.TRANCHES, Form.CSV)
    assert "主体工程完成" in data.decode()
    assert {"amount_fen", "at_stage", "at_progress", "reason"} <= history


async def test_a_withdrawn_instalment_stands_in_nobodys_way(world: World) -> None:
    """Its name is free again, vouchers go to the new one, and exports leave it out."""
    row: dict[str, Any] = {"project": world.project, "name": "首期款", "source": "上海市级财政",
                           "amount_yuan": "700", "due_on": date(2007, 3, 1)}
    async with world.database.writing(LOCAL) as session:
        await withdraw_tranche(session, world.at.tranches[0], expected_version=1, reason="有误",
                               actor=LOCAL, today=TODAY)
    assert counts(await brought_in(world.database, TRANCHES, world.folder, [row])) == (1, 0, 0)
    sent = world.row("计划下达", "700", "沪合〔2008〕9号", tranche=None, tranche_name="首期款")
    assert counts(await world.take(sent)) == (1, 0, 0)
    _, data = await export(world.database, Kind.TRANCHES, Form.CSV)
    assert [line.count("首期款") for line in data.decode().splitlines()[1:]] == [1]


async def test_instalments_keep_to_the_rules(world: World) -> None:
    """All that is wrong at once: what is not there, waits for two things, is below what is taken.
    """
    await move(world.database, LOCAL, world.at.tranches[0], MovementKind.COMMIT, 60000)
    row = {"project": world.project, "source": "310000-city", "amount_yuan": "10",
           "due_on": DAY}
    found = await refused(world.database, TRANCHES, world.folder, [
        row | {"name": "首期款", "amount_yuan": "599.99", "reason": "调减"},
        row | {"name": "二", "at_stage": "完工", "at_progress": "50"},
        row | {"name": "三", "source": "没有"},
        row | {"name": "四", "milestone": "没有"},
        row | {"name": "五", "project": "没有"},
        row | {"name": "六"}, row | {"name": "六"},
    ])
    assert [one.field for one in sorted(found.values(), key=_row)] == [
        "金额（元）", "形象进度", "资金来源代码", "里程碑", "项目编号", "资金批次"]
    async with world.database.writing(LOCAL) as session:
        await session.execute(text("UPDATE project SET stage = 'cancelled'"))
    found = await refused(world.database, TRANCHES, world.folder, [row | {"name": "六"}])
    assert [one.field for one in found.values()] == ["项目编号"]


async def _a_milestone(world: World) -> None:
    async with world.database.writing(LOCAL) as session:
        await session.execute(text(
            "INSERT INTO milestone (project_id, recipient_id, ordinal, stage, name, planned_on,"
            " version) SELECT id, recipient_id, 90, 'started', '主体工程完成', '2007-09-01', 1"
            " FROM project"))


def _row(complaint: Complaint) -> int:
    return int(complaint.place.lstrip("填报!ABCDEFGHIJKL"))


@pytest.mark.parametrize(("form", "locale"), [(Form.CSV, "zh"), (Form.XLSX, "en")])
async def test_exports_brought_in_again_change_nothing(
    world: World, form: Form, locale: Locale
) -> None:
    """Instalments and movements of every kind, reversed and without vouchers among them."""
    at, database = world.at, world.database
    await moved_to(database, at, Balance.SPENT)
    await moved_to(database, at, Balance.HELD, 5000)
    tranche = at.tranches[0]
    await move(database, at.recipient, tranche, MovementKind.RETURN, 7, reason="=1+1\n@退")
    made = await move(database, LOCAL, tranche, MovementKind.COMMIT, 9, voucher_no=None)
    await move(database, LOCAL, tranche, MovementKind.REVERSE, 9, reverses_id=made.id,
               voucher_no=None, document_no=None)
    await move(database, LOCAL, tranche, MovementKind.COMMIT, 8, voucher_no=None)
    await move(database, LOCAL, tranche, MovementKind.CANCEL, 8, voucher_no=None, document_no=None)
    for kind in (TRANCHES, MOVEMENTS):
        out, data = await export(database, Kind(kind.value), form, locale=locale)
        path = world.folder / f"again.{form}"
        path.write_bytes(data)
        report = await import_sheet(database, kind, path, actor=LOCAL, today=TODAY)
        assert counts(report) == (0, 0, out.rows)
        assert out.rows > 0 and report.absent == 0

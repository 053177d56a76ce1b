"""The plan of 2006–2010 as loaded: every figure, every commitment, once, and what does not fit."""

import shutil
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from aid.database.engine import Database
from aid.errors import InputRefused
from aid.plans import queries
from aid.plans.model import Indicator, PlanTarget
from aid.plans.service import Grounds, adjust_target
from seeds.load import load, shipped
from tests.actors import LOCAL
from tests.conftest import TODAY

PLAN = "shanghai-2006-2010"
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "plan"

CLAIMS = [  # every figure of the published text: value as printed, unit, qualifier, section
    ("11.27", "亿元", "exact", "一(一)"), ("1490", "个", "exact", "一(一)"),
    ("884", "个", "exact", "一(一)"), ("1800", "人", "exact", "一(一)"),
    ("924", "个", "exact", "一(一)"), ("174.82", "亿元", "exact", "一(一)"),
    ("4.13", "亿元", "exact", "一(一)"), ("259", "个", "exact", "一(一)"),
    ("1.6", "亿元", "exact", "一(一)"), ("388", "个", "exact", "一(一)"),
    ("4.29", "亿元", "exact", "一(一)"), ("1625", "个", "exact", "一(一)"),
    ("1.25", "亿元", "exact", "一(一)"), ("218", "个", "exact", "一(一)"),
    ("7519", "名", "exact", "一(一)"), ("9", "批次", "exact", "一(二)"),
    ("1654", "个", "exact", "一(二)"), ("1841.7", "亿元", "exact", "一(二)"),
    ("1507", "个", "exact", "一(二)"), ("1534.7", "亿元", "exact", "一(二)"),
    ("147", "个", "exact", "一(二)"), ("307", "亿元", "exact", "一(二)"),
    ("30", "%", "nearly", "一(三)"), ("10", "%", "exact", "一(三)"),
    ("8100", "批", "over", "一(四)"), ("900", "家", "nearly", "一(四)"),
    ("17", "个", "exact", "一(四)"), ("6000", "万元", "nearly", "一(四)"),
]


async def test_every_published_figure_is_there_as_printed(seeded_read_database: Database) -> None:
    """Value with its digits, unit, qualifier and section, none missing and none twice."""
    async with seeded_read_database.reading(LOCAL) as session:
        rows = await queries.figure_rows(session, PLAN)
    review = [row for row in rows if row.period_end == date(2005, 12, 31)]
    found = sorted((str(row.value), row.unit, row.qualifier, row.section) for row in review)
    assert found == sorted(CLAIMS)


async def test_the_published_amounts_are_exact_money(seeded_read_database: Database) -> None:
    """The four groups' grants make 1,127,000,000.00 yuan; agreements are another indicator."""
    async with seeded_read_database.reading(LOCAL) as session:
        rows = await queries.figure_rows(session, PLAN)
    grants = {row.code: row.amount_fen for row in rows if row.indicator_code == "grant_funds"}
    total = grants.pop("grants-total")
    assert total == sum(filter(None, grants.values())) == 112_700_000_000
    assert {row.indicator_code for row in rows if str(row.value) == "174.82"} == {"agreement_funds"}


async def test_the_only_discrepancy_is_that_of_the_projects(seeded_read_database: Database) -> None:
    """2,490 against 1,490; amounts and cooperation figures add up."""
    async with seeded_read_database.reading(LOCAL) as session:
        rows = await queries.discrepancy_rows(session, PLAN)
    assert [(row.stated_total, row.sum_of_parts, row.difference, row.unit) for row in rows] == [
        (D(1490), D(2490), D(1000), "个")]


@pytest.mark.parametrize(("section", "least"), [
    ("三(二)1(1)", 3), ("三(二)1(2)", 4), ("三(二)1(3)", 5), ("三(二)1(4)", 4),
    *((f"三(二){n}", 1) for n in range(2, 11)),
    *((f"四({n})", 1) for n in "一二三四五"),
])
async def test_every_commitment_has_its_section(
    seeded_read_database: Database, section: str, least: int
) -> None:
    """Recipient groups, city-level tasks and safeguards, each in both languages."""
    async with seeded_read_database.reading(LOCAL) as session:
        rows = [row for row in await queries.target_rows(session, PLAN) if row.section == section]
    assert len(rows) >= least
    assert all(row.statement.zh and row.statement.en != row.statement.zh for row in rows)
    assert all(row.kind == "qualitative" and row.target is None for row in rows)


async def test_the_ten_city_level_tasks_are_there(seeded_read_database: Database) -> None:
    """One target a task, at the head of its section."""
    async with seeded_read_database.reading(LOCAL) as session:
        rows = await queries.target_rows(session, PLAN)
    heads = {row.section for row in rows if row.parent is None}
    assert {f"三(二){n}" for n in range(1, 11)} <= heads


async def test_the_yunnan_group_holds_its_four_and_not_dehong(
    seeded_read_database: Database,
) -> None:
    """文山 红河 思茅 迪庆; the 德昂 work in 德宏 is outside."""
    wanted = text("""SELECT d.code FROM region_group g
        JOIN region_group_member m ON m.group_id = g.id JOIN division d ON d.id = m.division_id
        WHERE g.code = 'yunnan-four' ORDER BY 1""")
    async with seeded_read_database.reading(LOCAL) as session:
        assert list(await session.scalars(wanted)) == ["530800", "532500", "532600", "533400"]


async def _everything(database: Database) -> dict[str, list[str]]:
    async with database.reading(LOCAL) as session:
        tables = list(await session.scalars(text(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")))
        return {name: list(await session.scalars(text(
            f'SELECT t::text FROM "{name}" t ORDER BY 1'))) for name in tables}


async def test_loading_twice_changes_nothing(seeded_database: Database) -> None:
    """Not a row of any table, history included."""
    before = await _everything(seeded_database)
    report = await load(seeded_database, shipped(), today=TODAY)
    assert all((t.added, t.changed) == (0, 0) for t in report.tallies.values())
    assert await _everything(seeded_database) == before


async def test_a_dry_run_reports_all_and_keeps_nothing(empty_database: Database) -> None:
    """The same report as the real run, discrepancies too, and an untouched database."""
    before = await _everything(empty_database)
    dry = await load(empty_database, shipped(), today=TODAY, dry_run=True)
    assert await _everything(empty_database) == before
    real = await load(empty_database, shipped(), today=TODAY)
    assert dry.tallies == real.tallies
    assert dry.discrepancies == real.discrepancies


async def test_what_an_office_adjusted_is_kept(seeded_database: Database) -> None:
    """The file does not take back a number that was added through the system."""
    async with seeded_database.writing(LOCAL) as session:
        target = await session.scalar(
            select(PlanTarget).where(PlanTarget.code == "yunnan-villages"))
        code = await session.scalar(select(Indicator.code).where(Indicator.unit == "个").limit(1))
        assert target is not None
        await adjust_target(
            session, target.id, expected_version=1,
            changes={"target": D(300), "indicator_code": code},
            grounds=Grounds(reason="中期调整", adjusted_on=TODAY, document_no=None, actor="local"),
            today=TODAY)
    report = await load(seeded_database, shipped(), today=TODAY)
    assert report.tallies["targets"].changed == 0
    assert report.tallies["targets"].kept >= 2
    async with seeded_database.reading(LOCAL) as session:
        row = next(r for r in await queries.target_rows(session, PLAN)
                   if r.code == "yunnan-villages")
    assert (row.target, row.kind) == (D(300), "quantitative")


async def test_a_changed_figure_is_noted_and_reconciled_anew(
    seeded_database: Database, tmp_path: Path
) -> None:
    """A corrected file ends the discrepancy; the history keeps the old value."""
    folder = tmp_path / "plan"
    shutil.copytree(shipped()[1], folder)
    figures = folder / "figures.csv"
    figures.write_text(figures.read_text().replace(",1490,", ",2490,"))
    report = await load(seeded_database, [folder], today=TODAY)
    assert report.tallies["figures"].changed == 1
    assert report.discrepancies == {PLAN: []}
    async with seeded_database.reading(LOCAL) as session:
        old = await session.scalar(text(
            "SELECT old #>> '{}' FROM change "
            "WHERE entity = 'published_figure' AND field = 'value'"))
    assert old == "1490"


async def test_a_file_with_mistakes_is_refused_whole(
    seeded_database: Database, tmp_path: Path
) -> None:
    """Wrong references anywhere: all are listed with file, line, field, and nothing is written."""
    folder = tmp_path / "plan"
    shutil.copytree(EXAMPLE, folder)
    targets = folder / "targets.csv"
    lines = targets.read_text().splitlines()
    header = lines[0].split(",")
    row = dict.fromkeys(header, "")
    row |= {"code": "wrong", "section": "九", "parent": "nobody", "theme": "villages",
            "kind": "quantitative", "statement": "x", "region": "540200", "indicator": "nothing",
            "unit": "尺", "annual": "1999=1"}
    targets.write_text("\n".join([*lines, ",".join(row[name] for name in header)]) + "\n")
    before = await _everything(seeded_database)
    with pytest.raises(InputRefused) as refused:
        await load(seeded_database, [folder], today=TODAY)
    place = f"targets.csv:{len(lines) + 1}"
    assert {(c.place, c.field) for c in refused.value.complaints} == {
        (place, field) for field in (
            "section", "parent", "region", "indicator", "unit", "target", "annual")}
    assert await _everything(seeded_database) == before


async def test_rows_that_cannot_be_read_do_not_hide_other_mistakes(
    seeded_database: Database, tmp_path: Path
) -> None:
    """Wrong values and wrong references are both listed; referring to a wrong row is no mistake."""
    folder = tmp_path / "plan"
    shutil.copytree(EXAMPLE, folder)
    for name, old, new in (
        ("plan.csv", "310000", "110000"),
        ("figures.csv", ",万元,", ",尺,"),
        ("targets.csv", ",quantitative,", ",numbers,"),
    ):
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))
    with pytest.raises(InputRefused) as refused:
        await load(seeded_database, [folder, EXAMPLE], today=TODAY)
    found = {(c.place.partition(":")[0], c.field) for c in refused.value.complaints}
    assert {("plan/plan.csv", "supporter"), ("plan/figures.csv", "unit"),
            ("plan/targets.csv", "kind")} == found


async def test_the_documented_example_loads(seeded_database: Database) -> None:
    """docs/plan-file.md shows a plan that works, and loading it twice changes nothing."""
    first = await load(seeded_database, [EXAMPLE], today=TODAY)
    assert first.tallies["targets"].added > 0
    again = await load(seeded_database, [EXAMPLE], today=TODAY)
    assert all((t.added, t.changed) == (0, 0) for t in again.tallies.values())
    async with seeded_database.reading(LOCAL) as session:
        plans = [row.code for row in await queries.plan_rows(session)]
        count = await session.scalar(select(func.count()).select_from(PlanTarget))
    assert count is not None
    assert count > 97
    assert plans == ["example-2011-2015", PLAN]

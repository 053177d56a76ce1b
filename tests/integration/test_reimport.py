"""Importing again: what an office changed stays, what a file changed is said, nothing is lost."""

import csv
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest
from sqlalchemy import select, text

from aid.database.engine import Database
from aid.errors import InputRefused
from aid.plans.model import PlanTarget
from aid.plans.service import Grounds, adjust_target
from aid.regions import queries
from aid.regions.model import Pairing
from aid.regions.service import end_pairing
from seeds import DATA
from seeds.load import load
from tests.actors import LOCAL
from tests.conftest import TODAY

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "plan"


def _edited(source: Path, place: Path, file: str, edit: Callable[[dict[str, str]], None]) -> Path:
    """A copy of a folder with every row of one file edited."""
    folder = place / "edited"
    if not folder.exists():
        shutil.copytree(source, folder)
    with (folder / file).open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    names = list(rows[0])
    for row in rows:
        edit(row)
    with (folder / file).open("w", newline="") as opened:
        writer = csv.DictWriter(opened, names)
        writer.writeheader()
        writer.writerows(row for row in rows if row)
    return folder


async def _quantitative(database: Database) -> PlanTarget:
    async with database.reading(LOCAL) as session:
        found = await session.scalar(select(PlanTarget).where(
            PlanTarget.kind == "quantitative").order_by(PlanTarget.id).limit(1))
    assert found is not None
    return found


async def test_an_adjusted_number_keeps_its_unit_when_the_file_changes_it(
    seeded_database: Database, tmp_path: Path
) -> None:
    """Number, indicator, unit and kind are one thing: the file changes none of them alone."""
    await load(seeded_database, [EXAMPLE], today=TODAY)
    target = await _quantitative(seeded_database)
    async with seeded_database.writing(LOCAL) as session:
        await adjust_target(
            session, target.id, expected_version=target.version,
            changes={"target": D(15000), "actual": D(9000)},
            grounds=Grounds(reason="x", adjusted_on=TODAY, document_no=None, actor="local"),
            today=TODAY)

    def reworded(row: dict[str, str]) -> None:
        if row["code"] == target.code:
            row |= {"kind": "qualitative", "target": "", "unit": "", "indicator": "",
                    "annual": "", "baseline": "", "statement": "改写"}

    report = await load(
        seeded_database, [_edited(EXAMPLE, tmp_path, "targets.csv", reworded)], today=TODAY)
    async with seeded_database.reading(LOCAL) as session:
        after = await session.get_one(PlanTarget, target.id)
    assert (after.target, after.actual, after.unit, after.kind, after.indicator_id) == (
        D(15000), D(9000), target.unit, "quantitative", target.indicator_id)
    assert after.statement == "改写"
    assert report.tallies["targets"].kept >= 3


async def test_digits_that_a_file_corrects_are_a_change(
    seeded_database: Database, tmp_path: Path
) -> None:
    """9800 and 9800.0 state different precisions."""
    await load(seeded_database, [EXAMPLE], today=TODAY)

    def more_precise(row: dict[str, str]) -> None:
        row["value"] += ".0"

    report = await load(
        seeded_database, [_edited(EXAMPLE, tmp_path, "figures.csv", more_precise)], today=TODAY)
    assert report.tallies["figures"].unchanged == 0


async def test_other_annual_shares_are_a_change_and_lost_rows_are_counted(
    seeded_database: Database, tmp_path: Path
) -> None:
    """Targets whose years changed count as changed; a row no longer in the file is said to be."""
    await load(seeded_database, [EXAMPLE], today=TODAY)

    def other_years(row: dict[str, str]) -> None:
        if row["annual"]:
            row["annual"] = "2011=1"

    folder = _edited(EXAMPLE, tmp_path, "targets.csv", other_years)

    def only_the_total(row: dict[str, str]) -> None:
        if not row["code"].endswith("total"):
            row.clear()

    _edited(EXAMPLE, tmp_path, "figures.csv", only_the_total)

    def none(row: dict[str, str]) -> None:
        row.clear()

    _edited(EXAMPLE, tmp_path, "breakdowns.csv", none)
    report = await load(seeded_database, [folder], today=TODAY)
    assert report.tallies["targets"].changed == 2
    assert (report.tallies["figures"].absent, report.tallies["breakdowns"].absent) == (2, 1)


@pytest.mark.parametrize(("file", "changed", "field"), [
    ("targets.csv", {"annual": "2011=1 2011=2"}, "annual"),
    ("targets.csv", {"annual": "1999=1"}, "annual"),
    ("figures.csv", {"period_end": "2001-01-01"}, "period_end"),
    ("figures.csv", {"value": "99999999999999999999"}, "value"),
    ("indicators.csv", {"money": "maybe"}, "money"),
    ("indicators.csv", {"unit": "公里", "money": "yes"}, "money"),
    ("sections.csv", {"title": "a\0b"}, "title"),
])
async def test_what_cannot_be_is_refused_with_its_field(
    seeded_database: Database, tmp_path: Path, file: str, changed: dict[str, str], field: str
) -> None:
    """As a complaint with file and line, never as a failure of the database."""
    folder = _edited(EXAMPLE, tmp_path, file, lambda row: row.update(changed))
    with pytest.raises(InputRefused) as refused:
        await load(seeded_database, [folder], today=TODAY)
    assert field in {c.field for c in refused.value.complaints if c.place.startswith(file)}


async def test_an_end_that_an_office_set_is_kept(
    seeded_database: Database, tmp_path: Path
) -> None:
    """A file with another end or none changes nothing of it, but its other fields."""
    async with seeded_database.writing(LOCAL) as session:
        pairing = await session.scalar(
            select(Pairing).where(Pairing.code == "310000-540200-tibet"))
        assert pairing is not None
        await end_pairing(session, pairing.id, expected_version=1, ends_on=date(2015, 6, 30))

    def reopened(row: dict[str, str]) -> None:
        if row["code"] == "310000-540200-tibet":
            row |= {"ends_on": "2016-12-31", "document_no": "新文号"}

    folder = _edited(DATA / "regions", tmp_path, "pairings.csv", reopened)
    report = await load(seeded_database, [folder], today=TODAY)
    async with seeded_database.reading(LOCAL) as session:
        after = await session.get_one(Pairing, pairing.id)
    assert (after.ends_on, after.document_no) == (date(2015, 6, 30), "新文号")
    assert report.tallies["pairings"].kept == 1


async def test_a_wrong_day_of_a_division_can_be_corrected(
    seeded_database: Database, tmp_path: Path
) -> None:
    """The periods of a place become those of the table; the old ones are in the history."""

    def a_day_later(row: dict[str, str]) -> None:
        for name in ("valid_from", "valid_to"):
            row[name] = row[name].replace("2014-06-26", "2014-06-27")

    folder = _edited(DATA / "regions", tmp_path, "divisions.csv", a_day_later)
    report = await load(seeded_database, [folder], today=TODAY)
    assert 0 < report.tallies["divisions"].changed < 30
    async with seeded_database.reading(LOCAL) as session:
        before = await queries.division_by_code(session, "542300", on=date(2014, 6, 26))
        assert before is not None
        assert before.name == "日喀则市"
        gone = await session.scalar(text(
            "SELECT count(*) FROM change WHERE entity = 'division_period' AND new IS NULL"))
        assert gone
    again = await load(seeded_database, [folder], today=TODAY)
    assert again.tallies["divisions"].changed == 0


async def test_places_a_table_does_not_name_stay(
    seeded_database: Database, tmp_path: Path
) -> None:
    """A table of one province changes no other."""

    def only_tibet(row: dict[str, str]) -> None:
        if not row["code"].startswith("54"):
            row.clear()

    folder = _edited(DATA / "regions", tmp_path, "divisions.csv", only_tibet)
    report = await load(seeded_database, [folder], today=TODAY)
    assert (report.tallies["divisions"].added, report.tallies["divisions"].changed) == (0, 0)
    async with seeded_database.reading(LOCAL) as session:
        found = await queries.division_by_code(session, "530800")
    assert found is not None
    assert found.name == "普洱市"


async def test_two_imports_at_once_wait_for_each_other(empty_database: Database) -> None:
    """Both succeed; the second finds everything done."""
    import asyncio

    from seeds.load import shipped

    first, second = await asyncio.gather(
        load(empty_database, shipped(), today=TODAY), load(empty_database, shipped(), today=TODAY))
    added = sorted(report.tallies["targets"].added for report in (first, second))
    assert added == [0, 97]

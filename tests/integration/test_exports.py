"""Exports read back: the same in every form, exact sums, one's own region alone, all logged."""

import asyncio
import hashlib
import io
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from aid.access.actor import Actor, Role
from aid.access.policy import Permission
from aid.database.engine import Database, TooSlow
from aid.errors import InputRefused
from aid.interchange.exports import producing
from aid.interchange.exports.kinds import EXPORTED
from aid.interchange.exports.producing import NotYours
from aid.interchange.exports.terms import KINDS, Filter, Kind
from aid.sheets.headings import heading_key
from aid.sheets.writing import Form
from tests.actors import AUDITOR, LEADER, LOCAL, recipient
from tests.conftest import as_app, copied, patient
from tests.integration.exported import (
    FORMULA,
    Read,
    administering,
    export,
    furnish,
    lines_of,
    rows,
    sheet_of,
    table_of,
)
from tests.integration.working import division


@pytest.fixture(scope="module")
def worked(admin_url: URL, seeded: str) -> Iterator[str]:
    """The name of a database with something to export."""
    with copied(admin_url, seeded) as name:
        asyncio.run(furnish(admin_url, name))
        yield name


@pytest.fixture
async def database(admin_url: URL, worked: str) -> AsyncIterator[Database]:
    """That database, open."""
    opened = patient(as_app(admin_url, worked))
    await opened.open()
    yield opened
    await opened.close()


@asynccontextmanager
async def log_since(admin_url: URL, name: str) -> AsyncIterator[list[dict[str, object]]]:
    """The entries of the audit log that come while the block runs."""
    found: list[dict[str, object]] = []
    async with administering(admin_url, name) as admin:
        last = await admin.fetchval("SELECT coalesce(max(id), 0) FROM audit_entry")
        yield found
        found += [dict(row) | {"detail": json.loads(row["detail"])} for row in await admin.fetch(
            "SELECT kind, outcome, actor, role, subject, address, detail FROM audit_entry"
            " WHERE id > $1 ORDER BY id", last)]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("locale", ["zh", "en"])
async def test_every_form_says_the_same(database: Database, kind: Kind, locale: str) -> None:
    """CSV as the csv module reads it, XLSX as openpyxl, JSON lines as json; sums are exact."""
    found = await rows(database, kind, locale=locale)
    assert found
    made, data = await export(database, kind, Form.CSV, locale=locale)  # type: ignore[arg-type]
    assert table_of(data, kind, locale) == found  # type: ignore[arg-type]
    assert made.rows == len(found)
    made, data = await export(database, kind, Form.XLSX, locale=locale)  # type: ignore[arg-type]
    read, sums = sheet_of(data, kind, locale)  # type: ignore[arg-type]
    assert read == found
    assert made.rows == len(found)
    for key, said in sums.items():
        exact = sum(Decimal(row[key] or 0) for row in found)
        assert Decimal(said) == exact, key


@pytest.mark.parametrize("kind", Kind)
def test_no_two_columns_are_called_alike(kind: Kind) -> None:
    """Neither in one language nor as an import compares them."""
    columns = EXPORTED[kind].columns
    for names in ([column.key for column in columns],
                  [heading_key(column.title.zh) for column in columns],
                  [heading_key(column.title.en) for column in columns]):
        assert len(set(names)) == len(names)


async def test_projects_say_what_is_there(
    database: Database, admin_url: URL, worked: str
) -> None:
    """Every project once, amounts to the fen, late as the rules have it, simulated as marked."""
    found = {row["code"]: row for row in await rows(database, Kind.PROJECTS)}
    async with administering(admin_url, worked) as admin:
        stored = {row["code"]: row for row in await admin.fetch("SELECT * FROM project")}
    assert found.keys() == stored.keys()
    for code, row in found.items():
        project = stored[code]
        assert row["proposed_yuan"] == f"{Decimal(project['proposed_fen']) / 100:.2f}"
        assert row["simulated"] is project["simulated"]
        assert row["late"] is True  # neither completed nor ended
        assert (row["name"], row["description"]) == (project["name"], project["description"])
    one = found["P-540200-2"]
    assert one["proposed_yuan"] == "9999999999999.99"
    assert one["approved_yuan"] == "123456789.01"
    assert one["completed_yuan"] == "41148147.78"  # a third of it, to the fen
    assert (one["progress"], one["late_milestones"], one["simulated"]) == ("33.33", 0, True)
    assert (one["stage"], one["proposed_on"]) == ("started", "2007-01-01")
    assert found["P-540200-1"]["region"] == "540222"
    assert found["P-540200-1"]["late_milestones"] == 1
    assert found["P-652900-1"]["district"] is not None
    assert found["P-540200-1"]["giver_name"] == "上海市"
    assert found["P-652900-1"]["giver_name"].endswith("区")
    async with administering(admin_url, worked) as admin:
        sectors = dict(await admin.fetch("SELECT code, name FROM sector"))
    assert all(row["sector_name"] == sectors[row["sector"]] for row in found.values())


async def test_milestones_say_how_late_they_are(database: Database) -> None:
    """Until they were met, or until today; and which day was planned first."""
    found = {row["project"]: row for row in await rows(database, Kind.MILESTONES)}
    met = found["P-540200-2"]
    assert (met["late"], met["days_late"], met["met_on"]) == (False, 10, "2007-04-11")
    open_ = found["P-540200-1"]
    assert (open_["late"], open_["first_planned_on"], open_["reschedulings"],
            open_["corrections"]) == (True, "2007-03-01", 1, 1)
    assert open_["days_late"] > 7000


async def test_villages_and_works_say_how_they_stand(database: Database) -> None:
    """A third of the village road is done; it should be done long since."""
    village = next(row for row in await rows(database, Kind.VILLAGES)
                   if row["code"] == "V-540200-1")
    assert (village["progress"], village["planned_progress"], village["works"]) == (
        "33.33", "100", 1)
    assert (village["accepted"], village["simulated"], village["cost_yuan"]) == (
        True, True, "12345.67")
    assert village["natural_villages"] == "寨"
    work = next(row for row in await rows(database, Kind.WORKS)
                if row["village"] == "V-540200-1")
    assert (work["done"], work["planned"], work["unit"], work["late"]) == ("1", "3", "公里", True)


async def test_cadres_without_a_term_are_there_once(database: Database) -> None:
    """A row a term, and one for whoever has none."""
    found = await rows(database, Kind.CADRES)
    assert [row["code"] for row in found] == ["C-1", "C-1", "C-2", "C-3", "C-4"]
    assert [row["standing"] for row in found] == ["ended"] * 4 + [None]


async def test_targets_come_with_their_years_and_adjustments(
    database: Database, admin_url: URL, worked: str
) -> None:
    """In the order in which the plan is read."""
    async with administering(admin_url, worked) as admin:
        stored = await admin.fetch("SELECT code FROM plan_target ORDER BY ordinal, id")
    found = await rows(database, Kind.PLAN)
    assert [row["code"] for row in found] == [row["code"] for row in stored]
    assert all(row["supporter"] == "310000" for row in found)


async def test_text_of_people_is_no_formula(database: Database) -> None:
    """In CSV an apostrophe stands before it, in XLSX it is text; in JSON it is as it is."""
    _, data = await export(database, Kind.PROJECTS, Form.CSV)
    written = data.decode("utf-8-sig")
    assert '"\'=HYPERLINK(""http://evil.example' in written
    assert ",'@SUM(A1)," in written
    assert ",''-1,'＝1," in written
    assert "\n=" not in written
    assert ",=" not in written
    _, data = await export(database, Kind.PROJECTS, Form.XLSX)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == FORMULA)
    assert cell.data_type == "s"
    assert FORMULA in {row["name"] for row in await rows(database, Kind.PROJECTS)}


async def test_csv_is_of_rfc_4180_and_opens_in_excel(database: Database) -> None:
    """With its mark; lines end in CR LF, and a line feed inside quotes stays one."""
    _, data = await export(database, Kind.PROJECTS, Form.CSV)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 9
    assert '"一, ""二""\n三"'.encode() in data


async def test_a_recipient_has_its_own_region_alone(database: Database) -> None:
    """Of every kind, and whatever it asks for; in CSV, which PostgreSQL writes itself, too."""
    own = recipient(await division(database, "540200"), await division(database, "540222"))
    for kind in Kind:
        found = await rows(database, kind, actor=own)
        everything = await rows(database, kind)
        assert 0 < len(found) < len(everything)
        _, data = await export(database, kind, Form.CSV, actor=own)
        assert table_of(data, kind) == found
        assert all(row.get("recipient", "540200") in ("540200", None) for row in found)
        if kind is not Kind.PLAN:  # whose targets may be of several regions together
            assert await rows(database, kind, actor=own, region="532600") == []
    assert {row["code"] for row in await rows(database, Kind.CADRES, actor=own)} == {"C-1"}
    assert len(await rows(database, Kind.CADRES, actor=own)) == 1


@pytest.mark.parametrize("actor", [LEADER, AUDITOR])
async def test_who_reads_everything_exports_everything(
    database: Database, actor: Actor
) -> None:
    """As the office does."""
    assert await rows(database, Kind.PROJECTS, actor=actor) == await rows(database, Kind.PROJECTS)


def codes(found: Read, key: str = "code") -> set[str]:
    """What rows are of."""
    return {row[key] for row in found}


async def test_filters_narrow(database: Database) -> None:
    """By region and what lies below it, supporter, sector and period; together as well."""
    async def projects(**filters: str) -> set[str]:
        return codes(await rows(database, Kind.PROJECTS, **filters))

    assert await projects(region="540200") == {"P-540200-1", "P-540200-2"}
    assert await projects(region="540222") == {"P-540200-1"}
    assert await projects(region="540000") == {"P-540200-1", "P-540200-2"}
    assert await projects(region="542300") == {"P-540200-1", "P-540200-2"}  # its former code
    assert len(await projects(supporter="310000")) == 8
    assert await projects(sector="health") == {"P-652900-1"}
    assert await projects(sector="health", region="540200") == set()
    assert await projects(from_="2008-01-01", to="2009-01-01", region="540222") == {"P-540200-1"}
    assert await projects(from_="2008-01-02") == set()
    assert await projects(to="2006-12-31") == set()
    async with database.reading(LOCAL) as session:
        district = await session.scalar(text(
            "SELECT p.code FROM supporting_district d JOIN division p ON p.id = d.division_id"
            " ORDER BY p.code LIMIT 1"))
    assert await projects(supporter=str(district)) == {"P-652900-1"}


async def test_filters_narrow_every_kind(database: Database) -> None:
    """What the period is about differs."""
    async def number(kind: Kind, **filters: str) -> int:
        return len(await rows(database, kind, **filters))

    assert await number(Kind.MILESTONES, from_="2007-04-01", to="2007-04-01") == 8
    assert await number(Kind.MILESTONES, from_="2007-04-02") == 0
    assert await number(Kind.MILESTONES, sector="health") == 1
    assert await number(Kind.VILLAGES, from_="2006-06-01") == 8
    assert await number(Kind.VILLAGES, from_="2007-01-01") == 0
    assert await number(Kind.WORKS, region="540200", to="2006-01-01") == 2
    assert await number(Kind.PROGRESS, region="540200") == 3
    assert await number(Kind.PROGRESS, to="2006-12-31") == 8
    assert await number(Kind.PROGRESS, sector="housing") == 4
    assert await number(Kind.CADRES, region="532600") == 2
    assert await number(Kind.CADRES, from_="2008-01-01") == 2
    assert await number(Kind.PLAN, region="540200") > 0
    assert await number(Kind.PLAN, from_="2011-01-01") == 0


async def test_all_that_is_wrong_with_filters_is_said_at_once(database: Database) -> None:
    """By field, in both languages."""
    with pytest.raises(InputRefused) as refused:
        await rows(database, Kind.VILLAGES, region="999999", supporter="540200", sector="health",
                   from_="2007-02-30", to="1066-01-01", colour="red")
    assert sorted(one.field for one in refused.value.complaints) == [
        "colour", "from", "region", "sector", "supporter", "to"]
    with pytest.raises(InputRefused) as refused:
        await rows(database, Kind.PROJECTS, from_="2008-01-01", to="2007-01-01", sector="none",
                   region="5402\x0000")
    assert sorted(one.field for one in refused.value.complaints) == ["region", "sector", "to"]
    assert all(one.expected.zh and one.expected.en for one in refused.value.complaints)


@pytest.mark.parametrize("form", sorted(KINDS[Kind.PROJECTS].forms))
async def test_exports_are_in_the_audit_log(
    database: Database, admin_url: URL, worked: str, form: Form
) -> None:
    """Who, what, which rows, and the digest of the very file."""
    async with log_since(admin_url, worked) as entries:
        made, data = await export(database, Kind.PROJECTS, form, region="540200")
    assert made.sha256 == hashlib.sha256(data).hexdigest()
    assert made.size == len(data)
    assert entries == [{
        "kind": "export", "outcome": "done", "actor": "local", "role": "office",
        "subject": "projects", "address": None, "detail": {
            "form": form.value, "filters": {"region": "540200"}, "rows": 2, "bytes": made.size,
            "sha256": made.sha256}}]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("actor", [
    Actor("system", Role.SYSTEM_ADMIN), Actor("security", Role.SECURITY_ADMIN),
    Actor("audit", Role.AUDIT_ADMIN),
    Actor("narrow", Role.OFFICE, scopes=frozenset({Permission.PLAN_READ}))])
async def test_who_may_not_read_may_not_export(
    database: Database, admin_url: URL, worked: str, kind: Kind, actor: Actor
) -> None:
    """A refusal is in the log as well."""
    async with log_since(admin_url, worked) as entries:
        with pytest.raises(NotYours):
            await rows(database, kind, actor=actor, region="\x00\udc80", sector="x" * 5000)
    assert [(one["kind"], one["outcome"], one["subject"]) for one in entries] == [
        ("export", "refused", kind.value)]


async def test_an_export_needs_all_that_its_rows_need(database: Database) -> None:
    """Progress is of projects and of villages: a token for one of them gets none."""
    half = Actor("half", Role.OFFICE, scopes=frozenset({Permission.PROJECT_READ}))
    assert len(KINDS[Kind.PROGRESS].needs) == 2
    with pytest.raises(NotYours):
        await rows(database, Kind.PROGRESS, actor=half)


@pytest.mark.parametrize("form", sorted(KINDS[Kind.PROJECTS].forms))
async def test_a_statement_that_takes_too_long_is_ended_and_said(
    database: Database, admin_url: URL, worked: str, monkeypatch: pytest.MonkeyPatch, form: Form
) -> None:
    """Nothing is exported, so nothing is in the log."""
    monkeypatch.setattr(producing, "PATIENCE", "1ms")
    async with log_since(admin_url, worked) as entries:
        with pytest.raises(TooSlow):
            await export(database, Kind.VILLAGES, form)
    assert entries == []


async def test_an_export_reads_and_changes_nothing(database: Database) -> None:
    """What was made under the limits of an export leaves none behind on the connection."""
    await export(database, Kind.PROJECTS, Form.CSV)
    async with database.reading(LOCAL) as session:
        assert await session.scalar(text("SHOW statement_timeout")) == "5min"
    assert Filter.FROM in KINDS[Kind.PROJECTS].filters
    assert lines_of((await export(database, Kind.PROJECTS, region="110000"))[1]) == []

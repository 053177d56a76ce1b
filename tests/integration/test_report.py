"""The yearly report: the figures of the rooms to the fen, in files that real readers open."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from io import BytesIO

import docx
import pytest
from pypdf import PdfReader
from sqlalchemy.engine import URL

from aid.access.actor import Actor, Role
from aid.audit.service import Asker
from aid.database.engine import Database
from aid.errors import InputRefused, NotFound
from aid.funds.commitments import Part, by_recipient, commitments
from aid.metrics.queries import measured
from aid.metrics.terms import Scope
from aid.report.gathered import Gathered
from aid.report.gathering import gather
from aid.report.layout import EMPTY, SIMULATED, lay_out
from aid.report.numbers import unit_for
from aid.report.producing import NotYours, produce, written
from aid.report.terms import Form, Order
from tests.actors import LOCAL, recipient
from tests.conftest import as_admin
from tests.integration.exported import administering
from tests.integration.moving import LAST, figures, history
from tests.integration.working import division

YEAR = 2008
RIKAZE, WENSHAN = "540200", "532600"
KINDS = ("committed", "disbursed", "received", "paid")


@pytest.fixture
def admin(admin_url: URL, seeded_name: str) -> str:
    """The administrator's login on the test's database, who alone sets the clock of a record."""
    return as_admin(admin_url, seeded_name)


def _order(**given: object) -> Order:
    values = {"year": YEAR, "form": Form.PDF, "locale": "zh", "today": LAST, **given}
    return Order(**values)  # type: ignore[arg-type]


async def _gathered(database: Database, actor: Actor, order: Order) -> Gathered:
    async with database.reading(actor) as session:
        return await gather(session, actor, order, lambda _: None)


def _said(content: bytes, form: Form) -> str:
    """Every word of a file, without the spaces and line ends that setting it brings."""
    if form is Form.PDF:
        words: Iterator[str] = (page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    else:
        file = docx.Document(BytesIO(content))
        words = iter([*(one.text for one in file.paragraphs), *(
            cell.text for table in file.tables for row in table.rows for cell in row.cells)])
    return re.sub(r"\s", "", "".join(words))


async def test_the_figures_are_those_of_the_rooms(
    seeded_database: Database, admin: str
) -> None:
    """Commitments, metrics and the parts that add up to them; in both files, to the fen."""
    made = await history(seeded_database, admin, seed=4)
    found = await _gathered(seeded_database, LOCAL, _order())
    plain = figures(made.planned, LAST)
    assert asdict(found.money.standing) == plain
    year = Scope(since=date(YEAR, 1, 1), until=date(YEAR, 12, 31))
    async with seeded_database.reading(LOCAL) as session:
        assert found.money.standing == await commitments(session, Part(), today=LAST)
        assert [one.figures for one in found.money.places] == [
            one.figures for one in await by_recipient(session, Part(), today=LAST)]
        for scope, which in ((year, "year"), (Scope(), "in_all")):
            for kind in KINDS:
                code = f"investment_{kind}"
                whole = (await measured(session, [code], scope, as_of=date(YEAR, 12, 31),
                                        today=LAST))[0]
                fen = int(whole.numerator * 100)
                assert fen > 0
                for parts in (found.money.recipients, found.money.sectors):
                    assert sum(getattr(getattr(one, which), kind) for one in parts) == fen
                assert next(getattr(one, which) for one in found.summary
                            if one.code == code) == whole
    assert sum(fen for _, fen in found.money.sources) == (
        plain["committed"] - plain["cancelled"] - plain["returned"])
    for form in Form:
        said = _said(written(found, _order(form=form)), form)
        unit = unit_for([getattr(one.figures, name) for one in found.money.places for name in (
            "promised", *KINDS, "in_transit", "held", "overdue")] + list(plain.values())[:1], "zh")
        for name in ("promised", *KINDS, "in_transit", "held", "overdue"):
            assert unit(plain[name]) in said, (form, name)


async def test_a_regions_report_speaks_of_it_alone(
    seeded_database: Database, admin: str
) -> None:
    """Whoever asks: the same for an office and for the recipient, who gets no other one."""
    made = await history(seeded_database, admin, seed=5)
    rikaze = await division(seeded_database, RIKAZE)
    own = recipient(rikaze)
    by_office = await _gathered(seeded_database, LOCAL, _order(region=RIKAZE))
    by_itself = await _gathered(seeded_database, own, _order(region=RIKAZE))
    unasked = await _gathered(seeded_database, own, _order())
    wanted = figures([one for one in made.planned if one.place == rikaze], LAST)
    for found in (by_office, by_itself, unasked):
        assert asdict(found.money.standing) == wanted
        assert sum(one.figures.promised for one in found.money.places) == wanted["promised"]
        assert found.discrepancies is None
        said = _said(written(found, _order(form=Form.DOCX)), Form.DOCX)
        assert "日喀则" in said
        assert "文山壮族苗族自治州" not in said
    assert by_itself.summary == by_office.summary
    with pytest.raises(NotFound):
        await _gathered(seeded_database, own, _order(region=WENSHAN))
    with pytest.raises(NotFound):
        await _gathered(seeded_database, LOCAL, _order(region="999999"))


async def test_what_was_recorded_later_is_left_out(
    seeded_database: Database, admin: str
) -> None:
    """As known on a day, to the fen; the day stands on the title page."""
    made = await history(seeded_database, admin, seed=6)
    day = date(2008, 12, 31)
    found = await _gathered(seeded_database, LOCAL, _order(as_known_on=day))
    plain = figures(made.planned, day)
    assert {name: getattr(found.money.standing, name) for name in KINDS} == {
        name: plain[name] for name in KINDS}
    assert ("所知日（记录截至）", "2008-12-31") in lay_out(found, "zh").facts


async def test_an_empty_database_says_so(empty_database: Database) -> None:
    """In both languages and forms, and a year to come is refused."""
    for form in Form:
        for locale in ("zh", "en"):
            order = _order(form=form, locale=locale)
            found = await _gathered(empty_database, LOCAL, order)
            assert found.empty
            assert re.sub(r"\s", "", EMPTY.to(order.locale)) in _said(written(found, order), form)
    with pytest.raises(InputRefused):
        await _gathered(empty_database, LOCAL, _order(year=LAST.year + 1))


async def test_simulated_records_are_told_on_every_page(demo_database: Database) -> None:
    """And every section of the whole has its rows."""
    order = _order(today=date(2026, 11, 21))
    found = await _gathered(demo_database, LOCAL, order)
    assert found.simulated
    assert found.targets
    assert found.work.late
    assert found.villages.progress
    assert found.cadres.fills
    assert found.discrepancies
    pages = PdfReader(BytesIO(written(found, order))).pages
    notice = re.sub(r"\s", "", SIMULATED.zh)
    assert len(pages) > 3
    assert all(notice in re.sub(r"\s", "", page.extract_text()) for page in pages)
    word = docx.Document(BytesIO(written(found, _order(form=Form.DOCX))))
    assert SIMULATED.zh in word.sections[0].header.paragraphs[0].text


async def test_a_report_is_an_export_in_the_audit_log(
    seeded_database: Database, seeded_name: str, admin_url: URL
) -> None:
    """With its filters and digest; an administrator gets none, and that is noted, too."""
    steps: list[int] = []
    made = await produce(
        seeded_database, _order(region=RIKAZE), file := BytesIO(), actor=LOCAL,
        asker=Asker("shell:me"), progress=lambda _, done, __: steps.append(done))
    assert len(file.getvalue()) == made.size
    assert steps == sorted(steps)
    keeper = Actor("keeper", Role.SYSTEM_ADMIN)
    with pytest.raises(NotYours):
        await produce(seeded_database, _order(), BytesIO(), actor=keeper, asker=Asker("keeper"))
    async with administering(admin_url, seeded_name) as admin:
        rows = await admin.fetch(
            "SELECT kind, outcome, subject, detail FROM audit_entry ORDER BY id DESC LIMIT 2")
    assert [(row["kind"], row["outcome"], row["subject"]) for row in rows] == [
        ("export", "refused", "report"), ("export", "done", "report")]
    assert made.sha256 in rows[1]["detail"]
    assert RIKAZE in rows[1]["detail"]


async def test_the_same_report_is_the_same_pdf(seeded_database: Database) -> None:
    """Byte for byte."""
    found = await _gathered(seeded_database, LOCAL, _order())
    assert written(found, _order()) == written(found, _order())


def test_a_unit_says_every_amount_exactly() -> None:
    """亿元 only where that takes few decimals; whatever the unit, to the fen."""
    assert unit_for([41_300_000_000, 16_000_000_000], "zh")(41_300_000_000) == "4.13"
    assert unit_for([41_300_000_001, 1], "zh")(41_300_000_001) == "41,300.000001"
    assert unit_for([41_300, 1], "zh")(41_300) == "413.00"
    assert unit_for([12_345_600], "zh")(12_345_600) == "12.3456"
    assert unit_for([], "en")(0) == "0.00"
    assert unit_for([41_300_000_001, 1], "zh").short(41_300_000_001) == "41,300.00"
    for fen in (1, 99, 100, 123_456_789, 10**12 + 7):
        unit = unit_for([fen], "en")
        assert Decimal(unit(fen).replace(",", "")) * unit.fen == fen

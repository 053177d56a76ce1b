"""What cells and headings of sheets mean."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.errors import Complaint
from aid.interchange.imports.service import known_columns
from aid.interchange.imports.terms import IMPORTS, ImportKind
from aid.sheets.cells import Unfit, shown, value_of
from aid.sheets.columns import Column, Shape
from aid.sheets.headings import Table, find_table, heading_key, letters
from aid.sheets.reading import Line
from aid.text import Text


def a_column(shape: Shape, key: str = "x", **given: Any) -> Column:
    """A column of a shape."""
    return Column(key=key, title=Text(key, key), shape=shape, **given)


CHOICES = {"turnkey": Text("交钥匙", "turnkey"), "cheque": Text("交支票", "cheque")}


@pytest.mark.parametrize(("shape", "cell", "value"), [
    (Shape.YUAN, "n4130000.1", 413_000_010),
    (Shape.YUAN, "t4,130,000.10", 413_000_010),
    (Shape.YUAN, "t４１３００００．１", 413_000_010),
    (Shape.YUAN, "n9999999999999.99", 999_999_999_999_999),
    (Shape.DAY, "d2006-03-01", date(2006, 3, 1)),
    (Shape.DAY, "d2006-03-01T00:00:00", date(2006, 3, 1)),
    (Shape.DAY, "t2006/3/1", date(2006, 3, 1)),
    (Shape.DAY, "t2006.03.01", date(2006, 3, 1)),
    (Shape.DAY, "t2006年3月1日", date(2006, 3, 1)),
    (Shape.DAY, "t２００６年３月１日", date(2006, 3, 1)),
    (Shape.DAY, "t2006/3/1 0:00", date(2006, 3, 1)),
    (Shape.CODE, "n540200", "540200"),
    (Shape.CODE, "tＡＢ－１", "AB-1"),
    (Shape.TEXT, "t\u3000 文山 \u3000", "文山"),
    (Shape.TEXT, "n12", "12"),
    (Shape.TEXT, "t \u3000", None),
    (Shape.INTEGER, "n12", 12),
    (Shape.INTEGER, "t1,200", 1200),
    (Shape.QUANTITY, "n3.50", Decimal("3.50")),
    (Shape.PERCENT, "p45.5", Decimal("45.5")),
    (Shape.PERCENT, "n45.5", Decimal("45.5")),
    (Shape.PERCENT, "t45.5％", Decimal("45.5")),
    (Shape.FLAG, "t是", True),
    (Shape.FLAG, "b0", False),
    (Shape.CHOICE, "t 交 钥匙", "turnkey"),
    (Shape.CHOICE, "tCHEQUE", "cheque"),
])
def test_a_cell_means_this(shape: Shape, cell: str, value: object) -> None:
    """However it is typed."""
    assert value_of(a_column(shape, choices=CHOICES), cell) == value


@pytest.mark.parametrize(("shape", "cell"), [
    (Shape.YUAN, "n4130000.123"), (Shape.YUAN, "t413万"), (Shape.YUAN, "t4,13,000"),
    (Shape.YUAN, "d2006-03-01"), (Shape.YUAN, "p10"), (Shape.YUAN, "e"),
    (Shape.DAY, "n38777"), (Shape.DAY, "t2006-02-30"), (Shape.DAY, "t2006-3/1"),
    (Shape.DAY, "d2006-03-01T12:30:00"), (Shape.DAY, "t2006"),
    (Shape.INTEGER, "n12.5"), (Shape.QUANTITY, "t约12"), (Shape.QUANTITY, "p12"),
    (Shape.PERCENT, "t一半"), (Shape.CODE, "n1.5"), (Shape.CODE, "d2006-03-01"),
    (Shape.FLAG, "t也许"), (Shape.CHOICE, "t别的"), (Shape.TEXT, "e"), (Shape.TEXT, "l长文"),
])
def test_a_cell_that_could_mean_something_else_is_refused(shape: Shape, cell: str) -> None:
    """No amount, day or quantity is ever guessed."""
    with pytest.raises(Unfit):
        value_of(a_column(shape, choices=CHOICES), cell)


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_amounts_are_exact_to_fifteen_digits(fen: int) -> None:
    """As many as a spreadsheet keeps, through its floating point numbers."""
    number = fen / 100
    assert value_of(a_column(Shape.YUAN), f"n{number:.15g}") == fen or "e" in f"{number:.15g}"


def test_a_cell_is_shown_as_it_was_typed() -> None:
    """Shortened, and a percentage with its sign."""
    assert [shown(cell) for cell in ("t 甲 ", "p45", None, "t" + "长" * 100)] == [
        "甲", "45%", "", "长" * 80]


def table(*cells: str | None, columns: tuple[Column, ...]) -> tuple[Table | None, list[Complaint]]:
    """What comes of a row of headings."""
    return find_table("填报", columns, [Line(1, tuple(cells))])


COLUMNS = (
    Column(key="name", title=Text("项目名称", "Name"), required=True),
    Column(key="proposed_yuan", title=Text("申报投资（元）", "Proposed (yuan)"), shape=Shape.YUAN),
    Column(key="late", title=Text("逾期", "Late"), derived=True),
)


@pytest.mark.parametrize("written", [
    "申报投资（元）", "申报 投资", "申报投资(元) *", "申报投资\n(元)", "Proposed (yuan)",
    "proposed", "proposed_yuan", "ＰＲＯＰＯＳＥＤ", "申报投资（元）*\nProposed (yuan)",
    "申报投资【元】：",
])
def test_a_heading_is_known_however_it_is_written(written: str) -> None:
    """In either language, by key, with its unit or an asterisk, in any order."""
    found, complaints = table(f"t{written}", None, "t项目名称", columns=COLUMNS)
    assert found is not None, complaints
    assert {key: heading.at for key, heading in found.headings.items()} == {
        "proposed_yuan": 0, "name": 2}


def test_unknown_missing_and_doubled_columns_are_complained_of() -> None:
    """Each at its cell, all at once; a serial number and derived columns are passed over."""
    found, complaints = table("t序号", "t申报投资", "t逾期", "t手机", "tProposed", columns=COLUMNS)
    assert found is None
    assert [(one.place, one.field) for one in complaints] == [
        ("填报!D1", "手机"), ("填报!E1", "Proposed"), ("填报!1", "项目名称")]


def test_headings_may_stand_below_a_title() -> None:
    """The row that has most of them."""
    found, _ = find_table("填报", COLUMNS, [
        Line(1, ("t2007年援建项目台账",)), Line(3, ("t项目名称", "t申报投资（元）"))])
    assert found is not None and found.number == 3
    assert find_table("填报", COLUMNS, [Line(1, ("t无关",))])[1][0].expected.zh == (
        "找不到表头，应有：项目名称")


@pytest.mark.parametrize("kind", ImportKind)
def test_titles_of_a_kind_are_told_apart(kind: ImportKind) -> None:
    """No heading means two columns, whatever is left out of it; nor a key of an export's."""
    known: dict[str, str] = {}
    for column in known_columns(kind):
        for name in (*column.title, column.key):
            assert known.setdefault(heading_key(name), column.key) == column.key, name


def test_columns_are_called_as_in_a_spreadsheet() -> None:
    """A, Z, AA, CV."""
    assert [letters(at) for at in (0, 25, 26, 99)] == ["A", "Z", "AA", "CV"]


def test_each_kind_says_what_it_needs() -> None:
    """Something has to be filled in."""
    assert all(any(column.required for column in one.columns) for one in IMPORTS.values())

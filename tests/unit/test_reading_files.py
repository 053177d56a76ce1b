"""Files of a plan: every mistake is found at once, with file, line, field, value, expectation."""

from pathlib import Path

import pytest

from seeds.read import read_folder

FILES = {
    "plan.csv": "code,title,supporter,period_start,period_end\n"
                "p,计划,310000,2011-01-01,2015-12-31\n",
    "sections.csv": "number,title\n一,总则\n",
    "indicators.csv": "code,name,unit,money\nvillages,村,个,no\n",
    "groups.csv": "code,name,members\n",
    "targets.csv": "code,section,theme,kind,statement\nt-1,一,villages,qualitative,建村\n",
    "figures.csv": "code,section,indicator,value,unit,period_start,period_end\n",
    "breakdowns.csv": "code,total,parts,exhaustive,name\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small plan without mistakes."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def _said(folder: Path) -> list[tuple[str, str, str]]:
    return [(c.place, c.field, c.value) for c in read_folder(folder).complaints]


def test_a_plan_without_mistakes_is_read(folder: Path) -> None:
    """All rows arrive, with the place they stand at."""
    found = read_folder(folder)
    assert found.complaints == []
    assert found.plan is not None
    assert [row.place for row in found.plan.targets] == ["targets.csv:2"]


def test_all_mistakes_are_listed_at_once(folder: Path) -> None:
    """Several files, several lines, several fields of one line."""
    (folder / "targets.csv").write_text(
        "code,section,theme,kind,statement,target\n"
        "T 1,一,villages,qualitative,建村,\n"
        "t-2,一,weather,qualitative,,abc\n", encoding="utf-8")
    (folder / "plan.csv").write_text(
        "code,title,supporter,period_start,period_end\np,计划,31,2011-13-01,2015-12-31\n",
        encoding="utf-8")
    assert set(_said(folder)) == {
        ("plan.csv:2", "supporter", "31"),
        ("plan.csv:2", "period_start", "2011-13-01"),
        ("targets.csv:2", "code", "T 1"),
        ("targets.csv:3", "theme", "weather"),
        ("targets.csv:3", "statement", ""),
        ("targets.csv:3", "target", "abc"),
    }


def test_a_complaint_says_what_was_expected(folder: Path) -> None:
    """In both languages, with an example or the allowed values."""
    (folder / "plan.csv").write_text(
        "code,title,supporter,period_start,period_end\n"
        "p,计划,31,2011,2015-12-31\n", encoding="utf-8")
    said = {c.field: c.expected for c in read_folder(folder).complaints}
    assert "540200" in said["supporter"].en
    assert "2006-01-01" in said["period_start"].zh


def test_lines_are_those_of_the_file_even_after_a_cell_of_several_lines(folder: Path) -> None:
    """A quoted cell with line breaks does not shift the lines of later complaints."""
    (folder / "targets.csv").write_text(
        'code,section,theme,kind,statement\nt-1,一,villages,qualitative,"a\nb\nc"\n\n'
        "t-2,一,nothing,qualitative,x\n", encoding="utf-8")
    assert _said(folder) == [("targets.csv:6", "theme", "nothing")]


@pytest.mark.parametrize("text", [
    "code,section,theme,kind\nt-1,一,villages,qualitative\n",
    "code,section,theme,kind,statement,colour\nt-1,一,villages,qualitative,x,red\n",
    "code,section,theme,kind,statement,code\nt-1,一,villages,qualitative,x,t-1\n",
])
def test_a_header_that_does_not_fit_is_refused(folder: Path, text: str) -> None:
    """Missing, unknown and doubled columns are named, on line 1."""
    (folder / "targets.csv").write_text(text, encoding="utf-8")
    assert [place for place, _, _ in _said(folder)] == ["targets.csv:1"]


def test_a_row_of_another_width_is_refused(folder: Path) -> None:
    """A comma too many never shifts values into the wrong column."""
    (folder / "sections.csv").write_text("number,title\n一,总则,多\n", encoding="utf-8")
    assert _said(folder)[0][:2] == ("sections.csv:2", "—")


def test_a_file_that_is_not_utf8_is_refused_with_what_to_do(folder: Path) -> None:
    """What Excel writes by default in China is named, not guessed."""
    (folder / "sections.csv").write_bytes("number,title\n一,总则\n".encode("gbk"))
    complaint = read_folder(folder).complaints[0]
    assert complaint.place == "sections.csv:2"
    assert "UTF-8" in complaint.expected.zh


def test_a_byte_order_mark_is_no_mistake(folder: Path) -> None:
    """Excel's 'CSV UTF-8' begins with one."""
    text = FILES["sections.csv"]
    (folder / "sections.csv").write_text(text, encoding="utf-8-sig")
    assert _said(folder) == []


def test_an_unclosed_quote_is_refused(folder: Path) -> None:
    """It does not swallow the rest of the file."""
    (folder / "sections.csv").write_text('number,title\n一,"总则\n二,x\n', encoding="utf-8")
    assert [field for _, field, _ in _said(folder)] == ["—"]


def test_missing_files_are_all_named(tmp_path: Path) -> None:
    """A plan has all its files, be they empty below the header."""
    (tmp_path / "plan.csv").write_text(FILES["plan.csv"], encoding="utf-8")
    assert {place for place, _, _ in _said(tmp_path)} == FILES.keys() - {"plan.csv"}


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """And says that a plan.csv was expected."""
    assert [field for _, field, _ in _said(tmp_path)] == ["plan.csv"]

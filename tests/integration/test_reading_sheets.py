"""Files of strangers, parsed in a real process of its own: what they say, and what is refused."""

import io
import os
import sys
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import psutil
import pytest

from aid.sheets.child import ROWS, Limits
from aid.sheets.reading import Line, SheetRefused, opened_sheet
from tests.integration.bringing import comma_separated, workbook

HEAD = ["项目名称", "说明"]


async def read(path: Path, limits: Limits | None = None, patience: float = 60) -> list[Line]:
    """All rows of a file."""
    async with opened_sheet(path, limits=limits, patience=patience) as opened:
        return [line async for line in opened.lines]


async def reason(path: Path, limits: Limits | None = None, patience: float = 60) -> str:
    """Why a file is refused."""
    with pytest.raises(SheetRefused) as refused:
        await read(path, limits, patience)
    return refused.value.reason


async def test_a_workbook_says_its_cells_with_their_kinds(tmp_path: Path) -> None:
    """Numbers as they are shown, days, percentages; blanks and blank rows are left out."""
    book = openpyxl.Workbook()
    book.active.append(["不是这张"])
    sheet = book.create_sheet("填报")
    sheet["B3"], sheet["C3"] = "名称", "金额"
    sheet["B5"], sheet["C5"], sheet["D5"] = " 甲 ", 4130000.1, date(2006, 3, 1)
    sheet["B6"], sheet["C6"], sheet["D6"] = True, 0.1 + 0.2, datetime(2006, 3, 1, 12, 30)  # noqa: DTZ001
    sheet["B7"], sheet["C7"], sheet["D7"] = 540200, 0.455, "长" * 10_001
    sheet["C7"].number_format = "0.00%"
    book.save(tmp_path / "a.xlsx")
    async with opened_sheet(tmp_path / "a.xlsx") as opened:
        assert (opened.name, opened.rows) == ("填报", 7)
        assert [line async for line in opened.lines] == [
            Line(3, (None, "t名称", "t金额")),
            Line(5, (None, "t甲", "n4130000.1", "d2006-03-01")),
            Line(6, (None, "b1", "n0.3", "d2006-03-01T12:30:00")),
            Line(7, (None, "n540200", "p45.5", "l" + "长" * 60)),
        ]


async def test_a_formula_gives_what_was_computed_or_is_an_error(tmp_path: Path) -> None:
    """The value that was saved is taken; one without a value, or with an error, is no blank."""
    file = workbook(tmp_path / "f.xlsx", [["=1+1", "=1/0", "=2+2", "甲"]])
    with zipfile.ZipFile(file) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"].decode()
    sheet = sheet.replace("<f>1+1</f><v></v>", "<f>1+1</f><v>2</v>").replace(
        "<f>1+1</f><v />", "<f>1+1</f><v>2</v>")
    sheet = sheet.replace('r="B1"><f>1/0</f><v></v>', 'r="B1" t="e"><f>1/0</f><v>#DIV/0!</v>')
    sheet = sheet.replace('r="B1"><f>1/0</f><v />', 'r="B1" t="e"><f>1/0</f><v>#DIV/0!</v>')
    members["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(file, "w") as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    assert await read(file) == [Line(1, ("n2", "e", "e", "t甲"))]


@pytest.mark.parametrize(("encoding", "delimiter"), [
    ("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", "\t"), ("gbk", ","), ("utf-16", "\t"),
])
async def test_text_is_read_in_the_encodings_of_offices(
    encoding: str, delimiter: str, tmp_path: Path
) -> None:
    """With the delimiter that its first line has; quoted line breaks stay."""
    cells = [HEAD, ["甲，乙", f"第一行\n第二{delimiter}行"], ["", ""], ["丙", ""]]
    (tmp_path / "a.txt").write_bytes(comma_separated(cells, delimiter).encode(encoding))
    assert await read(tmp_path / "a.txt") == [
        Line(1, ("t项目名称", "t说明")),
        Line(2, ("t甲，乙", f"t第一行\n第二{delimiter}行")),
        Line(4, ("t丙",)),
    ]


async def test_garbage_is_refused_plainly(tmp_path: Path) -> None:
    """Whatever it is called: no traceback, no guess."""
    def named(name: str, data: bytes) -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    whole = workbook(tmp_path / "whole.xlsx", [HEAD]).read_bytes()
    plain_zip = io.BytesIO()
    with zipfile.ZipFile(plain_zip, "w") as packed:
        packed.writestr("readme.txt", "no workbook")
    assert await reason(named("binary.csv", bytes(range(256)) * 9)) == "ENCODING"
    assert await reason(named("zero.csv", "名称\0\n".encode())) == "UNREADABLE"
    assert await reason(named("open.csv", '名称\n"没有收尾'.encode())) == "QUOTES"
    assert await reason(named("cut.xlsx", whole[: len(whole) // 2])) == "UNREADABLE"
    assert await reason(named("zip.xlsx", plain_zip.getvalue())) == "UNREADABLE"
    assert await reason(named("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99)) == (
        "OLD_OR_ENCRYPTED")
    assert await reason(named("wide.csv", ("甲," * 100 + "乙").encode())) == "TOO_MANY_COLUMNS"
    assert await read(named("empty.csv", b"")) == []


async def test_what_is_too_much_is_refused(tmp_path: Path) -> None:
    """Bytes, unpacked bytes, rows, and a sheet that is mostly nothing."""
    small = workbook(tmp_path / "small.xlsx", [HEAD])
    assert await reason(small, Limits(largest=1000)) == "TOO_LARGE"
    assert await reason(small, Limits(unpacked=1000)) == "TOO_MUCH"
    (tmp_path / "long.csv").write_text("a\n" * (ROWS + 30))
    assert await reason(tmp_path / "long.csv") == "TOO_MANY_ROWS"
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = 1, 1
    book.save(tmp_path / "stray.xlsx")
    assert await reason(tmp_path / "stray.xlsx") == "TOO_MUCH"


async def test_a_bomb_does_not_go_off_here(tmp_path: Path) -> None:
    """Gigabytes of nothing in a few megabytes: this process does not grow."""
    file = workbook(tmp_path / "bomb.xlsx", [HEAD])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        with packed.open("xl/media/image1.bin", "w", force_zip64=True) as member:
            for _ in range(700):
                member.write(bytes(1024 * 1024))
    before = psutil.Process().memory_info().rss
    assert await reason(file) == "TOO_MUCH"
    assert psutil.Process().memory_info().rss - before < 50 * 1024 * 1024


async def test_a_parser_that_needs_too_much_dies_alone(tmp_path: Path) -> None:
    """Of memory, of time, or of patience: a plain refusal each."""
    file = tmp_path / "many.csv"
    file.write_text(("甲乙丙," * 20 + "\n") * 150_000, encoding="utf-8")
    assert await reason(file, Limits(memory=90 * 1024 * 1024)) == "TOO_MUCH"
    assert await reason(file, Limits(seconds=0)) == "TOO_MUCH"
    assert await reason(file, patience=0.001) == "TOO_SLOW"


async def test_nobody_is_left_behind(tmp_path: Path) -> None:
    """Whoever stops reading ends the process that parses."""
    file = tmp_path / "many.csv"
    file.write_text(("甲乙丙," * 60 + "\n") * 20_000, encoding="utf-8")
    before = {child.pid for child in psutil.Process().children()}
    async with opened_sheet(file) as opened:
        assert (await anext(opened.lines)).number == 1
        began = {child.pid for child in psutil.Process().children()} - before
        assert len(began) == 1
    until = time.monotonic() + 10
    while (left := began & {child.pid for child in psutil.Process().children()}) and (
            time.monotonic() < until):
        time.sleep(0.01)  # noqa: ASYNC251
    assert not left


def test_the_parser_can_open_nothing(tmp_path: Path) -> None:
    """Once shut in it has neither files nor connections nor processes to be had."""
    import subprocess

    from aid.sheets import child

    told = (
        "import sys, socket, subprocess, importlib.util as u\n"
        f"s = u.spec_from_file_location('child', {child.__file__!r}); m = u.module_from_spec(s)\n"
        "s.loader.exec_module(m); m._shut_in()\n"
        "for attempt in (lambda: open('/etc/hostname'), socket.socket,\n"
        "                lambda: subprocess.run(['true'])):\n"
        "    try: attempt(); print('could')\n"
        "    except OSError: print('could not')\n")
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True,
                          cwd=tmp_path, env={**os.environ})
    assert done.stdout.split("\n")[:3] == ["could not"] * 3, done.stderr

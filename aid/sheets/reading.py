"""Reading a sheet of a stranger: rows as a stream, from a process that may do nothing but parse.

The file never is in this process. Its rows come one by one over a pipe and are judged here again.
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from aid.errors import AidError
from aid.sheets import child as parsing
from aid.sheets.child import COLUMNS, LETTERS, ROWS, Limits
from aid.text import Text

PATIENCE = 60.0
"""So many seconds without a row, and the parsing is ended."""
_GRACE = 5.0
_LONGEST = 2 * COLUMNS * (LETTERS + 10)
_KINDS = frozenset("tnpdbel")

_SAID: Mapping[str, Text] = MappingProxyType({
    "TOO_LARGE": Text(f"文件超过 {parsing.LARGEST // 1024**2} MB",
                      f"it is larger than {parsing.LARGEST // 1024**2} MB"),
    "TOO_MANY_ROWS": Text(f"超过 {ROWS} 行，请分成几个文件",
                          f"it has more than {ROWS:,} rows: divide it"),
    "TOO_MANY_COLUMNS": Text(f"超过 {COLUMNS} 列", f"it has more than {COLUMNS} columns"),
    "OLD_OR_ENCRYPTED": Text(
        "是旧版 Excel（.xls）或加了密码的文件，请另存为不加密的 .xlsx",
        "it is of an old Excel (.xls) or has a password: save it as .xlsx without one"),
    "ENCODING": Text("文字编码既非 UTF-8 也非 GB18030",
                     "its text is neither UTF-8 nor GB 18030"),
    "QUOTES": Text("CSV 的引号不成对", "its quotation marks do not pair"),
    "TOO_MUCH": Text("展开后过大，或远处有零散单元格：请把内容复制到新的模板中",
                     "it is too large unpacked, or has cells far away from the others: copy what "
                     "matters into a new template"),
    "UNREADABLE": Text("不是完好的 .xlsx 或 CSV 文件", "it is no sound .xlsx or CSV file"),
    "TOO_SLOW": Text("解析超时", "reading it takes too long"),
})


class SheetRefused(AidError):
    """A file is not read at all. `reason` is a key of what may be wrong with one."""

    code = "SHEET_REFUSED"

    def __init__(self, name: str, reason: str, row: str = "") -> None:
        said = _SAID[reason]
        self.reason = reason
        super().__init__(Text(
            f"无法读取「{name}」：{said.zh}" + (f"（第 {row} 行）。" if row else "。"),
            f"{name} cannot be read: {said.en}" + (f" (row {row})." if row else ".")))


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands: its number as a spreadsheet shows it, and its cells from column A on.

    The first letter of a cell says what it is (see aid/sheets/child.py); None is a blank.
    """

    number: int
    cells: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A sheet that is being read: its name (of CSV: the file's), rows at most, and the rows."""

    name: str
    rows: int
    lines: AsyncIterator[Line]


@dataclass(frozen=True, slots=True)
class _Child:
    """The process that parses, and what it says."""

    process: Process
    said: asyncio.StreamReader
    name: str
    patience: float

    async def next(self) -> Any:
        """What it says next. Raises SheetRefused when it refuses, dies or says nothing."""
        try:
            async with asyncio.timeout(self.patience):
                said = json.loads(await self.said.readline())
        except TimeoutError:
            raise SheetRefused(self.name, "TOO_SLOW") from None
        except ValueError:  # it died, or says too much at once
            raise SheetRefused(self.name, "TOO_MUCH") from None
        if isinstance(said, dict) and "refused" in said:
            await self.said.read(1)
            reason, row = str(said["refused"]), str(said.get("detail", ""))
            known = reason if reason in _SAID else "UNREADABLE"
            raise SheetRefused(self.name, known, row if row.isdecimal() else "")
        return said

    async def lines(self) -> AsyncIterator[Line]:
        """Its rows, until it says that this is all."""
        before = 0
        while (said := await self.next()) != {"end": True}:
            if not _is_row(said) or said[0] <= before:
                raise SheetRefused(self.name, "UNREADABLE")
            before, first, cells = said
            yield Line(before, (*[None] * first, *cells))
        await self.said.read(1)

    async def ended(self) -> None:
        """See it off: it ends by itself once it has said all."""
        try:
            async with asyncio.timeout(_GRACE if self.said.at_eof() else 0):
                await self.process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()


@asynccontextmanager
async def opened_sheet(
    path: Path, *, name: str | None = None, limits: Limits | None = None,
    patience: float = PATIENCE,
) -> AsyncIterator[Opened]:
    """Read the sheet of an XLSX or CSV file, whatever it is called; blank rows are left out.

    `name` is what the file is called to whoever sent it. Raises SheetRefused, while the rows are
    read too.
    """
    name = name or path.name
    child = await _started(path, name, limits or Limits(), patience)
    try:
        head = await child.next()
        if not _is_head(head):
            raise SheetRefused(name, "UNREADABLE")
        yield Opened(head["sheet"] or name, head["rows"], child.lines())
    finally:
        await child.ended()


async def _started(path: Path, name: str, limits: Limits, patience: float) -> _Child:
    kept = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH") if key in os.environ}
    with path.open("rb") as file:  # only opened: the other process reads it
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", parsing.__file__, json.dumps(limits), stdin=file, stdout=PIPE,
            stderr=DEVNULL, env=kept, cwd="/", limit=4 * _LONGEST)
    if process.stdout is None:
        raise RuntimeError("a process was started without its output")
    return _Child(process, process.stdout, name, patience)


def _is_head(said: object) -> bool:
    return (isinstance(said, dict) and isinstance(said.get("sheet"), str)
            and isinstance(said.get("rows"), int))


def _is_row(said: object) -> bool:
    if not (isinstance(said, list) and len(said) == 3):
        return False
    number, first, cells = said
    return (isinstance(number, int) and isinstance(first, int) and isinstance(cells, list)
            and first >= 0 and first + len(cells) <= COLUMNS
            and all(cell is None or (isinstance(cell, str) and cell[:1] in _KINDS
                                     and len(cell) <= LETTERS + 1) for cell in cells))

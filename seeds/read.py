"""Reading a folder of CSV files into drafts. Every mistake keeps its file, line and field."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from aid.drafts import Draft
from aid.errors import Complaint
from aid.funds.drafts import PartDraft, ScheduleDraft, SourceDraft
from aid.plans.drafts import (
    BreakdownDraft,
    FigureDraft,
    GroupDraft,
    IndicatorDraft,
    PlanDraft,
    PlanHead,
    SectionDraft,
    TargetDraft,
)
from aid.projects.drafts import SectorDraft
from aid.regions.drafts import DivisionDraft, PairingDraft, SupporterDraft
from aid.text import Text
from aid.villages.drafts import CriterionDraft

Row = TypeVar("Row", bound=Draft)
MAX_BYTES = 50_000_000
NOT_A_FIELD = "—"
"""The field of a complaint that is about a row, a header or a file as a whole."""
PLAN_FILES = ("sections", "indicators", "groups", "targets", "figures", "breakdowns")
OTHER_FILES = ("divisions", "supporters", "pairings", "sectors", "acceptance", "sources",
               "schedules", "schedule_parts")


@dataclass(slots=True)
class Folder:
    """What one folder holds, as drafts; `complaints` are all mistakes found while reading.

    `unread` has the keys of rows that could not be read, by file; `whole` says that nothing else
    is missing, so that what the other rows refer to can be judged all the same.
    """

    path: Path
    divisions: list[DivisionDraft] = field(default_factory=list)
    supporters: list[SupporterDraft] = field(default_factory=list)
    pairings: list[PairingDraft] = field(default_factory=list)
    sectors: list[SectorDraft] = field(default_factory=list)
    acceptance: list[CriterionDraft] = field(default_factory=list)
    sources: list[SourceDraft] = field(default_factory=list)
    schedules: list[ScheduleDraft] = field(default_factory=list)
    schedule_parts: list[PartDraft] = field(default_factory=list)
    plan: PlanDraft | None = None
    complaints: list[Complaint] = field(default_factory=list)
    unread: dict[str, set[str]] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether every row was found, be it with mistakes."""
        return all(complaint.field != NOT_A_FIELD for complaint in self.complaints)


def read_folder(path: Path) -> Folder:
    """The drafts of a folder: regions, sectors, a plan, or several (docs/plan-file.md)."""
    folder = Folder(path)
    folder.divisions = _read(folder, "divisions", DivisionDraft)
    folder.supporters = _read(folder, "supporters", SupporterDraft)
    folder.pairings = _read(folder, "pairings", PairingDraft)
    folder.sectors = _read(folder, "sectors", SectorDraft)
    folder.acceptance = _read(folder, "acceptance", CriterionDraft)
    folder.sources = _read(folder, "sources", SourceDraft)
    folder.schedules = _read(folder, "schedules", ScheduleDraft)
    folder.schedule_parts = _read(folder, "schedule_parts", PartDraft)
    if (path / "plan.csv").exists():
        folder.plan = _read_plan(folder)
    elif not any((path / f"{name}.csv").exists() for name in OTHER_FILES):
        folder.complaints.append(Complaint(str(path), "plan.csv", "", Text(
            "文件夹中应有 plan.csv（见 docs/plan-file.md）",
            "a folder that holds a plan.csv (see docs/plan-file.md)")))
    return folder


def _read_plan(folder: Folder) -> PlanDraft | None:
    for name in PLAN_FILES:
        if not (folder.path / f"{name}.csv").exists():
            folder.complaints.append(Complaint(f"{name}.csv", NOT_A_FIELD, "", Text(
                "缺少此文件；没有内容时只留表头", "this file, with only its header when empty")))
    heads = _read(folder, "plan", PlanHead)
    if len(heads) != 1 and not any(c.place.startswith("plan.csv") for c in folder.complaints):
        folder.complaints.append(Complaint("plan.csv", NOT_A_FIELD, str(len(heads)), Text(
            "应恰有一行数据", "exactly one row below the header")))
    sections = _read(folder, "sections", SectionDraft)
    indicators = _read(folder, "indicators", IndicatorDraft)
    groups = _read(folder, "groups", GroupDraft)
    targets = _read(folder, "targets", TargetDraft)
    figures = _read(folder, "figures", FigureDraft)
    breakdowns = _read(folder, "breakdowns", BreakdownDraft)
    if len(heads) != 1:
        return None
    return PlanDraft(heads[0], sections, indicators, groups, targets, figures, breakdowns,
                     folder.unread)


def _read(folder: Folder, name: str, kind: type[Row]) -> list[Row]:
    path = folder.path / f"{name}.csv"
    if not path.exists():
        return []
    text = _decode(path, folder.complaints)
    if text is None:
        return []
    drafts = []
    for line, cells in _cells(path.name, text, kind, folder.complaints):
        draft, complaints = kind.read(f"{path.name}:{line}", cells)
        folder.complaints += complaints
        if draft is not None:
            drafts.append(draft)
        else:
            folder.unread.setdefault(name, set()).add(cells.get("code") or cells.get("number", ""))
    return drafts


def _decode(path: Path, complaints: list[Complaint]) -> str | None:
    raw = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    if raw is None:
        complaints.append(Complaint(path.name, NOT_A_FIELD, str(path.stat().st_size), Text(
            f"文件不超过 {MAX_BYTES:,} 字节", f"a file of at most {MAX_BYTES:,} bytes")))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = raw[: failure.start].count(b"\n") + 1
        found = repr(raw[failure.start:][:4])
        complaints.append(Complaint(f"{path.name}:{line}", NOT_A_FIELD, found, Text(
            "应为 UTF-8 编码；在 Excel 中请另存为「CSV UTF-8」",
            "UTF-8 text; in Excel, save as 'CSV UTF-8'")))
        return None


def _cells(
    file: str, text: str, kind: type[Draft], complaints: list[Complaint]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the line it starts on. Blank lines are passed over."""
    rows = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        header = next(rows, [])
        if not _header_fits(file, header, kind, complaints):
            return
        line = rows.line_num + 1
        for row in rows:
            if any(cell.strip() for cell in row):
                if len(row) != len(header):
                    complaints.append(Complaint(f"{file}:{line}", NOT_A_FIELD, str(len(row)), Text(
                        f"应有 {len(header)} 列（有逗号的内容须加引号）",
                        f"{len(header)} columns (quote a cell that holds a comma)")))
                else:
                    yield line, dict(zip(header, row, strict=True))
            line = rows.line_num + 1
    except csv.Error as failure:
        complaints.append(Complaint(f"{file}:{rows.line_num}", NOT_A_FIELD, str(failure), Text(
            "应为合法的 CSV（引号须成对）", "well-formed CSV (quotes come in pairs)")))


def _header_fits(
    file: str, header: Sequence[str], kind: type[Draft], complaints: list[Complaint]
) -> bool:
    known = [name for name in kind.model_fields if name != "place"]
    before = len(complaints)
    complaints += [
        Complaint(f"{file}:1", NOT_A_FIELD, name, Text(
            "没有这一列；可用的列：" + "、".join(known),
            "no such column; there are: " + ", ".join(known)))
        for name in header if name not in known
    ]
    complaints += [
        Complaint(f"{file}:1", NOT_A_FIELD, "", Text(
            f"表头缺少 {name} 列", f"the column {name} in the header"))
        for name in known if kind.model_fields[name].is_required() and name not in header
    ]
    complaints += [
        Complaint(f"{file}:1", NOT_A_FIELD, name, Text("列名重复", "each column once"))
        for name in dict.fromkeys(header) if list(header).count(name) > 1
    ]
    return len(complaints) == before

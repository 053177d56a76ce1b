"""What instalments, movements and balances mean, in plain Python over rows in memory."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from aid.clock import today
from aid.funds.rules import state_of
from aid.funds.terms import Balance
from tests.api.meaning import Field, history, many
from tests.api.meaning_of_projects import belongs, fen_of, given_fen, is_among, is_between
from tests.api.rows import Row, Rows

Given = Mapping[str, Any]
TOTALS = {"commit": "total_committed", "disburse": "total_disbursed", "receive": "total_received",
          "pay": "total_paid", "return": "total_returned", "cancel": "total_cancelled"}
NOT_SENT = ("reserve", "suspended", "cancelled")
_CHINA = ZoneInfo("Asia/Shanghai")


def _known(movement: Row, given: Given) -> bool:
    day = given.get("asKnownOn")
    return day is None or bool(movement["recorded_at"].astimezone(_CHINA).date() <= day)


def _added_up(rows: Rows, movements: Iterable[Row]) -> dict[str, int]:
    """Balances and totals of some movements, one after the other."""
    found = dict.fromkeys([*(name.value for name in Balance), *TOTALS.values()], 0)
    for movement in movements:
        found[movement["debit"]] -= movement["amount_fen"]
        found[movement["credit"]] += movement["amount_fen"]
        undone = rows.one("Movement", "id", movement["reverses_id"])
        counted = undone or movement
        found[TOTALS[counted["kind"]]] += movement["amount_fen"] * (-1 if undone else 1)
    return found


def _of_tranche(rows: Rows, tranche: Row) -> dict[str, int]:
    return _added_up(rows, rows.where("Movement", "tranche_id", tranche["id"]))


def _balances(column: str) -> Field:
    def found(rows: Rows, thing: Row, given: Given) -> Row:
        movements = rows.where("Movement", column, thing["id"])
        return Row("Balances", _added_up(rows, (one for one in movements if _known(one, given))))

    return found


def _stands(name: str) -> Field:
    return lambda rows, tranche, _: _of_tranche(rows, tranche)[name]


def _state(rows: Rows, tranche: Row, _: Given) -> str:
    found = _of_tranche(rows, tranche)
    return state_of({name: found[name.value] for name in Balance}).value.upper()


def _reached_on(rows: Rows, tranche: Row, _: Given) -> date | None:
    of_project = tranche["project_id"]
    if tranche["at_progress"] is not None:
        return min((one["reported_on"] for one in rows.where(
            "ProgressReport", "project_id", of_project)
            if one["percent"] >= tranche["at_progress"]), default=None)
    if tranche["milestone_id"] is not None:
        milestone = rows.one("Milestone", "id", tranche["milestone_id"])
        return milestone["met_on"] if milestone else None
    if tranche["at_stage"] is not None:
        entered = min((one["occurred_on"] for one in rows.where(
            "StageChange", "project_id", of_project)
            if one["to_stage"] == tranche["at_stage"]), default=None)
        return entered and entered + timedelta(tranche["after_days"])
    due: date = tranche["due_on"]
    return due


def _condition_met(rows: Rows, tranche: Row, given: Given) -> bool:
    on = given.get("on") or today()
    if tranche["at_progress"] is None:
        reached = _reached_on(rows, tranche, given)
        return reached is not None and reached <= on
    reports = [one for one in rows.where("ProgressReport", "project_id", tranche["project_id"])
               if one["reported_on"] <= on]
    last = max(reports, key=lambda one: (one["reported_on"], one["id"]), default=None)
    return last is not None and bool(last["percent"] >= tranche["at_progress"])


def _overdue(rows: Rows, tranche: Row, given: Given) -> int:
    project = rows.one("AidProject", "id", tranche["project_id"])
    assert project is not None
    reached = _reached_on(rows, tranche, given)
    if (tranche["withdrawn_on"] is not None or project["stage"] in NOT_SENT
            or reached is None or max(reached, tranche["due_on"] or reached) >= today()
            or not _condition_met(rows, tranche, {})):
        return 0
    left: int = tranche["amount_fen"] - _of_tranche(rows, tranche)["total_disbursed"]
    return max(0, left)


def _condition(_: Rows, tranche: Row, __: Given) -> Row | None:
    waits = ("milestone_id", "at_stage", "at_progress")
    if all(tranche[name] is None for name in waits):
        return None
    return Row("TrancheCondition", {**tranche.values, "stage": tranche["at_stage"]})


def _progress(_: Rows, row: Row, __: Given) -> Decimal | None:
    found: Decimal | None = row["at_progress"]
    return None if found is None else found.quantize(Decimal("0.01"))


def _tranches(rows: Rows, project: Row, given: Given) -> list[Row]:
    return sorted((row for row in rows.where("FundingTranche", "project_id", project["id"])
                   if _is(row["withdrawn_on"] is not None, given["withdrawn"])),
                  key=lambda row: row["seq"])


def _movement_of(rows: Rows, request: Row, _: Given) -> Row | None:
    return next((one for one in rows.where("Movement", "tranche_id", request["tranche_id"])
                 if one["idempotency_key"] == f"request-{request['id']}"), None)


def _hex(column: str) -> Field:
    return lambda _, row, __: row[column].hex()


def _who(column: str) -> Field:
    """The name of the account that a mark stands for; whatever else it is stands for itself."""
    def name(rows: Rows, row: Row, _: Given) -> Any:
        names = {f"account-{one['id']}": one["name"] for one in rows.whole.all("Account")}
        return names.get(row[column], row[column])

    return name


FIELDS: Mapping[tuple[str, str], Field] = {
    ("AidProject", "tranches"): _tranches,
    ("AidProject", "balances"): _balances("project_id"),
    ("AidProject", "chain"): lambda rows, row, _: rows.one("ChainHead", "project_id", row["id"]),
    ("FundSource", "history"): history("fund_source"),
    ("Schedule", "parts"): many("SchedulePart", "schedule_id", "ordinal"),
    ("SchedulePart", "share"): lambda _, row, __: row["share"].quantize(Decimal("0.01")),
    ("SchedulePart", "stage"): lambda _, row, __: row["at_stage"] and row["at_stage"].upper(),
    ("SchedulePart", "progress"): _progress,
    ("TrancheCondition", "progress"): _progress,
    ("FundingTranche", "amount"): fen_of("amount_fen"),
    ("FundingTranche", "condition"): _condition,
    ("FundingTranche", "reachedOn"): _reached_on,
    ("FundingTranche", "conditionMet"): _condition_met,
    ("FundingTranche", "state"): _state,
    ("FundingTranche", "overdue"): _overdue,
    ("FundingTranche", "balances"): _balances("tranche_id"),
    ("FundingTranche", "history"): history("tranche"),
    **{("FundingTranche", field): _stands(name) for field, name in (
        ("committed", "total_committed"), ("disbursed", "total_disbursed"),
        ("inTransit", "in_transit"), ("received", "total_received"), ("held", "held"),
        ("paid", "total_paid"), ("returned", "total_returned"),
        ("cancelled", "total_cancelled"))},
    ("Movement", "actor"): _who("actor"),
    ("Movement", "actorMark"): lambda _, row, __: row["actor"],
    ("Movement", "requestedBy"): _who("requested_by"),
    ("DisbursementRequest", "actor"): _who("actor"),
    ("DisbursementDecision", "actor"): _who("actor"),
    ("Movement", "region"): lambda rows, row, _: rows.one(
        "RecipientRegion", "id", row["recipient_id"]),
    ("Movement", "amount"): fen_of("amount_fen"),
    ("Movement", "reversedBy"): lambda rows, row, _: rows.one(
        "Movement", "reverses_id", row["id"]),
    ("Movement", "body"): lambda _, row, __: row["body"].decode(),
    ("Movement", "prevHash"): _hex("prev_hash"),
    ("Movement", "hash"): _hex("hash"),
    ("ChainHead", "hash"): _hex("hash"),
    ("TwoPersons", "above"): fen_of("above_fen"),
    ("DisbursementRequest", "amount"): fen_of("amount_fen"),
    ("DisbursementRequest", "decision"): lambda rows, row, _: rows.one(
        "DisbursementDecision", "request_id", row["id"]),
    ("DisbursementRequest", "movement"): _movement_of,
}
"""As in meaning.py."""


def _numbered(kind: str) -> Callable[[Rows, Given], Row | None]:
    """The row with a number in a project."""
    def found(rows: Rows, given: Given) -> Row | None:
        project = rows.one("AidProject", "code", given["projectCode"])
        return next((row for row in rows.where(kind, "project_id", project["id"])
                     if row["seq"] == given["seq"]), None) if project else None

    return found


ROOT: Mapping[str, Callable[[Rows, Given], Any]] = {
    "fundingTranche": _numbered("FundingTranche"),
    "movement": _numbered("Movement"),
    "fundSources": lambda rows, _: sorted(
        rows.all("FundSource"), key=lambda row: rows.rank[row["code"]]),
    "schedules": lambda rows, _: sorted(rows.all("Schedule"), key=lambda row: row["ordinal"]),
    "twoPersons": lambda rows, _: rows.all("TwoPersons")[-1],
}
WITHIN: Mapping[tuple[str, str], Callable[[Rows, Row, Row], bool]] = {
    ("AidProject", "movements"): lambda _, row, project: row["project_id"] == project["id"],
    ("FundingTranche", "movements"): lambda _, row, tranche: row["tranche_id"] == tranche["id"],
}
"""Which rows belong to the object whose connection it is."""


def _is(value: Any, wanted: Any) -> bool:
    return wanted is None or bool(value == wanted)


def _of_project(rows: Rows, row: Row, given: Given) -> bool:
    project = rows.one("AidProject", "id", row["project_id"])
    assert project is not None
    return belongs(rows, project, given) and _is(project["code"], given.get("projectCode"))


def _of_source(rows: Rows, tranche: Row | None, given: Given) -> bool:
    source = rows.one("FundSource", "id", tranche["source_id"]) if tranche else None
    return source is not None and _is(source["code"], given.get("sourceCode"))


def _in_range(row: Row, given: Given) -> bool:
    return is_between(row["amount_fen"], given_fen(given, "amountFrom"),
                      given_fen(given, "amountTo"))


def _tranche_fits(rows: Rows, tranche: Row, given: Given) -> bool:
    return (
        _of_project(rows, tranche, given)
        and _of_source(rows, tranche, given)
        and _in_range(tranche, given)
        and is_among(_state(rows, tranche, {}), given.get("states"))
        and _is(_condition_met(rows, tranche, {}), given.get("conditionMet"))
        and _is(_overdue(rows, tranche, {}) > 0, given.get("overdue"))
        and _is(tranche["retention"], given.get("retention"))
        and is_between(tranche["due_on"], given.get("dueFrom"), given.get("dueTo"))
        and _is(tranche["withdrawn_on"] is not None, given.get("withdrawn", False)))


def _movement_fits(rows: Rows, movement: Row, given: Given) -> bool:
    return (
        _of_project(rows, movement, given)
        and _of_source(rows, rows.one("FundingTranche", "id", movement["tranche_id"]), given)
        and _in_range(movement, given)
        and is_among(movement["kind"], given.get("kinds"))
        and _is(movement["voucher_no"], given.get("voucherNo"))
        and _is(movement["document_no"], given.get("documentNo"))
        and is_between(movement["occurred_on"], given.get("occurredFrom"),
                       given.get("occurredTo"))
        and _known(movement, given))


def _request_fits(rows: Rows, request: Row, given: Given) -> bool:
    decided = bool(rows.where("DisbursementDecision", "request_id", request["id"]))
    return (_of_project(rows, request, given)
            and _is(not decided, given.get("waiting", True)))


FITS: Mapping[str, Callable[[Rows, Row, Given], bool]] = {
    "FundingTranche": _tranche_fits,
    "Movement": _movement_fits,
    "DisbursementRequest": _request_fits,
}
"""As in pages.py."""


def due(tranche: Row) -> date:
    """The day it is due; of one that has none, one after all others."""
    return tranche["due_on"] or date(9999, 12, 30)

"""Money through the API: the whole life of an instalment, each refusal, and nobody else's money."""

import hashlib
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.engine import URL

from tests.api import doing
from tests.api.client import ask, data
from tests.api.doing import fetch, problems
from tests.api.funding import (
    DAY,
    OPERATIONS,
    a_slip,
    a_tranche,
    act,
    move,
    move_with_file,
    operation,
    planned,
)
from tests.api.values import global_id
from tests.conftest import Peopled, server
from tests.integration.paper import PDF, PNG

NOWHERE = {"id": global_id("FundingTranche", 10**9)}
OFFICES = ("fundsCommit", "fundsDisburse", "commitmentCancel")
RECIPIENTS = ("fundsReceive", "fundsPay", "fundsReturn")


@pytest.fixture(scope="module")
def base(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A server that these tests change: each plans instalments of its own."""
    with server(admin_url, inhabited, tmp_path_factory.mktemp("funds")) as found:
        yield found


def _stands(result: dict[str, Any], *names: str) -> list[str]:
    assert result["__typename"] == "FundsMoved", result
    return [result["tranche"][name] for name in names]


def _disbursed(base: str, amount: str, **given: Any) -> dict[str, Any]:
    """An instalment of 1000 yuan of which so much is in transit."""
    [tranche] = planned(base, **given)
    for name, fen in (("fundsCommit", "1000.00"), ("fundsDisburse", amount)):
        assert move(base, name, tranche, fen)["__typename"] == "FundsMoved"
    return tranche


# Whole lives.

def test_an_instalment_from_its_plan_to_its_last_payment(base: str) -> None:
    """The office commits and sends, the prefecture confirms in parts, short, pays and returns."""
    [tranche] = planned(base)
    assert (tranche["state"], tranche["overdue"], tranche["committed"]) == (
        "PLANNED", "1000.00", "0.00")
    moved = move(base, "fundsCommit", tranche, "900.00")
    assert _stands(moved, "state", "committed", "overdue") == ["COMMITTED", "900.00", "1000.00"]
    assert moved["movement"]["documentNo"] == "沪合〔2008〕12号"
    assert (moved["movement"]["debit"], moved["movement"]["credit"]) == (
        "APPROPRIATION", "COMMITTED")
    moved = move(base, "fundsDisburse", tranche, "600.00")
    assert _stands(moved, "state", "disbursed", "inTransit", "overdue") == [
        "COMMITTED", "600.00", "600.00", "400.00"]
    moved = move(base, "commitmentCancel", tranche, "300.00", reason="核减")
    assert _stands(moved, "state", "cancelled") == ["IN_TRANSIT", "300.00"]
    move(base, "fundsReceive", tranche, "400.00", "wenshan")
    moved = move(base, "fundsReceive", tranche, "100.00", "wenshan")
    assert _stands(moved, "received", "inTransit", "held") == ["500.00", "100.00", "500.00"]
    moved = move(base, "fundsPay", tranche, "450.55", "wenshan")
    moved = move(base, "fundsReturn", tranche, "49.45", "wenshan", reason="结余")
    assert _stands(moved, "state", "paid", "returned", "held") == [
        "IN_TRANSIT", "450.55", "49.45", "0.00"]
    assert moved["tranche"]["balances"] == {
        "appropriation": "-550.55", "committed": "0.00", "inTransit": "100.00", "held": "0.00",
        "spent": "450.55", "totalReceived": "500.00"}
    last = moved["movement"]
    assert (last["seq"], last["actor"], last["region"]) == (7, "wenshan", {"code": "532600"})
    assert last["project"]["chain"] == {"seq": 7, "hash": last["hash"]}
    assert hashlib.sha256(bytes.fromhex(last["prevHash"]) + last["body"].encode()).hexdigest() == \
        last["hash"]
    said = json.loads(last["body"])
    assert (said["amount_fen"], said["actor"]) == (4945, last["actorMark"])
    assert re.fullmatch("account-[0-9]+", last["actorMark"])


def test_instalments_by_a_schedule_wait_for_stages(base: str) -> None:
    """40/50/10 of each source; the parts that do not wait for what is there are not met."""
    [first, *_] = planned(base)
    given = {"scheduleCode": "40-50-10", "sourceCode": "310115-district", "amount": "1000.01"}
    found = act(base, "tranchePlan", projectId=first["projectId"], bySchedule=given)
    [_, *parts] = found["project"]["tranches"]
    assert [(one["name"], one["amount"], one["condition"]["stage"], one["conditionMet"])
            for one in parts] == [
        ("首期款", "400.00", "APPROVED", True), ("完工款", "500.01", "COMPLETED", False),
        ("尾款", "100.00", "AUDITED", False)]
    assert {one["source"]["code"] for one in parts} == {"310115-district"}
    again = act(base, "tranchePlan", projectId=first["projectId"], bySchedule=given)
    assert again["__typename"] == "InvalidInput"
    move(base, "fundsCommit", parts[1], "500.00")
    early = move(base, "fundsDisburse", parts[1], "10.00")
    assert problems(early) == {"reason"}
    sent = move(base, "fundsDisburse", parts[1], "10.00", reason="提前备料")
    assert sent["movement"]["reason"] == "提前备料"


def test_what_moved_is_reversed_once_by_who_recorded_it(base: str) -> None:
    """The movement stays, another follows; the other side does not undo it."""
    tranche = _disbursed(base, "300.00")
    received = move(base, "fundsReceive", tranche, "300.00", "wenshan")["movement"]
    given = {"id": received["id"], "occurredOn": DAY, "reason": "记错批次"}
    office = act(base, "movementReverse", **given, idempotencyKey="reverse-by-office")
    assert (office["__typename"], office["code"]) == ("NotYours", "NOT_YOURS")
    undone = act(base, "movementReverse", "wenshan", **given, idempotencyKey="reverse-key-1")
    assert _stands(undone, "received", "inTransit") == ["0.00", "300.00"]
    assert undone["movement"]["reverses"] == {"seq": received["seq"], "kind": "RECEIVE"}
    same = act(base, "movementReverse", "wenshan", **given, idempotencyKey="reverse-key-1")
    assert same["movement"] == undone["movement"]
    again = act(base, "movementReverse", "wenshan", **given, idempotencyKey="reverse-key-2")
    assert (again["__typename"], again["code"]) == ("Conflict", "NOT_REVERSIBLE")
    shown = data(base, "query ($code: String!, $seq: Int!) { movement(projectCode: $code,"
                 " seq: $seq) { reversedBy { seq } } }",
                 {"code": tranche["project"], "seq": received["seq"]})
    assert shown["movement"] == {"reversedBy": {"seq": undone["movement"]["seq"]}}


def test_a_large_disbursement_takes_two_persons(base: str) -> None:
    """One of the office asks, another decides; rejected or approved, once."""
    [tranche] = planned(base, a_tranche(amount="9000000.00"), proposedInvestment="10000000.00")
    assert data(base, "{ twoPersons { above } }")["twoPersons"] == {"above": "5000000.00"}
    move(base, "fundsCommit", tranche, "9000000.00")
    alone = move(base, "fundsDisburse", tranche, "5000000.01")
    assert (alone["__typename"], alone["code"]) == ("Conflict", "TWO_PERSONS_NEEDED")
    slip = {"trancheId": tranche["id"], **a_slip("6000000.00")}
    asked = act(base, "disbursementRequest", **slip)["request"]
    assert act(base, "disbursementRequest", **slip)["request"] == asked
    other = act(base, "disbursementRequest", **{**slip, "amount": "6000000.01"})
    assert other["code"] == "KEY_REUSED"
    too_much = act(base, "disbursementRequest", trancheId=tranche["id"], **a_slip("9000000.01"))
    assert (too_much["__typename"], too_much["available"]) == ("Overdrawn", "9000000.00")
    waiting = """query ($code: String!) { disbursementRequests(filter: {projectCode: $code}) {
      nodes { id } totalCount } }"""
    found = data(base, waiting, {"code": tranche["project"]}, as_="auditor")
    assert found["disbursementRequests"] == {"nodes": [{"id": asked["id"]}], "totalCount": 1}
    for name in ("wenshan", "recipient"):
        hidden = ask(base, waiting, {"code": tranche["project"]}, as_=name)
        assert hidden["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    decision = {"id": asked["id"], "decision": "APPROVED"}
    own = act(base, "disbursementDecide", **decision)
    assert (own["__typename"], own["code"]) == ("NotYours", "SAME_PERSON")
    silent = act(base, "disbursementDecide", "second", id=asked["id"], decision="REJECTED")
    assert problems(silent) == {"reason"}
    done = act(base, "disbursementDecide", "second", **decision)["request"]
    assert (done["decision"]["actor"], done["movement"]["actor"],
            done["movement"]["requestedBy"], done["movement"]["amount"]) == (
        "second", "second", "office", "6000000.00")
    assert act(base, "disbursementDecide", "second", **decision)["request"] == done
    changed = act(base, "disbursementDecide", "second", id=asked["id"], decision="REJECTED",
                  reason="缓拨")
    assert changed["code"] == "ALREADY_DECIDED"
    assert data(base, waiting, {"code": tranche["project"]})["disbursementRequests"] == {
        "nodes": [], "totalCount": 0}
    small = act(base, "disbursementRequest", trancheId=tranche["id"], **a_slip("1.00"))["request"]
    rejected = act(base, "disbursementDecide", "second", id=small["id"], decision="REJECTED",
                   reason="手续不全")["request"]
    assert (rejected["decision"]["decision"], rejected["movement"]) == ("REJECTED", None)


# Plans.

def test_an_instalment_is_planned_otherwise_or_withdrawn(base: str) -> None:
    """With a reason, by the version one saw; what was withdrawn counts nowhere and stays on record.
    """
    tranche, other = planned(base, a_tranche(name="首期款"), a_tranche(name="二期款"))
    draft = a_tranche(name="首期款", amount="1200.00", dueOn=None, condition={"progress": "30"})
    given = {"id": tranche["id"], "expectedVersion": 1}
    changed = act(base, "trancheChange", **given, tranche=draft, reason="按进度")["tranche"]
    assert (changed["amount"], changed["condition"], changed["version"], changed["reason"]) == (
        "1200.00", {"stage": None, "progress": "30.00", "afterDays": 0, "milestone": None}, 2,
        "按进度")
    stale = act(base, "trancheWithdraw", **given, reason="重复")
    assert (stale["__typename"], stale["currentVersion"]) == ("StaleVersion", 2)
    given["expectedVersion"] = 2
    assert problems(act(base, "trancheWithdraw", **given, reason=" ")) == {"reason"}
    gone = act(base, "trancheWithdraw", **given, reason="重复编制")["tranche"]
    assert (gone["withdrawnBy"], gone["reason"], gone["overdue"]) == ("office", "重复编制", "0.00")
    assert gone["withdrawnOn"] is not None
    for name, more in (("trancheWithdraw", {}), ("trancheChange", {"tranche": draft})):
        again = act(base, name, **{**given, "expectedVersion": 3}, reason="再", **more)
        assert (again["__typename"], again["code"]) == ("Conflict", "WITHDRAWN")
    assert move(base, "fundsCommit", tranche, "1.00")["code"] == "WITHDRAWN"
    move(base, "fundsCommit", other, "1.00")
    moved = act(base, "trancheWithdraw", id=other["id"], expectedVersion=1, reason="误")
    assert (moved["__typename"], moved["code"]) == ("Conflict", "WITHDRAWN")
    shown = data(base, """query ($code: String!) { aidProject(code: $code) {
        tranches { seq } all: tranches(withdrawn: null) { seq withdrawnOn history { field } } }
      fundingTranches(filter: {projectCode: $code}) { totalCount }
      gone: fundingTranches(filter: {projectCode: $code, withdrawn: true}) { nodes { seq } } }""",
      {"code": tranche["project"]}, as_="wenshan")
    assert shown["aidProject"]["tranches"] == [{"seq": 2}]
    assert [one["seq"] for one in shown["aidProject"]["all"]] == [1, 2]
    assert {"field": "withdrawn_on"} in shown["aidProject"]["all"][0]["history"]
    assert (shown["fundingTranches"], shown["gone"]) == ({"totalCount": 1}, {"nodes": [{"seq": 1}]})
    same = act(base, "tranchePlan", projectId=tranche["projectId"],
               tranches=[a_tranche(name="首期款")])
    assert [one["seq"] for one in same["project"]["tranches"]] == [2, 3]


def test_every_mistake_of_a_plan_is_listed_by_its_input_field(base: str) -> None:
    """In which of the instalments, and where in it."""
    [tranche] = planned(base)
    wrong = act(base, "tranchePlan", projectId=tranche["projectId"], tranches=[
        a_tranche(), a_tranche(name=" ", amount="0.00"),
        a_tranche(condition={"progress": "101"})])
    assert problems(wrong) == {"tranches.1.name", "tranches.1.amount",
                               "tranches.2.condition.progress"}
    wrong = act(base, "tranchePlan", projectId=tranche["projectId"], tranches=[
        a_tranche(sourceCode="none"), a_tranche(condition={"stage": "SUSPENDED"}),
        a_tranche(condition={"afterDays": 3}), a_tranche(dueOn=None),
        a_tranche(condition={"milestoneId": global_id("Milestone", 10**9)})])
    assert problems(wrong) == {
        "tranches.0.sourceCode", "tranches.1.condition.stage", "tranches.2.condition.afterDays",
        "tranches.3.dueOn", "tranches.4.condition.milestoneId"}
    by = {"scheduleCode": "none", "sourceCode": "310000-city", "amount": "0.00"}
    assert problems(act(base, "tranchePlan", projectId=tranche["projectId"], bySchedule=by)) == {
        "bySchedule.scheduleCode", "bySchedule.amount"}
    for given in ({}, {"tranches": [a_tranche()], "bySchedule": by}):
        assert problems(act(base, "tranchePlan", projectId=tranche["projectId"], **given)) == {
            "tranches"}
    change = act(base, "trancheChange", id=tranche["id"], expectedVersion=1, reason="",
                 tranche=a_tranche(sourceCode="none"))
    assert problems(change) == {"reason", "tranche.sourceCode"}


# Refusals.

def test_what_a_movement_lacks_is_said_at_once(base: str) -> None:
    """By its input field."""
    [tranche] = planned(base, a_tranche(condition={"progress": "50"}))
    wrong = act(base, "fundsDisburse", trancheId=tranche["id"], amount="0.00",
                occurredOn="2999-01-01", idempotencyKey="short", voucherNo="号" * 201)
    assert problems(wrong) == {"amount", "occurredOn", "idempotencyKey", "voucherNo", "reason"}
    assert problems(move(base, "fundsCommit", tranche, "1.00", documentNo=" ")) == {"documentNo"}
    assert problems(move(base, "commitmentCancel", tranche, "1.00")) == {"reason"}
    bare = move(base, "fundsReturn", tranche, "1.00", "wenshan", voucherNo=None)
    assert problems(bare) == {"voucherNo", "reason"}


def test_refusals_of_the_ledger(base: str) -> None:
    """More than there is, a voucher twice, a key for something else, a project that stands still.
    """
    tranche = _disbursed(base, "100.00")
    over = move(base, "fundsDisburse", tranche, "900.01")
    assert (over["__typename"], over["code"], over["available"]) == (
        "Overdrawn", "OVERDRAWN", "900.00")
    slip = a_slip("10.00")
    assert act(base, "fundsDisburse", trancheId=tranche["id"], **slip)["movement"]["seq"] == 3
    twice = act(base, "fundsDisburse", trancheId=tranche["id"],
                **{**slip, "idempotencyKey": "another-key"})
    assert (twice["__typename"], twice["code"]) == ("Conflict", "VOUCHER_RECORDED")
    reused = act(base, "fundsDisburse", trancheId=tranche["id"], **{**slip, "amount": "10.01"})
    assert (reused["__typename"], reused["code"]) == ("Conflict", "KEY_REUSED")
    doing.act(base, "projectSuspend", id=tranche["projectId"], expectedVersion=tranche["at"],
              reason="塌方")
    still = move(base, "fundsDisburse", tranche, "1.00")
    assert (still["__typename"], still["code"]) == ("Conflict", "NOT_AT_THIS_STAGE")
    assert move(base, "fundsReceive", tranche, "1.00", "wenshan")["__typename"] == "FundsMoved"


def test_a_key_sent_again_and_at_once_is_one_movement(base: str) -> None:
    """However often it is pressed."""
    tranche = _disbursed(base, "100.00")
    slip = {"trancheId": tranche["id"], **a_slip("60.00")}
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: act(base, "fundsReceive", "wenshan", **slip), range(4)))
    assert {one["movement"]["id"] for one in found} == {found[0]["movement"]["id"]}
    assert _stands(found[0], "received") == ["60.00"]


def test_nobody_moves_or_sees_anothers_money(base: str) -> None:
    """Another region's is not there; each side has its own verbs; readers have none."""
    tranche = _disbursed(base, "100.00")
    for name in RECIPIENTS:
        refused = [move(base, name, one, "1.00", "recipient", reason="x")
                   for one in (tranche, NOWHERE)]
        assert refused[0]["__typename"] == "NotFound"
        assert refused[0] == refused[1]
    seen = """query ($code: String!, $id: ID!) { fundingTranche(projectCode: $code, seq: 1) { id }
      movement(projectCode: $code, seq: 1) { id } node(id: $id) { id }
      movements(filter: {projectCode: $code}) { totalCount }
      fundingTranches(filter: {regionCode: "532600"}) { totalCount } }"""
    given = {"code": tranche["project"], "id": tranche["id"]}
    assert data(base, seen, given, as_="recipient") == {
        "fundingTranche": None, "movement": None, "node": None, "movements": {"totalCount": 0},
        "fundingTranches": {"totalCount": 0}}
    assert data(base, seen, given, as_="wenshan")["movements"] == {"totalCount": 2}
    for name, as_ in (*((name, "wenshan") for name in (*OFFICES, "tranchePlan")),
                      *((name, "office") for name in RECIPIENTS),
                      *((name, who) for name in OPERATIONS for who in ("leader", "auditor"))):
        sent: dict[str, Any] = {"trancheId": tranche["id"], **a_slip("1.00")} \
            if OPERATIONS[name][0] == "FundsInput" else _AS_SENT[OPERATIONS[name][0]]
        answer = ask(base, operation(name), {"input": sent}, as_=as_)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN", (name, as_)
    for name in OFFICES:
        assert move(base, name, NOWHERE, "1.00", reason="x")["__typename"] == "NotFound"


_AS_SENT: dict[str, dict[str, Any]] = {
    "TranchePlanInput": {"projectId": "x"},
    "TrancheChangeInput": {"id": "x", "expectedVersion": 1, "tranche": a_tranche(), "reason": "x"},
    "TrancheWithdrawInput": {"id": "x", "expectedVersion": 1, "reason": "x"},
    "MovementReverseInput": {"id": "x", "occurredOn": DAY, "idempotencyKey": "x", "reason": "x"},
    "DisbursementDecideInput": {"id": "x", "decision": "APPROVED"},
}


# Papers.

def test_a_movement_is_shown_by_a_file_sent_with_it(base: str) -> None:
    """Kept as a document of the project; the same again answers the same movement."""
    tranche = _disbursed(base, "100.00")
    slip = {"trancheId": tranche["id"], "title": "银行回单", **a_slip("70.00")}
    file = ("回单.pdf", PDF)
    found = move_with_file(base, "fundsReceive", file, "wenshan", **slip)
    assert found["movement"]["document"]["title"] == "银行回单"
    assert fetch(base, found["movement"]["document"]["url"]).content == PDF
    assert hashlib.sha256(PDF).hexdigest() == json.loads(found["movement"]["body"])[
        "document_sha256"]
    assert move_with_file(base, "fundsReceive", file, "wenshan", **slip) == found
    other = move_with_file(base, "fundsReceive", ("回单.png", PNG), "wenshan", **slip)
    assert other["code"] == "KEY_REUSED"
    wrong = move_with_file(base, "fundsReceive", ("回单.pdf", b"MZ"), "wenshan", **{
        **slip, "occurredOn": "2999-01-01"})
    assert problems(wrong) == {"file", "occurredOn"}
    foreign = move_with_file(base, "fundsReceive", file, "recipient", **slip)
    assert foreign["__typename"] == "NotFound"
    shown = data(base, "query ($id: ID!) { node(id: $id) { ... on AidProject { documents { title"
                 " } } } }", {"id": tranche["projectId"]})
    assert shown["node"]["documents"] == [{"title": "银行回单"}]
    asked = move_with_file(base, "disbursementRequest", file, trancheId=tranche["id"],
                           **a_slip("1.00"))
    assert asked["request"]["document"] == {"title": "回单.pdf"}
    undone = move_with_file(
        base, "movementReverse", file, "wenshan", id=found["movement"]["id"], occurredOn=DAY,
        reason="重复", idempotencyKey="reverse-with-paper", title="更正单")
    assert undone["movement"]["document"]["title"] == "更正单"


# Reading.

LEDGER = """query ($code: String!, $after: String, $filter: MovementFilter, $on: Date) {
  aidProject(code: $code) { balances(asKnownOn: $on) { committed totalCommitted held }
    movements(first: 2, after: $after, filter: $filter, orderBy: {field: PROJECT, direction: ASC}) {
      totalCount nodes { seq kind } pageInfo { hasNextPage endCursor } } }
  fundingTranche(projectCode: $code, seq: 1) { balances(asKnownOn: $on) { inTransit } } }"""


def test_the_ledger_is_read_page_by_page_and_as_it_was_known(base: str) -> None:
    """In order, narrowed; before anything was recorded there is nothing."""
    tranche = _disbursed(base, "100.00")
    for amount in ("10.00", "20.00", "30.00"):
        move(base, "fundsReceive", tranche, amount, "wenshan")
    given: dict[str, Any] = {"code": tranche["project"]}
    walked: list[int] = []
    for _ in range(3):
        page = data(base, LEDGER, given, as_="wenshan")["aidProject"]["movements"]
        walked += [one["seq"] for one in page["nodes"]]
        given["after"] = page["pageInfo"]["endCursor"]
    assert (walked, page["totalCount"], page["pageInfo"]["hasNextPage"]) == (
        [1, 2, 3, 4, 5], 5, False)
    narrowed = data(base, LEDGER, {"code": tranche["project"], "filter": {
        "kinds": ["RECEIVE"], "amountFrom": "20.00", "asKnownOn": "9999-12-31"}})
    assert [one["seq"] for one in narrowed["aidProject"]["movements"]["nodes"]] == [4, 5]
    now = data(base, LEDGER, {"code": tranche["project"]})
    assert now["aidProject"]["balances"] == {
        "committed": "900.00", "totalCommitted": "1000.00", "held": "60.00"}
    late = data(base, LEDGER, {"code": tranche["project"], "on": "9999-12-31"})
    assert late["aidProject"]["balances"] == now["aidProject"]["balances"]
    assert late["fundingTranche"] == now["fundingTranche"] == {"balances": {"inTransit": "40.00"}}
    before = data(base, LEDGER, {"code": tranche["project"], "on": DAY,
                                 "filter": {"asKnownOn": DAY}})
    assert before["aidProject"]["movements"]["totalCount"] == 0
    assert set(before["aidProject"]["balances"].values()) == {"0.00"}
    assert before["fundingTranche"] == {"balances": {"inTransit": "0.00"}}

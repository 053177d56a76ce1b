"""Mutations over real HTTP: success, and every refusal as a member of the result."""

from typing import Any

from tests.api.client import ask, data

ADJUST = """mutation ($input: PlanTargetAdjustInput!) {
  planTargetAdjust(input: $input) {
    __typename
    ... on PlanTargetAdjusted { target { version kind target unit attainment indicator { name }
      adjustments { field oldValue newValue reason adjustedOn actor } history { field new } } }
    ... on UserError { code message }
    ... on InvalidInput { problems { path message value } }
    ... on StaleVersion { expectedVersion currentVersion } } }"""
AGREE = """mutation ($input: PairingAgreeInput!) {
  pairingAgree(input: $input) { __typename
    ... on PairingAgreed { pairing { id code version recipient { code name } endsOn } }
    ... on UserError { code message } ... on InvalidInput { problems { path } } } }"""
END = """mutation ($input: PairingEndInput!) {
  pairingEnd(input: $input) { __typename
    ... on PairingEnded { pairing { endsOn version history { field old new actor } } }
    ... on UserError { code message } } }"""


def _target(base: str, code: str = "rikaze-housing") -> dict[str, Any]:
    found = data(base, """query ($code: String!) { planTarget(planCode: "shanghai-2006-2010",
      code: $code) { id version } }""", {"code": code})
    target: dict[str, Any] = found["planTarget"]
    return target


def _adjust(base: str, **input_: Any) -> dict[str, Any]:
    result: dict[str, Any] = data(base, ADJUST, {"input": input_})["planTargetAdjust"]
    return result


def test_an_office_gives_a_commitment_its_number(own_server: str) -> None:
    """The adjusted target comes back with what was adjusted; a second office was too late."""
    target = _target(own_server)
    first = _adjust(own_server, id=target["id"], expectedVersion=1, reason="中期调整",
                    adjustedOn="2008-07-01", target="120", indicatorCode="aid_projects")
    assert first["__typename"] == "PlanTargetAdjusted"
    found = first["target"]
    assert (found["version"], found["kind"], found["target"], found["unit"]) == (
        2, "QUANTITATIVE", "120", "个")
    kept = next(row for row in found["adjustments"] if row["field"] == "target")
    assert kept == {"field": "target", "oldValue": None, "newValue": "120", "reason": "中期调整",
                    "adjustedOn": "2008-07-01", "actor": "office"}
    late = _adjust(own_server, id=target["id"], expectedVersion=1, reason="x", target="99")
    assert (late["__typename"], late["expectedVersion"], late["currentVersion"]) == (
        "StaleVersion", 1, 2)


def test_an_office_enters_what_was_reached(own_server: str) -> None:
    """It counts before any rule, and is kept with its reason; without a number to reach it is none.
    """
    target = _target(own_server)
    refused = _adjust(own_server, id=target["id"], expectedVersion=1, reason="年报", actual="5")
    assert [one["path"] for one in refused["problems"]] == [["actual"]]
    found = _adjust(own_server, id=target["id"], expectedVersion=1, reason="年报", target="120",
                    indicatorCode="aid_projects", actual="90")["target"]
    assert found["attainment"] == "75.00"
    assert ("actual", None, "90", "年报") in [
        (row["field"], row["oldValue"], row["newValue"], row["reason"])
        for row in found["adjustments"]]
    measured = data(own_server, '{ metrics(codes: ["target_attainment"]) { value } }')
    assert measured["metrics"] == [{"value": "75.00"}]


def test_every_mistake_of_an_input_is_listed_in_the_asked_language(own_server: str) -> None:
    """Chinese by default, English on request."""
    target = _target(own_server)
    input_ = {"id": target["id"], "expectedVersion": 1, "reason": " ", "target": "5",
              "adjustedOn": "2999-01-01"}
    chinese = _adjust(own_server, **input_)
    assert chinese["code"] == "INPUT_REFUSED"
    assert {tuple(p["path"]) for p in chinese["problems"]} == {
        ("reason",), ("adjustedOn",), ("indicatorCode",)}
    english = ask(own_server, ADJUST, {"input": input_}, accept_language="en")
    messages = {p["message"] for p in english["data"]["planTargetAdjust"]["problems"]}
    assert "not later than today" in messages


def test_a_wrong_or_foreign_id_is_refused(own_server: str) -> None:
    """An id of another type, nonsense, and a target that does not exist."""
    plan = data(own_server, '{ plan(code: "shanghai-2006-2010") { id } }')["plan"]["id"]
    assert _adjust(own_server, id=plan, expectedVersion=1, reason="x", target="1")[
        "__typename"] == "InvalidInput"
    assert _adjust(own_server, id="???", expectedVersion=1, reason="x", target="1")[
        "__typename"] == "InvalidInput"
    assert _adjust(own_server, id="UGxhblRhcmdldDo5OTk5OTk=", expectedVersion=1, reason="x",
                   target="1")["__typename"] == "NotFound"


def test_a_pairing_is_agreed_and_ended(own_server: str) -> None:
    """Codes of the day it starts; overlapping is a conflict; history keeps its end."""
    new = {"code": "310000-532300-east-west", "supporterCode": "310000",
           "recipientCode": "532300", "programme": "EAST_WEST", "startsOn": "2011-01-01"}
    agreed = data(own_server, AGREE, {"input": new})["pairingAgree"]
    assert agreed["pairing"]["recipient"]["code"] == "532300"
    again = data(own_server, AGREE, {"input": {**new, "code": "again"}})["pairingAgree"]
    assert (again["__typename"], again["code"]) == ("Conflict", "PAIRING_OVERLAPS")
    same = data(own_server, AGREE, {"input": {**new, "startsOn": "2031-01-01"}})["pairingAgree"]
    assert same["__typename"] in ("InvalidInput", "Conflict")
    ended = data(own_server, END, {"input": {
        "id": agreed["pairing"]["id"], "expectedVersion": 1, "endsOn": "2015-12-31"}})["pairingEnd"]
    assert (ended["pairing"]["endsOn"], ended["pairing"]["version"]) == ("2015-12-31", 2)
    assert ended["pairing"]["history"][-1] == {
        "field": "ends_on", "old": None, "new": "2015-12-31", "actor": "office"}
    stale = data(own_server, END, {"input": {
        "id": agreed["pairing"]["id"], "expectedVersion": 1, "endsOn": "2016-12-31"}})["pairingEnd"]
    assert stale["__typename"] == "StaleVersion"


def test_all_wrong_codes_of_a_pairing_are_named(own_server: str) -> None:
    """Form mistakes by input field."""
    wrong = {"code": "Not A Code", "supporterCode": "31", "recipientCode": "x",
             "programme": "TIBET", "startsOn": "2011-01-01"}
    refused = data(own_server, AGREE, {"input": wrong})["pairingAgree"]
    assert {tuple(p["path"]) for p in refused["problems"]} == {
        ("code",), ("supporterCode",), ("recipientCode",)}


def test_several_mutations_of_one_request_are_each_their_own_transaction(own_server: str) -> None:
    """The second fails, the first stays."""
    target = _target(own_server)
    both = data(own_server, """mutation ($id: ID!) {
      a: planTargetAdjust(input: {id: $id, expectedVersion: 1, reason: "一", statement: "甲"}) {
        __typename ... on PlanTargetAdjusted { target { statement version } } }
      b: planTargetAdjust(input: {id: $id, expectedVersion: 1, reason: "二", statement: "乙"}) {
        __typename } }""", {"id": target["id"]})
    assert both["a"]["target"] == {"statement": "甲", "version": 2}
    assert both["b"]["__typename"] == "StaleVersion"

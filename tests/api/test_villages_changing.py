"""Key villages over real HTTP: designated, planned, changed, reported on, accepted, refused."""

from typing import Any

from tests.api.client import ask, data
from tests.api.doing import fetch, form, send
from tests.integration.paper import PDF

DESIGNATE = """mutation ($input: VillageDesignateInput!) { done: villageDesignate(input: $input) {
  __typename ... on VillageDesignated { village { id code name version standing { late }
    recipient { code } region { code } supporter { code } district { code } simulated
    history { field actor } } } ...Refused } }"""
PLAN = """mutation ($input: VillageWorkPlanInput!) { done: villageWorkPlan(input: $input) {
  __typename ... on VillageWorkPlanned { work { id code cost planned unit version component
    naturalVillage { name households } village { code progress } } } ...Refused } }"""
CHANGE = """mutation ($input: VillageWorkChangeInput!) { done: villageWorkChange(input: $input) {
  __typename ... on VillageWorkChanged { work { version planned cost unit progress plannedEnd
    adjustments { field oldValue newValue reason actor } history { field old new actor } } }
  ...Refused } }"""
REPORT = """mutation ($input: VillageProgressReportInput!) {
  done: villageProgressReport(input: $input) { __typename
    ... on VillageProgressReported { report { id done reportedOn note actor
      work { progress village { progress } } } } ...Refused } }"""
ACCEPT = """mutation ($input: VillageAcceptInput!) { done: villageAccept(input: $input) { __typename
  ... on VillageAccepted { village { code acceptances { score } standing { accepted late } }
    acceptance { sheet score passed assessor actor
      scores { points criterion { code component points } } } } ...Refused } }"""
HAMLET = """mutation ($input: NaturalVillageAddInput!) { done: naturalVillageAdd(input: $input) {
  __typename ... on NaturalVillageAdded { naturalVillage { name households } } ...Refused } }"""
REFUSED = """ fragment Refused on UserError { code message
  ... on InvalidInput { problems { path message value } } ... on StaleVersion { currentVersion } }
"""
VILLAGE = {"recipientCode": "540200", "regionCode": "540227", "name": "普夏村", "nameEn": "Puxia",
           "supporterCode": "310000", "districtCode": "310115", "designatedIn": 2006,
           "households": 80, "population": 400}
WATER = {"component": "LIVING", "name": "安全饮水", "unit": "户", "planned": "80",
         "cost": "400000.00", "plannedStart": "2006-03-01", "plannedEnd": "2006-10-01"}


def done(base: str, mutation: str, input_: dict[str, Any], as_: str = "office") -> dict[str, Any]:
    """What came of a mutation."""
    found: dict[str, Any] = data(base, mutation + REFUSED, {"input": input_}, as_=as_)["done"]
    return found


def designated(base: str, **given: Any) -> dict[str, Any]:
    """A new key village."""
    found: dict[str, Any] = done(base, DESIGNATE, VILLAGE | given)["village"]
    return found


def planned(base: str, village: dict[str, Any], **given: Any) -> dict[str, Any]:
    """A new work of a village."""
    found: dict[str, Any] = done(base, PLAN, {"villageId": village["id"], **WATER, **given})["work"]
    return found


def _paths(refused: dict[str, Any]) -> set[str]:
    assert refused["__typename"] == "InvalidInput", refused
    return {".".join(problem["path"]) for problem in refused["problems"]}


def test_a_village_is_designated_planned_reported_on_and_accepted(own_server: str) -> None:
    """The whole life, each answer read through the same types."""
    village = designated(own_server)
    assert village | {"id": ""} == {
        "id": "", "code": "V-540200-2006-001", "name": "普夏村", "version": 1, "standing": None,
        "recipient": {"code": "540200"}, "region": {"code": "540227"},
        "supporter": {"code": "310000"}, "district": {"code": "310115"}, "simulated": False,
        "history": [{"field": None, "actor": "office"}]}
    hamlet = done(own_server, HAMLET, {"villageId": village["id"], "name": "上寨", "households": 9})
    assert hamlet["naturalVillage"] == {"name": "上寨", "households": 9}
    work = planned(own_server, village, naturalVillage="上寨")
    assert work | {"id": ""} == {
        "id": "", "code": "W001", "cost": "400000.00", "planned": "80", "unit": "户",
        "version": 1, "component": "LIVING", "naturalVillage": {"name": "上寨", "households": 9},
        "village": {"code": village["code"], "progress": "0.00"}}
    reported = done(own_server, REPORT, {
        "workId": work["id"], "reportedOn": "2006-08-01", "done": "60"}, as_="recipient")
    assert reported["report"] | {"id": ""} == {
        "id": "", "done": "60", "reportedOn": "2006-08-01", "note": None, "actor": "recipient",
        "work": {"progress": "75.00", "village": {"progress": "75.00"}}}
    again = done(own_server, REPORT, {
        "workId": work["id"], "reportedOn": "2006-08-01", "done": "60"})
    assert again["report"]["id"] == reported["report"]["id"]
    judged = done(own_server, ACCEPT, _filled_in(own_server, village))
    assert judged["village"] == {"code": village["code"], "acceptances": [{"score": "100"}],
                                 "standing": {"accepted": True, "late": False}}
    assert (judged["acceptance"]["score"], judged["acceptance"]["passed"]) == ("100", True)
    assert {line["points"] == line["criterion"]["points"]
            for line in judged["acceptance"]["scores"]} == {True}


def _filled_in(base: str, village: dict[str, Any]) -> dict[str, Any]:
    lines = data(base, '{ acceptanceSheet(sheet: "standard-1") { code points } }')
    return {"villageId": village["id"], "sheet": "standard-1", "acceptedOn": "2007-05-01",
            "assessor": "验收组", "points": lines["acceptanceSheet"]}


def test_the_score_sheet_as_signed_is_kept(own_server: str) -> None:
    """In the same call; its recipient may fetch it, another not. A line has points once."""
    sheet = _filled_in(own_server, designated(own_server))
    twice = sheet | {"points": [*sheet["points"], sheet["points"][0]]}
    assert _paths(done(own_server, ACCEPT, twice)) == {"points"}
    text = """mutation ($input: VillageAcceptInput!) { villageAccept(input: $input) {
      ... on VillageAccepted { acceptance { score document { title url } } } } }"""
    answer = send(own_server, **form(
        {"query": text, "variables": {"input": {**sheet, "file": None, "title": "验收评分表"}}},
        {"0": ["variables.input.file"]}, {"0": ("评分表.pdf", PDF)}))
    found = answer.json()["data"]["villageAccept"]["acceptance"]
    assert (found["score"], found["document"]["title"]) == ("100", "验收评分表")
    for as_, status in (("recipient", 200), ("wenshan", 404)):
        assert fetch(own_server, found["document"]["url"], as_).status_code == status


def test_a_planned_work_is_changed_and_both_values_are_kept(own_server: str) -> None:
    """Quantity, cost, dates; null takes the cost away; what came of it shows at once."""
    work = planned(own_server, designated(own_server))
    done(own_server, REPORT, {"workId": work["id"], "reportedOn": "2006-08-01", "done": "40"})
    changed = done(own_server, CHANGE, {
        "id": work["id"], "expectedVersion": 1, "reason": "按实测", "planned": "50", "cost": None,
        "plannedEnd": "2007-01-31"})["work"]
    assert changed["adjustments"] == [
        {"field": field, "oldValue": old, "newValue": new, "reason": "按实测", "actor": "office"}
        for field, old, new in (("planned", "80", "50"), ("cost_fen", "40000000", None),
                                ("planned_end", "2006-10-01", "2007-01-31"))]
    assert (changed["version"], changed["planned"], changed["cost"], changed["progress"]) == (
        2, "50", None, "80.00")
    stale = done(own_server, CHANGE, {
        "id": work["id"], "expectedVersion": 1, "reason": "x", "planned": "60"})
    assert (stale["__typename"], stale["currentVersion"]) == ("StaleVersion", 2)
    assert _paths(done(own_server, CHANGE, {
        "id": work["id"], "expectedVersion": 2, "reason": " ", "planned": "0"})) == {
        "reason", "planned"}
    assert _paths(done(own_server, CHANGE, {
        "id": work["id"], "expectedVersion": 2, "reason": "x", "unit": "人",
        "plannedEnd": "2005-01-01"})) == {"unit", "plannedEnd"}


def test_every_mistake_is_named_by_its_input_field(own_server: str) -> None:
    """Of a designation, a work, a report, a score sheet; in both languages."""
    assert _paths(done(own_server, DESIGNATE, VILLAGE | {
        "supporterCode": "110000", "recipientCode": "999999"})) == {
        "supporterCode", "recipientCode"}
    assert _paths(done(own_server, DESIGNATE, VILLAGE | {"regionCode": "532600"})) == {"regionCode"}
    village = designated(own_server)
    plan = {"villageId": village["id"], **WATER}
    assert _paths(done(own_server, PLAN, plan | {
        "unit": "万元", "naturalVillage": "没有", "projectCode": "P-1",
        "plannedEnd": "2005-01-01"})) == {"unit", "naturalVillage", "projectCode", "plannedEnd"}
    assert _paths(done(own_server, PLAN, plan | {"planned": "0", "cost": "-1.00"})) == {
        "planned", "cost"}
    work = planned(own_server, village)
    done(own_server, REPORT, {"workId": work["id"], "reportedOn": "2006-08-01", "done": "60"})
    assert _paths(done(own_server, REPORT, {
        "workId": work["id"], "reportedOn": "2099-01-01", "done": "60.5"})) == {
        "reportedOn", "done"}
    assert _paths(done(own_server, REPORT, {
        "workId": work["id"], "reportedOn": "2006-09-01", "done": "59"})) == {"note"}
    sheet = _filled_in(own_server, village)
    assert _paths(done(own_server, ACCEPT, sheet | {"points": sheet["points"][1:]})) == {"points"}
    english = ask(own_server, REPORT + REFUSED, {"input": {
        "workId": work["id"], "reportedOn": "2006-09-01", "done": "59"}}, accept_language="en")
    assert "less than the 60" in english["data"]["done"]["problems"][0]["message"]


def test_ids_of_other_things_are_refused(own_server: str) -> None:
    """A village is no work; nonsense is no id; what is not there is not found."""
    village = designated(own_server)
    for id_ in (village["id"], "???"):
        assert done(own_server, REPORT, {
            "workId": id_, "reportedOn": "2006-08-01", "done": "1"})["code"] == "INPUT_REFUSED"
    nothing = {"villageId": "S2V5VmlsbGFnZTo5OTk5", **WATER}
    assert done(own_server, PLAN, nothing)["__typename"] == "NotFound"


def test_another_regions_village_is_as_if_it_were_not_there(own_server: str) -> None:
    """To read by code, id and list, and to report on: the same answers as for nothing at all."""
    village = designated(own_server)
    work = planned(own_server, village)
    query = """query ($code: String!, $id: ID!) { keyVillage(code: $code) { id }
      node(id: $id) { id } keyVillages { totalCount nodes { id } }
      villageReports { totalCount } }"""
    hidden = data(own_server, query, {"code": village["code"], "id": village["id"]}, as_="wenshan")
    absent = data(own_server, query, {"code": "V-0-0-0", "id": "S2V5VmlsbGFnZTo5OTk5"},
                  as_="wenshan")
    assert hidden == absent == {"keyVillage": None, "node": None, "keyVillages": {
        "totalCount": 0, "nodes": []}, "villageReports": {"totalCount": 0}}
    report = {"reportedOn": "2006-08-01", "done": "1"}
    assert done(own_server, REPORT, report | {"workId": work["id"]}, as_="wenshan") == done(
        own_server, REPORT, report | {"workId": "VmlsbGFnZVdvcms6OTk5OQ=="}, as_="wenshan")


def test_only_an_office_keeps_villages(own_server: str) -> None:
    """A recipient reports and no more; a leader and an auditor do neither."""
    work = planned(own_server, designated(own_server))
    for as_ in ("recipient", "leader", "auditor", "system_admin"):
        for mutation, input_ in (
            (DESIGNATE, VILLAGE),
            (CHANGE, {"id": work["id"], "expectedVersion": 1, "reason": "x", "planned": "1"}),
        ):
            answer = ask(own_server, mutation + REFUSED, {"input": input_}, as_=as_)
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    for as_ in ("leader", "auditor"):
        answer = ask(own_server, REPORT + REFUSED, {"input": {
            "workId": work["id"], "reportedOn": "2006-08-01", "done": "1"}}, as_=as_)
        assert answer["errors"][0]["extensions"]["fields"] == ["done"]

"""Reading key villages over real HTTP: as of any day, late and stalled, by recipient."""

from typing import Any

from tests.api.client import ask, data
from tests.api.test_villages_changing import REPORT, designated, done, planned

ON = """query ($code: String!, $day: Date) { keyVillage(code: $code) {
  progress(asOf: $day) components(asOf: $day) { component progress planned works done cost }
  standing(asOf: $day) { progress planned works done lateWorks plannedEnd reportedOn quietSince
    accepted late stalled } } }"""


def _half_built(base: str) -> dict[str, Any]:
    """A road of 10 km, 4 of them by June 2006 and 10 by May 2007; a clinic nobody began."""
    village = designated(base)
    road = planned(base, village, component="PRODUCTION", name="村道", unit="公里", planned="10",
                   cost="300.00", plannedStart="2006-01-01", plannedEnd="2006-12-31")
    planned(base, village, component="HEALTH", name="卫生室", unit="平方米", planned="60",
            cost="100.00", plannedStart="2006-03-01", plannedEnd="2006-10-01")
    for day, so_far in (("2006-06-01", "4"), ("2007-05-01", "10")):
        done(base, REPORT, {"workId": road["id"], "reportedOn": day, "done": so_far})
    return village


def test_progress_is_as_of_any_day(own_server: str) -> None:
    """By component and in all, weighted by cost; what was reported later does not count."""
    village = _half_built(own_server)
    before, between, after = (
        data(own_server, ON, {"code": village["code"], "day": day})["keyVillage"]
        for day in ("2005-12-31", "2006-10-01", "2007-05-01"))
    assert before["progress"] == "0.00"
    assert before["standing"]["planned"] == "0.00"
    assert between["progress"] == "30.00"
    assert between["components"] == [
        {"component": "PRODUCTION", "progress": "40.00", "planned": "75.00", "works": 1, "done": 0,
         "cost": "300.00"},
        {"component": "HEALTH", "progress": "0.00", "planned": "100.00", "works": 1, "done": 0,
         "cost": "100.00"}]
    assert between["standing"] == {
        "progress": "30.00", "planned": "81.25", "works": 2, "done": 0, "lateWorks": 0,
        "plannedEnd": "2006-12-31", "reportedOn": "2006-06-01", "quietSince": "2006-06-01",
        "accepted": False, "late": False, "stalled": True}
    assert after["standing"] == between["standing"] | {
        "progress": "75.00", "planned": "100.00", "done": 1, "lateWorks": 1, "late": True,
        "reportedOn": "2007-05-01", "quietSince": "2007-05-01", "stalled": False}


def test_late_and_stalled_villages_are_found(own_server: str) -> None:
    """On the day that is asked for; one without works is neither."""
    village, empty = _half_built(own_server), designated(own_server, name="空村")
    query = """query ($late: Boolean, $stalled: Boolean, $day: Date) {
      keyVillages(filter: {late: $late, stalled: $stalled, asOf: $day}) {
        totalCount nodes { code } } }"""
    for given, codes in (
        ({"late": True, "day": "2006-12-31"}, []),
        ({"late": True, "day": "2007-01-01"}, [village["code"]]),
        ({"late": False, "day": "2007-01-01"}, [empty["code"]]),
        ({"stalled": True, "day": "2006-08-29"}, []),
        ({"stalled": True, "day": "2006-08-30"}, [village["code"]]),
        ({"late": True, "stalled": True}, [village["code"]]),
        ({}, [village["code"], empty["code"]]),
    ):
        found = data(own_server, query, given)["keyVillages"]
        assert [node["code"] for node in found["nodes"]] == codes, given
        assert found["totalCount"] == len(codes)


def test_villages_are_found_by_whose_and_where_they_are(own_server: str) -> None:
    """By codes present and former, district, year, words; under their recipient."""
    mine = designated(own_server)
    other = designated(own_server, recipientCode="532600", regionCode=None, districtCode=None,
                       name="文山村", nameEn=None, designatedIn=2007, township="平坝镇")
    query = "query ($f: KeyVillageFilter) { keyVillages(filter: $f) { nodes { code } } }"
    for filter_, found in (
        ({"regionCode": "542300"}, [mine]), ({"regionCode": "540227"}, [mine]),
        ({"regionCode": "532600"}, [other]), ({"supporterCode": "310000"}, [other, mine]),
        ({"districtCode": "310115"}, [mine]), ({"designatedIn": 2007}, [other]),
        ({"search": "PUX"}, [mine]), ({"search": "山村"}, [other]), ({"search": "V-5326"}, [other]),
        ({"simulated": True}, []), ({"regionCode": "999999"}, []),
    ):
        nodes = data(own_server, query, {"f": filter_})["keyVillages"]["nodes"]
        assert [node["code"] for node in nodes] == [one["code"] for one in found], filter_
    below = data(own_server, """{ recipientRegion(code: "540200") {
      keyVillages(orderBy: {field: NAME}) { totalCount nodes { name recipient { code } } } } }""")
    assert below["recipientRegion"]["keyVillages"] == {
        "totalCount": 1, "nodes": [{"name": "普夏村", "recipient": {"code": "540200"}}]}


def test_reports_come_newest_first_page_by_page(own_server: str) -> None:
    """Of a village and of all; by day."""
    village = _half_built(own_server)
    query = """query ($code: String!, $after: String) { keyVillage(code: $code) {
      reports(first: 1, after: $after) { totalCount nodes { done work { code } }
        pageInfo { endCursor hasNextPage } } }
      villageReports(filter: {villageCode: $code, from: "2007-01-01", to: "2007-12-31"}) {
        nodes { reportedOn } } }"""
    first = data(own_server, query, {"code": village["code"]})
    assert first["villageReports"]["nodes"] == [{"reportedOn": "2007-05-01"}]
    page = first["keyVillage"]["reports"]
    assert (page["totalCount"], page["nodes"][0]["done"], page["pageInfo"]["hasNextPage"]) == (
        2, "10", True)
    second = data(own_server, query, {
        "code": village["code"], "after": page["pageInfo"]["endCursor"]})["keyVillage"]["reports"]
    assert (second["nodes"][0]["done"], second["pageInfo"]["hasNextPage"]) == ("4", False)


def test_who_may_not_read_villages_is_told(own_server: str) -> None:
    """The administrators see no region's data."""
    answer = ask(own_server, "{ keyVillages { totalCount } viewer { name } }", as_="system_admin")
    assert answer["errors"][0]["extensions"]["fields"] == ["keyVillages"]

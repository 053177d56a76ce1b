"""Seconded people over real HTTP: registered, posted, extended, ended, succeeded, refused, read."""

from typing import Any

import pytest

from tests.api.client import ask, data
from tests.api.test_villages_changing import REFUSED, done

REGISTER = """mutation ($input: CadreRegisterInput!) { done: cadreRegister(input: $input) {
  __typename ... on CadreRegistered { cadre { id code name category homeUnit supporter { code }
    district { code } } } ...Refused } }"""
BATCH = """mutation ($input: BatchMakeInput!) { done: batchMake(input: $input) {
  __typename ... on BatchMade { batch { code months direction } } ...Refused } }"""
AGREE = """mutation ($input: PostAgreeInput!) { done: postAgree(input: $input) {
  __typename ... on PostAgreed { post { id code vacant(asOf: "2007-01-01") region { code } } }
  ...Refused } }"""
END_POST = """mutation ($input: PostEndInput!) { done: postEnd(input: $input) {
  __typename ... on PostEnded { post { agreedUntil } } ...Refused } }"""
SECONDMENT = """id version start plannedEnd end endReason category direction
  endsWithinDays(asOf: "2009-05-31") region { code } batch { code } cadre { name } post { code }
  predecessor { id } successor { id } extensions { oldEnd newEnd reason actor }"""


def _posting(name: str, input_: str, member: str) -> str:
    return (f"mutation ($input: {input_}!) {{ done: {name}(input: $input) {{ __typename"
            f" ... on {member} {{ secondment {{ {SECONDMENT} }} }} ...Refused }} }}")


POST = _posting("secondmentPost", "SecondmentPostInput", "SecondmentPosted")
SUCCEED = _posting("secondmentSucceed", "SecondmentSucceedInput", "SecondmentPosted")
END = _posting("secondmentEnd", "SecondmentEndInput", "SecondmentEnded")
EXTEND = _posting("secondmentExtend", "SecondmentExtendInput", "SecondmentExtended")
ASSIGN = _posting("secondmentAssign", "SecondmentAssignInput", "SecondmentAssigned")


NOTHING = {"term": "U2Vjb25kbWVudDo5OTk5", "cadre": "U2Vjb25kZWRDYWRyZTo5OTk5"}
"""Ids of a term and a person that there are not."""


class Office:
    """An office at a server, with a teacher's post in Rikaze agreed from 2006 on."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.batch = self.done(BATCH, code="teachers-2006", name="首批教师",
                               startsOn="2006-07-01", months=36)["batch"]
        self.post = self.agree()

    def done(self, mutation: str, **input_: Any) -> dict[str, Any]:
        """What came of a mutation."""
        return done(self.base, mutation, input_)

    def agree(self, recipient: str = "540200") -> dict[str, Any]:
        """A teacher's post."""
        found: dict[str, Any] = self.done(
            AGREE, recipientCode=recipient, unit="中学", title="教师", category="TEACHER",
            agreedFrom="2006-01-01")["post"]
        return found

    def register(self, name: str) -> dict[str, Any]:
        """A teacher from Pudong."""
        found: dict[str, Any] = self.done(
            REGISTER, name=name, category="TEACHER", homeUnit="进才中学", supporterCode="310000",
            districtCode="310115")["cadre"]
        return found

    def post_(self, cadre: dict[str, Any], **given: Any) -> dict[str, Any]:
        """A person posted to the post, in the batch."""
        return self.done(POST, **{"cadreId": cadre["id"], "postId": self.post["id"],
                                  "batchCode": "teachers-2006", **given})


@pytest.fixture
def office(own_server: str) -> Office:
    """It has changed nothing else."""
    return Office(own_server)


def test_a_person_is_posted_extended_ended_and_succeeded(office: Office) -> None:
    """Start and end come from the batch; the old end stays with its reason."""
    assert office.batch == {"code": "teachers-2006", "months": 36, "direction": "OUT"}
    assert office.post["vacant"] is True
    first, second = office.register("张老师"), office.register("李老师")
    assert (first["code"], first["district"]) == ("C-310000-00001", {"code": "310115"})
    term = office.post_(first)["secondment"]
    assert term | {"id": ""} == {
        "id": "", "version": 1, "start": "2006-07-01", "plannedEnd": "2009-06-30", "end": None,
        "endReason": None, "category": "TEACHER", "direction": "OUT", "endsWithinDays": 30,
        "region": {"code": "540200"}, "batch": {"code": "teachers-2006"},
        "cadre": {"name": "张老师"}, "post": {"code": office.post["code"]}, "predecessor": None,
        "successor": None, "extensions": []}
    longer = office.done(EXTEND, id=term["id"], expectedVersion=1, newEnd="2010-06-30",
                         reason="工作需要")["secondment"]
    assert (longer["plannedEnd"], longer["version"], longer["extensions"]) == (
        "2010-06-30", 2, [{"oldEnd": "2009-06-30", "newEnd": "2010-06-30", "reason": "工作需要",
                           "actor": "office"}])
    ended = office.done(END, id=term["id"], expectedVersion=2, endedOn="2010-03-31",
                        reason="调回")["secondment"]
    assert (ended["end"], ended["endReason"], ended["plannedEnd"], ended["endsWithinDays"]) == (
        "2010-03-31", "调回", "2010-06-30", None)
    after = office.done(SUCCEED, id=term["id"], cadreId=second["id"], startsOn="2010-04-01",
                        plannedEnd="2012-03-31")["secondment"]
    assert (after["predecessor"], after["batch"]) == ({"id": term["id"]}, None)
    assert data(office.base, "query ($id: ID!) { node(id: $id) { ... on Secondment {"
                " successor { id } } } }", {"id": term["id"]})["node"]["successor"] == {
        "id": after["id"]}


def test_conflicts_are_told_with_their_codes(office: Office) -> None:
    """One person at a time, one post one person, what is over is over, who comes second is told."""
    first, second = office.register("张"), office.register("李")
    term = office.post_(first)["secondment"]
    elsewhere = office.agree("532600")
    for refused, code in (
        (office.post_(first, postId=elsewhere["id"]), "SECONDMENT_OVERLAPS"),
        (office.post_(second), "POST_HELD"),
        (office.done(END_POST, id=office.post["id"], agreedUntil="2007-01-01"), "POST_HELD"),
        (office.done(END, id=term["id"], expectedVersion=9, endedOn="2008-01-01", reason="x"),
         "STALE_VERSION"),
    ):
        assert refused["code"] == code
        assert refused["__typename"] == ("StaleVersion" if code == "STALE_VERSION" else "Conflict")
    ended = office.done(END, id=term["id"], expectedVersion=1, endedOn="2008-01-01", reason="x")
    over = office.done(END, id=term["id"], expectedVersion=ended["secondment"]["version"],
                       endedOn="2008-01-01", reason="x")
    assert (over["__typename"], over["code"]) == ("Conflict", "SECONDMENT_OVER")
    assert office.done(END_POST, id=office.post["id"], agreedUntil="2010-12-31")["post"] == {
        "agreedUntil": "2010-12-31"}


def test_mistakes_are_named_by_their_input_fields(office: Office) -> None:
    """No telephone under another name; days in order; a batch there is."""
    def paths(refused: dict[str, Any]) -> set[str]:
        assert refused["__typename"] == "InvalidInput", refused
        return {".".join(problem["path"]) for problem in refused["problems"]}

    assert paths(office.done(REGISTER, name="张 13800138000", category="TEACHER",
                             supporterCode="310000", districtCode="540200")) == {
        "name", "districtCode"}
    assert paths(office.done(BATCH, code="teachers-2006", name="又", startsOn="2006-07-01",
                             months=36)) == {"code"}
    cadre = office.register("张")
    assert paths(office.post_(cadre, batchCode="none")) == {"batchCode", "startsOn", "plannedEnd"}
    assert paths(office.post_(cadre, startsOn="2005-12-31")) == {"startsOn"}
    term = office.post_(cadre)["secondment"]
    assert paths(office.done(EXTEND, id=term["id"], expectedVersion=1, newEnd="2009-06-30",
                             reason="x")) == {"newEnd"}
    assert paths(office.done(END, id=term["id"], expectedVersion=1, endedOn="2009-07-01",
                             reason="x")) == {"endedOn"}
    for day in ("2005-01-01", "9999-12-31"):
        assert paths(office.done(END_POST, id=office.post["id"], agreedUntil=day)) == {
            "agreedUntil"}
    assert office.done(ASSIGN, id=term["id"], projectCode="P-none")["__typename"] == "NotFound"


def test_posts_are_counted_against_those_that_are_filled(office: Office) -> None:
    """On a day: one filled and one vacant; none agreed before 2006."""
    other = office.agree()
    office.post_(office.register("张"))
    query = """query ($day: Date) { postFill(asOf: $day) { region { code } category direction agreed
        filled vacant rate }
      posts(filter: {vacant: true, asOf: $day}) { nodes { code holders(asOf: $day) { id } } }
      held: posts(filter: {vacant: false, asOf: $day}) { nodes { holders(asOf: $day) {
        cadre { name } } } } }"""
    found = data(office.base, query, {"day": "2007-01-01"})
    assert found["postFill"] == [{
        "region": {"code": "540200"}, "category": "TEACHER", "direction": "OUT", "agreed": 2,
        "filled": 1, "vacant": 1, "rate": "50.00"}]
    assert found["posts"]["nodes"] == [{"code": other["code"], "holders": []}]
    assert found["held"]["nodes"] == [{"holders": [{"cadre": {"name": "张"}}]}]
    assert data(office.base, query, {"day": "2005-01-01"})["postFill"] == []


def test_terms_are_found_by_all_that_is_said_of_them(office: Office) -> None:
    """Region, category, direction, district, batch, and how they stand on a day."""
    office.post_(office.register("张"))
    query = "query ($f: SecondmentFilter) { secondments(filter: $f) { totalCount } }"
    on = {"asOf": "2009-05-31"}
    for filter_, count in (
        ({"regionCode": "542300"}, 1), ({"regionCode": "532600"}, 0), ({"category": "TEACHER"}, 1),
        ({"category": "DOCTOR"}, 0), ({"direction": "IN"}, 0), ({"districtCode": "310115"}, 1),
        ({"districtCode": "310104"}, 0), ({"batchCode": "teachers-2006"}, 1),
        ({"cadreCode": "C-310000-00001"}, 1), ({"current": True}, 0), ({"current": True, **on}, 1),
        ({"current": False}, 1), ({"endingWithinDays": 30, **on}, 1),
        ({"endingWithinDays": 29, **on}, 0), ({"endingWithinDays": 30}, 0),
    ):
        found = data(office.base, query, {"f": filter_})["secondments"]["totalCount"]
        assert found == count, filter_


def test_a_recipient_sees_who_was_sent_to_it_and_nothing_of_others(office: Office) -> None:
    """A person who was in two places is seen in one; who may not post is told so."""
    cadre = office.register("张")
    mine = office.post_(cadre)["secondment"]
    theirs = office.done(POST, cadreId=cadre["id"], postId=office.agree("532600")["id"],
                         startsOn="2010-01-01", plannedEnd="2011-12-31")["secondment"]
    unsent = office.register("李")
    query = """query ($term: ID!, $cadre: ID!) { node(id: $term) { id } who: node(id: $cadre) { id }
      secondedCadres { nodes { name secondments { id } } } secondments { totalCount }
      posts { totalCount } postFill { region { code } } }"""
    found = data(office.base, query, {"term": theirs["id"], "cadre": unsent["id"]},
                 as_="recipient")
    assert found == data(office.base, query, NOTHING, as_="recipient") == {
        "node": None, "who": None,
        "secondedCadres": {"nodes": [{"name": "张", "secondments": [{"id": mine["id"]}]}]},
        "secondments": {"totalCount": 1}, "posts": {"totalCount": 1},
        "postFill": [{"region": {"code": "540200"}}]}
    for as_ in ("recipient", "leader", "auditor", "security_admin"):
        answer = ask(office.base, REGISTER + REFUSED, {"input": {
            "name": "王", "category": "TEACHER", "supporterCode": "310000"}}, as_=as_)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"

"""Queries an official would run, over real HTTP."""

from typing import Any

import pytest

from tests.api.client import ask, data


def test_a_prefecture_asks_what_was_promised(server_url: str) -> None:
    """By its old code too: commitments for it and for the group it is in."""
    query = """query ($code: String!) {
      recipientRegion(code: $code) { code name nameOn(date: "2006-01-01")
        pairings { programme startsOn startPrecision supporter { name } } }
      planTargets(filter: { planCode: "shanghai-2006-2010", regionCode: $code }) {
        totalCount nodes { section { number } region { name } group { name } } } }"""
    old, new = data(server_url, query, {"code": "532700"}), data(
        server_url, query, {"code": "530800"})
    assert old == new
    region = new["recipientRegion"]
    assert (region["name"], region["nameOn"]) == ("普洱市", "思茅市")
    assert region["pairings"][0] == {
        "programme": "EAST_WEST", "startsOn": "1996-01-01", "startPrecision": "YEAR",
        "supporter": {"name": "上海市"}}
    scopes = {(t["group"] or t["region"])["name"] for t in new["planTargets"]["nodes"]}
    assert {"云南四州市", "八个对口地区"} <= scopes
    assert new["planTargets"]["totalCount"] == len(new["planTargets"]["nodes"])


def test_what_was_published_comes_as_printed_and_as_exact_money(server_url: str) -> None:
    """1.6 亿元 stays 1.6 and is 160,000,000.00 yuan; near values keep their qualifier."""
    found = data(server_url, """{ publishedFigures(first: 100, filter: {
      planCode: "shanghai-2006-2010", money: true }) {
        nodes { code value unit qualifier amount group { code } region { code } } } }""")
    by_code = {node.pop("code"): node for node in found["publishedFigures"]["nodes"]}
    assert by_code["grants-aksu"] == {
        "value": "1.6", "unit": "亿元", "qualifier": "EXACT", "amount": "160000000.00",
        "group": None, "region": {"code": "652900"}}
    relief = next(node for node in by_code.values() if node["value"] == "6000")
    assert (relief["qualifier"], relief["amount"]) == ("NEARLY", "60000000.00")


def test_discrepancies_say_both_numbers_and_which_figures(server_url: str) -> None:
    """Through the plan and at the root alike."""
    fields = "kind statedTotal sumOfParts difference unit exhaustive figures { value } explanation"
    found = data(server_url, f"""{{
      plan(code: "shanghai-2006-2010") {{ discrepancies {{ {fields} }} }}
      discrepancies(planCode: "shanghai-2006-2010") {{ {fields} }} }}""")
    assert found["discrepancies"] == found["plan"]["discrepancies"]
    only = found["discrepancies"][0]
    assert (only["statedTotal"], only["sumOfParts"], only["difference"]) == ("1490", "2490", "1000")
    assert [figure["value"] for figure in only["figures"]] == ["1490", "259", "388", "1625", "218"]


def test_pages_go_through_all_rows_once(server_url: str) -> None:
    """Forwards in either direction, whatever the order; the total is that of the filter."""
    query = """query ($after: String, $field: PlanTargetOrderField!, $direction: OrderDirection!) {
      planTargets(first: 7, after: $after, orderBy: { field: $field, direction: $direction }) {
        totalCount edges { cursor node { code } } pageInfo { hasNextPage endCursor } } }"""
    for field in ("READING", "CODE", "THEME"):
        for direction in ("ASC", "DESC"):
            seen: list[str] = []
            after, more = None, True
            while more:
                page = data(server_url, query, {
                    "after": after, "field": field, "direction": direction})["planTargets"]
                seen += [edge["node"]["code"] for edge in page["edges"]]
                after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
                assert after == page["edges"][-1]["cursor"]
            assert len(seen) == len(set(seen)) == page["totalCount"] == 97
            if field == "CODE":
                assert seen == sorted(seen, reverse=direction == "DESC")


def test_anything_is_found_by_its_id(server_url: str) -> None:
    """A node comes back as what it is."""
    plan = data(server_url, '{ plan(code: "shanghai-2006-2010") { id } }')["plan"]
    found = data(server_url, """query ($id: ID!) {
      node(id: $id) { __typename id ... on Plan { code } ... on Pairing { programme } } }""",
      {"id": plan["id"]})
    assert found["node"] == {
        "__typename": "Plan", "id": plan["id"], "code": "shanghai-2006-2010"}


def test_the_supporting_city_and_its_districts(server_url: str) -> None:
    """Shanghai with its sixteen districts and its plan."""
    city = data(server_url, """{ supportingCity(code: "310000") {
      name nameEn districts { code city { code } } plans { code } pairings { code } } }""")
    found = city["supportingCity"]
    assert len(found["districts"]) == 16
    assert found["plans"] == [{"code": "shanghai-2006-2010"}]
    assert len(found["pairings"]) == 10


def test_the_tree_of_divisions_can_be_walked(server_url: str) -> None:
    """34 provinces today; a recipient's counties; its former names."""
    found = data(server_url, """{
      recipientRegions(first: 100, filter: { paired: null, level: PROVINCE, ended: false }) {
        totalCount }
      recipientRegion(code: "540200") { parent { name } children { name level }
        periods { code name validFrom validTo } } }""")
    assert found["recipientRegions"]["totalCount"] == 34
    region = found["recipientRegion"]
    assert region["parent"]["name"] == "西藏自治区"
    assert len(region["children"]) == 18
    assert [period["code"] for period in region["periods"]] == ["542300", "540200"]


def test_a_name_is_looked_up_on_a_date(server_url: str) -> None:
    """思茅市 was a name in 2006; 普洱市 was none in 2000."""
    query = """query ($name: String!, $on: Date) {
      recipientRegions(filter: { paired: null, search: $name, level: PREFECTURE, on: $on }) {
        nodes { name } } }"""
    def found(name: str, on: str | None) -> list[str]:
        asked = data(server_url, query, {"name": name, "on": on})
        return [node["name"] for node in asked["recipientRegions"]["nodes"]]

    assert found("思茅市", "2006-01-01") == found("思茅市", None) == ["普洱市"]
    assert found("思茅市", "2020-01-01") == found("普洱市", "2000-01-01") == []


def test_what_does_not_exist_is_null(server_url: str) -> None:
    """No error, no guess."""
    found = data(server_url, """{ plan(code: "none") { id }
      recipientRegion(code: "542300", on: "2020-01-01") { id }
      planTarget(planCode: "shanghai-2006-2010", code: "none") { id }
      discrepancies(planCode: "none") { id } }""")
    assert found == {"plan": None, "recipientRegion": None, "planTarget": None, "discrepancies": []}


@pytest.mark.parametrize(("query", "variables"), [
    ("{ planTargets(first: 0) { totalCount } }", {}),
    ("{ planTargets(first: 101) { totalCount } }", {}),
    ('{ planTargets(after: "x") { totalCount } }', {}),
    ('{ node(id: "x") { id } }', {}),
    ("query ($n: Int!) { planTargets(first: $n) { totalCount } }", {"n": -1}),
    ("query ($a: String) { planTargets(after: $a) { nodes { id } } }", {"a": "WyJ4Il0="}),
])
def test_a_wrong_argument_is_said_plainly(
    server_url: str, query: str, variables: dict[str, Any]
) -> None:
    """With a code, and without a word of SQL."""
    answer = ask(server_url, query, variables)
    assert [e["extensions"]["code"] for e in answer["errors"]] == ["ARGUMENT_REFUSED"]
    assert "SELECT" not in str(answer)


def test_a_refused_field_does_not_take_the_others_with_it(server_url: str) -> None:
    """Only its own root field is null."""
    answer = ask(server_url, '{ node(id: "x") { id } plan(code: "shanghai-2006-2010") { code } }')
    assert answer["data"] == {"node": None, "plan": {"code": "shanghai-2006-2010"}}
    assert [error["path"] for error in answer["errors"]] == [["node"]]


def test_introspection_and_reads_go_together(server_url: str) -> None:
    """A mixed operation is answered by ordinary execution with compiled root fields."""
    found = data(server_url, """{ __schema { queryType { name } }
      plan(code: "shanghai-2006-2010") { code targets(first: 1) { nodes { code } } } }""")
    assert found["__schema"]["queryType"]["name"] == "Query"
    assert found["plan"]["targets"]["nodes"]

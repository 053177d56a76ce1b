"""What asks for too much is refused before it is read, and a slow read is ended once."""

from tests.api.client import ask, data

DEEP = """{ planTargets(first: 100) { nodes { plan { targets(first: 100) { nodes { plan {
  targets(first: 100) { nodes { code } } } } } } } } }"""


def test_pages_within_pages_are_bounded(server_url: str) -> None:
    """A million rows are not read for a few words."""
    answer = ask(server_url, DEEP, accept_language="en")
    assert answer["errors"][0]["extensions"]["code"] == "TOO_COSTLY"
    assert "smaller pages" in answer["errors"][0]["message"]


def test_lists_within_lists_are_bounded(server_url: str) -> None:
    """Walking up and down a tree for ever is not."""
    nested = "children { parent { " * 7 + "code" + " } }" * 7
    answer = ask(server_url, f'{{ recipientRegion(code: "530000") {{ {nested} }} }}')
    assert answer["errors"][0]["extensions"]["code"] == "TOO_COSTLY"


def test_the_whole_tree_of_a_plan_is_no_such_thing(server_url: str) -> None:
    """What a page needs stays far below."""
    data(server_url, """{ plan(code: "shanghai-2006-2010") {
      groups { members { pairings { code } } }
      targets(first: 100) { nodes {
        adjustments { reason } annual { value } children { code } } } } }""")


def test_a_mutation_whose_result_cannot_be_answered_changes_nothing(own_server: str) -> None:
    """A wrong page size or too large a result is refused before anything is written."""
    id_ = data(own_server, """{ planTarget(planCode: "shanghai-2006-2010", code: "rikaze-housing") {
      id } }""")["planTarget"]["id"]
    for selected in ("plan { targets(first: 1000) { totalCount } }", DEEP[1:-1].replace(
            "planTargets(first: 100)", "plan { targets(first: 100)") + "}"):
        query = f"""mutation ($id: ID!) {{ planTargetAdjust(input: {{
          id: $id, expectedVersion: 1, reason: "x", statement: "y" }}) {{
          __typename ... on PlanTargetAdjusted {{ target {{ {selected} }} }} }} }}"""
        answer = ask(own_server, query, {"id": id_})
        refused = "errors" in answer or answer["data"]["planTargetAdjust"]["__typename"] != (
            "PlanTargetAdjusted")
        assert refused, answer
    after = data(own_server, """{ planTarget(planCode: "shanghai-2006-2010",
      code: "rikaze-housing") { version adjustments { field } } }""")["planTarget"]
    assert after == {"version": 1, "adjustments": []}

"""The edge: what is no GraphQL over HTTP is refused plainly; health; files of this server only."""

import re

import httpx
import pytest

from tests.api.client import ask
from tests.people import bearer

PLAN = '{ plan(code: "shanghai-2006-2010") { code } }'


@pytest.mark.parametrize(("body", "kind", "status"), [
    (b"{", "application/json", 400),
    (b"[]", "application/json", 400),
    (b"{}", "application/json", 400),
    (b'{"query": 1}', "application/json", 400),
    (b'{"query": "{a}", "variables": []}', "application/json", 400),
    (b"query={a}", "application/x-www-form-urlencoded", 415),
    (b'{"query": "{a}"}', "text/plain", 415),
    (b'{"query": "' + b"#" * 300_000 + b'"}', "application/json", 413),
])
def test_what_is_no_operation_is_refused(
    server_url: str, body: bytes, kind: str, status: int
) -> None:
    """With a status and a sentence, never a trace."""
    answer = httpx.post(f"{server_url}/graphql", content=body,
                        headers={**bearer(server_url), "content-type": kind})
    assert answer.status_code == status
    assert answer.json()["errors"][0]["message"]
    assert "Traceback" not in answer.text


def test_invalid_documents_are_answered_as_the_client_asked(server_url: str) -> None:
    """200 for application/json, 400 for application/graphql-response+json (GraphQL over HTTP)."""
    for query in ("{", "{ nothing }", "query A { __typename } query B { __typename }"):
        who = bearer(server_url)
        plain = httpx.post(f"{server_url}/graphql", json={"query": query}, headers=who)
        strict = httpx.post(f"{server_url}/graphql", json={"query": query},
                            headers={**who, "accept": "application/graphql-response+json"})
        assert (plain.status_code, strict.status_code) == (200, 400)
        assert plain.json()["errors"] == strict.json()["errors"]


def test_wrong_variables_are_said_by_name(server_url: str) -> None:
    """The ordinary entry says which variable and why."""
    answer = ask(server_url, "query ($first: Int!) { planTargets(first: $first) { totalCount } }",
                 {"first": "many"})
    assert "$first" in answer["errors"][0]["message"]


def test_an_operation_is_chosen_by_name(server_url: str) -> None:
    """Of several operations in one document."""
    query = f"query A {PLAN} query B {{ __typename }}"
    answer = httpx.post(f"{server_url}/graphql", json={"query": query, "operationName": "B"},
                        headers=bearer(server_url))
    assert answer.json() == {"data": {"__typename": "Query"}}


def test_a_foreign_host_name_is_refused(server_url: str) -> None:
    """A page of another site cannot reach the server by a name that resolves here."""
    answer = httpx.post(f"{server_url}/graphql", json={"query": PLAN},
                        headers={**bearer(server_url), "host": "evil.example"})
    assert answer.status_code == 400


def test_health(server_url: str) -> None:
    """Alive and ready."""
    assert httpx.get(f"{server_url}/health/live").json() == {"status": "live"}
    assert httpx.get(f"{server_url}/health/ready").json() == {"status": "ready"}


def test_graphiql_comes_whole_from_this_server(server_url: str) -> None:
    """Every file it names is here, and none is anywhere else."""
    page = httpx.get(f"{server_url}/graphql", headers=bearer(server_url))
    assert page.status_code == 200
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert not [name for name in named if "//" in name]
    for name in (name for name in named if name.startswith("/")):
        assert httpx.get(
            f"{server_url}{name}", headers=bearer(server_url)).status_code == 200, name


def test_deep_and_long_documents_are_bounded(server_url: str) -> None:
    """More tokens than any honest operation has are refused before they are understood."""
    answer = ask(server_url, "{ " + "a: __typename " * 1000 + "}")
    assert "tokens" in answer["errors"][0]["message"]

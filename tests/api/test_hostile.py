"""What scanners and attackers send: refused or answered, and never much work.

The checks of graphql-cop, each by itself over real HTTP; then documents that grow, whose work is
counted in calls, as seconds say more about the machine than about the program.
"""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query
from graphql.execution.values import VariableValues
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.hostile import DOCUMENTS, LARGEST
from schema.read import cost
from schema.read.prepared import MAX_TOKENS, Documents, Prepared
from schema.schema import schema
from tests.actors import LOCAL
from tests.api.client import ask
from tests.api.work import calls
from tests.people import bearer

MOST_CALLS = 400_000
"""What a document of 10 KB may take before it is refused or goes to the database."""
PLAN = '{ plan(code: "shanghai-2006-2010") { code } }'
JSON = {"content-type": "application/json"}


def _post(base: str, **sent: Any) -> httpx.Response:
    headers = {**bearer(base), **sent.pop("headers", {})}
    return httpx.post(f"{base}/graphql", headers=headers, timeout=30, **sent)


def _code(answer: dict[str, Any]) -> str | None:
    [error] = answer["errors"]
    assert "data" not in answer
    code: str | None = error.get("extensions", {}).get("code")
    return code


# What graphql-cop looks for.

def test_aliases_are_bounded(server_url: str) -> None:
    """Alias overloading: a hundred and one of them."""
    many = " ".join(f"alias{number}: __typename" for number in range(101))
    assert _code(ask(server_url, f"{{ {many} }}")) == "TOO_COSTLY"
    few = " ".join(f"alias{number}: __typename" for number in range(cost.MAX_ALIASES))
    assert "errors" not in ask(server_url, f"{{ {few} }}")


def test_there_are_no_batches(server_url: str) -> None:
    """Array-based batching: one request is one operation."""
    answer = _post(server_url, json=[{"query": PLAN}] * 10)
    assert answer.status_code == 400
    assert "data" not in answer.json()


def test_directives_are_bounded(server_url: str) -> None:
    """Directive overloading, with directives there are and such there are not."""
    for directive in ("@aa", "@skip(if: false)"):
        query = f"{{ __typename {directive * 41} }}"
        assert _code(ask(server_url, query)) == "TOO_COSTLY"


def test_introspection_in_circles_is_refused(server_url: str) -> None:
    """Circular introspection: types of fields of types of fields."""
    query = ("query cop { __schema { types { fields { type { fields { type { fields { type {"
             " fields { type { name } } } } } } } } } } }")
    assert _code(ask(server_url, query)) == "TOO_COSTLY"


def test_a_field_is_not_asked_for_hundreds_of_times(server_url: str) -> None:
    """Field duplication: five hundred times the same."""
    assert _code(ask(server_url, "query cop { " + "__typename " * 500 + "}")) == "TOO_COSTLY"


@pytest.mark.parametrize("query", ["{ __typename }", "mutation { __typename }"])
def test_nothing_is_asked_or_done_by_get(server_url: str, query: str) -> None:
    """GET brings GraphiQL, or nothing; it never brings an answer."""
    answer = httpx.get(f"{server_url}/graphql", params={"query": query},
                       headers={**bearer(server_url), "accept": "application/json"})
    assert "__typename" not in answer.text


@pytest.mark.parametrize(("kind", "status"), [
    ("application/x-www-form-urlencoded", 415), ("text/plain", 415),
    ("multipart/form-data; boundary=x", 400)])
def test_a_form_is_no_operation(server_url: str, kind: str, status: int) -> None:
    """POST as a form of another site could send it: only one with files has a meaning."""
    answer = _post(server_url, content=b"query=%7B__typename%7D", headers={"content-type": kind})
    assert answer.status_code == status
    assert "data" not in answer.json()


def test_graphiql_is_not_shown_to_nobody(server_url: str) -> None:
    """GraphiQL exposure: whoever is not signed in sees no trace of it, on any usual path."""
    for path in ("/graphql", "/graphiql", "/graphiql/graphiql.min.js", "/playground", "/console"):
        answer = httpx.get(f"{server_url}{path}", headers={"accept": "text/html"})
        assert answer.status_code != 200, path
        assert "graphiql" not in answer.text.lower().replace("/graphiql", "")


@pytest.mark.parametrize("query", [
    get_introspection_query(), "{ __schema { queryType { name } } }",
    '{ __type(name: "Plan") { name } }', "{ __typename }"])
def test_nobody_is_told_nothing_of_the_schema(server_url: str, query: str) -> None:
    """Introspection to the anonymous."""
    answer = httpx.post(f"{server_url}/graphql", json={"query": query})
    assert answer.status_code == 401
    assert "data" not in answer.json()
    assert "Query" not in answer.text


@pytest.mark.parametrize("query", [
    "{ plan(cod: 1) { code } }", "{ pln { code } }", '{ plan(code: "x") { cod titl } }',
    "{ __shema { types { name } } }",
    "{ planTargets(filter: {kind: QUANTITATIV}) { nodes { x } } }",
    "fragment F on Pln { code } { ...F }", "{ __typename @skp(if: true) }"])
def test_no_name_is_suggested(server_url: str, query: str) -> None:
    """Field suggestions: a wrong name is wrong, and that is all."""
    answer = ask(server_url, query)
    assert answer["errors"]
    assert "did you mean" not in str(answer).lower()


def test_no_name_is_suggested_for_a_variable(server_url: str) -> None:
    """Nor where a variable is wrong, at either entry."""
    for field in ("totalCount", "totalCount } viewer { name"):
        answer = ask(server_url, "query ($k: PlanTargetKind, $f: PlanTargetFilter) { planTargets("
                     f"filter: {{kind: $k}}) {{ {field} }} }}",
                     {"k": "QUALITATIV", "f": {"planCod": "x"}})
        assert len(answer["errors"]) == 2 or "$k" in str(answer) or "$f" in str(answer)
        assert "did you mean" not in str(answer).lower()


def test_nothing_is_traced_to_the_client(server_url: str) -> None:
    """Tracing: not when asked for, not in an answer, not in an error."""
    for query in (PLAN, "{ plan(code: 1) { code } }", "{"):
        answer = _post(server_url, json={"query": query, "extensions": {"tracing": True}},
                       headers={"x-apollo-tracing": "1", "apollo-query-plan": "1"})
        for word in ("tracing", "stacktrace", "traceback", 'file "', "exception", ".py"):
            assert word not in answer.text.lower()
        assert "extensions" not in answer.json()


@pytest.mark.parametrize("body", [
    b"qwerty { __typename }", b'{"query": "qwerty cop { abc }"}', b'{"query": "\\ud800"}',
    b'{"query": "{ __typename }", "operationName": "nope"}', b'{"query": "query"}',
    b'{"query": "{ __typename }", "variables": {"a": [[[[1]]]]}}', b'"{ __typename }"', b"null",
    b'{"query": "subscription { a }"}', b'{"query": "type Query { a: Int }"}', b"\xff\xfe{}",
])
def test_no_error_is_left_to_chance(server_url: str, body: bytes) -> None:
    """Unhandled errors: whatever is sent is answered as the client's mistake, or answered."""
    answer = _post(server_url, content=body, headers=JSON)
    assert answer.status_code in (200, 400)
    assert "INTERNAL_ERROR" not in answer.text
    assert answer.json().keys() <= {"data", "errors"}


# Documents that grow.

def _prepared(text: str, documents: Documents | None = None) -> Prepared:
    """What becomes of a document up to the moment when the database would be asked."""
    documents = documents or Documents(schema._schema)
    prepared = documents.prepare(text, None)
    if not prepared.errors:
        documents.statement(prepared, VariableValues({}, {}), LOCAL)
    return prepared


def _is_costly(prepared: Prepared) -> bool:
    return any(isinstance(error.original_error, cost.TooCostly) for error in prepared.errors)


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """What is made once, at first use, is nobody's work."""
    for text in (PLAN, "{ planTargets { nodes { id region { name } } } }", "{ x }"):
        _prepared(text)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_small_document_is_little_work(name: str) -> None:
    """Each of those that `make bench` measures."""
    text = DOCUMENTS[name]
    assert len(text.encode()) <= LARGEST
    documents = Documents(schema._schema)
    assert calls(lambda: _prepared(text, documents)) < MOST_CALLS


SERVED = {
    "aliases, as many as may be", "a long text", "node, as often as may be",
    "pages, as many as may be", "projects of regions, as many as may be",
    "plain fields, as many as may be", "introspection",
    "introspection, two lists deep", "introspection, thirty times", "introspection twice"}
BY_VALIDATION = {
    "fragments of one name", "fragments in a circle", "fragments that are not there",
    "variables", "a list of arguments"}
BY_PARSING = {"aliases", "comments", "unclosed", "brackets"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_multiplies_is_not_even_validated(name: str) -> None:
    """All that is refused for its weight is refused before any rule of validation sees it."""
    prepared = _prepared(DOCUMENTS[name])
    assert bool(prepared.errors) is (name not in SERVED)
    assert _is_costly(prepared) is (name not in SERVED | BY_VALIDATION | BY_PARSING)


def _chain(depth: int) -> str:
    fragments = " ".join(
        f"fragment A{at} on Query {{ ...A{at + 1} ...A{at + 1} }}" for at in range(depth))
    return f"{{ ...A0 }} {fragments} fragment A{depth} on Query {{ __typename }}"


def test_697_bytes_are_not_two_to_the_fifteenth() -> None:
    """Fragments that spread each other twice: work grows with the text, not with what it means."""
    assert len(DOCUMENTS["nested fragments"]) <= 697
    short, long_ = _chain(10), _chain(20)
    assert cost.MAX_FIELDS < 2 ** 10
    assert calls(lambda: _prepared(long_)) < 3 * calls(lambda: _prepared(short))


def test_the_whole_document_is_weighed_not_the_chosen_operation() -> None:
    """Validation would look at the others too."""
    heavy = "query Heavy { " + "plans { id } " * 200 + "}"
    documents = Documents(schema._schema)
    assert _is_costly(documents.prepare(f"query Light {{ __typename }} {heavy}", "Light"))
    unused = "fragment Unused on Query { " + "plans { id } " * 200 + "}"
    assert _is_costly(documents.prepare(f"{{ __typename }} {unused}", None))


def test_graphiql_gets_its_introspection() -> None:
    """What it asks at its start, as the library makes it and with all its options."""
    for options in ({}, {"descriptions": False}, {
            "specified_by_url": True, "directive_is_repeatable": True, "schema_description": True,
            "input_value_deprecation": True}):
        assert not _prepared(get_introspection_query(**options)).errors


def _repeated(text: str, times: int) -> str:
    return " ".join(text.replace("#", str(number)) for number in range(times))


def _deep(levels: int) -> str:
    inner = levels - 3  # plan, sections, id
    return f'{{ plan(code: "x") {{ sections {{ {"parent { " * inner} id {"} " * inner} }} }} }}'


PLAIN = "code title titleEn document source version periodStart periodEnd reviewStart reviewEnd id"
LIMITS = {
    "depth": (cost.MAX_DEPTH, _deep),
    "aliases": (cost.MAX_ALIASES, lambda n: f"{{ {_repeated('a#: __typename', n)} }}"),
    "operations": (cost.MAX_OPERATIONS, lambda n: _repeated("query Q# { __typename }", n)),
    "directives": (cost.MAX_DIRECTIVES, lambda n: (
        f"{{ {'__typename @skip(if: false) ' * (n - n // 2)}"
        f" {'__typename @include(if: true) ' * (n // 2)} }}")),
    "fragments": (cost.MAX_FRAGMENTS, lambda n: (
        f"{{ {_repeated('...F#', n)} }} {_repeated('fragment F# on Query { __typename }', n)}")),
    "fields": (cost.MAX_FIELDS, lambda n: (
        f'{{ plan(code: "x") {{ {" ".join((PLAIN.split() * n)[: n - 1])} }} }}')),
    "mutations": (cost.MAX_MUTATIONS, lambda n: "mutation { " + _repeated(
        'a#: accountDisable(input: {name: "x"}) { __typename }', n) + " }"),
    "reads": (cost.MAX_READS, lambda n: (
        f'{{ plan(code: "x") {{ {_repeated("groups { id }", n - 1)} }} }}')),
}
"""A document that reaches a limit, by how far it is to go."""


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_is_where_it_is_said_to_be(name: str) -> None:
    """So much is served; one more is not."""
    limit, text = LIMITS[name]
    documents = Documents(schema._schema)
    chosen = "Q0" if name == "operations" else None
    assert [error.message for error in documents.prepare(text(limit), chosen).errors] == []
    assert _is_costly(documents.prepare(text(limit + 1), chosen))


def test_the_limits_are_the_documented_ones() -> None:
    """In the table of docs/api.md."""
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", text, re.MULTILINE))
    assert {name: rows[name] for name in (
        "tokens, comments included", "operations; fragments; directives", "cost",
        "levels of fields", "aliases", "fields as written", "fields, fragments written out",
        "reads", "mutations")} == {
        "tokens, comments included": f"{MAX_TOKENS:,}",
        "operations; fragments; directives":
            f"{cost.MAX_OPERATIONS}; {cost.MAX_FRAGMENTS}; {cost.MAX_DIRECTIVES}",
        "cost": f"{cost.MAX_COST:,}", "levels of fields": f"{cost.MAX_DEPTH}",
        "aliases": f"{cost.MAX_ALIASES}", "fields as written": f"{cost.MAX_FIELDS}",
        "fields, fragments written out": f"{cost.MAX_FIELDS}",
        "reads": f"{cost.MAX_READS}", "mutations": f"{cost.MAX_MUTATIONS}"}


SIZED = """query ($n: Int = 1, $m: Int) { planTargets(first: $n) { nodes { plan {
  targets(first: $m) { nodes { code statement } } } } } }"""


@pytest.mark.parametrize(("sizes", "costly"), [
    ({}, False), ({"n": 100, "m": 1}, False), ({"n": 10, "m": 20}, False), ({"n": 100}, False),
    ({"n": 100, "m": 100}, True), ({"n": 70, "m": 70}, True),
])
def test_page_sizes_that_come_as_variables_are_weighed_by_their_values(
    server_url: str, sizes: dict[str, Any], costly: bool
) -> None:
    """The same document is served or refused by what it is asked with."""
    answer = ask(server_url, SIZED, sizes)
    assert ("errors" in answer) is costly, answer
    if costly:
        assert _code(answer) == "TOO_COSTLY"


def test_a_refusal_of_too_much_says_how_much_is_allowed(server_url: str) -> None:
    """In the asked-for language, with 400 where the client reads statuses."""
    query = "{ " + "__typename " * 301 + "}"
    assert "300" in ask(server_url, query, accept_language="en")["errors"][0]["message"]
    assert re.search("[一-龥]", ask(server_url, query)["errors"][0]["message"])
    strict = _post(server_url, json={"query": query},
                   headers={"accept": "application/graphql-response+json"})
    assert strict.status_code == 400


def test_a_forbidden_operation_has_the_status_that_says_so(server_url: str) -> None:
    """403 where the client reads statuses, 200 otherwise."""
    query = {"query": "{ accounts { totalCount } }"}
    assert _post(server_url, json=query).status_code == 200
    strict = _post(server_url, json=query, headers={"accept": "application/graphql-response+json"})
    assert strict.status_code == 403
    assert _code(strict.json()) == "FORBIDDEN"


PIECES = st.sampled_from((
    "{", "}", "(", ")", "[", "]", ":", "$a", "@skip(if: true)", "...", "... on Plan", "...F",
    "fragment F on Query", "query Q", "mutation", "plans", "plan(code: \"x\")", "sections",
    "parent", "id", "a:", "first: 100", "planTargets", "nodes", "node(id: 1)", "__typename",
    "__schema", "types", "fields", "type", "ofType", '"', '"""', "#", "\n", "0", "1e9", "null", "é",
))


@settings(max_examples=60, deadline=None, suppress_health_check=tuple(HealthCheck))
@given(start=st.lists(PIECES, max_size=6), again=st.lists(PIECES, min_size=1, max_size=8))
def test_ten_kilobytes_of_anything_are_little_work(start: list[str], again: list[str]) -> None:
    """Pieces of documents, over and over, until it is ten kilobytes."""
    repeated = " ".join(again)
    text = f"{' '.join(start)} {repeated * (LARGEST // len(repeated))}"[: LARGEST // 2]
    assert calls(lambda: _prepared(text)) < MOST_CALLS


NAMES = st.sampled_from(("A", "B", "C", "D"))
FIELDS = st.sampled_from((
    "plans { id }", "plans { sections { id } }", "__typename", "viewer { name }"))
SELECTION = st.lists(FIELDS | NAMES.map(lambda name: f"...{name}"), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None, suppress_health_check=tuple(HealthCheck))
@given(own=SELECTION, fragments=st.dictionaries(NAMES, SELECTION))
def test_any_net_of_fragments_is_little_work(
    own: list[str], fragments: dict[str, list[str]]
) -> None:
    """Circles, fragments that are not there, and such as spread each other many times."""
    spelled = " ".join(f"fragment {name} on Query {{ {' '.join(inner)} }}"
                       for name, inner in fragments.items())
    assert calls(lambda: _prepared(f"{{ {' '.join(own)} }} {spelled}")) < MOST_CALLS

"""Three ways to answer one operation: compiled whole, through strawberry, and by plain Python.

The first two are what is served; the third (reference.py) shares nothing with the compiler.
"""

import json
from typing import Any

import orjson
import pytest
from graphql import parse, validate
from graphql.execution.values import VariableValues
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from schema.read.prepared import Documents, Prepared, Statement
from schema.schema import schema
from tests.actors import LOCAL
from tests.api.conftest import World
from tests.api.operations import Operation, all_of, lists, operations
from tests.api.pages import ORDERS, in_order
from tests.api.reference import committed_schema
from tests.api.tricky import COUNTS, SHAPES, TRICKY
from tests.api.values import ANY_TEXT, NODES

EXAMPLES = 300
SCHEMA = committed_schema()
QUIET = tuple(HealthCheck)
"""Operations are large on purpose, and the database is shared on purpose."""


async def _agree(world: World, operation: Operation) -> dict[str, Any]:
    """The answer, if all give the same."""
    operation = world.with_cursors(operation)
    assert not validate(SCHEMA, parse(operation.text)), operation.text
    expected = world.reference.answer(operation.text, operation.variables, operation.name)
    for entry in (world.compiled, world.ordinary):
        answer = await entry.data(operation)
        assert answer == expected
        assert orjson.dumps(answer) == orjson.dumps(expected), "the keys are in another order"
    return expected


@settings(max_examples=EXAMPLES, deadline=None, print_blob=True, suppress_health_check=QUIET)
@given(operation=operations(SCHEMA))
async def test_all_ways_of_answering_agree(world: World, operation: Operation) -> None:
    """For any valid operation both entries and ordinary completion give the same JSON."""
    await _agree(world, operation)


@settings(max_examples=150, deadline=None, print_blob=True, suppress_health_check=QUIET)
@given(operation=lists(SCHEMA))
async def test_all_ways_agree_on_filters(world: World, operation: Operation) -> None:
    """Each filter by itself or with another, and each order, over all rows."""
    await _agree(world, operation)


@pytest.mark.parametrize("operation", TRICKY, ids=range(len(TRICKY)))
async def test_all_ways_agree_on_what_looks_tricky(world: World, operation: Operation) -> None:
    """Shapes that went wrong once, or look as if they could."""
    await _agree(world, operation)


@pytest.mark.parametrize("kind", NODES)
async def test_all_ways_agree_on_every_field(world: World, kind: str) -> None:
    """Every field of every type, on its first rows, its last, and one that is none."""
    numbers = [row["id"] for row in world.rows.all(kind)]
    chosen = sorted({*numbers[:9], *numbers[-16:], 10**9})
    for number in chosen:
        await _agree(world, all_of(kind, SCHEMA, number))


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize(
    ("kind", "order"), [(kind, order) for kind, orders in ORDERS.items() for order in orders])
def test_pages_visit_every_row_once_in_order(
    world: World, kind: str, order: str, direction: str
) -> None:
    """Walking a list by endCursor gives the rows in the order asked for; no two share a cursor."""
    walked = {key[3]: cursor for key, cursor in world.cursors.items()
              if key[:3] == (kind, order, direction)}
    ordered = [row["id"] for row in in_order(world.rows, kind, order)]
    assert list(walked) == (ordered if direction == "ASC" else ordered[::-1])
    assert len(set(walked.values())) == len(ordered)


@settings(max_examples=15, deadline=None, suppress_health_check=QUIET)
@given(operation=operations(SCHEMA))
@example(operation=COUNTS[1])
@example(operation=SHAPES[0])
async def test_an_operation_is_one_statement(world: World, operation: Operation) -> None:
    """However many objects it holds, a compiled operation asks the database once."""
    prepared = Documents(schema._schema).prepare(operation.text, operation.name)
    assume(not prepared.introspects)  # whoever asks for __typename alone asks for no row
    asked: list[str] = []
    pool = world.database._pool
    assert pool is not None
    async with pool.acquire() as connection:  # the only one of this pool
        connection.add_query_logger(lambda record: asked.append(record.query))
    try:
        await world.compiled.data(world.with_cursors(operation))
    finally:
        async with pool.acquire() as connection:
            connection._con._query_loggers.clear()
    assert len(asked) == 1
    assert asked[0].startswith("SELECT")


# Variants: what shapes a statement, and what never does.

BY_TEXTS = """query ($code: String!, $on: Date, $search: String, $id: ID!, $after: String,
    $first: Int = 5, $kind: PlanTargetKind, $adjusted: Boolean, $order: PublishedFigureOrder,
    $money: PublishedFigureFilter, $skip: Boolean! = false) {
  recipientRegion(code: $code, on: $on) { name @skip(if: $skip) }
  planTargets(first: $first, after: $after,
    filter: {search: $search, kind: $kind, adjusted: $adjusted}) { nodes { code } }
  publishedFigures(orderBy: $order, filter: $money) { nodes { code } }
  node(id: $id) { id } }"""
PLAIN = {"code": "540200", "id": "UGxhbjox"}


def _statement(documents: Documents, text: str, variables: dict[str, Any]) -> Statement:
    prepared: Prepared = documents.prepare(text, None)
    assert not prepared.errors
    coerced = documents.variables(prepared, variables)
    assert isinstance(coerced, VariableValues)
    found = documents.statement(prepared, coerced, LOCAL)
    assert found is not None
    return found


@pytest.mark.parametrize(("one", "other"), [
    ({"code": "540200"}, {"code": "'; --"}),
    ({"id": "UGxhbjox"}, {"id": "UGxhbjoy"}),
    ({"search": "a"}, {"search": "b\\"}),
    ({"on": "2006-01-01"}, {"on": "2014-01-01"}),
    ({"after": "x"}, {"after": "y"}),
    ({"money": {"planCode": "a"}}, {"money": {"planCode": "b"}}),
])
def test_requests_that_differ_in_their_data_share_a_statement(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    """Codes, words, days, ids, cursors: bound, never compiled in."""
    documents = Documents(schema._schema)
    assert _statement(documents, BY_TEXTS, PLAIN | one) is _statement(
        documents, BY_TEXTS, PLAIN | other)


@pytest.mark.parametrize(("one", "other"), [
    ({"search": "a"}, {"search": None}),
    ({"on": "2006-01-01"}, {}),
    ({"first": 1}, {"first": 2}),
    ({"kind": "QUALITATIVE"}, {"kind": "QUANTITATIVE"}),
    ({"adjusted": True}, {"adjusted": False}),
    ({"skip": True}, {"skip": False}),
    ({"order": {"field": "VALUE"}}, {"order": {"field": "PERIOD"}}),
    ({"order": {"direction": "ASC"}}, {"order": {"direction": "DESC"}}),
    ({"money": {"money": True}}, {"money": {"money": False}}),
    ({"money": {"money": None}}, {"money": {"money": False}}),
])
def test_requests_that_differ_in_shape_have_statements_of_their_own(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    """Nulls, page sizes, enumerations, booleans: compiled in."""
    documents = Documents(schema._schema)
    first = _statement(documents, BY_TEXTS, PLAIN | one)
    assert first.sql != _statement(documents, BY_TEXTS, PLAIN | other).sql
    assert _statement(documents, BY_TEXTS, PLAIN | one) is first


TEXTS = """%s{
  recipientRegion(code: %s) { name }
  plan(code: %s) { code }
  supportingCity(code: %s) { code }
  recipientRegions(filter: {search: %s, parentCode: %s, paired: null}) { totalCount }
  planTargets(filter: {search: %s, section: %s, planCode: %s, groupCode: %s}) { totalCount }
  publishedFigures(filter: {indicatorCode: %s, regionCode: %s}) { totalCount }
  words: planTargets(first: 100, filter: {search: %s}) { nodes { statement statementEn } } }"""
HOLES = TEXTS.count("%s") - 1


@settings(max_examples=25, deadline=None, print_blob=True, suppress_health_check=QUIET)
@given(
    hostile=st.lists(
        st.sampled_from(["'", '"', "\\", "%", "%s", ":p0", "$1", "--", "/*", ";", "{", "\n", "🎓"])
        | ANY_TEXT, min_size=1, max_size=4).map("".join),
    as_variables=st.booleans(),
)
async def test_no_text_of_a_client_comes_into_the_sql(
    world: World, hostile: str, as_variables: bool
) -> None:
    """Whatever it holds, it is bound; and it is looked for exactly as it is."""
    said = f"ζ{hostile}"
    spelled = ["$said"] * HOLES if as_variables else [json.dumps(said, ensure_ascii=False)] * HOLES
    spelled[-1] = json.dumps(hostile, ensure_ascii=False)
    head = "query ($said: String!) " if as_variables else ""
    operation = Operation(TEXTS % (head, *spelled), {"said": said} if as_variables else {})
    statement = _statement(Documents(schema._schema), operation.text, dict(operation.variables))
    assume(len(hostile) > 2)
    assert said not in statement.sql
    assert "ζ" not in statement.sql
    await _agree(world, operation)

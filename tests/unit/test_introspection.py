"""What is said of the schema: the same as ordinary execution says."""

from typing import Any

import orjson
import pytest
from graphql import ExecutionResult, execute, get_introspection_query, parse
from graphql.execution.values import VariableValues

from schema.introspection import introspected
from schema.read.prepared import Documents
from schema.schema import schema

DOCUMENTS = Documents(schema._schema)
WHOLE = get_introspection_query(
    descriptions=True, specified_by_url=True, directive_is_repeatable=True,
    schema_description=True, input_value_deprecation=True)
ASKED: list[tuple[str, dict[str, Any]]] = [
    (WHOLE, {}),
    ("{ __typename a: __typename }", {}),
    ("{ __schema { queryType { name } mutationType { __typename } subscriptionType { name } } }",
     {}),
    ('{ __type(name: "Yuan") { kind name specifiedByURL fields { name } possibleTypes { name } } }',
     {}),
    ('query ($n: String!, $d: Boolean = true) { x: __type(name: $n) { name '
     '... on __Type { fields(includeDeprecated: $d) { ...f isDeprecated } } enumValues { name } } }'
     ' fragment f on __Field { type { ofType { ofType { name kind } } } args { defaultValue } }',
     {"n": "AidProject"}),
    ('query ($no: Boolean!) { __type(name: "Stage") { enumValues { name @skip(if: $no) '
     'description @include(if: $no) } } __schema @skip(if: $no) { types { name } } }',
     {"no": True}),
    ('{ __type(name: "Nothing") { name } a: __type(name: "Node") { possibleTypes { name } } }', {}),
    ('{ __schema { types { name } types { kind } ...s } } fragment s on __Schema '
     '{ directives { name locations args { name type { name } } } }', {}),
]


@pytest.mark.parametrize(("text", "variables"), ASKED, ids=range(len(ASKED)))
def test_the_schema_is_described_as_execution_would(text: str, variables: dict[str, Any]) -> None:
    """Aliases, fragments, directives, variables, lists; keys in the same order."""
    prepared = DOCUMENTS.prepare(text, None)
    assert not prepared.errors and prepared.introspects
    coerced = DOCUMENTS.variables(prepared, variables)
    assert isinstance(coerced, VariableValues)

    result = execute(schema._schema, parse(text), variable_values=variables)

    assert isinstance(result, ExecutionResult)
    assert orjson.loads(introspected(schema._schema, prepared, coerced)) == {"data": result.data}
    assert introspected(schema._schema, prepared, coerced) == orjson.dumps({"data": result.data})


def test_what_asks_for_more_than_the_schema_is_not_described_here() -> None:
    """One other field, in a fragment even, takes the ordinary way."""
    for text in ("{ __typename viewer { name } }",
                 "{ ...r } fragment r on Query { __typename ... { viewer { name } } }"):
        assert not DOCUMENTS.prepare(text, None).introspects

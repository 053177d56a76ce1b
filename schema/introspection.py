"""Answers operations that ask of the schema alone, such as GraphiQL's at its start.

Ordinary execution completes each of the tens of thousands of values by itself, which takes longer
than an answer may. The same resolvers are asked here, once for each object of the schema and each
selection of it: a type that a thousand fields lead to is described once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import orjson
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.type import SchemaMetaFieldDef, TypeMetaFieldDef

from schema.read.prepared import Prepared


@dataclass(slots=True)
class _Described:
    """A selection of one type of introspection, with what was described by it so far."""

    of: Sequence[tuple[str, Callable[[Any], Any]]]
    known: dict[int, dict[str, Any]]

    def __call__(self, thing: Any) -> dict[str, Any]:
        found = self.known.get(id(thing))
        if found is None:
            found = self.known[id(thing)] = {key: value(thing) for key, value in self.of}
        return found


def introspected(schema: GraphQLSchema, prepared: Prepared, variables: VariableValues) -> bytes:
    """The answer to an operation whose root fields are all about the schema."""
    operation, root = prepared.operation, schema.query_type
    assert operation is not None and root is not None  # noqa: S101  it was validated
    fragments = {name: FragmentDetails(node) for name, node in prepared.fragments.items()}
    info = SimpleNamespace(schema=schema)
    kept: list[Any] = []  # what resolvers make is alive as long as its id stands for it

    def selected(type_: GraphQLObjectType, details: list[FieldDetails]) -> _Described:
        fields = collect_subfields(schema, fragments, variables, operation, type_, details)
        return _Described([(key, value(type_, inner))
                           for key, inner in fields.grouped_field_set.items()], {})

    def value(parent: GraphQLObjectType, details: list[FieldDetails]) -> Callable[[Any], Any]:
        node = details[0].node
        name = node.name.value
        if name == "__typename":
            return lambda _: parent.name
        definition = parent.fields[name]
        named = get_named_type(definition.type)
        given = get_argument_values(definition, node, variables)
        complete = named.serialize if is_leaf_type(named) else selected(named, details)
        return partial(_resolved, definition, given, complete, info, kept)

    asked = collect_fields(schema, fragments, variables, root, operation).grouped_field_set
    answer: dict[str, Any] = {}
    for key, details in asked.items():
        name = details[0].node.name.value
        if name == "__typename":
            answer[key] = root.name
            continue
        meta = SchemaMetaFieldDef if name == "__schema" else TypeMetaFieldDef
        thing = schema if meta is SchemaMetaFieldDef else schema.get_type(
            get_argument_values(meta, details[0].node, variables)["name"])
        type_ = cast(GraphQLObjectType, get_named_type(meta.type))
        answer[key] = None if thing is None else selected(type_, details)(thing)
    text: bytes = orjson.dumps({"data": answer})
    return text


def _resolved(
    definition: GraphQLField, given: dict[str, Any], complete: Callable[[Any], Any],
    info: Any, kept: list[Any], thing: Any,
) -> Any:
    """A field of a thing of the schema, completed: no list of introspection holds another."""
    assert definition.resolve is not None  # noqa: S101  all of introspection's have one
    value = definition.resolve(thing, info, **given)
    if value is None:
        return None
    if is_list_type(get_nullable_type(definition.type)):
        kept.append(things := list(value))
        return [complete(one) for one in things]
    kept.append(value)
    return complete(value)

"""Finished JSON through ordinary execution: a root field compiles its subtree and passes it on.

The one place that leans on what graphql-core and strawberry keep to themselves: `complete_value`
of the executor and `_raw_info` of strawberry's info. tests/unit/test_private_apis.py pins both.
"""

from collections.abc import Hashable, Iterator
from typing import Any

from graphql import GraphQLObjectType, get_named_type
from graphql.execution.collect_fields import FieldDetails
from orjson import Fragment
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.context import Context
from schema.read.compiler import NODE
from schema.read.fields import READ, RESOLUTION, NodeOf, ReadField
from schema.read.prepared import Statement
from schema.read.reckoning import run


class FragmentExecutor(StrawberryGraphQLCoreExecutionContext):
    """Strawberry's executor, except that finished JSON is complete as it is."""

    def complete_value(self, return_type: Any, *rest: Any, **named: Any) -> Any:
        # complete_value(return_type, field_details, info, path, result, position)
        if type(rest[3]) is Fragment:
            return rest[3]
        return super().complete_value(return_type, *rest, **named)


class AlreadyPrepared(SchemaExtension):
    """Hands strawberry the document that was parsed and validated before."""

    def on_operation(self) -> Iterator[None]:
        context = self.execution_context
        context.graphql_document = context.context.prepared.document
        context.pre_execution_errors = []
        yield


async def resolve_read(field: ReadField, source: Any, info: Any) -> Fragment | None:
    """Compile the field's subtree, run it, and return its JSON."""
    context: Context = info.context
    raw = info._raw_info
    details = [FieldDetails(node, None) for node in raw.field_nodes]
    how = field.metadata[READ]

    path = tuple(raw.path.as_list())
    if isinstance(how, NodeOf):
        statement = _node_statement(context, path, raw.return_type, details)
    else:
        statement = context.documents.statement(
            context.prepared, context.variables, context.actor, path,
            lambda compiler: compiler.field(raw.parent_type, details),
        )
    if statement is None:
        raise TypeError(f"{raw.parent_type}.{raw.field_name} holds a field that is not read by SQL")
    values = statement.values(context.variables.coerced)
    if isinstance(how, NodeOf):
        values = [getattr(source, how.attribute) if v is NODE else v for v in values]
    return Fragment(await run(context.database, context.actor, statement.sql, values))


def check_result(info: Any, success: type) -> None:
    """Make sure that the result can be answered, before anything is changed for it.

    Compiles what is selected of the mutation's success type, and takes the values. Raises
    ArgumentRefused, as reading it afterwards would.
    """
    context: Context = info.context
    raw = info._raw_info
    type_ = context.documents.schema.type_map[success.__strawberry_definition__.name]  # type: ignore[attr-defined]
    details = [FieldDetails(node, None) for node in raw.field_nodes]
    selected = context.documents.subfields(
        context.prepared, context.variables, _object_type(type_), details)
    for key, inner in selected.items():
        field = _object_type(type_).fields.get(inner[0].node.name.value)
        if field is not None and isinstance(get_named_type(field.type), GraphQLObjectType):
            statement = _node_statement(context, (*raw.path.as_list(), key), field.type, inner)
            if statement is not None:
                statement.values(context.variables.coerced)


def _node_statement(
    context: Context, path: tuple[Hashable, ...], type_: Any, details: list[FieldDetails]
) -> Statement | None:
    return context.documents.statement(
        context.prepared, context.variables, context.actor, path,
        lambda compiler: compiler.node(_object_type(type_), details),
    )


def _object_type(return_type: Any) -> GraphQLObjectType:
    named = get_named_type(return_type)
    if not isinstance(named, GraphQLObjectType):
        raise TypeError(f"{named} is not an object type")
    return named


RESOLUTION.resolve = resolve_read

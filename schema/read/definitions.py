"""What the definition of a type or a field says of how it is read."""

from collections.abc import Sequence
from typing import Any, cast

from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLObjectType,
    get_named_type,
    is_object_type,
)
from sqlalchemy.orm import Mapper, RelationshipProperty

from aid.database.base import Base
from schema.read.fields import READ, Many, NodeOf, One, model_of
from schema.read.needs import DEFINITION


class NotCompilable(Exception):
    """The selection holds something that is not read by SQL: ordinary execution takes over."""


def how_read(definition: GraphQLField) -> Any:
    """How a field is read. Raises NotCompilable where it is not by SQL."""
    found = definition.extensions.get(DEFINITION)
    if found is None:
        raise NotCompilable
    how = found.metadata.get(READ)
    if isinstance(how, NodeOf):
        raise NotCompilable
    if how is None and found.base_resolver is not None:
        raise NotCompilable
    if how is None and is_object_type(get_named_type(definition.type)):
        listed = isinstance(getattr(definition.type, "of_type", definition.type), GraphQLList)
        return Many() if listed else One()
    return how


def python_name(definition: GraphQLField) -> str:
    """The name of a field in Python, which is that of its column."""
    return cast(str, definition.extensions[DEFINITION].python_name)


def model_behind(type_: GraphQLObjectType) -> type[Base] | None:
    """The model whose rows a type shows; None: it shows none."""
    definition = type_.extensions.get(DEFINITION)
    return model_of(definition.origin) if definition is not None else None


def relationship_of(
    type_: GraphQLObjectType, definition: GraphQLField
) -> RelationshipProperty[Any]:
    """The relationship that a field follows. Raises NotCompilable."""
    model = model_behind(type_)
    if model is None:
        raise NotCompilable
    mapper: Mapper[Any] = model.__mapper__
    return mapper.relationships[python_name(definition)]


def order_of(relationship: RelationshipProperty[Any]) -> Sequence[Any]:
    """The columns that a relationship is ordered by."""
    order = relationship.order_by
    return order if isinstance(order, list | tuple) else ()

"""What one must be allowed to do to see a field, declared beside types and fields.

A type says it once for its fields (`reads`, `needs`), a field may say otherwise, and the fields of
the roots say it each for themselves. A field that leads to objects needs what these need, too.
"""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, TypeVar

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
)

from aid.access.policy import Permission

DEFINITION = "strawberry-definition"
NEEDS = "needs"


class Declared(Enum):
    """What a declaration may be besides a permission."""

    STRUCTURE = "structure"
    """Holds only what was checked where it came from: pages, edges, results, refusals."""
    NOTHING = "nothing"
    """Nobody has declared anything: nobody may see it."""


STRUCTURE = Declared.STRUCTURE
Need = Permission | Declared
Needed = frozenset[Need]
_FREE: Needed = frozenset()
_CLOSED: Needed = frozenset({Declared.NOTHING})
_SELF: Needed = frozenset({Permission.SELF})

Type = TypeVar("Type", bound=type[Any])


def needs(need: Need) -> Callable[[Type], Type]:
    """Say what the fields of a GraphQL type need, unless they say otherwise themselves."""

    def mark(cls: Type) -> Type:
        cls.__needs__ = need
        return cls

    return mark


class Needs:
    """What every field of a schema needs. What is not declared needs what nobody has."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._roots = {schema.query_type, schema.mutation_type}
        self._types = {type_.name: self._type(type_) for type_ in schema.type_map.values()
                       if is_composite_type(type_)}
        self._fields = {
            (type_.name, name): self._field(type_, name)
            for type_ in schema.type_map.values()
            if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
            for name in type_.fields
        }

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Every field there is, as type and name; introspection aside."""
        return (key for key in self._fields if not key[0].startswith("__"))

    def of(self, type_: GraphQLNamedType, field: str) -> Needed:
        """What a field of a type needs, `__typename` and introspection included."""
        if field == "__typename":
            return self._types.get(type_.name, _CLOSED)
        if field in ("__schema", "__type"):
            return _SELF
        return self._fields.get((type_.name, field), _CLOSED)

    def of_type(self, type_: GraphQLNamedType) -> Needed:
        """What it needs to know of objects of a type at all."""
        return self._types.get(type_.name, _CLOSED)

    def undeclared(self) -> list[str]:
        """The fields nobody has declared anything for."""
        return [".".join(key) for key in self if Declared.NOTHING in self._fields[key]]

    def _type(self, type_: GraphQLNamedType) -> Needed:
        if type_ in self._roots or isinstance(type_, GraphQLUnionType):
            return _FREE
        if type_.name.startswith("__"):
            return _FREE
        page_of = _node_of(type_)
        return _as_needed(_declared(type_)) | (self._type(page_of) if page_of else _FREE)

    def _field(self, type_: GraphQLObjectType | GraphQLInterfaceType, name: str) -> Needed:
        if type_.name.startswith("__"):
            return _FREE
        field = type_.fields[name]
        definition = field.extensions.get(DEFINITION)
        said = definition.metadata.get(NEEDS) if definition is not None else None
        if said is None and type_ not in self._roots:
            said = _declared(type_)
        target = get_named_type(field.type)
        return _as_needed(said) | (self._type(target) if is_composite_type(target) else _FREE)


def _as_needed(said: Need | None) -> Needed:
    if said is STRUCTURE:
        return _FREE
    return frozenset({said}) if isinstance(said, Permission) else _CLOSED


def _declared(type_: GraphQLNamedType) -> Need | None:
    """What a type declares itself: what it inherits counts for nothing, or Node would open all."""
    definition = type_.extensions.get(DEFINITION)
    if definition is None:
        return None
    origin = (definition.concrete_of or definition).origin
    found: Need | None = origin.__dict__.get("__needs__")
    return found


def _node_of(type_: GraphQLNamedType) -> GraphQLNamedType | None:
    """The type of the nodes of a connection."""
    if isinstance(type_, GraphQLObjectType) and "pageInfo" in type_.fields:
        found: GraphQLNamedType = get_named_type(type_.fields["nodes"].type)
        return found
    return None

"""What a whole operation needs, collected once when it is prepared and asked of every actor."""

from collections.abc import Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)
from graphql.type import SchemaMetaFieldDef, TypeMetaFieldDef

from aid.access.policy import Permission
from aid.errors import AidError
from aid.text import Text
from schema.read.needs import Need, Needs

MOST_NAMED = 20
"""How many fields a refusal names."""

Fields = dict[Need, tuple[str, ...]]
"""Where an operation selects what needs something, as paths of response keys: `plan.history`."""

_META = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}


class Forbidden(AidError):
    """The actor may not see, or do, all that the operation asks for. Nothing of it was run."""

    code = "FORBIDDEN"

    def __init__(self, fields: tuple[str, ...]) -> None:
        self.fields = fields
        named = ", ".join(fields)
        super().__init__(Text(f"您无权使用：{named}。整个请求未执行。",
                              f"You may not use {named}. Nothing of the request was run."))


def missing(selected: Mapping[Need, tuple[str, ...]], permissions: frozenset[Permission]) -> (
    tuple[str, ...]
):
    """The fields of an operation that these permissions do not open, each without what it holds."""
    closed = sorted({path for need, paths in selected.items() if need not in permissions
                     for path in paths})
    outermost: list[str] = []
    for path in closed:
        if not any(path.startswith(f"{outer}.") for outer in outermost):
            outermost.append(path)
    return tuple(outermost[:MOST_NAMED])


class Selection:
    """Collects what an operation of a valid document needs; each fragment is looked at once."""

    def __init__(
        self, schema: GraphQLSchema, needs: Needs, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> None:
        self._schema, self._needs, self._fragments = schema, needs, fragments
        self._of_fragment: dict[str, Fields] = {}

    def of(self, operation: OperationDefinitionNode) -> Fields:
        """What the operation needs, and where."""
        root = self._schema.get_root_type(operation.operation)
        assert root is not None  # noqa: S101  the document is valid
        return self._of(operation.selection_set, root)

    def _of(self, selection_set: SelectionSetNode, parent: GraphQLNamedType) -> Fields:
        found: Fields = {}
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                _add(found, self._of_field(node, parent))
            elif isinstance(node, FragmentSpreadNode):
                _add(found, self._spread(node.name.value))
            else:
                condition = node.type_condition  # type: ignore[attr-defined]
                inside = self._schema.type_map[condition.name.value] if condition else parent
                _add(found, self._of(node.selection_set, inside))  # type: ignore[attr-defined]
        return found

    def _spread(self, name: str) -> Fields:
        if name not in self._of_fragment:
            fragment = self._fragments[name]
            inside = self._schema.type_map[fragment.type_condition.name.value]
            self._of_fragment[name] = self._of(fragment.selection_set, inside)
        return self._of_fragment[name]

    def _of_field(self, node: FieldNode, parent: GraphQLNamedType) -> Fields:
        name = node.name.value
        key = node.alias.value if node.alias else name
        found: Fields = dict.fromkeys(self._needs.of(parent, name), (key,))
        if node.selection_set:
            definition = _META.get(name)
            if definition is None:
                assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)  # noqa: S101
                definition = parent.fields[name]
            inner = self._of(node.selection_set, get_named_type(definition.type))
            _add(found, {need: tuple(f"{key}.{path}" for path in paths)
                         for need, paths in inner.items()})
        return found


def _add(found: Fields, more: Fields) -> None:
    for need, paths in more.items():
        known = found.get(need, ())
        if len(known) < MOST_NAMED:
            found[need] = tuple(dict.fromkeys((*known, *paths)))[:MOST_NAMED]

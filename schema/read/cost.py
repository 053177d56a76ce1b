"""What an operation costs, reckoned before anything looks at it closely.

One pass over the document, each fragment once: a document whose fragments multiply into millions of
fields is weighed as fast as it is read. Only what passes is validated, as some rules of validation
take time that grows with the square of what they are given, or worse.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from graphql.type import SchemaMetaFieldDef, TypeMetaFieldDef

from aid.errors import AidError
from aid.text import Text
from schema.read.fields import READ, AnyNode, Many, One, Page, Reckoned
from schema.read.needs import DEFINITION

MAX_COST = 5_000
MAX_DEPTH = 10
MAX_FIELDS = 300
MAX_READS = 90
MAX_ALIASES = 30
MAX_MUTATIONS = 5
MAX_OPERATIONS = 10
MAX_FRAGMENTS = 40
MAX_DIRECTIVES = 40
MAX_NESTING = 60
MAX_INTROSPECTION = 12_000
"""Somewhat more than what GraphiQL asks at its start."""
MAX_INTROSPECTION_DEPTH = 20

LIST_ROWS = 5
"""How many rows a list without a page size is reckoned to have."""
PAGE_ROWS = 20
LARGEST_PAGE = 100
PLAIN, OBJECT = 1, 10
"""Tenths: a plain field of an object costs a tenth of what the object does."""
PAGE_READS, NODE_READS, RECKONED_READS = 4, 12, 10
"""How many reads of one object a page, a look at every kind of node, a reckoning are worth."""
UNSEEN_FILTERS = 6
"""For how many conditions a filter counts that comes as a variable."""
ENOUGH = 10**9
"""Where counting stops: far past every limit."""

_INTROSPECTED = {"types": 250, "fields": 120, "inputFields": 20, "enumValues": 40, "args": 10,
                 "possibleTypes": 100, "interfaces": 10, "directives": 60, "ofType": 5}
"""How many of each introspection is reckoned to find, in tenths."""
_META = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}


class TooCostly(AidError):
    """The document asks for more than one answer should hold, or than one should have to read."""

    code = "TOO_COSTLY"


@dataclass(frozen=True, slots=True)
class Weight:
    """What a selection amounts to, with its fragments written out.

    `cost` is in tenths, once; `each` in tenths for each row of the page it is selected on.
    """

    cost: int = 0
    each: int = 0
    depth: int = 0
    nesting: int = 0
    fields: int = 0
    reads: int = 0
    aliases: int = 0
    roots: int = 0
    introspection: int = 0
    introspection_depth: int = 0

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(
            min(self.cost + other.cost, ENOUGH),
            min(self.each + other.each, ENOUGH),
            max(self.depth, other.depth),
            max(self.nesting, other.nesting),
            min(self.fields + other.fields, ENOUGH),
            min(self.reads + other.reads, ENOUGH),
            min(self.aliases + other.aliases, ENOUGH),
            min(self.roots + other.roots, ENOUGH),
            min(self.introspection + other.introspection, ENOUGH),
            max(self.introspection_depth, other.introspection_depth),
        )


_NOTHING = Weight()


class Scales:
    """Weighs the operations of one document. `sizes` are the values of variable page sizes.

    A page size that is not known yet is taken for the smallest.
    """

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode,
        sizes: Mapping[str, int | None] | None = None,
    ) -> None:
        self._schema, self._sizes = schema, sizes or {}
        self._operations = [node for node in document.definitions
                            if isinstance(node, OperationDefinitionNode)]
        fragments = [node for node in document.definitions
                     if isinstance(node, FragmentDefinitionNode)]
        self._fragments = {node.name.value: node for node in fragments}
        self._one_each = len(fragments) == len(self._fragments)
        self._weights: dict[str, Weight] = {}

    def check(self) -> None:
        """Raises TooCostly when the document is past a limit, GraphQLError when two fragments have
        one name: only one of them would be weighed.
        """
        if not self._one_each:
            raise GraphQLError("There can be only one fragment of a name.")
        _limit(len(self._operations), MAX_OPERATIONS,
               Text("每份文档的操作", "operations in a document"))
        _limit(len(self._fragments), MAX_FRAGMENTS,
               Text("每份文档的片段", "fragments in a document"))
        for name in self._innermost_first():
            self._weights[name] = self._fragment(self._fragments[name])
        for operation in self._operations:
            root = self._schema.get_root_type(operation.operation)
            weight = self._of(operation.selection_set, root)
            _within_limits(weight)
            if operation.operation is OperationType.MUTATION:
                _limit(weight.roots, MAX_MUTATIONS,
                       Text("每次请求的变更", "mutations in an operation"))

    def _fragment(self, fragment: FragmentDefinitionNode) -> Weight:
        inside = self._schema.type_map.get(fragment.type_condition.name.value)
        weight = self._of(fragment.selection_set, inside)
        _within_limits(_introspecting(weight) if _is_introspected(inside) else weight)
        return weight

    def _innermost_first(self) -> Iterator[str]:
        """The fragments, each after those it spreads. Those of a cycle come in any order."""
        spreads = {name: list(_spreads(fragment.selection_set))
                   for name, fragment in self._fragments.items()}
        seen: set[str] = set()
        for start in self._fragments:
            path = [start] if start not in seen else []
            while path:
                name = path[-1]
                seen.add(name)
                inner = next((s for s in spreads[name] if s in spreads and s not in seen), None)
                if inner is None:
                    yield path.pop()
                else:
                    path.append(inner)

    def _of(self, selection_set: SelectionSetNode, parent: GraphQLNamedType | None) -> Weight:
        total = _NOTHING
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                total += self._field(node, parent)
            elif isinstance(node, FragmentSpreadNode):
                total += self._weights.get(node.name.value, _NOTHING)
            else:
                condition = cast(InlineFragmentNode, node).type_condition
                inside = self._schema.type_map.get(condition.name.value) if condition else parent
                total += self._of(cast(InlineFragmentNode, node).selection_set, inside)
        return replace(total, nesting=total.nesting + 1)

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Weight:
        alias = 1 if node.alias else 0
        definition = _definition(node.name.value, parent)
        named = get_named_type(definition.type) if definition else None
        if node.selection_set is None:
            if _is_introspected(parent):
                return Weight(OBJECT, depth=1, aliases=alias)
            counted = OBJECT if node.name.value == "totalCount" else PLAIN
            return Weight(counted, depth=1, fields=1, reads=counted // OBJECT, aliases=alias,
                          roots=1)
        inner = self._of(node.selection_set, named)
        weight = replace(
            inner, cost=OBJECT + inner.cost, each=0, depth=inner.depth + 1,
            fields=inner.fields + 1, reads=inner.reads + 1, aliases=inner.aliases + alias, roots=1)
        if node.name.value in _META:
            return _introspecting(weight)
        if definition is None or parent is None:
            return weight
        return self._objects(node, definition, parent, weight, inner)

    def _objects(
        self, node: FieldNode, definition: GraphQLField, parent: GraphQLNamedType, weight: Weight,
        inner: Weight,
    ) -> Weight:
        """The weight of a field that leads to objects, as many as it is reckoned to find."""
        how = _how(definition)
        if isinstance(how, Page):
            size = self._page_size(node)
            return replace(weight, cost=min(weight.cost + size * inner.each, ENOUGH),
                           reads=weight.reads + PAGE_READS + self._filters(node))
        if isinstance(how, AnyNode):
            return replace(weight, reads=weight.reads + NODE_READS)
        if isinstance(how, Many | One) and isinstance(how.rows, Reckoned):
            likely = how.rows.likely if isinstance(how, Many) else 1
            return replace(weight, cost=min(weight.cost * likely, ENOUGH),
                           reads=weight.reads + RECKONED_READS)
        if _is_introspected(parent):
            tenths = _INTROSPECTED.get(node.name.value, 10)
            return replace(weight, cost=min(weight.cost * tenths // 10, ENOUGH))
        if _is_page(parent) and _is_list(definition):
            return replace(weight, cost=0, each=weight.cost, reads=inner.reads)
        if _is_list(definition):
            return replace(weight, cost=min(weight.cost * LIST_ROWS, ENOUGH))
        return weight

    def _page_size(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value == "first":
                return self._size(argument.value)
        return PAGE_ROWS

    def _filters(self, node: FieldNode) -> int:
        """How many conditions a page is asked with: each is compiled twice, for page and count."""
        found = 0
        for argument in node.arguments or ():
            if isinstance(argument.value, ObjectValueNode):
                found += len(argument.value.fields)
            elif argument.name.value == "filter":
                found += UNSEEN_FILTERS
        return found

    def _size(self, value: object) -> int:
        if isinstance(value, IntValueNode):
            asked: int | None = int(value.value[:6])
        elif isinstance(value, VariableNode):
            asked = self._sizes.get(value.name.value, 1)
        else:
            asked = None
        return PAGE_ROWS if asked is None else min(max(asked, 1), LARGEST_PAGE)


def weigh(
    schema: GraphQLSchema, document: DocumentNode,
    sizes: Mapping[str, int | None] | None = None,
) -> None:
    """Weigh a document that is parsed but not validated. Raises TooCostly."""
    fields, directives = _written(document)
    _limit(directives, MAX_DIRECTIVES, Text("每份文档的指令", "directives in a document"))
    _limit(fields, MAX_FIELDS, Text("每份文档的字段", "fields in a document"))
    Scales(schema, document, sizes).check()


def _within_limits(weight: Weight) -> None:
    _limit(weight.depth, MAX_DEPTH, Text("字段嵌套层数", "levels of fields"))
    _limit(weight.nesting, MAX_NESTING, Text("片段嵌套层数", "levels of fragments"))
    _limit(weight.introspection_depth, MAX_INTROSPECTION_DEPTH,
           Text("内省嵌套层数", "levels of introspection"))
    _limit(weight.aliases, MAX_ALIASES, Text("每次操作的别名", "aliases in an operation"))
    _limit(weight.fields, MAX_FIELDS, Text("每次操作的字段", "fields in an operation"))
    _limit(weight.reads, MAX_READS, Text("每次操作的读取", "reads in an operation"))
    _limit(-(-weight.introspection // OBJECT), MAX_INTROSPECTION,
           Text("内省的开销", "units of introspection"))
    _limit(-(-(weight.cost + weight.each) // OBJECT), MAX_COST, Text(
        "开销单位（请缩小分页或减少字段）", "units of cost: ask for smaller pages or fewer fields"))


def _limit(found: int, most: int, of: Text) -> None:
    if found > most:
        raise TooCostly(Text(f"超出限制，最多 {most:,}：{of.zh}。", f"At most {most:,} {of.en}."))


def _introspecting(weight: Weight) -> Weight:
    """What is selected of the schema itself, which has an allowance of its own."""
    return Weight(
        OBJECT, depth=1, nesting=weight.nesting, aliases=weight.aliases, roots=1,
        introspection=weight.cost, introspection_depth=weight.depth)


def _is_introspected(type_: GraphQLNamedType | None) -> bool:
    return type_ is not None and type_.name.startswith("__")


def _written(document: DocumentNode) -> tuple[int, int]:
    """How many fields and how many directives a document holds as it is written."""
    fields, directives, left = 0, 0, list[object](document.definitions)
    while left:
        node = left.pop()
        fields += isinstance(node, FieldNode)
        directives += len(getattr(node, "directives", None) or ())
        left += [*(getattr(node, "variable_definitions", None) or ())]
        inner = getattr(node, "selection_set", None)
        left += inner.selections if inner else ()
    return fields, directives


def _spreads(selection_set: SelectionSetNode) -> Iterator[str]:
    left = [selection_set]
    while left:
        for node in left.pop().selections:
            if isinstance(node, FragmentSpreadNode):
                yield node.name.value
            elif (inner := cast(FieldNode, node).selection_set) is not None:
                left.append(inner)


def _definition(name: str, parent: GraphQLNamedType | None) -> GraphQLField | None:
    if name in _META:
        return _META[name]
    if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        found: GraphQLField | None = parent.fields.get(name)
        return found
    return None


def _how(definition: GraphQLField) -> object:
    found = definition.extensions.get(DEFINITION)
    return found.metadata.get(READ) if found is not None else None


def _is_page(type_: GraphQLNamedType) -> bool:
    return isinstance(type_, GraphQLObjectType) and "pageInfo" in type_.fields


def _is_list(definition: GraphQLField) -> bool:
    return is_list_type(get_nullable_type(definition.type))

"""Random valid operations over the schema, by walking its types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    is_object_type,
)
from graphql.execution.values import VariableValues
from hypothesis import assume
from hypothesis import strategies as st

from schema.read.cost import TooCostly
from schema.read.prepared import Documents
from schema.schema import schema as served
from tests.api.spelling import SIZES, Speller
from tests.api.values import NODES, global_id

METRICS = ("metricDefinitions", "metrics", "metricBreakdown")
MONEY = ("commitments", "investment", "workQueue", "workQueueCounts", "fundFlows",
         "fundsInTransit", "trancheCalendar")
NOT_FOR_ALL = ("viewer", "accounts", "auditLog", *METRICS, *MONEY)
"""Fields that an office may not ask for, or that the domain reckons: tested by themselves."""
LISTED = ("recipientRegions", "planTargets", "publishedFigures", "aidProjects", "milestones",
          "keyVillages", "villageReports",
          "secondedCadres", "secondments", "posts", "fundingTranches", "movements",
          "disbursementRequests")
MAX_DEPTH = 6
MAX_ROWS = 250
MAX_SELECTIONS = 18


_DOCUMENTS = Documents(served._schema)


@dataclass(frozen=True, slots=True)
class Operation:
    """What a client sends. `«KIND:ORDER:DIRECTION:N»` stands for the cursor of the Nth row."""

    text: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Selected:
    """A field as written, and what is needed to write it once more: for merging."""

    key: str
    name: str
    arguments: str
    definition: GraphQLField
    rows: int
    likely: str


@dataclass(slots=True)
class Writer(Speller):
    """Writes one operation."""

    fragments: list[tuple[str, str, int, int, bool]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    selections: int = 0

    def directive(self) -> str:
        """@skip or @include, now and then."""
        if not self.chance(10):
            return ""
        word = self.draw(st.sampled_from(("skip", "include")))
        value = self.draw(st.booleans())
        if not self.chance(3):
            return f" @{word}(if: {str(value).lower()})"
        default = "" if self.chance(2) else " = false"
        return f" @{word}(if: {self.variable(f'Boolean!{default}', {'given': value})})"

    def selection(
        self, type_: Any, depth: int, rows: int, *, plain: bool = True, likely: str = ""
    ) -> str:
        """A selection set. Unless it is `plain`, every key in it is new.

        `likely` is the type that the object is likely to have, where only an interface is known.
        """
        self.selections += 1
        parts: list[str] = []
        written: list[Selected] = []
        for _ in range(self.draw(st.integers(1, 4))):
            if is_object_type(type_) and written and self.chance(6):
                parts.append(self.again(self.draw(st.sampled_from(written)), depth))
            elif self.chance(12):
                parts.append(self.inline(type_, depth, rows, plain=plain))
            elif self.chance(10) and depth > 0:
                parts.append(self.spread(type_, depth, rows, plain=plain))
            elif not is_object_type(type_):
                parts.append(self.of_node(depth, rows, likely))
            else:
                parts.append(self.field(type_, depth, rows, written, plain=plain))
        return f"{{ {' '.join(parts)} }}"

    def field(
        self, type_: GraphQLObjectType, depth: int, rows: int, written: list[Selected], *,
        plain: bool,
    ) -> str:
        """One field of an object."""
        many = 1 if type_.name.endswith("Connection") else rows
        may = [name for name, what in type_.fields.items()
               if name not in NOT_FOR_ALL and self.fits(name, what, depth, many)]
        if not may or self.chance(15):
            return f"{self.alias(force=not plain)}__typename{self.directive()}"
        used = {chosen.name for chosen in written}
        name = self.draw(st.sampled_from([name for name in may if name not in used] or may))
        definition = type_.fields[name]
        arguments, size, kind = self.arguments(name, definition)
        alias = self.alias(force=not plain or bool(arguments))
        many = _is_many(definition) and not type_.name.endswith("Connection")
        rows *= size if many else 1
        chosen = Selected(alias, name, arguments, definition, rows, kind)
        written.append(chosen)
        return self.again(chosen, depth)

    def again(self, chosen: Selected, depth: int) -> str:
        """A field, or the same field once more with another selection: the two are merged."""
        text = f"{chosen.key}{chosen.name}{chosen.arguments}{self.directive()}"
        inner = get_named_type(chosen.definition.type)
        if not is_composite_type(inner):
            return text
        below = depth - (0 if inner.name.endswith(("Connection", "Edge", "PageInfo")) else 1)
        return f"{text} {self.selection(inner, below, chosen.rows, likely=chosen.likely)}"

    def fits(self, name: str, definition: GraphQLField, depth: int, rows: int) -> bool:
        """Whether a field can be selected without making the answer too deep or too large."""
        inner = get_named_type(definition.type)
        if not is_composite_type(inner) or inner.name == "PageInfo":
            return True
        size = SIZES.get(name, 3) if _is_many(definition) else 1
        small = self.selections < MAX_SELECTIONS
        return small and depth > 0 and rows * size <= MAX_ROWS

    def alias(self, *, force: bool) -> str:
        """A new response key, if one must be or chance wants it."""
        return f"{self.fresh('k')}: " if force or self.chance(8) else ""

    def inline(self, type_: Any, depth: int, rows: int, *, plain: bool) -> str:
        """An inline fragment: on the type, on its interface, or on nothing."""
        on = self.draw(st.sampled_from(("", type_.name, *(("Node",) if _is_node(type_) else ()))))
        condition = f" on {on}" if on else ""
        inside = self.schema.type_map["Node"] if on == "Node" else type_
        of_plain = plain and on != "Node"
        selected = self.selection(inside, depth, rows, plain=of_plain, likely=type_.name)
        return f"...{condition}{self.directive()} {selected}"

    def of_node(self, depth: int, rows: int, likely: str) -> str:
        """A field of the interface, or a fragment on one of its types."""
        if self.chance(4):
            return self.draw(st.sampled_from(("id", "__typename")))
        known = likely in NODES and not self.chance(3)
        kind = likely if known else self.draw(st.sampled_from(NODES))
        inside = self.schema.type_map[kind]
        return f"... on {kind}{self.directive()} {self.selection(inside, depth, rows, plain=False)}"

    def spread(self, type_: Any, depth: int, rows: int, *, plain: bool) -> str:
        """A named fragment: one that fits and was written before, or a new one."""
        on = {type_.name} | ({"Node"} if _is_node(type_) else set())
        known = [name for name, of, deep, heavy, of_plain in self.fragments
                 if of in on and deep <= depth and rows <= heavy and plain >= of_plain]
        if known and self.chance(2):
            return f"...{self.draw(st.sampled_from(known))}{self.directive()}"
        name, of = self.fresh("F"), self.draw(st.sampled_from(sorted(on)))
        plain = plain and of != "Node"
        inside = self.schema.type_map[of]
        selected = self.selection(inside, depth - 1, rows, plain=plain, likely=type_.name)
        self.texts.append(f"fragment {name} on {of} {selected}")
        self.fragments.append((name, of, depth, rows, plain))
        return f"...{name}{self.directive()}"


@st.composite
def lists(draw: st.DrawFn, schema: GraphQLSchema) -> Operation:
    """One list by one or two filters, in some order, so that most answers hold something."""
    assert schema.query_type is not None
    writer = Writer(draw, schema)
    name = draw(st.sampled_from([one for one in LISTED if one in schema.query_type.fields]))
    arguments = schema.query_type.fields[name].args
    known: Any = get_named_type(arguments["filter"].type)
    chosen = draw(st.lists(st.sampled_from(sorted(known.fields)), min_size=1, max_size=2))
    filter_ = {key: writer.some(name, key, known.fields[key]) for key in chosen}
    order = writer.wish(name, "orderBy", arguments["orderBy"])
    said = [f"first: {draw(st.integers(1, 100))}",
            f"filter: {writer.spell(arguments['filter'], filter_)}",
            f"orderBy: {writer.spell(arguments['orderBy'], order) or 'null'}"]
    declared = f"query ({', '.join(writer.declared)}) " if writer.declared else ""
    selected = "{ nodes { id } pageInfo { hasNextPage endCursor } totalCount }"
    return Operation(f"{declared}{{ {name}({', '.join(said)}) {selected} }}", writer.values)


def all_of(kind: str, schema: GraphQLSchema, number: int) -> Operation:
    """Everything about a row of a kind, and every plain field of what it leads to."""
    selected = _all_fields(schema.type_map[kind], 1)
    return Operation(f"query ($id: ID!) {{ node(id: $id) {{ ...Whole }} }}"
                     f" fragment Whole on {kind} {selected}", {"id": global_id(kind, number)})


def _all_fields(type_: Any, depth: int) -> str:
    parts = []
    for name, definition in type_.fields.items():
        if name in (*METRICS, *MONEY):
            continue
        inner = get_named_type(definition.type)
        given = '(date: "2006-06-01")' if name == "nameOn" else ""
        if not is_composite_type(inner):
            parts.append(name + given)
        elif inner.name.endswith("Connection"):
            parts += [f"{name} {{ totalCount }}"] if depth else []
        elif depth:
            parts.append(f"{name} {_all_fields(inner, depth - 1)}")
    return f"{{ {' '.join(parts)} }}"


def _is_many(definition: GraphQLField) -> bool:
    listed = is_list_type(get_nullable_type(definition.type))
    return listed or "first" in definition.args


def _is_node(type_: Any) -> bool:
    return type_.name in NODES or type_.name == "Node"


@st.composite
def operations(draw: st.DrawFn, schema: GraphQLSchema) -> Operation:
    """A valid operation with its variables."""
    writer = Writer(draw, schema)
    assert schema.query_type is not None
    selected = writer.selection(schema.query_type, MAX_DEPTH, 1)
    declared = f"({', '.join(writer.declared)})" if writer.declared else ""
    name = draw(st.sampled_from((None, "Asked")))
    head = f"query {name or ''}{declared} " if declared or name or writer.chance(2) else ""
    others = ["query Other { plans { id } }"] if name and writer.chance(3) else []
    parts = [f"{head}{selected}", *writer.texts, *others]
    made = Operation("\n".join(draw(st.permutations(parts))), writer.values, name)
    assume(_is_light(made))
    return made


def _is_light(operation: Operation) -> bool:
    """Whether it is within the limits of cost, its variables' own defaults counted: most are."""
    prepared = _DOCUMENTS.prepare(operation.text, operation.name)
    if any(isinstance(error.original_error, TooCostly) for error in prepared.errors):
        return False
    coerced = _DOCUMENTS.variables(prepared, operation.variables)
    assert isinstance(coerced, VariableValues), operation
    try:
        _DOCUMENTS.weigh(prepared, coerced)
    except TooCostly:
        return False
    return True

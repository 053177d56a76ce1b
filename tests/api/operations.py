"""Random valid operations over the schema, by walking its types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from hypothesis import strategies as st

from tests.api.pages import ORDERS
from tests.api.values import NODES, kind_of_id, leaf, literal

MAX_DEPTH = 6
MAX_ROWS = 250
MAX_SELECTIONS = 24
_SIZES = {"children": 8, "sections": 25, "districts": 16, "members": 6, "pairings": 4, "plans": 3}
"""About how many objects a list holds, where it is not about three."""

ABSENT = object()
Input = GraphQLArgument | GraphQLInputField


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
class Writer:
    """Writes one operation, drawing what it needs."""

    draw: st.DrawFn
    schema: GraphQLSchema
    declared: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    again_as: dict[tuple[str, str], str] = field(default_factory=dict)
    fragments: list[tuple[str, str, int, int, bool]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    names: int = 0
    selections: int = 0

    def chance(self, of: int) -> bool:
        """True once in `of` times."""
        return self.draw(st.integers(1, of)) == of

    def fresh(self, letter: str) -> str:
        """A name not used before."""
        self.names += 1
        return f"{letter}{self.names}"

    # Arguments

    def arguments(self, name: str, definition: GraphQLField) -> tuple[str, int, str]:
        """The arguments of a field as written, how many objects they let through, of which kind."""
        written, size, kind = [], _SIZES.get(name, 3), ""
        order: Any = None
        if "orderBy" in definition.args:
            order = self.wish(name, "orderBy", definition.args["orderBy"])
        for argument, what in definition.args.items():
            if argument == "after":
                value = self.cursor(definition, order) if self.chance(3) else self.nothing()
            else:
                value = order if argument == "orderBy" else self.wish(name, argument, what)
            if argument == "first":
                size = min(20 if value is ABSENT else value, 40)
            if argument == "id":
                kind = kind_of_id(value)
            text = self.spell(what, value)
            written += [] if text is None else [f"{argument}: {text}"]
        return (f"({', '.join(written)})" if written else ""), size, kind

    def nothing(self) -> Any:
        """No value: absent or null."""
        return None if self.chance(4) else ABSENT

    def wish(self, owner: str, name: str, what: Input) -> Any:
        """A value for an argument or an input field, as JSON; ABSENT for none."""
        nullable = not is_non_null_type(what.type)
        rare = 3 if isinstance(what, GraphQLInputField) else 2
        if (nullable or what.default_value is not Undefined) and not self.chance(rare):
            return self.nothing() if nullable else ABSENT
        type_ = get_nullable_type(what.type)
        if is_input_object_type(type_):
            found = {key: self.wish(owner, key, inner) for key, inner in type_.fields.items()}
            return {key: value for key, value in found.items() if value is not ABSENT}
        if is_list_type(type_):
            return self.draw(st.lists(leaf(owner, name, get_named_type(type_)), max_size=3))
        return self.draw(leaf(owner, name, type_))

    def cursor(self, definition: GraphQLField, order: Any) -> str:
        """The cursor of some row in the order that was asked for."""
        kind = get_named_type(definition.type).name.removesuffix("Connection")
        wished = order if isinstance(order, dict) else {}
        by = wished.get("field", next(iter(ORDERS[kind])))
        return f"«{kind}:{by}:{wished.get('direction', 'ASC')}:{self.draw(st.integers(0, 60))}»"

    def spell(self, what: Input, value: Any) -> str | None:
        """The value as written: literally, as a variable, or with variables inside."""
        has_default = what.default_value is not Undefined
        nullable = not is_non_null_type(what.type)
        if value is ABSENT:
            may = nullable or has_default
            type_ = get_nullable_type(what.type)
            return self.variable(str(type_), {}) if may and self.chance(6) else None
        if self.chance(3):
            return self.as_variable(what.type, value)
        return self.inside(what.type, value)

    def inside(self, type_: GraphQLInputType, value: Any) -> str:
        """A literal, whose inner values may be variables."""
        type_ = get_nullable_type(type_)
        if value is not None and is_input_object_type(type_):
            spelled = {key: self.spell(inner, value.get(key, ABSENT))
                       for key, inner in type_.fields.items()}
            return f"{{{', '.join(f'{key}: {s}' for key, s in spelled.items() if s is not None)}}}"
        if value is not None and is_list_type(type_):
            items = [self.as_variable(type_.of_type, item) if self.chance(3)
                     else literal(type_.of_type, item) for item in value]
            alone = len(items) == 1 and not items[0].startswith("$")
            return items[0] if alone and self.chance(2) else f"[{', '.join(items)}]"
        block = isinstance(value, str) and str(type_) == "String" and value.isalnum()
        return f'"""{value}"""' if block and self.chance(8) else literal(type_, value)

    def as_variable(self, type_: GraphQLInputType, value: Any) -> str:
        """A variable that is given the value, or has it as its default."""
        declared = str(type_)
        if value is not None and not is_non_null_type(type_) and self.chance(3):
            declared += "!"
        default = literal(type_, value)
        if self.chance(4):
            return self.variable(f"{declared} = {default}", {})
        if value is not None and not is_list_type(get_nullable_type(type_)) and self.chance(4):
            declared += f" = {default}"
        return self.variable(declared, {"given": value})

    def variable(self, declared: str, given: Mapping[str, Any]) -> str:
        """A variable declared so, with a value if one is `given`: a new one, or one there is."""
        same = (declared, repr(given))
        if same in self.again_as and self.chance(2):
            return f"${self.again_as[same]}"
        name = self.again_as[same] = self.fresh("v")
        self.declared.append(f"${name}: {declared}")
        if given:
            self.values[name] = given["given"]
        return f"${name}"

    # Selections

    def directive(self) -> str:
        """@skip or @include, now and then."""
        if not self.chance(10):
            return ""
        word = self.draw(st.sampled_from(("skip", "include")))
        value = self.draw(st.booleans())
        type_: Any = self.schema.type_map["Boolean"]
        what = GraphQLArgument(type_) if self.chance(3) else None
        if what is None:
            return f" @{word}(if: {literal(type_, value)})"
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
        self, type_: GraphQLObjectType, depth: int, rows: int, written: list[Selected], *, plain: bool
    ) -> str:
        """One field of an object."""
        many = 1 if type_.name.endswith("Connection") else rows
        may = [name for name, what in type_.fields.items() if self.fits(name, what, depth, many)]
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
        size = _SIZES.get(name, 3) if _is_many(definition) else 1
        small = self.selections < MAX_SELECTIONS
        return small and depth > 0 and rows * size <= MAX_ROWS

    def alias(self, *, force: bool) -> str:
        """A new response key, if one must be or chance wants it."""
        return f"{self.fresh('k')}: " if force or self.chance(4) else ""

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
        kind = likely if likely in NODES and not self.chance(3) else self.draw(st.sampled_from(NODES))
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
    return Operation("\n".join(draw(st.permutations(parts))), writer.values, name)

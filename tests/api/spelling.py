"""The arguments of generated operations: as literals, as variables, as literals with variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputType,
    GraphQLSchema,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)
from hypothesis import strategies as st

from tests.api.pages import ORDERS, usual_way
from tests.api.values import kind_of_id, leaf, literal

SIZES = {"children": 8, "sections": 25, "districts": 16, "members": 6, "pairings": 4, "plans": 3,
         "sectors": 12, "stageHistory": 8, "milestones": 8, "acceptanceSheet": 12, "scores": 12,
         "postFill": 15}
"""About how many objects a list holds, where it is not about three."""

ABSENT = object()
Input = GraphQLArgument | GraphQLInputField


@dataclass(slots=True)
class Speller:
    """Writes arguments, drawing what it needs, and declares the variables it uses."""

    draw: st.DrawFn
    schema: GraphQLSchema
    declared: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    again_as: dict[tuple[str, str], str] = field(default_factory=dict)
    names: int = 0

    def chance(self, of: int) -> bool:
        """True once in `of` times."""
        return self.draw(st.integers(1, of)) == of

    def fresh(self, letter: str) -> str:
        """A name not used before."""
        self.names += 1
        return f"{letter}{self.names}"

    def arguments(self, name: str, definition: GraphQLField) -> tuple[str, int, str]:
        """The arguments of a field as written, how many objects they let through, of which kind."""
        written: list[str] = []
        size, kind = SIZES.get(name, 3), ""
        order: Any = None
        if "orderBy" in definition.args:
            order = self.wish(name, "orderBy", definition.args["orderBy"])
        for argument, what in definition.args.items():
            if argument == "after":
                value = self.cursor(definition, order) if self.chance(3) else self.nothing()
            else:
                value = order if argument == "orderBy" else self.wish(name, argument, what)
            if argument == "first":
                size = 20 if value is ABSENT else min(int(value), 40)
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
        return self.some(owner, name, what)

    def some(self, owner: str, name: str, what: Input) -> Any:
        """A value that is not null."""
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
        way = wished.get("direction", usual_way(kind))
        return f"«{kind}:{by}:{way}:{self.draw(st.integers(0, 60))}»"

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

    def inside(self, of: GraphQLInputType, value: Any) -> str:
        """A literal, whose inner values may be variables."""
        type_: Any = get_nullable_type(of)
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

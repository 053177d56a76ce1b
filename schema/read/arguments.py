"""Arguments while compiling: what shapes the SQL is known, everything else is a bind parameter.

A variable's booleans, enums, nulls and page sizes shape the statement and are used as they are. Its
other values are replaced by slots before GraphQL coerces the arguments, so a slot that comes out in
an argument says from where to take the value when the statement runs.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import BindParameter, bindparam
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import Date, Text, TypeEngine

from aid.clock import today

Convert = Callable[[Any], Any]


FIRST_DAY, LAST_DAY = date.min + timedelta(1), date.max - timedelta(1)


def finite(day: date) -> date:
    """The day, or the one beside it: asyncpg sends the first and the last there is as infinite."""
    return min(max(day, FIRST_DAY), LAST_DAY)


class ArgumentRefused(Exception):
    """An argument's value cannot be what it claims to be (an id, a cursor). Said to the client."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a value among the variables: a name, then keys into input objects."""

    path: tuple[str, ...]

    def value(self, variables: Mapping[str, Any]) -> Any:
        """What stands there in this request."""
        found: Any = variables
        for key in self.path:
            found = found[key]
        return found


def slotted(value: Any, path: tuple[str, ...], inlined: bool) -> Any:
    """A variable's coerced value with slots for all that does not shape the statement.

    `inlined` says that the variable is a page size, whose number shapes it too.
    """
    if _shapes(value, inlined):
        return value
    if isinstance(value, Mapping):
        return {key: slotted(inner, (*path, key), inlined) for key, inner in value.items()}
    return Slot(path)


def shape(value: Any, inlined: bool) -> Hashable:
    """What of a variable's value tells one statement from another: `slotted`, to be compared."""
    if type(value) is str:
        return Slot
    if _shapes(value, inlined):
        return (type(value), value)
    if isinstance(value, Mapping):
        return tuple((key, shape(inner, inlined)) for key, inner in sorted(value.items()))
    return Slot


def _shapes(value: Any, inlined: bool) -> bool:
    return value is None or isinstance(value, bool | Enum) or (inlined and isinstance(value, int))


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Rows to be reckoned (fields.py) before the statement runs, from a field's arguments."""

    reckon: Callable[..., Any]
    given: Mapping[str, Any]

    def value(self, variables: Mapping[str, Any]) -> "Reckoning":
        """The same with the values of this request."""
        given = {name: _filled(found, variables) for name, found in self.given.items()}
        for value in given.values():
            _refuse_zero(value)
        return Reckoning(self.reckon, given)


def _filled(source: Any, variables: Mapping[str, Any]) -> Any:
    """A constant, what a slot or a reckoning gives, or a list of such: it may hold variables."""
    if isinstance(source, list):
        return [_filled(one, variables) for one in source]
    return source.value(variables) if isinstance(source, Slot | Reckoning) else source


def _refuse_zero(value: Any) -> None:
    for text in value if isinstance(value, list) else (value,):
        if isinstance(text, str) and "\0" in text:
            raise ArgumentRefused("a text holds no zero character")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One bind parameter: where its value comes from, and how it is converted on the way."""

    source: Any
    convert: Convert | None

    def value(self, variables: Mapping[str, Any]) -> Any:
        """The value for this request. Raises ArgumentRefused."""
        found = _filled(self.source, variables)
        value = self.convert(found) if self.convert else found
        _refuse_zero(value)
        return value


class Parameters:
    """The bind parameters of one statement, named in the order they are asked for."""

    def __init__(self) -> None:
        self.by_name: dict[str, Parameter] = {}

    def bind(
        self, source: Any, type_: TypeEngine[Any] | None, convert: Convert | None = None
    ) -> BindParameter[Any]:
        """A new parameter for a constant, a slot, or what is reckoned when the statement runs."""
        name = f"p{len(self.by_name)}"
        self.by_name[name] = Parameter(source, convert)
        return bindparam(name, type_=type_ or Text())


class Arguments:
    """The arguments of one field, or the fields of one input object among them."""

    def __init__(self, values: Mapping[str, Any], parameters: Parameters) -> None:
        self._values = values
        self._parameters = parameters

    def given(self, name: str) -> bool:
        """Whether it is given and not null."""
        return self._values.get(name) is not None

    def has(self, name: str) -> bool:
        """Whether it is given, be it as null."""
        return name in self._values

    def plain(self, name: str) -> Any:
        """A value that shapes the statement: a boolean, an enum, a page size; None if not given."""
        value = self._values.get(name)
        if isinstance(value, Slot):
            raise TypeError(f"{name} does not shape the statement: bind it")
        return value

    def bind(
        self, name: str, type_: TypeEngine[Any] | None = None, convert: Convert | None = None
    ) -> BindParameter[Any]:
        """A bind parameter for the value (text unless `type_` says otherwise)."""
        return self._parameters.bind(self._values[name], type_, convert)

    def enums(self, name: str) -> BindParameter[Any]:
        """A bind parameter for a list of enums, as the texts they are stored as."""
        return self.bind(name, ARRAY(Text()), lambda chosen: [one.value for one in chosen])

    def day(self, name: str) -> BindParameter[Any]:
        """A bind parameter for a day; today in China, as each request has it, if none is given."""
        return self._parameters.bind(
            self._values.get(name), Date(),
            lambda given: finite(today() if given is None else given))

    def reckoned(self, reckon: Callable[..., Any]) -> BindParameter[Any]:
        """A bind parameter for the rows that are reckoned from the arguments."""
        return self._parameters.bind(Reckoning(reckon, self._values), JSONB())

    def inner(self, name: str) -> "Arguments":
        """The fields of an input object; none when it is not given."""
        return Arguments(self._values.get(name) or {}, self._parameters)



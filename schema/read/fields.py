"""How a field is read, said beside the field.

A field that only names a column or a relationship of the type's table needs nothing. All else is
said with `expression`, `one`, `many`, `page` (a connection) or `node_of` (the subtree of a
mutation's result).
"""

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, FromClause, Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from aid.database.base import Base
from schema.read.arguments import Arguments
from schema.read.needs import NEEDS, Need
from schema.read.needs import needs as declare

READ = "read"
Table = FromClause
Where = Callable[[Table, Table | None, Arguments], Sequence[ColumnElement[bool]]]
"""The conditions of a read: its own table, the parent's (None at the root), the arguments.
Among the filters of a page there may be one Search (aid/database/search.py)."""


Rows = Callable[[Table | None, Arguments], Select[Any]]
"""A select that stands for a table: of the parent (None at the root), by the arguments."""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Rows that the domain reckons before the statement runs, which reads them from a parameter.

    `reckon(session, given)` gets the field's arguments by name and gives values by the names of
    `columns`; all objects that a field is asked of share them. `likely` is how many there may be.
    """

    columns: Mapping[str, TypeEngine[Any]]
    reckon: "Reckon"
    likely: int


Reckon = Callable[[AsyncSession, Mapping[str, Any]], Awaitable[Sequence[Mapping[str, Any]]]]


def everything(_own: Table, _parent: Table | None, _arguments: Arguments) -> list[Any]:
    """No condition."""
    return []


@dataclass(frozen=True, slots=True)
class Expression:
    """A value computed from the row: `sql(table, arguments)`."""

    sql: Callable[[Table, Arguments], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class One:
    """At most one object. Without `where` it follows the relationship of the field's name.

    With `rows` it is read over a select, or over what the domain reckons, instead of a table.
    `inherits`: the arguments of the field whose object this is of are its own, too.
    """

    where: Where | None = None
    order_by: tuple[str, ...] = ()
    limit_one: bool = False
    rows: Rows | Reckoned | None = None
    inherits: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """A short list of objects. Without `where` it follows the relationship and takes its order.

    With `rows` it is read over a select, or over what the domain reckons, instead of a table.
    `inherits`: as of One.
    """

    where: Where | None = None
    order_by: tuple[str, ...] = ()
    rows: Rows | Reckoned | None = None
    inherits: bool = False


Key = str | Callable[[Table], ColumnElement[Any]]
"""What rows are ordered by: a column, or a value computed from the row."""


@dataclass(frozen=True, slots=True)
class Groups:
    """What a list's rows belong to: each group's rows lie together in an index of each order.

    Rows of `model` name the groups by `column`, which the list's rows have too. A page is looked
    for in each group that may hold some of it, and the first of them all make it: what others have
    many of is not gone through, as it is in an index of all rows.
    """

    model: type[Base]
    column: str


@dataclass(frozen=True, slots=True)
class OfGroup:
    """A condition on a row that can be said of the rows which name its group, too."""

    on: Callable[[FromClause], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Page:
    """A connection: filtered, ordered, paged by key. `orders` maps an order to its keys.

    The keys of an order are never null; the id is added, so that no two rows tie.
    `newest_first` turns the order round where none was asked for. `narrow`: the indexes of its
    orders hold what it is filtered by, so that rows are fetched only once the keys are known.
    `groups`: what the rows of the whole list are looked for in. With `rows` it is read over a
    select that has an id; `inherits`: as of One.
    """

    orders: Mapping[str, tuple[Key, ...]]
    default_order: str
    filters: Where = everything
    where: Where = everything
    newest_first: bool = False
    narrow: bool = False
    groups: Groups | None = None
    rows: Rows | None = None
    inherits: bool = False


def within(page: Page, where: Where) -> Page:
    """The same connection, of some rows only."""
    return replace(page, where=where)


@dataclass(frozen=True, slots=True)
class AnyNode:
    """Whatever object the id names."""


@dataclass(frozen=True, slots=True)
class NodeOf:
    """The object whose database id the source object has in the attribute `attribute`."""

    attribute: str


Read = Expression | One | Many | Page | AnyNode | NodeOf
_FieldResolver = Callable[["ReadField", Any, Any], Coroutine[Any, Any, Any]]


@dataclass(slots=True)
class _Resolution:
    """How a read at the edge of the compiled part is resolved; set by schema/read/execution."""

    resolve: _FieldResolver | None = field(default=None)


RESOLUTION = _Resolution()


class ReadField(StrawberryField):
    """A field that is compiled. Reached by ordinary execution, it compiles its own subtree."""

    @property
    def is_basic_field(self) -> bool:
        return False

    @property
    def is_async(self) -> bool:
        return True

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:
        if RESOLUTION.resolve is None:
            raise RuntimeError("no execution is set up for compiled fields")
        return RESOLUTION.resolve(self, source, info)


def read(
    how: Read,
    *,
    description: str | None = None,
    name: str | None = None,
    arguments: Mapping[str, Any] | None = None,
    defaults: Mapping[str, Any] | None = None,
    needs: Need | None = None,
) -> Any:
    """A field read in the way `how`, with arguments by name and type.

    It needs what its type says, unless `needs` says otherwise.
    """
    said = {NEEDS: needs} if needs is not None else {}
    made = ReadField(description=description, graphql_name=name, metadata={READ: how, **said})
    made.init = made.repr = made.compare = False  # no object of ours ever holds it
    made.arguments = [
        StrawberryArgument(
            argument,
            None,
            StrawberryAnnotation(annotation),
            default=(defaults or {}).get(argument, inspect.Parameter.empty),
        )
        for argument, annotation in (arguments or {}).items()
    ]
    return made


def expression(
    sql: Callable[[Table, Arguments], ColumnElement[Any]],
    *,
    description: str | None = None,
    arguments: Mapping[str, Any] | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> Any:
    """A field computed from the row in SQL."""
    return read(Expression(sql), description=description, arguments=arguments, defaults=defaults)


def as_of(how: Read, description: str) -> Any:
    """A field that says how things stand on a day, which it takes as `asOf`."""
    return read(how, arguments={"as_of": date | None}, defaults={"as_of": None},
                description=f"{description} On the day `asOf`; today if left out.")


def row_of(parent: Table | None) -> Table:
    """The row of the object whose field it is."""
    if parent is None:
        raise TypeError("a root field belongs to no object")
    return parent


Type = TypeVar("Type", bound=type[Any])


def reads(model: type[Base], *, needs: Need) -> Callable[[Type], Type]:
    """Say which table a GraphQL type is read from, and what its fields need."""

    def mark(cls: Type) -> Type:
        cls.__reads__ = model
        return declare(needs)(cls)

    return mark


def model_of(cls: type[Any]) -> type[Base] | None:
    """The table a GraphQL type is read from, if it is read."""
    found: type[Base] | None = cls.__dict__.get("__reads__")
    return found


__all__ = [
    "RESOLUTION", "AnyNode", "Expression", "Key", "Many", "NodeOf", "One", "Page", "Read",
    "ReadField", "Reckoned", "Rows", "Table", "Where", "as_of", "everything", "expression",
    "model_of", "read", "reads", "row_of", "within",
]

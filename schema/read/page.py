"""One page of a connection as JSON: aggregates over its rows and the one that follows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from graphql import GraphQLObjectType
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Text,
    func,
    literal_column,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from schema.read.arguments import ArgumentRefused, Arguments
from schema.read.cursor import key_from_cursor
from schema.read.fields import Key, Page
from schema.read.json import Sql, joined, or_null, quoted, text

if TYPE_CHECKING:
    from schema.read.compiler import Compiler, Details

MAX_PAGE = 100


@dataclass(frozen=True, slots=True)
class PageParts:
    """The fields of a connection over one page of rows (which holds one row more than shown)."""

    compiler: "Compiler"
    node: GraphQLObjectType
    page: FromClause
    cursor: Sql
    shown: ColumnElement[bool]
    size: int
    count: Callable[[], Sql]
    follows: bool

    def object(self, type_: GraphQLObjectType, details: "Details") -> Sql:
        """The connection's JSON. Aggregates over the page's rows."""
        return self._object(type_, details, {
            "nodes": lambda inner: self._list(
                self.compiler.selection(self.node, inner, self.page)),
            "edges": self._edges,
            "pageInfo": self._page_info,
            "totalCount": lambda _: self.count().cast(Text()),
        })

    def _object(self, type_: GraphQLObjectType, details: "Details", parts: dict[str, Any]) -> Sql:
        texts: list[Any] = []
        for at, (key, inner) in enumerate(self.compiler.subfields(type_, details).items()):
            name = inner[0].node.name.value
            texts.append(text(f'{"," if at else ""}"{key}":'))
            texts.append(text(f'"{type_.name}"') if name == "__typename" else parts[name](inner))
        return joined([text("{"), *texts, text("}")])

    def _edges(self, details: "Details") -> Sql:
        edge = cast(GraphQLObjectType,
                    self.compiler.schema.type_map[f"{self.node.name}Edge"])
        return self._list(self._object(edge, details, {
            "cursor": lambda _: quoted(self.cursor),
            "node": lambda inner: self.compiler.selection(self.node, inner, self.page),
        }))

    def _page_info(self, details: "Details") -> Sql:
        info = cast(GraphQLObjectType, self.compiler.schema.type_map["PageInfo"])
        return self._object(info, details, {
            "hasNextPage": lambda _: (func.count() > inlined(self.size)).cast(Text()),
            "hasPreviousPage": lambda _: text("true" if self.follows else "false"),
            "startCursor": lambda _: self._cursor_at(self.page.c.row_no.asc()),
            "endCursor": lambda _: self._cursor_at(self.page.c.row_no.desc()),
        })

    def _cursor_at(self, order: Any) -> Sql:
        cursors: Any = func.array_agg(aggregate_order_by(self.cursor, order), type_=ARRAY(Text()))
        return or_null(quoted(cursors.filter(self.shown)[1]))

    def _list(self, item: Sql) -> Sql:
        return json_list(item, [self.page.c.row_no], self.shown)


def json_list(item: Sql, order: Sequence[Any], shown: ColumnElement[bool] | None = None) -> Sql:
    """An aggregate: the texts of a group's rows as a JSON list, in order."""
    gathered: Any = func.string_agg(item, aggregate_order_by(text(","), *order))
    if shown is not None:
        gathered = gathered.filter(shown)
    return joined([text("["), func.coalesce(gathered, text("")), text("]")])


def inlined(number: int) -> ColumnElement[int]:
    """A number in the statement's text: LIMIT as a parameter would cost a new plan each call."""
    return literal_column(str(int(number)), BigInteger())


def page_size(arguments: Arguments) -> int:
    """How many rows a page shows. Raises ArgumentRefused."""
    size = arguments.plain("first")
    if size is None:
        return 20
    if not 1 <= size <= MAX_PAGE:
        raise ArgumentRefused(f"first is 1 to {MAX_PAGE}, not {size}")
    return int(size)


def page_order(
    listed: str, how: Page, arguments: Arguments
) -> tuple[str, tuple[Key, ...], bool]:
    """The order's name (in cursors: of which list, by what, which way), its keys, the way."""
    wished = arguments.inner("orderBy")
    chosen, direction = wished.plain("field"), wished.plain("direction")
    order = str(getattr(chosen, "value", chosen) or how.default_order)
    usual = "desc" if how.newest_first else "asc"
    descending = str(getattr(direction, "value", direction) or usual) == "desc"
    name = f"{listed}:{order}:{'desc' if descending else 'asc'}"
    return name, (*how.orders[order], "id"), descending


def key_of(table: FromClause, key: Key) -> ColumnElement[Any]:
    """A key of an order, of a table's rows."""
    return table.c[key] if isinstance(key, str) else key(table)


def ways(keys: Sequence[ColumnElement[Any]], descending: bool) -> list[ColumnElement[Any]]:
    """Keys to order by, all of them the same way."""
    return [key.desc() if descending else key.asc() for key in keys]


def past(
    keys: Sequence[ColumnElement[Any]], order: str, descending: bool, arguments: Arguments
) -> list[ColumnElement[bool]]:
    """That a row comes after the one the page before ended with, if there was one."""
    if not arguments.given("after"):
        return []
    after = tuple_(*(
        arguments.bind("after", key.type,
                       key_from_cursor(order, at, len(keys), key.type.python_type))
        for at, key in enumerate(keys)))
    return [tuple_(*keys) < after if descending else tuple_(*keys) > after]

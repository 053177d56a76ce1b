"""Connections: pages of rows by key, so that a deep page costs what the first one costs."""

from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from schema.read.fields import Page, read
from schema.read.needs import STRUCTURE, Need, needs
from schema.read.page import MAX_PAGE

T = TypeVar("T")


@strawberry.enum(description="Ascending or descending.")
class OrderDirection(StrEnum):
    ASC = "asc"
    DESC = "desc"


@needs(STRUCTURE)
@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follow.")
    has_previous_page: bool = strawberry.field(
        description="Whether the page was asked for with `after`."
    )
    start_cursor: str | None = strawberry.field(description="Cursor of the first node.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last node: give it as `after` for the next page."
    )


@needs(STRUCTURE)
@strawberry.type(description="A node with its cursor.")
class Edge(Generic[T]):
    cursor: str
    node: T


@needs(STRUCTURE)
@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="The page's nodes with their cursors.")
    nodes: list[T] = strawberry.field(description="The page's nodes.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int = strawberry.field(description="How many the filter finds in all.")


First = Annotated[int, strawberry.argument(description=f"How many nodes, 1 to {MAX_PAGE}.")]
After = Annotated[
    str | None, strawberry.argument(description="The endCursor of the page before.")
]


def page(
    how: Page, *, filter: Any, order: Any, description: str, needs: Need | None = None
) -> Any:
    """A connection field with `first`, `after`, `filter` and `orderBy`."""
    return read(
        how,
        description=description,
        needs=needs,
        arguments={"first": First, "after": After, "filter": filter, "order_by": order},
        defaults={"first": 20, "after": None, "filter": None, "order_by": None},
    )

"""Ordered lists turned a page at a time, from a row's place onwards or back: nothing is skipped.

Values of an order may not be null; the id makes an order of equal values total.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, literal, or_
from sqlalchemy.orm import InstrumentedAttribute

Ordering = ColumnElement[Any] | InstrumentedAttribute[Any]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is ordered by, and how a value of it is read from text; ValueError if it is none.
    """

    column: Ordering
    read: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place in an order: its value there and its id. `back`: the rows before it."""

    value: Any
    id: int
    back: bool = False


@dataclass(frozen=True, slots=True)
class Turned(Generic[Row]):
    """A page of a list, and whether there is more before and after it."""

    rows: tuple[Row, ...]
    more_before: bool
    more_after: bool


def turned(
    query: Select[*tuple[Any, ...]], column: Ordering, number: Ordering, *,
    descending: bool, at: Place | None, first: int,
) -> Select[*tuple[Any, ...]]:
    """The query of a page, and of one row more, which tells whether there is another."""
    order = in_order(column, number, descending=descending, at=at)
    if at is not None:
        ascending = descending is at.back
        value = literal(at.value, column.type)
        beyond = column > value if ascending else column < value
        same = number > at.id if ascending else number < at.id
        # The first condition alone opens an index at the right place.
        within = column >= value if ascending else column <= value
        query = query.where(within, or_(beyond, and_(column == value, same)))
    return query.order_by(*order).limit(first + 1)


def in_order(
    column: Ordering, number: Ordering, *, descending: bool, at: Place | None
) -> tuple[ColumnElement[Any], ...]:
    """What a page is ordered by: before a place the other way round."""
    if descending is (at is not None and at.back):
        return column.asc(), number.asc()
    return column.desc(), number.desc()


def page_of(rows: Sequence[Row], *, at: Place | None, first: int) -> Turned[Row]:
    """The page, of the rows that `turned` found."""
    more, rows = len(rows) > first, rows[:first]
    if at is not None and at.back:
        return Turned(tuple(reversed(rows)), more, more_after=True)
    return Turned(tuple(rows), at is not None, more)

"""Full-text search of names and codes that works for Chinese, and under row security.

A row is found if it holds every word asked for: somewhere in Chinese, at the beginning of an
English word or of a number. Only comparisons that leak nothing are used as conditions of an index
before row security looks, so that no index of whole texts serves; the terms of names stand in a
table of their own (docs/adr/0016-search.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Computed,
    FromClause,
    Index,
    Integer,
    Table,
    Text,
    all_,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from aid.database.base import Base

_PLAIN = "left(aid_plain(name || ' ' || coalesce(name_en, '') || ' ' || code), 600)"


class Sought:
    """Mixin: rows of this class are searched by `name`, `name_en` and `code`."""

    sought: Mapped[str] = mapped_column(
        Text(collation="C"), Computed(_PLAIN, persisted=True),
        deferred=True, deferred_raiseload=True)


def terms_of(model: type[Base], row: str) -> Table:
    """The table of the terms of a class's rows, kept by triggers; `row` names its column of ids."""
    name = model.__tablename__
    return Table(
        f"{name}_term", Base.metadata,
        Column("term", Text(collation="C"), nullable=False),
        Column("recipient_id", BigInteger, nullable=False),
        Column(row, BigInteger, nullable=False),
        Index(f"ix_{name}_term", "recipient_id", "term", row),
    )


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for: `holds` says whether a row is it, `ids` names the few that may be.

    `ids` is null where they are too many to be named; of so many one soon meets a page of them in
    any order. A statement that finds the rows in either way needs no other plan for rare words than
    for common ones. `of_recipient` says of a recipient whether any of its rows may be it.
    """

    ids: ColumnElement[Any]
    holds: ColumnElement[bool]
    of_recipient: Callable[[ColumnElement[int]], ColumnElement[bool]]


def search(model: type[Base], own: FromClause, query: ColumnElement[str]) -> Search:
    """The rows of a searched class, named `own` in the statement, that hold every word asked for.
    """
    found = getattr(func, f"aid_found_{model.__tablename__}")
    has = getattr(func, f"aid_has_{model.__tablename__}")
    return Search(
        found(query, type_=ARRAY(BigInteger())), found_by(own, query),
        lambda recipient: has(query, recipient, type_=Boolean()))


def found_by(own: FromClause, query: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a row holds every word of the query.

    Every row holds blanks; none holds punctuation alone, or more than 600 characters.

    It is a number above 0, because of which PostgreSQL expects a third of the rows: it takes
    a comparison with a list of patterns for all but impossible, and then sorts what it need not.
    """
    patterns = select(func.aid_patterns(query)).scalar_subquery()
    holds = own.c.sought.like(all_(cast(patterns, ARRAY(Text()))))
    return cast(holds, Integer) > 0

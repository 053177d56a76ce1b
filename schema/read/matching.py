"""The rows that a list's conditions choose: in one way or, where a search decides which, in two."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, any_, select, true, union_all
from sqlalchemy.sql import literal_column

from aid.database.search import Search

Conditions = Sequence[ColumnElement[bool] | Search]


@dataclass(frozen=True, slots=True)
class Matching:
    """Rows of a list: how a new alias of their table is made, and what holds of such an alias.

    `name` gives names for what stands between; `parent` is the row whose list it is.
    """

    table: Callable[[], FromClause]
    conditions: Callable[[FromClause], Conditions]
    name: Callable[[], str]
    parent: FromClause | None

    def chosen(self, wanted: Callable[[FromClause], Select[Any]]) -> Select[Any]:
        """What `wanted` selects of the rows, ordered and limited as it says.

        With a search it is selected from the few that may be found or, where they are many, from
        all: whichever it is, the other way yields nothing and costs nothing.
        """
        rows = self.table()
        conditions = self.conditions(rows)
        search = next((one for one in conditions if isinstance(one, Search)), None)
        if search is None:
            return self._within(wanted(rows).where(*_plain(conditions)))
        ids = select(search.ids.label("ids")).offset(literal_column("0")).subquery(self.name())
        few = wanted(rows).where(rows.c.id == any_(ids.c.ids), *_plain(conditions))
        others = self.table()
        many = wanted(others).where(ids.c.ids.is_(None), *_plain(self.conditions(others)))
        either = union_all(self._within(few, ids), self._within(many, ids)).lateral(self.name())
        return self._within(select(*either.c).select_from(ids).join(either, true()))

    def _within(self, query: Select[Any], *around: FromClause) -> Select[Any]:
        outer = [*around, *([self.parent] if self.parent is not None else [])]
        return query.correlate(*outer) if outer else query


def _plain(conditions: Conditions) -> list[ColumnElement[bool]]:
    return [one.holds if isinstance(one, Search) else one for one in conditions]

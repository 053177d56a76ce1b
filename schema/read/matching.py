"""The rows that a list's conditions choose: in one way or, where a search decides which, in two."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, any_, select, true, union_all
from sqlalchemy.sql import literal_column

from aid.database.search import Search
from schema.read.fields import Groups, OfGroup
from schema.read.tables import rows_of

Conditions = Sequence[ColumnElement[bool] | Search | OfGroup]
Cut = Callable[[Select[Any]], Select[Any]]


@dataclass(frozen=True, slots=True)
class Matching:
    """Rows of a list: how a new alias of their table is made, and what holds of such an alias.

    `name` gives names for what stands between; `parent` is the row whose list it is. `groups` is
    what the rows may be looked for in, which those of a parent are only if it says in which.
    """

    table: Callable[[], FromClause]
    conditions: Callable[[FromClause], Conditions]
    name: Callable[[], str]
    parent: FromClause | None
    groups: Groups | None = None

    def chosen(self, wanted: Callable[[FromClause], Select[Any]], cut: Cut) -> Select[Any]:
        """What `wanted` selects of the rows, ordered and limited as it says.

        With a search it is selected from the few that may be found or, where they are many, from
        all: whichever it is, the other way yields nothing and costs nothing. Of groups it is
        selected from each, and what they yield together is cut.
        """
        rows = self.table()
        conditions = self.conditions(rows)
        search = next((one for one in conditions if isinstance(one, Search)), None)
        if search is None:
            return self._all(rows, conditions, wanted, cut)
        ids = select(search.ids.label("ids")).offset(literal_column("0")).subquery(self.name())
        few = wanted(rows).where(rows.c.id == any_(ids.c.ids), *plain(conditions, rows))
        others = self.table()
        many = self._all(others, self.conditions(others), wanted, cut, ids)
        either = union_all(self._within(few, ids), many.where(ids.c.ids.is_(None)))
        found = either.lateral(self.name())
        return self._within(select(*found.c).select_from(ids).join(found, true()))

    def _all(
        self, rows: FromClause, conditions: Conditions,
        wanted: Callable[[FromClause], Select[Any]], cut: Cut, *around: FromClause,
    ) -> Select[Any]:
        of_groups = [one for one in conditions if isinstance(one, OfGroup)]
        all_of_them = wanted(rows).where(*plain(conditions, rows))
        if self.groups is None or not (of_groups or self.parent is None):
            return self._within(all_of_them, *around)
        naming = rows_of(self.groups.model, self.name())
        named = select(naming.c[self.groups.column]).distinct()
        named = self._within(named.where(*(one.on(naming) for one in of_groups)))
        group = named.offset(literal_column("0")).subquery(self.name())
        own = group.c[self.groups.column]
        of_each = self._within(
            all_of_them.where(rows.c[self.groups.column] == own), group, *around)
        found = of_each.lateral(self.name())
        together = select(*found.c).select_from(group).join(found, true()).where(
            *(one.of_recipient(own) for one in conditions if isinstance(one, Search)))
        return self._within(cut(together), *around)

    def _within(self, query: Select[Any], *around: FromClause) -> Select[Any]:
        outer = [*around, *([self.parent] if self.parent is not None else [])]
        return query.correlate(*outer) if outer else query


def plain(conditions: Conditions, rows: FromClause) -> list[ColumnElement[bool]]:
    """The conditions as they hold of single rows."""
    return [one.holds if isinstance(one, Search) else
            one.on(rows) if isinstance(one, OfGroup) else one for one in conditions]

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
    what the rows may be looked for in; `few_groups`: whoever asks sees only some of them.
    """

    table: Callable[[], FromClause]
    conditions: Callable[[FromClause], Conditions]
    name: Callable[[], str]
    parent: FromClause | None
    groups: Groups | None = None
    few_groups: bool = False

    def chosen(
        self, wanted: Callable[[FromClause], Select[Any]], cut: Cut | None = None
    ) -> Select[Any]:
        """What `wanted` selects of the rows, ordered and limited as it says.

        With a search it is selected from the few that may be found or, where they are many, from
        all: whichever it is, the other way yields nothing and costs nothing. With `cut` it is
        selected from each group, if they may be few, and what they yield together is cut.
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
        wanted: Callable[[FromClause], Select[Any]], cut: Cut | None, *around: FromClause,
    ) -> Select[Any]:
        of_groups = [one for one in conditions if isinstance(one, OfGroup)]
        if cut is None or self.groups is None or not (of_groups or self.few_groups):
            return self._within(wanted(rows).where(*plain(conditions, rows)), *around)
        group = rows_of(self.groups.model, self.name())
        rest = [one for one in conditions if not isinstance(one, OfGroup)]
        same = [rows.c[name] == group.c[name] for name in self.groups.columns]
        of_each = self._within(wanted(rows).where(*same, *plain(rest, rows)), group, *around)
        found = of_each.lateral(self.name())
        together = select(*found.c).select_from(group).join(found, true())
        return self._within(cut(together.where(*(one.on(group) for one in of_groups))), *around)

    def _within(self, query: Select[Any], *around: FromClause) -> Select[Any]:
        outer = [*around, *([self.parent] if self.parent is not None else [])]
        return query.correlate(*outer) if outer else query


def plain(conditions: Conditions, rows: FromClause) -> list[ColumnElement[bool]]:
    """The conditions as they hold of single rows."""
    return [one.holds if isinstance(one, Search) else
            one.on(rows) if isinstance(one, OfGroup) else one for one in conditions]

"""Simulated rows made ready for their tables, with the ids they will have. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from aid.bulk import Bulk, bulk
from aid.database.base import Base


class Filling:
    """Rows of several tables, in the order in which the tables are to get them.

    `given` is the last id of each table, and goes on from there: nobody else may add to it.
    """

    def __init__(self, given: Counter[str]) -> None:
        self._given = given
        self.bulks: list[Bulk] = []

    def numbers(self, model: type[Base], count: int) -> range:
        """The next so many ids of a table."""
        since = self._given[model.__tablename__] + 1
        self._given[model.__tablename__] += count
        return range(since, since + count)

    def add(
        self, model: type[Base], rows: Sequence[dict[str, Any]], *, same: Mapping[str, Any],
        key: tuple[str, ...] = (), noted: bool = True,
    ) -> dict[Any, int]:
        """Put rows that all have the same columns into a table; all have the `same` of some.

        With a `key`, columns that tell them apart, they get ids, and these are given by it: one
        value or a tuple of several.
        """
        if not rows:
            return {}
        if key:
            for number, row in zip(self.numbers(model, len(rows)), rows, strict=True):
                row["id"] = number
        self.bulks.append(bulk(model, rows, same=same, noted=noted))
        if len(key) == 1:
            return {row[key[0]]: row["id"] for row in rows}
        return {tuple(row[name] for name in key): row["id"] for row in rows} if key else {}

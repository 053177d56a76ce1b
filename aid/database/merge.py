"""Repeatable imports: bring rows to a wished state by natural key, and count what that took."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.base import Base, columns_of

Row = TypeVar("Row", bound=Base)
_IMPORTS = 4_260_116_002  # any fixed number
Progress = Callable[[str, int, int], None]
"""Told after each step: the name of the table, rows done, rows in all."""


def silent(_name: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass(slots=True)
class Tally:
    """What an import did to one kind of row.

    `kept` counts fields left as an office changed them, `absent` rows the database has and the
    file has not; they stay.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    absent: int = 0
    unchanged_ids: set[int] = field(default_factory=set, repr=False, compare=False)

    def counts(self) -> dict[str, int]:
        """The counts by name."""
        return {name: getattr(self, name)
                for name in ("added", "changed", "unchanged", "kept", "absent")}

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.kept + other.kept,
            self.absent + other.absent,
        )


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same, printed digits of a number included: 1.6 is not 1.60."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one.as_tuple() == other.as_tuple()
    return bool(one == other)


async def one_import_at_a_time(session: AsyncSession) -> None:
    """Wait until no other import is under way; held until the transaction ends."""
    await session.execute(text(f"SELECT pg_advisory_xact_lock({_IMPORTS})"))


def merge(
    session: AsyncSession,
    tally: Tally,
    model: type[Row],
    existing: Row | None,
    values: Mapping[str, Any],
) -> Row:
    """The row with `values`: a new one, or the existing one changed only where it differs."""
    if existing is None:
        row = model(**values)
        session.add(row)
        tally.added += 1
        return row
    differing = {key: new for key, new in values.items() if not same(getattr(existing, key), new)}
    for key, value in differing.items():
        setattr(existing, key, value)
    if differing:
        tally.changed += 1
    else:
        tally.unchanged += 1
        tally.unchanged_ids.add(columns_of(existing)["id"])
    return existing

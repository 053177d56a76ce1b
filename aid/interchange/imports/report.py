"""What an import does to each row, and everything that is wrong with its sheet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aid.errors import AidError, Complaint
from aid.text import Text

LISTED = 10_000
"""So many mistakes, and so many changes, are listed. With more mistakes nothing more is read."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that is new (no fields), or whose fields change: old and new by the column's key."""

    row: int
    name: str
    fields: Mapping[str, tuple[Any, Any]]

    @property
    def is_new(self) -> bool:
        """Whether the row is added as a whole."""
        return not self.fields


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do: rows added, changed, as they were; the first LISTED of the
    added and changed ones.

    Of a ledger also what it has and the sheet has not: how many, and the first LISTED by their
    columns.
    """

    kind: str
    sheet: str
    dry_run: bool
    added: int
    changed: int
    unchanged: int
    changes: tuple[RowChange, ...]
    absent: int = 0
    missing: tuple[Mapping[str, Any], ...] = ()


class TooManyMistakes(AidError):
    """So much is wrong with a sheet that it is not looked at further; ends the reading."""

    code = "TOO_MANY_MISTAKES"

    def __init__(self) -> None:
        super().__init__(Text("错误太多，不再往下检查。", "Too many mistakes to look further."))


@dataclass(slots=True)
class Recorder:
    """What an import has found so far."""

    complaints: list[Complaint] = field(default_factory=list)
    changes: list[RowChange] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    absent: int = 0
    missing: list[Mapping[str, Any]] = field(default_factory=list)

    def miss(self, said: Mapping[str, Any]) -> None:
        """Something is there that the sheet, which is to be whole, does not have."""
        self.absent += 1
        if len(self.missing) < LISTED:
            self.missing.append(said)

    def complain(self, complaints: Iterable[Complaint]) -> None:
        """Keep these. Raises TooManyMistakes."""
        self.complaints += complaints
        if len(self.complaints) >= LISTED:
            raise TooManyMistakes

    def note(
        self, row: int, name: str, fields: Mapping[str, tuple[Any, Any]] | None = None
    ) -> None:
        """A row is new (no fields), changes in these, or (an empty mapping) stays as it is."""
        if fields is None:
            self.added += 1
        elif fields:
            self.changed += 1
        else:
            self.unchanged += 1
            return
        if len(self.changes) < LISTED:
            self.changes.append(RowChange(row, name, fields or {}))

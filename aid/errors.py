"""Errors: a stable code and a plain sentence in both languages; nothing else.

An error of a domain subclasses AidError beside the function that raises it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from aid.text import Locale, Text


class AidError(Exception):
    """Something an official is told plainly: what is wrong and what to do about it.

    `code` is stable: clients and scripts may test for it.
    """

    code: ClassVar[str] = "REFUSED"

    def __init__(self, said: Text) -> None:
        super().__init__(said.en)
        self.said = said

    def to(self, locale: Locale) -> str:
        """The sentence in `locale`."""
        return self.said.to(locale)


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """One thing wrong with what was brought in: where, what was found, what was expected.

    `place` is a file and line (`targets.csv:12`) or empty for a form; `field` the column or input
    field; `value` what was found there, shortened.
    """

    place: str
    field: str
    value: str
    expected: Text

    def to(self, locale: Locale) -> str:
        """One line: place, field, value, expectation."""
        where = f"{self.place} " if self.place else ""
        if locale == "zh":
            return f"{where}{self.field}: 「{self.value}」——{self.expected.zh}"
        return f"{where}{self.field}: {self.value!r} — {self.expected.en}"


class InputRefused(AidError):
    """What was brought in is refused whole; every complaint is listed, nothing was changed."""

    code = "INPUT_REFUSED"

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        self.complaints = tuple(complaints)
        count = len(self.complaints)
        super().__init__(
            Text(
                f"有{count}处错误，全部拒绝，未作任何更改。",
                f"Refused whole: {count} mistake{'s' if count != 1 else ''}. Nothing was changed.",
            )
        )


class NotFound(AidError):
    """What was asked for does not exist (or not for this actor)."""

    code = "NOT_FOUND"


class Conflict(AidError):
    """What was asked contradicts what is known already."""

    code = "CONFLICT"


class StaleVersion(AidError):
    """Somebody else changed the thing first; read it again and decide anew."""

    code = "STALE_VERSION"

    def __init__(self, *, expected: int, current: int) -> None:
        self.expected, self.current = expected, current
        super().__init__(
            Text(
                f"您依据的是第{expected}版，现已是第{current}版：请重新查看后再修改。",
                f"You worked on version {expected}, it is now {current}: "
                "read it again, then decide.",
            )
        )

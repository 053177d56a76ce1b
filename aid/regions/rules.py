"""Rules of divisions in time. Pure: rows in, complaints out."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from itertools import pairwise

from aid.drafts import Draft
from aid.errors import Complaint
from aid.regions.drafts import DivisionDraft
from aid.text import Text


def holds(valid_from: date, valid_to: date | None, on: date) -> bool:
    """Whether a period (start inclusive, end exclusive) holds on a day."""
    return valid_from <= on and (valid_to is None or on < valid_to)


def check_periods(
    drafts: Sequence[DivisionDraft], *, known: Collection[str] = ()
) -> list[Complaint]:
    """Everything wrong with a table of divisions, taken as a whole.

    A place has one name at a time, a code belongs to one place at a time (GB/T 2260), a parent
    exists (in the table or among those `known`), and a period ends after it begins.
    """
    known = {draft.division for draft in drafts} | set(known)
    complaints = [
        draft.complain("parent", draft.parent, Text("没有这个上级区划", "a division in this table"))
        for draft in drafts
        if draft.parent is not None and draft.parent not in known
    ]
    complaints += [
        draft.complain("valid_to", draft.valid_to, Text("应晚于 valid_from", "after valid_from"))
        for draft in drafts
        if draft.valid_to is not None and draft.valid_to <= draft.valid_from
    ]
    complaints += _overlaps(drafts, lambda draft: draft.division, "division")
    complaints += _overlaps(drafts, lambda draft: draft.code, "code")
    return complaints


def _overlaps(
    drafts: Iterable[DivisionDraft], key: Callable[[DivisionDraft], str], field: str
) -> list[Complaint]:
    by_key: dict[str, list[DivisionDraft]] = defaultdict(list)
    for draft in drafts:
        by_key[key(draft)].append(draft)
    return [
        later.complain(
            field,
            key(later),
            Text(f"与 {earlier.place} 的时期重叠",
                 f"no period overlapping that of {earlier.place}"),
        )
        for same in by_key.values()
        for earlier, later in pairwise(sorted(same, key=lambda draft: draft.valid_from))
        if earlier.valid_to is None or earlier.valid_to > later.valid_from
    ]


def check_pairing_dates(draft: Draft, starts_on: date, ends_on: date | None) -> list[Complaint]:
    """A pairing does not end before it begins."""
    if ends_on is None or ends_on >= starts_on:
        return []
    return [draft.complain("ends_on", ends_on, Text("不应早于 starts_on", "not before starts_on"))]

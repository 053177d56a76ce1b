"""What is said of values that are out of bounds."""

from datetime import date

import pytest

from aid.villages.drafts import WorkDraft
from aid.villages.terms import Component


@pytest.mark.parametrize(("given", "zh", "en"), [
    ({"planned": 0}, "应大于 0", "more than 0"),
    ({"planned_start": date(1900, 1, 1)}, "不早于 1979-01-01", "not before 1979-01-01"),
    ({"cost_fen": 10**18}, f"不大于 {10**17}", f"at most {10**17}"),
])
def test_bounds_are_said_in_words(given: dict[str, object], zh: str, en: str) -> None:
    """Of numbers as of numbers, of days as of days."""
    draft, [complaint] = WorkDraft.check(**{
        "component": Component.LIVING, "name": "水窖", "unit": "户", "planned": 1,
        "planned_start": date(2006, 3, 1), "planned_end": date(2006, 12, 31), **given})
    assert draft is None
    assert (complaint.expected.zh, complaint.expected.en) == (zh, en)

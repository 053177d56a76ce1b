"""How long a term is, who holds a post, and what is refused of people and terms."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.cadres.drafts import CadreDraft, EndDraft, ExtensionDraft, TermDraft
from aid.cadres.rules import (
    LATEST,
    Agreed,
    Term,
    check_cadre,
    check_early_end,
    check_extension,
    check_term,
    held_too_long,
    planned_end,
    vacant,
)
from aid.cadres.terms import ENDING_SOON_DAYS, HANDOVER_DAYS, CadreCategory

FIRST, LAST = date(2007, 7, 1), date(2010, 6, 30)
TERM = Term(FIRST, LAST)
DAY = timedelta(1)
days = st.dates(date(1996, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(("starts_on", "months", "last"), [
    (date(2007, 7, 1), 36, date(2010, 6, 30)),
    (date(2007, 7, 15), 18, date(2009, 1, 14)),
    (date(2006, 8, 31), 18, date(2008, 2, 29)),
    (date(2006, 1, 31), 1, date(2006, 2, 28)),
    (date(2006, 12, 1), 1, date(2006, 12, 31)),
    (date(2008, 2, 29), 12, date(2009, 2, 28)),
])
def test_a_term_ends_the_day_before_the_one_that_corresponds(
    starts_on: date, months: int, last: date
) -> None:
    """Or with the month in which none does."""
    assert planned_end(starts_on, months) == last


@given(days, st.integers(1, 60), st.integers(1, 60))
def test_a_term_of_more_months_ends_later(starts_on: date, months: int, more: int) -> None:
    """And never before it has begun."""
    assert starts_on <= planned_end(starts_on, months) < planned_end(starts_on, months + more)


@given(st.dates(date(1996, 1, 1), date(2030, 12, 31)).filter(lambda day: day.day <= 28),
       st.integers(1, 60), st.integers(1, 60))
def test_one_term_after_the_other_is_one_long_term(
    starts_on: date, months: int, more: int
) -> None:
    """Without a gap and without a day held twice."""
    first = planned_end(starts_on, months)
    assert planned_end(first + DAY, more) == planned_end(starts_on, months + more)


def test_a_person_holds_a_post_from_the_first_day_to_the_last() -> None:
    """Both included; the actual end counts once there is one."""
    assert [TERM.holds(day) for day in (FIRST - DAY, FIRST, LAST, LAST + DAY)] == [
        False, True, True, False]
    left = Term(FIRST, LAST, date(2008, 3, 1))
    assert left.holds(date(2008, 3, 1))
    assert not left.holds(date(2008, 3, 2))


def test_a_term_ends_soon_within_ninety_days() -> None:
    """Not before, not after its end, not once it was ended; the number may be another."""
    soon = LAST - timedelta(ENDING_SOON_DAYS)
    assert [TERM.ends_soon(day) for day in (soon - DAY, soon, LAST, LAST + DAY)] == [
        False, True, True, False]
    assert TERM.ends_soon(soon - DAY, within=ENDING_SOON_DAYS + 1)
    assert not Term(FIRST, LAST, LAST).ends_soon(LAST)


def test_a_post_is_vacant_when_it_is_agreed_and_nobody_holds_it() -> None:
    """Before it is agreed and after, nobody is missing."""
    post = Agreed(date(2007, 1, 1), date(2011, 12, 31))
    terms = [TERM, Term(date(2010, 9, 1), date(2011, 12, 31))]
    asked = [date(2006, 12, 31), date(2007, 1, 1), FIRST, LAST, LAST + DAY, date(2010, 9, 1),
             date(2012, 1, 1)]
    assert [vacant(post, terms, day) for day in asked] == [
        False, True, False, False, True, False, False]
    assert vacant(Agreed(FIRST, None), [], date(2100, 1, 1))


@given(days, days, days, days)
def test_shared_days_are_those_on_which_both_hold(
    one: date, other: date, third: date, fourth: date
) -> None:
    """Counted one by one; and it is the same the other way round."""
    first = Term(min(one, other), max(one, other))
    second = Term(min(third, fourth), max(third, fourth))
    shared = first.shared_days(second)
    assert shared == second.shared_days(first)
    start = max(first.starts_on, second.starts_on)
    assert (shared > 0) == (first.holds(start) and second.holds(start))
    if shared:
        last = start + timedelta(shared - 1)
        assert first.holds(last)
        assert second.holds(last)
        assert not (first.holds(last + DAY) and second.holds(last + DAY))


def test_a_handover_may_overlap_and_no_more() -> None:
    """Thirty-one days together are a handover, thirty-two are two in one post."""
    end = date(2013, 6, 30)
    handover = Term(LAST - timedelta(HANDOVER_DAYS - 1), end)
    longer = Term(handover.starts_on - DAY, end)
    assert held_too_long(handover, [TERM]) is None
    assert held_too_long(longer, [TERM]) == TERM


def _fields(found: list[object]) -> list[str]:
    return [complaint.field for complaint in found]  # type: ignore[attr-defined]


AGREED = Agreed(FIRST, LAST)


@pytest.mark.parametrize(("term", "fields"), [
    (TERM, []),
    (Term(FIRST, LAST + DAY), ["planned_end"]),
    (Term(FIRST - DAY, LAST), ["starts_on"]),
    (Term(LAST + DAY, LAST), ["planned_end", "starts_on"]),
    (Term(FIRST, LATEST + DAY), ["planned_end", "planned_end"]),
])
def test_a_term_lies_within_the_time_its_post_is_agreed_for(term: Term, fields: list[str]) -> None:
    """And ends after it begins."""
    assert _fields([*check_term(TermDraft(), term, AGREED)]) == fields


def test_an_extension_makes_longer() -> None:
    """The same day is no extension."""
    assert _fields([*check_extension(ExtensionDraft(new_end=LAST, reason="续任"), TERM)]) == [
        "new_end"]
    assert check_extension(ExtensionDraft(new_end=LAST + DAY, reason="续任"), TERM) == []


@pytest.mark.parametrize(("ended_on", "today", "fields"), [
    (date(2008, 3, 1), LAST, []),
    (LAST, LAST, []),
    (FIRST - DAY, LAST, ["ended_on"]),
    (LAST + DAY, LAST + DAY, ["ended_on"]),
    (date(2008, 3, 1), date(2008, 2, 29), ["ended_on"]),
])
def test_an_early_end_has_come_and_lies_in_the_term(
    ended_on: date, today: date, fields: list[str]
) -> None:
    """To stay beyond the planned end is an extension."""
    draft = EndDraft(ended_on=ended_on, reason="工作调动")
    assert _fields([*check_early_end(draft, TERM, today=today)]) == fields


def test_telephone_and_identity_numbers_are_refused() -> None:
    """In whatever field they come; what is short is no such number."""
    def found(**changes: str) -> list[str]:
        draft = CadreDraft(name="张三", category=CadreCategory.DOCTOR, supporter="310000")
        return _fields([*check_cadre(draft.model_copy(update=changes))])

    assert found(home_unit="第六人民医院", name="模拟干部0001") == []
    assert found(name="张三13800000000") == ["name"]
    assert found(home_unit="卫生局 310101197001010011") == ["home_unit"]
    draft = EndDraft(ended_on=FIRST, reason="联系 02112345678")
    assert _fields([*check_early_end(draft, TERM, today=LAST)]) == ["reason"]


def test_a_blank_name_or_reason_is_refused() -> None:
    """Spaces say nothing."""
    assert _fields([*CadreDraft.check(name=" ", category="doctor", supporter="310000")[1]]) == [
        "name"]
    assert _fields([*EndDraft.check(ended_on=FIRST, reason=" ")[1]]) == ["reason"]

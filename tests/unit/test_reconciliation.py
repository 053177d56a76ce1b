"""What published numbers can mean, and which of them cannot all be right."""

from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from aid.plans.rules import Bounds, Stated, bounds, reconcile
from aid.plans.terms import DiscrepancyKind, Qualifier


def _amounts(*values: str) -> list[Stated]:
    return [Stated(D(value), "亿元") for value in values]


def _counts(*values: int) -> list[Stated]:
    return [Stated(D(value), "个") for value in values]


def test_the_projects_of_2001_to_2005_do_not_add_up() -> None:
    """The parts make 2,490, the text says 1,490: reported with both numbers, nothing corrected."""
    found = reconcile(_counts(1490)[0], _counts(259, 388, 1625, 218), exhaustive=True)
    assert found is not None
    assert (found.kind, found.stated_total, found.sum_of_parts, found.difference) == (
        DiscrepancyKind.PARTS_EXCEED_TOTAL, D(1490), D(2490), D(1000))
    assert "2,490" in found.explanation.zh
    assert "1,490" in found.explanation.en


def test_the_amounts_of_2001_to_2005_add_up() -> None:
    """4.13 + 1.6 + 4.29 + 1.25 = 11.27, though 1.6 has one decimal only."""
    parts = _amounts("4.13", "1.6", "4.29", "1.25")
    assert reconcile(_amounts("11.27")[0], parts, exhaustive=True) is None


def test_rounding_is_respected_as_far_as_the_digits_carry() -> None:
    """1.6 stands for 1.55 to 1.65, so 0.05 is no discrepancy; with 1.60 it is one."""
    total = _amounts("11.32")[0]
    rest = ("4.13", "4.29", "1.25")
    assert reconcile(total, _amounts("1.6", *rest), exhaustive=True) is None
    assert reconcile(total, _amounts("1.60", *rest), exhaustive=True) is not None


def test_counts_are_exact() -> None:
    """A count off by one is a discrepancy."""
    assert reconcile(_counts(10)[0], _counts(4, 5), exhaustive=True) is not None


def test_parts_that_do_not_claim_to_be_all_may_fall_short() -> None:
    """884 villages among 1,490 projects say nothing against the total; 1,500 would."""
    assert reconcile(_counts(1490)[0], _counts(884), exhaustive=False) is None
    assert reconcile(_counts(1490)[0], _counts(1500), exhaustive=False) is not None


def test_qualifiers_widen_what_a_number_can_mean() -> None:
    """近6000 is at most 6,000, 8100余 at least 8,100."""
    assert bounds(Stated(D(6000), "万元", Qualifier.NEARLY)) == Bounds(D(5000), D(6000))
    assert bounds(Stated(D(8100), "批", Qualifier.OVER)) == Bounds(D(8100), D(8200))
    assert bounds(Stated(D("1.6"), "亿元")) == Bounds(D("1.55"), D("1.65"))


def test_money_in_different_units_is_compared_as_money() -> None:
    """1 亿元 is 6,000 万元 and 4,000 万元."""
    parts = [Stated(D(6000), "万元"), Stated(D(4000), "万元")]
    assert reconcile(Stated(D("1.00"), "亿元"), parts, exhaustive=True) is None


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
def test_what_adds_up_is_never_reported(parts: list[int]) -> None:
    """Exact counts whose sum is the total are no discrepancy."""
    assert reconcile(_counts(sum(parts))[0], _counts(*parts), exhaustive=True) is None


@given(st.lists(st.decimals(0, 10**6, places=2), min_size=1, max_size=8), st.integers(0, 2))
def test_rounded_parts_of_a_rounded_total_are_never_reported(parts: list[D], places: int) -> None:
    """Numbers rounded from amounts that do add up are never called a discrepancy."""
    quantum = D(1).scaleb(-places)
    rounded = [Stated(part.quantize(quantum), "亿元") for part in parts]
    total = Stated(sum(parts, D()).quantize(quantum), "亿元")
    assert reconcile(total, rounded, exhaustive=True) is None


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_gap_between_counts_is_always_reported_with_its_size(total: int, gap: int) -> None:
    """The difference is exactly the gap, with its sign."""
    more = reconcile(_counts(total)[0], _counts(total + gap), exhaustive=True)
    less = reconcile(_counts(total + gap)[0], _counts(total), exhaustive=True)
    assert more is not None
    assert less is not None
    assert (more.difference, less.difference) == (D(gap), D(-gap))

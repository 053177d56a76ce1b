"""Exact yuan: what goes in comes out, and nothing is guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.money import display, display_unit, in_unit, parse_yuan, yuan
from aid.units import UNITS, money_fen


@given(st.integers(-(10**17), 10**17))
def test_yuan_survives_a_round_trip(fen: int) -> None:
    """Printing and parsing again gives the same fen."""
    assert parse_yuan(yuan(fen)) == fen


@pytest.mark.parametrize("text", ["", "1,000", "1e3", " 1", "1.234", "01", "٣", "NaN", "1.", ".5"])
def test_anything_but_plain_decimal_yuan_is_refused(text: str) -> None:
    """No amount is ever guessed."""
    with pytest.raises(ValueError, match="yuan"):
        parse_yuan(text)


@given(st.integers(0, 10**16))
def test_display_units_are_exact(fen: int) -> None:
    """Whatever the unit, the amount in it is the same amount."""
    unit = display_unit(fen)
    scale = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}[unit]
    assert in_unit(fen, unit) * scale == fen


def test_amounts_read_in_the_unit_of_their_size() -> None:
    """亿元 from one 亿元 on, 万元 from one 万元 on, 元 below."""
    assert display(41_300_000_000) == "4.13 亿元"
    assert display(600_000_000_0) == "6,000.00 万元"
    assert display(99) == "0.99 元"


def test_published_amounts_become_exact_fen() -> None:
    """11.27 亿元 is 1,127,000,000.00 yuan, and counts are no money."""
    assert money_fen(Decimal("11.27"), "亿元") == 112_700_000_000
    assert yuan(112_700_000_000) == "1127000000.00"
    assert money_fen(Decimal(1490), "个") is None
    with pytest.raises(ValueError, match="fen"):
        money_fen(Decimal("0.001"), "元")


def test_every_money_unit_scales_to_fen() -> None:
    """The three money units and no other."""
    assert {unit.code for unit in UNITS.values() if unit.fen} == {"亿元", "万元", "元"}

"""Dividing sums: nothing is lost, nothing is nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.demo.dice import Dice
from seeds.demo.shares import STEP, allotted, divided

WEIGHTS = st.lists(st.floats(min_value=0.01, max_value=1000), min_size=1, max_size=60)


@given(count=st.integers(0, 100_000), weights=WEIGHTS)
def test_things_are_allotted_whole_and_all(count: int, weights: list[float]) -> None:
    """Each part is within one of its exact share."""
    parts = allotted(count, weights)
    assert sum(parts) == count
    whole = sum(weights)
    assert all(abs(part - count * weight / whole) <= 1 + 1e-6
               for part, weight in zip(parts, weights, strict=True))


@given(steps=st.integers(0, 10**7), weights=WEIGHTS, rest=st.integers(0, STEP - 1))
def test_amounts_add_up_exactly(steps: int, weights: list[float], rest: int) -> None:
    """None is less than a step; too little for all of them is refused."""
    fen = steps * STEP + rest
    if steps < len(weights):
        with pytest.raises(ValueError, match="cannot be divided"):
            divided(fen, weights)
        return
    parts = divided(fen, weights)
    assert sum(parts) == fen
    assert all(part >= STEP for part in parts)


def test_the_same_seed_throws_the_same_dice() -> None:
    """On every machine; and another stream is another."""
    def thrown(*seed: object) -> list[int]:
        dice = Dice(*seed)
        return [dice.between(1, 6) for _ in range(10)]

    assert thrown(1, 2) == thrown(1, 2) != thrown(1, 3)
    assert set(thrown(5)) <= set(range(1, 7))


def test_dice_stay_within_what_they_are_given() -> None:
    """Of several some, each once; of one only that; low where nothing lies between."""
    dice = Dice("bounds")
    for _ in range(200):
        assert dice.between(3, 3) == dice.between(3, 1) == 3
        some = dice.some_of("abcde", 3)
        assert len(set(some)) == 3
        assert sorted(dice.some_of("ab", 5)) == ["a", "b"]
        assert dice.weighed([("never", 0.0), ("always", 1.0)]) == "always"

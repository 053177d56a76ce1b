"""Words of watching money: complete, in both languages; ages that leave no day out."""

from itertools import pairwise

import pytest

from aid.funds.commitments import Figures
from aid.funds.matters import AGES, MATTERS, PATIENCE, TURN_NAMES, Matter, Turn


@pytest.mark.parametrize("matter", list(Matter))
def test_every_matter_is_somebodys_turn_and_said_in_both_languages(matter: Matter) -> None:
    """With the amount and the days in each sentence."""
    worded = MATTERS[matter]
    assert worded.turn is not Turn.NOBODY
    for said in (worded.name, worded.said, TURN_NAMES[worded.turn]):
        assert any("\u4e00" <= sign <= "\u9fff" for sign in said.zh)
        assert said.en.strip() and not any("\u4e00" <= sign <= "\u9fff" for sign in said.en)
    for sentence in worded.said:
        assert sentence.count("{yuan}") == sentence.count("{days}") == 1


def test_ages_follow_one_another_without_a_gap() -> None:
    """From today on, for ever; what is unconfirmed too long is of the second class."""
    assert (AGES[0].since, AGES[-1].until) == (0, None)
    assert all(one.until is not None and one.until + 1 == other.since
               for one, other in pairwise(AGES))
    assert AGES[1].since == PATIENCE.unconfirmed + 1
    assert [age.name.zh for age in AGES] == ["0–30 天", "31–60 天", "61–90 天", "> 90 天"]


@pytest.mark.parametrize(("figures", "turn"), [
    (Figures(overdue=1, in_transit=1), Turn.OFFICE), (Figures(in_transit=1), Turn.RECIPIENT),
    (Figures(held=1), Turn.RECIPIENT), (Figures(awaiting=5, promised=9), Turn.NOBODY),
])
def test_whose_turn_it_is(figures: Figures, turn: Turn) -> None:
    """The office's first, then the recipient's."""
    assert figures.turn is turn


def test_figures_add_up_one_by_one() -> None:
    """Each with its own."""
    assert Figures(promised=1, short=2) + Figures(promised=3, tranche_count=1) == Figures(
        promised=4, short=2, tranche_count=1)

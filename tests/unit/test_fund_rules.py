"""Rules of money: what a movement does, how far an instalment has come, how amounts divide."""

import csv
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.funds.checks import check_schedules
from aid.funds.drafts import PartDraft, ScheduleDraft, SourceDraft
from aid.funds.rules import NOTHING, Condition, divided, moved, state_of
from aid.funds.terms import (
    BALANCE_NAMES,
    FLOWS,
    KIND_NAMES,
    MOVER,
    SOURCE_NAMES,
    Balance,
    MovementKind,
    SourceKind,
    TrancheState,
)
from seeds import DATA

DAY = date(2008, 5, 6)
Step = tuple[MovementKind, int]


def test_every_word_of_money_has_a_name_and_every_movement_a_mover() -> None:
    """A reversal goes the way of what it undoes, and is of whoever recorded that."""
    assert KIND_NAMES.keys() == set(MovementKind)
    assert BALANCE_NAMES.keys() == set(Balance)
    assert SOURCE_NAMES.keys() == set(SourceKind)
    assert FLOWS.keys() == MOVER.keys() == set(MovementKind) - {MovementKind.REVERSE}


@given(st.lists(st.tuples(st.sampled_from(list(FLOWS)), st.integers(1, 50)), max_size=40))
def test_money_is_conserved_and_undoing_restores(steps: list[Step]) -> None:
    """Nothing but the appropriation is ever below zero, and all of them make nothing."""
    before = NOTHING
    for kind, fen in steps:
        after = moved(before, kind, fen)
        debit, _ = FLOWS[kind]
        if after is None:
            assert before[debit] < fen
            continue
        assert sum(after.values()) == 0
        assert all(after[balance] >= 0 for balance in Balance
                   if balance is not Balance.APPROPRIATION)
        assert moved(after, MovementKind.REVERSE, fen, kind) == before
        before = after


@pytest.mark.parametrize(("steps", "state"), [
    ([], TrancheState.PLANNED),
    ([("commit", 9)], TrancheState.COMMITTED),
    ([("commit", 9), ("cancel", 9)], TrancheState.PLANNED),
    ([("commit", 9), ("disburse", 8)], TrancheState.COMMITTED),
    ([("commit", 9), ("disburse", 9)], TrancheState.IN_TRANSIT),
    ([("commit", 9), ("disburse", 9), ("receive", 8)], TrancheState.IN_TRANSIT),
    ([("commit", 9), ("disburse", 9), ("receive", 9), ("pay", 8)], TrancheState.RECEIVED),
    ([("commit", 9), ("disburse", 9), ("receive", 9), ("pay", 9)], TrancheState.PAID),
    ([("commit", 9), ("disburse", 9), ("receive", 9), ("pay", 8), ("return", 1)],
     TrancheState.PAID),
])
def test_how_far_an_instalment_has_come(steps: list[tuple[str, int]], state: TrancheState) -> None:
    """The earliest place where its money still stands."""
    at = NOTHING
    for kind, fen in steps:
        at = moved(at, MovementKind(kind), fen) or at
    assert state_of(at) is state


@given(st.integers(1, 10**13), st.lists(st.integers(1, 60), min_size=1, max_size=6))
def test_shares_of_a_hundred_give_the_whole_amount(fen: int, weights: list[int]) -> None:
    """To the fen; each but the last within half a fen of its share."""
    shares = [D(weight * 100 // sum(weights)) for weight in weights]
    shares[-1] += 100 - sum(shares)
    parts = divided(fen, shares)
    assert sum(parts) == fen
    assert all(abs(part - fen * share / 100) <= D("0.5")
               for part, share in zip(parts[:-1], shares[:-1], strict=True))


def test_a_retention_that_overlaps_is_rounded_by_itself() -> None:
    """105 % of an amount, each part half up."""
    assert divided(1001, [D(40), D(50), D(10), D(5)]) == [400, 501, 100, 50]


def test_when_a_condition_is_met() -> None:
    """From its day on; so many days after a stage; at a progress; never before."""
    due = Condition(due_on=DAY)
    stage = Condition(waits=True, reached_on=DAY, after_days=365)
    assert (due.met_on(DAY - timedelta(1)), due.met_on(DAY)) == (False, True)
    assert not Condition(due_on=DAY, waits=True).met_on(DAY)
    assert not stage.met_on(DAY + timedelta(364))
    assert stage.met_on(DAY + timedelta(365))
    assert not Condition(at_progress=D(30), progress=D("29.99"), due_on=DAY).met_on(DAY)
    assert Condition(at_progress=D(30), progress=D(30)).met_on(DAY)


def test_what_is_shipped_of_money_is_without_mistakes() -> None:
    """Every row is read, and the schedules add up."""
    def rows(folder: str, name: str) -> list[dict[str, str]]:
        with (DATA / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    schedules = [ScheduleDraft.read("", row) for row in rows("schedules", "schedules")]
    parts = [PartDraft.read("", row) for row in rows("schedules", "schedule_parts")]
    sources = [SourceDraft.read("", row) for row in rows("sources", "sources")]
    assert not [said for _, wrong in (*schedules, *parts, *sources) for said in wrong]
    assert not check_schedules(
        [row for row, _ in schedules if row], [row for row, _ in parts if row])

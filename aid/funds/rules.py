"""Rules of money: what a movement does to the balances, what an instalment waits for. Pure.

The database keeps the same rules under the lock of the project's chain (aid_append); these say them
beforehand, for previews, and are what the tests hold the database against.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from aid.funds.terms import FLOWS, Balance, MovementKind, TrancheState

Balances = Mapping[Balance, int]
"""Fen by balance. APPROPRIATION is what was taken from the budget, and so never above zero."""
NOTHING: Balances = dict.fromkeys(Balance, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What an instalment waits for: a day, or one of a milestone, a stage, a progress in percent.

    `reached_on` is the day on which the milestone was met or the stage entered, None before;
    `after_days` count from it.
    """

    due_on: date | None = None
    waits: bool = False
    reached_on: date | None = None
    after_days: int = 0
    at_progress: Decimal | None = None
    progress: Decimal = Decimal(0)

    def met_on(self, today: date) -> bool:
        """Whether the instalment may be disbursed on the day."""
        if self.at_progress is not None:
            return self.progress >= self.at_progress
        if self.waits:
            return (self.reached_on is not None
                    and self.reached_on + timedelta(days=self.after_days) <= today)
        return self.due_on is not None and self.due_on <= today


def moved(
    before: Balances, kind: MovementKind, fen: int, undone: MovementKind | None = None
) -> Balances | None:
    """The balances after a movement; None where it takes more than there is.

    `undone` is the kind of what a REVERSE goes back on.
    """
    debit, credit = FLOWS[undone or kind]
    if kind is MovementKind.REVERSE:
        debit, credit = credit, debit
    after = {**before, debit: before[debit] - fen, credit: before[credit] + fen}
    below = any(after[balance] < 0 for balance in Balance if balance is not Balance.APPROPRIATION)
    return None if below else after


def state_of(balances: Balances) -> TrancheState:
    """How far an instalment has come: the earliest place where its money still stands."""
    if not balances[Balance.APPROPRIATION]:
        return TrancheState.PLANNED
    for balance, state in (
        (Balance.COMMITTED, TrancheState.COMMITTED),
        (Balance.IN_TRANSIT, TrancheState.IN_TRANSIT),
        (Balance.HELD, TrancheState.RECEIVED),
    ):
        if balances[balance]:
            return state
    return TrancheState.PAID


def divided(fen: int, shares: Sequence[Decimal]) -> list[int]:
    """The amount by shares in percent, to the fen.

    Shares of 100 % in all give the whole amount exactly: the last takes what rounding left. Others
    (a retention that overlaps) are each rounded half up.
    """
    parts = [int((fen * share / 100).quantize(Decimal(1), ROUND_HALF_UP)) for share in shares]
    if sum(shares) == 100:
        parts[-1] = fen - sum(parts[:-1])
    return parts

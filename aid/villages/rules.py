"""Rules of key villages: how far works are, which villages are late or stalled. Pure.

Shares are exact fractions from 0 to 1; `percent` makes a figure of them.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from aid.villages.terms import STALLED_AFTER_DAYS, Component

PLACES = 10
"""Decimal places of a percentage as it is handed on; whoever shows it rounds it further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A planned work, and how much of it was done in all by the day one looks at.

    `planned` and `done` are in the work's unit; `cost_fen` null: not costed; `reported_on` is the
    day of its last report by then.
    """

    component: Component
    planned: Decimal
    done: Decimal
    cost_fen: int | None
    planned_start: date
    planned_end: date
    reported_on: date | None = None

    @property
    def finished(self) -> bool:
        """Whether all that was planned is done."""
        return self.done >= self.planned


@dataclass(frozen=True, slots=True)
class Progress:
    """Percent 0–100 of a village (None: nothing is planned) and of each component with works."""

    village: Decimal | None
    components: Mapping[Component, Decimal]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a village stands on a day. `quiet_since` is the day from which its silence counts."""

    unfinished: int
    late_works: int
    planned_end: date | None
    quiet_since: date | None
    late: bool
    stalled: bool


Part = tuple[Fraction, int | None]
"""A share and the planned cost in fen that gives it weight, if it is known."""


def mean(parts: Sequence[Part]) -> Fraction:
    """The mean of shares, weighted by cost where all have one, equally where one has none."""
    costs = [cost for _, cost in parts if cost is not None]
    weights = costs if len(costs) == len(parts) else [1] * len(parts)
    weighed = sum((share * weight for (share, _), weight in zip(parts, weights, strict=True)),
                  Fraction())
    return weighed / sum(weights)


def done_share(work: Work) -> Fraction:
    """What is done of a work, capped at all of it."""
    return min(Fraction(work.done) / Fraction(work.planned), Fraction(1))


def planned_share(work: Work, day: date) -> Fraction:
    """What should be done of a work by a day: nothing on its first day, all on its last."""
    length = (work.planned_end - work.planned_start).days
    passed = (day - work.planned_start).days
    if length == 0:
        return Fraction(int(passed >= 0))
    return Fraction(max(0, min(passed, length)), length)


def actual_progress(works: Sequence[Work]) -> Progress:
    """How far a village is, by component and in all (design: cost-weighted mean of components)."""
    return _progress(works, done_share)


def planned_progress(works: Sequence[Work], day: date) -> Progress:
    """How far a village should be by a day, weighted as what is done."""
    return _progress(works, lambda work: planned_share(work, day))


def _progress(works: Sequence[Work], share: Callable[[Work], Fraction]) -> Progress:
    parts: dict[Component, list[Part]] = defaultdict(list)
    for work in works:
        parts[work.component].append((share(work), work.cost_fen))
    components = {component: (mean(of), _cost(of)) for component, of in parts.items()}
    village = percent(mean(list(components.values()))) if components else None
    return Progress(village, {name: percent(of) for name, (of, _) in components.items()})


def _cost(parts: Sequence[Part]) -> int | None:
    costs = [cost for _, cost in parts if cost is not None]
    return sum(costs) if len(costs) == len(parts) else None


def percent(share: Fraction) -> Decimal:
    """Percent 0–100 with PLACES decimals, rounded half up."""
    return Decimal(floor(share * 100 * 10**PLACES + Fraction(1, 2))).scaleb(-PLACES)


def standing(
    works: Sequence[Work],
    day: date,
    *,
    accepted: bool,
    stalled_after: int = STALLED_AFTER_DAYS,
) -> Standing:
    """Whether a village is late or stalled on a day.

    Late: the last of its planned ends has passed and something is unfinished. Stalled: something is
    unfinished, and there was no report for `stalled_after` days; silence counts from the last
    report, but not before an unfinished work was to begin. A village that passed its acceptance is
    neither.
    """
    unfinished = [work for work in works if not work.finished]
    planned_end = max((work.planned_end for work in works), default=None)
    reported = [work.reported_on for work in works if work.reported_on is not None]
    begun = min((work.planned_start for work in unfinished), default=None)
    quiet_since = max([begun, *reported]) if begun is not None else None
    return Standing(
        unfinished=len(unfinished),
        late_works=sum(work.planned_end < day for work in unfinished),
        planned_end=planned_end,
        quiet_since=quiet_since,
        late=bool(unfinished) and not accepted and planned_end is not None and planned_end < day,
        stalled=(not accepted and quiet_since is not None
                 and (day - quiet_since).days >= stalled_after),
    )

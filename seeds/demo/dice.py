"""Chance that can be repeated: the same seed gives the same records on every machine. Pure."""

from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")


class Dice:
    """Draws in a fixed order. `seed` names the stream; another name is another stream."""

    __slots__ = ("share",)

    def __init__(self, *seed: object) -> None:
        self.share = Random(":".join(map(str, seed))).random  # noqa: S311  no secret comes of it

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included; `low` where `high` lies below it."""
        return low + int(self.share() * (high - low + 1)) if high > low else low

    def real(self, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        return low + self.share() * (high - low)

    def chance(self, share: float) -> bool:
        """Whether what happens in this share of cases happens now."""
        return self.share() < share

    def one_of(self, things: Sequence[Thing]) -> Thing:
        """One of several, each as likely."""
        return things[int(self.share() * len(things))]

    def some_of(self, things: Sequence[Thing], count: int) -> list[Thing]:
        """So many different ones of several (all of them where there are no more), as they stand.
        """
        start = self.between(0, len(things) - 1)
        turned = [*things[start:], *things[:start]]
        return turned[:count]

    def weighed(self, things: Sequence[tuple[Thing, float]]) -> Thing:
        """One of several, each as likely as its weight says."""
        bounds = list(accumulate(weight for _, weight in things))
        at = self.share() * bounds[-1]
        return next(thing for (thing, _), bound in zip(things, bounds, strict=True) if at < bound)

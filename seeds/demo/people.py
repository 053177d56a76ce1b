"""Drawing the posts of a recipient and who held them when, by the rules of aid/cadres. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from aid.cadres.rules import Term, planned_end
from aid.cadres.terms import CadreCategory, Direction
from seeds.demo.briefs import Era
from seeds.demo.dice import Dice
from seeds.demo.posts import EARLY, LONGER, OFFICES, PEOPLE, SERIES, Office, Series
from seeds.demo.quotas import Quota
from seeds.demo.shares import allotted
from seeds.demo.world import World

KEPT = 0.2
"""So many of the posts of the years reviewed are filled again in those of the plan."""
NOW, AT_LEAST = 0.06, 10
"""Posts agreed today beside the people that were sent, at least so many."""
_STANDING = ("held", "ending", "held", "vacant", "held", "coming", "held", "held", "ending", "held")
"""How today's posts stand, in turn."""
_MONTH = 30.44


@dataclass(frozen=True, slots=True)
class Held:
    """A term somebody holds. `longer` is the end it had before it was made longer."""

    term: Term
    why_ended: str | None = None
    longer: date | None = None
    why_longer: str | None = None


@dataclass(slots=True)
class Filled:
    """A post, and the terms in it, each person another, one after the other."""

    category: CadreCategory
    office: Office
    series: Series
    agreed_from: date
    agreed_until: date | None
    direction: Direction = Direction.OUT
    terms: list[Held] = field(default_factory=list)


def series_of(category: CadreCategory) -> Series:
    """The batches with which people of a category go."""
    return next(one for one in SERIES if category in one.categories)


@lru_cache
def batch_starts(series: Series, since: date, until: date) -> tuple[date, ...]:
    """When the batches of a series go, from the year of `since` until a day."""
    starts, at = [], date(since.year, series.month, 1)
    while at <= until:
        starts.append(at)
        at = planned_end(at, series.months) + timedelta(1)
    return tuple(starts)


def posts_of(world: World, quota: Quota, dice: Dice, *, today: date) -> Iterator[Filled]:
    """The posts of a quota: of the years reviewed with exactly its people, or those of today."""
    if quota.era is Era.REVIEWED:
        counts = allotted(quota.people, [weight for _, weight in PEOPLE])
        for (category, _), count in zip(PEOPLE, counts, strict=True):
            yield from _posts_then(world, quota, category, count, dice, today)
    elif quota.era is Era.CURRENT:
        whole = max(AT_LEAST, int(quota.projects * NOW * 12))
        for at in range(whole):
            post = _post_now(world, quota, dice, at, today)
            if post is not None:
                yield post


def _posts_then(
    world: World, quota: Quota, category: CadreCategory, people: int, dice: Dice, today: date
) -> Iterator[Filled]:
    """Posts filled batch after batch until so many people have gone in the years reviewed."""
    series, recipient = series_of(category), quota.recipient
    every = batch_starts(series, world.reviewed[0], min(world.planned[1], today))
    starts = [day for day in every if recipient.starts_on <= day <= world.reviewed[1]]
    later = [day for day in every if day > world.reviewed[1]]
    while people:
        chosen = starts[dice.between(0, dice.between(0, len(starts) - 1)):][:people]
        people -= len(chosen)
        if len(chosen) and chosen[-1] == starts[-1] and dice.chance(KEPT):
            chosen = chosen + later
        terms = [_term(series, day, dice, today) for day in chosen]
        last = recipient.ends_on or date.max
        terms = [one for one in terms if one.term.planned_end <= last]
        ends = max(one.term.planned_end for one in terms)
        yield Filled(category, dice.one_of(OFFICES[category]), series,
                     chosen[0], min(ends + timedelta(dice.between(0, 20)), last), terms=terms)


def _term(series: Series, batch: date, dice: Dice, today: date) -> Held:
    """A term that begins with a batch; a few end early, a few are made a little longer."""
    start = batch + timedelta(dice.between(0, 15))
    end = planned_end(start, series.months)
    if dice.chance(0.03):
        ended = start + (end - start) * dice.between(30, 80) // 100
        if ended <= today:
            return Held(Term(start, end, ended), why_ended=dice.one_of(EARLY))
    if dice.chance(0.04) and end - timedelta(20) <= today:
        return Held(Term(start, end + timedelta(dice.between(5, 12))), longer=end,
                    why_longer=dice.one_of(LONGER))
    return Held(Term(start, end))


def _post_now(
    world: World, quota: Quota, dice: Dice, at: int, today: date
) -> Filled | None:
    """A post agreed today: held, held for not much longer, vacant, or vacant until somebody comes.

    None where whoever holds it would have gone before the plan's years were over.
    """
    standing = _STANDING[at % len(_STANDING)]
    category = dice.weighed(PEOPLE)
    coming = at % 9 == 4  # from the recipient to the supporter
    if coming:
        category = CadreCategory.OFFICIAL
    series = series_of(category)
    length = int(series.months * _MONTH)
    left = {"held": dice.between(95, length - 10), "ending": dice.between(8, 84)}.get(
        standing, -dice.between(20, 180))
    start = today + timedelta(left - length)
    earliest = max(world.planned[1], quota.recipient.starts_on)
    before = start - timedelta(length + dice.between(-10, 20))
    starts = [day for day in (before, start) if day > earliest]
    if not starts:
        return None
    if standing == "coming":
        starts.append(today + timedelta(dice.between(10, 50)))
    terms = [Held(Term(day, planned_end(day, series.months))) for day in starts]
    return Filled(
        category, dice.one_of(OFFICES[category]), series,
        max(earliest, starts[0] - timedelta(dice.between(0, 30))), None,
        Direction.IN if coming else Direction.OUT, terms)


def holding(officers: Sequence[tuple[str, Term]], day: date) -> list[str]:
    """Who of several is in their post on a day."""
    return [code for code, term in officers if term.holds(day)]

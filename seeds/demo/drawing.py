"""Drawing the projects of a recipient and an era, up to the day each would begin. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import attrgetter

from seeds.demo.briefs import CURRENT_FATES, FATES, Brief, Days, Era, Fate
from seeds.demo.dice import Dice
from seeds.demo.names import MANNERS
from seeds.demo.quotas import Quota
from seeds.demo.shares import divided
from seeds.demo.works import SECTORS, UNDERTAKINGS, WHOLE_VILLAGE, Undertaking
from seeds.demo.world import Recipient, World

_IN_VILLAGES = ("housing", "water", "transport", "agriculture", "governance")
"""What a village's project is counted with."""


@dataclass(slots=True)
class Numbering:
    """The last number given in each series, as the services would go on from it."""

    given: Counter[object] = field(default_factory=Counter)

    def next(self, *series: object) -> int:
        """The next number of a series, from 1."""
        self.given[series] += 1
        return self.given[series]


@dataclass(frozen=True, slots=True)
class _Idea:
    """A project that has no code and no amount yet."""

    fate: Fate
    sector: str
    undertaking: Undertaking
    village: str | None
    days: Days
    size: float


def drawn(
    world: World, quota: Quota, dice: Dice, numbering: Numbering, *, today: date
) -> list[Brief]:
    """The projects of a quota in the order they begin, those proposed by today.

    All of them together have exactly its amount.
    """
    ideas = [_idea(world, quota, dice, at, today) for at in range(quota.projects)]
    ideas.sort(key=attrgetter("days.planned_start"))
    amounts = divided(quota.fen, [idea.size for idea in ideas])
    briefs = []
    for idea, fen in zip(ideas, amounts, strict=True):
        if idea.days.proposed_on > today:
            continue
        recipient, on = quota.recipient, idea.days.planned_start
        places = recipient.places_on(on)
        at = dice.between(0, len(places) - 1)
        place, spell = places[at]
        town = MANNERS[recipient.programme].place(dice) + dice.one_of("乡乡镇")
        briefs.append(Brief(
            code=_code(recipient, on, numbering), era=quota.era, fate=idea.fate,
            recipient=recipient, place=place, spell=spell, township=town, village=idea.village,
            district_id=_district(world, recipient, at, dice), sector=idea.sector,
            undertaking=idea.undertaking, fen=fen, days=idea.days))
    return briefs


def _code(recipient: Recipient, on: date, numbering: Numbering) -> str:
    """As aid/projects/codes.py gives it."""
    supporter, own = recipient.codes
    spell = recipient.place.on(on)
    number = numbering.next("project", recipient.supporter_id, recipient.place.id, on.year)
    return f"{supporter}-{spell.code if spell else own}-{on.year}-{number:04}"


def _district(world: World, recipient: Recipient, at: int, dice: Dice) -> int | None:
    """Each county has a district that helps it; some projects are the city's own."""
    districts = world.districts.get(recipient.supporter_id, ())
    if not districts or dice.chance(0.3):
        return None
    return districts[(recipient.place.id + at) % len(districts)].id


def _idea(world: World, quota: Quota, dice: Dice, at: int, today: date) -> _Idea:
    programme = quota.recipient.programme
    village = None
    if at < quota.villages:
        village = MANNERS[programme].place(dice) + "村"
        sector, undertaking = dice.one_of(_IN_VILLAGES), WHOLE_VILLAGE
    else:
        sector = dice.weighed(SECTORS[programme])
        undertaking = dice.one_of(UNDERTAKINGS[sector])
    fate = (CURRENT_FATES[at % len(CURRENT_FATES)] if quota.era is Era.CURRENT
            else dice.weighed(FATES[quota.era]))
    if village is not None and quota.era is not Era.CURRENT and fate is Fate.CANCELLED:
        fate = Fate.ORDINARY
    span = dice.between(*undertaking.days)
    if quota.era is Era.CURRENT:
        days = _days_now(world, quota.recipient, fate, span, dice, today)
    else:
        days = _days_then(world, quota, span, dice)
    return _Idea(fate, sector, undertaking, village, days, undertaking.size * dice.real(0.6, 1.7))


def _days_then(world: World, quota: Quota, span: int, dice: Dice) -> Days:
    """Projects of a year are proposed when it begins, approved in spring, begun by summer."""
    since, until = world.reviewed if quota.era is Era.REVIEWED else world.planned
    recipient = quota.recipient
    first = max(since, recipient.starts_on)
    year = dice.between(first.year, min(until, recipient.ends_on or until).year)
    proposed = max(date(year, 1, 1), recipient.starts_on) + timedelta(dice.between(0, 20))
    approved = proposed + timedelta(dice.between(15, 40))
    start = approved + timedelta(dice.between(15, 90))
    end, finish_by = start + timedelta(span), None
    if quota.era is Era.REVIEWED:  # what was published had been done
        finish_by = until - timedelta(25)
        end = min(end, finish_by - timedelta(10))
    return Days(proposed_on=proposed, approved_on=approved, planned_start=start, planned_end=end,
                finish_by=finish_by)


def _days_now(
    world: World, recipient: Recipient, fate: Fate, span: int, dice: Dice, today: date
) -> Days:
    """Around today: some not begun, some done; late ones were to be done by now."""
    if fate is Fate.ORDINARY:
        start = today + timedelta(dice.between(-640, 100))
    elif fate is Fate.LATE:
        start = today - timedelta(span + dice.between(5, 110))
    else:
        start = today - timedelta(dice.between(150, 400))
        span = max(span, (today - start).days + dice.between(30, 150))
    earliest = max(world.planned[1] + timedelta(1), recipient.starts_on)
    start = max(start, earliest + timedelta(dice.between(0, 30)))
    approved = start - timedelta(dice.between(25, 90))
    proposed = min(approved - timedelta(dice.between(20, 60)),
                   today - timedelta(dice.between(1, 20)))
    return Days(proposed_on=proposed, approved_on=approved, planned_start=start,
                planned_end=start + timedelta(span))

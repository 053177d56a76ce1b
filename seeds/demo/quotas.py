"""How much of everything each recipient has: together exactly what was published. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from aid.regions.terms import Programme
from seeds.demo.briefs import Era
from seeds.demo.shares import STEP, allotted, divided
from seeds.demo.world import Recipient, World

FEWER, DEARER = 0.25, 1.5
"""In the plan's years there are so many projects beside the years before, for so much money."""
UNDER_WAY, LEAST, NEWCOMERS = 0.04, 12, 8
"""Projects under way beside those published, at least so many; of who was paired later, so many."""
_TYPICAL = 250_000_000
"""Fen of a project where nothing was published to go by."""
_SETTLING = timedelta(150)
"""So long after the plan's years something else is under way."""

VILLAGE_SHARE: Mapping[Programme, float] = MappingProxyType({
    Programme.TIBET: 0.12, Programme.XINJIANG: 0.25, Programme.EAST_WEST: 0.47,
    Programme.THREE_GORGES: 0.12, Programme.QINGHAI: 0.2})
"""What part of the projects is for key villages."""
PEOPLE_WEIGHT: Mapping[Programme, float] = MappingProxyType({
    Programme.TIBET: 3.0, Programme.XINJIANG: 3.0, Programme.EAST_WEST: 1.6,
    Programme.THREE_GORGES: 0.8, Programme.QINGHAI: 1.0})


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What one recipient has of an era. `villages` of the projects are for key villages."""

    recipient: Recipient
    era: Era
    projects: int
    fen: int
    villages: int = 0
    people: int = 0


def quotas(world: World, *, today: date) -> list[Quota]:
    """Every recipient's part, era by era, recipients in a fixed order."""
    reviewed = _reviewed(world)
    return [
        *reviewed,
        *_planned(world, {id(one.recipient): one for one in reviewed}),
        *_current(world, {id(one.recipient): one for one in reviewed}, today),
    ]


def _reviewed(world: World) -> list[Quota]:
    """What was published of a group is divided by days of pairing and number of counties."""
    parts: list[tuple[Recipient, int, int]] = []
    for stated in world.published:
        members = [one for one in world.recipients
                   if one.place.id in stated.members and one.days_in(*world.reviewed)]
        counts = allotted(stated.projects, [
            one.days_in(*world.reviewed) * max(1, len(one.counties)) for one in members])
        parts += zip(members, counts, divided(stated.fen, counts), strict=True)
    villages = allotted(world.villages, [
        count * VILLAGE_SHARE[one.programme] for one, count, _ in parts])
    people = allotted(world.people, [
        one.days_in(*world.reviewed) * PEOPLE_WEIGHT[one.programme] for one, _, _ in parts])
    return [
        Quota(recipient=one, era=Era.REVIEWED, projects=count, fen=fen, villages=of, people=sent)
        for (one, count, fen), of, sent in zip(parts, villages, people, strict=True)
    ]


def _planned(world: World, before: Mapping[int, Quota]) -> list[Quota]:
    found = []
    for one in world.recipients:
        if not one.days_in(*world.planned):
            continue
        known = before.get(id(one))
        projects = round(known.projects * FEWER) if known else NEWCOMERS
        fen = int(known.fen * DEARER) if known else NEWCOMERS * _TYPICAL
        found.append(Quota(
            recipient=one, era=Era.PLANNED, projects=projects, fen=fen // STEP * STEP,
            villages=round(projects * VILLAGE_SHARE[one.programme])))
    return found


def _current(world: World, before: Mapping[int, Quota], today: date) -> list[Quota]:
    """What is under way, of who is paired still, once the plan's years are over."""
    if today < world.planned[1] + _SETTLING:
        return []
    found = []
    for one in world.recipients:
        if one.ends_on is not None and one.ends_on < today + _SETTLING:
            continue
        known = before.get(id(one))
        projects = max(LEAST, round(known.projects * UNDER_WAY)) if known else LEAST
        found.append(Quota(
            recipient=one, era=Era.CURRENT, projects=projects, fen=projects * _TYPICAL,
            villages=max(3, round(projects * VILLAGE_SHARE[one.programme]))))
    return found

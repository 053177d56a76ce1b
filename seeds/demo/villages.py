"""Simulated key villages as rows: hamlets, works by component, reports, score sheets."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from operator import itemgetter

from aid.access.actor import SIMULATION
from aid.projects.terms import Stage
from aid.villages.checks import passes
from aid.villages.model import (
    AcceptanceScore,
    KeyVillage,
    NaturalVillage,
    ProjectVillage,
    VillageAcceptance,
    VillageProgress,
    VillageReport,
    VillageWork,
)
from aid.villages.rules import percent
from aid.villages.terms import Component
from seeds.demo.dice import Dice
from seeds.demo.drawing import Numbering
from seeds.demo.filling import Filling
from seeds.demo.lives import Life
from seeds.demo.names import MANNERS
from seeds.demo.projects import Row, named
from seeds.demo.shares import allotted, divided
from seeds.demo.works import VILLAGE_WORKS, VillageWorks
from seeds.demo.world import Recipient, World

_HALF = Decimal("0.5")
Reported = tuple[date, int, Fraction]
"""A day, a work, and what part of its cost, in fen, is done by then."""


class VillageRows:
    """Rows of a recipient's villages. Until they are written, things stand in them by their codes.
    """

    def __init__(self) -> None:
        self.villages: list[Row] = []
        self.links: list[Row] = []
        self.hamlets: list[Row] = []
        self.works: list[Row] = []
        self.reports: list[Row] = []
        self.progress: list[Row] = []
        self.acceptances: list[Row] = []
        self.scores: list[Row] = []

    def fill(self, filling: Filling, recipient: Recipient, projects: dict[str, int]) -> None:
        """Put all of them into their tables, with the ids of their projects by code."""
        of = {"recipient_id": recipient.place.id}
        said = {**of, "actor": SIMULATION.name}
        ids = filling.add(KeyVillage, self.villages, key=("code",), same={
            **of, "supporter_id": recipient.supporter_id, "simulated": True, "version": 1})
        links = named(named(self.links, "village_id", ids), "project_id", projects)
        filling.add(ProjectVillage, links, same=of)
        hamlets = filling.add(
            NaturalVillage, named(self.hamlets, "village_id", ids), same=of,
            key=("village_id", "name"))
        for work in named(named(self.works, "village_id", ids), "project_id", projects):
            hamlet = work["natural_village_id"]
            work["natural_village_id"] = hamlets[work["village_id"], hamlet] if hamlet else None
        works = filling.add(
            VillageWork, self.works, same={**of, "version": 1},
            key=("village_id", "code"), noted=False)
        for report in self.reports:
            code, work = report["work_id"]
            report["work_id"] = works[ids[code], work]
        filling.add(VillageReport, self.reports, same=said)
        filling.add(VillageProgress, named(self.progress, "village_id", ids), same=of)
        accepted = filling.add(
            VillageAcceptance, named(self.acceptances, "village_id", ids), same=said,
            key=("village_id", "accepted_on"))
        for score in self.scores:
            code, on = score["acceptance_id"]
            score["acceptance_id"] = accepted[ids[code], on]
        filling.add(AcceptanceScore, self.scores, same=of)


def add_village(
    rows: VillageRows, life: Life, world: World, dice: Dice, numbering: Numbering, *, today: date
) -> None:
    """Put the village that a project is for among the rows, and what is built in it."""
    brief = life.brief
    year = min(brief.days.planned_start.year, today.year)
    own = brief.recipient.codes[1]
    code = f"V-{own}-{year}-{numbering.next('village', own, year):03}"
    households = dice.between(90, 560)
    rows.villages.append({
        "code": code, "name": brief.village, "region_id": brief.place.id,
        "township": brief.township, "district_id": brief.district_id,
        "designated_in": year, "households": households,
        "population": households * dice.between(36, 48) // 10})
    rows.links.append({"village_id": code, "project_id": brief.code})
    of = {"village_id": code}
    names = dice.some_of(MANNERS[brief.recipient.programme].hamlets, dice.between(2, 5))
    parts = allotted(households, [dice.real(1, 3) for _ in names])
    rows.hamlets += [
        {**of, "name": name, "households": part, "population": part * 4}
        for name, part in zip(names, parts, strict=True)]
    _add_works(rows, life, of, names, dice, today)
    _add_acceptance(rows, life, world, of, dice, today)


def _chosen(dice: Dice) -> list[VillageWorks]:
    """A work of each component, and one or two more."""
    chosen = {dice.one_of([work for work in VILLAGE_WORKS if work.component is component])
              for component in Component}
    chosen |= {dice.one_of(VILLAGE_WORKS) for _ in range(2)}
    return [work for work in VILLAGE_WORKS if work in chosen]


def _add_works(
    rows: VillageRows, life: Life, of: Row, hamlets: Sequence[str], dice: Dice, today: date
) -> None:
    """Works whose planned costs are together what the village's project has."""
    plan = life.brief.days
    span = (plan.planned_end - plan.planned_start).days
    kinds = _chosen(dice)
    planned = [dice.between(kind.least, kind.most) for kind in kinds]
    costs = divided(life.brief.fen, [
        kind.size * quantity * dice.real(0.8, 1.2)
        for kind, quantity in zip(kinds, planned, strict=True)])
    reported: list[Reported] = []
    for number, (kind, quantity, cost) in enumerate(zip(kinds, planned, costs, strict=True), 1):
        start = plan.planned_start + timedelta(dice.between(0, span // 4))
        end = plan.planned_end - timedelta(dice.between(0, span // 4))
        code = f"W{number:03}"
        rows.works.append({
            **of, "natural_village_id": dice.one_of(hamlets) if dice.chance(0.4) else None,
            "project_id": life.brief.code, "code": code, "component": kind.component,
            "name": kind.name, "unit": kind.unit, "planned": quantity, "cost_fen": cost,
            "planned_start": start, "planned_end": max(start, end)})
        found = _reported(life, kind, quantity, start, dice, today)
        reported += [(on, number, Fraction(done) * cost / quantity) for on, done in found]
        rows.reports += [
            {"work_id": (of["village_id"], code), "reported_on": on, "done": done}
            for on, done in found]
    rows.progress += [{**of, **kept} for kept in _kept(reported, sum(costs))]


def _kept(reported: list[Reported], cost: int) -> Iterator[Row]:
    """How far a village is from each day on until the next, as triggers would keep it.

    Each of its works is costed, so that the mean of its components is that of its works.
    """
    done: dict[int, Fraction] = {}
    since, so_far = "-infinity", Fraction()
    for on, of_day in groupby(sorted(reported), key=itemgetter(0)):
        yield {"since": since, "until": on, "progress": _said(so_far / cost)}
        since = on.isoformat()
        for _, work, fen in of_day:
            so_far += fen - done.get(work, 0)
            done[work] = fen
    yield {"since": since, "until": "infinity", "progress": _said(so_far / cost)}


def _said(share: Fraction) -> str:
    return f"{percent(share).normalize():f}"


def _reported(
    life: Life, kind: VillageWorks, quantity: int, start: date, dice: Dice, today: date
) -> list[tuple[date, Decimal]]:
    """What was reported done of a work by which day; all of it before the project is completed."""
    begun = life.first.get(Stage.STARTED)
    if begun is None:
        return []
    completed = life.due[Stage.COMPLETED]
    begun = min(max(begun, start), completed)
    last = completed - (completed - begun) * dice.between(0, 30) // 100
    steps = dice.between(2, 3)
    found = []
    for step in range(1, steps + 1):
        on = begun + (last - begun) * step // steps
        if on > today or (life.is_quiet(on) and Stage.COMPLETED not in life.first):
            break
        share = Decimal(quantity) * step / steps
        found.append((on, share.quantize(Decimal(1 if kind.counted else "0.1"))))
    return found


def _add_acceptance(
    rows: VillageRows, life: Life, world: World, of: Row, dice: Dice, today: date
) -> None:
    """Once all is built the village is judged; a few pass only the second time."""
    completed = life.first.get(Stage.COMPLETED)
    if completed is None:
        return
    if dice.chance(0.04):
        _judge(rows, world, of, completed + timedelta(dice.between(2, 8)), (40, 56), dice, today)
    _judge(rows, world, of, completed + timedelta(dice.between(10, 24)), (72, 100), dice, today)


def _judge(
    rows: VillageRows, world: World, of: Row, on: date, share: tuple[int, int], dice: Dice,
    today: date,
) -> None:
    if on > today:
        return
    points = [(line, (most * dice.between(*share) / 50).to_integral_value() * _HALF)
              for line, most in world.lines]
    score = sum((given for _, given in points), Decimal())
    rows.acceptances.append({
        **of, "sheet": world.sheet, "accepted_on": on, "assessor": "整村推进验收组",
        "passed": passes(score), "score": score})
    rows.scores += [
        {"acceptance_id": (of["village_id"], on), "criterion_id": line, "points": given}
        for line, given in points]

"""What the seeded database says that simulated records have to fit: places, pairings, figures."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from aid.errors import AidError
from aid.plans.model import (
    FigureBreakdown,
    FigureBreakdownPart,
    Indicator,
    Plan,
    PlanTarget,
    PublishedFigure,
    RegionGroupMember,
)
from aid.plans.terms import Theme
from aid.projects.model import Sector
from aid.regions.model import (
    Division,
    DivisionPeriod,
    Pairing,
    SupportingCity,
    SupportingDistrict,
)
from aid.regions.rules import holds
from aid.regions.terms import Programme
from aid.text import Text
from aid.villages.model import AcceptanceCriterion

MONEY, PROJECTS, VILLAGES, PEOPLE = (
    "grant_funds", "aid_projects", "villages_built", "cadres_and_volunteers")
"""The indicators whose published figures the records add up to."""


class NothingPublished(AidError):
    """The figures that simulated records are to add up to are not there."""

    code = "NOTHING_PUBLISHED"

    def __init__(self) -> None:
        super().__init__(Text(
            "数据库中没有已公布的数据，无法生成模拟数据：请先运行 `aid seed`。",
            "The published figures are not in this database, so that nothing can be simulated: "
            "run `aid seed` first."))


@dataclass(frozen=True, slots=True)
class Spell:
    """What a place was called, from a day (inclusive) until a day (exclusive; None: still)."""

    since: date
    until: date | None
    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Place:
    """A division and what it was called when."""

    id: int
    spells: tuple[Spell, ...]

    def on(self, day: date) -> Spell | None:
        """What it was called on a day, if it was there."""
        return next((one for one in self.spells if holds(one.since, one.until, day)), None)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A recipient under one pairing: with whom, how long, and the counties below it.

    `codes`: of today, the supporter's and its own.
    """

    place: Place
    codes: tuple[str, str]
    programme: Programme
    pairing_id: int
    supporter_id: int
    starts_on: date
    ends_on: date | None
    counties: tuple[Place, ...]
    targets: Mapping[Theme, int]

    def places_on(self, day: date) -> list[tuple[Place, Spell]]:
        """Where a project can lie on a day: its counties, or itself where it has none."""
        found = [(county, spell) for county in self.counties if (spell := county.on(day))]
        own = self.place.on(day)
        return found or ([(self.place, own)] if own is not None else [])

    def days_in(self, since: date, until: date) -> int:
        """On how many days of a period the two were paired."""
        return max(0, (min(until, self.ends_on or until) - max(since, self.starts_on)).days + 1)


@dataclass(frozen=True, slots=True)
class Published:
    """What was published of a recipient or a group of them: projects, and fen in all."""

    members: frozenset[int]
    projects: int
    fen: int


@dataclass(frozen=True, slots=True)
class District:
    """A supporting district."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class World:
    """All that simulated records have to fit. `reviewed` and `planned` are periods."""

    recipients: tuple[Recipient, ...]
    districts: Mapping[int, tuple[District, ...]]
    published: tuple[Published, ...]
    villages: int
    people: int
    reviewed: tuple[date, date]
    planned: tuple[date, date]
    sectors: Mapping[str, int]
    sheet: str
    lines: tuple[tuple[int, Decimal], ...]


async def the_world(session: AsyncSession) -> World:
    """As the seeded database says. Raises NothingPublished."""
    published, plan_id = await _published(session)
    totals = await _totals(session, plan_id)
    if not published or not {VILLAGES, PEOPLE} <= totals.keys():
        raise NothingPublished
    plan = await session.get_one(Plan, plan_id)
    figure = totals[VILLAGES]
    sheet, lines = await _lines(session)
    return World(
        recipients=await _recipients(session, plan),
        districts=await _districts(session),
        published=tuple(published),
        villages=int(figure.value),
        people=int(totals[PEOPLE].value),
        reviewed=(figure.period_start, figure.period_end),
        planned=(plan.period_start, plan.period_end),
        sectors=dict((await session.execute(select(Sector.code, Sector.id))).all()),
        sheet=sheet,
        lines=tuple(lines),
    )


async def _published(session: AsyncSession) -> tuple[list[Published], int]:
    """Projects and money as published by recipient or group: the parts of exhaustive totals."""
    rows = await session.execute(
        select(PublishedFigure, Indicator.code)
        .join(Indicator, Indicator.id == PublishedFigure.indicator_id)
        .join(FigureBreakdownPart, FigureBreakdownPart.figure_id == PublishedFigure.id)
        .join(FigureBreakdown, FigureBreakdown.id == FigureBreakdownPart.breakdown_id)
        .where(FigureBreakdown.exhaustive, Indicator.code.in_([MONEY, PROJECTS]))
        .order_by(PublishedFigure.plan_id, PublishedFigure.ordinal))
    stated: dict[tuple[int | None, int | None], dict[str, PublishedFigure]] = defaultdict(dict)
    plan_id = 0
    for figure, indicator in rows:
        plan_id = plan_id or figure.plan_id
        if figure.plan_id == plan_id:
            stated[figure.region_id, figure.group_id][indicator] = figure
    found = []
    for (region_id, group_id), of in stated.items():
        members = {region_id} if group_id is None else set(await session.scalars(
            select(RegionGroupMember.division_id).where(RegionGroupMember.group_id == group_id)))
        found.append(Published(frozenset(filter(None, members)), int(of[PROJECTS].value),
                               of[MONEY].amount_fen or 0))
    return found, plan_id


async def _totals(session: AsyncSession, plan_id: int) -> dict[str, PublishedFigure]:
    """What was published of all recipients together, by indicator."""
    rows = await session.execute(
        select(Indicator.code, PublishedFigure)
        .join(Indicator, Indicator.id == PublishedFigure.indicator_id)
        .where(PublishedFigure.plan_id == plan_id, Indicator.code.in_([VILLAGES, PEOPLE])))
    return dict(rows.all())


async def _recipients(session: AsyncSession, plan: Plan) -> tuple[Recipient, ...]:
    city = aliased(Division)
    rows = (await session.execute(
        select(Pairing, Division.code, city.code)
        .join(Division, Division.id == Pairing.recipient_id)
        .join(SupportingCity, SupportingCity.id == Pairing.supporter_id)
        .join(city, city.id == SupportingCity.division_id)
        .where(Pairing.supporter_id == plan.supporter_id, Pairing.district_id.is_(None))
        .order_by(Pairing.starts_on, Division.code))).all()
    own = {pairing.recipient_id for pairing, _, _ in rows}
    places, counties = await _places(session, own)
    targets = await _targets(session, plan.id)
    return tuple(
        Recipient(
            place=places[pairing.recipient_id],
            codes=(supporter, code),
            programme=Programme(pairing.programme),
            pairing_id=pairing.id,
            supporter_id=pairing.supporter_id,
            starts_on=pairing.starts_on,
            ends_on=pairing.ends_on,
            counties=counties.get(pairing.recipient_id, ()),
            targets=targets.get(pairing.recipient_id, {}),
        )
        for pairing, code, supporter in rows
    )


async def _places(
    session: AsyncSession, own: Collection[int]
) -> tuple[dict[int, Place], dict[int, tuple[Place, ...]]]:
    """These places, and what lay below each, for as long as it did."""
    period = DivisionPeriod
    rows = await session.execute(
        select(period.division_id, period.parent_id, period.valid_from, period.valid_to,
               period.code, period.name, period.name_en)
        .join(Division, Division.id == period.division_id)
        .where(period.division_id.in_(own) | period.parent_id.in_(own))
        .order_by(Division.key, period.valid_from))
    spells: dict[int, list[Spell]] = defaultdict(list)
    below: dict[int, dict[int, list[Spell]]] = defaultdict(lambda: defaultdict(list))
    for division_id, parent_id, since, until, code, name, name_en in rows:
        spell = Spell(since, until, code, Text(name, name_en or name))
        if division_id in own:
            spells[division_id].append(spell)
        if parent_id is not None and parent_id in own:
            below[parent_id][division_id].append(spell)
    return (
        {number: Place(number, tuple(of)) for number, of in spells.items()},
        {parent: tuple(Place(number, tuple(of)) for number, of in places.items())
         for parent, places in below.items()},
    )


async def _targets(session: AsyncSession, plan_id: int) -> dict[int, dict[Theme, int]]:
    """By place: the first commitment of each theme that a plan makes to it, or to a group it is in.

    Commitments that are spelt out below are left to those.
    """
    child = aliased(PlanTarget)
    place = func.coalesce(PlanTarget.region_id, RegionGroupMember.division_id)
    rows = await session.execute(
        select(place, PlanTarget.theme, func.min(PlanTarget.id))
        .outerjoin(RegionGroupMember, RegionGroupMember.group_id == PlanTarget.group_id)
        .where(PlanTarget.plan_id == plan_id, place.is_not(None),
               ~select(child.id).where(child.parent_id == PlanTarget.id).exists())
        .group_by(place, PlanTarget.theme))
    found: dict[int, dict[Theme, int]] = defaultdict(dict)
    for division_id, theme, target_id in rows:
        found[division_id][Theme(theme)] = target_id
    return found


async def _districts(session: AsyncSession) -> dict[int, tuple[District, ...]]:
    rows = await session.execute(
        select(SupportingDistrict.city_id, SupportingDistrict.id, Division.name)
        .join(Division, Division.id == SupportingDistrict.division_id).order_by(Division.code))
    found: dict[int, list[District]] = defaultdict(list)
    for city_id, district_id, name in rows:
        found[city_id].append(District(district_id, name))
    return {city_id: tuple(of) for city_id, of in found.items()}


async def _lines(session: AsyncSession) -> tuple[str, list[tuple[int, Decimal]]]:
    """The first score sheet: its code, and each line's id with the points it gives at most."""
    sheet = await session.scalar(select(func.min(AcceptanceCriterion.sheet)))
    if sheet is None:
        raise NothingPublished
    rows = await session.execute(
        select(AcceptanceCriterion.id, AcceptanceCriterion.points)
        .where(AcceptanceCriterion.sheet == sheet).order_by(AcceptanceCriterion.ordinal))
    return sheet, [(line, points) for line, points in rows]

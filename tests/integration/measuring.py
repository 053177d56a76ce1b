"""Small worlds to be measured: plain records, how they come into the database, and random ones."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import asyncpg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.cadres.model import Cadre, Post, Secondment
from aid.cadres.terms import CadreCategory, Direction
from aid.database.engine import Database
from aid.projects.model import (
    Milestone,
    ProgressReport,
    Project,
    ProjectAdjustment,
    Sector,
    StageChange,
)
from aid.projects.rules import DATED, PATHS, Move, replayed
from aid.projects.terms import DeliveryMode, ProjectKind, Stage
from aid.regions.model import Division, Pairing, SupportingCity, SupportingDistrict
from aid.regions.terms import Programme
from aid.villages.model import KeyVillage, VillageReport, VillageWork
from aid.villages.terms import Component
from tests.actors import LOCAL

TODAY = date(2011, 6, 30)
FIRST = date(2006, 1, 1)
CODES = ("540200", "652900", "533400")
"""The recipients of a world: Rikaze, Aksu, Diqing."""
_CHINA, NIGHT = ZoneInfo("Asia/Shanghai"), time(23, 59)


@dataclass(slots=True)
class MilestoneOf:
    """A milestone: the day planned now, the day met, (recorded on, old day) of reschedulings, and
    (recorded on, day logged until then) of corrections.
    """

    planned: date
    met: date | None = None
    moved: list[tuple[date, date]] = field(default_factory=list)
    corrected: list[tuple[date, date]] = field(default_factory=list)


@dataclass(slots=True)
class ProjectOf:
    """A project: `adjusted` is (day, old fen, new fen, whether it had to be approved anew)."""

    place: int
    moves: list[Move]
    planned_end: date = date(2008, 12, 31)
    fen: int = 100
    sector: int = 0
    district: int | None = None
    target_id: int | None = None
    adjusted: list[tuple[date, int, int, bool]] = field(default_factory=list)
    reports: list[tuple[date, Decimal]] = field(default_factory=list)
    milestones: list[MilestoneOf] = field(default_factory=list)


@dataclass(slots=True)
class WorkOf:
    """A work of a village: reports are (day, done in all)."""

    component: Component
    planned: Decimal
    cost_fen: int | None = None
    unit: str = "公里"
    reports: list[tuple[date, Decimal]] = field(default_factory=list)


@dataclass(slots=True)
class VillageOf:
    """A key village and its works."""

    place: int
    year: int
    works: list[WorkOf] = field(default_factory=list)
    district: int | None = None


@dataclass(slots=True)
class PostOf:
    """An agreed post: terms are (first day, planned last day, actual last day)."""

    place: int
    since: date
    until: date | None = None
    terms: list[tuple[date, date, date | None]] = field(default_factory=list)
    direction: Direction = Direction.OUT


@dataclass(slots=True)
class World:
    """Everything there is to measure."""

    projects: list[ProjectOf] = field(default_factory=list)
    villages: list[VillageOf] = field(default_factory=list)
    posts: list[PostOf] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Places:
    """Ids that a world's numbers stand for: recipients by place, sectors, districts, the city."""

    recipients: tuple[int, ...]
    sectors: tuple[int, ...]
    districts: tuple[int, ...]
    city: int


async def places(database: Database) -> Places:
    """The recipients, the city and its districts; and two sectors, which are made."""
    async with database.writing(LOCAL) as session:
        sectors = [Sector(code=f"measured-{at}", name="领域", name_en="Sector", ordinal=90 + at)
                   for at in range(2)]
        session.add_all(sectors)
        await session.flush()
        found = await session.execute(
            select(Division.code, Division.id).where(Division.code.in_(CODES)))
        ids = {row.code: row.id for row in found}
        districts = await session.scalars(
            select(SupportingDistrict.id).order_by(SupportingDistrict.id).limit(2))
        city = (await session.scalars(select(SupportingCity.id))).one()
        return Places(tuple(ids[code] for code in CODES), tuple(one.id for one in sectors),
                      tuple(districts), city)


Moved = tuple[str, int, int, date, date | None, datetime]
"""A rescheduling or a correction, by its table: milestone and recipient, the old and the new day,
the moment of its record."""


async def settle(database: Database, at: Places, world: World, admin: str | None = None) -> None:
    """Write a world down. The posts of the first place are a pairing's with the first district.

    Where something was rescheduled or corrected, `admin` is the administrator's login: nobody else
    chooses when it was recorded.
    """
    moved: list[Moved] = []
    async with database.writing(LOCAL) as session:
        for number, project in enumerate(world.projects):
            moved += await _project(session, at, project, f"P{number}")
        for number, village in enumerate(world.villages):
            await _village(session, at, village, f"V{number}")
        pairing = Pairing(code="measured", supporter_id=at.city, district_id=at.districts[0],
                          recipient_id=at.recipients[0], programme=Programme.TIBET,
                          starts_on=date(1990, 1, 1), ends_on=date(1990, 12, 31))
        session.add(pairing)
        await session.flush()
        for number, post in enumerate(world.posts):
            await _post(session, at, post, f"W{number}", pairing.id if post.place == 0 else None)
    if moved:
        assert admin is not None
        connection = await asyncpg.connect(admin)
        for table in ("rescheduling", "milestone_correction"):
            await connection.executemany(
                f"INSERT INTO {table} (milestone_id, recipient_id, old_on, new_on, recorded_at,"
                " reason, actor) VALUES ($1, $2, $3, $4, $5, '因故', 't')",
                [row for of, *row in moved if of == table])
        await connection.close()


async def _project(
    session: AsyncSession, at: Places, one: ProjectOf, code: str
) -> list[Moved]:
    stood = replayed(one.moves)
    entered = {column: next((move.on for move in one.moves if move.to_stage is stage), None)
               for stage, column in DATED.items()}
    recipient = at.recipients[one.place]
    row = Project(
        code=code, name=code, recipient_id=recipient, region_id=recipient, supporter_id=at.city,
        district_id=None if one.district is None else at.districts[one.district],
        target_id=one.target_id, sector_id=at.sectors[one.sector], kind=ProjectKind.FIXED_ASSET,
        delivery_mode=DeliveryMode.CHEQUE, stage=stood.stage,
        held_stage=stood.held if stood.stage is Stage.SUSPENDED else None, proposed_fen=1,
        approved_fen=one.fen if entered["approved_on"] else None, planned_start=date(2005, 1, 1),
        planned_end=one.planned_end, **entered)
    session.add(row)
    await session.flush()
    mine = {"project_id": row.id, "recipient_id": recipient}
    session.add_all([
        *(StageChange(**mine, from_stage=move.from_stage, to_stage=move.to_stage,
                      occurred_on=move.on, reason="因故", actor="t") for move in one.moves),
        *(ProjectAdjustment(**mine, adjusted_on=on, old_fen=old, new_fen=new, reapproval=anew,
                            reason="因故", actor="t") for on, old, new, anew in one.adjusted),
    ])
    for on, percent in one.reports:
        session.add(ProgressReport(**mine, reported_on=on, percent=percent, actor="t"))
        await session.flush()
    return [moved for ordinal, milestone in enumerate(one.milestones)
            for moved in await _milestone(session, row, ordinal, milestone)]


async def _milestone(
    session: AsyncSession, project: Project, ordinal: int, one: MilestoneOf
) -> list[Moved]:
    row = Milestone(project_id=project.id, recipient_id=project.recipient_id, ordinal=ordinal,
                    stage=Stage.STARTED, name="节点", planned_on=one.planned, met_on=one.met)
    session.add(row)
    await session.flush()
    return [
        (table, row.id, project.recipient_id, old, new, datetime.combine(recorded, NIGHT, _CHINA))
        for table, changes, last in (("rescheduling", one.moved, one.planned),
                                     ("milestone_correction", one.corrected, one.met))
        for (recorded, old), new in zip(
            changes, [*(old for _, old in changes), last][1:], strict=True)]


async def _village(session: AsyncSession, at: Places, one: VillageOf, code: str) -> None:
    recipient = at.recipients[one.place]
    row = KeyVillage(code=code, name=code, recipient_id=recipient, region_id=recipient,
                     supporter_id=at.city, designated_in=one.year,
                     district_id=None if one.district is None else at.districts[one.district])
    session.add(row)
    await session.flush()
    for number, work in enumerate(one.works):
        planned = VillageWork(
            village_id=row.id, recipient_id=recipient, code=f"{number}", name="项目",
            component=work.component, unit=work.unit, planned=work.planned,
            cost_fen=work.cost_fen, planned_start=FIRST, planned_end=TODAY)
        session.add(planned)
        await session.flush()
        for on, done in work.reports:
            session.add(VillageReport(work_id=planned.id, recipient_id=recipient, reported_on=on,
                                      done=done, actor="t"))
            await session.flush()


async def _post(
    session: AsyncSession, at: Places, one: PostOf, code: str, pairing: int | None
) -> None:
    recipient = at.recipients[one.place]
    row = Post(code=code, recipient_id=recipient, pairing_id=pairing, unit="教育局", title="副局长",
               category=CadreCategory.OFFICIAL, direction=one.direction, agreed_from=one.since,
               agreed_until=one.until)
    session.add(row)
    await session.flush()
    for number, (starts, planned, ended) in enumerate(one.terms):
        cadre = Cadre(code=f"{code}-{number}", name="某", category=CadreCategory.OFFICIAL,
                      supporter_id=at.city)
        session.add(cadre)
        await session.flush()
        session.add(Secondment(
            recipient_id=recipient, cadre_id=cadre.id, post_id=row.id, starts_on=starts,
            planned_end=planned, ended_on=ended, end_reason=None if ended is None else "期满"))
        await session.flush()


def random_world(seed: int) -> World:
    """A world of all that can happen, the same for the same seed."""
    chance = Random(seed)  # noqa: S311  no secret
    return World([_random_project(chance) for _ in range(90)],
                 [_random_village(chance) for _ in range(30)],
                 [_random_post(chance) for _ in range(30)])


def random_day(chance: Random, since: date = FIRST, until: date = TODAY) -> date:
    """A day of the period, both ends inclusive."""
    return since + timedelta(chance.randint(0, (until - since).days))


def _random_project(chance: Random) -> ProjectOf:
    begun = Move(None, Stage.RESERVE, random_day(chance, until=date(2010, 1, 1)))
    one = ProjectOf(
        chance.randrange(3), [begun],
        fen=chance.randint(1, 10**12), sector=chance.randrange(2),
        district=chance.choice([None, 0, 1]),
        planned_end=random_day(chance, until=date(2013, 1, 1)),
        reports=[(random_day(chance), Decimal(chance.randint(0, 10_000)) / 100)
                 for _ in range(chance.randrange(5))],
        milestones=[_random_milestone(chance) for _ in range(chance.randrange(4))])
    for _ in range(chance.randrange(14)):
        if not _go_on(chance, one):
            break
    return one


def _go_on(chance: Random, one: ProjectOf) -> bool:
    """The project's next event, on the day of the last or later; False: it is over."""
    stood, last = replayed(one.moves), one.moves[-1].on
    on = min(TODAY, last + timedelta(chance.choice([0, 0, 30, 90, 300])))
    if stood.stage in (Stage.CANCELLED, Stage.CLOSED):
        return False
    path = PATHS[ProjectKind.FIXED_ASSET]
    forward = stood.held or path[path.index(stood.stage) + 1]
    event = chance.random()
    if event < 0.07:
        forward = Stage.CANCELLED
    elif event < 0.17 and stood.stage is not Stage.SUSPENDED:
        forward = Stage.SUSPENDED
    elif event < 0.3 and stood.stage not in (Stage.RESERVE, Stage.SUSPENDED):
        old = one.fen
        anew = chance.random() < 0.5
        one.adjusted.append((on, old, old + 1, anew))
        if not anew:
            one.fen = old + 1
            return True
        forward = Stage.RESERVE
    elif stood.stage is Stage.RESERVE:
        one.fen = chance.randint(1, 10**12)  # what an approval, or one anew, gives
    one.moves.append(Move(stood.stage, forward, on))
    return True


def _random_milestone(chance: Random) -> MilestoneOf:
    days = [random_day(chance) for _ in range(1 + chance.randrange(3))]
    kept = [day for at, day in enumerate(days) if at == 0 or day != days[at - 1]]
    recorded = sorted(random_day(chance) for _ in kept[1:])
    met = min(TODAY, kept[-1] + timedelta(chance.randint(-60, 60)))
    corrections = sorted(random_day(chance) for _ in range(max(0, chance.randrange(5) - 2)))
    return MilestoneOf(kept[-1], met if chance.random() < 0.7 else None,
                       list(zip(recorded, kept[:-1], strict=True)),
                       [(on, min(TODAY, kept[-1] + timedelta(chance.randint(-60, 60))))
                        for on in corrections])


def _random_village(chance: Random) -> VillageOf:
    return VillageOf(chance.randrange(3), chance.randint(2006, 2011), [
        WorkOf(chance.choice(list(Component)[:3]), Decimal(chance.randint(1, 700)) / 7 // 1 + 1,
               chance.choice([None, *[chance.randint(1, 10**9)] * 6]),
               reports=[(random_day(chance), Decimal(chance.randint(0, 1200)) / 10)
                        for _ in range(chance.randrange(4))])
        for _ in range(chance.randrange(6))
    ], chance.choice([None, 0, 1]))


def _random_post(chance: Random) -> PostOf:
    since = random_day(chance)
    until = chance.choice([None, random_day(chance, since)])
    terms = []
    for _ in range(chance.randrange(3)):
        starts = random_day(chance, since)
        planned = starts + timedelta(chance.randint(0, 700))
        ended = chance.choice([None, random_day(chance, starts)])
        terms.append((starts, planned, ended))
    return PostOf(chance.randrange(3), since, until, terms)

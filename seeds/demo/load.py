"""Loading the demonstration: simulated records, in one transaction, once or not at all."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import cycle
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import SIMULATION
from aid.cadres.model import Batch, Cadre, Post
from aid.database.engine import Database
from aid.database.merge import Progress, one_import_at_a_time, silent
from aid.database.owning import references_later
from aid.errors import AidError
from aid.funds.chaining import write_sums
from aid.funds.model import Movement, Tranche
from aid.projects.model import Project
from aid.text import Text
from aid.villages.model import KeyVillage
from seeds.demo.budgets import Budgets, the_budgets
from seeds.demo.cadres import CadreRows, add_duties, add_post, write_batches
from seeds.demo.dice import Dice
from seeds.demo.drawing import Numbering, drawn
from seeds.demo.funding import DIGEST, FundRows, add_money, write_sheet
from seeds.demo.lives import Life, lived
from seeds.demo.money import MISHAPS_NOW, funded
from seeds.demo.people import posts_of
from seeds.demo.projects import ProjectRows, add_project
from seeds.demo.quotas import Quota, quotas
from seeds.demo.villages import VillageRows, add_village
from seeds.demo.world import Recipient, World, the_world

SEED = 20060101
"""The records are those of this number; any other gives others."""
_MARKED: Mapping[Any, Text] = {
    Project: Text("项目", "projects"),
    KeyVillage: Text("重点村", "key villages"),
    Cadre: Text("援派人员", "people"),
    Post: Text("岗位", "posts"),
    Batch: Text("批次", "batches"),
}
"""What is marked as simulated, each row by itself."""
_OF_PROJECTS: Mapping[Any, Text] = {
    Tranche: Text("资金批次", "instalments"),
    Movement: Text("资金流水", "movements"),
}
"""What is simulated as its project is."""
_HOLD = ", ".join(model.__tablename__ for model in _MARKED)
_FILLED = ("project", "stage_change", "project_adjustment", "progress_report", "assessment",
           "milestone", "rescheduling", "document", "key_village", "natural_village",
           "village_work", "village_report", "village_acceptance", "acceptance_score",
           "project_village", "post", "cadre", "secondment", "extension", "secondment_project",
           "tranche", "movement", "chain", "tranche_balance")
"""What refers to other rows so often that it is checked at the end."""
_UNREAD = ("project", "project_term", "key_village_term", "stage_change", "milestone",
           "rescheduling", "assessment", "natural_village", "village_acceptance",
           "acceptance_score", "tranche", "movement")
"""What nobody looks for, but by its own number, before it is all there."""

_QUIET = (
    "ALTER TABLE milestone DISABLE TRIGGER note_milestones",
    "ALTER TABLE village_work DISABLE TRIGGER note_village_progress",
    "ALTER TABLE village_report DISABLE TRIGGER note_village_progress",
)
_MADE_UP = (
    "INSERT INTO milestone_total SELECT * FROM aid_rebuilt_milestones()",
    "INSERT INTO village_progress (village_id, recipient_id, since, until, progress)"
    " SELECT * FROM aid_progress_of(ARRAY(SELECT DISTINCT village_id FROM village_work))",
    "ALTER TABLE milestone ENABLE TRIGGER note_milestones",
    "ALTER TABLE village_work ENABLE ALWAYS TRIGGER note_village_progress",
    "ALTER TABLE village_report ENABLE ALWAYS TRIGGER note_village_progress",
)
"""What triggers would keep statement by statement, made once at the end: of milestones and of
villages."""


class HoldsRealRecords(AidError):
    """Simulated records never come among real ones."""

    code = "HOLDS_REAL_RECORDS"

    def __init__(self) -> None:
        super().__init__(Text(
            "数据库中已有正式的项目、重点村或人员记录，因此不加入模拟数据。",
            "This database holds real projects, villages or people, so no simulated records are "
            "added."))


class OtherScale(AidError):
    """The demonstration that is there is of another size; what is recorded is never deleted."""

    code = "OTHER_SCALE"

    def __init__(self, found: int, wanted: int) -> None:
        super().__init__(Text(
            f"数据库中的模拟数据规模为 {found}，不能改为 {wanted}：记录不可删除。"
            f"请另用一个空的目录（AID_DATA_DIR）或数据库，或不带 --scale 运行。",
            f"The simulated records here are of scale {found}, not {wanted}, and records are never "
            "deleted: use another directory (AID_DATA_DIR) or database, or leave --scale out."))


@dataclass(frozen=True, slots=True)
class Simulated:
    """How many simulated records there are of each kind, at which scale; whether they are new."""

    scale: int
    counts: dict[Text, int]
    new: bool


async def simulated(database: Database, scale: int | None = None) -> Simulated | None:
    """The simulated records that there are; None where there are none and may be some.

    Raises as load_demo does.
    """
    async with database.reading(SIMULATION) as session:
        return await _there(session, await the_world(session), scale)


async def load_demo(
    database: Database,
    *,
    today: date,
    scale: int | None = None,
    seed: int = SEED,
    progress: Progress = silent,
) -> Simulated:
    """Fill a seeded database with records that add up to `scale` times what was published.

    `database` is that of the owner of its tables (`owning`), as chains of past years are written. A
    database that has the records stays as it is; no scale means whichever it has, or 1. Raises
    HoldsRealRecords, OtherScale, or NothingPublished; nothing has changed then.
    """
    async with database.writing(SIMULATION) as session:
        await one_import_at_a_time(session)
        world = await the_world(session)
        # Nobody adds a real record between this look and the end.
        await session.execute(text(f"LOCK TABLE {_HOLD} IN SHARE ROW EXCLUSIVE MODE"))
        if (found := await _there(session, world, scale)) is not None:
            return found
        await _fill(session, world, scale or 1, seed, today, progress)
        return Simulated(scale or 1, await _counts(session), new=True)


async def _there(session: AsyncSession, world: World, scale: int | None) -> Simulated | None:
    found = await _scale(session, world)
    if found and scale not in (None, found):
        raise OtherScale(found, scale or 1)
    if found:
        return Simulated(found, await _counts(session), new=False)
    if await _any_real(session):
        raise HoldsRealRecords
    return None


async def _scale(session: AsyncSession, world: World) -> int:
    """How many times the published projects there are as simulated ones; 0: none."""
    since, until = world.reviewed
    found = await session.scalar(
        select(func.count()).select_from(Project).where(
            Project.simulated, Project.planned_start.between(since, until)))
    return (found or 0) // sum(stated.projects for stated in world.published)


async def _any_real(session: AsyncSession) -> bool:
    for model in _MARKED:
        if await session.scalar(select(model.id).where(~model.simulated).limit(1)) is not None:
            return True
    return False


async def _counts(session: AsyncSession) -> dict[Text, int]:
    return {
        name: await session.scalar(
            select(func.count()).select_from(model).where(model.simulated)) or 0
        for model, name in _MARKED.items()
    } | {
        name: await session.scalar(select(func.count()).select_from(model)) or 0
        for model, name in _OF_PROJECTS.items()
    }


async def _fill(
    session: AsyncSession, world: World, scale: int, seed: int, today: date, progress: Progress
) -> None:
    """One recipient and era after the other, as often as the scale says; each is then forgotten."""
    if today <= world.reviewed[1]:
        raise ValueError("what was published as done cannot lie in the future")
    batches = await write_batches(session, world, today=today)
    await write_sheet(session)
    drawn_rows = _drawn_rows(world, await the_budgets(session), scale, seed, today)
    done, whole = 0, len(world.recipients) * scale
    for statement in _QUIET:
        await session.execute(text(statement))
    async with references_later(session, _FILLED, unindexed=_UNREAD):
        rows = next(drawn_rows, None)
        while rows is not None:
            _, rows = await asyncio.gather(  # the next are drawn while these are written
                rows.write(session, batches), asyncio.to_thread(next, drawn_rows, None))
            done += 1
            if done.bit_count() == 1:  # plans for empty tables serve no longer: 1, 2, 4 …
                await session.execute(text(f"ANALYZE {', '.join(_FILLED)}"))
            progress("simulated", done, whole)
        await write_sums(session)
        for statement in _MADE_UP:
            await session.execute(text(statement))


@dataclass(frozen=True, slots=True)
class _Rows:
    """All records of one recipient, not yet written."""

    recipient: Recipient
    projects: ProjectRows = field(default_factory=ProjectRows)
    villages: VillageRows = field(default_factory=VillageRows)
    cadres: CadreRows = field(default_factory=CadreRows)
    funds: FundRows = field(default_factory=FundRows)

    async def write(self, session: AsyncSession, batches: dict[str, int]) -> None:
        """Insert all of them."""
        ids = await self.projects.write(session, self.recipient)
        await self.villages.write(session, self.recipient, ids)
        await self.cadres.write(session, self.recipient, ids, batches)
        await self.funds.write(session, self.recipient, ids)


def _drawn_rows(
    world: World, budgets: Budgets, scale: int, seed: int, today: date
) -> Iterator[_Rows]:
    """Recipient after recipient, and all of them as often as the scale says."""
    numbering = Numbering()
    parts = quotas(world, today=today)
    for copy in range(scale):
        for recipient in world.recipients:
            rows = _Rows(recipient)
            for quota in parts:
                if quota.recipient is recipient:
                    stream = (seed, copy, recipient.place.id, quota.era)
                    lives = _draw(rows, world, quota, Dice(*stream), numbering, today)
                    _fund(rows.funds, lives, world, budgets, Dice(*stream, "money"), today)
            yield rows


def _draw(
    rows: _Rows, world: World, quota: Quota, dice: Dice, numbering: Numbering, today: date
) -> list[Life]:
    briefs = drawn(world, quota, dice, numbering, today=today)
    lives = [lived(brief, dice, today=today) for brief in briefs]
    for life in lives:
        add_project(rows.projects, life, world, dice, today=today)
        if life.brief.village is not None:
            add_village(rows.villages, life, world, dice, numbering, today=today)
    for post in posts_of(world, quota, dice, today=today):
        add_post(rows.cadres, world, quota.recipient, post, dice, numbering, today=today)
    add_duties(rows.cadres, lives, dice)
    return lives


def _fund(
    rows: FundRows, lives: list[Life], world: World, budgets: Budgets, dice: Dice, today: date
) -> None:
    turns = cycle(MISHAPS_NOW)
    for life in lives:
        add_money(rows, life, funded(life, budgets, dice, turns, closed_on=world.reviewed[1],
                                     today=today, sha256=DIGEST))



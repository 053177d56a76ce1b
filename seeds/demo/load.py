"""Loading the demonstration: simulated records, in one transaction, once or not at all."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import SIMULATION
from aid.cadres.model import Batch, Cadre, Post
from aid.database.engine import Database
from aid.database.merge import Progress, one_import_at_a_time, silent
from aid.errors import AidError
from aid.projects.model import Project
from aid.text import Text
from aid.villages.model import KeyVillage
from seeds.demo.cadres import CadreRows, add_duties, add_post, write_batches
from seeds.demo.dice import Dice
from seeds.demo.drawing import Numbering, drawn
from seeds.demo.lives import lived
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
_HOLD = ", ".join(model.__tablename__ for model in _MARKED)


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


async def load_demo(
    database: Database,
    *,
    today: date,
    scale: int | None = None,
    seed: int = SEED,
    progress: Progress = silent,
) -> Simulated:
    """Fill a seeded database with records that add up to `scale` times what was published.

    A database that has them stays as it is; no scale means whichever it has, or 1. Raises
    HoldsRealRecords, OtherScale, or NothingPublished; nothing has changed then.
    """
    async with database.writing(SIMULATION) as session:
        await one_import_at_a_time(session)
        world = await the_world(session)
        found = await _scale(session, world)
        if found:
            if scale not in (None, found):
                raise OtherScale(found, scale or 1)
            return Simulated(found, await _counts(session), new=False)
        # Nobody adds a real record between this look and the end.
        await session.execute(text(f"LOCK TABLE {_HOLD} IN SHARE ROW EXCLUSIVE MODE"))
        if await _any_real(session):
            raise HoldsRealRecords
        await _fill(session, world, scale or 1, seed, today, progress)
        return Simulated(scale or 1, await _counts(session), new=True)


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
    }


async def _fill(
    session: AsyncSession, world: World, scale: int, seed: int, today: date, progress: Progress
) -> None:
    """One recipient and era after the other, as often as the scale says; each is then forgotten."""
    if today <= world.reviewed[1]:
        raise ValueError("what was published as done cannot lie in the future")
    batches = await write_batches(session, world, today=today)
    drawn_rows = _drawn_rows(world, scale, seed, today)
    done, whole = 0, len(world.recipients) * scale
    rows = next(drawn_rows, None)
    while rows is not None:
        _, rows = await asyncio.gather(  # the next are drawn while these are written
            rows.write(session, batches), asyncio.to_thread(next, drawn_rows, None))
        done += 1
        progress("simulated", done, whole)


@dataclass(frozen=True, slots=True)
class _Rows:
    """All records of one recipient, not yet written."""

    recipient: Recipient
    projects: ProjectRows = field(default_factory=ProjectRows)
    villages: VillageRows = field(default_factory=VillageRows)
    cadres: CadreRows = field(default_factory=CadreRows)

    async def write(self, session: AsyncSession, batches: dict[str, int]) -> None:
        """Insert all of them."""
        ids = await self.projects.write(session, self.recipient)
        await self.villages.write(session, self.recipient, ids)
        await self.cadres.write(session, self.recipient, ids, batches)


def _drawn_rows(world: World, scale: int, seed: int, today: date) -> Iterator[_Rows]:
    """Recipient after recipient, and all of them as often as the scale says."""
    numbering = Numbering()
    parts = quotas(world, today=today)
    for copy in range(scale):
        for recipient in world.recipients:
            rows = _Rows(recipient)
            for quota in parts:
                if quota.recipient is recipient:
                    dice = Dice(seed, copy, recipient.place.id, quota.era)
                    _draw(rows, world, quota, dice, numbering, today)
            yield rows


def _draw(
    rows: _Rows, world: World, quota: Quota, dice: Dice, numbering: Numbering, today: date
) -> None:
    briefs = drawn(world, quota, dice, numbering, today=today)
    lives = [lived(brief, dice, today=today) for brief in briefs]
    for life in lives:
        add_project(rows.projects, life, world, dice, today=today)
        if life.brief.village is not None:
            add_village(rows.villages, life, world, dice, numbering, today=today)
    for post in posts_of(world, quota, dice, today=today):
        add_post(rows.cadres, world, quota.recipient, post, dice, numbering, today=today)
    add_duties(rows.cadres, lives, dice)



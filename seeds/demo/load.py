"""Loading the demonstration: simulated records, in one transaction, once or not at all."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import SIMULATION
from aid.bulk import insert
from aid.cadres.model import Batch, Cadre, Post
from aid.database.engine import Database
from aid.database.merge import Progress, one_import_at_a_time, silent
from aid.database.owning import go_on_from, last_ids, references_later
from aid.errors import AidError
from aid.funds.chaining import write_sums
from aid.funds.model import Movement, Tranche
from aid.projects.model import Project
from aid.text import Text
from aid.villages.model import KeyVillage
from seeds.demo.apart import drawn_apart
from seeds.demo.budgets import the_budgets
from seeds.demo.cadres import write_batches
from seeds.demo.funding import write_sheet
from seeds.demo.order import Order
from seeds.demo.world import World, the_world

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
           "village_progress", "acceptance_score", "tranche", "movement")
"""What nobody looks for, but by its own number, before it is all there."""

_QUIET = (
    "ALTER TABLE progress_report DISABLE TRIGGER note_progress",
    "ALTER TABLE milestone DISABLE TRIGGER note_milestones",
    "ALTER TABLE village_work DISABLE TRIGGER note_village_progress",
    "ALTER TABLE village_report DISABLE TRIGGER note_village_progress",
)
_MADE_UP = (
    "INSERT INTO milestone_total SELECT * FROM aid_rebuilt_milestones()",
    "ALTER TABLE progress_report ENABLE ALWAYS TRIGGER note_progress",
    "ALTER TABLE milestone ENABLE TRIGGER note_milestones",
    "ALTER TABLE village_work ENABLE ALWAYS TRIGGER note_village_progress",
    "ALTER TABLE village_report ENABLE ALWAYS TRIGGER note_village_progress",
)
"""What triggers would keep statement by statement comes with its rows, or is made once at the end:
of milestones."""


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
    """One recipient after the other, as often as the scale says; each is then forgotten."""
    if today <= world.reviewed[1]:
        raise ValueError("what was published as done cannot lie in the future")
    batches = await write_batches(session, world, today=today)
    await write_sheet(session)
    for statement in _QUIET:
        await session.execute(text(statement))
    async with references_later(session, _FILLED, unindexed=_UNREAD):
        order = Order(
            world=world, budgets=await the_budgets(session), batches=batches,
            given=await last_ids(session, _FILLED), scale=scale, seed=seed, today=today)
        async with aclosing(drawn_apart(order)) as parts:
            done = 0
            async for bulks in parts:
                for rows in bulks:
                    await insert(session, rows)
                done += 1
                if done.bit_count() == 1:  # plans for empty tables serve no longer: 1, 2, 4 …
                    await session.execute(text(f"ANALYZE {', '.join(_FILLED)}"))
                progress("simulated", done, order.parts)
        await go_on_from(session, _FILLED)
        await write_sums(session)
        for statement in _MADE_UP:
            await session.execute(text(statement))

"""Lists of key villages for pages: those of a project, and a page of all as they stand on a day."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid import clock
from aid.regions.model import Division
from aid.text import Text
from aid.villages.model import KeyVillage, ProjectVillage, VillageProgress
from aid.villages.progress import holds_on


@dataclass(frozen=True, slots=True)
class NamedVillage:
    """A village by name and place; progress in percent 0–100, null where nothing is planned."""

    code: str
    name: Text
    region: Text
    township: str | None
    progress: Decimal | None


async def villages_of_project(session: AsyncSession, project_id: int) -> list[NamedVillage]:
    """The key villages that a project is done in, as they stand today; by code."""
    rows = await session.execute(
        select(KeyVillage.code, KeyVillage.name, KeyVillage.name_en, Division.name,
               Division.name_en, KeyVillage.township, VillageProgress.progress)
        .join(ProjectVillage, ProjectVillage.village_id == KeyVillage.id)
        .join(Division, Division.id == KeyVillage.region_id)
        .outerjoin(VillageProgress, (VillageProgress.village_id == KeyVillage.id)
                   & holds_on(clock.today()))
        .where(ProjectVillage.project_id == project_id).order_by(KeyVillage.code))
    return [NamedVillage(code, Text(name, name_en or name), Text(place, place_en or place),
                         township, progress)
            for code, name, name_en, place, place_en, township, progress in rows]

"""One key village as its page shows it, beside what `queries` reads of its works and reports."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.projects.model import Project
from aid.text import Text
from aid.villages.model import (
    AcceptanceCriterion,
    AcceptanceScore,
    KeyVillage,
    NaturalVillage,
    ProjectVillage,
)


@dataclass(frozen=True, slots=True)
class NaturalRow:
    """A hamlet of a village."""

    name: str
    households: int | None
    population: int | None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """The points of one line of a score sheet, of how many at most."""

    acceptance_id: int
    name: Text
    points: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class NamedProject:
    """A project by its code, name and stage."""

    code: str
    name: Text
    stage: str
    held_stage: str | None
    progress: Decimal


async def village_id(session: AsyncSession, code: str) -> int | None:
    """The id of the village of a code; None where there is none for the actor."""
    found: int | None = await session.scalar(
        select(KeyVillage.id).where(KeyVillage.code == code))
    return found


async def natural_rows(session: AsyncSession, village: int) -> list[NaturalRow]:
    """The hamlets of a village."""
    rows = await session.execute(
        select(NaturalVillage.name, NaturalVillage.households, NaturalVillage.population)
        .where(NaturalVillage.village_id == village).order_by(NaturalVillage.id))
    return [NaturalRow(*row) for row in rows]


async def score_rows(session: AsyncSession, acceptances: Collection[int]) -> list[ScoreRow]:
    """The points given in these acceptances, in the order of their sheets."""
    s, c = AcceptanceScore, AcceptanceCriterion
    rows = await session.execute(
        select(s.acceptance_id, c.name, c.name_en, s.points, c.points)
        .join(c, c.id == s.criterion_id)
        .where(s.acceptance_id.in_(acceptances)).order_by(s.acceptance_id, c.ordinal))
    return [ScoreRow(of, Text(name, name_en), points, most)
            for of, name, name_en, points, most in rows]


async def projects_in(session: AsyncSession, village: int) -> list[NamedProject]:
    """The projects that are done in a village, by code."""
    rows = await session.execute(
        select(Project.code, Project.name, Project.name_en, Project.stage, Project.held_stage,
               Project.progress)
        .join(ProjectVillage, ProjectVillage.project_id == Project.id)
        .where(ProjectVillage.village_id == village).order_by(Project.code))
    return [NamedProject(code, Text(name, name_en or name), stage, held, progress)
            for code, name, name_en, stage, held, progress in rows]

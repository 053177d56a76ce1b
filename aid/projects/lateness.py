"""Milestones that are late, among the projects that a list asks for."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.projects.listing import Asked, conditions, going_on, overdue
from aid.projects.model import Milestone, Project
from aid.regions.model import Division
from aid.text import Text


@dataclass(frozen=True, slots=True)
class LateSums:
    """How many milestones are late, of how many projects."""

    milestones: int
    projects: int


@dataclass(frozen=True, slots=True)
class LateMilestone:
    """A late milestone of a project, and for how many days."""

    project_code: str
    project: Text
    recipient: Text
    name: Text
    planned_on: date
    days: int


async def late_sums(session: AsyncSession, asked: Asked) -> LateSums:
    """The late milestones of projects that go on, counted."""
    row = (await session.execute(
        select(func.count(), func.count(Milestone.project_id.distinct()))
        .join(Project, Project.id == Milestone.project_id)
        .where(*overdue(asked.today), *going_on(), *await conditions(session, asked)))).one()
    return LateSums(*row)


async def longest_late(
    session: AsyncSession, asked: Asked, *, first: int
) -> list[LateMilestone]:
    """The same, the longest late first."""
    rows = await session.execute(
        select(Project.code, Project.name, Project.name_en, Division.name, Division.name_en,
               Milestone.name, Milestone.name_en, Milestone.planned_on)
        .join(Project, Project.id == Milestone.project_id)
        .join(Division, Division.id == Milestone.recipient_id)
        .where(*overdue(asked.today), *going_on(), *await conditions(session, asked))
        .order_by(Milestone.planned_on, Milestone.id).limit(first))
    return [
        LateMilestone(code, Text(project, project_en or project), Text(place, place_en or place),
                      Text(name, name_en or name), planned, (asked.today - planned).days)
        for code, project, project_en, place, place_en, name, name_en, planned in rows]

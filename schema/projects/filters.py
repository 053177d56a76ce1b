"""Filters and orders of projects and milestones, and the SQL they mean."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_

from aid.projects.rules import ENDED
from schema.read.arguments import Arguments
from schema.read.json import text


def project_late(table: FromClause, given: Arguments) -> ColumnElement[Any]:
    """Whether a project is late on the day `on`: aid/projects/rules.project_late, in SQL."""
    return and_(
        table.c.stage.not_in([text(stage.value) for stage in sorted(ENDED)]),
        table.c.completed_on.is_(None), table.c.planned_end < given.day("on"))


def milestone_late(table: FromClause, given: Arguments) -> ColumnElement[Any]:
    """Whether a milestone is late on the day `on`: aid/projects/rules.late, in SQL."""
    return and_(table.c.met_on.is_(None), table.c.planned_on < given.day("on"))

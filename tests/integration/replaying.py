"""Reading whole tables, to ask the rules of every row."""

from collections import defaultdict
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.base import Base
from aid.projects.model import Project

Row = TypeVar("Row", bound=Base)


async def rows_by(session: AsyncSession, model: type[Row], column: str) -> dict[Any, list[Row]]:
    """All rows of a table in the order they came, by a column."""
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in await session.scalars(select(model).order_by(model.id)):  # type: ignore[attr-defined]
        found[getattr(row, column)].append(row)
    return found


async def projects_by_id(session: AsyncSession) -> dict[int, Project]:
    """All projects."""
    return {row.id: row for row in await session.scalars(select(Project))}

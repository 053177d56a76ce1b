"""What simulated money has to fit: sources, schedules, what one person may send alone."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.funds.approving import two_persons
from aid.funds.model import FundSource, Schedule, SchedulePart
from aid.funds.terms import SourceKind
from aid.projects.terms import Stage


class Source(NamedTuple):
    """Whose money it is."""

    id: int
    code: str


@dataclass(frozen=True, slots=True)
class Part:
    """An instalment of a schedule: its share in percent, and what it waits for."""

    name: str
    name_en: str
    share: Decimal
    at_stage: Stage | None
    at_progress: Decimal | None
    after_days: int
    retention: bool


@dataclass(frozen=True, slots=True)
class Budgets:
    """Sources by supporter and district (None: the city's own), donations by supporter, schedules.

    `alone_fen` is the most that one person sends without another.
    """

    sources: Mapping[tuple[int, int | None], Source]
    donations: Mapping[int, Source]
    schedules: Mapping[str, tuple[Part, ...]]
    alone_fen: int


async def the_budgets(session: AsyncSession) -> Budgets:
    """As the seeded database says."""
    sources: dict[tuple[int, int | None], Source] = {}
    donations: dict[int, Source] = {}
    for row in await session.scalars(select(FundSource).order_by(FundSource.id.desc())):
        if row.kind == SourceKind.DONATION:
            donations[row.supporter_id] = Source(row.id, row.code)
        else:
            sources[row.supporter_id, row.district_id] = Source(row.id, row.code)
    parts: dict[str, list[Part]] = defaultdict(list)
    for code, part in await session.execute(
            select(Schedule.code, SchedulePart)
            .join(SchedulePart, SchedulePart.schedule_id == Schedule.id)
            .order_by(Schedule.ordinal, SchedulePart.ordinal)):
        parts[code].append(Part(
            part.name, part.name_en, part.share, Stage(part.at_stage) if part.at_stage else None,
            part.at_progress, part.after_days, part.retention))
    return Budgets(sources, donations, {code: tuple(of) for code, of in parts.items()},
                   await two_persons(session))

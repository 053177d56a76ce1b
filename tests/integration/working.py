"""Projects for tests, made through the services as offices and prefectures make them."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from aid.access.actor import Actor
from aid.database.engine import Database
from aid.errors import InputRefused
from aid.projects import service
from aid.projects.drafts import Judgement, ProjectDraft, Step
from aid.projects.investment import InvestmentChange
from aid.projects.model import Project, StageChange
from aid.projects.rules import JUDGED, PATHS
from aid.projects.terms import ProjectKind, Stage
from tests.actors import LOCAL
from tests.conftest import TODAY

WENSHAN = "532600"
PROPOSED, START, END = date(2007, 1, 10), date(2007, 3, 1), date(2008, 2, 29)
MILLION = 100_000_000
"""One million yuan in fen."""


def a_draft(**given: Any) -> ProjectDraft:
    """A proposal, with what is given otherwise."""
    draft, complaints = ProjectDraft.check(**{
        "name": "文山州希望小学", "name_en": "A primary school in Wenshan",
        "recipient": WENSHAN, "supporter": "310000", "sector": "education",
        "kind": "fixed_asset", "delivery_mode": "turnkey", "proposed_yuan": "1000000.00",
        "planned_start": START, "planned_end": END, "proposed_on": PROPOSED, **given})
    assert draft is not None, complaints
    return draft


async def proposed(
    database: Database, draft: ProjectDraft | None = None, *, actor: Actor = LOCAL, **given: Any
) -> Project:
    """A project in reserve."""
    async with database.writing(actor) as session:
        return await service.propose(
            session, draft or a_draft(**given), actor=actor, today=TODAY)


def a_step(on: date, **given: Any) -> Step:
    """A step with its evidence."""
    return Step(**{"on": on, "evidence_no": f"沪合〔{on.year}〕{on.month}号", **given})


async def approved(
    database: Database, project: Project, on: date = date(2007, 2, 1), *,
    fen: int = MILLION, **given: Any
) -> Project:
    """The project, approved."""
    async with database.writing(LOCAL) as session:
        return await service.approve(
            session, project.id, expected_version=project.version, step=a_step(on, **given),
            approved_fen=fen, actor=LOCAL, today=TODAY)


async def advanced(
    database: Database, project: Project, to: Stage, on: date, *,
    judgement: Judgement | None = None, **given: Any
) -> Project:
    """The project at its next stage; judged where that has to be."""
    if judgement is None and to in JUDGED:
        judgement = Judgement(assessor="州发展改革委")
    async with database.writing(LOCAL) as session:
        return await service.advance(
            session, project.id, to, expected_version=project.version, step=a_step(on, **given),
            judgement=judgement, actor=LOCAL, today=TODAY)


async def led_to(database: Database, stage: Stage, **given: Any) -> Project:
    """A new project that has come as far as a stage, a month each."""
    project = await proposed(database, **given)
    path = PATHS[ProjectKind(project.kind)]
    for number, to in enumerate(path[1 : path.index(stage) + 1], 1):
        on = date(2007 + number // 12, 1 + number % 12, 15)
        if to is Stage.APPROVED:
            project = await approved(database, project, on)
        else:
            project = await advanced(database, project, to, on)
    return project


async def chunks(data: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    """Bytes as they come over a network."""
    for at in range(0, len(data), size):
        yield data[at : at + size]


async def division(database: Database, code: str) -> int:
    """The id of the place that bears a code now."""
    async with database.reading(LOCAL) as session:
        found = await session.scalar(
            text("SELECT id FROM division WHERE code = :code AND ended_on IS NULL"),
            {"code": code})
    assert isinstance(found, int)
    return found


async def moves_of(database: Database, project: Project) -> list[StageChange]:
    """The stages that a project entered, in order."""
    async with database.reading(LOCAL) as session:
        return list(await session.scalars(
            select(StageChange).where(StageChange.project_id == project.id)
            .order_by(StageChange.id)))


def fields_of(refused: pytest.ExceptionInfo[InputRefused]) -> set[str]:
    """What a refusal complains of."""
    return {complaint.field for complaint in refused.value.complaints}


async def set_aside(
    database: Database, verb: Any, project: Project, on: date, **given: Any
) -> Project:
    """A project suspended, resumed or cancelled by a verb of the service."""
    async with database.writing(LOCAL) as session:
        found: Project = await verb(
            session, project.id, expected_version=project.version,
            step=Step(on=on, **{"reason": "配套资金未到位", **given}), actor=LOCAL, today=TODAY)
    return found


async def adjusted(
    database: Database, project: Project, fen: int, on: date = date(2008, 6, 1), **given: Any
) -> Project:
    """A project whose approved amount became another, in fen."""
    async with database.writing(LOCAL) as session:
        return await service.adjust_investment(
            session, project.id, expected_version=project.version, actor=LOCAL, today=TODAY,
            change=InvestmentChange(**{
                "new_fen": fen, "adjusted_on": on, "reason": "材料涨价", **given}))

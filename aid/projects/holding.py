"""Holding a project while it is acted upon, and what is refused whoever acts."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.turns import take_turn
from aid.errors import Complaint, Conflict, InputRefused, NotFound, StaleVersion
from aid.money import yuan
from aid.projects.model import Document, Project, StageChange
from aid.projects.rules import Move
from aid.projects.terms import STAGE_NAMES, Stage
from aid.text import Text


class WrongStage(Conflict):
    """The project stands at a stage at which this is not done."""

    code = "WRONG_STAGE"

    def __init__(self, stage: Stage, because: Text) -> None:
        name = STAGE_NAMES[stage]
        super().__init__(Text(
            f"项目现处于「{name.zh}」：{because.zh}。",
            f"The project is {name.en}: {because.en}."))


NOT_FOUND = Text("没有这个项目。", "There is no such project.")


@dataclass(frozen=True, slots=True)
class Held:
    """A project that nobody else acts upon until the transaction ends, and its stages so far."""

    project: Project
    moves: list[Move]

    @property
    def stage(self) -> Stage:
        """The stage the project stands at."""
        return Stage(self.project.stage)

    @property
    def held_stage(self) -> Stage | None:
        """The stage it goes on from, when it was set aside."""
        return Stage(self.project.held_stage) if self.project.held_stage else None

    @property
    def last_day(self) -> date:
        """The day of its latest stage."""
        return self.moves[-1].on


async def held(
    session: AsyncSession, project_id: int, *, expected_version: int | None = None
) -> Held:
    """The project, locked, for an actor who may change it. Raises NotFound, StaleVersion."""
    await take_turn(session, f"project {project_id}")
    project = await session.scalar(
        select(Project).where(Project.id == project_id).with_for_update()
        .execution_options(populate_existing=True))
    if project is None:
        raise NotFound(NOT_FOUND)
    if expected_version is not None and project.version != expected_version:
        raise StaleVersion(expected=expected_version, current=project.version)
    rows = await session.execute(
        select(StageChange.from_stage, StageChange.to_stage, StageChange.occurred_on)
        .where(StageChange.project_id == project_id)
        .order_by(StageChange.id))
    return Held(project, [Move(Stage(old) if old else None, Stage(new), on)
                          for old, new, on in rows])


async def reported_upon(session: AsyncSession, project_id: int) -> Project:
    """The project, for an actor who may add to it but not change it. Raises NotFound.

    Whoever acts upon the same project waits, as for `held`.
    """
    await take_turn(session, f"project {project_id}")
    project = await session.scalar(
        select(Project).where(Project.id == project_id)
        .execution_options(populate_existing=True))
    if project is None:
        raise NotFound(NOT_FOUND)
    return project


async def flush_approved(session: AsyncSession, approved_fen: int) -> None:
    """Flush a new approved investment, in fen.

    Raises InputRefused where more of it is committed than that; the transaction is over then.
    """
    try:
        await session.flush()
    except DBAPIError as failure:
        if getattr(failure.orig, "sqlstate", None) != "AD013":
            raise
        committed = yuan(int(getattr(getattr(failure.orig, "__cause__", None), "detail", 0)))
        raise InputRefused([Complaint("", "approved_investment", yuan(approved_fen), Text(
            f"不少于已下达的 {committed} 元",
            f"not below the {committed} yuan committed already"))]) from None


async def check_document(
    session: AsyncSession, document_id: int | None, *, project_id: int,
    field: str = "document_id",
) -> list[Complaint]:
    """A document that shows something is one of the project's own."""
    if document_id is None:
        return []
    found = await session.scalar(select(Document.id).where(
        Document.id == document_id, Document.project_id == project_id))
    if found is not None:
        return []
    return [Complaint("", field, str(document_id), Text(
        "应为本项目的附件", "a document of this project"))]

"""Adding to a project what was seen: progress, documents, judgements. Recipients do so too."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.errors import InputRefused
from aid.projects.document_model import ProgressDocument
from aid.projects.documents import Attachment, Upload, check_count, stored, stored_together
from aid.projects.drafts import Judgement
from aid.projects.holding import WrongStage, check_document, held, reported_upon
from aid.projects.model import Assessment, Document, ProgressReport
from aid.projects.rules import (
    JUDGED,
    Neighbours,
    check_day,
    check_judgement,
    check_progress,
    is_open,
    stripped,
)
from aid.projects.stages import assessment
from aid.projects.terms import Stage
from aid.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Physical progress (形象进度) in percent on a day. A fall is explained in the note."""

    percent: Decimal
    on: date
    note: str | None = None
    document_ids: Sequence[int] = ()


async def report_progress(
    session: AsyncSession, project_id: int, *, progress: Progress, actor: Actor, today: date,
    files: Sequence[Attachment] = (),
) -> ProgressReport:
    """Report the progress of works that have started; earlier reports stay.

    It may come with pictures: documents of the project, and files that are kept with it, all or
    none. What the last report for the day says and shows already, by the same actor, is not
    written down again. Raises NotFound, WrongStage, or InputRefused with every mistake.
    """
    project = await reported_upon(session, project_id)
    stage = Stage(project.stage)
    if stage is Stage.CANCELLED or project.started_on is None:
        raise WrongStage(stage, Text("没有可上报的进度", "there is no progress to report"))
    complaints = check_progress(
        progress.percent, progress.on, note=progress.note, started_on=project.started_on,
        neighbours=await _neighbours(session, project_id, progress.on), today=today)
    complaints += check_count(len(progress.document_ids) + len(files))
    for document_id in progress.document_ids:
        complaints += await check_document(
            session, document_id, project_id=project_id, field="document_ids")
    kept, unfit = await stored_together(
        session, files, recipient_id=project.recipient_id, project_id=project_id)
    if complaints + unfit:
        raise InputRefused(complaints + unfit)
    shown = {*progress.document_ids, *(one.id for one in kept)}
    said = {"percent": progress.percent, "note": stripped(progress.note), "actor": actor.name}
    last = await session.scalar(
        select(ProgressReport).where(ProgressReport.project_id == project_id,
                                     ProgressReport.reported_on == progress.on)
        .order_by(ProgressReport.id.desc()).limit(1))
    if (last is not None and all(getattr(last, name) == value for name, value in said.items())
            and await _shown(session, last) == shown):
        return last
    report = ProgressReport(
        project_id=project_id, recipient_id=project.recipient_id, reported_on=progress.on, **said)
    session.add(report)
    await session.flush()
    session.add_all(
        ProgressDocument(report_id=report.id, document_id=one, recipient_id=report.recipient_id)
        for one in sorted(shown))
    await session.flush()
    await session.refresh(project, ["progress", "progress_on"])
    return report


async def _shown(session: AsyncSession, report: ProgressReport) -> set[int]:
    """The documents that a report came with."""
    return set(await session.scalars(
        select(ProgressDocument.document_id).where(ProgressDocument.report_id == report.id)))


async def _neighbours(session: AsyncSession, project_id: int, on: date) -> Neighbours:
    """What stands on a day, and what was reported next after it."""
    reports = select(ProgressReport.percent).where(ProgressReport.project_id == project_id)
    before = await session.scalar(
        reports.where(ProgressReport.reported_on <= on)
        .order_by(ProgressReport.reported_on.desc(), ProgressReport.id.desc()).limit(1))
    after = await session.scalar(
        reports.where(ProgressReport.reported_on > on)
        .order_by(ProgressReport.reported_on, ProgressReport.id.desc()).limit(1))
    return Neighbours(before, after)


async def attach_document(
    session: AsyncSession,
    project_id: int,
    upload: Upload,
    chunks: AsyncIterator[bytes],
    *,
    actor: Actor,
) -> Document:
    """Attach a file to a project, at any stage. The same file under the same title is one.

    Raises NotFound, or InputRefused when it is too large or not of a kind that is kept.
    """
    project = await reported_upon(session, project_id)
    return await stored(session, upload, chunks, recipient_id=project.recipient_id,
                        project_id=project.id, actor=actor)


async def assess(
    session: AsyncSession,
    project_id: int,
    at_stage: Stage,
    *,
    judgement: Judgement,
    on: date,
    document_id: int | None = None,
    actor: Actor,
    today: date,
) -> Assessment:
    """Record a judgement that leads to no stage: a failed acceptance, a second evaluation.

    `at_stage` is the stage it was for (JUDGED). Raises NotFound, WrongStage, or InputRefused.
    """
    at = await held(session, project_id)
    completed_on = at.project.completed_on
    if not is_open(at.stage) or completed_on is None:
        raise WrongStage(at.stage, Text("没有可评定的完工项目", "no completed works to judge"))
    complaints = check_judgement(at_stage, judgement)
    complaints += check_day(on, after=completed_on, today=today, field="assessed_on")
    complaints += await check_document(session, document_id, project_id=project_id)
    if complaints:
        raise InputRefused(complaints)
    row = assessment(at.project, JUDGED[at_stage], judgement, on, document_id, actor)
    session.add(row)
    await session.flush()
    return row



"""What is known of projects before a sheet comes: their stages, and who judged them."""

from collections import defaultdict
from collections.abc import Set

from sqlalchemy import any_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.bulk import ids
from aid.interchange.imports.project_life import Entered, Stood
from aid.projects.model import Assessment, ProjectAdjustment, StageChange
from aid.projects.rules import JUDGED, Move, replayed
from aid.projects.terms import Stage


async def stood_of(session: AsyncSession, projects: Set[int]) -> dict[int, Stood]:
    """Where each of these projects stands, in three statements."""
    moves: dict[int, list[Move]] = defaultdict(list)
    entered: dict[int, dict[Stage, Entered]] = defaultdict(dict)
    for project_id, old, new, on, number in await session.execute(
            select(StageChange.project_id, StageChange.from_stage, StageChange.to_stage,
                   StageChange.occurred_on, StageChange.evidence_no)
            .where(StageChange.project_id == any_(ids(projects))).order_by(StageChange.id)):
        move = Move(Stage(old) if old else None, Stage(new), on)
        moves[project_id].append(move)
        entered[project_id].setdefault(move.to_stage, Entered(on, number))
    judges, settled = await _judged(session, projects)
    adjusted = {row[0]: row[1] for row in await session.execute(
        select(ProjectAdjustment.project_id, func.max(ProjectAdjustment.adjusted_on))
        .where(ProjectAdjustment.project_id == any_(ids(projects)))
        .group_by(ProjectAdjustment.project_id))}
    found = {}
    for project_id, known in moves.items():
        stands = replayed(known)
        found[project_id] = Stood(
            stands.stage, stands.held, tuple(known), entered[project_id],
            {stage: frozenset(names) for stage, names in judges[project_id].items()},
            frozenset(settled[project_id]), adjusted.get(project_id))
    return found


async def _judged(
    session: AsyncSession, projects: Set[int]
) -> tuple[dict[int, dict[Stage, set[str]]], dict[int, set[int]]]:
    """Who judged each project at which stage, and what audits settled."""
    judges: dict[int, dict[Stage, set[str]]] = defaultdict(lambda: defaultdict(set))
    settled: dict[int, set[int]] = defaultdict(set)
    stages = {kind.value: stage for stage, kind in JUDGED.items()}
    for project_id, kind, assessor, fen in await session.execute(
            select(Assessment.project_id, Assessment.kind, Assessment.assessor,
                   Assessment.settled_fen)
            .where(Assessment.project_id == any_(ids(projects)))):
        judges[project_id][stages[kind]].add(assessor)
        if fen is not None:
            settled[project_id].add(fen)
    return judges, settled




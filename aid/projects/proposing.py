"""Proposing a project (申报)."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.errors import InputRefused
from aid.projects.codes import Series, next_codes
from aid.projects.drafts import ProjectDraft
from aid.projects.model import Project, StageChange
from aid.projects.resolving import Resolved, resolve
from aid.projects.rules import check_planned
from aid.projects.terms import Stage


async def propose(
    session: AsyncSession,
    draft: ProjectDraft,
    *,
    actor: Actor,
    today: date,
    simulated: bool = False,
) -> Project:
    """Put a project in reserve (储备), with a code of its own. Raises InputRefused."""
    complaints = check_planned(draft, today=today)
    resolved, unknown = await resolve(session, draft, actor=actor)
    complaints += unknown
    if complaints or resolved is None:
        raise InputRefused(complaints)
    series = Series(resolved.supporter_id, resolved.recipient_id, draft.planned_start.year)
    [code] = await next_codes(session, series, [draft.planned_start])
    project = proposed(draft, resolved, code=code, simulated=simulated)
    session.add(project)
    await session.flush()
    session.add(StageChange(
        project_id=project.id, recipient_id=project.recipient_id, from_stage=None,
        to_stage=Stage.RESERVE, occurred_on=draft.proposed_on or today, actor=actor.name))
    await session.flush()
    return project


def proposed(
    draft: ProjectDraft, resolved: Resolved, *, code: str, simulated: bool = False
) -> Project:
    """The row of a project as proposed."""
    return Project(
        code=code,
        name=draft.name,
        name_en=draft.name_en,
        description=draft.description,
        place=draft.locality,
        recipient_id=resolved.recipient_id,
        region_id=resolved.region_id,
        supporter_id=resolved.supporter_id,
        district_id=resolved.district_id,
        pairing_id=resolved.pairing_id,
        target_id=resolved.target_id,
        sector_id=resolved.sector_id,
        kind=draft.kind,
        delivery_mode=draft.delivery_mode,
        stage=Stage.RESERVE,
        proposed_fen=draft.proposed_fen,
        planned_start=draft.planned_start,
        planned_end=draft.planned_end,
        simulated=simulated,
    )

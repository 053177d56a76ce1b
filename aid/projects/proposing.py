"""Proposing a project (申报)."""

import hashlib
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.database.turns import take_turn
from aid.errors import Complaint, InputRefused
from aid.projects.codes import Series, next_codes
from aid.projects.drafts import ProjectDraft
from aid.projects.model import Project, StageChange
from aid.projects.resolving import Resolved, resolve
from aid.projects.rules import check_planned
from aid.projects.terms import Stage
from aid.text import Text

_KEY = "idempotency_key"


async def propose(
    session: AsyncSession,
    draft: ProjectDraft,
    *,
    actor: Actor,
    today: date,
    simulated: bool = False,
    key: str | None = None,
) -> Project:
    """Put a project in reserve (储备), with a code of its own. Raises InputRefused.

    The same again with the same `key` of a recipient's is the same project, whatever has become of
    it; something else with that key is refused.
    """
    complaints = check_planned(draft, today=today) + _unfit(key)
    resolved, unknown = await resolve(session, draft, actor=actor)
    complaints += unknown
    if complaints or resolved is None:
        raise InputRefused(complaints)
    if key is not None and (known := await _known(session, resolved, draft, key)) is not None:
        return known
    series = Series(resolved.supporter_id, resolved.recipient_id, draft.planned_start.year)
    [code] = await next_codes(session, series, [draft.planned_start])
    project = proposed(draft, resolved, code=code, simulated=simulated)
    if key is not None:
        project.proposal_key, project.proposal_digest = key, _digest(draft)
    session.add(project)
    await session.flush()
    session.add(StageChange(
        project_id=project.id, recipient_id=project.recipient_id, from_stage=None,
        to_stage=Stage.RESERVE, occurred_on=draft.proposed_on or today, actor=actor.name))
    await session.flush()
    return project


def _unfit(key: str | None) -> list[Complaint]:
    if key is None or 8 <= len(key) <= 200:
        return []
    return [Complaint("", _KEY, key[:40], Text("8至200个字符", "8 to 200 characters"))]


async def _known(
    session: AsyncSession, resolved: Resolved, draft: ProjectDraft, key: str
) -> Project | None:
    """What was proposed by the key. Raises InputRefused if that was something else."""
    await take_turn(session, f"proposal {resolved.recipient_id} {key}")
    known = await session.scalar(select(Project).where(
        Project.recipient_id == resolved.recipient_id, Project.proposal_key == key))
    if known is not None and known.proposal_digest != _digest(draft):
        raise InputRefused([Complaint("", _KEY, key[:40], Text(
            f"另用一个键：此键已用于申报{known.code}",
            f"another key: this one proposed {known.code}"))])
    return known


def _digest(draft: ProjectDraft) -> bytes:
    return hashlib.sha256(draft.model_dump_json().encode()).digest()


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

"""Bringing in score sheets of acceptance, repeatably: by sheet and code, all or nothing."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.merge import Tally, merge
from aid.errors import Complaint, InputRefused
from aid.text import Text
from aid.villages.checks import check_sheets
from aid.villages.drafts import CriterionDraft
from aid.villages.model import AcceptanceCriterion, AcceptanceScore


async def import_criteria(session: AsyncSession, drafts: Sequence[CriterionDraft]) -> Tally:
    """The lines of score sheets, in reading order. Raises InputRefused with every mistake.

    A sheet by which a village was judged keeps its lines and their points: what was scored by it
    means what it meant. Other points need a sheet of another name.
    """
    stored = list(await session.scalars(
        select(AcceptanceCriterion).where(
            AcceptanceCriterion.sheet.in_({draft.sheet for draft in drafts}))))
    existing = {(row.sheet, row.code): row for row in stored}
    used = set(await session.scalars(
        select(AcceptanceCriterion.sheet).join(
            AcceptanceScore, AcceptanceScore.criterion_id == AcceptanceCriterion.id).distinct()))
    complaints = check_sheets(drafts)
    complaints += _missing(drafts, existing)
    for draft in drafts:
        found = existing.get((draft.sheet, draft.code))
        if draft.sheet in used and (found is None or found.points != draft.points):
            complaints.append(draft.complain("points", draft.points, Text(
                f"评分表 {draft.sheet} 已用于验收，请另立一张评分表",
                f"another sheet, as villages were judged by {draft.sheet} already")))
    if complaints:
        raise InputRefused(complaints)
    tally = Tally()
    for ordinal, draft in enumerate(drafts, 1):
        merge(session, tally, AcceptanceCriterion, existing.get((draft.sheet, draft.code)),
              draft.model_dump(exclude={"place"}) | {"ordinal": ordinal})
    await session.flush()
    return tally


def _missing(
    drafts: Sequence[CriterionDraft], existing: dict[tuple[str, str], AcceptanceCriterion]
) -> list[Complaint]:
    """Lines that a sheet has already and that are not brought in: they cannot be taken away."""
    last = {draft.sheet: draft for draft in drafts}
    given = {(draft.sheet, draft.code) for draft in drafts}
    return [
        last[sheet].complain("code", code, Text(
            f"评分表 {sheet} 已有 {code} 项，不能去掉；请另立一张评分表",
            f"the line {code}, which the sheet {sheet} has already; or another sheet"))
        for sheet, code in sorted(existing.keys() - given)]

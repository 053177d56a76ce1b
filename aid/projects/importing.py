"""Bringing in the sectors (领域), repeatably."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.merge import Tally, merge
from aid.drafts import duplicates
from aid.errors import InputRefused
from aid.projects.drafts import SectorDraft
from aid.projects.model import Sector


async def import_sectors(session: AsyncSession, drafts: Sequence[SectorDraft]) -> Tally:
    """Sectors in the order of the file. Those it does not name stay. Raises InputRefused."""
    if complaints := duplicates(drafts, "code"):
        raise InputRefused(complaints)
    tally = Tally()
    known = {row.code: row for row in await session.scalars(select(Sector))}
    for ordinal, draft in enumerate(drafts, 1):
        values = draft.model_dump(exclude={"place"}) | {"ordinal": ordinal}
        merge(session, tally, Sector, known.get(draft.code), values)
    tally.absent += len(known.keys() - {draft.code for draft in drafts})
    await session.flush()
    return tally

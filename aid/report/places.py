"""Where the money of a recipient stands, by the place right below it that a project is in."""

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.funds.commitments import ADDED, Figures, Part
from aid.funds.standing import ZERO, Known, instalments, reckoned_once
from aid.projects.model import Project
from aid.regions.model import Division
from aid.report.gathered import StandingPart
from aid.text import Text


async def by_place_below(
    session: AsyncSession, part: Part, root: int, as_known: Known
) -> list[StandingPart]:
    """The figures by place right below `root`, by code; what is of no single one under the root."""
    of = reckoned_once(instalments(as_known, part.mine, dated=False))
    rows = await session.execute(
        select(Project.region_id,
               *(cast(func.coalesce(func.sum(of.c[name]), ZERO), BigInteger).label(name)
                 for name in ADDED),
               func.count().filter(of.c.overdue > ZERO).label("overdue_tranches"),
               func.count().label("tranche_count"))
        .select_from(of).join(Project, Project.id == of.c.project_id).group_by(Project.region_id))
    places = {one.id: one for one in await session.scalars(select(Division))}
    sums: dict[int, Figures] = {}
    for row in rows.mappings():
        at = _below(places, row["region_id"], root)
        sums[at] = sums.get(at, Figures()) + Figures.of(row)
    order = sorted(sums, key=lambda number: (number == root, places[number].code))
    return [StandingPart(Text(places[number].name, places[number].name_en or places[number].name),
                         sums[number]) for number in order]


def _below(places: dict[int, Division], at: int, root: int) -> int:
    """The place right below the root that a place is in, or the root."""
    here = at
    while (parent := places[here].parent_id) is not None:
        if parent == root:
            return here
        here = parent
    return root

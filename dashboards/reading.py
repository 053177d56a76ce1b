"""What a page needs to know of a plan, read in one snapshot."""

from dataclasses import dataclass

from aid.access.actor import Actor
from aid.database.engine import Database
from aid.plans import queries
from aid.plans.queries import DiscrepancyRow, FigureRow, PlanRow, RegionRow, TargetRow


@dataclass(frozen=True, slots=True)
class PlanData:
    """A plan with its rows, and the plans one may turn to."""

    plans: tuple[PlanRow, ...]
    plan: PlanRow
    targets: tuple[TargetRow, ...]
    figures: tuple[FigureRow, ...]
    discrepancies: tuple[DiscrepancyRow, ...]
    regions: tuple[RegionRow, ...]

    @property
    def everyone(self) -> frozenset[str]:
        """Today's codes of all recipients of the plan."""
        return frozenset(region.code for region in self.regions)


async def read_plan(database: Database, actor: Actor, code: str | None) -> PlanData | None:
    """The plan of this code, else the newest; None while there is no plan at all."""
    async with database.reading(actor) as session:
        plans = await queries.plan_rows(session)
        if not plans:
            return None
        plan = next((row for row in plans if row.code == code), plans[0])
        return PlanData(
            tuple(plans),
            plan,
            tuple(await queries.target_rows(session, plan.code)),
            tuple(await queries.figure_rows(session, plan.code)),
            tuple(await queries.discrepancy_rows(session, plan.code)),
            tuple(await queries.plan_regions(session, plan.code)),
        )

"""What a page needs to know of a plan, read in one snapshot, as far as the actor may see it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aid.access.actor import Actor
from aid.access.policy import Permission
from aid.database.engine import Database
from aid.plans import queries
from aid.plans.queries import DiscrepancyRow, FigureRow, PlanRow, RegionRow, TargetRow
from aid.regions.queries import topmost
from aid.text import Text


@dataclass(frozen=True, slots=True)
class PlanData:
    """A plan with its rows, and the plans one may turn to.

    `whole` says whether all rows of the plan are here. Where it is false they are those of the
    actor's own places, and of none in particular: nothing may then be concluded from what is
    missing, no sum compared with a total, and no other place spoken of. `places` names what the
    actor sees, the topmost only; it is empty where all is seen. `discrepancies` are None where
    the actor may not read them, which does not mean that there are none.
    """

    plans: tuple[PlanRow, ...]
    plan: PlanRow
    targets: tuple[TargetRow, ...]
    figures: tuple[FigureRow, ...]
    discrepancies: tuple[DiscrepancyRow, ...] | None
    regions: tuple[RegionRow, ...]
    whole: bool = True
    own: tuple[RegionRow, ...] = ()
    places: tuple[Text, ...] = ()

    @property
    def everyone(self) -> frozenset[str]:
        """Today's codes of all recipients of the plan, as far as is known.

        Where only own places are known nobody can tell which of them are all: then it is empty.
        """
        known = frozenset(region.code for region in self.regions)
        return known if self.whole or known > self.seen else frozenset()

    @property
    def seen(self) -> frozenset[str]:
        """Today's codes of the recipients whose rows are here."""
        return frozenset(region.code for region in self.shown)

    @property
    def shown(self) -> tuple[RegionRow, ...]:
        """The recipients whose rows are here."""
        return self.regions if self.whole else self.own


async def read_plan(database: Database, actor: Actor, code: str | None) -> PlanData | None:
    """The plan of this code, else the newest; None while there is no plan at all."""
    async with database.reading(actor) as session:
        plans = await queries.plan_rows(session)
        if not plans:
            return None
        plan = next((row for row in plans if row.code == code), plans[0])
        targets = await queries.target_rows(session, plan.code)
        figures = await queries.figure_rows(session, plan.code)
        found = await queries.discrepancy_rows(session, plan.code)
        data = PlanData(
            tuple(plans), plan,
            tuple(targets) if actor.may(Permission.TARGET_READ) else (),
            tuple(figures) if actor.may(Permission.FIGURE_READ) else (),
            tuple(found) if actor.may(Permission.DISCREPANCY_READ) else None,
            tuple(await queries.plan_regions(session, plan.code)), whole=actor.sees_all,
        )
        if data.whole:
            return data
        places = await topmost(session, actor.recipients)
        return only_own(data, actor.recipients, [
            Text(place.name, place.name_en or place.name) for place in places
        ])


def only_own(data: PlanData, ids: Sequence[int], places: Sequence[Text]) -> PlanData:
    """The data of who sees only the divisions of these ids.

    Notes that came with sums over several places speak of the others too, and are left out.
    """
    own = tuple(region for region in data.regions if region.id in ids)
    codes = frozenset(region.code for region in own)
    figures = tuple(
        figure if codes.issuperset(figure.region_codes) else replace(figure, note=Text("", ""))
        for figure in data.figures
    )
    return replace(data, whole=False, own=own, places=tuple(places), figures=figures)

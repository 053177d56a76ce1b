"""From the codes of a proposal to the rows they name. Every mistake is collected."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor, Role
from aid.errors import Complaint
from aid.plans.model import Plan, PlanTarget
from aid.plans.queries import concerns
from aid.projects.drafts import ProjectDraft
from aid.projects.model import Sector
from aid.regions.model import Division, Pairing
from aid.regions.places import find_supporter, place_of
from aid.regions.queries import above
from aid.text import Text


@dataclass(frozen=True, slots=True)
class Resolved:
    """The rows a proposal names, by id."""

    recipient_id: int
    region_id: int
    supporter_id: int
    district_id: int | None
    pairing_id: int
    target_id: int | None
    sector_id: int


class _Resolving:
    """One proposal on its way; `complaints` grow."""

    def __init__(self, session: AsyncSession, draft: ProjectDraft, actor: Actor) -> None:
        self.session, self.draft, self.actor = session, draft, actor
        self.complaints: list[Complaint] = []

    def complain(self, field: str, value: object, zh: str, en: str) -> None:
        self.complaints.append(self.draft.complain(field, value, Text(zh, en)))

    async def supporter(self) -> tuple[int | None, int | None]:
        found, complaints = await find_supporter(
            self.session, self.draft, city=self.draft.supporter, district=self.draft.district)
        self.complaints += complaints
        return (found.city_id, found.district_id) if found else (None, None)

    async def division(self, field: str, code: str) -> Division | None:
        """The place that bore a code on the planned start, or else the one that bore it last."""
        found = await place_of(self.session, code, self.draft.planned_start)
        if found is None:
            self.complain(field, code, "没有这个区划代码", "the code of a division")
        return found

    async def recipient(self) -> Division | None:
        found = await self.division("recipient", self.draft.recipient)
        if found is None or self.actor.role is not Role.RECIPIENT:
            return found
        if found.id in self.actor.recipients:
            return found
        self.complain("recipient", self.draft.recipient,
                      "只能为本地区申报", "your own region: a recipient proposes only for itself")
        return None

    async def region(self, recipient: Division) -> Division | None:
        if self.draft.region is None:
            return recipient
        found = await self.division("region", self.draft.region)
        if found is None:
            return None
        on = self.draft.planned_start
        if recipient.id in await above(self.session, found.id, on):
            return found
        self.complain("region", self.draft.region, f"应为受援地或其在 {on} 的下级区划",
                      f"the recipient, or a division below it on {on}")
        return None

    async def pairing(
        self, supporter_id: int, district_id: int | None, recipient: Division
    ) -> Pairing | None:
        """The pairing named, or the one in force on the planned start."""
        draft, on = self.draft, self.draft.planned_start
        found = list(await self.session.scalars(
            select(Pairing).where(
                Pairing.supporter_id == supporter_id, Pairing.recipient_id == recipient.id,
                Pairing.starts_on <= on, or_(Pairing.ends_on.is_(None), Pairing.ends_on >= on),
            ).order_by(Pairing.id)))
        if draft.pairing is not None:
            named = next((row for row in found if row.code == draft.pairing), None)
            if named is None or not (
                district_id is None or named.district_id in (None, district_id)
            ):
                self.complain("pairing", draft.pairing,
                              f"应为该支援方与受援地在 {on} 有效的结对关系",
                              f"a pairing of this supporter and recipient in force on {on}")
                return None
            return named
        own = [row for row in found if row.district_id == district_id]
        citys = [row for row in found if row.district_id is None]
        if not own and not citys:
            self.complain("recipient", draft.recipient, f"应为该支援方在 {on} 结对的受援地",
                          f"a recipient that is paired with this supporter on {on}")
            return None
        return (own or citys)[0]

    async def target(self, supporter_id: int, places: set[int]) -> int | None:
        draft = self.draft
        if draft.plan is None and draft.target is None:
            return None
        found: int | None = await self.session.scalar(
            select(PlanTarget.id).join(Plan, Plan.id == PlanTarget.plan_id).where(
                Plan.code == draft.plan, PlanTarget.code == draft.target,
                Plan.supporter_id == supporter_id, concerns(places)))
        if found is None:
            self.complain("target", draft.target or "",
                          "应为所给规划（该支援方的）中涉及本地区或不分地区的目标",
                          "a target, for this region or for none, of a plan of the supporter's "
                          "that is named too")
        return found

    async def sector(self) -> int | None:
        found: int | None = await self.session.scalar(
            select(Sector.id).where(Sector.code == self.draft.sector))
        if found is None:
            self.complain("sector", self.draft.sector, "没有这个领域代码", "the code of a sector")
        return found


async def resolve(
    session: AsyncSession, draft: ProjectDraft, *, actor: Actor
) -> tuple[Resolved | None, list[Complaint]]:
    """The rows that a proposal's codes name, or everything wrong with them.

    The recipient is paired with the supporter on the planned start; the region is it, or a
    division below it on that day. A recipient proposes only for itself.
    """
    at = _Resolving(session, draft, actor)
    supporter_id, district_id = await at.supporter()
    recipient = await at.recipient()
    region = await at.region(recipient) if recipient is not None else None
    sector_id = await at.sector()
    if supporter_id is None or recipient is None:
        return None, at.complaints
    pairing = await at.pairing(supporter_id, district_id, recipient)
    places = {recipient.id, region.id} if region is not None else {recipient.id}
    target_id = await at.target(supporter_id, places)
    if at.complaints or region is None or pairing is None or sector_id is None:
        return None, at.complaints
    return Resolved(recipient.id, region.id, supporter_id, district_id or pairing.district_id,
                    pairing.id, target_id, sector_id), []

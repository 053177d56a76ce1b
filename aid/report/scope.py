"""What a report is about: a recipient or all that one sees, a year, the day it is looked at."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.errors import Complaint, InputRefused, NotFound
from aid.metrics.terms import Scope
from aid.regions.places import place_of
from aid.regions.queries import PlaceRow, at_or_below, recipient_rows, topmost
from aid.report.terms import FIRST_YEAR, Order
from aid.text import Text

_NO_RECIPIENT = Text("没有这个受援地。", "There is no such recipient.")


@dataclass(frozen=True, slots=True)
class About:
    """The part of everything that a report is about.

    `ids` are the place and all below it, None: all that the actor sees. `recipients` are those of
    them that are or were paired. `own` names the places of an actor who sees those only.
    """

    order: Order
    as_of: date
    place: PlaceRow | None
    ids: tuple[int, ...] | None
    recipients: tuple[PlaceRow, ...]
    own: tuple[Text, ...]

    @property
    def since(self) -> date:
        """The first day of the year."""
        return date(self.order.year, 1, 1)

    @property
    def until(self) -> date:
        """The last day of the year."""
        return date(self.order.year, 12, 31)

    @property
    def known(self) -> date | None:
        """The day up to which records of money were known; None: all of today."""
        asked = self.order.as_known_on
        return asked if asked is not None and asked < self.order.today else None

    def scope(self, *, year: bool, money: bool = False) -> Scope:
        """What is measured: in the year, or from the beginning up to the as-of day."""
        return Scope(recipients=self.ids, known=self.known if money else None,
                     since=self.since if year else None, until=self.until if year else None)


async def read_scope(session: AsyncSession, actor: Actor, order: Order) -> About:
    """Raises InputRefused for a year that has not begun, NotFound for a place that is no recipient
    or not the actor's.
    """
    last = min(order.today, order.as_known_on or order.today)
    if not FIRST_YEAR <= order.year <= last.year:
        raise InputRefused([Complaint("", "year", str(order.year), Text(
            f"应为 {FIRST_YEAR} 至 {last.year} 年", f"a year from {FIRST_YEAR} to {last.year}"))])
    as_of = min(date(order.year, 12, 31), last)
    paired = await recipient_rows(session)
    own = () if actor.sees_all else tuple(await topmost(session, actor.recipients))
    names = tuple(Text(one.name, one.name_en or one.name) for one in own)
    if order.region is None:
        return About(order, as_of, None, None, tuple(paired), names)
    found = await place_of(session, order.region, as_of) if order.region.isalnum() else None
    place = next((one for one in paired if found is not None and one.id == found.id), None)
    if place is None or not (actor.sees_all or place.id in actor.recipients):
        raise NotFound(_NO_RECIPIENT)
    ids = await at_or_below(session, place.id)
    return About(order, as_of, place, ids, tuple(one for one in paired if one.id in ids), names)

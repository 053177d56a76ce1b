"""How far a recipient's account sees: its own regions, and what lay below them while in assistance.

Divisions move and end, so both sides are looked at over time: a place is reached when there was a
day on which it lay below an own region and that region, or one above it, was paired.
"""

from sqlalchemy import CTE, Date, Select, cast, func, literal, null, select, union
from sqlalchemy.dialects.postgresql import DATERANGE
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.functions import Function

from aid.accounts.model import AccountRegion
from aid.regions.model import DivisionPeriod, Pairing


async def recipients_of(session: AsyncSession, account_id: int) -> tuple[int, ...]:
    """Ids of the divisions an account sees, ascending; none for an account without regions."""
    own = select(AccountRegion.division_id).where(AccountRegion.account_id == account_id)
    return tuple(await session.scalars(reached(own)))


def reached(roots: Select[int]) -> Select[int]:
    """The ids of the divisions seen by whoever is given `roots`, a select of ids of divisions."""
    root = roots.subquery("root")
    own = select(root.c[0].label("division_id"))
    below, above = _below(own), _above(own)
    paired = (
        select(above.c.root_id, (above.c.during * _paired()).label("during"))
        .join(Pairing, Pairing.recipient_id == above.c.division_id)
        .where(above.c.during.overlaps(_paired()))
        .cte("paired")
    )
    helped = select(below.c.division_id).join(
        paired,
        (paired.c.root_id == below.c.root_id) & paired.c.during.overlaps(below.c.during),
    )
    found = union(own, helped).subquery("reached")
    return select(found.c.division_id).order_by(found.c.division_id)


def _below(own: Select[int]) -> CTE:
    """Each root and what lay below it, with the days on which it did."""
    found = _always(own).cte("below", recursive=True)
    return found.union(
        select(found.c.root_id, DivisionPeriod.division_id, found.c.during * _valid())
        .join(DivisionPeriod, DivisionPeriod.parent_id == found.c.division_id)
        .where(found.c.during.overlaps(_valid()))
    )


def _above(own: Select[int]) -> CTE:
    """Each root and what lay above it, with the days on which it did."""
    found = _always(own).cte("above", recursive=True)
    return found.union(
        select(found.c.root_id, DivisionPeriod.parent_id, found.c.during * _valid())
        .join(DivisionPeriod, DivisionPeriod.division_id == found.c.division_id)
        .where(DivisionPeriod.parent_id.is_not(None), found.c.during.overlaps(_valid()))
    )


def _always(own: Select[int]) -> Select[int, int, object]:
    root = own.subquery("own")
    always = func.daterange(cast(null(), Date), cast(null(), Date), type_=DATERANGE())
    return select(
        root.c.division_id.label("root_id"),
        root.c.division_id.label("division_id"),
        always.label("during"),
    )


def _valid() -> Function[object]:
    return func.daterange(
        DivisionPeriod.valid_from, DivisionPeriod.valid_to, type_=DATERANGE())


def _paired() -> Function[object]:
    return func.daterange(
        Pairing.starts_on, Pairing.ends_on, literal("[]"), type_=DATERANGE())

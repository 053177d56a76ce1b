"""Reads of accounts, for administrators: the gate reads last sign-ins and regions for them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.roles import Role
from aid.accounts.model import Account, AccountRegion, Credential, SignInSession
from aid.accounts.terms import Stage
from aid.regions.model import Division


@dataclass(frozen=True, slots=True)
class Region:
    """A region of a recipient's account, as it is called today."""

    code: str
    name: str
    name_en: str | None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account. `last_sign_in` counts only what came past the second factor."""

    id: int
    name: str
    display_name: str
    role: Role | None
    regions: tuple[Region, ...]
    demo: bool
    provider: bool
    second_factor: bool
    created_at: datetime
    last_sign_in: datetime | None
    disabled_at: datetime | None


async def accounts(session: AsyncSession) -> list[AccountRow]:
    """All accounts by name, in a session of the gate: `database.reading(gate(actor.name))`."""
    came = (
        select(SignInSession.account_id, func.max(SignInSession.created_at).label("at"))
        .where(SignInSession.stage.in_((Stage.FULL, Stage.NEW_PASSWORD)))
        .group_by(SignInSession.account_id)
        .subquery()
    )
    found = await session.execute(
        select(Account, came.c.at, Credential.totp_confirmed_at.is_not(None))
        .outerjoin(came, came.c.account_id == Account.id)
        .outerjoin(Credential, Credential.account_id == Account.id)
        .order_by(Account.name))
    regions = await _regions(session)
    return [
        AccountRow(
            row.id, row.name, row.display_name, Role(row.role) if row.role else None,
            tuple(regions[row.id]), row.demo, row.subject is not None, second_factor,
            row.created_at, last, row.disabled_at)
        for row, last, second_factor in found
    ]


async def _regions(session: AsyncSession) -> dict[int, list[Region]]:
    found = await session.execute(
        select(AccountRegion.account_id, Division.code, Division.name, Division.name_en)
        .join(Division, Division.id == AccountRegion.division_id)
        .order_by(Division.code, Division.id))
    regions: dict[int, list[Region]] = defaultdict(list)
    for account_id, code, name, name_en in found:
        regions[account_id].append(Region(code, name, name_en))
    return regions

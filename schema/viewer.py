"""The viewer: who asks, what they may do, which regions are theirs."""

from typing import Any

import strawberry
from sqlalchemy import BigInteger, FromClause, literal_column, select

from aid.access.actor import Actor
from aid.access.policy import Permission, Reach, reach
from aid.accounts.names import display_name
from aid.regions.model import DivisionPeriod
from schema.context import Context
from schema.read.arguments import Arguments
from schema.read.fields import Many, read
from schema.read.needs import NEEDS, needs
from schema.read.tables import rows_of
from schema.regions.types import RecipientRegion
from schema.roles import Role

Info = strawberry.Info[Context, None]
strawberry.enum(Reach, description="How far a permission goes: nowhere, the own region and what "
                                   "is of no region, everywhere.")

_MINE = literal_column("ANY ((SELECT aid_recipients())::bigint[])", BigInteger())


def _own(own: FromClause, _: FromClause | None, __: Arguments) -> list[Any]:
    """The uppermost of the divisions that the actor is for; none for who sees all."""
    period = rows_of(DivisionPeriod)
    above = select(period.c.id).where(
        period.c.division_id == own.c.id, period.c.parent_id == _MINE)
    return [own.c.id == _MINE, ~above.exists()]


@needs(Permission.SELF)
@strawberry.type(description="How far something goes that one may be allowed to do.")
class ViewerPermission:
    action: str = strawberry.field(description="As in the scopes of a token: plan.read.")
    reach: Reach


async def _display_name(root: strawberry.Parent["Viewer"], info: Info) -> str:
    return await display_name(info.context.database, root.actor)


@needs(Permission.SELF)
@strawberry.type(description="Who is signed in, or whose token it is.")
class Viewer:
    actor: strawberry.Private[Actor]
    name: str = strawberry.field(description="The name of the account.")
    display_name: str = strawberry.field(resolver=_display_name, description="The name to show.")
    role: Role
    permissions: list[ViewerPermission] = strawberry.field(
        description="All there is to be allowed, and how far it goes here; a token's scopes "
                    "are taken into account.")
    regions: list[RecipientRegion] = read(
        Many(where=_own, order_by=("code",)),
        description="A recipient's own regions; all below them is theirs too. Empty for who sees "
                    "every region; administrators, who see none, may not ask.")



def viewer_field() -> Any:
    """The root field: whoever is signed in."""

    def viewer(info: Info) -> Viewer:
        actor = info.context.actor
        return Viewer(
            actor=actor,
            name=actor.name,
            role=Role(actor.role.value),
            permissions=[
                ViewerPermission(action=permission.value, reach=_reach(actor, permission))
                for permission in Permission
            ],
        )

    return strawberry.field(
        resolver=viewer, metadata={NEEDS: Permission.SELF}, description="Who asks, and what for.")


def _reach(actor: Actor, permission: Permission) -> Reach:
    return reach(actor.role, permission) if actor.may(permission) else Reach.NONE

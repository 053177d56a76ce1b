"""A mutation field: it says what it needs, and makes sure itself that whoever acts has it."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension

from aid.access.policy import Permission
from schema.read.allowed import Forbidden
from schema.read.needs import NEEDS


class _Checked(FieldExtension):
    """The second check, beside the work: the first is made for the whole operation beforehand."""

    def __init__(self, need: Permission) -> None:
        self._need = need

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: Any, **given: Any
    ) -> Any:
        if not info.context.actor.may(self._need):
            raise Forbidden((info.field_name,))
        return await next_(source, info, **given)


def action(*, needs: Permission, description: str) -> Callable[[Callable[..., Any]], Any]:
    """Make a function a mutation that needs a permission. Tokens' scopes narrow what one has."""
    made: Callable[[Callable[..., Any]], Any] = strawberry.mutation(
        description=description, metadata={NEEDS: needs}, extensions=[_Checked(needs)])
    return made

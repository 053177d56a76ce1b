"""A mutation field: what it needs, made sure of by itself, and what it is given, as a draft."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import strawberry
from strawberry.extensions import FieldExtension

from aid.access.policy import Permission
from aid.drafts import Draft
from aid.errors import InputRefused
from schema.read.allowed import Forbidden
from schema.read.needs import NEEDS

Drafted = TypeVar("Drafted", bound=Draft)


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


def given(input_: Any, *names: str) -> dict[str, Any]:
    """The fields of an input that were given, null included."""
    values = {name: getattr(input_, name) for name in names}
    return {name: value for name, value in values.items() if value is not strawberry.UNSET}


def checked(kind: type[Drafted], **values: Any) -> Drafted:
    """A draft of these values. Raises InputRefused with every mistake."""
    draft, complaints = kind.check(**values)
    if draft is None:
        raise InputRefused(complaints)
    return draft

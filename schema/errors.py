"""Expected refusals, as members of every mutation's result. Faults are masked top-level errors."""

from typing import Any

import strawberry

from aid import errors
from schema.read.arguments import ArgumentRefused
from schema.read.needs import STRUCTURE, needs


@needs(STRUCTURE)
@strawberry.interface(description="Something a client can show to its user as it stands.")
class UserError:
    code: str = strawberry.field(description="Stable; programs may test for it.")
    message: str = strawberry.field(description="A plain sentence in the asked-for language.")


@needs(STRUCTURE)
@strawberry.type(description="One mistake in what was sent.")
class Problem:
    path: list[str] = strawberry.field(description="The input field.")
    message: str = strawberry.field(description="What was expected.")
    value: str = strawberry.field(description="What was found, shortened.")


@needs(STRUCTURE)
@strawberry.type(description="The input is refused whole; every mistake is listed.")
class InvalidInput(UserError):
    problems: list[Problem]


@needs(STRUCTURE)
@strawberry.type(description="Somebody else changed it first: read it again, decide anew.")
class StaleVersion(UserError):
    expected_version: int
    current_version: int


@needs(STRUCTURE)
@strawberry.type(description="There is no such thing (or not for you).")
class NotFound(UserError):
    pass


@needs(STRUCTURE)
@strawberry.type(description="The request contradicts what is known already.")
class Conflict(UserError):
    pass


def input_field(name: str) -> str:
    """The input field for a field of a draft: ends_on -> endsOn, recipient -> recipientCode."""
    name = _OTHERWISE.get(name, name)
    name = f"{name}_code" if name in _BY_CODE else name
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


_OTHERWISE = {"regions": "region_codes", "identity": "subject", "cost_fen": "cost"}
_BY_CODE = frozenset({
    "supporter", "district", "recipient", "region", "project", "batch", "pairing", "sector"})
"""What a draft names by its code."""


class _InvalidInput(strawberry.ExceptionHandler[errors.InputRefused, InvalidInput]):
    def handle(self, exception: errors.InputRefused, *, field: Any, info: Any) -> InvalidInput:
        locale = info.context.locale
        return InvalidInput(
            code=exception.code,
            message=exception.to(locale),
            problems=[
                Problem(path=[input_field(c.field)], message=c.expected.to(locale), value=c.value)
                for c in exception.complaints
            ],
        )


class _StaleVersion(strawberry.ExceptionHandler[errors.StaleVersion, StaleVersion]):
    def handle(self, exception: errors.StaleVersion, *, field: Any, info: Any) -> StaleVersion:
        return StaleVersion(
            code=exception.code,
            message=exception.to(info.context.locale),
            expected_version=exception.expected,
            current_version=exception.current,
        )


class _NotFound(strawberry.ExceptionHandler[errors.NotFound, NotFound]):
    def handle(self, exception: errors.NotFound, *, field: Any, info: Any) -> NotFound:
        return NotFound(code=exception.code, message=exception.to(info.context.locale))


class _Conflict(strawberry.ExceptionHandler[errors.Conflict, Conflict]):
    def handle(self, exception: errors.Conflict, *, field: Any, info: Any) -> Conflict:
        return Conflict(code=exception.code, message=exception.to(info.context.locale))


class _WrongId(strawberry.ExceptionHandler[ArgumentRefused, InvalidInput]):
    def handle(self, exception: ArgumentRefused, *, field: Any, info: Any) -> InvalidInput:
        problem = Problem(path=[], message=str(exception), value="")
        return InvalidInput(code="INPUT_REFUSED", message=str(exception), problems=[problem])


HANDLERS = (_InvalidInput(), _StaleVersion(), _NotFound(), _Conflict(), _WrongId())

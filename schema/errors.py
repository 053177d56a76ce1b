"""Expected refusals, as members of every mutation's result. Faults are masked top-level errors."""

from collections.abc import Sequence
from typing import Any

import strawberry
from graphql import GraphQLInputObjectType, get_named_type, get_nullable_type

from aid import errors
from aid.funds import refusals
from schema.read.arguments import ArgumentRefused
from schema.read.needs import STRUCTURE, needs
from schema.scalars import Yuan


@needs(STRUCTURE)
@strawberry.interface(description="Something a client can show to its user as it stands.")
class UserError:
    code: str = strawberry.field(description="Stable; programs may test for it.")
    message: str = strawberry.field(description="A plain sentence in the asked-for language.")


@needs(STRUCTURE)
@strawberry.type(description="One mistake in what was sent.")
class Problem:
    path: list[str] = strawberry.field(
        description="The input field: names, and numbers from 0 into lists.")
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


@needs(STRUCTURE)
@strawberry.type(description="More money would move than there is.")
class Overdrawn(UserError):
    available: Yuan = strawberry.field(description="How much there is.")


@needs(STRUCTURE)
@strawberry.type(description="Somebody else does this: the other side, or a second person.")
class NotYours(UserError):
    pass


def input_path(place: str, field: str, of: GraphQLInputObjectType) -> list[str]:
    """Where in an input a complaint belongs: ends_on -> endsOn, recipient -> recipientCode.

    `place` leads to one of several (`milestones.2`); what is not found there is looked for in the
    objects inside, so that `assessor` is `judgement.assessor`. Without a field it is the place.
    """
    path = [_camel(step) for step in place.split(".") if step]
    if not field:
        return path
    inside: Any = of
    for step in path:
        if isinstance(inside, GraphQLInputObjectType) and step in inside.fields:
            inside = get_named_type(inside.fields[step].type)
    name = _OTHERWISE.get(field, field)
    names = [_camel(name + ending) for ending in ("", "_code", "_codes", "_id")]
    return path + (_found(names, inside) or names[:1])


def _found(names: Sequence[str], of: Any) -> list[str]:
    """The path to the first of the names that an input, or an object inside it, has."""
    if not isinstance(of, GraphQLInputObjectType):
        return []
    for name in names:
        if name in of.fields:
            return [name]
    for name, inner in of.fields.items():
        if deeper := _found(names, get_nullable_type(inner.type)):
            return [name, *deeper]
    return []


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


_OTHERWISE = {
    "identity": "subject", "locality": "place", "cost_fen": "cost",
    "proposed_yuan": "proposed_investment", "amount_yuan": "amount", "at_stage": "stage",
    "at_progress": "progress", "regions": "region"}


class _InvalidInput(strawberry.ExceptionHandler[errors.InputRefused, InvalidInput]):
    def handle(self, exception: errors.InputRefused, *, field: Any, info: Any) -> InvalidInput:
        locale, mutations = info.context.locale, info.context.documents.schema.mutation_type
        of = get_nullable_type(mutations.fields[info.field_name].args["input"].type)
        return InvalidInput(
            code=exception.code,
            message=exception.to(locale),
            problems=[
                Problem(path=input_path(complaint.place, complaint.field, of),
                        message=complaint.expected.to(locale), value=complaint.value)
                for complaint in exception.complaints
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


class _Overdrawn(strawberry.ExceptionHandler[refusals.Overdrawn, Overdrawn]):
    def handle(self, exception: refusals.Overdrawn, *, field: Any, info: Any) -> Overdrawn:
        return Overdrawn(code=exception.code, message=exception.to(info.context.locale),
                         available=Yuan(exception.available_fen))


class _NotYours(strawberry.ExceptionHandler[refusals.NotYours, NotYours]):
    def handle(self, exception: refusals.NotYours, *, field: Any, info: Any) -> NotYours:
        return NotYours(code=exception.code, message=exception.to(info.context.locale))


class _WrongId(strawberry.ExceptionHandler[ArgumentRefused, InvalidInput]):
    def handle(self, exception: ArgumentRefused, *, field: Any, info: Any) -> InvalidInput:
        problem = Problem(path=[], message=str(exception), value="")
        return InvalidInput(code="INPUT_REFUSED", message=str(exception), problems=[problem])


HANDLERS = (_InvalidInput(), _StaleVersion(), _NotFound(), _Overdrawn(), _NotYours(), _Conflict(),
            _WrongId())
"""The more particular ones first."""

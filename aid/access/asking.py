"""Who asks: the actor travels in the ASGI scope, put there by the edge and by nobody else."""

from collections.abc import MutableMapping
from typing import Any, cast

from aid.access.actor import Actor

_ACTOR, _ADDRESS = "aid.actor", "aid.address"


class NobodyAsks(RuntimeError):
    """A request came past the edge without an actor: a defect of the program."""


def let_in(scope: MutableMapping[str, Any], actor: Actor, address: str) -> None:
    """Note in the scope on whose behalf, and from where, the request is made."""
    scope[_ACTOR], scope[_ADDRESS] = actor, address


def actor_of(scope: MutableMapping[str, Any]) -> Actor:
    """The actor of a request. Raises NobodyAsks when the edge let in nobody."""
    found = scope.get(_ACTOR)
    if found is None:
        raise NobodyAsks("no actor in the scope")
    return cast(Actor, found)


def address_of(scope: MutableMapping[str, Any]) -> str:
    """The network address the request comes from."""
    return cast(str, scope.get(_ADDRESS, ""))

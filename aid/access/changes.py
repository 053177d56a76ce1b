"""What an open page is told of: that there is something new of a kind and a recipient. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from aid.access.actor import Actor
from aid.access.policy import Permission


class Kind(StrEnum):
    """What is new: the name of its table, whose trigger tells it."""

    STAGE = "stage_change"
    MILESTONE = "milestone"
    PROGRESS = "progress_report"
    VILLAGE = "village_report"
    POSTING = "secondment"
    MOVEMENT = "movement"
    REQUEST = "disbursement_request"
    DECISION = "disbursement_decision"


NEEDS: Mapping[Kind, Permission] = MappingProxyType({
    Kind.STAGE: Permission.PROJECT_READ,
    Kind.MILESTONE: Permission.PROJECT_READ,
    Kind.PROGRESS: Permission.PROJECT_READ,
    Kind.VILLAGE: Permission.VILLAGE_READ,
    Kind.POSTING: Permission.CADRE_READ,
    Kind.MOVEMENT: Permission.FUND_READ,
    Kind.REQUEST: Permission.REQUEST_READ,
    Kind.DECISION: Permission.REQUEST_READ,
})
"""Who is told: whoever may read it."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something new of a kind. `recipient` is a division's id; None: it may be anybody's."""

    kind: Kind
    recipient: int | None = None

    def concerns(self, actor: Actor) -> bool:
        """Whether the actor may see what it is about."""
        mine = actor.sees_all or self.recipient is None or self.recipient in actor.recipients
        return mine and actor.may(NEEDS[self.kind])

    def __str__(self) -> str:
        return f"{self.kind}:{'all' if self.recipient is None else self.recipient}"


ANYTHING = tuple(Change(kind) for kind in Kind)
"""What is said when something may have been missed."""


def read_change(said: str) -> Change | None:
    """The change that a trigger told; None for what is none. The inverse of str."""
    name, _, whose = said.partition(":")
    kind = next((kind for kind in Kind if kind == name), None)
    if kind is None or not (whose == "all" or whose.isdecimal()):
        return None
    return Change(kind, None if whose == "all" else int(whose))

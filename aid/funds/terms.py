"""Words of money: where it stands, how it moves, who moves it, where it comes from."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from aid.access.roles import Inner, Role
from aid.text import Text


class Balance(StrEnum):
    """Where the money of an instalment stands. All but APPROPRIATION are never below zero."""

    APPROPRIATION = "appropriation"
    COMMITTED = "committed"
    IN_TRANSIT = "in_transit"
    HELD = "held"
    SPENT = "spent"


class MovementKind(StrEnum):
    """How money moves from one balance to another (资金流水)."""

    COMMIT = "commit"
    DISBURSE = "disburse"
    RECEIVE = "receive"
    PAY = "pay"
    RETURN = "return"
    CANCEL = "cancel"
    REVERSE = "reverse"


class SourceKind(StrEnum):
    """Whose money it is (资金来源)."""

    CITY_BUDGET = "city_budget"
    DISTRICT_BUDGET = "district_budget"
    DONATION = "donation"


class TrancheState(StrEnum):
    """How far an instalment has come, derived from its balances."""

    PLANNED = "planned"
    COMMITTED = "committed"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    PAID = "paid"


class Decision(StrEnum):
    """What a second person says of a large disbursement."""

    APPROVED = "approved"
    REJECTED = "rejected"


FLOWS: Mapping[MovementKind, tuple[Balance, Balance]] = MappingProxyType({
    MovementKind.COMMIT: (Balance.APPROPRIATION, Balance.COMMITTED),
    MovementKind.DISBURSE: (Balance.COMMITTED, Balance.IN_TRANSIT),
    MovementKind.RECEIVE: (Balance.IN_TRANSIT, Balance.HELD),
    MovementKind.PAY: (Balance.HELD, Balance.SPENT),
    MovementKind.RETURN: (Balance.HELD, Balance.APPROPRIATION),
    MovementKind.CANCEL: (Balance.COMMITTED, Balance.APPROPRIATION),
})
"""From which balance to which. REVERSE goes back the way of the movement it undoes."""

MOVER: Mapping[MovementKind, Role] = MappingProxyType({
    MovementKind.COMMIT: Role.OFFICE,
    MovementKind.DISBURSE: Role.OFFICE,
    MovementKind.CANCEL: Role.OFFICE,
    MovementKind.RECEIVE: Role.RECIPIENT,
    MovementKind.PAY: Role.RECIPIENT,
    MovementKind.RETURN: Role.RECIPIENT,
})
"""Who records which: nobody does the other's part. A reversal is of whoever recorded that kind."""


def undone_by(role: Role | Inner) -> frozenset[MovementKind]:
    """The kinds of movements that a role may undo: those that it records."""
    return frozenset(kind for kind, mover in MOVER.items() if mover is role)


KIND_NAMES: Mapping[MovementKind, Text] = MappingProxyType({
    MovementKind.COMMIT: Text("计划下达", "commitment"),
    MovementKind.DISBURSE: Text("拨付", "disbursement"),
    MovementKind.RECEIVE: Text("到账", "receipt"),
    MovementKind.PAY: Text("支付", "payment"),
    MovementKind.RETURN: Text("退回", "return"),
    MovementKind.CANCEL: Text("撤销下达", "cancellation"),
    MovementKind.REVERSE: Text("冲正", "reversal"),
})

BALANCE_NAMES: Mapping[Balance, Text] = MappingProxyType({
    Balance.APPROPRIATION: Text("预算", "appropriation"),
    Balance.COMMITTED: Text("已下达待拨", "committed"),
    Balance.IN_TRANSIT: Text("在途", "in transit"),
    Balance.HELD: Text("到账未付", "held"),
    Balance.SPENT: Text("已支付", "spent"),
})

SOURCE_NAMES: Mapping[SourceKind, Text] = MappingProxyType({
    SourceKind.CITY_BUDGET: Text("市级财政", "city budget"),
    SourceKind.DISTRICT_BUDGET: Text("区县财政", "district budget"),
    SourceKind.DONATION: Text("社会捐赠", "donation"),
})

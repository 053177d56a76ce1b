"""What is said of a movement before it is recorded, and what is wrong with it by itself. Pure."""

import re
from dataclasses import dataclass
from datetime import date

from aid.errors import Complaint
from aid.funds.terms import MovementKind
from aid.money import yuan
from aid.projects.rules import stripped
from aid.text import Text

REASONED = frozenset({MovementKind.RETURN, MovementKind.CANCEL, MovementKind.REVERSE})
VOUCHED = frozenset({MovementKind.DISBURSE, MovementKind.RECEIVE, MovementKind.PAY,
                     MovementKind.RETURN})
LONGEST = 200
"""How many characters a voucher, a document's number or a key has at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What is said of a movement: how much, when, by which papers.

    `fen` > 0; `key` makes a retry the same movement, for ever. `document_id` is a document of the
    project that shows the movement.
    """

    fen: int
    occurred_on: date
    key: str
    voucher_no: str | None = None
    document_no: str | None = None
    document_id: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Slip):
    """A movement to record.

    `reverses_id` names what a REVERSE undoes, `request_id` the approved request of a disbursement;
    the key is `request_key(request_id)` then.
    """

    tranche_id: int
    kind: MovementKind
    reverses_id: int | None = None
    request_id: int | None = None


def request_key(request_id: int) -> str:
    """The key of the one movement that an approved request leads to; nobody else may use it."""
    return f"request-{request_id}"


def entered(
    tranche_id: int, kind: MovementKind, slip: Slip, *,
    reverses_id: int | None = None, request_id: int | None = None,
) -> Entry:
    """The movement that a slip speaks of, blanks around its words taken off."""
    return Entry(
        tranche_id=tranche_id, kind=kind, fen=slip.fen, occurred_on=slip.occurred_on,
        key=slip.key.strip(), voucher_no=stripped(slip.voucher_no),
        document_no=stripped(slip.document_no), document_id=slip.document_id,
        reason=stripped(slip.reason), reverses_id=reverses_id, request_id=request_id)


def check_entry(entry: Entry, *, today: date) -> list[Complaint]:
    """All that is wrong with an entry by itself."""
    wrong: list[Complaint] = []

    def complain(field: str, value: object, zh: str, en: str) -> None:
        wrong.append(Complaint("", field, str(value)[:80], Text(zh, en)))

    if entry.fen <= 0:
        complain("amount", yuan(entry.fen), "应大于零", "more than zero")
    if entry.occurred_on > today:
        complain("occurred_on", entry.occurred_on, f"不晚于今天（{today}）", f"not after {today}")
    if entry.occurred_on.year < 1979:
        complain("occurred_on", entry.occurred_on, "不早于1979年", "not before 1979")
    own = entry.request_id is None
    if own and (not 8 <= len(entry.key) <= LONGEST or re.fullmatch(r"request-[0-9]+", entry.key)):
        complain("idempotency_key", entry.key, f"8 至 {LONGEST} 个字符，每笔一个",
                 f"8 to {LONGEST} characters, its own for each movement")
    if entry.kind in VOUCHED and not entry.voucher_no:
        complain("voucher_no", "", "应有凭证号", "a voucher number")
    if entry.kind is MovementKind.COMMIT and not entry.document_no:
        complain("document_no", "", "应有下达文号", "the number of the document that commits it")
    if entry.kind in REASONED and not entry.reason:
        complain("reason", "", "应说明原因", "a reason")
    for name in ("voucher_no", "document_no"):
        if len(getattr(entry, name) or "") > LONGEST:
            complain(name, getattr(entry, name), f"不超过{LONGEST}个字符",
                     f"at most {LONGEST} characters")
    if len(entry.reason or "") > 4000:
        complain("reason", entry.reason, "不超过4000个字符", "at most 4000 characters")
    return wrong

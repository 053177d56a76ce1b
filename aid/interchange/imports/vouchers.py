"""Vouchers of a sheet beside the ledger: which are there, which are new, which say otherwise. Pure.

A voucher is told by its number, within an instalment and a kind, never by amount and day; a
commitment by its document's number. One that was reversed and is brought in again as it was stays
reversed; one that says otherwise then is its correction.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from aid.funds.terms import MovementKind
from aid.money import yuan
from aid.sheets.headings import Row
from aid.text import Text

DOCUMENTED = frozenset({MovementKind.COMMIT, MovementKind.CANCEL})
"""Kinds that are told by the number of a document where there is no voucher."""
COMPARED: Mapping[str, str] = {
    "amount_yuan": "fen", "occurred_on": "on", "voucher_no": "voucher_no",
    "document_no": "document_no", "reason": "reason"}
"""By column: what a sheet and the ledger say of the same voucher."""


class Recorded(NamedTuple):
    """A movement of the ledger. `undone`: it was reversed."""

    project_id: int
    tranche_id: int
    seq: int
    kind: str
    fen: int
    on: date
    voucher_no: str | None
    document_no: str | None
    reason: str | None
    hash: str
    undone: bool

    @property
    def paper(self) -> object:
        """What tells it from others."""
        return paper(self.tranche_id, self.kind, self.voucher_no, self.document_no)


def paper(
    tranche_id: int, kind: str, voucher_no: str | None, document_no: str | None
) -> object:
    """What tells a voucher from others; None where it has no number."""
    if voucher_no is not None:
        return tranche_id, kind, "voucher", voucher_no
    if document_no is not None and kind in DOCUMENTED:
        return tranche_id, kind, "document", document_no
    return None


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is recorded of some projects, by what tells it apart."""

    by_paper: Mapping[object, Sequence[Recorded]]
    by_hash: Mapping[str, Recorded]

    def same(self, row: Row, told: object) -> tuple[Recorded | None, Recorded | None]:
        """What is recorded as the row says, and what is recorded otherwise of the same voucher."""
        known = self.by_paper.get(told, ())
        alike = next((one for one in known if not differing(row, one)), None)
        standing = next((one for one in reversed(known) if not one.undone), None)
        return alike, None if alike else standing

    def key(self, project: str, tranche: int, told: object) -> str:
        """The idempotency key of a new voucher: of its number, and of how often it was reversed."""
        said = (project, tranche, *(told if isinstance(told, tuple) else ())[1:],
                len(self.by_paper.get(told, ())))
        return "voucher-" + hashlib.sha256("\n".join(map(str, said)).encode()).hexdigest()[:40]


def ledger_of(movements: Iterable[Recorded]) -> Ledger:
    """What is recorded, in the order of their numbers."""
    by_paper: dict[object, list[Recorded]] = defaultdict(list)
    by_hash = {}
    for one in movements:
        by_hash[one.hash] = one
        if one.paper is not None:
            by_paper[one.paper].append(one)
    return Ledger(by_paper, by_hash)


def differing(row: Row, one: Recorded) -> list[str]:
    """The columns in which a row says otherwise than the ledger; a blank says nothing."""
    return [key for key, name in COMPARED.items()
            if row[key] is not None and _plain(row[key]) != _plain(getattr(one, name))]


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def otherwise(row: Row, one: Recorded, key: str) -> Text:
    """What is said of a cell that is not what the ledger says."""
    said = getattr(one, COMPARED[key])
    shown = yuan(said) if key == "amount_yuan" else "—" if said is None else str(said)
    return Text(
        f"此凭证已登记为第 {one.seq} 笔，此项为「{shown}」；要更正，请先冲正",
        f"{shown}, as recorded (no. {one.seq}); to correct it, reverse that first")

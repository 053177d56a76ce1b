"""The lines of a chain: what each says, word for word, and its hash. Pure.

The same as `aid_append` makes of them, for chains that are written at once (`chaining`).
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from aid.funds.proof import FIELDS, FLOWS, ZERO


class Line(NamedTuple):
    """A movement of a project's chain. `tranche` and `reverses` are numbers within the project.

    `source` is the code of the instalment's, `recorded_at` in UTC. What a reversal undoes stands
    before it; lines stand in the order in which they were recorded.
    """

    tranche: int
    source: str
    kind: str
    fen: int
    occurred_on: date
    recorded_at: datetime
    actor: str
    voucher_no: str | None = None
    document_no: str | None = None
    document_sha256: str | None = None
    reason: str | None = None
    reverses: int | None = None


_SAID = tuple(sorted(FIELDS, key=lambda name: (len(name), name)))
"""What a body says after the number of its form, in the order of jsonb: shorter names first."""


def body_of(said: Mapping[str, str | int | None]) -> bytes:
    """The body of a movement, byte for byte as aid_append hashes it: the text of its jsonb."""
    found = []
    for name in _SAID:
        value = said[name]
        found.append(f'"{name}": ' + (
            "null" if value is None else
            str(value) if isinstance(value, int) else encode_basestring(value)))
    return ('{"v": 1, ' + ", ".join(found) + "}").encode()


def chained(project: str, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The chain of a project as rows: `project_id` and `tranche_id` are to be named still.

    Both stand in them by the project's code, and by that and the instalment's number.
    """
    rows: list[dict[str, Any]] = []
    before = ZERO
    for seq, line in enumerate(lines, 1):
        if line.reverses is None:
            debit, credit = FLOWS[line.kind]
        else:
            undone = rows[line.reverses - 1]
            debit, credit = undone["credit"], undone["debit"]
        key = f"{project}-{seq}"
        body = body_of({
            "project": project, "tranche": line.tranche, "source": line.source, "seq": seq,
            "kind": line.kind, "debit": debit, "credit": credit, "amount_fen": line.fen,
            "occurred_on": line.occurred_on.isoformat(),
            "recorded_at": f"{line.recorded_at.isoformat(timespec='microseconds')[:26]}Z",
            "actor": line.actor, "requested_by": None, "voucher_no": line.voucher_no,
            "document_no": line.document_no,
            "document_sha256": line.document_sha256, "reason": line.reason,
            "reverses": line.reverses, "key": key})
        digest = hashlib.sha256(before + body).digest()
        rows.append({
            "project_id": project, "tranche_id": (project, line.tranche), "seq": seq,
            "kind": line.kind, "debit": debit, "credit": credit, "amount_fen": line.fen,
            "occurred_on": line.occurred_on, "recorded_at": line.recorded_at,
            "actor": line.actor, "voucher_no": line.voucher_no, "document_no": line.document_no,
            "document_id": line.document_sha256 and project, "reason": line.reason,
            "reverses_id": line.reverses and (project, line.reverses), "idempotency_key": key,
            "body": body, "prev_hash": before, "hash": digest})
        before = digest
    return rows

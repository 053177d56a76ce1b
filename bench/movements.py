"""Movements as aid_append would have recorded them, in bulk."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from aid.funds.proof import FIELDS, FLOWS, ZERO

COLUMNS = ("project_id", "recipient_id", "tranche_id", "seq", "kind", "debit", "credit",
           "amount_fen", "occurred_on", "recorded_at", "actor", "voucher_no", "document_no",
           "idempotency_key", "body", "prev_hash", "hash")
Step = tuple[str, int]
"""A kind of movement and its fen."""


def chain(
    row: Mapping[str, Any], source: str, steps: Sequence[Step], on: date = date(2008, 5, 6)
) -> Iterator[tuple[Any, ...]]:
    """One project's movements by COLUMNS. `row` is its instalment, with the project's code."""
    before = ZERO
    for seq, (kind, fen) in enumerate(steps, 1):
        debit, credit = FLOWS[kind]
        moment = datetime.combine(on, time(), UTC) + timedelta(seconds=seq)
        said: dict[str, Any] = dict.fromkeys(FIELDS) | {
            "project": row["code"], "tranche": 1, "source": source, "seq": seq, "kind": kind,
            "debit": debit, "credit": credit, "amount_fen": fen, "occurred_on": f"{on}",
            "recorded_at": f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z", "actor": "bench",
            "voucher_no": f"V-{seq}", "document_no": "沪合〔2008〕12号",
            "key": f"{row['code']}-{seq}"}
        body = json.dumps({"v": 1, **said}, ensure_ascii=False).encode()
        digest = hashlib.sha256(before + body).digest()
        yield (row["project_id"], row["recipient_id"], row["id"], seq, kind, debit, credit, fen,
               on, moment, "bench", said["voucher_no"], said["document_no"], said["key"], body,
               before, digest)
        before = digest

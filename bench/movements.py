"""Movements as aid_append would have recorded them, in bulk."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from aid.funds.bodies import Line, chained

COLUMNS = ("project_id", "recipient_id", "tranche_id", "seq", "kind", "debit", "credit",
           "amount_fen", "occurred_on", "recorded_at", "actor", "voucher_no", "document_no",
           "idempotency_key", "body", "prev_hash", "hash")
Step = tuple[str, int]
"""A kind of movement and its fen."""


def chain(
    row: Mapping[str, Any], source: str, steps: Sequence[Step], on: date = date(2008, 5, 6)
) -> Iterator[tuple[Any, ...]]:
    """One project's movements by COLUMNS. `row` is its instalment, with the project's code."""
    lines = [
        Line(1, source, kind, fen, on, datetime.combine(on, time(), UTC) + timedelta(seconds=seq),
             "bench", f"V-{seq}", "沪合〔2008〕12号")
        for seq, (kind, fen) in enumerate(steps, 1)
    ]
    ids = {"project_id": row["project_id"], "recipient_id": row["recipient_id"],
           "tranche_id": row["id"]}
    for made in chained(row["code"], lines):
        said = made | ids
        yield tuple(said[name] for name in COLUMNS)

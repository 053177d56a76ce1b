"""Checkpoints: the heads of all chains, signed, kept in the database and in a file outside of it.

They are made when an export is, and at most every half minute while money moves.
"""

import asyncio
import fcntl
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import LEDGER, gate
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import note
from aid.database.engine import Database
from aid.database.turns import take_turn
from aid.errors import AidError
from aid.funds.checkpoint_model import Checkpoint, CheckpointHead, CheckpointKey, Incarnation
from aid.funds.proof import CHECKPOINT, KEY, ZERO, leaf, merkle, root
from aid.secrets import Keys
from aid.text import Text

log = structlog.get_logger()

EVERY = timedelta(seconds=30)
"""Checkpoints that nobody asked for lie so far apart at least."""
PATIENCE = 10.0
"""Seconds that one of those may take."""
FILE = "checkpoints.jsonl"
"""The file outside the database, in the data directory: a line a checkpoint."""


class LedgerBroken(AidError):
    """The ledger is not any more what the last checkpoint signed, so nothing of it is signed."""

    code = "LEDGER_BROKEN"

    def __init__(self, number: int, project: str) -> None:
        super().__init__(Text(
            f"账本与第 {number} 个检查点所签的不符（{project}），未签新的检查点："
            "请运行 `aid verify`。",
            f"The ledger is not what checkpoint {number} signed ({project}), so no other is made: "
            "run `aid verify`."))


@dataclass(frozen=True, slots=True)
class Witness:
    """Who signs checkpoints, and the file outside the database where they are kept too."""

    keys: Keys
    file: Path


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a chain now, and whether it moved since the last checkpoint."""

    project: str
    recipient: str
    recipient_id: int
    seq: int
    hash: bytes
    moved: bool


_HEADS = """
SELECT p.code AS project, d.key AS recipient, c.recipient_id, c.seq, c.hash,
  (c.seq, c.hash) IS DISTINCT FROM (last.seq, last.hash) AS moved, last.seq IS NOT NULL AS signed,
  last.seq IS NOT NULL AND last.hash IS DISTINCT FROM CASE WHEN last.seq = c.seq THEN c.hash ELSE (
    SELECT m.hash FROM movement m WHERE m.project_id = c.project_id AND m.seq = last.seq
      AND last.seq < c.seq) END AS broken
FROM chain c JOIN project p ON p.id = c.project_id JOIN division d ON d.id = c.recipient_id
LEFT JOIN LATERAL (SELECT h.seq, h.hash FROM checkpoint_head h WHERE h.project = p.code
  ORDER BY h.number DESC LIMIT 1) last ON true
WHERE c.seq > 0 ORDER BY d.key COLLATE "C", p.code COLLATE "C"
"""


async def make_checkpoint(
    database: Database, witness: Witness, *, apart: timedelta | None = None
) -> Checkpoint | None:
    """Sign the heads of all chains; the newest checkpoint, if they are as it says already.

    One process at a time. None where the last one is not so far `apart`. Raises LedgerBroken,
    which the audit log then has.
    """
    try:
        async with database.writing(gate(LEDGER.name)) as session:
            await take_turn(session, "checkpoint")
            last = await newest(session)
            if apart and last and datetime.now(UTC) - last.made_at < apart:
                return None
            heads = await _heads(database, last)
            key = await _key(session, witness.keys)
            life = await incarnation(session)
            stands = last and (last.incarnation, last.key) == (life.number, key)
            if stands and not any(head.moved for head in heads):
                return last
            made = _made(heads, last, life, key, witness.keys)
            session.add(made)
            await session.flush()
            if moved := [head for head in heads if head.moved]:
                await session.execute(insert(CheckpointHead), [
                    {"number": made.number, "project": head.project, "recipient": head.recipient,
                     "recipient_id": head.recipient_id, "seq": head.seq, "hash": head.hash}
                    for head in moved])
    except LedgerBroken as broken:
        await note(database, kind=AuditKind.REFUSAL, outcome=Outcome.REFUSED, actor=LEDGER.name,
                   subject="checkpoint", detail={"code": broken.code, "said": broken.said.en})
        raise
    await asyncio.to_thread(_keep, witness, made, moved)
    return made


async def newest(session: AsyncSession) -> Checkpoint | None:
    """The last checkpoint that was made."""
    found: Checkpoint | None = await session.scalar(
        select(Checkpoint).order_by(Checkpoint.number.desc()).limit(1))
    return found


async def incarnation(session: AsyncSession) -> Incarnation:
    """The present life of the database."""
    return (await session.scalars(
        select(Incarnation).order_by(Incarnation.number.desc()).limit(1))).one()


async def _heads(database: Database, last: Checkpoint | None) -> list[Head]:
    """All heads in order, as they are once it is our turn. Raises LedgerBroken."""
    async with database.reading(LEDGER) as session:
        rows = (await session.execute(text(_HEADS))).all()
    if last is not None:
        broken = next((row.project for row in rows if row.broken), None)
        if broken or sum(row.signed for row in rows) < last.chains:
            raise LedgerBroken(last.number, broken or Text("有链缺失", "a chain is gone").zh)
    return [Head(row.project, row.recipient, row.recipient_id, row.seq, row.hash, row.moved)
            for row in rows]


async def _key(session: AsyncSession, keys: Keys) -> str:
    """The fingerprint of today's key, which is added where it is new."""
    public_key = keys.public_keys[0]
    fingerprint = hashlib.sha256(public_key).hexdigest()
    known = (await session.scalars(
        select(CheckpointKey.id).order_by(CheckpointKey.since.desc()))).all()
    if fingerprint not in known:
        previous = known[0] if known else None
        session.add(CheckpointKey(id=fingerprint, public_key=public_key, previous=previous,
                                  signature=keys.seal(vouched(fingerprint, previous))))
        await session.flush()
    return fingerprint


def vouched(fingerprint: str, previous: str | None) -> bytes:
    """What a key signs when it takes over."""
    return KEY + f"{fingerprint} {previous or ''}".encode()


def roots_of(heads: Sequence[Head]) -> dict[str, bytes]:
    """Each recipient's root over its heads, which are in order."""
    leaves: dict[str, list[bytes]] = {}
    for head in heads:
        leaves.setdefault(head.recipient, []).append(leaf(head.project, head.seq, head.hash))
    return {recipient: merkle(found) for recipient, found in leaves.items()}


def _made(
    heads: Sequence[Head], last: Checkpoint | None, life: Incarnation, key: str, keys: Keys
) -> Checkpoint:
    roots, made_at = roots_of(heads), datetime.now(UTC)
    previous = hashlib.sha256(last.body.encode()).digest() if last else ZERO
    number, movements = last.number + 1 if last else 1, sum(head.seq for head in heads)
    body = body_of(number, life.number, str(life.id), made_at, len(heads), movements, root(roots),
                   previous)
    return Checkpoint(
        number=number, incarnation=life.number, made_at=made_at, chains=len(heads),
        movements=movements, root=root(roots), previous=previous, body=body, key=key,
        roots={code: found.hex() for code, found in roots.items()},
        signature=keys.seal(CHECKPOINT + body.encode()))


def body_of(
    number: int, life: int, life_id: str, made_at: datetime, chains: int, movements: int,
    over: bytes, previous: bytes,
) -> str:
    """The text that is signed."""
    return json.dumps({
        "v": 1, "number": number, "incarnation": {"number": life, "id": life_id},
        "made_at": f"{made_at:%Y-%m-%dT%H:%M:%S.%f}Z", "chains": chains, "movements": movements,
        "root": over.hex(), "previous": previous.hex()}, separators=(",", ":"))


def _keep(witness: Witness, made: Checkpoint, moved: Sequence[Head]) -> None:
    """Add a line to the file outside the database and wait until the disk has it.

    The checkpoint stands without it: that the file cannot be written is said in the log.
    """
    line = json.dumps({
        "body": made.body, "key": made.key, "signature": made.signature.hex(),
        "public_key": witness.keys.public_keys[0].hex(),
        "heads": [[head.project, head.recipient, head.seq, head.hash.hex()] for head in moved]},
        ensure_ascii=False, separators=(",", ":"))
    try:
        witness.file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(witness.file, os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600)
        with os.fdopen(descriptor, "a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(_ended(file) + line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as failure:
        log.error("checkpoint.not_kept", number=made.number, file=str(witness.file),
                  failure=str(failure))


def _ended(file: Any) -> bytes:
    """What ends a line that somebody was killed in the middle of."""
    if not file.seek(0, os.SEEK_END):
        return b""
    file.seek(-1, os.SEEK_END)
    return b"" if file.read(1) == b"\n" else b"\n"


async def keep_making(database: Database, witness: Witness) -> None:
    """Make a checkpoint whenever money has moved, until it is cancelled; then the last one."""
    try:
        while True:
            await asyncio.sleep(EVERY.total_seconds())
            await _sign_what_moved(database, witness, EVERY)
    finally:
        await _sign_what_moved(database, witness, None)


async def _sign_what_moved(
    database: Database, witness: Witness, apart: timedelta | None
) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            if await _moved(database):
                await make_checkpoint(database, witness, apart=apart)
    except Exception as failure:  # the next one signs more
        log.error("checkpoint.failed", failure=str(failure) or type(failure).__name__)


async def _moved(database: Database) -> bool:
    """Whether there are movements that no checkpoint knows."""
    async with database.reading(LEDGER) as session:
        total = await session.scalar(text("SELECT coalesce(sum(seq), 0)::bigint FROM chain"))
        last = await newest(session)
    return bool(total != (last.movements if last else 0))


async def leaves_at(
    session: AsyncSession, checkpoint: Checkpoint, recipients: Sequence[str]
) -> Mapping[str, list[CheckpointHead]]:
    """The heads that a checkpoint signed of these recipients, in order."""
    code = CheckpointHead.project.collate("C")
    latest = (
        select(CheckpointHead)
        .ext(distinct_on(code))
        .where(CheckpointHead.number <= checkpoint.number,
               CheckpointHead.recipient.in_(recipients))
        .order_by(code, CheckpointHead.number.desc())
    )
    found: dict[str, list[CheckpointHead]] = {code: [] for code in recipients}
    for head in await session.scalars(latest):
        found[head.recipient].append(head)
    return found

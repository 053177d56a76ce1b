"""The ledger as a ZIP that an auditor verifies on any machine with Python: data, proof, program."""

import asyncio
import hashlib
import inspect
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid import __version__
from aid.database.engine import Database
from aid.funds import offline, proof
from aid.funds.checkpoint_model import Checkpoint
from aid.funds.checkpoints import LedgerBroken, Witness, leaves_at, make_checkpoint, newest
from aid.funds.offline import ACTORS
from aid.funds.proof import BALANCES, EXPORT, FLOWS, leaf
from aid.interchange.exports.fetching import Tell, copied
from aid.interchange.exports.movements import (
    ACTOR_COLUMNS,
    BUNDLED_COLUMNS,
    CHAIN_COLUMNS,
    LINK_COLUMNS,
    actor_rows,
    bundled_rows,
    chain_rows,
    kind_sums,
    link_rows,
    reversals_across,
)
from aid.interchange.exports.selecting import Query
from aid.interchange.exports.terms import Filter, Order, Wanted
from aid.money import yuan
from aid.sheets.columns import Column, Shape
from aid.text import Locale

MOVEMENTS, LINKS, CHAINS = "movements.csv", "links.csv", "projects.csv"
CHECKPOINT, MANIFEST, SIGNATURE = "checkpoint.json", "manifest.json", "manifest.signature"
PUBLIC_KEY, PROGRAM = "public_key", "verify.py"
FORM = 1
"""Of the manifest. A program that changes it raises this number."""


async def witnessed(database: Database, witness: Witness) -> str:
    """Make a checkpoint before an export; empty, or why the ledger is not signed any more."""
    try:
        await make_checkpoint(database, witness)
    except LedgerBroken as broken:
        return broken.said.en
    return ""


async def bundle(
    session: AsyncSession, order: Order, wanted: Wanted, witness: Witness, refused: str,
    place: Path, tell: Tell,
) -> int:
    """Write all files of the bundle into an empty folder; how many movements there are."""
    checkpoint = await newest(session)
    assert checkpoint is not None  # noqa: S101  one was made just now
    chains = chain_rows(wanted, checkpoint.number)
    counts = {
        MOVEMENTS: await _file(session, bundled_rows(wanted), BUNDLED_COLUMNS, order.locale,
                               place / MOVEMENTS, tell),
        LINKS: await _file(session, link_rows(wanted), LINK_COLUMNS, order.locale, place / LINKS),
        CHAINS: await _file(session, chains, CHAIN_COLUMNS, order.locale, place / CHAINS),
        ACTORS: await _file(session, actor_rows(wanted), ACTOR_COLUMNS, order.locale,
                            place / ACTORS),
    }
    _write(place / CHECKPOINT, await _proof(session, checkpoint, chains))
    (place / PUBLIC_KEY).write_text(f"{witness.keys.public_keys[0].hex()}\n")
    (place / PROGRAM).write_text(program(), encoding="utf-8")
    names = (MOVEMENTS, LINKS, CHAINS, ACTORS, CHECKPOINT, PUBLIC_KEY, PROGRAM)
    figures = await _figures(session, wanted, chains)
    manifest = {
        "form": FORM, "program": __version__, "kind": order.kind.value,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "filters": order.filters,
        "narrowed": _narrowed(order, wanted), "refused": refused, "columns": {
            name: [column.key for column in columns] for name, columns in (
                (MOVEMENTS, BUNDLED_COLUMNS), (LINKS, LINK_COLUMNS), (CHAINS, CHAIN_COLUMNS),
                (ACTORS, ACTOR_COLUMNS))},
        "choices": _choices(order.locale), "checkpoint": json.loads(checkpoint.body),
        "counts": {name.partition(".")[0]: count for name, count in counts.items()}, **figures,
        "files": await asyncio.to_thread(lambda: {name: _digest(place / name) for name in names}),
    }
    _write(place / MANIFEST, manifest)
    signature = witness.keys.seal(EXPORT + (place / MANIFEST).read_bytes())
    (place / SIGNATURE).write_text(f"{signature.hex()}\n")
    return counts[MOVEMENTS]


def pack(place: Path, file: IO[bytes]) -> None:
    """Put the folder's files together, what is to be read first first."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name in (PROGRAM, MANIFEST, SIGNATURE, PUBLIC_KEY, CHECKPOINT, CHAINS, MOVEMENTS,
                     LINKS, ACTORS):
            packed.write(place / name, name)


def program() -> str:
    """verify.py: what proves, and what verifies, as one file."""
    second = re.sub(r"^from aid\.funds\.proof import \([^)]*\)\n", "", inspect.getsource(offline),
                    flags=re.MULTILINE)
    return f"{inspect.getsource(proof)}\n\n{second}"


async def _file(
    session: AsyncSession, query: Query, columns: Sequence[Column], locale: Locale, path: Path,
    tell: Tell = lambda _: None,
) -> int:
    with path.open("wb") as file:
        return await copied(session, query, columns, locale, file, tell)


async def _proof(session: AsyncSession, checkpoint: Checkpoint, chains: Query) -> dict[str, Any]:
    """The checkpoint with all recipients' roots, and the leaves of those the export is of."""
    found = chains.order_by(None).subquery()
    recipients = sorted(await session.scalars(select(found.c.recipient).distinct()))
    heads = await leaves_at(session, checkpoint, recipients)
    return {
        "body": checkpoint.body, "key": checkpoint.key, "signature": checkpoint.signature.hex(),
        "recipients": checkpoint.roots,
        "leaves": {code: [leaf(head.project, head.seq, head.hash).hex() for head in found]
                   for code, found in heads.items()},
    }


async def _figures(session: AsyncSession, wanted: Wanted, chains: Query) -> dict[str, Any]:
    """Opening and closing balances, sums by kind, and how those come to the metrics', in yuan."""
    found = chains.order_by(None).subquery()
    names = [f"{when}_{name}" for when in ("opening", "closing") for name in BALANCES]
    row = (await session.execute(
        select(*(func.coalesce(func.sum(found.c[name]), 0).label(name) for name in names)))).one()
    kinds = {row[0]: int(row[1]) for row in await session.execute(kind_sums(wanted))}
    across = {row[0]: (int(row[1]), int(row[2]))
              for row in await session.execute(reversals_across(wanted))}
    return {
        **{when: {name: yuan(int(getattr(row, f"{when}_{name}"))) for name in BALANCES}
           for when in ("opening", "closing")},
        "sums": {kind: yuan(kinds.get(kind, 0)) for kind in FLOWS},
        "metrics": {kind: _reconciled(kinds.get(kind, 0), *across.get(kind, (0, 0)))
                    for kind in FLOWS},
    }


def _reconciled(fen: int, reversed_outside: int, undone_from_outside: int) -> dict[str, str]:
    """From a sum to the metric, which takes a reversal off where the movement had been counted."""
    return {"sum": yuan(fen), "reversed_outside": yuan(reversed_outside),
            "undone_from_outside": yuan(undone_from_outside),
            "metric": yuan(fen - reversed_outside + undone_from_outside)}


def _narrowed(order: Order, wanted: Wanted) -> Mapping[str, str | None]:
    """What a movement shows by itself of whether it was asked for."""
    known = wanted.known_before and wanted.known_before.astimezone(UTC)
    return {
        "from": wanted.since.isoformat() if wanted.since else None,
        "to": wanted.until.isoformat() if wanted.until else None,
        "known_before": f"{known:%Y-%m-%dT%H:%M:%S.%f}Z" if known else None,
        "source": order.filters.get(Filter.SOURCE), "project": order.filters.get(Filter.PROJECT),
    }


def _choices(locale: Locale) -> dict[str, dict[str, str]]:
    """The words of the choices, and what they stand for."""
    return {column.key: {said.to(locale): stored for stored, said in column.choices.items()}
            for column in BUNDLED_COLUMNS if column.shape is Shape.CHOICE}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _digest(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size,
                "sha256": hashlib.file_digest(file, "sha256").hexdigest()}

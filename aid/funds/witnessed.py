"""Holding the ledger against its checkpoints, and those against keys and the file outside."""

import hashlib
import json
from bisect import insort
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.funds.checkpoint_model import Checkpoint, CheckpointHead, CheckpointKey, Incarnation
from aid.funds.checkpoints import body_of, vouched
from aid.funds.findings import Report
from aid.funds.proof import CHECKPOINT, ZERO, Finding, leaf, merkle, root
from aid.funds.witnesses import Known, Line, lines
from aid.secrets import sealed
from aid.text import Text

AT_ONCE = 500

_NOT_AS_SIGNED = """
SELECT DISTINCT ON (h.project) h.project, h.number, h.seq, m.seq IS NULL AS gone,
  coalesce((SELECT max(seq) FROM movement e WHERE e.project_id = p.id), 0) AS ends,
  (SELECT max(g.seq) FROM checkpoint_head g
   WHERE g.project = h.project AND g.number < h.number) AS good
FROM checkpoint_head h LEFT JOIN project p ON p.code = h.project
LEFT JOIN movement m ON m.project_id = p.id AND m.seq = h.seq
WHERE m.hash IS DISTINCT FROM h.hash AND h.project = coalesce(CAST(:project AS text), h.project)
ORDER BY h.project, h.number
"""
_MOVEMENTS = "SELECT coalesce(sum(seq), 0)::bigint FROM chain"


async def check_checkpoints(
    session: AsyncSession, known: Known, written: int, report: Report, *, project: str | None
) -> None:
    """Add what is wrong with the checkpoints, or with the ledger in their light."""
    for row in await session.execute(text(_NOT_AS_SIGNED), {"project": project}):
        report.add([_not_as_signed(row)])
    if project is not None:
        return
    life = (await session.scalars(
        select(Incarnation).order_by(Incarnation.number.desc()).limit(1))).one_or_none()
    if life is None:
        report.add([_wrong("没有实例记录", "there is no incarnation")])
        return
    report.incarnation = {"number": life.number, "id": str(life.id), "cause": life.cause,
                          "began_at": life.began_at.isoformat()}
    trusted = await _trusted(session, known, report)
    last = await _check_series(session, trusted, report)
    total = int(await session.scalar(text(_MOVEMENTS)) or 0)
    if total > (last.movements if last else 0):
        report.remarks.append(Text(
            f"{total - (last.movements if last else 0)} 笔流水尚未有检查点",
            f"{total - (last.movements if last else 0)} movements are under no checkpoint yet"))
    if known.file is not None and written:
        await _check_file(session, lines(known.file, trusted, written), life, report)
    else:
        report.remarks.append(Text("没有数据库外的检查点文件可对照",
                                   "there is no file of checkpoints outside to compare with"))


def _wrong(zh: str, en: str, what: str = "checkpoint") -> Finding:
    return Finding(what, "", None, zh, en)


def _not_as_signed(row: Any) -> Finding:
    first = (row.good or 0) + 1
    if not row.ends:
        return Finding("dropped", row.project, None,
                       f"整条链不见了：第 {row.number} 个检查点时有 {row.seq} 笔",
                       f"the whole chain is gone: checkpoint {row.number} signed {row.seq} "
                       "movements")
    if row.gone:
        return Finding("truncated", row.project, row.ends + 1,
                       f"第 {row.number} 个检查点签到第 {row.seq} 笔，现只到第 {row.ends} 笔",
                       f"checkpoint {row.number} signed numbers up to {row.seq}, it ends at "
                       f"{row.ends} now")
    return Finding("rewritten", row.project, first,
                   f"第 {first} 至 {row.seq} 笔与第 {row.number} 个检查点所签的不符（被重写）",
                   f"numbers {first} to {row.seq} are not what checkpoint {row.number} signed: "
                   "they were rewritten")


async def _trusted(session: AsyncSession, known: Known, report: Report) -> dict[str, bytes]:
    """The public keys that may have signed: those there are, and those they vouch for."""
    rows = {row.id: row for row in await session.scalars(select(CheckpointKey))}
    trusted = known.fingerprints
    if not trusted:
        trusted = {row.id: row.public_key for row in rows.values()}
        report.remarks.append(Text(
            "未给出 AID_SECRET_KEY，无法确认公钥出自本系统",
            "without AID_SECRET_KEY nobody can say whether the keys are this system's"))
    report.keys = [fingerprint for fingerprint in rows if fingerprint in trusted] or list(trusted)
    waiting = [row for row in rows.values() if row.id in trusted]
    while waiting:
        row = waiting.pop()
        if not sealed(row.public_key, vouched(row.id, row.previous), row.signature):
            report.add([_wrong(f"公钥 {row.id[:16]} 的交接签名不符",
                               f"key {row.id[:16]} did not sign what it took over", "key")])
        elif row.previous is not None and row.previous not in trusted:
            before = rows[row.previous]
            trusted[before.id] = before.public_key
            waiting.append(before)
    report.add([_wrong(f"公钥 {row.id[:16]} 不是本系统的", f"key {row.id[:16]} is not this "
                       "system's", "key") for row in rows.values() if row.id not in trusted])
    return trusted


async def _check_series(
    session: AsyncSession, trusted: dict[str, bytes], report: Report
) -> Checkpoint | None:
    """Every checkpoint in order: none is missing, each is as signed, over the heads it names."""
    lives = {row.number: str(row.id) for row in await session.scalars(select(Incarnation))}
    heads, before, trees = _Heads(session), None, _Trees()
    checkpoints = await session.stream_scalars(
        select(Checkpoint).order_by(Checkpoint.number).execution_options(yield_per=AT_ONCE))
    async for one in checkpoints:
        report.checkpoints += 1
        number = before.number + 1 if before else 1
        if one.number != number:
            report.add([_wrong(f"第 {number} 至 {one.number - 1} 个检查点缺失",
                               f"checkpoints {number} to {one.number - 1} are missing")])
        elif one.previous != (hashlib.sha256(before.body.encode()).digest() if before else ZERO):
            report.add([_wrong(f"第 {one.number} 个检查点与前一个不相连",
                               f"checkpoint {one.number} does not follow the one before")])
        async for head in heads.of(one.number):
            trees.put(head)
        report.add(_signed(one, lives, trusted, trees))
        before = one
        session.expunge(one)
    return before


def _signed(
    one: Checkpoint, lives: dict[int, str], trusted: dict[str, bytes], trees: "_Trees"
) -> list[Finding]:
    wrong = []
    key = trusted.get(one.key)
    if key is None or not sealed(key, CHECKPOINT + one.body.encode(), one.signature):
        wrong.append(_wrong(f"第 {one.number} 个检查点与签名不符",
                            f"checkpoint {one.number} is not as it was signed"))
    if one.body != body_of(one.number, one.incarnation, lives.get(one.incarnation, "?"),
                           one.made_at, one.chains, one.movements, one.root, one.previous):
        wrong.append(_wrong(f"第 {one.number} 个检查点的列与所签原文不符",
                            f"the columns of checkpoint {one.number} are not what was signed"))
    roots = trees.roots()
    if root(roots) != one.root or {code: found.hex() for code, found in roots.items()} != one.roots:
        wrong.append(_wrong(f"第 {one.number} 个检查点的根不是其链尾的",
                            f"the root of checkpoint {one.number} is not that of its heads"))
    return wrong


class _Heads:
    """The heads of all checkpoints, read along with them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows: AsyncIterator[CheckpointHead] | None = None
        self._next: CheckpointHead | None = None

    async def of(self, number: int) -> AsyncIterator[CheckpointHead]:
        """Those of a checkpoint, and of any before it that is not there."""
        if self._rows is None:
            found = await self._session.stream_scalars(
                select(CheckpointHead).order_by(CheckpointHead.number, CheckpointHead.project)
                .execution_options(yield_per=AT_ONCE))
            self._rows = found.__aiter__()
            await self._step()
        while self._next is not None and self._next.number <= number:
            yield self._next
            self._session.expunge(self._next)
            await self._step()

    async def _step(self) -> None:
        assert self._rows is not None  # noqa: S101
        self._next = await anext(self._rows, None)


class _Trees:
    """The trees of all recipients as heads move; only what moved is hashed anew."""

    def __init__(self) -> None:
        self._codes: dict[str, list[str]] = {}
        self._leaves: dict[str, bytes] = {}
        self._roots: dict[str, bytes] = {}
        self._moved: set[str] = set()

    def put(self, head: CheckpointHead) -> None:
        """A head that moved."""
        if head.project not in self._leaves:
            insort(self._codes.setdefault(head.recipient, []), head.project)
        self._leaves[head.project] = leaf(head.project, head.seq, head.hash)
        self._moved.add(head.recipient)

    def roots(self) -> dict[str, bytes]:
        """The recipients' roots now."""
        for recipient in self._moved:
            self._roots[recipient] = merkle(
                [self._leaves[code] for code in self._codes.get(recipient, ())])
        self._moved.clear()
        return self._roots


async def _check_file(
    session: AsyncSession, found: Iterable[Line | Text], life: Incarnation, report: Report
) -> None:
    """Hold the file outside against the database: what it has was signed and handed out."""
    lost: list[Line] = []
    page: list[Line] = []
    for line in found:
        if isinstance(line, Text):
            report.add([_wrong(line.zh, line.en, "file")])
            continue
        page.append(line)
        if len(page) == AT_ONCE:
            lost += await _lost(session, page)
            page = []
    lost += await _lost(session, page)
    given_up = [line for line in lost
                if life.cause == "restore" and line.made_at <= life.began_at]
    if given_up:
        report.remarks.append(Text(
            f"{life.began_at:%Y-%m-%d %H:%M} UTC 的恢复之后，第 {given_up[0].number} 至 "
            f"{given_up[-1].number} 个检查点及其间的流水不在了：{await _behind(session, given_up)}",
            f"since the restore of {life.began_at:%Y-%m-%d %H:%M} UTC, checkpoints "
            f"{given_up[0].number} to {given_up[-1].number} and what they signed are not here: "
            f"{await _behind(session, given_up)}"))
    if replayed := [line for line in lost if line not in given_up]:
        report.add([Finding(
            "replayed", "", None,
            f"数据库外的第 {replayed[0].number} 至 {replayed[-1].number} 个检查点不在库中："
            f"换回了旧数据库或检查点被改（{await _behind(session, replayed)}）",
            f"checkpoints {replayed[0].number} to {replayed[-1].number} were handed out and are "
            "not in the database: an older one was put in its place, or they were altered "
            f"({await _behind(session, replayed)})")])


async def _lost(session: AsyncSession, page: Sequence[Line]) -> list[Line]:
    """Those of the file that the database has not, or has otherwise."""
    if not page:
        return []
    found = dict((await session.execute(
        select(Checkpoint.number, Checkpoint.body)
        .where(Checkpoint.number.in_([line.number for line in page])))).all())
    return [line for line in page if found.get(line.number) != line.body]


async def _behind(session: AsyncSession, lost: Sequence[Line]) -> str:
    """Which chains are not any more what the lost checkpoints signed, by name."""
    signed = {project: (seq, digest) for line in lost for project, _, seq, digest in line.heads}
    rows = await session.execute(text(
        "SELECT p.code, m.seq, encode(m.hash, 'hex') AS hash FROM"
        " jsonb_to_recordset(CAST(:signed AS jsonb)) s (code text, seq bigint)"
        " JOIN project p ON p.code = s.code JOIN movement m ON m.project_id = p.id"
        " AND m.seq = s.seq"), {"signed": json.dumps([
            {"code": code, "seq": seq} for code, (seq, _) in signed.items()])})
    there = {row.code: (row.seq, row.hash) for row in rows}
    missing = [f"{code} #{signed[code][0]}" for code in sorted(signed)
               if there.get(code) != signed[code]]
    return ", ".join(missing[:20]) + (" …" if len(missing) > 20 else "") if missing else "—"

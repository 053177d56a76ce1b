"""Verifies an export of the ledger, wherever it lies. Nothing but Python's standard library.

It goes along with every export as the second part of verify.py.
"""

import argparse
import csv
import hashlib
import heapq
import io
import itertools
import json
import operator
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from aid.funds.proof import (
    BALANCES,
    CHECKPOINT,
    EXPORT,
    FIELDS,
    FLOWS,
    UNDONE,
    ZERO,
    Chain,
    Finding,
    leaf,
    merkle,
    read,
    root,
    signed,
)

USAGE = """Verify an export of the ledger: python3 verify.py [FOLDER or ZIP]

Exit status 0: all is as it was recorded and signed; 1: what is not is named; 2: wrong usage."""


class Verified(NamedTuple):
    """What an export held, as far as it could be read."""

    movements: int
    projects: int
    key: str
    checkpoint: Mapping[str, Any]
    uncovered: int


def verify(place: Path, key: str = "") -> tuple[list[Finding], Verified]:
    """All that is wrong with an export, a ZIP or its unpacked folder. `key`: the key expected."""
    with (zipfile.ZipFile(place) if place.is_file() else _Folder(place)) as files:
        return _Export(files, key).verify()


class _Folder:
    """A folder, read as a ZIP is."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def __enter__(self) -> "_Folder":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    def open(self, name: str) -> BinaryIO:
        return (self._place / name).open("rb")


ACTORS = "actors.csv"
"""Whom the marks of persons stand for. Whoever has to erase their names takes it away."""
_Row = tuple[str, int, str, bytes, bytes, "tuple[str, ...] | None"]
"""Project, number, body, hash before, hash; and the cells of a row that is shown."""
_SHOWN = {"amount_fen": "amount_yuan"}


class _Export:
    def __init__(self, files: Any, key: str) -> None:
        self._files, self._expected = files, key.lower().replace(":", "")
        self._wrong: list[Finding] = []
        self._leaves: dict[str, set[bytes]] = {}
        self._movements = self._projects = self._uncovered = 0
        self._sums = dict.fromkeys(FLOWS, 0)
        self._manifest: dict[str, Any] = {}
        self._words: dict[str, dict[str, str]] = {}
        self._checkpoint: dict[str, Any] = {}

    def verify(self) -> tuple[list[Finding], Verified]:
        public_key = bytes(32)
        try:
            public_key = bytes.fromhex(self._read("public_key").decode().split()[0])
            text = self._read("manifest.json")
            if not signed(public_key, EXPORT + text,
                          bytes.fromhex(self._read("manifest.signature").decode().strip())):
                self._say("signature", "清单（manifest.json）与签名不符",
                          "manifest.json is not as it was signed")
            self._manifest = json.loads(text)
            if self._manifest["refused"]:
                self._say("refused", f"系统未肯签此账本：{self._manifest['refused']}",
                          f"the system did not sign this ledger: {self._manifest['refused']}")
            self._check_key(public_key)
            self._check_files()
            self._check_checkpoint(public_key)
            self._check_chains()
            self._check_figures()
        except (KeyError, OSError, ValueError, TypeError, IndexError, StopIteration,
                zipfile.BadZipFile) as failure:
            self._say("unreadable", f"无法继续核验：{failure!r}", f"cannot go on: {failure!r}")
        return self._wrong, Verified(self._movements, self._projects, _fingerprint(public_key),
                                     self._checkpoint, self._uncovered)

    def _say(self, what: str, zh: str, en: str, project: str = "", seq: int | None = None) -> None:
        self._wrong.append(Finding(what, project, seq, zh, en))

    def _read(self, name: str) -> bytes:
        with self._files.open(name) as file:
            return bytes(file.read())

    def _lines(self, name: str) -> Iterator[list[str]]:
        """The lines of a CSV file below its heading."""
        with self._files.open(name) as file:
            lines = csv.reader(io.TextIOWrapper(file, "utf-8-sig", newline=""), strict=True)
            next(lines)
            yield from lines

    def _rows(self, name: str) -> Iterator[dict[str, str]]:
        """The same by the keys of the columns, as they were meant."""
        keys = self._manifest["columns"][name]
        return (dict(zip(keys, map(_meant, values), strict=True)) for values in self._lines(name))

    def _movements_of(self, name: str, *, shown: bool) -> Iterator[_Row]:
        """The movements of a file, in their order."""
        at = {key: number for number, key in enumerate(self._manifest["columns"][name])}
        project, seq, body, before, digest = (
            at[key] for key in ("project", "seq", "body", "prev_hash", "hash"))
        pick = operator.itemgetter(*(at[_SHOWN.get(field, field)] for field in FIELDS)) if shown \
            else lambda _: None
        for values in self._lines(name):
            yield (_meant(values[project]), int(values[seq]), values[body],
                   bytes.fromhex(values[before]), bytes.fromhex(values[digest]), pick(values))

    def _check_key(self, public_key: bytes) -> None:
        if not _fingerprint(public_key).startswith(self._expected):
            self._say("key", f"公钥指纹为 {_fingerprint(public_key)}，不是所给的 {self._expected}",
                      f"the key is {_fingerprint(public_key)}, not the one expected")

    def _check_files(self) -> None:
        for name, said in self._manifest["files"].items():
            digest = hashlib.sha256()
            try:
                with self._files.open(name) as file:
                    while piece := file.read(1 << 20):
                        digest.update(piece)
            except (KeyError, FileNotFoundError):
                if name == ACTORS:
                    continue
                raise
            if digest.hexdigest() != said["sha256"]:
                self._say("file", f"{name} 与清单中的摘要不符（文件被改）",
                          f"{name} is not what the manifest says: it was changed")

    def _check_checkpoint(self, public_key: bytes) -> None:
        found = json.loads(self._read("checkpoint.json"))
        if not signed(public_key, CHECKPOINT + found["body"].encode(),
                      bytes.fromhex(found["signature"])):
            self._say("checkpoint", "检查点与签名不符", "the checkpoint is not as it was signed")
        self._checkpoint = json.loads(found["body"])
        roots = {code: bytes.fromhex(one) for code, one in found["recipients"].items()}
        for code, leaves in found["leaves"].items():
            listed = [bytes.fromhex(one) for one in leaves]
            self._leaves[code] = set(listed)
            if merkle(listed) != roots.get(code):
                self._say("checkpoint", f"{code} 的各链尾与检查点不符",
                          f"the heads of {code} are not those of the checkpoint")
        if root(roots).hex() != self._checkpoint["root"]:
            self._say("checkpoint", "各受援地的根与检查点不符",
                      "the recipients' roots are not those of the checkpoint")

    def _check_chains(self) -> None:
        self._words = {name: {stored: word for word, stored in words.items()}
                       for name, words in self._manifest["choices"].items()}
        merged = heapq.merge(
            self._movements_of("movements.csv", shown=True),
            self._movements_of("links.csv", shown=False), key=operator.itemgetter(0, 1))
        rows = itertools.groupby(merged, key=operator.itemgetter(0))
        projects = {row["project"]: row for row in self._rows("projects.csv")}
        self._projects = len(projects)
        for code, movements in rows:
            about = projects.pop(code, None)
            if about is None:
                self._say("project", "projects.csv 中没有此项目", "is not in projects.csv", code)
                continue
            self._check_chain(code, movements, about)
        for code, about in projects.items():
            if int(about["rows"]):
                self._say("missing", "全部流水缺失", "all its movements are missing", code)

    def _check_chain(self, code: str, rows: Iterable[_Row], about: Mapping[str, str]) -> None:
        chain: Chain | None = None
        covered = int(about["checkpoint_seq"] or 0)
        count, moved = 0, dict.fromkeys(BALANCES, 0)
        narrowed = any(self._manifest["narrowed"].values())
        for _, seq, body, before, digest, cells in rows:
            chain = chain or Chain(code, seq - 1, before if seq > 1 else ZERO)
            said, columns = self._said(body, cells)
            self._wrong += chain.add(columns, body.encode(), before, digest, seq, said)
            if seq == covered and digest.hex() != about["checkpoint_hash"]:
                self._say("rewritten", "与检查点所签的不符（链被重写）",
                          "is not what the checkpoint signed: the chain was rewritten", code, seq)
            said = columns or said or {}
            if (cells is not None) != (not narrowed or self._fits(said)):
                self._say("filter", "不应在此导出中" if cells else "符合条件却未列出",
                          "does not belong into this export" if cells
                          else "belongs into this export but was left out", code, seq)
            if cells is not None:
                count += 1
                self._uncovered += seq > covered
                _count(said, self._sums, moved)
        self._movements += count
        if chain is not None:
            self._wrong += chain.end(int(about["head_seq"]), bytes.fromhex(about["head_hash"]))
        if covered and leaf(code, covered, bytes.fromhex(about["checkpoint_hash"])) \
                not in self._leaves.get(about["recipient"], ()):
            self._say("checkpoint", "其链尾不在检查点中", "its head is not in the checkpoint", code)
        if covered > int(about["head_seq"]):
            self._say("truncated", f"检查点签到第 {covered} 笔，现只到第 {about['head_seq']} 笔",
                      f"the checkpoint signed numbers up to {covered}; it ends at "
                      f"{about['head_seq']}", code, int(about["head_seq"]) + 1)
        if count != int(about["rows"]):
            self._say("missing", f"应有 {about['rows']} 笔，实有 {count} 笔",
                      f"has {count} movements, not {about['rows']}", code)
        for name in BALANCES:
            if _fen(about[f"opening_{name}"]) + moved[name] != _fen(about[f"closing_{name}"]):
                self._say("figure", f"{name} 期初加本期不等于期末",
                          f"{name}: opening and movements do not make the closing balance", code)

    def _said(
        self, body: str, cells: tuple[str, ...] | None
    ) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """What a body says, and what its row shows where that is, or looks, otherwise."""
        try:
            said: dict[str, Any] | None = read(body)
        except ValueError:
            said = None
        if cells is None or (said and cells == self._cells(said)):
            return said, None
        return said, self._columns(cells)

    def _cells(self, said: Mapping[str, Any]) -> tuple[str, ...] | None:
        """How a row shows what its body says, unless there is something about it."""
        try:
            words = self._words
            yuan, fen = divmod(said["amount_fen"], 100)
            if said["v"] != 1 or len(said) != len(FIELDS) + 1:
                return None
            return (
                said["project"], str(said["tranche"]), said["source"], str(said["seq"]),
                words["kind"][said["kind"]], words["debit"][said["debit"]],
                words["credit"][said["credit"]],
                f"{yuan}.{fen:02d}", said["occurred_on"], said["recorded_at"], said["actor"],
                said["requested_by"] or "", said["voucher_no"] or "", said["document_no"] or "",
                said["document_sha256"] or "", said["reason"] or "", str(said["reverses"] or ""),
                said["key"])
        except (KeyError, TypeError):
            return None

    def _columns(self, cells: tuple[str, ...]) -> dict[str, Any]:
        """What a row shows, in the words of a body."""
        columns: dict[str, Any] = {
            name: _meant(cell) or None for name, cell in zip(FIELDS, cells, strict=True)}
        for name in ("seq", "tranche", "reverses"):
            columns[name] = int(columns[name]) if columns[name] else None
        for name in ("kind", "debit", "credit"):
            columns[name] = self._manifest["choices"][name].get(columns[name], columns[name])
        columns["amount_fen"] = _fen(columns["amount_fen"])
        return columns

    def _fits(self, said: Mapping[str, Any]) -> bool:
        wanted = self._manifest["narrowed"]
        return ((wanted["from"] or "") <= said["occurred_on"] <= (wanted["to"] or "9")
                and said["recorded_at"] < (wanted["known_before"] or "9")
                and wanted["source"] in (None, said["source"])
                and wanted["project"] in (None, said["project"]))

    def _check_figures(self) -> None:
        told, opening, closing = (self._manifest[name] for name in ("sums", "opening", "closing"))
        if self._movements != self._manifest["counts"]["movements"]:
            self._say("missing", f"应有 {self._manifest['counts']['movements']} 笔，"
                      f"实有 {self._movements} 笔", f"there are {self._movements} movements")
        added = {name: [0, 0] for name in BALANCES}
        for row in self._rows("projects.csv"):
            for name in BALANCES:
                added[name][0] += _fen(row[f"opening_{name}"])
                added[name][1] += _fen(row[f"closing_{name}"])
        wrong = [name for name in BALANCES
                 if added[name] != [_fen(opening[name]), _fen(closing[name])]]
        wrong += [kind for kind in FLOWS if self._sums[kind] != _fen(told[kind])]
        wrong += [f"metrics.{kind}" for kind, of in self._manifest["metrics"].items()
                  if _fen(of["sum"]) != self._sums[kind] or _fen(of["metric"]) != self._sums[kind]
                  - _fen(of["reversed_outside"]) + _fen(of["undone_from_outside"])]
        for name in wrong:
            self._say("figure", f"清单中 {name} 的合计不符",
                      f"the manifest's {name} does not add up")


def _count(said: Mapping[str, Any], sums: dict[str, int], moved: dict[str, int]) -> None:
    debit, credit, fen = said["debit"], said["credit"], said["amount_fen"]
    back = said["kind"] == "reverse"
    kind = UNDONE.get((debit, credit)) if back else said["kind"]
    if kind in sums:
        sums[kind] += -fen if back else fen
    if debit in moved:
        moved[debit] -= fen
    if credit in moved:
        moved[credit] += fen


def _fen(yuan: str) -> int:
    """Fen of yuan with exactly two decimals."""
    if not re.fullmatch(r"-?\d+\.\d\d", yuan):
        raise ValueError(f"no amount: {yuan!r}")
    return int(yuan.replace(".", ""))


_HARMLESS = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def _meant(text: str) -> str:
    """Text without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return text[1:] if text[:1] == "'" and _HARMLESS.match(text) else text


def _fingerprint(public_key: bytes) -> str:
    return hashlib.sha256(public_key).hexdigest()


def main(arguments: Sequence[str] | None = None, show: Callable[[str], object] = print) -> int:
    """Verify the export beside this file, or the one that is named; the exit status."""
    parser = argparse.ArgumentParser(description=USAGE)
    parser.add_argument("place", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--key", default="", help="fingerprint the key must have")
    parser.add_argument("--en", action="store_true", help="English")
    options = parser.parse_args(arguments)
    wrong, found = verify(options.place, options.key)
    for one in wrong:
        where = " ".join(filter(None, (one.project, f"#{one.seq}" if one.seq else "")))
        show(f"✗ {where} {one.en if options.en else one.zh} [{one.what}]")
    number, made_at = (found.checkpoint.get(name, "?") for name in ("number", "made_at"))
    show(f"{found.movements} movements of {found.projects} projects, {found.uncovered} after "
         f"checkpoint {number} ({made_at}); key {found.key}" if options.en else
         f"{found.projects} 个项目 {found.movements} 笔流水，检查点 {number}（{made_at}）之后 "
         f"{found.uncovered} 笔；公钥指纹 {found.key}")
    if wrong:
        show(f"wrong: {len(wrong)}" if options.en else f"发现 {len(wrong)} 处不符")
    else:
        show("all is as it was recorded and signed" if options.en else "核验通过，与登记和签名一致")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

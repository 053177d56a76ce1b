"""What is known outside the database of what was signed: keys, and the file of checkpoints."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from aid.errors import AidError
from aid.funds.proof import CHECKPOINT
from aid.secrets import Keys, sealed
from aid.text import Text


class Unreadable(AidError):
    """The file of checkpoints that was named cannot be read."""

    code = "CHECKPOINTS_UNREADABLE"

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(Text(f"无法读取检查点文件 {path}：{why}。",
                              f"The checkpoints in {path} cannot be read: {why}."))


@dataclass(frozen=True, slots=True)
class Known:
    """What the database is held against: the keys there are, and the file, if there is one."""

    keys: Keys | None = None
    file: Path | None = None

    @property
    def fingerprints(self) -> dict[str, bytes]:
        """The public keys of AID_SECRET_KEY by their fingerprints."""
        found = self.keys.public_keys if self.keys else []
        return {hashlib.sha256(key).hexdigest(): key for key in found}

    def written(self) -> int:
        """How many bytes of the file there are; what is added later is of a later moment."""
        return self.file.stat().st_size if self.file and self.file.exists() else 0


class Line(NamedTuple):
    """A checkpoint as the file has it; `heads` are project, recipient, number, hash."""

    at: int
    number: int
    made_at: datetime
    body: str
    heads: Sequence[tuple[str, str, int, str]]


def lines(path: Path, trusted: dict[str, bytes], written: int) -> Iterator[Line | Text]:
    """The checkpoints in the first bytes of the file; in the place of one that is none, why.

    Half a line at the end is what a kill leaves. Raises Unreadable.
    """
    try:
        with path.open("rb") as file:
            for at, text in enumerate(file, 1):
                written -= len(text)
                if written >= 0 and text.endswith(b"\n"):
                    yield _line(at, text, trusted)
    except OSError as failure:
        raise Unreadable(path, failure.strerror or "?") from failure


def _line(at: int, text: bytes, trusted: dict[str, bytes]) -> Line | Text:
    try:
        found = json.loads(text)
        body, key = found["body"], bytes.fromhex(found["public_key"])
        said = json.loads(body)
        line = Line(at, said["number"], datetime.fromisoformat(said["made_at"]), body,
                    [(project, recipient, int(seq), digest)
                     for project, recipient, seq, digest in found["heads"]])
        signature = bytes.fromhex(found["signature"])
    except (ValueError, KeyError, TypeError):
        return Text(f"检查点文件第 {at} 行无法解读", f"line {at} of the checkpoints' file is none")
    if trusted and trusted.get(hashlib.sha256(key).hexdigest()) != key:
        return Text(f"检查点文件第 {at} 行由未知密钥签名",
                    f"line {at} of the checkpoints' file is signed with an unknown key")
    if not sealed(key, CHECKPOINT + body.encode(), signature):
        return Text(f"检查点文件第 {at} 行与签名不符",
                    f"line {at} of the checkpoints' file is not as it was signed")
    return line

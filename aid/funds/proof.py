"""What a ledger is held against: its chains, the trees of its checkpoints, signatures.

Nothing but Python's standard library: every export carries it, as the first part of verify.py.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

ZERO = bytes(32)
FIELDS = ("project", "tranche", "source", "seq", "kind", "debit", "credit", "amount_fen",
          "occurred_on", "recorded_at", "actor", "requested_by", "voucher_no", "document_no",
          "document_sha256", "reason", "reverses", "key")
"""What the body of a movement says, beside the number of its form."""
FLOWS = {"commit": ("appropriation", "committed"), "disburse": ("committed", "in_transit"),
         "receive": ("in_transit", "held"), "pay": ("held", "spent"),
         "return": ("held", "appropriation"), "cancel": ("committed", "appropriation")}
"""From which balance to which each kind goes. A reversal goes back."""
UNDONE = {(credit, debit): kind for kind, (debit, credit) in FLOWS.items()}
"""What a reversal undoes, by where it goes."""
BALANCES = ("committed", "in_transit", "held", "spent")
CHECKPOINT, KEY, EXPORT = b"aid checkpoint\0", b"aid checkpoint key\0", b"aid export\0"
"""What is signed begins with what it is."""


class Finding(NamedTuple):
    """Something that is not as it was recorded or signed: of which project, which number, what."""

    what: str
    project: str
    seq: int | None
    zh: str
    en: str


# Chains.

_decode = json.JSONDecoder().raw_decode


def read(body: str) -> dict[str, Any]:
    """What a body says. Raises ValueError."""
    said, end = _decode(body)
    if end != len(body) or not isinstance(said, dict):
        raise ValueError(body)
    return said


class Chain:
    """Follows the movements of one project, in order, from a number and hash on."""

    def __init__(self, project: str, seq: int = 0, digest: bytes = ZERO) -> None:
        self.project, self.seq, self.digest, self.moment = project, seq, digest, ""
        self.whole = seq == 0
        self.balances: dict[Any, dict[str, int]] = {}
        self.counted: dict[Any, dict[str, int]] = {}

    def add(
        self, columns: Mapping[str, Any] | None, body: bytes, before: bytes, digest: bytes,
        seq: int, said: Mapping[str, Any] | None = None,
    ) -> list[Finding]:
        """What is wrong with the next movement. Without columns the body alone is looked at.

        `said` is the body, if it was read already.
        """
        if seq <= self.seq:
            return [Finding("order", self.project, seq, f"编号重复或倒退，应为 {self.seq + 1}",
                            f"the number comes twice or too late: {self.seq + 1} was expected")]
        wrong: list[Finding] = []
        if seq != self.seq + 1:
            self.whole = False
            wrong.append(Finding(
                "missing", self.project, self.seq + 1,
                f"第 {self.seq + 1} 至 {seq - 1} 笔缺失（被删除）",
                f"numbers {self.seq + 1} to {seq - 1} are missing"))
        elif before != self.digest:
            wrong.append(Finding("link", self.project, seq, "与前一笔不相连（前一笔被改过）",
                                 "does not follow what stands before it"))
        if hashlib.sha256(before + body).digest() != digest:
            wrong.append(Finding("hash", self.project, seq, "哈希与登记原文不符（内容被改）",
                                 "its hash is not that of its body: it was edited"))
        self.seq, self.digest = seq, digest
        try:
            said = said or read(body.decode())
            if columns is None:
                if (said["project"], said["seq"]) != (self.project, seq):
                    wrong.append(_column(self.project, seq, "seq", seq, said["seq"]))
            elif said != {"v": 1, **columns}:
                wrong += [_column(self.project, seq, name, columns[name], said.get(name))
                          for name in FIELDS if columns[name] != said.get(name)]
            self._move(said, wrong)
        except (ValueError, KeyError, TypeError):
            self.whole = False
            wrong.append(Finding("body", self.project, seq, "登记原文无法解读",
                                 "its body cannot be read"))
        return wrong

    def _move(self, said: Mapping[str, Any], wrong: list[Finding]) -> None:
        kind, debit, credit, fen = said["kind"], said["debit"], said["credit"], said["amount_fen"]
        counted, sign = (UNDONE.get((debit, credit)), -1) if kind == "reverse" else (kind, 1)
        if counted is None or (sign > 0 and FLOWS.get(kind) != (debit, credit)) or fen <= 0:
            wrong.append(Finding("flow", self.project, self.seq, "科目与流水类型不符",
                                 "its balances are not those of its kind"))
            return
        if said["recorded_at"] < self.moment:
            wrong.append(Finding("moment", self.project, self.seq, "登记时间早于前一笔",
                                 "was recorded before what stands before it"))
        self.moment = said["recorded_at"]
        tranche = said["tranche"]
        if tranche not in self.balances:
            self.balances[tranche] = dict.fromkeys(("appropriation", *BALANCES), 0)
            self.counted[tranche] = dict.fromkeys(FLOWS, 0)
        balances = self.balances[tranche]
        balances[debit] -= fen
        balances[credit] += fen
        self.counted[tranche][counted] += sign * fen
        if self.whole and balances[debit] < 0 and debit != "appropriation":
            wrong.append(Finding("negative", self.project, self.seq, f"{debit} 余额为负",
                                 f"takes more from {debit} than there is"))

    def end(self, seq: int, digest: bytes) -> list[Finding]:
        """What is wrong if these are the number and the hash of the chain's head."""
        if self.seq < seq:
            return [Finding("truncated", self.project, self.seq + 1,
                            f"链尾为第 {seq} 笔，第 {self.seq + 1} 笔起缺失（被截去）",
                            f"the chain ends at {seq}, but nothing is there from "
                            f"{self.seq + 1} on: it was cut off")]
        if self.seq > seq:
            return [Finding("inserted", self.project, seq + 1,
                            f"链尾为第 {seq} 笔，其后 {self.seq - seq} 笔是加进来的",
                            f"the chain ends at {seq}; what comes after it was put in")]
        if self.digest != digest:
            return [Finding("head", self.project, seq, "末笔哈希与链尾不符",
                            "its last hash is not that of the chain's head")]
        return []


def _column(project: str, seq: int, name: str, shown: Any, said: Any) -> Finding:
    return Finding("column", project, seq, f"{name} 列为 {shown}，登记原文为 {said}",
                   f"{name} shows {shown}, recorded was {said}")


# Checkpoints: SHA-256 trees over the heads of all chains, in order of their codes.

def leaf(project: str, seq: int, digest: bytes) -> bytes:
    """The leaf of a chain's head."""
    return hashlib.sha256(b"\0" + project.encode() + b"\0" + seq.to_bytes(8, "big")
                          + digest).digest()


def merkle(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves; one that is left over goes up as it is."""
    level = list(leaves) or [hashlib.sha256(b"").digest()]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\1" + level[at] + level[at + 1]).digest()
                 for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2:]
    return level[0]


def root(recipients: Mapping[str, bytes]) -> bytes:
    """The root over the recipients' roots."""
    return merkle([hashlib.sha256(b"\2" + code.encode() + b"\0" + recipients[code]).digest()
                   for code in sorted(recipients)])


# Ed25519 (RFC 8032).

_P, _Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D, _ROOT = -121665 * pow(121666, -1, _P) % _P, pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]


def _add(a: _Point, b: _Point) -> _Point:
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    u, v = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: _Point) -> _Point:
    found: _Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _add(found, point)
        point, number = _add(point, point), number >> 1
    return found


def _point(data: bytes) -> _Point | None:
    y, odd = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (not x and odd):
        return None
    x = _P - x if x & 1 != odd else x
    return x, y, 1, x * y % _P


_B = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little")) or (0, 1, 1, 0)


def signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the key signed this."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    a, r, s = _point(public_key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= _Q:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little")
    left, right = _times(s, _B), _add(r, _times(k % _Q, a))
    return not ((left[0] * right[2] - right[0] * left[2]) % _P
                or (left[1] * right[2] - right[1] * left[2]) % _P)

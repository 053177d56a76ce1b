"""Exact yuan. An amount is an int of fen (分); text and display are made here and nowhere else."""

import re
from decimal import Decimal
from typing import Literal

WAN = 1_000_000  # fen in one 万元
YI = 10_000_000_000  # fen in one 亿元

DisplayUnit = Literal["元", "万元", "亿元"]
_YUAN = re.compile(r"-?(0|[1-9]\d{0,15})(\.\d{1,2})?")


def parse_yuan(text: str) -> int:
    """Fen from decimal yuan such as "4130000.00". Raises ValueError on anything else.

    At most two decimals; no thousands separators, exponents or spaces, so that no amount is ever
    guessed.
    """
    if not _YUAN.fullmatch(text):
        raise ValueError("expected yuan with at most two decimals, such as 4130000.00")
    return int(Decimal(text) * 100)


def yuan(fen: int) -> str:
    """Decimal yuan with two places, exactly: 413000000 -> "4130000.00"."""
    sign = "-" if fen < 0 else ""
    whole, cents = divmod(abs(fen), 100)
    return f"{sign}{whole}.{cents:02d}"


def display_unit(largest_fen: int) -> DisplayUnit:
    """The unit in which figures of this size read well: 亿元 from 1 亿元, 万元 from 1 万元."""
    size = abs(largest_fen)
    if size >= YI:
        return "亿元"
    return "万元" if size >= WAN else "元"


def in_unit(fen: int, unit: DisplayUnit) -> Decimal:
    """The amount in the unit, exactly."""
    return Decimal(fen) / {"元": 100, "万元": WAN, "亿元": YI}[unit]


def display(fen: int, unit: DisplayUnit | None = None) -> str:
    """The amount for reading, in `unit` or one chosen by size, with two decimals: "4.13 亿元"."""
    chosen = unit or display_unit(fen)
    return f"{in_unit(fen, chosen):,.2f} {chosen}"

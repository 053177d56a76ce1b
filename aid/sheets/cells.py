"""What a cell means in its column: exactly, or not at all. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from aid.money import parse_yuan
from aid.sheets.columns import Column, Shape
from aid.sheets.formulas import meant
from aid.text import Text

_AROUND = " \t\r\n\u3000\xa0\ufeff\u200b"
_DAY = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日?)"
    r"(?:[ T]0?0:00(?::00)?)?")
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,10})?")
_YES = frozenset({"是", "yes", "y", "true", "1"})
_NO = frozenset({"否", "no", "n", "false", "0"})


class Unfit(ValueError):
    """A cell is not what its column expects."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.expected = Text(zh, en)


def value_of(column: Column, cell: str | None) -> Any:
    """The value of a cell as the column's shape has it, None for a blank. Raises Unfit.

    Of YUAN the value is fen, of CHOICE what is stored, of QUANTITY and PERCENT a Decimal.
    """
    if cell is None:
        return None
    kind, text = cell[0], cell[1:].strip(_AROUND)
    if kind == "e":
        raise Unfit("公式没有算出结果，请填写数值", "a value: the formula here has none")
    if kind == "l":
        raise Unfit("文字过长，至多 10,000 字", "at most 10,000 characters")
    if not text:
        return None
    return _READ[column.shape](column, kind, text)


def shown(cell: str | None) -> str:
    """A cell as whoever filled it in would know it again, shortened."""
    if cell is None:
        return ""
    text = cell[1:].strip(_AROUND)
    return (f"{text}%" if cell[0] == "p" else text)[:80]


@lru_cache(maxsize=4096)
def simplified(text: str) -> str:
    """The text as labels are compared: width, case, blanks, hyphens and underscores do not count.
    """
    return re.sub(r"[\s_\-\u200b\ufeff]", "", unicodedata.normalize("NFKC", text)).casefold()


def _plain(text: str) -> str:
    """The text with digits, signs and letters of full width made narrow."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip(_AROUND)


def _text(_: Column, kind: str, text: str) -> str:
    if kind == "d":
        return text.removesuffix("T00:00:00")
    if kind == "p":
        return f"{text}%"
    return meant(text)


def _code(_: Column, kind: str, text: str) -> str:
    if kind not in "tn" or (kind == "n" and not text.isdecimal()):
        raise Unfit("应为代码（文本）", "a code, as text")
    return _plain(meant(text))


def _decimal(kind: str, text: str) -> Decimal:
    plain = _plain(text)
    if kind == "t" and _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if kind not in "tn" or not _NUMBER.fullmatch(plain):
        raise Unfit("应为数字，如 12.5", "a number such as 12.5")
    return Decimal(plain)


def _quantity(_: Column, kind: str, text: str) -> Decimal:
    return _decimal(kind, text)


def _integer(_: Column, kind: str, text: str) -> int:
    try:
        number = _decimal(kind, text)
    except Unfit:
        raise Unfit("应为整数，如 12", "a whole number such as 12") from None
    if number != number.to_integral_value():
        raise Unfit("应为整数，如 12", "a whole number such as 12")
    return int(number)


def _percent(_: Column, kind: str, text: str) -> Decimal:
    if kind == "p":
        kind = "n"
    elif kind == "t":
        text = _plain(text).removesuffix("%").rstrip()
    try:
        return _decimal(kind, text)
    except Unfit:
        raise Unfit("应为 0 至 100 的数，如 45.5", "a number from 0 to 100, such as 45.5") from None


def _yuan(_: Column, kind: str, text: str) -> int:
    plain = _plain(text)
    if kind == "t" and _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    try:
        if kind not in "tn":
            raise ValueError
        return parse_yuan(plain)
    except ValueError:
        raise Unfit("应为金额（元），至多两位小数，如 4130000.00",
                    "yuan with at most two decimals, such as 4130000.00") from None


def _day(_: Column, kind: str, text: str) -> date:
    found = _DAY.fullmatch(_plain(text)) if kind in "td" else None
    try:
        if found is None:
            raise ValueError
        year, _sign, month, day, month_zh, day_zh = found.groups()
        return date(int(year), int(month or month_zh), int(day or day_zh))
    except ValueError:
        raise Unfit("应为日期，如 2006-03-01 或 2006年3月1日",
                    "a day such as 2006-03-01") from None


def _flag(_: Column, kind: str, text: str) -> bool:
    word = simplified(text)
    if kind not in "tnb" or word not in _YES | _NO:
        raise Unfit("应为 是 或 否", "yes or no")
    return word in _YES


def _choice(column: Column, _kind: str, text: str) -> str:
    word = simplified(text)
    for value, name in column.choices.items():
        if word in (simplified(name.zh), simplified(name.en), simplified(value)):
            return str(value)
    zh = "、".join(name.zh for name in column.choices.values())
    raise Unfit(f"应为其中之一：{zh}", f"one of: {', '.join(column.choices)}")


_READ: Mapping[Shape, Callable[[Column, str, str], Any]] = MappingProxyType({
    Shape.TEXT: _text,
    Shape.CODE: _code,
    Shape.INTEGER: _integer,
    Shape.QUANTITY: _quantity,
    Shape.YUAN: _yuan,
    Shape.PERCENT: _percent,
    Shape.DAY: _day,
    Shape.FLAG: _flag,
    Shape.CHOICE: _choice,
})

"""Rules of plans: what published figures add up to, and what may be adjusted. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from aid.errors import Complaint
from aid.plans.terms import DiscrepancyKind, Qualifier
from aid.text import Text
from aid.units import UNITS

MAX_DIGITS = 30


@dataclass(frozen=True, slots=True)
class Stated:
    """A number as printed: its digits carry its precision, its qualifier how it is meant."""

    value: Decimal
    unit: str
    qualifier: Qualifier = Qualifier.EXACT


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which values the true number lies, both inclusive."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Finding:
    """Parts and a stated total that cannot both be right, in the total's unit."""

    kind: DiscrepancyKind
    stated_total: Decimal
    sum_of_parts: Decimal
    difference: Decimal
    unit: str
    explanation: Text


def bounds(stated: Stated) -> Bounds:
    """What a printed number can mean, in its own unit.

    A plain count is exact. An amount is rounded, half a unit of its last digit either way: 1.6 lies
    between 1.55 and 1.65, 4.13 between 4.125 and 4.135. 近 X lies below X and 余 above it, by less
    than one unit of the last digit that is not a rounding zero (近6000 in 5000 to 6000, 8100余 in
    8100 to 8200).
    """
    value = stated.value
    if stated.qualifier is Qualifier.NEARLY:
        return Bounds(value - _grain(value), value)
    if stated.qualifier is Qualifier.OVER:
        return Bounds(value, value + _grain(value))
    if UNITS[stated.unit].counted and value == value.to_integral_value():
        return Bounds(value, value)
    half = _last_digit(value) / 2
    return Bounds(value - half, value + half)


def _last_digit(value: Decimal) -> Decimal:
    """One unit of the last printed digit: 0.1 for 1.6."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def _grain(value: Decimal) -> Decimal:
    """One unit of the last digit before trailing zeros: 1000 for 6000, 0.1 for 1.6."""
    exponent = value.normalize().as_tuple().exponent
    printed = _last_digit(value)
    return max(printed, Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0))


def same_measure(one: str, other: str) -> bool:
    """Whether two units can be added: the same unit, both money, or both counts."""
    a, b = UNITS[one], UNITS[other]
    return one == other or (a.fen is not None and b.fen is not None) or (a.counted and b.counted)


def converted(value: Decimal, unit: str, to: str) -> Decimal:
    """The value in another unit of the same measure, exactly."""
    have, want = UNITS[unit].fen, UNITS[to].fen
    return value if unit == to or have is None or want is None else value * have / want


def reconcile(total: Stated, parts: Sequence[Stated], *, exhaustive: bool) -> Finding | None:
    """What is wrong between a total and its parts, or None when they can both be right.

    Parts that claim to be all (`exhaustive`) must be able to make up the total; others must only
    not exceed it. Precision and qualifiers widen what each number can mean (`bounds`), so a gap
    that rounding explains is no discrepancy.
    """
    unit = total.unit
    meant = bounds(total)
    each = [bounds(part) for part in parts]
    low = sum((converted(b.low, p.unit, unit) for b, p in zip(each, parts, strict=True)), Decimal())
    high = sum((converted(b.high, p.unit, unit) for b, p in zip(each, parts, strict=True)),
               Decimal())
    summed = sum((converted(part.value, part.unit, unit) for part in parts), Decimal())
    if low > meant.high:
        return _finding(DiscrepancyKind.PARTS_EXCEED_TOTAL, total, summed)
    if exhaustive and high < meant.low:
        return _finding(DiscrepancyKind.PARTS_FALL_SHORT, total, summed)
    return None


def _finding(kind: DiscrepancyKind, total: Stated, summed: Decimal) -> Finding:
    unit, difference = UNITS[total.unit].name, summed - total.value
    more = kind is DiscrepancyKind.PARTS_EXCEED_TOTAL
    explanation = Text(
        f"各分项合计 {summed:,} {unit.zh}，文中总数为 {total.value:,} {unit.zh}，"
        f"{'多' if more else '少'} {abs(difference):,} {unit.zh}；"
        "按所述精度不能归因于四舍五入。两者均按原文保留，未作更正。",
        f"The parts add up to {f'{summed:,} {unit.en}'.strip()}; the stated total is "
        f"{total.value:,}, {abs(difference):,} {'less' if more else 'more'} than that. "
        "Rounding does not explain it. Both stand as published; nothing was corrected.",
    )
    return Finding(kind, total.value, summed, difference, total.unit, explanation)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One field to be adjusted, with its old and new value as text."""

    field: str
    old: str | None
    new: str | None


def check_adjustment(
    changes: Sequence[Adjustment],
    after: Mapping[str, Any],
    *,
    reason: str,
    adjusted_on: date,
    today: date,
    indicator_unit: str | None,
) -> list[Complaint]:
    """Everything wrong with an adjustment: it needs a reason, a day, and something that changes.

    `after` is the target as it would be. A target that has a number needs an indicator, and a unit
    that converts to the indicator's, or nobody can say what it counts.
    """
    found = []
    if not reason.strip():
        found.append(Complaint("", "reason", reason, Text("请说明调整原因", "a reason")))
    if adjusted_on > today:
        found.append(Complaint("", "adjustedOn", str(adjusted_on),
                               Text("不能晚于今天", "not later than today")))
    if not changes:
        found.append(Complaint("", "input", "", Text(
            "没有任何变化", "at least one value that differs from the present one")))
    if not (after["statement"] or "").strip():
        found.append(Complaint("", "statement", "", Text("不能为空", "not empty")))
    if after["actual"] is not None and after["target"] is None:
        found.append(Complaint("", "actual", str(after["actual"])[:80], Text(
            "没有目标值的，不填实际值", "nothing, as there is no number aimed at")))
    for name in ("baseline", "target", "actual"):
        if not is_number(after[name]):
            found.append(Complaint("", name, str(after[name])[:80], Text(
                f"应为至多{MAX_DIGITS}位的数字", f"a number of at most {MAX_DIGITS} digits")))
    return found + _wrong_measure(after, indicator_unit)


def _wrong_measure(after: Mapping[str, Any], indicator_unit: str | None) -> list[Complaint]:
    code, unit = after["indicator_code"], after["unit"]
    if code is not None and indicator_unit is None:
        return [Complaint("", "indicatorCode", code, Text(
            "没有这个指标", "the code of a known indicator"))]
    if after["target"] is not None and (code is None or unit is None):
        return [Complaint("", "indicatorCode", "", Text(
            "定量目标需要指标和单位", "an indicator and a unit for a target with a number"))]
    if unit is not None and unit not in UNITS:
        return [Complaint("", "unit", unit, Text(
            "应为其中之一：" + "、".join(UNITS), "one of: " + ", ".join(UNITS)))]
    if unit is not None and indicator_unit is not None and not same_measure(unit, indicator_unit):
        return [Complaint("", "unit", unit, Text(
            f"指标的单位是 {indicator_unit}，两者不能换算",
            f"a unit that converts to {indicator_unit}, the indicator's"))]
    return []


def is_number(value: Decimal | int | None) -> bool:
    """Whether it is absent, or finite and of a size that a plan can mean."""
    if value is None:
        return True
    number = Decimal(value)
    if not number.is_finite():
        return False
    _, digits, exponent = number.as_tuple()
    return max(len(digits), len(digits) + int(exponent), -int(exponent)) <= MAX_DIGITS

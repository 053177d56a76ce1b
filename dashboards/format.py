"""Numbers, dates and places as people read them. Pure; units in, text out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from aid.money import display_unit, in_unit
from aid.text import Locale, Text
from aid.units import UNITS, money_fen

MILLION = 100_000_000
"""Fen in a million yuan, the unit of English pages from a million up."""

CHINA = ZoneInfo("Asia/Shanghai")
"""Where the clocks of those who read the pages hang."""

WHOLE = ("元", "yuan")
"""Units whose decimals are fen: none are printed where there are none."""

NOTHING = "—"
"""Stands where there is no value."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A number and its unit, apart: "近 6,000" and "万元". The qualifier is with the number."""

    number: str
    unit: str

    def __str__(self) -> str:
        return f"{self.number} {self.unit}" if self.unit else self.number


def digits(value: Decimal) -> str:
    """The value with thousands separators and exactly the decimals it carries."""
    return f"{value:,f}"


def plain(value: Decimal) -> str:
    """The value with thousands separators and no zeros behind its last meant digit."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def unit_name(unit: str, locale: Locale) -> str:
    """A unit's name; one that is not known is said as it was written."""
    return UNITS[unit].name.to(locale) if unit in UNITS else unit


def count(number: int, counter: str, locale: Locale) -> Reading:
    """A number of things; English has no counters, and the figure's name says what they are."""
    return Reading(f"{number:,}", counter if locale == "zh" else "")


def printed(value: Decimal, unit: str, qualifier: str, locale: Locale) -> Reading:
    """A published number with its qualifier: 近 and 余 are kept, digits are not added or lost.

    English money is said in (million) yuan, since nobody counts in ten thousands there.
    """
    fen = money_fen(value, unit)
    if locale == "zh" or fen is None:
        reading = Reading(digits(value), UNITS[unit].name.to(locale))
    else:
        reading = amount(fen, locale)
    return Reading(_qualified(reading.number, qualifier, locale), reading.unit)


def _qualified(number: str, qualifier: str, locale: Locale) -> str:
    pattern = {
        "nearly": Text("近 {}", "nearly {}"),
        "over": Text("{} 余", "over {}"),
    }.get(qualifier, Text("{}", "{}"))
    return pattern.to(locale).format(number)


def amount(fen: int, locale: Locale) -> Reading:
    """Money in the unit its size asks for: 元, 万元, 亿元, or yuan and million yuan."""
    unit = money_unit((fen,), locale)
    return Reading(plain(money_in(fen, unit)), unit)


def rounded(fen: int, locale: Locale) -> Reading:
    """The same to two decimals: the exact amount has to be told beside it."""
    unit = money_unit((fen,), locale)
    return Reading(short_amount(fen, unit), unit)


def short_amount(fen: int, unit: str) -> str:
    """An amount to two decimals of a unit that is said elsewhere; whole yuan without any."""
    value = money_in(fen, unit).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return plain(value) if not value or (unit in WHOLE and value == int(value)) else digits(value)


def money_unit(amounts: Iterable[int], locale: Locale) -> str:
    """The one unit in which all these amounts (fen) read well side by side."""
    largest = max((abs(fen) for fen in amounts), default=0)
    if locale == "zh":
        return display_unit(largest)
    return "million yuan" if largest >= MILLION else "yuan"


def money_in(fen: int, unit: str) -> Decimal:
    """The amount in a unit named by `money_unit`, exactly."""
    match unit:
        case "million yuan":
            return Decimal(fen) / MILLION
        case "元" | "万元" | "亿元":
            return in_unit(fen, unit)
        case _:
            return Decimal(fen) / 100


def exact_yuan(fen: int, locale: Locale) -> str:
    """The amount to the fen: "413,000,000.00 元"."""
    return f"{Decimal(fen) / 100:,.2f} {Text('元', 'yuan').to(locale)}"


def day(value: date, locale: Locale) -> str:
    """A date: 2005年12月31日, 31 December 2005."""
    if locale == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment(at: datetime) -> str:
    """A moment on China's clocks, to the second: "2026-11-21 20:15:09"."""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def exact_moment(at: datetime) -> str:
    """The same to the microsecond, with its distance from UTC."""
    return at.astimezone(CHINA).isoformat(sep=" ", timespec="microseconds")


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")


def period(start: date, end: date, locale: Locale) -> str:
    """From the first to the last day, both inclusive; whole years by their numbers."""
    if (start.month, start.day, end.month, end.day) != (1, 1, 12, 31):
        return f"{day(start, locale)}—{day(end, locale)}" if start != end else day(start, locale)
    years = str(start.year) if start.year == end.year else f"{start.year}—{end.year}"
    return f"{years}年" if locale == "zh" else years.replace("—", "–")


def years_of(start: date, end: date) -> int:
    """How many calendar years a period touches."""
    return end.year - start.year + 1


_PEOPLES = re.compile(
    "(?:壮族|苗族|哈尼族|彝族|藏族|傣族|景颇族|羌族|回族|土家族|布依族|侗族|白族|傈僳族|蒙古族?|哈萨克|"
    "柯尔克孜|朝鲜族|黎族|维吾尔|土族|撒拉族|拉祜族|佤族|纳西族|瑶族|仡佬族|水族|畲族|满族)+(?=自治)"
)
_KINDS_ZH = re.compile("(?:自治州|自治县|自治区|地区|林区|市|区|县|省|盟)$")
_KINDS_EN = re.compile(r" (?:Prefecture|District|City|County|League|Province)$")


def short_place(name: Text, locale: Locale) -> str:
    """A place's name without its kind, for a map: 红河哈尼族彝族自治州 is 红河."""
    if locale == "en":
        if "Autonomous" in name.en:
            return name.en.split(" ")[0]
        return _KINDS_EN.sub("", name.en.split(" (")[0])
    bare = _KINDS_ZH.sub("", _PEOPLES.sub("", name.zh))
    return bare if len(bare) > 1 else name.zh

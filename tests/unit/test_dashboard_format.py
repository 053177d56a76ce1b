"""How numbers, dates and places read on the pages."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.text import Locale, Text
from aid.units import UNITS
from dashboards.format import (
    amount,
    count,
    day,
    digits,
    exact_yuan,
    money_in,
    money_unit,
    period,
    plain,
    printed,
    short_place,
    unit_name,
)


@pytest.mark.parametrize(("value", "unit", "qualifier", "locale", "said"), [
    ("4.13", "亿元", "exact", "zh", "4.13 亿元"),
    ("1.6", "亿元", "exact", "zh", "1.6 亿元"),
    ("6000", "万元", "nearly", "zh", "近 6,000 万元"),
    ("8100", "批", "over", "zh", "8,100 余 批"),
    ("4.13", "亿元", "exact", "en", "413 million yuan"),
    ("6000", "万元", "nearly", "en", "nearly 60 million yuan"),
    ("8100", "批", "over", "en", "over 8,100 groups"),
    ("30", "%", "nearly", "zh", "近 30 %"),
    ("1490", "个", "exact", "zh", "1,490 个"),
    ("1490", "个", "exact", "en", "1,490"),
    ("1.6250", "亿元", "exact", "en", "162.5 million yuan"),
])
def test_a_published_number_keeps_its_qualifier_and_its_digits(
    value: str, unit: str, qualifier: str, locale: Locale, said: str
) -> None:
    """近 and 余 stay; 1.6 never becomes 1.60; English counts money in millions."""
    assert str(printed(Decimal(value), unit, qualifier, locale)) == said


@pytest.mark.parametrize(("fen", "locale", "said"), [
    (41_300_000_000, "zh", "4.13 亿元"),
    (6_000_000_000, "zh", "6,000 万元"),
    (999_900, "zh", "9,999 元"),
    (-41_300_000_000, "zh", "-4.13 亿元"),
    (0, "zh", "0 元"),
    (41_300_000_000, "en", "413 million yuan"),
    (9_999_999, "en", "99,999.99 yuan"),
])
def test_money_takes_the_unit_its_size_asks_for(fen: int, locale: Locale, said: str) -> None:
    """亿元 from one 亿元 up, 万元 from one 万元 up; a million yuan in English."""
    assert str(amount(fen, locale)) == said


@given(st.integers(-10**18, 10**18), st.sampled_from(["zh", "en"]))
def test_no_fen_is_lost_in_the_unit_chosen(fen: int, locale: Locale) -> None:
    """What is shown times its unit is the amount again, exactly."""
    unit = money_unit((fen,), locale)
    scale = UNITS[unit].fen if unit in UNITS else {"million yuan": 10**8, "yuan": 100}[unit]
    assert scale is not None
    assert Decimal(amount(fen, locale).number.replace(",", "")) * scale == fen
    assert money_in(fen, unit) * scale == fen


def test_amounts_side_by_side_share_the_unit_of_the_largest() -> None:
    """Bars of one figure cannot be read in two units."""
    assert money_unit((12_500_000_000, 500_000_000), "zh") == "亿元"


def test_the_exact_amount_has_both_decimals() -> None:
    """What a hover shows beside 4.13 亿元."""
    assert exact_yuan(41_300_000_000, "zh") == "413,000,000.00 元"
    assert exact_yuan(1, "en") == "0.01 yuan"


def test_digits_are_those_of_the_number() -> None:
    """`digits` adds and drops none; `plain` drops zeros that mean nothing."""
    assert digits(Decimal("1500.0")) == "1,500.0"
    assert plain(Decimal("1500.00")) == "1,500"
    assert plain(Decimal("1500")) == "1,500"


@pytest.mark.parametrize(("start", "end", "zh", "en"), [
    (date(2001, 1, 1), date(2005, 12, 31), "2001—2005年", "2001–2005"),
    (date(2005, 1, 1), date(2005, 12, 31), "2005年", "2005"),
    (date(2005, 3, 1), date(2005, 3, 1), "2005年3月1日", "1 March 2005"),
    (date(2005, 3, 1), date(2006, 2, 28), "2005年3月1日—2006年2月28日",
     "1 March 2005—28 February 2006"),
])
def test_whole_years_are_said_as_years(start: date, end: date, zh: str, en: str) -> None:
    """Everything else by its days."""
    assert (period(start, end, "zh"), period(start, end, "en")) == (zh, en)


def test_a_day_reads_as_people_write_it() -> None:
    """No ISO dates on pages."""
    assert day(date(2005, 12, 31), "zh") == "2005年12月31日"
    assert day(date(2005, 12, 31), "en") == "31 December 2005"


@pytest.mark.parametrize(("zh", "en", "short_zh", "short_en"), [
    ("日喀则市", "Shigatse (Rikaze)", "日喀则", "Shigatse"),
    ("阿克苏地区", "Aksu Prefecture", "阿克苏", "Aksu"),
    ("红河哈尼族彝族自治州", "Honghe Hani and Yi Autonomous Prefecture", "红河", "Honghe"),
    ("迪庆藏族自治州", "Diqing Tibetan Autonomous Prefecture", "迪庆", "Diqing"),
    ("德宏傣族景颇族自治州", "Dehong Dai and Jingpo Autonomous Prefecture", "德宏", "Dehong"),
    ("万州区", "Wanzhou District", "万州", "Wanzhou"),
    ("赤水市", "Chishui City", "赤水", "Chishui"),
    ("沙市", "Shashi", "沙市", "Shashi"),
])
def test_a_map_shortens_names_without_making_them_unknown(
    zh: str, en: str, short_zh: str, short_en: str
) -> None:
    """The kind of place goes, the name stays; a name of one character keeps its kind."""
    name = Text(zh, en)
    assert (short_place(name, "zh"), short_place(name, "en")) == (short_zh, short_en)


def test_english_counts_without_counters() -> None:
    """One late milestone is 1, not 1 milestones; a unit nobody knows stays as it was written."""
    assert [str(count(1234, "个", locale)) for locale in ("zh", "en")] == ["1,234 个", "1,234"]
    assert [unit_name("平方米", locale) for locale in ("zh", "en")] == ["平方米", "m²"]
    assert unit_name("盏", "en") == "盏"

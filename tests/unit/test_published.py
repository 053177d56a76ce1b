"""What is read out of published figures, and the sentences made of it."""

from datetime import date
from functools import partial

from aid.plans.queries import FigureRow
from aid.text import Locale
from dashboards.published import breakdowns, concerns, discrepancy_of, summed, totals
from dashboards.sentences import Sentence, sentences
from tests.unit.rows import (
    AKSU,
    EVERYONE,
    FIGURES,
    NAMES,
    RIKAZE,
    THREE_GORGES,
    TOO_MANY_PROJECTS,
    YUNNAN,
    figure,
)


def _said(
    indicator: int, *, rows: tuple[FigureRow, ...] = FIGURES, locale: Locale = "zh"
) -> list[Sentence]:
    found = breakdowns(rows, EVERYONE)
    split = {b.indicator for b in found}
    return sentences(
        found[indicator],
        unsplit=[f for f in totals(rows, EVERYONE) if f.indicator_code not in split],
        discrepancies=[TOO_MANY_PROJECTS], names=NAMES, locale=locale,
    )


def test_only_what_was_published_for_several_places_is_broken_down() -> None:
    """884 villages have no parts, so there is no map of them."""
    found = breakdowns(FIGURES, EVERYONE)
    assert [b.indicator for b in found] == ["grant_funds", "aid_projects"]
    assert [part.region_codes for part in found[0].parts] == [
        YUNNAN, (RIKAZE,), (AKSU,), THREE_GORGES,
    ]
    assert found[0].total is FIGURES[0]


def test_the_latest_period_with_parts_is_shown() -> None:
    """Periods are never mixed in one picture."""
    later = partial(figure, "grant_funds", start=date(2006, 1, 1), end=date(2010, 12, 31))
    rows = [*FIGURES, later("5", "亿元", (RIKAZE,))]
    assert breakdowns(rows, EVERYONE)[0].end == date(2005, 12, 31)
    rows.append(later("6", "亿元", (AKSU,)))
    latest = breakdowns(rows, EVERYONE)[0]
    assert latest.end == date(2010, 12, 31)
    assert len(latest.parts) == 2


def test_parts_are_added_exactly_and_only_when_they_may_be() -> None:
    """4.13 + 1.6 + 4.29 + 1.25 is 11.27; parts that overlap are not added at all."""
    parts = breakdowns(FIGURES, EVERYONE)[0].parts
    assert str(summed(parts, "zh")) == "11.27 亿元"
    assert summed([*parts, figure("grant_funds", "1", "亿元", ("530800",))], "zh") is None


def test_a_discrepancy_belongs_to_the_total_whose_numbers_it_has() -> None:
    """Projects contradict each other, grants do not."""
    grants, projects = breakdowns(FIGURES, EVERYONE)
    assert grants.total and projects.total
    assert discrepancy_of(grants.total, grants.parts, [TOO_MANY_PROJECTS]) is None
    assert discrepancy_of(projects.total, projects.parts, [TOO_MANY_PROJECTS]) is TOO_MANY_PROJECTS


def test_grants_are_said_to_add_up() -> None:
    """And what nobody published is named."""
    said = [sentence.text for sentence in _said(0)]
    assert said[0] == "无偿援助资金：4 项分列相加为 11.27 亿元，与公布的总数一致。"
    assert any("云南四州市只公布合计 4.29 亿元" in text for text in said)
    assert any("三峡库区万州、夷陵只公布合计 1.25 亿元" in text for text in said)
    assert "没有按地区分列：试点村、重点村 884 个。" in said
    assert "只有2001—2005年合计，没有分年数。" in said
    assert "阿克苏地区无偿援助资金 1.6 亿元：只到一位小数" in said


def test_projects_are_said_to_contradict_each_other() -> None:
    """First of all, with both numbers, and marked."""
    first = _said(1)[0]
    assert first.warns
    assert "2,490" in first.text
    assert "1,490" in first.text
    assert "2,490 against 1,490" in _said(1, locale="en")[0].text


def test_a_gap_that_rounding_explains_is_said_as_such() -> None:
    """No discrepancy was found, yet the printed digits differ."""
    rows = (figure("grant_funds", "11.28", "亿元", tuple(EVERYONE)), *FIGURES[1:])
    assert "在所印精度之内" in _said(0, rows=rows)[0].text


def test_a_recipient_without_a_figure_is_named() -> None:
    """Silence would read as nought."""
    rows = tuple(f for f in FIGURES if f.region_codes != (AKSU,))
    assert "阿克苏没有此项数字。" in [sentence.text for sentence in _said(0, rows=rows)]


def test_what_speaks_of_all_belongs_to_none_alone() -> None:
    """A member sees its group's sum; the eight regions' total only shows for all eight."""
    assert concerns(YUNNAN, (YUNNAN[0],), EVERYONE)
    assert concerns((YUNNAN[0],), YUNNAN, EVERYONE)
    assert not concerns(EVERYONE, (RIKAZE,), EVERYONE)
    assert concerns(EVERYONE, sorted(EVERYONE), EVERYONE)
    assert not concerns((RIKAZE,), sorted(EVERYONE), EVERYONE)
    assert not concerns((), (RIKAZE,), EVERYONE)

"""What is said to who sees own places only: true whatever the rows not shown may hold."""

from dataclasses import replace
from typing import Any, cast

import pytest

from aid.plans.queries import PlanRow
from aid.text import Locale, Text
from dashboards.pages.plan import plan_page
from dashboards.pages.published_page import published
from dashboards.pages.published_sheet import PLAN_SHEETS, PUBLISHED_SHEETS
from dashboards.pages.region_list import region_list
from dashboards.pages.shown import choose
from dashboards.parts import beyond, nothing_of, place_names
from dashboards.published import breakdowns, totals
from dashboards.reading import PlanData, only_own
from dashboards.reading_investment import InvestmentData
from dashboards.view import View
from tests.unit.rows import (
    AKSU,
    FIGURES,
    NAMES,
    REGIONS,
    RIKAZE,
    TOO_MANY_PROJECTS,
    WANZHOU,
    YUNNAN,
    figure,
    target,
)

PLAN = PlanRow("p", Text("规划", "Plan"), Text("上海市", "Shanghai"), FIGURES[0].period_start,
               FIGURES[0].period_end, None, None, None)
TARGETS = (target("a"), target("b", codes=(RIKAZE,)), target("c", codes=YUNNAN))
ALL = PlanData((PLAN,), PLAN, TARGETS, FIGURES, (TOO_MANY_PROJECTS,), REGIONS)


def _own(*codes: str) -> PlanData:
    """What row security leaves of the plan to a recipient of these places."""
    mine = frozenset(codes)

    def visible(about: tuple[str, ...]) -> bool:
        return not about or bool(mine & set(about))

    left = replace(
        ALL, discrepancies=None,
        figures=tuple(row for row in FIGURES if visible(row.region_codes)),
        targets=tuple(row for row in TARGETS if visible(row.region_codes)),
    )
    ids = [region.id for region in REGIONS if region.code in mine]
    return only_own(left, ids, [NAMES[code] for code in codes])


def _said(nodes: Any) -> str:
    return str([node.to_plotly_json() if hasattr(node, "to_plotly_json") else node
                for node in nodes])


def test_one_place_is_a_breakdown_of_its_own() -> None:
    """So that a recipient sees its figure, and only its own."""
    data = _own(RIKAZE)
    shown = choose(View(), data)
    assert shown
    assert [part.code for part in shown.breakdown.parts] == ["grant_funds-540200-2005"]
    assert set(shown.names) == {RIKAZE}
    assert data.discrepancies is None


def test_a_member_of_a_group_is_shown_the_sum_but_no_other_member() -> None:
    """The group's name stands there, the other places do not."""
    shown = choose(View(), _own(YUNNAN[0]))
    assert shown
    assert set(shown.names) == {YUNNAN[0]}
    assert [len(part.region_codes) for part in shown.breakdown.parts] == [4]


def test_notes_of_sums_over_several_places_are_left_out() -> None:
    """They tell how the parts fit, and so of the others."""
    noted = replace(ALL, figures=(
        figure("grant_funds", "11.27", "亿元", (RIKAZE, AKSU), note="与分项不符"),
        figure("grant_funds", "4.13", "亿元", (RIKAZE,), note="本地的说明"),
        figure("aid_projects", "9", "个", (), note="不涉及单个地区"),
    ))
    kept = only_own(noted, [region.id for region in REGIONS if region.code == RIKAZE], [])
    assert [row.note.zh for row in kept.figures] == ["", "本地的说明", "不涉及单个地区"]


def test_an_own_figure_is_never_taken_for_the_total_of_all() -> None:
    """Where no group names the others, nobody can tell from the own places which are all."""
    mine = figure("grant_funds", "4.13", "亿元", (RIKAZE,))
    alone = tuple(region for region in REGIONS if region.code == RIKAZE)
    data = only_own(replace(ALL, figures=(mine,), regions=alone), [alone[0].id], [])
    assert data.everyone == frozenset()
    assert totals(data.figures, data.everyone) == []
    assert [b.parts for b in breakdowns(data.figures, data.everyone, least=1)] == [(mine,)]


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("codes", [(RIKAZE,), (YUNNAN[0],), (RIKAZE, WANZHOU), ()])
def test_no_sentence_speaks_of_what_is_not_shown(locale: Locale, codes: tuple[str, ...]) -> None:
    """Neither names of other places, nor verdicts about sums, nor that something is missing."""
    data, view = _own(*codes), View(locale=locale)
    pages = _said(published(view, data, "")) + _said(plan_page(view, data))
    pages += _said(plan_page(view.with_(part="figures"), data))
    others = [name.to(locale) for code, name in NAMES.items() if code not in codes]
    assert [name for name in others if name in pages] == []
    verdicts = {"zh": ("✓", "⚠", "一致", "数据不符", "未公布", "没有按地区"),
                "en": ("✓", "⚠", "equals the sum", "they agree", "add up to", "not published")}
    assert [word for word in verdicts[locale] if word in pages] == []


def test_who_sees_all_is_told_what_does_not_add_up() -> None:
    """The same pages, whole."""
    pages = _said(plan_page(View(part="figures"), ALL)) + _said(published(View(), ALL, ""))
    assert "数据不符" in pages
    assert "✓ 与各地之和一致" in pages


@pytest.mark.parametrize("page", ["investment", "plan"])
def test_a_hidden_place_in_the_address_is_called_hidden(page: str) -> None:
    """Not empty; and a place that is no recipient at all is not spoken of."""
    data = _own(RIKAZE)
    view = View(page=cast(Any, page), region=(AKSU, RIKAZE, "999999"))
    assert beyond(view, data) == "阿克苏地区不在您的可见范围，这里不显示其数据，不表示没有公布。"
    assert beyond(view, ALL) == ""


def test_a_filter_by_a_hidden_place_does_not_say_that_nothing_was_published() -> None:
    """The list beside the map says why it is empty."""
    said = _said([region_list(View(region=(AKSU,)), _own(RIKAZE))])
    assert "不在您的可见范围" in said
    assert "没有该地的已公布数据" not in said


def test_places_are_named_or_at_least_called_ones_own() -> None:
    """An account without a region reads no blank."""
    assert place_names(_own(RIKAZE, AKSU), "zh") == "日喀则市、阿克苏地区"
    assert place_names(_own(), "en") == "your region"


@pytest.mark.parametrize(("view", "own", "says"), [
    (View(page="projects"), None, "aid import projects FILE.xlsx"),
    (View(page="projects", part="people", order="-code"), None, "aid import projects FILE.xlsx"),
    (View(page="projects"), (NAMES[RIKAZE],), "本地区还没有这方面的记录"),
    (View(page="projects", state="late"), (NAMES[RIKAZE],), "没有符合筛选条件的项目"),
    (View(page="projects", region=(AKSU,)), None, "没有符合筛选条件的项目"),
])
def test_why_a_page_has_nothing_is_said_as_it_is(
    view: View, own: tuple[Text, ...] | None, says: str
) -> None:
    """Filters are named as the cause only where there are some."""
    assert says in _said(nothing_of(view, own, "projects"))


def test_the_files_of_published_figures_hold_what_is_shown() -> None:
    """The total and its parts behind the map and the bars; of who sees one place, no other's."""
    behind = {name: sheet(View(page="investment", part="published"), InvestmentData(plan=ALL))
              for name, sheet in PUBLISHED_SHEETS.items()}
    assert behind["map"].rows == behind["bars"].rows
    total, *parts = [row[4] for row in behind["map"].rows]
    assert total == sum(parts) == 112_700_000_000
    mine = PUBLISHED_SHEETS["map"](View(locale="en"), InvestmentData(plan=_own(RIKAZE)))
    assert [row[5] for row in mine.rows] == ["The eight partner regions", NAMES[RIKAZE].en]
    assert len(PLAN_SHEETS["published"](View(), ALL).rows) == len(FIGURES)

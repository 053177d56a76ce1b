"""The tree of targets: filters keep the way to a match, and only what is open is drawn."""

from dashboards.pages.target_tree import target_tree
from dashboards.tree import cut, sections, walk
from dashboards.view import ROWS, View
from tests.unit.rows import target

TREE = [
    target("a"), target("a1", parent="a", section="三(二)"), target("a2", parent="a"),
    target("a21", parent="a2", theme="education"), target("b", section="四"),
]


def _codes(theme: str | None = None) -> list[str]:
    found = sections(TREE, lambda row: theme is None or row.theme == theme)
    return [branch.target.code for section in found for branch in walk(section.branches)]


def test_targets_hang_below_their_parents_in_the_section_of_the_topmost() -> None:
    """In reading order."""
    found = sections(TREE, lambda _: True)
    assert [(section.number, section.size()) for section in found] == [("三(一)", 4), ("四", 1)]
    assert _codes() == ["a", "a1", "a2", "a21", "b"]


def test_a_filter_keeps_what_leads_to_a_match() -> None:
    """Marked as not matching itself."""
    found = sections(TREE, lambda row: row.theme == "education")
    assert _codes("education") == ["a", "a2", "a21"]
    assert [branch.matches for branch in walk(found[0].branches)] == [False, False, True]
    assert sections(TREE, lambda _: False) == []


def test_a_cut_tree_is_still_a_tree() -> None:
    """The first rows in reading order, each below its parent."""
    top = cut(sections(TREE, lambda _: True)[0].branches, 3)
    assert [branch.target.code for branch in walk(top)] == ["a", "a1", "a2"]
    assert [branch.target.code for branch in top] == ["a"]


def test_ten_thousand_targets_draw_a_page_not_ten_thousand_rows() -> None:
    """Only the open section is drawn, ROWS at a time; the others say how many they hold."""
    many = [target(f"t{n}", section=f"{n // 5000}") for n in range(10_000)]
    found = sections(many, lambda _: True)
    drawn = str(target_tree(found, View(page="plan")))
    assert drawn.count("承诺") == ROWS
    assert str(target_tree(found, View(page="plan", section="1", rows=400))).count("承诺") == 400

"""The tree of targets as rows that fold. Only what is open is drawn."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from aid.plans.queries import TargetRow
from dashboards.format import NOTHING, day, digits, unit_name
from dashboards.i18n import kind_key, theme_key, words
from dashboards.light import Light, element, light
from dashboards.tree import Branch, Section, cut
from dashboards.view import ROWS, View, href

COLUMNS = ("statement", "theme", "region", "kind", "baseline", "target", "actual", "adjustments")
DEEPEST = 6
"""Levels that are still set in further."""


def target_tree(found: Sequence[Section], view: View) -> Any:
    """All sections. Past ROWS rows only one is open, and it shows `view.rows` at a time."""
    w = words(view.locale)
    large = sum(section.size() for section in found) > ROWS
    opened = view.section or (found[0].number if found else None)
    head = element("div", [element("span", w(f"col.{name}"), cls=name) for name in COLUMNS],
                   cls="row head", aria_hidden="true")
    parts = [
        _open(section, view, view.rows if large else None)
        if not large or section.number == opened else _closed(section, view)
        for section in found
    ]
    return light(element("div", head, parts), className="tree", id="tree")


def _summary(section: Section, view: View) -> list[Light]:
    count = words(view.locale)("targets.section", count=section.size())
    return [
        element("span", section.number, cls="section-number"),
        element("span", section.title.to(view.locale), cls="section-title"),
        element("span", count, cls="muted count"),
    ]


def _closed(section: Section, view: View) -> Light:
    there = view.with_(section=section.number, rows=ROWS)
    opens = element("a", words(view.locale)("targets.open"), href=href(there))
    return element("div", _summary(section, view), opens, cls="section closed")


def _open(section: Section, view: View, rows: int | None) -> Light:
    branches = section.branches if rows is None else cut(section.branches, rows)
    body = [_branch(branch, view, 0) for branch in branches]
    if rows is not None and section.size() > rows:
        body.append(_more(section, view, rows))
    return element("details", element("summary", _summary(section, view)), body,
                   cls="section", open="")


def _more(section: Section, view: View, rows: int) -> Light:
    left = section.size() - rows
    text = words(view.locale)("targets.more", count=min(ROWS, left), left=left)
    there = view.with_(section=section.number, rows=rows + ROWS)
    return element("p", element("a", text, href=href(there)), cls="more")


def _branch(branch: Branch, view: View, depth: int) -> Light:
    """A row, and below it what hangs on it."""
    cells = _cells(branch.target, view)
    look = {"cls": "row" if branch.matches else "row leads",
            "style": f"--depth:{min(depth, DEEPEST)}"}
    if not branch.children:
        return element("div", cells, **look)
    children = [_branch(child, view, depth + 1) for child in branch.children]
    return element("details", element("summary", cells, **look), children, cls="branch", open="")


def _cells(target: TargetRow, view: View) -> list[Light]:
    w, locale = words(view.locale), view.locale
    return [
        element("span", _statement(target, view), cls="statement"),
        element("span", element("span", w(theme_key(target.theme)), cls="tag"), cls="theme"),
        element("span", target.scope.to(locale) if target.scope else "", cls="region"),
        element("span", w(kind_key(target.kind)), cls="kind muted"),
        _number("baseline", _measured(target.baseline, target, view), view),
        _number("target", _measured(target.target, target, view), view),
        _number("actual", _measured(target.actual, target, view), view),
        _number("adjustments", str(target.adjustments or ""), view),
    ]


def _statement(target: TargetRow, view: View) -> list[Light]:
    said: list[Light] = [element("span", target.statement.to(view.locale))]
    if target.indicator:
        due = day(target.due_on, view.locale) if target.due_on else ""
        by = words(view.locale)("target.due", date=due) if due else ""
        said.append(element("span", f" {target.indicator.to(view.locale)} {by}", cls="muted"))
    return said


def _measured(value: Decimal | None, target: TargetRow, view: View) -> str:
    """A value with the unit of its target, or nothing."""
    if value is None:
        return ""
    return f"{digits(value)} {unit_name(target.unit or '', view.locale)}".strip()


def _number(name: str, said: str, view: View) -> Light:
    label = words(view.locale)(f"col.{name}")
    return element("span", said or NOTHING, data_label=label,
                   cls=f"{name} number" if said else f"{name} number nothing")

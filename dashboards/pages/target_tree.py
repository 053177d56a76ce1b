"""The tree of targets as rows that fold. Only what is open is drawn."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dash import html

from aid.plans.queries import TargetRow
from aid.units import UNITS
from dashboards.format import NOTHING, day, digits
from dashboards.i18n import kind_key, theme_key, words
from dashboards.parts import Node, link, tag
from dashboards.tree import Branch, Section, cut
from dashboards.view import ROWS, View

COLUMNS = ("statement", "theme", "region", "kind", "baseline", "target", "actual", "adjustments")


def target_tree(found: Sequence[Section], view: View) -> Node:
    """All sections. Past ROWS rows only one is open, and it shows `view.rows` at a time."""
    w = words(view.locale)
    large = sum(section.size() for section in found) > ROWS
    opened = view.section or (found[0].number if found else None)
    head = html.Div([html.Span(w(f"col.{name}"), className=name) for name in COLUMNS],
                    className="row head", **{"aria-hidden": "true"})
    return html.Div(
        [head] + [
            _open(section, view, view.rows if large else None)
            if not large or section.number == opened else _closed(section, view)
            for section in found
        ],
        className="tree", id="tree",
    )


def _summary(section: Section, view: View) -> list[Node]:
    count = words(view.locale)("targets.section", count=section.size())
    return [
        html.Span(section.number, className="section-number"),
        html.Span(section.title.to(view.locale), className="section-title"),
        html.Span(count, className="muted count"),
    ]


def _closed(section: Section, view: View) -> Node:
    there = view.with_(section=section.number, rows=ROWS)
    opens = link(words(view.locale)("targets.open"), there)
    return html.Div([*_summary(section, view), opens], className="section closed")


def _open(section: Section, view: View, rows: int | None) -> Node:
    w, size = words(view.locale), section.size()
    branches = section.branches if rows is None else cut(section.branches, rows)
    body = [_branch(branch, view, 0) for branch in branches]
    if rows is not None and size > rows:
        more = view.with_(section=section.number, rows=rows + ROWS)
        text = w("targets.more", count=min(ROWS, size - rows), left=size - rows)
        body.append(html.P(link(text, more), className="more"))
    return html.Details([html.Summary(_summary(section, view)), *body], open=True,
                        className="section", key=section.number)


def _branch(branch: Branch, view: View, depth: int) -> Node:
    """A row, and below it what hangs on it. The key keeps folds where they were."""
    cells = _cells(branch, view)
    key = branch.target.code
    style = {"--depth": min(depth, 6)}
    if not branch.children:
        return html.Div(cells, className=_row_class(branch), style=style, key=key)
    return html.Details([
        html.Summary(cells, className=_row_class(branch), style=style),
        *[_branch(child, view, depth + 1) for child in branch.children],
    ], open=True, className="branch", key=key)


def _row_class(branch: Branch) -> str:
    return "row" if branch.matches else "row leads"


def _cells(branch: Branch, view: View) -> list[Node]:
    w, locale, target = words(view.locale), view.locale, branch.target
    statement = [html.Span(target.statement.to(locale))]
    if target.indicator:
        due = w("target.due", date=day(target.due_on, locale)) if target.due_on else ""
        statement.append(html.Span(f" {target.indicator.to(locale)} {due}", className="muted"))
    return [
        html.Span(statement, className="statement"),
        html.Span(tag(w(theme_key(target.theme))), className="theme"),
        html.Span(target.scope.to(locale) if target.scope else "", className="region"),
        html.Span(w(kind_key(target.kind)), className="kind muted"),
        *[_number(name, getattr(target, name), target, view)
          for name in ("baseline", "target", "actual")],
        html.Span(str(target.adjustments or NOTHING), **_label("adjustments", view),
                  className=_filled("adjustments", target.adjustments)),
    ]


def _number(name: str, value: Decimal | None, target: TargetRow, view: View) -> Node:
    said = NOTHING
    if value is not None:
        unit = UNITS[target.unit].name.to(view.locale) if target.unit else ""
        said = f"{digits(value)} {unit}".strip()
    return html.Span(said, className=_filled(name, value is not None), **_label(name, view))


def _filled(name: str, filled: object) -> str:
    return f"{name} number" if filled else f"{name} number nothing"


def _label(name: str, view: View) -> dict[str, Any]:
    return {"data-label": words(view.locale)(f"col.{name}")}

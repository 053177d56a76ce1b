"""Plan 规划: what was promised, what was published, and what does not add up."""

from collections.abc import Callable, Sequence

from dash import dcc, html

from aid.interchange.exports.terms import Kind
from aid.plans.queries import DiscrepancyRow, TargetRow
from aid.text import Locale
from dashboards.format import printed
from dashboards.i18n import theme_key, words
from dashboards.pages.chart import chart_head
from dashboards.pages.choices import choice
from dashboards.pages.figures_table import figures_table
from dashboards.pages.target_tree import target_tree
from dashboards.parts import ROWS_AS, Node, beyond, exports, link, plan_period
from dashboards.published import concerns
from dashboards.reading import PlanData
from dashboards.tree import Section, sections, walk
from dashboards.view import ROWS, View, region_codes, region_key

NOWHERE = "none"
"""Stands in the URL for targets that name no place."""


def plan_page(view: View, data: PlanData) -> list[Node]:
    """The body of the page."""
    body = _figures(view, data) if view.part == "figures" else _targets(view, data)
    return [_title(view, data), _parts(view, data), *body]


def _title(view: View, data: PlanData) -> Node:
    document = data.plan.document
    return html.Div([
        html.H1(data.plan.title.to(view.locale)),
        html.P([
            html.Span(plan_period(view, data)),
            html.Span(f" · {data.plan.supporter.to(view.locale)}"),
            html.Span(f" · {document}" if document else "", className="muted"),
        ], className="lead"),
    ], className="heading")


def _parts(view: View, data: PlanData) -> Node:
    w = words(view.locale)
    figures = [w("part.figures", count=len(data.figures))]
    if data.discrepancies:
        figures.append(w("part.disputed", count=len(data.discrepancies)))
    fresh = view.with_(section=None, rows=ROWS)
    return html.Nav([
        link(w("part.targets", count=len(data.targets)), fresh.with_(part="targets"),
             current=view.part == "targets", id="part-targets"),
        link(" · ".join(figures), fresh.with_(part="figures"), current=view.part == "figures",
             id="part-figures"),
    ], className="parts", **{"aria-label": w("part.label")})


def _targets(view: View, data: PlanData) -> list[Node]:
    w = words(view.locale)
    if not data.targets:
        return [html.P(w(_of(data, "targets.empty", "targets.empty.own")), className="notice")]
    found = sections(data.targets, _matcher(view, data))
    hidden = beyond(view, data)
    return [
        html.Div([_theme(view, data), _region(view, data), _text(view),
                  *_clear(view)], className="filters"),
        _count(view, data, found),
        *([html.P(hidden, className="beyond")] if hidden else []),
        target_tree(found, view) if found
        else html.P(w(_of(data, "targets.none", "targets.none.own")), className="notice"),
        html.P(w("targets.note"), className="hint"),
    ]


def _of(data: PlanData, whole: str, own: str) -> str:
    """The key of a sentence about the whole plan, or about what of it may be seen."""
    return whole if data.whole else own


def _matcher(view: View, data: PlanData) -> Callable[[TargetRow], bool]:
    needle = view.text.casefold()

    def matches(target: TargetRow) -> bool:
        if view.theme and target.theme != view.theme:
            return False
        if view.region and not _about(target.region_codes, view, data):
            return False
        return not needle or needle in _haystack(target)

    return matches


def _about(codes: tuple[str, ...], view: View, data: PlanData) -> bool:
    if view.region == (NOWHERE,):
        return not codes
    return concerns(codes, view.region, data.everyone)


def _haystack(target: TargetRow) -> str:
    said = [*target.statement, *target.section_title, target.section, target.code]
    said += [*(target.scope or ()), *(target.indicator or ())]
    return "\n".join(said).casefold()


def _theme(view: View, data: PlanData) -> Node:
    w = words(view.locale)
    used = dict.fromkeys(target.theme for target in data.targets)
    options = [(theme, w(theme_key(theme))) for theme in used]
    return choice("theme", w("filter.theme"), options, view.theme or "", view)


def _region(view: View, data: PlanData) -> Node:
    w, locale = words(view.locale), view.locale
    options = {
        region_key(target.region_codes): target.scope.to(locale)
        for target in data.targets if target.scope
    }
    options |= {region.code: region.name.to(locale) for region in data.shown}
    chosen = region_key(view.region)
    entries = sorted(options.items(), key=lambda option: (-len(region_codes(option[0])), option))
    return choice("region", w("filter.region"),
                   [*entries, (NOWHERE, w("filter.nowhere"))], chosen, view)


def _text(view: View) -> Node:
    w = words(view.locale)
    return html.Label([
        html.Span(w("filter.text"), className="label"),
        dcc.Input(id="filter-q", type="search", value=view.text, debounce=True, maxLength=100,
                  placeholder=w("filter.text.hint"), autoComplete="off"),
    ])


def _clear(view: View) -> list[Node]:
    if not view.filtered:
        return []
    bare = view.with_(theme=None, region=(), text="", section=None, rows=ROWS)
    text = f"✕ {words(view.locale)('filter.clear')}"
    return [link(text, bare, className="clear", id="clear-filters")]


def _count(view: View, data: PlanData, found: Sequence[Section]) -> Node:
    w, total = words(view.locale), len(data.targets)
    matching = sum(
        branch.matches for section in found for branch in walk(section.branches)
    )
    key = (_of(data, "targets.matching", "targets.matching.own") if view.filtered
           else _of(data, "targets.count", "targets.count.own"))
    return html.Div([
        html.Span(w(key, count=matching, total=total), id="target-count"),
        exports(view, Kind.PLAN, w("projects.export"), ROWS_AS),
        html.Button(w("targets.expand"), className="quiet", type="button",
                    **{"data-fold": "open"}),
        html.Button(w("targets.collapse"), className="quiet", type="button",
                    **{"data-fold": "closed"}),
    ], className="count-line", role="status")


def _figures(view: View, data: PlanData) -> list[Node]:
    w, figures = words(view.locale), data.figures
    if not figures:
        return [html.P(w(_of(data, "figures.none", "figures.none.own")), className="notice")]
    nodes = [
        _disputed(data.discrepancies, view.locale),
        chart_head(view, "published", heading=w("figures.heading")),
        html.P(w("figures.note"), className="hint"),
        figures_table(figures[:view.rows], view.locale),
    ]
    left = len(figures) - view.rows
    if left > 0:
        text = w("figures.more", count=min(ROWS, left), left=left)
        nodes.append(html.P(link(text, view.with_(rows=view.rows + ROWS)), className="more"))
    return nodes


def _disputed(found: Sequence[DiscrepancyRow] | None, locale: Locale) -> Node:
    w = words(locale)
    if found is None:
        return html.P(w("disputed.hidden"), className="agrees muted", id="disputed")
    if not found:
        return html.P(f"✓ {w('disputed.none')}", className="agrees", id="disputed")
    return html.Section([
        html.H2(f"⚠ {w('disputed.heading', count=len(found))}"),
        *[_dispute(row, locale) for row in found],
    ], className="disputed", id="disputed")


def _dispute(row: DiscrepancyRow, locale: Locale) -> Node:
    w = words(locale)
    numbers = (
        ("disputed.parts", row.sum_of_parts, ""),
        ("disputed.total", row.stated_total, ""),
        ("disputed.difference", abs(row.difference), "+" if row.difference > 0 else "−"),
    )
    return html.Div([
        html.H3(row.name.to(locale)),
        html.Dl([
            html.Div([html.Dt(w(key)),
                      html.Dd(f"{sign}{printed(value, row.unit, '', locale)}")])
            for key, value, sign in numbers
        ]),
        html.P(row.explanation.to(locale)),
    ], className="dispute")

"""What was published and promised for the chosen places, beside the map."""

from dash import html

from aid.plans.queries import FigureRow, TargetRow
from aid.text import Locale
from dashboards.i18n import Words, listing, theme_key, words
from dashboards.light import Light, element, light
from dashboards.pages.figures_table import BRIEF, figures_table
from dashboards.parts import Node, beyond, link, place_names
from dashboards.published import concerns
from dashboards.reading import PlanData
from dashboards.view import View

SHOWN = 30
"""Rows of each list for chosen places; the plan page has the rest."""
GLIMPSE = 8
"""Commitments listed while no place is chosen."""


def region_list(view: View, data: PlanData) -> Node:
    """Figures and commitments of the chosen places; of every recipient while none is chosen."""
    w = words(view.locale)
    everywhere = w("list.everywhere") if data.whole else place_names(data, view.locale)
    heading: list[Node] = [html.H2(_place_name(view, data) or everywhere)]
    if view.region:
        heading.append(link(f"✕ {w('region.clear')}", view.with_(region=()), id="clear-region",
                            className="clear"))
    hidden, figures, targets = beyond(view, data), _figures_of(view, data), _targets_of(view, data)
    return html.Section([
        html.Div(heading, className="list-head"),
        *([html.P(hidden, className="beyond")] if hidden else []),
        *(_figures(figures, view, w) if figures or not hidden else []),
        *(_targets(targets, view, w) if targets or not hidden else []),
    ], className="panel", id="region-list", **{"aria-live": "polite"})


def _place_name(view: View, data: PlanData) -> str:
    """The name of the chosen places: of the group they are, or one by one."""
    if not view.region:
        return ""
    groups = {figure.region_codes: figure.scope for figure in data.figures if figure.scope}
    if scope := groups.get(view.region):
        return scope.to(view.locale)
    names = {region.code: region.name.to(view.locale) for region in data.regions}
    return listing([names.get(code, code) for code in view.region], view.locale)


def _figures_of(view: View, data: PlanData) -> list[FigureRow]:
    chosen = view.region
    return [
        figure for figure in data.figures
        if (concerns(figure.region_codes, chosen, data.everyone) if chosen
            else figure.region_codes and frozenset(figure.region_codes) != data.everyone)
    ]


def _targets_of(view: View, data: PlanData) -> list[TargetRow]:
    chosen = view.region
    return [
        target for target in data.targets
        if (concerns(target.region_codes, chosen, data.everyone) if chosen
            else target.region_codes and frozenset(target.region_codes) != data.everyone)
    ]


def _figures(figures: list[FigureRow], view: View, w: Words) -> list[Node]:
    if not figures:
        return [html.P(w("list.no_figures"), className="muted")]
    nodes = [
        html.H3(w("list.figures", count=len(figures))),
        figures_table(figures[:SHOWN], view.locale, BRIEF),
    ]
    if len(figures) > SHOWN:
        nodes.append(link(w("list.more", count=len(figures)), _on_plan(view, part="figures")))
    return nodes


def _targets(targets: list[TargetRow], view: View, w: Words) -> list[Node]:
    if not targets:
        return [html.P(w("list.no_targets"), className="muted")]
    most = SHOWN if view.region else GLIMPSE
    nodes = [
        html.H3(w("list.targets", count=len(targets))),
        light(element("ul", [_target(target, view.locale, w) for target in targets[:most]],
                      cls="commitments")),
    ]
    if len(targets) > most:
        nodes.append(link(w("list.more", count=len(targets)), _on_plan(view)))
    return nodes


def _target(target: TargetRow, locale: Locale, w: Words) -> Light:
    scope = target.scope.to(locale) if target.scope else ""
    return element(
        "li",
        element("span", w(theme_key(target.theme)), cls="tag"),
        element("span", target.statement.to(locale)),
        " ",
        element("span", f"{scope} · {target.section}", cls="muted where"),
    )


def _on_plan(view: View, part: str = "targets") -> View:
    return View(page="plan", locale=view.locale, plan=view.plan, region=view.region,
                part="figures" if part == "figures" else "targets")

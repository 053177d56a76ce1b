"""A chart with its heading, a way to save its figures and its picture, and words for who cannot
see it.
"""

from typing import Any

from dash import html

from dashboards.definitions import Definition, about
from dashboards.figure_sheet import FORMS, sheet_href
from dashboards.i18n import words
from dashboards.light import element, light
from dashboards.pages.mark_list import mark_list
from dashboards.parts import Node
from dashboards.view import View


def chart(
    view: View, name: str, figure: Any, *, heading: str, label: str, hint: str = "",
    definition: Definition | None = None, key: Node = None, map_: bool = False,
    wide: bool = False,
) -> Node:
    """The section of a chart; `name` is that of its sheet, `label` is read out in its place.

    `key` says what its colours are. A map is as high as the style sheet says; one that is `wide`
    scrolls sideways where there is too little room. What a mark of it holds of its own is the
    address it leads to: of a page, or after a # of a row of the same page. assets/charts.js draws.
    """
    kind = "chart map" if map_ else "chart wide" if wide else "chart"
    return html.Section([
        chart_head(view, name, heading=heading, definition=definition, picture=True,
                   marks=mark_list(figure, heading, view)),
        *([html.P(hint, className="hint")] if hint else []),
        *([key] if key is not None else []),
        html.Div(id=f"chart-{name}", role="img", className=kind, **{
            "aria-label": label, "data-figure": figure.to_json(validate=False),
            "data-undrawn": words(view.locale)("chart.undrawn"),
            **({"tabIndex": 0} if wide else {}),
            **({} if map_ else {"style": {"height": f"{figure.layout.height}px"}})}),
    ], className="panel", id=f"panel-{name}")


def chart_head(
    view: View, name: str, *, heading: str, definition: Definition | None = None,
    picture: bool = False, marks: Node | None = None,
) -> Node:
    """A heading with its definition, the list of its `marks`, and the menu that saves what stands
    below it, as a `picture` too.
    """
    return html.Div([
        html.H2(heading), *([about(definition, view.locale)] if definition else []),
        *([marks] if marks is not None else []),
        light(_menu(view, name, heading, picture=picture), className="save-place"),
    ], className="panel-head")


def _menu(view: View, name: str, heading: str, *, picture: bool) -> Any:
    w = words(view.locale)
    title = f"{heading} · {view.code}" if view.code else heading
    sheets = [element("a", form.upper(), href=sheet_href(view, name, form), download="",
                      id=f"save-{name}-{form}") for form in FORMS]
    pictures = [element("button", form.upper(), type="button", data_picture=form,
                        data_chart=f"chart-{name}", data_title=title, id=f"save-{name}-{form}")
                for form in ("png", "svg")] if picture else []
    return element(
        "details",
        element("summary", w("save.label"), aria_label=w("save.of", what=heading)),
        element("div", element("span", w("save.figures"), cls="label"), sheets,
                *([element("span", w("save.picture"), cls="label"), *pictures] if picture else []),
                cls="pop-body"),
        cls="save pop")

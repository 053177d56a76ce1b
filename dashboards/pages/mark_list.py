"""What the marks of a chart are and where they lead, as a list: for the keyboard, and to read."""

from typing import Any

from dashboards.i18n import words
from dashboards.light import Light, element, light
from dashboards.parts import Node
from dashboards.view import View


def leading_marks(figure: Any) -> list[tuple[str, list[str], str]]:
    """Each mark's name, what is said of it on pointing, and its address.

    Marks of one name and address are one. Streams are left out: their two ends lead there too.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for trace in figure.data:
        marks = trace.node if trace.type == "sankey" else trace
        hovers = marks.hovertemplate if trace.type == "sankey" else trace.hovertext
        if marks.customdata is None or hovers is None:
            continue
        for there, hover in zip(marks.customdata, hovers, strict=True):
            name, *said = hover.removesuffix("<extra></extra>").split("<br>")
            if there:
                lines = found.setdefault((_bare(name), there), [])
                lines += [line for line in said if line not in lines]
    return [(name, lines, there) for (name, there), lines in found.items()]


def _bare(text: str) -> str:
    return text.replace("<b>", "").replace("</b>", "")


def mark_list(figure: Any, heading: str, view: View) -> Node | None:
    """The menu that lists them; None where no mark leads anywhere."""
    w, marks = words(view.locale), leading_marks(figure)
    if not marks:
        return None
    rows: list[Light] = [element(
        "li", element("a", name, href=there),
        element("div", [element("span", line) for line in said])) for name, said, there in marks]
    return light(element(
        "details",
        element("summary", w("marks.label"), aria_label=w("marks.of", what=heading)),
        element("ul", rows, cls="pop-body", tabindex="0", aria_label=heading),
        cls="marks-list save pop"), className="marks-place")

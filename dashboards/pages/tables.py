"""Plain tables of light elements, which turn into blocks on a telephone."""

from collections.abc import Sequence

from dashboards.light import Light, element, light
from dashboards.parts import Node
from dashboards.view import View, href

NUMBERS = frozenset({"amount", "score", "size", "days", "points", "done", "planned", "cost"})
"""Columns of numbers, by their class: to the right."""


def table(
    identity: str, heads: Sequence[tuple[str, str]], rows: Sequence[Sequence[Light | list[Light]]],
    names: Sequence[str] = (),
) -> Node:
    """A table; `heads` are the class and the heading of each column, the first names its row.

    `names` are what the rows are reached by, one a row.
    """
    head = [element("th", said, cls=_look(name), scope="col") for name, said in heads]
    reached: Sequence[str | None] = names or [None] * len(rows)
    body = [element("tr", [_cell(at, name, said, cell) for at, ((name, said), cell)
                           in enumerate(zip(heads, row, strict=True))], id=to)
            for row, to in zip(rows, reached, strict=True)]
    drawn = element("table", element("thead", element("tr", head)), element("tbody", body),
                    cls="listing")
    return light(drawn, className="scroll", tabIndex=0, id=identity)


def project_named(
    name: str, code: str, view: View, more: Sequence[Light] = ()
) -> list[Light]:
    """A project by its name, which leads to its page; below it its code and `more` about the row.
    """
    return [
        element("a", name, href=href(view.to("projects", code))), " ",
        element("span", code, *(part for one in more for part in (" · ", one)), cls="under muted"),
    ]


def _cell(at: int, name: str, said: str, cell: Light | list[Light]) -> Light:
    if at == 0:
        return element("th", cell, cls=_look(name), scope="row")
    return element("td", cell, cls=_look(name), data_label=said)


def _look(name: str) -> str:
    return f"{name} number" if name in NUMBERS else name

"""Large tables as one component: plain lists that the browser builds into elements by itself.

Each Dash component costs the browser milliseconds whenever it is drawn, and a table would have
thousands of them. Text stays text all the way (never parsed as HTML): no data can become markup.
"""

import json
from collections.abc import Iterable
from typing import Any

from dash import html

Light = str | list[Any]
"""A text, or [tag, attributes, children]."""


def element(
    tag: str, *children: Light | Iterable[Light], cls: str = "", **attributes: str | None
) -> Light:
    """An element. An attribute's underscores are hyphens in HTML; None leaves it out."""
    given = {name.replace("_", "-"): value for name, value in attributes.items()
             if value is not None}
    if cls:
        given["class"] = cls
    inner: list[Light] = []
    for child in children:
        if isinstance(child, str) or _is_element(child):
            inner.append(child)  # type: ignore[arg-type]
        else:
            inner.extend(child)
    return [tag, given, inner]


def _is_element(child: Any) -> bool:
    return isinstance(child, list) and len(child) == 3 and isinstance(child[1], dict)


def light(content: Light, **properties: Any) -> Any:
    """The component that holds it; assets/aid.js builds it."""
    said = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return html.Div(**properties, **{"data-light": said})

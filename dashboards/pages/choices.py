"""Fields that narrow a page down. What is chosen goes into the address, by assets/aid.js."""

from collections.abc import Sequence
from datetime import date

from dashboards.i18n import words
from dashboards.light import element, light
from dashboards.parts import Node
from dashboards.view import View


def choice(
    name: str, label: str, options: Sequence[tuple[str, str]], chosen: str, view: View, *,
    param: str | None = None,
) -> Node:
    """One of several values, or all of them.

    `param` names what it fills in the address, where that is not `name`: several with commas
    between take the parts of a value.
    """
    every = ("", words(view.locale)("filter.all"))
    return light(element(
        "label", element("span", label, cls="label"),
        element("select", [
            element("option", text, value=value, selected="" if value == chosen else None)
            for value, text in (every, *options)
        ], id=f"filter-{name}", data_param=param or name)), className="field")


def day_field(name: str, label: str, chosen: date | None) -> Node:
    """A day."""
    field = element("input", type="date", id=f"filter-{name}", data_param=name,
                    value=chosen.isoformat() if chosen else None)
    return light(element("label", element("span", label, cls="label"), field), className="field")


def text_field(name: str, label: str, chosen: str, hint: str) -> Node:
    """A word that has to be there in full."""
    field = element("input", type="search", id=f"filter-{name}", data_param=name, value=chosen,
                    placeholder=hint, maxlength="100", autocomplete="off", spellcheck="false")
    return light(element("label", element("span", label, cls="label"), field), className="field")

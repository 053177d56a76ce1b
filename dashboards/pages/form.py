"""A form as it is drawn: fields with their labels, hints and places for complaints, and buttons.

It is plain elements; assets/forms.js sends it, keeps its draft and says what came of it.
"""

import json
from collections.abc import Sequence
from typing import Any

from dash import html

from aid.projects.files import BY_EXTENSION, MOST, TOGETHER
from aid.text import Locale
from dashboards.forms import BESIDE, SAID_IN, Field, Form
from dashboards.i18n import Words, words
from dashboards.light import Light, element, light
from dashboards.parts import Node

WIDE = frozenset({"long", "file", "files"})
"""Kinds of fields that stand alone in their row."""
_ACCEPTED = ",".join(BY_EXTENSION)


def form_node(
    name: str, form: Form, fields: Sequence[Field], *, draft: str, locale: Locale,
    links: Sequence[tuple[str, str]], send: str,
) -> Node:
    """The form. `draft` tells its draft from those of other things, `links` lead on from success.

    `send` stands on its button.
    """
    w = words(locale)
    once = form.keyed or any(one.kind == "version" for one in fields)
    buttons = [_button(send, form.mutation.document, main=True)]
    if form.other:
        buttons.append(_button(w(f"form.{name}.other"), form.other.document, main=False))
    told = {
        "draft": draft, "keyed": form.keyed, "confirms": form.confirms,
        "said": [[w(f"field.of.{key}"), place, SAID_IN[key].to(locale) if key in SAID_IN else ""]
                 for key, place in form.said],
        "beside": dict(BESIDE),
        "names": {value: said.to(locale) for value, said in form.names.items()},
        "links": [list(one) for one in links],
        "words": {key: w(f"form.said.{key}") for key in (
            "accepted", "sending", "missing", "unfit", "restored", "again", "mistakes", "large",
            "whole", "look", "confirm")}
        | {"many": w("form.said.many", most=MOST),
           "together": w("form.said.together", all=TOGETHER // 1024**2)}
        | {"failed": w("form.said.failed" if once else "form.said.unsure")},
    }
    drawn = element(
        "form", [_field(one, w) for one in fields],
        element("div", cls="form-said", role="alert", hidden=""),
        element("div", buttons, element("button", w("form.clear"), type="button", cls="quiet",
                                        data_clear=""), cls="form-buttons"),
        cls="log-form", id=f"form-{name}", novalidate="", autocomplete="off",
        data_form=json.dumps(told, ensure_ascii=False, sort_keys=True), method="dialog")
    return light(drawn, className="form-place")


def _button(said: str, document: str, *, main: bool) -> Light:
    return element("button", said, type="submit", data_query=document,
                   cls="main" if main else "quiet")


def _field(one: Field, w: Words) -> Light:
    identity = f"field-{one.name.replace('.', '-').replace(' ', '-')}"
    if one.kind in ("hidden", "version"):
        return element("input", type="hidden", name=one.name, value=one.chosen,
                       data_kind=one.kind)
    described = f"{identity}-hint {identity}-error" if one.hint else f"{identity}-error"
    label = [one.label, *([element("span", one.unit, cls="unit")] if one.unit else []),
             *([element("span", w("form.required"), cls="required")] if one.required else [])]
    return element(
        "div", element("label", label, **{"for": identity}),
        _input(one, identity, described),
        *([element("p", one.hint, cls="hint", id=f"{identity}-hint")] if one.hint else []),
        element("p", cls="complaint", id=f"{identity}-error", hidden=""),
        cls=f"form-field {one.kind}{' wide' if one.kind in WIDE else ''}", data_field=one.name)


def _input(one: Field, identity: str, described: str) -> Light:
    common: dict[str, Any] = {"id": identity, "name": one.name, "aria_describedby": described,
              "required": "" if one.required else None, "data_kind": one.kind}
    match one.kind:
        case "choice" | "flag":
            options = [element("option", said, value=value,
                               selected="" if value == one.chosen else None)
                       for value, said in one.options]
            empty = [] if one.required and one.chosen else [element("option", "—", value="")]
            return element("select", empty, options, **common)
        case "long":
            return element("textarea", one.chosen, rows="3", maxlength="2000", **common)
        case "file":
            return element("input", type="file", accept=_ACCEPTED, **common)
        case "files":
            return element("input", type="file", accept=_ACCEPTED, multiple="",
                           data_most=str(MOST), data_together=str(TOGETHER), **common)
        case "day":
            return element("input", type="date", value=one.chosen or None,
                           max=one.latest or None, **common)
        case "yuan" | "number" | "whole":
            return element("input", type="text", inputmode="decimal", value=one.chosen or None,
                           maxlength="24", **common)
        case _:
            return element("input", type="text", value=one.chosen or None, maxlength="200",
                           **common)


def heading(title: str, lead: str, back: Node) -> list[Node]:
    """What stands above a form."""
    return [html.P(back, className="back"),
            html.Div([html.H1(title), *([html.P(lead, className="lead muted")] if lead else [])],
                     className="heading")]

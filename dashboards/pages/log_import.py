"""The form that brings in a sheet: looked at, then brought in. assets/sheets.js sends it."""

import json

from dash import html

from aid.access.actor import Actor
from aid.interchange.imports.terms import IMPORTS, ImportKind
from dashboards.i18n import words
from dashboards.light import element, light
from dashboards.pages.form import heading
from dashboards.parts import Node, link
from dashboards.reading_log import LogData
from dashboards.view import View, href

_SAID = ("added", "changed", "unchanged", "row", "record", "what", "column", "old", "new", "is_new",
         "sheet", "value", "expected", "more", "mistakes", "confirm", "done", "nothing", "failed",
         "large", "sending", "no_file")
LARGEST = 50 * 1024 * 1024
"""Bytes of a sheet; the edge takes no more."""


def kinds_of(actor: Actor) -> list[ImportKind]:
    """The kinds of sheets that an actor may bring in."""
    return [kind for kind, said in IMPORTS.items() if any(actor.may(need) for need in said.needs)]


def import_page(view: View, data: LogData) -> list[Node]:
    """The page of the form."""
    w, locale = words(view.locale), view.locale
    kinds = kinds_of(data.actor)
    told = json.dumps({
        "largest": LARGEST, "words": {key: w(f"import.{key}") for key in _SAID},
        "links": [[w("log.back"), href(view.to("log"))]]}, ensure_ascii=False, sort_keys=True)
    options = [element("option", IMPORTS[kind].title.to(locale), value=kind.value)
               for kind in kinds]
    templates = [element(
        "a", IMPORTS[kind].title.to(locale), href=f"/imports/{kind.value}/template.xlsx",
        download="", id=f"template-{kind.value}") for kind in kinds]
    form = element(
        "form",
        element("div", element("label", w("import.kind"), **{"for": "import-kind"}),
                element("select", options, id="import-kind", name="kind"), cls="form-field choice"),
        element("div", element("label", w("import.file"), **{"for": "import-file"}),
                element("input", type="file", id="import-file", name="file", accept=".xlsx,.csv",
                        aria_describedby="import-file-hint import-file-error"),
                element("p", w("import.file.hint"), cls="hint", id="import-file-hint"),
                element("p", cls="complaint", id="import-file-error", hidden=""),
                cls="form-field file wide", data_field="file"),
        element("div", cls="form-said", role="alert", hidden=""),
        element("div", element("button", w("import.preview"), type="submit", cls="main"),
                cls="form-buttons"),
        element("div", cls="preview", id="preview", tabindex="-1", aria_live="polite"),
        cls="log-form", id="form-import", novalidate="", data_import=told, method="dialog")
    return [
        *heading(w("form.import"), w("form.import.lead"),
                 link(f"← {w('log.back')}", view.to("log"))),
        light(element("p", element("span", w("import.templates"), cls="label"), templates,
                      cls="exports templates")),
        html.Div(light(form), className="form-place"),
    ]

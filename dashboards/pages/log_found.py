"""Projects that a search of the log found, with what may be recorded of each."""

from collections.abc import Sequence

from dash import html

from aid.projects.listing import ListedRow
from dashboards.forms import fits
from dashboards.i18n import words
from dashboards.light import Light, element
from dashboards.marks import simulated_mark, stage_mark
from dashboards.pages.tables import table
from dashboards.parts import Node
from dashboards.reading_log import FOUND
from dashboards.view import View, href


def none_found(view: View) -> Node:
    """That a search found nothing; where nothing was sought, that there is nothing yet."""
    sought = view.text or view.of or view.item or view.on
    return html.P(words(view.locale)("log.none_found" if sought else "log.none_yet"),
                  className="muted", id="none-found")


def found_projects(
    view: View, rows: Sequence[ListedRow], forms: Sequence[str]
) -> list[Node]:
    """Projects that a search found, each with those of the forms that fit its stage."""
    w, locale = words(view.locale), view.locale
    if not rows:
        return [none_found(view)]
    lines: list[list[Light | list[Light]]] = [[
        [element("a", row.name.to(locale), href=href(
            view.to("log", form=forms[0], of=row.code)
            if len(forms) == 1 and fits(forms[0], row.stage)
            else view.to("projects", row.code))), " ",
         *([simulated_mark(locale)] if row.simulated else [])],
        element("span", row.code), element("span", row.recipient.to(locale)),
        stage_mark(row.stage, row.held_stage, locale),
        _links(view, [name for name in forms if fits(name, row.stage)], row.code),
    ] for row in rows]
    more = [html.P(w("log.more", count=FOUND), className="hint")] if len(rows) == FOUND else []
    return [table("found", [
        ("name", w("listed.name")), ("code", w("listed.code")), ("place", w("listed.place")),
        ("stage", w("listed.stage")), ("forms", w("log.record"))], lines), *more]


def _links(view: View, forms: Sequence[str], code: str) -> list[Light]:
    w = words(view.locale)
    return [element("a", w(f"form.{name}"), href=href(view.to("log", form=name, of=code)),
                    cls="act") for name in forms]

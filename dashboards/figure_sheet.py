"""The figures behind a chart as a table that can be saved. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from aid.sheets.columns import Column
from aid.sheets.writing import Row
from aid.text import Text
from dashboards.theme import BASE, FIGURES
from dashboards.view import View, href, path_of

FORMS = ("csv", "xlsx")
"""The forms in which figures are saved."""


@dataclass(frozen=True, slots=True)
class FigureSheet:
    """What a chart shows, row by row: amounts in fen, percent 0–100, days as dates."""

    title: Text
    columns: Sequence[Column]
    rows: Sequence[Row]


def sheet_href(view: View, chart: str, form: str) -> str:
    """Where the figures behind a chart of a view are fetched."""
    _, _, query = href(view).partition("?")
    below = path_of(view).removeprefix(BASE)
    return f"{FIGURES}{below}/{chart}.{form}?{query}"

"""The figures at the head of a page: each with its unit, exact value, definition and day."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from aid.text import Locale
from dashboards.definitions import Definition, about
from dashboards.format import Reading
from dashboards.parts import Node, link
from dashboards.view import View


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure. `exact` is shown on pointing at it, `state` below it; `there` leads behind it."""

    key: str
    reading: Reading
    definition: Definition
    exact: str = ""
    state: str = ""
    warns: bool = False
    there: View | None = None


def tile_row(tiles: Sequence[Tile], locale: Locale) -> Node:
    """The tiles side by side."""
    return html.Div([_tile(tile, locale) for tile in tiles], className="tiles figures-row")


def _tile(tile: Tile, locale: Locale) -> Node:
    value: list[Node] = [html.Span(tile.reading.number, className="number"), " ",
                         html.Span(tile.reading.unit, className="unit")]
    shown = html.Div(value, title=tile.exact or None, className="tile-value")
    return html.Div([
        html.Div([html.Span(tile.definition.name), about(tile.definition, locale)],
                 className="tile-name"),
        link(shown, tile.there) if tile.there else shown,
        html.Div(f"⚠ {tile.state}" if tile.warns and tile.state else tile.state,
                 className=f"tile-state {'warns' if tile.warns else 'muted'}"),
    ], className="tile", id=f"tile-{tile.key}")

"""The figures at the head of a page: each with its unit, exact value, definition and day."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from aid.text import Locale
from dashboards.definitions import Definition, about
from dashboards.format import Reading
from dashboards.light import Light, element, light
from dashboards.parts import Node, link
from dashboards.view import View


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure. `exact` is shown on pointing at it, `state` below it; `there` leads behind it.

    `follows`: its state comes later, anew for each value of it, from an element that fills it.
    `spark` are its values over the years, drawn as small columns; what they are says `trend`.
    """

    key: str
    reading: Reading
    definition: Definition
    exact: str = ""
    state: str = ""
    warns: bool = False
    there: View | None = None
    follows: str = ""
    spark: Sequence[float] = ()
    trend: str = ""


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
        *([html.Div(id=f"state-{tile.key}", className="tile-state muted", key=tile.follows)]
          if tile.follows else []),
        html.Div(f"⚠ {tile.state}" if tile.warns and tile.state else tile.state,
                 className=f"tile-state {'warns' if tile.warns else 'muted'}"),
        *([light(_spark(tile), className="spark-place")] if len(tile.spark) > 1 else []),
    ], className="tile", id=f"tile-{tile.key}")


def _spark(tile: Tile) -> Light:
    most = max(tile.spark) or 1
    return element("span", [
        element("i", style=f"height:{max(4.0, 100 * value / most):.0f}%") for value in tile.spark
    ], cls="spark", role="img", aria_label=tile.trend, title=tile.trend)

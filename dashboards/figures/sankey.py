"""Money as streams from layer to layer; what a node or stream leads to is its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboards.theme import FONTS, INK, bare_layout

ROW = 30
"""Pixels that a node of the fullest layer needs."""
COLOURS = ("#14507a", "#4f8ab2", "#7d8f9c", "#3b7c6a")
"""Of the nodes, layer by layer."""
STREAM = "rgba(110,142,166,0.33)"


@dataclass(frozen=True, slots=True)
class Stop:
    """A node of a layer, counted from 0."""

    key: str
    layer: int
    label: str
    hover: str
    there: str


@dataclass(frozen=True, slots=True)
class Stream:
    """What flows between two nodes, in one unit for all."""

    source: str
    target: str
    value: float
    hover: str


def sankey(stops: Sequence[Stop], streams: Sequence[Stream]) -> Any:
    """The figure, from left to right."""
    places = {stop.key: at for at, stop in enumerate(stops)}
    layers = [[stop for stop in stops if stop.layer == layer] for layer in range(len(COLOURS))]
    figure = go.Figure(go.Sankey(
        arrangement="fixed", orientation="h",
        node={
            "label": [stop.label for stop in stops], "pad": 14, "thickness": 14,
            "color": [COLOURS[stop.layer] for stop in stops],
            "line": {"width": 0}, "customdata": [stop.there for stop in stops],
            "x": [0.001 + 0.998 * stop.layer / (len(COLOURS) - 1) for stop in stops],
            "y": _heights(stops, streams),
            "hovertemplate": [f"{stop.hover}<extra></extra>" for stop in stops],
        },
        link={
            "source": [places[one.source] for one in streams],
            "target": [places[one.target] for one in streams],
            "value": [one.value for one in streams], "color": STREAM,
            "hovertemplate": [f"{one.hover}<extra></extra>" for one in streams],
        },
        textfont={"family": FONTS, "size": 12.5, "color": INK, "shadow": "none"},
    ))
    fullest = max((len(layer) for layer in layers), default=1)
    figure.update_layout(**bare_layout() | {
        "height": max(280, fullest * ROW + 40), "margin": {"l": 6, "r": 6, "t": 10, "b": 14}})
    return figure


def _heights(stops: Sequence[Stop], streams: Sequence[Stream]) -> list[float]:
    """Where the middle of each node stands, from 0 to 1: in the order given, by what is in it."""
    within: dict[str, float] = {}
    for one in streams:
        within[one.target] = within.get(one.target, 0) + one.value
    for one in streams:
        if one.source not in within or one.source.startswith(_first(stops)):
            within[one.source] = within.get(one.source, 0) + one.value
    found, at = [], dict.fromkeys(range(len(COLOURS)), 0.0)
    whole = max(sum(one.value for one in streams) / max(1, len(COLOURS) - 1), 1e-9)
    for stop in stops:
        gaps = 0.04
        count = sum(other.layer == stop.layer for other in stops)
        share = within.get(stop.key, 0) / whole * (1 - gaps * (count - 1))
        found.append(min(0.999, max(0.001, at[stop.layer] + share / 2)))
        at[stop.layer] += share + gaps
    return found


def _first(stops: Sequence[Stop]) -> str:
    return next((stop.key.partition(":")[0] for stop in stops if stop.layer == 0), "")

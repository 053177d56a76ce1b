"""Money as streams from layer to layer, each node and stream with what it leads to."""

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
HALO = ", ".join(["0 0 2px #ffffff"] * 6)
"""Keeps a name readable where it lies on a stream."""
GAP = 0.035
"""Of the height, between two nodes of the fullest layer."""
LINE = 17
"""Pixels between the middles of two nodes, so that their names stand apart."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A node of a layer, counted from 0, and what flows through it."""

    key: str
    layer: int
    label: str
    value: float
    hover: str
    there: str


@dataclass(frozen=True, slots=True)
class Stream:
    """What flows between two nodes, in one unit for all; `there` is where it leads, if anywhere."""

    source: str
    target: str
    value: float
    hover: str
    there: str = ""


def sankey(stops: Sequence[Stop], streams: Sequence[Stream]) -> Any:
    """The figure, from left to right; in each layer the first node on top."""
    layers = [[stop for stop in stops if stop.layer == layer] for layer in range(len(COLOURS))]
    stops = [stop for layer in layers for stop in layer]
    places = {stop.key: at for at, stop in enumerate(stops)}
    drawn = go.Sankey(
        arrangement="fixed", orientation="h",
        node={
            "label": [stop.label for stop in stops], "pad": 14, "thickness": 14,
            "color": [COLOURS[stop.layer] for stop in stops],
            "line": {"width": 0}, "customdata": [stop.there for stop in stops],
            "x": [0.001 + 0.998 * stop.layer / (len(COLOURS) - 1) for stop in stops],
            "y": _heights(layers),
            "hovertemplate": [f"{stop.hover}<extra></extra>" for stop in stops],
        },
        link={
            "source": [places[one.source] for one in streams],
            "target": [places[one.target] for one in streams],
            "value": [one.value for one in streams], "color": STREAM,
            "customdata": [one.there for one in streams],
            "hovertemplate": [f"{one.hover}<extra></extra>" for one in streams],
        },
        textfont={"family": FONTS, "size": 12.5, "color": INK, "shadow": HALO},
    )
    fullest = max((len(layer) for layer in layers), default=1)
    return go.Figure(drawn, bare_layout() | {
        "height": height_of(fullest), "margin": {"l": 6, "r": 6, "t": 10, "b": 14}})


def height_of(fullest: int) -> int:
    """Pixels of a figure whose fullest layer has so many nodes."""
    return max(280, fullest * ROW + 40)


def _heights(layers: Sequence[Sequence[Stop]]) -> list[float]:
    """Where the middle of each node stands, from 0 to 1: layers side by side fill the height."""
    fullest = max((len(layer) for layer in layers), default=1)
    whole = max((sum(stop.value for stop in layer) for layer in layers), default=1) or 1
    scale = 1 - GAP * (fullest - 1)
    found = []
    for layer in layers:
        gap, at, middles = (1 - scale) / max(1, len(layer) - 1), 0.0, []
        for stop in layer:
            share = scale * stop.value / whole
            middles.append(at + share / 2 if len(layer) > 1 else 0.5)
            at += share + gap
        found += _apart(middles, LINE / height_of(fullest))
    return found


def _apart(middles: Sequence[float], least: float) -> list[float]:
    """The same with room for a name between neighbours, the last moved up where it must."""
    down: list[float] = []
    for middle in middles:
        down.append(max(middle, down[-1] + least) if down else middle)
    up: list[float] = []
    for middle in reversed(down):
        up.append(min(middle, up[-1] - least if up else 0.999))
    return [min(0.999, max(0.001, middle)) for middle in reversed(up)]

"""The bundled geometry: its features, where a place's label goes, the boundary lines."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

GEO = Path(__file__).parent.parent / "assets" / "geo"
PREFECTURES = "china_prefecture.geojson"
LINES = "china_boundary_lines.geojson"

Point = tuple[float, float]
"""Longitude and latitude in degrees."""


@dataclass(frozen=True, slots=True)
class Path2D:
    """Lines to be drawn in one stroke: None lifts the pen."""

    lon: tuple[float | None, ...]
    lat: tuple[float | None, ...]


@cache
def label_points() -> dict[str, Point]:
    """For each feature, by today's GB/T 2260 code, the middle of its largest ring."""
    return {
        str(feature["id"]): _middle(max(_outer_rings(feature["geometry"]), key=_twice_area))
        for feature in _features(PREFECTURES)
    }


@cache
def boundary_lines() -> Path2D:
    """All boundary lines that come with the geometry."""
    lon: list[float | None] = []
    lat: list[float | None] = []
    for feature in _features(LINES):
        for line in feature["geometry"]["coordinates"]:
            lon += [point[0] for point in line] + [None]
            lat += [point[1] for point in line] + [None]
    return Path2D(tuple(lon), tuple(lat))


def _features(name: str) -> list[dict[str, Any]]:
    loaded: dict[str, Any] = json.loads((GEO / name).read_text("utf-8"))
    features: list[dict[str, Any]] = loaded["features"]
    return features


def _outer_rings(geometry: dict[str, Any]) -> Iterator[list[Point]]:
    shapes = geometry["coordinates"]
    for polygon in shapes if geometry["type"] == "MultiPolygon" else [shapes]:
        yield [(float(x), float(y)) for x, y in polygon[0]]


def _twice_area(ring: list[Point]) -> float:
    return abs(sum(_cross(a, b) for a, b in pairwise(ring)))


def _middle(ring: list[Point]) -> Point:
    """The centroid of a closed ring, in degrees."""
    pairs = list(pairwise(ring))
    twice = sum(_cross(a, b) for a, b in pairs)
    if not twice:
        return ring[0]
    x = sum((a[0] + b[0]) * _cross(a, b) for a, b in pairs) / (3 * twice)
    y = sum((a[1] + b[1]) * _cross(a, b) for a, b in pairs) / (3 * twice)
    return (x, y)


def _cross(a: Point, b: Point) -> float:
    return a[0] * b[1] - b[0] * a[1]

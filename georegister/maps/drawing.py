"""A plan as SVG, for pages without script and for print: the municipality, and the plan in it."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

WIDTH = 720.0
TALLEST = 480.0
MARGIN = 0.04
SMALLEST_SEEN = 14.0
Ring = tuple[float, float, float]
Placing = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Shape:
    """One path; `path` holds numbers and the letters M, L and Z only."""

    classes: str
    path: str


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    shapes: list[Shape]
    ring: Ring | None


def plan_drawing(plan: BaseGeometry, classes: str, around: BaseGeometry | None) -> Drawing:
    """The plan, with its classes, in what lies around it (the municipality), both in EPSG:4326.

    A plan too small to be seen gets a ring round it.
    """
    whole = around if around is not None else plan.buffer(0.01)
    west, south, east, north = shapely.union(whole.envelope, plan.envelope).bounds
    shrink = math.cos(math.radians((south + north) / 2))
    span_x, span_y = (east - west) * shrink, north - south
    scale = min(WIDTH / span_x, TALLEST / span_y) * (1 - 2 * MARGIN)
    width, height = span_x * scale / (1 - 2 * MARGIN), span_y * scale / (1 - 2 * MARGIN)

    def place(x: float, y: float) -> tuple[float, float]:
        return (x - west) * shrink * scale + width * MARGIN, (north - y) * scale + height * MARGIN

    shapes = [Shape("municipality", _path(whole, place))] if around is not None else []
    shapes.append(Shape(classes, _path(plan, place)))
    left, top = place(plan.bounds[0], plan.bounds[3])
    right, bottom = place(plan.bounds[2], plan.bounds[1])
    small = max(right - left, bottom - top) < SMALLEST_SEEN
    ring = (round((left + right) / 2, 1), round((top + bottom) / 2, 1), SMALLEST_SEEN) if small else None
    return Drawing(round(width), round(height), shapes, ring)


def _path(geometry: BaseGeometry, place: Placing) -> str:
    parts = []
    for polygon in shapely.get_parts(geometry):
        for ring in shapely.get_rings(polygon):
            points = [place(x, y) for x, y in shapely.get_coordinates(ring)]
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points[:-1]) + "Z")
    return "".join(parts)

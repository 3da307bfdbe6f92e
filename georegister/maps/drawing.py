"""A plan as SVG, for pages without script and for print: the municipality, and the plan in it."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

WIDTH = 720.0
TALLEST = 480.0
MARGIN = 0.04
SMALLEST_SEEN = 14.0
METRES_A_DEGREE = 111_320
Ring = tuple[float, float, float]
Placing = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Shape:
    """One path; `path` holds numbers and the letters M, L and Z only."""

    classes: str
    path: str


@dataclass(frozen=True)
class View:
    """A place in degrees, and how many metres round it are shown."""

    lon: float
    lat: float
    metres: float

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north."""
        up = self.metres / METRES_A_DEGREE
        across = up / max(math.cos(math.radians(self.lat)), 0.01)
        return self.lon - across * 1.5, self.lat - up, self.lon + across * 1.5, self.lat + up


@dataclass(frozen=True)
class Drawing:
    """A small map; the rings stand round plans too small to be seen."""

    width: int
    height: int
    shapes: list[Shape]
    rings: list[Ring]
    here: tuple[float, float] | None = None


def drawing(
    plans: Sequence[tuple[BaseGeometry, str]], around: BaseGeometry | None, view: View | None = None
) -> Drawing:
    """Plans, each with its classes, in what lies around them (the municipality); all in EPSG:4326.

    Shows everything, or what a view shows. Raises ValueError where there is nothing to draw.
    """
    whole = around if around is not None else shapely.union_all([plan for plan, _ in plans]).buffer(0.01)
    west, south, east, north = (
        view.bounds if view else shapely.total_bounds([whole, *(plan for plan, _ in plans)]).tolist()
    )
    shrink = math.cos(math.radians((south + north) / 2))
    span_x, span_y = (east - west) * shrink, north - south
    scale = min(WIDTH / span_x, TALLEST / span_y) * (1 - 2 * MARGIN)
    width, height = span_x * scale / (1 - 2 * MARGIN), span_y * scale / (1 - 2 * MARGIN)

    def place(x: float, y: float) -> tuple[float, float]:
        return (x - west) * shrink * scale + width * MARGIN, (north - y) * scale + height * MARGIN

    shapes = [Shape("municipality", _path(whole, place))] if around is not None else []
    shapes += [Shape(classes, _path(plan, place)) for plan, classes in plans]
    rings = [ring for plan, _ in plans for ring in _ring(plan, place)]
    x, y = place(view.lon, view.lat) if view else (0.0, 0.0)
    here = (round(x, 1), round(y, 1)) if view else None
    return Drawing(round(width), round(height), shapes, sorted(set(rings)), here)


def of_feature(geometry: Mapping[str, Any]) -> BaseGeometry:
    """The shape of a feature's geometry, a GeoJSON MultiPolygon."""
    return shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in geometry["coordinates"]])


def classes(properties: Mapping[str, Any]) -> str:
    """How the stylesheet knows a plan: by the slot of its theme and by its status."""
    ended = " ended" if properties["applies"] == "ended" else ""
    whole = " whole" if properties.get("extent_source") == "municipality" else ""
    return f"plan slot-{properties['theme_slot'] or 0} status-{properties['status']}{ended}{whole}"


def _ring(plan: BaseGeometry, place: Placing) -> list[Ring]:
    left, top = place(plan.bounds[0], plan.bounds[3])
    right, bottom = place(plan.bounds[2], plan.bounds[1])
    if max(right - left, bottom - top) >= SMALLEST_SEEN:
        return []
    return [(round((left + right) / 2, 1), round((top + bottom) / 2, 1), SMALLEST_SEEN)]


def _path(geometry: BaseGeometry, place: Placing) -> str:
    parts = []
    for polygon in shapely.get_parts(geometry):
        for ring in shapely.get_rings(polygon):
            points = [place(x, y) for x, y in shapely.get_coordinates(ring)]
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points[:-1]) + "Z")
    return "".join(parts)

"""A plan as SVG, for pages without script and for print: the municipality, and the plan in it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from georegister.domain.geometry import METRES_PER_DEGREE
from georegister.maps.shapes import SMALLEST_SEEN, Ring, heaps, path, ring_round

WIDTH = 720.0
TALLEST = 480.0
MARGIN = 0.04


@dataclass(frozen=True)
class Shape:
    """One path; `path` holds numbers and the letters M, L and Z only."""

    classes: str
    path: str


@dataclass(frozen=True)
class View:
    """A place in degrees, and how many metres round it are shown; the area that is meant, where it is one."""

    lon: float
    lat: float
    metres: float
    area: BaseGeometry | None = None

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north."""
        up = self.metres / METRES_PER_DEGREE
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

    def place(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = points.T
        return np.column_stack([(x - west) * shrink * scale + width * MARGIN, (north - y) * scale + height * MARGIN])

    placed = [(shapely.transform(plan, place), classes) for plan, classes in plans]
    shapes = [Shape("municipality", path(shapely.transform(whole, place)))] if around is not None else []
    in_heaps = heaps([plan for plan, _ in placed], [not is_hollow(classes) for _, classes in placed])
    for (plan, classes), heap in zip(placed, in_heaps, strict=True):
        shapes.append(Shape(f"{classes} heap-{heap}" if heap else classes, path(plan)))
    rings = {ring for plan, _ in placed if (ring := ring_round(plan, SMALLEST_SEEN, SMALLEST_SEEN))}
    [(x, y)] = place(np.array([(view.lon, view.lat)])).tolist() if view else [(0.0, 0.0)]
    here = (round(x, 1), round(y, 1)) if view and view.area is None else None
    if view and view.area is not None:
        shapes.append(Shape("asked-area", path(shapely.transform(view.area, place))))
    return Drawing(round(width), round(height), shapes, sorted(rings), here)


def is_hollow(classes: str) -> bool:
    """Whether what has these classes is drawn as a line alone, or nearly so."""
    return not {"whole", "ended"}.isdisjoint(classes.split())


def of_feature(geometry: Mapping[str, Any]) -> BaseGeometry:
    """The shape of a feature's geometry, a GeoJSON MultiPolygon; a Polygon where it was simplified."""
    return shape(dict(geometry))


def classes(properties: Mapping[str, Any]) -> str:
    """How the stylesheet knows a plan: by the slot of its theme and by its status."""
    ended = " ended" if properties["applies"] == "ended" else ""
    whole = " whole" if properties.get("extent_source") == "municipality" else ""
    sketch = " illustrative" if properties.get("geometry_source") == "illustrative" else ""
    return f"plan slot-{properties['theme_slot'] or 0} status-{properties['status']}{ended}{whole}{sketch}"

"""Land and coast round a map, from Natural Earth by the npm package world-atlas."""

from functools import cache

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from georegister.maps.assets import STATIC

SOURCE = STATIC / "vendor" / "world-atlas" / "land-10m.json"
MARGIN_DEGREES = 2.0
DIGITS = 1e-4
HALF_WAY_ROUND = 180


def land(bounds: tuple[float, float, float, float]) -> str:
    """The land within two degrees of the bounds (west, south, east, north), as a GeoJSON geometry."""
    west, south, east, north = bounds
    near = land_within(west - MARGIN_DEGREES, south - MARGIN_DEGREES, east + MARGIN_DEGREES, north + MARGIN_DEGREES)
    return str(shapely.to_geojson(shapely.set_precision(near, DIGITS, mode="pointwise")))


def land_within(west: float, south: float, east: float, north: float) -> shapely.MultiPolygon:
    """The land within a box in degrees."""
    everywhere, bounds = _everywhere()
    meets = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    near = shapely.clip_by_rect(everywhere[meets], west, south, east, north)
    # Drawn on a grid, some of them touch or cross themselves.
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(near)))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon" and not part.is_empty])


@cache
def _everywhere() -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """The polygons of the world, with their bounds."""
    parts = shapely.get_parts(shapely.from_wkb(pyogrio.raw.read(SOURCE)[2]))
    points, part_of = shapely.get_coordinates(parts, return_index=True)
    jumps = (np.abs(np.diff(points[:, 0])) > HALF_WAY_ROUND) & (part_of[1:] == part_of[:-1])
    for number in np.unique(part_of[1:][jumps]):
        parts[number] = _in_one_piece(parts[number])
    return parts, shapely.bounds(parts)


def _in_one_piece(polygon: shapely.Polygon) -> shapely.Polygon:
    """Land that is cut at the antimeridian has points on both sides of it, and would go once round the world."""
    rings = [np.unwrap(shapely.get_coordinates(ring), period=360, axis=0) for ring in shapely.get_rings(polygon)]
    if not all(np.allclose(ring[0], ring[-1]) for ring in rings):
        return polygon  # Antarctica does go round
    return shapely.Polygon(_at_home(rings[0]), [_at_home(ring) for ring in rings[1:]])


def _at_home(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    middle = float(ring[:, 0].min() + ring[:, 0].max()) / 2
    moved: NDArray[np.float64] = ring - [360 * round(middle / 360), 0]
    return moved

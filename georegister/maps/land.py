"""Land and coast round a map, from Natural Earth by the npm package world-atlas."""

import pyogrio
import shapely

from georegister.maps.assets import STATIC

SOURCE = STATIC / "vendor" / "world-atlas" / "land-10m.json"
MARGIN_DEGREES = 2.0
DIGITS = 1e-4


def land(bounds: tuple[float, float, float, float]) -> str:
    """The land within two degrees of the bounds (west, south, east, north), as a GeoJSON geometry."""
    west, south, east, north = bounds
    everywhere = shapely.from_wkb(pyogrio.raw.read(SOURCE)[2])
    near = shapely.clip_by_rect(
        everywhere, west - MARGIN_DEGREES, south - MARGIN_DEGREES, east + MARGIN_DEGREES, north + MARGIN_DEGREES
    )
    parts = shapely.get_parts(shapely.get_parts(near))
    whole = shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])
    return str(shapely.to_geojson(shapely.set_precision(whole, DIGITS, mode="pointwise")))

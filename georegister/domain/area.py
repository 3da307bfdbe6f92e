"""An area that somebody asks about: a polygon they drew, or all that lies within some metres of what they drew."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

import numpy as np
import pyproj
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from georegister.domain.crs import DEFAULT
from georegister.domain.drawn import geometry
from georegister.domain.geometry import area_m2
from georegister.errors import ValueRefused
from georegister.sentence import N_

LONGEST = 8000
"""Letters of a geometry in an address."""
MOST_POINTS = 5_000
LARGEST_M2 = 1e12
"""A million km²: more than all of Denmark and the part of Greenland that has no ice."""
HALF_ROUND = 180
STEP_DEGREES, MOST_STEPS = 0.01, 2_000
QUARTER_SEGMENTS = 32
"""A circle is drawn with 128 corners: it lacks 0.04 % of its area."""
POLYGONAL = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Drawn:
    """What somebody drew, in CRS84. It is kept as WKT, so that one geometry has one spelling."""

    wkt: str

    @classmethod
    def parse(cls, said: Any) -> Self:
        """From WKT or GeoJSON as text, or from GeoJSON that has been read. Raises ValueRefused."""
        if isinstance(said, str) and len(said) > LONGEST:
            raise ValueRefused(N_("it is longer than {most} letters; send it by POST"), most=LONGEST)
        drawn = geometry(said if isinstance(said, dict) else _read(said), DEFAULT)
        if shapely.get_num_coordinates(drawn) > MOST_POINTS:
            raise ValueRefused(N_("it has more than {most} points; simplify it"), most=MOST_POINTS)
        return cls(shapely.to_wkt(drawn, rounding_precision=-1))


@dataclass(frozen=True)
class Area:
    """The area that is meant: WKB in EPSG:4326, and its geodesic square metres."""

    wkb: bytes
    m2: float


@lru_cache(maxsize=64)
def area(drawn: Drawn, buffer: float) -> Area:
    """What was drawn and all within `buffer` metres of it. Its edges are straight in degrees, as it was drawn.

    Raises ValueRefused where it is no area, or one that cannot be asked about.
    """
    shape = shapely.from_wkt(drawn.wkt)
    if buffer == 0 and shape.geom_type not in POLYGONAL:
        raise ValueRefused(N_("a polygon is wanted, or `buffer` metres round a point or line"))
    shape = shapely.segmentize(shape, max(STEP_DEGREES, shapely.length(shape) / MOST_STEPS))
    if buffer:
        shape = _widened(shape, buffer)
    m2 = area_m2(shape)
    west, _, east, _ = shapely.bounds(shape)
    # What goes round the earth has no inside that can be measured.
    if m2 > LARGEST_M2 or east - west >= HALF_ROUND:
        raise ValueRefused(N_("it is larger than {most} km²"), most=round(LARGEST_M2 / 1e6))
    return Area(shapely.to_wkb(shape), m2)


def _read(text: Any) -> dict[str, Any]:
    """Raises ValueRefused."""
    try:
        if not isinstance(text, str):
            raise ValueError
        said = json.loads(text) if text.lstrip().startswith("{") else mapping(shapely.from_wkt(text))
    except (ValueError, RecursionError, NotImplementedError, shapely.errors.ShapelyError):
        raise ValueRefused(
            N_("give a geometry as WKT, such as POLYGON((11 55, 12 55, 12 56, 11 55)), or GeoJSON")
        ) from None
    if not isinstance(said, dict):
        raise ValueRefused(N_("the geometry is not written as one"))
    return said


def _widened(shape: BaseGeometry, metres: float) -> BaseGeometry:
    """Round its middle the earth is flat enough: at 100 km from it a distance is wrong by less than 0.01 %."""
    middle = shapely.centroid(shapely.envelope(shape))
    flat = pyproj.CRS.from_dict({"proj": "aeqd", "lon_0": middle.x, "lat_0": middle.y, "datum": "WGS84"})
    there = pyproj.Transformer.from_crs(4326, flat, always_xy=True)

    def along(points: Any, way: str) -> Any:
        return np.column_stack(there.transform(points[:, 0], points[:, 1], direction=way))

    wider = shapely.buffer(shapely.transform(shape, lambda points: along(points, "FORWARD")), metres, QUARTER_SEGMENTS)
    back = shapely.transform(wider, lambda points: along(points, "INVERSE"))
    west, south, east, north = shapely.bounds(back)
    if not (np.isfinite([west, south, east, north]).all() and east - west < 180 and shapely.is_valid(back)):
        raise ValueRefused(N_("`buffer` reaches over a pole or the antimeridian"))
    return back

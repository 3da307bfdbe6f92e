"""What the register promises of a geometry, boxes and points that people ask with, and directions in words.

The promise: a MULTIPOLYGON in EPSG:4326 (longitude, latitude), on a grid of 1e-7 degrees (about 1 cm) and valid
there, whose edges lie within 1 cm of where they lay in the delivered reference system. What is stored is what is
served.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from georegister.errors import ValueRefused
from georegister.sentence import N_

REGISTER_CRS = 4326
GRID = 1e-7
DEVIATION_METRES = 0.01
DECIMALS = 7
"""Of a degree, in what is served: a centimetre."""
CELLS_PER_DEGREE = 1e7
NEVER_BENDS_METRES = 50.0
METRES_PER_DEGREE = 111_320.0
POLYGON = 3
WGS84 = pyproj.Geod(ellps="WGS84")
COMPASS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")

Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Box:
    """A box in degrees of longitude and latitude; `west` greater than `east` crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def parse(cls, text: str, latitude_first: bool = False) -> Self:
        """From `west,south,east,north`, or with heights `west,south,low,east,north,high` (OGC 17-069r4, 7.15.3).

        Raises ValueError with a sentence for people.
        """
        form = "south,west,north,east" if latitude_first else "west,south,east,north"
        west, south, east, north = parse_corners(text, form, latitude_first)
        if not (-180 <= west <= 180 and -180 <= east <= 180):
            raise ValueRefused(N_("longitudes lie between -180 and 180 degrees"))
        if not (-90 <= south <= 90 and -90 <= north <= 90):
            raise ValueRefused(N_("latitudes lie between -90 and 90 degrees"))
        if south > north:
            raise ValueRefused(N_("the southern edge lies north of the northern one"))
        return cls(west, south, east, north)

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """West, south, east and north."""
        return (self.west, self.south, self.east, self.north)

    @property
    def parts(self) -> list[tuple[float, float, float, float]]:
        """One box, or two where it crosses the antimeridian."""
        if self.west <= self.east:
            return [self.corners]
        return [(self.west, self.south, 180.0, self.north), (-180.0, self.south, self.east, self.north)]


@dataclass(frozen=True)
class Point:
    """A place in degrees of longitude and latitude."""

    lon: float
    lat: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `lon,lat`. Raises ValueError with a sentence for people."""
        lon, lat = parse_numbers(text, (2,), "lon,lat")
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueRefused(N_("give longitude first, between -180 and 180, then latitude, between -90 and 90"))
        return cls(lon, lat)


def parse_corners(text: str, form: str, flipped: bool) -> tuple[float, float, float, float]:
    """The lower and the upper corner of a box, without heights; `flipped` where the second axis is said first."""
    numbers = parse_numbers(text, (4, 6), form)
    half = len(numbers) // 2
    (x1, y1), (x2, y2) = numbers[:2], numbers[half : half + 2]
    return (y1, x1, y2, x2) if flipped else (x1, y1, x2, y2)


def parse_numbers(text: str, counts: tuple[int, ...], form: str) -> list[float]:
    """Finite decimal numbers between commas. Raises ValueError naming the form wanted."""
    words = text.split(",")
    try:
        if len(words) not in counts or not text.isascii():
            raise ValueError
        numbers = [float(word) for word in words]
        if not all(map(math.isfinite, numbers)) or any("_" in word for word in words):
            raise ValueError
    except ValueError:
        raise ValueRefused(N_("expected {form} as decimal numbers, got {text!r}"), form=form, text=text[:60]) from None
    return numbers


def to_register(geometries: Geometries, crs: pyproj.CRS) -> tuple[Geometries, dict[int, str]]:
    """Valid polygonal geometries in their own reference system, as the register keeps them.

    Long edges get extra points first, so that a straight line in the delivered system stays within 1 cm of where
    it lay (a 1.5 km edge in UTM would bend 7 cm, a 20 km edge 11 m). Gives one MULTIPOLYGON or None for each, and
    by index why there is none.
    """
    transformer = to_wgs84(crs)
    refused: dict[int, str] = {}
    drawn = shapely.transform(_segmentised(geometries, crs), lambda points: _project(points, transformer))
    snapped = shapely.transform(drawn, _on_grid)
    for index in np.flatnonzero(~shapely.is_valid(snapped)):
        snapped[index], reason = _mended(drawn[index])
        if reason:
            refused[int(index)] = reason
    single = np.flatnonzero(shapely.get_type_id(snapped) == POLYGON)
    snapped[single] = shapely.multipolygons(snapped[single], indices=np.arange(len(single)))
    return shapely.orient_polygons(snapped), refused


def polygons_of(geometry: BaseGeometry) -> list[shapely.Polygon]:
    """The polygons with an area in a geometry of any kind, in order."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty and part.area > 0]


@lru_cache(maxsize=64)
def to_wgs84(crs: pyproj.CRS) -> pyproj.Transformer:
    """From a reference system to longitude and latitude, x before y whatever the authority says."""
    return pyproj.Transformer.from_crs(crs, REGISTER_CRS, always_xy=True)


def area_m2(geometry: BaseGeometry) -> float:
    """The geodesic area in square metres of a geometry in EPSG:4326."""
    return abs(float(WGS84.geometry_area_perimeter(geometry)[0]))


def compass(azimuth: float) -> str:
    """One of eight directions for an azimuth in degrees clockwise from north."""
    return COMPASS[round(azimuth / 45) % 8]


def _segmentised(geometries: Geometries, crs: pyproj.CRS) -> Geometries:
    """Extra points on long edges, so that no edge deviates by more than DEVIATION_METRES.

    The deviation of a chord grows with the square of its length; the worst edge of a geometry decides for all of
    its edges. In a geographic system edges are straight in longitude and latitude already.
    """
    out = geometries.copy()
    if not crs.is_projected:
        return out
    rings, polygon_of = shapely.get_rings(*_parts(geometries)[:1], return_index=True)
    geometry_of = _parts(geometries)[1][polygon_of]
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    starts, ends = points[:-1], points[1:]
    lengths = np.hypot(*(ends - starts).T) * crs.axis_info[0].unit_conversion_factor
    long = (ring_of[1:] == ring_of[:-1]) & (lengths > NEVER_BENDS_METRES)
    if not long.any():
        return out
    transformer = to_wgs84(crs)
    starts, ends, lengths, geometry_of = starts[long], ends[long], lengths[long], geometry_of[ring_of[:-1][long]]
    middles = _project((starts + ends) / 2, transformer)
    chords = (_project(starts, transformer) + _project(ends, transformer)) / 2
    east, north = ((middles - chords) * METRES_PER_DEGREE).T
    deviations = np.hypot(east * np.cos(np.radians(middles[:, 1])), north)
    for index in np.unique(geometry_of[deviations > DEVIATION_METRES]):
        edges = geometry_of == index
        bend = (deviations[edges] / np.square(lengths[edges])).max()
        step = math.sqrt(DEVIATION_METRES / bend) / crs.axis_info[0].unit_conversion_factor
        out[index] = shapely.segmentize(geometries[index], step)
    return out


def _parts(geometries: Geometries) -> tuple[Geometries, NDArray[np.intp]]:
    return shapely.get_parts(geometries, return_index=True)


def _project(points: NDArray[np.float64], transformer: pyproj.Transformer) -> NDArray[np.float64]:
    return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))


def _on_grid(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.rint(points * CELLS_PER_DEGREE) / CELLS_PER_DEGREE


def _mended(drawn: BaseGeometry) -> tuple[shapely.MultiPolygon | None, str]:
    """One geometry that the grid made invalid, made valid there; or the reason why it cannot be."""
    if not np.isfinite(shapely.get_coordinates(drawn)).all():
        return None, "a point has no place on earth in its reference system"
    whole = shapely.set_precision(shapely.make_valid(drawn), GRID)
    polygons = polygons_of(shapely.transform(whole, _on_grid))
    if not polygons:
        return None, "nothing with an area is left of it"
    mended = shapely.multipolygons(polygons)
    return (mended, "") if shapely.is_valid(mended) else (None, "it cannot be made valid on a grid of 1 cm")

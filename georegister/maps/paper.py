"""A piece of the earth on paper: its projection, its scale, a bar that measures it, and lines of degrees.

Stereographic about its middle, so that a centimetre is as long everywhere on the sheet and in every direction.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from georegister.domain.geometry import WGS84

UNITS_A_MM = 4.0
"""How finely a sheet is drawn: units of the SVG for each millimetre."""
MANTISSAS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5)
LARGEST_SCALE, SMALLEST_SCALE = 2_000, 50_000_000
LONGEST_BAR_MM = 42.0
DEGREES = (30.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
LEAST_LINES = 2
LINE_POINTS = 17
LEAST_DEGREES = 1e-4
FARTHEST_NORTH = 89.5
"""Or south, of the middle of a sheet: at a pole no direction is north."""
Bounds = tuple[float, float, float, float]
"""West, south, east and north in degrees."""
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Bar:
    """A scale bar of so many metres: from x to x + length at height y, in units."""

    metres: int
    x: float
    y: float
    length: float


@dataclass(frozen=True)
class Line:
    """A meridian or a parallel: its points in units, and its degrees."""

    degrees: float
    is_meridian: bool
    points: Points


@dataclass(frozen=True)
class Paper:
    """So many millimetres of paper at 1 : `denominator`, round a place in degrees."""

    lon: float
    lat: float
    width_mm: float
    height_mm: float
    denominator: int

    @property
    def width(self) -> float:
        return self.width_mm * UNITS_A_MM

    @property
    def height(self) -> float:
        return self.height_mm * UNITS_A_MM

    @property
    def edge(self) -> shapely.LinearRing:
        """The edge of the sheet, in units."""
        return shapely.LinearRing([(0, 0), (self.width, 0), (self.width, self.height), (0, self.height)])

    @property
    def metres_a_unit(self) -> float:
        return self.denominator / 1000 / UNITS_A_MM

    @cached_property
    def _projection(self) -> pyproj.Proj:
        return _about(self.lon, self.lat)

    def placed(self, geometry: BaseGeometry) -> BaseGeometry:
        """A geometry in EPSG:4326, in units of the sheet: x to the right, y down."""
        return shapely.transform(geometry, self.place)

    def place(self, points: Points) -> Points:
        """Longitudes and latitudes, in units of the sheet."""
        east, north = self._projection(points[:, 0], points[:, 1])
        return np.column_stack(
            [self.width / 2 + east / self.metres_a_unit, self.height / 2 - north / self.metres_a_unit]
        )

    def on_earth(self, points: Sequence[tuple[float, float]]) -> Points:
        """Places on the sheet, in units, as longitudes and latitudes."""
        x, y = np.array(points, dtype=float).T
        east, north = (x - self.width / 2) * self.metres_a_unit, (self.height / 2 - y) * self.metres_a_unit
        return np.column_stack(self._projection(east, north, inverse=True))

    def metres(self, start: tuple[float, float], end: tuple[float, float]) -> float:
        """How far apart two places of the sheet are on the ellipsoid."""
        (lon, lat), (other_lon, other_lat) = self.on_earth([start, end])
        return float(WGS84.inv(lon, lat, other_lon, other_lat)[2])

    @property
    def bounds(self) -> Bounds:
        """The box in degrees that holds the sheet."""
        edge = shapely.get_coordinates(shapely.segmentize(self.edge, self.width / LINE_POINTS))
        degrees = self.on_earth([(float(x), float(y)) for x, y in edge])
        west, south = degrees.min(axis=0)
        east, north = degrees.max(axis=0)
        return float(west), float(south), float(east), float(north)

    def bar(self, x: float, y: float) -> Bar:
        """A bar of round length that begins there; its length in units is that of so many metres at that place."""
        longest = LONGEST_BAR_MM * UNITS_A_MM
        there = self.metres((x, y), (x + longest, y))
        power = 10 ** math.floor(math.log10(there))
        metres = max(step * power for step in (1, 2, 5) if step * power <= there)
        return Bar(round(metres), x, y, longest * metres / there)

    def graticule(self) -> Iterator[Line]:
        """Round meridians and parallels across the sheet, from the west and from the south."""
        west, south, east, north = self.bounds
        for low, high, other, is_meridian in ((west, east, (south, north), True), (south, north, (west, east), False)):
            step = next((one for one in DEGREES if (high - low) / one >= LEAST_LINES), DEGREES[-1])
            first = math.ceil(low / step) * step
            each = (round(first + number * step, 6) for number in range(400))
            for degrees in takewhile(lambda degrees, high=high: degrees < high, each):  # type: ignore[misc]
                along = np.linspace(*other, LINE_POINTS)
                still = np.full(LINE_POINTS, degrees)
                points = np.column_stack([still, along] if is_meridian else [along, still])
                yield Line(degrees, is_meridian, self.place(points))


def paper(around: Bounds, width_mm: float, heights_mm: tuple[float, float], margin: float = 0.06) -> Paper:
    """The sheet that shows a box at the largest round scale at which it fits, with a margin round it.

    As wide as is said, as high as the box needs between the least and the greatest height.
    """
    west, south, east, north = around
    if west > east:
        east += 360
    lon, lat = (west + east) / 2, min(max((south + north) / 2, -FARTHEST_NORTH), FARTHEST_NORTH)
    west, east = min(west, lon - LEAST_DEGREES), max(east, lon + LEAST_DEGREES)
    south, north = min(south, lat - LEAST_DEGREES), max(north, lat + LEAST_DEGREES)
    edge = shapely.get_coordinates(shapely.segmentize(shapely.box(west, south, east, north).exterior, 0.5))
    # A box round the world has corners that no projection shows.
    edge = np.clip(edge, [lon - 80, max(lat - 70, -90)], [lon + 80, min(lat + 70, 90)])
    across, up = _about(lon, lat)(edge[:, 0], edge[:, 1])
    # What lies above the middle and below it need not be as much.
    wide = 2 * float(np.abs(across).max()) * (1 + 2 * margin)
    high = 2 * float(np.abs(up).max()) * (1 + 2 * margin)
    least, greatest = heights_mm
    denominator = next(one for one in _scales() if wide * 1000 <= one * width_mm and high * 1000 <= one * greatest)
    return Paper(lon, lat, width_mm, min(max(high * 1000 / denominator, least), greatest), denominator)


def _about(lon: float, lat: float) -> pyproj.Proj:
    return pyproj.Proj(proj="stere", lat_0=lat, lon_0=(lon + 180) % 360 - 180, ellps="WGS84")


def _scales() -> Iterator[int]:
    for power in range(3, 8):
        for mantissa in MANTISSAS:
            if LARGEST_SCALE <= (scale := round(mantissa * 10**power)) < SMALLEST_SCALE:
                yield scale
    yield from (2**power * SMALLEST_SCALE for power in range(12))

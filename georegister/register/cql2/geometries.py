"""Geometries in a filter, brought to the register's reference system once, so that its index can be asked."""

from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from georegister.domain.geometry import Box, to_wgs84
from georegister.errors import ValueRefused
from georegister.sentence import N_

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CODES = (4326, 4258, 25832, 25833, 3857, 3182, 3183, 3184, 32622)
NAMES = {CRS84: 4326, **{f"{EPSG}{code}": code for code in CODES}}
STEP_METRES = 500.0
MOST_STEPS = 5000


def geometry(said: dict[str, Any], crs: str) -> BaseGeometry:
    """A GeoJSON geometry, or a `bbox`, whose coordinates are in the order the reference system has them.

    Gives it in EPSG:4326, longitude first, without heights. Raises ValueRefused.
    """
    if "bbox" in said:
        return _box(said["bbox"], crs)
    try:
        drawn = shapely.force_2d(shape(said))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        raise ValueRefused(N_("a geometry in it is not written as one")) from None
    return _in_degrees(drawn, crs)


def _box(numbers: list[float], crs: str) -> BaseGeometry:
    if len(numbers) not in (4, 6) or not np.isfinite(numbers).all():
        raise ValueRefused(N_("a box has four or six numbers"))
    half = len(numbers) // 2
    x1, y1, x2, y2 = numbers[0], numbers[1], numbers[half], numbers[half + 1]
    system, swapped = _system(crs)
    if swapped:
        x1, y1, x2, y2 = y1, x1, y2, x2
    if system.is_geographic:
        parts = Box.parse(f"{x1!r},{y1!r},{x2!r},{y2!r}").parts
        return shapely.union_all([_rectangle(*part) for part in parts])
    if x1 > x2 or y1 > y2:
        raise ValueRefused(N_("a box gives its smaller corner first"))
    return _in_degrees(_rectangle(x1, y1, x2, y2), crs, swap=False)


def _rectangle(x1: float, y1: float, x2: float, y2: float) -> BaseGeometry:
    """A box without width or height is the line or point it is; as a polygon it would be none."""
    corners = list(dict.fromkeys([(x1, y1), (x2, y2)]))
    if len(corners) == 1:
        return shapely.Point(corners[0])
    return shapely.LineString(corners) if x1 == x2 or y1 == y2 else shapely.box(x1, y1, x2, y2)


def _in_degrees(drawn: BaseGeometry, crs: str, swap: bool = True) -> BaseGeometry:
    if shapely.get_num_coordinates(drawn) == 0 or any(part.is_empty for part in shapely.get_parts(drawn)):
        raise ValueRefused(N_("a geometry in it has no points"))
    if not np.isfinite(shapely.get_coordinates(drawn)).all():
        raise _outside()
    system, swapped = _system(crs)
    if swapped and swap:
        drawn = shapely.transform(drawn, lambda points: points[:, ::-1])
    if system.is_projected:
        step = max(STEP_METRES, shapely.length(drawn) / MOST_STEPS)
        transformer = to_wgs84(system)
        drawn = shapely.transform(
            shapely.segmentize(drawn, step), lambda points: np.column_stack(transformer.transform(*points.T))
        )
    points = shapely.get_coordinates(drawn)
    if not (np.abs(points) <= (180, 90)).all():
        raise _outside()
    if not shapely.is_valid(drawn):
        raise ValueRefused(N_("a geometry in it crosses itself, or is otherwise not valid"))
    return drawn


def _outside() -> ValueRefused:
    return ValueRefused(N_("a coordinate in it lies outside its reference system; is the order of the axes right?"))


@lru_cache(maxsize=len(NAMES))
def _system(crs: str) -> tuple[pyproj.CRS, bool]:
    """The reference system, and whether it has latitude or northing first."""
    system = pyproj.CRS.from_epsg(NAMES[crs])
    return system, crs != CRS84 and system.axis_info[0].direction.lower() == "north"

"""Geometries people ask with, brought to the register's reference system once, so that its index can be asked."""

import re
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from georegister.domain.crs import ReferenceSystem
from georegister.domain.crs import crs as pyproj_crs
from georegister.domain.geometry import Box, to_wgs84
from georegister.errors import ValueRefused
from georegister.sentence import N_

STEP_METRES = 500.0
MOST_STEPS = 5000
UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
"""What shapely says, too, of what is no GeoJSON."""
_PLACE = re.compile(r"\[(\S+) (\S+)\]")


def geometry(said: dict[str, Any], crs: ReferenceSystem) -> BaseGeometry:
    """A GeoJSON geometry, or a `bbox`, whose coordinates are in the order the reference system has them.

    Gives it in EPSG:4326, longitude first, without heights. Raises ValueRefused.
    """
    if "bbox" in said:
        return _box(said["bbox"], crs)
    try:
        drawn = shapely.force_2d(shape(said))
    except (*UNREADABLE, shapely.errors.ShapelyError):
        raise ValueRefused(N_("the geometry is not written as one")) from None
    return _in_degrees(drawn, crs)


def _box(numbers: list[float], crs: ReferenceSystem) -> BaseGeometry:
    if len(numbers) not in (4, 6) or not np.isfinite(numbers).all():
        raise ValueRefused(N_("a box has four or six numbers"))
    half = len(numbers) // 2
    x1, y1, x2, y2 = numbers[0], numbers[1], numbers[half], numbers[half + 1]
    if crs.is_flipped:
        x1, y1, x2, y2 = y1, x1, y2, x2
    if crs.is_geographic:
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


def _in_degrees(drawn: BaseGeometry, crs: ReferenceSystem, swap: bool = True) -> BaseGeometry:
    if shapely.get_num_coordinates(drawn) == 0 or any(part.is_empty for part in shapely.get_parts(drawn)):
        raise ValueRefused(N_("the geometry has no points"))
    if not np.isfinite(shapely.get_coordinates(drawn)).all():
        raise _outside()
    if crs.is_flipped and swap:
        drawn = shapely.transform(drawn, lambda points: points[:, ::-1])
    if not crs.is_geographic:
        step = max(STEP_METRES, shapely.length(drawn) / MOST_STEPS)
        transformer = to_wgs84(pyproj_crs(crs.code))
        drawn = shapely.transform(
            shapely.segmentize(drawn, step), lambda points: np.column_stack(transformer.transform(*points.T))
        )
    points = shapely.get_coordinates(drawn)
    if not (np.abs(points) <= (180, 90)).all():
        raise _outside()
    if not shapely.is_valid(drawn):
        raise ValueRefused(
            N_("the geometry crosses itself, or is otherwise not valid, at {place}"), place=_where(drawn)
        )
    return drawn


def _where(drawn: BaseGeometry) -> str:
    """Longitude and latitude of the first place where it is not valid."""
    told = _PLACE.search(shapely.is_valid_reason(drawn))
    return f"{told[1]},{told[2]}" if told else "?"


def _outside() -> ValueRefused:
    return ValueRefused(N_("a coordinate lies outside its reference system; is the order of the axes right?"))

"""Geometries to sound ones, with a note of everything done; all rows of a delivery at once."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.geometry import (
    METRES_PER_DEGREE,
    Geometries,
    polygons_of,
    to_register,
    to_wgs84,
)
from georegister.domain.record import PlaceRecord, PlanRecord
from georegister.loading.tangle import LOOK_FIRST_POINTS, Patience
from georegister.sentence import N_

POLYGONAL = (3, 6)
COLLECTION = 7
SLIVER_M2, SLIVER_METRES = 1.0, 0.05
"""No part of a plan is meant to be smaller than a square metre, or narrower than the width of a boundary's peg."""
WHERE = re.compile(r"(.+?)\[(\S+) (\S+)\]")
NO_NUMBER, NO_AREA = N_("a coordinate is no number"), N_("nothing with an area is left of it")
NO_PLACE = N_("a point has no place on earth in its reference system")
OFF_EARTH = N_("it lies nowhere on Earth")
TOO_WIDE = N_("it is wider than a country")
MISREAD = frozenset({NO_PLACE, OFF_EARTH, TOO_WIDE, NO_AREA})
"""What a wrong reference system makes of a sound geometry."""
WIDEST_METRES = 3_000_000
INVALIDITIES = (  # as GEOS says them
    N_("Self-intersection"),
    N_("Ring Self-intersection"),
    N_("Hole lies outside shell"),
    N_("Holes are nested"),
    N_("Nested shells"),
    N_("Interior is disconnected"),
    N_("Duplicate Rings"),
    N_("Too few points in geometry component"),
    N_("Invalid Coordinate"),
)
R = TypeVar("R", PlanRecord, PlaceRecord)


@dataclass(frozen=True)
class Mended(Generic[R]):
    """The records with their geometry as the register keeps it; those whose geometry is no use are left out."""

    records: list[R]
    findings: list[Finding]


def repair(records: Sequence[R], crs: pyproj.CRS, patience: Patience | None = None) -> Mended[R]:
    """Each delivered geometry, two-dimensional, polygonal, valid, and as the register keeps it.

    `crs` is the reference system all of them are delivered in; `patience` is the delivery's, of which they are a part.
    """
    # Numbers that are none are found below and told; numpy need not warn of them.
    with np.errstate(all="ignore"):
        return _repair(records, crs, patience or Patience())


def _repair(records: Sequence[R], crs: pyproj.CRS, patience: Patience) -> Mended[R]:
    findings: list[Finding] = []
    refused: set[int] = set()

    def finds(index: int, broken: rule.Rule, part: BaseGeometry | None = None, /, **details: Any) -> None:
        where = part if part is None else _placed(part, crs)
        findings.append(Finding(broken, records[index].origin, "geometry", details=details, geometry=where))
        if broken.severity is rule.Severity.ERROR:
            refused.add(index)

    geometries = _parsed(records)
    for index, broken, details in _kinds(geometries):
        finds(index, broken, geometries[index] if broken is rule.NOT_POLYGONAL else None, **details)
    for index, reason in _nowhere(geometries, crs):
        finds(index, rule.NOT_MENDABLE, reason=reason)
    geometries[list(refused)] = None
    for high in np.flatnonzero(shapely.has_z(geometries)):
        finds(int(high), rule.HEIGHTS_DROPPED)
    geometries = shapely.force_2d(geometries)
    for index, reason in _tangled(geometries, patience):
        finds(index, rule.NOT_MENDABLE, reason=reason)
    geometries[list(refused)] = None
    valid = shapely.is_valid(geometries)
    for index, number in _repeated(geometries, valid):
        finds(index, rule.POINTS_REPEATED, number=number, after=_area(geometries[index], crs))
    for index in _turned(geometries, valid):
        finds(index, rule.RINGS_REVERSED, after=_area(geometries[index], crs))
    for index, before, whole, reason, where in _mended(geometries, valid, patience):
        if whole:
            finds(
                index,
                rule.MADE_VALID,
                where,
                reason=reason,
                before=_area(before, crs),
                after=_area(geometries[index], crs),
            )
        else:
            finds(index, rule.NOT_MENDABLE, where, reason=reason)
    for index, before, dropped in _slivers(geometries, crs):
        areas = {"before": _area(before, crs), "after": _area(geometries[index], crs)}
        finds(index, rule.SLIVERS_DROPPED, dropped, number=len(dropped.geoms), **areas)
    sound = np.array([index for index in range(len(records)) if index not in refused], dtype=np.intp)
    kept, unusable = to_register(geometries[sound], crs) if len(sound) else (geometries[:0], {})
    west, south, east, north = shapely.bounds(kept).T
    for off in np.flatnonzero((west < -180) | (east > 180) | (south < -90) | (north > 90)):
        unusable.setdefault(int(off), OFF_EARTH)
    for position, reason in unusable.items():
        finds(int(sound[position]), rule.NOT_MENDABLE, reason=reason)
    made = [
        replace(records[index], geometry=geometry)
        for index, geometry in zip(sound, kept, strict=True)
        if index not in refused
    ]
    return Mended(made, findings)


def _parsed(records: Sequence[PlanRecord] | Sequence[PlaceRecord]) -> Geometries:
    parsed = np.empty(len(records), dtype=object)
    parsed[:] = shapely.from_wkb([record.delivered for record in records], on_invalid="ignore")
    return parsed


def _kinds(geometries: Geometries) -> Iterator[tuple[int, rule.Rule, dict[str, Any]]]:
    """What is no polygon; a collection is reduced, in place, to the polygons in it."""
    kinds = shapely.get_type_id(geometries)
    empty = shapely.is_empty(geometries)
    for index in np.flatnonzero(~np.isin(kinds, POLYGONAL) | empty):
        position = int(index)
        if kinds[index] < 0 or empty[index]:
            yield position, rule.GEOMETRY_MISSING, {}
        elif kinds[index] == COLLECTION and (polygons := polygons_of(geometries[index])):
            geometries[index] = shapely.multipolygons(polygons)
            yield position, rule.COLLECTION_TAKEN_APART, {}
        else:
            yield position, rule.NOT_POLYGONAL, {"value": str(geometries[index].geom_type)}


def _repeated(geometries: Geometries, valid: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Points upon the point before, taken out in place, and how many they were."""
    sound = np.flatnonzero(valid)
    single = shapely.remove_repeated_points(geometries[sound])
    fewer = shapely.get_num_coordinates(geometries[sound]) - shapely.get_num_coordinates(single)
    for position in np.flatnonzero(fewer):
        geometries[sound[position]] = single[position]
        yield int(sound[position]), int(fewer[position])


def _turned(geometries: Geometries, valid: NDArray[np.bool_]) -> Iterator[int]:
    """Polygons whose holes run as their outer ring does. Which way round the outer ring runs differs by format, and
    says nothing; `to_register` turns them all one way."""
    polygons, of = shapely.get_parts(geometries[valid], return_index=True)
    holed = np.flatnonzero(shapely.get_num_interior_rings(polygons) > 0)
    outer = shapely.is_ccw(shapely.get_exterior_ring(polygons[holed]))
    wrong = [
        of[holed[place]]
        for place in range(len(holed))
        if (shapely.is_ccw(shapely.get_rings(polygons[holed[place]])[1:]) == outer[place]).any()
    ]
    yield from np.flatnonzero(valid)[np.unique(wrong)].tolist() if wrong else []


def _tangled(geometries: Geometries, patience: Patience) -> Iterator[tuple[int, str]]:
    """Large geometries of which even asking whether they are valid would take too long."""
    for index in np.flatnonzero(shapely.get_num_coordinates(geometries) >= LOOK_FIRST_POINTS).tolist():
        if too_much := patience.ends_with(geometries[index]):
            yield index, too_much


def _mended(
    geometries: Geometries, valid: NDArray[np.bool_], patience: Patience
) -> Iterator[tuple[int, BaseGeometry, bool, str, BaseGeometry | None]]:
    """What is invalid, made valid in place: as it was, whether it could be, what was wrong and where."""
    invalid = ~valid & ~shapely.is_missing(geometries)
    for index in np.flatnonzero(invalid & np.isin(shapely.get_type_id(geometries), POLYGONAL)):
        geometry = geometries[index]
        told = WHERE.fullmatch(shapely.is_valid_reason(geometry))
        reason = told[1] if told else shapely.is_valid_reason(geometry)
        where = shapely.Point(float(told[2]), float(told[3])) if told else None
        if too_much := patience.ends_with(geometry):
            yield int(index), geometry, False, too_much, where
            continue
        try:
            polygons = polygons_of(shapely.make_valid(geometry, method="structure", keep_collapsed=False))
        except shapely.errors.GEOSException:
            polygons = []
        if not polygons:
            yield int(index), geometry, False, NO_AREA, where
            continue
        geometries[index] = shapely.multipolygons(polygons)
        yield int(index), geometry, True, reason, where


def _slivers(geometries: Geometries, crs: pyproj.CRS) -> Iterator[tuple[int, BaseGeometry, shapely.MultiPolygon]]:
    """Parts too small or too narrow to be meant, beside others that are not; taken out in place."""
    several = np.flatnonzero(shapely.get_num_geometries(geometries) > 1)
    several = several[shapely.is_valid(geometries[several])]
    parts, of = shapely.get_parts(geometries[several], return_index=True)
    metres = _metres(crs)
    areas, lengths = shapely.area(parts) * metres**2, shapely.length(parts) * metres
    small = (areas < SLIVER_M2) | (areas * 2 < SLIVER_METRES * lengths)
    for place in np.unique(of[small]):
        mine = of == place
        if (mine & ~small).any():
            index = int(several[place])
            before = geometries[index]
            geometries[index] = shapely.multipolygons(parts[mine & ~small])
            yield index, before, shapely.multipolygons(parts[mine & small])


def _nowhere(geometries: Geometries, crs: pyproj.CRS) -> Iterator[tuple[int, str]]:
    """What lies nowhere on earth; or, where edges must be drawn anew within a centimetre, is too wide for that."""
    points, of = shapely.get_coordinates(geometries, return_index=True)
    if not len(points):
        return
    first = np.flatnonzero(np.diff(of, prepend=-1))  # of each geometry; holes count too, and bounds pass them over
    least, most = np.minimum.reduceat(points, first), np.maximum.reduceat(points, first)
    finite = np.isfinite(least).all(axis=1) & np.isfinite(most).all(axis=1)
    corners = np.hstack([least, most])[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 2)
    x, y = to_wgs84(crs).transform(corners[:, 0], corners[:, 1])
    placed = (np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= 180) & (np.abs(y) <= 90)).reshape(-1, 4).all(axis=1)
    wide = (most - least).max(axis=1) * _metres(crs) > (WIDEST_METRES if crs.is_projected else np.inf)
    reasons = np.select([~finite, ~placed, wide], [NO_NUMBER, NO_PLACE, TOO_WIDE], "")
    for place in np.flatnonzero(reasons != "").tolist():
        yield int(of[first[place]]), str(reasons[place])


def _metres(crs: pyproj.CRS) -> float:
    """How long a unit of the reference system is; of degrees, on the equator."""
    return float(crs.axis_info[0].unit_conversion_factor) if crs.is_projected else METRES_PER_DEGREE


def _area(geometry: BaseGeometry, crs: pyproj.CRS) -> int:
    """Whole square metres, in the delivered reference system; of degrees, on a plane at the geometry."""
    if crs.is_projected:
        return round(geometry.area * _metres(crs) ** 2)
    _, south, _, north = geometry.bounds
    return round(geometry.area * METRES_PER_DEGREE**2 * math.cos(math.radians((south + north) / 2)))


def _placed(part: BaseGeometry, crs: pyproj.CRS) -> BaseGeometry | None:
    """A failing part in EPSG:4326; None where it has no place there."""
    transformer = to_wgs84(crs)
    placed = shapely.transform(part, lambda points: np.column_stack(transformer.transform(points[:, 0], points[:, 1])))
    return placed if np.isfinite(shapely.get_coordinates(placed)).all() else None

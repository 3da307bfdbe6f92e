"""Geometries to sound ones, with a note of everything done; all rows of a delivery at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
import pyproj
import shapely

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.geometry import Geometries, polygons_of, to_register
from georegister.domain.record import PlaceRecord, PlanRecord
from georegister.loading.tangle import LOOK_FIRST_POINTS, Patience

POLYGONAL = (3, 6)
COLLECTION = 7
R = TypeVar("R", PlanRecord, PlaceRecord)


@dataclass(frozen=True)
class Mended(Generic[R]):
    """The records with their geometry as the register keeps it; those whose geometry is no use are left out."""

    records: list[R]
    findings: list[Finding]


def repair(records: Sequence[R], crs: pyproj.CRS) -> Mended[R]:
    """Each delivered geometry, two-dimensional, polygonal, valid, and as the register keeps it.

    `crs` is the reference system all of them are delivered in.
    """
    # Numbers that are none are found below and told; numpy need not warn of them.
    with np.errstate(invalid="ignore"):
        return _repair(records, crs)


def _repair(records: Sequence[R], crs: pyproj.CRS) -> Mended[R]:
    findings: list[Finding] = []
    refused: set[int] = set()

    def finds(index: int, broken: rule.Rule, **details: object) -> None:
        findings.append(Finding(broken, records[index].origin, details=details))
        if broken.severity is rule.Severity.ERROR:
            refused.add(index)

    geometries = _parsed(records)
    for index, broken, details in _kinds(geometries):
        finds(index, broken, **details)
    for high in np.flatnonzero(shapely.has_z(geometries)):
        finds(int(high), rule.HEIGHTS_DROPPED)
    geometries = shapely.force_2d(geometries)
    for index, before, after, reason in _mended(geometries):
        if after is None:
            finds(index, rule.NOT_MENDABLE, reason=reason)
        else:
            finds(index, rule.MADE_VALID, reason=reason, before=round(before), after=round(after))
    sound = np.array([index for index in range(len(records)) if index not in refused], dtype=np.intp)
    kept, unusable = to_register(geometries[sound], crs) if len(sound) else (geometries[:0], {})
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


def _kinds(geometries: Geometries) -> Iterator[tuple[int, rule.Rule, dict[str, object]]]:
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
            yield position, rule.NOT_POLYGONAL, {"value": geometries[index].geom_type}


def _mended(geometries: Geometries) -> Iterator[tuple[int, float, float | None, str]]:
    """What is invalid, made valid in place: area before and after, and what was wrong."""
    patience = Patience()
    for index in np.flatnonzero(shapely.get_num_coordinates(geometries) >= LOOK_FIRST_POINTS):
        if too_much := patience.ends_with(geometries[index]):
            geometries[index] = None
            yield int(index), 0.0, None, too_much
    invalid = ~shapely.is_valid(geometries) & ~shapely.is_missing(geometries)
    for index in np.flatnonzero(invalid & np.isin(shapely.get_type_id(geometries), POLYGONAL)):
        geometry = geometries[index]
        if not np.isfinite(shapely.get_coordinates(geometry)).all():
            yield int(index), 0.0, None, "a coordinate is no number"
            continue
        if too_much := patience.ends_with(geometry):
            yield int(index), 0.0, None, too_much
            continue
        reason = shapely.is_valid_reason(geometry)
        polygons = polygons_of(shapely.make_valid(geometry, method="structure", keep_collapsed=False))
        if not polygons:
            yield int(index), geometry.area, None, f"{reason}; nothing with an area is left of it"
            continue
        geometries[index] = shapely.multipolygons(polygons)
        yield int(index), geometry.area, float(geometries[index].area), reason

"""The rules on where plans lie and how large they are; all records of a layer at once.

Geometries are in EPSG:4326 already. Distances and areas here only decide whether something is said, and are taken
on a plane round each plan: within a hundredth, and a hundred times as fast as on the ellipsoid.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.geometry import METRES_PER_DEGREE, WGS84, Geometries, area_m2
from georegister.domain.municipality import Municipality
from georegister.domain.plan import Kind
from georegister.domain.record import PlanRecord
from georegister.loading.reference_systems import OUTLINE_TOLERANCE_DEGREES, advice, fitting
from georegister.sentence import N_

GENERALISED_METRES = 250
"""National outlines are drawn for maps of 1:500,000, half a millimetre of which is 250 m."""
MOSTLY = 0.5
FITS, SWAPPED = N_(" {crs} would fit: --crs {first}"), N_(" It would lie in it if latitude stands before longitude.")
LIKELY_M2: dict[Kind, tuple[float, float]] = {
    Kind.LOCAL_PLAN: (100, 50e6),
    Kind.ADDENDUM: (100, float("inf")),
    Kind.FRAME: (100, 200e6),
    Kind.SUB_AREA: (20, 50e6),
    Kind.BUILDING_FIELD: (4, 5e6),
}
"""What plans cover, m². The least is what can be built on at all: a plot's corner, for a building field a transformer
station. The most is ten times the largest solar parks (500 ha); frames can hold open country, and an addendum the
whole municipality."""


def check(records: Sequence[PlanRecord], municipality: Municipality) -> list[Finding]:
    """Every finding about the extents of repaired records."""
    placed = [record for record in records if record.geometry is not None]
    if not placed:
        return []
    geometries = np.empty(len(placed), dtype=object)
    geometries[:] = [record.geometry for record in placed]
    return [finding for one_rule in EXTENT_RULES for finding in one_rule(placed, geometries, municipality)]


def outside(records: Sequence[PlanRecord], geometries: Geometries, municipality: Municipality) -> Iterator[Finding]:
    """Nothing of the plan lies in the municipality: most often a wrong reference system."""
    outline = municipality.outline
    if outline is None:
        return
    away = np.flatnonzero(_away(geometries, outline)).tolist()
    if not away:
        return
    lost = [records[index] for index in away]
    fits = fitting(lost, municipality, lost[0].crs)
    codes = advice(fits)
    here = outline.centroid
    for index in away:
        there = geometries[index].centroid
        details = {
            "municipality": municipality.name,
            "distance": round(WGS84.inv(here.x, here.y, there.x, there.y)[2] / 1000),
            "crs": codes,
            "first": codes.split(" / ")[0],
            "suggestion": FITS if codes else SWAPPED if fits else "",
        }
        yield Finding(rule.OUTSIDE, records[index].origin, "geometry", details=details, geometry=geometries[index])


def partly_outside(
    records: Sequence[PlanRecord], geometries: Geometries, municipality: Municipality
) -> Iterator[Finding]:
    """A part of the plan lies farther outside than outlines are generalised."""
    outline = municipality.outline
    if outline is None:
        return
    grown = _grown(outline, GENERALISED_METRES)
    shapely.prepare(grown)
    over = ~shapely.covers(grown, geometries) & ~_away(geometries, outline)
    for index in np.flatnonzero(over).tolist():
        part = shapely.difference(geometries[index], outline)
        share = part.area / geometries[index].area
        details = {"share": max(1, round(share * 100)), "municipality": municipality.name}
        if share > MOSTLY:
            yield Finding(rule.MOSTLY_OUTSIDE, records[index].origin, "geometry", details=details, geometry=part)
        else:
            details["tolerance"] = GENERALISED_METRES
            yield Finding(rule.PARTLY_OUTSIDE, records[index].origin, "geometry", details=details, geometry=part)


def area_unlikely(
    records: Sequence[PlanRecord], geometries: Geometries, municipality: Municipality
) -> Iterator[Finding]:
    least, most = np.array([LIKELY_M2.get(record.kind, (0, np.inf)) for record in records]).T
    areas = plane_areas(geometries)
    for index in np.flatnonzero((areas < least) | (areas > most)).tolist():
        area = area_m2(geometries[index])
        details = {
            "area": round(area),
            "least": round(least[index]),
            "most": round(most[index]) if np.isfinite(most[index]) else round(area),
        }
        yield Finding(
            rule.AREA_UNLIKELY, records[index].origin, "geometry", details=details, geometry=geometries[index]
        )


def plane_areas(geometries: Geometries) -> NDArray[np.float64]:
    """Square metres, within a hundredth, of geometries in EPSG:4326 that are no larger than a municipality."""
    bounds = shapely.bounds(geometries)
    across = np.cos(np.radians((bounds[:, 1] + bounds[:, 3]) / 2))
    return np.asarray(shapely.area(geometries) * across * METRES_PER_DEGREE**2)


def _grown(outline: BaseGeometry, metres: float) -> BaseGeometry:
    """As far in every direction: a degree of longitude is shorter than one of latitude."""
    across = np.array([np.cos(np.radians(outline.centroid.y)), 1])
    wider = shapely.transform(outline, lambda points: points * across).buffer(metres / METRES_PER_DEGREE)
    return shapely.transform(wider, lambda points: points / across)


def _away(geometries: Geometries, outline: BaseGeometry) -> NDArray[np.bool_]:
    """Which geometries lie wholly outside, and not only just."""
    shapely.prepare(outline)
    away = np.asarray(~shapely.intersects(outline, geometries))
    away[away] = shapely.distance(geometries[away], outline) > OUTLINE_TOLERANCE_DEGREES
    return away


EXTENT_RULES = (outside, partly_outside, area_unlikely)

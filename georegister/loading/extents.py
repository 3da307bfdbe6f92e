"""The rules on where plans lie and how large they are; all records of a layer at once.

Geometries are in EPSG:4326 already. Distances and areas here only decide whether something is said, and are taken
on a plane round each plan: within a hundredth, and a hundred times as fast as on the ellipsoid.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.geometry import METRES_PER_DEGREE, WGS84, Geometries, area_m2, to_wgs84
from georegister.domain.municipality import Municipality
from georegister.domain.plan import Kind
from georegister.domain.record import PlaceRecord, PlanRecord
from georegister.domain.rule import N_

OUTLINE_TOLERANCE_DEGREES = 0.02
"""A plan this near the outline (2 km) may be of the municipality; farther away it is not."""
GENERALISED_METRES = 250
"""National outlines are drawn for maps of 1:500,000, half a millimetre of which is 250 m."""
MOSTLY = 0.5
FITS, SWAPPED = N_(" {crs} would fit: --crs {crs}"), N_(" It would lie in it if latitude stands before longitude.")
SWAP = -1
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
    fits = dict(zip(away, _fitting(lost, municipality, [record.crs for record in lost]), strict=True))
    here = outline.centroid
    for index in away:
        there = geometries[index].centroid
        details = {
            "municipality": municipality.name,
            "distance": round(WGS84.inv(here.x, here.y, there.x, there.y)[2] / 1000),
            "crs": f"EPSG:{fits[index]}",
            "suggestion": SWAPPED if fits[index] == SWAP else FITS if fits[index] else "",
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


def fitting_crs(
    records: Iterable[PlanRecord | PlaceRecord], municipality: Municipality, told: str | None = None
) -> int | None:
    """The one of the municipality's reference systems in which the delivered shapes fall on it, if any does."""
    delivered = [record for record in records if record.delivered]
    middle = delivered[len(delivered) // 2 : len(delivered) // 2 + 1]
    found = next(iter(_fitting(middle, municipality, [told])), None)
    return None if found == SWAP else found


def _fitting(
    records: Sequence[PlanRecord | PlaceRecord], municipality: Municipality, told: Sequence[str | None]
) -> list[int | None]:
    """For each record the reference system in which it would fall on the municipality; not the one it is said to be."""
    found: list[int | None] = [None] * len(records)
    if municipality.outline is None or not records:
        return found
    shapes = shapely.from_wkb([record.delivered for record in records], on_invalid="ignore")
    middles = shapely.centroid(shapely.envelope(shapes))
    x, y = shapely.get_x(middles), shapely.get_y(middles)
    near = municipality.outline.buffer(OUTLINE_TOLERANCE_DEGREES)
    shapely.prepare(near)
    for code in (*municipality.crs, 4326):
        fits = shapely.contains_xy(near, *to_wgs84(pyproj.CRS(code)).transform(x, y))
        for index in np.flatnonzero(fits).tolist():
            if found[index] is None and not (told[index] or "").endswith(f":{code}"):
                found[index] = code
    swapped = shapely.contains_xy(near, y, x)
    return [code or (SWAP if over else None) for code, over in zip(found, swapped, strict=True)]


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

"""The rules on plans beside each other: one extent twice, parts outside their plan, overlaps. Pure.

Plans of the delivery are put beside each other and beside those of the register that lie there.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.geometry import Geometries
from georegister.domain.plan import Kind
from georegister.domain.record import Origin
from georegister.loading.extents import plane_areas

SAME = 0.99
OVERLAP_M2 = 10.0
"""Neighbours drawn along one boundary share slivers; nobody means those."""
PART_METRES2 = 1.0
PART_SHARE = 0.001
NAMED = 3
AT_ONCE = 500
Indices = NDArray[np.intp]
PARTS = (Kind.SUB_AREA, Kind.BUILDING_FIELD)


@dataclass(frozen=True)
class Extent:
    """Where a plan lies, in EPSG:4326; `origin` where it is of a delivery."""

    id: str
    kind: Kind
    parent: str | None
    geometry: BaseGeometry
    origin: Origin | None = None
    ended: bool = False


def check(delivered: Sequence[Extent], registered: Sequence[Extent]) -> list[Finding]:
    """Every finding about delivered extents; `registered` are those they may touch, and their parents."""
    if not delivered:
        return []
    replaced = {extent.id for extent in delivered}
    every = [*delivered, *(extent for extent in registered if extent.id not in replaced)]
    pairs = _pairs(delivered, every)
    return [*same_extent(pairs), *overlapping(pairs), *outside_parent(delivered, every)]


@dataclass(frozen=True)
class Pair:
    """Two plans of one kind that share more than a boundary; `share` is of what they cover together."""

    one: Extent
    other: Extent
    common: BaseGeometry
    area: float
    share: float


def _pairs(delivered: Sequence[Extent], every: Sequence[Extent]) -> list[Pair]:
    """Each pair once, the later delivered first; plans that have ended are nobody's neighbours."""
    shapes = _shapes(every)
    order = list(Kind)
    kinds = np.array([order.index(extent.kind) for extent in every])
    standing = np.array([not extent.ended for extent in every])
    tree = shapely.STRtree(shapes)
    tree.query(shapes[0])  # builds it, before several ask at once

    def meeting(some: Indices) -> tuple[Indices, Indices, Geometries]:
        one, other = tree.query(shapes[some], predicate="intersects")
        one = some[one]
        earlier = (other < one) | (other >= len(delivered))
        wanted = (kinds[one] == kinds[other]) & standing[one] & standing[other] & earlier
        one, other = one[wanted], other[wanted]
        return one, other, shapely.intersection(shapes[one], shapes[other])

    # GEOS lets go of Python's lock: two threads use two cores.
    with ThreadPoolExecutor(2) as cores:
        parts = np.array_split(np.arange(len(delivered)), -(-len(delivered) // AT_ONCE))
        one, other, common = map(np.concatenate, zip(*cores.map(meeting, parts), strict=True))
    areas = plane_areas(shapes)
    shared = plane_areas(common)
    shares = shared / np.maximum(areas[one] + areas[other] - shared, np.finfo(float).tiny)
    return [
        Pair(every[one[place]], every[other[place]], common[place], float(shared[place]), float(shares[place]))
        for place in np.flatnonzero(shared)
    ]


def same_extent(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """GEOM-08: intersection over union."""
    for pair in pairs:
        if pair.share > SAME:
            details = {"other": pair.other.id}
            yield Finding(rule.SAME_EXTENT, pair.one.origin, "geometry", pair.one.id, details, pair.one.geometry)


def overlapping(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """OVER-01, one for each plan; GEOM-11 for parts of one plan."""
    others: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.area < OVERLAP_M2 or pair.share > SAME:
            continue
        if pair.one.kind not in PARTS:
            others[pair.one.id].append(pair)
        elif pair.one.parent is not None and pair.one.parent == pair.other.parent:
            details = {"other": pair.other.id, "area": round(pair.area)}
            yield Finding(rule.PARTS_OVERLAP, pair.one.origin, "geometry", pair.one.id, details, pair.common)
    for mine in others.values():
        most = sorted(mine, key=lambda pair: -pair.area)
        one, named = most[0].one, ", ".join(pair.other.id for pair in most[:NAMED])
        details = {"number": len(most), "others": named + (" …" if len(most) > NAMED else "")}
        # The largest alone is shown: to put them together takes as long as to find them.
        yield Finding(rule.OVERLAP, one.origin, "geometry", one.id, details, most[0].common)


def outside_parent(delivered: Sequence[Extent], every: Sequence[Extent]) -> Iterator[Finding]:
    """GEOM-10: what is part of a plan lies in it, and not in its holes."""
    by_id = {extent.id: extent for extent in every}
    for extent in delivered:
        parent = by_id.get(extent.parent or "")
        if extent.kind not in PARTS or parent is None or parent.kind is Kind.MUNICIPAL_PLAN:
            continue
        out = shapely.difference(extent.geometry, parent.geometry)
        areas = plane_areas(np.array([extent.geometry, out], dtype=object))
        if areas[1] > max(PART_METRES2, PART_SHARE * areas[0]):
            details = {"share": max(1, round(100 * areas[1] / areas[0])), "parent": parent.id}
            yield Finding(rule.OUTSIDE_PARENT, extent.origin, "geometry", extent.id, details, out)


def _shapes(extents: Sequence[Extent]) -> Geometries:
    shapes = np.empty(len(extents), dtype=object)
    shapes[:] = [extent.geometry for extent in extents]
    return shapes

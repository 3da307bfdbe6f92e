"""The rules on plans beside each other: one extent twice, parts outside their plan, overlaps. Pure.

Plans of the delivery are put beside each other and beside those of the register that lie there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

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
PAIRS_AT_ONCE = 20_000
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
    pairs, numbers = _pairs(delivered, every)
    return [*same_extent(pairs), *overlapping(pairs, numbers), *outside_parent(delivered, every)]


@dataclass(frozen=True)
class Pair:
    """Two plans of one kind that share more than a boundary; `share` is of what they cover together."""

    one: Extent
    other: Extent
    common: BaseGeometry
    area: float
    share: float


def _pairs(delivered: Sequence[Extent], every: Sequence[Extent]) -> tuple[list[Pair], Counter[str]]:
    """The pairs that findings name, the later delivered first, and how many plans each overlaps.

    Plans that have ended are nobody's neighbours. Of what is common to two plans no more is held than is named: a
    delivery whose plans all lie on one another has as many pairs as the square of its rows.
    """
    shapes = _shapes(every)
    areas = plane_areas(shapes)
    kinds = _numbered([extent.kind for extent in every])
    parents = _numbered([extent.parent for extent in every])
    is_part = np.array([extent.kind in PARTS for extent in every])
    standing = np.array([not extent.ended for extent in every])
    tree = shapely.STRtree(shapes)
    tree.query(shapes[0])  # builds it, before several ask at once

    def meeting(some: Indices) -> tuple[list[Pair], Counter[str]]:
        one, other = tree.query(shapes[some], predicate="intersects")
        one = some[one]
        earlier = (other < one) | (other >= len(delivered))
        siblings = ~is_part[one] | (parents[one] == parents[other])
        wanted = (kinds[one] == kinds[other]) & standing[one] & standing[other] & earlier
        found: list[Pair] = []
        numbers: Counter[str] = Counter()
        pieces = -(-len(one) // PAIRS_AT_ONCE) or 1
        for near in np.array_split(np.flatnonzero(wanted), pieces):
            mine, its = one[near], other[near]
            common = shapely.intersection(shapes[mine], shapes[its])
            shared = plane_areas(common)
            shares = shared / np.maximum(areas[mine] + areas[its] - shared, np.finfo(float).tiny)
            same = shares > SAME
            over = ~same & siblings[near] & (shared >= OVERLAP_M2)
            numbers.update(every[place].id for place in mine[over])
            kept = [_largest(mine, shared, np.flatnonzero(which)) for which in (same, over & ~is_part[mine])]
            for place in np.concatenate([*kept, np.flatnonzero(over & is_part[mine])]):
                ends = every[mine[place]], every[its[place]]
                found.append(Pair(*ends, common[place], float(shared[place]), float(shares[place])))
        return found, numbers

    # GEOS lets go of Python's lock: two threads use two cores.
    with ThreadPoolExecutor(2) as cores:
        parts = np.array_split(np.arange(len(delivered)), -(-len(delivered) // AT_ONCE))
        found, numbers = zip(*cores.map(meeting, parts), strict=True)
    return list(chain.from_iterable(found)), sum(numbers, Counter())


def _numbered(values: Sequence[str | None]) -> Indices:
    """Equal numbers for equal values; what is not said equals nothing."""
    number: dict[str, int] = {}
    return np.array(
        [-place if value is None else number.setdefault(value, len(number) + 1) for place, value in enumerate(values)],
        np.intp,
    )


def _largest(owners: Indices, areas: NDArray[np.float64], among: Indices) -> Indices:
    """Of each owner's the NAMED largest."""
    ordered = among[np.lexsort((-areas[among], owners[among]))]
    _, starts, counts = np.unique(owners[ordered], return_index=True, return_counts=True)
    ranks = np.arange(len(ordered)) - np.repeat(starts, counts)
    return ordered[ranks < NAMED]


def same_extent(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """GEOM-08: intersection over union; of each plan with at most three others."""
    for pair in pairs:
        if pair.share > SAME:
            details = {"other": pair.other.id}
            yield Finding(rule.SAME_EXTENT, pair.one.origin, "geometry", pair.one.id, details, pair.one.geometry)


def overlapping(pairs: Sequence[Pair], numbers: Mapping[str, int]) -> Iterator[Finding]:
    """OVER-01, one for each plan, with the `numbers` of plans it overlaps; GEOM-11 for parts of one plan."""
    others: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.share > SAME:
            continue
        if pair.one.kind not in PARTS:
            others[pair.one.id].append(pair)
        else:
            details = {"other": pair.other.id, "area": round(pair.area)}
            yield Finding(rule.PARTS_OVERLAP, pair.one.origin, "geometry", pair.one.id, details, pair.common)
    for mine in others.values():
        most = sorted(mine, key=lambda pair: -pair.area)[:NAMED]
        one, number, named = most[0].one, numbers[most[0].one.id], ", ".join(pair.other.id for pair in most)
        details = {"number": number, "others": named + (" …" if number > NAMED else "")}
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

"""How much land several outlines cover together: what lies under two of them counts once.

A union of fifty thousand outlines takes minutes. Their area needs no union: along a parallel every outline is a few
intervals, the intervals of all together are quickly had, and parallels that lie close add up to the area. Between the
rows of the register's grid (1e-7 degrees) they meet no corner, and each of them is a slab of the ellipsoid, so that
areas are true wherever on earth. As many parallels are drawn as can be afforded; of few outlines there is one for
every centimetre.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from georegister.domain.geometry import CELLS_PER_DEGREE, METRES_PER_DEGREE, WGS84, Geometries

CROSSINGS = 3_000_000
"""How often parallels meet outlines in one question, twice as often at most: a few seconds of work."""
AT_ONCE = 1_000_000
FRACTION_BITS = 5
"""A place on a parallel is known to a 32nd of a cell, a third of a millimetre."""
KEY_BITS = 60
"""Of a whole number, for the parallel and the place on it; two more say what is there."""
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Covered:
    """Square metres covered by any outline, and by those of them that are no sketch; metres between parallels."""

    all_m2: float
    sure_m2: float
    spacing_m: float


@dataclass(frozen=True)
class Edges:
    """The edges of some outlines on the grid, each with the outline it is of; land lies to the left of each."""

    ends: NDArray[np.int32]
    """x and y of the beginning, x and y of the end, in a row."""
    outline: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.outline)


def edges_of(pieces: Iterable[Geometries]) -> Edges:
    """The edges of polygonal geometries in EPSG:4326, which come in pieces."""
    ends, outlines, before = [], [], 0
    for piece in pieces:
        parts, outline_of = shapely.get_parts(shapely.orient_polygons(piece), return_index=True)
        rings, part_of = shapely.get_rings(parts, return_index=True)
        points, ring_of = shapely.get_coordinates(rings, return_index=True)
        cells = np.rint(points * CELLS_PER_DEGREE).astype(np.int32)
        # A level edge meets no parallel.
        met = (ring_of[1:] == ring_of[:-1]) & (cells[1:, 1] != cells[:-1, 1])
        ends.append(np.hstack((cells[:-1][met], cells[1:][met])))
        outlines.append((outline_of[part_of[ring_of[:-1][met]]] + before).astype(np.int32))
        before += len(piece)
    if not ends:
        return Edges(np.empty((0, 4), np.int32), np.empty(0, np.int32))
    return Edges(np.concatenate(ends), np.concatenate(outlines))


def covered(edges: Edges, groups: list[Ints], sure: NDArray[np.bool_], crossings: int = CROSSINGS) -> list[Covered]:
    """What the outlines of each group, given by their numbers, cover together; `sure` says which are no sketch."""
    # The edges of an outline stand together.
    first = np.searchsorted(edges.outline, np.arange(len(sure) + 1))
    heights = np.abs(edges.ends[:, 3].astype(np.int64) - edges.ends[:, 1])
    height_of = np.bincount(edges.outline, heights, len(sure))
    height_in = [float(height_of[group].sum()) for group in groups]
    found = []
    for group, height in zip(groups, height_in, strict=True):
        # What is small has parallels as close as if all were.
        step = max(1, math.ceil(min(sum(height_in), height * len(groups)) / crossings))
        chosen = _ranges(first[group], first[group + 1] - first[group])
        areas = _areas(edges.ends[chosen], sure[edges.outline[chosen]], step)
        found.append(Covered(*areas, step / CELLS_PER_DEGREE * METRES_PER_DEGREE))
    return found


def _areas(ends: NDArray[np.int32], sure: NDArray[np.bool_], step: int) -> tuple[float, float]:
    """What all cover and what those cover that are sure, by parallels so many cells apart."""
    if not len(ends):
        return 0.0, 0.0
    south, north = np.minimum(ends[:, 1], ends[:, 3]), np.maximum(ends[:, 1], ends[:, 3])
    # A parallel lies half a cell above row `step * number`.
    lowest, highest = -(-south // step), (north - 1) // step
    west, east = int(ends[:, (0, 2)].min()), int(ends[:, (0, 2)].max())
    bits = (east - west + 1).bit_length() + FRACTION_BITS
    total = np.zeros(2)
    for begin, end in _bands(lowest, highest, 1 << KEY_BITS - bits):
        within = np.flatnonzero((lowest < end) & (highest >= begin))
        low, high = np.maximum(lowest[within], begin), np.minimum(highest[within], end - 1)
        times = high - low + 1
        edge, number = np.repeat(within, times), _ranges(low, times)
        x0, y0, x1, y1 = ends[edge].T.astype(np.float64)
        along = (number * step + 0.5 - y0) / (y1 - y0)
        place = np.rint((x0 - west + along * (x1 - x0)) * (1 << FRACTION_BITS)).astype(np.int64)
        # Where it is, whether land begins there, and whether that is sure: all in one number, to sort once.
        key = (((number - begin) << bits | place) << 2) | ((y1 < y0).astype(np.int64) << 1) | sure[edge]
        key.sort()
        total += _measured(key, bits, begin, step)
    return float(total[0]), float(total[1])


def _measured(key: Ints, bits: int, begin: int, step: int) -> NDArray[np.float64]:
    place, number = key >> 2 & (1 << bits) - 1, (key >> 2 >> bits) + begin
    sign, is_sure = (key & 2) - 1, key & 1
    lengths = np.diff(place) / (1 << FRACTION_BITS)
    latitude = np.radians((number[:-1] * step + 0.5) / CELLS_PER_DEGREE)
    area = lengths * _cell_m2(latitude) * step
    # On each parallel all that begins ends: whatever has begun and not ended lies beside the next place.
    return np.array([area[np.cumsum(sign * which)[:-1] > 0].sum() for which in (1, is_sure)])


def _cell_m2(latitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """The area of a cell of the grid on the ellipsoid, at a latitude in radians."""
    cell = math.radians(1 / CELLS_PER_DEGREE)
    sine = np.sin(latitude)
    return WGS84.b**2 * np.cos(latitude) / (1 - WGS84.es * sine * sine) ** 2 * cell * cell


def _bands(lowest: NDArray[np.int32], highest: NDArray[np.int32], most: int) -> Iterator[tuple[int, int]]:
    """Numbers of parallels from and up to which outlines are met about AT_ONCE times; at most so many parallels."""
    begin, end = int(lowest.min()), int(highest.max()) + 1
    meetings = int((highest - lowest + 1).clip(0).sum(dtype=np.int64))
    wanted = max(1, -(-meetings // AT_ONCE))
    middles = np.sort((lowest + highest) // 2)
    bounds = [begin, *(int(one) for one in middles[len(middles) * np.arange(1, wanted) // wanted]), end]
    for here, there in pairwise(bounds):
        for first in range(here, there, most):
            yield first, min(first + most, there)


def _ranges(starts: NDArray[np.integer[Any]], lengths: NDArray[np.integer[Any]]) -> Ints:
    """Whole numbers from each start on, so many of each, one after the other."""
    lengths = lengths.clip(0).astype(np.int64)
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))

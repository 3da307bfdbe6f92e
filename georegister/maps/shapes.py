"""Placed geometries as SVG: their paths, and the rings that stand round plans too small to be seen."""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

SMALLEST_SEEN = 14.0
"""In units of a drawing: what is less wide and high has a ring round it."""
Ring = tuple[float, float, float]
"""The x and y of its middle, and its radius, in units of the drawing."""

HEAPS = (5, 12)
"""How many plans on one another are a heap, and how many a high one; the same as in georegister.js."""


def path(placed: BaseGeometry) -> str:
    """Polygons and lines as an SVG path: numbers and the letters M, L and Z only."""
    parts = []
    for part in shapely.get_parts(placed):
        closed = part.geom_type in ("Polygon", "MultiPolygon")
        for ring in shapely.get_rings(part) if closed else [part]:
            points = [f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring)]
            parts.append("M" + "L".join(points[:-1] if closed else points) + ("Z" if closed else ""))
    return "".join(parts)


def ring_round(placed: BaseGeometry, least: float, radius: float) -> Ring | None:
    """The ring round what is less than `least` units wide and high; None where it can be seen, or there is nothing."""
    if placed.is_empty:
        return None
    left, top, right, bottom = placed.bounds
    if max(right - left, bottom - top) >= least:
        return None
    return round((left + right) / 2, 1), round((top + bottom) / 2, 1), radius


def heaps(placed: Sequence[BaseGeometry], are_filled: Sequence[bool]) -> list[int]:
    """Of each, whether it lies in no heap of those that are filled (0), in one (1) or in a high one (2).

    As many filled plans on one another would hide the ground, what lies in a heap is filled more faintly. The middle
    of its box is asked, which is quick and near enough.
    """
    boxes = shapely.bounds(np.array(placed, dtype=object)).reshape(-1, 4)
    boxes[~np.array(are_filled, dtype=bool)] = np.nan
    left, top, right, bottom = boxes.T
    x, y = (left + right) / 2, (top + bottom) / 2
    over = ((left <= x[:, None]) & (x[:, None] <= right) & (top <= y[:, None]) & (y[:, None] <= bottom)).sum(axis=1)
    return [int(heap) for heap in np.digitize(over, HEAPS)]

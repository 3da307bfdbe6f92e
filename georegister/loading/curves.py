"""Arcs to straight lines: WKB as CAD systems and GML give it, which GEOS does not read (ISO 19125, SQL/MM part 3)."""

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import shapely
from shapely.geometry.base import BaseGeometry

LINE, POLYGON, CIRCULAR, COMPOUND, CURVE_POLYGON, MULTI_SURFACE = 2, 3, 8, 9, 10, 12
CURVED = frozenset({CIRCULAR, COMPOUND, CURVE_POLYGON, 11, MULTI_SURFACE})
DEEPEST = 8
MOST_POINTS = 2_000
"""A full circle of 400 km within a centimetre."""
Points = list[tuple[float, float]]
T = TypeVar("T")


def kind_of(wkb: bytes | None) -> int:
    """The kind of geometry, without what it says of heights and measures; 0 where it cannot be read."""
    if not wkb or len(wkb) < 5:
        return 0
    told = int.from_bytes(wkb[1:5], "little" if wkb[0] else "big")
    return (told & 0x0FFFFFFF) % 1000


def drawn(wkb: bytes, deviation: float) -> tuple[BaseGeometry | None, int]:
    """The polygons of a curved geometry, flat, none of their lines farther than `deviation` from the arc; and how
    many arcs there were. None where there are none that can be read.
    """
    reader = _Reader(wkb, deviation)
    try:
        polygons = reader.polygons()
        return (shapely.multipolygons(polygons) if polygons else None), reader.arcs
    except (struct.error, ValueError, shapely.errors.GEOSException):
        return None, reader.arcs


@dataclass
class _Reader:
    data: bytes
    deviation: float
    at: int = 0
    arcs: int = 0
    deep: int = 0

    def polygons(self) -> list[shapely.Polygon]:
        order, kind, size = self._head()
        if kind == MULTI_SURFACE:
            return [one for _ in range(self._count(order)) for one in self._deeper(self.polygons)]
        if kind == POLYGON:
            rings = [self._points(order, size) for _ in range(self._count(order))]
        elif kind == CURVE_POLYGON:
            rings = [self._deeper(self.line) for _ in range(self._count(order))]
        else:
            raise ValueError("no surface")
        return [shapely.Polygon(rings[0], rings[1:])] if rings else []

    def line(self) -> Points:
        order, kind, size = self._head()
        if kind == LINE:
            return self._points(order, size)
        if kind == CIRCULAR:
            return self._circular(self._points(order, size))
        if kind == COMPOUND:
            joined: Points = []
            for _ in range(self._count(order)):
                part = self._deeper(self.line)
                joined += part[1:] if joined and part and part[0] == joined[-1] else part
            return joined
        raise ValueError("no line")

    def _deeper(self, read: Callable[[], T]) -> T:
        self.deep += 1
        if self.deep > DEEPEST:
            raise ValueError("nested too deeply")
        done = read()
        self.deep -= 1
        return done

    def _head(self) -> tuple[str, int, int]:
        order = "<" if self.data[self.at : self.at + 1] == b"\1" else ">"
        (told,) = struct.unpack_from(order + "I", self.data, self.at + 1)
        self.at += 5
        flags, kind = told >> 28, told & 0x0FFFFFFF
        if flags & 2:  # EWKB: a reference system follows
            self.at += 4
        more = {0: 0, 1: 1, 2: 1, 3: 2}.get(kind // 1000, 0) + bool(flags & 8) + bool(flags & 4)
        return order, kind % 1000, 2 + more

    def _count(self, order: str) -> int:
        (count,) = struct.unpack_from(order + "I", self.data, self.at)
        self.at += 4
        if count > len(self.data):
            raise ValueError("more parts than bytes")
        return int(count)

    def _points(self, order: str, size: int) -> Points:
        count = self._count(order)
        numbers = struct.unpack_from(f"{order}{count * size}d", self.data, self.at)
        self.at += count * size * 8
        return [(numbers[place], numbers[place + 1]) for place in range(0, len(numbers), size)]

    def _circular(self, points: Points) -> Points:
        made = points[:1]
        for place in range(0, len(points) - 2, 2):
            self.arcs += 1
            made += self._arc(*points[place : place + 3])
        return made

    def _arc(self, start: tuple[float, float], on: tuple[float, float], end: tuple[float, float]) -> Points:
        """From after `start` to `end`, by `on`."""
        if start == end:
            centre = ((start[0] + on[0]) / 2, (start[1] + on[1]) / 2)
            turn = 2 * math.pi
        else:
            found = _centre(start, on, end)
            if found is None:
                return [on, end]
            centre = found
            first, middle, last = (math.atan2(y - centre[1], x - centre[0]) for x, y in (start, on, end))
            turn = (last - first) % (2 * math.pi)
            if (middle - first) % (2 * math.pi) > turn:
                turn -= 2 * math.pi
        radius = math.dist(centre, start)
        step = 2 * math.acos(max(1 - self.deviation / radius, -1)) if radius > self.deviation else math.pi
        steps = min(max(math.ceil(abs(turn) / step), 2), MOST_POINTS) if step else MOST_POINTS
        begin = math.atan2(start[1] - centre[1], start[0] - centre[0])
        angles = [begin + turn * number / steps for number in range(1, steps)]
        return [*((centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles), end]


def _centre(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> tuple[float, float] | None:
    """Of the circle through three points; None where they lie on a line. Taken from `a`, for coordinates are large."""
    bx, by, cx, cy = b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]
    double = 2 * (bx * cy - by * cx)
    if abs(double) < 1e-12 * (math.hypot(bx, by) * math.hypot(cx, cy) or 1) or not math.isfinite(double):
        return None
    square_b, square_c = bx * bx + by * by, cx * cx + cy * cy
    return a[0] + (cy * square_b - by * square_c) / double, a[1] + (bx * square_c - cx * square_b) / double

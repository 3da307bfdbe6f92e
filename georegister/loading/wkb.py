"""Well-known binary looked at before anything parses it: curves, surfaces of other kinds, and how many points."""

import struct
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from georegister.errors import ValueRefused
from georegister.sentence import N_

MOST_POINTS = 200_000
DEEPEST = 32
POINT, LINE, POLYGON, COLLECTION = 1, 2, 3, 7
CIRCULAR_STRING = 8
CURVES = {8: "CircularString", 9: "CompoundCurve", 10: "CurvePolygon", 11: "MultiCurve", 12: "MultiSurface"}
SURFACES = {15: "PolyhedralSurface", 16: "TIN", 17: "Triangle"}
NOTHING = 0


def kinds(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The kind of each geometry (0 where there is none) and about how many points it has, by its length."""
    types, points = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for whole in column.chunks:
        # By hand: the kernels of pyarrow.compute take longer to load than a delivery to read.
        held, offsets, content = whole.buffers()
        width = np.int64 if whole.type == pa.large_binary() else np.int32
        starts = np.frombuffer(offsets, width)[whole.offset : whole.offset + len(whole) + 1].astype(np.int64)
        lengths = np.diff(starts)
        present = lengths >= 5
        if held is not None:
            bits = np.unpackbits(np.frombuffer(held, np.uint8), bitorder="little")
            present &= bits[whole.offset : whole.offset + len(whole)].astype(bool)
        code = np.zeros(len(whole), np.int64)
        if present.any():
            data = np.frombuffer(content, np.uint8)
            at = starts[:-1][present]
            head = data[at[:, None] + np.arange(1, 5)].astype(np.int64)
            little = data[at] == 1
            head[~little] = head[~little][:, ::-1]
            code[present] = head @ np.array([1, 1 << 8, 1 << 16, 1 << 24])
        types.append(_kind(code))
        points.append(lengths // (8 * _dimensions(code)) * present)
    return np.concatenate(types), np.concatenate(points)


def _kind(code: Any) -> Any:
    return (code & 0x0FFFFFFF) % 1000


def _dimensions(code: Any) -> Any:
    extra = (code & 0x0FFFFFFF) // 1000
    return (
        2
        + (((extra == 1) | (extra == 3) | (code & 0x80000000 != 0)) * 1)
        + (((extra == 2) | (extra == 3) | (code & 0x40000000 != 0)) * 1)
    )


def parts(content: bytes) -> set[int]:
    """The kinds of everything in a geometry. Raises ValueError for one that is cut or nested too deeply."""
    found: set[int] = set()
    try:
        _walk(content, 0, 0, found)
    except struct.error as error:
        raise ValueRefused(N_("it ends too early")) from error
    return found


def _walk(content: bytes, at: int, depth: int, found: set[int]) -> int:
    """Past one geometry; where the next begins."""
    if depth > DEEPEST:
        raise ValueRefused(N_("it is nested deeper than a shape ever is"))
    order = "<" if content[at : at + 1] == b"\x01" else ">"
    (code,) = struct.unpack_from(order + "I", content, at + 1)
    at, kind, size = at + 5, int(_kind(code)), 8 * int(_dimensions(code))
    if code & 0x20000000:
        at += 4
    found.add(kind)
    if kind == POINT:
        return at + size
    (count,) = struct.unpack_from(order + "I", content, at)
    at += 4
    if kind in (LINE, CIRCULAR_STRING):
        return at + int(count) * size
    for _ in range(count):
        if kind in (POLYGON, 17):
            (points,) = struct.unpack_from(order + "I", content, at)
            at += 4 + int(points) * size
        else:
            at = _walk(content, at, depth + 1, found)
    return at

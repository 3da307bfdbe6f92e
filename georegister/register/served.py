"""What is kept beside a plan's geometry so that no question has to compute it: the area, Web Mercator, GeoJSON.

All of a chunk at once. The numbers are those PostGIS gives (a test compares them): both compute areas with
GeographicLib and project with PROJ. Here they are made on another core while PostgreSQL stores what was made before.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from georegister.domain.geometry import CELLS_PER_DEGREE, DECIMALS, REGISTER_CRS, WGS84, Geometries

WEB_MERCATOR = 3857
SCIENTIFIC_BELOW_CELLS = 10
AT_ONCE, AHEAD = 1000, 16
"""Geometries to a chunk, some seven megabytes, and how many chunks are made before anybody asks for them."""
Offsets = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Served:
    """A geometry as the register keeps it: EWKB in EPSG:4326 and in EPSG:3857, square metres, GeoJSON."""

    ewkb: bytes
    web_mercator: bytes
    area_m2: float
    geojson: str


@contextmanager
def served(geometries: Iterable[BaseGeometry | None]) -> Iterator[Iterator[Served | None]]:
    """Each geometry as it is kept, in order. A thread begins at once and goes on while others wait for PostgreSQL."""
    shapes = iter(geometries)
    chunks = iter(lambda: list(islice(shapes, AT_ONCE)), [])
    with ThreadPoolExecutor(1) as elsewhere:
        coming = deque(elsewhere.submit(_chunk, chunk) for chunk in islice(chunks, AHEAD))

        def forms() -> Iterator[Served | None]:
            while coming:
                made = coming.popleft().result()
                if (chunk := next(chunks, None)) is not None:
                    coming.append(elsewhere.submit(_chunk, chunk))
                yield from made

        try:
            yield forms()
        finally:
            elsewhere.shutdown(cancel_futures=True)


def _chunk(geometries: Sequence[BaseGeometry | None]) -> list[Served | None]:
    there = [place for place, geometry in enumerate(geometries) if geometry is not None]
    made: list[Served | None] = [None] * len(geometries)
    if not there:
        return made
    kept = np.array([geometries[place] for place in there], dtype=object)
    kind, points, offsets = shapely.to_ragged_array(kept)
    x, y = transformer().transform(points[:, 0], points[:, 1])
    mercator = shapely.from_ragged_array(kind, np.column_stack((x, y)), offsets)
    forms = zip(
        shapely.to_wkb(shapely.set_srid(kept, REGISTER_CRS), include_srid=True),
        shapely.to_wkb(shapely.set_srid(mercator, WEB_MERCATOR), include_srid=True),
        areas_m2(kept, points, offsets[0]).tolist(),
        _geojson(points, offsets).to_pylist(),
        strict=True,
    )
    for place, form in zip(there, forms, strict=True):
        made[place] = Served(*form)
    return made


def areas_m2(multipolygons: Geometries, points: NDArray[np.float64], rings: Offsets) -> NDArray[np.float64]:
    """Geodesic areas; `rings` are the offsets of the rings in `points`, as shapely's ragged arrays give them."""
    longitudes, latitudes = np.ascontiguousarray(points.T)
    areas = np.fromiter(
        (
            WGS84.polygon_area_perimeter(longitudes[first : last - 1], latitudes[first : last - 1])[0]
            for first, last in zip(rings[:-1].tolist(), rings[1:].tolist(), strict=True)
        ),
        dtype=np.float64,
        count=len(rings) - 1,
    )
    # Outer rings run one way and holes the other, so that the sum is what lies between.
    parts, part_of = shapely.get_parts(multipolygons, return_index=True)
    _, ring_of = shapely.get_rings(parts, return_index=True)
    return np.abs(np.bincount(part_of[ring_of], weights=areas, minlength=len(multipolygons)))


def _geojson(points: NDArray[np.float64], offsets: tuple[Offsets, ...]) -> pa.Array:
    """MultiPolygons as PostGIS's ST_AsGeoJSON(geom, 7) writes them."""
    longitudes, latitudes = (_texts(points[:, axis]) for axis in (0, 1))
    texts = pc.binary_join_element_wise(longitudes, latitudes, ",")
    texts = pc.binary_join_element_wise("[", texts, "]", "")
    for ends in offsets:
        joined = pc.binary_join(pa.LargeListArray.from_arrays(pa.array(ends, pa.int64()), texts), ",")
        texts = pc.binary_join_element_wise("[", joined, "]", "")
    return pc.binary_join_element_wise('{"type":"MultiPolygon","coordinates":', texts, "}", "")


def _texts(degrees: NDArray[np.float64]) -> pa.Array:
    """Decimal numbers without needless zeros; the register's coordinates are whole numbers of 1e-7 degrees."""
    cells = np.rint(degrees * CELLS_PER_DEGREE).astype(np.int64)
    words = np.column_stack((cells, cells >> 63))  # a decimal of 128 bits: the sign goes on in the upper half
    decimals = pa.Array.from_buffers(
        pa.decimal128(18, DECIMALS), len(cells), [None, pa.py_buffer(np.ascontiguousarray(words))]
    )
    texts = pc.ascii_rtrim(pc.ascii_rtrim(decimals.cast(pa.string()), "0"), ".")
    # Arrow writes what lies within a micro-degree of zero as 1E-7, PostGIS as 0.0000001.
    if (small := np.abs(cells) < SCIENTIFIC_BELOW_CELLS).any():
        said = [f"{cell / CELLS_PER_DEGREE:.{DECIMALS}f}" if cell else "0" for cell in cells[small].tolist()]
        texts = pc.replace_with_mask(texts, pa.array(small), pa.array(said, pa.string()))
    return texts


@cache
def transformer() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(REGISTER_CRS, WEB_MERCATOR, always_xy=True)

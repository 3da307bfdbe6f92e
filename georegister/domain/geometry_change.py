"""How two shapes of one plan differ: in square metres and metres, and whether that is more than noise.

Noise is what reprojecting, rounding and reordering leave behind. The register keeps points on a grid of about 1 cm
and edges within 1 cm of where they lay; a line drawn anew in another reference system bends a few centimetres. Two
shapes are one where no part of one boundary lies farther than NOISE_METRES from the other, and what only one of them
covers is no more than a strip of that width along the boundary.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from georegister.domain.geometry import GRID, REGISTER_CRS, area_m2

NOISE_METRES = 0.05
STEPS = 200
"""The boundary is walked in at least so many steps; between them a distance is not looked for."""


@dataclass(frozen=True)
class GeometryChange:
    """An extent before and after, in EPSG:4326; areas are geodesic m², the greatest distance of the boundaries m.

    `hausdorff_m` and `symmetric_difference_m2` are measured in the municipality's projection.
    """

    before: BaseGeometry
    after: BaseGeometry
    area_before_m2: float
    area_after_m2: float
    symmetric_difference_m2: float
    hausdorff_m: float

    @property
    def measures(self) -> tuple[dict[str, float], dict[str, float]]:
        """The numbers of before and of after, as a load's item keeps them."""
        differs = {"symmetric_difference_m2": self.symmetric_difference_m2, "hausdorff_m": self.hausdorff_m}
        return {"area_m2": self.area_before_m2}, {"area_m2": self.area_after_m2, **differs}


def geometry_change(before: BaseGeometry, after: BaseGeometry, crs: Sequence[int]) -> GeometryChange | None:
    """How a shape in EPSG:4326 has changed, or None where it is the same but for noise.

    `crs` are the municipality's reference systems; it is measured in the first that is projected.
    """
    if shapely.equals_exact(shapely.normalize(before), shapely.normalize(after), GRID * 1.5):
        return None
    to_metres = _projection(tuple(crs), *(round(part) for part in before.centroid.coords[0]))
    one, other = (shapely.transform(shape, lambda points: _project(points, to_metres)) for shape in (before, after))
    apart = max(_farthest(one.boundary, other.boundary), _farthest(other.boundary, one.boundary))
    differs = float(one.symmetric_difference(other).area)
    if apart <= NOISE_METRES and differs <= NOISE_METRES * max(one.length, other.length):
        return None
    return GeometryChange(
        before, after, round(area_m2(before), 1), round(area_m2(after), 1), round(differs, 1), round(apart, 2)
    )


@lru_cache(maxsize=64)
def _projection(crs: tuple[int, ...], lon: int, lat: int) -> pyproj.Transformer:
    projected = next((code for code in crs if pyproj.CRS(code).is_projected), None)
    local = pyproj.CRS(projected) if projected else pyproj.CRS(f"+proj=laea +lon_0={lon} +lat_0={lat} +units=m")
    return pyproj.Transformer.from_crs(REGISTER_CRS, local, always_xy=True)


def _project(points: NDArray[np.float64], transformer: pyproj.Transformer) -> NDArray[np.float64]:
    return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))


def _farthest(line: BaseGeometry, other: BaseGeometry) -> float:
    """The greatest distance of a line's points from another line, in the units of both."""
    points = shapely.points(shapely.get_coordinates(shapely.segmentize(line, line.length / STEPS)))
    found = shapely.STRtree(_segments(other)).query_nearest(points, return_distance=True, all_matches=False)
    return float(found[1].max())


def _segments(line: BaseGeometry) -> NDArray[np.object_]:
    points, of = shapely.get_coordinates(shapely.get_parts(line), return_index=True)
    pairs = np.stack([points[:-1], points[1:]], axis=1)[of[:-1] == of[1:]]
    return np.asarray(shapely.linestrings(pairs))

"""What a changed extent is said to be, and what is no change."""

import numpy as np
import pyproj
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from georegister.domain.geometry import to_register
from georegister.domain.geometry_change import geometry_change
from tests.builders import SOROE, a_square

UTM = pyproj.CRS(25832)


def kept(shape: BaseGeometry, crs: int = 25832) -> BaseGeometry:
    """A shape in a reference system as the register keeps it."""
    made, refused = to_register(np.array([shape], dtype=object), pyproj.CRS(crs))
    assert not refused
    kept: BaseGeometry = made[0]
    return kept


def in_system(shape: BaseGeometry, crs: int) -> BaseGeometry:
    """A shape in EPSG:25832 with its own points in another system, as a desktop program reprojects it."""
    transformer = pyproj.Transformer.from_crs(UTM, pyproj.CRS(crs), always_xy=True)
    return shapely.transform(shape, lambda points: np.column_stack(transformer.transform(*points.T)))


def test_a_wider_square_is_measured_in_metres() -> None:
    change = geometry_change(kept(a_square()), kept(a_square(side=120)), [25832])
    assert change
    assert change.area_before_m2 == pytest.approx(10_000, rel=2e-3)
    assert change.area_after_m2 == pytest.approx(14_400, rel=2e-3)
    assert change.symmetric_difference_m2 == pytest.approx(4_400, rel=1e-3)
    assert change.hausdorff_m == pytest.approx(20 * 2**0.5, abs=0.05)


def test_a_hole_and_a_far_part_are_as_far_as_they_lie() -> None:
    square = a_square(side=200)
    hole = shapely.box(*(part + 90 for part in SOROE), *(part + 110 for part in SOROE))
    change = geometry_change(kept(square), kept(square.difference(hole)), [25832])
    assert change
    assert change.symmetric_difference_m2 == pytest.approx(400, rel=2e-3)
    assert change.hausdorff_m == pytest.approx(90, abs=0.1)
    far = shapely.union(square, a_square(SOROE[0] + 1000))
    change = geometry_change(kept(square), kept(far), [25832])
    assert change
    assert change.hausdorff_m == pytest.approx(900, abs=0.5)


@pytest.mark.parametrize("crs", [25833, 4326, 3857])
def test_a_reprojected_shape_is_the_same(crs: int) -> None:
    ring = shapely.Point(SOROE).buffer(400, quad_segs=20).difference(shapely.Point(SOROE).buffer(60))
    assert geometry_change(kept(ring), kept(in_system(ring, crs), crs), [25832]) is None


def test_other_first_points_and_orders_are_the_same() -> None:
    one, other = a_square(), a_square(SOROE[0] + 500)
    turned = shapely.Polygon(np.roll(np.array(one.exterior.coords)[:-1], 2, axis=0)[::-1])
    before, after = shapely.multipolygons([one, other]), shapely.multipolygons([other, turned])
    assert geometry_change(kept(before), kept(after), [25832]) is None


def test_noise_ends_at_five_centimetres() -> None:
    before = kept(a_square())
    assert geometry_change(before, kept(a_square(SOROE[0] + 0.03)), [25832]) is None
    change = geometry_change(before, kept(a_square(SOROE[0] + 0.08)), [25832])
    assert change
    assert change.hausdorff_m == pytest.approx(0.08, abs=0.015)


def test_a_municipality_without_a_projected_system_is_measured_too() -> None:
    change = geometry_change(kept(a_square()), kept(a_square(side=120)), [4326])
    assert change
    assert change.symmetric_difference_m2 == pytest.approx(4_400, rel=3e-3)

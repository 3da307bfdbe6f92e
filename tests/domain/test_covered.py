"""The area that outlines cover together, against a real union and pyproj's geodesic areas."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as some

from georegister.domain.covered import CROSSINGS, Covered, covered, edges_of
from georegister.domain.geometry import area_m2

GRID = 1e7


def star(rng: np.random.Generator, lon: float, lat: float, metres: float, with_hole: bool) -> shapely.Geometry:
    """A polygon on the register's grid, with many corners."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, 40))
    far = metres * rng.uniform(0.6, 1.2, 40) / 111_320
    ring = np.column_stack((lon + far * np.cos(angles) / np.cos(np.radians(lat)), lat + far * np.sin(angles)))
    holes = [[lon, lat] + (ring - [lon, lat]) * 0.3] if with_hole else []
    return on_grid(shapely.Polygon(ring, holes))


def on_grid(shape: shapely.Geometry) -> shapely.Geometry:
    snapped = shapely.transform(shape, lambda points: np.rint(points * GRID) / GRID)
    return snapped if snapped.is_valid else shapely.make_valid(snapped)


def united(shapes: list[shapely.Geometry]) -> float:
    return area_m2(shapely.orient_polygons(shapely.union_all(shapes)))


def measured(shapes: list[shapely.Geometry], crossings: int = CROSSINGS, sure: list[bool] | None = None) -> Covered:
    told = np.array(sure if sure is not None else [True] * len(shapes))
    pieces = [np.array(shapes[at : at + 3], dtype=object) for at in range(0, len(shapes), 3)]
    [found] = covered(edges_of(pieces), [np.arange(len(shapes))], told, crossings)
    return found


@settings(max_examples=25, deadline=None)
@given(seed=some.integers(0, 2**32), place=some.sampled_from([(11.6, 55.4), (-51.7, 64.2), (179.9, -17), (0, 0)]))
def test_it_is_the_area_of_the_union(seed: int, place: tuple[float, float]) -> None:
    rng = np.random.default_rng(seed)
    shapes = [
        star(rng, place[0] + rng.normal(0, 0.002), place[1] + rng.normal(0, 0.001), rng.uniform(20, 200), n % 3 == 0)
        for n in range(8)
    ]
    assert united(shapes) < sum(map(area_m2, shapes))
    found = measured(shapes)
    assert found.spacing_m < 0.02
    assert found.all_m2 == pytest.approx(united(shapes), rel=1e-5)
    assert measured(shapes, 20_000).all_m2 == pytest.approx(united(shapes), rel=5e-3)


def test_what_only_sketches_cover_is_told_apart() -> None:
    rng = np.random.default_rng(3)
    shapes = [star(rng, 11.6 + n * 0.001, 55.4, 90, False) for n in range(6)]
    sure = [n % 2 == 0 for n in range(6)]
    found = measured(shapes, sure=sure)
    assert found.sure_m2 == pytest.approx(united(shapes[::2]), rel=1e-5)
    assert found.sure_m2 < found.all_m2 == pytest.approx(united(shapes), rel=1e-5)


def test_level_edges_equal_outlines_and_shared_borders_count_once() -> None:
    one, beside = shapely.box(11.6, 55.4, 11.61, 55.405), shapely.box(11.61, 55.4, 11.62, 55.405)
    whole, inside = shapely.box(11.6, 55.4, 11.62, 55.405), shapely.box(11.603, 55.401, 11.604, 55.402)
    # Straight along a parallel is not the shortest way: pyproj's edges lie some centimetres farther north.
    for shapes in ([one, beside], [one, one, beside, whole], [whole, inside]):
        assert measured([on_grid(shape) for shape in shapes]).all_m2 == pytest.approx(area_m2(whole), rel=1e-4)
    assert measured([one, beside]).all_m2 == pytest.approx(measured([whole, inside]).all_m2, rel=1e-9)


def test_each_group_is_measured_by_itself_and_nothing_is_nothing() -> None:
    rng = np.random.default_rng(5)
    shapes = np.array([star(rng, 11.6 + n * 0.0005, 55.4, 90, False) for n in range(9)], dtype=object)
    groups = [np.arange(9), np.array([2, 5]), np.array([], dtype=np.int64), np.array([8])]
    found = covered(edges_of([shapes]), groups, np.ones(9, bool))
    assert [one.all_m2 for one in found] == [
        pytest.approx(united(list(shapes[group])) if len(group) else 0, rel=1e-5) for group in groups
    ]
    assert covered(edges_of([]), [np.array([], dtype=np.int64)], np.ones(0, bool))[0].all_m2 == 0


def test_a_shape_as_large_as_the_world_is_measured() -> None:
    world = shapely.box(-180, -90, 180, 90)
    assert measured([world]).all_m2 == pytest.approx(510_065_621_724_089, rel=1e-6)


def test_what_lies_far_apart_is_measured_as_if_it_lay_close() -> None:
    rng = np.random.default_rng(7)
    shapes = [star(rng, lon, lat, 150, True) for lon, lat in ((11.6, 55.4), (-51.7, 64.2), (178, -84), (-179, 71))]
    assert measured(shapes).all_m2 == pytest.approx(united(shapes), rel=1e-5)

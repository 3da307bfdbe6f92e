import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from georegister.domain.geometry import GRID, METRES_PER_DEGREE, Box, Point, area_m2, compass, to_register, to_wgs84

UTM = pyproj.CRS(25832)


def registered(*geometries: shapely.Geometry, crs: pyproj.CRS = UTM) -> list[shapely.MultiPolygon]:
    found, refused = to_register(np.array(geometries, dtype=object), crs)
    assert refused == {}
    return list(found)


@pytest.mark.parametrize("crs", [25832, 25833, 3857, 3182, 5938])
def test_a_long_edge_stays_within_a_centimetre_of_where_it_lay(crs: int) -> None:
    system = pyproj.CRS(crs)
    middle = {3182: (464_275, 7_116_721), 5938: (1_063_798, -760_335), 3857: (1_286_000, 7_450_000)}.get(
        crs, (660_000, 6_140_000)
    )
    square = shapely.box(*middle, middle[0] + 20_000, middle[1] + 20_000)
    [plan] = registered(square, crs=system)
    along = np.linspace(shapely.get_coordinates(square)[0], shapely.get_coordinates(square)[1], 997)
    true = shapely.points(np.column_stack(to_wgs84(system).transform(*along.T)))
    metres = shapely.distance(true, plan.boundary).max() * METRES_PER_DEGREE
    assert metres < 0.01 + GRID * METRES_PER_DEGREE


def test_what_is_stored_is_what_is_served() -> None:
    [plan] = registered(shapely.box(661_700.123, 6_145_800.456, 661_812.789, 6_145_901.012))
    served = shapely.from_geojson(shapely.to_geojson(plan))
    rounded = shapely.transform(served, lambda points: np.round(points, 7))
    assert shapely.equals_exact(plan, rounded, 0)


def test_exteriors_run_counter_clockwise() -> None:
    clockwise = shapely.Polygon(
        [(661_700, 6_145_800), (661_700, 6_145_900), (661_800, 6_145_900), (661_800, 6_145_800)]
    )
    assert registered(clockwise)[0].geoms[0].exterior.is_ccw


def test_holes_and_parts_survive() -> None:
    holed = shapely.box(0, 0, 300, 300).difference(shapely.box(100, 100, 200, 200))
    parted = shapely.MultiPolygon([shapely.box(500, 0, 600, 100), shapely.box(700, 0, 800, 100)])
    moved = [shapely.transform(one, lambda points: points + [661_700, 6_145_800]) for one in (holed, parted)]
    first, second = registered(*moved)
    assert len(first.geoms[0].interiors) == 1
    assert len(second.geoms) == 2


def test_a_geometry_too_small_for_the_grid_is_refused_with_a_reason() -> None:
    tiny = shapely.box(661_700, 6_145_800, 661_700.001, 6_145_800.001)
    found, refused = to_register(np.array([tiny], dtype=object), UTM)
    assert refused == {0: "nothing with an area is left of it"}
    assert found[0] is None


def test_a_point_that_is_nowhere_is_refused_with_a_reason() -> None:
    nowhere = shapely.box(1e12, 1e12, 1e12 + 1, 1e12 + 1)
    assert "no place on earth" in to_register(np.array([nowhere], dtype=object), UTM)[1][0]


def test_areas_are_of_the_earth_and_not_of_a_projection() -> None:
    [plan] = registered(shapely.box(661_700, 6_145_800, 662_700, 6_146_800))
    factor = pyproj.Proj(UTM).get_factors(11.56, 55.43).areal_scale
    assert area_m2(plan) == pytest.approx(1_000_000 / factor, rel=1e-4)


@given(
    st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), min_size=3, max_size=12, unique=True).filter(
        lambda points: shapely.Polygon(points).is_valid and shapely.Polygon(points).area > 1
    )
)
def test_every_valid_polygon_is_valid_in_the_register(points: list[tuple[float, float]]) -> None:
    moved = shapely.transform(shapely.Polygon(points), lambda some: some + [661_700, 6_145_800])
    found, refused = to_register(np.array([moved], dtype=object), UTM)
    if not refused:
        assert found[0].is_valid
        assert found[0].geom_type == "MultiPolygon"
        assert area_m2(found[0]) == pytest.approx(moved.area, rel=0.02, abs=5)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("11.3,55.3,11.8,55.6", [(11.3, 55.3, 11.8, 55.6)]),
        ("11.3,55.3,0,11.8,55.6,100", [(11.3, 55.3, 11.8, 55.6)]),
        ("170,-10,-170,10", [(170, -10, 180, 10), (-180, -10, -170, 10)]),
        ("-180,-90,180,90", [(-180, -90, 180, 90)]),
        ("11.5,55.4,11.5,55.4", [(11.5, 55.4, 11.5, 55.4)]),
    ],
)
def test_a_box(text: str, parts: list[tuple[float, ...]]) -> None:
    assert Box.parse(text).parts == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2,3",
        "1,2,3,4,5",
        "a,b,c,d",
        "nan,0,1,1",
        "0,0,inf,1",
        "0,5,1,4",
        "0,0,1,91",
        "181,0,190,1",
        "1_0,0,20,1",
        "١,٢,٣,٤",
    ],
)
def test_what_is_no_box(text: str) -> None:
    with pytest.raises(ValueError):
        Box.parse(text)


@pytest.mark.parametrize("text", ["", "11", "55.4,11.5,3", "11.5 55.4", "11.5,155", "nan,1", "200,10"])
def test_what_is_no_point(text: str) -> None:
    with pytest.raises(ValueError):
        Point.parse(text)


@pytest.mark.parametrize(
    ("azimuth", "word"), [(0, "n"), (22, "n"), (23, "ne"), (90, "e"), (180, "s"), (270, "w"), (350, "n")]
)
def test_directions(azimuth: float, word: str) -> None:
    assert compass(azimuth) == word

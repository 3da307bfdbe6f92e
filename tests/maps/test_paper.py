"""A sheet's map measured: its scale bar and its scale against the ellipsoid, its words apart, its plans within."""

import itertools
import re

import pyproj
import pytest
import shapely

from georegister.maps import labels
from georegister.maps.labels import Wanted
from georegister.maps.paper import UNITS_A_MM, Paper, paper
from georegister.maps.shapes import path, ring_round

GEOD = pyproj.Geod(ellps="WGS84")
TOWN, MUNICIPALITY, GREENLAND, ARCTIC = (
    (11.545, 55.425, 11.565, 55.435),
    (11.30, 55.35, 11.73, 55.60),
    (-53.0, 60.5, -38.0, 68.0),
    (-60.0, 76.0, -20.0, 83.0),
)


@pytest.mark.parametrize("around", [TOWN, MUNICIPALITY, GREENLAND, ARCTIC])
@pytest.mark.parametrize("height", [80.0, 150.0])
def test_the_scale_bar_is_as_long_as_it_says(around: tuple[float, ...], height: float) -> None:
    on = paper(around, 180, (height, height))  # type: ignore[arg-type]
    for x, y in ((16, on.height - 24), (on.width / 2, on.height / 2), (16, 20)):
        bar = on.bar(x, y)
        (west, south), (east, north) = on.on_earth([(bar.x, bar.y), (bar.x + bar.length, bar.y)])
        assert GEOD.inv(west, south, east, north)[2] == pytest.approx(bar.metres, rel=0.01)
        assert re.fullmatch(r"[125]0*", str(bar.metres))
        assert 15 < bar.length / UNITS_A_MM <= 42


@pytest.mark.parametrize("around", [TOWN, MUNICIPALITY, GREENLAND])
def test_the_scale_in_figures_is_that_of_the_paper(around: tuple[float, ...]) -> None:
    """Between any two places of the sheet, in every direction."""
    on = paper(around, 180, (80, 150))  # type: ignore[arg-type]
    for (x, y), (other_x, other_y) in itertools.combinations([(80, 60), (640, 60), (360, 200), (90, 250)], 2):
        (lon, lat), (other_lon, other_lat) = on.on_earth([(x, y), (other_x, other_y)])
        on_paper = ((other_x - x) ** 2 + (other_y - y) ** 2) ** 0.5 / UNITS_A_MM / 1000
        assert GEOD.inv(lon, lat, other_lon, other_lat)[2] == pytest.approx(on_paper * on.denominator, rel=0.01)


@pytest.mark.parametrize("around", [TOWN, MUNICIPALITY, GREENLAND, ARCTIC, (179.0, 60.0, -179.0, 61.0)])
def test_what_is_asked_for_lies_on_the_sheet(around: tuple[float, ...]) -> None:
    west, south, east, north = around
    on = paper((west, south, east, north), 180, (80, 150))
    corners = shapely.get_coordinates(
        shapely.segmentize(shapely.box(west, south, east + 360 * (east < west), north), 1)
    )
    placed = on.place(corners)
    assert placed.min() >= 0
    assert placed[:, 0].max() <= on.width
    assert placed[:, 1].max() <= on.height
    assert 80 <= on.height_mm <= 150


def test_the_whole_world_and_a_point_have_a_scale_too() -> None:
    assert paper((-180, -90, 180, 90), 180, (80, 150)).denominator > 50_000_000
    assert paper((11, 55, 11, 55), 180, (80, 150)).denominator == 2000


def test_places_come_back_from_the_paper() -> None:
    on = Paper(-51.7, 64.2, 180, 100, 250_000)
    there = on.on_earth([(12.5, 390.0)])
    assert on.place(there)[0] == pytest.approx([12.5, 390.0], abs=1e-6)


def test_no_words_stand_on_others_or_over_the_edge() -> None:
    tries = tuple((0.0, float(shift)) for shift in range(-9, 10))
    wanted = [Wanted(100, 60, f"SK {number}", 10, "plan", tries) for number in range(40)]
    placed = labels.place(wanted, 200, 120, taken=[(0, 0, 200, 30)])
    assert len(placed) > 4
    boxes = [shapely.box(*one.box) for one in placed]
    assert all(
        one.buffer(-0.2).intersection(other.buffer(-0.2)).area == 0 for one, other in itertools.combinations(boxes, 2)
    )
    assert all(shapely.box(0, 30, 200, 120).covers(box) for box in boxes)


def test_a_ring_stands_round_what_is_too_small_and_nothing_else() -> None:
    small = shapely.box(10, 20, 13, 21)
    assert ring_round(small, 14, 9) == (11.5, 20.5, 9)
    assert ring_round(small, 3, 9) is None
    assert ring_round(shapely.MultiPolygon([small, shapely.box(30, 20, 31, 21)]), 14, 9) is None
    assert ring_round(shapely.Polygon(), 14, 9) is None


def test_a_path_has_every_ring_once_and_lines_stay_open() -> None:
    holed = shapely.box(0, 0, 9, 9).difference(shapely.box(2, 2, 4, 4))
    assert len(re.findall(r"M[^MZ]+Z", path(holed))) == 2
    assert path(shapely.LineString([(0, 0), (5, 5.25)])) == "M0.0 0.0L5.0 5.2"
    assert re.fullmatch(
        r"[MLZ0-9. -]+", path(shapely.MultiPolygon([shapely.box(-3, 0, 1, 1), shapely.box(5, 5, 6, 6)]))
    )

import struct

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from georegister.domain import rule
from georegister.domain.geometry import area_m2
from georegister.domain.plan import Kind
from georegister.domain.record import Origin, PlanRecord
from georegister.errors import DeliveryRefused
from georegister.loading.reference_systems import known_or_refused, reference_system
from georegister.loading.repair import Mended, repair
from georegister.loading.rules import Context, check
from tests.builders import SOROE, a_square
from tests.loading.deliveries import soroe

UTM = pyproj.CRS(25832)


def repaired(*geometries: shapely.Geometry | None) -> Mended:
    records = [
        PlanRecord(
            Kind.LOCAL_PLAN,
            f"SK {n}",
            {"da": "x"},
            Origin("f", "l", n),
            delivered=shapely.to_wkb(one) if one is not None else None,
        )
        for n, one in enumerate(geometries, start=1)
    ]
    return repair(records, UTM)


def moved(geometry: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(geometry, lambda points: points + SOROE)


def rules(mended: Mended) -> list[tuple[str, int | None]]:
    return [(finding.rule.id, finding.origin.row if finding.origin else None) for finding in mended.findings]


def test_a_sound_polygon_is_left_alone() -> None:
    mended = repaired(a_square())
    assert mended.findings == []
    assert mended.records[0].geometry is not None
    assert mended.records[0].geometry.geom_type == "MultiPolygon"


def test_a_bow_tie_is_mended_and_told_with_its_areas() -> None:
    mended = repaired(moved(shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])))
    [finding] = mended.findings
    assert finding.rule is rule.MADE_VALID
    assert finding.details["after"] == 5000
    assert "Self-intersection" in finding.details["reason"]
    assert area_m2(mended.records[0].geometry) == pytest.approx(5000, rel=0.01)


@pytest.mark.parametrize(
    ("geometry", "broken"),
    [
        (None, "GEOM-01"),
        (shapely.Polygon(), "GEOM-01"),
        (shapely.Point(SOROE), "GEOM-02"),
        (shapely.LineString([SOROE, (SOROE[0] + 9, SOROE[1])]), "GEOM-02"),
        (shapely.GeometryCollection([shapely.Point(SOROE)]), "GEOM-02"),
        (moved(shapely.Polygon([(0, 0), (5, 0), (9, 0)])), "GEOM-21"),
    ],
)
def test_what_is_no_area_is_refused(geometry: shapely.Geometry | None, broken: str) -> None:
    mended = repaired(a_square(), geometry, a_square())
    assert rules(mended) == [(broken, 2)]
    assert [record.number for record in mended.records] == ["SK 1", "SK 3"]


def test_the_polygons_of_a_mixture_are_kept() -> None:
    mended = repaired(shapely.GeometryCollection([a_square(), shapely.Point(SOROE)]))
    assert rules(mended) == [("GEOM-22", 1)]
    assert len(mended.records) == 1


def test_heights_are_dropped_and_told() -> None:
    mended = repaired(shapely.force_3d(a_square(), 12))
    assert rules(mended) == [("GEOM-23", 1)]
    assert not mended.records[0].geometry.has_z  # type: ignore[union-attr]


def test_a_coordinate_that_is_no_number_is_refused() -> None:
    wkb = shapely.to_wkb(a_square(), byte_order=1)
    second_point = 1 + 4 + 4 + 4 + 16
    broken = wkb[:second_point] + struct.pack("<dd", float("nan"), 1.0) + wkb[second_point + 16 :]
    record = PlanRecord(Kind.LOCAL_PLAN, "SK 1", {"da": "x"}, Origin("f", "l", 1), delivered=broken)
    assert rules(repair([record], UTM)) == [("GEOM-21", 1)]


COORDINATES = st.one_of(
    st.integers(0, 20).map(lambda number: number * 10.0),
    st.floats(-200, 200),
    st.sampled_from([0.0, 1e-9, 0.004, 0.5, 1e7, -1e15, 1e300, float("nan"), float("inf")]),
)
POINTS = st.tuples(COORDINATES, COORDINATES)


@st.composite
def rings(draw: st.DrawFn) -> list[tuple[float, float]]:
    """Tangled, spiked, with points twice; closed."""
    first = draw(POINTS.filter(lambda point: point[0] == point[0] and point[1] == point[1]))
    points = [first, *draw(st.lists(POINTS, min_size=2, max_size=7))]
    place = draw(st.integers(0, len(points) - 1))
    match draw(st.sampled_from(["as it is", "spike", "twice"])):
        case "spike":
            points = [*points[: place + 1], draw(POINTS), *points[place:]]
        case "twice":
            points = [*points[: place + 1], *points[place:]]
    return [*points, points[0]]


def a_polygon(rings: tuple[list[tuple[float, float]], list[list[tuple[float, float]]]]) -> shapely.Polygon:
    with np.errstate(invalid="ignore"):
        return shapely.Polygon(*rings)


def raised(polygon: shapely.Polygon) -> shapely.Polygon:
    with np.errstate(invalid="ignore"):
        return shapely.force_3d(polygon, 7)


POLYGONS = st.tuples(rings(), st.lists(rings(), max_size=2)).map(a_polygon)
SHAPES = st.one_of(
    POLYGONS,
    POLYGONS.map(raised),
    st.lists(POLYGONS, min_size=1, max_size=3).map(shapely.MultiPolygon),
    st.lists(POLYGONS, max_size=2).map(lambda mixed: shapely.GeometryCollection([shapely.Point(1, 1), *mixed])),
)


@settings(max_examples=80, deadline=None, derandomize=True, database=None, phases=(Phase.explicit, Phase.generate))
@given(st.lists(st.one_of(SHAPES.map(moved), SHAPES, st.none()), min_size=1, max_size=3))
def test_nothing_is_stored_invalid_and_nothing_crashes(shapes: list[shapely.Geometry | None]) -> None:
    mended = repaired(*shapes)
    kept = {record.origin.row for record in mended.records}
    refused = {finding.origin.row for finding in mended.findings if finding.refuses and finding.origin}
    assert kept | refused == set(range(1, len(shapes) + 1))
    assert not kept & refused
    for record in mended.records:
        assert record.geometry is not None
        assert record.geometry.geom_type == "MultiPolygon"
        assert record.geometry.is_valid
        assert not record.geometry.has_z
        assert record.geometry.area > 0
    assert all(finding.geometry is None or not finding.geometry.is_empty for finding in mended.findings)
    check(mended.records, Context(soroe()))


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=10))
def test_no_ring_however_tangled_is_stored_invalid(points: list[tuple[int, int]]) -> None:
    ring = moved(shapely.Polygon([(x * 10, y * 10) for x, y in points]))
    for record in repaired(ring).records:
        assert record.geometry is not None
        assert record.geometry.is_valid
        assert record.geometry.geom_type == "MultiPolygon"


@pytest.mark.parametrize("told", ['LOCAL_CS["x",UNIT["m",1]]', "EPSG:5799", "EPSG:4978", "EPSG:1", "this is not wkt"])
def test_a_system_that_says_not_where_on_earth_is_refused_with_what_to_say(told: str) -> None:
    with pytest.raises(DeliveryRefused, match=r"^f\.shp: .*reference system .*--crs"):
        known_or_refused(told, "f.shp")


@pytest.mark.parametrize("told", ["EPSG:25832", "EPSG:4326", "EPSG:7416", "EPSG:4979"])
def test_projected_and_geographic_systems_are_taken_with_heights_or_without(told: str) -> None:
    assert reference_system(told) == pyproj.CRS(told)

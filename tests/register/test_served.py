"""What is kept beside a geometry is what PostGIS would make of it."""

import pytest
import shapely

from georegister.register.database import Database, reading
from georegister.register.served import AT_ONCE, served

ODD = [
    "MULTIPOLYGON (((0 0, 0.0000001 0, 0.0000009 0.0000009, 0 -0.0000001, 0 0)))",
    "MULTIPOLYGON (((-0.00001 0.1, 10 0.25, 100 10, -0.00001 0.1)))",
    "MULTIPOLYGON (((179.5 -16.5, 180 -16.5, 180 -16, 179.5 -16.5)), ((-180 -16, -179.5 -16, -180 -15.5, -180 -16)))",
    "MULTIPOLYGON (((11 55, 12 55, 12 56, 11 56, 11 55), (11.2 55.2, 11.2 55.8, 11.8 55.8, 11.8 55.2, 11.2 55.2)))",
    "MULTIPOLYGON (((-51.7 64.15, -51.6999999 64.15, -51.7 64.1500001, -51.7 64.15)))",
]


@pytest.mark.parametrize("text", ODD)
def test_each_form_is_what_postgis_makes(shared_demo: Database, text: str) -> None:
    with served([shapely.from_wkt(text)]) as forms:
        (form,) = forms
    assert form is not None
    with reading(shared_demo) as session:
        said = session.sql(
            "SELECT ST_AsGeoJSON(g, 7) AS geojson, ST_Area(g::geography) AS area, ST_AsEWKB(g) AS ewkb, "
            "ST_AsEWKB(ST_Transform(g, 3857)) AS mercator FROM (SELECT ST_GeomFromText(%(shape)s, 4326) AS g) one",
            shape=text,
        ).fetchone()
    assert said is not None
    assert form.geojson == said["geojson"]
    assert form.area_m2 == pytest.approx(said["area"], rel=1e-6, abs=1e-4)
    assert form.ewkb == said["ewkb"]
    theirs = shapely.from_wkb(said["mercator"])
    assert shapely.equals_exact(shapely.from_wkb(form.web_mercator), theirs, tolerance=1e-6)
    assert shapely.get_srid(theirs) == shapely.get_srid(shapely.from_wkb(form.web_mercator)) == 3857


def test_chunks_keep_their_order_and_their_gaps() -> None:
    shapes = [
        None if place % 7 == 0 else shapely.MultiPolygon([shapely.box(place, 0, place + 1, 1)]) for place in range(60)
    ]
    repeated = shapes * (2 * AT_ONCE // len(shapes) + 1)
    with served(repeated) as coming:
        forms = list(coming)
    assert len(forms) == len(repeated) > 2 * AT_ONCE
    assert [form and shapely.from_wkb(form.ewkb) for form in forms] == repeated


def test_what_the_demo_keeps_is_what_postgis_makes(shared_demo: Database) -> None:
    with reading(shared_demo) as session:
        said = session.sql(
            "SELECT plan, geometry_json = ST_AsGeoJSON(geom, 7) AS geojson, "
            "abs(area_m2 - ST_Area(geom::geography)) < 1e-3 AS area, "
            "ST_HausdorffDistance(geom_3857, ST_Transform(geom, 3857)) < 1e-6 AS mercator, "
            "(properties_json::jsonb ->> 'area_m2')::numeric = round(area_m2::numeric, 1) AS told "
            "FROM plan_version WHERE geom IS NOT NULL"
        ).fetchall()
    assert said
    assert [one for one in said if not all(one.values())] == []

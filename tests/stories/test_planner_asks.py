"""A planner opens the register in GDAL and gets what psql says, column by column, page after page."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import pyogrio
import pytest
import shapely

from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database
from tests.builders import a_delivery, a_plan, a_square
from tests.conftest import Server, serving

TODAY = date(2026, 11, 22)
SEEN = Options(acknowledge=frozenset({"GEOM-08", "GEOM-27"}))
GENERATED = 2500
# Written from the tables' meaning alone: it shares nothing with the queries of the service.
INDEPENDENT = """
    SELECT p.id, p.municipality, p.kind, v.number, v.titles ->> 'da' AS title, p.parent, v.place,
        v.descriptions ->> 'da' AS description, v.document_url, v.extent_source, v.geometry_source, v.source,
        round(ST_Area(v.geom::geography)::numeric, 1)::float8 AS area_m2,
        s.status, s.certainty, s.hearing_open AS in_hearing,
        s.hearing_kind, s.hearing_opens, s.hearing_closes, s.respond_to, s.ban_until,
        CASE WHEN s.adopted_earliest = s.adopted_latest THEN s.adopted_latest END AS adopted_on,
        s.adopted_earliest, s.adopted_latest, s.themes, s.goals, s.sdgs, s.topics, s.reasons, s.next_event,
        CASE WHEN s.hearing_open THEN s.hearing_closes - %(day)s::date END AS hearing_days_left,
        ST_AsBinary(v.geom) AS geometry
    FROM plan p
    JOIN plan_version v ON v.plan = p.id AND v.recorded @> now() AND v.valid @> %(day)s::date
    JOIN plan_state s ON s.plan = p.id AND s.recorded @> now() AND s.during @> %(day)s::date
    WHERE p.kind = 'local-plan' ORDER BY p.id
"""


def by_sql(database: Database) -> list[dict[str, Any]]:
    with psycopg.connect(database.admin, row_factory=psycopg.rows.dict_row) as connection:
        return connection.execute(INDEPENDENT, {"day": TODAY}).fetchall()


def by_gdal(address: str) -> gpd.GeoDataFrame:
    frame = pyogrio.read_dataframe(f"OAPIF:{address}", layer="local-plans")
    return frame.sort_values("id").reset_index(drop=True)


def plain(value: Any) -> Any:
    """A value of either side in one form: days as text, lists as lists, nothing as None."""
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(one) for one in value]
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp | date):
        return value.isoformat()[:10]
    if isinstance(value, str) and value[:1] in "[{":
        return json.loads(value)
    return value


def assert_the_same(frame: gpd.GeoDataFrame, rows: list[dict[str, Any]]) -> None:
    assert len(frame) == len(rows)
    asked = [column for column in rows[0] if column != "geometry"]
    derived = {"applies", "theme_titles", "theme_slot"}
    assert set(frame.columns) - {"geometry"} - derived == set(asked)
    for column in asked:
        assert [plain(value) for value in frame[column]] == [plain(row[column]) for row in rows], column
    stored = shapely.from_wkb([row["geometry"] for row in rows])
    assert all(shapely.equals(frame.geometry.to_numpy(), stored))
    assert np.array_equal(
        shapely.get_coordinates(shapely.normalize(frame.geometry.to_numpy())),
        shapely.get_coordinates(shapely.normalize(stored)),
    )


def test_gdal_reads_what_sql_says(shared_demo: Database, address: str) -> None:
    frame = by_gdal(address)
    assert list(frame["number"]) == ["SK 3", "SK 61", "SK 66", "SK 69", "SK 70", "SK 71", "SK 72", "SK 75"]
    assert frame.crs == "OGC:CRS84"
    assert_the_same(frame, by_sql(shared_demo))


def test_gdal_sees_every_collection(address: str) -> None:
    layers = [name for name, _ in pyogrio.list_layers(f"OAPIF:{address}")]
    of_plans = ["plans", "local-plans", "addenda", "municipal-plans", "frames", "sub-areas"]
    assert layers == [*of_plans, "hearings", "municipalities"]


def test_gdal_asks_by_box(address: str) -> None:
    frame = pyogrio.read_dataframe(f"OAPIF:{address}", layer="local-plans", bbox=(11.65, 55.44, 11.71, 55.47))
    assert list(frame["number"]) == ["SK 66"]


@pytest.fixture(scope="module")
def many(
    postgis: Server, demo_template: str, plandata: MappingFile, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The demo with 2,500 generated plans beside it, delivered as a shapefile."""
    name, database = postgis.copy(demo_template)
    rows = [
        a_plan(
            f"G {number:04}",
            f"Plan {number} på Søgårdsvej – “prøve”",
            DATOVEDT=20100101 + number % 28 if number % 3 else 0,
            ANVGEN=11 if number % 2 else 21,
            geometry=a_square(656_000 + number % 50 * 200, 6_143_000 + number // 50 * 60, 10 + number % 90),
        )
        for number in range(GENERATED)
    ]
    report = load(database, a_delivery(tmp_path_factory.mktemp("many"), rows), "0340", plandata, SEEN)
    assert report.refused == 0
    yield database
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def many_served(many: Database) -> Iterator[str]:
    with serving(many) as where:
        yield where


def test_gdal_pages_through_2500_plans(many: Database, many_served: str) -> None:
    frame = by_gdal(many_served)
    assert len(frame) == GENERATED + 8
    assert_the_same(frame, by_sql(many))


@pytest.mark.proves("client/geopandas")
def test_geopandas_reads_the_items(many_served: str) -> None:
    frame = gpd.read_file(f"{many_served}/collections/local-plans/items?number=SK%2066", engine="pyogrio")
    assert list(frame["title"]) == ["Solcellepark ved Fjenneslev"]


def test_psql_gives_the_same_ids(shared_demo: Database, address: str) -> None:
    question = f"{address}/collections/plans/items?theme=0340-vision-2026-4&bbox=11.3,55.3,11.8,55.6"
    asked = gpd.read_file(question, engine="pyogrio")
    with psycopg.connect(shared_demo.conninfo("app_ro")) as connection:
        rows = connection.execute(
            "SELECT DISTINCT c.plan FROM claim c JOIN goal g ON g.id = c.goal JOIN plan_version v ON v.plan = c.plan "
            "WHERE g.theme = '0340-vision-2026-4' "
            "AND ST_Intersects(v.geom, ST_MakeEnvelope(11.3, 55.3, 11.8, 55.6, 4326)) "
            "ORDER BY 1"
        ).fetchall()
    assert list(asked["id"]) == [row[0] for row in rows] == ["0340-addendum-1-2021", "0340-local-plan-sk-66"]


def test_a_plan_loaded_while_a_planner_reads_spoils_no_page(
    many: Database, many_served: str, plandata: MappingFile, tmp_path: Path
) -> None:
    before = by_gdal(many_served)
    load(many, a_delivery(tmp_path, [a_plan("A 1")], name="late_lokalplan"), "0340", plandata, SEEN)
    after = by_gdal(many_served)
    assert set(after["id"]) - set(before["id"]) == {"0340-local-plan-a-1"}
    assert not set(before["id"]) - set(after["id"])

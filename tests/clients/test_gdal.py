"""GDAL reads a server of ours: by pyogrio, and by Debian's own programs, which are years older."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import httpx
import pyogrio
import pytest
import shapely

from bench import generated
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.municipality_file import load_municipality
from georegister.loading.prepare import Options
from georegister.register.collections import COLLECTIONS
from tests.conftest import Server, serving

pytestmark = [pytest.mark.clients, pytest.mark.proves("client/gdal")]
MANY = 5000
EPSG = "http://www.opengis.net/def/crs/EPSG/0"


@pytest.fixture(scope="module")
def many(postgis: Server, plandata: MappingFile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A register of thousands of generated plans."""
    folder = tmp_path_factory.mktemp("many")
    name, database = postgis.copy("template_empty")
    load_municipality(database, generated.municipality(folder), "test")
    file = generated.delivery(MANY, folder / "many.zip", towns=generated.towns_for(MANY))
    load(database, file, "0340", plandata, Options(by="test"))
    with serving(database) as address:
        yield address
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


def walked(address: str) -> list[dict[str, object]]:
    features, following = [], f"{address}/collections/local-plans/items?limit=1000"
    with httpx.Client(timeout=60) as client:
        while following:
            page = client.get(following).json()
            features += page["features"]
            following = next((one["href"] for one in page["links"] if one["rel"] == "next"), "")
    return features


def test_every_collection_is_a_layer(address: str, record_property: Callable[[str, object], None]) -> None:
    record_property("program", ("GDAL", pyogrio.__gdal_version_string__))
    assert {name for name, _ in pyogrio.list_layers(f"OAPIF:{address}")} == set(COLLECTIONS)


@pytest.mark.parametrize("name", sorted(set(COLLECTIONS) - {"frames", "sub-areas"}))
def test_a_layer_has_the_features_and_the_fields_of_its_collection(
    address: str, client: httpx.Client, name: str
) -> None:
    layer = pyogrio.read_dataframe(f"OAPIF:{address}", layer=name)
    features = client.get(f"/collections/{name}/items?limit=1000").json()["features"]
    assert list(layer["id"]) == [one["id"] for one in features]
    schema = set(client.get(f"/collections/{name}/schema").json()["properties"]) - {"geometry"}
    assert schema <= set(layer.columns)


def test_a_box_is_asked_of_the_server(address: str, client: httpx.Client) -> None:
    box = (11.66, 55.45, 11.70, 55.47)
    layer = pyogrio.read_dataframe(f"OAPIF:{address}", layer="plans", bbox=box)
    asked = client.get("/collections/plans/items", params={"bbox": ",".join(map(str, box))}).json()
    assert list(layer["id"]) == [one["id"] for one in asked["features"]]
    assert len(layer) == 2


def test_attributes_and_days_choose(address: str) -> None:
    of_status = pyogrio.read_dataframe(f"OAPIF:{address}", layer="plans", where="status = 'in_force'")
    assert sorted(of_status["id"]) == ["0340-local-plan-sk-61", "0340-municipal-plan-2023-2034"]
    hearings = pyogrio.read_dataframe(f"OAPIF:{address}", layer="hearings", where="closes < '2021-07-08'")
    assert "0340-local-plan-sk-66-hearing-2021-05-12" in set(hearings["id"])


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857"])
def test_another_reference_system_gives_the_same_place(address: str, crs: str) -> None:
    plain = pyogrio.read_dataframe(f"OAPIF:{address}", layer="addenda")
    other = pyogrio.read_dataframe(f"OAPIF:{address}", layer="addenda", CRS=crs)
    assert other.crs == crs or crs == "EPSG:4326"  # which GDAL takes for the CRS84 it swaps the axes into
    there = other.to_crs(4326)
    assert there.geometry.geom_equals_exact(plain.to_crs(4326).geometry, 1e-6).all()


def test_thousands_are_paged_and_the_copy_equals_the_source(many: str, tmp_path: Path) -> None:
    source = walked(many)
    assert len(source) == len({one["id"] for one in source}) >= MANY * 0.98
    layer = pyogrio.read_dataframe(f"OAPIF:{many}", layer="local-plans")
    assert list(layer["id"]) == [one["id"] for one in source]
    copy = tmp_path / "copy.gpkg"
    pyogrio.write_dataframe(layer, copy, layer="local-plans")
    again = pyogrio.read_dataframe(copy)
    assert list(again["id"]) == [one["id"] for one in source]
    stored = shapely.from_geojson([json.dumps(one["geometry"]) for one in source])
    assert shapely.equals(again.geometry.to_numpy(), stored).all()
    for name in ("number", "title", "status", "area_m2"):
        assert list(again[name]) == [one["properties"][name] for one in source]  # type: ignore[index]


def test_geopandas_reads_a_page_by_its_address(address: str, client: httpx.Client) -> None:
    page = gpd.read_file(f"{address}/collections/local-plans/items?limit=1000")
    features = client.get("/collections/local-plans/items?limit=1000").json()["features"]
    assert list(page["id"]) == [one["id"] for one in features]
    assert page.crs == "EPSG:4326"


def program(*command: str) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"there is no {command[0]} here")
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr
    return done.stdout


def test_ogrinfo_of_the_system_tells_the_layers(address: str) -> None:
    told = program("ogrinfo", "-ro", f"OAPIF:{address}")
    assert all(name in told for name in COLLECTIONS)
    summary = program("ogrinfo", "-ro", "-so", f"OAPIF:{address}", "local-plans")
    assert "Feature Count: 8" in summary
    assert "status: String" in summary


def test_ogr2ogr_of_the_system_copies_thousands(many: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.gpkg"
    program("ogr2ogr", "-f", "GPKG", str(copy), f"OAPIF:{many}", "local-plans", "-nln", "plans")
    again = pyogrio.read_dataframe(copy)
    assert sorted(again["id"]) == sorted(str(one["id"]) for one in walked(many))

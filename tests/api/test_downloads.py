"""Collections as files: each form is read back by a library of others and says what the GeoJSON says."""

import csv
import errno
import io
import json
import os
import shutil
import tempfile
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import httpx
import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from pyogrio.errors import DataSourceError

from georegister.api.download_files import short_names
from georegister.api.download_tables import Table
from georegister.api.download_texts import comma_separated, for_danish_excel
from georegister.api.downloads import FORMS
from georegister.app import create_app
from georegister.register.collections import COLLECTIONS
from georegister.register.database import Database
from georegister.settings import Settings
from tests.builders import awaited

Feature = dict[str, Any]
LOOKED_AT = ("plans", "hearings", "municipalities")
QUESTIONS: list[dict[str, str]] = [
    {},
    {"datetime": "2021-06-01", "bbox": "11.5,55.3,11.8,55.6"},
    {"properties": "title,status,area_m2", "sortby": "-title", "limit": "3"},
    {"filter": "area_m2 > 1000 AND kind = 'local-plan'"},
    {"simplify": "20", "precision": "4", "municipality": "0340"},
]


def download(client: httpx.Client, form: str, collection: str = "plans", **asked: str) -> httpx.Response:
    answer = client.get(f"/collections/{collection}/items", params={**asked, "f": form})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].split(";")[0] == FORMS[form].media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="{collection}.{FORMS[form].ending}"'
    assert 'rel="collection"' in answer.headers["link"]
    return answer


def features(client: httpx.Client, collection: str = "plans", **asked: str) -> list[Feature]:
    answer = client.get(f"/collections/{collection}/items", params={"limit": "1000", **asked}).json()
    assert answer["features"]
    return list(answer["features"])


def frame(client: httpx.Client, form: str, folder: Path, collection: str = "plans", **asked: str) -> gpd.GeoDataFrame:
    answer = download(client, form, collection, **asked)
    file = folder / f"read.{FORMS[form].ending}"
    file.write_bytes(answer.content)
    if form == "parquet":
        return gpd.read_parquet(file)
    read = pyogrio.read_dataframe(file)
    if "ogc-numberreturned" in answer.headers:
        assert int(answer.headers["ogc-numberreturned"]) == len(read)
    return read


def plain(said: Any) -> Any:
    """A value as JSON has it, whatever a library has made of it."""
    if said is None or (isinstance(said, float) and said != said) or said is gpd.pd.NaT:
        return None
    if isinstance(said, datetime | date):
        return said.isoformat()[:10]
    return said.item() if hasattr(said, "item") else said


def flat(said: Any) -> Any:
    """A property as a column holds it that knows no lists."""
    if isinstance(said, list) and not any(isinstance(one, dict) for one in said):
        return "|".join(map(str, said))
    return json.dumps(said, ensure_ascii=False) if isinstance(said, dict | list) else said


def same(one: Any, other: Any) -> bool:
    """Whether a value that was read back is the one that was written; GDAL has 1 for true in some forms."""
    if isinstance(other, float) and isinstance(one, int | float):
        return one == pytest.approx(other, rel=1e-12)
    return bool(one == other) or (other == "" and one is None)


def compare(read: gpd.GeoDataFrame, said: list[Feature], names: dict[str, str] | None = None) -> None:
    columns = {name: name for name in ("id", *said[0]["properties"])} if names is None else names
    assert set(read.columns) == {*columns.values(), "geometry"}
    assert read.crs.to_epsg() == 4326 or read.crs.to_string() == "OGC:CRS84"
    assert set(read["id"]) == {feature["id"] for feature in said}
    by_id = read.set_index("id", drop=False)
    for feature in said:
        row = by_id.loc[feature["id"]]
        for name, value in feature["properties"].items():
            assert same(plain(row[columns[name]]), flat(value)), (feature["id"], name)
        if feature["geometry"] is None:
            assert row.geometry is None
        else:
            # Neither a shapefile nor PostGIS, when it simplifies, tells one polygon from several.
            whole = shapely.geometry.shape(feature["geometry"])
            one, other = (shapely.MultiPolygon(shapely.get_parts(shape).tolist()) for shape in (row.geometry, whole))
            assert one.equals_exact(other, 0, normalize=True)


@pytest.mark.parametrize("form", ["gpkg", "fgb", "parquet"])
@pytest.mark.parametrize("collection", LOOKED_AT)
def test_a_file_for_a_gis_says_what_the_items_say(
    client: httpx.Client, tmp_path: Path, form: str, collection: str
) -> None:
    said = features(client, collection)
    if form == "fgb":
        said = [one for one in said if one["geometry"]]
    read = frame(client, form, tmp_path, collection)
    if form == "parquet":
        for name, column in read.items():
            read[name] = [flat(list(one)) if isinstance(one, list) or hasattr(one, "shape") else one for one in column]
    compare(gpd.GeoDataFrame(read), said)


@pytest.mark.parametrize("asked", QUESTIONS)
@pytest.mark.parametrize("form", ["gpkg", "geojsonseq"])
def test_a_download_takes_the_questions_of_the_items(
    client: httpx.Client, tmp_path: Path, form: str, asked: dict[str, str]
) -> None:
    said = features(client, **asked)
    if form == "gpkg":
        compare(frame(client, form, tmp_path, **asked), said)
    else:
        records = download(client, form, **asked).text.split("\x1e")
        assert records[0] == ""
        assert all(record.endswith("}\n") for record in records[1:])
        assert [json.loads(record) for record in records[1:]] == said


@pytest.mark.parametrize("form", ["gpkg", "fgb", "shp", "parquet"])
def test_a_file_is_in_the_reference_system_that_is_asked_for(client: httpx.Client, tmp_path: Path, form: str) -> None:
    for code in (25832, 4258):
        read = frame(client, form, tmp_path, "local-plans", crs=f"http://www.opengis.net/def/crs/EPSG/0/{code}")
        assert read.crs.to_epsg() == code
        back = read.to_crs("OGC:CRS84").set_index("id").geometry
        for feature in features(client, "local-plans"):
            assert back[feature["id"]].hausdorff_distance(shapely.geometry.shape(feature["geometry"])) < 1e-6


def test_gdal_reads_the_sequence(client: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "read.geojsons").write_bytes(download(client, "geojsonseq").content)
    assert list(pyogrio.read_dataframe(tmp_path / "read.geojsons")["id"]) == [one["id"] for one in features(client)]


def test_geoparquet_keeps_lists_and_tells_its_extent(client: httpx.Client, tmp_path: Path) -> None:
    file = tmp_path / "read.parquet"
    file.write_bytes(download(client, "parquet").content)
    table = pq.read_table(file)
    geo = json.loads(pq.read_metadata(file).metadata[b"geo"])
    said = features(client)
    column = geo["columns"][geo["primary_column"]]
    assert (geo["version"], column["encoding"], column["geometry_types"]) == ("1.1.0", "WKB", ["MultiPolygon"])
    bounds = shapely.total_bounds([shapely.geometry.shape(one["geometry"]) for one in said if one["geometry"]])
    assert column["bbox"] == pytest.approx(list(bounds))
    for name in ("themes", "sdgs", "theme_titles"):
        assert table[name].to_pylist() == [one["properties"][name] for one in said]


def test_a_shapefile_has_a_legend_of_its_short_names(client: httpx.Client, tmp_path: Path) -> None:
    content = download(client, "shp").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {f"plans.{part}" for part in ("shp", "shx", "dbf", "prj", "cpg")}
        assert set(archive.namelist()) == parts | {"legend.txt"}
        assert archive.read("plans.cpg") == b"UTF-8"
        legend = archive.read("legend.txt").decode()
    names = {line.split(": ")[0].split()[1]: line.split()[0] for line in legend.splitlines()}
    said = features(client)
    for feature in said:
        for name, value in feature["properties"].items():
            kept = flat(value)
            feature["properties"][name] = kept.encode()[:254].decode(errors="ignore") if isinstance(kept, str) else kept
    compare(frame(client, "shp", tmp_path), said, names)
    assert {"æ", "ø", "å"} & set("".join(str(one["properties"]["title"]) for one in said))


def test_short_names_are_each_another() -> None:
    assert short_names(["adopted_earliest", "adopted_early", "adopted_ea", "id"]) == [
        *("adopted_ea", "adopted__2", "adopted__3", "id"),
    ]
    many = short_names([f"the_same_beginning_{n}" for n in range(200)])
    assert len(set(many)) == 200
    assert max(map(len, many)) == 10


def test_csv_is_read_by_gdal_and_by_python(client: httpx.Client, tmp_path: Path) -> None:
    answer = download(client, "csv")
    said = features(client)
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["id"] for row in rows] == [one["id"] for one in said]
    for row, feature in zip(rows, said, strict=True):
        for name, value in feature["properties"].items():
            text = flat(value)
            assert row[name] == ("" if text is None else str(text).lower() if isinstance(text, bool) else str(text))
        shape = shapely.from_wkt(row["WKT"]) if row["WKT"] else None
        assert (shape is None) == (feature["geometry"] is None)
        assert shape is None or shape.equals_exact(shapely.geometry.shape(feature["geometry"]), 0, normalize=True)
    (tmp_path / "read.csv").write_bytes(answer.content)
    assert pyogrio.read_dataframe(tmp_path / "read.csv").geometry.notna().sum() == sum(
        one["geometry"] is not None for one in said
    )


def test_csv_for_danes_opens_in_their_excel(client: httpx.Client) -> None:
    content = download(client, "csv", lang="da").content
    assert content.startswith(b"\xef\xbb\xbfid;")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    for row, feature in zip(rows, features(client), strict=True):
        assert row["title"] == feature["properties"]["title"]
        if feature["geometry"] is None:
            assert (row["area_m2"], row["longitude"]) == ("", "")
        else:
            assert "." not in row["area_m2"]
            assert float(row["area_m2"].replace(",", ".")) == feature["properties"]["area_m2"]
            point = shapely.Point(float(row["longitude"].replace(",", ".")), float(row["latitude"].replace(",", ".")))
            assert shapely.geometry.shape(feature["geometry"]).distance(point) < 1e-6


def test_a_workbook_says_what_the_items_say(client: httpx.Client) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(download(client, "xlsx").content), read_only=True)["plans"]
    header, *lines = sheet.iter_rows(values_only=True)
    said = features(client)
    assert header == ("id", *said[0]["properties"], "longitude", "latitude")
    for line, feature in zip(lines, said, strict=True):
        row = dict(zip(header, line, strict=True))
        for name, value in feature["properties"].items():
            assert same(plain(row[name]), flat(value)), name
        if feature["geometry"]:
            point = shapely.Point(row["longitude"], row["latitude"])
            assert shapely.geometry.shape(feature["geometry"]).distance(point) < 1e-6


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("application/geopackage+sqlite3", "gpkg"),
        ("text/csv, application/json;q=0.5", "csv"),
        ("application/json;q=0.5, application/flatgeobuf", "fgb"),
        ("application/geo+json, application/flatgeobuf", None),
        ("text/csv;q=0, */*", None),
        ("text/csv;q=nonsense", None),
        ("*/*", None),
        ("", None),
        (",;,q=;" * 200, None),
    ],
)
def test_the_client_says_the_form_by_what_it_accepts(client: httpx.Client, accept: str, form: str | None) -> None:
    answer = client.get("/collections/local-plans/items", headers={"Accept": accept})
    assert answer.status_code == 200
    wanted = FORMS[form].media_type if form else "application/geo+json"
    assert answer.headers["content-type"].split(";")[0] == wanted


def test_the_downloads_of_a_collection_are_linked_as_enclosures(client: httpx.Client) -> None:
    found = [one for one in client.get("/collections/addenda").json()["links"] if one["rel"] == "enclosure"]
    assert len(found) == len(FORMS)
    for one in found:
        answer = client.get(one["href"])
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, one["type"])


@pytest.mark.parametrize("form", FORMS)
def test_nothing_found_is_an_empty_file(client: httpx.Client, tmp_path: Path, form: str) -> None:
    answer = download(client, form, number="no such plan")
    if form in ("gpkg", "fgb", "parquet", "shp"):
        assert len(frame(client, form, tmp_path, number="no such plan")) == 0
    elif form == "xlsx":
        assert openpyxl.load_workbook(io.BytesIO(answer.content))["plans"].max_row == 1
    else:
        assert len(answer.content.splitlines()) == (1 if form == "csv" else 0)


@pytest.mark.parametrize(
    ("question", "parameter"),
    [
        ({"f": "png"}, "f"),
        ({"f": "csv", "token": "abc"}, "token"),
        ({"f": "csv", "resultType": "hits"}, "resultType"),
        ({"f": "gpkg", "skipGeometry": "true"}, "skipGeometry"),
        ({"f": "gpkg", "properties": "nothing"}, "properties"),
        ({"f": "xlsx", "sortby": "nothing"}, "sortby"),
        ({"f": "csv", "lang": "de"}, "lang"),
        ({"f": "gpkg", "bbox": "1,2,3"}, "bbox"),
        ({"f": "gpkg", "filter": "nothing = 1"}, "filter"),
        ({"f": "xlsx", "crs": "http://www.opengis.net/def/crs/EPSG/0/25832"}, "crs"),
    ],
)
def test_what_a_download_cannot_be_is_told(client: httpx.Client, question: dict[str, str], parameter: str) -> None:
    answer = client.get("/collections/plans/items", params=question)
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_a_text_that_a_spreadsheet_would_compute_is_inert() -> None:
    hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "a;b", 'a"b', "a\nb", "=æ"]
    rows = [(str(n), None, json.dumps({"name": text})) for n, text in enumerate(hostile)]
    name = [one for one in COLLECTIONS["municipalities"].properties if one.name == "name"]
    for write, delimiter in ((comma_separated, ","), (for_danish_excel, ";")):
        text = b"".join(write(Table(COLLECTIONS["municipalities"], name, [rows]))).decode("utf-8-sig")
        said = [row["name"] for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)]
        assert said == [f"'{one}" if one[0] in "=+-@\t" else one for one in hostile]


def test_as_many_are_made_as_may_be_and_the_place_comes_free(shared_demo: Database) -> None:
    app = create_app(Settings(), shared_demo)
    making, places = app.state.service.making, app.state.service.settings.downloads_at_once

    async def ask() -> None:
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://x") as client,
        ):

            async def asked(**question: str) -> httpx.Response:
                return await client.get("/collections/plans/items", params=question)

            for form in FORMS:
                assert (await asked(f=form)).status_code == 200
                assert (await asked(f=form, sortby="x")).status_code == 400
            for _ in range(places):
                assert making.acquire(blocking=False)
            answer = await asked(f="gpkg")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert answer.json()["title"] == "There is no room for this just now"
            for path in ("/collections/plans/items?f=csv", "/coverage?by=kind&f=csv"):
                page = await client.get(path, headers={"Accept": "text/html", "Accept-Language": "en"})
                assert (page.status_code, "There is no room for this just now" in page.text) == (503, True)
                assert "download" not in page.text.split("<main", 1)[1].split("</main>", 1)[0]
            assert (await asked()).status_code == 200
            for _ in range(places):
                making.release()
            assert (await asked(f="csv")).status_code == 200

    awaited(ask())
    assert not list(Path(tempfile.gettempdir()).glob("georegister-download-*"))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE])
@pytest.mark.parametrize("form", ["csv", "geojsonseq", "gpkg", "xlsx"])
def test_where_there_is_no_room_for_a_file_the_place_comes_free(
    shared_demo: Database, monkeypatch: pytest.MonkeyPatch, form: str, number: int
) -> None:
    app = create_app(Settings(), shared_demo)
    settings = app.state.service.settings

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    async def ask() -> None:
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://x") as client,
        ):
            with monkeypatch.context() as patched:
                for name in ("TemporaryFile", "mkdtemp"):
                    patched.setattr(tempfile, name, refuse)
                # More than there are places, or connections to read by.
                for _ in range(settings.downloads_at_once + settings.pool_size + 1):
                    answer = await client.get("/collections/plans/items", params={"f": form})
                    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
                    assert answer.headers["content-type"] == "application/problem+json"
                    assert "file" in answer.json()["detail"]
            assert (await client.get("/collections/plans/items", params={"f": form})).status_code == 200

    awaited(ask())


@pytest.mark.parametrize("form", ["gpkg", "shp", "fgb", "parquet"])
def test_a_disk_that_gdal_fills_is_no_fault_of_ours(
    shared_demo: Database, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DataSourceError("failed to write: sqlite3_step() failed: database or disk is full (13)")

    async def ask(status: int) -> None:
        app = create_app(Settings(), shared_demo)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://x") as client,
        ):
            answer = await client.get("/collections/plans/items", params={"f": form})
            assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")

    monkeypatch.setitem(FORMS, form, replace(FORMS[form], write=fail))
    awaited(ask(500))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))
    awaited(ask(503))

"""Addresses, places and parcels from real files, through the sandboxed reader, into a real register."""

import json
import sqlite3
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from georegister.domain.finding import Finding
from georegister.errors import DeliveryRefused
from georegister.loading.compare import Report
from georegister.loading.formats import TABLES_TOO
from georegister.loading.places import PlaceOptions, load_places
from georegister.loading.read import read
from georegister.register.database import Database, reading
from tests.builders import SOROE, a_square

LON_LAT = (11.5565, 55.4320)


def a_csv(folder: Path, text: str, name: str = "adresser.csv", encoding: str = "utf-8") -> Path:
    file = folder / name
    file.write_text(text, encoding=encoding)
    return file


def loads(database: Database, file: Path, **options: object) -> Report:
    return load_places(database, file, "0340", PlaceOptions(**{"kind": "address", **options}))  # type: ignore[arg-type]


def ids(report: Report) -> list[str]:
    return sorted(change.id for change in report.facts)


def found(report: Report) -> list[tuple[str, int | None]]:
    def row(finding: Finding) -> int | None:
        return finding.origin.row if finding.origin else None

    return sorted((finding.rule.id, row(finding)) for finding in report.findings)


def placed(database: Database, id_: str) -> dict[str, object]:
    with reading(database) as session:
        [row] = session.sql(
            "SELECT names, kind, dataset, ST_GeometryType(geom) AS type,"
            " round(ST_X(ST_Centroid(geom))::numeric, 4) AS x,"
            " round(ST_Y(ST_Centroid(geom))::numeric, 4) AS y FROM place WHERE upper_inf(recorded) AND id = %(id)s",
            id=id_,
        ).fetchall()
    return dict(row)


@pytest.mark.parametrize(
    ("text", "crs"),
    [
        ("navn,lon,lat\nÆblevej 1,11.5565,55.4320\n", None),
        ("navn;lon;lat\nÆblevej 1;11,5565;55,4320\n", None),
        ("\ufeffAdresse\tLongitude\tLatitude\r\nÆblevej 1\t11.5565\t55.4320\r\n", None),
        ("navn;x;y\n Æblevej  1 ;661727,2;6145800,6\n", "EPSG:25832"),
        ('navn,wkt\nÆblevej 1,"POINT (661727.2 6145800.6)"\n', "EPSG:25832"),
    ],
)
def test_csv_in_every_dress(demo: Database, tmp_path: Path, text: str, crs: str | None) -> None:
    report = loads(demo, a_csv(tmp_path, text), crs=crs)
    assert report.findings == []
    assert report.receipt
    place = placed(demo, "address-æblevej 1")
    assert (place["names"], place["dataset"], place["type"]) == ({"da": "Æblevej 1"}, "places-address", "ST_Point")
    assert abs(float(str(place["x"])) - LON_LAT[0]) < 0.002
    assert abs(float(str(place["y"])) - LON_LAT[1]) < 0.02


@pytest.mark.parametrize(("driver", "ending"), [("GPKG", "gpkg"), ("GeoJSON", "geojson"), ("ESRI Shapefile", "shp")])
def test_points_and_parcels_from_files_with_shapes(demo: Database, tmp_path: Path, driver: str, ending: str) -> None:
    file = tmp_path / f"parcels.{ending}"
    crs = 4326 if ending == "geojson" else 25832
    frame = gpd.GeoDataFrame({"matrikelnr": ["7a"]}, geometry=[a_square()], crs=25832).to_crs(crs)
    pyogrio.write_dataframe(frame, file, driver=driver)
    assert loads(demo, file, kind="parcel").refused == 0
    assert placed(demo, "parcel-7a")["type"] == "ST_MultiPolygon"


def test_the_same_file_twice_changes_nothing_and_a_moved_row_is_one_change(demo: Database, tmp_path: Path) -> None:
    rows = "navn,lon,lat\nA 1,11.55,55.43\nA 2,11.56,55.43\n"
    assert loads(demo, a_csv(tmp_path, rows)).receipt
    again = loads(demo, a_csv(tmp_path, rows))
    assert again.changes_nothing
    assert again.receipt is None
    moved = loads(demo, a_csv(tmp_path, "navn,lon,lat\nA 2,11.57,55.43\n"))
    assert [type(change).__name__ for change in moved.facts] == ["Amended"]
    gone = loads(demo, a_csv(tmp_path, "navn,lon,lat\nA 2,11.57,55.43\n"), complete=True)
    assert sorted(type(change).__name__ for change in gone.facts) == ["Unchanged", "Withdrawn"]
    with reading(demo) as session:
        kinds = session.sql(
            "SELECT i.change FROM load_item i JOIN load l ON (l.municipality, l.id) = (i.municipality, i.load) "
            "WHERE l.dataset = 'places-address' ORDER BY i.load, i.no"
        )
        assert [row["change"] for row in kinds] == ["added", "added", "amended", "withdrawn"]


def test_what_is_wrong_with_a_row_names_the_row(demo: Database, tmp_path: Path) -> None:
    text = (
        "navn;lon;lat\n;11,55;55,43\nTo;11,55;nord\nTre;;\nFire;11,55;55,43\nFire;11,55;55,43\nFem;12,55;55,68\n"
        "Seks;11,56;55,44\nSyv;1e999;55,4\n\u0000\u200b;11,5;55,4\nFire;11,58;55,43\n"
    )
    report = loads(demo, a_csv(tmp_path, text))
    assert found(report) == [
        *(("GEOM-01", 3), ("PLACE-01", 1), ("PLACE-01", 9), ("PLACE-02", 5), ("PLACE-03", 6)),
        *(("PLACE-05", 2), ("PLACE-05", 8)),
    ]
    assert report.refused == 6
    assert ids(report) == ["address-fem", "address-fire", "address-fire-2", "address-seks"]


def test_a_name_shared_by_two_places_does_not_depend_on_the_order_of_rows(demo: Database, tmp_path: Path) -> None:
    one, other = "Mølle,11.50,55.40\n", "Mølle,11.60,55.50\n"
    loads(demo, a_csv(tmp_path, f"navn,lon,lat\n{one}{other}"))
    assert loads(demo, a_csv(tmp_path, f"navn,lon,lat\n{other}{one}")).changes_nothing


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("navn;x;y\nA;661700;6145800\n", "does not say its reference system"),
        ("navn;lon;lat\nA;661700;6145800\n", "lies nowhere|lie outside|0 loaded"),
        ("vej;lon;lat\nA;11,5;55,4\n", "--name-column with one of: vej, lon, lat"),
        ("navn;adr\nA;B\n", "no columns lon and lat"),
        ("navn;navn\nA;B\n", "name each column once"),
        ("navn,lon,lat\nA,11.5\n", "Expected 3 columns"),
        ("", "is empty"),
    ],
)
def test_a_file_that_cannot_be_meant_is_one_sentence(demo: Database, tmp_path: Path, text: str, says: str) -> None:
    if "661700" in text and "lon" in text:
        assert found(loads(demo, a_csv(tmp_path, text))) == [("GEOM-21", 1)]
        return
    with pytest.raises(DeliveryRefused, match=says) as refused:
        loads(demo, a_csv(tmp_path, text))
    assert str(refused.value).startswith("adresser.csv")
    assert "\n" not in str(refused.value)


def test_a_wrong_reference_system_is_told_with_the_one_that_fits(demo: Database, tmp_path: Path) -> None:
    rows = "navn;x;y\n" + "".join(f"A {n};{SOROE[0] + n};{SOROE[1]}\n" for n in range(9))
    with pytest.raises(DeliveryRefused, match=r"9 of 9 rows lie outside .* --crs EPSG:25832"):
        loads(demo, a_csv(tmp_path, rows), crs="EPSG:25833")


def test_text_that_is_not_utf8_is_read_as_cp1252_and_told(demo: Database, tmp_path: Path) -> None:
    file = a_csv(tmp_path, "navn,lon,lat\nÆblevej 1,11.5565,55.4320\n", encoding="cp1252")
    report = loads(demo, file)
    assert [(finding.rule.id, finding.details["encoding"]) for finding in report.findings] == [("ENC-01", "CP1252")]
    assert ids(report) == ["address-æblevej 1"]
    with pytest.raises(DeliveryRefused, match=r"adresser\.csv.*--encoding utf-8: the text of adresser.csv is not"):
        read(file, accepted=TABLES_TOO, encoding="utf-8")


@pytest.mark.parametrize("name", ["evil.gpkg", "evil.geojson", "evil.csv"])
def test_a_virtual_source_in_other_clothes_comes_to_nothing(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("navn,password,lon,lat\na,hunter2,1,2\n")
    layer = f'<OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>'
    (tmp_path / name).write_text(f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>")
    try:
        said = str([list(layer.rows()) for layer in read(tmp_path / name, accepted=TABLES_TOO).layers])
    except DeliveryRefused as error:
        said = str(error)
    assert "hunter2" not in said


def test_a_geojson_that_points_elsewhere_asks_nobody(tmp_path: Path) -> None:
    file = tmp_path / "evil.geojson"
    file.write_text(json.dumps({"type": "Topology", "objects": {}, "url": "/vsicurl/http://127.0.0.1:9/x"}))
    with pytest.raises(DeliveryRefused, match=r"evil\.geojson cannot be read"):
        read(file, accepted=TABLES_TOO)


def test_a_geopackage_gives_its_features_and_no_other_table(tmp_path: Path) -> None:
    file = tmp_path / "a.gpkg"
    frame = gpd.GeoDataFrame({"navn": ["A"]}, geometry=[shapely.Point(SOROE)], crs=25832)
    pyogrio.write_dataframe(frame, file, layer="steder", driver="GPKG")
    pyogrio.write_dataframe(frame.drop(columns="geometry"), file, layer="noter", driver="GPKG", append=True)
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE private (password TEXT)")
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    [layer] = read(file, accepted=TABLES_TOO).layers
    assert (layer.name, layer.crs, [row["navn"] for row in layer.rows()]) == ("steder", "EPSG:25832", ["A"])

"""Plans from every kind of file georegister reads, through the sandboxed child."""

import json
import sqlite3
import struct
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet
import pyogrio
import pytest
import shapely

from georegister.errors import DeliveryRefused
from georegister.language import translator
from georegister.loading.load import load
from georegister.loading.prepare import Options
from georegister.loading.read import Layer, read
from georegister.loading.report import message
from georegister.register.database import Database
from tests.builders import SOROE, a_delivery, a_plan, a_square, zipped

FEATURE = """<wfs:member><pdk:lokalplan gml:id="lokalplan.{n}"><pdk:planid>{n}</pdk:planid><pdk:komnr>0340</pdk:komnr>
<pdk:plannr>{number}</pdk:plannr><pdk:plannavn>Søgård på Ærø</pdk:plannavn><pdk:geometri>{shape}</pdk:geometri>
</pdk:lokalplan></wfs:member>"""
SQUARE = """<gml:MultiSurface srsName="{crs}" srsDimension="2">
<gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing>
<gml:posList>661700 6145800 661800 6145800 661800 6145900 661700 6145900 661700 6145800</gml:posList></gml:LinearRing>
</gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface>"""
HALF_DISC = """<gml:MultiSurface srsName="{crs}">
<gml:surfaceMember><gml:Surface><gml:patches><gml:PolygonPatch><gml:exterior>
<gml:Ring><gml:curveMember><gml:Curve><gml:segments><gml:Arc><gml:posList>661700 6145800 661750 6145850 661800 6145800
</gml:posList></gml:Arc><gml:LineStringSegment><gml:posList>661800 6145800 661700 6145800</gml:posList>
</gml:LineStringSegment></gml:segments></gml:Curve></gml:curveMember></gml:Ring></gml:exterior></gml:PolygonPatch>
</gml:patches></gml:Surface></gml:surfaceMember></gml:MultiSurface>"""
URN = "urn:ogc:def:crs:EPSG::25832"


def a_wfs_answer(*members: str) -> str:
    """What a GeoServer says to GetFeature of Plandata's layers."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><wfs:FeatureCollection xmlns:pdk="http://plandata.dk/pdk" '
        'xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" numberMatched="2" numberReturned="2" '
        'xsi:schemaLocation="http://plandata.dk/pdk http://127.0.0.1:9/wfs?request=DescribeFeatureType">'
        + "".join(members)
        + "</wfs:FeatureCollection>"
    )


def a_member(n: int, number: str, shape: str = SQUARE, crs: str = URN) -> str:
    return FEATURE.format(n=n, number=number, shape=shape.format(crs=crs))


def a_file(folder: Path, ending: str, rows: list[dict[str, Any]] | None = None, crs: int = 25832) -> Path:
    frame = gpd.GeoDataFrame(rows or [a_plan(title="Søgård på Ærø")], geometry="geometry", crs=25832).to_crs(crs)
    file = folder / f"lokalplan{ending}"
    if "parquet" in ending:
        frame.to_parquet(file)
    elif ending == ".csv":
        frame.assign(WKT=frame.geometry.to_wkt()).drop(columns="geometry").to_csv(file, index=False, sep=";")
    else:
        pyogrio.write_dataframe(frame, file)
    return file


def only(file: Path, **how: Any) -> Layer:
    [layer] = read(file, **how).layers
    return layer


def shapes(layer: Layer) -> list[Any]:
    assert layer.geometry is not None
    return list(shapely.from_wkb(layer.geometry.to_pylist()))


@pytest.mark.parametrize(
    ("ending", "crs", "note"),
    [
        (".gpkg", 25832, "as the file says"),
        (".fgb", 25832, "as the file says"),
        (".parquet", 25832, "as the file says"),
        (".geojson", 4326, "GeoJSON has no other unless it says so"),
        (".shp", 25832, "as .prj says"),
        (".gml", 25832, "as the file says"),
        (".csv", 25832, "a CSV file cannot say"),
    ],
)
def test_a_plan_from_every_kind_of_file_loose_and_zipped(tmp_path: Path, ending: str, crs: int, note: str) -> None:
    file = a_file(tmp_path, ending, crs=crs)
    parts = {part.name: part.read_bytes() for part in tmp_path.iterdir()}
    for delivery in (file, zipped(tmp_path / "a.zip", {**parts, "readme.txt": b"x", "notes.csv": b"a\n1\n"})):
        layer = only(delivery)
        [row] = layer.rows()
        assert (row["PLANNR"], row["PLANNAVN"]) == ("SK 900", "Søgård på Ærø")
        assert str(layer.crs_note) == note
        assert shapes(layer)[0].envelope.area == pytest.approx(10_000 if crs == 25832 else 1.4e-6, rel=0.2)
        assert layer.crs is None if ending == ".csv" else ("25832" in str(layer.crs)) == (crs == 25832)
        if ending == ".csv":
            break  # the other CSV in the zip would be read as well


def test_what_a_zip_holds_besides_is_told(tmp_path: Path) -> None:
    a_file(tmp_path, ".gpkg")
    made = {"a/lokalplan.gpkg": (tmp_path / "lokalplan.gpkg").read_bytes(), "notes.csv": b"a", "style.qml": b"x"}
    assert sorted(read(zipped(tmp_path / "a.zip", made)).ignored) == ["notes.csv", "style.qml"]


def test_a_zip_of_several_kinds_is_refused(tmp_path: Path) -> None:
    made = {name: a_file(tmp_path, ending).read_bytes() for name, ending in (("a.gpkg", ".gpkg"), ("b.fgb", ".fgb"))}
    with pytest.raises(DeliveryRefused, match=r"a\.zip holds several kinds of files \(\.fgb and \.gpkg\)"):
        read(zipped(tmp_path / "a.zip", made))


def test_several_layers_and_the_one_that_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "planer.gpkg"
    for name in ("lokalplan", "tillæg"):
        frame = gpd.GeoDataFrame([a_plan(name)], geometry="geometry", crs=25832)
        pyogrio.write_dataframe(frame, file, layer=name, append=file.exists())
    assert [layer.name for layer in read(file).layers] == ["lokalplan", "tillæg"]
    assert next(only(file, layer="tillæg").rows())["PLANNR"] == "tillæg"
    with pytest.raises(DeliveryRefused, match=r"planer\.gpkg.*no layer 'ramme'; there are: lokalplan, tillæg\."):
        read(file, layer="ramme")
    shp = a_delivery(tmp_path, [a_plan()])
    with pytest.raises(DeliveryRefused, match="no layer 'ramme'; there are: lokalplan"):
        read(shp, layer="ramme")


@pytest.mark.parametrize("crs", [URN, "http://www.opengis.net/gml/srs/epsg.xml#25832", "EPSG:25832"])
def test_the_dialect_of_plandatas_geoserver(tmp_path: Path, crs: str) -> None:
    file = tmp_path / "lokalplan.gml"
    file.write_text(a_wfs_answer(a_member(1, "1.10", crs=crs), a_member(2, "01", crs=crs)), encoding="utf-8")
    layer = only(file)
    assert (layer.name, layer.crs, layer.curved) == ("lokalplan", "EPSG:25832", ())
    assert [(row["komnr"], row["plannr"]) for row in layer.rows()] == [("0340", "1.10"), ("0340", "01")]
    assert shapes(layer)[0].area == 10_000


def test_pages_of_one_layer_are_one_layer_and_their_rows_count_through(tmp_path: Path) -> None:
    pages = {f"page-{n}.gml": a_wfs_answer(a_member(n, f"{n}")).encode() for n in (1, 2)}
    pages["page-3.gml"] = a_wfs_answer(a_member(3, "3", HALF_DISC)).encode()
    layer = only(zipped(tmp_path / "lokalplan.zip", pages))
    assert [row["plannr"] for row in layer.rows()] == ["1", "2", "3"]
    assert layer.curved == (3,)


def test_arcs_in_gml_become_lines_and_are_told(tmp_path: Path) -> None:
    file = tmp_path / "lokalplan.gml"
    file.write_text(a_wfs_answer(a_member(1, "1"), a_member(2, "2", HALF_DISC)), encoding="utf-8")
    layer = only(file)
    assert layer.curved == (2,)
    straight, bent = shapes(layer)
    assert straight.area == 10_000
    assert bent.area == pytest.approx(3.14159 / 2 * 50**2, rel=1e-3)
    assert bent.geom_type == "MultiPolygon"


def circular(points: list[tuple[float, float]]) -> bytes:
    return b"\x01" + struct.pack("<II", 8, len(points)) + b"".join(struct.pack("<dd", *point) for point in points)


def a_disc() -> bytes:
    x, y = SOROE
    ring = circular([(x, y), (x + 50, y + 50), (x + 100, y), (x + 50, y - 50), (x, y)])
    return b"\x01" + struct.pack("<II", 10, 1) + ring


def a_tin() -> bytes:
    x, y = SOROE
    corners = b"".join(struct.pack("<dd", *point) for point in ((x, y), (x + 9, y), (x, y + 9), (x, y)))
    return b"\x01" + struct.pack("<II", 16, 1) + b"\x01" + struct.pack("<III", 17, 1, 4) + corners


@pytest.mark.parametrize("declared", ["GEOMETRY", "CURVEPOLYGON", "MULTISURFACE", "POLYGON"])
def test_arcs_in_a_geopackage_whatever_its_layer_says(tmp_path: Path, declared: str) -> None:
    file = tmp_path / "a.gpkg"
    square = shapely.to_wkb(a_square())
    table = pa.table({"PLANNR": ["1", "2", "3", "4"], "geometry": [square, a_disc(), a_tin(), None]})
    how = {"geometry_type": "Unknown", "geometry_name": "geometry", "crs": "EPSG:25832"}
    with pytest.warns(RuntimeWarning, match="TIN"):
        pyogrio.write_arrow(table, file, driver="GPKG", **how)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = ?", [declared])
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'GEOMETRY', ?) WHERE type = 'table'", [declared]
        )
    connection.close()
    layer = only(file)
    assert (layer.curved, layer.unusable) == ((2,), {3: ("kind", "TIN")})
    one, two, *others = shapes(layer)
    assert (one.area, others) == (10_000, [None, None])
    assert two.area == pytest.approx(3.14159 * 50**2, rel=1e-3)


def test_geoparquet_says_its_reference_system_or_is_in_degrees(tmp_path: Path) -> None:
    table = pa.table(
        {"PLANNR": ["1"], "tags": [["a", "b"]], "shape": [shapely.to_wkb(shapely.box(11.5, 55.4, 11.6, 55.5))]}
    )
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": []}

    def written(**more: Any) -> Path:
        geo = {"version": "1.1.0", "primary_column": "shape", "columns": {"shape": {**column, **more}}}
        pa.parquet.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), tmp_path / "a.parquet")
        return tmp_path / "a.parquet"

    layer = only(written())
    assert (layer.crs, str(layer.crs_note)) == ("OGC:CRS84", "GeoParquet has no other unless it says so")
    assert layer.table.column_names == ["PLANNR"]
    assert only(written(crs=None)).crs is None
    with pytest.raises(DeliveryRefused, match=r"a\.parquet.*encoded as 'polygon'; save it as WKB"):
        read(written(encoding="polygon"))
    pa.parquet.write_table(table, tmp_path / "plain.parquet")
    with pytest.raises(DeliveryRefused, match=r"plain\.parquet.*no geometry column"):
        read(tmp_path / "plain.parquet")


@pytest.mark.parametrize(
    ("written", "told", "found", "note"),
    [
        ("utf-8", None, "UTF-8", "nothing says so; it is valid UTF-8"),
        ("utf-8-sig", None, "UTF-8", "by the byte order mark at its start"),
        ("cp1252", None, "CP1252", "nothing says so; it is not UTF-8"),
        ("latin-1", "latin-1", "ISO8859-1", "as told by --encoding"),
    ],
)
def test_danish_letters_of_a_csv(tmp_path: Path, written: str, told: str | None, found: str, note: str) -> None:
    file = tmp_path / "planer.csv"
    file.write_text('PLANNR;PLANNAVN;Wkt\n1;Søgård på Ærø;"POINT (1 2)"\n2;"=1+1";nowhere\n', encoding=written)
    layer = only(file, encoding=told)
    assert [row["PLANNAVN"] for row in layer.rows()] == ["Søgård på Ærø", "=1+1"]
    assert (layer.encoding, str(layer.encoding_note)) == (found, note)
    assert layer.unusable == {2: ("text", "nowhere")}


def test_without_parts_a_shapefile_is_none(tmp_path: Path) -> None:
    a_delivery(tmp_path, [a_plan()])
    for part in ("dbf", "shx"):
        parts = {file.name: file.read_bytes() for file in (tmp_path / "lokalplan").iterdir()}
        del parts[f"lokalplan.{part}"]
        with pytest.raises(DeliveryRefused, match=rf"a\.zip: lokalplan\.{part} is missing"):
            read(zipped(tmp_path / "a.zip", parts))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_table_in_utf_16_says_how_to_save_it(shared_demo: Database, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "lokalplan.csv"
    file.write_text("plannr;plannavn;wkt\nSK 1;Åen;POINT(0 0)\n", encoding=encoding)
    with pytest.raises(DeliveryRefused, match=r"UTF-16.*save it as UTF-8"):
        load(shared_demo, file, "0340", None, Options(dry_run=True))


def test_a_table_of_shapes_tells_what_its_columns_are_and_what_lacks(shared_demo: Database, tmp_path: Path) -> None:
    file = tmp_path / "lokalplaner.csv"
    file.write_text(f"plannr;plannavn;wkt\nSK 1;Åen;{a_square().wkt}\n", encoding="utf-8")
    for crs in ("25832", "EPSG:25832"):
        report = load(shared_demo, file, "0340", None, Options(dry_run=True, crs=crs))
        assert (report.refused, report.layers[0].crs) == (0, "EPSG:25832")
        columns = {one.field: one.details for one in report.findings if one.rule.id.startswith("MAP-")}
        assert columns["wkt"]["field"] == "geometry"
        assert None not in columns
    with pytest.raises(DeliveryRefused, match="'EPSG:99999' is not known"):
        load(shared_demo, file, "0340", None, Options(dry_run=True, crs="EPSG:99999"))
    report = load(shared_demo, file, "0340", None, Options(dry_run=True))
    [said] = [message(one, translator("en")) for one in report.findings if one.rule.id == "GEOM-04"]
    assert said == "The reference system is not known: a CSV file cannot say. Say it with --crs EPSG:25832."

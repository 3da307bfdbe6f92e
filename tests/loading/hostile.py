"""Files that mean harm, or are merely broken: what makes each, and what is said of it.

Cases 11, 15, 16 and 17 of the attack list.
"""

import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pyogrio
import shapely

from georegister.loading.formats import SHAPEFILE_MAGIC
from tests.builders import SOROE, a_delivery, a_plan, a_square, zipped
from tests.loading.test_formats import a_tin


def shapefile(folder: Path, **changed: bytes | None) -> dict[str, bytes]:
    """The parts of a good shapefile, some of them changed, or left out."""
    a_delivery(folder, [a_plan(), a_plan("SK 901")])
    parts = {file.suffix[1:]: file.read_bytes() for file in (folder / "lokalplan").iterdir()}
    return {f"lokalplan.{name}": part for name, part in {**parts, **changed}.items() if part is not None}


def a_shapefile_with(**changed: bytes | None) -> Callable[[Path, str], Path]:
    return lambda folder, url: zipped(folder / "evil.zip", shapefile(folder, **changed))


def named(name: str, content: bytes | str) -> Callable[[Path, str], Path]:
    def made(folder: Path, url: str) -> Path:
        data = content.replace("URL", url).encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
        return folder / name

    return made


def a_zip(entries: dict[str, bytes]) -> Callable[[Path, str], Path]:
    return lambda folder, url: zipped(folder / "evil.zip", entries)


def bomb(folder: Path, url: str) -> Path:
    return zipped(folder / "evil.zip", {**shapefile(folder), "lokalplan.dbf": bytes(60_000_000)})


def nested_bomb(folder: Path, url: str) -> Path:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("lokalplan.shp", bytes(10_000_000))
    return zipped(folder / "evil.zip", {"a.zip": inner.getvalue()})


def overlapping(folder: Path, url: str) -> Path:
    """Two entries of the directory at the same bytes, as in the bombs that are small because they share."""
    made = zipped(folder / "evil.zip", {"a.shp": bytes(1000), "b.shp": bytes(1000)})
    content = bytearray(made.read_bytes())
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = bytes(4)
    made.write_bytes(content)
    return made


def crowded(folder: Path, url: str) -> Path:
    """Written by hand: zipfile takes longer to write so many than to refuse them."""
    made = zipped(folder / "evil.zip", {"12345.shp": b""})
    content = made.read_bytes()
    start = content.index(b"PK\x01\x02")
    entry = content[start : content.index(b"PK\x05\x06")]
    many = b"".join(entry.replace(b"12345", b"%05d" % number) for number in range(100_000))
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(many), start, 0)
    made.write_bytes(content[:start] + many + end)
    return made


def linked(folder: Path, url: str) -> Path:
    entry = zipfile.ZipInfo("lokalplan.shp")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(folder / "evil.zip", "w") as made:
        made.writestr(entry, "/etc/passwd")
    return folder / "evil.zip"


def with_nul(folder: Path, url: str) -> Path:
    made = zipped(folder / "evil.zip", {"lokalplanQ.exe.shp": b"x"})
    made.write_bytes(made.read_bytes().replace(b"lokalplanQ", b"lokalplan\0"))
    return made


def encrypted(folder: Path, url: str) -> Path:
    content = bytearray(zipped(folder / "evil.zip", {"lokalplan.shp": b"1"}).read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    (folder / "evil.zip").write_bytes(content)
    return folder / "evil.zip"


def a_geopackage(folder: Path, *statements: str) -> Path:
    file = folder / "evil.gpkg"
    frame = gpd.GeoDataFrame([a_plan()], geometry="geometry", crs=25832)
    pyogrio.write_dataframe(frame, file, layer="lokalplan")
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return file


SPATIAL_VIEW = (
    "CREATE VIEW secret AS SELECT fid, geom, readfile('/etc/passwd') AS plannr FROM lokalplan",
    "UPDATE gpkg_geometry_columns SET table_name = 'secret'",
    "UPDATE gpkg_contents SET table_name = 'secret'",
)
COMPUTED = (
    "ALTER TABLE lokalplan ADD COLUMN secret TEXT GENERATED ALWAYS AS (gdal_get_pixel_value('/x', 1, 'pixel', 1, 1))",
)
CONTENTS_AS_VIEW = (
    "ALTER TABLE gpkg_contents RENAME TO kept",
    "CREATE VIEW gpkg_contents AS SELECT * FROM kept WHERE hex(randomblob(1000000000)) IS NOT NULL",
)


def gpkg(*statements: str) -> Callable[[Path, str], Path]:
    return lambda folder, url: a_geopackage(folder, *statements)


def heavy_parquet(folder: Path, url: str) -> Path:
    """Kilobytes that stand for gigabytes: one value, a great many times."""
    often = pa.array(np.zeros(3_000, np.int32))
    text = pa.DictionaryArray.from_arrays(often, pa.array(["x" * 1_000_000]))
    shapes = pa.DictionaryArray.from_arrays(often, pa.array([shapely.to_wkb(shapely.Point(11.5, 55.4))]))
    geo = {"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    table = pa.table({"plannr": text, "geometry": shapes}).replace_schema_metadata({"geo": json.dumps(geo)})
    pa.parquet.write_table(table, folder / "evil.parquet", compression="zstd", store_schema=False)
    assert (folder / "evil.parquet").stat().st_size < 100_000
    return folder / "evil.parquet"


def boastful(folder: Path, url: str) -> Path:
    """A shapefile whose first record claims to be 4 GB long."""
    parts = shapefile(folder)
    for name in ("lokalplan.shp", "lokalplan.shx"):
        changed = bytearray(parts[name])
        changed[104:108] = struct.pack(">I", 0x7FFFFFFF)
        parts[name] = bytes(changed)
    return zipped(folder / "evil.zip", parts)


def deep(kind: str, depth: int) -> str:
    return f"{kind}(" * depth + "POINT(1 1)" + ")" * depth


VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/URL/x.csv</SrcDataSource></OGRVRTLayer>'
    "</OGRVRTDataSource>"
)
ENTITY = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "{of}">]>'
BILLION = "<!DOCTYPE a [<!ENTITY x0 'ha'>" + "".join(
    f"<!ENTITY x{n} '&x{n - 1};&x{n - 1};&x{n - 1};&x{n - 1};'>" for n in range(1, 30)
)
NOWHERE = {"type": "Feature", "properties": {"plannr": "1", "plannavn": "x"}, "geometry": None}

REFUSED: dict[str, tuple[Callable[[Path, str], Path], str]] = {
    # case 15
    "zip bomb": (bomb, r"evil\.zip: 'lokalplan\.dbf' unpacks to over 200 times its size"),
    "zip in a zip": (nested_bomb, r"evil\.zip: 'a\.zip' is a zip in a zip"),
    "overlapping entries": (overlapping, r"evil\.zip: 'a\.shp' overlaps|evil\.zip: 'b\.shp' overlaps"),
    "100,000 entries": (crowded, r"evil\.zip holds 100000 files; at most 1000"),
    "name that climbs": (a_zip({"../../lokalplan.shp": b"x"}), r"evil\.zip: the name .* leads out of the zip"),
    "absolute name": (a_zip({"/tmp/lokalplan.shp": b"x"}), r"evil\.zip: the name .* leads out of the zip"),
    "link": (linked, r"evil\.zip: 'lokalplan\.shp' is a link"),
    "colliding names": (a_zip({"Plan.shp": b"1", "plan.SHP": b"2"}), r"evil\.zip: two files are called"),
    "NUL in a name": (with_nul, r"evil\.zip: the name .* leads out of the zip"),
    "encrypted": (encrypted, r"evil\.zip: 'lokalplan\.shp' is encrypted"),
    "no zip": (named("evil.zip", b"PK\x03\x04 and nothing"), r"evil\.zip is not a readable zip"),
    # case 16
    "shp that is a VRT": (named("evil.shp", VRT), r"evil\.shp: evil\.shp is not a shapefile"),
    "shp that is a GeoJSON": (named("evil.shp", '{"type": "FeatureCollection"}'), r"evil\.shp is not a shapefile"),
    "gpkg that is a VRT": (named("evil.gpkg", VRT), r"evil\.gpkg is not a GeoPackage"),
    "gml that is a VRT": (named("evil.gml", VRT), r"evil\.gml cannot be read"),
    "fgb that is a VRT": (named("evil.fgb", b"fgb\x03fgb\x00" + VRT.encode()), r"evil\.fgb cannot be read"),
    "gml that is a KML": (
        named("evil.gml", "<kml><NetworkLink><Link><href>URL</href></Link></NetworkLink></kml>"),
        r"evil\.gml cannot be read",
    ),
    "geojson that is a TopoJSON": (
        named("evil.geojson", '{"type": "Topology", "objects": {}, "url": "/vsicurl/URL/x"}'),
        r"evil\.geojson cannot be read",
    ),
    "gpkg with a spatial view": (gpkg(*SPATIAL_VIEW), r"evil\.gpkg.*layer 'secret' is a view"),
    "gpkg with a computed column": (
        gpkg(*COMPUTED),
        r"evil\.gpkg.*column 'secret' of .* is computed",
    ),
    "gpkg whose contents are a view": (gpkg(*CONTENTS_AS_VIEW), r"evil\.gpkg.*its table gpkg_contents is a view"),
    "gml with an entity": (
        named("evil.gml", ENTITY.format(of="file:///etc/passwd") + "<a>&b;</a>"),
        r"evil\.gml.*it has a DOCTYPE",
    ),
    "gml with a remote entity": (named("evil.gml", ENTITY.format(of="URL/x") + "<a>&b;</a>"), "it has a DOCTYPE"),
    "gml with a billion laughs": (named("evil.gml", BILLION + "]><a>&x29;</a>"), r"evil\.gml.*it has a DOCTYPE"),
    "qgs": (named("evil.qgs", "<qgis/>"), r"evil\.qgs: georegister reads"),
    "kml": (named("evil.kml", "<kml/>"), r"evil\.kml: georegister reads"),
    "dxf": (named("evil.dxf", "0\nSECTION\n"), r"evil\.dxf: georegister reads"),
    "parquet that grows": (heavy_parquet, r"evil\.parquet cannot be read"),
    # case 17
    "dbf missing": (a_shapefile_with(dbf=None), r"evil\.zip: lokalplan\.dbf is missing"),
    "shx missing": (a_shapefile_with(shx=None), r"evil\.zip: lokalplan\.shx is missing"),
    "shx cut": (a_shapefile_with(shx=SHAPEFILE_MAGIC + bytes(20)), r"evil\.zip cannot be read: lokalplan\.shp"),
    "record of 4 GB": (boastful, r"evil\.zip cannot be read: lokalplan\.shp: Invalid length"),
    "empty shp": (a_shapefile_with(shp=b""), r"evil\.zip: lokalplan\.shp is empty"),
    # case 11
    "wkt nested 100,000 deep": (
        named("evil.csv", f'plannr;plannavn;wkt\n1;x;"{deep("GEOMETRYCOLLECTION", 100_000)}"\n'),
        r"evil\.csv cannot be read|evil\.csv has no rows",
    ),
    "json nested 100,000 deep": (
        named("evil.geojson", '{"type":"FeatureCollection","features":' + "[" * 100_000 + "]" * 100_000 + "}"),
        r"evil\.geojson cannot be read",
    ),
    "no row": (named("evil.geojson", '{"type": "FeatureCollection", "features": []}'), r"evil\.geojson has no rows"),
}


def nested(depth: int) -> bytes:
    """A square in a collection in a collection."""
    return (b"\x01" + struct.pack("<II", 7, 1)) * depth + shapely.to_wkb(a_square())


def a_ring(points: Any) -> bytes:
    flat = np.asarray(points, dtype="<f8")
    return b"\x01" + struct.pack("<III", 3, 1, len(flat)) + flat.tobytes()


def hostile_rows() -> dict[str, tuple[bytes | None, str | None]]:
    """A geometry, and the rule that refuses its row, if any."""
    x, y = SOROE
    turn = np.linspace(0, 2 * np.pi, 300_001)
    tangle = np.random.default_rng(7).random((3_000, 2)) * 100 + SOROE
    holes = [shapely.box(x + i, y + j, x + i + 0.5, y + j + 0.5).exterior for i in range(1, 250) for j in range(1, 250)]
    return {
        "good": (shapely.to_wkb(a_square()), None),
        "many points": (a_ring(np.column_stack([x + np.cos(turn), y + np.sin(turn)])), "GEOM-12"),
        "many holes": (shapely.to_wkb(shapely.Polygon(a_square(side=300).exterior, holes)), "GEOM-12"),
        "tangle": (a_ring(np.vstack([tangle, tangle[:1]])), "GEOM-21"),
        "bow-tie": (a_ring([(x, y), (x + 9, y + 9), (x + 9, y), (x, y + 9), (x, y)]), None),
        "collection": (nested(1), None),
        "nested collection": (nested(5), "GEOM-02"),
        "nothing": (None, "GEOM-01"),
        "empty": (shapely.to_wkb(shapely.Polygon()), "GEOM-01"),
        "heights": (shapely.to_wkb(shapely.force_3d(a_square(), 5.0), output_dimension=3), None),
        "tin": (a_tin(), "GEOM-02"),
        "line": (shapely.to_wkb(shapely.LineString([(x, y), (x + 1, y)])), "GEOM-02"),
        "1e308": (a_ring([(1e308, 1e308), (-1e308, 1e308), (1e308, -1e308), (1e308, 1e308)]), "GEOM-21"),
        "nan": (a_ring([(x, y), (x, np.nan), (x + 9, y), (x, y)]), "GEOM-21"),
        "infinite": (a_ring([(np.inf, y), (x, y + 9), (x + 9, y), (np.inf, y)]), "GEOM-21"),
        "no area": (a_ring([(x, y), (x + 9, y), (x, y), (x, y)]), "GEOM-21"),
        "axes swapped": (shapely.to_wkb(shapely.box(y, x, y + 9, x + 9)), "GEOM-05"),
    }

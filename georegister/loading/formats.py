"""The kinds of file a delivery may be: one row each, and nothing that is not in the table is opened."""

from dataclasses import dataclass

from georegister.sentence import N_


@dataclass(frozen=True)
class Format:
    """A kind of file: the one GDAL driver it may be opened with (none: Arrow reads it), and how its content begins."""

    words: str
    driver: str | None
    begins: bytes = b""
    parts: tuple[str, ...] = ()
    """Files beside it that belong to it; the first two must be there."""


SHAPEFILE_MAGIC = b"\x00\x00\x27\x0a"
SHAPEFILE = Format(N_("shapefile"), "ESRI Shapefile", SHAPEFILE_MAGIC, (".dbf", ".shx", ".prj", ".cpg"))
GEOJSON = Format(N_("GeoJSON file"), "GeoJSON", b"{")
GEOPARQUET = Format(N_("GeoParquet file"), None, b"PAR1")
CSV = Format(N_("CSV file"), None)
XLSX = Format(N_("Excel workbook"), "XLSX", b"PK\x03\x04")
BATCH = 4096
"""Rows in hand at a time: a delivery may be larger than memory."""

FORMATS = {
    ".shp": SHAPEFILE,
    ".gpkg": Format(N_("GeoPackage"), "GPKG", b"SQLite format 3\0"),
    ".gml": Format(N_("GML file"), "GML", b"<"),
    ".fgb": Format(N_("FlatGeobuf file"), "FlatGeobuf", b"fgb"),
    ".parquet": GEOPARQUET,
    ".geoparquet": GEOPARQUET,
    ".geojson": GEOJSON,
    ".json": GEOJSON,
    ".csv": CSV,
    ".xlsx": XLSX,
}
VECTOR_FILES = frozenset({".zip", *FORMATS}) - {".csv", ".xlsx"}
TABLES_TOO = VECTOR_FILES | {".csv"}
PLAN_FILES = TABLES_TOO
FACT_TABLES = frozenset({".csv", ".gpkg", ".xlsx"})
"""What tables of facts come in; of a GeoPackage its tables without a geometry."""
LAST_CHOICE = (".json", ".csv")
"""Read out of a zip only where there is nothing else: beside maps they are notes."""

WELL_KNOWN_TEXT = ("wkt", "geom_wkt", "geometry", "geometri", "geom", "the_geom")
"""What a column of well-known text in a CSV is called, in any case."""

DRIVERS = (
    *("MEM", "PCIDSK", "PDS4", "VICAR", "PDF", "MBTiles", "EEDA", "OGCAPI", "GDALG", "ESRI Shapefile", "MapInfo File"),
    *("LVBAG", "S57", "DGN", "OGR_VRT", "CSV", "GML", "GPX", "LIBKML", "KML", "GeoJSON", "GeoJSONSeq", "ESRIJSON"),
    *("TopoJSON", "OGR_GMT", "GPKG", "SQLite", "WAsP", "OpenFileGDB", "DXF", "FlatGeobuf", "GeoRSS", "VFK", "PGDUMP"),
    *("OSM", "GPSBabel", "OGR_PDS", "WFS", "OAPIF", "EDIGEO", "Idrisi", "ODS", "XLSX", "Elasticsearch", "Carto"),
    *("AmigoCloud", "SXF", "Selafin", "JML", "PLSCENES", "CSW", "VDV", "MVT", "NGW", "MapML", "GTFS", "PMTiles"),
    *("JSONFG", "MiraMonVector", "ADBC", "AVCBin", "AVCE00", "AIVector", "HTTP"),
)
"""Of GDAL 3.12 as pyogrio brings it. Another GDAL has others: the child sees to it that only the expected is left."""

AS_ITS_FORMAT_SAYS = N_("as its format says")

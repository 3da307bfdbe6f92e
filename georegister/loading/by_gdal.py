"""Files that GDAL opens, one driver at a time. Runs in the sandboxed child."""

import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pyarrow as pa
import pyogrio

from georegister.errors import ValueRefused
from georegister.loading import encodings
from georegister.loading.formats import BATCH, FORMATS, GEOJSON
from georegister.loading.opening import AS_THE_FILE_SAYS, NOT_SAID, NoSuchLayer, Opened, look_at_shapes
from georegister.sentence import N_

MOST_LAYERS = 50
OPEN_OPTIONS: dict[str, dict[str, str]] = {
    ".gpkg": {"LIST_ALL_TABLES": "NO", "IMMUTABLE": "YES"},
    ".gml": {"DOWNLOAD_SCHEMA": "NO", "WRITE_GFS": "NO", "EXPOSE_GML_ID": "NO", "EXPOSE_FID": "NO"},
}
COMPUTED = (2, 3)
"""What `PRAGMA table_xinfo` calls hidden where a column is computed."""

BY_PRJ = N_("as .prj says")
PRJ_UNREADABLE = N_("its .prj says nothing that can be understood")
NO_PRJ = N_("it has no .prj")
GEOJSON_IS = N_("GeoJSON has no other unless it says so")


def layers(file: Path, only: str, encoding: encodings.Known, out: Path, tables: bool = False) -> Iterator[Opened]:
    """The layers of a file, or the only one asked for; their rows lie in files in `out`."""
    if file.suffix == ".shp":
        yield _by_gdal(file, file.stem, out, encoding)
    elif file.suffix == ".gpkg":
        for name in _some(_tables(file, "attributes" if tables else "features"), only):
            yield _by_gdal(file, name, out)
    elif file.suffix == ".xlsx":
        _look_at_parts(file)
        for name in _some([str(name) for name, _ in pyogrio.list_layers(file)], only):
            yield _by_gdal(file, name, out)
    elif file.suffix == ".gml":
        _look_at_root(file)
        names = [str(name) for name, geometry in pyogrio.list_layers(file) if geometry is not None]
        for name in _some(names, only):
            yield _by_gdal(file, name, out)
    else:
        yield _by_gdal(file, file.stem, out)


def _some(names: list[str], only: str) -> list[str]:
    if only:
        if only not in names:
            raise NoSuchLayer(names)
        return [only]
    if len(names) > MOST_LAYERS:
        raise ValueRefused(N_("it has {number} layers; at most {most} are read"), number=len(names), most=MOST_LAYERS)
    return names


def _by_gdal(file: Path, name: str, out: Path, encoding: encodings.Known | None = None) -> Opened:
    """A layer, read and looked at a batch at a time: a file may be larger than memory."""
    how: dict[str, Any] = dict(OPEN_OPTIONS.get(file.suffix, {}))
    if file.suffix in (".gpkg", ".gml", ".xlsx"):
        how["layer"] = name
    if encoding:
        how["encoding"] = encoding[0]

    def linear(first: int, number: int) -> Iterator[bytes | None]:
        return iter(pyogrio.raw.read(file, columns=[], skip_features=first, max_features=number, **how)[2])

    # GDAL sets room aside for a whole batch of every column of every layer, however few rows there are.
    reading = {"datetime_as_string": True, "batch_size": BATCH, "use_pyarrow": True}
    stored = out / f"{len(list(out.iterdir()))}.read"
    with pyogrio.open_arrow(file, **reading, **how) as (meta, batches):
        geometry = meta.get("geometry_name") or "wkb_geometry"
        schema = batches.schema
        if has_geometry := geometry in schema.names:
            schema = schema.set(schema.get_field_index(geometry), pa.field(geometry, pa.binary()))
        opened = Opened(name, schema.empty_table(), geometry, meta.get("fid_column") or "", meta["crs"])
        rows = 0
        with pa.OSFile(str(stored), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            for batch in batches:
                part = Opened(name, pa.Table.from_batches([batch]), geometry)
                if has_geometry:
                    look_at_shapes(part, partial(linear, rows, batch.num_rows))
                writer.write_table(part.table.cast(schema))
                opened.note(part, rows)
                rows += batch.num_rows
    opened.encoding = encoding or opened.encoding
    opened.crs_note = _crs_note(file, meta["crs"])
    opened.stored = stored
    return opened


def _crs_note(file: Path, crs: str | None) -> str:
    if file.suffix == ".shp":
        return BY_PRJ if crs else PRJ_UNREADABLE if file.with_suffix(".prj").exists() else NO_PRJ
    if FORMATS[file.suffix] is GEOJSON and crs in ("EPSG:4326", "OGC:CRS84"):
        return GEOJSON_IS
    return AS_THE_FILE_SAYS if crs else NOT_SAID


# -- a GeoPackage is a database, and a database can be made to do things


def _tables(file: Path, kind_of_data: str) -> list[str]:
    """The layers of a kind that are plain tables. Raises ValueError for one that computes what it shows."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema=OFF")
        for name, kind, made in connection.execute("SELECT name, type, sql FROM sqlite_master"):
            virtual = (made or "").lstrip().upper().startswith("CREATE VIRTUAL")
            if str(name).lower().startswith("gpkg_") and (kind == "view" or virtual):
                is_view, is_virtual = N_("its table {name} is a view"), N_("its table {name} is a virtual table")
                raise ValueRefused(is_view if kind == "view" else is_virtual, name=name)
        names = [
            str(name)
            for (name,) in connection.execute(
                "SELECT c.table_name FROM gpkg_contents c LEFT JOIN gpkg_geometry_columns g USING (table_name) "
                "WHERE c.data_type = ? AND (g.table_name IS NOT NULL) = (c.data_type = 'features') ORDER BY c.rowid",
                [kind_of_data],
            )
        ]
        for name in names:
            found = connection.execute(
                "SELECT type, sql FROM sqlite_master WHERE lower(name) = lower(?) AND type IN ('table', 'view')", [name]
            ).fetchone()
            if found is None:
                raise ValueRefused(N_("it has no table {name!r}, though it says so"), name=name)
            if found[0] != "table" or found[1].lstrip().upper().startswith("CREATE VIRTUAL"):
                raise ValueRefused(
                    N_("its layer {name!r} is a view, and what it shows lies elsewhere; save it as a table"), name=name
                )
            columns = connection.execute("SELECT name, hidden FROM pragma_table_xinfo(?)", [name])
            if computed := [column for column, hidden in columns if hidden in COMPUTED]:
                raise ValueRefused(
                    N_("the column {computed!r} of its layer {name!r} is computed; save it as values"),
                    computed=computed[0],
                    name=name,
                )
    return names


# -- GML is XML, and so are the parts of a workbook; XML can be made to fetch things


class _RootFound(Exception):
    pass


def _look_at_parts(file: Path) -> None:
    """Raises ValueError for a part of a workbook that is no whole XML: GDAL would read the rows until there."""
    with zipfile.ZipFile(file) as workbook:
        for part in workbook.infolist():
            if not part.filename.endswith((".xml", ".rels")):
                continue
            parser = expat.ParserCreate()
            parser.StartDoctypeDeclHandler = _no_doctype
            with workbook.open(part) as opened:
                try:
                    while chunk := opened.read(1 << 16):
                        parser.Parse(chunk)
                    parser.Parse(b"", True)
                except expat.ExpatError as error:
                    raise ValueRefused(
                        N_("its part {filename} is not whole ({error}); save it again"),
                        filename=part.filename,
                        error=error,
                    ) from error


def _no_doctype(*_: object) -> None:
    raise ValueRefused(N_("it has a DOCTYPE, which can reach for other files; send it without"))


def _look_at_root(file: Path) -> None:
    """Raises ValueError for XML that declares entities, or is a server's error."""
    parser = expat.ParserCreate()
    found: list[str] = []

    def root(name: str, _: object) -> None:
        found.append(name.rpartition(":")[2])
        raise _RootFound

    parser.StartDoctypeDeclHandler = _no_doctype
    parser.StartElementHandler = root
    with file.open("rb") as opened:
        try:
            while chunk := opened.read(1 << 16):
                parser.Parse(chunk)
        except _RootFound:
            pass
    if found == ["ExceptionReport"]:
        raise ValueRefused(N_("it is a server's error (ExceptionReport), and holds no plans"))
